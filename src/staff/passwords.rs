//! Passwords: Argon2id, and what a password must be.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::platform::error::{Error, FieldErrors};
use crate::problems;

/// Shortest password, in characters. No composition rules: length is what counts (NIST SP 800-63B).
pub const SHORTEST: usize = 12;
/// Longest password, in characters, so that hashing stays bounded.
const LONGEST: usize = 256;

/// Each hash takes 64 MiB; more at once would take the machine down.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// The hash of no password: an unknown account costs the same time as a known one.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now("an account that does not exist").ok());

fn argon2() -> Result<Argon2<'static>, Error> {
    // OWASP: Argon2id; 64 MiB, three passes, one lane.
    let params = Params::new(64 * 1024, 3, 1, None).map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String, Error> {
    let hash = argon2()?.hash_password(password.as_bytes()).map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    Ok(hash.to_string())
}

/// Notes what keeps `password` from being used by the account `email`.
pub fn check(errors: &mut FieldErrors, pointer: &str, password: &str, email: &str) {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    if length < SHORTEST {
        errors.add(pointer, "too_short", format!("At least {SHORTEST} characters."));
    } else if length > LONGEST {
        errors.add(pointer, "too_long", format!("At most {LONGEST} characters."));
    } else if include_str!("../../data/common-passwords.txt").lines().any(|common| common == lower)
        || lower.chars().all(|c| lower.starts_with(c))
        || (local.len() > 3 && lower.starts_with(local) && length < local.len() + 8)
    {
        errors.add(pointer, "too_common", "Is one of the first that somebody would try.");
    }
}

/// Hashes a password, off the request's thread.
///
/// # Errors
/// `unavailable` when too many are hashed at once.
pub async fn hash(password: String) -> Result<String, Error> {
    let _turn = turn().await?;
    tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(anyhow::Error::from)?
}

/// Whether `password` is the one behind `hash`. Takes as long without a hash.
///
/// # Errors
/// `unavailable` when too many are hashed at once.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Error> {
    let _turn = turn().await?;
    let known = hash.is_some();
    let right = tokio::task::spawn_blocking(move || {
        let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return Ok(false) };
        Ok::<bool, Error>(argon2()?.verify_password(password.as_bytes(), hash.as_str()).is_ok())
    })
    .await
    .map_err(anyhow::Error::from)??;
    Ok(known && right)
}

async fn turn() -> Result<tokio::sync::SemaphorePermit<'static>, Error> {
    let wait = std::time::Duration::from_secs(5);
    match tokio::time::timeout(wait, AT_ONCE.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(problems::UNAVAILABLE.problem().retry_after(5).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(password: &str) -> Option<&'static str> {
        let mut errors = FieldErrors::new();
        check(&mut errors, "password", password, "maria.santos@desk.example");
        errors.0.first().map(|error| error.code)
    }

    #[test]
    fn long_and_uncommon_is_all_that_is_asked() {
        assert_eq!(fault("correct horse battery"), None);
        assert_eq!(fault("short"), Some("too_short"));
        assert_eq!(fault("Password1234"), Some("too_common"));
        assert_eq!(fault("aaaaaaaaaaaaaa"), Some("too_common"));
        assert_eq!(fault("maria.santos1"), Some("too_common"));
        assert_eq!(fault(&"x1".repeat(200)), Some("too_long"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn only_the_right_password_opens_and_nobody_has_none() {
        let hashed = hash("correct horse battery".into()).await.expect("hash");
        assert!(hashed.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
        assert!(verify("correct horse battery".into(), Some(hashed.clone())).await.expect("verify"));
        assert!(!verify("wrong horse battery".into(), Some(hashed)).await.expect("verify"));
        assert!(!verify("an account that does not exist".into(), None).await.expect("verify"));
    }
}
