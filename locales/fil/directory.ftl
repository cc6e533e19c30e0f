## Sa ahensiya, tungkol sa tala nito sa direktoryo

mail-service-marked-full-subject = { $agency }: puno na po ba ang serbisyong ito?
mail-service-marked-full-heading = Puno na po ba ang serbisyong ito?
mail-service-marked-full-what = Dalawang referral ang ibinalik ninyo sa loob ng isang linggo dahil walang bakante. Nakasaad na ngayon sa aming direktoryo na puno ang serbisyo, at wala nang ipinapadala roon.
mail-service-marked-full-next = Kung may bakante na muli, pakisabi po sa amin. Kung wala kaming marinig sa inyo, kusa itong mawawala pagkaraan ng ilang panahon.
