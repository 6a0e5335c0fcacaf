//! A source written for the operator: what commands found out, as a table that `khabar check` accepts. Whatever is
//! foreign in it is made harmless and kept within the bounds of its key.

use super::{fault::is_unsafe, value};
use crate::text;
use std::{
    collections::BTreeSet,
    fmt::{self, Display, Formatter},
};
use url::{Host, Url};

/// First parts of host names that tell nothing about whose host it is.
const PREFIXES: [&str; 8] = ["www", "feeds", "feed", "rss", "m", "amp", "web", "ww2"];

/// Characters of a note and of a name.
const NOTE_CHARS_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 120;

/// A source to be saved.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its id, from [`Ids`].
    pub id: String,
    /// Comments above it.
    pub notes: Vec<String>,
    /// Its name as found.
    pub name: String,
    /// Its language as found; left out where it is no tag.
    pub language: Option<String>,
    /// Its home page.
    pub home: Option<Url>,
    /// Its tags as found.
    pub tags: Vec<String>,
    /// Private addresses that it may reach, with their ports.
    pub allow_private: Vec<String>,
    /// Its doors.
    pub doors: Vec<DraftDoor>,
}

/// A door of a [`Draft`].
#[derive(Debug, Clone)]
pub struct DraftDoor {
    /// What is there.
    pub kind: DraftKind,
    /// Where.
    pub url: Url,
    /// Comments above it.
    pub notes: Vec<String>,
    /// Whether it stands there as a comment, for the operator to decide.
    pub is_comment: bool,
}

/// What is at a [`DraftDoor`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftKind {
    /// `[[source.feed]]`.
    Feed,
    /// `[[source.sitemap]]`.
    Sitemap,
    /// `[[source.listing]]`.
    Listing {
        /// The selectors of its keys, in the order to be printed.
        selectors: Vec<(&'static str, String)>,
    },
}

impl Draft {
    /// Whether it has a door to poll: without one it is no sound source.
    pub fn has_door(&self) -> bool {
        self.doors.iter().any(|door| !door.is_comment)
    }
}

impl Display for Draft {
    /// Writes the TOML.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_notes(f, &self.notes)?;
        writeln!(f, "[[source]]\nid = {}", quoted(&self.id))?;
        let name = label(&self.name, NAME_CHARS_MAX);
        if let Some(name) = name {
            writeln!(f, "name = {}", quoted(&name))?;
        }
        if let Some(language) = self.language.as_ref().filter(|tag| value::is_language(tag)) {
            writeln!(f, "language = {}", quoted(language))?;
        }
        if let Some(home) = self.home.as_ref().filter(|home| value::is_url(home.as_str())) {
            writeln!(f, "home = {}", quoted(home.as_str()))?;
        }
        let tags = sound_tags(&self.tags);
        if !tags.is_empty() {
            writeln!(f, "tags = {}", list(&tags))?;
        }
        if !self.allow_private.is_empty() {
            writeln!(f, "allow_private = {}", list(&self.allow_private))?;
        }
        self.doors.iter().try_for_each(|door| write!(f, "\n{door}"))
    }
}

impl Display for DraftDoor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_notes(f, &self.notes)?;
        let mark = if self.is_comment { "# " } else { "" };
        let (table, selectors) = match &self.kind {
            DraftKind::Feed => ("feed", &[][..]),
            DraftKind::Sitemap => ("sitemap", &[][..]),
            DraftKind::Listing { selectors } => ("listing", selectors.as_slice()),
        };
        writeln!(f, "{mark}[[source.{table}]]\n{mark}url = {}", quoted(self.url.as_str()))?;
        selectors.iter().try_for_each(|(key, selector)| writeln!(f, "{mark}{key} = [{}]", quoted(selector)))
    }
}

/// Whether an address can stand in a configuration.
pub fn is_door_url(url: &Url) -> bool {
    value::is_url(url.as_str())
}

/// Tags as they can stand in a configuration: harmless, each once, as many as there may be.
pub fn sound_tags(tags: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let tags = tags.iter().filter_map(|tag| label(tag, NAME_CHARS_MAX));
    tags.filter(|tag| seen.insert(tag.clone())).take(super::source::LIST_MAX).collect()
}

/// A foreign text as a label of at most `chars` characters; `None` where nothing is left of it.
fn label(text: &str, chars: usize) -> Option<String> {
    let text = text::for_log(&text::normal(text));
    let text: String = text.chars().filter(|letter| !is_unsafe(*letter)).take(chars).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

fn write_notes(f: &mut Formatter<'_>, notes: &[String]) -> fmt::Result {
    let notes = notes.iter().filter_map(|note| label(note, NOTE_CHARS_MAX));
    notes.into_iter().try_for_each(|note| writeln!(f, "# {note}"))
}

/// The ids in use.
#[derive(Debug, Clone, Default)]
pub struct Ids(BTreeSet<String>);

impl Ids {
    /// Those that a configuration uses.
    pub fn of(config: &super::Config) -> Self {
        Self(config.sources.iter().map(|source| source.id.to_string()).collect())
    }

    /// A new id after the host of `url`: `aljazeera` for `www.aljazeera.net`, with a number where that is taken.
    pub fn take(&mut self, url: &Url) -> String {
        let stem = stem(url);
        let numbered = (2..).map(|number: usize| format!("{stem}-{number}"));
        let mut free = std::iter::once(stem.clone()).chain(numbered).filter(|id| !self.0.contains(id));
        let id = free.next().unwrap_or(stem);
        self.0.insert(id.clone());
        id
    }
}

/// What an id begins with, within its bounds and with room for a number.
fn stem(url: &Url) -> String {
    let host = match url.host() {
        Some(Host::Domain(name)) => {
            let suffix = psl::suffix_str(name).unwrap_or_default();
            let own = name.strip_suffix(suffix).unwrap_or(name).trim_end_matches('.');
            let parts: Vec<&str> = own.split('.').collect();
            let telling = parts.iter().position(|part| !PREFIXES.contains(part)).unwrap_or_default();
            parts.get(telling..).unwrap_or_default().join("-")
        }
        Some(host @ (Host::Ipv4(_) | Host::Ipv6(_))) => host.to_string(),
        None => String::new(),
    };
    let letter =
        |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let id: String = host.chars().map(letter).take(value::ID_BYTES_MAX - 8).collect();
    let id = id.trim_matches('-');
    if id.is_empty() { "source".to_owned() } else { id.to_owned() }
}

#[cfg(test)]
mod tests;
