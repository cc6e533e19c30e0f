//! Schemas of the description, told as people read them: a line a field, in the words of JSON Schema, which belong to no
//! language.

use serde_json::Value;

/// Fields within fields that are told, at most.
const DEEPEST: usize = 4;

/// A field of a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// How far within others it stands.
    pub depth: usize,
    /// What it holds.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it means.
    pub words: String,
}

/// What a schema holds, in a word or two.
pub fn kind(document: &Value, schema: &Value) -> String {
    let (schema, optional) = resolved(document, schema);
    let or_null = if optional { " | null" } else { "" };
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        return format!("{}{or_null}", words.join(" | "));
    }
    let plain = match (word(&schema["type"]), schema["format"].as_str()) {
        ("string", Some("uuid")) => "uuid",
        ("string", Some("date")) => "date",
        ("string", Some("date-time")) => "date-time",
        ("array", _) => {
            let inner = kind(document, &schema["items"]);
            let inner = if inner.contains('|') { format!("({inner})") } else { inner };
            return format!("{inner}[]{or_null}");
        }
        ("object", _) if schema["additionalProperties"].is_object() => {
            return format!("{{key: {}}}{or_null}", kind(document, &schema["additionalProperties"]));
        }
        ("", _) if schema.get("properties").is_some() || schema.get("allOf").is_some() => "object",
        ("", _) => "any",
        (plain, _) => plain,
    };
    format!("{plain}{or_null}")
}

/// The example of what is sent or answered: its own, else its schema's.
pub fn example(document: &Value, content: &Value) -> Value {
    let own = content.get("example").or_else(|| content["schema"]["examples"].get(0));
    let of_schema = || resolved(document, &content["schema"]).0["examples"].get(0);
    own.or_else(of_schema).cloned().unwrap_or(Value::Null)
}

/// The fields of a body, those within others below them.
pub fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let mut all = vec![];
    collect(document, schema, 0, &mut all);
    all
}

fn collect(document: &Value, schema: &Value, depth: usize, all: &mut Vec<Field>) {
    let (schema, _) = resolved(document, schema);
    if word(&schema["type"]) == "array" {
        return collect(document, &schema["items"], depth, all);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(document, part, depth, all);
    }
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        all.push(Field {
            name: name.clone(),
            depth,
            kind: kind(document, field),
            required: required(name),
            words: words(document, field),
        });
        if depth + 1 < DEEPEST {
            collect(document, field, depth + 1, all);
        }
    }
}

/// What a field means: its own words, else those of what it holds.
fn words(document: &Value, field: &Value) -> String {
    let own = field["description"].as_str();
    let chosen = field["oneOf"].as_array().into_iter().flatten().find_map(|one| one["description"].as_str());
    let of_type = resolved(document, field).0["description"].as_str();
    own.or(chosen).or(of_type).unwrap_or_default().to_owned()
}

/// The schema behind references and "or null", and whether null is allowed.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> (&'a Value, bool) {
    if let Some(pointer) = schema["$ref"].as_str().and_then(|path| path.strip_prefix('#')) {
        return document.pointer(pointer).map_or((schema, false), |found| resolved(document, found));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let optional = choices.iter().any(|one| one["type"] == "null");
        let chosen = choices.iter().find(|one| one["type"] != "null").unwrap_or(schema);
        let (found, inner) =
            if std::ptr::eq(chosen, schema) { (schema, false) } else { resolved(document, chosen) };
        return (found, optional || inner);
    }
    let optional = schema["type"].as_array().is_some_and(|all| all.iter().any(|one| one == "null"));
    (schema, optional)
}

/// The type that is not null.
fn word(kind: &Value) -> &str {
    let several = kind.as_array().into_iter().flatten().filter_map(Value::as_str);
    kind.as_str().or(several.into_iter().find(|one| *one != "null")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_told_as_people_read_them() {
        let document = json!({ "components": { "schemas": {
            "Caller": { "type": "object", "description": "Who called.", "required": ["name"],
                "properties": { "name": { "type": "string", "description": "As given." } } },
            "Haste": { "type": "string", "enum": ["urgent", "normal"] },
        } } });
        let schema = json!({ "type": "object", "required": ["day"], "properties": {
            "caller": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Caller" }] },
            "day": { "type": ["string", "null"], "format": "date" },
            "haste": { "$ref": "#/components/schemas/Haste" },
            "ids": { "type": "array", "items": { "type": "string", "format": "uuid" } },
        } });
        let told = fields(&document, &schema);
        let lines: Vec<String> = told
            .iter()
            .map(|f| {
                format!(
                    "{}{} {}{} {}",
                    "-".repeat(f.depth),
                    f.name,
                    f.kind,
                    if f.required { "!" } else { "" },
                    f.words
                )
            })
            .collect();
        assert_eq!(
            lines,
            [
                "caller object | null Who called.",
                "-name string! As given.",
                "day date | null! ",
                "haste urgent | normal ",
                "ids uuid[] ",
            ]
        );
    }
}
