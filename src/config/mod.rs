//! Configuration: TOML files in, a checked [`Config`] out, or every fault of every file at once.
//!
//! Owns the names and shapes of the files, their defaults and bounds, and the words in which a fault is
//! told. Must never know how a stage works: it only fills their options. Invariants: a `Config` that exists
//! is sound; no fault hides another; everything in a fault is safe to print on a terminal.
//!
//! # Why
//! Each file is parsed alone into a tree with positions and walked by typed takes (`table`), not by serde:
//! serde stops at the first fault, and its tagged, untagged and flattened forms lose the place of it.

mod changes;
mod disk;
mod draft;
mod fault;
mod file;
mod near;
mod secrets;
mod settings;
mod shared;
mod source;
mod table;
mod value;

#[cfg(test)]
mod tests;

pub use disk::{load, load_or_default, locate, rules};
pub use draft::{Draft, DraftDoor, DraftKind, Ids, is_door_url, sound_tags};
pub use fault::{Fault, Severity};
pub use settings::{CONTACT, Daemon, Dedup, Output, Schedule, Settings};

use crate::pipeline::Source;
use file::File;
use secrets::Secrets;
use shared::Shared;
use source::Purpose;
use std::sync::Arc;
use table::Table;

/// A checked configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// What `khabar.toml` sets.
    pub settings: Settings,
    /// The sources, in the order of their files.
    pub sources: Vec<Arc<Source>>,
    /// What the operator should know though the configuration is used.
    pub warnings: Vec<Fault>,
    /// A digest of each source's table, to tell at a reload which ones changed.
    digests: Vec<u64>,
}

/// Reads a configuration out of texts: the main file first, then the sources' files. Pure.
///
/// # Errors
/// All faults of all files, ordered by file and line, warnings among them.
pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Config, Vec<Fault>> {
    let mut loader = Loader::default();
    for (index, (name, text)) in files.into_iter().enumerate() {
        if index == 0 { loader.main(name, text) } else { loader.sources(name, text, Purpose::Poll) }
    }
    loader.finish()
}

/// The files read so far.
#[derive(Debug, Default)]
struct Loader {
    settings: Option<Settings>,
    sources: Vec<Arc<Source>>,
    digests: Vec<u64>,
    shared: Shared,
    faults: Vec<Fault>,
}

impl Loader {
    /// Reads the main file: settings, and sources where it has any.
    fn main(&mut self, name: &str, text: &str) {
        let settings = self.read(name, text, Purpose::Poll, Some(settings::read));
        self.settings = settings;
    }

    /// Reads a file of sources.
    fn sources(&mut self, name: &str, text: &str, purpose: Purpose) {
        self.read(name, text, purpose, None);
    }

    /// Reads one file; `settings` where it may set any.
    fn read(
        &mut self,
        name: &str,
        text: &str,
        purpose: Purpose,
        settings: Option<fn(&Table<'_>, Secrets) -> Settings>,
    ) -> Option<Settings> {
        let file = File::new(name, text);
        let entries = file.parse();
        let place = if settings.is_some() { "the main file" } else { "a file of sources" };
        let root = Table::new(&file, place, 0..0, Some(&entries));
        let settings = settings.map(|read| read(&root, self.shared.secrets));
        if settings.is_none() {
            misplaced_settings(&root);
        }
        let sources = root.tables("source", "[[source]]");
        if sources.is_empty() && settings.is_none() {
            file.push(file.fault(&(0..0), "there is no source in this file").warning());
        }
        for table in sources {
            self.digests.push(table.digest());
            self.sources.push(Arc::new(source::read(&mut self.shared, table, purpose)));
        }
        root.finish();
        drop(entries);
        self.faults.extend(file.into_faults());
        settings
    }

    /// The configuration, or all faults.
    fn finish(mut self) -> Result<Config, Vec<Fault>> {
        if self.faults.iter().any(Fault::is_error) {
            return Err(self.faults);
        }
        if self.sources.is_empty() {
            let fault = Fault::of_file("sources.d", "no source is configured, so nothing is polled");
            self.faults
                .push(fault.hint("put one file a source into `sources.d` beside the main file").warning());
        }
        self.sources.shrink_to_fit();
        Ok(Config {
            settings: self.settings.unwrap_or_default(),
            sources: self.sources,
            warnings: self.faults,
            digests: self.digests,
        })
    }
}

/// Settings in a file of sources are a fault that says where they belong.
fn misplaced_settings(root: &Table<'_>) {
    for (key, name) in settings::TABLES {
        if root.has(key) {
            root.refuse(
                key,
                &format!("{name} does not belong into a file of sources"),
                "move it to khabar.toml",
            );
        }
    }
}
