//! What elements are to feed-rs, by their place and name.

use super::{
    super::{
        mend,
        names::Space,
        references,
        tokens::{Attributes, Tag},
    },
    Root,
};
use memchr::memmem;

/// What is done with an element.
pub(super) enum Role {
    /// Its text is read.
    Leaf(Text),
    /// Its children are looked at.
    Inner,
    Entry,
    /// All of it is read as it stands.
    Kept,
    /// It says what only counts where it is not said otherwise; the bit of that.
    Fallback(u32),
    /// Nothing in it is read.
    Passed,
    Media,
}

/// A text that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    Any,
    /// It may be there once; its bit.
    Once(u32),
    Person,
    /// A person of whom nothing is kept.
    Contact,
    /// A language, where none was named before.
    Language,
    /// The time, once more.
    Again,
}

impl Text {
    /// The bit of what may be there once.
    pub(super) const fn bit(self) -> u32 {
        match self {
            Self::Once(bit) => bit,
            Self::Language => LANGUAGE,
            Self::Person => PERSON,
            Self::Any | Self::Contact | Self::Again => 0,
        }
    }
}

/// Whether feed-rs knows a feed of that version.
pub(super) fn is_version_known(root: Root, tag: &Tag<'_>) -> bool {
    let version = Attributes::of(tag).find(|(name, _)| *name == "version").map(|(_, version)| version);
    root == Root::Atom || matches!(version, Some("2.0" | "" | "0.91" | "0.92"))
}

const TITLE: u32 = 1;
const ID: u32 = 2;
pub(super) const SUMMARY: u32 = 4;
pub(super) const CONTENT: u32 = 8;
const PUBLISHED: u32 = 16;
const UPDATED: u32 = 32;
const LANGUAGE: u32 = 64;
const PERSON: u32 = 128;

/// Whether all that is said as a fallback is also said otherwise.
pub(super) fn is_complete(seen: u32, fallbacks: u32) -> bool {
    let seen = if seen & CONTENT == 0 { seen } else { seen | SUMMARY };
    fallbacks & !seen == 0
}

/// An element of a podcast.
fn itunes(local: &str) -> Role {
    match local {
        "title" => Role::Fallback(TITLE),
        "summary" | "subtitle" => Role::Fallback(SUMMARY),
        "author" => Role::Fallback(PERSON),
        _ => Role::Passed,
    }
}

/// Whether a text is a time as W3C writes it, as far as can be seen at once.
pub(super) fn is_w3c_time(text: &str) -> bool {
    let is_fit = |(at, byte): (usize, &u8)| match at {
        4 | 7 => *byte == b'-',
        10 => *byte == b'T',
        13 | 16 => *byte == b':',
        _ => byte.is_ascii_digit(),
    };
    text.len() >= 20 && text.as_bytes().iter().enumerate().take(19).all(is_fit)
}

/// What is not read: nothing in a feed, or something that feed-rs does not see.
fn other(space: Option<Space>, local: &str) -> Option<Role> {
    (!mend::is_known(space.unwrap_or(Space::Rss), local)).then_some(Role::Passed)
}

pub(super) fn rss_channel(space: Option<Space>, local: &str, tag: &Tag<'_>, seen: u32) -> Option<Role> {
    match (space, local) {
        (None, "item") => Some(Role::Entry),
        (None, "title") => Some(Role::Leaf(Text::Once(TITLE))),
        (None, "description") => Some(Role::Leaf(Text::Once(SUMMARY))),
        (None, "language") => Some(Role::Leaf(Text::Once(ID))),
        (None, "link") => tag.attributes.is_empty().then_some(Role::Leaf(Text::Any)),
        (None, "generator" | "pubDate" | "lastBuildDate" | "copyright" | "category") => {
            Some(Role::Leaf(Text::Any))
        }
        (None, "managingEditor" | "webMaster") => Some(Role::Leaf(Text::Contact)),
        (None, "image") => Some(Role::Inner),
        (Some(Space::Atom), "link") => attributes_fit(tag).then_some(Role::Leaf(Text::Any)),
        (Some(Space::Dc), "language") if seen & (ID | LANGUAGE) == 0 => Some(Role::Leaf(Text::Language)),
        (Some(Space::Dc), "title") if seen & TITLE == 0 => None,
        (Some(Space::Dc), "description") if seen & SUMMARY == 0 => None,
        // The rhythm is read from the document, of the feed's author nothing is kept; the rest says again what is known.
        (None, "ttl" | "skipHours" | "skipDays")
        | (Some(Space::Itunes), "author")
        | (Some(Space::Sy | Space::Dc | Space::Media | Space::Atom), _) => Some(Role::Passed),
        (Some(Space::Itunes), _) => Some(itunes(local)),
        _ => other(space, local),
    }
}

pub(super) fn rss_item(space: Option<Space>, local: &str, tag: &Tag<'_>, seen: u32) -> Option<Role> {
    match (space, local) {
        (Some(Space::Dc), "date") if seen & PUBLISHED != 0 => Some(Role::Leaf(Text::Again)),
        (None, "title") => Some(Role::Leaf(Text::Once(TITLE))),
        (None, "description") => Some(Role::Leaf(Text::Once(SUMMARY))),
        (None, "guid") => Some(Role::Leaf(Text::Once(ID))),
        (None, "pubDate") | (Some(Space::Dc), "date") => Some(Role::Leaf(Text::Once(PUBLISHED))),
        (None | Some(Space::Atom), "updated") => Some(Role::Leaf(Text::Once(UPDATED))),
        (Some(Space::Content), "encoded") => Some(Role::Leaf(Text::Once(CONTENT))),
        (None, "link") => tag.attributes.is_empty().then_some(Role::Leaf(Text::Any)),
        (None, "author") | (Some(Space::Dc), "creator") => Some(Role::Leaf(Text::Person)),
        (None, "category") => Some(Role::Leaf(Text::Any)),
        (None, "enclosure") => attributes_fit(tag).then_some(Role::Leaf(Text::Any)),
        (Some(Space::Media), _) => Some(Role::Media),
        (Some(Space::Itunes), _) => Some(itunes(local)),
        _ => other(space, local),
    }
}

pub(super) fn atom_feed(space: Option<Space>, local: &str, tag: &Tag<'_>) -> Option<Role> {
    match (space, local) {
        (None, "entry") => Some(Role::Entry),
        (None, "title") => atom_text(tag, Text::Once(TITLE)),
        (None, "subtitle") => atom_text(tag, Text::Once(SUMMARY)),
        (None, "link") => attributes_fit(tag).then_some(Role::Leaf(Text::Any)),
        (None, "id" | "updated" | "generator" | "icon" | "logo" | "category") => Some(Role::Leaf(Text::Any)),
        (None, "author") => Some(Role::Inner),
        (Some(Space::Sy | Space::Itunes | Space::Media), _) => Some(Role::Passed),
        _ => other(space, local),
    }
}

pub(super) fn atom_entry(space: Option<Space>, local: &str, tag: &Tag<'_>) -> Option<Role> {
    match (space, local) {
        (None, "title") => atom_text(tag, Text::Once(TITLE)),
        (None, "summary") => atom_text(tag, Text::Once(SUMMARY)),
        (None, "content") => atom_content(tag),
        (None, "id") => Some(Role::Leaf(Text::Once(ID))),
        (None, "updated") => Some(Role::Leaf(Text::Once(UPDATED))),
        (None, "published") => Some(Role::Leaf(Text::Once(PUBLISHED))),
        (None, "link" | "category") => attributes_fit(tag).then_some(Role::Leaf(Text::Any)),
        (None, "author") => Some(Role::Inner),
        (Some(Space::Media), _) => Some(Role::Media),
        (Some(Space::Itunes), _) => Some(Role::Passed),
        _ => other(space, local),
    }
}

/// A text construct of Atom: of a type that feed-rs takes.
fn atom_text(tag: &Tag<'_>, text: Text) -> Option<Role> {
    match kind(tag)? {
        "text" | "html" | "text/html" => Some(Role::Leaf(text)),
        "xhtml" => Some(Role::Kept),
        _ => None,
    }
}

fn atom_content(tag: &Tag<'_>) -> Option<Role> {
    if tag.is_empty || memmem::find(tag.attributes.as_bytes(), b"src").is_some() {
        return None;
    }
    atom_text(tag, Text::Once(CONTENT))
}

/// The `type` of an element, where its attributes are as feed-rs wants them.
fn kind<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    let mut attributes = Attributes::of(tag);
    let kind = attributes.find(|(name, _)| *name == "type").map(|(_, value)| value);
    attributes.by_ref().for_each(drop);
    (!attributes.is_odd).then_some(kind.unwrap_or("text"))
}

/// Whether all attributes are as XML wants them, with whole references and no character that only HTML names.
fn attributes_fit(tag: &Tag<'_>) -> bool {
    let mut attributes = Attributes::of(tag);
    let fit = attributes.by_ref().all(|(_, value)| references::are_xml(value));
    fit && !attributes.is_odd
}
