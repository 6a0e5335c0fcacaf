//! What reading feeds costs beside the parser alone, on real feeds, and that no feed takes much memory.
//!
//! The real feeds are those of `../shared/data/feeds`, which lies beside a checkout; without it only what is made
//! here is measured. "Clean" are feeds in which nothing had to be repaired.

use crate::{
    program,
    report::{self, Figure},
    setting,
};
use jiff::tz::TimeZone;
use khabar::{date::Order, readers::feed};
use std::{
    fmt::Write as _,
    fs,
    hint::black_box,
    path::{Path, PathBuf},
};
use url::Url;

/// Where the feeds are.
const FOLDER: &str = "../shared/data/feeds/dev";

/// Smaller feeds are samples and tests.
const REAL_BYTES_MIN: usize = 20 * 1024;

/// Rounds over all feeds; the fastest counts, for both.
const ROUNDS: usize = 5;
/// Bytes read in a round at least: the kernel counts a thread's time in ticks of some milliseconds.
const ROUND_BYTES_MIN: usize = 64 << 20;

/// Bytes over what a small feed takes.
const MEMORY_MB_MAX: f64 = 64.0;

#[expect(clippy::print_stderr, reason = "what is skipped is said")]
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let files = files(Path::new(FOLDER))?;
    if files.is_empty() {
        eprintln!("skipped: feeds beside the parser alone, since {FOLDER} is not there");
    } else {
        figures.extend(speed(&files)?);
    }
    figures.extend(memory(&files)?);
    Ok(figures)
}

/// All feeds below a folder.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|end| end != "json" || path.parent() != Some(&folder)) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A feed that is read in both ways.
struct Sample {
    bytes: Vec<u8>,
    is_clean: bool,
}

fn speed(files: &[PathBuf]) -> anyhow::Result<Vec<Figure>> {
    let mut samples = Vec::new();
    for file in files {
        let bytes = fs::read(file)?;
        if bytes.len() >= REAL_BYTES_MIN && !bytes.starts_with(&[0x1f, 0x8b]) {
            let repairs = read(&bytes).map(|(_, remarks)| remarks);
            if let Ok(remarks) = repairs {
                let is_clean = !remarks.iter().any(|remark| is_repair(&remark.code));
                samples.push(Sample { bytes, is_clean });
            }
        }
    }
    let (clean, all) = (ratio(&samples, |sample| sample.is_clean)?, ratio(&samples, |_| true)?);
    let megabytes = count(samples.iter().map(|sample| sample.bytes.len()).sum())? / 1e6;
    let clean_ones = count(samples.iter().filter(|sample| sample.is_clean).count())?;
    Ok(vec![
        Figure::told("feeds: real ones of 20 KB and more", count(samples.len())?, "feeds"),
        Figure::told("feeds: clean ones among them", clean_ones, "feeds"),
        Figure::told("feeds: reading all of them", megabytes / all.ours, "MB a CPU s"),
        Figure::bounded(
            "feeds: clean ones, beside feed-rs alone",
            clean.ours / clean.raw,
            "times",
            1.0 / 0.85,
        ),
        Figure::bounded("feeds: all of them, beside feed-rs alone", all.ours / all.raw, "times", 1.0 / 0.6),
    ])
}

fn count(number: usize) -> anyhow::Result<f64> {
    Ok(f64::from(u32::try_from(number)?))
}

/// What is said about a feed's markup rather than about what it tells.
fn is_repair(code: &str) -> bool {
    let told = [
        "feed/no-date",
        "feed/bad-date",
        "feed/date-future",
        "feed/zone-assumed",
        "feed/id-twice",
        "feed/bad-link",
        "feed/flood",
    ];
    !told.contains(&code)
}

fn read(bytes: &[u8]) -> Result<(feed::Feed, Vec<khabar::model::Remark>), feed::NotAFeed> {
    let url = Url::parse("https://paper.example/feed").ok();
    let now = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(56 * 365 * 24);
    let options = feed::Options { zone: &TimeZone::UTC, order: Order::Dmy, now, charset: None };
    feed::read(&options, bytes, url.as_ref())
}

/// CPU seconds of both ways.
struct Cost {
    raw: f64,
    ours: f64,
}

fn ratio(samples: &[Sample], wanted: impl Fn(&Sample) -> bool) -> anyhow::Result<Cost> {
    let samples: Vec<&Sample> = samples.iter().filter(|sample| wanted(sample)).collect();
    let bytes: usize = samples.iter().map(|sample| sample.bytes.len()).sum();
    let times = ROUND_BYTES_MIN / bytes.max(1) + 1;
    let mut cost = Cost { raw: f64::INFINITY, ours: f64::INFINITY };
    for _ in 0..ROUNDS {
        let start = report::thread_secs()?;
        for sample in samples.iter().cycle().take(samples.len() * times) {
            black_box(feed_rs::parser::parse(black_box(sample.bytes.as_slice())).is_ok());
        }
        let middle = report::thread_secs()?;
        for sample in samples.iter().cycle().take(samples.len() * times) {
            black_box(read(black_box(&sample.bytes)).is_ok());
        }
        let end = report::thread_secs()?;
        let times = count(times)?;
        cost =
            Cost { raw: cost.raw.min((middle - start) / times), ours: cost.ours.min((end - middle) / times) };
    }
    Ok(cost)
}

#[expect(clippy::print_stderr, reason = "which of them takes too much is said")]
fn memory(files: &[PathBuf]) -> anyhow::Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let mut figures = Vec::new();
    let small = folder.path().join("small.xml");
    setting::put(&small, &rss("<item><title>a</title><guid>1</guid></item>"))?;
    let base = program::stage_memory(&[small])?;
    if !files.is_empty() {
        let most = program::stage_memory(files)?;
        figures.push(Figure::bounded("feeds: memory over all of them", most - base, "MB", MEMORY_MB_MAX));
    }
    let mut most = 0.0_f64;
    for (name, text) in hostile() {
        let path = folder.path().join(name);
        setting::put(&path, &text)?;
        let taken = program::stage_memory(&[path])? - base;
        if taken > MEMORY_MB_MAX {
            eprintln!("{name} takes {taken:.0} MB");
        }
        most = most.max(taken);
    }
    figures.push(Figure::bounded("feeds: memory of the worst made one", most, "MB", MEMORY_MB_MAX));
    Ok(figures)
}

fn rss(items: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>")
}

/// Feeds that are made to be too much.
fn hostile() -> Vec<(&'static str, String)> {
    let nested = |open: &str, close: &str, depth: usize| {
        rss(&format!("<item><guid>1</guid>{}{}</item>", open.repeat(depth), close.repeat(depth)))
    };
    let (items, objects, attributes) = floods();
    let json = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"items\":[";
    vec![
        ("items.xml", rss(&items)),
        ("broken-items.xml", rss(&items).replace("title 7<", "title & 7<")),
        ("items.json", format!("{json}{objects}]}}")),
        ("bases.xml", nested("<a xml:base=\"b/\">", "</a>", 40_000)),
        (
            "bases-of-entries.xml",
            format!(
                "<feed xmlns=\"http://www.w3.org/2005/Atom\">{}",
                "<entry xml:base=\"b/\">".repeat(40_000)
            ),
        ),
        ("deep.xml", nested("<a>", "</a>", 100_000)),
        ("extensions.xml", nested("<x:a xmlns:x=\"u\">", "</x:a>", 20_000)),
        ("unclosed.xml", rss(&format!("<item><guid>1</guid>{}</item>", "<title>".repeat(500_000)))),
        ("attributes.xml", rss(&format!("<item{attributes}><guid>1</guid></item>"))),
        (
            "text.xml",
            rss(&format!(
                "<item><guid>1</guid><description>{}</description></item>",
                "word ".repeat(3_000_000)
            )),
        ),
        (
            "tags.xml",
            rss(&format!("<item><guid>1</guid>{}</item>", "<category>a</category>".repeat(500_000))),
        ),
        (
            "references.xml",
            rss(&format!("<item><guid>1</guid><title>{}</title></item>", "&".repeat(5_000_000))),
        ),
        ("equals.xml", rss(&format!("<item><guid {}>1</guid></item>", "=".repeat(5_000_000)))),
        ("quotes.xml", rss(&format!("<item><guid>1</guid>{}</item>", "<a b=\"".repeat(1_000_000)))),
        (
            "entities.xml",
            format!(
                "<!DOCTYPE rss [<!ENTITY a \"{}\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>{}",
                "x".repeat(1000),
                rss(&format!("<item><guid>1</guid><title>{}</title></item>", "&c;&a;".repeat(100_000)))
            ),
        ),
    ]
}

/// Items of RSS, of JSON Feed, and attributes, far too many.
fn floods() -> (String, String, String) {
    let mut items = String::new();
    let mut objects = String::new();
    for at in 0..200_000 {
        writeln!(
            items,
            "<item><guid>{at}</guid><title>title {at}</title><link>https://a.example/{at}</link></item>"
        )
        .ok();
        write!(
            objects,
            "{}{{\"id\":\"{at}\",\"title\":\"title {at}\",\"url\":\"https://a.example/{at}\"}}",
            if at == 0 { "" } else { "," }
        )
        .ok();
    }
    let attributes: String = (0..400_000).fold(String::new(), |mut all, at| {
        write!(all, " a{at}=\"1\"").ok();
        all
    });
    (items, objects, attributes)
}
