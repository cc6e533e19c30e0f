### The pages by which a partner answers without an account. They are read on a phone, in a hurry: short and kind.

## Around every page

answer-language = Langue
answer-office-phone = Téléphone du bureau
answer-ask-phone = Une question, une correction ? Appelez { $office } au { $phone }. Le numéro { $number } suffit ; merci de n’écrire aucun nom dans vos courriels.
answer-ask-mail = Une question, une correction ? Écrivez à { $office } : { $mail }. Le numéro { $number } suffit ; merci de n’écrire aucun nom dans vos courriels.
answer-ask-office = Une question, une correction ? Contactez { $office }. Le numéro { $number } suffit ; merci de n’écrire aucun nom dans vos courriels.

## How it stands, as the partner says it

answer-state-sent = En attente de votre réponse
answer-state-acknowledged = Vu ; en attente de votre oui ou non
answer-state-accepted = Accepté
answer-state-declined = Refusé
answer-state-in-service = Le service a commencé
answer-state-on-hold = En suspens
answer-state-completed = Terminé
answer-state-failed = N’a pas pu se faire
answer-state-cancelled = Retiré
answer-state-expired = Clos : pas de réponse à temps
answer-state-entered-in-error = Retiré : fait par erreur
answer-was-sent = Envoyé à votre organisation

## When it is over

answer-over-declined = Vous ne pouvez pas vous en charger. Merci de l’avoir dit : { $office } cherche ailleurs.
answer-over-completed = Votre travail sur ce référencement est terminé. Merci beaucoup.
answer-over-failed = Il est noté que cela n’a pas pu se faire. Merci d’avoir essayé.
answer-over-cancelled = { $office } a retiré ce référencement. Merci de ne rien entreprendre de plus et d’effacer vos notes à ce sujet. Les détails ne sont plus affichés ici.
answer-over-taken-back = Vous avez retiré votre oui. Merci de l’avoir dit : { $office } cherche ailleurs. Merci d’effacer ce que vous avez noté ; les détails ne sont plus affichés ici.
answer-over-expired = Aucune réponse n’est arrivée à temps et { $office } cherche ailleurs. Si vous pouvez encore aider, merci d’appeler.
answer-over-entered-in-error = { $office } a fait ce référencement par erreur. Merci de ne rien entreprendre de plus et d’effacer vos notes à ce sujet. Les détails ne sont plus affichés ici.
answer-readable-until = Vous pouvez lire les détails ici jusqu’au { $day }.

## Before the code

answer-asked = { $office } demande à { $agency } d’aider une personne.
answer-locked = Pour protéger la personne, les détails ne s’affichent qu’avec un code. Nous l’envoyons à votre adresse enregistrée : { $mailbox }
answer-send-code = Envoyez-moi le code
answer-go-on-asked = Avez-vous saisi un code ici dans les 30 dernières minutes ?
answer-go-on = Continuer
answer-closed-title = La page est fermée
answer-closed = Personne ne peut continuer à lire ici sans un nouveau code.
answer-form-old-title = Rien n’a encore été envoyé
answer-form-old = Cette page était ouverte depuis longtemps. Merci d’appuyer encore une fois sur le bouton.
answer-over-title = Merci de demander un nouveau code
answer-over = Pour protéger la personne, la page se ferme après 30 minutes. Votre dernière réponse n’a pas été enregistrée ; merci de la redonner.

## The code

answer-code-title = Saisissez votre code
answer-code-sent = Un code part vers { $mailbox }. Il fonctionne une seule fois, pendant { $span }.
answer-code-label = Code à six chiffres
answer-code-open = Ouvrir le référencement
answer-code-again = Envoyer un autre code
answer-code-nothing = Rien n’arrive après quelques minutes ? Regardez parmi les indésirables, ou appelez { $office }.
answer-code-wrong-title = Le référencement reste fermé
answer-code-shape = Un code a six chiffres. Merci de relire le courriel.
answer-code-wrong = Ce n’est pas le bon code. Merci de relire le courriel le plus récent.
answer-code-spent = Plus aucun code ne fonctionne : utilisé, trop ancien, ou trop d’erreurs. Merci d’en envoyer un autre.
answer-code-slow = Après un code erroné, merci d’attendre { $span } avant de réessayer.
answer-code-many-title = Beaucoup de codes ont déjà été envoyés
answer-code-many = Utilisez le plus récent, réessayez dans { $span }, ou appelez { $office }.
answer-seconds =
    { $count ->
        [one] { $count } seconde
       *[other] { $count } secondes
    }

## What was disclosed

answer-skip = Aller aux réponses
answer-disclosed = La personne
answer-correction = Correction du { $day }
answer-care = Merci de contacter la personne seulement comme indiqué ici. Tout autre moyen peut la mettre en danger.
answer-message = Ce qui est demandé
answer-contact-how = Comment contacter la personne
answer-years =
    { $count ->
        [one] { $count } an
       *[other] { $count } ans
    }
answer-birth-year = { $year } (seule l’année est connue)
answer-birth-estimated = { $day } (estimation)
answer-contact-phone = Téléphone
answer-contact-email = Courriel
answer-contact-messaging = Messagerie
answer-contact-address = Adresse
answer-contact-only = seulement : { $ways }
answer-contact-secret = ne doit pas l’apprendre : { $who }
answer-channel-call = appel
answer-channel-sms = SMS
answer-channel-messaging = messagerie
answer-channel-email = courriel
answer-channel-visit = visite

## The answers

answer-heading = Votre réponse
answer-do-accept = Oui, nous allons aider
answer-do-decline = Non, nous ne pouvons pas aider
answer-do-acknowledge = Vu, notre réponse suivra
answer-do-begin = Le service a commencé
answer-do-complete = Notre travail est terminé
answer-do-hold = Il faut attendre
answer-do-fail = Cela n’a pas pu se faire
answer-do-cancel = Finalement, nous ne pouvons pas aider
answer-hint-accept = Si un rendez-vous est déjà fixé pour la personne, indiquez-le ici.
answer-hint-decline = Un non aide aussi : le bureau peut chercher ailleurs à temps.
answer-hint-acknowledge = Le bureau saura que quelqu’un l’a lu. Ce n’est pas encore un oui.
answer-hint-cancel = Si vous aviez dit oui et n’avez pas pu aider : le bureau cherche tout de suite ailleurs.
answer-appointment-on = Jour du rendez-vous (si connu)
answer-appointment-time = Heure (heure de { $place })
answer-appointment-place = Lieu (si connu)
answer-choose = Merci de choisir
answer-reason-text = En quelques mots (nécessaire avec « Autre »)
answer-suggest = Un service qui conviendrait mieux (si vous en connaissez un)
answer-suggest-none = Aucun
answer-began-on = Jour du début
answer-review-on = Jour où y revenir, au plus dans 30 jours
answer-outcome = Le besoin a-t-il été satisfait ?
answer-send = Envoyer : { $answer }
answer-so-far = Jusqu’ici
answer-close = Fermer cette page
answer-close-why = Sur un appareil partagé, fermez la page quand vous avez fini.

## What came of an answer

answer-thanks-title = Merci
answer-thanks = { $office } a votre réponse : { $state }.
answer-again-title = Merci, nous avions déjà cette réponse
answer-again = { $office } l’a reçue : { $state }. Il n’y a rien de plus à faire.
answer-different-title = Déjà répondu autrement
answer-different = Depuis le { $at } : { $state }. Votre nouvelle réponse n’a pas été prise en compte.
answer-stale-title = Quelque chose a changé entre-temps
answer-stale = Maintenant : { $state }. Votre réponse n’a pas été prise en compte. Merci de relire, et de répondre encore une fois si besoin.
answer-errors-title = Merci de corriger d’abord ceci
answer-error-reason = Choisissez un motif
answer-error-reason-text = Dites en quelques mots ce que signifie « Autre »
answer-error-outcome = Dites si le besoin a été satisfait
answer-error-review-on = Choisissez un jour où y revenir, d’aujourd’hui à 30 jours
answer-error-began-on = Choisissez un jour qui n’est pas dans le futur
answer-error-day = Choisissez un jour
answer-error-time = Choisissez une heure, par exemple 09:30
answer-error-appointment-past = Choisissez un rendez-vous qui n’est pas passé
answer-error-too-long = Écrivez moins ici
answer-error-other = Corrigez ce champ

## When a link leads nowhere, and other trouble

answer-dead-title = Ce lien ne fonctionne plus
answer-dead-why = Cela arrive quand un courriel plus récent contient un autre lien, quand le référencement est clos, ou quand le lien est ancien.
answer-dead-newest = Merci de chercher le courriel le plus récent sur ce référencement et d’utiliser son lien.
answer-dead-phone = Pas de courriel plus récent ? Appelez { $office } et donnez le numéro du référencement. Il figure dans l’objet du courriel.
answer-dead-ask = Pas de courriel plus récent ? Appelez le bureau qui vous a écrit et donnez le numéro du référencement. Il figure dans l’objet du courriel.
answer-unread-title = Cela n’a pas pu être lu
answer-unread = Rien n’a été modifié. Merci d’ouvrir de nouveau le lien du courriel.
answer-trouble-title = Un problème de notre côté
answer-trouble = Merci de réessayer dans quelques minutes. En cas d’urgence, appelez le bureau qui vous a écrit.
