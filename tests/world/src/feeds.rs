//! The feeds of a site: RSS 2.0, Atom and JSON Feed of the same entries.

use jiff::ZonedDateTime;

use crate::escape::{json, markup};
use crate::templates::{iso, local};
use crate::timeline::{FeedKind, Kind, Site, Story, Timeline};

/// An entry of a feed, also a card of a listing.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// What the feed calls it for good.
    pub(crate) guid: String,
    /// The absolute address.
    pub(crate) url: String,
    /// The headline.
    pub(crate) headline: String,
    /// The lede.
    pub(crate) summary: String,
    /// The reporter.
    pub(crate) author: String,
    /// When it appeared.
    pub(crate) published: ZonedDateTime,
    /// When it last changed.
    pub(crate) modified: ZonedDateTime,
}

impl Entry {
    /// The entry of a story as it stands.
    pub(crate) fn new(timeline: &Timeline, story: &Story, base: &str, now: jiff::Timestamp) -> Entry {
        let site = &timeline.sites[story.site];
        let prose = timeline.prose(story, story.edits_until(now));
        Entry {
            guid: guid(site, story, base),
            url: format!("{base}{}", story.path_at(now)),
            summary: prose.lede().to_owned(),
            headline: prose.headline,
            author: prose.reporter,
            published: local(story.published, site),
            modified: local(story.modified(now), site),
        }
    }
}

/// The id of a story in the feed: what the system behind such a site gives. It outlives a move.
pub(crate) fn guid(site: &Site, story: &Story, base: &str) -> String {
    match (site.feed, site.kind) {
        (FeedKind::Rss, Kind::WordPress) => format!("{base}/?p={}", story.number),
        (FeedKind::Rss, Kind::Persian) => format!("{base}{}", story.path),
        (FeedKind::Rss, Kind::Levant | Kind::Ledger | Kind::Meta) => {
            format!("{} at {}", story.number, site.id)
        }
        (FeedKind::Atom, _) => format!("tag:{}.test,2026:{}", site.id, story.number),
        (FeedKind::Json, _) => story.number.to_string(),
    }
}

/// The content type of a feed.
pub(crate) fn content_type(kind: FeedKind) -> &'static str {
    match kind {
        FeedKind::Rss => "application/rss+xml; charset=utf-8",
        FeedKind::Atom => "application/atom+xml; charset=utf-8",
        FeedKind::Json => "application/feed+json",
    }
}

/// The feed of a site.
pub(crate) fn render(site: &Site, base: &str, entries: &[Entry]) -> String {
    match site.feed {
        FeedKind::Rss => rss(site, base, entries),
        FeedKind::Atom => atom(site, base, entries),
        FeedKind::Json => json_feed(site, base, entries),
    }
}

/// RSS 2.0.
fn rss(site: &Site, base: &str, entries: &[Entry]) -> String {
    let items = entries.iter().map(|entry| {
        format!(
            "<item><title>{}</title><link>{}</link><guid isPermaLink=\"{}\">{}</guid><pubDate>{}</pubDate>\
             <dc:creator>{}</dc:creator><description>{}</description></item>\n",
            markup(&entry.headline),
            markup(&entry.url),
            entry.guid == entry.url,
            markup(&entry.guid),
            entry.published.strftime("%a, %d %b %Y %H:%M:%S %z"),
            markup(&entry.author),
            markup(&entry.summary)
        )
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>{0}</title><link>{base}/</link>\
         <description>{0}</description><language>{1}</language>\n{2}</channel></rss>\n",
        site.name,
        site.language.tag(),
        items.collect::<String>()
    )
}

/// Atom.
fn atom(site: &Site, base: &str, entries: &[Entry]) -> String {
    let items = entries.iter().map(|entry| {
        format!(
            "<entry><id>{}</id><title>{}</title><link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\
             <published>{}</published><updated>{}</updated><author><name>{}</name></author>\
             <summary>{}</summary></entry>\n",
            markup(&entry.guid),
            markup(&entry.headline),
            markup(&entry.url),
            iso(&entry.published),
            iso(&entry.modified),
            markup(&entry.author),
            markup(&entry.summary)
        )
    });
    let updated = entries.iter().map(|entry| &entry.modified).max().map_or(String::new(), iso);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\
         <id>tag:{}.test,2026:feed</id><title>{}</title><link href=\"{base}/\"/><link rel=\"self\" \
         href=\"{base}/atom.xml\"/><updated>{updated}</updated>\n{}</feed>\n",
        site.language.tag(),
        site.id,
        site.name,
        items.collect::<String>()
    )
}

/// JSON Feed 1.1.
fn json_feed(site: &Site, base: &str, entries: &[Entry]) -> String {
    let items = entries.iter().map(|entry| {
        format!(
            "{{\"id\":{},\"url\":{},\"title\":{},\"summary\":{},\"date_published\":{},\"date_modified\":{},\
             \"authors\":[{{\"name\":{}}}]}}",
            json(&entry.guid),
            json(&entry.url),
            json(&entry.headline),
            json(&entry.summary),
            json(&iso(&entry.published)),
            json(&iso(&entry.modified)),
            json(&entry.author)
        )
    });
    format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":{},\"home_page_url\":{},\"language\":{},\
         \"items\":[\n{}\n]}}\n",
        json(site.name),
        json(&format!("{base}/")),
        json(site.language.tag()),
        items.collect::<Vec<_>>().join(",\n")
    )
}
