//! What a source lists, and how each listed thing ended.

use super::Moment;
use serde::{Deserialize, Serialize};
use url::Url;

/// A pointer to an article, found in a feed or a listing, with what the source said about it there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entry {
    /// Identity within its source: the feed's id where it has one, else the link as printed, else a hash
    /// of title, date and body. Never empty.
    pub key: String,
    /// Absolute address of the article's page.
    pub url: Option<Url>,
    /// Headline as plain text; may be empty.
    pub title: String,
    /// When the publisher says it was published.
    pub published: Option<Moment>,
    /// When the publisher says it was last changed.
    pub updated: Option<Moment>,
    /// The feed's description, markup as given.
    pub summary: Option<String>,
    /// The body that the entry itself carries, markup as given.
    pub content: Option<String>,
    /// Authors as printed.
    pub authors: Vec<String>,
    /// Categories.
    pub tags: Vec<String>,
    /// Attached media.
    pub enclosures: Vec<Enclosure>,
}

/// A medium attached to an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Absolute address.
    pub url: Url,
    /// MIME type as declared; `image/*` and the like where only the kind is known.
    pub mime: Option<String>,
    /// Its caption, plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Whose it is, plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
}

/// How an entry seen in a poll ended. Every entry ends in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A new article was written.
    Published,
    /// A new revision of a known article was written.
    Updated,
    /// The same article as one known under another entry, URL or source.
    Duplicate,
    /// Known, and nothing of it changed.
    Unchanged,
    /// Its page could not be had yet; it is tried again later.
    Deferred,
    /// Its page is no article (a login wall, a media file, an empty page).
    NotArticle,
    /// Given up, with a reason in the log.
    Failed,
}

impl Outcome {
    /// All outcomes, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::Published,
        Self::Updated,
        Self::Duplicate,
        Self::Unchanged,
        Self::Deferred,
        Self::NotArticle,
        Self::Failed,
    ];

    /// The name used in counters, logs and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Updated => "updated",
            Self::Duplicate => "duplicate",
            Self::Unchanged => "unchanged",
            Self::Deferred => "deferred",
            Self::NotArticle => "not_article",
            Self::Failed => "failed",
        }
    }
}

/// Entries seen, and how many ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Entries seen.
    pub seen: u64,
    ends: [u64; 7],
}

impl Tally {
    /// So many entries seen, none of them ended yet.
    pub fn of(seen: u64) -> Self {
        Self { seen, ..Self::default() }
    }

    /// Counts one entry's end.
    pub fn end(&mut self, outcome: Outcome) {
        if let Some(count) = self.ends.get_mut(outcome as usize) {
            *count += 1;
        }
    }

    /// How many ended so.
    pub fn ended(&self, outcome: Outcome) -> u64 {
        self.ends.get(outcome as usize).copied().unwrap_or_default()
    }

    /// Whether each entry seen has ended exactly once.
    pub fn is_whole(&self) -> bool {
        self.seen == self.ends.iter().sum::<u64>()
    }

    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.seen += other.seen;
        for (mine, theirs) in self.ends.iter_mut().zip(other.ends) {
            *mine += theirs;
        }
    }
}
