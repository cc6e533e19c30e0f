### The page by which an agency confirms its entry in the directory, without an account. Nothing about any person.

confirm-heading = Is this still right?
confirm-intro = People who need help are sent to { $agency } by what stands here. Please look it over and confirm it at the end, or tell us what has changed. No account and no code is needed: everything here stands in the directory, and nothing about any person.
confirm-skip = All of this is right
confirm-contact = How you are reached
confirm-contact-wrong = Is something wrong here? Open one of your services below and write it there.
confirm-phone = Phone
confirm-mailbox = Mailbox for referrals
confirm-website = Website
confirm-address = Address
confirm-hours = Opening hours
confirm-not-said = Not given
confirm-helps-with = Helps with
confirm-places = Works in
confirm-languages = Languages
confirm-capacity = Room
confirm-papers = Papers to bring
confirm-cost = Cost
confirm-free = Free
confirm-description = Description
confirm-never = Never yet
confirm-since = { $what } (said on { $day })
confirm-capacity-open = Takes people
confirm-capacity-limited = Takes few people
confirm-capacity-full = Full, takes nobody now
confirm-capacity-unknown = Not known
confirm-capacity-waiting =
    { $count ->
        [one] Waiting list, { $count } day
       *[other] Waiting list, { $count } days
    }
confirm-change = Something has changed here
confirm-no-services = No service of yours stands in the directory. Please phone the office you work with.

## All of it

confirm-all-heading = All of this is right
confirm-all-legend = Tick the box, then press the button.
confirm-all-box = I have read it: all of this is still right today.
confirm-all-send = Confirm all
confirm-tick = Tick the box once you have read it

## One service

confirm-what-changed = How does this service stand today?
confirm-answer-right = All of it is right
confirm-answer-room = Right, and there is room
confirm-answer-waiting = Right, and there is a waiting list
confirm-answer-full = Right, but full at the moment
confirm-answer-wrong = Something in it is wrong
confirm-answer-gone = We offer this no longer
confirm-days = How many days do people wait (only with a waiting list)
confirm-words = What is wrong, in a few words
confirm-words-hint = Please write about the service only, never about a person. The desk reads it and corrects the entry.
confirm-send = Send
confirm-back = Back to all services
confirm-error-answer = Choose how the service stands
confirm-error-days = Give the days as a number from 1 to 730
confirm-error-words = Say in a few words what is wrong

## What came of it

confirm-thanks-title = Thank you
confirm-thanks-all = All services are confirmed as of today. Nothing more is needed.
confirm-thanks-service = We have written it down. What only the desk may change, it now has as a task. Is the rest still right?
confirm-again-title = Thank you, we had that already
confirm-again = It stands so in the directory. Nothing more is needed.
confirm-stale = Somebody changed the entry while you were reading. Nothing was saved; please look at it as it is now.
confirm-dead-title = This link no longer works
confirm-dead-why = That happens when a newer mail brought another link, when the link is old, or when the agency is no partner any more.
confirm-dead-newest = Please look for the newest mail about your entry and use its link, or phone the office you work with.

## Days of the week

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

## To a manager, about an agency

mail-agency-task-subject = { $agency }: something to do
mail-agency-task-heading = Something is to be done about { $agency }
mail-agency-task-what = You have a new task about a partner agency. What the agency wrote stands with the task.
mail-agency-task-action = Open the agency
mail-fact-to-do = To do
agency-task-phone-agency = Phone the agency: mail about its entry does not arrive
agency-task-correct-entry = Correct the entry
agency-task-retire-service = End the service: the agency offers it no longer
