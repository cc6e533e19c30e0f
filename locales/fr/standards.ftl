## Le répertoire ouvert

hsds-free = gratuit
hsds-unit-place = place
hsds-register-key = Clé dans un autre registre
hsds-taxonomy-service = Ce qui est proposé : les besoins auxquels un service peut répondre
hsds-taxonomy-mobility = Situations de mobilité : à qui un service s’adresse
hsds-taxonomy-sex = Sexes (ISO 5218) : à qui un service s’adresse

## À qui a enregistré un webhook

mail-webhook-disabled-subject = Votre webhook a été désactivé : { $host }
mail-webhook-disabled-heading = Votre webhook a été désactivé
mail-webhook-disabled-what = Les messages vers { $host } n’arrivent plus depuis plusieurs jours ; nous avons cessé de les envoyer. Ils ne contenaient aucune donnée personnelle et aucune orientation n’en dépend.
mail-webhook-disabled-next = Dès que le système destinataire répond de nouveau, réactivez le webhook. Ce qu’il a manqué peut être renvoyé depuis la liste des envois.
mail-webhook-disabled-action = Ouvrir les webhooks
