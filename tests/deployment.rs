//! The deployment files agree with each other and with the service. No container engine is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use migrant_desk::platform::config::Settings;
use serde::Deserialize;

/// Settings that only the tests know.
const NOT_SETTINGS: [&str; 1] = ["HELPDESK_TEST_POSTGRES"];

#[derive(Deserialize)]
struct Compose {
    services: BTreeMap<String, Service>,
    volumes: BTreeMap<String, Option<String>>,
}

#[derive(Deserialize)]
struct Service {
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    depends_on: BTreeMap<String, Dependency>,
    #[serde(default)]
    volumes: Vec<String>,
    image: String,
}

#[derive(Deserialize)]
struct Dependency {
    condition: String,
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn compose() -> Compose {
    serde_saphyr::from_str(&text("docker-compose.yml")).unwrap()
}

/// Every name beginning with `HELPDESK_`.
fn settings_in(text: &str) -> BTreeSet<String> {
    let letters = |letter: char| !(letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_');
    let words =
        text.split(letters).filter(|word| word.starts_with("HELPDESK_") && word.len() > "HELPDESK_".len());
    words.filter(|word| !NOT_SETTINGS.contains(word)).map(str::to_owned).collect()
}

/// The names that `.env.example` gives a default, commented out or not.
fn listed() -> BTreeMap<String, String> {
    let lines = text(".env.example");
    let settings = lines.lines().filter_map(|line| line.trim_start_matches('#').split_once('='));
    let named = settings.filter(|(name, _)| !name.is_empty() && !name.contains(' '));
    named.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The steps of the Dockerfile, continued lines joined, comments left out.
fn dockerfile() -> Vec<Vec<String>> {
    let text = text("Dockerfile");
    let lines: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let joined = lines.join("\n").replace("\\\n", " ");
    joined
        .lines()
        .map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|step| !step.is_empty())
        .collect()
}

#[test]
fn every_setting_used_in_deployment_is_listed() {
    let listed = listed();
    for file in ["docker-compose.yml", "Dockerfile", "deploy/roles.sh", "deploy/keys.sh", "dev"] {
        for setting in settings_in(&text(file)) {
            assert!(listed.contains_key(&setting), "{file} uses {setting}, which .env.example does not list");
        }
    }
}

#[test]
fn the_list_of_settings_is_the_one_the_service_reads() {
    let listed: BTreeSet<_> = listed().into_keys().filter(|name| name.starts_with("HELPDESK_")).collect();
    let read = settings_in(&text("src/platform/config.rs"));
    let (unread, unlisted): (Vec<_>, Vec<_>) =
        (listed.difference(&read).collect(), read.difference(&listed).collect());
    assert!(unread.is_empty(), ".env.example lists what src/platform/config.rs does not read: {unread:?}");
    assert!(
        unlisted.is_empty(),
        "src/platform/config.rs reads what .env.example does not list: {unlisted:?}"
    );
}

/// Every setting of the program, and its default; empty when it has none.
fn defaults() -> BTreeMap<String, String> {
    let program = Settings::augment_args(clap::Command::new("migrant-desk"));
    let setting = |argument: &clap::Arg| {
        let default = argument.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
        Some((argument.get_env()?.to_string_lossy().into_owned(), default.unwrap_or_default()))
    };
    program.get_arguments().filter_map(setting).collect()
}

/// Rows of the table of settings in docs/OPERATIONS.md: name and default.
fn rows() -> Vec<(String, String)> {
    let text = text("docs/OPERATIONS.md");
    // A command may begin with a setting too.
    let rows =
        text.lines().filter(|line| line.starts_with("| `HELPDESK_") && !line.contains("migrant-desk "));
    let cell =
        |cells: &mut dyn Iterator<Item = &str>| cells.next().unwrap().trim().trim_matches('`').to_owned();
    let row = |line: &str| {
        let mut cells = line.split('|').skip(1);
        (cell(&mut cells), cell(&mut cells))
    };
    rows.map(row).collect()
}

#[test]
fn program_list_and_handbook_agree_on_every_setting_and_its_default() {
    let defaults = defaults();
    let listed: BTreeMap<_, _> =
        listed().into_iter().filter(|(name, _)| name.starts_with("HELPDESK_")).collect();
    assert_eq!(listed, defaults, ".env.example (left) and src/platform/config.rs (right) disagree");
    let rows = rows();
    let table: BTreeMap<_, _> = rows.iter().cloned().collect();
    assert_eq!(rows.len(), table.len(), "docs/OPERATIONS.md explains a setting twice");
    assert_eq!(table, defaults, "docs/OPERATIONS.md (left) and src/platform/config.rs (right) disagree");
}

#[test]
fn no_page_speaks_of_a_setting_there_is_not() {
    let defaults = defaults();
    let docs = std::fs::read_dir(path("docs")).unwrap().map(|entry| entry.unwrap().path());
    for file in docs.chain(["README.md", "CONTRIBUTING.md", "Dockerfile"].map(path)) {
        let text = std::fs::read_to_string(&file).unwrap();
        for name in settings_in(&text) {
            assert!(defaults.contains_key(&name), "{} speaks of {name}", file.display());
        }
    }
}

#[test]
fn the_handbook_shows_every_command() {
    let handbook = text("docs/OPERATIONS.md");
    let main = text("src/main.rs");
    let (_, commands) = main.split_once("enum Command {").unwrap();
    let (commands, _) = commands.split_once("\n}\n").unwrap();
    let names = commands
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()));
    let names: Vec<String> = names
        .map(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap())
        .map(|name| {
            let parted = name.chars().enumerate().map(|(at, letter)| match letter {
                'A'..='Z' if at > 0 => format!("-{}", letter.to_ascii_lowercase()),
                letter => letter.to_ascii_lowercase().to_string(),
            });
            parted.collect()
        })
        .collect();
    assert!(names.contains(&"with-postgres".to_owned()) && names.len() > 6, "{names:?}");
    for name in names {
        assert!(
            handbook.contains(&format!("migrant-desk {name}")),
            "docs/OPERATIONS.md has no example of {name}"
        );
    }
}

#[test]
fn every_setting_is_listed_once_and_explained() {
    let lines = text(".env.example");
    let lines: Vec<_> = lines.lines().collect();
    let mut seen = BTreeSet::new();
    for pair in lines.windows(2).filter(|pair| pair[1].trim_start_matches('#').starts_with("HELPDESK_")) {
        let name = pair[1].trim_start_matches('#').split('=').next().unwrap();
        assert!(seen.insert(name), "{name} is listed twice");
        assert!(pair[0].starts_with("# "), "{name} has no word of explanation above it");
    }
    assert_eq!(seen.len(), listed().keys().filter(|name| name.starts_with("HELPDESK_")).count());
}

#[test]
fn every_variable_that_compose_fills_in_is_listed() {
    let text = text("docker-compose.yml");
    let listed = listed();
    for name in text.split("${").skip(1) {
        let end = name.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap();
        assert!(listed.contains_key(&name[..end]), "{} is not in .env.example", &name[..end]);
    }
}

#[test]
fn compose_names_only_services_volumes_and_files_that_exist() {
    let compose = compose();
    for (name, service) in &compose.services {
        for (other, dependency) in &service.depends_on {
            assert!(compose.services.contains_key(other), "{name} waits for {other}, which is not there");
            assert!(dependency.condition.starts_with("service_"), "{name} waits for {other} how?");
        }
        for volume in &service.volumes {
            let source = volume.split(':').next().unwrap();
            let known = if source.starts_with('.') {
                path(source).exists()
            } else {
                compose.volumes.contains_key(source)
            };
            assert!(known, "{name} mounts {source}, which is not there");
        }
        let pinned = service.image == "migrant-desk" || service.image.contains(':');
        assert!(pinned && !service.image.ends_with(":latest"), "{name} uses {} of no version", service.image);
    }
}

#[test]
fn the_service_works_as_the_bounded_role_and_migrates_as_the_owner() {
    let compose = compose();
    let url = |service: &str, name: &str| compose.services[service].environment.get(name).cloned();
    let app = url("service", "HELPDESK_DATABASE_URL").unwrap();
    let owner = url("migrate", "HELPDESK_MIGRATION_DATABASE_URL").unwrap();
    assert!(app.contains("//helpdesk_app:") && owner.contains("//helpdesk_owner:"));
    assert_eq!(url("service", "HELPDESK_MIGRATION_DATABASE_URL"), None, "the service can change the schema");
}

#[test]
fn the_dockerfile_copies_what_exists_and_ends_as_an_ordinary_user() {
    let mut stages = BTreeSet::new();
    let mut user = String::new();
    for step in dockerfile() {
        match step[0].as_str() {
            "FROM" => {
                assert!(step[1].contains(':'), "{} has no version", step[1]);
                assert_eq!(step[2], "AS", "every stage has a name");
                stages.insert(step[3].clone());
            }
            "COPY" => {
                let (flags, places): (Vec<_>, Vec<_>) =
                    step[1..].iter().partition(|word| word.starts_with("--"));
                let from = flags.iter().find_map(|flag| flag.strip_prefix("--from="));
                if let Some(stage) = from {
                    assert!(stages.contains(stage), "no stage is called {stage}");
                    continue;
                }
                for source in &places[..places.len() - 1] {
                    assert!(path(source).exists(), "the Dockerfile copies {source}, which is not there");
                }
            }
            "USER" => user = step[1].clone(),
            _ => {}
        }
    }
    assert!(!user.is_empty() && user != "root", "the service would run as root");
}

#[test]
fn the_scripts_can_be_executed() {
    use std::os::unix::fs::PermissionsExt;
    for script in ["dev", ".ci/run", "deploy/roles.sh", "deploy/keys.sh"] {
        let mode = std::fs::metadata(path(script)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{script} is not executable");
    }
}
