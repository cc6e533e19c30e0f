## El directorio abierto

hsds-free = gratuito
hsds-unit-place = cupo
hsds-register-key = Clave en otro registro
hsds-taxonomy-service = Lo que se ofrece: necesidades que un servicio puede atender
hsds-taxonomy-mobility = Situaciones de movilidad: a quién se dirige un servicio
hsds-taxonomy-sex = Sexos (ISO 5218): a quién se dirige un servicio

## A quien registró un webhook

mail-webhook-disabled-subject = Su webhook se desactivó: { $host }
mail-webhook-disabled-heading = Su webhook se desactivó
mail-webhook-disabled-what = Los mensajes a { $host } no llegan desde hace días, así que dejamos de enviarlos. No contenían datos de ninguna persona y ninguna derivación depende de ellos.
mail-webhook-disabled-next = Cuando el sistema receptor vuelva a responder, active de nuevo el webhook. Lo que no recibió puede reenviarse desde su lista de entregas.
mail-webhook-disabled-action = Abrir webhooks
