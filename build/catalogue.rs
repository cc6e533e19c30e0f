//! The rules of the catalogue: every text exists once in every language, with the same variables.
//!
//! Used by `build.rs`, and by `tests/catalogue.rs`, which shows that each rule bites.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// The languages every text exists in. English comes first: the others are held against it.
pub const LANGUAGES: [&str; 4] = ["en", "es", "fr", "fil"];

/// One file of the catalogue, such as `locales/fr/mail.ftl`.
pub struct Source {
    /// One of [`LANGUAGES`].
    pub language: String,
    /// `mail.ftl`
    pub file: String,
    pub content: String,
}

/// What the checks learned of one text.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Entity {
    file: String,
    /// Names of the variables, without the `$`.
    pub variables: BTreeSet<String>,
    /// Other messages and terms (with their dash) this one is made of.
    mentions: BTreeSet<String>,
    /// Names of the functions used, in capitals.
    functions: BTreeSet<String>,
    /// The English words, for the doc comment of the constant.
    sample: String,
}

/// All texts of one language by key; terms keep their leading dash.
type Texts = BTreeMap<String, Entity>;

/// Reads `<locales>/<language>/*.ftl`, ordered by language and name.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn read(locales: &Path) -> std::io::Result<Vec<Source>> {
    let mut files = Vec::new();
    for language in LANGUAGES {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(locales.join(language))? {
            names.push(entry?.path());
        }
        names.retain(|path| path.extension().is_some_and(|end| end == "ftl"));
        names.sort();
        for path in names {
            let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            files.push(Source { language: language.into(), file, content: std::fs::read_to_string(&path)? });
        }
    }
    Ok(files)
}

/// Checks all files together and gives the English texts.
///
/// # Errors
/// Every complaint at once, each naming the language, the file and the key.
pub fn check(files: &[Source]) -> Result<BTreeMap<String, Entity>, Vec<String>> {
    let mut complaints = Vec::new();
    let mut languages: Vec<(&str, Texts)> = Vec::new();
    for language in LANGUAGES {
        let mut texts = Texts::new();
        for source in files.iter().filter(|source| source.language == language) {
            collect(source, &mut texts, &mut complaints);
        }
        dangling(language, &texts, &mut complaints);
        languages.push((language, texts));
    }
    let english = languages.remove(0).1;
    for (language, texts) in &languages {
        compare(&english, language, texts, &mut complaints);
    }
    constants_collide(&english, &mut complaints);
    if complaints.is_empty() { Ok(english) } else { Err(complaints) }
}

fn collect(source: &Source, texts: &mut Texts, complaints: &mut Vec<String>) {
    let place = format!("{}/{}", source.language, source.file);
    let resource = match fluent_syntax::parser::parse(source.content.as_str()) {
        Ok(resource) => resource,
        Err((resource, errors)) => {
            for error in errors {
                let line =
                    source.content.get(..error.pos.start).map_or(0, |head| head.lines().count().max(1));
                complaints.push(format!("{place}:{line}: does not parse: {error}"));
            }
            resource
        }
    };
    for entry in &resource.body {
        let (key, value, attributes) = match entry {
            Entry::Message(message) => {
                (message.id.name.to_string(), message.value.as_ref(), &message.attributes)
            }
            Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
            _ => continue,
        };
        if !attributes.is_empty() {
            complaints.push(format!("{place}: {key} has attributes; give each text a key of its own"));
        }
        let mut entity = Entity { file: source.file.clone(), ..Entity::default() };
        match value {
            Some(pattern) => walk(pattern, &mut entity),
            None => complaints.push(format!("{place}: {key} is empty")),
        }
        if let Some(first) = texts.insert(key.clone(), entity) {
            complaints.push(format!("{place}: {key} exists already, in {}/{}", source.language, first.file));
        }
    }
}

fn walk(pattern: &Pattern<&str>, entity: &mut Entity) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => entity.sample.push_str(value),
            PatternElement::Placeable { expression } => walk_expression(expression, entity),
        }
    }
}

fn walk_expression(expression: &Expression<&str>, entity: &mut Entity) {
    match expression {
        Expression::Inline(inline) => walk_inline(inline, entity),
        Expression::Select { selector, variants } => {
            walk_inline(selector, entity);
            for variant in variants {
                walk(&variant.value, entity);
            }
        }
    }
}

fn walk_inline(inline: &InlineExpression<&str>, entity: &mut Entity) {
    match inline {
        InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => {
            entity.sample.push_str(value);
        }
        InlineExpression::FunctionReference { id, arguments } => {
            entity.functions.insert(id.name.into());
            arguments.positional.iter().for_each(|argument| walk_inline(argument, entity));
        }
        InlineExpression::MessageReference { id, .. } => {
            entity.mentions.insert(id.name.into());
        }
        InlineExpression::TermReference { id, .. } => {
            entity.mentions.insert(format!("-{}", id.name));
        }
        InlineExpression::VariableReference { id } => {
            entity.variables.insert(id.name.into());
            let _ = write!(entity.sample, "{{ ${} }}", id.name);
        }
        InlineExpression::Placeable { expression } => walk_expression(expression, entity),
    }
}

/// References must lead somewhere, and only to terms: a message inside a message would hide its variables.
fn dangling(language: &str, texts: &Texts, complaints: &mut Vec<String>) {
    for (key, entity) in texts {
        let place = format!("{language}/{}: {key}", entity.file);
        for mention in &entity.mentions {
            if !texts.contains_key(mention) {
                complaints.push(format!("{place} mentions {mention}, which does not exist"));
            } else if !mention.starts_with('-') {
                complaints.push(format!("{place} mentions {mention}; only terms (-name) may be mentioned"));
            }
        }
        for function in entity.functions.iter().filter(|name| *name != "NUMBER") {
            complaints.push(format!("{place} uses the function {function}; only NUMBER is known"));
        }
    }
}

fn compare(english: &Texts, language: &str, texts: &Texts, complaints: &mut Vec<String>) {
    for (key, original) in english {
        let Some(translation) = texts.get(key) else {
            complaints.push(format!("{language}/{}: {key} is missing", original.file));
            continue;
        };
        let place = format!("{language}/{}: {key}", translation.file);
        if translation.file != original.file {
            complaints.push(format!("{place} belongs in {}, as in English", original.file));
        }
        if translation.variables != original.variables {
            complaints.push(format!(
                "{place} has the variables {:?}, English has {:?}",
                translation.variables, original.variables
            ));
        }
    }
    for (key, extra) in texts.iter().filter(|(key, _)| !english.contains_key(*key)) {
        complaints.push(format!("{language}/{}: {key} does not exist in English", extra.file));
    }
}

fn constants_collide(english: &Texts, complaints: &mut Vec<String>) {
    let mut seen = BTreeMap::new();
    for key in english.keys().filter(|key| !key.starts_with('-')) {
        if let Some(other) = seen.insert(constant(key), key) {
            complaints.push(format!("en: {other} and {key} would share the constant {}", constant(key)));
        }
    }
}

/// `mail-referral-sent-subject` becomes `MAIL_REFERRAL_SENT_SUBJECT`.
fn constant(key: &str) -> String {
    key.replace('-', "_").to_uppercase()
}

/// The Rust that `src/platform/text.rs` includes: the files themselves and a constant for every key.
pub fn rust_source(files: &[Source], english: &BTreeMap<String, Entity>) -> String {
    let mut source = String::from("// Made by build.rs from locales/. Not edited by hand.\n");
    source.push_str("const SOURCES: &[(&str, &str)] = &[\n");
    for file in files {
        let path = format!("/locales/{}/{}", file.language, file.file);
        let _ = writeln!(
            source,
            "    ({:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),",
            file.language
        );
    }
    source.push_str(
        "];\n\n/// A constant for every text of the catalogue; the English words are its doc comment.\n",
    );
    source.push_str("pub mod texts {\n    use super::Text;\n\n");
    let messages: Vec<_> = english.iter().filter(|(key, _)| !key.starts_with('-')).collect();
    for (key, entity) in &messages {
        let name = constant(key);
        for line in entity.sample.lines() {
            let _ = writeln!(source, "    #[doc = {:?}]", line.trim());
        }
        let variables: Vec<_> = entity.variables.iter().collect();
        let _ = writeln!(
            source,
            "    pub const {name}: Text = Text {{ key: {key:?}, variables: &{variables:?} }};"
        );
    }
    source.push_str("\n    /// Every text, ordered by key.\n    pub const ALL: &[Text] = &[\n");
    for (key, _) in &messages {
        let _ = writeln!(source, "        {},", constant(key));
    }
    source.push_str("    ];\n}\n");
    source
}
