### The one mail a day an agency may choose. Numbers, categories and deadlines; never a person.

mail-referral-digest-subject =
    { $count ->
        [one] { $count } référencement attend votre réponse
       *[other] { $count } référencements attendent votre réponse
    }
mail-referral-digest-heading = Référencements pour { $agency }
mail-referral-digest-what = { $office } sollicite votre aide pour ce qui est indiqué ci-dessous. Vous recevez ce message une fois par jour, comme vous l’avez souhaité ; ce qui est urgent arrive aussitôt.
mail-referral-digest-line = { $number } : { $service }. Répondre avant le { $moment }.
mail-referral-digest-line-open = { $number } : { $service }.
mail-referral-digest-line-again = { $number } : { $service }. Nous attendons toujours votre réponse, avant le { $moment }.
mail-referral-digest-more = Et { $count } de plus.
mail-referral-digest-action = Voir et répondre
