//! What one person is to another, seen from both sides.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids::MigrantId;
use crate::platform::patch::Patch;

/// How this person and another belong together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelateMigrant {
    /// The other.
    pub other_id: MigrantId,
    /// What this person is to the other; a code of list relation.
    #[schema(example = "parent")]
    pub relation: String,
    /// They live together.
    #[serde(default)]
    pub same_household: bool,
}

/// An edit of a relation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRelation {
    /// They live together.
    pub same_household: Option<bool>,
    /// The day it ceased to be true; null when it holds again.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub ended_on: Patch<NaiveDate>,
}

/// What the other is to the one, when the one is `relation` of the other. Where the list has no word for it, none.
pub fn inverse(relation: &str) -> Option<&'static str> {
    match relation {
        "parent" => Some("child"),
        "child" => Some("parent"),
        "spouse" => Some("spouse"),
        "sibling" => Some("sibling"),
        "other_relative" | "grandparent" => Some("other_relative"),
        "friend" => Some("friend"),
        "other" => Some("other"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::inverse;

    #[test]
    fn a_relation_reads_from_the_other_side() {
        assert_eq!(inverse("parent"), Some("child"));
        assert_eq!(inverse("child"), Some("parent"));
        assert_eq!(inverse("sibling"), Some("sibling"));
        assert_eq!(inverse("caregiver"), None);
    }
}
