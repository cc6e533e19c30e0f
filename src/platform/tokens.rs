//! Access tokens: a signed statement of who asks and by which session, and nothing else. EdDSA, one algorithm.

use std::path::Path;

use anyhow::Context;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::crypto::sha256;

/// How long an access token lives.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(15);
const AUDIENCE: &str = "migrant-desk";
/// Seconds two clocks may differ.
const LEEWAY: u64 = 10;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    sid: Uuid,
    iss: String,
    aud: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Who asks and by which session, as a valid token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    /// The account.
    pub staff: Uuid,
    /// The session.
    pub session: Uuid,
}

/// The key that signs, and those that are still believed.
pub struct TokenKeys {
    kid: String,
    signing: EncodingKey,
    believed: Vec<(String, DecodingKey)>,
    issuer: String,
}

impl TokenKeys {
    /// Keys from PEM files (PKCS #8, Ed25519); `previous` is believed and does not sign.
    ///
    /// # Errors
    /// When a file cannot be read or holds no such key.
    pub fn from_files(current: &Path, previous: Option<&Path>, issuer: &str) -> anyhow::Result<TokenKeys> {
        let read = |path: &Path| -> anyhow::Result<String> {
            std::fs::read_to_string(path)
                .with_context(|| format!("cannot read the token key {}", path.display()))
        };
        let pem = read(current)?;
        let (kid, decoding) = public_part(&pem)?;
        let mut believed = vec![(kid.clone(), decoding)];
        if let Some(previous) = previous {
            believed.push(public_part(&read(previous)?)?);
        }
        Ok(TokenKeys {
            kid,
            signing: EncodingKey::from_ed_pem(pem.as_bytes())?,
            believed,
            issuer: issuer.into(),
        })
    }

    /// A fresh key as PEM.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn new_pem() -> anyhow::Result<String> {
        let der = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
            .map_err(|_| anyhow::anyhow!("cannot make a key"))?;
        let body = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> =
            body.as_bytes().chunks(64).filter_map(|c| std::str::from_utf8(c).ok()).collect();
        Ok(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")))
    }

    /// A token for `bearer`, valid from `now` for [`LIFETIME`].
    ///
    /// # Errors
    /// When signing fails.
    pub fn issue(&self, bearer: Bearer, now: DateTime<Utc>) -> anyhow::Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        let claims = Claims {
            sub: bearer.staff,
            sid: bearer.session,
            iss: self.issuer.clone(),
            aud: AUDIENCE.into(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        Ok(encode(&header, &claims, &self.signing)?)
    }

    /// Who a token speaks for at `now`; `None` when it does not count, whatever the reason.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Bearer> {
        let kid = decode_header(token).ok()?.kid?;
        let (_, key) = self.believed.iter().find(|(known, _)| *known == kid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[AUDIENCE]);
        // The times are checked here against the caller's clock, not the library's.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = decode::<Claims>(token, key, &validation).ok()?.claims;
        let (now, leeway) = (now.timestamp(), LEEWAY as i64);
        (claims.nbf <= now + leeway && now < claims.exp + leeway)
            .then_some(Bearer { staff: claims.sub, session: claims.sid })
    }
}

/// The key id (a hash of the public key) and the verifying part of a private key in PEM.
fn public_part(pem: &str) -> anyhow::Result<(String, DecodingKey)> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body.trim()).context("the token key is not PEM")?;
    let pair = Ed25519KeyPair::from_pkcs8(&der)
        .map_err(|_| anyhow::anyhow!("the token key is not Ed25519 PKCS #8"))?;
    let public = pair.public_key().as_ref();
    let kid = URL_SAFE_NO_PAD.encode(&sha256(public)[..9]);
    Ok((kid, DecodingKey::from_ed_der(public)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(issuer: &str) -> TokenKeys {
        let file = tempfile::NamedTempFile::new().expect("file");
        std::fs::write(file.path(), TokenKeys::new_pem().expect("pem")).expect("written");
        TokenKeys::from_files(file.path(), None, issuer).expect("keys")
    }

    #[test]
    fn a_token_counts_for_fifteen_minutes_under_its_own_key_and_issuer() {
        let (keys, now) = (keys("https://desk.example"), Utc::now());
        let bearer = Bearer { staff: Uuid::now_v7(), session: Uuid::now_v7() };
        let token = keys.issue(bearer, now).expect("token");
        assert_eq!(keys.verify(&token, now), Some(bearer));
        assert_eq!(keys.verify(&token, now + LIFETIME + TimeDelta::seconds(11)), None);
        assert_eq!(keys.verify(&token, now - TimeDelta::minutes(1)), None);
        assert_eq!(self::keys("https://desk.example").verify(&token, now), None);
    }

    #[test]
    fn a_token_of_another_algorithm_does_not_count() {
        let keys = keys("https://desk.example");
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(keys.kid.clone());
        let now = Utc::now().timestamp();
        let claims = Claims {
            sub: Uuid::nil(),
            sid: Uuid::nil(),
            iss: "https://desk.example".into(),
            aud: AUDIENCE.into(),
            iat: now,
            nbf: now,
            exp: now + 60,
        };
        let forged = encode(&header, &claims, &EncodingKey::from_secret(b"secret")).expect("forged");
        assert_eq!(keys.verify(&forged, Utc::now()), None);
    }
}
