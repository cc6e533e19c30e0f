## À un organisme, sur sa fiche dans le répertoire

mail-service-marked-full-subject = { $agency } : ce service est-il complet ?
mail-service-marked-full-heading = Ce service est-il complet ?
mail-service-marked-full-what = En une semaine, deux orientations nous sont revenues faute de place. Notre répertoire indique désormais que le service est complet et personne n’y est plus envoyé.
mail-service-marked-full-next = S’il y a de nouveau de la place, dites-le-nous. Sans nouvelle de votre part, la mention disparaît d’elle-même après quelque temps.
