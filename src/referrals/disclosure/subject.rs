//! Whose facts a referral discloses, and what they are now.

use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::model::{CaseFacts, NeedFacts, Referral};
use super::{Disclosed, HouseholdMember};
use crate::ids::{AgencyId, ConsentId, MigrantId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{
    case_people, consents, contact_points, identity_documents, migrants, mobility_periods, specific_needs,
};

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
