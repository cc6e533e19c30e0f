//! What of the directory is wanted, and pages as HSDS counts them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, Offset, TimeZone, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ids;
use crate::agencies::model::{Agency, Service};
use crate::agencies::publication::model::Publication;
use crate::agencies::publication::rules::PublicFact;
use crate::offices::rules::DayHours;
use crate::platform::error::Error;
use crate::problems;
use crate::reference::model::Labels;
use crate::reference::search_key::search_key;

/// The code lists that are published as taxonomies: what is offered, for whom.
pub const TAXONOMIES: [&str; 3] = ["service", "mobility", "sex"];
/// Records on a page when nothing is said.
const PAGE: usize = 50;
/// The most records on a page.
const MOST: usize = 500;

/// A published agency and what of it is shown.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The agency.
    pub agency: Agency,
    /// What it offers now and shows, by name.
    pub services: Vec<Service>,
    /// How far its clock is from UTC now.
    pub offset: FixedOffset,
    publication: Publication,
}

impl Entry {
    /// The entry of an agency, without the services it hides.
    pub fn new(
        agency: Agency,
        publication: Publication,
        mut services: Vec<Service>,
        now: DateTime<Utc>,
    ) -> Entry {
        services.retain(|service| !publication.hidden_services.contains(&service.id));
        let offset = agency.tz().offset_from_utc_datetime(&now.naive_utc()).fix();
        Entry { agency, services, offset, publication }
    }

    /// Its phone, when it is shown.
    pub fn phone(&self) -> Option<&str> {
        self.agency.phone.as_deref().filter(|_| self.publication.shows(PublicFact::Phone))
    }

    /// Its mailbox, when it is shown.
    pub fn mailbox(&self) -> Option<&str> {
        Some(self.agency.mailbox.as_str()).filter(|_| self.publication.shows(PublicFact::Mailbox))
    }

    /// Where it stands, when that is shown; a code of territories.
    pub fn place(&self) -> Option<&str> {
        self.agency.territory.as_deref().filter(|_| self.publication.shows(PublicFact::Address))
    }

    /// Its address, when that is shown.
    pub fn address(&self) -> Option<&str> {
        self.agency.address.as_deref().filter(|_| self.publication.shows(PublicFact::Address))
    }

    /// When what is shown of the agency itself last changed.
    pub fn modified_at(&self) -> DateTime<Utc> {
        self.agency.updated_at.max(self.publication.updated_at)
    }

    /// When what is shown with a service of it last changed.
    pub fn service_modified_at(&self, service: &Service) -> DateTime<Utc> {
        self.modified_at().max(service.updated_at)
    }

    /// The hours of a service: its own, else the agency's.
    pub fn hours(&self, service: &Service) -> Vec<DayHours> {
        let read = |hours: &Value| serde_json::from_value::<Vec<DayHours>>(hours.clone()).unwrap_or_default();
        let own = read(&service.hours);
        if own.is_empty() { read(&self.agency.hours) } else { own }
    }
}

/// A service beside its agency.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// The agency.
    pub entry: &'a Entry,
    /// The service.
    pub service: &'a Service,
}

/// A code of a list that is published.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Term {
    pub list: &'static str,
    pub code: String,
    pub parent: Option<String>,
    pub labels: Labels,
}

impl Term {
    /// Its id.
    pub fn id(&self) -> Uuid {
        ids::term(self.list, &self.code)
    }
}

/// Which services are wanted.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct Wanted {
    pub search: Option<String>,
    pub term: Option<Uuid>,
    pub taxonomy: Option<Uuid>,
    pub organization: Option<Uuid>,
    pub modified_after: Option<DateTime<Utc>>,
}

impl Wanted {
    /// The services wanted, by agency and name.
    pub fn offers<'a>(&self, entries: &'a [Entry], terms: &[Term]) -> Vec<Offer<'a>> {
        let codes = self.term.map(|wanted| covering(terms, wanted));
        let all = entries
            .iter()
            .flat_map(|entry| entry.services.iter().map(move |service| Offer { entry, service }));
        all.filter(|offer| self.wants(offer, codes.as_deref())).collect()
    }

    fn wants(&self, Offer { entry, service }: &Offer<'_>, codes: Option<&[(&str, &str)]>) -> bool {
        let text = || {
            let words = [Some(&service.name), service.description.as_ref(), Some(&entry.agency.name)];
            words.into_iter().chain([entry.agency.acronym.as_ref()]).flatten().map(String::as_str).collect()
        };
        self.organization.is_none_or(|wanted| entry.agency.id.0 == wanted)
            && self.modified_after.is_none_or(|after| entry.service_modified_at(service) >= after)
            && codes.is_none_or(|codes| codes.iter().any(|(list, code)| has_code(service, list, code)))
            && self.taxonomy.is_none_or(|wanted| {
                TAXONOMIES.iter().any(|list| ids::taxonomy(list) == wanted && has_list(service, list))
            })
            && self.search.as_deref().is_none_or(|search| says(text(), search))
    }

    /// The agencies wanted, by name: those that answer the search themselves, and of the other filters those with a
    /// service that fits.
    pub fn entries<'a>(&self, entries: &'a [Entry], terms: &[Term]) -> Vec<&'a Entry> {
        let by_service = Wanted { term: self.term, taxonomy: self.taxonomy, ..Wanted::default() };
        let fits: BTreeSet<_> =
            by_service.offers(entries, terms).iter().map(|offer| offer.entry.agency.id).collect();
        let any = self.term.is_none() && self.taxonomy.is_none();
        let named = |entry: &Entry, search: &str| {
            let words = [Some(entry.agency.name.as_str()), entry.agency.acronym.as_deref()];
            says(words.into_iter().flatten().collect(), search)
        };
        let wanted = entries.iter().filter(|entry| any || fits.contains(&entry.agency.id));
        wanted.filter(|entry| self.search.as_deref().is_none_or(|search| named(entry, search))).collect()
    }
}

/// The code wanted and all wider ones: a service that covers all legal help covers representation too.
fn covering(terms: &[Term], wanted: Uuid) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = vec![];
    let mut next = terms.iter().find(|term| term.id() == wanted);
    while let Some(term) = next.filter(|term| !found.contains(&(term.list, term.code.as_str()))) {
        found.push((term.list, &term.code));
        next =
            terms.iter().find(|other| other.list == term.list && Some(&other.code) == term.parent.as_ref());
    }
    found
}

/// Whether the service names the code. Where it names none of a list it serves everybody.
fn has_code(service: &Service, list: &str, code: &str) -> bool {
    match list {
        "service" => service.codes.iter().any(|known| known == code),
        "mobility" => service.mobility.iter().any(|known| known == code),
        _ => service.sexes.iter().any(|sex| sex.to_string() == code),
    }
}

fn has_list(service: &Service, list: &str) -> bool {
    match list {
        "service" => !service.codes.is_empty(),
        "mobility" => !service.mobility.is_empty(),
        _ => !service.sexes.is_empty(),
    }
}

/// Whether every word of the search stands in the texts, however spelt.
fn says(texts: Vec<&str>, search: &str) -> bool {
    let key = texts.iter().map(|text| search_key(text)).collect::<Vec<_>>().join(" ");
    search_key(search).split_whitespace().all(|word| key.contains(word))
}

/// Weekly hours as HSDS writes them: the days that open and close alike together.
pub fn schedules(hours: &[DayHours]) -> Vec<(String, &str, &str)> {
    const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let mut by_hours: BTreeMap<(&str, &str), BTreeSet<usize>> = BTreeMap::new();
    for hours in hours.iter().filter(|hours| (1..=7).contains(&hours.day)) {
        by_hours.entry((&hours.from, &hours.until)).or_default().insert(usize::from(hours.day) - 1);
    }
    let written = |days: BTreeSet<usize>| days.into_iter().map(|day| DAYS[day]).collect::<Vec<_>>().join(",");
    by_hours.into_iter().map(|((from, until), days)| (written(days), from, until)).collect()
}

/// Which page, and how long.
#[derive(Debug, Clone, Copy)]
pub struct Paging {
    page: usize,
    per_page: usize,
}

impl Paging {
    /// Reads what was asked for; `all` lets one page hold everything unless a length is asked for.
    ///
    /// # Errors
    /// `malformed_query` below 1, or above 500 on a page.
    pub fn read(page: Option<i64>, per_page: Option<i64>, all: bool) -> Result<Paging, Error> {
        let number = |name: &str, value: Option<i64>, default: usize, most: usize| match value {
            None => Ok(default),
            Some(value) => usize::try_from(value)
                .ok()
                .filter(|value| (1..=most).contains(value))
                .ok_or_else(|| Error::from(problems::MALFORMED_QUERY.problem().with("parameter", name))),
        };
        Ok(Paging {
            page: number("page", page, 1, usize::MAX)?,
            per_page: number("per_page", per_page, if all { usize::MAX } else { PAGE }, MOST)?,
        })
    }

    /// The records of the page, and what is said of it.
    pub fn cut<T>(self, all: Vec<T>) -> (Vec<T>, HsdsPage) {
        let total_items = all.len();
        let total_pages = total_items.div_ceil(self.per_page).max(1);
        let skipped = (self.page - 1).saturating_mul(self.per_page);
        let cut: Vec<T> = all.into_iter().skip(skipped).take(self.per_page).collect();
        let page = HsdsPage {
            total_items,
            total_pages,
            page_number: self.page,
            size: cut.len(),
            first_page: self.page == 1,
            last_page: self.page >= total_pages,
            empty: cut.is_empty(),
            contents: vec![],
        };
        (cut, page)
    }
}

/// A page as HSDS has it.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct HsdsPage {
    /// How many records there are on all pages.
    pub total_items: usize,
    /// How many pages.
    pub total_pages: usize,
    /// Which page this is, from 1.
    pub page_number: usize,
    /// How many records are on it.
    pub size: usize,
    /// Whether it is the first.
    pub first_page: bool,
    /// Whether it is the last, or beyond it.
    pub last_page: bool,
    /// Whether there is nothing on it.
    pub empty: bool,
    /// The records, as the schemas of HSDS 3.1 have them.
    #[schema(value_type = Vec<Object>)]
    pub contents: Vec<Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_on_one_page_and_the_last_page_says_so() {
        let paging = |page| Paging::read(Some(page), Some(2), false).expect("readable");
        let pages: Vec<_> = (1..=4).map(|page| paging(page).cut(vec!['a', 'b', 'c', 'd', 'e'])).collect();
        let contents: Vec<char> = pages.iter().flat_map(|(cut, _)| cut.clone()).collect();
        assert_eq!(contents, ['a', 'b', 'c', 'd', 'e']);
        let told = |at: usize| {
            let page = &pages[at].1;
            (page.total_items, page.total_pages, page.size, page.first_page, page.last_page, page.empty)
        };
        assert_eq!(told(0), (5, 3, 2, true, false, false));
        assert_eq!(told(2), (5, 3, 1, false, true, false));
        assert_eq!(told(3), (5, 3, 0, false, true, true));
        let (_, nothing) = paging(1).cut(Vec::<char>::new());
        assert_eq!((nothing.total_pages, nothing.first_page, nothing.last_page), (1, true, true));
    }

    #[test]
    fn pages_are_counted_from_one_and_have_an_end() {
        for (page, per_page) in [(Some(0), None), (Some(-1), None), (None, Some(0)), (None, Some(501))] {
            assert!(Paging::read(page, per_page, false).is_err(), "{page:?} {per_page:?}");
        }
        let (all, page) =
            Paging::read(None, None, true).expect("readable").cut((0..2000).collect::<Vec<_>>());
        assert_eq!((all.len(), page.total_pages, page.last_page), (2000, 1, true));
        let far = Paging::read(Some(i64::MAX), Some(500), false).expect("readable").cut(vec![1]);
        assert!(far.1.empty);
    }

    #[test]
    fn days_that_open_alike_are_told_together() {
        let day = |day, from: &str, until: &str| DayHours { day, from: from.into(), until: until.into() };
        let hours = [
            day(1, "08:00", "12:00"),
            day(3, "08:00", "12:00"),
            day(1, "14:00", "17:00"),
            day(7, "08:00", "12:00"),
        ];
        let told = schedules(&hours);
        let told: Vec<(&str, &str, &str)> =
            told.iter().map(|(days, from, until)| (days.as_str(), *from, *until)).collect();
        assert_eq!(told, [("MO,WE,SU", "08:00", "12:00"), ("MO", "14:00", "17:00")]);
    }

    #[test]
    fn a_wide_service_answers_a_narrow_question_and_not_the_other_way_round() {
        let labels =
            |word: &str| Labels { en: word.into(), es: word.into(), fr: word.into(), fil: word.into() };
        let term = |code: &str, parent: Option<&str>| Term {
            list: "service",
            code: code.into(),
            parent: parent.map(str::to_owned),
            labels: labels(code),
        };
        let terms = [term("LEG", None), term("LEG-REP", Some("LEG")), term("HOU", None)];
        assert_eq!(
            covering(&terms, ids::term("service", "LEG-REP")),
            [("service", "LEG-REP"), ("service", "LEG")]
        );
        assert_eq!(covering(&terms, ids::term("service", "LEG")), [("service", "LEG")]);
        assert_eq!(covering(&terms, Uuid::nil()), []);
    }

    #[test]
    fn a_search_is_for_all_its_words_however_spelt() {
        let texts = || vec!["Asesoría legal", "Clínica Jurídica"];
        assert!(says(texts(), "clinica ASESORIA"));
        assert!(!says(texts(), "clinica vivienda"));
    }
}
