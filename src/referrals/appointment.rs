//! `/referrals/{id}/appointment.ics`: when the client will be received, for the calendars of desk and agency.

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Moved, NeedFacts, Referral};
use super::rules::{ReferralState, is_seen_by_partner};
use crate::audit::Event;
use crate::auth::{Actor, Permission, Role};
use crate::ids::ReferralId;
use crate::platform::app::App;
use crate::platform::calendar::{CalendarEvent, Certainty};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::Path;
use crate::platform::text::{Language, Value, say, texts};
use crate::problems;
use crate::schema::{agencies, agency_services};

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(show_appointment);
}

/// The appointment as a calendar file (RFC 5545): number, agency, service and place, and nothing about the person. Its UID
/// stays the same, its SEQUENCE grows when it is moved or called off. 404 while there is no appointment.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)),
    responses((status = 200, body = String, content_type = "text/calendar")))]
#[get("/referrals/{id}/appointment.ics")]
async fn show_appointment(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Error> {
    let is_partner = actor.role == Role::Partner;
    actor.require(if is_partner { Permission::AnswerReferrals } else { Permission::ReadReferrals })?;
    let now = app.now();
    let (number, event) = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::find(tx, &actor, id.0).await?;
            if is_partner && !is_seen_by_partner(&referral.standing, now) {
                return Err((&problems::NOT_FOUND).into());
            }
            let event = calendar_event(tx, &actor, &referral, &app.settings.public_url).await?;
            let read = Event::new("appointment.read").about("referral", referral.id).at(referral.office_id);
            read.record(tx, &actor, now).await?;
            Ok((referral.number, event))
        })
        .await?;
    let name = format!("attachment; filename=\"{number}.ics\"");
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(event.to_ics()))
}

async fn calendar_event(
    conn: &mut Conn,
    actor: &Actor,
    referral: &Referral,
    public_url: &str,
) -> Result<CalendarEvent, Error> {
    let standing = &referral.standing;
    let starts_at = standing.appointment_at.ok_or_else(|| Error::from(&problems::NOT_FOUND))?;
    let (service, agency, zone): (String, String, String) = agency_services::table
        .inner_join(agencies::table)
        .filter(agency_services::id.eq(referral.service_id))
        .select((agency_services::name, agencies::name, agencies::time_zone))
        .first(conn)
        .await?;
    let moves = Moved::of(conn, referral.id).await?;
    let language: Language = actor.language.parse().unwrap_or_default();
    let told = [
        ("number", Value::from(&referral.number)),
        ("agency", Value::from(&agency)),
        ("service", Value::from(&service)),
        // On the clock of the place, whatever the calendar's own is.
        ("moment", Value::Moment(starts_at, zone.parse().unwrap_or(Tz::UTC))),
    ];
    // The service of a restricted need, and a place in words, may say too much: also to the desk's own calendars.
    let discreet = is_discreet(conn, actor, referral).await?;
    let description =
        if discreet { texts::APPOINTMENT_DESCRIPTION_DISCREET } else { texts::APPOINTMENT_DESCRIPTION };
    let side = if actor.role == Role::Partner { "inbox" } else { "referrals" };
    Ok(CalendarEvent {
        uid: format!("{}@{}", referral.id, host(public_url)),
        sequence: sequence(&moves),
        stamp: referral.updated_at,
        starts_at,
        summary: say(language, texts::APPOINTMENT_SUMMARY, &told),
        description: Some(say(language, description, &told)),
        place: standing.appointment_place.clone().filter(|_| !discreet),
        url: format!("{public_url}/{side}/{}", referral.id),
        certainty: certainty(standing.state),
    })
}

/// Whether the desk's calendar leaves out the service and the place.
async fn is_discreet(conn: &mut Conn, actor: &Actor, referral: &Referral) -> Result<bool, Error> {
    if actor.role == Role::Partner {
        return Ok(false);
    }
    Ok(actor.role == Role::Manager || NeedFacts::find(conn, referral.need_id).await?.restricted)
}

/// Whether the client will be received then.
fn certainty(state: ReferralState) -> Certainty {
    use ReferralState::{Accepted, Completed, InService, OnHold};
    match state {
        Accepted | InService | Completed => Certainty::Confirmed,
        OnHold => Certainty::Tentative,
        _ => Certainty::Cancelled,
    }
}

/// Counts what may have changed the event: each move after the one that accepted it first.
fn sequence(moves: &[Moved]) -> usize {
    moves.iter().skip_while(|step| step.to_state != ReferralState::Accepted).skip(1).count()
}

fn host(public_url: &str) -> &str {
    let host = public_url.split("//").nth(1).unwrap_or_default().split(['/', ':']).next();
    host.filter(|host| !host.is_empty()).unwrap_or("localhost")
}
