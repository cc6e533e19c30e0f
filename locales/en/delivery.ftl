### The one mail a day an agency may choose. Numbers, categories and deadlines; never a person.

mail-referral-digest-subject =
    { $count ->
        [one] { $count } referral waits for your answer
       *[other] { $count } referrals wait for your answer
    }
mail-referral-digest-heading = Referrals for { $agency }
mail-referral-digest-what = { $office } asks for your help with what is listed below. You get this mail once a day, as you wished; what is urgent comes at once.
mail-referral-digest-line = { $number }: { $service }. Answer by { $moment }.
mail-referral-digest-line-open = { $number }: { $service }.
mail-referral-digest-line-again = { $number }: { $service }. We are still waiting for your answer, by { $moment }.
mail-referral-digest-more = And { $count } more.
mail-referral-digest-action = See and answer the referrals
