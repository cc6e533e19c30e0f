//! Rows of what is published.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::rules::{AgencyPublication, PublicFact, Shown};
use crate::agencies::model::Agency;
use crate::ids::{AgencyId, ServiceId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::agency_publications;

/// An agency in the open directory.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = agency_publications)]
#[allow(missing_docs)]
pub struct Publication {
    pub agency_id: AgencyId,
    pub facts: Vec<PublicFact>,
    pub hidden_services: Vec<ServiceId>,
    pub updated_at: DateTime<Utc>,
}

impl Publication {
    /// All of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn all(conn: &mut Conn) -> Result<Vec<Publication>, Error> {
        Ok(agency_publications::table.select(Publication::as_select()).load(conn).await?)
    }

    /// Whether this is shown.
    pub fn shows(&self, fact: PublicFact) -> bool {
        self.facts.contains(&fact)
    }
}

impl Agency {
    /// What of it the whole world sees.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn publication(&self, conn: &mut Conn) -> Result<AgencyPublication, Error> {
        let found: Option<Publication> = agency_publications::table
            .find(self.id)
            .select(Publication::as_select())
            .first(conn)
            .await
            .optional()?;
        Ok(match found {
            Some(shown) => AgencyPublication {
                published: true,
                facts: shown.facts,
                hidden_services: shown.hidden_services,
            },
            None => AgencyPublication { published: false, facts: vec![], hidden_services: vec![] },
        })
    }

    /// Shows it to the whole world, or no more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn publish(
        &self,
        tx: &mut Conn,
        shown: Option<&Shown>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let Some(shown) = shown else {
            diesel::delete(agency_publications::table.find(self.id)).execute(tx).await?;
            return Ok(());
        };
        let facts = (
            agency_publications::facts.eq(&shown.facts),
            agency_publications::hidden_services.eq(&shown.hidden_services),
            agency_publications::updated_at.eq(now),
        );
        diesel::insert_into(agency_publications::table)
            .values((
                agency_publications::agency_id.eq(self.id),
                agency_publications::published_at.eq(now),
                facts,
            ))
            .on_conflict(agency_publications::agency_id)
            .do_update()
            .set(facts)
            .execute(tx)
            .await?;
        Ok(())
    }
}
