### Mails. No mail names a migrant, a nationality, a document or what a need is in detail: numbers, services, deadlines, links.

## What every mail has

mail-button-fallback = If the button does not work, open this address:
mail-footer = This mail was sent by Migrant Desk for { $office }. Please do not answer it with personal data: mail is not a safe place for them.
mail-fact-referral = Referral
mail-fact-case = Case
mail-fact-service = Service
mail-fact-priority = Priority
mail-fact-office = Office
mail-fact-agency = Partner
mail-fact-answer-by = Answer by
mail-fact-due = Due
mail-fact-appointment = Appointment
mail-fact-reason = Reason
mail-fact-outcome = Outcome
mail-fact-review-on = Looked at again on
mail-fact-access-until = Access ends
mail-fact-confirmed-on = Last confirmed
mail-fact-code = Code
mail-fact-at = When
mail-open-referral = Open the referral
mail-open-case = Open the case

## To a member of staff, about the account

mail-staff-invitation-subject = Your invitation to Migrant Desk
mail-staff-invitation-heading = Welcome, { $name }
mail-staff-invitation-asked = { $office } invites you to work with Migrant Desk.
mail-staff-invitation-how = Choose your password with the button below. The link works once, within { $span }.
mail-staff-invitation-unexpected = If you did not expect this invitation, you can ignore it: nothing happens without you.
mail-staff-invitation-action = Choose my password
mail-password-reset-subject = Choose a new password
mail-password-reset-heading = A new password
mail-password-reset-how = Someone, probably you, asked for a new password. The link works once, within { $span }.
mail-password-reset-unexpected = If it was not you, do nothing: your password stays as it is.
mail-password-reset-action = Choose a new password
mail-password-changed-subject = Your password was changed
mail-password-changed-heading = Your password was changed
mail-password-changed-what = Your password was changed at the moment named below. You have been signed out on every device.
mail-password-changed-unexpected = If it was not you, tell your supervisor at once and choose a new password.
mail-password-changed-action = Go to sign-in

## To the partner agency

mail-referral-sent-subject = Referral { $number }: please answer
mail-referral-sent-heading = A new referral for { $agency }
mail-referral-sent-asked = { $office } asks you to help someone with the service named below.
mail-referral-sent-safe = To protect the person, this mail names nobody. You will see the details once you have signed in or entered your code.
mail-referral-sent-either-way = A no helps too: it lets us look elsewhere in time.
mail-referral-sent-action = See and answer the referral
mail-referral-reminder-subject = Referral { $number }: still waiting for your answer
mail-referral-reminder-heading = A referral is waiting for you
mail-referral-reminder-what = A person is waiting to hear whether { $agency } can help. Please answer before the moment named below.
mail-answer-link-subject = Referral { $number }: your new link
mail-answer-link-heading = A new link for you
mail-answer-link-what = { $office } sends you a new link to this referral. Links in earlier mails about it no longer work.
mail-answer-code-subject = Your code for referral { $number }
mail-answer-code-heading = Your code
mail-answer-code-how = Enter this code on the page that is open before you. It works once, within { $span }.
mail-answer-code-unexpected = Do not pass the code on. We never ask for it by phone or by mail.
mail-referral-cancelled-subject = Referral { $number }: cancelled
mail-referral-cancelled-heading = A referral was cancelled
mail-referral-cancelled-what = { $office } has withdrawn this referral. Please take no further steps and delete what you noted about it. Thank you for your time.
mail-consent-withdrawn-subject = Referral { $number }: please stop
mail-consent-withdrawn-heading = Please stop work on this referral
mail-consent-withdrawn-what = The person has withdrawn consent to share data with you. Please stop at once, do not contact the person, and delete the data you received, unless the law obliges you to keep them.
mail-referral-amended-subject = Referral { $number }: a correction
mail-referral-amended-heading = A referral was corrected
mail-referral-amended-what = { $office } has corrected this referral. Please read the correction before you go on.
mail-directory-to-confirm-subject = { $agency }: is your entry still right?
mail-directory-to-confirm-heading = Is your entry still right?
mail-directory-to-confirm-what = People are sent to you by what our directory says. Please look over your services, hours and free places, and confirm or correct them. It takes a few minutes.
mail-directory-to-confirm-action = Look over our entry

## To the case worker, about a referral

mail-referral-accepted-subject = Referral { $number }: accepted
mail-referral-accepted-heading = { $agency } has accepted
mail-referral-accepted-what = The partner will act on this referral. Please tell the person what happens next, by the safe way noted in the file.
mail-referral-declined-subject = Referral { $number }: declined
mail-referral-declined-heading = { $agency } cannot help
mail-referral-declined-what = The need is open again. Please look for another service; earlier tries stay on record.
mail-referral-on-hold-subject = Referral { $number }: on hold
mail-referral-on-hold-heading = { $agency } has put it on hold
mail-referral-on-hold-what = The partner is waiting for the reason named below. Please tell the person, and see whether you can help it along.
mail-referral-in-service-subject = Referral { $number }: service began
mail-referral-in-service-heading = { $agency } has begun
mail-referral-in-service-what = The partner has reached the person and the service has begun. Nothing to do for now.
mail-referral-completed-subject = Referral { $number }: completed
mail-referral-completed-heading = { $agency } has finished
mail-referral-completed-what = The partner’s work is over. Please ask the person whether the need is met, and note the answer.
mail-referral-failed-subject = Referral { $number }: not delivered
mail-referral-failed-heading = { $agency } could not deliver
mail-referral-failed-what = It was tried and did not work, for the reason named below. The need is open again: please look for another way with the person.
mail-referral-withdrawn-by-partner-subject = Referral { $number }: the partner has withdrawn
mail-referral-withdrawn-by-partner-heading = { $agency } has withdrawn
mail-referral-withdrawn-by-partner-what = The partner had accepted but will not go on. The need is open again: please look for another service, and tell the person.
mail-referral-overdue-subject = Referral { $number }: answer overdue
mail-referral-overdue-heading = { $agency } has not answered
mail-referral-overdue-what = The answer was due at the moment named below. A phone call often helps; if not, another service may.
mail-referral-expired-subject = Referral { $number }: expired without an answer
mail-referral-expired-heading = Nobody answered in time
mail-referral-expired-what = { $agency } gave no answer and the referral has ended. The need is open again and a task to refer elsewhere waits for you.

## To the case worker, about a case

mail-file-opened-subject = Case { $number }: opened by a manager
mail-file-opened-heading = A manager opened a file of yours
mail-file-opened-what = A manager opened this case and gave a written reason. Who it was, and why, is on record in the history of the case.
mail-emergency-access-subject = Case { $number }: emergency access
mail-emergency-access-heading = Emergency access was used
mail-emergency-access-what = A colleague opened this case with emergency access and gave a written reason. It ends by itself at the moment named below.
mail-emergency-access-review = Someone else must review it within { $span }.
mail-case-assigned-subject = Case { $number }: assigned to you
mail-case-assigned-heading = A case is now yours
mail-case-assigned-what = You are now responsible for this case. Please read it and plan the next step.
mail-case-reopened-subject = Case { $number }: reopened
mail-case-reopened-heading = A case was reopened
mail-case-reopened-what = Work on this case goes on, and it is yours. Its history is as it was.
mail-case-emergency-subject = Case { $number }: emergency
mail-case-emergency-heading = A case is an emergency
mail-case-emergency-what = Something must happen on this case by the moment named below; the clock runs at night and at weekends too. Please see that somebody acts now.
mail-access-review-due-subject = Case { $number }: emergency access not reviewed
mail-access-review-due-heading = Please review an emergency access
mail-access-review-due-what = A colleague opened this case with emergency access, and nobody else has looked at it in time. Please read the reason on record, and confirm your review.
mail-notice-undeliverable-subject = Referral { $number }: our mail did not arrive
mail-notice-undeliverable-heading = Please phone { $agency }
mail-notice-undeliverable-what = Our mail about this referral could not be delivered, so the partner may not know of it. Please phone, and ask for the right mail address.
