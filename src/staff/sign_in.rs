//! `/auth/…` and `/me`: getting in, staying in, getting out, and passwords.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{self, Credentials};
use super::{passwords, rules};
use crate::audit::Event;
use crate::auth::session::{self, Renewal};
use crate::auth::{Actor, Permission, Role};
use crate::ids::{AgencyId, OfficeId, SessionId, StaffId};
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::app::App;
use crate::platform::crypto::sha256;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, ok};
use crate::platform::jobs::System;
use crate::platform::tokens::{self, Bearer};
use crate::problems;

/// The operations of signing in.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(login)
        .service(refresh)
        .service(logout)
        .service(change_password)
        .service(accept_invitation)
        .service(me);
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    /// E-mail of the account.
    #[schema(example = "worker.pic@migrantdesk.example")]
    email: String,
    /// Its password.
    #[schema(example = "correct horse battery")]
    password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    /// The refresh token of the last answer.
    refresh_token: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The present password.
    current_password: String,
    /// The next one, at least 12 characters.
    new_password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationAnswer {
    /// The token of the link in the mail.
    token: String,
    /// The first password, at least 12 characters.
    password: String,
}

/// What a client needs to go on.
#[derive(Debug, Serialize, ToSchema)]
struct Tokens {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// Exchange it once for the next pair.
    refresh_token: String,
}

/// Who the account is and what it may do.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    id: StaffId,
    name: String,
    role: Role,
    language: String,
    agency_id: Option<AgencyId>,
    offices: Vec<OfficeId>,
    reads_restricted: bool,
    /// The verbs it has; which records they reach is told by each record's `allowed`.
    permissions: Vec<Permission>,
}

fn tokens(app: &App, staff: StaffId, session: SessionId, next: String) -> Result<Tokens, Error> {
    let now = app.now();
    let access_token = app.tokens.issue(Bearer { staff: staff.0, session: session.0 }, now)?;
    Ok(Tokens { access_token, expires_at: now + tokens::LIFETIME, refresh_token: next })
}

/// The network address, hashed: enough to count by, not to know by.
fn address_hash(app: &App, request: &HttpRequest) -> Vec<u8> {
    let address = request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    app.vault.index(&address).into_bytes()
}

/// Signs in. The answer and its time are the same for a wrong password and an unknown account.
#[utoipa::path(tag = "session", request_body = Login, responses((status = 200, body = Tokens)))]
#[post("/auth/login")]
async fn login(app: web::Data<App>, request: HttpRequest, body: Body<Login>) -> Result<HttpResponse, Error> {
    let Login { email, password } = body.into_inner();
    let now = app.now();
    let address = address_hash(&app, &request);
    let since = now - rules::ADDRESS_WINDOW;
    let (known, failures) = app
        .db
        .unguarded(async |conn| {
            let known = Credentials::by_email(conn, &email.trim().to_lowercase()).await?;
            Ok((known, model::count_failures(conn, &address, since).await?))
        })
        .await?;
    if failures >= rules::ADDRESS_TRIES {
        return Err(problems::SLOW_DOWN.problem().retry_after(60).into());
    }
    if let Some(until) = known.as_ref().and_then(|k| k.slowed_until).filter(|until| *until > now) {
        let wait = u64::try_from((until - now).num_seconds() + 1).unwrap_or(1);
        return Err(problems::SLOW_DOWN.problem().retry_after(wait).into());
    }
    let right = passwords::verify(password, known.as_ref().and_then(|k| k.password_hash.clone())).await?;
    match known.filter(|known| right && may_enter(known, now)) {
        Some(known) => enter(&app, known.id, now).await,
        None => refuse(&app, &email, &address, now).await,
    }
}

fn may_enter(known: &Credentials, now: DateTime<Utc>) -> bool {
    known.disabled_at.is_none() && known.expires_on.is_none_or(|day| now.date_naive() <= day)
}

async fn enter(app: &App, staff: StaffId, now: DateTime<Utc>) -> Result<HttpResponse, Error> {
    let (session, next) = app
        .db
        .write(&System, async |tx| {
            model::set_failures(tx, staff, 0, None).await?;
            let opened = session::open(tx, staff, now).await?;
            Event::new("session.opened").about("staff", staff).record_unknown(tx, now).await?;
            Ok(opened)
        })
        .await?;
    Ok(ok(tokens(app, staff, session, next)?))
}

async fn refuse(app: &App, email: &str, address: &[u8], now: DateTime<Utc>) -> Result<HttpResponse, Error> {
    app.db
        .write(&System, async |tx| {
            model::note_failure(tx, address, now, now - rules::ADDRESS_WINDOW).await?;
            let mut event = Event::new("sign_in.failed");
            if let Some(known) = Credentials::by_email(tx, &email.trim().to_lowercase()).await? {
                let failed = known.failed_sign_ins + 1;
                model::set_failures(tx, known.id, failed, rules::slowed_until(failed, now)).await?;
                event = event.about("staff", known.id);
            }
            event.record_unknown(tx, now).await
        })
        .await?;
    Err((&problems::SIGN_IN_FAILED).into())
}

/// Exchanges a refresh token for the next pair. Used twice, it ends the session.
#[utoipa::path(tag = "session", request_body = Refresh, responses((status = 200, body = Tokens)))]
#[post("/auth/refresh")]
async fn refresh(app: web::Data<App>, body: Body<Refresh>) -> Result<HttpResponse, Error> {
    let hash = sha256(body.refresh_token.as_bytes());
    let now = app.now();
    let renewal = app
        .db
        .write(&System, async |tx| {
            let renewal = session::renew(tx, &hash, now).await?;
            let event = match &renewal {
                Renewal::Renewed(bearer, _) => Some(("session.refreshed", StaffId(bearer.staff))),
                Renewal::Reused(staff) => Some(("refresh_token.reused", *staff)),
                Renewal::Superseded | Renewal::Refused => None,
            };
            if let Some((action, staff)) = event {
                Event::new(action).about("staff", staff).record_unknown(tx, now).await?;
            }
            Ok(renewal)
        })
        .await?;
    match renewal {
        Renewal::Renewed(bearer, next) => {
            Ok(ok(tokens(&app, StaffId(bearer.staff), SessionId(bearer.session), next)?))
        }
        other => session::refuse(&other),
    }
}

/// Ends this session; its tokens count no more.
#[utoipa::path(tag = "session", responses((status = 204)))]
#[post("/auth/logout")]
async fn logout(app: web::Data<App>, actor: Actor) -> Result<HttpResponse, Error> {
    let now = app.now();
    app.db
        .write(&actor, async |tx| {
            session::end(tx, actor.session, "signed_out", now).await?;
            Event::new("session.ended").about("staff", actor.staff).record(tx, &actor, now).await
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Changes the own password and ends every other session of the account.
#[utoipa::path(tag = "session", request_body = PasswordChange, responses((status = 204)))]
#[post("/auth/password")]
async fn change_password(
    app: web::Data<App>,
    actor: Actor,
    body: Body<PasswordChange>,
) -> Result<HttpResponse, Error> {
    let PasswordChange { current_password, new_password } = body.into_inner();
    let (credentials, email) = app
        .db
        .read(&actor, async |conn| {
            let email = model::Staff::find(conn, &actor, actor.staff).await?.email;
            Ok((Credentials::of(conn, actor.staff).await?, email))
        })
        .await?;
    let right = passwords::verify(current_password, credentials.password_hash).await?;
    let mut errors = FieldErrors::new();
    if !right {
        errors.add("current_password", "wrong", "Is not the present password.");
    }
    passwords::check(&mut errors, "new_password", &new_password, &email);
    errors.check()?;
    let hash = passwords::hash(new_password).await?;
    let now = app.now();
    app.db
        .write(&actor, async |tx| {
            model::set_password(tx, actor.staff, &hash, now).await?;
            session::end_all(tx, actor.staff, Some(actor.session), "password_changed", now).await?;
            NewNotice::to_staff(NoticeKind::PasswordChanged, actor.staff).send(tx, now).await?;
            Event::new("password.changed").about("staff", actor.staff).record(tx, &actor, now).await
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sets the first password by the link of an invitation, and signs in.
#[utoipa::path(tag = "session", request_body = InvitationAnswer, responses((status = 200, body = Tokens)))]
#[post("/auth/invitations/accept")]
async fn accept_invitation(app: web::Data<App>, body: Body<InvitationAnswer>) -> Result<HttpResponse, Error> {
    let InvitationAnswer { token, password } = body.into_inner();
    let token = sha256(token.as_bytes());
    let now = app.now();
    let (_, _, email) =
        app.db.write(&System, async |tx| model::live_invitation(tx, &token, now).await).await?;
    let mut errors = FieldErrors::new();
    passwords::check(&mut errors, "password", &password, &email);
    errors.check()?;
    let hash = passwords::hash(password).await?;
    let (staff, session, next) = app
        .db
        .write(&System, async |tx| {
            let (invitation, staff, _) = model::live_invitation(tx, &token, now).await?;
            model::accept_invitation(tx, invitation, now).await?;
            model::set_password(tx, staff, &hash, now).await?;
            let (session, next) = session::open(tx, staff, now).await?;
            let event = Event::new("invitation.accepted").about("staff", staff);
            event.facts(json!({ "invitation": invitation })).record_unknown(tx, now).await?;
            Ok((staff, session, next))
        })
        .await?;
    Ok(ok(tokens(&app, staff, session, next)?))
}

/// Who I am and what I may do.
#[utoipa::path(tag = "session", responses((status = 200, body = Me)))]
#[get("/me")]
async fn me(actor: Actor) -> Result<HttpResponse, Error> {
    Ok(ok(Me {
        id: actor.staff,
        permissions: actor.role.permissions(),
        name: actor.name,
        role: actor.role,
        language: actor.language,
        agency_id: actor.agency,
        offices: actor.offices,
        reads_restricted: actor.reads_restricted,
    }))
}
