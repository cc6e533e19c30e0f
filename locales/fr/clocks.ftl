### Courriels que les horloges envoient d'elles-mêmes. Comme dans mail.ftl : numéros, services, délais, liens ; aucun nom de personne.

mail-referral-unseen-subject = Référencement { $number } : personne ne l’a encore vu
mail-referral-unseen-heading = Personne chez { $agency } ne l’a encore vu
mail-referral-unseen-what = Quelqu’un chez le partenaire aurait dû voir ce référencement avant le moment indiqué ci-dessous. Merci d’appeler { $agency } et de noter l’appel.
mail-referral-contact-overdue-subject = Référencement { $number } : la personne attend toujours
mail-referral-contact-overdue-heading = { $agency } n’a pas noté de premier contact
mail-referral-contact-overdue-what = Le partenaire a accepté et aurait dû joindre la personne avant le moment indiqué ci-dessous. Merci de demander au partenaire, et à la personne, où en sont les choses.
mail-referral-review-due-subject = Référencement { $number } : à revoir maintenant
mail-referral-review-due-heading = Le temps d’attente est écoulé
mail-referral-review-due-what = { $agency } avait mis ce référencement en attente jusqu’au jour indiqué ci-dessous. Merci de demander s’il se poursuit, ou de chercher un autre service.
mail-referral-verify-due-subject = Référencement { $number } : demandez à la personne
mail-referral-verify-due-heading = Est-ce que cela a aidé ?
mail-referral-verify-due-what = { $agency } a terminé, et personne n’a encore noté ce qu’en dit la personne. Merci de lui demander si le besoin est couvert, par la voie sûre notée au dossier.

## Plusieurs à la fois

mail-referrals-waiting-subject =
    { $count ->
        [one] { $count } référencement demande votre attention
       *[other] { $count } référencements demandent votre attention
    }
mail-referrals-waiting-heading =
    { $count ->
        [one] { $count } référencement demande votre attention
       *[other] { $count } référencements demandent votre attention
    }
mail-referrals-waiting-what = Ces référencements sont arrivés à échéance ensemble. Pour vous épargner un courriel pour chacun, voici leurs numéros.
mail-referrals-waiting-for-partner = Des personnes attendent de savoir si vous pouvez les aider. Merci de répondre aux référencements indiqués ci-dessous.
mail-referrals-waiting-action = Ouvrir la liste
waiting-referral-reminder = Attendent une réponse
waiting-referral-unseen = Pas encore vus par le partenaire
waiting-referral-overdue = Réponse en retard
waiting-referral-expired = Expirés sans réponse
waiting-referral-contact-overdue = Personne pas encore jointe
waiting-referral-review-due = À revoir
waiting-referral-verify-due = Personne à interroger
waiting-and-more = { $numbers } et { $more } autres

## Aux superviseurs, au sujet d'un dossier

