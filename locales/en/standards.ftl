## The open directory

hsds-free = free of charge
hsds-unit-place = place
hsds-register-key = Key in another register
hsds-taxonomy-service = What is offered: needs that a service can meet
hsds-taxonomy-mobility = Mobility situations: for whom a service is meant
hsds-taxonomy-sex = Sexes (ISO 5218): for whom a service is meant

## To whoever registered a webhook

mail-webhook-disabled-subject = Your webhook was switched off: { $host }
mail-webhook-disabled-heading = Your webhook was switched off
mail-webhook-disabled-what = Messages to { $host } have not arrived for days, so we stopped sending them. Nothing about any person was in them, and no referral depends on them.
mail-webhook-disabled-next = Once the receiving system answers again, switch the webhook on. What it missed can be sent again from its list of deliveries.
mail-webhook-disabled-action = Open webhooks
