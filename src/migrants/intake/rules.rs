//! What must be known of a person to register them, and what may be missing.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::NewMigrant;
use crate::ids::{MigrantId, OfficeId};
use crate::migrants::consents::model::NewConsent;
use crate::migrants::consents::rules::GiveConsent;
use crate::migrants::contact_points::model::NewContactPoint;
use crate::migrants::contact_points::rules::AddContactPoint;
use crate::migrants::identity_documents::rules::{AddIdentityDocument, Paper};
use crate::migrants::mobility::model::NewMobilityPeriod;
use crate::migrants::mobility::rules::AddMobility;
use crate::migrants::mobility::rules::no_overlap;
use crate::migrants::reading::{Reading, Setting};
use crate::migrants::rules::{BirthPrecision, StayStatus, birth, check_sex, languages, require_name};
use crate::migrants::specific_needs::model::NewSpecificNeed;
use crate::migrants::specific_needs::rules::AddSpecificNeed;
use crate::platform::validate::{self, LINE, PROSE};
use crate::reference::choices::Choices;

/// A person to register. Required are only some name (or code name) and the sex.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterMigrant {
    /// Made by the client when it works offline.
    pub id: Option<MigrantId>,
    /// The office that registers.
    pub office_id: OfficeId,
    /// When the person was met; now when absent.
    pub registered_at: Option<DateTime<Utc>>,
    /// As the person writes them.
    #[schema(example = "Ma. Luz")]
    pub given_names: Option<String>,
    /// With particles.
    #[schema(example = "dela Peña")]
    pub family_names: Option<String>,
    /// Jr., Sr., III.
    #[schema(example = "Jr.")]
    pub name_suffix: Option<String>,
    /// What to call a person who gives no name.
    #[schema(example = "Luna")]
    pub code_name: Option<String>,
    /// Further spellings and nicknames.
    #[serde(default)]
    pub other_names: Vec<String>,
    /// ISO 5218: 0 not known, 1 male, 2 female.
    #[schema(example = 2)]
    pub sex: i16,
    /// A code of list gender_identity.
    pub gender_identity: Option<String>,
    /// Day of birth; with precision `year` any day of it.
    #[schema(example = "1991-04-17")]
    pub birth_on: Option<NaiveDate>,
    /// `day` when absent.
    pub birth_precision: Option<BirthPrecision>,
    /// Years of age, instead of a birth date.
    #[schema(example = 27)]
    pub age: Option<i32>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "PH")]
    pub nationality: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub second_nationality: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub birth_country: Option<String>,
    /// ISO 639-3, best first.
    #[serde(default)]
    #[schema(example = json!(["bik", "fil"]))]
    pub languages: Vec<String>,
    /// An interpreter is wanted.
    #[serde(default)]
    pub interpreter_needed: bool,
    /// Where the person stays; a code of territories.
    pub territory: Option<String>,
    /// One line to find the place.
    pub landmark: Option<String>,
    /// What the person does for a living.
    pub occupation: Option<String>,
    /// What the person can do.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Restricted.
    pub stay_status: Option<StayStatus>,
    /// Not checked by staff yet.
    #[serde(default)]
    pub unverified: bool,
    /// What colleagues should know when meeting the person.
    pub remarks: Option<String>,
    /// Ways to reach the person.
    #[serde(default)]
    pub contact_points: Vec<AddContactPoint>,
    /// Papers.
    #[serde(default)]
    pub identity_documents: Vec<AddIdentityDocument>,
    /// Mobility categories.
    #[serde(default)]
    pub mobility: Vec<AddMobility>,
    /// Vulnerabilities.
    #[serde(default)]
    pub specific_needs: Vec<AddSpecificNeed>,
    /// What the person agreed to.
    #[serde(default)]
    pub consents: Vec<GiveConsent>,
}

/// A checked registration. Codes are still to be looked up.
#[derive(Debug)]
pub struct Registration {
    /// The file’s row, without number.
    pub migrant: NewMigrant,
    /// Ways to reach the person.
    pub contact_points: Vec<NewContactPoint>,
    /// Papers with their numbers in clear.
    pub papers: Vec<Paper>,
    /// Mobility categories.
    pub mobility: Vec<NewMobilityPeriod>,
    /// Vulnerabilities; `restricted` is set from the code when written.
    pub specific_needs: Vec<NewSpecificNeed>,
    /// Consents.
    pub consents: Vec<NewConsent>,
}

/// Most parts of one kind in one registration.
const MOST_PARTS: usize = 50;

impl RegisterMigrant {
    /// Checks everything that needs no database; with any complaint the result is not to be used.
    pub fn validate(mut self, setting: &Setting, choices: &mut Choices) -> Registration {
        let id = self.id.unwrap_or_else(MigrantId::new);
        let contact_points = std::mem::take(&mut self.contact_points);
        let papers = std::mem::take(&mut self.identity_documents);
        let mobility = std::mem::take(&mut self.mobility);
        let specific_needs = std::mem::take(&mut self.specific_needs);
        let consents = std::mem::take(&mut self.consents);
        let mut ctx = Reading::of(id, setting, choices);
        Registration {
            migrant: self.person(&mut ctx),
            contact_points: parts(&mut ctx, "contact_points", contact_points, AddContactPoint::validate),
            papers: parts(&mut ctx, "identity_documents", papers, AddIdentityDocument::validate),
            mobility: mobility_parts(&mut ctx, mobility),
            specific_needs: parts(&mut ctx, "specific_needs", specific_needs, |body, _, ctx| {
                body.validate(ctx)
            }),
            consents: parts(&mut ctx, "consents", consents, |body, _, ctx| body.validate(ctx)),
        }
    }

    /// The file’s own row.
    fn person(self, ctx: &mut Reading<'_>) -> NewMigrant {
        ctx.code("gender_identity", "gender_identity", self.gender_identity.as_ref());
        ctx.country("nationality", self.nationality.as_ref());
        ctx.country("second_nationality", self.second_nationality.as_ref());
        ctx.country("birth_country", self.birth_country.as_ref());
        if let Some(code) = &self.territory {
            ctx.choices.territory("territory", code);
        }
        let (setting, errors) = (ctx.setting, &mut ctx.choices.errors);
        check_sex(errors, self.sex);
        let (birth_on, birth_precision) =
            birth(errors, self.birth_on, self.birth_precision, self.age, setting.today);
        let registered_at = self.registered_at.unwrap_or(setting.now);
        if registered_at > setting.now {
            errors.add("registered_at", "in_future", "Must not lie in the future.");
        }
        let migrant = NewMigrant {
            id: ctx.owner,
            office_id: self.office_id,
            other_names: validate::lines(errors, "other_names", self.other_names, 20),
            skills: validate::lines(errors, "skills", self.skills, 50),
            languages: languages(ctx.choices, self.languages),
            given_names: ctx.text("given_names", self.given_names, LINE),
            family_names: ctx.text("family_names", self.family_names, LINE),
            name_suffix: ctx.text("name_suffix", self.name_suffix, 20),
            code_name: ctx.text("code_name", self.code_name, LINE),
            sex: self.sex,
            gender_identity: self.gender_identity,
            birth_on,
            birth_precision,
            nationality: self.nationality,
            second_nationality: self.second_nationality,
            birth_country: self.birth_country,
            interpreter_needed: self.interpreter_needed,
            territory: self.territory,
            landmark: ctx.text("landmark", self.landmark, LINE),
            occupation: ctx.text("occupation", self.occupation, LINE),
            stay_status: self.stay_status,
            unverified: self.unverified,
            remarks: ctx.text("remarks", self.remarks, PROSE),
            external_key: None,
            registered_at,
            registered_by: setting.by,
        };
        let names = [&migrant.given_names, &migrant.family_names, &migrant.code_name].map(Option::is_some);
        require_name(&mut ctx.choices.errors, names);
        migrant
    }
}

fn mobility_parts(ctx: &mut Reading<'_>, bodies: Vec<AddMobility>) -> Vec<NewMobilityPeriod> {
    let mut known = vec![];
    parts(ctx, "mobility", bodies, |body, _, ctx| {
        let period = body.validate(ctx);
        no_overlap(&known, &period.span(), ctx);
        known.push(period.span());
        period
    })
}

fn parts<T, U>(
    ctx: &mut Reading<'_>,
    pointer: &str,
    bodies: Vec<T>,
    mut read: impl FnMut(T, i16, &mut Reading<'_>) -> U,
) -> Vec<U> {
    if bodies.len() > MOST_PARTS {
        ctx.complain(pointer, "too_many", &format!("At most {MOST_PARTS}."));
        return vec![];
    }
    let number = |index: usize| i16::try_from(index).unwrap_or(i16::MAX);
    let read_one = |(index, body)| {
        ctx.at = format!("{pointer}/{index}/");
        read(body, number(index), ctx)
    };
    let read = bodies.into_iter().enumerate().map(read_one).collect();
    ctx.at.clear();
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrants::reading::tests::setting;

    fn faults(body: serde_json::Value) -> Vec<String> {
        let mut choices = Choices::new();
        let body: RegisterMigrant = serde_json::from_value(body).expect("shape");
        body.validate(&setting(), &mut choices);
        choices.errors.0.into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn a_name_or_a_code_and_the_sex_are_enough() {
        let office = uuid::Uuid::now_v7();
        assert!(faults(serde_json::json!({ "office_id": office, "sex": 0, "code_name": "Luna" })).is_empty());
        let bad = serde_json::json!({ "office_id": office, "sex": 3, "age": 130,
            "registered_at": "2027-01-01T00:00:00Z",
            "contact_points": [{ "kind": "phone", "value": "12" }],
            "consents": [{ "purpose": "share_with_agency", "given_by": "self", "how": "spoken" }] });
        let found = faults(bad);
        let wanted = [
            "/sex",
            "/age",
            "/registered_at",
            "/given_names",
            "/contact_points/0/value",
            "/consents/0/facts",
        ];
        assert_eq!(found, wanted);
    }
}
