//! Feeds in the shape of Arabic, Persian, Urdu and Kurdish publishers' feeds, whole and broken, and what a careful
//! reader says they hold. Beside each `tests/feeds/arabic/NAME.xml` (or `.json`) lies `NAME.expected.json`:
//! `url`, `zone`, `order` say how it is read; `kind`, `feed`, `items` and `remarks` what must come of it. A key
//! that is absent is not checked, null says that there is none. Texts are compared as plain text, addresses as
//! addresses, so that both may be written readably.
//!
//! Keys of an item that are not an entry's own: `id_prefix`, `summary_holds` and `content_holds` (pieces of the
//! markup), `enclosures_hold` (addresses that must be among the attached media).

use jiff::tz::TimeZone;
use khabar::{
    date::{self, Order},
    model::{Entry, Moment},
    readers::feed::{self, Feed, Options},
    text,
};
use serde_json::Value;
use std::{
    fs, panic,
    path::{Path, PathBuf},
};
use url::Url;

/// When the feeds are read.
const NOW: &str = "2026-11-23T14:00:00Z";

/// Keys that say how a feed is read or what of it is checked; any other is a slip of the pen.
const KEYS: [&str; 8] = ["url", "zone", "order", "kind", "feed", "items", "remarks", "distinct_ids"];

/// What one feed's expectation says, and what was found wrong so far.
struct Case {
    name: String,
    missed: Vec<String>,
}

impl Case {
    /// Notes a difference.
    fn differ(&mut self, field: &str, wanted: &str, got: &str) {
        self.missed.push(format!("{} {field}\n   wanted {wanted}\n   got    {got}", self.name));
    }

    /// Compares a value, unless the expectation is silent about it.
    fn same(&mut self, field: &str, wanted: Option<&Value>, got: &Value) {
        if let Some(wanted) = wanted.filter(|wanted| *wanted != got) {
            self.differ(field, &wanted.to_string(), &got.to_string());
        }
    }

    /// Compares an address.
    fn same_address(&mut self, field: &str, wanted: Option<&Value>, got: Option<&str>) {
        let got = got.map(|got| address(got).unwrap_or_else(|| got.to_owned()));
        let wanted = wanted.map(|wanted| wanted.as_str().map(|text| address(text).expect("an address")));
        if let Some(wanted) = wanted.filter(|wanted| *wanted != got) {
            self.differ(field, &format!("{wanted:?}"), &format!("{got:?}"));
        }
    }

    /// Compares markup as plain text; nothing but white space and tags is as good as none.
    fn same_text(&mut self, field: &str, wanted: Option<&Value>, got: Option<&str>) {
        let got = got.map(text::strip_markup).filter(|text| !text.is_empty());
        let wanted = wanted.map(|wanted| wanted.as_str().map(str::to_owned));
        if let Some(wanted) = wanted.filter(|wanted| *wanted != got) {
            self.differ(field, &format!("{wanted:?}"), &format!("{got:?}"));
        }
    }

    /// Checks that each wanted piece is in what was got.
    fn holds(&mut self, field: &str, wanted: Option<&Value>, has: impl Fn(&str) -> bool) {
        for piece in wanted.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !has(piece) {
                self.differ(field, piece, "it is not there");
            }
        }
    }

    fn feed(&mut self, wanted: &Value, feed: &Feed) {
        self.same("kind", wanted.get("kind"), &feed.kind.name().into());
        if let Some(head) = wanted.get("feed") {
            self.same("feed.title", head.get("title"), &feed.title.clone().into());
            self.same("feed.language", head.get("language"), &feed.language.clone().into());
            self.same_address("feed.link", head.get("link"), feed.link.as_deref());
        }
        let items = wanted["items"].as_array().expect("items");
        if items.len() != feed.entries.len() {
            let titles: Vec<&str> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
            self.differ("items", &items.len().to_string(), &format!("{}: {titles:?}", titles.len()));
        }
        for (number, (item, entry)) in items.iter().zip(&feed.entries).enumerate() {
            self.entry(&format!("items[{number}]"), item, entry);
        }
        if wanted["distinct_ids"] == true {
            let mut keys: Vec<&str> = feed.entries.iter().map(|entry| entry.key.as_str()).collect();
            keys.sort_unstable();
            let all = keys.len();
            keys.dedup();
            self.same("ids", Some(&all.into()), &keys.len().into());
        }
    }

    fn entry(&mut self, at: &str, wanted: &Value, entry: &Entry) {
        let time = |moment: Option<Moment>| Value::from(moment.map(Moment::to_rfc3339));
        let field = |name: &str| format!("{at}.{name}");
        self.same(&field("id"), wanted.get("id"), &entry.key.as_str().into());
        let prefix = wanted["id_prefix"].as_str().unwrap_or_default();
        if !entry.key.starts_with(prefix) {
            self.differ(&field("id"), &format!("{prefix}…"), &entry.key);
        }
        self.same(&field("title"), wanted.get("title"), &entry.title.as_str().into());
        self.same_address(&field("link"), wanted.get("link"), entry.url.as_ref().map(Url::as_str));
        self.same(&field("published"), wanted.get("published"), &time(entry.published));
        self.same(&field("updated"), wanted.get("updated"), &time(entry.updated));
        self.same(&field("authors"), wanted.get("authors"), &entry.authors.clone().into());
        self.same(&field("tags"), wanted.get("tags"), &entry.tags.clone().into());
        self.same_text(&field("summary"), wanted.get("summary"), entry.summary.as_deref());
        self.same_text(&field("content"), wanted.get("content"), entry.content.as_deref());
        let in_summary = |piece: &str| entry.summary.as_ref().is_some_and(|text| text.contains(piece));
        let in_content = |piece: &str| entry.content.as_ref().is_some_and(|text| text.contains(piece));
        self.holds(&field("summary"), wanted.get("summary_holds"), in_summary);
        self.holds(&field("content"), wanted.get("content_holds"), in_content);
        let media: Vec<String> =
            entry.enclosures.iter().map(|enclosure| enclosure.url.as_str().to_owned()).collect();
        let is_attached = |piece: &str| address(piece).is_some_and(|piece| media.contains(&piece));
        self.holds(&field("enclosures"), wanted.get("enclosures_hold"), is_attached);
        let attached = wanted["enclosures"].as_array();
        if let Some(attached) = attached {
            let attached: Vec<String> =
                attached.iter().filter_map(Value::as_str).filter_map(address).collect();
            self.same(&field("enclosures"), Some(&attached.into()), &media.clone().into());
        }
    }
}

/// An address in the one form that addresses are compared in.
fn address(text: &str) -> Option<String> {
    Url::parse(text).ok().map(|url| url.as_str().to_owned())
}

/// The feed beside an expectation.
fn feed_beside(expected: &Path) -> PathBuf {
    let name = expected.to_str().expect("UTF-8").strip_suffix(".expected.json").expect("an expectation");
    let found = ["xml", "json"].map(|end| PathBuf::from(format!("{name}.{end}")));
    found.into_iter().find(|path| path.is_file()).unwrap_or_else(|| panic!("no feed beside {name}"))
}

/// Reads a feed and compares it with its expectation.
fn missed(expected: &Path) -> Vec<String> {
    let wanted: Value = serde_json::from_slice(&fs::read(expected).expect("read"))
        .unwrap_or_else(|error| panic!("{}: {error}", expected.display()));
    let path = feed_beside(expected);
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    for key in wanted.as_object().expect("an object").keys() {
        assert!(KEYS.contains(&key.as_str()), "{name}: unknown key {key}");
    }
    let zone = wanted["zone"]
        .as_str()
        .map_or(TimeZone::UTC, |zone| date::zone(zone).unwrap_or_else(|| panic!("{name}: no zone {zone}")));
    let order = match wanted["order"].as_str() {
        None | Some("dmy") => Order::Dmy,
        Some("mdy") => Order::Mdy,
        Some("ymd") => Order::Ymd,
        Some(order) => panic!("{name}: no order {order}"),
    };
    let url = wanted["url"].as_str().map(|url| Url::parse(url).expect("an address"));
    let options = Options { charset: None, zone: &zone, order, now: NOW.parse().expect("a time") };
    let mut case = Case { name, missed: Vec::new() };
    let bytes = fs::read(&path).expect("read");
    // A panic is a missed fact like any other, so that it does not hide the rest.
    let Ok(read) = panic::catch_unwind(|| feed::read(&options, &bytes, url.as_ref())) else {
        case.differ("feed", "is read", "a panic");
        return case.missed;
    };
    match read {
        Ok((feed, remarks)) => {
            case.feed(&wanted, &feed);
            let codes: Vec<&str> = remarks.iter().map(|remark| remark.code.as_ref()).collect();
            case.holds(&format!("remarks {codes:?}"), wanted.get("remarks"), |code| codes.contains(&code));
        }
        Err(refused) => case.differ("feed", "is read", &format!("{}: {}", refused.code, refused.reason)),
    }
    case.missed
}

#[test]
fn arabic_feeds_are_read_as_a_careful_reader_would() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/feeds/arabic");
    let files = fs::read_dir(&folder).expect("the feeds").map(|file| file.expect("a file").path());
    let mut expected: Vec<PathBuf> =
        files.filter(|path| path.to_string_lossy().ends_with(".expected.json")).collect();
    expected.sort();
    assert!(expected.len() >= 32, "{} feeds", expected.len());
    let misses: Vec<Vec<String>> = expected.iter().map(|path| missed(path)).collect();
    let broken = misses.iter().filter(|missed| !missed.is_empty()).count();
    let misses = misses.concat();
    assert!(
        misses.is_empty(),
        "{broken} of {} feeds, {} facts missed\n{}",
        expected.len(),
        misses.len(),
        misses.join("\n")
    );
}
