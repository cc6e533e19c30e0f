### Mails. No mail names a migrant, a nationality, a document or what a need is in detail: numbers, services, deadlines, links.

## What every mail has

mail-button-fallback = Kung hindi gumana ang pindutan, buksan ang address na ito:
mail-footer = Ipinadala ang email na ito ng Migrant Desk para sa { $office }. Huwag po itong sagutin nang may personal na impormasyon: hindi ligtas ang email para rito.
mail-fact-referral = Referral
mail-fact-case = Kaso
mail-fact-service = Serbisyo
mail-fact-priority = Prayoridad
mail-fact-office = Tanggapan
mail-fact-agency = Katuwang
mail-fact-answer-by = Sagutin bago ang
mail-fact-due = Takdang oras
mail-fact-appointment = Takdang pagkikita
mail-fact-reason = Dahilan
mail-fact-outcome = Resulta
mail-fact-review-on = Muling titingnan sa
mail-fact-access-until = Magtatapos ang access
mail-fact-confirmed-on = Huling kumpirmasyon
mail-fact-code = Code
mail-fact-at = Kailan
mail-open-referral = Buksan ang referral
mail-open-case = Buksan ang kaso

## To a member of staff, about the account

mail-staff-invitation-subject = Ang inyong paanyaya sa Migrant Desk
mail-staff-invitation-heading = Maligayang pagdating, { $name }
mail-staff-invitation-asked = Inaanyayahan kayo ng { $office } na gumamit ng Migrant Desk sa inyong trabaho.
mail-staff-invitation-how = Pumili ng password gamit ang pindutan sa ibaba. Isang beses lamang magagamit ang link, sa loob ng { $span }.
mail-staff-invitation-unexpected = Kung hindi ninyo ito inaasahan, maaari ninyo itong balewalain: walang mangyayari kung wala kayong gagawin.
mail-staff-invitation-action = Pumili ng password
mail-password-reset-subject = Pumili ng bagong password
mail-password-reset-heading = Bagong password
mail-password-reset-how = May humiling ng bagong password, marahil kayo. Isang beses lamang magagamit ang link, sa loob ng { $span }.
mail-password-reset-unexpected = Kung hindi kayo ang humiling, wala kayong kailangang gawin: mananatili ang inyong password.
mail-password-reset-action = Pumili ng bagong password
mail-password-changed-subject = Napalitan ang inyong password
mail-password-changed-heading = Napalitan ang inyong password
mail-password-changed-what = Napalitan ang inyong password sa oras na nakasaad sa ibaba. Na-sign out kayo sa lahat ng device.
mail-password-changed-unexpected = Kung hindi kayo ang nagpalit, ipaalam agad sa inyong superbisor at pumili ng bagong password.
mail-password-changed-action = Pumunta sa sign-in

## To the partner agency

mail-referral-sent-subject = Referral { $number }: pakisagot po
mail-referral-sent-heading = Bagong referral para sa { $agency }
mail-referral-sent-asked = Hinihiling ng { $office } na tulungan ninyo ang isang tao sa serbisyong nakasaad sa ibaba.
mail-referral-sent-safe = Para sa kaligtasan ng tao, walang pinangalanan sa email na ito. Makikita ninyo ang mga detalye kapag nakapag-sign in o nailagay na ang inyong code.
mail-referral-sent-either-way = Nakatutulong din ang pagtanggi: makahahanap kami agad ng iba.
mail-referral-sent-action = Tingnan at sagutin ang referral
mail-referral-reminder-subject = Referral { $number }: hinihintay pa po ang inyong sagot
mail-referral-reminder-heading = May referral na naghihintay sa inyo
mail-referral-reminder-what = May taong naghihintay kung makatutulong ang { $agency }. Pakisagot po bago ang oras na nakasaad sa ibaba.
mail-answer-link-subject = Referral { $number }: ang inyong bagong link
mail-answer-link-heading = Bagong link para sa inyo
mail-answer-link-what = Ipinadadala ng { $office } ang bagong link para sa referral na ito. Hindi na gagana ang mga link sa mga naunang email tungkol dito.
mail-answer-code-subject = Ang inyong code para sa referral { $number }
mail-answer-code-heading = Ang inyong code
mail-answer-code-how = Ilagay ang code na ito sa pahinang nakabukas sa inyo. Isang beses lamang itong magagamit, sa loob ng { $span }.
mail-answer-code-unexpected = Huwag itong ibigay sa iba. Hindi namin ito hihingin sa telepono o email.
mail-referral-cancelled-subject = Referral { $number }: kinansela
mail-referral-cancelled-heading = Kinansela ang isang referral
mail-referral-cancelled-what = Binawi ng { $office } ang referral na ito. Huwag na pong ituloy at burahin ang naitala ninyo tungkol dito. Salamat sa inyong oras.
mail-consent-withdrawn-subject = Referral { $number }: pakihinto po
mail-consent-withdrawn-heading = Pakihinto po ang referral na ito
mail-consent-withdrawn-what = Binawi ng tao ang pahintulot na ibahagi sa inyo ang kaniyang impormasyon. Huminto po agad, huwag siyang kontakin, at burahin ang natanggap na impormasyon, maliban kung inaatas ng batas na itago ito.
mail-referral-amended-subject = Referral { $number }: may pagwawasto
mail-referral-amended-heading = May itinama sa isang referral
mail-referral-amended-what = May itinama ang { $office } sa referral na ito. Pakibasa po ang pagwawasto bago magpatuloy.
mail-directory-to-confirm-subject = { $agency }: tama pa po ba ang inyong tala?
mail-directory-to-confirm-heading = Tama pa po ba ang inyong tala?
mail-directory-to-confirm-what = Nagpapadala kami ng tao ayon sa aming direktoryo. Pakitingnan po ang inyong mga serbisyo, oras, at bakanteng puwesto, at kumpirmahin o itama ang mga ito. Ilang minuto lamang ito.
mail-directory-to-confirm-action = Tingnan ang aming tala

## To the case worker, about a referral

mail-referral-accepted-subject = Referral { $number }: tinanggap
mail-referral-accepted-heading = Tinanggap ng { $agency }
mail-referral-accepted-what = Aasikasuhin ng katuwang ang referral na ito. Pakisabi sa tao ang susunod na hakbang, sa ligtas na paraang nakatala.
mail-referral-declined-subject = Referral { $number }: tinanggihan
mail-referral-declined-heading = Hindi makatutulong ang { $agency }
mail-referral-declined-what = Bukas muli ang pangangailangan. Humanap po ng ibang serbisyo; mananatiling nakatala ang mga naunang subok.
mail-referral-on-hold-subject = Referral { $number }: nakabinbin
mail-referral-on-hold-heading = Pansamantalang ipinagpaliban ng { $agency }
mail-referral-on-hold-what = Naghihintay ang katuwang dahil sa dahilang nakasaad sa ibaba. Pakisabi sa tao, at tingnan kung may maitutulong kayo.
mail-referral-in-service-subject = Referral { $number }: nagsimula na ang serbisyo
mail-referral-in-service-heading = Nagsimula na ang { $agency }
mail-referral-in-service-what = Nakausap na ng katuwang ang tao at nagsimula na ang serbisyo. Wala munang kailangang gawin.
mail-referral-completed-subject = Referral { $number }: natapos
mail-referral-completed-heading = Natapos na ng { $agency }
mail-referral-completed-what = Tapos na ang gawain ng katuwang. Pakitanong sa tao kung natugunan ang pangangailangan, at itala ang sagot.
mail-referral-failed-subject = Referral { $number }: hindi naibigay ang serbisyo
mail-referral-failed-heading = Hindi naibigay ng { $agency } ang serbisyo
mail-referral-failed-what = Sinubukan ngunit hindi nagtagumpay, sa dahilang nakasaad sa ibaba. Bukas muli ang pangangailangan: humanap po ng ibang paraan kasama ang tao.
mail-referral-withdrawn-by-partner-subject = Referral { $number }: umatras ang katuwang
mail-referral-withdrawn-by-partner-heading = Umatras ang { $agency }
mail-referral-withdrawn-by-partner-what = Tinanggap ito ng katuwang ngunit hindi na itutuloy. Bukas muli ang pangangailangan: humanap po ng ibang serbisyo, at ipaalam sa tao.
mail-referral-overdue-subject = Referral { $number }: lampas na sa takda ang sagot
mail-referral-overdue-heading = Hindi pa sumasagot ang { $agency }
mail-referral-overdue-what = Dapat ay may sagot na sa oras na nakasaad sa ibaba. Madalas nakatutulong ang tawag; kung hindi, baka may ibang serbisyo.
mail-referral-expired-subject = Referral { $number }: lumipas nang walang sagot
mail-referral-expired-heading = Walang sumagot sa takdang oras
mail-referral-expired-what = Walang naging sagot ang { $agency } at natapos na ang referral. Bukas muli ang pangangailangan at may gawain kayong i-refer ito sa iba.

## To the case worker, about a case

mail-file-opened-subject = Kaso { $number }: binuksan ng tagapamahala
mail-file-opened-heading = Binuksan ng tagapamahala ang isang hawak ninyong kaso
mail-file-opened-what = Binuksan ng isang tagapamahala ang kasong ito at nagbigay ng nakasulat na dahilan. Nasa kasaysayan ng kaso kung sino at bakit.
mail-emergency-access-subject = Kaso { $number }: emergency access
mail-emergency-access-heading = Ginamit ang emergency access
mail-emergency-access-what = Binuksan ng isang kasamahan ang kasong ito gamit ang emergency access at nagbigay ng nakasulat na dahilan. Kusa itong magtatapos sa oras na nakasaad sa ibaba.
mail-emergency-access-review = Dapat itong suriin ng ibang tao sa loob ng { $span }.
mail-case-assigned-subject = Kaso { $number }: itinalaga sa inyo
mail-case-assigned-heading = May kasong itinalaga sa inyo
mail-case-assigned-what = Kayo na ang may hawak ng kasong ito. Pakibasa po at planuhin ang susunod na hakbang.
mail-case-reopened-subject = Kaso { $number }: muling binuksan
mail-case-reopened-heading = Muling binuksan ang isang kaso
mail-case-reopened-what = Ipagpapatuloy ang kasong ito at kayo ang may hawak. Buo pa rin ang kasaysayan nito.
mail-case-emergency-subject = Kaso { $number }: emergency
mail-case-emergency-heading = May kasong emergency
mail-case-emergency-what = Kailangang may magawa sa kasong ito bago ang oras na nakasaad sa ibaba; tumatakbo ang oras kahit gabi at Sabado’t Linggo. Pakitiyak na may kikilos ngayon.
mail-access-review-due-subject = Kaso { $number }: hindi pa nasusuri ang emergency access
mail-access-review-due-heading = Pakisuri ang isang emergency access
mail-access-review-due-what = Binuksan ng isang kasamahan ang kasong ito gamit ang emergency access, at wala pang ibang nakasuri nito sa takdang oras. Pakibasa ang nakatalang dahilan at kumpirmahin ang inyong pagsusuri.
mail-notice-undeliverable-subject = Referral { $number }: hindi nakarating ang aming email
mail-notice-undeliverable-heading = Pakitawagan ang { $agency }
mail-notice-undeliverable-what = Hindi naihatid ang aming email tungkol sa referral na ito, kaya maaaring hindi pa alam ng katuwang. Pakitawagan sila at hingin ang tamang email address.
