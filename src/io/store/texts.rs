//! Words of texts, for telling copies: a `SQLite` file for each day, so that a day is forgotten by deleting its file.
//!
//! It is an index: what a crash takes of it can be had again. A file that cannot be read is deleted.

use super::{Error, at};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Texts that are written at once.
const BATCH: u32 = 256;

/// A text as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// Its number; numbers rise.
    pub number: u32,
    /// What it is called outside.
    pub id: String,
    /// Hash of its address, 0 for none.
    pub url: u64,
    /// Hash of who published it.
    pub outlet: u32,
    /// When it was published, Unix seconds.
    pub time: i64,
    /// The number that its cluster is called after.
    pub cluster: u32,
    /// Its words, little-endian.
    pub words: Vec<u8>,
    /// What its story is called.
    pub story: String,
    /// What it is about, little-endian.
    pub about: Vec<u8>,
}

/// The files of a folder.
#[derive(Debug)]
pub struct Texts {
    folder: PathBuf,
    days: BTreeMap<i64, Day>,
}

/// The texts of a day.
#[derive(Debug)]
struct Day {
    db: Connection,
    path: PathBuf,
    /// The number of its first text.
    first: u32,
    /// Texts that are not yet written.
    waiting: u32,
}

impl Texts {
    /// Opens or creates the folder; gives how many files could not be read and were deleted.
    pub fn open(folder: &Path) -> Result<(Self, usize), Error> {
        let failed = |source| Error::Folder { path: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut texts = Self { folder: folder.to_owned(), days: BTreeMap::new() };
        let mut lost = 0;
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let Some(day) = day_of(&path) else { continue };
            if let Ok(Some(found)) = Day::open(&path) {
                texts.days.insert(day, found);
            } else {
                remove(&path)?;
                lost += 1;
            }
        }
        Ok((texts, lost))
    }

    /// Deletes the folder with all that is in it.
    pub fn delete(folder: &Path) -> Result<(), Error> {
        match std::fs::remove_dir_all(folder) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::Folder { path: folder.to_owned(), source })
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Tells what each text is called outside.
    pub fn ids(&self, mut tell: impl FnMut(&str)) -> Result<(), Error> {
        for day in self.days.values() {
            let mut statement = day.db.prepare("SELECT id FROM texts").map_err(at("read texts"))?;
            let mut rows = statement.query([]).map_err(at("read texts"))?;
            while let Some(row) = rows.next().map_err(at("read texts"))? {
                let id: String = row.get(0).map_err(at("read texts"))?;
                tell(&id);
            }
        }
        Ok(())
    }

    /// Keeps a text that was seen on a day, counted from 1970; days rise.
    pub fn put(&mut self, day: i64, row: &TextRow) -> Result<(), Error> {
        if !self.days.contains_key(&day) {
            self.flush()?;
            let path = self.folder.join(format!("{day}.sqlite"));
            let created = Day::create(&path, row.number)?;
            self.days.insert(day, created);
        }
        let Some(day) = self.days.get_mut(&day) else { return Ok(()) };
        if day.waiting == 0 {
            day.db.execute_batch("BEGIN").map_err(at("begin texts"))?;
        }
        let mut statement = day
            .db
            .prepare_cached("INSERT OR REPLACE INTO texts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            .map_err(at("write a text"))?;
        let TextRow { number, id, url, outlet, time, cluster, words, story, about } = row;
        let values = params![number, id, url.cast_signed(), outlet, time, cluster, words, story, about];
        statement.execute(values).map_err(at("write a text"))?;
        drop(statement);
        day.waiting += 1;
        if day.waiting >= BATCH { day.flush() } else { Ok(()) }
    }

    /// Writes what is not yet written.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.days.values_mut().try_for_each(Day::flush)
    }

    /// The words of a text.
    pub fn words(&self, number: u32) -> Result<Option<Vec<u8>>, Error> {
        self.column("SELECT words FROM texts WHERE number = ?1", number)
    }

    /// What a text is called outside.
    pub fn id(&self, number: u32) -> Result<Option<String>, Error> {
        self.column("SELECT id FROM texts WHERE number = ?1", number)
    }

    /// What the story of a text is called.
    pub fn story(&self, number: u32) -> Result<Option<String>, Error> {
        self.column("SELECT story FROM texts WHERE number = ?1", number)
    }

    fn column<T: rusqlite::types::FromSql>(&self, sql: &str, number: u32) -> Result<Option<T>, Error> {
        let Some(day) = self.days.values().rev().find(|day| day.first <= number) else { return Ok(None) };
        let mut statement = day.db.prepare_cached(sql).map_err(at("read a text"))?;
        statement.query_row([number], |row| row.get(0)).optional().map_err(at("read a text"))
    }

    /// All texts with their days, in the order of their numbers.
    pub fn each(&self, mut tell: impl FnMut(i64, TextRow)) -> Result<(), Error> {
        for (number, day) in &self.days {
            let sql = "SELECT * FROM texts ORDER BY number";
            let mut statement = day.db.prepare(sql).map_err(at("read texts"))?;
            let mut rows = statement.query([]).map_err(at("read texts"))?;
            while let Some(row) = rows.next().map_err(at("read texts"))? {
                tell(*number, text(row).map_err(at("read texts"))?);
            }
        }
        Ok(())
    }

    /// Deletes the days before one.
    pub fn forget_before(&mut self, day: i64) -> Result<(), Error> {
        let kept = self.days.split_off(&day);
        std::mem::replace(&mut self.days, kept).into_values().try_for_each(Day::delete)
    }

    /// Deletes the days after one.
    pub fn forget_after(&mut self, day: i64) -> Result<(), Error> {
        self.days.split_off(&day.saturating_add(1)).into_values().try_for_each(Day::delete)
    }
}

impl Drop for Texts {
    fn drop(&mut self) {
        // What cannot be written is read anew from the articles.
        drop(self.flush());
    }
}

impl Day {
    fn create(path: &Path, first: u32) -> Result<Self, Error> {
        let db = Connection::open(path).map_err(at("create texts"))?;
        let schema = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -128;
             CREATE TABLE texts (number INTEGER PRIMARY KEY, id TEXT NOT NULL, url INTEGER NOT NULL,
             outlet INTEGER NOT NULL, time INTEGER NOT NULL, cluster INTEGER NOT NULL, words BLOB NOT NULL,
             story TEXT NOT NULL, about BLOB NOT NULL) STRICT";
        db.execute_batch(schema).map_err(at("create texts"))?;
        Ok(Self { db, path: path.to_owned(), first, waiting: 0 })
    }

    /// `None` where there is no text in it.
    fn open(path: &Path) -> Result<Option<Self>, Error> {
        let db = Connection::open(path).map_err(at("open texts"))?;
        db.execute_batch("PRAGMA cache_size = -128").map_err(at("open texts"))?;
        let first = db.query_row("SELECT min(number) FROM texts", [], |row| row.get::<_, Option<u32>>(0));
        let first = first.map_err(at("open texts"))?;
        Ok(first.map(|first| Self { db, path: path.to_owned(), first, waiting: 0 }))
    }

    fn delete(self) -> Result<(), Error> {
        let Self { db, path, .. } = self;
        // Its deletion undoes what closing could not write.
        drop(db);
        remove(&path)
    }

    fn flush(&mut self) -> Result<(), Error> {
        if std::mem::take(&mut self.waiting) > 0 {
            self.db.execute_batch("COMMIT").map_err(at("write texts"))?;
        }
        Ok(())
    }
}

fn text(row: &rusqlite::Row<'_>) -> rusqlite::Result<TextRow> {
    Ok(TextRow {
        number: row.get(0)?,
        id: row.get(1)?,
        url: row.get::<_, i64>(2)?.cast_unsigned(),
        outlet: row.get(3)?,
        time: row.get(4)?,
        cluster: row.get(5)?,
        words: row.get(6)?,
        story: row.get(7)?,
        about: row.get(8)?,
    })
}

/// The day of a file.
fn day_of(path: &Path) -> Option<i64> {
    path.file_name()?.to_str()?.strip_suffix(".sqlite")?.parse().ok()
}

/// Deletes a database with what belongs to it.
fn remove(path: &Path) -> Result<(), Error> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::Folder { path: name.into(), source });
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
