//! Feeds as people publish them → Atom as feed-rs reads it: unclosed and mismatched tags, bare `&` and `<`,
//! foreign and missing namespaces, every version of RSS and Atom, markup where text should be. Each repair has
//! a name, and nothing is repaired without one.
//!
//! # Why
//! A feed is two levels deep: fields in a channel, fields in its entries. So a tag is understood by its name
//! where it stands, a field ends where its end tag is or, if that is missing, where the next thing begins, and
//! all that is found is written anew. What is written is well-formed whatever was read.

mod fields;
mod names;
mod value;
mod write;

use super::{
    Kind,
    document::Aside,
    media::{self, Media},
    names::{Space, space_by_prefix, space_of, split},
    references,
    survey::ATTRIBUTES_BYTES_MAX,
    tokens::{Attributes, Tag, Token, Tokens},
};
use fields::{Fields, Piece};
use std::{borrow::Cow, collections::BTreeSet, ops::Range};
use url::Url;
use write::Writer;

/// Entities that a document may declare, and bytes of one.
const ENTITIES_MAX: usize = 64;
const ENTITY_BYTES_MAX: usize = 1024;

/// Attributes of an element that are looked at.
const ATTRIBUTES_MAX: usize = 64;

/// How many times the length of a document is spent in looks for end tags that are not there.
const LOOKS_MAX: usize = 8;

/// A feed as Atom 1.0.
#[derive(Debug)]
pub(super) struct Mended {
    /// What it was.
    pub(super) kind: Kind,
    /// What stands before the entries, from the root's start tag on.
    pub(super) head: String,
    entries: String,
    /// Where each entry ends among them.
    pub(super) ends: Vec<usize>,
    /// What belongs to each of them, where there is something.
    asides: Vec<Option<Box<Aside>>>,
    /// Codes of what was repaired.
    pub(super) repairs: BTreeSet<&'static str>,
}

impl Mended {
    /// The feed with some of its entries.
    pub(super) fn part(&self, entries: Range<usize>) -> String {
        let end = |at: usize| at.checked_sub(1).and_then(|at| self.ends.get(at)).copied().unwrap_or_default();
        let some = self.entries.get(end(entries.start)..end(entries.end)).unwrap_or_default();
        [&self.head, some, "</feed>"].concat()
    }

    /// What belongs to some of the entries, which is given away.
    pub(super) fn asides(&mut self, entries: Range<usize>) -> Vec<Aside> {
        let some = self.asides.get_mut(entries).unwrap_or_default();
        some.iter_mut().map(|aside| aside.take().map(|aside| *aside).unwrap_or_default()).collect()
    }
}

/// Mends a feed. `None`: nothing in the text is the root of a feed.
pub(super) fn mend(text: &str) -> Option<Mended> {
    let mut mender = Mender::new(text);
    mender.root()?;
    while !mender.is_done
        && let Some(token) = mender.tokens.next()
    {
        match token {
            Token::Start(tag) => mender.element(&tag),
            Token::End(name) => mender.end(name),
            Token::Text(_) | Token::Data(_) | Token::Doctype(_) | Token::Other => {}
        }
    }
    Some(mender.finish())
}

/// Whether an element says something in a feed.
pub(super) fn is_known(space: Space, local: &str) -> bool {
    names::field(space, &local.to_ascii_lowercase()).is_some() || names::is_border(local)
}

/// An element that holds others: the feed itself, its channel, an entry.
struct Scope<'a> {
    /// Local name in lower case.
    name: String,
    spaces: Vec<(&'a str, Space)>,
    base: Option<Url>,
}

struct Mender<'a> {
    tokens: Tokens<'a>,
    kind: Kind,
    entities: Vec<(String, String)>,
    scopes: Vec<Scope<'a>>,
    feed: Fields,
    /// The entry that is open, and where it began.
    entry: Option<(Fields, usize)>,
    writer: Writer,
    asides: Vec<Option<Box<Aside>>>,
    repairs: BTreeSet<&'static str>,
    looked: usize,
    is_done: bool,
}

impl<'a> Mender<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            tokens: Tokens::new(text),
            kind: Kind::Rss,
            entities: Vec::new(),
            scopes: Vec::new(),
            feed: Fields::default(),
            entry: None,
            writer: Writer::default(),
            asides: Vec::new(),
            repairs: BTreeSet::new(),
            looked: 0,
            is_done: false,
        }
    }

    /// Goes to the root element.
    fn root(&mut self) -> Option<()> {
        loop {
            match self.tokens.next()? {
                Token::Start(tag) => match names::root(split(tag.name).1) {
                    Some(kind) => {
                        self.kind = kind;
                        self.note_version(&tag);
                        if split(tag.name).1.eq_ignore_ascii_case("item") {
                            self.repairs.insert("feed/repaired-tags");
                            let (spaces, base) = (Vec::new(), None);
                            self.scopes.push(Scope { name: "channel".to_owned(), spaces, base });
                        }
                        self.element(&tag);
                        return Some(());
                    }
                    None => self.repairs.insert("feed/junk-before"),
                },
                Token::Text(text) if text.trim().is_empty() => false,
                Token::Doctype(doctype) => {
                    self.declare(doctype);
                    false
                }
                Token::Other => false,
                Token::Text(_) | Token::Data(_) | Token::End(_) => self.repairs.insert("feed/junk-before"),
            };
        }
    }

    fn note_version(&mut self, tag: &Tag<'a>) {
        let name = split(tag.name).1;
        let version = Attributes::of(tag).find(|(name, _)| *name == "version").map(|(_, version)| version);
        let is_known = match self.kind {
            Kind::Rss => name == "rss" && matches!(version, Some("2.0" | "" | "0.91" | "0.92")),
            Kind::Atom => version.is_none() || version == Some("1.0"),
            Kind::Rdf | Kind::Json => true,
        };
        if !is_known {
            self.repairs.insert("feed/version");
        }
    }

    /// The flat entities of a document type declaration; others are left alone, whatever they say.
    fn declare(&mut self, doctype: &str) {
        for declared in doctype.split("<!ENTITY").skip(1).take(ENTITIES_MAX) {
            let Some((name, rest)) = declared.trim_start().split_once(|c: char| c.is_whitespace()) else {
                continue;
            };
            let rest = rest.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            let value = quote.and_then(|quote| rest.get(1..)?.split_once(quote)).map(|(value, _)| value);
            if let Some(value) = value.filter(|value| value.len() < ENTITY_BYTES_MAX) {
                let meant = references::decoded(value, &[], &mut false);
                // What holds a reference after that is not flat.
                if !meant.contains('&') || meant == "&" {
                    self.entities.push((name.to_owned(), meant));
                }
            }
        }
    }

    fn element(&mut self, tag: &Tag<'a>) {
        let local = split(tag.name).1.to_ascii_lowercase();
        match names::role(&local) {
            names::Role::Entry => {
                if self.entry.is_some() {
                    self.repairs.insert("feed/repaired-tags");
                    self.close_entry();
                }
                let start = self.tokens.start();
                self.open(tag, local);
                let mut fields = Fields::default();
                if let Some(about) = self.attribute(tag, "about") {
                    fields.about(&about);
                }
                self.entry = Some((fields, start));
                if tag.is_empty {
                    self.end(tag.name);
                }
            }
            names::Role::Container => {
                if !tag.is_empty {
                    self.open(tag, local);
                }
            }
            names::Role::List if !tag.is_empty && self.holds_entries() => self.open(tag, local),
            names::Role::List | names::Role::Field => self.field(tag, &local),
        }
    }

    /// Whether the next tag begins an entry.
    fn holds_entries(&self) -> bool {
        let mut ahead = self.tokens.clone();
        let next = ahead.find(|token| matches!(token, Token::Start(_) | Token::End(_)));
        matches!(next, Some(Token::Start(tag)) if matches!(names::role(&split(tag.name).1.to_ascii_lowercase()), names::Role::Entry))
    }

    fn open(&mut self, tag: &Tag<'a>, name: String) {
        let (spaces, base) = self.declared(tag);
        if self.scopes.is_empty() {
            self.feed.language = self.attribute(tag, "lang").map(Cow::into_owned);
        }
        // Nothing is nested deeper than this; what is, was never closed.
        if self.scopes.len() < 16 {
            self.scopes.push(Scope { name, spaces, base });
        }
    }

    /// The namespaces and the base address that a tag declares.
    fn declared(&mut self, tag: &Tag<'a>) -> (Vec<(&'a str, Space)>, Option<Url>) {
        let mut spaces = Vec::new();
        let mut base = None;
        if tag.attributes.len() > ATTRIBUTES_BYTES_MAX {
            self.repairs.insert("feed/attributes");
        }
        for (name, value) in Attributes::of(tag).take(ATTRIBUTES_MAX) {
            if name == "xmlns" || name.starts_with("xmlns:") {
                let prefix = name.strip_prefix("xmlns:").unwrap_or_default();
                let (mut space, mut is_exact) = space_of(value);
                let meant = space_by_prefix(prefix).filter(|_| space == Space::Other);
                if let Some(meant) = meant.filter(|_| prefix != "rss") {
                    (space, is_exact) = (meant, false);
                }
                if space == Space::Atom03 {
                    self.repairs.insert("feed/atom-03");
                } else if !is_exact || (prefix.is_empty() && space == Space::Other && self.scopes.is_empty())
                {
                    self.repairs.insert("feed/namespace");
                }
                // Whatever the root's own namespace is called: it is a feed.
                let is_roots = prefix.is_empty() && self.scopes.is_empty() && space == Space::Other;
                spaces.push((prefix, if is_roots { self.own_space() } else { space }));
            } else if name == "xml:base" {
                base = self.base(value);
            }
        }
        (spaces, base)
    }

    const fn own_space(&self) -> Space {
        if matches!(self.kind, Kind::Atom) { Space::Atom } else { Space::Rss }
    }

    /// The base address that an `xml:base` sets. One that cannot be read is none.
    fn base(&mut self, printed: &str) -> Option<Url> {
        let outer = self.scopes.iter().rev().find_map(|scope| scope.base.as_ref());
        let base = Url::parse(printed.trim()).ok().or_else(|| outer?.join(printed.trim()).ok());
        if base.is_none() && !printed.trim().is_empty() && printed.contains(':') {
            self.repairs.insert("feed/base");
        }
        base
    }

    /// The vocabulary of an element. `own`: what its tag itself declares.
    fn space(&mut self, tag: &Tag<'a>, own: &[(&'a str, Space)]) -> Space {
        let prefix = tag.name.split_once(':').map_or("", |(prefix, _)| prefix);
        let declared = own.iter().chain(self.scopes.iter().rev().flat_map(|scope| &scope.spaces));
        let space = declared.into_iter().find(|(known, _)| *known == prefix).map(|(_, space)| *space);
        match space {
            Some(space) => space,
            None if prefix.is_empty() => self.own_space(),
            None => {
                self.repairs.insert("feed/prefix-undeclared");
                space_by_prefix(prefix).unwrap_or(Space::Other)
            }
        }
    }

    /// An attribute by its local name, decoded.
    fn attribute(&mut self, tag: &Tag<'a>, name: &str) -> Option<Cow<'a, str>> {
        let mut attributes = Attributes::of(tag);
        let found = attributes
            .by_ref()
            .take(ATTRIBUTES_MAX)
            .find(|(known, _)| split(known).1.eq_ignore_ascii_case(name) && !known.starts_with("xmlns"));
        if attributes.is_odd {
            self.repairs.insert("feed/repaired-tags");
        }
        let (_, value) = found?;
        if value.chars().all(|c| references::is_xml(c) && c != '&') {
            return Some(Cow::Borrowed(value));
        }
        let mut is_odd = false;
        let decoded = references::decoded(value, &self.entities, &mut is_odd);
        if is_odd {
            self.repairs.insert("feed/repaired-characters");
        }
        Some(Cow::Owned(decoded))
    }

    fn field(&mut self, tag: &Tag<'a>, local: &str) {
        let (own, base) = self.declared(tag);
        let space = self.space(tag, &own);
        let raw = if tag.is_empty { "" } else { self.inner(split(tag.name).1) };
        let outer = self.scopes.iter().rev().find_map(|scope| scope.base.clone());
        let piece = Piece { space, local, tag, raw, base: base.or(outer) };
        self.take(&piece);
    }

    /// The content of the element that was just begun, to its end tag. Without one it ends where the next field
    /// begins, or with its entry.
    fn inner(&mut self, name: &str) -> &'a str {
        let start = self.tokens.at();
        let mut ahead = self.tokens.clone();
        let (mut depth, mut borders, mut next, mut close) = (0_usize, 0_usize, None, None);
        while let Some(token) = ahead.next() {
            let (found, is_start) = match token {
                Token::Start(tag) => (split(tag.name).1, true),
                Token::End(name) => (split(name).1, false),
                Token::Text(_) | Token::Data(_) | Token::Doctype(_) | Token::Other => continue,
            };
            let is_same = found.eq_ignore_ascii_case(name);
            if is_same && !is_start && depth == 0 && borders == 0 {
                close = Some((ahead.start(), ahead.at()));
                break;
            }
            if names::is_border(found) {
                next.get_or_insert(ahead.start());
                // A whole entry may stand in the content of another.
                match (is_start, borders) {
                    (true, _) => borders += 1,
                    (false, 0) => break,
                    (false, _) => borders -= 1,
                }
            }
            if is_same {
                let is_open = matches!(token, Token::Start(tag) if !tag.is_empty);
                depth = if is_start { depth + usize::from(is_open) } else { depth.saturating_sub(1) };
            }
            if names::is_field(found) {
                next.get_or_insert(ahead.start());
            }
            if next.is_some() && self.looked > LOOKS_MAX * self.tokens.text().len() {
                break;
            }
        }
        if ahead.is_odd() {
            self.repairs.insert("feed/repaired-tags");
        }
        let (end, after) = close.unwrap_or_else(|| {
            self.repairs.insert("feed/repaired-tags");
            self.looked += ahead.at() - start;
            let end = next.unwrap_or(self.tokens.text().len());
            (end, end)
        });
        self.tokens.go_to(after);
        self.tokens.text().get(start..end).unwrap_or_default()
    }

    fn end(&mut self, name: &str) {
        let local = split(name).1.to_ascii_lowercase();
        let Some(at) = self.scopes.iter().rposition(|scope| scope.name == local) else {
            self.repairs.insert("feed/repaired-tags");
            return;
        };
        if at + 1 < self.scopes.len() {
            self.repairs.insert("feed/repaired-tags");
        }
        // An entry may lack its own end tag alone.
        let has_entry =
            self.scopes.iter().skip(at).any(|scope| names::role(&scope.name) == names::Role::Entry);
        if has_entry {
            self.close_entry();
        }
        self.scopes.truncate(at);
        self.is_done = at == 0;
    }

    /// Ends the entry that is open, if one is.
    fn close_entry(&mut self) {
        let Some((fields, start)) = self.entry.take() else { return };
        while let Some(scope) = self.scopes.pop() {
            if names::role(&scope.name) == names::Role::Entry {
                break;
            }
        }
        self.writer.entry(&fields, self.kind);
        let raw = self.tokens.text().get(start..self.tokens.start()).unwrap_or_default();
        let media =
            if fields.has_media { media::read(raw, &self.media_prefixes()) } else { Media::default() };
        let [summary, content] = [fields.summary, fields.content].map(|text| text.map(|(_, text)| text));
        let aside = Aside { summary, content, media };
        self.asides.push((aside != Aside::default()).then(|| Box::new(aside)));
    }

    fn media_prefixes(&self) -> Vec<String> {
        let declared = self.scopes.iter().flat_map(|scope| &scope.spaces);
        let media =
            declared.filter(|(_, space)| *space == Space::Media).map(|(prefix, _)| (*prefix).to_owned());
        media.chain(["media".to_owned()]).collect()
    }

    fn finish(mut self) -> Mended {
        if !self.is_done {
            // What was complete is kept; an entry without its end may lack more than that.
            self.entry = None;
            self.repairs.insert("feed/cut");
        } else if !self.tokens.by_ref().all(|token| match token {
            Token::Text(text) => text.trim().is_empty(),
            Token::Other => true,
            Token::Data(_) | Token::Start(_) | Token::End(_) | Token::Doctype(_) => false,
        }) {
            self.repairs.insert("feed/junk-behind");
        }
        if self.tokens.is_odd() {
            self.repairs.insert("feed/repaired-tags");
        }
        let Self { kind, asides, repairs, .. } = self;
        let Writer { entries, ends } = self.writer;
        Mended { kind, head: write::head(&self.feed, kind), entries, ends, asides, repairs }
    }
}
