### The one mail a day an agency may choose. Numbers, categories and deadlines; never a person.

mail-referral-digest-subject = { $count } referral ang naghihintay ng inyong sagot
mail-referral-digest-heading = Mga referral para sa { $agency }
mail-referral-digest-what = Humihingi ng tulong ninyo ang { $office } para sa mga nakalista sa ibaba. Isang beses sa isang araw ninyo natatanggap ang email na ito, ayon sa inyong hiling; agad na ipinadadala ang mga apurahan.
mail-referral-digest-line = { $number }: { $service }. Sagutin bago ang { $moment }.
mail-referral-digest-line-open = { $number }: { $service }.
mail-referral-digest-line-again = { $number }: { $service }. Hinihintay pa namin ang inyong sagot, bago ang { $moment }.
mail-referral-digest-more = At { $count } pa.
mail-referral-digest-action = Tingnan at sagutin ang mga referral
