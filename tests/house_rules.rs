//! Who may import whom, checked on the source: see docs/ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Files that stand above the features.
const ABOVE: &[&str] = &["wiring", "start", "contract", "lib", "main"];
/// What every feature and the platform may use.
const BELOW: &[&str] = &["platform", "ids", "problems", "schema"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    for entry in std::fs::read_dir(folder).expect("src") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

struct Source {
    /// `cases/needs/routes.rs`
    path: String,
    /// Its code without tests and comments.
    code: String,
}

impl Source {
    fn feature(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    fn is_room(&self, room: &str) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name == format!("{room}.rs") || self.path.contains(&format!("/{room}/"))
    }

    fn uses(&self) -> BTreeSet<&str> {
        let after = self.code.split("crate::").skip(1);
        let names = after
            .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default());
        names.filter(|name| !name.is_empty()).collect()
    }
}

fn all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("source");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        Source { path: path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned(), code }
    };
    let code = |path: &PathBuf| path.file_name().is_some_and(|name| name != "tests.rs");
    sources(&root).into_iter().filter(code).map(read).collect()
}

#[test]
fn routes_and_rules_do_not_touch_the_database() {
    for source in all().iter().filter(|s| s.is_room("routes") || s.is_room("rules")) {
        assert!(!source.code.contains("diesel"), "{} names diesel", source.path);
        assert!(!source.code.contains("crate::schema"), "{} names the schema", source.path);
    }
}

#[test]
fn rules_decide_at_once_from_what_they_are_given() {
    for source in all().iter().filter(|s| s.is_room("rules")) {
        for word in ["async ", "Utc::now", "actix_web", "Conn"] {
            assert!(!source.code.contains(word), "{} uses {word}", source.path);
        }
    }
}

#[test]
fn the_platform_knows_no_feature() {
    for source in all().iter().filter(|s| s.feature() == "platform") {
        let strangers: Vec<&str> = source.uses().into_iter().filter(|name| !BELOW.contains(name)).collect();
        let macros = ["ids", "words"];
        let strangers: Vec<&str> = strangers.into_iter().filter(|name| !macros.contains(name)).collect();
        assert!(strangers.is_empty(), "{} uses {strangers:?}", source.path);
    }
}

#[test]
fn routes_are_used_by_the_wiring_alone() {
    for source in all().iter().filter(|s| !ABOVE.contains(&s.feature())) {
        let own = format!("crate::{}::", source.feature());
        for path in source.code.split("crate::").skip(1) {
            let path: String =
                path.chars().take_while(|c| c.is_alphanumeric() || matches!(c, ':' | '_')).collect();
            let foreign = !format!("crate::{path}").starts_with(&own);
            assert!(!(foreign && path.contains("::routes")), "{} uses {path}", source.path);
        }
    }
}

#[test]
fn features_form_no_circle() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in all().iter().filter(|s| !ABOVE.contains(&s.feature()) && !BELOW.contains(&s.feature())) {
        let feature = source.feature().to_owned();
        let others = source.uses().into_iter().filter(|name| !BELOW.contains(name) && *name != feature);
        uses.entry(feature.clone()).or_default().extend(others.map(str::to_owned));
    }
    let features: BTreeSet<String> = uses.keys().cloned().collect();
    // What uses nothing that is left goes first; what never goes stands in a circle.
    let mut left = features;
    loop {
        let free: Vec<String> =
            left.iter().filter(|f| uses[*f].iter().all(|used| !left.contains(used))).cloned().collect();
        if free.is_empty() {
            break;
        }
        left.retain(|feature| !free.contains(feature));
    }
    let circle: BTreeMap<&String, Vec<&String>> =
        left.iter().map(|f| (f, uses[f].iter().filter(|used| left.contains(*used)).collect())).collect();
    assert!(circle.is_empty(), "{circle:?}");
}

#[test]
fn the_repository_speaks_of_the_project_alone() {
    for source in all() {
        for word in ["todo!(", "unimplemented!(", "TODO", "FIXME", ".unwrap()"] {
            assert!(!source.code.contains(word), "{} holds {word}", source.path);
        }
    }
}
