//! Whether a tree is what its log tells: every event in the chain, every file with the hash that the log has of it, the
//! state in agreement with both. What the log or the files can mend is mended where that is asked for.

mod chain;
mod files;
mod known;

use super::Error;
use crate::{
    io::{
        publish::{self, Tree},
        store::{self, Store},
    },
    judges::render::Format,
};
use std::path::Path;

/// How to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// Only how the days of the log follow each other, the newest of them, and its files.
    pub quick: bool,
    /// What can be mended is.
    pub repair: bool,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The file, below the output folder; the state is called `state`.
    pub file: String,
    /// The line in it, from 1.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// Whether it is mended now.
    pub mended: bool,
}

impl Damage {
    fn new(file: impl Into<String>, what: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, what: what.into(), mended: false }
    }

    fn at(file: impl Into<String>, line: u64, what: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::new(file, what) }
    }
}

/// What a look found.
#[derive(Debug, Default)]
pub struct Proof {
    /// Events that were read.
    pub events: u64,
    /// Files whose hash was compared.
    pub files: u64,
    /// What is wrong.
    pub damage: Vec<Damage>,
}

impl Proof {
    /// Whether all is as it was written, or is again.
    pub fn is_whole(&self) -> bool {
        self.damage.iter().all(|damage| damage.mended)
    }
}

/// Looks at the tree at `root` and the state in `state`. While khabar runs on that state nothing can be mended, and
/// what changes meanwhile is looked at twice.
pub fn verify(root: &Path, state: &Path, how: Look) -> Result<Proof, Error> {
    if how.repair {
        let store = Store::open(state)?;
        return look(root, Some(&store), how);
    }
    let store = Store::read(state)?;
    let mut proof = look(root, store.as_ref(), how)?;
    if !proof.damage.is_empty() {
        let again = look(root, store.as_ref(), how)?.damage;
        proof.damage.retain(|damage| again.contains(damage));
    }
    Ok(proof)
}

fn look(root: &Path, store: Option<&Store>, how: Look) -> Result<Proof, Error> {
    let mut proof = Proof::default();
    let told = chain::look(root, store, how, &mut proof)?;
    let mut tree = if how.repair { Some(Tree::open(root, |_| {})?) } else { None };
    files::look(root, &told, (how, tree.as_mut()), &mut proof)?;
    if let Some(store) = store.filter(|_| !how.quick) {
        known::look(root, (store, how), &told, &mut proof)?;
    }
    proof.damage.sort();
    Ok(proof)
}

/// A file that is written from the JSON file beside it: that one's path, and the format.
fn derived(path: &str) -> Option<(String, Format)> {
    let formats = Format::ALL.into_iter().filter(|format| *format != Format::Json);
    let mut found =
        formats.filter_map(|format| Some((path.strip_suffix(&format!(".{}", format.extension()))?, format)));
    found.next().map(|(stem, format)| (format!("{stem}.json"), format))
}

/// A failure of the disk on the way.
fn disk(operation: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Publish(publish::Error::Disk { operation, path, source })
}

/// A failure of the state.
fn broken(error: store::Error) -> Error {
    Error::Store(error)
}
