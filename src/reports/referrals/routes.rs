//! `/reports/referrals`: what became of the referrals sent in a period.

use std::collections::BTreeSet;

use actix_web::http::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderName};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{self, Counts, Names};
use super::rules::{Cells, Hours, Key, ReferralReport, ReferralsQuery, Row, Wanted, of_slot, rates};
use super::tables::table;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::counting::Scope;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::{Query, ok};
use crate::platform::jobs::System;
use crate::platform::text::{Language, say, texts};
use crate::referrals::counting::model::{Line, Numbers};
use crate::referrals::counting::{ReferralDimension, ReferralScope};
use crate::reports::format::{self, Format};
use crate::reports::period::{Bucket, Period, WHOLE};
use crate::reports::{tables, wording};

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(report_referrals);
    super::scorecard::routes(config);
}

/// Of the referrals sent in a period: seen, accepted, declined, taken back, unanswered, completed, need met, loop closed,
/// with shares and times, as they stood at a day. With `Accept: text/csv` or a workbook's media type the same as a table.
#[utoipa::path(tag = "reports", params(ReferralsQuery), responses((status = 200, body = ReferralReport)))]
#[get("/reports/referrals")]
async fn report_referrals(
    app: web::Data<App>,
    actor: Actor,
    query: Query<ReferralsQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReports)?;
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let format = Format::negotiate(header(ACCEPT))?;
    let language = format::language(query.0.lang.as_deref(), header(ACCEPT_LANGUAGE), &actor.language)?;
    if let Some(office) = query.0.office {
        actor.require_office(office)?;
    }
    let wanted = query.0.validate()?;
    let now = app.now();
    let scope = ReferralScope::of(&actor)?;
    let report = run(&app, &actor, &scope, &wanted, language, now).await?;
    record(&app, &actor, &wanted, format, now).await?;
    if format == Format::Json {
        return Ok(ok(report));
    }
    let name = format!("referrals-{}-{}", report.period.from, report.period.to);
    tables::answer(table(&report, language), format, &name).await
}

/// Counts and names in one snapshot.
pub async fn run(
    app: &App,
    actor: &Actor,
    scope: &ReferralScope,
    wanted: &Wanted,
    language: Language,
    now: DateTime<Utc>,
) -> Result<ReferralReport, Error> {
    let counting = async |conn: &mut Conn| {
        let counts = model::count(conn, scope.clone(), wanted, now).await?;
        let offices = Office::list(conn).await?;
        let names = model::names(conn, language, &codes(&counts, wanted), &offices).await?;
        Ok((counts, offices, names))
    };
    let (counts, offices, names) = match scope {
        ReferralScope::Desk(_) => app.db.read(actor, counting).await?,
        // An agency keeps its numbers when the referrals themselves are no more its to see.
        ReferralScope::Agency(_) => app.db.read(&System, counting).await?,
    };
    let own = offices.iter().filter(|office| match scope {
        ReferralScope::Desk(scope) => scope.offices.contains(&office.id),
        ReferralScope::Agency(_) => true,
    });
    let zones: Vec<_> = own.map(Office::tz).collect();
    let zone = wanted.period.clock(&zones);
    let list_since = scope.list_since(now);
    let laying = Laying { wanted, language, names: &names, list: scope.list(), list_since };
    let mut report = laying.report(&counts);
    report.zone = zone.map(|zone| zone.name().to_owned());
    report.run_at = now;
    let whole = Period { to: wanted.as_of, ..wanted.period };
    report.as_of = whole.ends(zone).map_or(now, |end| end.min(now));
    report.footnotes = footnotes(&report, scope, wanted, language);
    Ok(report)
}

/// Every code that needs a name.
fn codes(counts: &Counts, wanted: &Wanted) -> BTreeSet<(ReferralDimension, String)> {
    let of_lines =
        counts.lines.iter().flat_map(|line| wanted.by.iter().copied().zip(line.codes.iter().cloned()));
    let narrowed = wanted.conditions.iter().map(|condition| (condition.dimension, condition.code.clone()));
    of_lines.chain(narrowed).collect()
}

/// What laying out a report needs besides its numbers.
struct Laying<'a> {
    wanted: &'a Wanted,
    language: Language,
    names: &'a Names,
    list: &'static str,
    /// Of what was sent before this day the list may lack some.
    list_since: Option<NaiveDate>,
}

impl Laying<'_> {
    fn key(&self, dimension: ReferralDimension, code: &str) -> (i32, Key) {
        let own = wording::own_referral_code(self.language, dimension, code);
        let found = own.or_else(|| self.names.get(&(dimension, code.to_owned())).cloned());
        let (place, label) = found.unwrap_or_else(|| (i32::MAX, code.to_owned()));
        (place, Key { dimension, code: code.to_owned(), label })
    }

    fn row(&self, bucket: Bucket, days: (NaiveDate, NaiveDate), keys: Vec<Key>, numbers: &Numbers) -> Row {
        let codes: Vec<(ReferralDimension, String)> =
            keys.iter().map(|key| (key.dimension, key.code.clone())).collect();
        Row {
            bucket: wording::bucket(self.language, bucket, days.0, days.1),
            keys,
            cells: Cells::new(numbers, |measure| {
                let whole = self.list_since.is_none_or(|since| days.0 >= since);
                whole.then(|| self.wanted.link(self.list, measure, days, &codes))
            }),
            rates: rates(numbers),
            hours: Hours {
                median_to_acknowledge: numbers.median_to_acknowledge,
                median_to_answer: numbers.median_to_answer,
                ninetieth_to_answer: numbers.slowest_to_answer,
            },
        }
    }

    /// The lines of one bucket in the order of the lists, then by name.
    fn rows_of(&self, lines: &[&Line], days: (NaiveDate, NaiveDate)) -> Vec<Row> {
        let mut rows: Vec<(Vec<(i32, String)>, Row)> = lines
            .iter()
            .map(|line| {
                let keys: Vec<(i32, Key)> =
                    self.wanted.by.iter().zip(&line.codes).map(|(by, code)| self.key(*by, code)).collect();
                let order = keys.iter().map(|(place, key)| (*place, key.label.to_lowercase())).collect();
                let keys = keys.into_iter().map(|(_, key)| key).collect();
                (order, self.row(self.wanted.period.bucket, days, keys, &line.numbers))
            })
            .collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn report(&self, counts: &Counts) -> ReferralReport {
        let Laying { wanted, language, .. } = self;
        let period = wanted.period;
        let pieces = period.cut();
        let bucket_totals: Vec<Row> = (0..)
            .zip(&pieces)
            .map(|(slot, days)| self.row(period.bucket, *days, vec![], &of_slot(&counts.totals, slot)))
            .collect();
        let broken_down: Vec<Row> = (0..)
            .zip(&pieces)
            .flat_map(|(slot, days)| {
                let lines: Vec<&Line> = counts.lines.iter().filter(|line| line.slot == slot).collect();
                self.rows_of(&lines, *days)
            })
            .collect();
        let (rows, bucket_totals) =
            if wanted.by.is_empty() { (bucket_totals, vec![]) } else { (broken_down, bucket_totals) };
        let days = (period.from, period.to);
        ReferralReport {
            definitions: wording::referral_definitions(*language),
            period: wording::bucket(*language, Bucket::None, period.from, period.to),
            as_of_day: wanted.as_of,
            zone: None,
            bucket: period.bucket,
            by: wanted.by.clone(),
            filter: wanted.conditions.iter().map(|c| self.key(c.dimension, &c.code).1).collect(),
            rows,
            bucket_totals,
            totals: self.row(Bucket::None, days, vec![], &of_slot(&counts.totals, WHOLE)),
            footnotes: vec![],
            run_at: DateTime::default(),
            as_of: DateTime::default(),
        }
    }
}

fn footnotes(
    report: &ReferralReport,
    scope: &ReferralScope,
    wanted: &Wanted,
    language: Language,
) -> Vec<String> {
    use ReferralDimension::{Agency, Service, ServiceTop};
    let by_need = wanted.by.iter().any(|by| matches!(by, Service | ServiceTop | Agency));
    let of_agency = wanted.conditions.iter().any(|condition| condition.dimension == Agency);
    let own_only = matches!(scope, ReferralScope::Desk(Scope { own_only, .. }) if !own_only.is_empty());
    let desk = matches!(scope, ReferralScope::Desk(_));
    let notes = [
        (true, texts::REPORT_NOTE_COHORT),
        (desk && by_need && !of_agency, texts::REPORT_NOTE_RESTRICTED),
        (desk && of_agency, texts::REPORT_NOTE_RESTRICTED_AGENCY),
        (
            report.totals.cells.unanswered.value > report.totals.cells.overdue.value,
            texts::REPORT_NOTE_RUNNING,
        ),
        (report.zone.is_none(), texts::REPORT_NOTE_ZONES),
        (own_only, texts::REPORT_NOTE_OWN),
    ];
    notes.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| say(language, text, &[])).collect()
}

/// Leaves the reading in the trail.
async fn record(
    app: &App,
    actor: &Actor,
    wanted: &Wanted,
    format: Format,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let action = if format == Format::Json { "report.run" } else { "report.exported" };
    let narrowed: Vec<String> =
        wanted.conditions.iter().map(|c| format!("{}:{}", c.dimension, c.code)).collect();
    let facts = json!({ "report": "referrals", "from": wanted.period.from, "to": wanted.period.to,
        "as_of": wanted.as_of, "bucket": wanted.period.bucket, "by": wanted.by, "filter": narrowed,
        "format": format.word() });
    app.db.write(actor, async |tx| Event::new(action).facts(facts).record(tx, actor, now).await).await
}
