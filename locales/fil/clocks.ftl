### Mga sulat na kusang ipinadadala ng mga orasan. Gaya sa mail.ftl: mga numero, serbisyo, takdang oras, link; walang pangalan ng tao.

mail-referral-unseen-subject = Referral { $number }: wala pang nakakakita
mail-referral-unseen-heading = Wala pang nakakakita nito sa { $agency }
mail-referral-unseen-what = Dapat ay may nakakita na ng referral na ito sa oras na nakasaad sa ibaba. Pakitawagan po ang { $agency } at itala ang tawag.
mail-referral-contact-overdue-subject = Referral { $number }: naghihintay pa ang tao
mail-referral-contact-overdue-heading = Wala pang naitalang unang pakikipag-ugnayan ang { $agency }
mail-referral-contact-overdue-what = Tinanggap ito ng katuwang at dapat ay nakausap na ang tao sa oras na nakasaad sa ibaba. Pakitanong po sa katuwang, at sa tao, kung ano na ang lagay.
mail-referral-review-due-subject = Referral { $number }: oras nang balikan
mail-referral-review-due-heading = Tapos na ang panahon ng paghihintay
mail-referral-review-due-what = Ipinagpaliban ng { $agency } ang referral na ito hanggang sa araw na nakasaad sa ibaba. Pakitanong po kung itutuloy, o humanap ng ibang serbisyo.
mail-referral-verify-due-subject = Referral { $number }: pakitanong po ang tao
mail-referral-verify-due-heading = Nakatulong ba ito?
mail-referral-verify-due-what = Natapos na ng { $agency } ang gawain, at wala pang nakapagtala ng sagot ng tao. Pakitanong po kung natugunan ang pangangailangan, sa ligtas na paraang nakatala sa file.

## Sabay-sabay

mail-referrals-waiting-subject =
    { $count ->
        [one] { $count } referral ang kailangan ninyong tingnan
       *[other] { $count } referral ang kailangan ninyong tingnan
    }
mail-referrals-waiting-heading =
    { $count ->
        [one] { $count } referral ang kailangan ninyong tingnan
       *[other] { $count } referral ang kailangan ninyong tingnan
    }
mail-referrals-waiting-what = Sabay-sabay na umabot sa takda ang mga referral na ito. Para hindi kayo padalhan ng tig-iisang sulat, narito ang mga numero nila.
mail-referrals-waiting-for-partner = May mga taong naghihintay kung makatutulong kayo. Pakisagot po ang mga referral na nakasaad sa ibaba.
mail-referrals-waiting-action = Buksan ang listahan
waiting-referral-reminder = Naghihintay ng sagot
waiting-referral-unseen = Hindi pa nakikita ng katuwang
waiting-referral-overdue = Lampas na sa takda ang sagot
waiting-referral-expired = Lumipas nang walang sagot
waiting-referral-contact-overdue = Hindi pa nakakausap ang tao
waiting-referral-review-due = Dapat balikan
waiting-referral-verify-due = Dapat tanungin ang tao
waiting-and-more = { $numbers } at { $more } pa

## Sa mga superbisor, tungkol sa isang kaso

