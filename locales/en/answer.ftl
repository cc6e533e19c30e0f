### The pages by which a partner answers without an account. They are read on a phone, in a hurry: short and kind.

## Around every page

answer-language = Language
answer-office-phone = Phone of the office
answer-ask-phone = A question, or something to correct? Phone { $office } at { $phone }. The number { $number } is enough; please write no names in mails.
answer-ask-mail = A question, or something to correct? Write to { $office } at { $mail }. The number { $number } is enough; please write no names in mails.
answer-ask-office = A question, or something to correct? Contact { $office }. The number { $number } is enough; please write no names in mails.

## How it stands, as the partner says it

answer-state-sent = Waiting for your answer
answer-state-acknowledged = Seen; waiting for your yes or no
answer-state-accepted = Accepted
answer-state-declined = Declined
answer-state-in-service = Service has begun
answer-state-on-hold = On hold
answer-state-completed = Completed
answer-state-failed = Could not be done
answer-state-cancelled = Withdrawn
answer-state-expired = Over: no answer in time
answer-state-entered-in-error = Withdrawn: made by mistake
answer-was-sent = Sent to you

## When it is over

answer-over-declined = You cannot take this on. Thank you for saying so: { $office } is looking elsewhere.
answer-over-completed = Your work on this referral is done. Thank you.
answer-over-failed = It was noted that this could not be done. Thank you for trying.
answer-over-cancelled = { $office } has withdrawn this referral. Please take no further steps and delete what you noted about it. The details are no longer shown here.
answer-over-taken-back = You took your yes back. Thank you for saying so: { $office } looks elsewhere. Please delete what you noted; the details are no longer shown here.
answer-over-expired = No answer came in time, so { $office } is looking elsewhere. If you can still help, please phone.
answer-over-entered-in-error = { $office } made this referral by mistake. Please take no further steps and delete what you noted about it. The details are no longer shown here.
answer-readable-until = You can read the details here until { $day }.

## Before the code

answer-asked = { $office } asks { $agency } to help someone.
answer-locked = To protect the person, the details are shown only with a code. We send it to your registered mailbox: { $mailbox }
answer-send-code = Send me the code
answer-go-on-asked = Did you enter a code here in the last 30 minutes?
answer-go-on = Go on
answer-closed-title = The page is closed
answer-closed = Nobody can read on here without a new code.
answer-form-old-title = Nothing was sent yet
answer-form-old = This page had been open for a long time. Please press the button once more.
answer-over-title = Please ask for a new code
answer-over = To protect the person, the page closes after 30 minutes. Your last answer was not saved; please give it again.

## The code

answer-code-title = Enter your code
answer-code-sent = A code is on its way to { $mailbox }. It works once, within { $span }.
answer-code-label = Code of six digits
answer-code-open = Open the referral
answer-code-again = Send another code
answer-code-nothing = Nothing has arrived after a few minutes? Look among unwanted mail, or phone { $office }.
answer-code-wrong-title = The referral is still closed
answer-code-shape = A code has six digits. Please look at the mail again.
answer-code-wrong = This is not the code. Please look at the newest mail again.
answer-code-spent = No code works any more: it was used, is too old, or there were too many wrong ones. Please send another.
answer-code-slow = Please wait { $span } after a wrong code, then try again.
answer-code-many-title = Many codes were sent already
answer-code-many = Please use the newest one, try again in { $span }, or phone { $office }.
answer-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }

## What was disclosed

answer-skip = Go to the answers
answer-disclosed = About the person
answer-correction = Correction of { $day }
answer-care = Please contact the person only as said here. Any other way may put them in danger.
answer-message = What is asked for
answer-contact-how = How to contact the person
answer-years =
    { $count ->
        [one] { $count } year
       *[other] { $count } years
    }
answer-birth-year = { $year } (only the year is known)
answer-birth-estimated = { $day } (estimated)
answer-contact-phone = Phone
answer-contact-email = E-mail
answer-contact-messaging = Messages
answer-contact-address = Address
answer-contact-only = only: { $ways }
answer-contact-secret = must not learn of it: { $who }
answer-channel-call = call
answer-channel-sms = SMS
answer-channel-messaging = messaging app
answer-channel-email = e-mail
answer-channel-visit = visit

## The answers

answer-heading = Your answer
answer-do-accept = Yes, we will help
answer-do-decline = No, we cannot help
answer-do-acknowledge = We have seen it, our answer follows
answer-do-begin = The service has begun
answer-do-complete = Our work is done
answer-do-hold = It has to wait
answer-do-fail = It could not be done
answer-do-cancel = We cannot help after all
answer-hint-accept = If you have an appointment for the person already, tell it here.
answer-hint-decline = A no helps too: the office can look elsewhere in time.
answer-hint-acknowledge = The office learns that a person has read it. It is not a yes yet.
answer-hint-cancel = For when you said yes and did not come to help: the office looks elsewhere at once.
answer-appointment-on = Day of the appointment (if known)
answer-appointment-time = Time ({ $place } time)
answer-appointment-place = Place (if known)
answer-choose = Please choose
answer-reason-text = In a few words (needed with “Other”)
answer-suggest = A service that may fit better (if you know one)
answer-suggest-none = None
answer-began-on = Day it began
answer-review-on = Day to look again, at most 30 days from now
answer-outcome = Was the need met?
answer-send = Send: { $answer }
answer-so-far = So far
answer-close = Close this page
answer-close-why = On a device others use too, close the page when you are done.

## What came of an answer

answer-thanks-title = Thank you
answer-thanks = { $office } has your answer: { $state }.
answer-again-title = Thank you, we had this answer already
answer-again = { $office } has it: { $state }. There is nothing more to do.
answer-different-title = Already answered in another way
answer-different = On { $at } it came to: { $state }. Your new answer was not taken.
answer-stale-title = Something has changed meanwhile
answer-stale = It now stands so: { $state }. Your answer was not taken. Please look again, and answer once more if there is a need.
answer-errors-title = Please correct this first
answer-error-reason = Choose a reason
answer-error-reason-text = Say in a few words what “Other” means
answer-error-outcome = Say whether the need was met
answer-error-review-on = Choose a day to look again, from today to 30 days ahead
answer-error-began-on = Choose a day that is not in the future
answer-error-day = Choose a day
answer-error-time = Choose a time, such as 09:30
answer-error-appointment-past = Choose an appointment that is not over yet
answer-error-too-long = Write less here
answer-error-other = Correct this field

## When a link leads nowhere, and other trouble

answer-dead-title = This link no longer works
answer-dead-why = That happens when a newer mail holds a newer link, when the referral is over, or when the link is old.
answer-dead-newest = Please look for the newest mail about the referral and use the link in it.
answer-dead-phone = There is no newer mail? Please phone { $office } and say the number of the referral. It stands in the subject of the mail.
answer-dead-ask = There is no newer mail? Please phone the office that wrote to you and say the number of the referral. It stands in the subject of the mail.
answer-unread-title = That could not be read
answer-unread = Nothing was changed. Please open the link in the mail again.
answer-trouble-title = Something is wrong on our side
answer-trouble = Please try again in a few minutes. If it is urgent, phone the office that wrote to you.
