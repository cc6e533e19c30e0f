//! What this process measures of itself: how long requests take. A label is the template of a route, a method or a
//! status: no ids, no addresses, nobody's data.

use std::sync::LazyLock;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use prometheus::{HistogramOpts, HistogramVec, IntGaugeVec, Opts, Registry, TextEncoder};

/// Seconds. Most answers take some milliseconds; a password takes a tenth of a second on purpose, a report some seconds.
const BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

static REQUESTS: LazyLock<Option<HistogramVec>> = LazyLock::new(|| {
    let help = "Seconds until an answer began, by route, method and status.";
    let options =
        HistogramOpts::new("helpdesk_http_request_duration_seconds", help).buckets(BUCKETS.to_vec());
    // The names above are constants that Prometheus takes.
    HistogramVec::new(options, &["route", "method", "status"]).ok()
});

/// Measures a request.
///
/// # Errors
/// Passes on those of the services inside.
pub async fn measure(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (began, method) = (Instant::now(), known(request.method()));
    let response = next.call(request).await?;
    if let Some(requests) = REQUESTS.as_ref() {
        // What was typed for a path is nobody's label, nor what was typed for a method.
        let route = response.request().match_pattern().unwrap_or_else(|| "none".into());
        let status = response.status().as_u16().to_string();
        requests.with_label_values(&[route.as_str(), method, &status]).observe(began.elapsed().as_secs_f64());
    }
    Ok(response)
}

fn known(method: &Method) -> &'static str {
    const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    METHODS.iter().find(|known| **known == method.as_str()).copied().unwrap_or("other")
}

/// A family of numbers that are looked up when somebody asks.
pub struct Gauge {
    /// `helpdesk_…`
    pub name: &'static str,
    /// A sentence.
    pub help: &'static str,
    /// What parts the numbers.
    pub labels: &'static [&'static str],
    /// Each part's number.
    pub numbers: Vec<(Vec<String>, i64)>,
}

/// Everything in Prometheus' text form: what was measured, and `gauges`.
///
/// # Errors
/// When two families have one name.
pub fn text(gauges: &[Gauge]) -> anyhow::Result<String> {
    let registry = Registry::new();
    if let Some(requests) = REQUESTS.as_ref() {
        registry.register(Box::new(requests.clone()))?;
    }
    for gauge in gauges {
        let family = IntGaugeVec::new(Opts::new(gauge.name, gauge.help), gauge.labels)?;
        for (part, number) in &gauge.numbers {
            let part: Vec<&str> = part.iter().map(String::as_str).collect();
            family.with_label_values(&part).set(*number);
        }
        registry.register(Box::new(family))?;
    }
    Ok(TextEncoder::new().encode_to_string(&registry.gather())?)
}
