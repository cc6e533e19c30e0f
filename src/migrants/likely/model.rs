//! Looking for the files that may be a person's: among the own ones, and whether another office may know them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{MatchReason, Sought, Traits, score};
use crate::auth::Actor;
use crate::ids::{MigrantId, OfficeId};
use crate::migrants::model::Migrant;
use crate::migrants::names::sounds;
use crate::migrants::rules::BirthPrecision;
use crate::migrants::search::model::{candidates, having_key};
use crate::migrants::search::rules::{Clue, name_clues, phone_keys};
use crate::migrants::view::MigrantSummary;
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{migrant_search_keys, migrants};

/// Least score that is shown. A whole namesake is shown whatever speaks against it: a person tells Jr. from Sr.
const LEAST_SCORE: u8 = 35;
/// Most files that are shown.
const MOST_MATCHES: usize = 20;

/// A file that may be the person's.
#[derive(Debug, Serialize, ToSchema)]
pub struct MigrantMatch {
    /// The file.
    pub migrant: MigrantSummary,
    /// 0 to 100.
    #[schema(example = 90)]
    pub score: u8,
    /// Why, strongest first.
    #[schema(example = json!(["same_name", "same_birth_date"]))]
    pub reasons: Vec<MatchReason>,
}

impl Sought {
    fn phone_keys(&self) -> Vec<String> {
        self.phones.iter().flat_map(|phone| phone_keys(phone)).collect()
    }

    fn document_keys(&self, vault: &Vault) -> Vec<String> {
        self.document.iter().map(|number| vault.index(number)).collect()
    }

    /// Files the actor may see, likeliest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn among_own(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        vault: &Vault,
    ) -> Result<Vec<MigrantMatch>, Error> {
        let (phones, documents) = (self.phone_keys(), self.document_keys(vault));
        let mut groups: Vec<Vec<Clue>> = self.words.iter().map(|word| name_clues(word)).collect();
        groups.push(phones.iter().map(|key| Clue::Whole("phone", key.clone())).collect());
        groups.push(documents.iter().map(|key| Clue::Whole("document", key.clone())).collect());
        let ids = candidates(conn, &groups).await?;
        let by_phone = having_key(conn, &ids, "phone", &phones).await?;
        let by_document = having_key(conn, &ids, "document", &documents).await?;
        let weigh = |migrant: Migrant| {
            let (score, reasons) = score(&self.traits, &traits(&migrant, &by_phone, &by_document));
            MigrantMatch { migrant: MigrantSummary::from(migrant), score, reasons }
        };
        let mut items: Vec<MigrantMatch> =
            Migrant::list(conn, actor, &ids).await?.into_iter().map(weigh).collect();
        items.retain(|item| item.score >= LEAST_SCORE || item.reasons.contains(&MatchReason::SameName));
        items.sort_by(|one, other| other.score.cmp(&one.score).then(one.migrant.id.cmp(&other.migrant.id)));
        items.truncate(MOST_MATCHES);
        Ok(items)
    }

    /// Ids and offices of files anywhere that strong evidence meets: the same document, the same phone, or the same day
    /// of birth under a name that reads or sounds the same. Asked as the system; sealed files never count, and nothing
    /// of a file but these two ids leaves this function.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn anywhere(
        &self,
        conn: &mut Conn,
        vault: &Vault,
    ) -> Result<Vec<(MigrantId, OfficeId)>, Error> {
        // Of a phone only the whole number counts here: its tail is shared by strangers of other countries.
        let phones: Vec<String> =
            self.phones.iter().filter_map(|p| phone_keys(p).into_iter().next()).collect();
        let mut found = keyed()
            .filter(
                migrant_search_keys::kind
                    .eq("document")
                    .and(migrant_search_keys::key.eq_any(self.document_keys(vault)))
                    .or(migrant_search_keys::kind.eq("phone").and(migrant_search_keys::key.eq_any(phones))),
            )
            .select((migrants::id, migrants::office_id))
            .distinct()
            .load(conn)
            .await?;
        for file in self.same_name_and_birth(conn).await? {
            if !found.contains(&file) {
                found.push(file);
            }
        }
        Ok(found)
    }

    /// Files born the same day whose name has every word of this one, as written or as heard; two words at least.
    async fn same_name_and_birth(&self, conn: &mut Conn) -> Result<Vec<(MigrantId, OfficeId)>, Error> {
        let Some((birth, true)) = self.traits.birth else { return Ok(vec![]) };
        if self.words.len() < 2 {
            return Ok(vec![]);
        }
        let keys_of = |word: &String| {
            let mut keys = sounds(word);
            keys.push(word.clone());
            keys
        };
        let words: Vec<Vec<String>> = self.words.iter().map(keys_of).collect();
        let born: Vec<(MigrantId, OfficeId, String)> = keyed()
            .filter(migrants::birth_on.eq(birth))
            .filter(migrants::birth_precision.eq(BirthPrecision::Day))
            .filter(migrant_search_keys::kind.eq_any(["token", "sound"]))
            .filter(migrant_search_keys::key.eq_any(words.concat()))
            .select((migrants::id, migrants::office_id, migrant_search_keys::key))
            .load(conn)
            .await?;
        let mut found: Vec<(MigrantId, OfficeId)> =
            born.iter().map(|(id, office, _)| (*id, *office)).collect();
        found.sort_unstable();
        found.dedup();
        let has = |id: MigrantId, word: &Vec<String>| {
            born.iter().any(|(other, _, key)| *other == id && word.contains(key))
        };
        found.retain(|(id, _)| words.iter().all(|word| has(*id, word)));
        Ok(found)
    }
}

/// Files in use, not sealed, with their keys.
#[diesel::dsl::auto_type]
fn keyed() -> _ {
    migrant_search_keys::table
        .inner_join(migrants::table)
        .filter(migrants::sealed.eq(false))
        .filter(migrants::status.eq("active"))
}

fn traits(migrant: &Migrant, by_phone: &[MigrantId], by_document: &[MigrantId]) -> Traits {
    let exact = migrant.birth_precision == Some(BirthPrecision::Day);
    Traits {
        birth: migrant.birth_on.map(|day| (day, exact)),
        sex: migrant.sex,
        same_phone: by_phone.contains(&migrant.id),
        same_document: by_document.contains(&migrant.id),
        ..Traits::named(&migrant.name(), &migrant.other_names, migrant.name_suffix.as_deref())
    }
}

/// The offices to ask about files the actor does not see; the own office too, where it shows a worker only the own cases.
///
/// # Errors
/// Those of the database.
pub async fn offices_to_ask(
    conn: &mut Conn,
    actor: &Actor,
    found: &[(MigrantId, OfficeId)],
) -> Result<Vec<OfficeId>, Error> {
    let ids: Vec<MigrantId> = found.iter().map(|(id, _)| *id).collect();
    let seen = Migrant::seen(conn, actor, &ids).await?;
    let mut offices: Vec<OfficeId> =
        found.iter().filter(|(id, _)| !seen.contains(id)).map(|(_, office)| *office).collect();
    offices.sort_unstable();
    offices.dedup();
    Ok(offices)
}
