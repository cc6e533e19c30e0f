### Words of forms, reports and exports. Keys name the code they stand for: reason-no-capacity.

## Moments and spans of time

words-moment =
    { $day }, { $time } ({ $place ->
        [UTC] UTC
       *[other] { $place } time
    })
words-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
words-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
words-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }

## Headings of every table

words-total = Total
words-unknown = Not known
words-none = None
words-number = Number
words-share = Share
words-median = Median
words-percentile-90 = 90th percentile
words-within-target = Within target
words-currency = Currency
words-period = Period
words-as-of = As of { $moment }
words-definition = What it counts
words-hidden = Fewer than 5: hidden to protect people
words-month = Month
words-quarter = Quarter
words-year = Year

## What tables are broken down by

by-office = Office
by-territory = Place
by-worker = Case worker
by-agency = Partner agency
by-service = Service
by-mobility = Mobility category
by-nationality = Nationality
by-country-of-work = Country of work
by-sex = Sex
by-age-band = Age
by-channel = Channel
by-priority = Priority
by-specific-need = Specific need
by-visit = Mobile visit
by-status = Status
by-stage = Stage

## Sex and age

sex-female = Female
sex-male = Male
sex-not-known = Not known
sex-not-applicable = Not applicable
age-0-4 = 0–4
age-5-11 = 5–11
age-12-17 = 12–17
age-18-59 = 18–59
age-60-plus = 60 and over
age-unknown = Age not known
people-girls = Girls
people-boys = Boys
people-women = Women
people-men = Men
people-other = Other or not known

## Cases

priority-emergency = Emergency
priority-urgent = Urgent
priority-normal = Normal
stage-new = New
stage-assessed = Assessed
stage-in-progress = In progress
stage-waiting-on-partner = Waiting on a partner
stage-closed = Closed
case-status-open = Open
case-status-closed = Closed

## Referrals

referral-draft = Draft
referral-sent = Sent, no answer yet
referral-acknowledged = Seen by the partner
referral-accepted = Accepted
referral-declined = Declined
referral-in-service = Service began
referral-on-hold = On hold
referral-completed = Completed
referral-failed = Not delivered
referral-cancelled = Cancelled
referral-expired = No answer in time
referral-entered-in-error = Entered in error
reason-no-capacity = No capacity
reason-waiting-list = Waiting list
reason-not-eligible = Not eligible
reason-out-of-area = Outside the area covered
reason-wrong-service = Not the right service
reason-missing-document = A document is missing
reason-could-not-contact = Could not be reached
reason-did-not-attend = Did not attend
reason-client-declined = The client declined
reason-safety-concern = Safety concern
reason-duplicate = Duplicate
reason-already-served = Already served
reason-other = Other
outcome-need-met = Need met
outcome-partly-met = Partly met
outcome-not-met = Not met
outcome-unknown = Not known

## Roles

role-system-admin = System administrator
role-manager = Manager
role-supervisor = Supervisor
role-case-worker = Case worker
role-field-worker = Field worker
role-partner = Partner
role-auditor = Auditor

## Measures: the label, and what exactly is counted

measure-carried-over = Carried over
measure-carried-over-definition = Cases that were open when the period began.
measure-new = New
measure-new-definition = Cases opened for the first time in the period.
measure-reopened = Reopened
measure-reopened-definition = Cases taken up again in the period after they had been closed. A case can be new and reopened in one period.
measure-closed = Closed
measure-closed-definition = Closings in the period. A case closed twice counts twice; the number of different cases stands beside it.
measure-closed-distinct = Different cases closed
measure-closed-distinct-definition = Cases closed at least once in the period, each counted once.
measure-open-at-end = Open at the end
measure-open-at-end-definition = Cases that were open when the period ended: carried over + new + reopened − closed.
measure-overdue = Overdue
measure-overdue-definition = Open cases whose due moment has passed.
measure-active = Active
measure-active-definition = Open cases with an action in the last 30 days.
measure-dormant = Dormant
measure-dormant-definition = Open cases without any action in the last 30 days.
measure-persons-served = Persons served
measure-persons-served-definition = Different persons who received assistance or whose case moved in the period, each counted once.
measure-assistance-given = Assistance given
measure-assistance-given-definition = Services the desk itself gave in the period. One person can receive several.
measure-people-benefiting = People benefiting
measure-people-benefiting-definition = People named in the assistance given, household members included.
measure-time-to-first-action = Time to first action
measure-time-to-first-action-definition = From opening a case to the first step by staff other than registering it: median, 90th percentile and share within the target.
measure-time-to-close = Time to close
measure-time-to-close-definition = From opening a case to closing it: median, and cases within 30, 31–90, 91–180 and over 180 days.
measure-caseload-per-worker = Cases per worker
measure-caseload-per-worker-definition = Active cases each worker was responsible for when the period ended: 0–9, 10–19, 20–29, 30 and more.
measure-referrals-sent = Referrals sent
measure-referrals-sent-definition = Referrals sent to partners in the period.
measure-referrals-acknowledged = Acknowledged
measure-referrals-acknowledged-definition = Of the referrals sent in the period, those a person at the partner had seen when it ended, decided or not.
measure-referrals-accepted = Accepted
measure-referrals-accepted-definition = Of the referrals sent in the period, those the partner had agreed to act on. Accepted does not yet mean helped.
measure-referrals-declined = Declined
measure-referrals-declined-definition = Of the referrals sent in the period, those the partner would not act on, by reason.
measure-referrals-expired = Expired
measure-referrals-expired-definition = Of the referrals sent in the period, those nobody answered before the final limit.
measure-referrals-unanswered = Unanswered
measure-referrals-unanswered-definition = Of the referrals sent in the period, those without a decision when it ended. Those that expired are among them, those taken back are not.
measure-acceptance-rate = Acceptance rate
measure-acceptance-rate-definition = Accepted ÷ (accepted + declined + unanswered past their due moment).
measure-completion-rate = Completion rate
measure-completion-rate-definition = Referrals completed ÷ referrals accepted.
measure-need-met-rate = Need-met rate
measure-need-met-rate-definition = Referrals whose need was met ÷ referrals sent.
measure-loop-closed-rate = Loop-closed rate
measure-loop-closed-rate-definition = Referrals that ended with an outcome or a reason and of which the client was told ÷ referrals sent.
measure-time-to-answer = Time to answer
measure-time-to-answer-definition = From sending a referral to the partner’s first decision: median and 90th percentile.
measure-needs-raised = Needs raised
measure-needs-raised-definition = Needs recorded in the period, whether or not anyone can meet them.
measure-needs-met = Needs met
measure-needs-met-definition = Of the needs raised in the period, those recorded as met.
measure-needs-unmet = Needs unmet
measure-needs-unmet-definition = Needs closed as unavailable or not eligible, or whose every referral was declined, failed or expired, or that are past due with no referral.
measure-funds-requested = Funds requested
measure-funds-requested-definition = Amounts requested in the period, each currency apart.
measure-funds-approved = Funds approved
measure-funds-approved-definition = Amounts approved in the period, each currency apart.
measure-funds-paid = Funds paid
measure-funds-paid-definition = Amounts paid out in the period, each currency apart.
measure-referrals-withdrawn = Taken back
measure-referrals-withdrawn-definition = Of the referrals sent in the period, those cancelled before the partner decided.
measure-referrals-overdue = Unanswered, past due
measure-referrals-overdue-definition = Of the unanswered, those whose moment to decide has passed, and those that expired.
measure-referrals-completed = Completed
measure-referrals-completed-definition = Of the referrals sent in the period, those whose service was over when it ended.
measure-referrals-failed = Not delivered
measure-referrals-failed-definition = Of the referrals sent in the period, those the partner had accepted but could not serve.
measure-referrals-need-met = Need met
measure-referrals-need-met-definition = Of the completed, those whose need was met.
measure-referrals-loop-closed = Loop closed
measure-referrals-loop-closed-definition = Of the referrals sent in the period, those that ended with an outcome or a reason and of which the client was told.
measure-time-to-acknowledge = Hours until seen (median)
measure-time-to-acknowledge-definition = From sending a referral to the first sign that a person at the partner has seen it: half of all came sooner.
measure-median-to-answer = Hours to a decision (median)
measure-median-to-answer-definition = From sending a referral to the partner’s first decision: half of all came sooner.
measure-slowest-to-answer = Hours to a decision (90th percentile)
measure-slowest-to-answer-definition = From sending a referral to the partner’s first decision: nine of ten came sooner.
by-reason = Reason
