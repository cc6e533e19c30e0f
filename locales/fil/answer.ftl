### The pages by which a partner answers without an account. They are read on a phone, in a hurry: short and kind.

## Around every page

answer-language = Wika
answer-office-phone = Telepono ng tanggapan
answer-ask-phone = May tanong o itatama? Tawagan po ang { $office } sa { $phone }. Sapat na ang numerong { $number }; huwag pong magsulat ng pangalan sa email.
answer-ask-mail = May tanong o itatama? Sumulat po sa { $office }: { $mail }. Sapat na ang numerong { $number }; huwag pong magsulat ng pangalan sa email.
answer-ask-office = May tanong o itatama? Makipag-ugnayan po sa { $office }. Sapat na ang numerong { $number }; huwag pong magsulat ng pangalan sa email.

## How it stands, as the partner says it

answer-state-sent = Hinihintay ang inyong sagot
answer-state-acknowledged = Nakita na; hinihintay kung oo o hindi
answer-state-accepted = Tinanggap
answer-state-declined = Tinanggihan
answer-state-in-service = Nagsimula na ang serbisyo
answer-state-on-hold = Naghihintay pa
answer-state-completed = Tapos na
answer-state-failed = Hindi nagawa
answer-state-cancelled = Binawi
answer-state-expired = Sarado: walang sagot sa takdang oras
answer-state-entered-in-error = Binawi: nagkamali lamang
answer-was-sent = Ipinadala sa inyo

## When it is over

answer-over-declined = Hindi ninyo ito matatanggap. Salamat sa pagsasabi: naghahanap na ang { $office } ng iba.
answer-over-completed = Tapos na ang inyong trabaho sa referral na ito. Maraming salamat po.
answer-over-failed = Naitala na hindi ito nagawa. Salamat po sa pagsubok.
answer-over-cancelled = Binawi ng { $office } ang referral na ito. Huwag na pong ituloy at burahin ang naitala ninyo tungkol dito. Hindi na ipinapakita rito ang mga detalye.
answer-over-taken-back = Binawi ninyo ang inyong oo. Salamat sa pagsasabi: maghahanap ang { $office } sa iba. Pakibura ang inyong naitala; hindi na ipinapakita rito ang mga detalye.
answer-over-expired = Walang dumating na sagot sa takdang oras, kaya naghahanap na ang { $office } ng iba. Kung makatutulong pa kayo, tumawag po.
answer-over-entered-in-error = Nagkamali ang { $office } sa referral na ito. Huwag na pong ituloy at burahin ang naitala ninyo tungkol dito. Hindi na ipinapakita rito ang mga detalye.
answer-readable-until = Mababasa ninyo rito ang mga detalye hanggang { $day }.

## Before the code

answer-asked = Hinihiling ng { $office } sa { $agency } na tulungan ang isang tao.
answer-locked = Para sa kaligtasan ng tao, makikita lamang ang mga detalye kapag may code. Ipinapadala namin ito sa inyong nakarehistrong mailbox: { $mailbox }
answer-send-code = Ipadala sa akin ang code
answer-go-on-asked = Naglagay ba kayo ng code dito sa nakaraang 30 minuto?
answer-go-on = Magpatuloy
answer-closed-title = Sarado na ang pahina
answer-closed = Walang makababasa rito nang walang bagong code.
answer-form-old-title = Wala pang naipadala
answer-form-old = Matagal nang nakabukas ang pahinang ito. Pakipindot pong muli ang button.
answer-over-title = Humingi po ng bagong code
answer-over = Para sa kaligtasan ng tao, nagsasara ang pahina pagkaraan ng 30 minuto. Hindi na-save ang huli ninyong sagot; pakibigay pong muli.

## The code

answer-code-title = Ilagay ang inyong code
answer-code-sent = May papuntang code sa { $mailbox }. Isang beses lamang itong magagamit, sa loob ng { $span }.
answer-code-label = Code na may anim na numero
answer-code-open = Buksan ang referral
answer-code-again = Magpadala ng isa pang code
answer-code-nothing = Walang dumating pagkaraan ng ilang minuto? Tingnan ang spam, o tawagan ang { $office }.
answer-code-wrong-title = Sarado pa ang referral
answer-code-shape = Anim na numero ang code. Pakitingnan pong muli ang email.
answer-code-wrong = Hindi ito ang code. Pakitingnan pong muli ang pinakabagong email.
answer-code-spent = Wala nang gumaganang code: nagamit na, luma na, o maraming maling subok. Magpadala po ng isa pa.
answer-code-slow = Pagkatapos ng maling code, maghintay po ng { $span } bago sumubok muli.
answer-code-many-title = Marami nang naipadalang code
answer-code-many = Gamitin ang pinakabago, subukang muli pagkaraan ng { $span }, o tawagan ang { $office }.
answer-seconds = { $count } segundo

## What was disclosed

answer-skip = Pumunta sa mga sagot
answer-disclosed = Tungkol sa tao
answer-correction = Pagwawasto noong { $day }
answer-care = Kontakin po ang tao ayon lamang sa nakasaad dito. Maaaring mapahamak siya sa ibang paraan.
answer-message = Ano ang hinihiling
answer-contact-how = Paano kokontakin ang tao
answer-years = { $count } taon
answer-birth-year = { $year } (taon lamang ang alam)
answer-birth-estimated = { $day } (tantiya)
answer-contact-phone = Telepono
answer-contact-email = Email
answer-contact-messaging = Mensahe
answer-contact-address = Tirahan
answer-contact-only = sa ganito lamang: { $ways }
answer-contact-secret = huwag ipaalam sa: { $who }
answer-channel-call = tawag
answer-channel-sms = text
answer-channel-messaging = messaging app
answer-channel-email = email
answer-channel-visit = dalaw

## The answers

answer-heading = Ang inyong sagot
answer-do-accept = Oo, tutulong kami
answer-do-decline = Hindi kami makatutulong
answer-do-acknowledge = Nakita na namin, susunod ang sagot
answer-do-begin = Nagsimula na ang serbisyo
answer-do-complete = Tapos na ang aming trabaho
answer-do-hold = Kailangan munang maghintay
answer-do-fail = Hindi ito nagawa
answer-do-cancel = Hindi rin pala kami makakatulong
answer-hint-accept = Kung may appointment na para sa tao, isulat po rito.
answer-hint-decline = Nakatutulong din ang pagtanggi: makahahanap agad ng iba ang tanggapan.
answer-hint-acknowledge = Malalaman ng tanggapan na may nakabasa na. Hindi pa ito oo.
answer-hint-cancel = Kung nag-oo kayo at hindi na nakatulong: agad na maghahanap ang tanggapan sa iba.
answer-appointment-on = Araw ng appointment (kung alam na)
answer-appointment-time = Oras (oras sa { $place })
answer-appointment-place = Lugar (kung alam na)
answer-choose = Pumili po
answer-reason-text = Sa maikling salita (kailangan kung “Iba pa”)
answer-suggest = Serbisyong mas angkop (kung may alam kayo)
answer-suggest-none = Wala
answer-began-on = Araw na nagsimula
answer-review-on = Araw na titingnan muli, hanggang 30 araw mula ngayon
answer-outcome = Natugunan ba ang pangangailangan?
answer-send = Ipadala: { $answer }
answer-so-far = Mga nangyari na
answer-close = Isara ang pahinang ito
answer-close-why = Kung may ibang gumagamit ng device na ito, isara ang pahina kapag tapos na.

## What came of an answer

answer-thanks-title = Maraming salamat po
answer-thanks = Nasa { $office } na ang inyong sagot: { $state }.
answer-again-title = Salamat po, natanggap na namin ang sagot na ito
answer-again = Nasa { $office } na: { $state }. Wala na pong kailangang gawin.
answer-different-title = Iba na ang naisagot dito
answer-different = Noong { $at }, ito ang naitala: { $state }. Hindi tinanggap ang bago ninyong sagot.
answer-stale-title = May nagbago habang nakabukas ang pahina
answer-stale = Ito na ang kalagayan: { $state }. Hindi tinanggap ang inyong sagot. Pakitingnan pong muli, at sumagot ulit kung kailangan.
answer-errors-title = Pakitama po muna ito
answer-error-reason = Pumili ng dahilan
answer-error-reason-text = Sabihin sa maikling salita kung ano ang “Iba pa”
answer-error-outcome = Sabihin kung natugunan ang pangangailangan
answer-error-review-on = Pumili ng araw ng muling pagtingin, mula ngayon hanggang 30 araw
answer-error-began-on = Pumili ng araw na hindi sa hinaharap
answer-error-day = Pumili ng araw
answer-error-time = Pumili ng oras, tulad ng 09:30
answer-error-appointment-past = Pumili ng appointment na hindi pa nakalipas
answer-error-too-long = Paikliin po ang sulat dito
answer-error-other = Itama ang patlang na ito

## When a link leads nowhere, and other trouble

answer-dead-title = Hindi na gumagana ang link na ito
answer-dead-why = Nangyayari ito kapag may bagong link sa mas bagong email, kapag tapos na ang referral, o kapag luma na ang link.
answer-dead-newest = Hanapin po ang pinakabagong email tungkol sa referral at gamitin ang link doon.
answer-dead-phone = Walang mas bagong email? Tawagan po ang { $office } at sabihin ang numero ng referral. Nasa subject ito ng email.
answer-dead-ask = Walang mas bagong email? Tawagan po ang tanggapang sumulat sa inyo at sabihin ang numero ng referral. Nasa subject ito ng email.
answer-unread-title = Hindi ito nabasa
answer-unread = Walang nabago. Pakibuksan pong muli ang link sa email.
answer-trouble-title = May problema sa panig namin
answer-trouble = Pakisubukang muli pagkaraan ng ilang minuto. Kung apurahan, tawagan po ang tanggapang sumulat sa inyo.
