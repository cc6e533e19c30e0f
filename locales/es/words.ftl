### Words of forms, reports and exports. Keys name the code they stand for: reason-no-capacity.

## Moments and spans of time

words-moment =
    { $day }, { $time } ({ $place ->
        [UTC] UTC
       *[other] hora de { $place }
    })
words-minutes =
    { $count ->
        [one] { $count } minuto
       *[other] { $count } minutos
    }
words-hours =
    { $count ->
        [one] { $count } hora
       *[other] { $count } horas
    }
words-days =
    { $count ->
        [one] { $count } día
       *[other] { $count } días
    }

## Headings of every table

words-total = Total
words-unknown = No consta
words-none = Ninguno
words-number = Número
words-share = Porcentaje
words-median = Mediana
words-percentile-90 = Percentil 90
words-within-target = Dentro del plazo
words-currency = Moneda
words-period = Período
words-as-of = Datos al { $moment }
words-definition = Qué se cuenta
words-hidden = Menos de 5: se oculta para proteger a las personas
words-month = Mes
words-quarter = Trimestre
words-year = Año

## What tables are broken down by

by-office = Oficina
by-territory = Territorio
by-worker = Responsable del caso
by-agency = Organización aliada
by-service = Servicio
by-mobility = Categoría de movilidad
by-nationality = Nacionalidad
by-country-of-work = País de trabajo
by-sex = Sexo
by-age-band = Edad
by-channel = Canal
by-priority = Prioridad
by-specific-need = Necesidad específica
by-visit = Brigada móvil
by-status = Estado
by-stage = Etapa

## Sex and age

sex-female = Mujer
sex-male = Hombre
sex-not-known = No consta
sex-not-applicable = No aplica
age-0-4 = 0–4
age-5-11 = 5–11
age-12-17 = 12–17
age-18-59 = 18–59
age-60-plus = 60 y más
age-unknown = Edad no consta
people-girls = Niñas
people-boys = Niños
people-women = Mujeres
people-men = Hombres
people-other = Otro o no consta

## Cases

priority-emergency = Emergencia
priority-urgent = Urgente
priority-normal = Normal
stage-new = Nuevo
stage-assessed = Valorado
stage-in-progress = En curso
stage-waiting-on-partner = En espera de una organización aliada
stage-closed = Cerrado
case-status-open = Abierto
case-status-closed = Cerrado

## Referrals

referral-draft = Borrador
referral-sent = Enviada, sin respuesta
referral-acknowledged = Vista por la organización
referral-accepted = Aceptada
referral-declined = Rechazada
referral-in-service = Servicio iniciado
referral-on-hold = En espera
referral-completed = Completada
referral-failed = Servicio no prestado
referral-cancelled = Cancelada
referral-expired = Sin respuesta a tiempo
referral-entered-in-error = Registrada por error
reason-no-capacity = Sin cupo
reason-waiting-list = Lista de espera
reason-not-eligible = No cumple los requisitos
reason-out-of-area = Fuera de la zona de atención
reason-wrong-service = No es el servicio adecuado
reason-missing-document = Falta un documento
reason-could-not-contact = No se pudo contactar
reason-did-not-attend = No asistió
reason-client-declined = La persona desistió
reason-safety-concern = Riesgo para la seguridad
reason-duplicate = Duplicada
reason-already-served = Ya atendida
reason-other = Otro
outcome-need-met = Necesidad resuelta
outcome-partly-met = Resuelta en parte
outcome-not-met = No resuelta
outcome-unknown = No consta

## Roles

role-system-admin = Administración del sistema
role-manager = Dirección
role-supervisor = Supervisión
role-case-worker = Responsable de casos
role-field-worker = Personal de brigada
role-partner = Organización aliada
role-auditor = Auditoría

## Measures: the label, and what exactly is counted

measure-carried-over = Vienen del período anterior
measure-carried-over-definition = Casos que estaban abiertos al comenzar el período.
measure-new = Nuevos
measure-new-definition = Casos abiertos por primera vez en el período.
measure-reopened = Reabiertos
measure-reopened-definition = Casos retomados en el período después de haberse cerrado. Un caso puede ser nuevo y reabierto en el mismo período.
measure-closed = Cerrados
measure-closed-definition = Cierres en el período. Un caso cerrado dos veces cuenta dos veces; al lado consta el número de casos distintos.
measure-closed-distinct = Casos distintos cerrados
measure-closed-distinct-definition = Casos cerrados al menos una vez en el período, cada uno contado una sola vez.
measure-open-at-end = Abiertos al final
measure-open-at-end-definition = Casos que estaban abiertos al terminar el período: anteriores + nuevos + reabiertos − cerrados.
measure-overdue = Vencidos
measure-overdue-definition = Casos abiertos cuyo plazo ya venció.
measure-active = Activos
measure-active-definition = Casos abiertos con alguna acción en los últimos 30 días.
measure-dormant = Sin movimiento
measure-dormant-definition = Casos abiertos sin ninguna acción en los últimos 30 días.
measure-persons-served = Personas atendidas
measure-persons-served-definition = Personas distintas que recibieron atención o cuyo caso tuvo movimiento en el período, cada una contada una sola vez.
measure-assistance-given = Atenciones brindadas
measure-assistance-given-definition = Servicios que la propia oficina brindó en el período. Una persona puede recibir varios.
measure-people-benefiting = Personas beneficiadas
measure-people-benefiting-definition = Personas registradas en las atenciones brindadas, incluidos los miembros del hogar.
measure-time-to-first-action = Tiempo hasta la primera acción
measure-time-to-first-action-definition = Desde la apertura del caso hasta el primer paso del personal, aparte del registro: mediana, percentil 90 y porcentaje dentro del plazo.
measure-time-to-close = Tiempo hasta el cierre
measure-time-to-close-definition = Desde la apertura del caso hasta su cierre: mediana, y casos hasta 30, de 31 a 90, de 91 a 180 y de más de 180 días.
measure-caseload-per-worker = Casos por responsable
measure-caseload-per-worker-definition = Casos activos a cargo de cada responsable al terminar el período: 0–9, 10–19, 20–29, 30 o más.
measure-referrals-sent = Derivaciones enviadas
measure-referrals-sent-definition = Derivaciones enviadas a organizaciones aliadas en el período.
measure-referrals-acknowledged = Vistas
measure-referrals-acknowledged-definition = De las derivaciones enviadas en el período, las que una persona de la organización había visto al terminar, con decisión o sin ella.
measure-referrals-accepted = Aceptadas
measure-referrals-accepted-definition = De las derivaciones enviadas en el período, las que la organización aceptó atender. Aceptar aún no es ayudar.
measure-referrals-declined = Rechazadas
measure-referrals-declined-definition = De las derivaciones enviadas en el período, las que la organización no atenderá, por motivo.
measure-referrals-expired = Sin respuesta a tiempo
measure-referrals-expired-definition = De las derivaciones enviadas en el período, las que nadie contestó antes del límite final.
measure-referrals-unanswered = Sin respuesta
measure-referrals-unanswered-definition = De las derivaciones enviadas en el período, las que no tenían decisión al terminar. Incluye las caducadas, no las retiradas.
measure-acceptance-rate = Tasa de aceptación
measure-acceptance-rate-definition = Aceptadas ÷ (aceptadas + rechazadas + sin respuesta con el plazo vencido).
measure-completion-rate = Tasa de finalización
measure-completion-rate-definition = Derivaciones completadas ÷ derivaciones aceptadas.
measure-need-met-rate = Tasa de necesidades resueltas
measure-need-met-rate-definition = Derivaciones cuya necesidad se resolvió ÷ derivaciones enviadas.
measure-loop-closed-rate = Tasa de ciclo cerrado
measure-loop-closed-rate-definition = Derivaciones terminadas con un resultado o un motivo y comunicadas a la persona ÷ derivaciones enviadas.
measure-time-to-answer = Tiempo de respuesta
measure-time-to-answer-definition = Desde el envío de la derivación hasta la primera decisión de la organización: mediana y percentil 90.
measure-needs-raised = Necesidades planteadas
measure-needs-raised-definition = Necesidades registradas en el período, haya o no quien pueda resolverlas.
measure-needs-met = Necesidades resueltas
measure-needs-met-definition = De las necesidades planteadas en el período, las registradas como resueltas.
measure-needs-unmet = Necesidades no resueltas
measure-needs-unmet-definition = Necesidades cerradas por falta de servicio o de requisitos, o cuyas derivaciones fueron todas rechazadas, fallidas o sin respuesta, o vencidas y sin derivación.
measure-funds-requested = Fondos solicitados
measure-funds-requested-definition = Montos solicitados en el período, cada moneda por separado.
measure-funds-approved = Fondos aprobados
measure-funds-approved-definition = Montos aprobados en el período, cada moneda por separado.
measure-funds-paid = Fondos pagados
measure-funds-paid-definition = Montos pagados en el período, cada moneda por separado.
measure-referrals-withdrawn = Retiradas
measure-referrals-withdrawn-definition = De las derivaciones enviadas en el período, las canceladas antes de que la organización decidiera.
measure-referrals-overdue = Sin respuesta y vencidas
measure-referrals-overdue-definition = De las que no tienen respuesta, aquellas cuyo plazo para decidir ya pasó y las caducadas.
measure-referrals-completed = Completadas
measure-referrals-completed-definition = De las derivaciones enviadas en el período, aquellas cuyo servicio había concluido al terminar.
measure-referrals-failed = No prestadas
measure-referrals-failed-definition = De las derivaciones enviadas en el período, las que la organización aceptó pero no pudo atender.
measure-referrals-need-met = Necesidad cubierta
measure-referrals-need-met-definition = De las completadas, aquellas cuya necesidad quedó cubierta.
measure-referrals-loop-closed = Ciclo cerrado
measure-referrals-loop-closed-definition = De las derivaciones enviadas en el período, las que terminaron con un resultado o un motivo y de las que se informó a la persona.
measure-time-to-acknowledge = Horas hasta ser vista (mediana)
measure-time-to-acknowledge-definition = Desde el envío hasta la primera señal de que una persona de la organización la vio: la mitad llegó antes.
measure-median-to-answer = Horas hasta la decisión (mediana)
measure-median-to-answer-definition = Desde el envío hasta la primera decisión de la organización: la mitad llegó antes.
measure-slowest-to-answer = Horas hasta la decisión (percentil 90)
measure-slowest-to-answer-definition = Desde el envío hasta la primera decisión de la organización: nueve de cada diez llegaron antes.
by-reason = Motivo
