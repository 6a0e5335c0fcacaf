//! What nine hundred sites that hang do to a hundred that answer.

use crate::{load::feed, load::runtime, program::Program, report::Figure, setting::Setting};
use jiff::{SignedDuration, Timestamp};
use khabar::io::clock::Clock;
use std::time::Duration;
use tokio::time::Instant;
use world::{Origin, Reply, Request, Wire};

/// Sources, each on a host of its own: one in ten answers, one in ten drips, the others never answer.
const SOURCES: usize = 1_000;
/// Between two polls of a source, and up to a tenth more.
const INTERVAL_SECS: f64 = 30.0;
/// A start makes at most 20 polls a second.
const SPREAD_SECS: f64 = 50.0;
/// How long the daemon polls.
const MEASURED: Duration = Duration::from_secs(170);
/// Polls that each healthy source must have seen.
const POLLS_MIN: usize = 3;

/// Times of the polls of the healthy, as their servers see them.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let runtime = runtime()?;
    let sites = (0..SOURCES).map(|n| runtime.block_on(Origin::start(move |request| answer(n, request))));
    let sites: Vec<Origin> = sites.collect();
    let schedule = format!("interval_secs = {INTERVAL_SECS}\nfeed_floor_secs = {INTERVAL_SECS}");
    let setting = Setting::new(&schedule, sites.iter().enumerate().map(|(n, site)| source(n, site)))?;
    let program = Program::start(&setting, &[])?;
    program.ready_secs()?;
    let clock = Clock::system();
    let (ready, began) = (clock.now(), Instant::now());
    program.until("the measured time", || began.elapsed() >= MEASURED)?;
    let ended = clock.now();
    drop(program);
    let healthy = sites.iter().enumerate().filter(|(n, _)| is_healthy(*n));
    let polls: Vec<Vec<Timestamp>> = healthy.map(|(_, site)| polls_of(site)).collect();
    let first = polls.iter().map(|polls| secs(ready, polls.first().copied().unwrap_or(ended)));
    let first = first.fold(0.0, f64::max);
    let mut late: Vec<f64> = polls.iter().flat_map(|polls| lateness(polls, ended)).collect();
    late.sort_by(f64::total_cmp);
    let at = |share: usize| late.get(late.len() * share / 100).copied().unwrap_or(f64::INFINITY);
    let short = polls.iter().filter(|polls| polls.len() < POLLS_MIN).count();
    #[expect(clippy::cast_precision_loss, reason = "some hundred polls")]
    let (short, count) = (short as f64, late.len() as f64);
    Ok(vec![
        Figure::bounded("900 of 1,000 hang: the others, 99 of 100 late by", at(99), "s", INTERVAL_SECS),
        Figure::told("  half of them", at(50), "s"),
        Figure::told("  most", late.last().copied().unwrap_or_default(), "s"),
        Figure::told("  gaps measured", count, ""),
        Figure::bounded("  last first poll after the start", first, "s", SPREAD_SECS + INTERVAL_SECS),
        Figure::bounded("  healthy with fewer than 3 polls", short, "", 0.0),
    ])
}

/// Whether the `n`-th site answers.
fn is_healthy(n: usize) -> bool {
    n.is_multiple_of(10)
}

/// What the `n`-th site does.
fn answer(n: usize, request: &Request) -> Reply {
    if is_healthy(n) && request.is_conditional() {
        return Reply::bare(304).with("etag", "\"1\"");
    }
    let whole = Reply::new(200, "text/xml", feed(&request.host, "town", "")).with("etag", "\"1\"");
    match n % 10 {
        0 => whole,
        1 => whole.over(Wire::SlowDrip { per_second: 1 }),
        _ => whole.over(Wire::Hang),
    }
}

/// The file of the `n`-th source.
fn source(n: usize, site: &Origin) -> (String, String) {
    let host = site.addr();
    let text = format!(
        "[[source]]\nid = \"paper-{n}\"\nallow_private = [\"{host}\"]\n\n\
         [[source.feed]]\nurl = \"http://{host}/feed\"\n"
    );
    (format!("paper-{n}.toml"), text)
}

/// When the feed of a site was asked for.
fn polls_of(site: &Origin) -> Vec<Timestamp> {
    site.log().into_iter().filter(|asked| asked.path == "/feed").map(|asked| asked.at).collect()
}

/// How much later than its interval and jitter each poll came after the one before. One that is overdue at the end
/// counts as if it came then.
fn lateness(polls: &[Timestamp], ended: Timestamp) -> impl Iterator<Item = f64> {
    let late = |from, to| (secs(from, to) - INTERVAL_SECS * 1.1).max(0.0);
    let open = polls.last().map(|last| late(*last, ended)).filter(|late| *late > 0.0);
    polls.array_windows().map(move |[from, to]| late(*from, *to)).chain(open)
}

fn secs(from: Timestamp, to: Timestamp) -> f64 {
    let between: SignedDuration = to.duration_since(from);
    between.as_secs_f64()
}
