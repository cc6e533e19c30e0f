//! How much two agencies look like one: points for each thing they have in common, never a verdict.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::AgencyId;
use crate::offices::rules::country_of;
use crate::reference::search_key::search_key;

/// From so many points on a pair is shown. A name alone is not enough: there is a Red Cross in every country.
pub const SHOWN_FROM: i32 = 55;

/// Names that are the same but for forms, articles and order.
const SAME_NAME: i32 = 50;
/// Names at least [`ALIKE`] alike.
const ALIKE_NAME: i32 = 35;
/// One is called what the other's name begins with.
const ACRONYM: i32 = 35;
const PHONE: i32 = 30;
const DOMAIN: i32 = 30;
const WEBSITE: i32 = 20;
/// They work in the same places.
const TERRITORY: i32 = 10;
/// They work in different countries.
const ABROAD: i32 = -20;
const ALIKE: f64 = 0.9;
/// A domain of more agencies than this is a provider's, or a government's.
const DOMAIN_OF_FEW: usize = 3;

/// Legal forms, and words that say only what kind of body it is or nothing.
const FORMS: &[&str] = &[
    "ac",
    "asbl",
    "asociacion",
    "association",
    "ca",
    "cia",
    "co",
    "corp",
    "corporacion",
    "corporation",
    "epp",
    "foundation",
    "fondation",
    "fundacion",
    "gie",
    "inc",
    "incorporated",
    "limited",
    "llc",
    "ltd",
    "ltda",
    "ngo",
    "ong",
    "organisation",
    "organizacion",
    "organization",
    "sa",
    "samahan",
    "sarl",
    "sas",
    "sc",
    "srl",
    "a",
    "and",
    "at",
    "d",
    "da",
    "das",
    "de",
    "del",
    "des",
    "do",
    "du",
    "e",
    "el",
    "en",
    "et",
    "for",
    "in",
    "l",
    "la",
    "las",
    "le",
    "les",
    "los",
    "mga",
    "ng",
    "o",
    "of",
    "para",
    "por",
    "pour",
    "sa",
    "the",
    "y",
];

/// Mail providers anybody may have an address at, by the first word of their domain.
const PROVIDERS: &[&str] = &[
    "aol",
    "gmail",
    "gmx",
    "googlemail",
    "hotmail",
    "icloud",
    "laposte",
    "live",
    "mail",
    "msn",
    "orange",
    "outlook",
    "proton",
    "protonmail",
    "sentoo",
    "yahoo",
    "yandex",
    "ymail",
    "zoho",
];

crate::words! {
    /// What two agencies have in common.
    InCommon {
        /// Their names are the same but for legal forms and order.
        SameName = "same_name",
        /// Their names are alike.
        AlikeName = "alike_name",
        /// One is called by the first letters of the other.
        Acronym = "acronym",
        /// Their mailboxes are of one house.
        MailboxDomain = "mailbox_domain",
        /// Their phone is the same.
        Phone = "phone",
        /// Their website is the same.
        Website = "website",
        /// They work in the same places.
        Territory = "territory",
        /// They work in different countries, which speaks against it.
        Abroad = "abroad",
    }
}

/// One thing two agencies have in common, or not.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = DuplicateReason)]
pub struct Reason {
    /// Which.
    pub reason: InCommon,
    /// What it counts.
    pub points: i32,
    /// How alike the names are, 0 to 1.
    pub similarity: Option<f64>,
}

/// What is compared of an agency.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Profile {
    pub id: AgencyId,
    pub name: String,
    pub acronym: Option<String>,
    pub mailbox: String,
    pub phone: Option<String>,
    pub website: Option<String>,
    /// The lineages of where it stands and works.
    pub territories: Vec<Vec<String>>,
}

/// Two agencies that may be one.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Pair {
    pub one: AgencyId,
    pub other: AgencyId,
    pub score: i32,
    pub reasons: Vec<Reason>,
}

/// A profile read once, so that each of many comparisons is cheap.
struct Read<'a> {
    of: &'a Profile,
    words: BTreeSet<String>,
    name: String,
    trigrams: BTreeSet<[char; 3]>,
    initials: String,
    acronym: Option<String>,
    domain: Option<String>,
    host: Option<String>,
    countries: BTreeSet<String>,
}

/// Every pair that looks like one agency, most alike first.
pub fn pairs(profiles: &[Profile]) -> Vec<Pair> {
    let mut houses: BTreeMap<String, usize> = BTreeMap::new();
    for domain in profiles.iter().filter_map(|profile| domain(&profile.mailbox)) {
        *houses.entry(domain).or_default() += 1;
    }
    let read: Vec<Read<'_>> = profiles
        .iter()
        .map(|profile| {
            let mut read = Read::of(profile);
            read.domain = read.domain.filter(|domain| houses[domain] <= DOMAIN_OF_FEW);
            read
        })
        .collect();
    let mut pairs: Vec<Pair> = Vec::new();
    for (index, one) in read.iter().enumerate() {
        pairs.extend(read[index + 1..].iter().filter_map(|other| compare(one, other)));
    }
    pairs.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| (a.one, a.other).cmp(&(b.one, b.other))));
    pairs
}

fn compare(one: &Read<'_>, other: &Read<'_>) -> Option<Pair> {
    let mut reasons: Vec<Reason> = name(one, other).into_iter().collect();
    let because = |holds: bool, reason, points| holds.then_some(Reason { reason, points, similarity: None });
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    reasons.extend(because(same(&one.domain, &other.domain), InCommon::MailboxDomain, DOMAIN));
    reasons.extend(because(same(&one.of.phone, &other.of.phone), InCommon::Phone, PHONE));
    reasons.extend(because(same(&one.host, &other.host), InCommon::Website, WEBSITE));
    if reasons.is_empty() {
        return None;
    }
    let placed = !one.countries.is_empty() && !other.countries.is_empty();
    let apart = placed && one.countries.is_disjoint(&other.countries);
    reasons.extend(because(overlap(one.of, other.of), InCommon::Territory, TERRITORY));
    reasons.extend(because(apart, InCommon::Abroad, ABROAD));
    let score: i32 = reasons.iter().map(|reason| reason.points).sum();
    let pair = Pair { one: one.of.id, other: other.of.id, score: score.min(100), reasons };
    (pair.score >= SHOWN_FROM).then_some(pair)
}

fn name(one: &Read<'_>, other: &Read<'_>) -> Option<Reason> {
    let similarity = similarity(one, other);
    let hundredth = Some((similarity * 100.0).round() / 100.0);
    if one.words == other.words {
        return Some(Reason { reason: InCommon::SameName, points: SAME_NAME, similarity: hundredth });
    }
    let called = |one: &Read<'_>, other: &Read<'_>| {
        one.acronym.as_deref().is_some_and(|acronym| acronym == other.initials || acronym == other.name)
            || (one.name == other.initials && one.words.len() == 1)
    };
    let same_acronym = one.acronym.is_some() && one.acronym == other.acronym;
    if called(one, other) || called(other, one) || same_acronym {
        return Some(Reason { reason: InCommon::Acronym, points: ACRONYM, similarity: hundredth });
    }
    let alike = Reason { reason: InCommon::AlikeName, points: ALIKE_NAME, similarity: hundredth };
    (similarity >= ALIKE).then_some(alike)
}

/// Jaro-Winkler forgives a slip of the pen, trigrams a word more or less; each is fooled where the other is not.
fn similarity(one: &Read<'_>, other: &Read<'_>) -> f64 {
    let common = one.trigrams.intersection(&other.trigrams).count();
    let all = one.trigrams.len() + other.trigrams.len();
    #[allow(clippy::cast_precision_loss)]
    let dice = if all == 0 { 0.0 } else { 2.0 * common as f64 / all as f64 };
    let spelt = strsim::jaro_winkler(&one.name, &other.name);
    // Two names that begin alike are near for Jaro-Winkler whatever follows.
    dice.max(if dice >= 0.75 { spelt } else { 0.0 })
}

/// Whether one works in a place of the other, or in one that lies in it.
fn overlap(one: &Profile, other: &Profile) -> bool {
    let within = |inner: &Profile, outer: &Profile| {
        let places: BTreeSet<&String> =
            outer.territories.iter().filter_map(|lineage| lineage.last()).collect();
        inner.territories.iter().flatten().any(|code| places.contains(code))
    };
    within(one, other) || within(other, one)
}

impl<'a> Read<'a> {
    fn of(profile: &'a Profile) -> Read<'a> {
        let words = significant(&profile.name);
        let initials = words.iter().filter_map(|word| word.chars().next()).collect();
        let sorted: BTreeSet<String> = words.into_iter().collect();
        let name = sorted.iter().cloned().collect::<Vec<_>>().join(" ");
        let acronym = profile.acronym.as_deref().map(|text| search_key(text).replace(' ', ""));
        Read {
            of: profile,
            trigrams: trigrams(&name),
            name,
            words: sorted,
            initials,
            acronym: acronym.filter(|acronym| acronym.len() > 1),
            domain: domain(&profile.mailbox),
            host: profile.website.as_deref().and_then(host),
            countries: profile
                .territories
                .iter()
                .filter_map(|lineage| lineage.first())
                .map(|c| country_of(c))
                .collect(),
        }
    }
}

/// The words of a name that tell it from others, in order; all of them when none does.
fn significant(name: &str) -> Vec<String> {
    let key = search_key(name);
    let mut words: Vec<String> = Vec::new();
    let mut letters = String::new();
    // "S. A." and "O.N.G." are one word each.
    for word in key.split(' ').chain([""]) {
        if word.len() == 1 {
            letters.push_str(word);
            continue;
        }
        if !letters.is_empty() {
            words.push(std::mem::take(&mut letters));
        }
        if !word.is_empty() {
            words.push(word.to_owned());
        }
    }
    let telling: Vec<String> = words.iter().filter(|word| !FORMS.contains(&word.as_str())).cloned().collect();
    if telling.is_empty() { words } else { telling }
}

fn trigrams(name: &str) -> BTreeSet<[char; 3]> {
    let padded: Vec<char> = format!("  {name} ").chars().collect();
    padded.windows(3).filter_map(|three| three.try_into().ok()).collect()
}

/// The domain of a mailbox that says whose house it is.
fn domain(mailbox: &str) -> Option<String> {
    let domain = mailbox.rsplit('@').next()?.to_lowercase();
    let first = domain.split('.').next()?;
    (!PROVIDERS.contains(&first)).then_some(domain)
}

fn host(website: &str) -> Option<String> {
    let rest = website.split("//").nth(1)?.to_lowercase();
    let host = rest.split(['/', '?', '#', ':']).next()?;
    // A page at a network says nothing of whose it is without its path.
    let host = host.trim_start_matches("www.");
    (!host.is_empty() && !host.contains("facebook.") && !host.contains("instagram.")).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str) -> Profile {
        Profile {
            id: AgencyId::new(),
            name: name.into(),
            acronym: None,
            mailbox: format!("{}@gmail.com", search_key(name).replace(' ', ".")),
            phone: None,
            website: None,
            territories: vec![vec!["EC-17".into()]],
        }
    }

    fn found(one: &Profile, other: &Profile) -> Option<(i32, Vec<InCommon>)> {
        let mut pairs = pairs(&[one.clone(), other.clone()]);
        pairs.pop().map(|pair| (pair.score, pair.reasons.iter().map(|reason| reason.reason).collect()))
    }

    #[test]
    fn legal_forms_articles_accents_and_order_do_not_make_another_agency() {
        use InCommon::{SameName, Territory};
        for (one, other) in [
            ("Fundación Casa del Migrante", "Casa del migrante, O.N.G."),
            ("Clínica Jurídica Ficticia S. A.", "Clinica Juridica Ficticia SA"),
            ("Association des Femmes du Pakao", "Femmes du Pakao"),
            ("Migrante Casa", "Casa Migrante"),
        ] {
            assert_eq!(found(&profile(one), &profile(other)), Some((60, vec![SameName, Territory])), "{one}");
        }
        assert_eq!(found(&profile("Fundación"), &profile("Asociación")), None, "forms alone tell nothing");
    }

    #[test]
    fn the_same_name_in_another_country_is_another_agency() {
        let mut manila = profile("Cruz Roja");
        manila.territories = vec![vec!["PH-0500000000".into()]];
        assert_eq!(found(&profile("Cruz Roja"), &manila), None);
        manila.phone = Some("+59322555010".into());
        let mut quito = profile("Cruz Roja");
        quito.phone = manila.phone.clone();
        use InCommon::{Abroad, Phone, SameName};
        assert_eq!(found(&quito, &manila), Some((60, vec![SameName, Phone, Abroad])));
    }

    #[test]
    fn a_house_of_mail_counts_unless_it_is_a_providers_or_everybodys() {
        let at = |name: &str, mailbox: &str| Profile { mailbox: mailbox.into(), ..profile(name) };
        let (one, other) = (at("Casa Azul", "a@casaazul.example"), at("Hogar Azul", "b@casaazul.example"));
        assert_eq!(found(&one, &other), None, "a domain and a place are too little");
        let with_phone = |profile: Profile| Profile { phone: Some("+593225550100".into()), ..profile };
        use InCommon::{MailboxDomain, Phone, Territory};
        let both = found(&with_phone(one.clone()), &with_phone(other.clone()));
        assert_eq!(both, Some((70, vec![MailboxDomain, Phone, Territory])));
        let (one, other) = (at("Casa Azul", "a@gmail.com"), at("Hogar Azul", "b@gmail.com"));
        assert_eq!(found(&with_phone(one), &with_phone(other)), None);
        let city: Vec<Profile> = (0..4)
            .map(|n| {
                with_phone(at(
                    &format!("Dirección {}", ["Salud", "Obras", "Cultura", "Agua"][n]),
                    &format!("{n}@ciudad.example"),
                ))
            })
            .collect();
        assert_eq!(pairs(&city), [], "one switchboard and one domain of a city hall");
    }

    #[test]
    fn an_acronym_meets_the_name_it_stands_for() {
        use InCommon::{Acronym, Phone, Territory};
        let phone = Some("+593225550100".to_owned());
        let long = Profile { phone: phone.clone(), ..profile("Servicio Jesuita a Refugiados") };
        for short in [
            Profile { phone: phone.clone(), ..profile("SJR") },
            Profile { phone: phone.clone(), acronym: Some("S.J.R.".into()), ..profile("Los Jesuitas") },
        ] {
            assert_eq!(found(&long, &short), Some((75, vec![Acronym, Phone, Territory])), "{}", short.name);
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_seen_and_a_like_beginning_is_not_taken_for_it() {
        let phone = |name: &str| Profile { phone: Some("+593225550100".into()), ..profile(name) };
        let slip = found(&phone("Albergue Imaginario"), &phone("Albergue Imajinario"));
        assert_eq!(slip.map(|(score, _)| score), Some(75));
        let (one, other) = (profile("Albergue San Juan"), profile("Albergue San Pedro"));
        assert_eq!(name(&Read::of(&one), &Read::of(&other)), None);
    }

    #[test]
    fn the_most_alike_come_first() {
        let twin =
            |name: &str, phone: Option<&str>| Profile { phone: phone.map(Into::into), ..profile(name) };
        let all =
            [twin("A Uno", None), twin("Uno", None), twin("Dos", Some("+1")), twin("Dos SA", Some("+1"))];
        let scores: Vec<i32> = pairs(&all).iter().map(|pair| pair.score).collect();
        assert_eq!(scores, [90, 60]);
    }
}
