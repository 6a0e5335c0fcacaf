//! What the tables hold, row by row.

use crate::model::{ArticleId, Fingerprint, Marks, Outcome, SourceId};
use rusqlite::Row;

/// What is known of a door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorRow {
    /// Its source.
    pub source: SourceId,
    /// Its configured address.
    pub url: String,
    /// JSON; the pipeline's own.
    pub state: String,
}

/// Something that a host asks of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRow {
    /// What: the pipeline's own word.
    pub kind: String,
    /// Of which host, domain or address.
    pub host: String,
    /// JSON; the pipeline's own.
    pub state: String,
    /// Unix seconds after which it means nothing any more.
    pub until: i64,
}

/// An entry that came to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Its identity within the source.
    pub key: String,
    /// The address of the door that listed it.
    pub door: String,
    /// What it said there.
    pub said: Fingerprint,
    /// What it is recognized by beside its key; those that are known stay where there are none.
    pub marks: Marks,
    /// How it ended.
    pub outcome: Outcome,
    /// The article it led to.
    pub article: Option<ArticleId>,
}

/// An entry as a door knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Its identity within the source.
    pub key: String,
    /// What the door said of it when it was last settled.
    pub said: Fingerprint,
    /// What it is recognized by beside its key.
    pub marks: Marks,
}

/// What is noted of a known entry of a door that says nothing new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The key that it is known under.
    pub was: String,
    /// Its key from now on.
    pub key: String,
    /// What it is recognized by.
    pub marks: Marks,
}

/// An entry that waits for another try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// Its identity within the source.
    pub key: String,
    /// The entry as JSON.
    pub entry: String,
    /// Tries so far.
    pub tries: u32,
    /// Next try, Unix milliseconds.
    pub due: i64,
    /// Why the last one failed: a stable code.
    pub reason: String,
    /// What it is recognized by beside its key.
    pub marks: Marks,
}

/// An article of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleRow {
    /// Its id.
    pub id: ArticleId,
    /// Its source.
    pub source: SourceId,
    /// Path of its files below the output folder, without extension.
    pub path: String,
    /// Newest published revision, 0 before the first.
    pub revision: u64,
    /// What makes a revision of it.
    pub fingerprint: Fingerprint,
    /// Its words in matching form.
    pub content: Option<Fingerprint>,
    /// SHA-256 of its JSON file, hex.
    pub sha256: String,
    /// Whether it was made of the feed alone.
    pub is_teaser: bool,
    /// Unix seconds.
    pub first_seen: i64,
    /// JSON of what is being written, while it is.
    pub intent: Option<String>,
}

/// All columns of an article, for [`article`].
pub(super) const SELECT_ARTICLE: &str =
    "SELECT a.id, a.source, a.path, a.revision, a.fingerprint, a.content, a.sha256,
    a.is_teaser, a.first_seen, a.intent FROM articles a";

pub(super) fn article(row: &Row<'_>) -> rusqlite::Result<ArticleRow> {
    Ok(ArticleRow {
        id: ArticleId(row.get(0)?),
        source: super::source_of(row, 1)?,
        path: row.get(2)?,
        revision: row.get(3)?,
        fingerprint: Fingerprint(row.get(4)?),
        content: row.get::<_, Option<[u8; 16]>>(5)?.map(Fingerprint),
        sha256: row.get(6)?,
        is_teaser: row.get(7)?,
        first_seen: row.get(8)?,
        intent: row.get(9)?,
    })
}

pub(super) fn waiting(row: &Row<'_>) -> rusqlite::Result<WaitingRow> {
    Ok(WaitingRow {
        key: row.get(0)?,
        entry: row.get(1)?,
        tries: row.get(2)?,
        due: row.get(3)?,
        reason: row.get(4)?,
        marks: marks(row, 5)?,
    })
}

/// All columns of an entry, for [`entry`].
pub(super) const SELECT_ENTRY: &str = "SELECT key, said, link, text, words FROM entries";

pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<EntryRow> {
    Ok(EntryRow { key: row.get(0)?, said: Fingerprint(row.get(1)?), marks: marks(row, 2)? })
}

/// Three columns from `first` on.
pub(super) fn marks(row: &Row<'_>, first: usize) -> rusqlite::Result<Marks> {
    let mark =
        |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<[u8; 16]>>(column)?.map(Fingerprint));
    Ok(Marks { link: mark(first)?, text: mark(first + 1)?, words: mark(first + 2)? })
}

/// A mark as it is written.
pub(super) fn blob(mark: Option<Fingerprint>) -> Option<[u8; 16]> {
    mark.map(|mark| mark.0)
}
