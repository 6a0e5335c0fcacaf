//! Sitemaps → entries and remarks: news sitemaps, plain ones, those that are a list of addresses, and indexes of
//! others. The elements are known by their place and local name in any case, so that prefixes and foreign or forgotten
//! namespaces make no difference; those of images, videos and translations are passed over.

mod order;

use super::resolve;
use crate::{
    date,
    model::{Entry, Fingerprint, Moment, Remark},
    text,
};
use flate2::read::MultiGzDecoder;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use quick_xml::{Reader, events::Event};
use std::{borrow::Cow, cmp::Reverse, collections::BTreeSet, io::Read};
use url::Url;

/// Most entries taken of one sitemap, and sitemaps of one index; the newest are kept.
pub const SITEMAP_ENTRIES_MAX: usize = 5_000;

/// What a compressed sitemap may inflate to; the rest is not read.
pub const SITEMAP_BYTES_MAX: u64 = 50 * 1024 * 1024;

/// A longer key is kept as its hash, a longer address is none.
const KEY_BYTES_MAX: usize = 1024;
const URL_BYTES_MAX: usize = 8192;

/// Remarks of one sitemap.
const REMARKS_MAX: usize = 100;

/// Elements inside each other that are told apart; what lies deeper is passed over.
const DEPTH_MAX: usize = 5;

/// How a sitemap is read.
#[derive(Debug, Clone)]
pub struct SitemapOptions<'a> {
    /// Zone of times that are printed without one.
    pub zone: &'a TimeZone,
    /// For dates that only make sense against it.
    pub now: Timestamp,
}

/// What a sitemap lists.
#[derive(Debug, Clone, Default)]
pub struct Sitemap {
    /// Its entries in document order, each key once: `published` from the news, `updated` from `lastmod`.
    pub entries: Vec<Entry>,
    /// The sitemaps of an index, the last changed ones first; those without a time follow as their names tell.
    pub indexes: Vec<Url>,
    /// The name of the publication that its first news declares.
    pub publication: Option<String>,
    /// The language that its first news declares.
    pub language: Option<String>,
    /// Entries and sitemaps beyond [`SITEMAP_ENTRIES_MAX`], not taken.
    pub left_out: usize,
}

/// Why bytes are no sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotASitemap {
    /// Stable code: `sitemap/empty`, `sitemap/html` for a web page, `sitemap/feed` for a feed, else
    /// `sitemap/broken`.
    pub code: &'static str,
    /// What was found, for a person.
    pub reason: String,
}

/// Reads a sitemap that was fetched from `url`; gzip is inflated. One that breaks off gives what stands
/// before.
pub fn sitemap(
    options: &SitemapOptions<'_>,
    bytes: &[u8],
    url: &Url,
) -> Result<(Sitemap, Vec<Remark>), NotASitemap> {
    let mut reading = Reading {
        options,
        url,
        path: Vec::new(),
        depth: 0,
        text: String::new(),
        card: Card::default(),
        entries: Newest::default(),
        indexes: Newest::default(),
        publication: None,
        language: None,
        remarks: Vec::new(),
    };
    let bytes = inflated(bytes, &mut reading.remarks);
    let (document, remark) = text::decode(&bytes, None);
    drop(bytes);
    reading.remarks.extend(remark);
    if document.trim().is_empty() {
        return Err(NotASitemap { code: "sitemap/empty", reason: "the answer is empty".to_owned() });
    }
    if is_address(document.trim_start()) {
        reading.list(&document);
    } else {
        reading.document(&document)?;
    }
    Ok(reading.finish())
}

/// Whether a line is an address, as each one of a text sitemap is.
fn is_address(line: &str) -> bool {
    let scheme =
        |scheme: &str| line.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    scheme("http://") || scheme("https://")
}

/// The bytes, inflated where they are compressed.
fn inflated<'a>(bytes: &'a [u8], remarks: &mut Vec<Remark>) -> Cow<'a, [u8]> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Cow::Borrowed(bytes);
    }
    let mut whole = Vec::new();
    if let Err(error) = MultiGzDecoder::new(bytes).take(SITEMAP_BYTES_MAX + 1).read_to_end(&mut whole) {
        remarks.push(Remark::about("sitemap/cut", &error.to_string()));
    }
    let max = usize::try_from(SITEMAP_BYTES_MAX).unwrap_or(usize::MAX);
    if whole.len() > max {
        remarks.push(Remark::new("sitemap/too-long"));
        whole.truncate(max);
    }
    Cow::Owned(whole)
}

/// One `url` or `sitemap` while it is read, as printed.
#[derive(Default)]
struct Card {
    loc: String,
    lastmod: String,
    title: String,
    published: String,
    keywords: String,
}

struct Reading<'a> {
    options: &'a SitemapOptions<'a>,
    url: &'a Url,
    /// Local names of the open elements, down to [`DEPTH_MAX`].
    path: Vec<String>,
    depth: usize,
    text: String,
    card: Card,
    entries: Newest<Entry>,
    indexes: Newest<Url>,
    publication: Option<String>,
    language: Option<String>,
    remarks: Vec<Remark>,
}

impl Reading<'_> {
    /// Reads a sitemap that is a list of addresses, one a line.
    fn list(&mut self, document: &str) {
        for line in document.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if is_address(line) {
                self.card = Card { loc: line.to_owned(), ..Card::default() };
                self.entry();
            } else {
                self.remark(Remark::about("sitemap/bad-link", line));
            }
        }
    }

    fn document(&mut self, document: &str) -> Result<(), NotASitemap> {
        let mut reader = Reader::from_str(document);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_dangling_amp = true;
        let mut has_root = false;
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) => {
                    self.open(tag.local_name().as_ref());
                    if !has_root {
                        self.expect_root()?;
                        has_root = true;
                    }
                }
                Ok(Event::End(_)) => self.close(),
                Ok(Event::Text(text)) => self.text.push_str(&text),
                Ok(Event::CData(text)) => self.text.push_str(&text),
                Ok(Event::GeneralRef(name)) => self.text.push_str(&text::unescape(&format!("&{};", &*name))),
                Ok(Event::Eof) if has_root && self.depth > 0 => {
                    self.remark(Remark::new("sitemap/cut"));
                    return Ok(());
                }
                Ok(Event::Eof) if has_root => return Ok(()),
                Ok(Event::Eof) => return Err(broken("no element in it")),
                Ok(
                    Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_),
                ) => {}
                Err(error) if has_root => {
                    self.remark(Remark::about("sitemap/cut", &error.to_string()));
                    return Ok(());
                }
                Err(error) => return Err(broken(&error.to_string())),
            }
        }
    }

    fn expect_root(&self) -> Result<(), NotASitemap> {
        let root = self.path.first().map(String::as_str).unwrap_or_default();
        match root {
            "urlset" | "sitemapindex" => Ok(()),
            "html" | "head" | "body" => {
                Err(NotASitemap { code: "sitemap/html", reason: "the answer is a web page".to_owned() })
            }
            "rss" | "feed" | "rdf" => {
                Err(NotASitemap { code: "sitemap/feed", reason: "the answer is a feed".to_owned() })
            }
            _ => Err(broken(&format!("its first element is {}", root.chars().take(50).collect::<String>()))),
        }
    }

    fn open(&mut self, name: &str) {
        self.depth += 1;
        if self.depth <= DEPTH_MAX {
            self.path.push(name.to_ascii_lowercase());
        }
        self.text.clear();
        if self.depth == 2 {
            self.card = Card::default();
        }
    }

    fn close(&mut self) {
        if self.depth <= DEPTH_MAX {
            let path: Vec<&str> = self.path.iter().skip(1).map(String::as_str).collect();
            let text = || self.text.trim().to_owned();
            match path.as_slice() {
                ["url" | "sitemap", "loc"] => self.card.loc = text(),
                ["url" | "sitemap", "lastmod"] => self.card.lastmod = text(),
                ["url", "news", "title"] => self.card.title = text(),
                ["url", "news", "publication_date"] => self.card.published = text(),
                ["url", "news", "keywords"] => self.card.keywords = text(),
                ["url", "news", "publication", "name"] if self.publication.is_none() => {
                    self.publication = Some(text::strip_markup(&text())).filter(|name| !name.is_empty());
                }
                ["url", "news", "publication", "language"] if self.language.is_none() => {
                    self.language = Some(text()).filter(|language| !language.is_empty());
                }
                ["url"] => self.entry(),
                ["sitemap"] => self.index(),
                _ => {}
            }
            self.path.pop();
        }
        self.depth = self.depth.saturating_sub(1);
        self.text.clear();
    }

    fn entry(&mut self) {
        let card = std::mem::take(&mut self.card);
        let Some(url) = self.address(&card.loc) else { return };
        let (published, updated) = (self.moment(&card.published), self.moment(&card.lastmod));
        let key = match card.loc {
            long if long.len() > KEY_BYTES_MAX => format!("id:{}", Fingerprint::of([long.as_str()])),
            loc => loc,
        };
        let tags = card.keywords.split([',', '،']).map(text::normal).filter(|tag| !tag.is_empty());
        let entry = Entry {
            key,
            url: Some(url),
            title: text::strip_markup(&card.title),
            published,
            updated,
            tags: tags.collect(),
            ..Entry::default()
        };
        self.entries.push(published.or(updated), entry);
    }

    fn index(&mut self) {
        let card = std::mem::take(&mut self.card);
        let changed = self.moment(&card.lastmod);
        if let Some(url) = self.address(&card.loc).filter(|url| url != self.url) {
            self.indexes.push(changed, url);
        }
    }

    fn address(&mut self, loc: &str) -> Option<Url> {
        let url = resolve(self.url, loc)
            .filter(|url| !loc.is_empty() && loc.len().max(url.as_str().len()) <= URL_BYTES_MAX);
        if url.is_none() {
            self.remark(Remark::about("sitemap/bad-link", loc));
        }
        url
    }

    /// A printed time; one that lies days ahead is none.
    fn moment(&self, printed: &str) -> Option<Moment> {
        let SitemapOptions { zone, now } = *self.options;
        let context = date::Context { zone, now, order: date::Order::Dmy };
        let moment = Some(printed).filter(|printed| !printed.is_empty())?;
        let moment = date::read(moment, &context).moment?;
        (moment.at < now + SignedDuration::from_hours(48)).then_some(moment)
    }

    fn remark(&mut self, remark: Remark) {
        if self.remarks.len() < REMARKS_MAX {
            self.remarks.push(remark);
        }
    }

    fn finish(mut self) -> (Sitemap, Vec<Remark>) {
        let left_out = self.entries.left_out() + self.indexes.left_out();
        if left_out > 0 {
            self.remark(Remark::about("sitemap/flood", &left_out.to_string()));
        }
        let mut keys = BTreeSet::new();
        let mut entries = self.entries.finish();
        entries.sort_by_key(|dated| dated.at);
        let entries = entries.into_iter().map(|dated| dated.thing);
        let mut addresses = BTreeSet::new();
        let (dated, undated): (Vec<_>, Vec<_>) =
            self.indexes.finish().into_iter().partition(|dated| dated.time.is_some());
        let urls = |dated: Vec<Dated<Url>>| dated.into_iter().map(|dated| dated.thing);
        let indexes = urls(dated).chain(order::newest_first(urls(undated).collect()));
        let sitemap = Sitemap {
            entries: entries.filter(|entry| keys.insert(entry.key.clone())).collect(),
            indexes: indexes.filter(|url| addresses.insert(url.clone())).collect(),
            publication: self.publication,
            language: self.language,
            left_out,
        };
        (sitemap, self.remarks)
    }
}

fn broken(reason: &str) -> NotASitemap {
    NotASitemap { code: "sitemap/broken", reason: reason.to_owned() }
}

/// The newest of many things, kept while they come; what has no time counts as oldest, and of equal ones the
/// first is kept. Never more than twice [`SITEMAP_ENTRIES_MAX`] at a time.
struct Newest<T> {
    kept: Vec<Dated<T>>,
    seen: usize,
}

struct Dated<T> {
    time: Option<Timestamp>,
    /// The place in the document.
    at: usize,
    thing: T,
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self { kept: Vec::new(), seen: 0 }
    }
}

impl<T> Newest<T> {
    fn push(&mut self, moment: Option<Moment>, thing: T) {
        self.kept.push(Dated { time: moment.map(|moment| moment.at), at: self.seen, thing });
        self.seen += 1;
        if self.kept.len() >= 2 * SITEMAP_ENTRIES_MAX {
            self.prune();
        }
    }

    fn prune(&mut self) {
        self.kept.sort_by_key(|dated| (Reverse(dated.time), dated.at));
        self.kept.truncate(SITEMAP_ENTRIES_MAX);
    }

    const fn left_out(&self) -> usize {
        self.seen.saturating_sub(SITEMAP_ENTRIES_MAX)
    }

    /// What is kept, the newest first.
    fn finish(mut self) -> Vec<Dated<T>> {
        self.prune();
        self.kept
    }
}

#[cfg(test)]
mod tests;
