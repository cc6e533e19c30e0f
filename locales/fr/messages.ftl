### Messages entre le bureau et l’organisme

mail-referral-message-subject = Référencement { $number } : un message
mail-message-from-desk-heading = { $office } vous a écrit
mail-message-from-desk-what = Un message vous attend au sujet de ce référencement. Pour la sécurité de la personne, il ne figure pas dans ce courriel. Merci de le lire et d’y répondre en ligne.
mail-message-from-agency-heading = { $agency } vous a écrit
mail-message-from-agency-what = Un message vous attend au sujet de ce référencement. Pour la sécurité de la personne, il ne figure pas dans ce courriel. Merci de le lire et d’y répondre en ligne.
mail-referral-message-action = Lire le message

### Le fichier de calendrier d’un rendez-vous

appointment-summary = Référencement { $number } : rendez-vous
appointment-description = { $agency } – { $service }. { $moment }
appointment-description-discreet = { $agency }. { $moment }
