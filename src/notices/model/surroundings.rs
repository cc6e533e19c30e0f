//! What stands around a notice: where it goes, and the names and numbers its words need.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Notice, NoticeKind};
use crate::notices::digest;
use crate::notices::standing::{Place, Waits};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{agencies, cases, codes, offices, referrals, staff};

/// What the words of a notice need beyond its own fields.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct Surroundings {
    /// Where it goes; `None` when the account or agency is gone.
    pub address: Option<String>,
    pub recipient_name: String,
    pub recipient_zone: String,
    pub office: String,
    pub office_code: String,
    pub office_zone: String,
    pub agency: String,
    pub referral_number: String,
    pub service_category: String,
    pub case_number: String,
    /// Where the referral stands.
    pub place: Place,
    /// The case is open and an emergency.
    pub is_emergency: bool,
    /// Of a notice about several referrals.
    pub waits: Vec<Waits>,
    /// What a digest gathered.
    pub gathered: Vec<digest::Item>,
}

impl Surroundings {
    /// Reads them, with labels in the notice's language.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, notice: &Notice) -> Result<Surroundings, Error> {
        let mut around = Surroundings::default();
        if let Some(id) = notice.office_id {
            let office = (offices::name, offices::code, offices::time_zone);
            (around.office, around.office_code, around.office_zone) =
                offices::table.find(id).select(office).first(conn).await?;
        }
        if let Some(id) = notice.referral_id {
            let (number, service, agency, place): (String, String, String, Place) = referrals::table
                .find(id)
                .inner_join(agencies::table)
                .select((
                    referrals::number,
                    referrals::service,
                    agencies::name,
                    (referrals::state, referrals::due_clock),
                ))
                .first(conn)
                .await?;
            around.service_category = category(conn, &service, &notice.language).await?;
            (around.referral_number, around.agency, around.place) = (number, agency, place);
        }
        if let Some(id) = notice.case_id {
            let emergency = cases::status.eq("open").and(cases::priority.eq("emergency"));
            (around.case_number, around.is_emergency) =
                cases::table.find(id).select((cases::number, emergency)).first(conn).await?;
        }
        around.waits = Waits::of(conn, notice).await?;
        if notice.kind == NoticeKind::ReferralDigest {
            let offices;
            (around.gathered, offices) = digest::items(conn, notice).await?;
            around.office = offices.join(", ");
        }
        around.read_recipient(conn, notice).await?;
        Ok(around)
    }

    /// Whether the notice still says something true; of several referrals those that have moved on are left out.
    pub fn still_holds(&mut self, notice: &Notice) -> bool {
        self.waits.retain(|waits| waits.place.holds(waits.kind));
        match notice.kind {
            NoticeKind::ReferralsWaiting => !self.waits.is_empty(),
            NoticeKind::ReferralDigest => !self.gathered.is_empty(),
            NoticeKind::CaseEmergency => self.is_emergency,
            kind => self.place.holds(kind),
        }
    }

    async fn read_recipient(&mut self, conn: &mut Conn, notice: &Notice) -> Result<(), Error> {
        if let Some(id) = notice.to_staff_id {
            let (email, name, disabled): (String, String, Option<DateTime<Utc>>) = staff::table
                .find(id)
                .select((staff::email, staff::name, staff::disabled_at))
                .first(conn)
                .await?;
            (self.address, self.recipient_name) = (disabled.is_none().then_some(email), name);
            self.recipient_zone = self.office_zone.clone();
        }
        if let Some(id) = notice.to_agency_id {
            let row: (String, String, String, Option<chrono::NaiveDate>) = agencies::table
                .find(id)
                .select((agencies::mailbox, agencies::name, agencies::time_zone, agencies::retired_on))
                .first(conn)
                .await?;
            (self.recipient_name, self.recipient_zone) = (row.1, row.2);
            self.address = row.3.is_none().then_some(row.0);
        }
        Ok(())
    }
}

/// The label of a service code's top category: all that a mail may say of a need.
pub(in crate::notices) async fn category(
    conn: &mut Conn,
    service: &str,
    language: &str,
) -> Result<String, Error> {
    let top = service.split('-').next().unwrap_or(service).to_owned();
    let labels: Option<(String, String, String, String)> = codes::table
        .find(("service", top))
        .select((codes::label_en, codes::label_es, codes::label_fr, codes::label_fil))
        .first(conn)
        .await
        .optional()?;
    Ok(labels.map_or_else(String::new, |(en, es, fr, fil)| match language {
        "es" => es,
        "fr" => fr,
        "fil" => fil,
        _ => en,
    }))
}
