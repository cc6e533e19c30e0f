### Mensajes entre la oficina y la organización

mail-referral-message-subject = Derivación { $number }: un mensaje
mail-message-from-desk-heading = { $office } les escribió
mail-message-from-desk-what = Hay un mensaje para ustedes sobre esta derivación. Por la seguridad de la persona, no va en este correo. Por favor, léanlo y respondan allí.
mail-message-from-agency-heading = { $agency } le escribió
mail-message-from-agency-what = Hay un mensaje para usted sobre esta derivación. Por la seguridad de la persona, no va en este correo. Por favor, léalo y responda allí.
mail-referral-message-action = Leer el mensaje

### El archivo de calendario de una cita

appointment-summary = Derivación { $number }: cita
appointment-description = { $agency } – { $service }. { $moment }
appointment-description-discreet = { $agency }. { $moment }
