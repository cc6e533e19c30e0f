### Words of forms, reports and exports. Keys name the code they stand for: reason-no-capacity.

## Moments and spans of time

words-moment =
    { $day } à { $time } ({ $place ->
        [UTC] UTC
       *[other] heure de { $place }
    })
words-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
words-hours =
    { $count ->
        [one] { $count } heure
       *[other] { $count } heures
    }
words-days =
    { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }

## Headings of every table

words-total = Total
words-unknown = Non renseigné
words-none = Aucun
words-number = Numéro
words-share = Part
words-median = Médiane
words-percentile-90 = 90e centile
words-within-target = Dans le délai
words-currency = Devise
words-period = Période
words-as-of = Données au { $moment }
words-definition = Ce qui est compté
words-hidden = Moins de 5 : masqué pour protéger les personnes
words-month = Mois
words-quarter = Trimestre
words-year = Année

## What tables are broken down by

by-office = Bureau
by-territory = Territoire
by-worker = Responsable du dossier
by-agency = Organisme partenaire
by-service = Service
by-mobility = Catégorie de mobilité
by-nationality = Nationalité
by-country-of-work = Pays de travail
by-sex = Sexe
by-age-band = Âge
by-channel = Canal
by-priority = Priorité
by-specific-need = Besoin spécifique
by-visit = Visite mobile
by-status = Statut
by-stage = Étape

## Sex and age

sex-female = Femme
sex-male = Homme
sex-not-known = Non renseigné
sex-not-applicable = Sans objet
age-0-4 = 0–4
age-5-11 = 5–11
age-12-17 = 12–17
age-18-59 = 18–59
age-60-plus = 60 et plus
age-unknown = Âge non renseigné
people-girls = Filles
people-boys = Garçons
people-women = Femmes
people-men = Hommes
people-other = Autre ou non renseigné

## Cases

priority-emergency = Urgence vitale
priority-urgent = Urgent
priority-normal = Normal
stage-new = Nouveau
stage-assessed = Évalué
stage-in-progress = En cours
stage-waiting-on-partner = En attente d’un partenaire
stage-closed = Clos
case-status-open = Ouvert
case-status-closed = Clos

## Referrals

referral-draft = Brouillon
referral-sent = Envoyé, sans réponse
referral-acknowledged = Vu par le partenaire
referral-accepted = Accepté
referral-declined = Refusé
referral-in-service = Service commencé
referral-on-hold = En attente
referral-completed = Terminé
referral-failed = Service non rendu
referral-cancelled = Annulé
referral-expired = Sans réponse dans le délai
referral-entered-in-error = Saisi par erreur
reason-no-capacity = Capacité atteinte
reason-waiting-list = Liste d’attente
reason-not-eligible = Non éligible
reason-out-of-area = Hors de la zone couverte
reason-wrong-service = Pas le bon service
reason-missing-document = Il manque un document
reason-could-not-contact = Injoignable
reason-did-not-attend = Absence au rendez-vous
reason-client-declined = La personne a décliné
reason-safety-concern = Risque pour la sécurité
reason-duplicate = Doublon
reason-already-served = Déjà suivi
reason-other = Autre
outcome-need-met = Besoin satisfait
outcome-partly-met = Satisfait en partie
outcome-not-met = Non satisfait
outcome-unknown = Non renseigné

## Roles

role-system-admin = Administration du système
role-manager = Direction
role-supervisor = Supervision
role-case-worker = Responsable de dossiers
role-field-worker = Agent de terrain
role-partner = Partenaire
role-auditor = Audit

## Measures: the label, and what exactly is counted

measure-carried-over = Reportés
measure-carried-over-definition = Dossiers ouverts au début de la période.
measure-new = Nouveaux
measure-new-definition = Dossiers ouverts pour la première fois pendant la période.
measure-reopened = Rouverts
measure-reopened-definition = Dossiers repris pendant la période après avoir été clos. Un dossier peut être nouveau et rouvert dans la même période.
measure-closed = Clos
measure-closed-definition = Clôtures pendant la période. Un dossier clos deux fois compte deux fois ; le nombre de dossiers distincts figure à côté.
measure-closed-distinct = Dossiers distincts clos
measure-closed-distinct-definition = Dossiers clos au moins une fois pendant la période, chacun compté une fois.
measure-open-at-end = Ouverts à la fin
measure-open-at-end-definition = Dossiers ouverts à la fin de la période : reportés + nouveaux + rouverts − clos.
measure-overdue = En retard
measure-overdue-definition = Dossiers ouverts dont l’échéance est passée.
measure-active = Actifs
measure-active-definition = Dossiers ouverts avec une action dans les 30 derniers jours.
measure-dormant = En sommeil
measure-dormant-definition = Dossiers ouverts sans aucune action dans les 30 derniers jours.
measure-persons-served = Personnes accompagnées
measure-persons-served-definition = Personnes distinctes ayant reçu une aide ou dont le dossier a évolué pendant la période, chacune comptée une fois.
measure-assistance-given = Aides apportées
measure-assistance-given-definition = Services rendus par le bureau lui-même pendant la période. Une personne peut en recevoir plusieurs.
measure-people-benefiting = Personnes bénéficiaires
measure-people-benefiting-definition = Personnes nommées dans les aides apportées, membres du ménage compris.
measure-time-to-first-action = Délai jusqu’à la première action
measure-time-to-first-action-definition = De l’ouverture du dossier au premier acte de l’équipe autre que l’enregistrement : médiane, 90e centile et part dans le délai.
measure-time-to-close = Délai de clôture
measure-time-to-close-definition = De l’ouverture du dossier à sa clôture : médiane, et dossiers jusqu’à 30, de 31 à 90, de 91 à 180 et de plus de 180 jours.
measure-caseload-per-worker = Dossiers par responsable
measure-caseload-per-worker-definition = Dossiers actifs confiés à chaque responsable à la fin de la période : 0–9, 10–19, 20–29, 30 et plus.
measure-referrals-sent = Référencements envoyés
measure-referrals-sent-definition = Référencements envoyés aux partenaires pendant la période.
measure-referrals-acknowledged = Vus
measure-referrals-acknowledged-definition = Parmi les référencements envoyés pendant la période, ceux qu’une personne chez le partenaire avait vus à la fin, avec ou sans décision.
measure-referrals-accepted = Acceptés
measure-referrals-accepted-definition = Parmi les référencements envoyés pendant la période, ceux que le partenaire a accepté de prendre en charge. Accepter n’est pas encore aider.
measure-referrals-declined = Refusés
measure-referrals-declined-definition = Parmi les référencements envoyés pendant la période, ceux que le partenaire ne prend pas en charge, par motif.
measure-referrals-expired = Expirés
measure-referrals-expired-definition = Parmi les référencements envoyés pendant la période, ceux restés sans réponse à la limite finale.
measure-referrals-unanswered = Sans réponse
measure-referrals-unanswered-definition = Parmi les référencements envoyés pendant la période, ceux sans décision à la fin. Les référencements expirés en font partie, ceux qui ont été retirés non.
measure-acceptance-rate = Taux d’acceptation
measure-acceptance-rate-definition = Acceptés ÷ (acceptés + refusés + sans réponse après l’échéance).
measure-completion-rate = Taux d’achèvement
measure-completion-rate-definition = Référencements terminés ÷ référencements acceptés.
measure-need-met-rate = Taux de besoins satisfaits
measure-need-met-rate-definition = Référencements dont le besoin a été satisfait ÷ référencements envoyés.
measure-loop-closed-rate = Taux de boucle bouclée
measure-loop-closed-rate-definition = Référencements terminés avec un résultat ou un motif et annoncés à la personne ÷ référencements envoyés.
measure-time-to-answer = Délai de réponse
measure-time-to-answer-definition = De l’envoi du référencement à la première décision du partenaire : médiane et 90e centile.
measure-needs-raised = Besoins exprimés
measure-needs-raised-definition = Besoins enregistrés pendant la période, que quelqu’un puisse y répondre ou non.
measure-needs-met = Besoins satisfaits
measure-needs-met-definition = Parmi les besoins exprimés pendant la période, ceux enregistrés comme satisfaits.
measure-needs-unmet = Besoins non satisfaits
measure-needs-unmet-definition = Besoins clos faute de service ou d’éligibilité, ou dont tous les référencements ont été refusés, ont échoué ou ont expiré, ou en retard sans aucun référencement.
measure-funds-requested = Fonds demandés
measure-funds-requested-definition = Montants demandés pendant la période, chaque devise à part.
measure-funds-approved = Fonds approuvés
measure-funds-approved-definition = Montants approuvés pendant la période, chaque devise à part.
measure-funds-paid = Fonds versés
measure-funds-paid-definition = Montants versés pendant la période, chaque devise à part.
measure-referrals-withdrawn = Retirés
measure-referrals-withdrawn-definition = Parmi les référencements envoyés pendant la période, ceux annulés avant la décision du partenaire.
measure-referrals-overdue = Sans réponse, délai dépassé
measure-referrals-overdue-definition = Parmi ceux restés sans réponse, ceux dont le délai de décision est dépassé et ceux qui ont expiré.
measure-referrals-completed = Terminés
measure-referrals-completed-definition = Parmi les référencements envoyés pendant la période, ceux dont le service était terminé à la fin.
measure-referrals-failed = Non aboutis
measure-referrals-failed-definition = Parmi les référencements envoyés pendant la période, ceux que le partenaire avait acceptés sans pouvoir les mener à bien.
measure-referrals-need-met = Besoin satisfait
measure-referrals-need-met-definition = Parmi les terminés, ceux dont le besoin a été satisfait.
measure-referrals-loop-closed = Boucle bouclée
measure-referrals-loop-closed-definition = Parmi les référencements envoyés pendant la période, ceux qui se sont terminés par un résultat ou un motif et dont la personne a été informée.
measure-time-to-acknowledge = Heures jusqu’à la lecture (médiane)
measure-time-to-acknowledge-definition = De l’envoi au premier signe qu’une personne chez le partenaire l’a vu : la moitié est arrivée plus tôt.
measure-median-to-answer = Heures jusqu’à la décision (médiane)
measure-median-to-answer-definition = De l’envoi à la première décision du partenaire : la moitié est arrivée plus tôt.
measure-slowest-to-answer = Heures jusqu’à la décision (90e centile)
measure-slowest-to-answer-definition = De l’envoi à la première décision du partenaire : neuf sur dix sont arrivées plus tôt.
by-reason = Motif
