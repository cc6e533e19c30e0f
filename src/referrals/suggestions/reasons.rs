//! What an answer to "who to send to" says: each service with the reasons for its place, as facts a screen can word.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::Queryable;
use serde::Serialize;
use utoipa::ToSchema;

use crate::agencies::services::rules::{Capacity, CapacityFrom};
use crate::ids::{AgencyId, NeedId, ReferralId, ServiceId};
use crate::referrals::rules::ReferralState;

crate::words! {
    /// How a service covers the code of a need.
    CodeMatch {
        /// It names this very code.
        Exact = "exact",
        /// It names a wider code.
        Wider = "wider",
        /// It names only a kind of what is needed.
        Narrower = "narrower",
    }

    /// How a service covers a place.
    AreaMatch {
        /// All of it.
        Whole = "whole",
        /// A part of it; whether the person's part is not known.
        Part = "part",
        /// Not known: nobody wrote down where the person is.
        Unknown = "unknown",
        /// Not at all.
        Outside = "outside",
    }

    /// Whether a person is among those a service serves.
    Eligible {
        /// It serves everybody.
        Everybody = "everybody",
        /// Yes.
        Yes = "yes",
        /// The person's fact is not known, which excludes nobody.
        Unknown = "unknown",
        /// No.
        No = "no",
    }

    /// Where the place of a need is known from.
    PlaceFrom {
        /// The person's file.
        Person = "person",
        /// The case.
        Case = "case",
        /// Only assumed: where the desk stands.
        Office = "office",
    }

    /// Why a service is not among those suggested.
    WhyNot {
        /// This need is with it now, or a draft to it is.
        AlreadyReferred = "already_referred",
        /// It takes nobody now.
        Full = "full",
        /// It does not serve this sex.
        Sex = "sex",
        /// It does not serve this age.
        Age = "age",
        /// It does not serve this mobility category.
        Mobility = "mobility",
        /// It does not cover the place.
        OutOfArea = "out_of_area",
    }
}

/// Services for one need.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    /// The need.
    pub need_id: NeedId,
    /// Its code of list service.
    #[schema(example = "LEG-REP")]
    pub service: String,
    /// The place the services were looked for at.
    pub place: Option<SuggestionPlace>,
    /// When this was so.
    pub as_of: DateTime<Utc>,
    /// What the partners usually do, to which a short record is drawn.
    pub network: Network,
    /// Those to send it to, best first.
    pub items: Vec<Suggestion>,
    /// How many there are, shown or not.
    pub item_count: usize,
    /// Those that cover the need but cannot take it, best first, each with why.
    pub others: Vec<Suggestion>,
    /// How many of them there are, shown or not.
    pub other_count: usize,
}

/// Where a need is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SuggestionPlace {
    /// A code of territories.
    #[schema(example = "EC-170150")]
    pub territory: String,
    /// Where that is known from.
    pub known_from: PlaceFrom,
}

/// The middle of what the partners that cover this need did in the last year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionNetwork)]
pub struct Network {
    /// Days to answer.
    pub days: f64,
    /// Needs met, of those referrals that ended; 0 to 1.
    pub share_met: f64,
}

/// A service, its score and the reasons for it. The score is the sum of the points.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Suggestion {
    /// The service.
    pub service_id: ServiceId,
    /// Its name in the agency's language.
    #[schema(example = "Asesoría legal")]
    pub service_name: String,
    /// Who offers it.
    pub agency_id: AgencyId,
    /// The agency's name.
    pub agency_name: String,
    /// How people call it.
    pub agency_acronym: Option<String>,
    /// Codes of list document that the person must bring.
    pub required_documents: Vec<String>,
    /// What it costs the person; null means free.
    pub cost: Option<String>,
    /// Out of 100.
    #[schema(example = 74.6)]
    pub score: f64,
    /// Why it stands where it stands.
    pub reasons: Reasons,
    /// Earlier referrals of this need to this service, newest first.
    pub tried: Vec<Tried>,
    /// Empty for those suggested.
    pub why_not: Vec<WhyNot>,
}

/// The reasons, each with its points.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionReasons)]
pub struct Reasons {
    /// How it covers the need's code.
    pub code: CodeReason,
    /// How it covers the place.
    pub area: AreaReason,
    /// How near the agency stands.
    pub distance: DistanceReason,
    /// Whether it serves this person.
    pub eligible: EligibleReason,
    /// Whether they can speak with each other.
    pub language: LanguageReason,
    /// How full it is, as far as known.
    pub capacity: CapacityReason,
    /// How long ago its entry was known to be true.
    pub confirmed: ConfirmedReason,
    /// What became of earlier referrals to it.
    pub record: RecordReason,
    /// Points taken off because this need came back from it before; 0 or negative.
    pub tried_points: f64,
}

/// How a service covers the need's code.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionCode)]
#[allow(missing_docs)]
pub struct CodeReason {
    pub covers: CodeMatch,
    /// The service's own code that does.
    #[schema(example = "LEG")]
    pub by: String,
    pub points: f64,
}

/// How a service covers the place.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionArea)]
#[allow(missing_docs)]
pub struct AreaReason {
    pub covers: AreaMatch,
    /// The service's own territory that does.
    #[schema(example = "EC-17")]
    pub by: Option<String>,
    /// How many levels that lies above the place.
    pub levels_above: Option<usize>,
    pub points: f64,
}

/// How near the agency stands: how far down the official places the two go together.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionDistance)]
#[allow(missing_docs)]
pub struct DistanceReason {
    /// Levels they share; null when one of the two places is not known.
    pub shared_levels: Option<usize>,
    /// Levels the person's place has.
    pub of_levels: Option<usize>,
    pub points: f64,
}

/// Whether a service serves this person. It earns no points: who is not served is listed apart.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionEligible)]
#[allow(missing_docs)]
pub struct EligibleReason {
    pub sex: Eligible,
    pub age: Eligible,
    pub mobility: Eligible,
}

/// Whether they can speak with each other.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionLanguage)]
#[allow(missing_docs)]
pub struct LanguageReason {
    /// ISO 639-3 codes of both, the person's best first.
    #[schema(example = json!(["spa"]))]
    pub shared: Vec<String>,
    /// Whether both sides' languages are known.
    pub known: bool,
    pub points: f64,
}

/// How full a service is, and how long ago that was known.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionCapacity)]
#[allow(missing_docs)]
pub struct CapacityReason {
    pub capacity: Capacity,
    /// Whether somebody said so or refusals did.
    pub known_from: CapacityFrom,
    pub told_at: Option<DateTime<Utc>>,
    pub days_ago: Option<i64>,
    /// Told so long ago that it counts as not known.
    pub stale: bool,
    pub points: f64,
}

/// How long ago an entry was known to be true.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionConfirmed)]
#[allow(missing_docs)]
pub struct ConfirmedReason {
    /// Null when nobody ever did; then the day it was entered counts.
    pub confirmed_on: Option<NaiveDate>,
    pub days_ago: i64,
    /// How often the agency was asked since, without an answer.
    pub asked: i16,
    /// Too long ago, or asked twice in vain.
    pub stale: bool,
    pub points: f64,
}

/// What became of referrals sent to a service in the last year.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SuggestionRecord)]
#[allow(missing_docs)]
pub struct RecordReason {
    /// Sent to it.
    pub sent: i64,
    /// Of these answered, or left without an answer past their time: the cases behind the days.
    pub counted: i64,
    /// Median days until the answer; without one, until it expired or until now.
    pub median_days: Option<f64>,
    /// Ended, not by the desk: the cases behind the share.
    pub ended: i64,
    /// Of these with the need met.
    pub needs_met: i64,
    /// Their share, 0 to 1.
    pub share_met: Option<f64>,
    /// No case counts yet: it is given what the partners in the middle have.
    pub is_new: bool,
    /// The days it is ranked by, drawn to the network's the more the fewer cases there are.
    pub days_ranked_by: f64,
    /// The share it is ranked by, likewise.
    pub share_ranked_by: f64,
    pub points: f64,
}

/// An earlier referral of this need to this service.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize, ToSchema)]
#[schema(as = SuggestionTried)]
pub struct Tried {
    /// The referral.
    pub referral_id: ReferralId,
    /// Said on the phone.
    pub number: String,
    /// Where it stands.
    pub state: ReferralState,
    /// A code of list referral_reason.
    pub reason: Option<String>,
    /// When it was sent; null for a draft.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}
