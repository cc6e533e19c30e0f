//! The one who asks, as read from the token and its live session row.

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::{FutureExt, LocalBoxFuture};

use super::permission::{Permission, Role};
use super::session;
use crate::ids::{AgencyId, OfficeId, SessionId, StaffId};
use crate::platform::app::App;
use crate::platform::db::{Asks, Guard};
use crate::platform::error::Error;
use crate::problems;

/// The account that asks, with its scope as it is at this moment.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account.
    pub staff: StaffId,
    /// The session.
    pub session: SessionId,
    /// Its role.
    pub role: Role,
    /// How colleagues know them.
    pub name: String,
    /// en, es, fr or fil.
    pub language: String,
    /// The agency of a partner.
    pub agency: Option<AgencyId>,
    /// Offices whose files may be seen: memberships, or a manager's network.
    pub offices: Vec<OfficeId>,
    /// Those of [`Actor::offices`] that narrow their case workers to the cases they own.
    pub own_cases_only: Vec<OfficeId>,
    /// May read restricted facts of the own offices' cases.
    pub reads_restricted: bool,
}

impl Actor {
    /// Refuses when the role does not have the verb.
    ///
    /// # Errors
    /// `forbidden`
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.role.may(permission) { Ok(()) } else { Err((&problems::FORBIDDEN).into()) }
    }

    /// Whether the role has the verb.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    /// Refuses when the office is not one of the actor's.
    ///
    /// # Errors
    /// `not_found`, as if there were no such office.
    pub fn require_office(&self, office: OfficeId) -> Result<(), Error> {
        if self.offices.contains(&office) { Ok(()) } else { Err((&problems::NOT_FOUND).into()) }
    }

    /// The offices of whose cases and files restricted facts are read, whoever works on them.
    pub fn restricted_offices(&self) -> &[OfficeId] {
        if self.reads_restricted && self.role != Role::Manager { &self.offices } else { &[] }
    }

    /// The agency of a partner.
    ///
    /// # Errors
    /// `forbidden` for everybody else.
    pub fn require_agency(&self) -> Result<AgencyId, Error> {
        self.agency.ok_or_else(|| (&problems::FORBIDDEN).into())
    }

    /// `staff` or `partner`, as moves and row-level security call them.
    pub fn kind(&self) -> &'static str {
        if self.role == Role::Partner { "partner" } else { "staff" }
    }
}

impl Asks for Actor {
    fn guard(&self) -> Guard {
        Guard {
            kind: self.kind(),
            role: self.role.word(),
            staff: Some(self.staff.0),
            agency: self.agency.map(|agency| agency.0),
            offices: self.offices.iter().map(|office| office.0).collect(),
            referral: None,
        }
    }
}

impl FromRequest for Actor {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            if let Some(actor) = request.extensions().get::<Actor>() {
                return Ok(actor.clone());
            }
            let actor = identify(&request).await?;
            request.extensions_mut().insert(actor.clone());
            Ok(actor)
        }
        .boxed_local()
    }
}

/// Token, signature, live session row, scope.
async fn identify(request: &HttpRequest) -> Result<Actor, Error> {
    let refused = || Error::from(&problems::SIGN_IN_REQUIRED);
    let app = request.app_data::<web::Data<App>>().ok_or_else(refused)?;
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(refused)?;
    let now = app.now();
    let bearer = app.tokens.verify(token, now).ok_or_else(refused)?;
    let live = app.db.unguarded(async |conn| session::live(conn, bearer, now).await).await?;
    live.ok_or_else(refused)
}
