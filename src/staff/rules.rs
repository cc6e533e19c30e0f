//! Who may be invited by whom, and how guessing passwords is slowed.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::NewStaff;
use crate::auth::{Actor, Role};
use crate::ids::{AgencyId, OfficeId, StaffId};
use crate::platform::error::{Error, FieldErrors};
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE};
use crate::problems;

/// An invitation lives this long.
pub const INVITATION_LIFETIME: TimeDelta = TimeDelta::hours(72);
/// An auditor's account lives at most this long.
const AUDITOR_DAYS: i64 = 366;
/// Wrong passwords that cost nothing yet.
const FREE_TRIES: i32 = 4;
/// Wrong sign-ins from one address within [`ADDRESS_WINDOW`] before it is told to wait.
pub const ADDRESS_TRIES: i64 = 50;
/// Over which time they are counted.
pub const ADDRESS_WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Until when an account is slowed after its `failed`th wrong password: 1, 2, 4 … seconds, at most 15 minutes.
/// Slowing, not locking: nobody can shut a colleague out.
pub fn slowed_until(failed: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let over = u32::try_from(failed - FREE_TRIES).ok().filter(|over| *over > 0)?;
    let seconds = 2_i64.saturating_pow(over.min(20) - 1).min(15 * 60);
    Some(now + TimeDelta::seconds(seconds))
}

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteStaff {
    /// Made by the client, or left out.
    pub id: Option<StaffId>,
    /// Signs in with it; the invitation goes there.
    #[schema(example = "worker@desk.example")]
    pub email: String,
    /// How colleagues know them.
    #[schema(example = "Luz Ficticia")]
    pub name: String,
    /// What the account is for.
    pub role: Role,
    /// The agency of a partner account.
    pub agency_id: Option<AgencyId>,
    /// Offices it is a member of, or for a manager is responsible for.
    #[serde(default)]
    pub offices: Vec<OfficeId>,
    /// en, es, fr or fil.
    #[schema(example = "es")]
    pub language: String,
    /// May read restricted facts of the own offices' cases, such as a psychologist.
    #[serde(default)]
    pub reads_restricted: bool,
    /// Access ends by itself on this day; required for auditors.
    pub expires_on: Option<NaiveDate>,
}

impl InviteStaff {
    /// Checks everything that needs no database.
    ///
    /// # Errors
    /// All fields that need another value; `forbidden` when the inviter may not invite such an account.
    pub fn validate(self, inviter: &Actor, today: NaiveDate) -> Result<NewStaff, Error> {
        if !may_invite(inviter, self.role, &self.offices, self.reads_restricted) {
            return Err((&problems::FORBIDDEN).into());
        }
        let mut errors = FieldErrors::new();
        if (self.role == Role::Partner) != self.agency_id.is_some() {
            errors.add(
                "agency_id",
                "agency_mismatch",
                "A partner account, and only it, belongs to an agency.",
            );
        }
        if needs_office(self.role) && self.offices.is_empty() {
            errors.add("offices", "required", "This role works at one office at least.");
        }
        check_expiry(&mut errors, self.role, self.expires_on, today);
        let email = validate::email(&mut errors, "email", Some(self.email));
        if email.is_none() && errors.0.iter().all(|error| error.pointer != "/email") {
            errors.add("email", "required", "Must not be empty.");
        }
        let new = NewStaff {
            id: self.id.unwrap_or_else(StaffId::new),
            email: email.unwrap_or_default(),
            name: validate::required(&mut errors, "name", Some(self.name), LINE),
            role: self.role,
            agency_id: self.agency_id,
            language: validate::interface_language(&mut errors, "language", self.language),
            reads_restricted: self.reads_restricted,
            expires_on: self.expires_on,
        };
        errors.finish(new)
    }
}

/// Roles that see files work somewhere.
pub fn needs_office(role: Role) -> bool {
    matches!(role, Role::Manager | Role::Supervisor | Role::CaseWorker | Role::FieldWorker)
}

/// An administrator invites anybody; a supervisor invites workers to the own offices.
pub fn may_invite(inviter: &Actor, role: Role, offices: &[OfficeId], reads_restricted: bool) -> bool {
    match inviter.role {
        Role::SystemAdmin => true,
        Role::Supervisor => {
            matches!(role, Role::CaseWorker | Role::FieldWorker)
                && !reads_restricted
                && offices.iter().all(|office| inviter.offices.contains(office))
        }
        _ => false,
    }
}

/// Auditors' accounts end by themselves.
pub fn check_expiry(errors: &mut FieldErrors, role: Role, expires_on: Option<NaiveDate>, today: NaiveDate) {
    match expires_on {
        None if role == Role::Auditor => {
            errors.add("expires_on", "required", "An auditor's access has a last day.");
        }
        Some(day) if day < today => errors.add("expires_on", "in_the_past", "Must not be past."),
        Some(day) if role == Role::Auditor && (day - today).num_days() > AUDITOR_DAYS => {
            errors.add("expires_on", "too_late", "An auditor's access lasts a year at most.");
        }
        _ => {}
    }
}

/// What an edit of an account says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateStaff {
    /// How colleagues know them.
    pub name: Option<String>,
    /// What the account is for; never from or to partner.
    pub role: Option<Role>,
    /// All offices from now on.
    pub offices: Option<Vec<OfficeId>>,
    /// en, es, fr or fil.
    pub language: Option<String>,
    /// May read restricted facts.
    pub reads_restricted: Option<bool>,
    /// Last day of access; null for none.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub expires_on: Patch<NaiveDate>,
    /// true ends access at once, false gives it back.
    pub disabled: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_gets_slower_and_never_locks_for_long() {
        let now = Utc::now();
        let wait = |failed| slowed_until(failed, now).map(|until| (until - now).num_seconds());
        assert_eq!([wait(1), wait(4), wait(5), wait(6), wait(9)], [None, None, Some(1), Some(2), Some(16)]);
        assert_eq!(wait(1000), Some(900));
    }
}
