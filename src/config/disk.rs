//! Finding and reading the files.

use super::{Config, Fault, Loader, source::Purpose};
use crate::pipeline::Source;
use std::{
    fs, io,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The longest file read, in bytes. Ten thousand lines fit; what is longer is no configuration.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Where the system's configuration lies.
const SYSTEM: &str = "/etc/khabar/khabar.toml";
/// Where a checkout's configuration lies.
const LOCAL: &str = "config/khabar.toml";
/// The folder of sources beside the main file.
const SOURCES: &str = "sources.d";

/// The main file to read: the one named, else the system's, else the checkout's. Where neither is there,
/// the system's, so that its absence is what the operator is told.
pub fn locate(explicit: Option<&Path>) -> PathBuf {
    let there = |path: &&str| Path::new(path).exists();
    let found = || PathBuf::from([SYSTEM, LOCAL].iter().find(|path| there(path)).copied().unwrap_or(SYSTEM));
    explicit.map_or_else(found, Path::to_path_buf)
}

/// Reads the main file and `sources.d/*.toml` beside it, in byte order.
///
/// # Errors
/// All faults of all files, ordered by file and line, warnings among them.
pub fn load(main: &Path) -> Result<Config, Vec<Fault>> {
    let mut loader = Loader::default();
    loader.shared.secrets = super::secrets::of_process;
    match text(main) {
        Ok(text) => loader.main(&main.to_string_lossy(), &text),
        Err(fault) => loader.faults.push(missing_main(main, *fault)),
    }
    let folder = main.parent().unwrap_or(Path::new("")).join(SOURCES);
    if folder.symlink_metadata().is_ok() {
        read_folder(&mut loader, &folder, Purpose::Poll);
    }
    loader.finish()
}

/// The configuration for commands that can do without one: that of `explicit`, else the one that [`locate`] finds, else
/// the defaults without a source.
///
/// # Errors
/// All faults of all files, ordered by file and line, warnings among them.
pub fn load_or_default(explicit: Option<&Path>) -> Result<Config, Vec<Fault>> {
    let path = locate(explicit);
    if explicit.is_none() && !path.exists() {
        return super::parse([(&*path.to_string_lossy(), "")]);
    }
    load(&path)
}

/// Reads the sources of a file, or of the `*.toml` of a folder, for their rules: they need no doors.
///
/// # Errors
/// All faults of all files, ordered by file and line.
pub fn rules(path: &Path) -> Result<Vec<Arc<Source>>, Vec<Fault>> {
    let mut loader = Loader::default();
    if path.is_dir() {
        read_folder(&mut loader, path, Purpose::Rules);
    } else {
        read_file(&mut loader, path, Purpose::Rules);
    }
    loader.finish().map(|config| config.sources)
}

/// Reads every `*.toml` of a folder in byte order of their names. Hidden files are an editor's, not ours.
fn read_folder(loader: &mut Loader, folder: &Path, purpose: Purpose) {
    match listed(folder) {
        Ok(paths) => paths.iter().for_each(|path| read_file(loader, path, purpose)),
        Err(error) => loader.faults.push(unreadable(folder, &error)),
    }
}

/// The `*.toml` of a folder in byte order.
fn listed(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut names =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.retain(|name| {
        let name = name.as_encoded_bytes();
        name.ends_with(b".toml") && !name.starts_with(b".")
    });
    names.sort_unstable_by(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

/// Reads one file of sources.
fn read_file(loader: &mut Loader, path: &Path, purpose: Purpose) {
    match text(path) {
        Ok(text) => loader.sources(&path.to_string_lossy(), &text, purpose),
        Err(fault) => loader.faults.push(*fault),
    }
}

/// The text of a regular file of sane length.
fn text(path: &Path) -> Result<String, Box<Fault>> {
    let fault = |message: &str| Box::new(Fault::of_file(&path.to_string_lossy(), message));
    let unreadable = |error: io::Error| Box::new(unreadable(path, &error));
    // Opening a pipe would wait for its writer, so the kind is asked for first.
    let facts = fs::metadata(path).map_err(unreadable)?;
    if !facts.is_file() {
        return Err(fault("not a regular file"));
    }
    let mut bytes =
        Vec::with_capacity(usize::try_from(facts.len().min(FILE_BYTES_MAX)).unwrap_or_default() + 1);
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Box::new(fault("the file is longer than 1 MiB").hint("one file a source is the custom")));
    }
    String::from_utf8(bytes).map_err(|error| Box::new(not_utf8(path, &error)))
}

/// A file that is not UTF-8, at its first bad byte.
fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> Fault {
    let (start, lossy) = (error.utf8_error().valid_up_to(), String::from_utf8_lossy(error.as_bytes()));
    let name = super::fault::printable(&path.to_string_lossy(), usize::MAX);
    let place = super::fault::place(
        &lossy,
        &super::fault::line_starts(&lossy),
        &(start..start + '\u{fffd}'.len_utf8()),
    );
    Fault::at(&name.into(), place, "not UTF-8").hint("save the file in UTF-8")
}

/// A file or folder that the system does not give.
fn unreadable(path: &Path, error: &io::Error) -> Fault {
    Fault::of_file(&path.to_string_lossy(), &format!("cannot be read: {error}"))
}

/// The main file is missing: says where one is looked for.
fn missing_main(main: &Path, fault: Fault) -> Fault {
    if main.exists() {
        fault
    } else {
        fault.hint(&format!("without --config, {SYSTEM} and ./{LOCAL} are tried"))
    }
}
