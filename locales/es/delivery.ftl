### The one mail a day an agency may choose. Numbers, categories and deadlines; never a person.

mail-referral-digest-subject =
    { $count ->
        [one] { $count } derivación espera su respuesta
       *[other] { $count } derivaciones esperan su respuesta
    }
mail-referral-digest-heading = Derivaciones para { $agency }
mail-referral-digest-what = { $office } le pide ayuda con lo que se indica abajo. Recibe este correo una vez al día, como lo pidió; lo urgente llega de inmediato.
mail-referral-digest-line = { $number }: { $service }. Responder hasta el { $moment }.
mail-referral-digest-line-open = { $number }: { $service }.
mail-referral-digest-line-again = { $number }: { $service }. Seguimos esperando su respuesta, hasta el { $moment }.
mail-referral-digest-more = Y { $count } más.
mail-referral-digest-action = Ver y responder las derivaciones
