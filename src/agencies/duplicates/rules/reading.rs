//! What an agency's names and addresses come to once they are read: without legal forms, providers and order.

use std::collections::BTreeSet;

use super::Profile;
use crate::offices::rules::country_of;
use crate::reference::search_key::search_key;

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

/// A profile read once, so that each of many comparisons is cheap.
pub(super) struct Read<'a> {
    pub of: &'a Profile,
    pub words: BTreeSet<String>,
    pub name: String,
    pub trigrams: BTreeSet<[char; 3]>,
    pub initials: String,
    pub acronym: Option<String>,
    pub domain: Option<String>,
    pub host: Option<String>,
    pub countries: BTreeSet<String>,
}

impl<'a> Read<'a> {
    pub(super) fn of(profile: &'a Profile) -> Read<'a> {
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
pub(super) fn domain(mailbox: &str) -> Option<String> {
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
