### Mails. No mail names a migrant, a nationality, a document or what a need is in detail: numbers, services, deadlines, links.

## What every mail has

mail-button-fallback = Si le bouton ne fonctionne pas, ouvrez cette adresse :
mail-footer = Ce message a été envoyé par Migrant Desk pour { $office }. Merci de ne pas y répondre avec des données personnelles : le courriel n’est pas un lieu sûr pour elles.
mail-fact-referral = Référencement
mail-fact-case = Dossier
mail-fact-service = Service
mail-fact-priority = Priorité
mail-fact-office = Bureau
mail-fact-agency = Partenaire
mail-fact-answer-by = Répondre avant
mail-fact-due = Échéance
mail-fact-appointment = Rendez-vous
mail-fact-reason = Motif
mail-fact-outcome = Résultat
mail-fact-review-on = À revoir le
mail-fact-access-until = Fin de l’accès
mail-fact-confirmed-on = Dernière confirmation
mail-fact-code = Code
mail-fact-at = Quand
mail-open-referral = Ouvrir le référencement
mail-open-case = Ouvrir le dossier

## To a member of staff, about the account

mail-staff-invitation-subject = Votre invitation à Migrant Desk
mail-staff-invitation-heading = Bienvenue, { $name }
mail-staff-invitation-asked = { $office } vous invite à travailler avec Migrant Desk.
mail-staff-invitation-how = Choisissez votre mot de passe avec le bouton ci-dessous. Le lien fonctionne une seule fois, pendant { $span }.
mail-staff-invitation-unexpected = Si vous n’attendiez pas cette invitation, ignorez-la : rien ne se fera sans vous.
mail-staff-invitation-action = Choisir mon mot de passe
mail-password-reset-subject = Choisissez un nouveau mot de passe
mail-password-reset-heading = Un nouveau mot de passe
mail-password-reset-how = Quelqu’un, sans doute vous, a demandé un nouveau mot de passe. Le lien fonctionne une seule fois, pendant { $span }.
mail-password-reset-unexpected = Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même.
mail-password-reset-action = Choisir un nouveau mot de passe
mail-password-changed-subject = Votre mot de passe a été modifié
mail-password-changed-heading = Votre mot de passe a été modifié
mail-password-changed-what = Votre mot de passe a été modifié au moment indiqué ci-dessous. Vous avez été déconnecté de tous les appareils.
mail-password-changed-unexpected = Si ce n’était pas vous, prévenez tout de suite votre superviseur et choisissez un nouveau mot de passe.
mail-password-changed-action = Aller à la connexion

## To the partner agency

mail-referral-sent-subject = Référencement { $number } : merci de répondre
mail-referral-sent-heading = Un nouveau référencement pour { $agency }
mail-referral-sent-asked = { $office } vous demande d’aider une personne pour le service indiqué ci-dessous.
mail-referral-sent-safe = Pour protéger la personne, ce message ne nomme personne. Vous verrez les détails après connexion ou saisie de votre code.
mail-referral-sent-either-way = Un non aide aussi : il nous permet de chercher ailleurs à temps.
mail-referral-sent-action = Voir et répondre
mail-referral-reminder-subject = Référencement { $number } : nous attendons votre réponse
mail-referral-reminder-heading = Un référencement attend votre réponse
mail-referral-reminder-what = Une personne attend de savoir si { $agency } peut l’aider. Merci de répondre avant le moment indiqué ci-dessous.
mail-answer-link-subject = Référencement { $number } : votre nouveau lien
mail-answer-link-heading = Un nouveau lien pour vous
mail-answer-link-what = { $office } vous envoie un nouveau lien vers ce référencement. Les liens des messages précédents à ce sujet ne fonctionnent plus.
mail-answer-code-subject = Votre code pour le référencement { $number }
mail-answer-code-heading = Votre code
mail-answer-code-how = Saisissez ce code sur la page que vous avez ouverte. Il fonctionne une seule fois, pendant { $span }.
mail-answer-code-unexpected = Ne transmettez pas ce code. Nous ne le demandons jamais par téléphone ni par courriel.
mail-referral-cancelled-subject = Référencement { $number } : annulé
mail-referral-cancelled-heading = Un référencement a été annulé
mail-referral-cancelled-what = { $office } a retiré ce référencement. Merci de ne rien entreprendre de plus et d’effacer vos notes à ce sujet. Merci du temps consacré.
mail-consent-withdrawn-subject = Référencement { $number } : merci d’arrêter
mail-consent-withdrawn-heading = Merci d’arrêter ce référencement
mail-consent-withdrawn-what = La personne a retiré son consentement au partage de données avec vous. Merci d’arrêter immédiatement, de ne pas la contacter et d’effacer les données reçues, sauf obligation légale de les conserver.
mail-referral-amended-subject = Référencement { $number } : une correction
mail-referral-amended-heading = Un référencement a été corrigé
mail-referral-amended-what = { $office } a corrigé ce référencement. Merci de lire la correction avant de poursuivre.
mail-directory-to-confirm-subject = { $agency } : votre fiche est-elle à jour ?
mail-directory-to-confirm-heading = Votre fiche est-elle à jour ?
mail-directory-to-confirm-what = Nous vous adressons des personnes selon notre répertoire. Merci de relire vos services, horaires et places disponibles, puis de les confirmer ou corriger. Cela prend quelques minutes.
mail-directory-to-confirm-action = Relire notre fiche

## To the case worker, about a referral

mail-referral-accepted-subject = Référencement { $number } : accepté
mail-referral-accepted-heading = { $agency } a accepté
mail-referral-accepted-what = Le partenaire prend ce référencement en charge. Merci d’informer la personne de la suite, par le moyen sûr noté au dossier.
mail-referral-declined-subject = Référencement { $number } : refusé
mail-referral-declined-heading = { $agency } ne peut pas aider
mail-referral-declined-what = Le besoin est de nouveau ouvert. Merci de chercher un autre service ; les tentatives précédentes restent notées.
mail-referral-on-hold-subject = Référencement { $number } : en attente
mail-referral-on-hold-heading = { $agency } l’a mis en attente
mail-referral-on-hold-what = Le partenaire attend pour le motif indiqué ci-dessous. Merci d’informer la personne et de voir si vous pouvez faire avancer les choses.
mail-referral-in-service-subject = Référencement { $number } : service commencé
mail-referral-in-service-heading = { $agency } a commencé
mail-referral-in-service-what = Le partenaire a joint la personne et le service a commencé. Rien à faire pour l’instant.
mail-referral-completed-subject = Référencement { $number } : terminé
mail-referral-completed-heading = { $agency } a terminé
mail-referral-completed-what = Le travail du partenaire est terminé. Merci de demander à la personne si son besoin est satisfait et de noter sa réponse.
mail-referral-failed-subject = Référencement { $number } : service non rendu
mail-referral-failed-heading = { $agency } n’a pas pu rendre le service
mail-referral-failed-what = Cela a été tenté sans succès, pour le motif indiqué ci-dessous. Le besoin est de nouveau ouvert : merci de chercher une autre voie avec la personne.
mail-referral-withdrawn-by-partner-subject = Référencement { $number } : le partenaire s’est retiré
mail-referral-withdrawn-by-partner-heading = { $agency } s’est retiré
mail-referral-withdrawn-by-partner-what = Le partenaire avait accepté mais ne poursuivra pas. Le besoin est de nouveau ouvert : merci de chercher un autre service et d’informer la personne.
mail-referral-overdue-subject = Référencement { $number } : réponse en retard
mail-referral-overdue-heading = { $agency } n’a pas répondu
mail-referral-overdue-what = La réponse était attendue pour le moment indiqué ci-dessous. Un appel aide souvent ; sinon, peut-être un autre service.
mail-referral-expired-subject = Référencement { $number } : expiré sans réponse
mail-referral-expired-heading = Personne n’a répondu à temps
mail-referral-expired-what = { $agency } n’a pas répondu et le référencement a pris fin. Le besoin est de nouveau ouvert et une tâche vous attend : orienter vers un autre service.

## To the case worker, about a case

mail-file-opened-subject = Dossier { $number } : consulté par la direction
mail-file-opened-heading = La direction a consulté un de vos dossiers
mail-file-opened-what = La direction a ouvert ce dossier et a donné un motif écrit. L’historique du dossier indique qui et pourquoi.
mail-emergency-access-subject = Dossier { $number } : accès d’urgence
mail-emergency-access-heading = L’accès d’urgence a été utilisé
mail-emergency-access-what = Une personne de l’équipe a ouvert ce dossier avec l’accès d’urgence et a donné un motif écrit. Il prend fin de lui-même au moment indiqué ci-dessous.
mail-emergency-access-review = Une autre personne doit l’examiner sous { $span }.
mail-case-assigned-subject = Dossier { $number } : il vous est confié
mail-case-assigned-heading = Un dossier vous est confié
mail-case-assigned-what = Vous êtes désormais responsable de ce dossier. Merci de le lire et de prévoir la prochaine étape.
mail-case-reopened-subject = Dossier { $number } : rouvert
mail-case-reopened-heading = Un dossier a été rouvert
mail-case-reopened-what = Le travail sur ce dossier reprend et il vous est confié. Son historique est intact.
mail-case-emergency-subject = Dossier { $number } : urgence absolue
mail-case-emergency-heading = Un dossier relève de l’urgence
mail-case-emergency-what = Il faut agir sur ce dossier avant le moment indiqué ci-dessous ; le délai court aussi la nuit et le week-end. Merci de veiller à ce que quelqu’un agisse maintenant.
mail-access-review-due-subject = Dossier { $number } : accès d’urgence non examiné
mail-access-review-due-heading = Merci d’examiner un accès d’urgence
mail-access-review-due-what = Une personne de l’équipe a ouvert ce dossier avec l’accès d’urgence, et personne d’autre ne l’a examiné à temps. Merci de lire le motif enregistré et de confirmer votre examen.
mail-notice-undeliverable-subject = Référencement { $number } : notre message n’est pas arrivé
mail-notice-undeliverable-heading = Merci d’appeler { $agency }
mail-notice-undeliverable-what = Notre message sur ce référencement n’a pas pu être remis ; le partenaire l’ignore peut-être. Merci d’appeler et de demander la bonne adresse.
