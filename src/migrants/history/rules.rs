//! What counts as a change, and what of it may be told.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = MigrantFieldChange)]
pub struct Change {
    /// Which field.
    #[schema(example = "family_names")]
    pub field: String,
    /// Few may read its values; null where they are hidden from the one who asks.
    #[serde(default)]
    pub restricted: bool,
    /// What it was; null when there was nothing.
    #[schema(example = "Guzman")]
    pub from: Value,
    /// What it became; null when it was cleared.
    #[schema(example = "de Guzmán")]
    pub to: Value,
}

/// Fields of a record that say which one it is, not what it says.
const NO_FACTS: &[&str] = &["id", "migrant_id", "restricted", "recorded_at", "recorded_by"];

/// The fields in which two states of a record differ; a record that was not there before is null.
pub fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let nothing = serde_json::Map::new();
    let fields = after.as_object().unwrap_or(&nothing);
    let differing = fields.iter().filter(|(field, to)| {
        let from = &before[field.as_str()];
        !NO_FACTS.contains(&field.as_str()) && from != *to && !(is_nothing(from) && is_nothing(to))
    });
    let change = |(field, to): (&String, &Value)| Change {
        field: field.clone(),
        restricted: false,
        from: before[field.as_str()].clone(),
        to: to.clone(),
    };
    differing.map(change).collect()
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

impl Change {
    /// A change whose values are kept nowhere but in their own place.
    pub fn untold(field: &str) -> Change {
        Change { field: field.to_owned(), restricted: true, from: Value::Null, to: Value::Null }
    }

    /// As told to one who may or may not read restricted facts.
    pub fn masked(self, reads: bool) -> Change {
        if self.restricted && !reads { Change::untold(&self.field) } else { self }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_a_change() {
        let before = json!({ "id": 1, "value": "a", "safe": true, "channels": [], "note": null });
        let after = json!({ "id": 2, "value": "b", "safe": true, "channels": [], "note": null });
        let found = changes(&before, &after);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].field.as_str(), &found[0].from, &found[0].to),
            ("value", &json!("a"), &json!("b"))
        );
    }

    #[test]
    fn of_a_new_record_everything_it_says_is_a_change() {
        let found = changes(
            &Value::Null,
            &json!({ "id": 1, "value": "a", "safe": false, "channels": [], "note": null }),
        );
        let fields: Vec<&str> = found.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["safe", "value"]);
    }

    #[test]
    fn a_restricted_change_is_named_and_not_told() {
        let change = Change { field: "code".into(), restricted: true, from: json!("SV"), to: json!("SP") };
        assert_eq!(change.clone().masked(true), change);
        assert_eq!(change.masked(false), Change::untold("code"));
    }
}
