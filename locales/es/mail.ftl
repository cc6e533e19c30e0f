### Mails. No mail names a migrant, a nationality, a document or what a need is in detail: numbers, services, deadlines, links.

## What every mail has

mail-button-fallback = Si el botón no funciona, abra esta dirección:
mail-footer = Este correo fue enviado por Migrant Desk para { $office }. Por favor, no lo responda con datos personales: el correo no es un lugar seguro para ellos.
mail-fact-referral = Derivación
mail-fact-case = Caso
mail-fact-service = Servicio
mail-fact-priority = Prioridad
mail-fact-office = Oficina
mail-fact-agency = Organización aliada
mail-fact-answer-by = Responder hasta
mail-fact-due = Plazo
mail-fact-appointment = Cita
mail-fact-reason = Motivo
mail-fact-outcome = Resultado
mail-fact-review-on = Se revisará el
mail-fact-access-until = El acceso termina
mail-fact-confirmed-on = Última confirmación
mail-fact-code = Código
mail-fact-at = Cuándo
mail-open-referral = Abrir la derivación
mail-open-case = Abrir el caso

## To a member of staff, about the account

mail-staff-invitation-subject = Su invitación a Migrant Desk
mail-staff-invitation-heading = Le damos la bienvenida, { $name }
mail-staff-invitation-asked = { $office } le invita a trabajar con Migrant Desk.
mail-staff-invitation-how = Elija su contraseña con el botón de abajo. El enlace sirve una sola vez, durante { $span }.
mail-staff-invitation-unexpected = Si no esperaba esta invitación, puede ignorarla: nada ocurre sin usted.
mail-staff-invitation-action = Elegir mi contraseña
mail-password-reset-subject = Elija una nueva contraseña
mail-password-reset-heading = Una nueva contraseña
mail-password-reset-how = Alguien, probablemente usted, pidió una nueva contraseña. El enlace sirve una sola vez, durante { $span }.
mail-password-reset-unexpected = Si no fue usted, no haga nada: su contraseña sigue siendo la misma.
mail-password-reset-action = Elegir una nueva contraseña
mail-password-changed-subject = Su contraseña fue cambiada
mail-password-changed-heading = Su contraseña fue cambiada
mail-password-changed-what = Su contraseña fue cambiada en el momento indicado abajo. Se cerró la sesión en todos los dispositivos.
mail-password-changed-unexpected = Si no fue usted, avise de inmediato a su supervisión y elija una nueva contraseña.
mail-password-changed-action = Ir al inicio de sesión

## To the partner agency

mail-referral-sent-subject = Derivación { $number }: esperamos su respuesta
mail-referral-sent-heading = Una nueva derivación para { $agency }
mail-referral-sent-asked = { $office } le pide ayudar a una persona con el servicio indicado abajo.
mail-referral-sent-safe = Para proteger a la persona, este correo no la nombra. Verá los detalles al iniciar sesión o ingresar su código.
mail-referral-sent-either-way = Un no también ayuda: nos permite buscar a tiempo en otro lugar.
mail-referral-sent-action = Ver y responder la derivación
mail-referral-reminder-subject = Derivación { $number }: aún esperamos su respuesta
mail-referral-reminder-heading = Una derivación espera su respuesta
mail-referral-reminder-what = Una persona espera saber si { $agency } puede ayudarla. Por favor, responda antes del momento indicado abajo.
mail-answer-link-subject = Derivación { $number }: su nuevo enlace
mail-answer-link-heading = Un nuevo enlace para ustedes
mail-answer-link-what = { $office } les envía un nuevo enlace a esta derivación. Los enlaces de correos anteriores sobre ella ya no funcionan.
mail-answer-code-subject = Su código para la derivación { $number }
mail-answer-code-heading = Su código
mail-answer-code-how = Ingrese este código en la página que tiene abierta. Sirve una sola vez, durante { $span }.
mail-answer-code-unexpected = No comparta el código. Nunca lo pedimos por teléfono ni por correo.
mail-referral-cancelled-subject = Derivación { $number }: cancelada
mail-referral-cancelled-heading = Se canceló una derivación
mail-referral-cancelled-what = { $office } retiró esta derivación. Por favor, no dé más pasos y borre lo que haya anotado. Gracias por su tiempo.
mail-consent-withdrawn-subject = Derivación { $number }: por favor, deténgase
mail-consent-withdrawn-heading = Por favor, detenga esta derivación
mail-consent-withdrawn-what = La persona retiró su consentimiento para compartir datos con ustedes. Por favor, deténganse de inmediato, no la contacten y borren los datos recibidos, salvo obligación legal de conservarlos.
mail-referral-amended-subject = Derivación { $number }: una corrección
mail-referral-amended-heading = Se corrigió una derivación
mail-referral-amended-what = { $office } corrigió esta derivación. Por favor, lea la corrección antes de continuar.
mail-directory-to-confirm-subject = { $agency }: ¿sus datos siguen siendo correctos?
mail-directory-to-confirm-heading = ¿Sus datos siguen siendo correctos?
mail-directory-to-confirm-what = Enviamos personas según lo que dice nuestro directorio. Por favor, revise sus servicios, horarios y cupos, y confírmelos o corríjalos. Toma unos minutos.
mail-directory-to-confirm-action = Revisar nuestros datos

## To the case worker, about a referral

mail-referral-accepted-subject = Derivación { $number }: aceptada
mail-referral-accepted-heading = { $agency } aceptó
mail-referral-accepted-what = La organización atenderá esta derivación. Por favor, informe a la persona qué sigue, por la vía segura anotada en su ficha.
mail-referral-declined-subject = Derivación { $number }: rechazada
mail-referral-declined-heading = { $agency } no puede atender
mail-referral-declined-what = La necesidad sigue abierta. Por favor, busque otro servicio; los intentos anteriores quedan registrados.
mail-referral-on-hold-subject = Derivación { $number }: en espera
mail-referral-on-hold-heading = { $agency } la dejó en espera
mail-referral-on-hold-what = La organización espera por el motivo indicado abajo. Por favor, informe a la persona y vea si puede ayudar a avanzar.
mail-referral-in-service-subject = Derivación { $number }: servicio iniciado
mail-referral-in-service-heading = { $agency } comenzó
mail-referral-in-service-what = La organización contactó a la persona y el servicio comenzó. Por ahora no hay nada que hacer.
mail-referral-completed-subject = Derivación { $number }: completada
mail-referral-completed-heading = { $agency } terminó
mail-referral-completed-what = El trabajo de la organización terminó. Por favor, pregunte a la persona si su necesidad quedó resuelta y anote la respuesta.
mail-referral-failed-subject = Derivación { $number }: servicio no prestado
mail-referral-failed-heading = { $agency } no pudo prestar el servicio
mail-referral-failed-what = Se intentó y no resultó, por el motivo indicado abajo. La necesidad sigue abierta: por favor, busque otra vía con la persona.
mail-referral-withdrawn-by-partner-subject = Derivación { $number }: la organización se retiró
mail-referral-withdrawn-by-partner-heading = { $agency } se retiró
mail-referral-withdrawn-by-partner-what = La organización había aceptado pero no continuará. La necesidad sigue abierta: por favor, busque otro servicio e informe a la persona.
mail-referral-overdue-subject = Derivación { $number }: respuesta vencida
mail-referral-overdue-heading = { $agency } no ha respondido
mail-referral-overdue-what = La respuesta debía llegar hasta el momento indicado abajo. Una llamada suele ayudar; si no, tal vez otro servicio.
mail-referral-expired-subject = Derivación { $number }: sin respuesta a tiempo
mail-referral-expired-heading = Nadie respondió a tiempo
mail-referral-expired-what = { $agency } no respondió y la derivación terminó. La necesidad sigue abierta y tiene una tarea para derivar a otro lugar.

## To the case worker, about a case

mail-file-opened-subject = Caso { $number }: consultado por la dirección
mail-file-opened-heading = La dirección consultó un caso suyo
mail-file-opened-what = La dirección abrió este caso y dejó un motivo por escrito. Quién fue y por qué consta en el historial del caso.
mail-emergency-access-subject = Caso { $number }: acceso de emergencia
mail-emergency-access-heading = Se usó el acceso de emergencia
mail-emergency-access-what = Una persona del equipo abrió este caso con acceso de emergencia y dejó un motivo por escrito. Termina por sí solo en el momento indicado abajo.
mail-emergency-access-review = Otra persona debe revisarlo dentro de { $span }.
mail-case-assigned-subject = Caso { $number }: asignado a usted
mail-case-assigned-heading = Ahora usted tiene a cargo un caso
mail-case-assigned-what = Ahora usted es responsable de este caso. Por favor, léalo y planifique el siguiente paso.
mail-case-reopened-subject = Caso { $number }: reabierto
mail-case-reopened-heading = Se reabrió un caso
mail-case-reopened-what = El trabajo en este caso continúa y está a su cargo. Su historial sigue completo.
mail-case-emergency-subject = Caso { $number }: emergencia
mail-case-emergency-heading = Un caso es una emergencia
mail-case-emergency-what = En este caso hay que actuar antes del momento indicado abajo; el plazo corre también de noche y los fines de semana. Por favor, asegúrese de que alguien actúe ahora.
mail-access-review-due-subject = Caso { $number }: acceso de emergencia sin revisar
mail-access-review-due-heading = Por favor, revise un acceso de emergencia
mail-access-review-due-what = Una persona del equipo abrió este caso con acceso de emergencia y nadie más lo ha revisado a tiempo. Por favor, lea el motivo registrado y confirme su revisión.
mail-notice-undeliverable-subject = Derivación { $number }: nuestro correo no llegó
mail-notice-undeliverable-heading = Por favor, llame a { $agency }
mail-notice-undeliverable-what = No se pudo entregar nuestro correo sobre esta derivación; es posible que la organización no la conozca. Por favor, llame y pida la dirección de correo correcta.
