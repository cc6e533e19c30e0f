### Ang pahina kung saan kinukumpirma ng ahensiya ang tala nito sa direktoryo, nang walang account. Walang tungkol sa sinumang tao.

confirm-heading = Tama pa ba ito?
confirm-intro = Ang mga taong nangangailangan ng tulong ay ipinapadala sa { $agency } ayon sa nakasulat dito. Pakibasa at kumpirmahin sa dulo, o sabihin sa amin kung ano ang nagbago. Hindi kailangan ng account o code: lahat ng ito ay nasa direktoryo at walang tungkol sa sinumang tao.
confirm-skip = Tama pa ang lahat
confirm-contact = Paano kayo makontak
confirm-contact-wrong = May mali ba rito? Buksan ang isa sa inyong mga serbisyo sa ibaba at isulat doon.
confirm-phone = Telepono
confirm-mailbox = Email para sa mga referral
confirm-website = Website
confirm-address = Address
confirm-hours = Oras ng serbisyo
confirm-not-said = Hindi nakasaad
confirm-helps-with = Tumutulong sa
confirm-places = Saan naglilingkod
confirm-languages = Mga wika
confirm-capacity = Bakanteng lugar
confirm-papers = Mga papeles na dapat dalhin
confirm-cost = Bayad
confirm-free = Libre
confirm-description = Paglalarawan
confirm-never = Hindi pa kailanman
confirm-since = { $what } (sinabi noong { $day })
confirm-capacity-open = Tumatanggap ng mga tao
confirm-capacity-limited = Kaunti lamang ang tinatanggap
confirm-capacity-full = Puno, walang tinatanggap ngayon
confirm-capacity-unknown = Hindi alam
confirm-capacity-waiting = May listahan ng naghihintay, { $count } araw
confirm-change = May nagbago rito
confirm-no-services = Wala kayong serbisyo sa direktoryo. Pakitawagan ang tanggapang katuwang ninyo.

## Lahat

confirm-all-heading = Tama pa ang lahat
confirm-all-legend = Lagyan ng tsek ang kahon, saka pindutin ang button.
confirm-all-box = Nabasa ko na: tama pa ang lahat ngayong araw.
confirm-all-send = Kumpirmahin ang lahat
confirm-tick = Lagyan ng tsek ang kahon kapag nabasa na ninyo

## Isang serbisyo

confirm-what-changed = Kumusta ang serbisyong ito ngayon?
confirm-answer-right = Tama ang lahat
confirm-answer-room = Tama, at may bakante
confirm-answer-waiting = Tama, at may listahan ng naghihintay
confirm-answer-full = Tama, pero puno sa ngayon
confirm-answer-wrong = May mali rito
confirm-answer-gone = Hindi na namin ito iniaalok
confirm-days = Ilang araw ang paghihintay (kung may listahan lamang)
confirm-words = Ano ang mali, sa ilang salita
confirm-words-hint = Isulat lamang ang tungkol sa serbisyo, huwag tungkol sa tao. Babasahin ito ng tanggapan at itatama ang tala.
confirm-send = Ipadala
confirm-back = Bumalik sa lahat ng serbisyo
confirm-error-answer = Piliin kung kumusta ang serbisyo
confirm-error-days = Ibigay ang mga araw bilang numero mula 1 hanggang 730
confirm-error-words = Sabihin sa ilang salita kung ano ang mali

## Ang kinalabasan

confirm-thanks-title = Maraming salamat
confirm-thanks-all = Nakumpirma na ang lahat ng serbisyo ngayong araw. Wala nang kailangang gawin.
confirm-thanks-service = Naitala na namin. Ang tanging tanggapan lamang ang makapagbabago ay gawain na nito ngayon. Tama pa ba ang iba?
confirm-again-title = Salamat, nasa amin na ito
confirm-again = Ganito na ang nasa direktoryo. Wala nang kailangang gawin.
confirm-stale = May nagbago sa tala habang nagbabasa kayo. Walang nai-save; pakitingnan ito kung ano na ngayon.
confirm-dead-title = Hindi na gumagana ang link na ito
confirm-dead-why = Nangyayari ito kapag may mas bagong email na may ibang link, kapag luma na ang link, o kapag hindi na katuwang ang ahensiya.
confirm-dead-newest = Hanapin ang pinakabagong email tungkol sa inyong tala at gamitin ang link nito, o tawagan ang tanggapang katuwang ninyo.

## Mga araw ng linggo

weekday-1 = Lunes
weekday-2 = Martes
weekday-3 = Miyerkoles
weekday-4 = Huwebes
weekday-5 = Biyernes
weekday-6 = Sabado
weekday-7 = Linggo

## Sa tagapamahala, tungkol sa ahensiya

mail-agency-task-subject = { $agency }: may dapat gawin
mail-agency-task-heading = May dapat gawin tungkol sa { $agency }
mail-agency-task-what = May bago kayong gawain tungkol sa katuwang na ahensiya. Nasa gawain ang isinulat ng ahensiya.
mail-agency-task-action = Buksan ang ahensiya
mail-fact-to-do = Dapat gawin
agency-task-phone-agency = Tawagan ang ahensiya: hindi dumarating ang mga email tungkol sa tala nito
agency-task-correct-entry = Itama ang tala
agency-task-retire-service = Tapusin ang serbisyo: hindi na ito iniaalok ng ahensiya
