//! What was found of a feed or of one of its entries.

use super::{
    super::{
        names::{Space, split},
        references,
        tokens::{Tag, Token, Tokens},
    },
    Mender,
    names::{Field, field},
    value,
};
use std::borrow::Cow;
use url::Url;

/// Things of one kind that an entry may have.
const MANY_MAX: usize = 256;

/// Hours or days that a feed names.
const SAID_MAX: usize = 64;

/// An element of a feed.
#[derive(Debug)]
pub(super) struct Piece<'p, 'a> {
    pub(super) space: Space,
    /// Local name in lower case.
    pub(super) local: &'p str,
    pub(super) tag: &'p Tag<'a>,
    /// Its content as written.
    pub(super) raw: &'a str,
    /// What its relative addresses are relative to.
    pub(super) base: Option<Url>,
}

/// A text, and its rank among those that say the same.
pub(super) type Ranked = Option<(u8, String)>;

/// A link.
#[derive(Debug, Default)]
pub(super) struct Link {
    pub(super) rel: String,
    pub(super) href: String,
    pub(super) mime: Option<String>,
}

/// The fields of a feed or of an entry, as HTML where they are texts.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) title: Ranked,
    pub(super) id: Ranked,
    pub(super) summary: Ranked,
    pub(super) content: Ranked,
    pub(super) published: Ranked,
    pub(super) updated: Ranked,
    pub(super) image: Ranked,
    pub(super) language: Option<String>,
    pub(super) generator: Option<String>,
    pub(super) links: Vec<Link>,
    pub(super) authors: Vec<(u8, String)>,
    pub(super) tags: Vec<String>,
    /// Elements about the rhythm: name and values.
    pub(super) rhythm: Vec<(&'static str, Vec<String>)>,
    pub(super) has_media: bool,
}

impl Fields {
    /// The identity that RDF gives.
    pub(super) fn about(&mut self, about: &str) {
        put(&mut self.id, 1, about.trim());
    }
}

/// Keeps a text if it ranks before the one that is there.
fn put(slot: &mut Ranked, rank: u8, text: &str) {
    let is_better = slot.as_ref().is_none_or(|(known, _)| rank < *known);
    if is_better && !text.trim().is_empty() {
        *slot = Some((rank, text.to_owned()));
    }
}

impl<'a> Mender<'a> {
    /// Takes an element for what it says about the entry that is open, or about the feed.
    pub(super) fn take(&mut self, piece: &Piece<'_, 'a>) {
        if piece.space == Space::Media
            && let Some((fields, _)) = &mut self.entry
        {
            fields.has_media = true;
        }
        let Some((field, rank)) = field(piece.space, piece.local) else { return };
        match field {
            Field::Title => self.text(piece, rank, |fields| &mut fields.title),
            Field::Summary => self.text(piece, rank, |fields| &mut fields.summary),
            Field::Content => self.text(piece, rank, |fields| &mut fields.content),
            Field::Id => self.plain(piece, rank, |fields| &mut fields.id),
            Field::Published => self.plain(piece, rank, |fields| &mut fields.published),
            Field::Updated => self.plain(piece, rank, |fields| &mut fields.updated),
            Field::Link => self.link(piece),
            Field::Enclosure => self.enclosure(piece),
            Field::Author => self.author(piece, rank),
            Field::Tag => self.tag(piece),
            Field::Image => self.image(piece, rank),
            Field::Language | Field::Generator | Field::Rhythm if self.entry.is_some() => {}
            Field::Language => self.language(piece),
            Field::Generator => self.generator(piece),
            Field::Rhythm => self.rhythm(piece),
        }
    }

    fn fields(&mut self) -> &mut Fields {
        match &mut self.entry {
            Some((fields, _)) => fields,
            None => &mut self.feed,
        }
    }

    /// The content of an element as HTML.
    fn html(&mut self, raw: &str) -> String {
        value::html(raw, &self.entities, &mut self.repairs)
    }

    /// The content of an element as it is read: one line.
    fn line(&mut self, raw: &str) -> String {
        self.html(raw).trim().to_owned()
    }

    fn plain(&mut self, piece: &Piece<'_, 'a>, rank: u8, slot: fn(&mut Fields) -> &mut Ranked) {
        let text = self.line(piece.raw);
        put(slot(self.fields()), rank, &text);
    }

    fn text(&mut self, piece: &Piece<'_, 'a>, rank: u8, slot: fn(&mut Fields) -> &mut Ranked) {
        if slot(self.fields()).as_ref().is_some_and(|(known, _)| *known <= rank) {
            return;
        }
        let kind = self.attribute(piece.tag, "type").map(|kind| kind.trim().to_ascii_lowercase());
        let kind = kind.unwrap_or_default();
        let mode = self.attribute(piece.tag, "mode");
        let is_known = matches!(kind.as_str(), "" | "text" | "html" | "xhtml" | "text/html" | "text/plain");
        let mut text = self.html(piece.raw);
        if piece.space != Space::Rss {
            self.note_type(&kind, is_known);
        }
        let is_packed = mode.as_deref() == Some("base64")
            || !(is_known || mode.is_some() || kind.starts_with("text/") || kind.ends_with("xml"));
        if let Some(unpacked) = value::from_base64(&text).filter(|_| is_packed && !text.trim().is_empty()) {
            text = unpacked;
        } else if value::has_tags(piece.raw) {
            let is_xhtml = kind.ends_with("xhtml") || kind.ends_with("xml");
            if !is_xhtml && piece.space != Space::Xhtml {
                self.repairs.insert("feed/markup-in-text");
            }
            text = value::unwrapped(&text).to_owned();
        }
        put(slot(self.fields()), rank, &text);
    }

    fn note_type(&mut self, kind: &str, is_known: bool) {
        if !is_known && !kind.starts_with("text/") && !kind.ends_with("+xml") && !kind.ends_with("/xml") {
            self.repairs.insert("feed/type");
        }
    }

    /// An address that is relative to an `xml:base`.
    fn address(printed: &str, base: Option<&Url>) -> String {
        let printed = printed.trim();
        let joined = base.filter(|_| Url::parse(printed).is_err()).and_then(|base| base.join(printed).ok());
        joined.map_or_else(|| printed.to_owned(), Url::into)
    }

    fn link(&mut self, piece: &Piece<'_, 'a>) {
        let printed = self.line(piece.raw);
        let href = self.attribute(piece.tag, "href").or_else(|| self.attribute(piece.tag, "resource"));
        let printed = match href {
            Some(href) if printed.is_empty() || piece.space != Space::Rss => href.into_owned(),
            _ => printed,
        };
        if printed.is_empty() {
            return;
        }
        let rel = self.attribute(piece.tag, "rel").unwrap_or_default().trim().to_ascii_lowercase();
        let rel = rel.rsplit('/').next().unwrap_or_default();
        let rel = if rel.is_empty() { "alternate" } else { rel };
        let mime = self.attribute(piece.tag, "type").map(Cow::into_owned);
        let link = Link { rel: rel.to_owned(), href: Self::address(&printed, piece.base.as_ref()), mime };
        self.push_link(link);
    }

    fn push_link(&mut self, link: Link) {
        let links = &mut self.fields().links;
        if links.len() < MANY_MAX {
            links.push(link);
        }
    }

    fn enclosure(&mut self, piece: &Piece<'_, 'a>) {
        let url = self.attribute(piece.tag, "url").or_else(|| self.attribute(piece.tag, "href"));
        let Some(url) = url.or_else(|| self.attribute(piece.tag, "resource")) else { return };
        let mime = self.attribute(piece.tag, "type").map(Cow::into_owned);
        let href = Self::address(&url, piece.base.as_ref());
        self.push_link(Link { rel: "enclosure".to_owned(), href, mime });
    }

    fn author(&mut self, piece: &Piece<'_, 'a>, rank: u8) {
        let name = Self::child(piece.raw, "name").map(|raw| self.line(raw));
        let email = Self::child(piece.raw, "email").map(|raw| self.line(raw));
        let name = match name.filter(|name| !name.is_empty()).or(email) {
            Some(name) => name,
            None if piece.raw.contains("</") => return,
            None => self.line(piece.raw),
        };
        let authors = &mut self.fields().authors;
        if !name.is_empty() && authors.len() < MANY_MAX && !authors.iter().any(|(_, known)| *known == name) {
            authors.push((rank, name));
        }
    }

    fn tag(&mut self, piece: &Piece<'_, 'a>) {
        let label = self.attribute(piece.tag, "label").filter(|label| !label.trim().is_empty());
        let printed = self.line(piece.raw);
        let tag = match label.or_else(|| self.attribute(piece.tag, "term")) {
            Some(tag) => tag.into_owned(),
            None => printed,
        };
        let tags = &mut self.fields().tags;
        if !tag.is_empty() && tags.len() < MANY_MAX {
            tags.push(tag);
        }
    }

    fn image(&mut self, piece: &Piece<'_, 'a>, rank: u8) {
        let url = Self::child(piece.raw, "url").map(|raw| self.line(raw));
        let url = url.or_else(|| self.attribute(piece.tag, "href").map(Cow::into_owned));
        let url = url.or_else(|| self.attribute(piece.tag, "resource").map(Cow::into_owned));
        let url = match url {
            Some(url) => url,
            None if piece.raw.contains('<') => return,
            None => self.line(piece.raw),
        };
        let url = Self::address(&url, piece.base.as_ref());
        put(&mut self.fields().image, rank, &url);
    }

    /// The content of a child by its local name.
    fn child(raw: &'a str, name: &str) -> Option<&'a str> {
        let mut tokens = Tokens::new(raw);
        let begins = |token: Token<'a>| matches!(token, Token::Start(tag) if !tag.is_empty && split(tag.name).1.eq_ignore_ascii_case(name));
        tokens.by_ref().find(|token| begins(*token))?;
        let start = tokens.at();
        let end =
            tokens.find(|token| matches!(token, Token::Start(_) | Token::End(_))).map(|_| tokens.start());
        raw.get(start..end.unwrap_or(raw.len()))
    }

    fn language(&mut self, piece: &Piece<'_, 'a>) {
        let said = self.line(piece.raw);
        if self.feed.language.is_none() && !said.is_empty() {
            self.feed.language = Some(said);
        }
    }

    fn generator(&mut self, piece: &Piece<'_, 'a>) {
        let version = self.attribute(piece.tag, "version").unwrap_or_default();
        let name = self.line(piece.raw);
        self.feed.generator = Some(format!("{name} {version}").trim().to_owned());
    }

    fn rhythm(&mut self, piece: &Piece<'_, 'a>) {
        const NAMES: [&str; 5] = ["ttl", "skipHours", "skipDays", "updatePeriod", "updateFrequency"];
        let Some(name) = NAMES.into_iter().find(|name| name.eq_ignore_ascii_case(piece.local)) else {
            return;
        };
        let texts = Tokens::new(piece.raw).filter_map(Token::text).map(str::trim);
        let said = texts.filter(|text| !text.is_empty()).take(SAID_MAX);
        let said = said.map(|text| references::decoded(text, &[], &mut false)).collect();
        self.feed.rhythm.push((name, said));
    }
}
