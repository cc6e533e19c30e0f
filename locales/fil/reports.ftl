### Words of reports alone: see words.ftl for measures and breakdowns.

report-caseload = Mga hawak na kaso
report-from = Mula
report-until = Hanggang, hindi kasama
report-measure = Sukatan
report-filter = Tanging
report-zone = Sona ng oras
report-restricted = Pinaghigpitan
report-quarter = Kuwarter { $number }, { $year }
report-week = Linggo { $number }, { $year }
report-days = { $from } hanggang { $until }
by-service-top = Uri ng serbisyo
by-territory-1 = Rehiyon o lalawigan
by-territory-2 = Lugar, ikalawang antas
by-territory-3 = Lugar, ikatlong antas
by-client-kind = Uri ng kliyente
report-definition-list = Ipinapakita ng talaan nito ang mga kaukulang kaso, tig-iisang beses.
report-definition-persons = Ang kasarian, edad, nasyonalidad at mobilidad ay sa taong natulungan.
report-note-totals = Maaaring nasa ilang hanay ang isang kaso; isang beses lang itong binibilang sa kabuuan.
report-note-zones = Ang mga araw ng bawat kaso ay ayon sa sona ng oras ng tanggapan nito.
report-note-own = Kung sariling kaso lamang ang nakikita mo, iyon lamang ang binibilang.
report-note-late = { $count } tala ng panahong ito ang dumating pagkatapos nito.
report-note-error = { $count } kasong maling naitala ang hindi binilang.
report-note-sealed = { $count } selyadong kaso ang hindi binilang.
