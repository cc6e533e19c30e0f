//! Ids of what has none of its own here. The same thing has the same id on every day and in every installation.

use uuid::{Builder, Uuid};

use crate::platform::crypto::sha256;

/// The id of a code list as a taxonomy.
pub fn taxonomy(list: &str) -> Uuid {
    made_of(&["taxonomy", list])
}

/// The id of a code as a term.
pub fn term(list: &str, code: &str) -> Uuid {
    made_of(&["taxonomy_term", list, code])
}

/// The id of a part of a record: `part` says which, such as `phone`, and of several of a kind which one.
pub fn part(record: Uuid, part: &str, which: &str) -> Uuid {
    made_of(&[&record.to_string(), part, which])
}

/// A UUID (version 8) of what names the thing.
fn made_of(names: &[&str]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&sha256(names.join("\u{1f}").as_bytes())[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_what_it_is_and_no_two_things_share_one() {
        // Others keep these ids: whoever changes how they are made breaks what others have kept.
        assert_eq!(term("service", "LEG").to_string(), "1584b6d3-87b6-8232-ac4e-d8c5b2ed79f3");
        let one = Uuid::nil();
        let all =
            [taxonomy("service"), term("service", ""), part(one, "phone", ""), part(one, "address", "")];
        for (at, id) in all.iter().enumerate() {
            assert!(!all[..at].contains(id), "{id}");
            assert_eq!(id.get_version_num(), 8);
        }
    }
}
