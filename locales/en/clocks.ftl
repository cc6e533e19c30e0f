### Mails that the clocks send by themselves. As in mail.ftl: numbers, services, deadlines, links; nobody's name.

mail-referral-unseen-subject = Referral { $number }: nobody has seen it yet
mail-referral-unseen-heading = Nobody at { $agency } has seen it yet
mail-referral-unseen-what = Somebody at the partner should have seen this referral by the moment named below. Please phone { $agency } and note the call.
mail-referral-contact-overdue-subject = Referral { $number }: the person is still waiting
mail-referral-contact-overdue-heading = { $agency } has not noted a first contact
mail-referral-contact-overdue-what = The partner accepted and should have reached the person by the moment named below. Please ask the partner, and the person, how things stand.
mail-referral-review-due-subject = Referral { $number }: time to look again
mail-referral-review-due-heading = The waiting time is over
mail-referral-review-due-what = { $agency } put this referral on hold until the day named below. Please ask whether it goes on, or look for another service.
mail-referral-verify-due-subject = Referral { $number }: please ask the person
mail-referral-verify-due-heading = Did it help?
mail-referral-verify-due-what = { $agency } has finished, and nobody has noted yet what the person says. Please ask whether the need is met, by the safe way noted in the file.

## Several at once

mail-referrals-waiting-subject =
    { $count ->
        [one] { $count } referral needs your attention
       *[other] { $count } referrals need your attention
    }
mail-referrals-waiting-heading =
    { $count ->
        [one] { $count } referral needs your attention
       *[other] { $count } referrals need your attention
    }
mail-referrals-waiting-what = These referrals came due together. To spare you a mail for each, here are their numbers.
mail-referrals-waiting-for-partner = People are waiting to hear whether you can help. Please answer the referrals named below.
mail-referrals-waiting-action = Open the list
waiting-referral-reminder = Waiting for an answer
waiting-referral-unseen = Not seen by the partner
waiting-referral-overdue = Answer overdue
waiting-referral-expired = Expired without an answer
waiting-referral-contact-overdue = Person not reached yet
waiting-referral-review-due = To look at again
waiting-referral-verify-due = Person to be asked
waiting-and-more = { $numbers } and { $more } more

## To supervisors, about a case

