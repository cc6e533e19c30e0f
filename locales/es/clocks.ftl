### Correos que los relojes envían por sí solos. Como en mail.ftl: números, servicios, plazos y enlaces; ningún nombre de persona.

mail-referral-unseen-subject = Derivación { $number }: nadie la ha visto aún
mail-referral-unseen-heading = Nadie de { $agency } la ha visto aún
mail-referral-unseen-what = Alguien del socio debía haber visto esta derivación hasta el momento indicado abajo. Por favor, llame a { $agency } y anote la llamada.
mail-referral-contact-overdue-subject = Derivación { $number }: la persona sigue esperando
mail-referral-contact-overdue-heading = { $agency } no ha anotado un primer contacto
mail-referral-contact-overdue-what = El socio aceptó y debía haber contactado a la persona hasta el momento indicado abajo. Por favor, pregunte al socio y a la persona cómo va el asunto.
mail-referral-review-due-subject = Derivación { $number }: es hora de revisarla
mail-referral-review-due-heading = El tiempo de espera terminó
mail-referral-review-due-what = { $agency } dejó esta derivación en espera hasta el día indicado abajo. Por favor, pregunte si sigue adelante o busque otro servicio.
mail-referral-verify-due-subject = Derivación { $number }: pregunte a la persona
mail-referral-verify-due-heading = ¿Sirvió la ayuda?
mail-referral-verify-due-what = { $agency } terminó y nadie ha anotado todavía qué dice la persona. Por favor, pregunte si la necesidad quedó cubierta, por la vía segura anotada en el expediente.

## Varias a la vez

mail-referrals-waiting-subject =
    { $count ->
        [one] { $count } derivación requiere su atención
       *[other] { $count } derivaciones requieren su atención
    }
mail-referrals-waiting-heading =
    { $count ->
        [one] { $count } derivación requiere su atención
       *[other] { $count } derivaciones requieren su atención
    }
mail-referrals-waiting-what = Estas derivaciones vencieron al mismo tiempo. Para no enviarle un correo por cada una, aquí están sus números.
mail-referrals-waiting-for-partner = Hay personas que esperan saber si ustedes pueden ayudarlas. Por favor, respondan a las derivaciones indicadas abajo.
mail-referrals-waiting-action = Abrir la lista
waiting-referral-reminder = Esperan respuesta
waiting-referral-unseen = No vistas por el socio
waiting-referral-overdue = Respuesta vencida
waiting-referral-expired = Terminadas sin respuesta
waiting-referral-contact-overdue = Persona aún no contactada
waiting-referral-review-due = Por revisar
waiting-referral-verify-due = Falta preguntar a la persona
waiting-and-more = { $numbers } y { $more } más

## A supervisión, sobre un caso

