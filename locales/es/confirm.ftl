### La página en la que una institución confirma su ficha del directorio, sin cuenta. Nada sobre ninguna persona.

confirm-heading = ¿Todo sigue siendo correcto?
confirm-intro = Enviamos personas que necesitan ayuda a { $agency } según lo que dice aquí. Por favor, revíselo y confírmelo al final, o díganos qué cambió. No hace falta cuenta ni código: todo esto consta en el directorio y no hay nada sobre ninguna persona.
confirm-skip = Todo sigue siendo correcto
confirm-contact = Cómo se les contacta
confirm-contact-wrong = ¿Algo está mal aquí? Abra uno de sus servicios, más abajo, y escríbalo allí.
confirm-phone = Teléfono
confirm-mailbox = Correo para derivaciones
confirm-website = Sitio web
confirm-address = Dirección
confirm-hours = Horario de atención
confirm-not-said = No consta
confirm-helps-with = Ayuda con
confirm-places = Trabaja en
confirm-languages = Idiomas
confirm-capacity = Cupo
confirm-papers = Documentos que hay que llevar
confirm-cost = Costo
confirm-free = Gratuito
confirm-description = Descripción
confirm-never = Todavía nunca
confirm-since = { $what } (dicho el { $day })
confirm-capacity-open = Recibe personas
confirm-capacity-limited = Recibe a pocas personas
confirm-capacity-full = Lleno, ahora no recibe a nadie
confirm-capacity-unknown = No se sabe
confirm-capacity-waiting =
    { $count ->
        [one] Lista de espera, { $count } día
       *[other] Lista de espera, { $count } días
    }
confirm-change = Aquí algo cambió
confirm-no-services = En el directorio no consta ningún servicio suyo. Por favor, llame a la oficina con la que trabajan.

## Todo junto

confirm-all-heading = Todo sigue siendo correcto
confirm-all-legend = Marque la casilla y luego presione el botón.
confirm-all-box = Lo he leído: todo sigue siendo correcto hoy.
confirm-all-send = Confirmar todo
confirm-tick = Marque la casilla cuando lo haya leído

## Un servicio

confirm-what-changed = ¿Cómo está hoy este servicio?
confirm-answer-right = Todo es correcto
confirm-answer-room = Correcto, y hay cupo
confirm-answer-waiting = Correcto, y hay lista de espera
confirm-answer-full = Correcto, pero lleno por ahora
confirm-answer-wrong = Algo no es correcto
confirm-answer-gone = Ya no lo ofrecemos
confirm-days = Cuántos días se espera (solo con lista de espera)
confirm-words = Qué no es correcto, en pocas palabras
confirm-words-hint = Por favor, escriba solo sobre el servicio, nunca sobre una persona. La oficina lo lee y corrige la ficha.
confirm-send = Enviar
confirm-back = Volver a todos los servicios
confirm-error-answer = Elija cómo está el servicio
confirm-error-days = Indique los días con un número del 1 al 730
confirm-error-words = Diga en pocas palabras qué no es correcto

## Lo que resultó

confirm-thanks-title = Muchas gracias
confirm-thanks-all = Todos los servicios quedan confirmados con fecha de hoy. No hace falta nada más.
confirm-thanks-service = Quedó anotado. Lo que solo la oficina puede cambiar, ya lo tiene como tarea. ¿Lo demás sigue siendo correcto?
confirm-again-title = Gracias, ya lo teníamos
confirm-again = Así consta en el directorio. No hace falta nada más.
confirm-stale = Alguien cambió la ficha mientras usted leía. No se guardó nada; por favor, mírela como está ahora.
confirm-dead-title = Este enlace ya no funciona
confirm-dead-why = Sucede cuando un correo más nuevo trae otro enlace, cuando el enlace es antiguo o cuando la institución ya no es socia.
confirm-dead-newest = Por favor, busque el correo más reciente sobre su ficha y use su enlace, o llame a la oficina con la que trabajan.

## Días de la semana

weekday-1 = Lunes
weekday-2 = Martes
weekday-3 = Miércoles
weekday-4 = Jueves
weekday-5 = Viernes
weekday-6 = Sábado
weekday-7 = Domingo

## A una persona responsable, sobre una institución

mail-agency-task-subject = { $agency }: algo por hacer
mail-agency-task-heading = Hay algo por hacer sobre { $agency }
mail-agency-task-what = Tiene una nueva tarea sobre una institución socia. Lo que la institución escribió está en la tarea.
mail-agency-task-action = Abrir la institución
mail-fact-to-do = Por hacer
agency-task-phone-agency = Llamar a la institución: no le llegan los correos sobre su ficha
agency-task-correct-entry = Corregir la ficha
agency-task-retire-service = Dar de baja el servicio: la institución ya no lo ofrece
