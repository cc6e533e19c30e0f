### Words of reports alone: see words.ftl for measures and breakdowns.

report-caseload = Dossiers suivis
report-from = Du
report-until = Jusqu’au, non inclus
report-measure = Mesure
report-filter = Seulement
report-zone = Fuseau horaire
report-restricted = Restreint
report-quarter = Trimestre { $number } de { $year }
report-week = Semaine { $number } de { $year }
report-days = { $from } au { $until }
by-service-top = Type de service
by-territory-1 = Région ou province
by-territory-2 = Lieu, deuxième niveau
by-territory-3 = Lieu, troisième niveau
by-client-kind = Type de bénéficiaire
report-definition-list = Sa liste montre les dossiers concernés, chacun une fois.
report-definition-persons = Sexe, âge, nationalité et mobilité sont ceux de la personne accompagnée.
report-note-totals = Un dossier peut figurer sur plusieurs lignes ; les totaux comptent chaque dossier une seule fois.
report-note-zones = Les jours de chaque dossier sont ceux du fuseau horaire de son bureau.
report-note-own = Là où votre accès se limite à vos propres dossiers, seuls ceux-ci sont comptés.
report-note-late =
    { $count ->
        [one] { $count } enregistrement de cette période est arrivé après sa fin.
       *[other] { $count } enregistrements de cette période sont arrivés après sa fin.
    }
report-note-error =
    { $count ->
        [one] { $count } dossier saisi par erreur n’est dans aucun compte.
       *[other] { $count } dossiers saisis par erreur ne sont dans aucun compte.
    }
report-note-sealed =
    { $count ->
        [one] { $count } dossier scellé n’est dans aucun compte.
       *[other] { $count } dossiers scellés ne sont dans aucun compte.
    }
report-referrals = Référencements
report-scorecard = Fiche de résultats
report-as-of-day = Tels qu’ils étaient avant le
report-note-cohort = Sont comptés les référencements envoyés pendant la période ; chacun est soit accepté, soit refusé, soit retiré, soit sans réponse.
report-note-restricted = Les besoins restreints ne sont pas distingués.
report-note-restricted-agency = Les référencements pour des besoins restreints ne sont pas comptés : l’organisme sollicité révélerait le besoin.
report-note-running = Les derniers référencements de la période peuvent encore recevoir une réponse à temps.
