//! What live pages cost: five hundred that are looked at every minute, and one of 1.3 MB.

use crate::{load::runtime, program::Program, report::Figure, report::thread_secs, setting::Setting};
use anyhow::ensure;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use khabar::{
    date::Order,
    readers::live::{Options, Pace, Round, Rule, Tracker, read},
};
use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{runtime::Runtime, time::Instant};
use world::{Origin, Reply, Request};

/// Live pages, each a source of its own.
const PAGES: usize = 500;
/// Hosts they are on.
const HOSTS: usize = 50;
/// Posts come so many seconds apart: a quarter of it is the time between two looks, and one look in four sees a new one.
const GAP_SECS: i64 = 240;
/// Posts on a page of the many.
const LISTED: i64 = 30;
/// Bytes of a page of the many, with what is no post.
const SIZE: usize = 300_000;
/// After the first round; looks come evenly then.
const WARM: Duration = Duration::from_mins(1);
/// How long is measured.
const MEASURED: Duration = Duration::from_mins(2);
/// Posts on the large page: with them and their JSON-LD it has 1.3 MB.
const LARGE: i64 = 428;
/// States of the large page that are compared.
const STATES: u32 = 20;

/// CPU over the wall's time, and CPU of a changed look.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut figures = vec![Figure::bounded("changed live page of 1.3 MB", large()? * 1000.0, "CPU ms", 40.0)];
    figures.extend(many()?);
    Ok(figures)
}

/// A daemon with all pages.
fn many() -> anyhow::Result<Vec<Figure>> {
    let press = Press::start()?;
    let setting = Setting::new("", (0..PAGES).map(|n| press.source(n)))?;
    let program = Program::start(&setting, &[])?;
    program.until("the first round", || press.looks() >= PAGES)?;
    let from = Instant::now() + WARM;
    program.until("the measured time", || Instant::now() >= from)?;
    let (cpu, looks) = (program.cpu_secs()?, press.looks());
    program.until("the end", || Instant::now() >= from + MEASURED)?;
    let wall = from.elapsed().as_secs_f64();
    let (cpu, looks) = (program.cpu_secs()? - cpu, press.looks() - looks);
    #[expect(clippy::cast_precision_loss, reason = "some thousand looks")]
    let per_sec = looks as f64 / wall;
    #[expect(clippy::cast_precision_loss, reason = "some thousand looks")]
    let due_per_sec = PAGES as f64 / 60.0;
    ensure!(per_sec > due_per_sec * 0.8, "only {per_sec:.1} looks a second");
    Ok(vec![
        Figure::bounded("500 live pages at 60 s", cpu / wall * 100.0, "% of one core", 25.0),
        Figure::told("  looks", per_sec, "a second"),
    ])
}

/// CPU seconds to read a page with a new post and to compare it with what is known of it.
fn large() -> anyhow::Result<f64> {
    let start: Timestamp = "2026-03-02T06:00:00Z".parse()?;
    let rule = Rule::default();
    let mut tracker = Tracker::default();
    let mut cpu = 0.0;
    for state in 0..=STATES {
        let last = LARGE + i64::from(state);
        let now = start + SignedDuration::from_secs(last * GAP_SECS);
        let html =
            live("harbor", (last - LARGE, last), |nth| start + SignedDuration::from_secs(nth * GAP_SECS));
        ensure!((1_200_000..1_400_000).contains(&html.len()), "the page has {} bytes", html.len());
        let before = thread_secs()?;
        let options =
            Options { rule: &rule, zone: &TimeZone::UTC, now, order: Order::Dmy, like: None, local: &[] };
        let (look, _) = read(&options, &html, None);
        let pace = Pace { now, pages_max: 1, reread: SignedDuration::ZERO };
        let events = tracker.close(&Round::begin(pace, look));
        let spent = thread_secs()? - before;
        // The first look knows nothing yet.
        if state > 0 {
            ensure!(events.len() == 1, "{} events for one post", events.len());
            cpu += spent;
        }
    }
    Ok(cpu / f64::from(STATES))
}

/// The sites, until dropped.
struct Press {
    origins: Vec<Origin>,
    looks: Arc<AtomicUsize>,
    // Last, so that it outlives the origins.
    _runtime: Runtime,
}

impl Press {
    fn start() -> anyhow::Result<Self> {
        let runtime = runtime()?;
        let looks = Arc::new(AtomicUsize::new(0));
        let start = clock();
        let origins = (0..HOSTS).map(|_| {
            let looks = Arc::clone(&looks);
            runtime.block_on(Origin::start(move |request| answer(request, start, &looks)))
        });
        Ok(Self { origins: origins.collect(), looks, _runtime: runtime })
    }

    fn looks(&self) -> usize {
        self.looks.load(Ordering::Relaxed)
    }

    /// The file of a source.
    fn source(&self, n: usize) -> (String, String) {
        let host = self.origins.get(n % HOSTS).map(|origin| origin.addr().to_string()).unwrap_or_default();
        let text = format!(
            "[[source]]\nid = \"paper-{n}\"\nallow_private = [\"{host}\"]\n\n\
             [[source.live]]\nurl = \"http://{host}/live/{n}\"\n"
        );
        (format!("paper-{n}.toml"), text)
    }
}

#[expect(clippy::disallowed_methods, reason = "the sites tell real times")]
fn clock() -> Timestamp {
    Timestamp::now()
}

/// The whole page: live pages seldom know what a reader has of them.
fn answer(request: &Request, start: Timestamp, looks: &AtomicUsize) -> Reply {
    let Some(name) = request.path.strip_prefix("/live/") else {
        return Reply::new(404, "text/plain", "no such page");
    };
    looks.fetch_add(1, Ordering::Relaxed);
    // Each page has its posts at other seconds.
    let begin = start - SignedDuration::from_secs(LISTED * GAP_SECS + name.parse().unwrap_or(0) % GAP_SECS);
    let at = |nth: i64| begin + SignedDuration::from_secs(nth * GAP_SECS);
    let last = clock().duration_since(begin).as_secs() / GAP_SECS;
    let mut html = live(name, (last - LISTED, last), at);
    let filler = "<script>window.stack.push({\"ad\":\"slot\",\"sizes\":[[300,250],[320,50]]})</script>";
    html.push_str(&filler.repeat(SIZE.saturating_sub(html.len()) / filler.len()));
    Reply::new(200, "text/html; charset=utf-8", html)
}

/// A page of the posts after the first number, to the last, in markup and JSON-LD.
fn live(name: &str, (after, last): (i64, i64), at: impl Fn(i64) -> Timestamp) -> String {
    let (mut updates, mut posts) = (Vec::new(), String::new());
    for nth in (after + 1..=last).rev() {
        let (id, at) = (format!("post-{name}-{nth}"), at(nth));
        let lead = format!("Bridge {nth} of {name} is open again, the mayor says");
        let words = format!(
            "The first carts crossed bridge {nth} of {name} before noon while the school band played, and those who \
             had waited since the morning were given tea and bread. "
        );
        let text = words.repeat(6 + usize::try_from(nth % 4).unwrap_or_default());
        updates.push(serde_json::json!({
            "@type": "BlogPosting", "@id": format!("#{id}"), "headline": lead, "datePublished": at.to_string(),
            "dateModified": at.to_string(), "articleBody": text,
            "author": {"@type": "Person", "name": "Mona Haddad"},
        }));
        let written = write!(
            posts,
            "<article class=\"live-post\" id=\"{id}\" data-sort-time=\"{}\"><header><time datetime=\"{at}\">{at}</time>\
             <h3>{lead}</h3><span class=\"byline\">Mona Haddad</span></header><div class=\"post-body\"><p>{text}</p>\
             <figure><img src=\"/image/{nth}.jpg\" alt=\"Bridge {nth}\"><figcaption>Bridge {nth} at noon</figcaption>\
             </figure></div><div class=\"share\"><a href=\"/share/{nth}?on=a\">Share</a><a href=\"/share/{nth}?on=b\">\
             Send</a></div></article>",
            at.as_second()
        );
        debug_assert!(written.is_ok(), "a string takes all");
    }
    let blog = serde_json::json!({
        "@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": format!("Bridges of {name}"),
        "coverageStartTime": at(0).to_string(), "dateModified": at(last).to_string(), "liveBlogUpdate": updates,
    });
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Bridges of {name}</title>\
         <script type=\"application/ld+json\">{blog}</script></head><body><main><h1>Bridges of {name}</h1>\
         <div class=\"live-posts\">{posts}</div></main></body></html>"
    )
}
