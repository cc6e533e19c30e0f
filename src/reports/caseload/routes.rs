//! `/reports`: who may, what is asked, count, name, answer.

use std::collections::BTreeSet;

use actix_web::http::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderName};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{self, Counts};
use super::rules::{self, Caseload, CaseloadQuery, Cells, Figures, Key, LeftOut, Numbers, Row, Wanted};
use super::tables::table;
use crate::audit::Event;
use crate::auth::{Actor, Permission, Role};
use crate::cases::counting::{Dimension, Measure, Scope};
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Query, ok};
use crate::platform::jobs::System;
use crate::platform::text::{Language, say, texts};
use crate::reports::format::{self, Format};
use crate::reports::names::{Names, names};
use crate::reports::period::Bucket;
use crate::reports::{tables, wording};

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(report_caseload);
}

/// Cases carried over, new, reopened, closed and open, with the persons and assistance of the period, over what the
/// reader may see. With `Accept: text/csv` or a workbook's media type the same as a table.
#[utoipa::path(tag = "reports", params(CaseloadQuery), responses((status = 200, body = Caseload)))]
#[get("/reports/caseload")]
async fn report_caseload(
    app: web::Data<App>,
    actor: Actor,
    query: Query<CaseloadQuery>,
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
    let report = run(&app, &actor, &wanted, language, now).await?;
    record(&app, &actor, &wanted, format, now).await?;
    if format == Format::Json {
        return Ok(ok(report));
    }
    let name = format!("caseload-{}-{}", report.period.from, report.period.to);
    tables::answer(table(&report, language), format, &name).await
}

/// Counts and names in one snapshot.
async fn run(
    app: &App,
    actor: &Actor,
    wanted: &Wanted,
    language: Language,
    now: DateTime<Utc>,
) -> Result<Caseload, Error> {
    let scope = Scope::of(actor);
    let (counts, offices, names) = app
        .db
        .read(actor, async |conn| {
            let counts = model::count(conn, scope.clone(), wanted, now).await?;
            let offices = Office::list(conn).await?;
            let names = names(conn, language, &codes(&counts, wanted), &offices).await?;
            Ok((counts, offices, names))
        })
        .await?;
    let sealed = if actor.role == Role::Manager {
        Some(app.db.read(&System, async |conn| model::sealed(conn, scope, wanted, now).await).await?)
    } else {
        None
    };
    let own: Vec<&Office> = offices.iter().filter(|office| actor.offices.contains(&office.id)).collect();
    let zones: Vec<_> = own.iter().map(|office| office.tz()).collect();
    let zone = wanted.period.clock(&zones);
    let mut report = laid_out(&Laying { wanted, language, names: &names }, &counts);
    report.zone = zone.map(|zone| zone.name().to_owned());
    report.left_out = LeftOut { entered_in_error: counts.left_out.0, sealed };
    report.late_arrivals = counts.late_arrivals;
    report.run_at = now;
    report.as_of = wanted.period.ends(zone).map_or(now, |end| end.min(now));
    report.footnotes = footnotes(&report, actor, language);
    Ok(report)
}

/// Every code that needs a name.
fn codes(counts: &Counts, wanted: &Wanted) -> BTreeSet<(Dimension, String)> {
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
}

impl Laying<'_> {
    fn key(&self, dimension: Dimension, code: &str) -> (i32, Key) {
        let own = wording::own_code(self.language, dimension, code);
        let found = own.or_else(|| self.names.get(&(dimension, code.to_owned())).cloned());
        let (place, label) = found.unwrap_or_else(|| (i32::MAX, code.to_owned()));
        (place, Key { dimension, code: code.to_owned(), label })
    }

    fn row(
        &self,
        bucket: Bucket,
        days: (chrono::NaiveDate, chrono::NaiveDate),
        keys: Vec<Key>,
        numbers: Numbers,
    ) -> Row {
        let codes: Vec<(Dimension, String)> =
            keys.iter().map(|key| (key.dimension, key.code.clone())).collect();
        let cells = Cells::new(numbers, |measure| self.wanted.link(measure, days, &codes));
        Row { bucket: wording::bucket(self.language, bucket, days.0, days.1), keys, cells }
    }

    /// The lines of one bucket in the order of the lists, then by name.
    fn rows_of(&self, lines: &[&Figures], days: (chrono::NaiveDate, chrono::NaiveDate)) -> Vec<Row> {
        let mut rows: Vec<(Vec<(i32, String)>, Row)> = lines
            .iter()
            .filter(|line| line.numbers != Numbers::default())
            .map(|line| {
                let keys: Vec<(i32, Key)> =
                    self.wanted.by.iter().zip(&line.codes).map(|(by, code)| self.key(*by, code)).collect();
                let order = keys.iter().map(|(place, key)| (*place, key.label.to_lowercase())).collect();
                let keys = keys.into_iter().map(|(_, key)| key).collect();
                (order, self.row(self.wanted.period.bucket, days, keys, line.numbers))
            })
            .collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

fn laid_out(laying: &Laying<'_>, counts: &Counts) -> Caseload {
    let Laying { wanted, language, .. } = laying;
    let pieces = wanted.period.cut();
    let bucket_totals: Vec<Row> = (0..)
        .zip(&pieces)
        .map(|(slot, days)| {
            laying.row(wanted.period.bucket, *days, vec![], rules::of_slot(&counts.totals, slot))
        })
        .collect();
    let broken_down: Vec<Row> = (0..)
        .zip(&pieces)
        .flat_map(|(slot, days)| {
            let lines: Vec<&Figures> = counts.lines.iter().filter(|line| line.slot == slot).collect();
            laying.rows_of(&lines, *days)
        })
        .collect();
    let (rows, bucket_totals) =
        if wanted.by.is_empty() { (bucket_totals, vec![]) } else { (broken_down, bucket_totals) };
    let days = (wanted.period.from, wanted.period.to);
    Caseload {
        definitions: Measure::ALL.iter().map(|measure| wording::definition(*language, *measure)).collect(),
        period: wording::bucket(*language, Bucket::None, wanted.period.from, wanted.period.to),
        zone: None,
        bucket: wanted.period.bucket,
        by: wanted.by.clone(),
        filter: wanted.conditions.iter().map(|c| laying.key(c.dimension, &c.code).1).collect(),
        rows,
        bucket_totals,
        totals: laying.row(Bucket::None, days, vec![], rules::of_whole(&counts.totals)),
        footnotes: vec![],
        left_out: LeftOut { entered_in_error: 0, sealed: None },
        late_arrivals: 0,
        run_at: DateTime::default(),
        as_of: DateTime::default(),
    }
}

fn footnotes(report: &Caseload, actor: &Actor, language: Language) -> Vec<String> {
    let plain = |text| say(language, text, &[]);
    let counted = |text, count: i64| (count > 0).then(|| say(language, text, &[("count", count.into())]));
    let notes = [
        (!report.by.is_empty()).then(|| plain(texts::REPORT_NOTE_TOTALS)),
        report.zone.is_none().then(|| plain(texts::REPORT_NOTE_ZONES)),
        (!Scope::of(actor).own_only.is_empty()).then(|| plain(texts::REPORT_NOTE_OWN)),
        counted(texts::REPORT_NOTE_LATE, report.late_arrivals),
        counted(texts::REPORT_NOTE_ERROR, report.left_out.entered_in_error),
        counted(texts::REPORT_NOTE_SEALED, report.left_out.sealed.unwrap_or(0)),
    ];
    notes.into_iter().flatten().collect()
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
    let facts = json!({ "report": "caseload", "from": wanted.period.from, "to": wanted.period.to, "bucket": wanted.period.bucket,
        "by": wanted.by, "filter": narrowed, "format": format.word() });
    app.db.write(actor, async |tx| Event::new(action).facts(facts).record(tx, actor, now).await).await
}
