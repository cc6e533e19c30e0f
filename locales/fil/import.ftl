### Words for the one who imports a spreadsheet. fault-… names the code of what is wrong with a row.

import-row = Linya { $line }
import-cell = Linya { $line }, hanay na “{ $column }”
import-rehearsal = Walang naisulat: pagsubok lamang ito. Kapag may --write, isusulat ang binilang na bago.
import-rows =
    { $count ->
        [one] { $count } hilera ang nabasa
       *[other] { $count } hilera ang nabasa
    }
import-new =
    { $count ->
        [one] { $count } bagong kaso
       *[other] { $count } bagong kaso
    }
import-people =
    { $count ->
        [one] { $count } bagong tao
       *[other] { $count } bagong tao
    }
import-unchanged =
    { $count ->
        [one] { $count } hilera ang naipasok na noon at walang pagbabago
       *[other] { $count } hilera ang naipasok na noon at walang pagbabago
    }
import-changed =
    { $count ->
        [one] { $count } hilera ang naipasok na noon ngunit iba na ang sinasabi; mananatili ang kaso
       *[other] { $count } hilera ang naipasok na noon ngunit iba na ang sinasabi; mananatili ang mga kaso
    }
import-held =
    { $count ->
        [one] { $count } hilera ang naghihintay: maaaring may file na ang tao
       *[other] { $count } hilera ang naghihintay: maaaring may file na ang mga tao
    }
import-refused =
    { $count ->
        [one] { $count } hilera ang tinanggihan
       *[other] { $count } hilera ang tinanggihan
    }
import-most = Pinakamadalas na mali:

fault-before-opening = Mas maaga kaysa sa araw na binuksan ang kaso.
fault-before-start = Mas maaga kaysa sa simula nito.
fault-birth-twice = Ibigay ang petsa ng kapanganakan o ang edad, hindi pareho.
fault-case-changed = Iba na ang sinasabi ng hilera kaysa noong naging kaso { $about } ito. Mananatili ang kaso: doon ito baguhin.
fault-client-mismatch = Hindi ipinapasok ang mga asosasyon: buksan ang kanilang mga kaso sa tanggapan.
fault-control-character = May control character.
fault-duplicate = Nasa kasong ito na ang tao.
fault-forbidden = Hindi ito pinapayagan sa iyong account.
fault-id-already-used = May ibang nagpasok ng hilerang ito samantala.
fault-in-future = Nasa hinaharap pa.
fault-internal = May nasira sa aming panig; nasa log kung ano.
fault-invalid-email = Hindi ito email address.
fault-invalid-phone = Hindi ito numero ng telepono; magsimula sa + at code ng bansa.
fault-key-repeated = Kapareho ng susi ng linya { $about }.
fault-likely-known = Malamang na siya ang tao sa file { $about }. Ilagay ang numerong iyon sa isang hanay (people.number), o hayaan sa mapa na muling irehistro ang mga kahawig.
fault-likely-same-row = Malamang na siya ang tao sa linya { $about }. Bigyan ang dalawang hilera ng iisang susi ng tao (people.key), o hayaan sa mapa na muling irehistro ang mga kahawig.
fault-not-of-office = Hindi nagtatrabaho sa tanggapang ito.
fault-office-closed = Sarado ang tanggapan.
fault-one-principal = Iisang tao lamang ang pangunahin sa isang kaso.
fault-out-of-range = Hindi posible ang halagang ito.
fault-outcome-of-open-need = Kailangang sarado ang kaso para magkaroon ng kinalabasan: sabihin kung kailan at bakit ito isinara.
fault-person-key-used = May ibang file, na hindi mo maaaring makita, na may ganitong susi.
fault-required = Kulang ito.
fault-several-lines = Dapat ay isang linya lamang.
fault-too-long = Masyadong mahaba.
fault-too-many = Masyadong marami.
fault-too-many-cells = Mas marami ang cell ng hilera kaysa sa mga hanay; may panipi o panghiwalay na mali ang lugar.
fault-too-few-cells = Mas kaunti ang cell ng hilera kaysa sa mga hanay; may panipi o panghiwalay na mali ang lugar.
fault-unknown = Walang ganitong tala.
fault-unknown-code = Hindi ito code na ginagamit.
fault-unknown-file = Walang ganitong file.
fault-unknown-office = Hindi ito isa sa iyong mga tanggapan.
fault-unknown-worker = Walang account na may ganitong email.
fault-unreadable-date = Hindi mabasa bilang petsa sa mga anyong nasa mapa.
fault-unreadable-number = Hindi mabasa bilang buong numero.
fault-unreadable-word = Hindi ito isa sa mga pinapayagang salita.
fault-unreadable-yes-no = Hindi mabasa bilang oo o hindi.
fault-value-not-mapped = Hindi sinasabi ng mapa kung ano ang kahulugan ng salitang ito.
