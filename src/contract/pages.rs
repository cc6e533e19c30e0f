//! The description as pages for people: an overview, a page for each group of operations, and the catalogue of refusals.
//! Plain HTML with one style sheet of our own; nothing is loaded from elsewhere and no script runs. Our own texts come in
//! the reader's language; what the operations say is English, the language of the contract.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::Contract;
use super::reading::{self, Field};
use crate::auth::Role;
use crate::platform::error::{Error, Kind};
use crate::platform::http::Path;
use crate::platform::text::{self, Language, Text, say, texts};
use crate::problems;

const STYLE: &str = include_str!("../../templates/docs/style.css");

/// A page may load our own style sheet, and nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The pages are the same for everybody and change with the program alone.
const KEPT: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

/// Name of the page of problem codes.
const PROBLEMS: &str = "problems";

/// Rules that hold for every operation: what each is about, and the rule.
const RULES: &[(Text, Text)] = &[
    (texts::DOCS_TOKENS, texts::DOCS_TOKENS_RULE),
    (texts::DOCS_IDS, texts::DOCS_IDS_RULE),
    (texts::DOCS_TIME, texts::DOCS_TIME_RULE),
    (texts::DOCS_CODES, texts::DOCS_CODES_RULE),
    (texts::DOCS_LISTS, texts::DOCS_LISTS_RULE),
    (texts::DOCS_EDITS, texts::DOCS_EDITS_RULE),
    (texts::DOCS_MOVES, texts::DOCS_MOVES_RULE),
    (texts::DOCS_REFUSALS, texts::DOCS_REFUSALS_RULE),
];

/// What is around every page.
struct Frame<'a> {
    language: Language,
    /// Whether the address asks for the language, so that links go on asking for it.
    asked: bool,
    /// The page; empty for the overview.
    here: &'a str,
    version: &'a str,
    sections: Vec<Section>,
}

/// What can be done with one kind of record.
struct Section {
    tag: String,
    title: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    /// Empty for operations that need no token.
    roles: Vec<Role>,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    answers: Vec<Answer>,
    refusals: Vec<Refusal>,
}

struct Parameter {
    name: String,
    place: String,
    kind: String,
    required: bool,
    words: String,
}

struct Body {
    media: String,
    fields: Vec<Field>,
    example: String,
}

struct Answer {
    status: String,
    words: String,
    bodies: Vec<Body>,
}

struct Refusal {
    status: String,
    codes: Vec<String>,
}

#[derive(Template)]
#[template(path = "docs/overview.html")]
struct Overview<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "docs/section.html")]
struct SectionPage<'a> {
    frame: Frame<'a>,
    section: Section,
}

#[derive(Template)]
#[template(path = "docs/problems.html")]
struct Problems<'a> {
    frame: Frame<'a>,
    kinds: &'a [&'static Kind],
}

impl Frame<'_> {
    fn say(&self, text: Text) -> String {
        say(self.language, text, &[])
    }

    fn tell(&self, text: Text, name: &str, value: &str) -> String {
        say(self.language, text, &[(name, value.into())])
    }

    fn rules(&self) -> impl Iterator<Item = (String, String)> {
        RULES.iter().map(|(about, rule)| (self.say(*about), self.say(*rule)))
    }

    fn role(&self, role: &Role) -> String {
        Text::of("role", role.word()).map_or_else(|| role.word().to_owned(), |text| self.say(text))
    }

    /// What a refusal means and what to do; the catalogue's test wants it in every language.
    fn advice(&self, kind: &Kind) -> String {
        Text::of("problem", kind.code).map_or_else(|| kind.title.to_owned(), |text| self.say(text))
    }

    /// The address of a page in the same language.
    fn to(&self, page: &str) -> String {
        self.address(page, self.asked.then_some(self.language))
    }

    fn address(&self, page: &str, language: Option<Language>) -> String {
        let below = if page.is_empty() { String::new() } else { format!("/{page}") };
        let asking = language.map(|language| format!("?lang={language}")).unwrap_or_default();
        format!("/api/docs{below}{asking}")
    }

    fn tongues(&self) -> impl Iterator<Item = (Language, &'static str, String)> {
        Language::ALL.into_iter().map(|language| {
            let name = match language {
                Language::En => "English",
                Language::Es => "Español",
                Language::Fr => "Français",
                Language::Fil => "Filipino",
            };
            (language, name, self.address(self.here, Some(language)))
        })
    }
}

#[derive(Debug, Deserialize)]
pub struct Asked {
    lang: Option<String>,
}

/// Every operation on one screen, and the rules that hold for all.
pub async fn overview(
    contract: web::Data<Contract>,
    request: HttpRequest,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Error> {
    let frame = frame(&contract, &request, &asked, "");
    show(&Overview { frame })
}

/// The operations of a group, or the problem codes.
pub async fn section(
    contract: web::Data<Contract>,
    request: HttpRequest,
    asked: web::Query<Asked>,
    page: Path<String>,
) -> Result<HttpResponse, Error> {
    let mut frame = frame(&contract, &request, &asked, &page.0);
    if page.0 == PROBLEMS {
        return show(&Problems { frame, kinds: problems::ALL });
    }
    let Some(known) = frame.sections.iter_mut().find(|section| section.tag == page.0) else {
        return Err((&problems::NOT_FOUND).into());
    };
    let operations = std::mem::take(&mut known.operations);
    let section = Section { tag: known.tag.clone(), title: known.title.clone(), operations };
    show(&SectionPage { frame, section })
}

/// The style of all pages.
pub async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").insert_header(KEPT).body(STYLE)
}

fn show(page: &impl Template) -> Result<HttpResponse, Error> {
    let html = page.render().map_err(anyhow::Error::from)?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header(KEPT)
        .body(html))
}

fn frame<'a>(contract: &'a Contract, request: &HttpRequest, asked: &Asked, here: &'a str) -> Frame<'a> {
    let wanted = asked.lang.as_deref().and_then(|code| code.parse().ok());
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = wanted.or_else(|| accepted.and_then(Language::negotiate)).unwrap_or_default();
    Frame {
        language,
        asked: wanted.is_some(),
        here,
        version: contract.document["info"]["version"].as_str().unwrap_or_default(),
        sections: sections(&contract.document, language, here),
    }
}

/// Operations by tag. Only those of the page that is shown are read to the bottom.
fn sections(document: &Value, language: Language, here: &str) -> Vec<Section> {
    let section = |tag: &Value| {
        let tag = words(&tag["name"]);
        let title =
            Text::of("docs-tag", &tag).map_or_else(|| tag.clone(), |title| text::say(language, title, &[]));
        let operations = operations_of(document, &tag, tag == here);
        Section { tag, title, operations }
    };
    document["tags"].as_array().into_iter().flatten().map(section).collect()
}

fn operations_of(document: &Value, tag: &str, whole: bool) -> Vec<Operation> {
    let mut operations = vec![];
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in
            item.as_object().into_iter().flatten().filter(|(_, it)| it["tags"][0] == tag)
        {
            let short = Operation {
                id: words(&operation["operationId"]),
                method: method.to_uppercase(),
                path: path.strip_prefix("/api/v1").unwrap_or(path).to_owned(),
                summary: sentences(operation),
                roles: vec![],
                parameters: vec![],
                body: None,
                answers: vec![],
                refusals: vec![],
            };
            operations.push(if whole { read(document, operation, short) } else { short });
        }
    }
    operations
}

/// Summary and description are one text of the handler's, parted where its first line ends.
fn sentences(operation: &Value) -> String {
    let all = [words(&operation["summary"]), words(&operation["description"])];
    all.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn read(document: &Value, operation: &Value, short: Operation) -> Operation {
    let roles = operation["x-roles"].as_array().into_iter().flatten();
    let answers = || operation["responses"].as_object().into_iter().flatten();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    Operation {
        roles: roles.filter_map(|word| word.as_str()?.parse().ok()).collect(),
        parameters: parameters.map(|one| parameter(document, one)).collect(),
        body: bodies(document, &operation["requestBody"]).into_iter().next(),
        answers: answers()
            .filter(|(status, _)| status.starts_with('2'))
            .map(|(status, answer)| Answer {
                status: status.clone(),
                words: words(&answer["description"]),
                bodies: bodies(document, answer),
            })
            .collect(),
        refusals: answers()
            .filter(|(status, _)| !status.starts_with('2'))
            .map(|(status, answer)| Refusal { status: status.clone(), codes: codes(answer) })
            .collect(),
        ..short
    }
}

fn parameter(document: &Value, parameter: &Value) -> Parameter {
    Parameter {
        name: words(&parameter["name"]),
        place: words(&parameter["in"]),
        kind: reading::kind(document, &parameter["schema"]),
        required: parameter["required"] == true,
        words: words(&parameter["description"]),
    }
}

/// What is sent or answered, in each of its forms.
fn bodies(document: &Value, of: &Value) -> Vec<Body> {
    let body = |(media, content): (&String, &Value)| {
        let example = reading::example(document, content);
        Body {
            media: media.clone(),
            fields: reading::fields(document, &content["schema"]),
            example: match example.as_str() {
                Some(text) => text.to_owned(),
                None => serde_json::to_string_pretty(&example).unwrap_or_default(),
            },
        }
    };
    of["content"].as_object().into_iter().flatten().map(body).collect()
}

/// An answer of several codes has an example of each; one of a single code is a component of that name.
fn codes(answer: &Value) -> Vec<String> {
    if let Some(path) = answer["$ref"].as_str() {
        return path.rsplit('/').next().map(str::to_owned).into_iter().collect();
    }
    let examples = &answer["content"]["application/problem+json"]["examples"];
    examples.as_object().into_iter().flat_map(|all| all.keys().cloned()).collect()
}

fn words(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
