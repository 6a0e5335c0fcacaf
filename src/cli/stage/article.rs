//! `khabar stage article`.

use super::input::{self, Item};
use crate::{
    cli::{check, console},
    config,
    io::clock::Clock,
    model::Article,
    page::Page,
    pipeline::{Source, reading},
    readers::article::{self, Options, SiteMemory},
    text,
};
use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};
use std::{num::NonZero, path::PathBuf, sync::Arc, thread, time::Duration};
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
    /// Take the files as pages of one site, in order: what stood on several of those before is left out
    #[arg(long)]
    site: bool,
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
    let mut memory = arguments.site.then(SiteMemory::default);
    for batch in items.chunks(jobs * SHARE) {
        let answers = thread::scope(|scope| {
            let shares = batch.chunks(batch.len().div_ceil(jobs).max(1));
            let threads: Vec<_> = shares
                .map(|share| scope.spawn(|| share.iter().map(|item| desk.answer(item)).collect::<Vec<_>>()))
                .collect();
            threads.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        for answer in answers {
            let answers = answer
                .map_err(|_panic| anyhow::anyhow!("reading a page panicked; this is a bug of khabar"))?;
            for mut answer in answers {
                if let (Some(memory), Ok(read)) = (&mut memory, &mut answer.read) {
                    desk.remember(memory, read);
                }
                if !console::line(&answer.line().to_string()) {
                    return Ok(0);
                }
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

/// What is said of a page.
struct Answer {
    id: String,
    /// What was read, or why nothing could be.
    read: Result<Read, String>,
}

/// An article as it was read.
struct Read {
    article: Article,
    /// Wall time, where it is asked for.
    elapsed: Option<Duration>,
}

impl Answer {
    fn line(self) -> Value {
        let mut line = Map::new();
        line.insert("id".to_owned(), self.id.into());
        line.insert("ok".to_owned(), self.read.is_ok().into());
        match self.read {
            Ok(Read { article, elapsed }) => {
                if let Ok(Value::Object(mut fields)) = serde_json::to_value(&article) {
                    fields.remove("id");
                    line.append(&mut fields);
                }
                if let Some(elapsed) = elapsed {
                    line.insert("ms".to_owned(), (elapsed.as_secs_f64() * 1000.0).into());
                }
            }
            Err(error) => {
                line.insert("error".to_owned(), error.into());
            }
        }
        Value::Object(line)
    }
}

impl Desk<'_> {
    fn answer(&self, item: &Item) -> Answer {
        let read = match input::bytes(&item.file) {
            Ok(bytes) => {
                let (article, elapsed) = self.timed(|| self.read(item, &bytes));
                Ok(Read { article, elapsed })
            }
            Err(error) => Err(format!("cannot read the file: {error}")),
        };
        Answer { id: item.id.clone(), read }
    }

    /// Does what the daemon does with an article that is new to it.
    fn remember(&self, memory: &mut SiteMemory, read: &mut Read) {
        let ((), elapsed) = self.timed(|| {
            memory.learn(&read.article);
            memory.clear(&mut read.article, || None);
        });
        read.elapsed = read.elapsed.zip(elapsed).map(|(reading, remembering)| reading + remembering);
    }

    /// Does something; gives its wall time too, where that is asked for.
    fn timed<T>(&self, work: impl FnOnce() -> T) -> (T, Option<Duration>) {
        let start = self.clock.map(Clock::instant);
        let done = work();
        (done, start.zip(self.clock).map(|(start, clock)| clock.instant() - start))
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
