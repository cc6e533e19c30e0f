### Words of reports alone: see words.ftl for measures and breakdowns.

report-caseload = Casos atendidos
report-from = Desde
report-until = Hasta, sin incluir
report-measure = Medida
report-filter = Solo
report-zone = Zona horaria
report-restricted = Reservado
report-quarter = Trimestre { $number } de { $year }
report-week = Semana { $number } de { $year }
report-days = { $from } a { $until }
by-service-top = Tipo de servicio
by-territory-1 = Región o provincia
by-territory-2 = Lugar, segundo nivel
by-territory-3 = Lugar, tercer nivel
by-client-kind = Tipo de usuario
report-definition-list = Su lista muestra los casos correspondientes, cada uno una vez.
report-definition-persons = Sexo, edad, nacionalidad y movilidad son los de la persona atendida.
report-note-totals = Un caso puede constar en varias filas; los totales cuentan cada caso una sola vez.
report-note-zones = Los días de cada caso son los de la zona horaria de su oficina.
report-note-own = Donde su acceso se limita a sus propios casos, solo se cuentan estos.
report-note-late =
    { $count ->
        [one] { $count } registro de este período llegó después de su final.
       *[other] { $count } registros de este período llegaron después de su final.
    }
report-note-error =
    { $count ->
        [one] { $count } caso registrado por error no está en ningún conteo.
       *[other] { $count } casos registrados por error no están en ningún conteo.
    }
report-note-sealed =
    { $count ->
        [one] { $count } caso sellado no está en ningún conteo.
       *[other] { $count } casos sellados no están en ningún conteo.
    }
report-referrals = Derivaciones
report-scorecard = Hoja de resultados
report-as-of-day = Tal como estaban antes del
report-note-cohort = Se cuentan las derivaciones enviadas en el período; cada una es exactamente una de estas: aceptada, rechazada, retirada o sin respuesta.
report-note-restricted = Las necesidades restringidas no se distinguen entre sí.
report-note-restricted-agency = No se cuentan las derivaciones por necesidades restringidas: la organización a la que se acudió revelaría la necesidad.
report-note-running = Las últimas derivaciones del período aún están a tiempo de recibir respuesta.
