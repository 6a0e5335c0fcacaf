//! Files to work on: named on the command line, or listed in a batch.

use crate::cli::console::Usage;
use anyhow::Context as _;
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    str::FromStr as _,
};
use url::Url;

/// Longest file that is read, decompressed.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// How much longer a page is than its gzip form, about.
const GZIP_RATIO: u64 = 6;

/// One file to work on.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) file: PathBuf,
    /// The address it is taken to come from.
    pub(super) url: Option<Url>,
}

/// A line of a batch.
#[derive(Debug, Deserialize)]
struct Line {
    id: String,
    file: PathBuf,
    #[serde(default)]
    url: Option<String>,
}

/// The files of a command: those named, or those of a batch (`-` is standard input).
pub(super) fn items(files: &[PathBuf], batch: Option<&Path>, url: Option<&Url>) -> anyhow::Result<Vec<Item>> {
    match batch {
        Some(_) if !files.is_empty() => Err(Usage("give files or --batch, not both".to_owned()).into()),
        Some(list) => batched(list),
        None if files.is_empty() => Err(Usage("give a file, or --batch".to_owned()).into()),
        None => Ok(files
            .iter()
            .map(|file| Item {
                id: file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned(),
                file: file.clone(),
                url: url.cloned(),
            })
            .collect()),
    }
}

fn batched(list: &Path) -> anyhow::Result<Vec<Item>> {
    let reader: Box<dyn Read> = if list == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(list).with_context(|| format!("cannot open the batch {}", list.display()))?)
    };
    let mut items = Vec::new();
    for (at, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.with_context(|| format!("cannot read the batch {}", list.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line).map_err(|error| {
            Usage(format!("line {} of the batch is not {{\"id\", \"file\", \"url\"}}: {error}", at + 1))
        })?;
        let url = line.url.as_deref().filter(|url| !url.is_empty()).and_then(|url| Url::from_str(url).ok());
        items.push(Item { id: line.id, file: line.file, url });
    }
    Ok(items)
}

/// The bytes of a file, `.gz` decompressed.
pub(in crate::cli) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    let reserve = |size: u64| usize::try_from(size.min(FILE_BYTES_MAX)).unwrap_or_default();
    let length = if path.extension().is_some_and(|extension| extension == "gz") {
        bytes.reserve(reserve(size * GZIP_RATIO));
        MultiGzDecoder::new(BufReader::new(file)).take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?
    } else {
        bytes.reserve(reserve(size));
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?
    };
    if length as u64 > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("longer than {FILE_BYTES_MAX} bytes")));
    }
    Ok(bytes)
}

/// The lines of a file, `.gz` decompressed, as they are read; `-` is standard input.
pub(super) fn lines(path: &Path) -> anyhow::Result<impl Iterator<Item = io::Result<String>>> {
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let is_packed = path.extension().is_some_and(|extension| extension == "gz");
        if is_packed { Box::new(MultiGzDecoder::new(BufReader::new(file))) } else { Box::new(file) }
    };
    Ok(BufReader::new(reader).lines())
}

/// Whether the file is flattened text, compressed or not.
pub(super) fn is_flattened(path: &Path) -> bool {
    let has =
        |path: &Path, wanted: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(wanted));
    let plain = if has(path, "gz") { path.with_extension("") } else { path.to_owned() };
    has(&plain, "txt")
}
