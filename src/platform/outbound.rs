//! Requests of ours to other people's servers, at addresses that users chose.
//!
//! Whoever may name an address must not reach through us what only we can reach: a database, a neighbour, the cloud's own
//! metadata. So names are resolved by us, every address a name stands for is looked at, and the connection goes to one that was
//! looked at. No redirect is followed, no proxy asked, no connection kept.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

/// From connecting to the last byte of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// So much of an answer is kept, in bytes.
const KEPT: usize = 500;

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
    /// The beginning of the answer, or why there was none.
    pub words: String,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// It cannot be read as one, or holds a user, a password or a fragment.
    NoAddress,
    /// It is not https.
    NotHttps,
    /// It leads to a private network.
    Private,
}

/// Sends requests.
pub struct Outbound {
    client: Client,
    allow_private: bool,
}

impl Outbound {
    /// With `allow_private`, private networks and this machine are reached too, this machine also without TLS.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(allow_private: bool) -> anyhow::Result<Outbound> {
        let client = Client::builder()
            .dns_resolver(std::sync::Arc::new(Lookup { allow_private }))
            .redirect(Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .timeout(PATIENCE)
            .user_agent(concat!("migrant-desk/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Outbound { client, allow_private })
    }

    /// Reads an address that requests may be sent to, as far as can be told without asking what its name stands for.
    ///
    /// # Errors
    /// [`Unusable`]
    pub fn read(&self, address: &str) -> Result<Url, Unusable> {
        let url = Url::parse(address).map_err(|_| Unusable::NoAddress)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let literal = literal(&url);
        let local = self.allow_private
            && (url.host_str() == Some("localhost") || literal.is_some_and(|ip| ip.is_loopback()));
        match url.scheme() {
            "https" | "http" if !plain || url.host_str().is_none() => Err(Unusable::NoAddress),
            "https" => Ok(()),
            "http" if local => Ok(()),
            "http" => Err(Unusable::NotHttps),
            _ => Err(Unusable::NoAddress),
        }?;
        match literal {
            Some(ip) if !self.allow_private && !is_public(ip) => Err(Unusable::Private),
            _ => Ok(url),
        }
    }

    /// Sends a JSON body there.
    pub async fn post(&self, address: &str, headers: &[(&str, String)], body: String) -> Reply {
        let nothing = |words: &str| Reply { status: None, words: words.to_owned() };
        let url = match self.read(address) {
            Ok(url) => url,
            Err(Unusable::Private) => return nothing(NOT_PUBLIC),
            Err(_) => return nothing("the address cannot be used"),
        };
        let mut request = self.client.post(url).header("content-type", "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        match request.send().await {
            Ok(mut response) => {
                let status = response.status().as_u16();
                let mut kept = vec![];
                while kept.len() < KEPT
                    && let Ok(Some(chunk)) = response.chunk().await
                {
                    kept.extend_from_slice(&chunk);
                }
                kept.truncate(KEPT);
                Reply { status: Some(status), words: legible(&String::from_utf8_lossy(&kept)) }
            }
            Err(error) => nothing(&told(&error)),
        }
    }
}

const NOT_PUBLIC: &str = "the name leads to a private network";

/// An error in words of ours: those of the library may hold the whole address.
fn told(error: &reqwest::Error) -> String {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(now) = cause {
        if now.to_string() == NOT_PUBLIC {
            return NOT_PUBLIC.into();
        }
        cause = now.source();
    }
    let words = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection, or no trusted certificate"
    } else {
        "the connection broke"
    };
    words.into()
}

/// Text without control characters, which no ledger needs.
fn legible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// The address itself, when the host is no name.
fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

struct Lookup {
    allow_private: bool,
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address among public ones is a trick, not a mistake.
            if !allow_private && found.iter().any(|address| !is_public(address.ip())) {
                return Err(NOT_PUBLIC.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the internet and to no network of somebody's own, as IANA's special-purpose registries say.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let embedded =
        |high: u16, low: u16| is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match s {
        // IPv4 in other clothes: mapped, translated, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // Only global unicast, without documentation, Teredo and what is reserved beside it.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [first, ..] => first & 0xe000 == 0x2000 && first != 0x3fff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_networks_are_known_in_all_their_clothes() {
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "203.0.113.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::127.0.0.1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::127.0.0.1",
        ];
        for ip in private {
            assert!(!is_public(ip.parse().expect("an address")), "{ip}");
        }
        for ip in ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "2001:4860:4860::8888", "::ffff:1.1.1.1"] {
            assert!(is_public(ip.parse().expect("an address")), "{ip}");
        }
    }

    #[tokio::test]
    async fn addresses_are_https_and_out_in_the_open() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (strict, lax) = (Outbound::new(false).expect("client"), Outbound::new(true).expect("client"));
        let refused = |address: &str| strict.read(address).err();
        assert_eq!(refused("https://hooks.example/desk?x=1"), None);
        assert_eq!(refused("http://hooks.example/"), Some(Unusable::NotHttps));
        assert_eq!(refused("http://127.0.0.1:9/"), Some(Unusable::NotHttps));
        for address in
            ["https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "https://0x7f000001/"]
        {
            assert_eq!(refused(address), Some(Unusable::Private), "{address}");
        }
        for address in [
            "",
            "hooks.example",
            "ftp://hooks.example/",
            "https://me:pw@hooks.example/",
            "https://a.example/#b",
        ] {
            assert_eq!(refused(address), Some(Unusable::NoAddress), "{address}");
        }
        assert!(lax.read("http://127.0.0.1:9/").is_ok() && lax.read("https://10.0.0.1/").is_ok());
        assert_eq!(lax.read("http://hooks.example/").err(), Some(Unusable::NotHttps));
        // A name that says nothing about where it leads is looked at when it is used.
        let answer = strict.post("https://localhost:9/", &[], String::new()).await;
        assert_eq!(answer, Reply { status: None, words: NOT_PUBLIC.into() });
    }
}
