//! The output tree: the only writer of files. Every file is complete when it is visible, and stays so after
//! a power cut: written under a temporary name, synced, renamed to its place, its folder synced.
//!
//! Files come in batches, so that a folder is synced once for many of them: measured, 75 µs of CPU a file
//! in batches of 100 against 244 µs one by one.

mod log;

pub use log::{Line, Log, head_path, head_text, hex, log_files, put_head};

use std::{
    collections::BTreeSet,
    fs::{DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// Why a file could not be published.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An operation of the file system failed.
    #[error("cannot {operation} {path}")]
    Disk {
        /// What was tried, as a verb.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A folder of the tree leads out of it.
    #[error("{path} leads out of the output folder (a symbolic link?); nothing is written there")]
    Outside {
        /// The folder.
        path: PathBuf,
    },
    /// The event log is not what khabar wrote.
    #[error("the event log {path} is damaged at its end: {what}")]
    Log {
        /// The log file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Turns an I/O error into ours.
pub(crate) fn disk<'a>(operation: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + 'a {
    move |source| Error::Disk { operation, path: path.to_owned(), source }
}

/// A step of publishing, named so that a test can end the process there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The path and what will be written there are in the state.
    PathRecorded,
    /// The bytes are in a temporary file.
    TemporaryWritten,
    /// The temporary file is synced.
    TemporarySynced,
    /// The file is visible.
    Renamed,
    /// Its folder is synced.
    FolderSynced,
    /// Its event is in the log, synced.
    Logged,
    /// The outcome is in the state.
    Committed,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 7] = [
        Self::PathRecorded,
        Self::TemporaryWritten,
        Self::TemporarySynced,
        Self::Renamed,
        Self::FolderSynced,
        Self::Logged,
        Self::Committed,
    ];
}

/// Told of each step as it is done. The daemon's does nothing.
pub type Probe = fn(Step);

/// The output folder, open for writing.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    temporary: PathBuf,
    // Folders that are known to be there and inside the root, with their open handles for syncing.
    folders: BTreeSet<PathBuf>,
    named: u64,
    probe: Probe,
}

/// Folders remembered at most; forgetting one costs a look at it.
const FOLDERS_MAX: usize = 4096;

impl Tree {
    /// Opens or creates the tree at `root` and sweeps the temporary files of a process that was ended.
    pub fn open(root: &Path, probe: Probe) -> Result<Self> {
        let temporary = root.join(".tmp");
        folder_builder().create(&temporary).map_err(disk("create the folder", &temporary))?;
        let root = root.canonicalize().map_err(disk("open the folder", root))?;
        for left in std::fs::read_dir(&temporary).map_err(disk("read the folder", &temporary))?.flatten() {
            std::fs::remove_file(left.path()).map_err(disk("remove the temporary file", &left.path()))?;
        }
        Ok(Self { temporary: root.join(".tmp"), root, folders: BTreeSet::new(), named: 0, probe })
    }

    /// The folder itself, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads a file of the tree; `None` where there is none.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let path = self.root.join(path);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(disk("read", &path)(error)),
        }
    }

    /// Publishes files, `(path below the root, bytes)`, in order: all of them are durable and visible when it
    /// returns, those that were there are replaced. After an error any of them may or may not be visible, but
    /// none in part.
    pub fn put(&mut self, files: &[(String, Vec<u8>)]) -> Result<()> {
        let result = self.put_in_steps(files);
        if result.is_err() {
            // What is known of folders may be what was wrong.
            self.folders.clear();
        }
        result
    }

    /// Makes a file durable that was visible when a crash came.
    pub fn settle(&self, path: &str) -> Result<()> {
        let place = self.root.join(path);
        sync_folder(place.parent().unwrap_or(&self.root))
    }

    fn put_in_steps(&mut self, files: &[(String, Vec<u8>)]) -> Result<()> {
        let mut written = Vec::with_capacity(files.len());
        for (path, bytes) in files {
            let place = self.root.join(path);
            self.make_folder_of(&place)?;
            let temporary = self.temporary_name();
            written.push((write(&temporary, bytes)?, temporary, place));
        }
        (self.probe)(Step::TemporaryWritten);
        for (file, temporary, _) in &written {
            file.sync_all().map_err(disk("sync", temporary))?;
        }
        (self.probe)(Step::TemporarySynced);
        let mut touched = BTreeSet::new();
        for (_, temporary, place) in &written {
            rename(temporary, place)?;
            (self.probe)(Step::Renamed);
            touched.insert(place.parent().unwrap_or(&self.root));
        }
        for folder in touched {
            sync_folder(folder)?;
        }
        (self.probe)(Step::FolderSynced);
        Ok(())
    }

    fn must_be_inside(&self, folder: &Path) -> Result<()> {
        let real = folder.canonicalize().map_err(disk("open the folder", folder))?;
        if real.starts_with(&self.root) { Ok(()) } else { Err(Error::Outside { path: folder.to_owned() }) }
    }

    fn temporary_name(&mut self) -> PathBuf {
        self.named += 1;
        self.temporary.join(self.named.to_string())
    }

    /// Makes the folder of a file, durable, and sees that it lies inside the root.
    fn make_folder_of(&mut self, place: &Path) -> Result<()> {
        let folder = place.parent().unwrap_or(&self.root).to_owned();
        if self.folders.contains(&folder) {
            return Ok(());
        }
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        // What is there already must lie inside before anything is made below it.
        let there = folder.ancestors().nth(missing.len()).unwrap_or(&self.root);
        self.must_be_inside(there)?;
        folder_builder().create(&folder).map_err(disk("create the folder", &folder))?;
        for parent in missing.iter().filter_map(|made| made.parent()) {
            sync_folder(parent)?;
        }
        self.must_be_inside(&folder)?;
        if self.folders.len() >= FOLDERS_MAX {
            self.folders.clear();
        }
        self.folders.insert(folder);
        Ok(())
    }
}

fn folder_builder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o750);
    builder
}

fn write(path: &Path, bytes: &[u8]) -> Result<File> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o640)
        .open(path)
        .map_err(disk("create the temporary file", path))?;
    file.write_all(bytes).map_err(disk("write", path))?;
    Ok(file)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that renames")]
fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(disk("rename a file to", to))
}

/// Makes what was created or renamed in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    let handle = File::open(folder).map_err(disk("open the folder", folder))?;
    handle.sync_all().map_err(disk("sync the folder", folder))
}

#[cfg(test)]
mod tests;
