//! Which files may be the person's who is described: asked before a record is made. A person decides; nothing merges.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::matching::{MatchReason, Traits, score};
use super::model::{self, Clue, Migrant, StrongEvidence};
use super::names::{sounds, words};
use super::rules::{BirthPrecision, normalised_number, phone_keys};
use super::view::MigrantSummary;
use crate::auth::Actor;
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// Least score that is shown.
const LEAST_SCORE: u8 = 35;
/// Most files that are shown.
const MOST_MATCHES: usize = 20;

/// What is known of somebody before a record is made.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The whole name, in any order and spelling.
    #[schema(example = "Juan dela Cruz")]
    pub name: String,
    /// Jr., Sr., III.
    pub name_suffix: Option<String>,
    /// Day of birth.
    pub birth_on: Option<NaiveDate>,
    /// How well it is known; to the day when absent.
    pub birth_precision: Option<BirthPrecision>,
    /// ISO 5218.
    pub sex: Option<i16>,
    /// A phone, with the country's code.
    pub phone: Option<String>,
    /// The number of a paper.
    pub document_number: Option<String>,
}

/// A file that may be the person's.
#[derive(Debug, Serialize, ToSchema)]
pub struct MigrantMatch {
    /// The file.
    pub migrant: MigrantSummary,
    /// 0 to 100.
    pub score: u8,
    /// Why, strongest first.
    pub reasons: Vec<MatchReason>,
}

/// What a word of a name is looked up by: its beginning, and how it sounds.
pub fn name_clues(term: &str) -> Vec<Clue> {
    let said = sounds(term).into_iter().map(|code| Clue::Whole("sound", code));
    std::iter::once(Clue::Beginning("token", term.to_owned())).chain(said).collect()
}

impl Description {
    fn is_to_the_day(&self) -> bool {
        matches!(self.birth_precision, None | Some(BirthPrecision::Day))
    }

    fn phone_keys(&self) -> Vec<String> {
        self.phone.iter().flat_map(|phone| phone_keys(phone)).collect()
    }

    fn document_keys(&self, vault: &Vault) -> Vec<String> {
        self.document_number.iter().map(|number| vault.index(&normalised_number(number))).collect()
    }

    /// What is weighed against a file.
    pub fn traits(&self) -> Traits {
        Traits {
            birth: self.birth_on.map(|day| (day, self.is_to_the_day())),
            sex: self.sex.unwrap_or(0),
            ..Traits::named(&self.name, &[], self.name_suffix.as_deref())
        }
    }

    /// What is strong enough to ask every office about.
    pub fn evidence(&self, vault: &Vault) -> StrongEvidence {
        let exact = self.birth_on.filter(|_| self.is_to_the_day());
        StrongEvidence {
            documents: self.document_keys(vault),
            phones: self.phone.iter().cloned().collect(),
            name_and_birth: exact.map(|day| (words(&self.name), day)),
        }
    }

    /// Files the actor may see, likeliest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn among_own(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        vault: &Vault,
    ) -> Result<Vec<MigrantMatch>, Error> {
        let (phones, documents) = (self.phone_keys(), self.document_keys(vault));
        let mut groups: Vec<Vec<Clue>> = words(&self.name).iter().map(|term| name_clues(term)).collect();
        groups.push(phones.iter().map(|key| Clue::Whole("phone", key.clone())).collect());
        groups.push(documents.iter().map(|key| Clue::Whole("document", key.clone())).collect());
        let ids = model::candidates(tx, &groups).await?;
        let by_phone = model::having_key(tx, &ids, "phone", &phones).await?;
        let by_document = model::having_key(tx, &ids, "document", &documents).await?;
        let wanted = self.traits();
        let weigh = |migrant: Migrant| {
            let exact = migrant.birth_precision == Some(BirthPrecision::Day);
            let file = Traits {
                birth: migrant.birth_on.map(|day| (day, exact)),
                sex: migrant.sex,
                same_phone: by_phone.contains(&migrant.id),
                same_document: by_document.contains(&migrant.id),
                ..Traits::named(&migrant.name(), &migrant.other_names, migrant.name_suffix.as_deref())
            };
            let (score, reasons) = score(&wanted, &file);
            MigrantMatch { migrant: MigrantSummary::from(migrant), score, reasons }
        };
        let mut items: Vec<MigrantMatch> =
            Migrant::list(tx, actor, &ids).await?.into_iter().map(weigh).collect();
        items.retain(|item| item.score >= LEAST_SCORE);
        items.sort_by(|one, other| other.score.cmp(&one.score).then(one.migrant.id.cmp(&other.migrant.id)));
        items.truncate(MOST_MATCHES);
        Ok(items)
    }
}
