## A una institución, sobre su ficha en el directorio

mail-service-marked-full-subject = { $agency }: ¿este servicio está lleno?
mail-service-marked-full-heading = ¿Este servicio está lleno?
mail-service-marked-full-what = En una semana nos devolvieron dos derivaciones por falta de cupo. Nuestro directorio indica ahora que el servicio está lleno y nadie les envía personas.
mail-service-marked-full-next = Si vuelve a haber cupo, por favor avísenos. Si no nos dicen nada, la marca se quita sola después de un tiempo.
