## To an agency, about its entry in the directory

mail-service-marked-full-subject = { $agency }: is this service full?
mail-service-marked-full-heading = Is this service full?
mail-service-marked-full-what = Two referrals came back from you within a week for want of room. Our directory now says that the service is full, and desks send nobody there.
mail-service-marked-full-next = If there is room again, please say so. Without a word from you, the mark ends by itself after a while.
