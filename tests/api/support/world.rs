//! What stands in every test's database: two offices far apart, an account for every role, two agencies.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use migrant_desk::ids::{AgencyId, OfficeId, ServiceId, StaffId};

/// Who is asking. Offices: Pichincha (`Pic`) and Legazpi (`Leg`); agencies: a legal clinic and a shelter in Quito.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Account {
    Admin,
    /// Responsible for both offices.
    Manager,
    SupervisorPic,
    WorkerPic,
    /// A second case worker of Pichincha.
    ColleaguePic,
    /// A case worker of Pichincha who may read restricted facts.
    PsychologistPic,
    FieldPic,
    SupervisorLeg,
    WorkerLeg,
    /// Of the legal clinic.
    PartnerLegal,
    /// Of the shelter.
    PartnerShelter,
    Auditor,
}

use Account::{
    Admin, Auditor, ColleaguePic, FieldPic, Manager, PartnerLegal, PartnerShelter, PsychologistPic,
    SupervisorLeg, SupervisorPic, WorkerLeg, WorkerPic,
};

impl Account {
    pub const ALL: [Account; 12] = [
        Admin,
        Manager,
        SupervisorPic,
        WorkerPic,
        ColleaguePic,
        PsychologistPic,
        FieldPic,
        SupervisorLeg,
        WorkerLeg,
        PartnerLegal,
        PartnerShelter,
        Auditor,
    ];

    fn facts(self) -> (&'static str, &'static str, &'static [&'static str], &'static str) {
        match self {
            Admin => ("admin", "system_admin", &[], "en"),
            Manager => ("manager", "manager", &["PIC", "LEG"], "es"),
            SupervisorPic => ("supervisor.pic", "supervisor", &["PIC"], "es"),
            WorkerPic => ("worker.pic", "case_worker", &["PIC"], "es"),
            ColleaguePic => ("colleague.pic", "case_worker", &["PIC"], "es"),
            PsychologistPic => ("psychologist.pic", "case_worker", &["PIC"], "es"),
            FieldPic => ("field.pic", "field_worker", &["PIC"], "es"),
            SupervisorLeg => ("supervisor.leg", "supervisor", &["LEG"], "en"),
            WorkerLeg => ("worker.leg", "case_worker", &["LEG"], "fil"),
            PartnerLegal => ("partner.legal", "partner", &[], "es"),
            PartnerShelter => ("partner.shelter", "partner", &[], "es"),
            Auditor => ("auditor", "auditor", &[], "en"),
        }
    }

    /// The e-mail it signs in with.
    pub fn email(self) -> String {
        format!("{}@desk.example", self.facts().0)
    }
}

/// The password of every account.
pub const PASSWORD: &str = "correct horse battery";

/// Ids of what stands.
#[derive(Debug, Clone)]
pub struct World {
    pub pic: OfficeId,
    pub leg: OfficeId,
    pub legal: AgencyId,
    pub shelter: AgencyId,
    /// LEG (all legal help) in Pichincha, offered by the legal clinic.
    pub legal_service: ServiceId,
    /// HOU (shelter and housing) in Pichincha, offered by the shelter.
    pub shelter_service: ServiceId,
    staff: [StaffId; 12],
}

impl World {
    pub fn staff(&self, account: Account) -> StaffId {
        let at = Account::ALL.iter().position(|known| *known == account).expect("known");
        self.staff[at]
    }

    pub async fn build(conn: &mut AsyncPgConnection) -> World {
        let world = World {
            pic: OfficeId::new(),
            leg: OfficeId::new(),
            legal: AgencyId::new(),
            shelter: AgencyId::new(),
            legal_service: ServiceId::new(),
            shelter_service: ServiceId::new(),
            staff: std::array::from_fn(|_| StaffId::new()),
        };
        let hash = migrant_desk::staff::passwords::hash(PASSWORD.into()).await.expect("hash");
        conn.batch_execute(&world.places()).await.expect("places");
        for account in Account::ALL {
            conn.batch_execute(&world.account(account, &hash)).await.expect("account");
        }
        world
    }

    fn places(&self) -> String {
        let hours = r#"[{"day":1,"from":"08:00","until":"16:30"},{"day":2,"from":"08:00","until":"16:30"},
            {"day":3,"from":"08:00","until":"16:30"},{"day":4,"from":"08:00","until":"16:30"},
            {"day":5,"from":"08:00","until":"16:30"}]"#;
        format!(
            "INSERT INTO offices (id, code, name, kind, time_zone, languages, interface_language, currency, territory, hours)
             VALUES ('{pic}', 'PIC', 'Movilidad Humana de Prueba', 'fixed', 'America/Guayaquil', '{{spa}}', 'es', 'USD', 'EC-1701', '{hours}'),
                    ('{leg}', 'LEG', 'Test OFW Help Desk', 'fixed', 'Asia/Manila', '{{eng,fil}}', 'en', 'PHP', 'PH-0500506000', '{hours}');
             INSERT INTO agencies (id, name, type, mailbox, language, time_zone, territory, hours)
             VALUES ('{legal}', 'Clínica Jurídica Ficticia', '22', 'buzon@clinica.example', 'es', 'America/Guayaquil', 'EC-1701', '{hours}'),
                    ('{shelter}', 'Albergue Imaginario', '22', 'buzon@albergue.example', 'es', 'America/Guayaquil', 'EC-1701', '{hours}');
             INSERT INTO agency_services (id, agency_id, name, codes, territories, capacity, last_confirmed_on)
             VALUES ('{legal_service}', '{legal}', 'Asesoría legal', '{{LEG,DOC}}', '{{EC-17}}', 'open', '2026-09-01'),
                    ('{shelter_service}', '{shelter}', 'Albergue temporal', '{{HOU}}', '{{EC-17}}', 'limited', '2026-09-01');",
            pic = self.pic,
            leg = self.leg,
            legal = self.legal,
            shelter = self.shelter,
            legal_service = self.legal_service,
            shelter_service = self.shelter_service,
        )
    }

    fn account(&self, account: Account, hash: &str) -> String {
        let (name, role, offices, language) = account.facts();
        let id = self.staff(account);
        let agency = match account {
            PartnerLegal => format!("'{}'", self.legal),
            PartnerShelter => format!("'{}'", self.shelter),
            _ => "NULL".into(),
        };
        let expires = if account == Auditor { "current_date + 300" } else { "NULL" };
        let restricted = account == PsychologistPic;
        let mut sql = format!(
            "INSERT INTO staff (id, email, name, role, agency_id, language, reads_restricted, password_hash, expires_on)
             VALUES ('{id}', '{}', 'Test {name}', '{role}', {agency}, '{language}', {restricted}, '{hash}', {expires});",
            account.email()
        );
        for code in offices {
            sql += &format!(
                "INSERT INTO staff_offices (staff_id, office_id) SELECT '{id}', id FROM offices WHERE code = '{code}';"
            );
        }
        sql
    }
}
