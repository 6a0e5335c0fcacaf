//! How late polls set off where ten thousand sources are polled every five minutes, and what that costs.

use crate::{
    load::{feed, page, runtime},
    program::Program,
    report::Figure,
    setting::Setting,
};
use anyhow::{Context as _, ensure};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{runtime::Runtime, time::Instant};
use world::{Origin, Reply, Request};

/// Sources, each in a file of its own.
const SOURCES: usize = 10_000;
/// Hosts they are on: more than connections are kept.
const HOSTS: usize = 500;
/// Mean time between two polls of a source; what jitter adds is taken off beforehand.
const MEAN: Duration = Duration::from_mins(5);
/// The first round is over after so long. Then the sources are due one after the other, over the mean.
const FIRST_ROUND: Duration = Duration::from_secs(30);
/// How long a daemon polls before it is measured, and while it is.
const WARM: Duration = Duration::from_secs(10);
const MEASURED: Duration = Duration::from_secs(100);
/// One in so many polls finds a new entry; the others are answered with 304.
const NEWS_EACH: u64 = 20;
/// Entries that a feed lists.
const LISTED: u64 = 5;

/// Lateness, as khabar tells it to the service manager, and CPU time over the wall's.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let press = Press::start()?;
    let setting =
        Setting::new("interval_secs = 1\nfeed_floor_secs = 1", (0..SOURCES).map(|n| press.source(n)))?;
    Program::start(&setting, &["--once", "--json"])?.finish()?;
    ensure!(press.seen.began.elapsed() < FIRST_ROUND, "the first round took too long");
    // Jitter adds a twentieth on average.
    let interval = MEAN.as_secs() * 20 / 21;
    setting.schedule(&format!("interval_secs = {interval}\nfeed_floor_secs = {interval}"))?;
    let program = Program::start(&setting, &[])?;
    program.ready_secs()?;
    let from = press.seen.began + FIRST_ROUND + WARM;
    program.until("the measured time", || Instant::now() >= from)?;
    let (cpu, polls, fresh) = (program.cpu_secs()?, press.polls(), press.fresh());
    let mut late_ms: f64 = 0.0;
    for nth in 1..=MEASURED.as_secs() {
        program.until("a second", || Instant::now() >= from + Duration::from_secs(nth))?;
        late_ms = late_ms.max(told_late_ms(&program.status())?);
    }
    let wall = from.elapsed().as_secs_f64();
    let (cpu, polls, fresh) = (program.cpu_secs()? - cpu, press.polls() - polls, press.fresh() - fresh);
    ensure!(fresh > 0, "no feed had a new entry");
    #[expect(clippy::cast_precision_loss, reason = "some thousand polls")]
    let (per_sec, news_per_sec) = (polls as f64 / wall, fresh as f64 / wall);
    Ok(vec![
        Figure::bounded("10,000 sources each 5 min: 99 of 100 at most late", late_ms / 1000.0, "s", 5.0),
        Figure::bounded("  CPU meanwhile", cpu / wall * 100.0, "% of one core", 25.0),
        Figure::told("  polls", per_sec, "a second"),
        Figure::told("  of them with a new entry", news_per_sec, "a second"),
    ])
}

/// The number before `ms late`.
fn told_late_ms(status: &str) -> anyhow::Result<f64> {
    let (before, _) = status.split_once(" ms late").with_context(|| format!("no lateness in `{status}`"))?;
    Ok(before.rsplit(' ').next().unwrap_or_default().parse()?)
}

/// The sites, until dropped.
struct Press {
    origins: Vec<Origin>,
    seen: Arc<Seen>,
    // Last, so that it outlives the origins.
    _runtime: Runtime,
}

/// What was asked.
struct Seen {
    began: Instant,
    polls: AtomicU64,
    fresh: AtomicU64,
}

impl Press {
    fn start() -> std::io::Result<Self> {
        let runtime = runtime()?;
        let seen = Seen { began: Instant::now(), polls: AtomicU64::new(0), fresh: AtomicU64::new(0) };
        let seen = Arc::new(seen);
        let origins = (0..HOSTS).map(|_| {
            let seen = Arc::clone(&seen);
            runtime.block_on(Origin::start(move |request| seen.answer(request)))
        });
        Ok(Self { origins: origins.collect(), seen, _runtime: runtime })
    }

    /// Requests for feeds.
    fn polls(&self) -> u64 {
        self.seen.polls.load(Ordering::Relaxed)
    }

    /// Those that found a new entry.
    fn fresh(&self) -> u64 {
        self.seen.fresh.load(Ordering::Relaxed)
    }

    /// The file of a source.
    fn source(&self, n: usize) -> (String, String) {
        let host = self.origins.get(n % HOSTS).map(|origin| origin.addr().to_string()).unwrap_or_default();
        let text = format!(
            "[[source]]\nid = \"paper-{n}\"\nallow_private = [\"{host}\"]\n\n\
             [[source.feed]]\nurl = \"http://{host}/feed/{n}\"\n"
        );
        (format!("paper-{n}.toml"), text)
    }
}

impl Seen {
    /// The `ETag` of a feed counts its entries, so that nothing is kept of it here.
    fn answer(&self, request: &Request) -> Reply {
        if let Some(name) = request.path.strip_prefix("/page/") {
            return Reply::new(200, "text/html; charset=utf-8", page(name));
        }
        let Some(name) = request.path.strip_prefix("/feed/") else {
            return Reply::new(404, "text/plain", "no such page");
        };
        let polls = self.polls.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(known) = request.header("if-none-match") else { return self.first(request, name) };
        if !polls.is_multiple_of(NEWS_EACH) {
            return Reply::bare(304).with("etag", known);
        }
        self.fresh.fetch_add(1, Ordering::Relaxed);
        let newest = known.trim_matches('"').parse().unwrap_or(0) + 1;
        let items = items(&request.host, name, newest);
        Reply::new(200, "text/xml", feed(&request.host, name, &items)).with("etag", &format!("\"{newest}\""))
    }

    /// An empty feed that wants to be left alone until its turn among the others has come.
    fn first(&self, request: &Request, name: &str) -> Reply {
        let turn = MEAN.mul_f64(name.parse().unwrap_or(0.0) * 20.0 / 21.0) / 10_000;
        let fresh_for = (FIRST_ROUND + turn).saturating_sub(self.began.elapsed()).as_secs();
        Reply::new(200, "text/xml", feed(&request.host, name, ""))
            .with("etag", "\"0\"")
            .with("cache-control", &format!("max-age={fresh_for}"))
    }
}

/// The newest entries of a feed.
fn items(host: &str, name: &str, newest: u64) -> String {
    let mut items = String::new();
    for nth in (1..=newest).rev().take(usize::try_from(LISTED).unwrap_or(usize::MAX)) {
        let item = format!(
            "<item><title>Bridge {nth} of {name} opens</title><link>http://{host}/page/{name}-{nth}</link>\
             <guid>{name}-{nth}</guid><pubDate>Mon, 02 Mar 2026 05:30:00 GMT</pubDate></item>"
        );
        items.push_str(&item);
    }
    items
}
