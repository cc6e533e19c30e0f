## Ang bukas na direktoryo

hsds-free = walang bayad
hsds-unit-place = puwesto
hsds-register-key = Susi sa ibang talaan
hsds-taxonomy-service = Ang iniaalok: mga pangangailangang kayang tugunan ng isang serbisyo
hsds-taxonomy-mobility = Mga kalagayan sa paglipat: kung para kanino ang isang serbisyo
hsds-taxonomy-sex = Mga kasarian (ISO 5218): kung para kanino ang isang serbisyo

## Sa nagrehistro ng webhook

mail-webhook-disabled-subject = Isinara ang inyong webhook: { $host }
mail-webhook-disabled-heading = Isinara ang inyong webhook
mail-webhook-disabled-what = Ilang araw nang hindi dumarating ang mga mensahe sa { $host }, kaya itinigil na namin ang pagpapadala. Walang datos ng sinumang tao ang laman ng mga ito, at walang referral na nakasalalay sa mga ito.
mail-webhook-disabled-next = Kapag sumagot na muli ang tumatanggap na sistema, pakibuksan muli ang webhook. Maaaring ipadala ulit ang mga hindi nito natanggap mula sa listahan ng mga ipinadala.
mail-webhook-disabled-action = Buksan ang mga webhook
