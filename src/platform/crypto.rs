//! Secrets at rest, keyed hashes to find them by, and random tokens. All primitives are AWS-LC's.

use anyhow::{Context, anyhow};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use uuid::Uuid;

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// A token of 256 random bits for a link or a cookie, and the hash that is stored of it.
pub fn random_token() -> (String, [u8; 32]) {
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let hash = sha256(token.as_bytes());
    (token, hash)
}

/// Whether two values are the same, told in a time that says nothing about where they differ.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    verify_slices_are_equal(one, other).is_ok()
}

/// Encrypts personal values at rest and makes keyed hashes to find them by.
pub struct Vault {
    key: RandomizedNonceKey,
    index: hmac::Key,
    secrets: hmac::Key,
}

/// First byte of a sealed value: which scheme and key it was sealed with.
const SCHEME: u8 = 1;

impl Vault {
    /// A vault under a key of 32 bytes in base64.
    ///
    /// # Errors
    /// When the key is not 32 bytes.
    pub fn new(key: &str) -> anyhow::Result<Vault> {
        let bytes = STANDARD.decode(key.trim()).context("HELPDESK_DOCUMENT_KEY is not base64")?;
        anyhow::ensure!(bytes.len() == 32, "HELPDESK_DOCUMENT_KEY must be 32 bytes in base64");
        let key = RandomizedNonceKey::new(&AES_256_GCM, &bytes).map_err(|_| anyhow!("unusable key"))?;
        // Keys of their own for the index and for secrets, so that none says anything about another.
        let derived = |purpose: &[u8]| {
            let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &bytes), purpose);
            hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())
        };
        Ok(Vault { key, index: derived(b"search index"), secrets: derived(b"secrets in mails") })
    }

    /// A fresh key in base64.
    pub fn new_key() -> String {
        STANDARD.encode(rand::random::<[u8; 32]>())
    }

    /// Encrypts `plain` so that it opens only for the row `owner`.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn seal(&self, owner: Uuid, plain: &str) -> anyhow::Result<Vec<u8>> {
        let mut text = plain.as_bytes().to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(owner.as_bytes()), &mut text)
            .map_err(|_| anyhow!("cannot encrypt"))?;
        let mut sealed = vec![SCHEME];
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Decrypts what was sealed for the row `owner`.
    ///
    /// # Errors
    /// When it was sealed under another key, for another row, or was altered.
    pub fn open(&self, owner: Uuid, sealed: &[u8]) -> anyhow::Result<String> {
        let (scheme, rest) = sealed.split_first().context("empty")?;
        anyhow::ensure!(*scheme == SCHEME && rest.len() > NONCE_LEN, "unknown scheme");
        let (nonce, text) = rest.split_at(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| anyhow!("bad nonce"))?;
        let mut text = text.to_vec();
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(owner.as_bytes()), &mut text)
            .map_err(|_| anyhow!("cannot decrypt"))?;
        Ok(String::from_utf8(plain.to_vec())?)
    }

    /// A keyed hash of a normalised value in hex: equal values are found, nothing is read back.
    pub fn index(&self, normalised: &str) -> String {
        let tag = hmac::sign(&self.index, normalised.as_bytes());
        tag.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// A secret of 256 bits for a purpose and the rows it belongs to: nobody without the key can know it, and it is the
    /// same at every try. A random one would not do in a mail: when the service dies between handing the mail over
    /// and noting so, the mail is sent again under the same Message-ID, many servers drop the second copy, and the
    /// first would hold a secret nobody remembers.
    pub fn secret(&self, purpose: &str, rows: &[Uuid]) -> [u8; 32] {
        let mut said = hmac::Context::with_key(&self.secrets);
        said.update(purpose.as_bytes());
        for row in rows {
            said.update(row.as_bytes());
        }
        let mut secret = [0; 32];
        secret.copy_from_slice(said.sign().as_ref());
        secret
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_number_opens_only_for_its_own_row_and_key() {
        let vault = Vault::new(&Vault::new_key()).expect("vault");
        let (row, other) = (Uuid::now_v7(), Uuid::now_v7());
        let sealed = vault.seal(row, "P-000-FICTION").expect("sealed");
        assert!(!String::from_utf8_lossy(&sealed).contains("FICTION"));
        assert_eq!(vault.open(row, &sealed).expect("open"), "P-000-FICTION");
        assert!(vault.open(other, &sealed).is_err());
        assert!(Vault::new(&Vault::new_key()).expect("vault").open(row, &sealed).is_err());
    }

    #[test]
    fn a_secret_is_the_same_at_every_try_and_another_for_every_purpose_row_and_key() {
        let (vault, row, other) =
            (Vault::new(&Vault::new_key()).expect("vault"), Uuid::now_v7(), Uuid::now_v7());
        let secret = vault.secret("link", &[row]);
        assert!(same(&vault.secret("link", &[row]), &secret));
        let strangers = [
            vault.secret("code", &[row]),
            vault.secret("link", &[other]),
            Vault::new(&Vault::new_key()).expect("vault").secret("link", &[row]),
        ];
        assert!(strangers.iter().all(|stranger| !same(stranger, &secret)));
    }

    #[test]
    fn the_index_is_stable_under_one_key_and_differs_under_another() {
        let key = Vault::new_key();
        let vault = Vault::new(&key).expect("vault");
        assert_eq!(vault.index("A1"), Vault::new(&key).expect("vault").index("A1"));
        assert_ne!(vault.index("A1"), Vault::new(&Vault::new_key()).expect("vault").index("A1"));
    }
}
