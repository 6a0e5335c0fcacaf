//! `khabar stage live`.

use super::input::{self, Item};
use crate::{
    cli::{
        check,
        console::{self, Usage},
    },
    config,
    date::{self, Order},
    io::clock::Clock,
    model::{Moment, Origin},
    pipeline::{DoorKind, Source},
    readers::live::{self, Event, Look, Options, Pace, Post, Round, Rule, Shape, Tracker},
    text,
};
use anyhow::Context as _;
use clap::Args;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use url::Url;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Address the page is taken to come from
    #[arg(long)]
    url: Option<Url>,
    /// When the page is taken to have been fetched, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// A source's file, or a folder of them; the rule is that of the live page of the page's address, else the first of a
    /// source of its host
    #[arg(long, value_name = "SOURCE.toml")]
    rules: Option<PathBuf>,
    /// Looks at the snapshots of a timeline one after the other, files beside it, and prints what happened at each
    #[arg(long, value_name = "TIMELINE.json", conflicts_with_all = ["url", "at", "rules", "files"])]
    track: Option<PathBuf>,
    /// Live pages, lists of short articles, or the JSON of a live-blog system (.gz too)
    files: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    if let Some(timeline) = &arguments.track {
        return track(timeline);
    }
    let sources = match arguments.rules.as_deref().map(config::rules) {
        None => Vec::new(),
        Some(Ok(sources)) => sources,
        Some(Err(faults)) => return Ok(check::refuse(&faults)),
    };
    let now = arguments.at.unwrap_or_else(|| Clock::system().now());
    for item in input::items(&arguments.files, None, arguments.url.as_ref())? {
        if !console::line(&answer(&item, &sources, now).to_string()) {
            break;
        }
    }
    Ok(0)
}

/// Snapshots of a live page, as `--track` takes them.
#[derive(Debug, Deserialize)]
struct Timeline {
    /// Zone of times that name none.
    #[serde(default)]
    zone: Option<String>,
    snapshots: Vec<Snapshot>,
}

/// A live page at one time.
#[derive(Debug, Deserialize)]
struct Snapshot {
    n: u64,
    /// When it is looked at.
    at: Timestamp,
    /// Its pages, the newest first.
    #[serde(default)]
    files: Vec<PathBuf>,
    /// What the server answers.
    status: u16,
}

/// Pages that are read at most of one snapshot.
const PAGES_MAX: u32 = 100;

/// Looks at each snapshot twice, as the daemon would look again before the next one.
fn track(path: &Path) -> anyhow::Result<u8> {
    let bytes = input::bytes(path).with_context(|| format!("cannot read the timeline {}", path.display()))?;
    let timeline: Timeline = serde_json::from_slice(&bytes)
        .map_err(|error| Usage(format!("{} is no timeline: {error}", path.display())))?;
    let zone = timeline
        .zone
        .as_deref()
        .map(|name| date::zone(name).ok_or_else(|| Usage(format!("no zone is called {name}"))));
    let zone = zone.transpose()?.unwrap_or(TimeZone::UTC);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut tracker = Tracker::default();
    for snapshot in &timeline.snapshots {
        let mut events = Vec::new();
        for _ in 0..2 {
            events.extend(look_at(&mut tracker, snapshot, folder, &zone)?);
        }
        let events: Vec<Value> = events.iter().filter_map(event).collect();
        if !console::line(&json!({ "n": snapshot.n, "events": events }).to_string()) {
            break;
        }
    }
    Ok(0)
}

/// One look at a snapshot. An answer that is no page shows nothing.
fn look_at(
    tracker: &mut Tracker,
    snapshot: &Snapshot,
    folder: &Path,
    zone: &TimeZone,
) -> anyhow::Result<Vec<Event>> {
    let rule = Rule::default();
    let options = Options { rule: &rule, zone, now: snapshot.at, order: Order::Dmy, like: None, local: &[] };
    let read = |file: &PathBuf, like: Option<&Shape>, local: &[Origin]| -> anyhow::Result<Look> {
        let path = folder.join(file);
        let bytes = input::bytes(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(live::read(&Options { like, local, ..options }, &text::decode(&bytes, None).0, None).0)
    };
    let mut files = snapshot.files.iter();
    let Some(first) = files.next().filter(|_| snapshot.status == 200) else { return Ok(Vec::new()) };
    let pace = Pace { now: snapshot.at, pages_max: PAGES_MAX, reread: SignedDuration::ZERO };
    let mut round = Round::begin(pace, read(first, None, tracker.local())?);
    while round.wants(tracker).is_some() {
        let Some(next) = files.next() else { break };
        round.add(read(next, round.shape(), &round.local(tracker))?);
    }
    Ok(tracker.close(&round))
}

/// An event as it is printed. What a daemon alone would tell of is left out.
fn event(event: &Event) -> Option<Value> {
    let subject = match event {
        Event::Opened | Event::Gap(..) | Event::Drift { .. } => return None,
        Event::Post { key, .. } => Value::from(key.as_str()),
        Event::Ended | Event::Reopened => Value::Null,
        Event::Successor(url) => Value::from(url.as_str()),
    };
    Some(json!([event.name(), subject]))
}

fn answer(item: &Item, sources: &[Arc<Source>], now: Timestamp) -> Value {
    let bytes = match input::bytes(&item.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            return json!({ "file": item.file, "ok": false, "error": format!("cannot read the file: {error}"),
                           "coverage": null, "posts": [] });
        }
    };
    let (body, _) = text::decode(&bytes, None);
    let source = item.url.as_ref().and_then(|url| sources.iter().find(|source| source.has_host_of(url)));
    let rule = source.and_then(|source| rule_of(source, item.url.as_ref())).cloned().unwrap_or_default();
    let zone = source.map_or(TimeZone::UTC, |source| source.zone.clone());
    let options = Options { rule: &rule, zone: &zone, now, order: Order::Dmy, like: None, local: &[] };
    let (look, _) = live::read(&options, &body, item.url.as_ref());
    shown(item, &look)
}

/// The rule of a source for a live page: that of its own door, else the first.
fn rule_of<'a>(source: &'a Source, url: Option<&Url>) -> Option<&'a Rule> {
    let rules = || {
        source.doors.iter().filter_map(|door| match &door.kind {
            DoorKind::Live { rule, .. } => Some((&door.url, rule)),
            DoorKind::Feed { .. } | DoorKind::Listing(_) | DoorKind::Sitemap => None,
        })
    };
    let own = rules().find(|(door, _)| Some(*door) == url);
    own.or_else(|| rules().next()).map(|(_, rule)| rule)
}

fn shown(item: &Item, look: &Look) -> Value {
    json!({ "file": item.file, "ok": true, "error": null, "coverage": coverage(look), "posts": posts(look) })
}

/// What a live page says of itself.
pub(in crate::cli) fn coverage(look: &Look) -> Value {
    let rfc = |moment: Option<Moment>| moment.map(Moment::to_rfc3339);
    let about = &look.coverage;
    json!({
        "title": about.title,
        "start": rfc(about.start),
        "end": rfc(about.end),
        "state": if about.is_over() { "ended" } else { "live" },
        "order": about.order.name(),
    })
}

/// Its posts, in page order.
pub(in crate::cli) fn posts(look: &Look) -> Vec<Value> {
    look.posts.iter().map(post).collect()
}

fn post(post: &Post) -> Value {
    let rfc = |moment: Option<Moment>| moment.map(Moment::to_rfc3339);
    let source: Option<Origin> = post.provenance.get("id").map(|provenance| provenance.from);
    json!({
        "id": post.id,
        "idSource": source,
        "url": post.url,
        "published": rfc(post.published),
        "modified": rfc(post.modified),
        "title": post.title,
        "author": post.author,
        "text": post.text,
        "pinned": post.marks.pinned,
        "keyEvent": post.marks.key_event,
    })
}
