//! Whether feed-rs would read a document to the letter and to the end, and where its entries stand. One pass
//! from tag to tag; it knows what feed-rs passes over without a word, and sends all of that to be mended.
//!
//! # Why
//! feed-rs fails as a whole at one stray `&`, takes foreign namespaces for nothing and keeps the last of two
//! titles. What is checked here is what it reads: the content of elements it ignores only has to be XML. Those are
//! left out of what it is given, and so are the long texts, which it would copy four times and decode reference by
//! reference: a feed is read faster so than by feed-rs alone.

mod roles;

use super::{
    mend,
    names::{Space, space_by_prefix, space_of, split},
    references,
    tokens::{Attributes, Tag, Token, Tokens},
};
use memchr::{memchr_iter, memmem};
use roles::{
    CONTENT, Role, SUMMARY, Text, atom_entry, atom_feed, is_complete, is_version_known, is_w3c_time,
    rss_channel, rss_item,
};
use std::{
    borrow::Cow,
    collections::BTreeSet,
    mem::{replace, take},
    ops::Range,
};

/// Elements inside each other that are followed.
pub(super) const DEPTH_MAX: usize = 128;

/// Bytes of a tag's attributes: the XML reader below compares each with all before it.
pub(super) const ATTRIBUTES_BYTES_MAX: usize = 8192;

/// Elements of one entry that are read.
const FIELDS_MAX: usize = 1024;

/// Bytes of one field of an entry.
pub(super) const FIELD_BYTES_MAX: usize = 1024 * 1024;

/// What a clean document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    Rss,
    Atom,
}

/// A document that feed-rs reads well.
#[derive(Debug)]
pub(super) struct Survey<'t> {
    pub(super) root: Root,
    /// The root element, without what feed-rs need not read.
    pub(super) text: Cow<'t, str>,
    /// Its entries.
    pub(super) entries: Vec<Place>,
    /// The prefixes of media elements.
    pub(super) media: Vec<String>,
    /// The language that the feed names where feed-rs does not look.
    pub(super) language: Option<&'t str>,
}

/// Where an entry stands, from the `<` of the start tag to behind the end tag.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// In the text for feed-rs.
    pub(super) span: Range<usize>,
    /// In the document.
    pub(super) whole: Range<usize>,
    /// Whether it has media elements.
    pub(super) has_media: bool,
    /// The content of its summary and of its content in the document, where they were left out.
    pub(super) summary: Option<Range<usize>>,
    pub(super) content: Option<Range<usize>>,
}

/// A shorter text is left to feed-rs.
const LONG_BYTES_MIN: usize = 64;

/// Surveys a document in UTF-8. `None`: it has to be mended.
pub(super) fn survey(text: &str) -> Option<Survey<'_>> {
    if has_controls(text) {
        return None;
    }
    let mut survey = Surveyor::begin(text)?;
    while !survey.open.is_empty() {
        let token = survey.tokens.next()?;
        survey.follow(token)?;
    }
    let has_channel = survey.root == Root::Atom || survey.has_channel;
    let is_complete = is_complete(survey.feed_seen, survey.feed_fallbacks);
    (is_complete && has_channel && !survey.tokens.is_odd()).then(|| Survey {
        root: survey.root,
        text: survey.slim.finish(survey.tokens.at()),
        media: survey.media.into_iter().map(str::to_owned).collect(),
        entries: survey.entries,
        language: survey.language,
    })
}

/// Whether a control character is in the text that XML forbids or that stands for a character of Windows-1252.
fn has_controls(text: &str) -> bool {
    let bytes = text.as_bytes();
    let low = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let second = |first: usize| bytes.get(first + 1).copied().unwrap_or_default();
    // Whole blocks, without leaving early, are what compilers make vectors of.
    bytes.chunks(4096).any(|block| block.iter().fold(false, |found, byte| found | low(byte)))
        || memchr_iter(0xc2, bytes).any(|at| second(at) < 0xa0)
        || memmem::find_iter(bytes, b"\xef\xbf").any(|at| matches!(second(at + 1), 0xbe | 0xbf))
}

/// A text without the parts that were cut out of it.
struct Slim<'a> {
    text: &'a str,
    kept: String,
    /// Behind the last cut.
    at: usize,
}

impl<'a> Slim<'a> {
    fn cut(&mut self, part: Range<usize>) {
        self.kept.push_str(self.text.get(self.at..part.start).unwrap_or_default());
        self.at = part.end;
    }

    /// Where a position of the text is in what is kept.
    const fn place(&self, at: usize) -> usize {
        self.kept.len() + at - self.at
    }

    fn finish(mut self, end: usize) -> Cow<'a, str> {
        if self.at == 0 {
            return Cow::Borrowed(self.text.get(..end).unwrap_or_default());
        }
        self.cut(end..end);
        Cow::Owned(self.kept)
    }
}

struct Surveyor<'a> {
    tokens: Tokens<'a>,
    root: Root,
    /// Prefixes, and how deep the element is that declares them.
    prefixes: Vec<(&'a str, Space, usize)>,
    /// All prefixes of media elements.
    media: BTreeSet<&'a str>,
    /// Names of the elements that are open.
    open: Vec<&'a str>,
    /// The element whose text is read: its depth, where its text begins, and what that is; nothing may stand in it.
    leaf: Option<(usize, usize, Text)>,
    /// The element whose content is not looked at: its depth, and where it begins if it is left out.
    passed: Option<(usize, Option<usize>)>,
    slim: Slim<'a>,
    entries: Vec<Place>,
    /// The entry that is open.
    entry: Place,
    language: Option<&'a str>,
    /// Fields of the entry, or of the feed, that were seen, as bits.
    seen: u32,
    feed_seen: u32,
    /// Fields, as bits, that the entry or the feed has under another name, which counts where they are missing.
    fallbacks: u32,
    feed_fallbacks: u32,
    /// How many elements of it are read.
    fields: usize,
    has_channel: bool,
}

impl<'a> Surveyor<'a> {
    /// Goes to the root element.
    fn begin(text: &'a str) -> Option<Self> {
        let mut tokens = Tokens::new(text);
        let tag = loop {
            match tokens.next()? {
                Token::Start(tag) => break tag,
                Token::Text(text) if text.trim_ascii().is_empty() => {}
                Token::Doctype(doctype) if !doctype.contains('[') => {}
                Token::Other => {}
                Token::Text(_) | Token::Data(_) | Token::End(_) | Token::Doctype(_) => return None,
            }
        };
        let root = match tag.name {
            "rss" => Root::Rss,
            "feed" => Root::Atom,
            _ => return None,
        };
        is_version_known(root, &tag).then_some(())?;
        let mut survey = Self {
            tokens,
            root,
            prefixes: vec![("xml", Space::Other, 0)],
            media: BTreeSet::new(),
            open: vec![tag.name],
            leaf: None,
            passed: None,
            slim: Slim { text, kept: String::new(), at: 0 },
            entries: Vec::new(),
            entry: Place::default(),
            language: None,
            seen: 0,
            feed_seen: 0,
            fallbacks: 0,
            feed_fallbacks: 0,
            fields: 0,
            has_channel: false,
        };
        let is_other = survey.declared(&tag, 1)?;
        (!is_other && !tag.is_empty).then_some(survey)
    }

    /// Takes in the namespaces that a tag declares. Tells whether it changes the one of names without prefix to one
    /// that feed-rs passes over; `None` where it would take one for something else.
    fn declared(&mut self, tag: &Tag<'a>, depth: usize) -> Option<bool> {
        let mut is_other = false;
        if tag.attributes.is_empty() || memmem::find(tag.attributes.as_bytes(), b"xml").is_none() {
            return Some(is_other);
        }
        let mut attributes = Attributes::of(tag);
        for (name, value) in attributes.by_ref() {
            if name == "xmlns" {
                let own = if self.root == Root::Atom { Space::Atom } else { Space::Rss };
                let (space, is_exact) = space_of(value);
                is_exact.then_some(())?;
                // Within Atom, RSS's own names are not looked for, and the other way round.
                is_other = space != own;
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                let (space, is_exact) = space_of(value);
                // A known prefix that stands for nothing known is a spelling mistake.
                (is_exact && (space != Space::Other || space_by_prefix(prefix).is_none())).then_some(())?;
                self.prefixes.push((prefix, space, depth));
                if space == Space::Media {
                    self.media.insert(prefix);
                }
            } else if name == "xml:base" {
                let is_fit = match url::Url::parse(value) {
                    Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => true,
                    Err(_) => false,
                };
                is_fit.then_some(())?;
            }
        }
        (!attributes.is_odd).then_some(is_other)
    }

    fn follow(&mut self, token: Token<'a>) -> Option<()> {
        match token {
            Token::Text(text) => references::are_whole(text).then_some(()),
            Token::Data(_) | Token::Other => Some(()),
            Token::Doctype(_) => None,
            Token::Start(tag) => self.start(&tag),
            Token::End(name) => self.end(name),
        }
    }

    fn start(&mut self, tag: &Tag<'a>) -> Option<()> {
        if self.leaf.is_some() || tag.attributes.len() > ATTRIBUTES_BYTES_MAX {
            return None;
        }
        let depth = self.open.len() + 1;
        if self.passed.is_some() {
            // Nested as deep as one likes, it would take feed-rs memory without end.
            if !tag.attributes.is_empty() && memmem::find(tag.attributes.as_bytes(), b"xml:base").is_some() {
                return None;
            }
        } else {
            let is_other = self.declared(tag, depth)?;
            let is_foreign = is_other && !mend::is_known(Space::Rss, split(tag.name).1);
            let role = if is_foreign { Role::Passed } else { self.role(tag).filter(|_| !is_other)? };
            self.begin_element(&role, depth, tag)?;
        }
        self.open.push(tag.name);
        if self.open.len() > DEPTH_MAX {
            return None;
        }
        if tag.is_empty { self.end(tag.name) } else { Some(()) }
    }

    fn begin_element(&mut self, role: &Role, depth: usize, tag: &Tag<'a>) -> Option<()> {
        match role {
            Role::Leaf(text) => self.leaf(*text, depth, tag)?,
            Role::Inner => {}
            Role::Entry => {
                let start = self.tokens.start();
                let span = self.slim.place(start);
                (self.seen, self.fallbacks, self.fields) = (0, 0, 0);
                self.entry = Place { span: span..span, whole: start..start, ..Place::default() };
            }
            Role::Kept => self.passed = Some((depth, None)),
            Role::Fallback(bit) => {
                let is_entrys = self.entry_depth() < depth;
                *(if is_entrys { &mut self.fallbacks } else { &mut self.feed_fallbacks }) |= bit;
                self.passed = Some((depth, Some(self.tokens.start())));
            }
            Role::Passed | Role::Media => {
                self.entry.has_media |= matches!(role, Role::Media);
                self.passed = Some((depth, Some(self.tokens.start())));
            }
        }
        Some(())
    }

    fn leaf(&mut self, text: Text, depth: usize, tag: &Tag<'a>) -> Option<()> {
        let seen = if self.entry_depth() < depth { &mut self.seen } else { &mut self.feed_seen };
        let bit = text.bit();
        self.fields += 1;
        if (text != Text::Person && *seen & bit != 0) || self.fields > FIELDS_MAX {
            return None;
        }
        *seen |= bit;
        if !tag.is_empty {
            self.leaf = Some((depth, self.tokens.at(), text));
        }
        Some(())
    }

    /// How deep entries stand.
    const fn entry_depth(&self) -> usize {
        match self.root {
            Root::Rss => 3,
            Root::Atom => 2,
        }
    }

    fn end(&mut self, name: &str) -> Option<()> {
        let depth = self.open.len();
        self.open.pop().filter(|open| *open == name)?;
        if let Some((_, start, text)) = self.leaf.take_if(|(leaf, ..)| *leaf == depth) {
            self.end_leaf(start, text)?;
        }
        if let Some((_, start)) = self.passed.take_if(|(passed, _)| *passed == depth)
            && let Some(start) = start
        {
            self.slim.cut(start..self.tokens.at());
        }
        while self.prefixes.pop_if(|(_, _, declared)| *declared == depth).is_some() {}
        if depth == self.entry_depth() && matches!(split(name).1, "item" | "entry") && self.passed.is_none() {
            is_complete(self.seen, self.fallbacks).then_some(())?;
            let mut entry = take(&mut self.entry);
            entry.span.end = self.slim.place(self.tokens.at());
            entry.whole.end = self.tokens.at();
            self.entries.push(entry);
        }
        Some(())
    }

    fn end_leaf(&mut self, start: usize, what: Text) -> Option<()> {
        let end = self.tokens.start();
        let text = self.tokens.text().get(start..end).unwrap_or_default();
        let is_fit = match what {
            // feed-rs tells name from address by bytes, and panics over some names that are not ASCII.
            Text::Person => !text.contains('@'),
            Text::Contact => text.is_ascii() || !text.contains('@'),
            // The last time counts, even if it cannot be read.
            Text::Again => is_w3c_time(text),
            Text::Any | Text::Once(_) | Text::Language => true,
        };
        if text.len() > FIELD_BYTES_MAX || !is_fit {
            return None;
        }
        let is_long = self.open.len() == self.entry_depth() && text.len() >= LONG_BYTES_MIN;
        let slot = match what {
            Text::Language => {
                self.language = Some(text.trim());
                None
            }
            Text::Once(SUMMARY) => Some(&mut self.entry.summary),
            Text::Once(CONTENT) => Some(&mut self.entry.content),
            Text::Any | Text::Once(_) | Text::Person | Text::Contact | Text::Again => None,
        };
        if let Some(slot) = slot.filter(|_| is_long) {
            *slot = Some(start..end);
            self.slim.cut(start..end);
        }
        Some(())
    }

    /// What an element is to feed-rs. `None` where it means something that feed-rs does not see.
    fn role(&mut self, tag: &Tag<'a>) -> Option<Role> {
        let (prefix, local) = split(tag.name);
        let space = if prefix.is_empty() { None } else { Some(self.space(prefix)?) };
        // With and without prefix, Atom is Atom.
        let space = space.filter(|space| !(self.root == Root::Atom && *space == Space::Atom));
        let parent = split(self.open.last().copied().unwrap_or_default()).1;
        match (self.root, self.open.len()) {
            (Root::Rss, 1) => match local {
                "channel" if !replace(&mut self.has_channel, true) => Some(Role::Inner),
                "channel" | "item" | "image" | "title" | "entry" => None,
                _ => Some(Role::Passed),
            },
            (Root::Rss, 2) => rss_channel(space, local, tag, self.feed_seen),
            (Root::Rss, 3) if parent == "item" => rss_item(space, local, tag, self.seen),
            (Root::Rss, 3) => Some(if matches!(local, "url" | "title" | "link") {
                Role::Leaf(Text::Any)
            } else {
                Role::Passed
            }),
            (Root::Atom, 1) => atom_feed(space, local, tag),
            (Root::Atom, 2) if parent == "entry" => atom_entry(space, local, tag),
            // Within an author.
            (Root::Atom, _) => Some(if matches!(local, "name" | "uri" | "email") {
                Role::Leaf(Text::Any)
            } else {
                Role::Passed
            }),
            (Root::Rss, _) => Some(Role::Passed),
        }
    }

    fn space(&self, prefix: &str) -> Option<Space> {
        self.prefixes.iter().rev().find(|(known, ..)| *known == prefix).map(|(_, space, _)| *space)
    }
}
