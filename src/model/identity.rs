//! Names of things: sources, articles, URLs in one form, and fingerprints of content.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, sync::Arc};

/// The id of a configured source: lower-case letters, digits and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub Arc<str>);

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The stable identity of an article: 16 characters of `a-z2-7`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(pub String);

impl ArticleId {
    /// The id of what `source` first showed under `key` (an entry's identity key): the first 80 bits of
    /// SHA-256 over both, in base32. 80 bits keep the chance of one collision in 10^9 articles below 10^-6.
    pub fn of(source: &SourceId, key: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(source.0.as_bytes());
        hash.update([0]);
        hash.update(key.as_bytes());
        let digest = hash.finalize();
        let mut id = BASE32_NOPAD.encode(digest.get(..10).unwrap_or_default());
        id.make_ascii_lowercase();
        Self(id)
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A URL in the one form that equal addresses share. Made by `judges::dedup::canonical`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CanonicalUrl(pub String);

/// The first 128 bits of SHA-256 over some content: equal content has equal fingerprints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// Fingerprint of `parts`, with their borders: `["ab"]` and `["a", "b"]` differ.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let mut first = [0; 16];
        first.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        Self(first)
    }
}

/// What an entry is recognized by when its id has changed. Made by `judges::dedup::marks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// Where it leads, where that is its own.
    pub link: Option<Fingerprint>,
    /// Its headline and time or, without these, its words; where its link alone does not tell it.
    pub text: Option<Fingerprint>,
    /// All it says, but for where it leads. `None` where that was never noted.
    pub words: Option<Fingerprint>,
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}
