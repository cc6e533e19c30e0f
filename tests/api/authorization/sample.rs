//! Requests made up from the description: what an operation requires, filled with examples.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::policy::{Policy, Row};
use super::records::Names;
use crate::support::Client;
use crate::support::client::Answer;

/// Base of every path of the policy.
const BASE: &str = "/api/v1";

/// The description, for looking up operations.
pub struct Description(Value);

/// A request about to be sent.
pub struct Asked {
    pub path: String,
    pub if_match: bool,
    pub media: &'static str,
    pub body: Option<Vec<u8>>,
}

/// Sends a request.
pub async fn send(client: &Client, row: &Row, asked: Asked) -> Answer {
    let method: Method = row.method.parse().expect("a method");
    let mut headers = vec![("Content-Type", asked.media)];
    if asked.if_match {
        headers.push(("If-Match", "\"1\""));
    }
    client.send(method, &asked.path, &headers, asked.body).await
}

impl Description {
    pub fn read() -> Description {
        Description(migrant_desk::wiring::openapi())
    }

    /// Every operation as the policy names it.
    pub fn operations(&self) -> Vec<String> {
        let paths = self.0["paths"].as_object().expect("paths");
        let methods = |item: &Value| item.as_object().expect("methods").keys().cloned().collect::<Vec<_>>();
        let short = |path: &str| path.strip_prefix(BASE).expect("below /api/v1").to_owned();
        let names = |(path, item): (&String, &Value)| {
            methods(item)
                .into_iter()
                .map(|method| format!("{} {}", method.to_uppercase(), short(path)))
                .collect::<Vec<_>>()
        };
        paths.iter().flat_map(names).collect()
    }

    /// A request for this operation on the record of `names`.
    pub fn request(&self, policy: &Policy, row: &Row, names: &Names) -> Asked {
        let operation = &self.0["paths"][format!("{BASE}{}", row.path)][row.method.to_lowercase()];
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let if_match = parameters.iter().any(|parameter| parameter["name"] == "If-Match");
        let query: Vec<String> =
            parameters.iter().filter_map(|parameter| self.query(parameter, names)).collect();
        let mut path = filled(&format!("{BASE}{}", row.path), &self.of_agency(row, names));
        if !query.is_empty() {
            path += &format!("?{}", query.join("&"));
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body = match policy.bodies.get(&row.name()) {
            Some(body) => Some(serde_json::from_str(&filled(body, names)).expect("a body")),
            None if schema.is_null() => None,
            None => Some(self.sample("", schema, names)),
        };
        // A table is written in the policy as a list of its lines.
        let is_table = operation["requestBody"]["content"].get("text/csv").is_some();
        let (media, written): (_, fn(Value) -> String) = if is_table {
            let lines = |body: Value| serde_json::from_value::<Vec<String>>(body).expect("lines").join("\n");
            ("text/csv", lines)
        } else {
            ("application/json", |body| body.to_string())
        };
        Asked { path, if_match, media, body: body.map(|body| written(body).into_bytes()) }
    }

    /// A service stands below its agency in one path and alone in others.
    fn of_agency(&self, row: &Row, names: &Names) -> Names {
        let mut names = names.clone();
        if row.path.contains("{sid}")
            && let Some(agency) = names.get("agency")
        {
            names.insert("id", agency.clone());
        }
        names
    }

    fn query(&self, parameter: &Value, names: &Names) -> Option<String> {
        let name = parameter["name"].as_str()?;
        let wanted = parameter["in"] == "query" && (parameter["required"] == true || name == "limit");
        let value = match name {
            "limit" => "200",
            "from" => "2026-01-01",
            "to" => "2027-01-01",
            name => names.get(name).map_or("x", String::as_str),
        };
        wanted.then(|| format!("{name}={value}"))
    }

    /// The least value of a schema.
    fn sample(&self, name: &str, schema: &Value, names: &Names) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let known = reference.rsplit('/').next().unwrap_or_default();
            return self.sample(name, &self.0["components"]["schemas"][known], names);
        }
        let general = name.trim_end_matches("_id");
        if let Some(value) = names.get(general).filter(|_| name.ends_with("_id")) {
            return json!(value);
        }
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
            return first.clone();
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, names),
            Some("array") => json!([]),
            Some("boolean") => json!(false),
            Some("integer" | "number") => json!(1),
            _ => match schema["format"].as_str() {
                Some("uuid") => json!(uuid::Uuid::now_v7()),
                Some("date") => json!("2026-01-01"),
                Some("date-time") => json!("2026-01-01T00:00:00Z"),
                _ => json!("x"),
            },
        }
    }

    fn object(&self, schema: &Value, names: &Names) -> Value {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let fields = required.iter().filter_map(Value::as_str);
        let fields =
            fields.map(|field| (field.to_owned(), self.sample(field, &schema["properties"][field], names)));
        Value::Object(fields.collect::<Map<_, _>>())
    }
}

/// Puts names where braces ask for them; what is not named becomes an id of nothing.
fn filled(template: &str, names: &Names) -> String {
    let mut text = template.to_owned();
    for (name, value) in names {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    let mut pieces = text.split_inclusive('}').map(str::to_owned).collect::<Vec<_>>();
    for piece in &mut pieces {
        // A name is letters only; JSON's own braces hold more.
        if let Some(at) = piece.rfind('{')
            && piece[at + 1..].trim_end_matches('}').chars().all(|c| c.is_ascii_lowercase() || c == '_')
            && piece.len() > at + 2
        {
            piece.replace_range(at.., &uuid::Uuid::now_v7().to_string());
        }
    }
    pieces.concat()
}
