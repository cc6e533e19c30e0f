//! Keyset paging: a page, and an opaque word for where the next one begins.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::Error;
use crate::problems;

/// How many items a page has when nothing is said.
pub const DEFAULT_LIMIT: i64 = 50;
/// The most items a page has.
pub const MAX_LIMIT: i64 = 200;

/// One page of a list. Order always ends in the id, so no item is shown twice or left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the order asked for.
    pub items: Vec<T>,
    /// Pass as `after` to get the next page; null at the end.
    pub next: Option<String>,
}

/// Where a page begins: the last item's sort value and id.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
pub struct Cursor<K> {
    /// The last item's sort value.
    pub key: K,
    /// The last item's id.
    pub id: Uuid,
}

impl<K: Serialize + DeserializeOwned> Cursor<K> {
    /// The opaque word.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(&self.key, self.id)).unwrap_or_default())
    }

    /// Reads the opaque word.
    ///
    /// # Errors
    /// `malformed_query` when the word is not one of ours for this order.
    pub fn decode(word: &str) -> Result<Self, Error> {
        let bad = || Error::from(problems::MALFORMED_QUERY.problem().with("parameter", "after"));
        let bytes = URL_SAFE_NO_PAD.decode(word).map_err(|_| bad())?;
        let (key, id) = serde_json::from_slice(&bytes).map_err(|_| bad())?;
        Ok(Self { key, id })
    }

    /// Reads the opaque word when there is one.
    pub fn read(word: Option<&str>) -> Result<Option<Self>, Error> {
        word.map(Self::decode).transpose()
    }
}

/// The page size asked for, checked.
///
/// # Errors
/// `malformed_query` below 1 or above [`MAX_LIMIT`].
pub fn limit(asked: Option<i64>) -> Result<i64, Error> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(problems::MALFORMED_QUERY.problem().with("parameter", "limit").into()),
    }
}

impl<T> Page<T> {
    /// Cuts the one row too many that was read to know whether there is more. Query `limit + 1` rows.
    pub fn cut<K: Serialize + DeserializeOwned>(
        mut rows: Vec<T>,
        limit: i64,
        place: impl Fn(&T) -> (K, Uuid),
    ) -> Self {
        let more = rows.len() as i64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(0));
        let next = rows.last().filter(|_| more).map(|last| {
            let (key, id) = place(last);
            Cursor { key, id }.encode()
        });
        Page { items: rows, next }
    }

    /// The same page with each item shown another way.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_journey_and_a_forged_one_is_refused() {
        let cursor = Cursor { key: "de Guzmán".to_owned(), id: Uuid::nil() };
        assert_eq!(Cursor::<String>::decode(&cursor.encode()).expect("ours"), cursor);
        assert!(Cursor::<String>::decode("nonsense").is_err());
        assert!(Cursor::<i32>::decode(&cursor.encode()).is_err());
    }

    #[test]
    fn the_row_too_many_becomes_the_next_page() {
        let page = Page::cut(vec![1, 2, 3], 2, |n| (*n, Uuid::nil()));
        assert_eq!(page.items, [1, 2]);
        assert_eq!(Cursor::<i32>::decode(&page.next.expect("more")).expect("ours").key, 2);
        assert_eq!(Page::cut(vec![1, 2], 2, |n| (*n, Uuid::nil())).next, None);
    }
}
