//! Feed bytes → entries and remarks. RSS 0.9x to 2.0, RDF, Atom and JSON Feed, read by feed-rs; around it
//! the repairs without which one stray character loses a whole feed. The only module that names feed-rs.

mod document;
mod hints;
mod json;
mod media;
mod mend;
mod names;
pub mod opml;
mod people;
mod references;
mod survey;
mod tokens;

use crate::{
    date,
    model::{Enclosure, Entry, Fingerprint, Hints, Moment, Remark},
    text,
};
use document::{Aside, Document};
use feed_rs::{model, parser};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use media::Media;
use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};
use url::Url;

/// Most entries taken of one feed; the newest are kept.
pub const ENTRIES_MAX: usize = 5_000;

/// A longer id is kept as its hash, a longer address is none.
const KEY_BYTES_MAX: usize = 1024;
const URL_BYTES_MAX: usize = 8192;

/// Entries that are parsed at once: memory does not grow with a feed's length.
const PART_MAX: usize = 1_000;

/// Remarks of one code about one feed.
const REMARKS_MAX: usize = 16;

/// Enclosures of an entry.
const ENCLOSURES_MAX: usize = 64;

/// Characters of a generator's name that are kept.
const GENERATOR_MAX: usize = 200;

/// How a feed is read.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// Zone of times that are printed without one.
    pub zone: &'a TimeZone,
    /// Order of numeric dates.
    pub order: date::Order,
    /// For dates that only make sense against it.
    pub now: Timestamp,
    /// The charset of the answer's header.
    pub charset: Option<&'a str>,
}

/// The kind of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// RSS 0.9x and 2.0.
    Rss,
    /// RSS 1.0.
    Rdf,
    /// Atom.
    Atom,
    /// JSON Feed.
    Json,
}

impl Kind {
    /// Its name in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Rdf => "rdf",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }
}

/// What a feed says.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Its kind.
    pub kind: Kind,
    /// Its title, plain.
    pub title: Option<String>,
    /// The page it belongs to.
    pub link: Option<String>,
    /// Its description, plain.
    pub description: Option<String>,
    /// Its language as declared.
    pub language: Option<String>,
    /// What made it, with its version.
    pub generator: Option<String>,
    /// Its picture.
    pub image: Option<Url>,
    /// What it says about how often to ask for it.
    pub hints: Hints,
    /// Its own address as it gives it.
    pub own: Option<Url>,
    /// The `WebSub` hub that it names.
    pub hub: Option<Url>,
    /// Its next page, with older entries (RFC 5005's `next`, or JSON Feed's `next_url`).
    pub next: Option<Url>,
    /// The archive before it (RFC 5005's `prev-archive`).
    pub archive: Option<Url>,
    /// Its entries in document order.
    pub entries: Vec<Entry>,
    /// Entries beyond [`ENTRIES_MAX`], not taken.
    pub left_out: usize,
}

/// Why bytes are no feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAFeed {
    /// Stable code: `feed/html` for a web page, `feed/empty`, else `feed/broken`.
    pub code: &'static str,
    /// What the parser says, for a person.
    pub reason: String,
}

/// Reads a feed that was fetched from `url`.
pub fn read(options: &Options<'_>, bytes: &[u8], url: Option<&Url>) -> Result<(Feed, Vec<Remark>), NotAFeed> {
    let (text, remark) = document::decode(bytes, options.charset);
    let mut remarks: Vec<Remark> = remark.into_iter().collect();
    let mut document = Document::of(&text)?;
    let times = Times::default();
    let parser = parser(options, &times);
    let mut reading =
        Reading { options, url, times: &times, remarks: &mut remarks, base: None, authors: Vec::new() };
    let mut feed = None;
    let (mut entries, mut left_out) = (Vec::new(), 0);
    let mut parts: Vec<Range<usize>> = Vec::new();
    parts.push(0..document.len());
    while let Some(part) = parts.pop() {
        if part.len() > PART_MAX {
            parts.push(part.start + PART_MAX..part.end);
            parts.push(part.start..part.start + PART_MAX);
            continue;
        }
        match parser.parse(document.part(part.clone()).as_bytes()) {
            Ok(mut raw) => {
                let found = std::mem::take(&mut raw.entries);
                feed.get_or_insert_with(|| reading.feed(raw));
                entries.extend(reading.entries(found, document.asides(part)));
                left_out += newest_only(&mut entries, 2 * ENTRIES_MAX);
            }
            Err(error) if part.is_empty() => {
                return Err(NotAFeed { code: "feed/broken", reason: error.to_string() });
            }
            // One entry of them is at fault: it is looked for by halves, and left out.
            Err(error) if part.len() == 1 => {
                reading.remarks.push(Remark::about("feed/entry-lost", &error.to_string()));
                parts.extend(feed.is_none().then_some(0..0));
            }
            Err(_) => {
                let half = part.start + part.len() / 2;
                parts.push(half..part.end);
                parts.push(part.start..half);
            }
        }
    }
    left_out += newest_only(&mut entries, ENTRIES_MAX);
    reading.tell_apart(&mut entries);
    reading.note_times();
    if left_out > 0 {
        remarks.push(Remark::about("feed/flood", &(entries.len() + left_out).to_string()));
    }
    remarks.extend(document.repairs().map(Remark::new));
    let Some(mut feed) = feed else {
        return Err(NotAFeed { code: "feed/broken", reason: "no entry of it can be read".to_owned() });
    };
    feed.kind = document.kind();
    (feed.entries, feed.left_out) = (entries, left_out);
    about(&mut feed, &document, url);
    Ok((feed, remarks))
}

/// What feed-rs does not tell of a feed.
fn about(feed: &mut Feed, document: &Document<'_>, url: Option<&Url>) {
    feed.hints = hints::read(document.about());
    feed.language = feed.language.take().or_else(|| document.language().map(str::to_owned));
    if let Document::Json(json) = document {
        let led_to = |printed: &Option<String>| printed.as_ref().and_then(|printed| resolve(url, printed));
        feed.next = led_to(&json.next).filter(|next| Some(next) != url);
        (feed.own, feed.hub) = (led_to(&json.own), led_to(&json.hub));
    }
}

/// Moments as they were printed, with their offsets, in the order in which they were read: feed-rs keeps instants
/// in UTC only. Their place in the list travels with them, below the millisecond.
#[derive(Debug, Default)]
struct Printed {
    moments: Vec<(Moment, bool)>,
    unread: Vec<String>,
}

type Times = Arc<Mutex<Printed>>;

/// Moments that nanoseconds can number.
const MOMENTS_MAX: usize = 1_000_000;

fn parser(options: &Options<'_>, times: &Times) -> parser::Parser {
    let (zone, order, now, times) = (options.zone.clone(), options.order, options.now, Arc::clone(times));
    parser::Builder::new()
        .sanitize_content(false)
        .id_generator(|links, _, _| made_key(links))
        .timestamp_parser(move |raw| {
            let reading = date::read(&text::unescape(raw), &date::Context { zone: &zone, now, order });
            let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(moment) = reading.moment else {
                if times.unread.len() < REMARKS_MAX && !raw.trim().is_empty() {
                    times.unread.push(raw.trim().to_owned());
                }
                return None;
            };
            let place = Some(times.moments.len()).filter(|place| *place < MOMENTS_MAX)?;
            times.moments.push((moment, reading.assumed_zone));
            let millis = Timestamp::from_millisecond(moment.at.as_millisecond()).ok()?;
            let at = millis + SignedDuration::from_nanos(i64::try_from(place).ok()?);
            at.to_string().parse().ok()
        })
        .build()
}

/// The identity of an entry without one: its link as printed, else nothing yet.
fn made_key(links: &[model::Link]) -> String {
    page(links).map(|link| link.href.clone()).unwrap_or_default()
}

/// One feed on its way from feed-rs's model to ours.
struct Reading<'a, 'o> {
    options: &'a Options<'o>,
    url: Option<&'a Url>,
    times: &'a Times,
    remarks: &'a mut Vec<Remark>,
    /// What links of entries are relative to.
    base: Option<Url>,
    /// Authors of entries that name none.
    authors: Vec<String>,
}

impl Reading<'_, '_> {
    fn feed(&mut self, raw: model::Feed) -> Feed {
        let printed = page(&raw.links).map(|link| link.href.trim().to_owned());
        let page = printed.as_deref().and_then(|link| resolve(self.url, link));
        let link = page.as_ref().map(Url::to_string).or(printed);
        self.base = page.or_else(|| self.url.cloned());
        let led_to = |rel: &str| {
            let link = raw.links.iter().find(|link| has_rel(link, rel))?;
            resolve(self.url, &link.href)
        };
        let other = |url: &Url| Some(url) != self.url;
        let image = raw.logo.or(raw.icon).map(|image| image.uri);
        if raw.feed_type == model::FeedType::Atom {
            self.authors = people::names(raw.authors);
        }
        Feed {
            kind: Kind::Rss,
            title: raw.title.map(|title| text::strip_markup(&title.content)),
            link,
            description: raw.description.map(|description| text::strip_markup(&description.content)),
            language: raw.language.map(|language| language.trim().to_owned()),
            generator: raw.generator.and_then(generator),
            image: image.and_then(|image| resolve(self.base.as_ref(), &image)),
            hints: Hints::default(),
            own: led_to("self"),
            hub: led_to("hub"),
            next: led_to("next").filter(other),
            archive: led_to("prev-archive").filter(other),
            entries: Vec::new(),
            left_out: 0,
        }
    }

    /// The entries of a part, each with what belongs to it.
    fn entries(&mut self, raw: Vec<model::Entry>, asides: Vec<Aside>) -> Vec<Entry> {
        debug_assert_eq!(raw.len(), asides.len(), "feed-rs leaves none out");
        let asides = asides.into_iter().chain(std::iter::repeat_with(Aside::default));
        raw.into_iter().zip(asides).map(|(entry, aside)| self.entry(entry, aside)).collect()
    }

    fn entry(&mut self, raw: model::Entry, aside: Aside) -> Entry {
        let Aside { summary, content, media } = aside;
        let printed = page(&raw.links).map(|link| link.href.trim());
        let by_id = Some(raw.id.trim()).filter(|id| id.starts_with("http://") || id.starts_with("https://"));
        let url = printed.or(by_id).and_then(|link| resolve(self.base.as_ref(), link));
        if let (None, Some(printed)) = (&url, printed) {
            self.remark("feed/bad-link", printed);
        }
        let title = raw.title.map(|title| text::strip_markup(&title.content)).unwrap_or_default();
        let content = content.or_else(|| raw.content?.body).and_then(trimmed);
        let summary = summary.or_else(|| Some(raw.summary?.content)).and_then(trimmed);
        let summary = summary.or_else(|| media.description.clone().filter(|_| content.is_none()));
        let (published, updated) = (
            self.moment(raw.published.map(|time| time.timestamp_subsec_nanos())),
            self.moment(raw.updated.map(|time| time.timestamp_subsec_nanos())),
        );
        if published.is_none() && updated.is_none() {
            self.remark("feed/no-date", &title);
        }
        let key = match raw.id.trim() {
            "" => key_of_text(&title, summary.as_deref(), content.as_deref()),
            id if id.len() > KEY_BYTES_MAX => format!("id:{}", Fingerprint::of([id])),
            id => id.to_owned(),
        };
        Entry {
            key,
            url,
            title,
            published,
            updated,
            summary,
            content,
            authors: match people::names(raw.authors) {
                // An entry of Atom without authors has those of its feed.
                authors if authors.is_empty() => self.authors.clone(),
                authors => authors,
            },
            tags: raw
                .categories
                .into_iter()
                .map(|category| text::strip_markup(&category.label.unwrap_or(category.term)))
                .filter(|tag| !tag.is_empty())
                .collect(),
            enclosures: enclosures(&raw.links, &raw.media, &media, self.base.as_ref()),
        }
    }

    /// A remark about an entry; the same is said of a few only.
    fn remark(&mut self, code: &'static str, detail: &str) {
        if self.remarks.iter().filter(|known| known.code == code).count() < REMARKS_MAX {
            self.remarks.push(Remark::about(code, detail));
        }
    }

    /// The moment as it was printed, with its offset.
    fn moment(&mut self, place: Option<u32>) -> Option<Moment> {
        let place = usize::try_from(place? % 1_000_000).ok()?;
        let (moment, assumed) = {
            let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
            times.moments.get(place).copied()?
        };
        if assumed {
            self.remark("feed/zone-assumed", "");
        }
        if moment.at >= self.options.now + SignedDuration::from_hours(48) {
            self.remark("feed/date-future", &moment.to_rfc3339());
            return None;
        }
        Some(moment)
    }

    /// Remarks the times that could not be read.
    fn note_times(&mut self) {
        let unread = std::mem::take(&mut self.times.lock().unwrap_or_else(PoisonError::into_inner).unread);
        for raw in unread {
            self.remark("feed/bad-date", &raw);
        }
    }

    /// Entries that share an id but not an address are different entries: each is known by both, so that it
    /// stays the same when the others come and go.
    fn tell_apart(&mut self, entries: &mut [Entry]) {
        let mut first: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
        let mut twice: BTreeSet<String> = BTreeSet::new();
        for (at, entry) in entries.iter().enumerate() {
            let known = *first.entry(&entry.key).or_insert(at);
            if entries.get(known).is_some_and(|known| address(known) != address(entry)) {
                twice.insert(entry.key.clone());
            }
        }
        if twice.is_empty() {
            return;
        }
        for entry in entries {
            if twice.contains(&entry.key) {
                self.remark("feed/id-twice", &entry.key);
                entry.key = format!("{} {}", entry.key, address(entry));
            }
        }
    }
}

/// A text without white space around it; nothing where nothing is left.
fn trimmed(mut text: String) -> Option<String> {
    text.truncate(text.trim_end().len());
    let behind = text.trim_start().len();
    text.drain(..text.len() - behind);
    (!text.is_empty()).then_some(text)
}

/// What tells entries of one id apart.
fn address(entry: &Entry) -> &str {
    entry.url.as_ref().map_or(&entry.title, Url::as_str)
}

/// Cuts more than `most` entries to the newest [`ENTRIES_MAX`], in document order; undated ones count as oldest, and
/// of equal ones the first. Returns how many were left out.
fn newest_only(entries: &mut Vec<Entry>, most: usize) -> usize {
    let before = entries.len();
    if before <= most {
        return 0;
    }
    let time = |entry: &Entry| entry.published.or(entry.updated).map(|moment| moment.at);
    let mut newest: Vec<_> = entries.iter().map(time).enumerate().collect();
    newest.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    let kept: BTreeSet<usize> = newest.into_iter().take(ENTRIES_MAX).map(|(at, _)| at).collect();
    let mut at = 0..;
    entries.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
    before - entries.len()
}

fn key_of_text(title: &str, summary: Option<&str>, content: Option<&str>) -> String {
    format!("text:{}", Fingerprint::of([title, summary.unwrap_or_default(), content.unwrap_or_default()]))
}

/// The link to the page: an alternate one, rather one that is HTML.
fn page(links: &[model::Link]) -> Option<&model::Link> {
    let is_page = |link: &&model::Link| {
        (link.rel.is_none() || has_rel(link, "alternate")) && !link.href.trim().is_empty()
    };
    let is_html = |link: &&model::Link| link.media_type.as_deref().is_none_or(|mime| mime.contains("html"));
    links.iter().filter(is_page).find(is_html).or_else(|| links.iter().find(is_page))
}

/// Whether a link is of that relation, by its short or its registered name.
fn has_rel(link: &model::Link, wanted: &str) -> bool {
    let rel = link.rel.as_deref().unwrap_or_default().trim();
    rel.rsplit('/').next().is_some_and(|rel| rel.eq_ignore_ascii_case(wanted))
}

/// A generator's name with its version.
fn generator(raw: model::Generator) -> Option<String> {
    let name = format!("{} {}", raw.content, raw.version.unwrap_or_default());
    let name: String = text::normal(&name).chars().take(GENERATOR_MAX).collect();
    Some(name).filter(|name| !name.is_empty())
}

/// An absolute http(s) address, or nothing.
fn resolve(base: Option<&Url>, link: &str) -> Option<Url> {
    let url = match base {
        Some(base) => base.join(link.trim()).ok()?,
        None => Url::parse(link.trim()).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.as_str().len() <= URL_BYTES_MAX).then_some(url)
}

/// What is attached to an entry: by links, by enclosures, and by media elements, which alone have captions.
fn enclosures(
    links: &[model::Link],
    objects: &[model::MediaObject],
    media: &Media,
    base: Option<&Url>,
) -> Vec<Enclosure> {
    let plain = |url, mime| Enclosure { url, mime, caption: None, credit: None };
    let linked = links
        .iter()
        .filter(|link| has_rel(link, "enclosure"))
        .filter_map(|link| Some(plain(resolve(base, &link.href)?, link.media_type.clone())));
    let contents = objects.iter().flat_map(|object| &object.content).filter_map(|content| {
        let mime = content.content_type.as_ref().map(ToString::to_string);
        Some(plain(resolve(base, content.url.as_ref()?.as_str())?, mime))
    });
    let said =
        |text: &Option<String>| text.as_deref().map(text::strip_markup).filter(|text| !text.is_empty());
    let shown = media.media.iter().filter_map(|medium| {
        let (caption, credit) = (said(&medium.caption), said(&medium.credit));
        Some(Enclosure { url: resolve(base, &medium.url)?, mime: medium.mime.clone(), caption, credit })
    });
    let mut found: Vec<Enclosure> = Vec::new();
    for enclosure in linked.chain(contents).chain(shown) {
        match found.iter_mut().take(ENCLOSURES_MAX).find(|known| known.url == enclosure.url) {
            Some(known) => {
                known.caption = known.caption.take().or(enclosure.caption);
                known.credit = known.credit.take().or(enclosure.credit);
                known.mime = known.mime.take().or(enclosure.mime);
            }
            None => found.push(enclosure),
        }
    }
    found.truncate(ENCLOSURES_MAX);
    found
}

#[cfg(test)]
mod tests;
