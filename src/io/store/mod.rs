//! The state: what is known of doors, entries, addresses and articles, in one embedded `SQLite` file.
//!
//! Write-ahead log, `synchronous = FULL`: what a commit returned from survives a power cut. One process at a
//! time: the folder is locked by a file next to the database. Each statement here is one fact put in or
//! taken out; what follows from facts is decided elsewhere.

mod rows;
mod schema;
mod texts;

pub use rows::{ArticleRow, DoorRow, EntryRow, HostRow, Noted, Settled, WaitingRow};
pub use texts::{TextRow, Texts};

use crate::model::{ArticleId, CanonicalUrl, Fingerprint, Marks, SourceId};
use rows::blob;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, params};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds the folder.
    #[error("another khabar works on the state folder {0}; stop it first, or configure another `state.dir`")]
    Locked(PathBuf),
    /// The folder or its lock file could not be opened.
    #[error("cannot open the state folder {path}")]
    Folder {
        /// What was opened.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The state was written by a newer khabar.
    #[error(
        "the state in {path} has schema {found}, this khabar knows up to {known}; install the newer khabar again"
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The state was written by an older khabar and is only to be read.
    #[error(
        "the state in {path} has schema {found}, this khabar reads {known}; start `khabar run` once, which brings it up to date"
    )]
    Older {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// `SQLite` failed.
    #[error("the state database failed at `{operation}`")]
    Database {
        /// Which operation.
        operation: &'static str,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
}

type Result<T> = std::result::Result<T, Error>;

/// Turns a database error into ours, with the operation it broke.
fn at(operation: &'static str) -> impl FnOnce(rusqlite::Error) -> Error {
    move |source| Error::Database { operation, source }
}

/// Hosts whose pages are remembered; beyond, those go whose pages were not read for longest.
const SITES_MAX: u32 = 4096;

/// The open state of one khabar.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    // Last, so that the database is closed while the folder is still locked; none where it is only read.
    _lock: Option<Lock>,
}

/// The lock of a state folder. It ends with the process whatever happens.
///
/// # Why
/// It is taken off by hand: while another thread starts a program, that one has a copy of the file for a moment,
/// and the lock would stay until the last copy is closed.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Where this fails, closing the file does the same.
        drop(self.0.unlock());
    }
}

impl Store {
    /// Opens or creates the state in `dir` and takes its lock.
    pub fn open(dir: &Path) -> Result<Self> {
        let folder = |source| Error::Folder { path: dir.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(folder)?;
        let lock = Lock(File::create(dir.join("lock")).map_err(folder)?);
        match lock.0.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Locked(dir.to_owned())),
            Err(TryLockError::Error(source)) => return Err(folder(source)),
        }
        let path = dir.join("khabar.sqlite");
        let db = Connection::open(&path).map_err(at("open"))?;
        schema::prepare(&db, &path)?;
        Ok(Self { db, _lock: Some(lock) })
    }

    /// Opens the state in `dir` for reading, beside the process that works on it. `None` where there is none yet.
    pub fn read(dir: &Path) -> Result<Option<Self>> {
        let path = dir.join("khabar.sqlite");
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&path, flags).map_err(at("open for reading"))?;
        schema::check(&db, &path)?;
        Ok(Some(Self { db, _lock: None }))
    }

    /// Opens a transaction; what follows becomes durable together at [`Self::commit`].
    pub fn begin(&self) -> Result<()> {
        self.db.execute_batch("BEGIN IMMEDIATE").map_err(at("begin"))
    }

    /// Makes everything since [`Self::begin`] durable.
    pub fn commit(&self) -> Result<()> {
        self.db.execute_batch("COMMIT").map_err(at("commit"))
    }

    /// Forgets everything since [`Self::begin`]. Without effect when no transaction is open.
    pub fn roll_back(&self) -> Result<()> {
        if self.db.is_autocommit() {
            return Ok(());
        }
        self.db.execute_batch("ROLLBACK").map_err(at("roll back"))
    }

    /// All doors with what is known of them.
    pub fn doors(&self) -> Result<Vec<DoorRow>> {
        self.all("SELECT source, url, state FROM doors", "read doors", [], |row| {
            Ok(DoorRow { source: source_of(row, 0)?, url: row.get(1)?, state: row.get(2)? })
        })
    }

    /// Keeps what is known of a door.
    pub fn put_door(&self, door: &DoorRow) -> Result<()> {
        self.run(
            "INSERT INTO doors (source, url, state) VALUES (?1, ?2, ?3)
             ON CONFLICT (source, url) DO UPDATE SET state = excluded.state",
            "write a door",
            params![door.source.0, door.url, door.state],
        )
    }

    /// Keeps a door that is not known yet.
    pub fn add_door(&self, door: &DoorRow) -> Result<()> {
        self.run(
            "INSERT INTO doors (source, url, state) VALUES (?1, ?2, ?3) ON CONFLICT (source, url) DO NOTHING",
            "add a door",
            params![door.source.0, door.url, door.state],
        )
    }

    /// What hosts ask of us, but for what means nothing any more at `now` (Unix seconds).
    pub fn hosts(&self, now: i64) -> Result<Vec<HostRow>> {
        self.all("SELECT kind, host, state, until FROM hosts WHERE until > ?1", "read hosts", [now], |row| {
            Ok(HostRow { kind: row.get(0)?, host: row.get(1)?, state: row.get(2)?, until: row.get(3)? })
        })
    }

    /// Keeps what a host asks of us.
    pub fn put_host(&self, row: &HostRow) -> Result<()> {
        self.run(
            "INSERT INTO hosts (kind, host, state, until) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (kind, host) DO UPDATE SET state = excluded.state, until = excluded.until",
            "write a host",
            params![row.kind, row.host, row.state, row.until],
        )
    }

    /// Forgets what hosts asked once, where it means nothing any more at `now` (Unix seconds).
    pub fn drop_hosts(&self, now: i64) -> Result<()> {
        self.run("DELETE FROM hosts WHERE until <= ?1", "forget hosts", [now])
    }

    /// What the page at an address was recognized by when it was read last.
    pub fn page(&self, source: &SourceId, url: &CanonicalUrl) -> Result<Option<String>> {
        self.one(
            "SELECT validators FROM pages WHERE source = ?1 AND url = ?2",
            "look up a page",
            params![source.0, url.0],
            |row| row.get(0),
        )
    }

    /// Keeps what a page is recognized by.
    pub fn put_page(&self, source: &SourceId, url: &CanonicalUrl, validators: &str) -> Result<()> {
        self.run(
            "INSERT INTO pages (source, url, validators) VALUES (?1, ?2, ?3)
             ON CONFLICT (source, url) DO UPDATE SET validators = excluded.validators",
            "write a page",
            params![source.0, url.0, validators],
        )
    }

    /// What the pages of a host have shown.
    pub fn site(&self, host: &str) -> Result<Option<Vec<u8>>> {
        self.one("SELECT memory FROM sites WHERE host = ?1", "look up a site", [host], |row| row.get(0))
    }

    /// Keeps what the pages of a host have shown, the last at `now` (Unix seconds). Of too many hosts those go whose
    /// pages were not read for longest.
    pub fn put_site(&self, host: &str, memory: &[u8], now: i64) -> Result<()> {
        self.run(
            "INSERT INTO sites (host, memory, used) VALUES (?1, ?2, ?3)
             ON CONFLICT (host) DO UPDATE SET memory = excluded.memory, used = excluded.used",
            "write a site",
            params![host, memory, now],
        )
    }

    /// Forgets sites, where there are too many.
    pub fn drop_sites(&self) -> Result<()> {
        self.run(
            "DELETE FROM sites WHERE rowid IN (SELECT rowid FROM sites ORDER BY used DESC, rowid DESC LIMIT -1 OFFSET ?1)",
            "forget sites",
            [SITES_MAX],
        )
    }

    /// What is known of the posts of a live page.
    pub fn coverage(&self, source: &SourceId, url: &str) -> Result<Option<String>> {
        self.one(
            "SELECT state FROM coverages WHERE source = ?1 AND url = ?2",
            "look up a live page",
            params![source.0, url],
            |row| row.get(0),
        )
    }

    /// Keeps what is known of the posts of a live page.
    pub fn put_coverage(&self, source: &SourceId, url: &str, state: &str) -> Result<()> {
        self.run(
            "INSERT INTO coverages (source, url, state) VALUES (?1, ?2, ?3)
             ON CONFLICT (source, url) DO UPDATE SET state = excluded.state",
            "write a live page",
            params![source.0, url, state],
        )
    }

    /// What is being written of looks at live pages, in the order in which it was begun.
    pub fn works(&self) -> Result<Vec<String>> {
        self.all("SELECT work FROM works ORDER BY n", "read works", [], |row| row.get(0))
    }

    /// Notes what is being written of a look at a live page.
    pub fn put_work(&self, work: &str) -> Result<()> {
        self.run("INSERT INTO works (work) VALUES (?1)", "note a work", [work])
    }

    /// Forgets what was being written: it is.
    pub fn drop_works(&self) -> Result<()> {
        self.run("DELETE FROM works", "forget works", [])
    }

    /// An entry as a door knows it.
    pub fn entry(&self, source: &SourceId, door: &str, key: &str) -> Result<Option<EntryRow>> {
        let sql = format!("{} WHERE source = ?1 AND key = ?2 AND door = ?3", rows::SELECT_ENTRY);
        self.one(&sql, "look up an entry", params![source.0, key, door], rows::entry)
    }

    /// The entries of a door that lead to `link`, in the order of their keys.
    pub fn entries_leading_to(
        &self,
        source: &SourceId,
        door: &str,
        link: Fingerprint,
    ) -> Result<Vec<EntryRow>> {
        let sql = format!(
            "{} WHERE link = ?1 AND source = ?2 AND door = ?3 ORDER BY key LIMIT 100",
            rows::SELECT_ENTRY
        );
        self.all(&sql, "look up a link", params![link.0, source.0, door], rows::entry)
    }

    /// The entries of a door that have `text`, in the order of their keys.
    pub fn entries_having(&self, source: &SourceId, door: &str, text: Fingerprint) -> Result<Vec<EntryRow>> {
        let sql = format!(
            "{} WHERE text = ?1 AND source = ?2 AND door = ?3 ORDER BY key LIMIT 100",
            rows::SELECT_ENTRY
        );
        self.all(&sql, "look up a text", params![text.0, source.0, door], rows::entry)
    }

    /// Notes what a known entry of a door is recognized by: its key too, unless another has that.
    pub fn put_noted(&self, source: &SourceId, door: &str, noted: &Noted) -> Result<()> {
        let Marks { link, text, words } = noted.marks;
        self.run(
            "UPDATE OR IGNORE entries SET key = ?4, link = ?5, text = ?6, words = ?7
             WHERE source = ?1 AND key = ?2 AND door = ?3",
            "note an entry",
            params![source.0, noted.was, door, noted.key, blob(link), blob(text), blob(words)],
        )
    }

    /// The article an entry led to.
    pub fn article_of_entry(&self, source: &SourceId, key: &str) -> Result<Option<ArticleRow>> {
        self.article_where(
            "JOIN entries e ON e.article = a.id WHERE e.source = ?1 AND e.key = ?2 LIMIT 1",
            params![source.0, key],
        )
    }

    /// The keys of the entries that led to an article.
    pub fn entries_of(&self, article: &ArticleId) -> Result<Vec<String>> {
        self.all(
            "SELECT DISTINCT key FROM entries WHERE article = ?1",
            "look up an article's entries",
            [&article.0],
            |row| row.get(0),
        )
    }

    /// Settles an entry: what it said, and the article it led to, if any.
    pub fn put_entry(&self, source: &SourceId, settled: &Settled) -> Result<()> {
        self.run(
            "INSERT INTO entries (source, key, door, said, outcome, article, link, text, words)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (source, key, door) DO UPDATE SET said = excluded.said, outcome = excluded.outcome,
             article = coalesce(excluded.article, article),
             link = CASE WHEN excluded.words IS NULL THEN link ELSE excluded.link END,
             text = CASE WHEN excluded.words IS NULL THEN text ELSE excluded.text END,
             words = coalesce(excluded.words, words)",
            "write an entry",
            params![
                source.0,
                settled.key,
                settled.door,
                settled.said.0,
                settled.outcome.name(),
                settled.article.as_ref().map(|id| id.0.as_str()),
                blob(settled.marks.link),
                blob(settled.marks.text),
                blob(settled.marks.words),
            ],
        )
    }

    /// The article of `source` that was reached at an address.
    pub fn article_at(&self, source: &SourceId, url: &CanonicalUrl) -> Result<Option<ArticleRow>> {
        self.article_where(
            "JOIN urls u ON u.article = a.id WHERE u.url = ?1 AND u.source = ?2 AND u.reached",
            params![url.0, source.0],
        )
    }

    /// The article of `source` that was reached at an address or declared it as its own.
    pub fn article_declared_at(&self, source: &SourceId, url: &CanonicalUrl) -> Result<Option<ArticleRow>> {
        self.article_where(
            "JOIN urls u ON u.article = a.id WHERE u.url = ?1 AND u.source = ?2",
            params![url.0, source.0],
        )
    }

    /// The earliest article of another source at an address, published or being so.
    pub fn elsewhere_at(&self, source: &SourceId, url: &CanonicalUrl) -> Result<Option<ArticleRow>> {
        self.article_where(
            "JOIN urls u ON u.article = a.id WHERE u.url = ?1 AND a.source <> ?2 AND (a.revision > 0 OR a.intent IS NOT NULL)
             ORDER BY a.n LIMIT 1",
            params![url.0, source.0],
        )
    }

    /// The earliest article of another source with the same words, first seen since `since` (Unix
    /// seconds), published or being so.
    pub fn elsewhere_like(
        &self,
        source: &SourceId,
        content: Fingerprint,
        since: i64,
    ) -> Result<Option<ArticleRow>> {
        self.article_where(
            "WHERE a.content = ?1 AND a.source <> ?2 AND (a.revision > 0 OR a.intent IS NOT NULL) AND a.first_seen >= ?3
             ORDER BY a.n LIMIT 1",
            params![content.0, source.0, since],
        )
    }

    /// The earliest published article of `source` with the same words whose newest revision is the same too.
    pub fn article_saying(
        &self,
        source: &SourceId,
        content: Fingerprint,
        revision: Fingerprint,
    ) -> Result<Option<ArticleRow>> {
        self.article_where(
            "WHERE a.content = ?1 AND a.source = ?2 AND a.fingerprint = ?3 AND a.revision > 0 ORDER BY a.n LIMIT 1",
            params![content.0, source.0, revision.0],
        )
    }

    /// An article by id.
    pub fn article(&self, id: &ArticleId) -> Result<Option<ArticleRow>> {
        self.article_where("WHERE a.id = ?1", params![id.0])
    }

    /// Places, in the order of their first sight, of the published articles that were seen first since then, Unix
    /// seconds, and whose id is asked for. Posts of live pages are none.
    pub fn articles_since(&self, since: i64, is_asked: impl Fn(&str) -> bool) -> Result<Vec<i64>> {
        let sql = "SELECT n, id, first_seen, revision > 0 FROM articles
             WHERE path NOT LIKE 'live/%' ORDER BY n DESC";
        let failed = at("read articles");
        let read = || -> rusqlite::Result<Vec<i64>> {
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut places = Vec::new();
            while let Some(row) = rows.next()? {
                if row.get::<_, i64>(2)? < since {
                    break;
                }
                if row.get(3)? && is_asked(row.get_ref(1)?.as_str()?) {
                    places.push(row.get(0)?);
                }
            }
            Ok(places)
        };
        let mut places = read().map_err(failed)?;
        places.reverse();
        Ok(places)
    }

    /// Tells all articles, in the order of their first sight.
    pub fn each_article(&self, mut tell: impl FnMut(ArticleRow)) -> Result<()> {
        let sql = format!("{} ORDER BY a.n", rows::SELECT_ARTICLE);
        let mut statement = self.db.prepare(&sql).map_err(at("read articles"))?;
        let mut rows = statement.query([]).map_err(at("read articles"))?;
        while let Some(row) = rows.next().map_err(at("read articles"))? {
            tell(rows::article(row).map_err(at("read articles"))?);
        }
        Ok(())
    }

    /// The article at a place of [`Self::articles_since`].
    pub fn article_at_place(&self, place: i64) -> Result<Option<ArticleRow>> {
        self.article_where("WHERE a.n = ?1", params![place])
    }

    /// Articles whose file was about to be written when the process ended.
    pub fn intents(&self) -> Result<Vec<ArticleRow>> {
        let sql = format!("{} WHERE a.intent IS NOT NULL ORDER BY a.n", rows::SELECT_ARTICLE);
        self.all(&sql, "read intents", [], rows::article)
    }

    /// Adds or replaces an article's row.
    pub fn put_article(&self, row: &ArticleRow) -> Result<()> {
        self.run(
            "INSERT INTO articles (id, source, path, revision, fingerprint, content, sha256, is_teaser, first_seen, intent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, fingerprint = excluded.fingerprint,
             content = excluded.content, sha256 = excluded.sha256, is_teaser = excluded.is_teaser, intent = excluded.intent",
            "write an article",
            params![
                row.id.0,
                row.source.0,
                row.path,
                row.revision,
                row.fingerprint.0,
                row.content.map(|content| content.0),
                row.sha256,
                row.is_teaser,
                row.first_seen,
                row.intent,
            ],
        )
    }

    /// Notes that an address leads to an article of its source: `reached`, or only declared by its page. The
    /// first article keeps an address, but one that was reached there takes it from one that only declared it.
    pub fn put_url(
        &self,
        source: &SourceId,
        url: &CanonicalUrl,
        article: &ArticleId,
        reached: bool,
    ) -> Result<()> {
        self.run(
            "INSERT INTO urls (url, source, article, reached) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (url, source) DO UPDATE SET
             article = CASE WHEN excluded.reached > reached THEN excluded.article ELSE article END,
             reached = max(reached, excluded.reached)",
            "write an address",
            params![url.0, source.0, article.0, reached],
        )
    }

    /// Entries of a door that wait for another try, in the order of their times.
    pub fn waiting(&self, source: &SourceId, door: &str) -> Result<Vec<WaitingRow>> {
        self.all(
            "SELECT key, entry, tries, due, reason, link, text, words FROM waiting WHERE source = ?1 AND door = ?2 ORDER BY due",
            "read waiting entries",
            params![source.0, door],
            rows::waiting,
        )
    }

    /// When the first waiting entry of each door is due, Unix milliseconds.
    pub fn waiting_first(&self) -> Result<Vec<(SourceId, String, i64)>> {
        self.all(
            "SELECT source, door, min(due) FROM waiting GROUP BY source, door",
            "read waiting entries",
            [],
            |row| Ok((source_of(row, 0)?, row.get(1)?, row.get(2)?)),
        )
    }

    /// How many entries of a door wait for another try.
    pub fn waiting_count(&self, source: &SourceId, door: &str) -> Result<usize> {
        let count = self.one(
            "SELECT count(*) FROM waiting WHERE source = ?1 AND door = ?2",
            "count waiting entries",
            params![source.0, door],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// The keys of the entries that wait for another try at a door, with what they are recognized by beside them.
    /// What waits at a door that is gone waits for nothing.
    pub fn waiting_marks(&self, source: &SourceId, door: &str) -> Result<Vec<(String, Marks)>> {
        self.all(
            "SELECT key, link, text, words FROM waiting WHERE source = ?1 AND door = ?2 ORDER BY key",
            "look up waiting entries",
            params![source.0, door],
            |row| Ok((row.get(0)?, rows::marks(row, 1)?)),
        )
    }

    /// Lets an entry wait for another try.
    pub fn put_waiting(&self, source: &SourceId, door: &str, row: &WaitingRow) -> Result<()> {
        self.run(
            "INSERT INTO waiting (source, key, door, entry, tries, due, reason, link, text, words)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (source, key, door) DO UPDATE SET entry = excluded.entry, tries = excluded.tries,
             due = excluded.due, reason = excluded.reason, link = excluded.link, text = excluded.text,
             words = excluded.words",
            "write a waiting entry",
            params![
                source.0,
                row.key,
                door,
                row.entry,
                row.tries,
                row.due,
                row.reason,
                blob(row.marks.link),
                blob(row.marks.text),
                blob(row.marks.words),
            ],
        )
    }

    /// Ends an entry's waiting, at all doors.
    pub fn drop_waiting(&self, source: &SourceId, key: &str) -> Result<()> {
        self.run(
            "DELETE FROM waiting WHERE source = ?1 AND key = ?2",
            "end a waiting entry",
            params![source.0, key],
        )
    }

    /// The last event that the state has taken in: its sequence number and the hash of its line.
    pub fn log_head(&self) -> Result<(u64, String)> {
        let head = self.one("SELECT seq, hash FROM log_head", "read the log's head", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(head.unwrap_or_default())
    }

    /// Notes the last event that the state has taken in.
    pub fn put_log_head(&self, seq: u64, hash: &str) -> Result<()> {
        self.run(
            "INSERT INTO log_head (one, seq, hash) VALUES (1, ?1, ?2)
             ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
            "write the log's head",
            params![seq, hash],
        )
    }

    /// Number of published articles.
    pub fn articles_published(&self) -> Result<u64> {
        let count =
            self.one("SELECT count(*) FROM articles WHERE revision > 0", "count articles", [], |row| {
                row.get(0)
            })?;
        Ok(count.unwrap_or_default())
    }

    fn article_where(&self, condition: &str, values: impl rusqlite::Params) -> Result<Option<ArticleRow>> {
        let sql = format!("{} {condition}", rows::SELECT_ARTICLE);
        self.one(&sql, "look up an article", values, rows::article)
    }

    fn run(&self, sql: &str, operation: &'static str, values: impl rusqlite::Params) -> Result<()> {
        let mut statement = self.db.prepare_cached(sql).map_err(at(operation))?;
        statement.execute(values).map(|_rows| ()).map_err(at(operation))
    }

    fn one<T>(
        &self,
        sql: &str,
        operation: &'static str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.db.prepare_cached(sql).map_err(at(operation))?;
        statement.query_row(values, read).optional().map_err(at(operation))
    }

    fn all<T>(
        &self,
        sql: &str,
        operation: &'static str,
        values: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.db.prepare_cached(sql).map_err(at(operation))?;
        let rows = statement.query_map(values, read).map_err(at(operation))?;
        rows.collect::<rusqlite::Result<_>>().map_err(at(operation))
    }
}

fn source_of(row: &Row<'_>, column: usize) -> rusqlite::Result<SourceId> {
    Ok(SourceId(row.get::<_, String>(column)?.into()))
}

#[cfg(test)]
mod tests;
