//! Records for the matrix: for one role a case of its own, one of a colleague, one of another office, a sealed one and
//! one it was let into, each with everything that hangs on a case. Every text says whose it is, so that an answer that
//! shows too much gives itself away: `Persona-sellada`, `Texto-lejana`.

use std::collections::BTreeMap;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use migrant_desk::platform::crypto::sha256;
use migrant_desk::standards::hsds::ids;
use uuid::Uuid;

use super::policy::Relation;
use crate::support::world::World;
use crate::support::{Account, TestApp};

/// What a path or a body may name, by name.
pub type Names = BTreeMap<&'static str, String>;

/// A case and all that hangs on it.
pub struct Place {
    names: Names,
}

/// How a place is made.
struct Site<'a> {
    /// In every text.
    word: &'static str,
    office: Uuid,
    assigned_to: Uuid,
    registered_by: Uuid,
    sealed: bool,
    let_in: &'a [Uuid],
    agency: Uuid,
    service: Uuid,
}

/// The records one role is asked about.
pub struct Records {
    places: BTreeMap<&'static str, Place>,
    others: BTreeMap<(&'static str, Relation), Names>,
    general: Names,
}

/// What hangs on a case, by the words of the policy.
const ON_A_CASE: &[&str] = &[
    "case",
    "bare_case",
    "closed_case",
    "case_person",
    "migrant",
    "consent",
    "need",
    "settled_need",
    "task",
    "assistance",
    "grant",
    "referral",
    "draft",
    "ended",
];

/// What hangs on a person's file, by the parameter of the paths that name it.
const PARTS_OF_A_FILE: [(&str, &str); 6] = [
    ("cid", "consent"),
    ("pid", "contact_point"),
    ("did", "identity_document"),
    ("mid", "mobility"),
    ("nid", "specific_need"),
    ("rid", "relation"),
];

impl Records {
    /// Writes them behind the walls.
    pub async fn build(conn: &mut AsyncPgConnection, world: &World, who: Account) -> Records {
        let staff = |account: Account| world.staff(account).0;
        let (me, colleague) = (staff(who), staff(Account::ColleaguePic));
        let works = matches!(who, Account::SupervisorPic | Account::WorkerPic | Account::FieldPic);
        let site = |word, assigned_to| Site {
            word,
            office: world.pic.0,
            assigned_to,
            registered_by: assigned_to,
            sealed: false,
            let_in: &[],
            agency: world.legal.0,
            service: world.legal_service.0,
        };
        let insiders = [colleague];
        let mut sites = vec![
            site("vecina", colleague),
            Site { office: world.leg.0, ..site("lejana", staff(Account::WorkerLeg)) },
            Site { sealed: true, let_in: &insiders, ..site("sellada", colleague) },
            Site { agency: world.shelter.0, service: world.shelter_service.0, ..site("ajena", colleague) },
        ];
        let granted = [colleague, me];
        if works {
            sites.push(site("propia", me));
            sites.push(Site { sealed: true, let_in: &granted, ..site("abierta", colleague) });
        }
        let mut places = BTreeMap::new();
        for site in sites {
            let place = Place::build(conn, &site, world).await;
            places.insert(site.word, place);
        }
        let mut records = Records { places, others: BTreeMap::new(), general: Names::new() };
        records.add_general(conn, world, who).await;
        records.add_notices(conn, world, who).await;
        records.add_directory(conn, world, who).await;
        records.add_seal_requests(conn, world, who).await;
        records.add_published(conn).await;
        records.add_webhooks(conn, world, who).await;
        records.add_accounts(world, who);
        let received = records.places["vecina"].names["referral"].clone();
        records.general.insert("received_referral", received);
        records
    }

    /// The names of a record of this kind that stands so to the one who asks; `None` when there is none.
    pub fn named(&self, kind: &str, relation: Relation, partner: bool) -> Option<Names> {
        if relation == Relation::Nobody {
            return Some(self.with_general(nobody(kind)));
        }
        if let Some(names) = self.others.iter().find(|(key, _)| **key == (kind_key(kind), relation)) {
            return Some(self.with_general(names.1.clone()));
        }
        let place = match (kind, relation) {
            ("granted_case", Relation::Own) => self.places.get("abierta"),
            ("granted_case", Relation::Sealed) => self.places.get("sellada"),
            (kind, relation) if ON_A_CASE.contains(&kind) => self.at(relation, partner),
            ("member", relation) => self.at(relation, false),
            ("association", Relation::SameOffice | Relation::OtherOffice) => self.at(relation, false),
            _ => None,
        }?;
        let mut names = place.names.clone();
        let main = match kind {
            "granted_case" | "case_person" => "case",
            "consent" => "migrant",
            "member" => "association",
            other => other,
        };
        names.insert("id", names[main].clone());
        names.insert(
            "migrant_id",
            names[if kind == "case_person" { "second_person" } else { "migrant" }].clone(),
        );
        for (parameter, part) in PARTS_OF_A_FILE {
            names.insert(parameter, names[part].clone());
        }
        Some(self.with_general(names))
    }

    /// For a partner its own are those sent to its agency, whoever at the desk works on them.
    fn at(&self, relation: Relation, partner: bool) -> Option<&Place> {
        self.places.get(match (relation, partner) {
            (Relation::Own, false) => "propia",
            (Relation::Own, true) | (Relation::SameOffice, false) => "vecina",
            (Relation::OtherOffice, _) => "lejana",
            (Relation::OtherAgency, true) => "ajena",
            (Relation::Sealed, _) => "sellada",
            _ => return None,
        })
    }

    /// The case with this word in its texts and all that hangs on it.
    pub fn place(&self, word: &str) -> &Place {
        &self.places[word]
    }

    /// What bodies may name whatever the record is.
    pub fn general(&self) -> &Names {
        &self.general
    }

    fn with_general(&self, mut names: Names) -> Names {
        for (name, value) in &self.general {
            names.entry(name).or_insert_with(|| value.clone());
        }
        names
    }

    /// What bodies may name whatever the record is.
    async fn add_general(&mut self, conn: &mut AsyncPgConnection, world: &World, who: Account) {
        let me = world.staff(who);
        let (stranger, session, invitation, job) =
            (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let (refresh_token, invitation_token) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
        let (refresh_hash, invitation_hash) = (hash(&refresh_token), hash(&invitation_token));
        let (guest, office) = (Uuid::now_v7(), world.pic);
        let sql = format!(
            "INSERT INTO migrants (id, number, office_id, office_ids, given_names, sex, registered_at, registered_by)
             VALUES ('{stranger}', 'M-{stranger}', '{office}', '{{{office}}}', 'Otra persona', 0, now(), '{me}');
             INSERT INTO sessions (id, staff_id, created_at, expires_at) VALUES ('{session}', '{me}', now(), now() + '1 hour');
             INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES ('{refresh_hash}', '{session}', now());
             INSERT INTO staff (id, email, name, role, language) VALUES ('{guest}', '{guest}@desk.example', 'Guest', 'manager', 'es');
             INSERT INTO invitations (id, staff_id, token_hash, expires_at) VALUES ('{invitation}', '{guest}', '{invitation_hash}', now() + '1 hour');
             INSERT INTO jobs (id, name, payload, run_at, attempts, failed_at) VALUES ('{job}', 'SendNotice', '{{\"notice\": \"{job}\"}}', now(), 8, now());"
        );
        conn.batch_execute(&sql).await.expect("general records");
        self.general.extend([
            ("stranger", stranger.to_string()),
            ("refresh_token", refresh_token),
            ("invitation_token", invitation_token),
            ("office", office.to_string()),
            ("colleague", world.staff(Account::ColleaguePic).to_string()),
            ("psychologist", world.staff(Account::PsychologistPic).to_string()),
            ("legal_service", world.legal_service.to_string()),
            ("shelter", world.shelter.to_string()),
            ("new", format!("N{}", Uuid::now_v7().simple())),
        ]);
        self.others.insert(("job", Relation::SameOffice), one(job));
    }

    async fn add_notices(&mut self, conn: &mut AsyncPgConnection, world: &World, who: Account) {
        let (me, colleague) = (world.staff(who).0, world.staff(Account::ColleaguePic).0);
        let case = |word: &str| self.places[word].names["case"].clone();
        let to = |column: &str, id: Uuid| (column.to_owned(), id);
        let all = [
            (Relation::Own, to("to_staff_id", me), world.pic.0, case("vecina")),
            (Relation::SameOffice, to("to_staff_id", colleague), world.pic.0, case("vecina")),
            (
                Relation::OtherOffice,
                to("to_staff_id", world.staff(Account::WorkerLeg).0),
                world.leg.0,
                case("lejana"),
            ),
            (Relation::OtherAgency, to("to_agency_id", world.shelter.0), world.pic.0, case("ajena")),
            (Relation::Sealed, to("to_staff_id", colleague), world.pic.0, case("sellada")),
        ];
        for (relation, (column, recipient), office, case) in all {
            let id = Uuid::now_v7();
            let sql = format!(
                "INSERT INTO notices (id, kind, {column}, language, office_id, case_id, state, created_at)
                 VALUES ('{id}', 'case_assigned', '{recipient}', 'es', '{office}', '{case}', 'failed', now())"
            );
            conn.batch_execute(&sql).await.expect("a notice");
            self.others.insert(("notice", relation), one(id));
        }
    }

    /// Wishes to be let into a sealed case of each office that nobody is let into any more: one of the account itself, and
    /// others of colleagues.
    async fn add_seal_requests(&mut self, conn: &mut AsyncPgConnection, world: &World, who: Account) {
        let (me, colleague) = (world.staff(who), world.staff(Account::ColleaguePic));
        let all = [
            (Relation::Own, me, world.pic),
            (Relation::SameOffice, colleague, world.pic),
            (Relation::OtherOffice, world.staff(Account::SupervisorLeg), world.leg),
        ];
        for (relation, asked_by, office) in all {
            let (id, case, let_in) = (Uuid::now_v7(), Uuid::now_v7(), world.staff(Account::PsychologistPic));
            let sql = format!(
                "INSERT INTO cases (id, number, office_id, client_kind, sealed, channel, priority, due_at, opened_at, last_action_at)
                 VALUES ('{case}', upper('S-{case}'), '{office}', 'IND', true, 'WLK', 'normal', now(), now(), now());
                 INSERT INTO seal_requests (id, office_id, case_number, staff_id, reason, days, asked_by, asked_at)
                 VALUES ('{id}', '{office}', upper('S-{case}'), '{let_in}', 'Texto-sellada', 30, '{asked_by}', now());"
            );
            conn.batch_execute(&sql).await.expect("a wish");
            self.others.insert(("seal_request", relation), one(id));
        }
    }

    /// An agency of nobody who asks, and for a partner a service of its own.
    async fn add_directory(&mut self, conn: &mut AsyncPgConnection, world: &World, who: Account) {
        let agency = Uuid::now_v7();
        let sql = format!(
            "INSERT INTO agencies (id, name, type, mailbox, language, time_zone, territory)
             VALUES ('{agency}', 'Agencia ajena', '22', '{agency}@agencia.example', 'es', 'America/Guayaquil', 'EC-1701')"
        );
        conn.batch_execute(&sql).await.expect("an agency");
        let mut all = vec![(Relation::OtherAgency, agency)];
        if who == Account::PartnerLegal {
            all.push((Relation::Own, world.legal.0));
        }
        for (relation, agency) in all {
            let (contact, service) = (Uuid::now_v7(), Uuid::now_v7());
            let sql = format!(
                "INSERT INTO agency_contacts (id, agency_id, name) VALUES ('{contact}', '{agency}', 'Contacto');
                 INSERT INTO agency_services (id, agency_id, name, codes, territories)
                 VALUES ('{service}', '{agency}', 'Servicio', '{{LEG}}', '{{EC-17}}')"
            );
            conn.batch_execute(&sql).await.expect("a directory entry");
            self.others.insert(("agency", relation), one(agency));
            let task = Uuid::now_v7();
            let sql = format!(
                "INSERT INTO agency_tasks (id, agency_id, service_id, kind, words, due_on, created_at)
                 VALUES ('{task}', '{agency}', '{service}', 'correct_entry', 'Otro horario', current_date, now())"
            );
            conn.batch_execute(&sql).await.expect("a task");
            self.others.insert(("agency_task", relation), one(task));
            let contact = [("id", agency.to_string()), ("cid", contact.to_string())];
            self.others.insert(("contact", relation), contact.into());
            // Some paths name the service by its agency, others alone.
            let service =
                [("id", service.to_string()), ("sid", service.to_string()), ("agency", agency.to_string())];
            self.others.insert(("service", relation), service.into());
        }
    }

    /// One of whoever asks and its agency, and one of another agency, each with a message that did not arrive.
    async fn add_webhooks(&mut self, conn: &mut AsyncPgConnection, world: &World, who: Account) {
        let mut all = vec![(Relation::OtherAgency, format!("'{}'", world.shelter))];
        match who {
            Account::PartnerLegal => all.push((Relation::Own, format!("'{}'", world.legal))),
            Account::Admin => all.push((Relation::Own, "NULL".into())),
            _ => {}
        }
        for (relation, agency) in all {
            let (id, delivery, owner) = (Uuid::now_v7(), Uuid::now_v7(), world.staff(who));
            let sql = format!(
                "INSERT INTO webhooks (id, agency_id, owner_id, url, secret, created_at, updated_at)
                 VALUES ('{id}', {agency}, '{owner}', 'https://hooks.example/', '', now(), now());
                 INSERT INTO webhook_deliveries (id, webhook_id, event, body, state, created_at)
                 VALUES ('{delivery}', '{id}', 'ping', '{{}}', 'failed', now());"
            );
            conn.batch_execute(&sql).await.expect("a webhook");
            let names = [("id", id.to_string()), ("did", delivery.to_string())];
            self.others.insert(("webhook", relation), names.into());
        }
    }

    /// An agency that the whole world may see.
    async fn add_published(&mut self, conn: &mut AsyncPgConnection) {
        let (agency, service) = (Uuid::now_v7(), Uuid::now_v7());
        let sql = format!(
            "INSERT INTO agencies (id, name, type, mailbox, language, time_zone, territory)
             VALUES ('{agency}', 'Agencia pública', '22', '{agency}@agencia.example', 'es', 'America/Guayaquil', 'EC-1701');
             INSERT INTO agency_services (id, agency_id, name, codes, territories)
             VALUES ('{service}', '{agency}', 'Servicio', '{{LEG}}', '{{EC-17}}');
             INSERT INTO agency_publications (agency_id, facts, published_at, updated_at)
             VALUES ('{agency}', '{{address}}', now(), now());"
        );
        conn.batch_execute(&sql).await.expect("a published agency");
        self.others.extend([
            (("published_agency", Relation::SameOffice), one(agency)),
            (("published_service", Relation::SameOffice), one(service)),
            (("taxonomy", Relation::SameOffice), one(ids::taxonomy("service"))),
            (("taxonomy_term", Relation::SameOffice), one(ids::term("service", "LEG"))),
        ]);
    }

    fn add_accounts(&mut self, world: &World, who: Account) {
        let staff = |account: Account| one(world.staff(account).0);
        self.others.extend([
            (("staff", Relation::Own), staff(who)),
            (("staff", Relation::SameOffice), staff(Account::ColleaguePic)),
            (("staff", Relation::OtherOffice), staff(Account::WorkerLeg)),
            (("staff", Relation::OtherAgency), staff(Account::PartnerShelter)),
            (("office", Relation::SameOffice), one(world.pic.0)),
            (("office", Relation::OtherOffice), one(world.leg.0)),
            (("list", Relation::SameOffice), [("list", "service".to_owned())].into()),
            (
                ("code", Relation::SameOffice),
                [("list", "service".to_owned()), ("code", "LEG".to_owned())].into(),
            ),
            (("place", Relation::SameOffice), [("code", "EC-1701".to_owned())].into()),
            (("clock", Relation::SameOffice), [("priority", "normal".to_owned())].into()),
        ]);
    }
}

/// A record that does not exist.
fn nobody(kind: &str) -> Names {
    let id = || Uuid::now_v7().to_string();
    let mut names: Names =
        ["id", "migrant_id", "cid", "sid", "need", "person", "agency"].map(|name| (name, id())).into();
    if kind == "code" {
        names.insert("list", "service".into());
    } else {
        names.insert("list", "no-such-list".into());
    }
    names.insert("code", "NO-SUCH-CODE".into());
    names
}

fn kind_key(kind: &str) -> &'static str {
    const ALONE: [&str; 18] = [
        "notice",
        "job",
        "agency",
        "contact",
        "service",
        "staff",
        "office",
        "list",
        "code",
        "place",
        "clock",
        "seal_request",
        "agency_task",
        "published_agency",
        "published_service",
        "taxonomy",
        "taxonomy_term",
        "webhook",
    ];
    ALONE.into_iter().find(|known| *known == kind).unwrap_or("")
}

fn one(id: Uuid) -> Names {
    [("id", id.to_string())].into()
}

fn hash(token: &str) -> String {
    let hex: String = sha256(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\\x{hex}")
}

impl Place {
    async fn build(conn: &mut AsyncPgConnection, site: &Site<'_>, world: &World) -> Place {
        let names = [
            "case",
            "bare_case",
            "closed_case",
            "migrant",
            "second_person",
            "consent",
            "contact_point",
            "identity_document",
            "mobility",
            "specific_need",
            "relation",
            "need",
            "settled_need",
            "task",
            "assistance",
            "grant",
            "referral",
            "draft",
            "ended",
            "association",
        ];
        let names: Names = names.into_iter().map(|name| (name, Uuid::now_v7().to_string())).collect();
        let place = Place { names };
        let sql = place.people(site)
            + &place.cases(site)
            + &place.work(site)
            + &place.access(site, world)
            + &place.referrals(site);
        conn.batch_execute(&sql).await.unwrap_or_else(|e| panic!("{}: {e}", site.word));
        let person = place.names["migrant"].clone();
        Place { names: place.names.into_iter().chain([("person", person)]).collect() }
    }

    pub fn id(&self, name: &str) -> &str {
        &self.names[name]
    }

    /// Ids of everything there but the association, which is no secret of the case.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter(|(name, _)| **name != "association").map(|(_, id)| id.as_str())
    }

    /// The same with nothing in it but this.
    pub fn only(&self, name: &'static str) -> Place {
        Place { names: [(name, self.names[name].clone())].into() }
    }

    fn people(&self, site: &Site<'_>) -> String {
        let Site { word, office, registered_by, sealed, .. } = site;
        let (migrant, second, consent, association) =
            (self.id("migrant"), self.id("second_person"), self.id("consent"), self.id("association"));
        let (point, document, mobility) =
            (self.id("contact_point"), self.id("identity_document"), self.id("mobility"));
        let (vulnerability, relation) = (self.id("specific_need"), self.id("relation"));
        let token = word;
        format!(
            "INSERT INTO migrants (id, number, office_id, office_ids, sealed, given_names, family_names, sex, registered_at, registered_by, remarks)
             VALUES ('{migrant}', 'M-{migrant}', '{office}', '{{{office}}}', {sealed}, 'Persona-{word}', 'Ficticia', 2, now(), '{registered_by}', 'Texto-{word}'),
                    ('{second}', 'M-{second}', '{office}', '{{{office}}}', {sealed}, 'Persona-{word}', 'Segunda', 1, now(), '{registered_by}', NULL);
             INSERT INTO migrant_search_keys (migrant_id, kind, key)
             VALUES ('{migrant}', 'token', 'persona'), ('{migrant}', 'token', '{token}'), ('{migrant}', 'token', 'ficticia');
             INSERT INTO contact_points (id, migrant_id, kind, value) VALUES ('{point}', '{migrant}', 'email', 'Persona-{word}@example.org');
             INSERT INTO identity_documents (id, migrant_id, type, held_by) VALUES ('{document}', '{migrant}', 'PPT', 'Texto-{word}');
             INSERT INTO mobility_periods (id, migrant_id, category, from_on) VALUES ('{mobility}', '{migrant}', 'TRA', '2024-01-01');
             INSERT INTO specific_needs (id, migrant_id, code, restricted, from_on) VALUES ('{vulnerability}', '{migrant}', 'SP', false, '2024-01-01');
             INSERT INTO relations (id, migrant_id, other_id, relation) VALUES ('{relation}', '{migrant}', '{second}', 'sibling');
             INSERT INTO migrant_events (id, migrant_id, kind, at, version, changes)
             VALUES (gen_random_uuid(), '{migrant}', 'migrant.edited', now(), 1, '[{{\"field\": \"remarks\", \"from\": null, \"to\": \"Texto-{word}\"}}]');
             INSERT INTO consents (id, migrant_id, purpose, facts, given_by, how, given_at)
             VALUES ('{consent}', '{migrant}', 'share_with_agency', '{{name}}', 'self', 'spoken', now());
             INSERT INTO associations (id, number, office_id, name, registered_at)
             VALUES ('{association}', 'A-{association}', '{office}', 'Asociacion-{word}', now());
             INSERT INTO association_members (association_id, migrant_id) VALUES ('{association}', '{migrant}');"
        )
    }

    fn cases(&self, site: &Site<'_>) -> String {
        let Site { word, office, assigned_to, sealed, .. } = site;
        let (migrant, second) = (self.id("migrant"), self.id("second_person"));
        let mut sql = String::new();
        for name in ["case", "bare_case", "closed_case"] {
            let case = self.id(name);
            let (status, stage, ended, closure) = match name {
                "closed_case" => ("closed", "closed", "now()", "'MET'"),
                _ => ("open", "new", "NULL", "NULL"),
            };
            sql += &format!(
                "INSERT INTO cases (id, number, office_id, client_kind, sealed, status, stage, channel, priority, due_at, assigned_to, summary, opened_at, closed_at, closure, last_action_at)
                 VALUES ('{case}', 'C-{case}', '{office}', 'IND', {sealed}, '{status}', '{stage}', 'WLK', 'normal', now(), '{assigned_to}', 'Texto-{word}', now(), {ended}, {closure}, now());
                 INSERT INTO case_people (case_id, migrant_id, principal, role, added_at) VALUES ('{case}', '{migrant}', true, 'client', now());
                 INSERT INTO case_spans (id, case_id, ordinal, opened_at, closed_at, closure) VALUES (gen_random_uuid(), '{case}', 1, now(), {ended}, {closure});
                 INSERT INTO case_holdings (id, case_id, office_id, staff_id, from_at) VALUES (gen_random_uuid(), '{case}', '{office}', '{assigned_to}', now());
                 INSERT INTO case_priorities (id, case_id, priority, due_at, from_at) VALUES (gen_random_uuid(), '{case}', 'normal', now(), now());
                 INSERT INTO case_events (id, case_id, kind, at, facts) VALUES (gen_random_uuid(), '{case}', 'case.opened', now(), '{{\"word\": \"Texto-{word}\"}}');"
            );
        }
        let case = self.id("case");
        sql + &format!(
            "INSERT INTO case_people (case_id, migrant_id, role, added_at) VALUES ('{case}', '{second}', 'household', now());"
        )
    }

    fn work(&self, site: &Site<'_>) -> String {
        let Site { word, office, assigned_to, .. } = site;
        let (case, migrant) = (self.id("case"), self.id("migrant"));
        let (need, settled, task, assistance) =
            (self.id("need"), self.id("settled_need"), self.id("task"), self.id("assistance"));
        format!(
            "INSERT INTO needs (id, case_id, migrant_id, service, detail, status, outcome, raised_at, settled_at)
             VALUES ('{need}', '{case}', '{migrant}', 'LEG', 'Texto-{word}', 'open', NULL, now(), NULL),
                    ('{settled}', '{case}', '{migrant}', 'HOU', 'Texto-{word}', 'settled', 'met', now(), now());
             INSERT INTO notes (id, case_id, body, written_by, written_at)
             VALUES (gen_random_uuid(), '{case}', 'Texto-{word}', '{assigned_to}', now());
             INSERT INTO tasks (id, case_id, title, due_on, owner_id, created_at)
             VALUES ('{task}', '{case}', 'Texto-{word}', '2026-01-01', '{assigned_to}', now());
             INSERT INTO assistance (id, case_id, office_id, service, detail, given_at)
             VALUES ('{assistance}', '{case}', '{office}', 'FOO', 'Texto-{word}', now());
             INSERT INTO assistance_people (assistance_id, migrant_id) VALUES ('{assistance}', '{migrant}');"
        )
    }

    /// Somebody from far away opened the case in an emergency; whoever was let into a sealed one holds a grant.
    fn access(&self, site: &Site<'_>, world: &World) -> String {
        let Site { word, office, assigned_to, let_in, .. } = site;
        let (case, bare, closed, grant) =
            (self.id("case"), self.id("bare_case"), self.id("closed_case"), self.id("grant"));
        let visitor = world.staff(Account::SupervisorLeg);
        let mut sql = format!(
            "INSERT INTO case_grants (id, case_id, office_id, staff_id, kind, reason, granted_by, granted_at, expires_at)
             VALUES ('{grant}', '{case}', '{office}', '{visitor}', 'emergency', 'Texto-{word}', '{visitor}', now(), now() + '2 hours');"
        );
        for holder in *let_in {
            for case in [case, bare, closed] {
                sql += &format!(
                    "INSERT INTO case_grants (id, case_id, office_id, staff_id, kind, reason, granted_by, granted_at, expires_at)
                     VALUES (gen_random_uuid(), '{case}', '{office}', '{holder}', 'sealed', 'Texto-{word}', '{assigned_to}', now(), now() + '2 days');"
                );
            }
        }
        sql
    }

    fn referrals(&self, site: &Site<'_>) -> String {
        let Site { word, office, assigned_to, agency, service, .. } = site;
        let (case, need, consent) = (self.id("case"), self.id("need"), self.id("consent"));
        let mut sql = String::new();
        for (name, state, sent, ended) in [
            ("draft", "draft", "NULL", "NULL"),
            ("referral", "sent", "now()", "NULL"),
            ("ended", "declined", "now()", "now()"),
        ] {
            let id = self.id(name);
            sql += &format!(
                "INSERT INTO referrals (id, number, case_id, need_id, office_id, agency_id, service_id, service, state, priority, message, facts, consent_id, sent_at, decide_by, ended_at, created_at)
                 VALUES ('{id}', 'R-{id}', '{case}', '{need}', '{office}', '{agency}', '{service}', 'LEG', '{state}', 'normal', 'Divulgado-{word}', '{{name}}', '{consent}', {sent}, {sent}, {ended}, now());
                 INSERT INTO referral_moves (id, referral_id, ordinal, to_state, at, actor_kind) VALUES (gen_random_uuid(), '{id}', 1, 'draft', now(), 'staff');"
            );
            if name == "referral" {
                sql += &format!("UPDATE referrals SET appointment_at = now() WHERE id = '{id}';");
            }
            if name != "draft" {
                sql += &format!(
                    "INSERT INTO referral_disclosures (id, referral_id, facts, disclosed_at)
                     VALUES (gen_random_uuid(), '{id}', '{{\"name\": \"Divulgado-{word}\"}}', now());
                     INSERT INTO referral_messages (id, referral_id, from_side, written_by, body, written_at)
                     VALUES (gen_random_uuid(), '{id}', 'desk', '{assigned_to}', 'Divulgado-{word}', now());"
                );
            }
        }
        sql
    }
}

/// Makes the manager of the tests responsible for Pichincha alone, so that Legazpi is another office for everybody.
pub async fn part_the_offices(app: &TestApp) {
    let manager = app.world.staff(Account::Manager);
    let leg = app.world.leg;
    let sql = format!("DELETE FROM staff_offices WHERE staff_id = '{manager}' AND office_id = '{leg}'");
    app.database().await.batch_execute(&sql).await.expect("offices parted");
}
