### Words of forms, reports and exports. Keys name the code they stand for: reason-no-capacity.

## Moments and spans of time

words-moment =
    { $day }, { $time } ({ $place ->
        [UTC] UTC
       *[other] oras sa { $place }
    })
words-minutes = { $count } minuto
words-hours = { $count } oras
words-days = { $count } araw

## Headings of every table

words-total = Kabuuan
words-unknown = Hindi alam
words-none = Wala
words-number = Numero
words-share = Bahagi
words-median = Median
words-percentile-90 = Ika-90 porsiyentil
words-within-target = Pasok sa takda
words-currency = Pera
words-period = Panahon
words-as-of = Ayon sa datos noong { $moment }
words-definition = Ano ang binibilang
words-hidden = Kulang sa 5: itinago para sa kaligtasan ng mga tao
words-month = Buwan
words-quarter = Kuwarter
words-year = Taon

## What tables are broken down by

by-office = Tanggapan
by-territory = Lugar
by-worker = Case worker
by-agency = Katuwang na ahensya
by-service = Serbisyo
by-mobility = Kategorya ng mobilidad
by-nationality = Nasyonalidad
by-country-of-work = Bansang pinagtatrabahuhan
by-sex = Kasarian
by-age-band = Edad
by-channel = Paraan ng pagdulog
by-priority = Prayoridad
by-specific-need = Tiyak na pangangailangan
by-visit = Mobile na pagbisita
by-status = Katayuan
by-stage = Yugto

## Sex and age

sex-female = Babae
sex-male = Lalaki
sex-not-known = Hindi alam
sex-not-applicable = Hindi angkop
age-0-4 = 0–4
age-5-11 = 5–11
age-12-17 = 12–17
age-18-59 = 18–59
age-60-plus = 60 pataas
age-unknown = Hindi alam ang edad
people-girls = Mga batang babae
people-boys = Mga batang lalaki
people-women = Kababaihan
people-men = Kalalakihan
people-other = Iba pa o hindi alam

## Cases

priority-emergency = Emerhensiya
priority-urgent = Agaran
priority-normal = Karaniwan
stage-new = Bago
stage-assessed = Nasuri na
stage-in-progress = Inaasikaso
stage-waiting-on-partner = Naghihintay sa katuwang na ahensya
stage-closed = Sarado
case-status-open = Bukas
case-status-closed = Sarado

## Referrals

referral-draft = Borador
referral-sent = Naipadala, wala pang tugon
referral-acknowledged = Nakita na ng katuwang
referral-accepted = Tinanggap
referral-declined = Tinanggihan
referral-in-service = Nagsimula na ang serbisyo
referral-on-hold = Nakabinbin
referral-completed = Natapos
referral-failed = Hindi naibigay
referral-cancelled = Kinansela
referral-expired = Walang tugon sa takdang oras
referral-entered-in-error = Maling naitala
reason-no-capacity = Puno na o walang kapasidad
reason-waiting-list = Nasa listahan ng naghihintay
reason-not-eligible = Hindi pasok sa kuwalipikasyon
reason-out-of-area = Labas sa saklaw na lugar
reason-wrong-service = Hindi ito ang tamang serbisyo
reason-missing-document = May kulang na dokumento
reason-could-not-contact = Hindi makontak
reason-did-not-attend = Hindi dumating
reason-client-declined = Tumanggi ang kliyente
reason-safety-concern = May alalahanin sa kaligtasan
reason-duplicate = Nadoble
reason-already-served = Natulungan na
reason-other = Iba pa
outcome-need-met = Natugunan ang pangangailangan
outcome-partly-met = Bahagyang natugunan
outcome-not-met = Hindi natugunan
outcome-unknown = Hindi alam

## Roles

role-system-admin = Tagapangasiwa ng sistema
role-manager = Tagapamahala
role-supervisor = Superbisor
role-case-worker = Case worker
role-field-worker = Manggagawa sa komunidad
role-partner = Katuwang
role-auditor = Awditor

## Measures: the label, and what exactly is counted

measure-carried-over = Naiwan mula sa nakaraan
measure-carried-over-definition = Mga kasong bukas nang magsimula ang panahon.
measure-new = Bago
measure-new-definition = Mga kasong unang binuksan sa loob ng panahon.
measure-reopened = Muling binuksan
measure-reopened-definition = Mga kasong naisara na at muling inasikaso sa loob ng panahon. Maaaring bago at muling binuksan ang isang kaso sa iisang panahon.
measure-closed = Isinara
measure-closed-definition = Mga pagsasara sa loob ng panahon. Dalawang beses binibilang ang kasong dalawang beses isinara; nasa tabi nito ang bilang ng magkakaibang kaso.
measure-closed-distinct = Magkakaibang kasong isinara
measure-closed-distinct-definition = Mga kasong isinara nang kahit isang beses sa loob ng panahon; isang beses binibilang ang bawat isa.
measure-open-at-end = Bukas sa katapusan
measure-open-at-end-definition = Mga kasong bukas nang matapos ang panahon: naiwan + bago + muling binuksan − isinara.
measure-overdue = Lampas sa takda
measure-overdue-definition = Mga bukas na kasong lumampas na sa takdang oras.
measure-active = Aktibo
measure-active-definition = Mga bukas na kasong may ginawang hakbang sa nakaraang 30 araw.
measure-dormant = Walang galaw
measure-dormant-definition = Mga bukas na kasong walang anumang hakbang sa nakaraang 30 araw.
measure-persons-served = Mga taong natulungan
measure-persons-served-definition = Magkakaibang taong tumanggap ng tulong o may galaw ang kaso sa loob ng panahon; isang beses binibilang ang bawat isa.
measure-assistance-given = Naibigay na tulong
measure-assistance-given-definition = Mga serbisyong ibinigay mismo ng tanggapan sa loob ng panahon. Maaaring tumanggap ng ilan ang isang tao.
measure-people-benefiting = Mga taong nakinabang
measure-people-benefiting-definition = Mga taong nakatala sa naibigay na tulong, kasama ang mga kasambahay.
measure-time-to-first-action = Tagal bago ang unang hakbang
measure-time-to-first-action-definition = Mula sa pagbubukas ng kaso hanggang sa unang hakbang ng kawani maliban sa pagtatala: median, ika-90 porsiyentil, at bahaging pasok sa takda.
measure-time-to-close = Tagal bago maisara
measure-time-to-close-definition = Mula sa pagbubukas ng kaso hanggang sa pagsasara: median, at mga kasong hanggang 30, 31–90, 91–180, at higit sa 180 araw.
measure-caseload-per-worker = Kaso bawat case worker
measure-caseload-per-worker-definition = Mga aktibong kasong hawak ng bawat case worker nang matapos ang panahon: 0–9, 10–19, 20–29, 30 pataas.
measure-referrals-sent = Naipadalang referral
measure-referrals-sent-definition = Mga referral na ipinadala sa mga katuwang sa loob ng panahon.
measure-referrals-acknowledged = Nakita na
measure-referrals-acknowledged-definition = Sa mga referral na ipinadala sa panahong ito, ang mga nakita na ng isang tao sa katuwang sa pagtatapos nito, may pasya man o wala.
measure-referrals-accepted = Tinanggap
measure-referrals-accepted-definition = Sa mga referral na ipinadala sa loob ng panahon, ang mga sinang-ayunang asikasuhin ng katuwang. Ang pagtanggap ay hindi pa pagtulong.
measure-referrals-declined = Tinanggihan
measure-referrals-declined-definition = Sa mga referral na ipinadala sa loob ng panahon, ang mga hindi aasikasuhin ng katuwang, ayon sa dahilan.
measure-referrals-expired = Lumampas nang walang tugon
measure-referrals-expired-definition = Sa mga referral na ipinadala sa loob ng panahon, ang mga walang tumugon bago ang huling takda.
measure-referrals-unanswered = Walang tugon
measure-referrals-unanswered-definition = Sa mga referral na ipinadala sa panahong ito, ang mga wala pang pasya sa pagtatapos nito. Kasama ang mga lumampas nang walang tugon, hindi kasama ang mga binawi.
measure-acceptance-rate = Antas ng pagtanggap
measure-acceptance-rate-definition = Tinanggap ÷ (tinanggap + tinanggihan + walang tugon na lampas sa takda).
measure-completion-rate = Antas ng pagtatapos
measure-completion-rate-definition = Natapos na referral ÷ tinanggap na referral.
measure-need-met-rate = Antas ng natugunang pangangailangan
measure-need-met-rate-definition = Referral na natugunan ang pangangailangan ÷ naipadalang referral.
measure-loop-closed-rate = Antas ng nakumpletong ugnayan
measure-loop-closed-rate-definition = Referral na natapos nang may resulta o dahilan at naipaalam sa kliyente ÷ naipadalang referral.
measure-time-to-answer = Tagal ng pagtugon
measure-time-to-answer-definition = Mula sa pagpapadala ng referral hanggang sa unang pasya ng katuwang: median at ika-90 porsiyentil.
measure-needs-raised = Idinulog na pangangailangan
measure-needs-raised-definition = Mga pangangailangang naitala sa loob ng panahon, may makatutugon man o wala.
measure-needs-met = Natugunang pangangailangan
measure-needs-met-definition = Sa mga pangangailangang idinulog sa loob ng panahon, ang mga naitalang natugunan.
measure-needs-unmet = Hindi natugunang pangangailangan
measure-needs-unmet-definition = Mga pangangailangang isinara dahil walang serbisyo o hindi kuwalipikado, o tinanggihan, nabigo, o nag-expire ang lahat ng referral, o lampas na sa takda nang walang referral.
measure-funds-requested = Hiniling na pondo
measure-funds-requested-definition = Mga halagang hiniling sa loob ng panahon, magkahiwalay ang bawat uri ng pera.
measure-funds-approved = Inaprubahang pondo
measure-funds-approved-definition = Mga halagang inaprubahan sa loob ng panahon, magkahiwalay ang bawat uri ng pera.
measure-funds-paid = Naibayad na pondo
measure-funds-paid-definition = Mga halagang ibinayad sa loob ng panahon, magkahiwalay ang bawat uri ng pera.
measure-referrals-withdrawn = Binawi
measure-referrals-withdrawn-definition = Sa mga referral na ipinadala sa panahong ito, ang mga kinansela bago nagpasya ang katuwang.
measure-referrals-overdue = Walang tugon at lampas na sa takdang oras
measure-referrals-overdue-definition = Sa mga walang tugon, ang mga lampas na sa takdang oras ng pagpapasya at ang mga lumampas nang walang tugon.
measure-referrals-completed = Natapos
measure-referrals-completed-definition = Sa mga referral na ipinadala sa panahong ito, ang mga tapos na ang serbisyo sa pagtatapos nito.
measure-referrals-failed = Hindi naibigay
measure-referrals-failed-definition = Sa mga referral na ipinadala sa panahong ito, ang mga tinanggap ng katuwang ngunit hindi naibigay.
measure-referrals-need-met = Natugunan ang pangangailangan
measure-referrals-need-met-definition = Sa mga natapos, ang mga natugunan ang pangangailangan.
measure-referrals-loop-closed = Nakumpletong ugnayan
measure-referrals-loop-closed-definition = Sa mga referral na ipinadala sa panahong ito, ang mga nagtapos na may resulta o dahilan at naipaalam sa kliyente.
measure-time-to-acknowledge = Oras bago nakita (median)
measure-time-to-acknowledge-definition = Mula sa pagpapadala hanggang sa unang tanda na nakita ito ng isang tao sa katuwang: mas maaga ang kalahati.
measure-median-to-answer = Oras bago nagpasya (median)
measure-median-to-answer-definition = Mula sa pagpapadala hanggang sa unang pasya ng katuwang: mas maaga ang kalahati.
measure-slowest-to-answer = Oras bago nagpasya (ika-90 percentile)
measure-slowest-to-answer-definition = Mula sa pagpapadala hanggang sa unang pasya ng katuwang: mas maaga ang siyam sa bawat sampu.
by-reason = Dahilan
