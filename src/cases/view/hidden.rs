//! What of a case is not for everybody's eyes: restricted needs, and what was done about them.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::auth::Actor;
use crate::cases::model::Case;
use crate::cases::rules;
use crate::ids::{AssistanceId, NeedId, ReferralId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::reference::model::Code;
use crate::schema::{assistance, needs, referrals};

/// What one actor does not see of one case. Empty for those who read restricted facts.
#[derive(Debug, Default)]
pub struct Hidden {
    needs: HashSet<NeedId>,
    services: HashSet<String>,
}

impl Hidden {
    /// What `actor` does not see of a case; two queries at most.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, actor: &Actor, case: &Case) -> Result<Hidden, Error> {
        if rules::reads_restricted(actor, case) {
            return Ok(Hidden::default());
        }
        let restricted = needs::table.filter(needs::case_id.eq(case.id).and(needs::restricted));
        let needs: Vec<NeedId> = restricted.select(needs::id).load(conn).await?;
        let services = Code::restricted_services(conn).await?;
        Ok(Hidden { needs: needs.into_iter().collect(), services })
    }

    /// Whether a need is hidden.
    pub fn is_need(&self, need: NeedId) -> bool {
        self.needs.contains(&need)
    }

    /// Whether a service given is hidden: by the need it helped with, or by what it was.
    pub fn is_assistance(&self, need: Option<NeedId>, service: &str) -> bool {
        need.is_some_and(|need| self.is_need(need)) || self.services.contains(service)
    }

    /// Ids of all that is hidden: needs, their referrals, what was given. A need that became restricted later hides
    /// what was written down about it before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn subjects(&self, conn: &mut Conn, case: &Case) -> Result<HashSet<Uuid>, Error> {
        if self.needs.is_empty() && self.services.is_empty() {
            return Ok(HashSet::new());
        }
        let given: Vec<(AssistanceId, Option<NeedId>, String)> = assistance::table
            .filter(assistance::case_id.eq(case.id))
            .select((assistance::id, assistance::need_id, assistance::service))
            .load(conn)
            .await?;
        let sent: Vec<(ReferralId, NeedId)> = referrals::table
            .filter(referrals::case_id.eq(case.id))
            .select((referrals::id, referrals::need_id))
            .load(conn)
            .await?;
        let given = given.into_iter().filter(|(_, need, service)| self.is_assistance(*need, service));
        let sent = sent.into_iter().filter(|(_, need)| self.is_need(*need));
        let needs = self.needs.iter().map(|need| need.0);
        Ok(needs.chain(given.map(|(id, ..)| id.0)).chain(sent.map(|(id, _)| id.0)).collect())
    }
}
