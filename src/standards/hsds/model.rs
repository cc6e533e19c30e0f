//! Reading the published part of the directory, and the words and places its records name.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::rules::{Entry, TAXONOMIES, Term};
use crate::agencies::model::{Agency, Service};
use crate::agencies::publication::model::Publication;
use crate::ids::AgencyId;
use crate::platform::db::{Asks, Conn, Guard};
use crate::platform::error::Error;
use crate::reference::model::{Code, Labels, Language};
use crate::reference::rules::LabelLanguage;
use crate::reference::territories::model::Territory;

/// Anybody: row-level security shows them nothing at all.
pub struct Anybody;

impl Asks for Anybody {
    fn guard(&self) -> Guard {
        Guard::default()
    }
}

/// What is published and offered now, by name of the agency. A network has some hundreds of agencies: all of them are read,
/// and the page is cut from them by [`super::rules`].
///
/// # Errors
/// Those of the database.
pub async fn directory(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Entry>, Error> {
    let published = Publication::all(conn).await?;
    let ids: Vec<AgencyId> = published.iter().map(|publication| publication.agency_id).collect();
    let mut services = Service::of_agencies(conn, &ids, false).await?;
    let mut entries = Vec::with_capacity(ids.len());
    for agency in Agency::list(conn, &ids).await? {
        let Some(publication) = published.iter().find(|it| it.agency_id == agency.id) else { continue };
        if agency.is_retired(now) {
            continue;
        }
        let (own, others) = services.into_iter().partition(|service| service.agency_id == agency.id);
        services = others;
        entries.push(Entry::new(agency, publication.clone(), own, now));
    }
    entries.sort_by_cached_key(|entry| (entry.agency.name.to_lowercase(), entry.agency.id));
    Ok(entries)
}

/// Every term of the taxonomies, in their order; retired ones too, because records may still name them.
///
/// # Errors
/// Those of the database.
pub async fn terms(conn: &mut Conn) -> Result<Vec<Term>, Error> {
    let mut terms = vec![];
    for list in TAXONOMIES {
        let codes = Code::of_list(conn, list, true).await?;
        let term = |code: Code| Term { list, code: code.code, parent: code.parent, labels: code.labels };
        terms.extend(codes.into_iter().map(term));
    }
    Ok(terms)
}

/// What codes, languages and places are called.
pub struct Words {
    /// In which language.
    pub language: LabelLanguage,
    /// The taxonomies.
    pub terms: Vec<Term>,
    documents: HashMap<String, Labels>,
    partners: HashMap<String, Labels>,
    languages: HashMap<String, Labels>,
    places: HashMap<String, Territory>,
}

impl Words {
    /// The words for these entries.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(conn: &mut Conn, entries: &[&Entry], language: LabelLanguage) -> Result<Words, Error> {
        let services = || entries.iter().flat_map(|entry| &entry.services);
        let spoken: Vec<&str> =
            services().flat_map(|service| &service.languages).map(String::as_str).collect();
        let named = services().flat_map(|service| &service.territories).map(String::as_str);
        let named: Vec<&str> = named.chain(entries.iter().filter_map(|entry| entry.place())).collect();
        let mut places = Territory::list(conn, &named).await?;
        // An address also says in which province it is.
        let tops: Vec<String> = places.iter().filter_map(|place| place.lineage.first().cloned()).collect();
        let tops: Vec<&str> = tops.iter().map(String::as_str).collect();
        places.extend(Territory::list(conn, &tops).await?);
        let documents = Code::of_list(conn, "document", true).await?;
        let partners = Code::of_list(conn, "partner_type", true).await?;
        let languages = Language::list(conn, &spoken).await?;
        Ok(Words {
            language,
            terms: terms(conn).await?,
            documents: documents.into_iter().map(|code| (code.code, code.labels)).collect(),
            partners: partners.into_iter().map(|code| (code.code, code.labels)).collect(),
            languages: languages.into_iter().map(|known| (known.code, known.labels)).collect(),
            places: places.into_iter().map(|place| (place.code.clone(), place)).collect(),
        })
    }

    /// A label in the language of the answer.
    pub fn label<'a>(&self, labels: &'a Labels) -> &'a str {
        labels.of(self.language.word())
    }

    /// What a paper is called; its code when it has no name.
    pub fn document<'a>(&'a self, code: &'a str) -> &'a str {
        self.documents.get(code).map_or(code, |labels| self.label(labels))
    }

    /// What a kind of partner is called.
    pub fn partner<'a>(&'a self, code: &'a str) -> &'a str {
        self.partners.get(code).map_or(code, |labels| self.label(labels))
    }

    /// What a language is called.
    pub fn spoken<'a>(&'a self, code: &'a str) -> &'a str {
        self.languages.get(code).map_or(code, |labels| self.label(labels))
    }

    /// A place.
    pub fn place(&self, code: &str) -> Option<&Territory> {
        self.places.get(code)
    }

    /// The term of a code.
    pub fn term(&self, list: &str, code: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.list == list && term.code == code)
    }
}
