//! How much two agencies look like one: points for each thing they have in common, never a verdict.

mod reading;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use self::reading::{Read, domain};
use crate::ids::AgencyId;

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

#[cfg(test)]
mod tests;
