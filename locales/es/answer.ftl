### The pages by which a partner answers without an account. They are read on a phone, in a hurry: short and kind.

## Around every page

answer-language = Idioma
answer-office-phone = Teléfono de la oficina
answer-ask-phone = ¿Una pregunta o algo que corregir? Llame a { $office } al { $phone }. Basta el número { $number }; por favor, no escriba nombres en correos.
answer-ask-mail = ¿Una pregunta o algo que corregir? Escriba a { $office }: { $mail }. Basta el número { $number }; por favor, no escriba nombres en correos.
answer-ask-office = ¿Una pregunta o algo que corregir? Contacte a { $office }. Basta el número { $number }; por favor, no escriba nombres en correos.

## How it stands, as the partner says it

answer-state-sent = Esperamos su respuesta
answer-state-acknowledged = Vista; falta su sí o su no
answer-state-accepted = Aceptada
answer-state-declined = Rechazada
answer-state-in-service = El servicio empezó
answer-state-on-hold = En espera
answer-state-completed = Terminada
answer-state-failed = No se pudo realizar
answer-state-cancelled = Retirada
answer-state-expired = Terminó sin respuesta a tiempo
answer-state-entered-in-error = Retirada: se hizo por error
answer-was-sent = Enviada a ustedes

## When it is over

answer-over-declined = Ustedes no pueden atenderla. Gracias por decirlo: { $office } busca en otro lugar.
answer-over-completed = Su trabajo en esta derivación terminó. Muchas gracias.
answer-over-failed = Quedó anotado que no se pudo realizar. Gracias por intentarlo.
answer-over-cancelled = { $office } retiró esta derivación. Por favor, no dé más pasos y borre lo que haya anotado. Los detalles ya no se muestran aquí.
answer-over-taken-back = Ustedes retiraron su sí. Gracias por decirlo: { $office } busca en otro lugar. Por favor, borre lo que haya anotado; los detalles ya no se muestran aquí.
answer-over-expired = No llegó respuesta a tiempo y { $office } busca en otro lugar. Si todavía puede ayudar, por favor llame.
answer-over-entered-in-error = { $office } hizo esta derivación por error. Por favor, no dé más pasos y borre lo que haya anotado. Los detalles ya no se muestran aquí.
answer-readable-until = Puede leer los detalles aquí hasta el { $day }.

## Before the code

answer-asked = { $office } pide a { $agency } ayudar a una persona.
answer-locked = Para proteger a la persona, los detalles se muestran solo con un código. Lo enviamos a su correo registrado: { $mailbox }
answer-send-code = Envíenme el código
answer-go-on-asked = ¿Ingresó un código aquí en los últimos 30 minutos?
answer-go-on = Continuar
answer-closed-title = La página está cerrada
answer-closed = Aquí nadie puede seguir leyendo sin un nuevo código.
answer-form-old-title = Todavía no se envió nada
answer-form-old = Esta página llevaba mucho tiempo abierta. Por favor, presione el botón otra vez.
answer-over-title = Por favor, pida un nuevo código
answer-over = Para proteger a la persona, la página se cierra después de 30 minutos. Su última respuesta no se guardó; por favor, envíela otra vez.

## The code

answer-code-title = Ingrese su código
answer-code-sent = Enviamos un código a { $mailbox }. Sirve una sola vez, durante { $span }.
answer-code-label = Código de seis cifras
answer-code-open = Abrir la derivación
answer-code-again = Enviar otro código
answer-code-nothing = ¿Pasan unos minutos y no llega nada? Revise el correo no deseado o llame a { $office }.
answer-code-wrong-title = La derivación sigue cerrada
answer-code-shape = El código tiene seis cifras. Por favor, mire otra vez el correo.
answer-code-wrong = Ese no es el código. Por favor, mire otra vez el correo más reciente.
answer-code-spent = Ya no sirve ningún código: se usó, venció o hubo demasiados errores. Por favor, envíe otro.
answer-code-slow = Después de un código equivocado, espere { $span } e inténtelo otra vez.
answer-code-many-title = Ya se enviaron muchos códigos
answer-code-many = Use el más reciente, inténtelo otra vez en { $span } o llame a { $office }.
answer-seconds =
    { $count ->
        [one] { $count } segundo
       *[other] { $count } segundos
    }

## What was disclosed

answer-skip = Ir a las respuestas
answer-disclosed = Sobre la persona
answer-correction = Corrección del { $day }
answer-care = Por favor, contacte a la persona solo como se dice aquí. Otra forma puede ponerla en peligro.
answer-message = Qué se pide
answer-contact-how = Cómo contactar a la persona
answer-years =
    { $count ->
        [one] { $count } año
       *[other] { $count } años
    }
answer-birth-year = { $year } (solo se conoce el año)
answer-birth-estimated = { $day } (aproximada)
answer-contact-phone = Teléfono
answer-contact-email = Correo electrónico
answer-contact-messaging = Mensajería
answer-contact-address = Dirección
answer-contact-only = solo: { $ways }
answer-contact-secret = no debe enterarse: { $who }
answer-channel-call = llamada
answer-channel-sms = SMS
answer-channel-messaging = mensajería
answer-channel-email = correo
answer-channel-visit = visita

## The answers

answer-heading = Su respuesta
answer-do-accept = Sí, vamos a ayudar
answer-do-decline = No, no podemos ayudar
answer-do-acknowledge = La vimos; responderemos después
answer-do-begin = El servicio empezó
answer-do-complete = Nuestro trabajo terminó
answer-do-hold = Tiene que esperar
answer-do-fail = No se pudo realizar
answer-do-cancel = Al final no podemos ayudar
answer-hint-accept = Si ya tienen una cita para la persona, indíquela aquí.
answer-hint-decline = Un no también ayuda: la oficina puede buscar a tiempo en otro lugar.
answer-hint-acknowledge = La oficina sabrá que una persona la leyó. Todavía no es un sí.
answer-hint-cancel = Si dijeron que sí y no llegaron a ayudar: la oficina busca enseguida en otro lugar.
answer-appointment-on = Día de la cita (si ya se sabe)
answer-appointment-time = Hora (hora de { $place })
answer-appointment-place = Lugar (si ya se sabe)
answer-choose = Por favor, elija
answer-reason-text = En pocas palabras (necesario con «Otro»)
answer-suggest = Un servicio más adecuado (si conoce alguno)
answer-suggest-none = Ninguno
answer-began-on = Día en que empezó
answer-review-on = Día para volver a mirar, en 30 días como máximo
answer-outcome = ¿Se resolvió la necesidad?
answer-send = Enviar: { $answer }
answer-so-far = Hasta ahora
answer-close = Cerrar esta página
answer-close-why = En un equipo que otros también usan, cierre la página al terminar.

## What came of an answer

answer-thanks-title = Muchas gracias
answer-thanks = { $office } ya tiene su respuesta: { $state }.
answer-again-title = Gracias, ya teníamos esta respuesta
answer-again = { $office } la tiene: { $state }. No hace falta nada más.
answer-different-title = Ya se respondió de otra manera
answer-different = Desde el { $at } consta: { $state }. La nueva respuesta no se registró.
answer-stale-title = Algo cambió mientras tanto
answer-stale = Ahora consta: { $state }. Su respuesta no se registró. Por favor, mire otra vez y responda de nuevo si hace falta.
answer-errors-title = Por favor, corrija primero esto
answer-error-reason = Elija un motivo
answer-error-reason-text = Diga en pocas palabras qué significa «Otro»
answer-error-outcome = Diga si la necesidad se resolvió
answer-error-review-on = Elija un día para volver a mirar, desde hoy hasta dentro de 30 días
answer-error-began-on = Elija un día que no esté en el futuro
answer-error-day = Elija un día
answer-error-time = Elija una hora, por ejemplo 09:30
answer-error-appointment-past = Elija una cita que no haya pasado
answer-error-too-long = Escriba menos aquí
answer-error-other = Corrija este campo

## When a link leads nowhere, and other trouble

answer-dead-title = Este enlace ya no funciona
answer-dead-why = Sucede cuando un correo más nuevo trae otro enlace, cuando la derivación terminó o cuando el enlace es antiguo.
answer-dead-newest = Por favor, busque el correo más reciente sobre la derivación y use su enlace.
answer-dead-phone = ¿No hay un correo más nuevo? Llame a { $office } y diga el número de la derivación. Está en el asunto del correo.
answer-dead-ask = ¿No hay un correo más nuevo? Llame a la oficina que le escribió y diga el número de la derivación. Está en el asunto del correo.
answer-unread-title = Eso no se pudo leer
answer-unread = No se cambió nada. Por favor, abra otra vez el enlace del correo.
answer-trouble-title = Algo falla de nuestro lado
answer-trouble = Por favor, inténtelo otra vez en unos minutos. Si es urgente, llame a la oficina que le escribió.
