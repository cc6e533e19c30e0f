//! What a partner is told: read from the files as they are now, frozen at sending, and shown from the frozen copy.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{CaseFacts, NeedFacts, Referral};
use crate::ids::{AgencyId, ConsentId, MigrantId, ReferralId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{
    case_people, consents, contact_points, identity_documents, migrants, mobility_periods,
    referral_disclosures, specific_needs,
};

/// The facts of a disclosure by code of list `disclosure_fact`; what is not disclosed is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Disclosed {
    /// Name as the person writes it, or the code name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Test Person")]
    pub name: Option<String>,
    /// ISO 5218: 0 not known, 1 male, 2 female.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<i16>,
    /// Age in years on the day of sending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<i32>,
    /// Day of birth; see its precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
    /// day, year or estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_precision: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nationality: Option<String>,
    /// Phone numbers that are not known to be unsafe, in E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Vec<String>>,
    /// How to contact safely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_instructions: Option<Vec<SafeContact>>,
    /// ISO 639-3 codes the person speaks, best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// Papers the person holds; never their numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents_held: Option<Vec<HeldDocument>>,
    /// The others of the household; never their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household: Option<Vec<HouseholdMember>>,
    /// The need in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need_detail: Option<String>,
    /// Codes of list mobility that hold now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobility: Option<Vec<String>>,
    /// A code of territories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Codes of list specific_need; restricted ones are never among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specific_needs: Option<Vec<String>>,
}

/// A way to reach the person without harm.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize, Deserialize, ToSchema)]
pub struct SafeContact {
    /// phone, email, messaging or address.
    pub kind: String,
    /// Which of call, sms, messaging, email, visit may be used.
    pub channels: Vec<String>,
    /// When, in words.
    pub hours: Option<String>,
    /// ISO 639-3 code to speak there.
    pub language: Option<String>,
    /// Who must not learn of it.
    pub must_not_know: Option<String>,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize, Deserialize, ToSchema)]
pub struct HeldDocument {
    /// A code of list document.
    pub r#type: String,
    /// Who issued it, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// Somebody of the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdMember {
    /// ISO 5218.
    pub sex: i16,
    /// Age in years on the day of sending.
    pub age: Option<i32>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = migrants)]
struct Person {
    given_names: Option<String>,
    family_names: Option<String>,
    name_suffix: Option<String>,
    code_name: Option<String>,
    sex: i16,
    birth_on: Option<NaiveDate>,
    birth_precision: Option<String>,
    nationality: Option<String>,
    languages: Vec<String>,
    territory: Option<String>,
}

impl Person {
    fn name(&self) -> Option<String> {
        let parts = [&self.given_names, &self.family_names, &self.name_suffix];
        let name = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        if name.is_empty() { self.code_name.clone() } else { Some(name) }
    }
}

/// Age in years on a day.
fn age(birth_on: Option<NaiveDate>, today: NaiveDate) -> Option<i32> {
    birth_on.map(|birth| {
        let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
        today.year() - birth.year() - i32::from(!had_birthday)
    })
}

/// What one referral would disclose or does.
pub struct Subject<'a> {
    /// The referral.
    pub referral: &'a Referral,
    /// Its case.
    pub case: &'a CaseFacts,
    /// Its need.
    pub need: &'a NeedFacts,
    /// The need's person, or the case's.
    pub person: Option<MigrantId>,
    /// The day at the office.
    pub today: NaiveDate,
}

impl<'a> Subject<'a> {
    /// Finds whose facts these are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(
        conn: &mut Conn,
        referral: &'a Referral,
        case: &'a CaseFacts,
        need: &'a NeedFacts,
        today: NaiveDate,
    ) -> Result<Subject<'a>, Error> {
        let person = match need.migrant_id {
            Some(person) => Some(person),
            None => case.principal(conn).await?,
        };
        Ok(Subject { referral, case, need, person, today })
    }

    fn wants(&self, fact: &str) -> bool {
        self.referral.facts.iter().any(|wanted| wanted == fact)
    }

    /// The newest live consent of the person that covers this agency and every fact asked for.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn consent(&self, conn: &mut Conn) -> Result<Option<ConsentId>, Error> {
        let Some(person) = self.person else { return Ok(None) };
        live_covering(conn, person, self.referral.agency_id, &self.referral.facts, self.today).await
    }

    /// The facts as they are now. `consented` says whether a consent names them: the words of a restricted need are
    /// left out without one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn disclose(&self, conn: &mut Conn, consented: bool) -> Result<Disclosed, Error> {
        let mut facts = Disclosed::default();
        if self.wants("need_detail") && (consented || !self.need.restricted) {
            facts.need_detail = self.need.detail.clone();
        }
        if self.wants("household") {
            facts.household = Some(self.household(conn).await?);
        }
        let Some(person) = self.person else { return Ok(facts) };
        self.disclose_person(conn, person, &mut facts).await?;
        self.disclose_contact(conn, person, &mut facts).await?;
        self.disclose_situation(conn, person, &mut facts).await?;
        Ok(facts)
    }

    async fn disclose_person(
        &self,
        conn: &mut Conn,
        id: MigrantId,
        facts: &mut Disclosed,
    ) -> Result<(), Error> {
        let person: Person = migrants::table.find(id).select(Person::as_select()).first(conn).await?;
        facts.name = self.wants("name").then(|| person.name()).flatten();
        facts.sex = self.wants("sex").then_some(person.sex);
        facts.age = self.wants("age").then(|| age(person.birth_on, self.today)).flatten();
        if self.wants("birth_date") {
            (facts.birth_date, facts.birth_precision) = (person.birth_on, person.birth_precision);
        }
        facts.nationality = self.wants("nationality").then_some(person.nationality).flatten();
        facts.languages = self.wants("languages").then_some(person.languages);
        facts.place = self.wants("place").then_some(person.territory).flatten();
        Ok(())
    }

    async fn disclose_contact(
        &self,
        conn: &mut Conn,
        id: MigrantId,
        facts: &mut Disclosed,
    ) -> Result<(), Error> {
        let usable = || {
            contact_points::table
                .filter(contact_points::migrant_id.eq(id).and(contact_points::ended_on.is_null()))
                .filter(contact_points::safe.is_distinct_from(Some(false)))
                .order((contact_points::position, contact_points::id))
        };
        if self.wants("phone") {
            let phones = usable().filter(contact_points::kind.eq_any(["phone", "messaging"]));
            facts.phone = Some(phones.select(contact_points::value).load(conn).await?);
        }
        if self.wants("contact_instructions") {
            let ways = usable().select((
                contact_points::kind,
                contact_points::safe_channels,
                contact_points::safe_hours,
                contact_points::language,
                contact_points::must_not_know,
            ));
            facts.contact_instructions = Some(ways.load(conn).await?);
        }
        Ok(())
    }

    async fn disclose_situation(
        &self,
        conn: &mut Conn,
        id: MigrantId,
        facts: &mut Disclosed,
    ) -> Result<(), Error> {
        if self.wants("documents_held") {
            let held = identity_documents::table
                .filter(identity_documents::migrant_id.eq(id).and(identity_documents::ended_on.is_null()))
                .filter(identity_documents::held_by.is_null())
                .order((identity_documents::position, identity_documents::id))
                .select((identity_documents::type_, identity_documents::country));
            facts.documents_held = Some(held.load(conn).await?);
        }
        if self.wants("mobility") {
            let present = mobility_periods::table
                .filter(mobility_periods::migrant_id.eq(id).and(mobility_periods::from_on.le(self.today)))
                .filter(mobility_periods::until_on.is_null().or(mobility_periods::until_on.gt(self.today)))
                .order(mobility_periods::from_on)
                .select(mobility_periods::category);
            facts.mobility = Some(present.load(conn).await?);
        }
        if self.wants("specific_needs") {
            let present = specific_needs::table
                .filter(specific_needs::migrant_id.eq(id).and(specific_needs::restricted.eq(false)))
                .filter(specific_needs::until_on.is_null().or(specific_needs::until_on.gt(self.today)))
                .order(specific_needs::code)
                .select(specific_needs::code);
            facts.specific_needs = Some(present.load(conn).await?);
        }
        Ok(())
    }

    /// The others on the case who belong together; those who only complain together do not.
    async fn household(&self, conn: &mut Conn) -> Result<Vec<HouseholdMember>, Error> {
        let others: Vec<(MigrantId, i16, Option<NaiveDate>)> = case_people::table
            .inner_join(migrants::table)
            .filter(case_people::case_id.eq(self.case.id).and(case_people::removed_at.is_null()))
            .filter(case_people::role.ne("complainant"))
            .order(migrants::id)
            .select((migrants::id, migrants::sex, migrants::birth_on))
            .load(conn)
            .await?;
        let others = others.into_iter().filter(|(id, ..)| Some(*id) != self.person);
        Ok(others.map(|(_, sex, birth_on)| HouseholdMember { sex, age: age(birth_on, self.today) }).collect())
    }
}

/// The newest live consent of a person to share these facts with this agency.
async fn live_covering(
    conn: &mut Conn,
    person: MigrantId,
    agency: AgencyId,
    facts: &[String],
    today: NaiveDate,
) -> Result<Option<ConsentId>, Error> {
    Ok(consents::table
        .filter(consents::migrant_id.eq(person).and(consents::purpose.eq("share_with_agency")))
        .filter(consents::withdrawn_at.is_null())
        .filter(consents::valid_until.is_null().or(consents::valid_until.ge(today)))
        .filter(consents::agency_id.is_null().or(consents::agency_id.eq(agency)))
        .filter(consents::facts.contains(facts.to_vec()))
        .order((consents::given_at.desc(), consents::id.desc()))
        .select(consents::id)
        .first(conn)
        .await
        .optional()?)
}

/// A disclosure as it was frozen.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
#[schema(as = ReferralDisclosure)]
pub struct Frozen {
    /// The facts as they were.
    #[schema(value_type = Disclosed)]
    pub facts: serde_json::Value,
    /// When it was disclosed.
    pub disclosed_at: DateTime<Utc>,
    /// When the agency first opened it.
    pub first_seen_at: Option<DateTime<Utc>>,
}

impl Frozen {
    /// The disclosures of a referral, in order; none while it is a draft.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, referral: ReferralId) -> Result<Vec<Frozen>, Error> {
        Ok(referral_disclosures::table
            .filter(referral_disclosures::referral_id.eq(referral))
            .order((referral_disclosures::disclosed_at, referral_disclosures::id))
            .select((
                referral_disclosures::facts,
                referral_disclosures::disclosed_at,
                referral_disclosures::first_seen_at,
            ))
            .load(conn)
            .await?)
    }
}

/// Freezes what is disclosed.
///
/// # Errors
/// Those of the database.
pub async fn freeze(
    tx: &mut Conn,
    referral: ReferralId,
    facts: &Disclosed,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let facts = serde_json::to_value(facts).map_err(anyhow::Error::from)?;
    diesel::insert_into(referral_disclosures::table)
        .values((
            referral_disclosures::id.eq(Uuid::now_v7()),
            referral_disclosures::referral_id.eq(referral),
            referral_disclosures::facts.eq(facts),
            referral_disclosures::disclosed_at.eq(now),
            referral_disclosures::disclosed_by.eq(by),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes that the agency has opened it, the first time; `by` an account, or nobody with one.
///
/// # Errors
/// Those of the database.
pub async fn mark_seen(
    tx: &mut Conn,
    referral: ReferralId,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(referral_disclosures::table)
        .filter(
            referral_disclosures::referral_id.eq(referral).and(referral_disclosures::first_seen_at.is_null()),
        )
        .set((referral_disclosures::first_seen_at.eq(now), referral_disclosures::first_seen_by.eq(by)))
        .execute(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_counted_on_the_birthday() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(age(Some(day("2000-06-15")), day("2026-06-14")), Some(25));
        assert_eq!(age(Some(day("2000-06-15")), day("2026-06-15")), Some(26));
        assert_eq!(age(None, day("2026-06-15")), None);
    }
}
