//! A browser without scripts: it keeps cookies, reads pages, and sends only the forms a page offers.

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};

/// A browser.
#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    origin: String,
}

/// A page as it came.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

/// A form of a page.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it goes, without the fragment.
    pub action: String,
    /// Its hidden fields.
    pub hidden: Vec<(String, String)>,
    html: String,
}

impl Browser {
    pub fn at(origin: &str) -> Browser {
        let http = reqwest::Client::builder().cookie_store(true).redirect(Policy::none());
        Browser { http: http.build().expect("a browser"), origin: origin.to_owned() }
    }

    /// Any request; `address` is whole or begins with `/`.
    pub async fn send(&self, method: Method, address: &str, kind: &str, body: Vec<u8>) -> Page {
        let address =
            if address.starts_with('/') { format!("{}{address}", self.origin) } else { address.to_owned() };
        let mut request = self.http.request(method, address);
        if !kind.is_empty() {
            request = request.header(CONTENT_TYPE, kind).body(body);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        Page { status, headers, html: response.text().await.expect("text") }
    }

    pub async fn get(&self, address: &str) -> Page {
        self.send(Method::GET, address, "", vec![]).await
    }

    /// Posts fields to an address, whether or not a page offers it.
    pub async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Page {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let kind = "application/x-www-form-urlencoded";
        self.send(Method::POST, address, kind, body.join("&").into_bytes()).await
    }

    /// Sends a form and stays at its answer.
    pub async fn submit(&self, form: &Form, filled: &[(&str, &str)]) -> Page {
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<(&str, &str)> = hidden.chain(filled.iter().copied()).collect();
        self.post(&form.action, &fields).await
    }

    /// Sends a form and goes where the answer leads.
    pub async fn submit_and_follow(&self, form: &Form, filled: &[(&str, &str)]) -> Page {
        let answer = self.submit(form, filled).await;
        answer.is(303);
        self.get(answer.location()).await
    }
}

impl Page {
    #[track_caller]
    pub fn is(&self, status: u16) -> &Page {
        assert_eq!(self.status.as_u16(), status, "{}", self.html);
        self
    }

    /// Where it sends the browser, without the fragment.
    #[track_caller]
    pub fn location(&self) -> &str {
        let location = self.headers.get(LOCATION).expect("a location").to_str().expect("text");
        location.split('#').next().unwrap_or_default()
    }

    /// The page’s words as a reader sees them.
    pub fn words(&self) -> String {
        let body = self.html.split_once("</style>").map_or(self.html.as_str(), |(_, body)| body);
        let mut words = String::new();
        let mut inside = false;
        for letter in body.chars() {
            match letter {
                '<' => inside = true,
                '>' => (inside, words) = (false, words + " "),
                letter if !inside => words.push(letter),
                _ => {}
            }
        }
        unescape(&words).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub fn says(&self, words: &str) -> &Page {
        assert!(self.words().contains(words), "does not say {words:?}: {}", self.words());
        self
    }

    #[track_caller]
    pub fn says_nothing_of(&self, words: &str) -> &Page {
        assert!(!self.html.contains(words), "says {words:?}: {}", self.words());
        self
    }

    /// All its forms.
    pub fn forms(&self) -> Vec<Form> {
        let blocks = self.html.split("<form ").skip(1);
        blocks
            .map(|block| {
                let html = block.split("</form>").next().unwrap_or_default().to_owned();
                let action = attribute(&html, "action").unwrap_or_default();
                let inputs = html.split("<input ").skip(1);
                let hidden = inputs
                    .filter(|input| attribute(input, "type").as_deref() == Some("hidden"))
                    .map(|input| {
                        (
                            attribute(input, "name").unwrap_or_default(),
                            attribute(input, "value").unwrap_or_default(),
                        )
                    })
                    .collect();
                let action = action.split('#').next().unwrap_or_default().to_owned();
                Form { action, hidden, html }
            })
            .collect()
    }

    /// The form that goes to `/code`, `/open`, `/close`.
    #[track_caller]
    pub fn form(&self, to: &str) -> Form {
        let goes = |form: &Form| form.action.split('?').next().unwrap_or_default().ends_with(to);
        self.forms().into_iter().find(goes).unwrap_or_else(|| panic!("no form to {to}: {}", self.words()))
    }

    /// The form of an answer.
    #[track_caller]
    pub fn answer(&self, by: &str) -> Form {
        self.offered(by).unwrap_or_else(|| panic!("{by} is not offered: {}", self.words()))
    }

    /// The answers it offers.
    pub fn offered(&self, by: &str) -> Option<Form> {
        let is = |form: &Form| form.hidden.iter().any(|(name, value)| name == "move" && value == by);
        self.forms().into_iter().find(is)
    }
}

impl Form {
    /// The values of the options and radio buttons of a field.
    pub fn choices(&self, name: &str) -> Vec<String> {
        let radios = self.html.split("<input ").skip(1);
        let radios = radios.filter(|input| attribute(input, "name").as_deref() == Some(name));
        let select = self.html.split("<select ").skip(1);
        let select = select.filter(|select| attribute(select, "name").as_deref() == Some(name));
        let options = select.flat_map(|select| {
            select.split("</select>").next().unwrap_or_default().split("<option ").skip(1).collect::<Vec<_>>()
        });
        let all = radios.chain(options).filter_map(|one| attribute(one, "value"));
        all.filter(|value| !value.is_empty()).collect()
    }

    /// A hidden field.
    pub fn field(&self, name: &str) -> &str {
        self.hidden.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// The value of an attribute of the tag that begins `html`.
pub fn attribute(html: &str, name: &str) -> Option<String> {
    let tag = html.split('>').next()?;
    let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
    Some(unescape(value))
}

fn unescape(text: &str) -> String {
    let text = text.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
    text.replace("&#34;", "\"").replace("&#39;", "'")
}
