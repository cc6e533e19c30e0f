### La page où une structure confirme sa fiche dans le répertoire, sans compte. Rien sur aucune personne.

confirm-heading = Est-ce toujours exact ?
confirm-intro = Des personnes qui ont besoin d’aide sont orientées vers { $agency } d’après ce qui figure ici. Merci de le relire et de le confirmer à la fin, ou de nous dire ce qui a changé. Ni compte ni code : tout ceci figure dans le répertoire, et rien n’y concerne une personne.
confirm-skip = Tout est toujours exact
confirm-contact = Comment vous joindre
confirm-contact-wrong = Quelque chose est faux ici ? Ouvrez l’un de vos services ci-dessous et écrivez-le là.
confirm-phone = Téléphone
confirm-mailbox = Adresse pour les référencements
confirm-website = Site web
confirm-address = Adresse
confirm-hours = Heures d’ouverture
confirm-not-said = Non indiqué
confirm-helps-with = Aide pour
confirm-places = Intervient à
confirm-languages = Langues
confirm-capacity = Places
confirm-papers = Documents à apporter
confirm-cost = Coût
confirm-free = Gratuit
confirm-description = Description
confirm-never = Pas encore
confirm-since = { $what } (indiqué le { $day })
confirm-capacity-open = Reçoit des personnes
confirm-capacity-limited = Reçoit peu de personnes
confirm-capacity-full = Complet, ne reçoit personne pour le moment
confirm-capacity-unknown = Inconnu
confirm-capacity-waiting =
    { $count ->
        [one] Liste d’attente, { $count } jour
       *[other] Liste d’attente, { $count } jours
    }
confirm-change = Quelque chose a changé ici
confirm-no-services = Aucun de vos services ne figure dans le répertoire. Merci d’appeler le bureau avec lequel vous travaillez.

## Tout ensemble

confirm-all-heading = Tout est toujours exact
confirm-all-legend = Cochez la case, puis appuyez sur le bouton.
confirm-all-box = J’ai lu : tout est encore exact aujourd’hui.
confirm-all-send = Tout confirmer
confirm-tick = Cochez la case une fois que vous avez lu

## Un service

confirm-what-changed = Où en est ce service aujourd’hui ?
confirm-answer-right = Tout est exact
confirm-answer-room = Exact, et il y a de la place
confirm-answer-waiting = Exact, et il y a une liste d’attente
confirm-answer-full = Exact, mais complet pour le moment
confirm-answer-wrong = Quelque chose n’est pas exact
confirm-answer-gone = Nous ne le proposons plus
confirm-days = Combien de jours d’attente (seulement avec une liste d’attente)
confirm-words = Ce qui n’est pas exact, en quelques mots
confirm-words-hint = Merci de n’écrire que sur le service, jamais sur une personne. Le bureau le lit et corrige la fiche.
confirm-send = Envoyer
confirm-back = Retour à tous les services
confirm-error-answer = Choisissez où en est le service
confirm-error-days = Indiquez les jours par un nombre de 1 à 730
confirm-error-words = Dites en quelques mots ce qui n’est pas exact

## Ce qui en est résulté

confirm-thanks-title = Merci beaucoup
confirm-thanks-all = Tous les services sont confirmés à la date d’aujourd’hui. Rien d’autre n’est nécessaire.
confirm-thanks-service = C’est noté. Ce que seul le bureau peut changer, il l’a maintenant comme tâche. Le reste est-il toujours exact ?
confirm-again-title = Merci, nous l’avions déjà
confirm-again = C’est ainsi dans le répertoire. Rien d’autre n’est nécessaire.
confirm-stale = Quelqu’un a modifié la fiche pendant votre lecture. Rien n’a été enregistré ; merci de la regarder telle qu’elle est maintenant.
confirm-dead-title = Ce lien ne fonctionne plus
confirm-dead-why = Cela arrive quand un courriel plus récent a apporté un autre lien, quand le lien est ancien ou quand la structure n’est plus partenaire.
confirm-dead-newest = Merci de chercher le courriel le plus récent sur votre fiche et d’utiliser son lien, ou d’appeler le bureau avec lequel vous travaillez.

## Jours de la semaine

weekday-1 = Lundi
weekday-2 = Mardi
weekday-3 = Mercredi
weekday-4 = Jeudi
weekday-5 = Vendredi
weekday-6 = Samedi
weekday-7 = Dimanche

## À une personne responsable, sur une structure

mail-agency-task-subject = { $agency } : quelque chose à faire
mail-agency-task-heading = Quelque chose est à faire pour { $agency }
mail-agency-task-what = Vous avez une nouvelle tâche sur une structure partenaire. Ce que la structure a écrit se trouve dans la tâche.
mail-agency-task-action = Ouvrir la structure
mail-fact-to-do = À faire
agency-task-phone-agency = Appeler la structure : les courriels sur sa fiche n’arrivent pas
agency-task-correct-entry = Corriger la fiche
agency-task-retire-service = Retirer le service : la structure ne le propose plus
