//! Years of two desks, in a few seconds: enough rows that a plan without an index shows.

use crate::support::{Account, TestApp};

/// Tables that grow with the years.
pub const BIG_TABLES: &str =
    "SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
     AND reltuples > 2000 AND relname NOT IN ('territories', 'languages', 'codes') ORDER BY 1";

/// Cases of three years, most of them closed, and all that hangs on them.
pub async fn fill(app: &TestApp) {
    let workers: Vec<String> =
        [Account::WorkerPic, Account::ColleaguePic, Account::PsychologistPic, Account::SupervisorPic]
            .iter()
            .map(|account| format!("'{}'", app.world.staff(*account)))
            .collect();
    let sql = FILL
        .replace("{pic_workers}", &workers.join(","))
        .replace("{field}", &app.world.staff(Account::FieldPic).to_string())
        .replace("{worker_leg}", &app.world.staff(Account::WorkerLeg).to_string())
        .replace("{supervisor_leg}", &app.world.staff(Account::SupervisorLeg).to_string())
        .replace("{partner}", &app.world.staff(Account::PartnerLegal).to_string())
        .replace("{pic}", &app.world.pic.to_string())
        .replace("{leg}", &app.world.leg.to_string())
        .replace("{legal}", &app.world.legal.to_string())
        .replace("{legal_service}", &app.world.legal_service.to_string())
        .replace("{shelter}", &app.world.shelter.to_string())
        .replace("{shelter_service}", &app.world.shelter_service.to_string());
    app.run(&sql).await;
}

const FILL: &str = "
SET session_replication_role = replica;
CREATE TEMP TABLE drawn AS
SELECT n, gen_random_uuid() AS person, gen_random_uuid() AS matter, gen_random_uuid() AS need, gen_random_uuid() AS referral,
    CASE WHEN n % 3 = 0 THEN '{leg}'::uuid ELSE '{pic}'::uuid END AS office,
    now() - n * interval '2 hours' AS at,
    CASE WHEN n % 20 = 0 THEN NULL
         WHEN n % 3 = 0 THEN (ARRAY['{worker_leg}', '{supervisor_leg}']::uuid[])[1 + n / 3 % 2]
         WHEN n % 40 = 7 THEN '{field}'::uuid
         ELSE (ARRAY[{pic_workers}]::uuid[])[1 + n % 4] END AS worker,
    (n > 400 AND n % 200 <> 0) AS over,
    (ARRAY['LEG-ADV', 'HOU-EMG', 'FOO', 'PSY-CNS', 'LAB-WAG', 'PRT-GBV', 'FIN-ACC', 'INF'])[1 + n % 8] AS service
FROM generate_series(1, 12000) n;

INSERT INTO migrants (id, number, office_id, office_ids, given_names, family_names, sex, registered_at, registered_by, unverified)
SELECT person, 'M-' || n, office, ARRAY[office], 'Ficticia', 'A' || n, n % 3, at, worker, n % 50 = 0 FROM drawn;
INSERT INTO migrant_search_keys (migrant_id, kind, key)
SELECT person, 'token', 'ficticia' FROM drawn UNION ALL SELECT person, 'token', 'a' || n FROM drawn;
INSERT INTO associations (id, number, office_id, name, registered_at)
SELECT gen_random_uuid(), 'A-' || n, office, 'Inventada ' || md5(n::text), at FROM drawn WHERE n <= 600;

INSERT INTO cases (id, number, office_id, client_kind, status, stage, channel, priority, due_at, assigned_to, territory,
    opened_at, closed_at, closure, recorded_at, last_action_at, updated_at)
SELECT matter, CASE WHEN office = '{pic}' THEN 'PIC-' ELSE 'LEG-' END || extract(year FROM at) || '-' || lpad(n::text, 6, '0'), office,
    CASE WHEN n % 4 = 0 THEN 'HH' ELSE 'IND' END,
    CASE WHEN over THEN 'closed' ELSE 'open' END,
    CASE WHEN over THEN 'closed' WHEN n % 5 = 0 THEN 'waiting_on_partner' WHEN n % 5 < 3 THEN 'in_progress' ELSE 'new' END,
    CASE WHEN n % 7 < 2 THEN 'PHO' ELSE 'WLK' END,
    (ARRAY['normal', 'urgent', 'normal', 'normal', 'emergency', 'normal'])[1 + n % 6],
    at + interval '14 days', worker, CASE WHEN office = '{pic}' THEN 'EC-170150' ELSE 'PH-0500506000' END,
    at, CASE WHEN over THEN at + interval '9 days' END, CASE WHEN over THEN 'MET' END, at, at, at + interval '9 days'
FROM drawn;
INSERT INTO case_people (case_id, migrant_id, principal, role, added_at) SELECT matter, person, true, 'client', at FROM drawn;
INSERT INTO case_spans (id, case_id, ordinal, opened_at, closed_at, closure, recorded_at)
SELECT gen_random_uuid(), matter, 1, at, CASE WHEN over THEN at + interval '9 days' END, CASE WHEN over THEN 'MET' END, at FROM drawn;
INSERT INTO case_holdings (id, case_id, office_id, staff_id, from_at) SELECT gen_random_uuid(), matter, office, worker, at FROM drawn;
INSERT INTO case_events (id, case_id, kind, at)
SELECT gen_random_uuid(), matter, kind, at FROM drawn, unnest(ARRAY['case.opened', 'need.raised']) kind;
INSERT INTO needs (id, case_id, migrant_id, service, restricted, status, outcome, raised_at, settled_at)
SELECT need, matter, person, service, service = 'PRT-GBV', CASE WHEN over THEN 'settled' ELSE 'open' END,
    CASE WHEN over THEN 'met' END, at, CASE WHEN over THEN at END FROM drawn;
INSERT INTO notes (id, case_id, body, written_by, written_at)
SELECT gen_random_uuid(), matter, 'Nota', worker, at FROM drawn WHERE worker IS NOT NULL;
INSERT INTO tasks (id, case_id, title, due_on, owner_id, status, ended_at, created_at)
SELECT gen_random_uuid(), matter, 'Llamar', (at + interval '15 days')::date, CASE WHEN n % 2 = 0 THEN worker END,
    CASE WHEN over THEN 'done' ELSE 'open' END, CASE WHEN over THEN at END, at FROM drawn;
INSERT INTO assistance (id, case_id, office_id, service, given_at) SELECT gen_random_uuid(), matter, office, 'FOO', at FROM drawn;

INSERT INTO referrals (id, number, case_id, need_id, office_id, agency_id, service_id, service, state, priority, override_reason,
    sent_at, decide_by, decided_at, ended_at, outcome, reason, answer_read_at, agency_assignee_id, created_at)
SELECT referral, 'R-' || n, matter, need, office,
    CASE WHEN n % 4 < 2 THEN '{legal}'::uuid ELSE '{shelter}'::uuid END,
    CASE WHEN n % 4 < 2 THEN '{legal_service}'::uuid ELSE '{shelter_service}'::uuid END, service,
    CASE WHEN NOT over AND n % 3 = 0 THEN 'sent' WHEN NOT over THEN 'accepted' WHEN n % 5 = 0 THEN 'declined' ELSE 'completed' END,
    CASE WHEN n % 6 = 1 THEN 'urgent' ELSE 'normal' END, 'x', at, at + interval '14 days',
    CASE WHEN over THEN at + interval '3 days' END, CASE WHEN over THEN at + interval '5 days' END,
    CASE WHEN over AND n % 5 <> 0 THEN 'need_met' END, CASE WHEN over AND n % 5 = 0 THEN 'no_capacity' END,
    CASE WHEN over AND n > 450 THEN at + interval '6 days' END, CASE WHEN n % 7 = 0 THEN '{partner}'::uuid END, at
FROM drawn WHERE n % 2 = 1 OR n <= 400;

INSERT INTO notices (id, kind, to_staff_id, to_agency_id, language, office_id, case_id, state, created_at, sent_at)
SELECT gen_random_uuid(), 'case_assigned', worker, NULL, 'es', office, matter,
    CASE WHEN n % 500 = 0 THEN 'failed' ELSE 'sent' END, at, at FROM drawn WHERE worker IS NOT NULL
UNION ALL
SELECT gen_random_uuid(), 'referral_sent', NULL, CASE WHEN n % 4 < 2 THEN '{legal}'::uuid ELSE '{shelter}'::uuid END, 'es', office, matter,
    'sent', at, at FROM drawn;
INSERT INTO audit_events (id, at, staff_id, role, action, subject_kind, subject_id, office_id)
SELECT gen_random_uuid(), at + i * interval '1 minute', worker, 'case_worker',
    (ARRAY['case.read', 'case.opened', 'notes.read', 'need.raised'])[1 + (n + i) % 4], 'case', matter, office
FROM drawn, generate_series(0, 3) i;
RESET session_replication_role;
ANALYZE;
";
