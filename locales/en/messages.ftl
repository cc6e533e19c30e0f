### Messages between desk and agency

mail-referral-message-subject = Referral { $number }: a message
mail-message-from-desk-heading = { $office } wrote to you
mail-message-from-desk-what = There is a message for you about this referral. For the person’s safety it is not in this mail. Please read it, and answer there.
mail-message-from-agency-heading = { $agency } wrote to you
mail-message-from-agency-what = There is a message for you about this referral. For the person’s safety it is not in this mail. Please read it, and answer there.
mail-referral-message-action = Read the message

### The calendar file of an appointment

appointment-summary = Referral { $number }: appointment
appointment-description = { $agency } – { $service }. { $moment }
appointment-description-discreet = { $agency }. { $moment }
