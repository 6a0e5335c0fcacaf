//! Feed bytes → entries and remarks. RSS 0.9x to 2.0, RDF, Atom and JSON Feed, read by feed-rs; around it
//! the repairs without which one stray character loses a whole feed. The only module that names feed-rs.

mod hints;
mod repair;

use crate::{
    date,
    model::{Enclosure, Entry, Fingerprint, Hints, Moment, Remark},
    text,
};
use feed_rs::{model, parser};
use jiff::{Timestamp, tz::TimeZone};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};
use url::Url;

/// Most entries taken of one feed; the newest are kept.
pub const ENTRIES_MAX: usize = 5_000;

/// A longer id is kept as its hash, a longer address is none.
const KEY_BYTES_MAX: usize = 1024;
const URL_BYTES_MAX: usize = 8192;

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
    /// What it says about how often to ask for it.
    pub hints: Hints,
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
    let mut remarks = Vec::new();
    let times = Times::default();
    let first = parse(options, bytes, &times);
    let raw = match first {
        Ok(raw) => raw,
        Err(reason) => repaired(options, bytes, &times, &mut remarks, reason)?,
    };
    let ttl = raw.ttl;
    let mut feed = Reading { options, url, times: &times, remarks: &mut remarks }.feed(raw);
    if feed.kind == Kind::Json {
        feed.next = next_of_json(bytes).and_then(|next| resolve(url, &next)).filter(|next| Some(next) != url);
    } else {
        feed.hints = hints::read(bytes, ttl);
    }
    Ok((feed, remarks))
}

/// Offsets of the times that were read: feed-rs keeps instants in UTC only.
type Times = Arc<Mutex<BTreeMap<i64, (Moment, bool)>>>;

fn parse(options: &Options<'_>, bytes: &[u8], times: &Times) -> Result<model::Feed, String> {
    let (zone, order, now, times) = (options.zone.clone(), options.order, options.now, Arc::clone(times));
    let parser = parser::Builder::new()
        .sanitize_content(false)
        .id_generator(|links, _, _| made_key(links))
        .timestamp_parser(move |raw| {
            let reading = date::read(raw, &date::Context { zone: &zone, now, order });
            let moment = reading.moment?;
            let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
            times.insert(moment.at.as_millisecond(), (moment, reading.assumed_zone));
            moment.at.to_string().parse().ok()
        })
        .build();
    parser.parse(bytes).map_err(|error| error.to_string())
}

/// The identity of an entry without one: its link as printed, else nothing yet.
fn made_key(links: &[model::Link]) -> String {
    links.first().map(|link| link.href.clone()).unwrap_or_default()
}

/// Parses again after each repair, in the order in which they lose least.
fn repaired(
    options: &Options<'_>,
    bytes: &[u8],
    times: &Times,
    remarks: &mut Vec<Remark>,
    reason: String,
) -> Result<model::Feed, NotAFeed> {
    let (decoded, remark) = text::decode(bytes, None);
    if decoded.trim().is_empty() {
        return Err(NotAFeed { code: "feed/empty", reason: "the answer is empty".to_owned() });
    }
    if repair::is_web_page(&decoded) {
        return Err(NotAFeed {
            code: "feed/html",
            reason: "the answer is a web page, not a feed".to_owned(),
        });
    }
    remarks.extend(remark);
    let clean = repair::characters(&decoded);
    if let Ok(feed) = parse(options, clean.as_bytes(), times) {
        remarks.push(Remark::new("feed/repaired-characters"));
        return Ok(feed);
    }
    let whole = repair::whole_entries(&clean);
    match whole.map(|whole| parse(options, whole.as_bytes(), times)) {
        Some(Ok(feed)) => {
            remarks.push(Remark::about("feed/cut", &reason));
            Ok(feed)
        }
        _ => Err(NotAFeed { code: "feed/broken", reason }),
    }
}

/// One feed on its way from feed-rs's model to ours.
struct Reading<'a, 'o> {
    options: &'a Options<'o>,
    url: Option<&'a Url>,
    times: &'a Times,
    remarks: &'a mut Vec<Remark>,
}

impl Reading<'_, '_> {
    fn feed(&mut self, mut raw: model::Feed) -> Feed {
        let left_out = raw.entries.len().saturating_sub(ENTRIES_MAX);
        if left_out > 0 {
            self.remarks.push(Remark::about("feed/flood", &raw.entries.len().to_string()));
            newest_only(&mut raw.entries);
        }
        let link = raw.links.iter().find(|link| is_page(link)).map(|link| link.href.trim().to_owned());
        let base = link.as_deref().and_then(|link| resolve(self.url, link)).or_else(|| self.url.cloned());
        let led_to = |rel: &str| {
            let link = raw.links.iter().find(|link| {
                link.rel.as_deref().is_some_and(|known| known.trim().eq_ignore_ascii_case(rel))
            })?;
            resolve(self.url, &link.href).filter(|led_to| Some(led_to) != self.url)
        };
        let (next, archive) = (led_to("next"), led_to("prev-archive"));
        let mut entries: Vec<Entry> =
            raw.entries.into_iter().map(|entry| self.entry(entry, base.as_ref())).collect();
        self.tell_apart(&mut entries);
        Feed {
            kind: match raw.feed_type {
                model::FeedType::Atom => Kind::Atom,
                model::FeedType::JSON => Kind::Json,
                model::FeedType::RSS1 => Kind::Rdf,
                model::FeedType::RSS0 | model::FeedType::RSS2 => Kind::Rss,
            },
            title: raw.title.map(|title| text::strip_markup(&title.content)),
            link,
            description: raw.description.map(|description| text::strip_markup(&description.content)),
            language: raw.language,
            generator: raw.generator.and_then(generator),
            hints: Hints::default(),
            next,
            archive,
            entries,
            left_out,
        }
    }

    fn entry(&mut self, raw: model::Entry, base: Option<&Url>) -> Entry {
        let printed = raw.links.iter().find(|link| is_page(link)).map(|link| link.href.trim());
        let by_id = Some(raw.id.trim()).filter(|id| id.starts_with("http://") || id.starts_with("https://"));
        let url = printed.or(by_id).and_then(|link| resolve(base, link));
        if let (None, Some(printed)) = (&url, printed) {
            self.remarks.push(Remark::about("feed/bad-link", printed));
        }
        let title = raw.title.map(|title| text::strip_markup(&title.content)).unwrap_or_default();
        let summary = raw.summary.map(|summary| summary.content);
        let content = raw.content.and_then(|content| content.body);
        let (published, updated) = (
            self.moment(raw.published.map(|time| time.timestamp_millis())),
            self.moment(raw.updated.map(|time| time.timestamp_millis())),
        );
        if published.is_none() && updated.is_none() {
            self.remarks.push(Remark::about("feed/no-date", &title));
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
            authors: raw
                .authors
                .into_iter()
                .filter_map(|author| author.name)
                .map(|name| text::normal(&name))
                .filter(|name| !name.is_empty())
                .collect(),
            tags: raw
                .categories
                .into_iter()
                .map(|category| text::normal(&category.label.unwrap_or(category.term)))
                .filter(|tag| !tag.is_empty())
                .collect(),
            enclosures: enclosures(&raw.links, &raw.media, base),
        }
    }

    /// The moment as it was printed, with its offset.
    fn moment(&mut self, millis: Option<i64>) -> Option<Moment> {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let (moment, assumed) = times.get(&millis?).copied()?;
        if assumed {
            self.remarks.push(Remark::new("feed/zone-assumed"));
        }
        (moment.at < self.options.now + jiff::SignedDuration::from_hours(48)).then_some(moment)
    }

    /// Entries that share an id but not an address are different entries: each is known by both, so that it
    /// stays the same when the others come and go.
    fn tell_apart(&mut self, entries: &mut [Entry]) {
        let address = |entry: &Entry| entry.url.as_ref().map_or(entry.title.clone(), Url::to_string);
        let mut addresses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entry in entries.iter() {
            addresses.entry(entry.key.clone()).or_default().insert(address(entry));
        }
        for entry in entries {
            if addresses.get(&entry.key).is_some_and(|addresses| addresses.len() > 1) {
                self.remarks.push(Remark::about("feed/id-twice", &entry.key));
                entry.key = format!("{} {}", entry.key, address(entry));
            }
        }
    }
}

/// Keeps the newest [`ENTRIES_MAX`] entries in document order; undated ones count as oldest, and of equal ones
/// the first.
fn newest_only(entries: &mut Vec<model::Entry>) {
    let time = |entry: &model::Entry| entry.published.or(entry.updated).map(|time| time.timestamp_millis());
    let mut newest: Vec<_> = entries.iter().map(time).enumerate().collect();
    newest.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    let kept: BTreeSet<usize> = newest.into_iter().take(ENTRIES_MAX).map(|(at, _)| at).collect();
    let mut at = 0..;
    entries.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
}

fn key_of_text(title: &str, summary: Option<&str>, content: Option<&str>) -> String {
    format!("text:{}", Fingerprint::of([title, summary.unwrap_or_default(), content.unwrap_or_default()]))
}

fn is_page(link: &model::Link) -> bool {
    link.rel.as_deref().is_none_or(|rel| rel == "alternate") && !link.href.trim().is_empty()
}

/// A generator's name with its version.
fn generator(raw: model::Generator) -> Option<String> {
    let name = format!("{} {}", raw.content, raw.version.unwrap_or_default());
    let name: String = text::normal(&name).chars().take(GENERATOR_MAX).collect();
    Some(name).filter(|name| !name.is_empty())
}

/// The next page that a JSON Feed names; feed-rs does not read it.
fn next_of_json(bytes: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Top {
        next_url: Option<String>,
    }
    memchr::memmem::find(bytes, b"\"next_url\"")?;
    serde_json::from_slice::<Top>(bytes).ok()?.next_url
}

/// An absolute http(s) address, or nothing.
fn resolve(base: Option<&Url>, link: &str) -> Option<Url> {
    let url = match base {
        Some(base) => base.join(link.trim()).ok()?,
        None => Url::parse(link.trim()).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.as_str().len() <= URL_BYTES_MAX).then_some(url)
}

fn enclosures(links: &[model::Link], media: &[model::MediaObject], base: Option<&Url>) -> Vec<Enclosure> {
    let linked = links.iter().filter(|link| link.rel.as_deref() == Some("enclosure")).filter_map(|link| {
        Some(Enclosure { url: resolve(base, &link.href)?, mime: link.media_type.clone() })
    });
    let contents = media.iter().flat_map(|object| &object.content).filter_map(|content| {
        let url = content.url.as_ref()?;
        Some(Enclosure {
            url: resolve(base, url.as_str())?,
            mime: content.content_type.as_ref().map(ToString::to_string),
        })
    });
    let mut found: Vec<Enclosure> = Vec::new();
    for enclosure in linked.chain(contents) {
        if !found.iter().any(|known| known.url == enclosure.url) {
            found.push(enclosure);
        }
    }
    found
}

#[cfg(test)]
mod tests;
