//! The tables of the state, their version, and the settings of the connection.

use super::{Error, Result, at};
use rusqlite::Connection;
use std::{cmp::Ordering, path::Path};

/// Version of the tables: the number of [`STEPS`].
const VERSION: i64 = 5;

/// What each version added, in order; a new database takes all steps, an older one those it lacks. A step that
/// was released is never changed.
const STEPS: [&str; 5] = [FIRST, HOSTS_AND_PAGES, MARKS, SITES, COVERAGES];

const FIRST: &str = "
-- One row a door that was ever polled; `state` is JSON of the pipeline's own.
CREATE TABLE doors (
    source TEXT NOT NULL, url TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (source, url)) WITHOUT ROWID;
-- Entries that came to an end: what each door said of them then, how they ended, the article they led to.
CREATE TABLE entries (
    source TEXT NOT NULL, key TEXT NOT NULL, door TEXT NOT NULL, said BLOB NOT NULL, outcome TEXT NOT NULL,
    article TEXT, PRIMARY KEY (source, key, door)) WITHOUT ROWID;
CREATE INDEX entries_article ON entries (article) WHERE article IS NOT NULL;
-- Entries whose page could not be had yet; `entry` is JSON, `due` Unix milliseconds.
CREATE TABLE waiting (
    source TEXT NOT NULL, key TEXT NOT NULL, door TEXT NOT NULL, entry TEXT NOT NULL, tries INTEGER NOT NULL,
    due INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (source, key, door)) WITHOUT ROWID;
CREATE INDEX waiting_doors ON waiting (source, door, due);
-- Articles in the order of their first sight: where their files are and what the newest revision holds. `revision` is the newest published one,
-- 0 before the first; `intent` is JSON of what is being written, null when nothing is; `first_seen` Unix seconds.
CREATE TABLE articles (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, path TEXT NOT NULL, revision INTEGER NOT NULL,
    fingerprint BLOB NOT NULL, content BLOB, sha256 TEXT NOT NULL, is_teaser INTEGER NOT NULL,
    first_seen INTEGER NOT NULL, intent TEXT);
CREATE INDEX articles_content ON articles (content) WHERE content IS NOT NULL;
CREATE INDEX articles_intent ON articles (n) WHERE intent IS NOT NULL;
-- Canonical addresses of articles: `reached` 1 where a fetch led there, 0 where only the page said so.
CREATE TABLE urls (
    url TEXT NOT NULL, source TEXT NOT NULL, article TEXT NOT NULL, reached INTEGER NOT NULL,
    PRIMARY KEY (url, source)) WITHOUT ROWID;
CREATE TABLE log_head (one INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL);
";

const HOSTS_AND_PAGES: &str = "
-- What hosts ask of us: `kind` says what, `host` for which host, domain or address; `state` is JSON of the pipeline's own,
-- `until` Unix seconds after which it means nothing any more.
CREATE TABLE hosts (
    kind TEXT NOT NULL, host TEXT NOT NULL, state TEXT NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY (kind, host)) WITHOUT ROWID;
-- What the page of an article was recognized by when it was read last; `validators` is JSON of the pipeline's own.
CREATE TABLE pages (
    source TEXT NOT NULL, url TEXT NOT NULL, validators TEXT NOT NULL, PRIMARY KEY (source, url)) WITHOUT ROWID;
";

const MARKS: &str = "
-- What an entry is recognized by when its id has changed: where it leads, its headline and time, all it says. Null where
-- that is not its own, or was not noted yet.
ALTER TABLE entries ADD COLUMN link BLOB;
ALTER TABLE entries ADD COLUMN text BLOB;
ALTER TABLE entries ADD COLUMN words BLOB;
CREATE INDEX entries_link ON entries (link) WHERE link IS NOT NULL;
CREATE INDEX entries_text ON entries (text) WHERE text IS NOT NULL;
ALTER TABLE waiting ADD COLUMN link BLOB;
ALTER TABLE waiting ADD COLUMN text BLOB;
ALTER TABLE waiting ADD COLUMN words BLOB;
";

const SITES: &str = "
-- What the pages of a host have shown: `memory` is the reader's own, `used` Unix seconds of the last page taken in.
CREATE TABLE sites (host TEXT NOT NULL PRIMARY KEY, memory BLOB NOT NULL, used INTEGER NOT NULL);
CREATE INDEX sites_used ON sites (used);
";

const COVERAGES: &str = "
-- What is known of the posts of a live page; `state` is JSON of the reader's own, `url` the address of its door.
CREATE TABLE coverages (
    source TEXT NOT NULL, url TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (source, url)) WITHOUT ROWID;
-- What is being written of looks at live pages, while it is: JSON of the pipeline's own, done again after a crash.
CREATE TABLE works (n INTEGER PRIMARY KEY, work TEXT NOT NULL);
";

/// Sets the connection up and makes or checks the tables.
pub(super) fn prepare(db: &Connection, path: &Path) -> Result<()> {
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4096;
         PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216;",
    )
    .map_err(at("set up"))?;
    db.set_prepared_statement_cache_capacity(64);
    let found = version(db)?;
    let Some(missing) = usize::try_from(found).ok().and_then(|found| STEPS.get(found..)) else {
        return Err(Error::Newer { path: path.to_owned(), found, known: VERSION });
    };
    if missing.is_empty() {
        return Ok(());
    }
    let steps = missing.concat();
    db.execute_batch(&format!("BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION}; COMMIT"))
        .map_err(at("bring the tables up to date"))
}

/// Sees that the tables are those of this version, for a reader, which changes nothing.
pub(super) fn check(db: &Connection, path: &Path) -> Result<()> {
    let (path, found, known) = (path.to_owned(), version(db)?, VERSION);
    match found.cmp(&known) {
        Ordering::Less => Err(Error::Older { path, found, known }),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(Error::Newer { path, found, known }),
    }
}

fn version(db: &Connection) -> Result<i64> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(at("read the schema version"))
}
