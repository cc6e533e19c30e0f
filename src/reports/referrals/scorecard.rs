//! `/agencies/{id}/scorecard`: how one agency answers, for the desk that chooses and for the agency itself.

use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::routes::run;
use super::rules::{Definition, ReferralReport, Row, Wanted};
use crate::agencies::model::Agency;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::AgencyId;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Path, Query, ok};
use crate::problems;
use crate::referrals::counting::rules::Condition;
use crate::referrals::counting::{ReferralDimension, ReferralScope};
use crate::reports::format;
use crate::reports::period::{Bucket, BucketView, Period};

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(show_scorecard);
}

/// Which days a scorecard tells of.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ScorecardQuery {
    /// First day of sending.
    #[param(example = "2026-01-01")]
    from: NaiveDate,
    /// First day after it.
    #[param(example = "2026-07-01")]
    to: NaiveDate,
    /// The referrals are shown as they stood before this day began; `to` when left out.
    as_of: Option<NaiveDate>,
    /// IANA zone whose days are meant; each office's own without it.
    zone: Option<String>,
    /// en, es, fr or fil; else Accept-Language, else the reader's own.
    lang: Option<String>,
}

/// How one agency answers.
#[derive(Debug, Serialize, ToSchema)]
struct Scorecard {
    /// The agency.
    agency_id: AgencyId,
    /// Its name.
    #[schema(example = "Clínica Jurídica Ficticia")]
    agency: String,
    /// What each figure tells.
    definitions: Vec<Definition>,
    /// The days of sending.
    period: BucketView,
    /// The referrals are shown as they stood before this day.
    as_of_day: NaiveDate,
    /// All of them.
    totals: Row,
    /// Month by month.
    months: Vec<Row>,
    /// By service code.
    services: Vec<Row>,
    /// By the coded reason of the state each ended in.
    reasons: Vec<Row>,
    /// By priority.
    priorities: Vec<Row>,
    /// What a reader should know.
    footnotes: Vec<String>,
    /// When it was run.
    run_at: DateTime<Utc>,
}

/// How an agency answers: a partner sees its own, the desk sees what its own referrals came to.
#[utoipa::path(tag = "reports", params(("id" = AgencyId, Path), ScorecardQuery),
    responses((status = 200, body = Scorecard)))]
#[get("/agencies/{id}/scorecard")]
async fn show_scorecard(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
    query: Query<ScorecardQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadScorecards)?;
    let scope = ReferralScope::of(&actor)?;
    if matches!(scope, ReferralScope::Agency(own) if own != id.0) {
        return Err((&problems::NOT_FOUND).into());
    }
    let Query(query) = query;
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = format::language(query.lang.as_deref(), header, &actor.language)?;
    let period = Period::read(query.from, query.to, query.zone.as_deref(), Some(Bucket::Month))?;
    let as_of = query.as_of.unwrap_or(query.to);
    if as_of < query.to {
        return Err(crate::reports::period::malformed("as_of"));
    }
    let now = app.now();
    let agency = app.db.read(&actor, async |conn| Agency::find(conn, id.0).await).await?;
    let of_agency = match scope {
        ReferralScope::Agency(_) => vec![],
        ReferralScope::Desk(_) => {
            vec![Condition { dimension: ReferralDimension::Agency, code: id.0.to_string() }]
        }
    };
    let months = Wanted { period, as_of, by: vec![], conditions: of_agency };
    let parts = |by| {
        let whole = Period { bucket: Bucket::None, ..period };
        Wanted { period: whole, by: vec![by], ..months.clone() }
    };
    let of = async |wanted: &Wanted| run(&app, &actor, &scope, wanted, language, now).await;
    let services: ReferralReport = of(&parts(ReferralDimension::Service)).await?;
    let reasons = of(&parts(ReferralDimension::Reason)).await?;
    let priorities = of(&parts(ReferralDimension::Priority)).await?;
    let months = of(&months).await?;
    let facts = json!({ "report": "scorecard", "from": query.from, "to": query.to, "as_of": as_of });
    app.db
        .write(&actor, async |tx| {
            Event::new("report.run").about("agency", id.0).facts(facts).record(tx, &actor, now).await
        })
        .await?;
    Ok(ok(Scorecard {
        agency_id: agency.id,
        agency: agency.name,
        definitions: months.definitions,
        period: months.period,
        as_of_day: as_of,
        totals: months.totals,
        months: months.rows,
        services: services.rows,
        reasons: reasons.rows,
        priorities: priorities.rows,
        footnotes: services.footnotes,
        run_at: now,
    }))
}
