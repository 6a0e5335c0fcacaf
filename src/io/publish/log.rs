//! The event log: `log/<yyyy-mm-dd>.ndjson`, one JSON object a line, append-only, hash-chained. Each line
//! holds the SHA-256 of the line before it, across files, so that a changed or missing line shows.

use super::{Error, Result, disk, folder_builder, sync_folder};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Number of the event, from 1, without gaps.
    pub seq: u64,
    /// RFC 3339 in UTC.
    pub at: String,
    /// Name of the event, for example `article.new`.
    pub event: String,
    /// Id of the article it is about.
    pub id: Option<String>,
    /// Id of the source it is about.
    pub source: Option<String>,
    /// The article's JSON file below the output folder.
    pub path: Option<String>,
    /// SHA-256 of that file, hex.
    pub sha256: Option<String>,
    /// SHA-256 of the line before without its line break, hex; of the first line, empty.
    pub prev: String,
    /// What else belongs to the event.
    pub data: Value,
}

/// The log, open for appending by the one writer.
#[derive(Debug)]
pub struct Log {
    folder: PathBuf,
    open: Option<(PathBuf, File)>,
    seq: u64,
    hash: String,
}

/// Longest line that is looked for at the end of a file.
const TAIL_MAX: u64 = 4 << 20;

impl Log {
    /// Opens or creates the log below the output folder `root`. A last line that a crash cut is taken off.
    pub fn open(root: &Path) -> Result<Self> {
        let folder = root.join("log");
        folder_builder().create(&folder).map_err(disk("create the folder", &folder))?;
        let mut log = Self { folder, open: None, seq: 0, hash: String::new() };
        log.find_head()?;
        Ok(log)
    }

    /// Number and hash of the last line; `(0, "")` when there is none.
    pub fn head(&self) -> (u64, &str) {
        (self.seq, &self.hash)
    }

    /// Appends events and syncs. `seq` and `prev` of the lines are filled in; `day` is `yyyy-mm-dd` in UTC.
    /// After an error none, some or all of them may be there; the next call looks before it appends.
    pub fn append(&mut self, day: &str, lines: &mut [Line]) -> Result<()> {
        let (seq, hash) = (self.seq, self.hash.clone());
        let result = self.append_all(day, lines);
        if result.is_err() {
            (self.open, self.seq, self.hash) = (None, seq, hash);
        }
        result
    }

    fn append_all(&mut self, day: &str, lines: &mut [Line]) -> Result<()> {
        self.turn_to(day)?;
        let mut bytes = Vec::new();
        for line in lines {
            self.seq += 1;
            line.seq = self.seq;
            line.prev.clone_from(&self.hash);
            let text = text_of(line);
            self.hash = hex(&Sha256::digest(text.as_bytes()));
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(b'\n');
        }
        if let Some((path, file)) = &mut self.open {
            file.write_all(&bytes).map_err(disk("append to", path))?;
            file.sync_data().map_err(disk("sync", path))?;
        }
        Ok(())
    }

    /// Opens the file of `day`, or of the newest day where the clock went back.
    fn turn_to(&mut self, day: &str) -> Result<()> {
        if self.open.is_none() {
            self.find_head()?;
        }
        let wanted = self.folder.join(format!("{day}.ndjson"));
        if self.open.as_ref().is_some_and(|(open, _)| *open >= wanted) {
            return Ok(());
        }
        let files = self.files()?;
        let newest = files.last().filter(|newest| **newest > wanted);
        let path = newest.cloned().unwrap_or(wanted);
        if is_empty(&path) && self.seq > 0 {
            // The day that is over, and those after it in which nothing was told.
            for over in files.iter().rev().filter(|file| **file < path) {
                put_head(over, self.seq, &self.hash)?;
                if !is_empty(over) {
                    break;
                }
            }
        }
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).mode(0o640).open(&path).map_err(disk("open", &path))?;
        sync_folder(&self.folder)?;
        self.open = Some((path, file));
        Ok(())
    }

    /// Reads number and hash of the last whole line, taking off a cut one.
    fn find_head(&mut self) -> Result<()> {
        for path in self.files()?.into_iter().rev() {
            let mut file =
                OpenOptions::new().read(true).write(true).open(&path).map_err(disk("open", &path))?;
            let whole = cut_tail(&mut file, &path)?;
            file.sync_data().map_err(disk("sync", &path))?;
            let text = tail(&mut file, whole).map_err(disk("read", &path))?;
            let Some(last) = text.lines().next_back() else { continue };
            let line = parse(last, &path)?;
            self.seq = line.seq;
            self.hash = HEXLOWER.encode(&Sha256::digest(last.as_bytes()));
            return Ok(());
        }
        (self.seq, self.hash) = (0, String::new());
        Ok(())
    }

    /// All lines after number `seq`, oldest first, each with its hash.
    pub fn since(&self, seq: u64) -> Result<Vec<(Line, String)>> {
        let mut newer = Vec::new();
        if seq >= self.seq {
            return Ok(newer);
        }
        for path in self.files()?.into_iter().rev() {
            let text = std::fs::read_to_string(&path).map_err(disk("read", &path))?;
            let mut reached = false;
            for text in text.lines().rev() {
                let line = parse(text, &path)?;
                reached = line.seq <= seq;
                if reached {
                    break;
                }
                newer.push((line, HEXLOWER.encode(&Sha256::digest(text.as_bytes()))));
            }
            if reached {
                break;
            }
        }
        newer.reverse();
        Ok(newer)
    }

    /// The files of the log, oldest first.
    fn files(&self) -> Result<Vec<PathBuf>> {
        files_of(&self.folder)
    }
}

/// The files of the log below the output folder `root`, oldest first; none where there is no log.
pub fn log_files(root: &Path) -> Result<Vec<PathBuf>> {
    let folder = root.join("log");
    if folder.is_dir() { files_of(&folder) } else { Ok(Vec::new()) }
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(disk("read the folder", folder))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "ndjson"));
    files.sort();
    Ok(files)
}

/// Whether there is nothing in a file, or no file.
fn is_empty(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.len() == 0) || !path.exists()
}

/// The small file beside a day's file that is over. It holds number and hash of the day's last line, so that a cut end is
/// found without the state.
pub fn head_path(day: &Path) -> PathBuf {
    day.with_extension("head")
}

/// What stands in it.
pub fn head_text(seq: u64, hash: &str) -> String {
    format!("{seq} {hash}\n")
}

/// Writes it, durable, whatever was there.
pub fn put_head(day: &Path, seq: u64, hash: &str) -> Result<()> {
    let path = head_path(day);
    let temporary = path.with_extension("head.tmp");
    let file = super::write(&temporary, head_text(seq, hash).as_bytes())?;
    file.sync_all().map_err(disk("sync", &temporary))?;
    super::rename(&temporary, &path)?;
    sync_folder(path.parent().unwrap_or(&path))
}

/// Bytes in lower case.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn text_of(line: &Line) -> String {
    #[expect(clippy::expect_used, reason = "a line holds no map with keys that are not strings")]
    serde_json::to_string(line).expect("a line is JSON")
}

fn parse(text: &str, path: &Path) -> Result<Line> {
    serde_json::from_str(text)
        .map_err(|_| Error::Log { path: path.to_owned(), what: "a line is not an event" })
}

/// Cuts what follows the last line break; gives the length that is left.
fn cut_tail(file: &mut File, path: &Path) -> Result<u64> {
    let length = file.metadata().map_err(disk("read", path))?.len();
    let start = length.saturating_sub(TAIL_MAX);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start)).map_err(disk("read", path))?;
    file.read_to_end(&mut bytes).map_err(disk("read", path))?;
    let whole = match bytes.iter().rposition(|&byte| byte == b'\n') {
        Some(at) => start + at as u64 + 1,
        None if start == 0 => 0,
        None => return Err(Error::Log { path: path.to_owned(), what: "its last line has no end" }),
    };
    if whole < length {
        file.set_len(whole).map_err(disk("cut the torn line of", path))?;
        file.sync_all().map_err(disk("sync", path))?;
    }
    Ok(whole)
}

/// The last bytes of the first `length` of a file, from the start of a line on if it is long.
fn tail(file: &mut File, length: u64) -> std::io::Result<String> {
    let start = length.saturating_sub(TAIL_MAX);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length - start).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
