//! `khabar stage article`.

use super::input::{self, Item};
use crate::{
    cli::{check, console},
    config,
    io::clock::Clock,
    model::Article,
    page::Page,
    pipeline::{Source, reading},
    readers::article::{self, Options},
    text,
};
use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};
use std::{num::NonZero, path::PathBuf, sync::Arc, thread};
use url::Url;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Address the page is taken to come from
    #[arg(long)]
    url: Option<Url>,
    /// A source's file, or a folder of them; the source is chosen by the host of the page's address
    #[arg(long, value_name = "SOURCE.toml")]
    rules: Option<PathBuf>,
    /// Files to read are listed here, {"id", "file", "url"} a line; - is standard input
    #[arg(long, value_name = "LIST")]
    batch: Option<PathBuf>,
    /// Add "ms": wall time of that page alone
    #[arg(long)]
    timing: bool,
    /// Pages read at a time [default: one a core]
    #[arg(long)]
    jobs: Option<NonZero<usize>>,
    /// Pages (.gz too), or the flattened text of pages (.txt)
    files: Vec<PathBuf>,
}

/// Pages a thread gets at a time; a batch is answered in its order, so many of these are held at most.
const SHARE: usize = 4;

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let items = input::items(&arguments.files, arguments.batch.as_deref(), arguments.url.as_ref())?;
    let sources = match arguments.rules.as_deref().map(config::rules) {
        None => Vec::new(),
        Some(Ok(sources)) => sources,
        Some(Err(faults)) => return Ok(check::refuse(&faults)),
    };
    let clock = Clock::system();
    let desk = Desk { sources: &sources, now: clock.now(), clock: arguments.timing.then_some(&clock) };
    let jobs = arguments.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZero::get);
    for batch in items.chunks(jobs * SHARE) {
        let answers = thread::scope(|scope| {
            let shares = batch.chunks(batch.len().div_ceil(jobs).max(1));
            let threads: Vec<_> = shares
                .map(|share| scope.spawn(|| share.iter().map(|item| desk.answer(item)).collect::<Vec<_>>()))
                .collect();
            threads.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        for answer in answers {
            let lines = answer
                .map_err(|_panic| anyhow::anyhow!("reading a page panicked; this is a bug of khabar"))?;
            if !lines.iter().all(|line| console::line(&line.to_string())) {
                return Ok(0);
            }
        }
    }
    Ok(0)
}

/// What all pages are read with.
struct Desk<'a> {
    sources: &'a [Arc<Source>],
    now: Timestamp,
    clock: Option<&'a Clock>,
}

impl Desk<'_> {
    fn answer(&self, item: &Item) -> Value {
        let mut answer = Map::new();
        answer.insert("id".to_owned(), item.id.clone().into());
        let bytes = match input::bytes(&item.file) {
            Ok(bytes) => bytes,
            Err(error) => {
                answer.insert("ok".to_owned(), false.into());
                answer.insert("error".to_owned(), format!("cannot read the file: {error}").into());
                return Value::Object(answer);
            }
        };
        let start = self.clock.map(Clock::instant);
        let article = self.read(item, &bytes);
        let elapsed = start.zip(self.clock).map(|(start, clock)| clock.instant() - start);
        answer.insert("ok".to_owned(), true.into());
        if let Ok(Value::Object(mut fields)) = serde_json::to_value(&article) {
            fields.remove("id");
            answer.append(&mut fields);
        }
        if let Some(elapsed) = elapsed {
            answer.insert("ms".to_owned(), (elapsed.as_secs_f64() * 1000.0).into());
        }
        Value::Object(answer)
    }

    fn read(&self, item: &Item, bytes: &[u8]) -> Article {
        let (html, _) = text::decode(bytes, None);
        let source = self.source_of(item, &html);
        let unruled = Options {
            rules: &[],
            zone: &TimeZone::UTC,
            language: None,
            now: self.now,
            order: crate::date::Order::Dmy,
        };
        let options = source.map_or(unruled, |source| reading::options(source, self.now));
        let (article, _) = if input::is_flattened(&item.file) {
            article::extract_flattened(&options, &html, item.url.as_ref())
        } else {
            article::extract(&options, &html, item.url.as_ref())
        };
        article
    }

    /// The source of a page by the host of its address, else of the address that the page names as its own.
    fn source_of(&self, item: &Item, html: &str) -> Option<&Source> {
        if self.sources.is_empty() {
            return None;
        }
        let url = item.url.clone().or_else(|| Page::parse(html, None).0.canonical())?;
        self.sources.iter().map(AsRef::as_ref).find(|source: &&Source| source.has_host_of(&url))
    }
}
