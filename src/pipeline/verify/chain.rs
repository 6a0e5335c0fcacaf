//! The log: each line holds the hash of the one before, each day's file the hash of its last line beside it.

use super::{Damage, Error, Look, Proof, disk};
use crate::io::{
    publish::{self, Line},
    store::Store,
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

/// A SHA-256.
pub(super) type Hash = [u8; 32];

/// What the log tells of the tree.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Of each article or post by id: its newest file.
    pub(super) newest: BTreeMap<String, Newest>,
    /// Superseded revisions by path.
    pub(super) before: BTreeMap<String, Hash>,
    /// Files that hold a whole live page, by path.
    pub(super) coverages: BTreeMap<String, Hash>,
}

/// The newest file of an article.
#[derive(Debug, Clone)]
pub(super) struct Newest {
    pub(super) path: String,
    pub(super) hash: Hash,
    pub(super) revision: u64,
    /// Extensions of the other files beside it.
    pub(super) beside: Vec<String>,
}

/// Where the chain stands.
#[derive(Debug, Default)]
struct Head {
    seq: u64,
    hash: String,
}

/// The longest line that is looked for at the end of a file.
const TAIL_MAX: u64 = 4 << 20;

/// Reads the log.
pub(super) fn look(root: &Path, store: Option<&Store>, how: Look, proof: &mut Proof) -> Result<Told, Error> {
    let files = publish::log_files(root)?;
    let mut told = Told::default();
    let mut head = Head::default();
    let known = store.map(Store::log_head).transpose()?;
    for (place, path) in files.iter().enumerate() {
        let is_newest = place + 1 == files.len();
        let before = proof.damage.len();
        if how.quick && !is_newest {
            ends(path, &mut head, proof)?;
        } else {
            day(path, &mut head, (known.as_ref(), &mut told), proof)?;
        }
        if !is_newest {
            let is_sound = proof.damage.len() == before;
            beside(path, &head, how.repair && is_sound, proof)?;
        }
    }
    if let Some((seq, _)) = known.filter(|(seq, _)| *seq > head.seq) {
        let last = files.last().map_or_else(|| "log".to_owned(), |path| name(path));
        let what = format!("events {} to {seq} are lost: the state knows of them", head.seq + 1);
        proof.damage.push(Damage::new(last, what));
    }
    Ok(told)
}

/// Reads a day's file from its first line to its last.
fn day(
    path: &Path,
    head: &mut Head,
    (known, told): (Option<&(u64, String)>, &mut Told),
    proof: &mut Proof,
) -> Result<(), Error> {
    let mut file = BufReader::new(File::open(path).map_err(disk("open", path))?);
    let (mut bytes, mut number) = (Vec::new(), 0);
    loop {
        bytes.clear();
        if file.read_until(b'\n', &mut bytes).map_err(disk("read", path))? == 0 {
            return Ok(());
        }
        number += 1;
        let damaged = |what: &str| Damage::at(name(path), number, what);
        if bytes.pop_if(|byte| *byte == b'\n').is_none() {
            proof.damage.push(damaged("the line has no end: what follows is lost"));
            return Ok(());
        }
        let Ok(line) = serde_json::from_slice::<Line>(&bytes) else {
            proof.damage.push(damaged("the line is no event"));
            // What it was the next line tells.
            (head.seq, head.hash) = (head.seq + 1, String::new());
            continue;
        };
        proof.events += 1;
        follows(&line, head, &damaged, proof);
        (head.seq, head.hash) = (line.seq, publish::hex(&Sha256::digest(&bytes)));
        if known.is_some_and(|(seq, hash)| *seq == line.seq && *hash != head.hash) {
            proof.damage.push(damaged("the line was changed: the state has another hash of it"));
        }
        told.note(&line);
    }
}

/// Whether a line follows what was read before.
fn follows(line: &Line, head: &Head, damaged: &dyn Fn(&str) -> Damage, proof: &mut Proof) {
    if line.seq > head.seq + 1 {
        let lost = format!("events {} to {} are missing before it", head.seq + 1, line.seq - 1);
        proof.damage.push(damaged(&lost));
    } else if line.seq <= head.seq {
        proof.damage.push(damaged(&format!("event {} stands there again", line.seq)));
    } else if line.prev != head.hash && !(head.hash.is_empty() && head.seq > 0) {
        proof.damage.push(damaged("it or the line before it was changed: their hashes differ"));
    }
}

/// Reads the first and the last line of a day's file.
fn ends(path: &Path, head: &mut Head, proof: &mut Proof) -> Result<(), Error> {
    let failed = || disk("read", path);
    let mut file = BufReader::new(File::open(path).map_err(disk("open", path))?);
    let mut first = Vec::new();
    file.read_until(b'\n', &mut first).map_err(failed())?;
    let length = file.get_ref().metadata().map_err(failed())?.len();
    let start = length.saturating_sub(TAIL_MAX);
    file.seek(SeekFrom::Start(start)).map_err(failed())?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).map_err(failed())?;
    let is_ended = tail.pop_if(|byte| *byte == b'\n').is_some();
    let last = tail.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let lines = (serde_json::from_slice::<Line>(&first), serde_json::from_slice::<Line>(last));
    let (Ok(first), Ok(end), true) = (lines.0, lines.1, is_ended) else {
        proof.damage.push(Damage::new(name(path), "its first or last line is no event"));
        *head = Head { seq: u64::MAX, hash: String::new() };
        return Ok(());
    };
    if head.seq != u64::MAX {
        follows(&first, head, &|what| Damage::at(name(path), 1, what), proof);
    }
    (head.seq, head.hash) = (end.seq, publish::hex(&Sha256::digest(last)));
    Ok(())
}

/// Compares the small file beside a day that is over with what the day ends with.
fn beside(path: &Path, head: &Head, mends: bool, proof: &mut Proof) -> Result<(), Error> {
    let place = publish::head_path(path);
    let wanted = publish::head_text(head.seq, &head.hash);
    let what = match std::fs::read_to_string(&place) {
        Ok(text) if text == wanted => return Ok(()),
        Ok(text) => format!("the day ends otherwise than {}", text.trim_end()),
        Err(_) => "it is not there".to_owned(),
    };
    if mends {
        publish::put_head(path, head.seq, &head.hash)?;
    }
    proof.damage.push(Damage { mended: mends, ..Damage::new(name(&place), what) });
    Ok(())
}

impl Told {
    fn note(&mut self, line: &Line) {
        let text = |key: &str| line.data.get("coverageFile")?.get(key)?.as_str();
        if let (Some(path), Some(hash)) = (text("path"), hash_of(text("sha256"))) {
            self.coverages.insert(path.to_owned(), hash);
        }
        let (Some(id), Some(path), Some(hash)) = (&line.id, &line.path, hash_of(line.sha256.as_deref()))
        else {
            return;
        };
        let Some(revision) = line.data.get("revision").and_then(serde_json::Value::as_u64) else { return };
        let files = line.data.get("files").and_then(serde_json::Value::as_array);
        let beside =
            files.into_iter().flatten().filter_map(|file| file.as_str().map(str::to_owned)).collect();
        let newest = Newest { path: path.clone(), hash, revision, beside };
        if let Some(before) = self.newest.insert(id.clone(), newest)
            && before.revision < revision
        {
            let path = crate::judges::render::revision_path(id, before.revision);
            self.before.insert(format!("{path}.json"), before.hash);
        }
    }
}

pub(super) fn hash_of(text: Option<&str>) -> Option<Hash> {
    data_encoding::HEXLOWER.decode(text?.as_bytes()).ok()?.try_into().ok()
}

/// A file of the log below the output folder.
fn name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    PathBuf::from("log").join(name).to_string_lossy().into_owned()
}
