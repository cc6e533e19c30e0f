//! JSON Merge Patch: an absent field is left as it is, `null` clears it, a value sets it.

use serde::{Deserialize, Deserializer};

/// What a PATCH says about one field. Give it `#[serde(default)]`, so that an absent field reads as `Keep`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Absent: leave as it is.
    #[default]
    Keep,
    /// `null`: clear.
    Clear,
    /// A value: set.
    Set(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<T>::deserialize(deserializer)? {
            Some(value) => Patch::Set(value),
            None => Patch::Clear,
        })
    }
}

impl<T> Patch<T> {
    /// For a nullable column in a Diesel changeset: `None` leaves it, `Some(None)` clears it.
    pub fn into_change(self) -> Option<Option<T>> {
        match self {
            Patch::Keep => None,
            Patch::Clear => Some(None),
            Patch::Set(value) => Some(Some(value)),
        }
    }

    /// The value when one was set.
    pub fn as_set(&self) -> Option<&T> {
        match self {
            Patch::Set(value) => Some(value),
            _ => None,
        }
    }

    /// Parses the value when one was set.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(value) => Patch::Set(f(value)),
        }
    }

    /// Whether the field was named at all.
    pub fn is_named(&self) -> bool {
        !matches!(self, Patch::Keep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        name: Patch<String>,
    }

    fn name(json: &str) -> Patch<String> {
        serde_json::from_str::<Body>(json).expect("readable").name
    }

    #[test]
    fn absent_null_and_value_are_told_apart() {
        assert_eq!(name("{}"), Patch::Keep);
        assert_eq!(name(r#"{"name":null}"#), Patch::Clear);
        assert_eq!(name(r#"{"name":"Ana"}"#), Patch::Set("Ana".into()));
    }
}
