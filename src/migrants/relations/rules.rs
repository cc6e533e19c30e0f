//! What one person is to another, seen from both sides.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::Relation;
use crate::ids::{MigrantId, RelationId};
use crate::migrants::reading::Reading;
use crate::platform::patch::Patch;

/// How this person and another belong together.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelateMigrant {
    /// Made by the client when it works offline.
    pub id: Option<RelationId>,
    /// The other.
    pub other_id: MigrantId,
    /// What this person is to the other; a code of list relation.
    #[schema(example = "parent")]
    pub relation: String,
    /// They live together.
    #[serde(default)]
    pub same_household: bool,
}

impl RelateMigrant {
    /// Checks everything that needs no database; `seen` says whether the actor may see the other.
    pub fn validate(self, id: RelationId, seen: bool, ctx: &mut Reading<'_>) -> Relation {
        ctx.code("relation", "relation", Some(&self.relation));
        if self.other_id == ctx.owner {
            ctx.complain("other_id", "same_person", "Nobody is related to themselves.");
        } else if !seen {
            ctx.complain("other_id", "unknown", "There is no such person.");
        }
        let (migrant_id, other_id, relation) = (ctx.owner, self.other_id, self.relation);
        Relation { id, migrant_id, other_id, relation, same_household: self.same_household, ended_on: None }
    }
}

/// An edit of a relation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRelation {
    /// What this person is to the other, where it was written down wrongly; a code of list relation.
    #[schema(example = "parent")]
    pub relation: Option<String>,
    /// They live together.
    pub same_household: Option<bool>,
    /// The day it ceased to be true; null when it holds again.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub ended_on: Patch<NaiveDate>,
}

impl UpdateRelation {
    /// The relation as it becomes, as said in the file of `ctx.owner`.
    pub fn validate(self, before: &Relation, ctx: &mut Reading<'_>) -> Relation {
        let mut relation = before.clone();
        if let Some(code) = self.relation {
            ctx.code("relation", "relation", Some(&code));
            (relation.migrant_id, relation.other_id) = (ctx.owner, before.other(ctx.owner));
            relation.relation = code;
        }
        relation.same_household = self.same_household.unwrap_or(before.same_household);
        relation.ended_on = self.ended_on.into_change().unwrap_or(before.ended_on);
        ctx.not_future("ended_on", relation.ended_on);
        relation
    }
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

/// Whether two relations say the same, from whichever side.
pub fn says_the_same(one: &Relation, other: &Relation) -> bool {
    if (one.migrant_id, one.other_id) == (other.migrant_id, other.other_id) {
        return one.relation == other.relation;
    }
    let of = |relation: &Relation| inverse(&relation.relation);
    (one.migrant_id, one.other_id) == (other.other_id, other.migrant_id)
        && (of(one) == Some(other.relation.as_str()) || of(other) == Some(one.relation.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_reads_from_the_other_side() {
        assert_eq!(inverse("parent"), Some("child"));
        assert_eq!(inverse("child"), Some("parent"));
        assert_eq!(inverse("sibling"), Some("sibling"));
        assert_eq!(inverse("caregiver"), None);
    }

    #[test]
    fn a_relation_is_the_same_said_from_either_side() {
        let (ana, eva) = (MigrantId::new(), MigrantId::new());
        let said = |migrant_id, other_id, relation: &str| Relation {
            id: RelationId::new(),
            migrant_id,
            other_id,
            relation: relation.into(),
            same_household: false,
            ended_on: None,
        };
        let mother = said(ana, eva, "parent");
        assert!(says_the_same(&mother, &said(ana, eva, "parent")));
        assert!(says_the_same(&mother, &said(eva, ana, "child")));
        assert!(!says_the_same(&mother, &said(eva, ana, "parent")), "a contradiction is not the same");
        assert!(!says_the_same(&mother, &said(ana, eva, "caregiver")), "both may be true");
        assert!(says_the_same(&said(ana, eva, "grandparent"), &said(eva, ana, "other_relative")));
        assert!(!says_the_same(&said(ana, eva, "caregiver"), &said(eva, ana, "caregiver")));
    }
}
