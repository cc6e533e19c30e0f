//! Rows and queries of the people on a case.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::auth::Actor;
use crate::cases::model::Case;
use crate::cases::rules::PersonRole;
use crate::ids::{MigrantId, OfficeId};
use crate::migrants::Migrant;
use crate::migrants::rules::MigrantStatus;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{case_people, migrants};

/// Which of these persons the actor may put on a case: those whose active files it may see.
///
/// # Errors
/// Those of the database.
pub async fn visible_people(
    conn: &mut Conn,
    actor: &Actor,
    wanted: &[MigrantId],
) -> Result<HashSet<MigrantId>, Error> {
    let files = Migrant::list(conn, actor, wanted).await?;
    Ok(files.into_iter().filter(|file| file.status == MigrantStatus::Active).map(|file| file.id).collect())
}

/// Lets an office see the files of these persons too.
///
/// # Errors
/// Those of the database.
pub async fn extend_offices(tx: &mut Conn, people: &[MigrantId], office: OfficeId) -> Result<(), Error> {
    let lacking = migrants::table
        .filter(migrants::id.eq_any(people.to_vec()))
        .filter(diesel::dsl::not(migrants::office_ids.contains(vec![office.0])));
    diesel::update(lacking)
        .set(migrants::office_ids.eq(migrants::office_ids.concat(vec![office.0])))
        .execute(tx)
        .await?;
    Ok(())
}

impl Case {
    /// Who is on it now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn people_ids(&self, conn: &mut Conn) -> Result<Vec<MigrantId>, Error> {
        let present = case_people::case_id.eq(self.id).and(case_people::removed_at.is_null());
        Ok(case_people::table.filter(present).select(case_people::migrant_id).load(conn).await?)
    }

    /// Puts a person on it; one taken off before comes back. `false` when the person is on it already.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_person(
        &self,
        tx: &mut Conn,
        person: MigrantId,
        role: PersonRole,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        if self.people_ids(tx).await?.contains(&person) {
            return Ok(false);
        }
        let cleared: Option<DateTime<Utc>> = None;
        diesel::insert_into(case_people::table)
            .values((
                case_people::case_id.eq(self.id),
                case_people::migrant_id.eq(person),
                case_people::role.eq(role),
                case_people::added_at.eq(now),
            ))
            .on_conflict((case_people::case_id, case_people::migrant_id))
            .do_update()
            .set((case_people::role.eq(role), case_people::removed_at.eq(cleared)))
            .execute(tx)
            .await?;
        extend_offices(tx, &[person], self.office_id).await?;
        Ok(true)
    }

    /// Whether a person on it is the principal; `None` when the person is not on it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_principal(&self, conn: &mut Conn, person: MigrantId) -> Result<Option<bool>, Error> {
        let present = case_people::table
            .find((self.id, person))
            .filter(case_people::removed_at.is_null())
            .select(case_people::principal);
        Ok(present.first(conn).await.optional()?)
    }

    /// Takes a person off it; the row stays.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remove_person(
        &self,
        tx: &mut Conn,
        person: MigrantId,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        diesel::update(case_people::table.find((self.id, person)))
            .set(case_people::removed_at.eq(now))
            .execute(tx)
            .await?;
        Ok(())
    }
}
