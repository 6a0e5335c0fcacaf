//! `[[source]]`: a source with its doors and the rules for its articles.

use super::{
    secrets::secret,
    shared::Shared,
    table::{Number, Table, Text},
    value,
};
use crate::{
    date::Order,
    model::SourceId,
    page::Pick,
    pipeline::{Door, DoorKind, Source},
    readers::{article, listing, live},
};
use jiff::tz::TimeZone;
use std::{ops::Range, sync::Arc, time::Duration};
use url::Url;

/// Integer, seconds, default 0 (the schedule's), 0 to 86400: the source's own least interval, and its interval until
/// its rhythm is learned.
const FLOOR_SECS: Number = Number { key: "floor_secs", default: 0, least: 0, most: 86_400 };
/// Integer, pages, default 3, 1 to 100: how far a listing is followed in one poll.
const PAGES_MAX: Number = Number { key: "pages_max", default: 3, least: 1, most: 100 };
/// Most entries of a list of selectors, patterns, tags or addresses.
pub(super) const LIST_MAX: usize = 32;
/// Most doors of a source, and most rules for its articles.
const PARTS_MAX: usize = 64;

/// How numeric dates are read, by name.
const ORDERS: [(&str, Order); 3] = [("dmy", Order::Dmy), ("mdy", Order::Mdy), ("ymd", Order::Ymd)];

/// What the sources of a file are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To poll them: each needs a door.
    Poll,
    /// To read saved pages by their rules: doors are welcome.
    Rules,
}

/// Reads one source. What is wrong is recorded and read as absent.
pub(super) fn read(shared: &mut Shared, table: Table<'_>, purpose: Purpose) -> Source {
    let file = table.file;
    let id = table.required("id").filter(|text| value::id(file, text));
    let id = id.map_or_else(|| Arc::from(""), |text| shared.id(file, &text));
    let name = table.text("name").filter(|text| value::label(file, text, "name"));
    let zone = table.text("zone").and_then(|text| shared.zone(file, &text));
    let floor = table.number(&FLOOR_SECS);
    let source = Source {
        name: name.map_or_else(|| id.to_string(), |text| text.value.to_owned()),
        id: SourceId(id),
        language: table
            .text("language")
            .filter(|text| value::language(file, text))
            .map(|text| text.value.to_owned()),
        zone: zone.unwrap_or(TimeZone::UTC),
        home: table.text("home").and_then(|text| value::url(file, &text)),
        enabled: table.flag("enabled", true),
        tags: tags(&table),
        allow_private: list(&table, "allow_private")
            .iter()
            .filter_map(|text| value::address(file, text))
            .collect(),
        floor: (floor > 0).then(|| Duration::from_secs(floor)),
        verified: verified(&table),
        authorization: secret(&table, "credential", shared.secrets),
        doors: doors(shared, &table, purpose),
        rules: tables(&table, "article", "[[source.article]]")
            .into_iter()
            .map(|table| rule(shared, table))
            .collect(),
        file: Arc::clone(&file.name),
    };
    table.finish();
    source
}

/// `tags`.
fn tags(table: &Table<'_>) -> Vec<String> {
    let sound = |text: &Text<'_>| value::label(table.file, text, "tag");
    exact(list(table, "tags").into_iter().filter(sound).map(|text| text.value.to_owned()))
}

/// `verified`.
fn verified(table: &Table<'_>) -> Option<jiff::civil::Date> {
    let text = table.text("verified").filter(|text| text.value != "never")?;
    value::date(table.file, &text, "the day you last saw it work, as \"2027-01-31\", or \"never\"")
}

/// The doors of a source: feeds, listings, sitemaps, live pages.
fn doors(shared: &mut Shared, table: &Table<'_>, purpose: Purpose) -> Vec<Arc<Door>> {
    let mut seen: Vec<(Url, Range<usize>)> = Vec::new();
    let mut doors = Vec::new();
    for feed in tables(table, "feed", "[[source.feed]]") {
        let url = door_url(shared, &feed, &mut seen);
        let kind = DoorKind::Feed {
            robots: feed.flag("robots", false),
            hints: feed.flag("hints", true),
            order: order(&feed),
        };
        feed.finish();
        doors.extend(url.map(|url| Door { url, kind }));
    }
    for page in tables(table, "listing", "[[source.listing]]") {
        let url = door_url(shared, &page, &mut seen);
        let kind = DoorKind::Listing(listing(shared, page));
        doors.extend(url.map(|url| Door { url, kind }));
    }
    for sitemap in tables(table, "sitemap", "[[source.sitemap]]") {
        let url = door_url(shared, &sitemap, &mut seen);
        sitemap.finish();
        doors.extend(url.map(|url| Door { url, kind: DoorKind::Sitemap }));
    }
    for page in tables(table, "live", "[[source.live]]") {
        let url = door_url(shared, &page, &mut seen);
        let kind = live(shared, page);
        doors.extend(url.map(|url| Door { url, kind }));
    }
    let none = !["feed", "listing", "live", "sitemap"].iter().any(|key| table.has(key));
    if none && purpose == Purpose::Poll {
        let hint = "add `[[source.feed]]` with the `url` of a feed, or `[[source.listing]]`";
        table.file.absent(&table.span, "the source has nothing to poll", hint);
    }
    exact(doors.into_iter().map(Arc::new))
}

/// The address of a door; the same address twice in a source is a fault.
fn door_url(shared: &mut Shared, table: &Table<'_>, seen: &mut Vec<(Url, Range<usize>)>) -> Option<Url> {
    let text = table.required("url")?;
    let url = value::url(table.file, &text)?;
    if let Some((_, other)) = seen.iter().find(|(other, _)| *other == url) {
        let hint = format!("first at line {}", table.file.line(other.start));
        table.file.error_with_hint(&text.span, "the source has this URL already", &hint);
        return None;
    }
    shared.door(table.file, &text, &url);
    seen.push((url.clone(), text.span));
    Some(url)
}

/// `date_order`.
fn order(table: &Table<'_>) -> Order {
    let order =
        table.text("date_order").and_then(|text| value::choice(table.file, &text, "date order", &ORDERS));
    order.unwrap_or(Order::Dmy)
}

/// The selectors of `[[source.listing]]`.
fn listing(shared: &mut Shared, table: Table<'_>) -> listing::Rule {
    for key in ["item", "link"] {
        if !table.has(key) {
            let hint = format!("add `{key} = [\"…\"]`");
            table.file.absent(&table.span, &format!("`{key}` is missing in {}", table.name), &hint);
        }
    }
    let rule = listing::Rule {
        item: needed(shared, &table, "item"),
        link: needed(shared, &table, "link"),
        title: picks(shared, &table, "title"),
        date: picks(shared, &table, "date"),
        next: picks(shared, &table, "next"),
        pages_max: u32::try_from(table.number(&PAGES_MAX)).unwrap_or(u32::MAX),
    };
    table.finish();
    rule
}

/// `[[source.live]]`.
fn live(shared: &mut Shared, table: Table<'_>) -> DoorKind {
    let section = table.flag("section", false);
    let rule = live::Rule {
        post: picks(shared, &table, "post"),
        id: picks(shared, &table, "id"),
        time: picks(shared, &table, "time"),
        title: picks(shared, &table, "title"),
        body: picks(shared, &table, "body"),
        author: picks(shared, &table, "author"),
    };
    table.finish();
    DoorKind::Live { rule, section }
}

/// `[[source.article]]`.
fn rule(shared: &mut Shared, table: Table<'_>) -> article::Rule {
    let valid_until = table.text("valid_until");
    let globs = list(&table, "url");
    let rule = article::Rule {
        valid_until: valid_until
            .and_then(|text| value::date(table.file, &text, "for example \"2027-01-31\"")),
        url: globs.iter().filter_map(|text| value::glob(table.file, text)).collect(),
        title: picks(shared, &table, "title"),
        kicker: picks(shared, &table, "kicker"),
        standfirst: picks(shared, &table, "standfirst"),
        date: picks(shared, &table, "date"),
        byline: picks(shared, &table, "byline"),
        body: picks(shared, &table, "body"),
        remove: picks(shared, &table, "remove"),
        image: picks(shared, &table, "image"),
        caption: picks(shared, &table, "caption"),
        next: picks(shared, &table, "next"),
    };
    table.finish();
    rule
}

/// A list of selectors, compiled.
fn picks(shared: &mut Shared, table: &Table<'_>, key: &'static str) -> Vec<Pick> {
    exact(list(table, key).iter().filter_map(|text| shared.pick(table.file, text)))
}

/// A vector without room to grow: there are a dozen in each of ten thousand sources, and none grows.
fn exact<T>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.shrink_to_fit();
    values
}

/// A list of selectors that must not be empty.
fn needed(shared: &mut Shared, table: &Table<'_>, key: &'static str) -> Vec<Pick> {
    if table.is_empty_list(key) {
        let hint = format!("add `{key} = [\"…\"]` with a selector");
        table.file.error_with_hint(&table.span_of(key), &format!("`{key}` is empty"), &hint);
    }
    picks(shared, table, key)
}

/// A list of strings, at most [`LIST_MAX`].
fn list<'f>(table: &Table<'f>, key: &'static str) -> Vec<Text<'f>> {
    let mut texts = table.list(key).unwrap_or_default();
    if let Some(text) = texts.get(LIST_MAX) {
        table.file.error(&text.span, &format!("`{key}` has more than {LIST_MAX} entries"));
        texts.truncate(LIST_MAX);
    }
    texts
}

/// An array of tables, at most [`PARTS_MAX`].
fn tables<'f>(table: &Table<'f>, key: &'static str, name: &'static str) -> Vec<Table<'f>> {
    let mut tables = table.tables(key, name);
    if let Some(table) = tables.get(PARTS_MAX) {
        table.file.error(&table.span, &format!("more than {PARTS_MAX} {name} in one source"));
        tables.truncate(PARTS_MAX);
    }
    tables
}
