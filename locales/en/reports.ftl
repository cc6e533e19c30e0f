### Words of reports alone: see words.ftl for measures and breakdowns.

report-caseload = Caseload
report-from = From
report-until = Until, not included
report-measure = Measure
report-filter = Only
report-zone = Time zone
report-restricted = Restricted
report-quarter = Quarter { $number }, { $year }
report-week = Week { $number }, { $year }
report-days = { $from } to { $until }
by-service-top = Kind of service
by-territory-1 = Region or province
by-territory-2 = Place, second level
by-territory-3 = Place, third level
by-client-kind = Kind of client
report-definition-list = Its list shows the cases concerned, each once.
report-definition-persons = Sex, age, nationality and mobility are those of the person served.
report-note-totals = A case can stand in several lines; totals count each case once.
report-note-zones = The days of each case are those of its office’s time zone.
report-note-own = Only the cases you own are counted where your access is limited to them.
report-note-late =
    { $count ->
        [one] { $count } record of this period arrived after its end.
       *[other] { $count } records of this period arrived after its end.
    }
report-note-error =
    { $count ->
        [one] { $count } case entered in error is in no count.
       *[other] { $count } cases entered in error are in no count.
    }
report-note-sealed =
    { $count ->
        [one] { $count } sealed case is in no count.
       *[other] { $count } sealed cases are in no count.
    }
report-referrals = Referrals
report-scorecard = Scorecard
report-as-of-day = As they stood before
report-note-cohort = Counted are the referrals sent in the period; each is exactly one of accepted, declined, taken back and unanswered.
report-note-restricted = Restricted needs are not told apart.
report-note-restricted-agency = Referrals for restricted needs are left out: which agency was asked would tell the need.
report-note-running = The period’s last referrals still have time to be answered.
