//! A notice about to be promised, in the transaction of the act that causes it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::NoticeKind;
use crate::ids::{AgencyId, CaseId, NoticeId, OfficeId, ReferralId, StaffId};
use crate::notices::digest::SendDigest;
use crate::notices::jobs::SendNotice;
use crate::notices::rules;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs;
use crate::schema::{agencies, notices, staff};

/// A notice about to be promised: `NewNotice::to_staff(kind, id).about_case(…).fields(…).send(tx, now)`.
#[derive(Debug, Clone)]
pub struct NewNotice {
    kind: NoticeKind,
    to_staff: Option<StaffId>,
    to_agency: Option<AgencyId>,
    office: Option<OfficeId>,
    referral: Option<ReferralId>,
    case: Option<CaseId>,
    fields: Value,
}

impl NewNotice {
    /// To an account.
    pub fn to_staff(kind: NoticeKind, staff: StaffId) -> NewNotice {
        let fields = json!({});
        NewNotice {
            kind,
            to_staff: Some(staff),
            to_agency: None,
            office: None,
            referral: None,
            case: None,
            fields,
        }
    }

    /// To an agency's registered mailbox.
    pub fn to_agency(kind: NoticeKind, agency: AgencyId) -> NewNotice {
        let fields = json!({});
        NewNotice {
            kind,
            to_staff: None,
            to_agency: Some(agency),
            office: None,
            referral: None,
            case: None,
            fields,
        }
    }

    /// The referral it is about, and the office it speaks for.
    pub fn about_referral(mut self, referral: ReferralId, case: CaseId, office: OfficeId) -> NewNotice {
        (self.referral, self.case, self.office) = (Some(referral), Some(case), Some(office));
        self
    }

    /// The case it is about, and the office it speaks for.
    pub fn about_case(mut self, case: CaseId, office: OfficeId) -> NewNotice {
        (self.case, self.office) = (Some(case), Some(office));
        self
    }

    /// The office it speaks for, when it is about several records.
    pub fn from_office(mut self, office: OfficeId) -> NewNotice {
        self.office = Some(office);
        self
    }

    /// What its words need: `priority`, `answer_by`, `reason`, `outcome`, `review_on`, `appointment_at`, `at`, `until`,
    /// `due_at`, `invitation`, `answer_code`. Codes, moments and ids; never personal data of migrants.
    pub fn fields(mut self, fields: Value) -> NewNotice {
        self.fields = fields;
        self
    }

    /// Whether it would go with the one mail a day that its agency has chosen.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn gathers(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<bool, Error> {
        Ok(self.language_and_time(conn, now).await?.1.is_some())
    }

    /// Writes it down with the job that sends it, in the caller's transaction: at once, or with the one mail a day that
    /// its agency has chosen.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn send(self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        let (language, gather_until) = self.language_and_time(tx, now).await?;
        let id = NoticeId::new();
        diesel::insert_into(notices::table)
            .values((
                (
                    notices::id.eq(id),
                    notices::kind.eq(self.kind),
                    notices::to_staff_id.eq(self.to_staff),
                    notices::to_agency_id.eq(self.to_agency),
                    notices::language.eq(language),
                ),
                notices::office_id.eq(self.office),
                notices::referral_id.eq(self.referral),
                notices::case_id.eq(self.case),
                notices::fields.eq(self.fields),
                notices::gather_until.eq(gather_until),
                notices::created_at.eq(now),
            ))
            .execute(tx)
            .await?;
        match (self.to_agency, gather_until) {
            (Some(agency), Some(at)) => jobs::enqueue_at(tx, &SendDigest { agency }, at).await?,
            _ => jobs::enqueue_at(tx, &SendNotice { notice: id }, now).await?,
        };
        Ok(())
    }

    /// The recipient's language, and until when the notice is gathered.
    async fn language_and_time(
        &self,
        tx: &mut Conn,
        now: DateTime<Utc>,
    ) -> Result<(String, Option<DateTime<Utc>>), Error> {
        if let Some(id) = self.to_staff {
            return Ok((staff::table.find(id).select(staff::language).first(tx).await?, None));
        }
        let id = self.to_agency.ok_or_else(|| anyhow::anyhow!("a notice without a recipient"))?;
        let (language, hour, zone): (String, Option<i16>, String) = agencies::table
            .find(id)
            .select((agencies::language, agencies::digest_hour, agencies::time_zone))
            .first(tx)
            .await?;
        let zone = zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        Ok((language, rules::gather_until(self.kind, &self.fields, hour, zone, now)))
    }
}
