//! How names are found however spelt.

/// Keys of a name.
pub fn search_keys(
    given: Option<&str>,
    family: Option<&str>,
    suffix: Option<&str>,
    other: &[String],
    code_name: Option<&str>,
) -> Vec<(&'static str, String)> {
    let all = [given, family, suffix, code_name]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .chain(other.iter().cloned());
    let text = crate::reference::search_key::search_key(&all.collect::<Vec<_>>().join(" "));
    text.split(' ').filter(|t| !t.is_empty()).map(|t| ("token", t.to_owned())).collect()
}
