//! Holds a JSON value against a schema of the description: as much of JSON Schema as the description uses, and stricter
//! in one thing: a member that no schema names is a mistake.

use std::collections::BTreeSet;

use serde_json::Value;

/// Complaints about `value`, each with the JSON pointer of its place; none when it is as the schema says.
pub fn complaints(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = vec![];
    Against { document }.check(schema, value, "", true, &mut found);
    found
}

struct Against<'a> {
    document: &'a Value,
}

impl Against<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, whole: bool, found: &mut Vec<String>) {
        if let Some(path) = schema["$ref"].as_str() {
            let target = self.document.pointer(path.trim_start_matches('#'));
            return self.check(target.expect("a schema"), value, at, whole, found);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at, false, found);
        }
        if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            self.check_choice(choices, value, at, whole, found);
        }
        self.check_itself(schema, value, at, found);
        match value {
            Value::Object(members) => {
                for (name, field) in schema["properties"].as_object().into_iter().flatten() {
                    if let Some(inner) = members.get(name) {
                        self.check(field, inner, &format!("{at}/{name}"), true, found);
                    }
                }
                for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if !members.contains_key(name) {
                        found.push(format!("{at}/{name} is missing"));
                    }
                }
                if let Some(known) = self.known(schema).filter(|_| whole) {
                    let unknown = members.keys().filter(|name| !known.contains(*name));
                    found.extend(unknown.map(|name| format!("{at}/{name} is not described")));
                }
                if schema["additionalProperties"].is_object() {
                    for (name, inner) in members {
                        self.check(
                            &schema["additionalProperties"],
                            inner,
                            &format!("{at}/{name}"),
                            true,
                            found,
                        );
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate().filter(|_| schema["items"].is_object()) {
                    self.check(&schema["items"], item, &format!("{at}/{index}"), true, found);
                }
            }
            _ => {}
        }
    }

    fn check_choice(&self, choices: &[Value], value: &Value, at: &str, whole: bool, found: &mut Vec<String>) {
        let mut nearest: Option<Vec<String>> = None;
        for choice in choices {
            let mut complaints = vec![];
            self.check(choice, value, at, whole, &mut complaints);
            if complaints.is_empty() {
                return;
            }
            let is_nearer = nearest.as_ref().is_none_or(|known| complaints.len() <= known.len());
            if is_nearer && choice["type"] != "null" {
                nearest = Some(complaints);
            }
        }
        found.extend(nearest.unwrap_or_else(|| vec![format!("{at} fits no choice")]));
    }

    fn check_itself(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => vec![],
        };
        if !types.is_empty() && !types.iter().any(|kind| is(value, kind)) {
            found.push(format!("{at} is not of type {types:?}"));
            return;
        }
        if value.is_null() {
            return;
        }
        if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
            found.push(format!("{at} is {value}, none of the enum"));
        }
        if schema.get("const").is_some_and(|word| word != value) {
            found.push(format!("{at} is not the const"));
        }
        if let (Some(format), Some(text)) = (schema["format"].as_str(), value.as_str()) {
            let fits = match format {
                "uuid" => text.parse::<uuid::Uuid>().is_ok(),
                "date" => text.parse::<chrono::NaiveDate>().is_ok(),
                "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
                _ => true,
            };
            if !fits {
                found.push(format!("{at} is no {format}"));
            }
        }
        if let Some(number) = value.as_f64() {
            let below = schema["minimum"].as_f64().is_some_and(|least| number < least);
            let above = schema["maximum"].as_f64().is_some_and(|most| number > most);
            if below || above {
                found.push(format!("{at} is out of range"));
            }
        }
    }

    /// The members an object may have; none when it may have any.
    fn known(&self, schema: &Value) -> Option<BTreeSet<String>> {
        if let Some(path) = schema["$ref"].as_str() {
            return self.known(self.document.pointer(path.trim_start_matches('#'))?);
        }
        let has_choices = schema.get("oneOf").is_some() || schema.get("anyOf").is_some();
        if has_choices || schema["additionalProperties"].is_object() {
            return None;
        }
        let mut known: BTreeSet<String> = schema["properties"].as_object()?.keys().cloned().collect();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            known.extend(self.known(part)?);
        }
        Some(known)
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}
