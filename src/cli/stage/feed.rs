//! `khabar stage feed`.

use super::input::{self, Item};
use crate::{
    cli::console,
    date::Order,
    io::clock::Clock,
    model::{Entry, Moment, Remark},
    readers::{
        discover,
        feed::{self, Options},
        listing::{self, SitemapOptions},
    },
    text,
};
use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use std::path::PathBuf;
use url::Url;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Address the feed is taken to come from
    #[arg(long)]
    url: Option<Url>,
    /// Files to read are listed here, {"id", "file", "url"} a line; - is standard input
    #[arg(long, value_name = "LIST")]
    batch: Option<PathBuf>,
    /// Feeds (.gz too)
    files: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let now = Clock::system().now();
    for item in input::items(&arguments.files, arguments.batch.as_deref(), arguments.url.as_ref())? {
        if !console::line(&answer(&item, now).to_string()) {
            break;
        }
    }
    Ok(0)
}

fn answer(item: &Item, now: Timestamp) -> Value {
    let failed = |error: String| {
        json!({ "id": item.id, "file": item.file, "ok": false, "error": error, "kind": null, "feed": null,
                "entries": 0, "items": [], "remarks": [] })
    };
    let bytes = match input::bytes(&item.file) {
        Ok(bytes) => bytes,
        Err(error) => return failed(format!("cannot read the file: {error}")),
    };
    let options = Options { zone: &TimeZone::UTC, order: Order::Dmy, now, charset: None };
    match feed::read(&options, &bytes, item.url.as_ref()) {
        Ok((feed, remarks)) => {
            let about = json!({ "title": feed.title, "link": feed.link, "description": feed.description,
                                "language": feed.language });
            read(item, (feed.kind.name(), &about), &feed.entries, &remarks)
        }
        Err(refused) => {
            if let Some(answer) = sitemap(item, &bytes, now) {
                return answer;
            }
            let mut answer =
                failed(format!("{}: {}{}", refused.code, refused.reason, led_to(item, &refused, &bytes)));
            if let Some(remarks) = answer.get_mut("remarks") {
                *remarks = json!([refused.code]);
            }
            answer
        }
    }
}

/// The feeds that a web page in place of a feed declares, in words.
fn led_to(item: &Item, refused: &feed::NotAFeed, bytes: &[u8]) -> String {
    if refused.code != "feed/html" {
        return String::new();
    }
    let (html, _) = text::decode(bytes, None);
    let pointers = discover::declared(&html, &[], item.url.as_ref());
    discover::words(&pointers).map(|words| format!("; {words}")).unwrap_or_default()
}

/// The answer where the file is a sitemap.
fn sitemap(item: &Item, bytes: &[u8], now: Timestamp) -> Option<Value> {
    // Addresses in sitemaps are absolute; those that are not are nobody's without the sitemap's own.
    let url = item.url.clone().or_else(|| Url::parse("https://sitemap.invalid/").ok())?;
    let options = SitemapOptions { zone: &TimeZone::UTC, now };
    let (map, remarks) = listing::sitemap(&options, bytes, &url).ok()?;
    let about =
        json!({ "title": map.publication, "link": null, "description": null, "language": map.language });
    Some(read(item, ("sitemap", &about), &map.entries, &remarks))
}

fn read(item: &Item, (kind, about): (&str, &Value), entries: &[Entry], remarks: &[Remark]) -> Value {
    let mut codes: Vec<&str> = remarks.iter().map(|remark| remark.code.as_ref()).collect();
    codes.sort_unstable();
    codes.dedup();
    json!({
        "id": item.id,
        "file": item.file,
        "ok": true,
        "error": null,
        "kind": kind,
        "feed": about,
        "entries": entries.len(),
        "items": entries.iter().map(entry).collect::<Vec<_>>(),
        "remarks": codes,
    })
}

fn entry(entry: &Entry) -> Value {
    let utc = |moment: Option<Moment>| moment.map(|moment| moment.at.to_string());
    json!({
        "id": entry.key,
        "title": entry.title,
        "link": entry.url,
        "published": utc(entry.published),
        "updated": utc(entry.updated),
        "summary": entry.summary,
        "content": entry.content,
        "author": entry.authors.first(),
        "enclosures": entry.enclosures.iter().map(|enclosure| enclosure.url.as_str()).collect::<Vec<_>>(),
    })
}
