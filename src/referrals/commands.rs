//! What clients may say about a referral, and what each move must come with.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Priority;
use super::rules::{ConfirmedBy, LONGEST_HOLD_DAYS, ReferralMove, ReferralOutcome, Rule, Who, WordOf};
use crate::ids::{NeedId, ReferralId, ServiceId, StaffId};
use crate::platform::error::{Error, FieldErrors};
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE};

/// Longest message to a partner, in characters.
const MESSAGE: usize = 4_000;

/// A new referral; it begins as a draft that no partner sees.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReferral {
    /// Made by the client, or left out.
    pub id: Option<ReferralId>,
    /// The need.
    pub need_id: NeedId,
    /// The service of an agency that is asked.
    pub service_id: ServiceId,
    /// The case's priority when left out.
    pub priority: Option<Priority>,
    /// What the partner is asked for, in words; it is disclosed.
    #[schema(example = "Please see her before Friday; she can come on any morning.")]
    pub message: Option<String>,
    /// How the client may be contacted; it is disclosed.
    #[schema(example = "SMS only, after 18:00")]
    pub contact_how: Option<String>,
    /// Codes of list disclosure_fact to disclose.
    #[serde(default)]
    #[schema(example = json!(["name", "sex", "age", "phone", "need_detail"]))]
    pub facts: Vec<String>,
    /// The referral that did not help and that this one replaces.
    pub replaces_id: Option<ReferralId>,
}

/// The words of a draft, checked.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Draft {
    pub need: NeedId,
    pub service: ServiceId,
    pub priority: Option<Priority>,
    pub message: Option<String>,
    pub contact_how: Option<String>,
    pub facts: Vec<String>,
    pub replaces: Option<ReferralId>,
}

impl CreateReferral {
    /// Checks everything that needs no database.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self) -> Result<Draft, Error> {
        let mut errors = FieldErrors::new();
        let draft = Draft {
            need: self.need_id,
            service: self.service_id,
            priority: self.priority,
            message: validate::text(&mut errors, "message", self.message, MESSAGE),
            contact_how: validate::text(&mut errors, "contact_how", self.contact_how, MESSAGE),
            facts: validate::lines(&mut errors, "facts", self.facts, 30),
            replaces: self.replaces_id,
        };
        errors.finish(draft)
    }
}

/// An edit of a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateReferral {
    /// Another service, of the same or another agency.
    pub service_id: Option<ServiceId>,
    /// How soon an answer is needed.
    pub priority: Option<Priority>,
    /// What the partner is asked for, in words.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub message: Patch<String>,
    /// How the client may be contacted.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub contact_how: Patch<String>,
    /// Codes of list disclosure_fact to disclose.
    pub facts: Option<Vec<String>>,
}

/// A checked edit of a draft.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct DraftEdit {
    pub service: Option<ServiceId>,
    pub priority: Option<Priority>,
    pub message: Option<Option<String>>,
    pub contact_how: Option<Option<String>>,
    pub facts: Option<Vec<String>>,
}

impl UpdateReferral {
    /// Checks everything that needs no database.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self) -> Result<DraftEdit, Error> {
        let mut errors = FieldErrors::new();
        let mut prose = |pointer: &str, value: Patch<String>| {
            value.into_change().map(|text| validate::text(&mut errors, pointer, text, MESSAGE))
        };
        let (message, contact_how) = (prose("message", self.message), prose("contact_how", self.contact_how));
        let facts = self.facts.map(|facts| validate::lines(&mut errors, "facts", facts, 30));
        errors.finish(DraftEdit {
            service: self.service_id,
            priority: self.priority,
            message,
            contact_how,
            facts,
        })
    }
}

/// A move, by the desk or by the agency. Each takes only the details that belong to it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeMove {
    /// Which move.
    #[serde(rename = "move")]
    #[schema(example = "accept")]
    pub by: ReferralMove,
    /// When it happened, if not now.
    pub at: Option<DateTime<Utc>>,
    /// A code of list referral_reason: decline, hold, fail, cancel, mark_in_error.
    #[schema(example = "no_capacity")]
    pub reason: Option<String>,
    /// In words; must be there with reason `other`. It may be read by the other side.
    pub reason_text: Option<String>,
    /// Decline: where the partner would send the client instead.
    pub suggested_service_id: Option<ServiceId>,
    /// Accept: when the client will be received.
    pub appointment_at: Option<DateTime<Utc>>,
    /// Accept: where.
    pub appointment_place: Option<String>,
    /// Begin: the day the service began; today when left out.
    pub began_on: Option<NaiveDate>,
    /// Hold: the day to look again, at most 30 days ahead.
    pub review_on: Option<NaiveDate>,
    /// Complete: whether the need was met.
    pub outcome: Option<ReferralOutcome>,
    /// Complete: who says so; for an agency, itself when left out.
    pub confirmed_by: Option<ConfirmedBy>,
    /// Staff: on whose word this is written down.
    pub on_word_of: Option<WordOf>,
    /// Who at the partner said so.
    #[schema(example = "Ms. Test, intake desk")]
    pub word_given_by: Option<String>,
    /// How the word came; a code of list channel, PHO when left out.
    #[schema(example = "PHO")]
    pub channel: Option<String>,
    /// Send: why it is sent without a consent; needs a permission of its own and is audited.
    pub override_reason: Option<String>,
}

/// What a move came with, checked.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Details {
    pub reason: Option<String>,
    pub reason_text: Option<String>,
    pub suggested_service_id: Option<ServiceId>,
    pub appointment_at: Option<DateTime<Utc>>,
    pub appointment_place: Option<String>,
    pub began_on: Option<NaiveDate>,
    pub review_on: Option<NaiveDate>,
    pub outcome: Option<ReferralOutcome>,
    pub confirmed_by: Option<ConfirmedBy>,
    pub on_word_of: Option<WordOf>,
    pub word_given_by: Option<String>,
    pub channel: Option<String>,
    pub override_reason: Option<String>,
}

/// A checked move.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Command {
    pub by: ReferralMove,
    pub who: Who,
    /// When it happened.
    pub at: DateTime<Utc>,
    pub details: Details,
}

impl MakeMove {
    /// Checks what the move must and may come with. `today` is the day at the office.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self, who: Who, now: DateTime<Utc>, today: NaiveDate) -> Result<Command, Error> {
        let mut errors = FieldErrors::new();
        self.refuse_strangers(&mut errors);
        let rule = Rule::of(self.by);
        let at = self.at.unwrap_or(now);
        if at > now + TimeDelta::minutes(5) {
            errors.add("at", "in_the_future", "Has not happened yet.");
        }
        let by = self.by;
        let mut details = Details {
            reason: validate::text(&mut errors, "reason", self.reason, LINE),
            reason_text: validate::text(&mut errors, "reason_text", self.reason_text, 2_000),
            suggested_service_id: self.suggested_service_id,
            appointment_at: self.appointment_at,
            appointment_place: validate::text(&mut errors, "appointment_place", self.appointment_place, LINE),
            began_on: self.began_on,
            review_on: self.review_on,
            outcome: self.outcome,
            confirmed_by: self.confirmed_by,
            on_word_of: self.on_word_of,
            word_given_by: validate::text(&mut errors, "word_given_by", self.word_given_by, LINE),
            channel: validate::text(&mut errors, "channel", self.channel, 10),
            override_reason: validate::text(&mut errors, "override_reason", self.override_reason, 2_000),
        };
        details.check_reason(&mut errors, rule);
        details.check_word(&mut errors, rule, who);
        details.check_days(&mut errors, by, today);
        details.check_outcome(&mut errors, by, who);
        errors.finish(Command { by, who, at: at.min(now), details })
    }

    /// A detail that belongs to another move is a mistake to be told, not to be lost.
    fn refuse_strangers(&self, errors: &mut FieldErrors) {
        use ReferralMove::{Accept, Begin, Complete, Decline, Hold, Send};
        let only_with = [
            ("suggested_service_id", self.suggested_service_id.is_some(), Decline),
            ("appointment_at", self.appointment_at.is_some(), Accept),
            ("appointment_place", self.appointment_place.is_some(), Accept),
            ("began_on", self.began_on.is_some(), Begin),
            ("review_on", self.review_on.is_some(), Hold),
            ("outcome", self.outcome.is_some(), Complete),
            ("confirmed_by", self.confirmed_by.is_some(), Complete),
            ("override_reason", self.override_reason.is_some(), Send),
        ];
        for (pointer, named, by) in only_with {
            if named && self.by != by {
                errors.add(pointer, "not_for_this_move", format!("Belongs to {by}."));
            }
        }
        if !Rule::of(self.by).needs_reason && self.reason.is_some() {
            errors.add("reason", "not_for_this_move", "This move takes no reason.");
        }
    }
}

impl Details {
    fn check_reason(&self, errors: &mut FieldErrors, rule: &Rule) {
        if rule.needs_reason && self.reason.is_none() {
            errors.add("reason", "required", "This move needs a coded reason.");
        }
        if self.reason.as_deref() == Some("other") && self.reason_text.is_none() {
            errors.add("reason_text", "required", "The reason other needs words.");
        }
    }

    fn check_word(&mut self, errors: &mut FieldErrors, rule: &Rule, who: Who) {
        if who != Who::Staff {
            if self.on_word_of.is_some() || self.word_given_by.is_some() {
                errors.add(
                    "on_word_of",
                    "not_for_this_account",
                    "Only staff writes down the word of others.",
                );
            }
            return;
        }
        if rule.word_of.is_some() && self.on_word_of != rule.word_of {
            let whose = rule.word_of.map_or("", WordOf::word);
            errors.add(
                "on_word_of",
                "required",
                format!("Staff writes this down on the word of the {whose}."),
            );
        }
        if self.on_word_of == Some(WordOf::Partner) && self.word_given_by.is_none() {
            errors.add("word_given_by", "required", "Say who at the partner said so.");
        }
        if self.on_word_of.is_some() && self.channel.is_none() {
            self.channel = Some("PHO".into());
        }
    }

    fn check_days(&mut self, errors: &mut FieldErrors, by: ReferralMove, today: NaiveDate) {
        if by == ReferralMove::Begin {
            self.began_on = self.began_on.or(Some(today));
            // The zone of whoever writes may be a day ahead of the office's.
            if self.began_on.is_some_and(|day| day > today + Days::new(1)) {
                errors.add("began_on", "in_the_future", "Has not begun yet.");
            }
        }
        if by == ReferralMove::Hold {
            let latest = today + Days::new(LONGEST_HOLD_DAYS.unsigned_abs());
            match self.review_on {
                None => errors.add("review_on", "required", "Say on which day to look again."),
                Some(day) if day < today || day > latest => {
                    errors.add("review_on", "out_of_range", "From today to at most 30 days ahead.");
                }
                Some(_) => {}
            }
        }
    }

    fn check_outcome(&mut self, errors: &mut FieldErrors, by: ReferralMove, who: Who) {
        if by != ReferralMove::Complete {
            return;
        }
        if self.outcome.is_none() {
            errors.add("outcome", "required", "Say whether the need was met.");
        }
        if self.confirmed_by.is_none() {
            match who {
                Who::Partner => self.confirmed_by = Some(ConfirmedBy::Partner),
                _ => errors.add("confirmed_by", "required", "Say who confirms it."),
            }
        }
    }
}

/// Who at the agency looks after a referral.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignReferral {
    /// An account of the own agency; null for nobody.
    pub staff_id: Option<StaffId>,
}

/// The client was told how it ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TellClient {
    /// When, if not now.
    pub at: Option<DateTime<Utc>>,
    /// How; a code of list channel.
    #[schema(example = "SMS")]
    pub channel: String,
}
