//! A feed's bytes → a document that feed-rs reads well, whole or in parts: as it is where it is clean, else mended.

use super::{
    Kind, NotAFeed,
    json::{self, Json},
    media::{self, Media},
    mend::{self, Mended},
    references,
    survey::{self, Place, Root, Survey},
};
use crate::{model::Remark, text};
use std::{borrow::Cow, ops::Range};

/// A feed in a form that feed-rs reads, in parts.
#[derive(Debug)]
pub(super) enum Document<'t> {
    /// As it was.
    Clean(Clean<'t>),
    Mended(Mended),
    Json(Json<'t>),
}

/// RSS or Atom that needs no repair.
#[derive(Debug)]
pub(super) struct Clean<'t> {
    document: &'t str,
    survey: Survey<'t>,
}

/// What belongs to an entry and is not in the text for feed-rs.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Aside {
    /// Markup as given.
    pub(super) summary: Option<String>,
    pub(super) content: Option<String>,
    pub(super) media: Media,
}

/// The text of a feed, by byte order mark, validity, header, declaration and detection, without a mark.
pub(super) fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> (Cow<'b, str>, Option<Remark>) {
    let is_plain = |text: &str| {
        !text.starts_with('\u{feff}') && memchr::memchr(0, text.as_bytes()).is_none() && declares_utf8(text)
    };
    match str::from_utf8(bytes) {
        Ok(text) if is_plain(text) => (Cow::Borrowed(text), None),
        _ => {
            let (text, remark) = text::decode(bytes, charset);
            (Cow::Owned(text), remark)
        }
    }
}

/// Whether the XML declaration names no charset but UTF-8.
fn declares_utf8(text: &str) -> bool {
    let declaration = text.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let Some((declaration, _)) = declaration else { return true };
    declaration.split_once("encoding").is_none_or(|(_, value)| {
        let value = value.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''));
        value.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("utf-8"))
            || value.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("utf8"))
    })
}

impl<'t> Document<'t> {
    /// Takes a text for a feed.
    pub(super) fn of(text: &'t str) -> Result<Self, NotAFeed> {
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() {
            return Err(NotAFeed { code: "feed/empty", reason: "the answer is empty".to_owned() });
        }
        if json::is_json(text) {
            let broken = |reason| NotAFeed { code: "feed/broken", reason };
            return json::read(text).map(Document::Json).map_err(broken);
        }
        let body =
            text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map_or(text, |(_, body)| body);
        if let Some(survey) = survey::survey(body) {
            return Ok(Document::Clean(Clean { document: body, survey }));
        }
        if is_web_page(body) {
            let reason = "the answer is a web page, not a feed".to_owned();
            return Err(NotAFeed { code: "feed/html", reason });
        }
        let unknown = || "no element in it is the root of a feed".to_owned();
        mend::mend(body)
            .map(Document::Mended)
            .ok_or_else(|| NotAFeed { code: "feed/broken", reason: unknown() })
    }

    pub(super) const fn kind(&self) -> Kind {
        match self {
            Document::Clean(clean) => match clean.survey.root {
                Root::Rss => Kind::Rss,
                Root::Atom => Kind::Atom,
            },
            Document::Mended(mended) => mended.kind,
            Document::Json(_) => Kind::Json,
        }
    }

    /// How many entries it has.
    pub(super) const fn len(&self) -> usize {
        match self {
            Document::Clean(clean) => clean.survey.entries.len(),
            Document::Mended(mended) => mended.ends.len(),
            Document::Json(json) => json.len(),
        }
    }

    /// What had to be repaired so far.
    pub(super) fn repairs(&self) -> impl Iterator<Item = &'static str> {
        let repairs = match self {
            Document::Clean(_) => None,
            Document::Mended(mended) => Some(&mended.repairs),
            Document::Json(json) => Some(&json.repairs),
        };
        repairs.into_iter().flatten().copied()
    }

    /// The feed with some of its entries, as feed-rs reads it.
    pub(super) fn part(&mut self, entries: Range<usize>) -> Cow<'_, str> {
        match self {
            Document::Clean(clean) => clean.part(entries),
            Document::Mended(mended) => Cow::Owned(mended.part(entries)),
            Document::Json(json) => Cow::Owned(json.part(entries)),
        }
    }

    /// What belongs to the entries of the part that was asked for last. They are given away.
    pub(super) fn asides(&mut self, entries: Range<usize>) -> Vec<Aside> {
        match self {
            Document::Clean(clean) => clean.asides(entries),
            Document::Mended(mended) => mended.asides(entries),
            Document::Json(json) => json.asides(),
        }
    }

    /// The feed with what it says about its rhythm, in XML.
    pub(super) fn about(&self) -> &str {
        match self {
            Document::Clean(clean) => clean.document,
            Document::Mended(mended) => &mended.head,
            Document::Json(_) => "",
        }
    }

    /// The language that the feed names where feed-rs does not look.
    pub(super) const fn language(&self) -> Option<&str> {
        match self {
            Document::Clean(clean) => clean.survey.language,
            Document::Mended(_) | Document::Json(_) => None,
        }
    }
}

impl Clean<'_> {
    /// What stands between two entries is left out unless all are wanted.
    fn part(&self, entries: Range<usize>) -> Cow<'_, str> {
        let Survey { text, entries: places, .. } = &self.survey;
        let (Some(first), Some(last)) = (places.first(), places.last()) else { return Cow::Borrowed(text) };
        if entries.len() == places.len() {
            return Cow::Borrowed(text);
        }
        let mut part = text.get(..first.span.start).unwrap_or_default().to_owned();
        for place in places.get(entries).unwrap_or_default() {
            part.push_str(text.get(place.span.clone()).unwrap_or_default());
        }
        part.push_str(text.get(last.span.end..).unwrap_or_default());
        Cow::Owned(part)
    }

    fn asides(&self, entries: Range<usize>) -> Vec<Aside> {
        let Self { document, survey } = self;
        let text = |range: &Range<usize>| document.get(range.clone()).map(references::plain);
        let aside = |place: &Place| Aside {
            summary: place.summary.as_ref().and_then(text),
            content: place.content.as_ref().and_then(text),
            media: match document.get(place.whole.clone()) {
                Some(entry) if place.has_media => media::read(entry, &survey.media),
                _ => Media::default(),
            },
        };
        survey.entries.get(entries).unwrap_or_default().iter().map(aside).collect()
    }
}

/// Whether the text is a web page rather than a feed.
fn is_web_page(text: &str) -> bool {
    let start: String = text.chars().take(1000).collect::<String>().to_ascii_lowercase();
    let holds_feed = ["<rss", "<feed", "<rdf:rdf", "<channel"].iter().any(|root| start.contains(root));
    !holds_feed && (start.contains("<!doctype html") || start.contains("<html") || start.contains("<body"))
}
