//! `khabar try`: what would be written of one feed, listing or article, field by field, with its provenance.

use super::{ConfigPath, check, console, exit, stage};
use crate::{
    config::{self, Config},
    date::Order,
    io::{
        clock::Clock,
        fetch::{self, Accept, Http, Request},
    },
    model::{Article, Block, Entry, Moment, Remark},
    pipeline::{DoorKind, Source, chain, reading},
    readers::{article, discover, feed, listing, live},
    text::{self, for_log},
};
use anyhow::Context as _;
use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use std::path::Path;
use url::Url;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    path: ConfigPath,
    /// Read it with the rules, zone and allowed addresses of this source
    #[arg(long, value_name = "ID")]
    source: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// What to fetch: an address, or a file
    #[arg(value_name = "URL|FILE")]
    what: String,
}

/// Bytes to read, and where they came from.
struct Fetched {
    bytes: Vec<u8>,
    charset: Option<String>,
    url: Option<Url>,
    /// The address that was asked for, before redirects.
    asked: Option<Url>,
    /// Its `Link` headers.
    links: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let path = config::locate(arguments.path.config.as_deref());
    let config = match config::load(&path) {
        Ok(config) => config,
        Err(faults) => return Ok(check::refuse(&faults)),
    };
    let now = Clock::system().now();
    let source = source(&config, arguments)?;
    let fetched = match Url::parse(&arguments.what) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => match ask(&config, source, url)? {
            Ok(fetched) => fetched,
            Err(failure) => {
                console::error(&for_log(&failure));
                return Ok(exit::UNAVAILABLE);
            }
        },
        _ => {
            let file = Path::new(&arguments.what);
            let bytes = stage::bytes(file).with_context(|| format!("cannot read {}", file.display()))?;
            Fetched { bytes, charset: None, url: None, asked: None, links: Vec::new() }
        }
    };
    let shown = show(source, &fetched, now);
    if arguments.json {
        console::line(&shown.to_json().to_string());
    } else {
        console::lines(&shown.lines());
    }
    Ok(0)
}

/// The source that is asked for, else the one whose home or door has the host of the address.
fn source<'a>(config: &'a Config, arguments: &Arguments) -> anyhow::Result<Option<&'a Source>> {
    let mut sources = config.sources.iter().map(AsRef::as_ref);
    if let Some(id) = &arguments.source {
        let found = sources.find(|source| *source.id.0 == **id);
        return found.map(Some).ok_or_else(|| console::Usage(format!("no source has the id {id}")).into());
    }
    let Ok(url) = Url::parse(&arguments.what) else { return Ok(None) };
    Ok(sources.find(|source| source.has_host_of(&url)))
}

fn ask(config: &Config, source: Option<&Source>, url: Url) -> anyhow::Result<Result<Fetched, String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let http =
        Http::new(config.settings.fetch.clone(), Clock::system()).map_err(crate::daemon::Error::from)?;
    let asked = Some(url.clone());
    let request = match source {
        Some(source) => source.request(url, Accept::Page),
        None => Request::new(url, Accept::Page),
    };
    Ok(match runtime.block_on(fetch::follow(&http, request)) {
        Ok(response) if response.status == 200 => Ok(Fetched {
            bytes: response.body,
            charset: response.charset,
            url: Some(response.url),
            asked,
            links: response.links,
        }),
        Ok(response) => Err(format!("http/{}: {} answered with that status", response.status, response.url)),
        Err(error) => Err(format!("{}: {}", error.code(), chain(&error))),
    })
}

/// What was read.
enum Shown {
    Entries(&'static str, Vec<Entry>, Vec<Remark>),
    Article(Box<Article>, Vec<Remark>),
    Live(Box<live::Look>, Vec<Remark>),
}

/// Reads a feed as a feed, a configured listing as a listing, a live page as one, anything else as an article.
fn show(source: Option<&Source>, fetched: &Fetched, now: Timestamp) -> Shown {
    let zone = source.map_or(TimeZone::UTC, |source| source.zone.clone());
    let options = feed::Options { zone: &zone, order: Order::Dmy, now, charset: fetched.charset.as_deref() };
    let refused = match feed::read(&options, &fetched.bytes, fetched.url.as_ref()) {
        Ok((feed, remarks)) => return Shown::Entries(feed.kind.name(), feed.entries, remarks),
        Err(refused) => refused,
    };
    let (html, _) = text::decode(&fetched.bytes, fetched.charset.as_deref());
    let listed = source.zip(fetched.url.as_ref()).and_then(|(source, url)| {
        source.doors.iter().find_map(|door| match &door.kind {
            DoorKind::Listing(rule) if door.url == *url => Some((rule, url)),
            DoorKind::Listing(_) | DoorKind::Feed { .. } | DoorKind::Sitemap | DoorKind::Live { .. } => None,
        })
    });
    if let Some((rule, url)) = listed {
        let (listing, remarks) = listing::read(&listing::Options { rule, zone: &zone, now }, &html, url);
        return Shown::Entries("listing", listing.entries, remarks);
    }
    if let Some(shown) = live(source, fetched, (&html, &zone), now) {
        return shown;
    }
    let unruled =
        article::Options { rules: &[], zone: &TimeZone::UTC, language: None, now, order: Order::Dmy };
    let options = source.map_or(unruled, |source| reading::options(source, now));
    let leaf = article::extract_leaf(&options, &html, fetched.url.as_ref(), None);
    let article::Leaf { article, next, mut remarks } = leaf;
    remarks.extend(next.map(|next| Remark::about("article/next-page", next.url.as_str())));
    remarks.extend(not_a_feed(source, fetched, &refused, &html));
    Shown::Article(Box::new(article), remarks)
}

/// Reads a live page: one that is configured, or that says so itself.
fn live(
    source: Option<&Source>,
    fetched: &Fetched,
    (html, zone): (&str, &TimeZone),
    now: Timestamp,
) -> Option<Shown> {
    let url = fetched.url.as_ref();
    let ruled = source.into_iter().flat_map(|source| &source.doors).find_map(|door| match &door.kind {
        DoorKind::Live { rule, section: false }
            if [url, fetched.asked.as_ref()].contains(&Some(&door.url)) =>
        {
            Some(rule)
        }
        DoorKind::Listing(_) | DoorKind::Feed { .. } | DoorKind::Sitemap | DoorKind::Live { .. } => None,
    });
    let rule = ruled.cloned().unwrap_or_default();
    let options = live::Options { rule: &rule, zone, now, order: Order::Dmy, like: None, local: &[] };
    let (look, remarks) = live::read(&options, html, url);
    let is_live = ruled.is_some() || look.is_live_page(1);
    is_live.then(|| Shown::Live(Box::new(look), remarks))
}

/// Says of a web page where a feed should be which feeds it declares.
fn not_a_feed(
    source: Option<&Source>,
    fetched: &Fetched,
    refused: &feed::NotAFeed,
    html: &str,
) -> Option<Remark> {
    let url = fetched.url.as_ref().filter(|_| refused.code == "feed/html")?;
    let is_feed = |kind: &DoorKind| matches!(kind, DoorKind::Feed { .. });
    let doors = source.map(|source| source.doors.as_slice()).unwrap_or_default();
    let asked = fetched.asked.as_ref().unwrap_or(url);
    let is_door = doors.iter().any(|door| [url, asked].contains(&&door.url) && is_feed(&door.kind));
    if !is_door && !discover::seems_feed(asked) {
        return None;
    }
    let pointers = discover::declared(html, &fetched.links, Some(url));
    let words = discover::words(&pointers).map(|words| format!("; {words}")).unwrap_or_default();
    Some(Remark::about(refused.code, &format!("{}{words}", refused.reason)))
}

impl Shown {
    fn to_json(&self) -> Value {
        let codes = |remarks: &[Remark]| remarks.iter().map(|remark| remark.code.clone()).collect::<Vec<_>>();
        match self {
            Self::Entries(kind, entries, remarks) => {
                json!({ "kind": kind, "entries": entries, "remarks": codes(remarks) })
            }
            Self::Article(article, remarks) => {
                json!({ "kind": "article", "article": article, "remarks": codes(remarks) })
            }
            Self::Live(look, remarks) => {
                let (coverage, posts) = (stage::coverage(look), stage::posts(look));
                json!({ "kind": "live", "coverage": coverage, "posts": posts, "remarks": codes(remarks) })
            }
        }
    }

    fn lines(&self) -> Vec<String> {
        let (mut lines, remarks) = match self {
            Self::Entries(kind, entries, remarks) => (entry_lines(kind, entries), remarks),
            Self::Article(article, remarks) => (article_lines(article), remarks),
            Self::Live(look, remarks) => (live_lines(look), remarks),
        };
        lines.extend(
            remarks.iter().map(|remark| format!("remark  {} {}", remark.code, for_log(&remark.detail))),
        );
        lines
    }
}

fn entry_lines(kind: &str, entries: &[Entry]) -> Vec<String> {
    let mut lines = vec![format!("{kind}, {} entries", entries.len())];
    for entry in entries {
        let time = entry.published.map_or("(no date)".to_owned(), Moment::to_rfc3339);
        lines.push(format!("{time:<26}{}", for_log(&entry.title)));
        lines.push(format!("{:<26}{}", "", for_log(entry.url.as_ref().map_or("(no link)", Url::as_str))));
    }
    lines
}

fn live_lines(look: &live::Look) -> Vec<String> {
    let about = &look.coverage;
    let state = if about.is_over() { "ended" } else { "live" };
    let mut lines = vec![
        format!("live page, {} posts, {}, {state}", look.posts.len(), about.order.name()),
        for_log(about.title.as_deref().unwrap_or("(no title)")),
    ];
    lines.extend(about.older.as_ref().map(|older| format!("older posts   {}", for_log(older.as_str()))));
    for post in &look.posts {
        let said = |field: &str, value: Option<&str>| {
            let from = post.provenance.get(field).map(|from| json!(from.from));
            let from =
                from.as_ref().and_then(Value::as_str).map(|from| format!(" [{from}]")).unwrap_or_default();
            value.map(|value| format!("{}{from}", for_log(value)))
        };
        let time = post.published.map(Moment::to_rfc3339);
        lines.push(String::new());
        lines.push(said("published", time.as_deref()).unwrap_or_else(|| "(no date)".to_owned()));
        lines.extend(said("id", post.id.as_deref()).map(|id| format!("id      {id}")));
        lines.extend(said("title", post.title.as_deref()).map(|title| format!("title   {title}")));
        lines.extend(said("author", post.author.as_deref()).map(|author| format!("author  {author}")));
        let text: String = post.text.chars().take(300).collect();
        lines.extend(said("text", Some(&text)).map(|text| format!("text    {text}")));
    }
    lines
}

fn article_lines(article: &Article) -> Vec<String> {
    let mut lines = Vec::new();
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            let from = article.provenance.get(name).map(|from| match &from.rule {
                Some(rule) => {
                    format!("  [{} {}]", json!(from.from).as_str().unwrap_or_default(), for_log(rule))
                }
                None => format!("  [{}]", json!(from.from).as_str().unwrap_or_default()),
            });
            lines.push(format!("{name:<14}{}{}", for_log(value), from.unwrap_or_default()));
        }
    };
    field("url", article.url.as_deref().unwrap_or_default());
    field("kicker", article.kicker.as_deref().unwrap_or_default());
    field("title", &article.title);
    field("published", &article.published.map(Moment::to_rfc3339).unwrap_or_default());
    field("modified", &article.modified.map(Moment::to_rfc3339).unwrap_or_default());
    field("byline", article.byline.as_deref().unwrap_or_default());
    field("authors", &article.authors.join(", "));
    field("agencies", &article.agencies.join(", "));
    field("place", article.place.as_deref().unwrap_or_default());
    field("summary", article.summary.as_deref().unwrap_or_default());
    field("language", &article.language);
    for image in &article.images {
        field("images", image.caption.as_deref().or(image.url.as_deref()).unwrap_or_default());
    }
    field("body", &format!("{} blocks, {} words", article.body.len(), article.words));
    field("warnings", &article.warnings.join(", "));
    lines.push(String::new());
    lines.extend(article.body.iter().map(block_line));
    lines
}

fn block_line(block: &Block) -> String {
    let kind = json!(block.kind);
    let text: String = block.text.chars().take(300).collect();
    format!("{:<12}{}", kind.as_str().unwrap_or_default(), for_log(&text))
}
