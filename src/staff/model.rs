//! Rows and queries of accounts and invitations.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::rules::INVITATION_LIFETIME;
use crate::auth::{Actor, Permission, Role};
use crate::ids::{AgencyId, InvitationId, OfficeId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint, field};
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::schema::{invitations, sign_in_failures, staff, staff_offices};

/// An account, as an administrator sees it.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
pub struct Staff {
    /// Its id.
    pub id: StaffId,
    /// Signs in with it.
    pub email: String,
    /// How colleagues know them.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// The agency of a partner account.
    pub agency_id: Option<AgencyId>,
    /// en, es, fr or fil.
    pub language: String,
    /// May read restricted facts.
    pub reads_restricted: bool,
    /// Whether the invitation was accepted.
    pub has_password: bool,
    /// When access was ended.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Last day of access.
    pub expires_on: Option<NaiveDate>,
    /// Counts edits.
    pub version: i32,
    /// Its offices.
    #[schema(value_type = Vec<OfficeId>)]
    pub offices: Vec<Uuid>,
}

/// A checked new account.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = staff)]
#[allow(missing_docs)]
pub struct NewStaff {
    pub id: StaffId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub agency_id: Option<AgencyId>,
    pub language: String,
    pub reads_restricted: bool,
    pub expires_on: Option<NaiveDate>,
}

/// A checked edit of an account.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = staff)]
#[allow(missing_docs)]
pub struct StaffChanges {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub language: Option<String>,
    pub reads_restricted: Option<bool>,
    pub expires_on: Option<Option<NaiveDate>>,
    pub disabled_at: Option<Option<DateTime<Utc>>>,
}

/// What signing in needs to know.
#[derive(Debug, Queryable)]
#[allow(missing_docs)]
pub struct Credentials {
    pub id: StaffId,
    pub role: Role,
    pub password_hash: Option<String>,
    pub failed_sign_ins: i32,
    pub slowed_until: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub expires_on: Option<NaiveDate>,
}

/// The columns of [`Staff`], as a macro because Diesel cannot name a selection with raw SQL in it.
macro_rules! columns {
    () => {
        (
            staff::id,
            staff::email,
            staff::name,
            staff::role,
            staff::agency_id,
            staff::language,
            staff::reads_restricted,
            staff::password_hash.is_not_null(),
            staff::disabled_at,
            staff::expires_on,
            staff::version,
            sql::<Array<SqlUuid>>(
                "ARRAY(SELECT o.office_id FROM staff_offices o WHERE o.staff_id = staff.id ORDER BY o.office_id)",
            ),
        )
    };
}

impl NewStaff {
    /// Writes the account and its offices down.
    ///
    /// # Errors
    /// Fields the database refuses: an e-mail that is taken, an office or agency that is unknown.
    pub async fn insert(&self, tx: &mut Conn, offices: &[OfficeId]) -> Result<(), Error> {
        diesel::insert_into(staff::table)
            .values(self)
            .execute(tx)
            .await
            .on_constraint("staff_email_key", || {
                field("email", "already_used", "Another account has this e-mail.")
            })
            .on_constraint("staff_agency_id_fkey", || field("agency_id", "unknown", "No such agency."))
            .on_constraint("staff_pkey", || (&problems::ID_ALREADY_USED).into())?;
        set_offices(tx, self.id, offices).await
    }
}

/// Replaces the offices of an account.
///
/// # Errors
/// A field error for an unknown office.
pub async fn set_offices(tx: &mut Conn, id: StaffId, offices: &[OfficeId]) -> Result<(), Error> {
    diesel::delete(staff_offices::table.filter(staff_offices::staff_id.eq(id))).execute(tx).await?;
    let rows: Vec<_> = offices
        .iter()
        .map(|office| (staff_offices::staff_id.eq(id), staff_offices::office_id.eq(*office)))
        .collect();
    diesel::insert_into(staff_offices::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(tx)
        .await
        .on_constraint("staff_offices_office_id_fkey", || field("offices", "unknown", "No such office."))?;
    Ok(())
}

impl Staff {
    /// One account the actor may know of: everybody for an administrator, colleagues of a shared office else.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: StaffId) -> Result<Staff, Error> {
        let found: Staff = staff::table.find(id).select(columns!()).first(conn).await?;
        if found.is_known_to(actor) { Ok(found) } else { Err((&problems::NOT_FOUND).into()) }
    }

    /// One account, locked for an edit.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: StaffId) -> Result<Staff, Error> {
        let _: StaffId = staff::table.find(id).select(staff::id).for_update().first(tx).await?;
        Staff::find(tx, actor, id).await
    }

    fn is_known_to(&self, actor: &Actor) -> bool {
        actor.may(Permission::ManageStaff)
            || self.id == actor.staff
            || (self.agency_id.is_none()
                && self.offices.iter().any(|office| actor.offices.contains(&OfficeId(*office))))
    }

    /// A page of accounts the actor may know of, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        actor: &Actor,
        office: Option<OfficeId>,
        role: Option<Role>,
        after: Option<Cursor<String>>,
        limit: i64,
    ) -> Result<Page<Staff>, Error> {
        let lower = || sql::<diesel::sql_types::Text>("lower(staff.name)");
        let mut query = staff::table.select(columns!()).into_boxed();
        if !actor.may(Permission::ManageStaff) {
            let shared = staff_offices::table
                .filter(staff_offices::office_id.eq_any(actor.offices.clone()))
                .select(staff_offices::staff_id);
            query = query.filter(staff::id.eq_any(shared).and(staff::agency_id.is_null()));
        }
        if let Some(office) = office {
            let members = staff_offices::table
                .filter(staff_offices::office_id.eq(office))
                .select(staff_offices::staff_id);
            query = query.filter(staff::id.eq_any(members));
        }
        if let Some(role) = role {
            query = query.filter(staff::role.eq(role));
        }
        if let Some(cursor) = after {
            let id = StaffId(cursor.id);
            query =
                query.filter(lower().gt(cursor.key.clone()).or(lower().eq(cursor.key).and(staff::id.gt(id))));
        }
        let rows: Vec<Staff> = query.order((lower(), staff::id)).limit(limit + 1).load(conn).await?;
        Ok(Page::cut(rows, limit, |row| (row.name.to_lowercase(), row.id.0)))
    }

    /// Edits the account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(
        &self,
        tx: &mut Conn,
        changes: &StaffChanges,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        diesel::update(staff::table.find(self.id))
            .set((changes, staff::version.eq(self.version + 1), staff::updated_at.eq(now)))
            .execute(tx)
            .await?;
        Ok(())
    }
}

impl Credentials {
    /// What is known of an e-mail, locked so that wrong passwords are counted one by one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn by_email(conn: &mut Conn, email: &str) -> Result<Option<Credentials>, Error> {
        Ok(staff::table
            .filter(staff::email.eq(email))
            .select(Self::columns())
            .first(conn)
            .await
            .optional()?)
    }

    /// What is known of an account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, id: StaffId) -> Result<Credentials, Error> {
        Ok(staff::table.find(id).select(Self::columns()).first(conn).await?)
    }

    #[allow(clippy::type_complexity)]
    fn columns() -> (
        staff::id,
        staff::role,
        staff::password_hash,
        staff::failed_sign_ins,
        staff::slowed_until,
        staff::disabled_at,
        staff::expires_on,
    ) {
        (
            staff::id,
            staff::role,
            staff::password_hash,
            staff::failed_sign_ins,
            staff::slowed_until,
            staff::disabled_at,
            staff::expires_on,
        )
    }
}

/// Counts a wrong password (or none, after a right one) and slows the account.
///
/// # Errors
/// Those of the database.
pub async fn set_failures(
    tx: &mut Conn,
    id: StaffId,
    failed: i32,
    slowed_until: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    diesel::update(staff::table.find(id))
        .set((staff::failed_sign_ins.eq(failed), staff::slowed_until.eq(slowed_until)))
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes a wrong sign-in from an address and forgets old ones.
///
/// # Errors
/// Those of the database.
pub async fn note_failure(
    tx: &mut Conn,
    address_hash: &[u8],
    now: DateTime<Utc>,
    forget_before: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::at.lt(forget_before)))
        .execute(tx)
        .await?;
    diesel::insert_into(sign_in_failures::table)
        .values((sign_in_failures::address_hash.eq(address_hash), sign_in_failures::at.eq(now)))
        .on_conflict_do_nothing()
        .execute(tx)
        .await?;
    Ok(())
}

/// How many wrong sign-ins came from an address since `since`.
///
/// # Errors
/// Those of the database.
pub async fn count_failures(
    conn: &mut Conn,
    address_hash: &[u8],
    since: DateTime<Utc>,
) -> Result<i64, Error> {
    Ok(sign_in_failures::table
        .filter(sign_in_failures::address_hash.eq(address_hash).and(sign_in_failures::at.ge(since)))
        .count()
        .get_result(conn)
        .await?)
}

/// Sets a password.
///
/// # Errors
/// Those of the database.
pub async fn set_password(tx: &mut Conn, id: StaffId, hash: &str, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(staff::table.find(id))
        .set((
            staff::password_hash.eq(hash),
            staff::failed_sign_ins.eq(0),
            staff::slowed_until.eq(None::<DateTime<Utc>>),
            staff::updated_at.eq(now),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Makes an invitation and revokes those before it. Its secret is made when the mail is written, not here.
///
/// # Errors
/// Those of the database.
pub async fn invite(
    tx: &mut Conn,
    id: StaffId,
    invited_by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<InvitationId, Error> {
    diesel::update(invitations::table)
        .filter(invitations::staff_id.eq(id).and(invitations::accepted_at.is_null()))
        .set(invitations::revoked_at.eq(now))
        .execute(tx)
        .await?;
    let invitation = InvitationId::new();
    let placeholder = crate::platform::crypto::random_token().1;
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(invitation),
            invitations::staff_id.eq(id),
            invitations::token_hash.eq(placeholder.as_slice()),
            invitations::invited_by.eq(invited_by),
            invitations::expires_at.eq(now + INVITATION_LIFETIME),
            invitations::created_at.eq(now),
        ))
        .execute(tx)
        .await?;
    Ok(invitation)
}

/// The account and e-mail of a live invitation, locked.
///
/// # Errors
/// `invitation_spent` when it was used, revoked, has expired or never was.
pub async fn live_invitation(
    tx: &mut Conn,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(InvitationId, StaffId, String), Error> {
    invitations::table
        .inner_join(staff::table.on(staff::id.eq(invitations::staff_id)))
        .filter(invitations::token_hash.eq(token_hash).and(invitations::expires_at.gt(now)))
        .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
        .filter(staff::disabled_at.is_null())
        .select((invitations::id, staff::id, staff::email))
        .for_update()
        .first(tx)
        .await
        .optional()?
        .ok_or_else(|| (&problems::INVITATION_SPENT).into())
}

/// Uses an invitation up.
///
/// # Errors
/// Those of the database.
pub async fn accept_invitation(tx: &mut Conn, id: InvitationId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(invitations::table.find(id)).set(invitations::accepted_at.eq(now)).execute(tx).await?;
    Ok(())
}
