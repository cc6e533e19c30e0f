//! The switchboard: every feature's operations, jobs and recurring work on one screen. Nothing else may touch everything.

use std::net::TcpListener;
use std::sync::LazyLock;

use actix_web::dev::Server;
use actix_web::http::{Method, header};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer, ResponseError, web};
use chrono::TimeDelta;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::frame;
use crate::platform::jobs::{Handler, Job, Recurring, handler};
use crate::platform::metrics::measure;
use crate::{
    agencies, associations, audit, auth, cases, contract, migrants, notices, offices, problems, reference,
    referrals, reports, staff, standards, upkeep, webhooks,
};

/// Every operation under `/api/v1`.
fn operations(config: &mut ServiceConfig) {
    staff::sign_in::routes(config);
    reference::routes::routes(config);
    offices::routes::routes(config);
    agencies::routes::routes(config);
    agencies::digest::routes(config);
    agencies::confirmation::desk::routes(config);
    agencies::tasks::routes::routes(config);
    staff::routes::routes(config);
    migrants::search::routes::routes(config);
    migrants::likely::routes::routes(config);
    migrants::routes::routes(config);
    migrants::contact_points::routes::routes(config);
    migrants::identity_documents::routes::routes(config);
    migrants::mobility::routes::routes(config);
    migrants::specific_needs::routes::routes(config);
    migrants::relations::routes::routes(config);
    migrants::consents::routes::routes(config);
    migrants::history::routes::routes(config);
    cases::routes::routes(config);
    notices::routes::routes(config);
    notices::bounces::routes::routes(config);
    associations::routes::routes(config);
    cases::needs::routes::routes(config);
    cases::notes::routes::routes(config);
    cases::tasks::routes::routes(config);
    cases::assistance::routes::routes(config);
    cases::access::routes::routes(config);
    cases::access::lapsed::routes::routes(config);
    referrals::routes::routes(config);
    referrals::withdrawal::routes(config);
    referrals::clocks::routes::routes(config);
    referrals::calls::routes(config);
    referrals::messages::routes::routes(config);
    referrals::appointment::routes(config);
    referrals::re_referral::routes(config);
    referrals::bulk_answers::routes(config);
    referrals::answering::desk::routes(config);
    referrals::closing::routes(config);
    reports::caseload::routes::routes(config);
    reports::referrals::routes::routes(config);
    referrals::suggestions::routes::routes(config);
    standards::hsds::routes::routes(config);
    standards::fhir::routes::routes(config);
    webhooks::routes::routes(config);
    audit::routes::routes(config);
    upkeep::routes::routes(config);
}

/// Every kind of work done later.
pub static JOBS: &[Handler] = &[
    handler::<notices::jobs::SendNotice>(),
    handler::<cases::access::jobs::UnsealPeople>(),
    handler::<referrals::clocks::jobs::RunClocks>(),
    handler::<notices::digest::SendDigest>(),
    handler::<notices::bounces::jobs::ReadBounces>(),
    handler::<notices::delivery::jobs::FindStrandedNotices>(),
    handler::<referrals::undelivered::FollowUndelivered>(),
    handler::<cases::access::jobs::RemindOfReview>(),
    handler::<agencies::confirmation::jobs::AskToConfirm>(),
    handler::<agencies::services::jobs::LapseFullMarks>(),
    handler::<webhooks::jobs::DeliverWebhook>(),
];

/// Work that comes round by itself.
pub static RECURRING: &[Recurring] = &[
    // An emergency's shortest span is an hour; a minute late is soon enough.
    Recurring { name: referrals::clocks::jobs::RunClocks::NAME, every: TimeDelta::minutes(1) },
    Recurring { name: notices::bounces::jobs::ReadBounces::NAME, every: TimeDelta::minutes(1) },
    Recurring { name: notices::delivery::jobs::FindStrandedNotices::NAME, every: TimeDelta::hours(1) },
    Recurring { name: agencies::confirmation::jobs::AskToConfirm::NAME, every: TimeDelta::days(1) },
    Recurring { name: agencies::services::jobs::LapseFullMarks::NAME, every: TimeDelta::hours(1) },
];

/// The API's document, from the handlers.
pub fn openapi() -> serde_json::Value {
    let (_, api) =
        ActixApp::new().into_utoipa_app().service(scope("/api/v1").configure(operations)).split_for_parts();
    contract::complete(&api)
}

/// The description changes with the program alone, so one serves all workers.
static CONTRACT: LazyLock<web::Data<contract::Contract>> =
    LazyLock::new(|| web::Data::new(contract::Contract::new(openapi())));

/// Serves the application on a listener, until stopped. In-flight requests have 30 seconds to end.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(app: App, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let server = HttpServer::new(move || {
        let (actix, _) = ActixApp::new()
            .into_utoipa_app()
            .service(scope("/api/v1").configure(operations))
            .split_for_parts();
        actix
            .app_data(web::Data::new(app.clone()))
            .app_data(CONTRACT.clone())
            .app_data(web::PayloadConfig::new(app.settings.request_body_limit))
            .configure(contract::routes)
            .configure(referrals::answering::routes::pages)
            .configure(agencies::confirmation::routes::pages)
            .default_service(web::to(nothing_here))
            .wrap(from_fn(|request, next| auth::admit(request, next, contract::is_public)))
            .wrap(from_fn(standards::fhir::outcome::speak_fhir))
            .wrap(from_fn(audit::routes::record_denials))
            .wrap(from_fn(frame))
            .wrap(from_fn(measure))
            .wrap(Compress::default())
    });
    Ok(server.workers(workers).shutdown_timeout(30).disable_signals().listen(listener)?.run())
}

/// Unknown paths, and known ones with another method.
async fn nothing_here(request: HttpRequest, contract: web::Data<contract::Contract>) -> HttpResponse {
    let allowed = contract.methods(request.path());
    if allowed.is_empty() {
        return Error::from(&problems::NOT_FOUND).error_response();
    }
    let allow = allowed.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    let mut response = Error::from(&problems::METHOD_NOT_ALLOWED).error_response();
    if let Ok(value) = header::HeaderValue::from_str(&allow) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
