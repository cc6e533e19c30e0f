### Mga mensahe sa pagitan ng tanggapan at ng katuwang

mail-referral-message-subject = Referral { $number }: may mensahe
mail-message-from-desk-heading = Sumulat sa inyo ang { $office }
mail-message-from-desk-what = May mensahe para sa inyo tungkol sa referral na ito. Para sa kaligtasan ng tao, wala ito sa email na ito. Pakibasa po at doon na rin sumagot.
mail-message-from-agency-heading = Sumulat sa inyo ang { $agency }
mail-message-from-agency-what = May mensahe para sa inyo tungkol sa referral na ito. Para sa kaligtasan ng tao, wala ito sa email na ito. Pakibasa po at doon na rin sumagot.
mail-referral-message-action = Basahin ang mensahe

### Ang file ng kalendaryo para sa appointment

appointment-summary = Referral { $number }: appointment
appointment-description = { $agency } – { $service }. { $moment }
appointment-description-discreet = { $agency }. { $moment }
