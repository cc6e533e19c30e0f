//! Rows and queries of assistance.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Actor;
use crate::cases::model::Case;
use crate::ids::{AssistanceId, CaseId, MigrantId, NeedId, OfficeId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::schema::{assistance, assistance_people};

/// A service given.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = assistance)]
#[schema(as = AssistanceRecord)]
pub struct Assistance {
    /// Its id.
    pub id: AssistanceId,
    /// The case.
    pub case_id: CaseId,
    /// The office that gave it.
    pub office_id: OfficeId,
    /// The need it helped with.
    pub need_id: Option<NeedId>,
    /// A code of list service.
    #[schema(example = "FOO")]
    pub service: String,
    /// What exactly.
    pub detail: Option<String>,
    /// In the currency's minor unit.
    pub amount_minor: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// When.
    pub given_at: DateTime<Utc>,
    /// By whom.
    pub given_by: Option<StaffId>,
    /// When it reached the server.
    pub recorded_at: DateTime<Utc>,
    /// Entered in error since; leaves all counts.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// A service given, and to whom, as one actor sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AssistanceView {
    /// With all it says.
    Whole {
        /// The service given.
        #[serde(flatten)]
        given: Box<Assistance>,
        /// Who benefited.
        people: Vec<MigrantId>,
    },
    /// For a restricted need, and not for these eyes.
    Masked {
        /// Its id.
        id: AssistanceId,
        /// Always true.
        restricted: bool,
        /// When.
        given_at: DateTime<Utc>,
    },
}

impl Assistance {
    /// Writes it and who benefited down.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn insert(&self, tx: &mut Conn, people: &[MigrantId]) -> Result<(), Error> {
        diesel::insert_into(assistance::table)
            .values(self)
            .execute(tx)
            .await
            .on_constraint("assistance_pkey", || (&problems::ID_ALREADY_USED).into())?;
        let rows: Vec<_> = people
            .iter()
            .map(|id| (assistance_people::assistance_id.eq(self.id), assistance_people::migrant_id.eq(*id)))
            .collect();
        diesel::insert_into(assistance_people::table).values(&rows).execute(tx).await?;
        Ok(())
    }

    /// One service given and its case.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: AssistanceId) -> Result<(Case, Assistance), Error> {
        let given: Assistance =
            assistance::table.find(id).select(Assistance::as_select()).first(conn).await?;
        Ok((Case::find(conn, actor, given.case_id).await?, given))
    }

    /// One service given and its case, both locked; the case first, as everywhere.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: AssistanceId) -> Result<(Case, Assistance), Error> {
        let case: CaseId = assistance::table.find(id).select(assistance::case_id).first(tx).await?;
        let case = Case::lock(tx, actor, case).await?;
        let found = assistance::table.find(id).for_update().select(Assistance::as_select());
        Ok((case, found.first(tx).await?))
    }

    /// What was given on a case, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_case(conn: &mut Conn, case: CaseId) -> Result<Vec<Assistance>, Error> {
        let of_case = assistance::table.filter(assistance::case_id.eq(case));
        let order = (assistance::given_at.desc(), assistance::id.desc());
        Ok(of_case.order(order).select(Assistance::as_select()).load(conn).await?)
    }

    /// Who benefited from each.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn people(
        conn: &mut Conn,
        ids: Vec<AssistanceId>,
    ) -> Result<HashMap<AssistanceId, Vec<MigrantId>>, Error> {
        let rows: Vec<(AssistanceId, MigrantId)> = assistance_people::table
            .filter(assistance_people::assistance_id.eq_any(ids))
            .order((assistance_people::assistance_id, assistance_people::migrant_id))
            .select((assistance_people::assistance_id, assistance_people::migrant_id))
            .load(conn)
            .await?;
        let mut people: HashMap<AssistanceId, Vec<MigrantId>> = HashMap::new();
        for (id, person) in rows {
            people.entry(id).or_default().push(person);
        }
        Ok(people)
    }

    /// Takes it out of all counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn withdraw(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<Assistance, Error> {
        Ok(diesel::update(assistance::table.find(self.id))
            .set(assistance::withdrawn_at.eq(now))
            .returning(Assistance::as_returning())
            .get_result(tx)
            .await?)
    }
}
