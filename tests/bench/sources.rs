//! What ten thousand sources cost: memory, and time to start.

use crate::{load::Load, program::Program, report::Figure, setting::Setting};
use anyhow::ensure;
use std::{thread::sleep, time::Duration};

/// Sources, each in a file of its own.
const SOURCES: usize = 10_000;
/// Hosts they are on: more than connections are kept.
const HOSTS: usize = 100;
/// Starts, of which the quickest counts: what disturbs a start only ever makes it longer.
const STARTS: usize = 3;
/// How long a daemon with a past is let poll before its memory is taken.
const AT_WORK: Duration = Duration::from_secs(15);

/// A fresh daemon, one round over all sources, and a daemon that begins with the state of that round.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let load = Load::start(HOSTS)?;
    let setting = Setting::new("interval_secs = 1", (0..SOURCES).map(|n| source(&load, n)))?;
    let mut starts = Vec::new();
    let (mut first_secs, mut fresh_mb) = (None, 0.0_f64);
    for _ in 0..STARTS {
        setting.clear()?;
        let program = Program::start(&setting, &[])?;
        starts.push(program.ready_secs()?);
        fresh_mb = fresh_mb.max(program.resident_mb()?);
        if first_secs.is_none() {
            program.until("the first request", || load.first().is_some())?;
            first_secs = load.first().map(|first| first.duration_since(program.started).as_secs_f64());
        }
    }
    setting.clear()?;
    let round = Program::start(&setting, &["--once", "--json"])?.finish()?;
    let published = setting.summed("published")?;
    let expected = (0..SOURCES).filter(|n| has_rules(*n) || is_listing(*n)).count() as u64;
    ensure!(published == expected, "{published} articles of {expected}");
    let mut restarts = Vec::new();
    let mut settled_mb = 0.0_f64;
    for last in [false, false, true] {
        let program = Program::start(&setting, &[])?;
        restarts.push(program.ready_secs()?);
        if last {
            sleep(AT_WORK);
            settled_mb = program.resident_mb()?;
        }
    }
    let quickest = |starts: &[f64]| starts.iter().copied().fold(f64::INFINITY, f64::min);
    Ok(vec![
        Figure::bounded("10,000 sources: start to ready, no state yet", quickest(&starts), "s", 1.0),
        Figure::told("  to the first request", first_secs.unwrap_or_default(), "s"),
        Figure::bounded("10,000 sources: start to ready, all known", quickest(&restarts), "s", 1.0),
        Figure::bounded("10,000 sources: resident when ready, no state yet", fresh_mb, "MB", 64.0),
        Figure::bounded("10,000 sources: most resident in a first round", round.peak_mb, "MB", 64.0),
        Figure::bounded("10,000 sources: resident at work, all known", settled_mb, "MB", 64.0),
        Figure::told("  CPU of the first round, 4,000 articles", round.cpu_secs, "s"),
    ])
}

/// Sources with article rules; only of these have the feeds an entry.
fn has_rules(n: usize) -> bool {
    n.is_multiple_of(4)
}

/// Sources with a listing, which has one entry; the others have a feed.
fn is_listing(n: usize) -> bool {
    n.is_multiple_of(5)
}

/// The file of a source.
fn source(load: &Load, n: usize) -> (String, String) {
    let host = load.host(n);
    let mut text = format!(
        "[[source]]\nid = \"paper-{n}\"\nname = \"Paper of the town {n}\"\nlanguage = \"en\"\n\
         zone = \"Europe/London\"\nhome = \"http://{host}/\"\nallow_private = [\"{host}\"]\n\
         verified = \"never\"\n\n"
    );
    let door = if is_listing(n) {
        format!(
            "[[source.listing]]\nurl = \"http://{host}/list/{n}\"\nitem = [\"div.card\"]\n\
             link = [\"h2 a@href\"]\ntitle = [\"h2 a\"]\ndate = [\"span.date\"]\n"
        )
    } else {
        let kind = if has_rules(n) { "feed" } else { "quiet" };
        format!("[[source.feed]]\nurl = \"http://{host}/{kind}/{n}\"\n")
    };
    text.push_str(&door);
    if has_rules(n) {
        let rule = "\n[[source.article]]\ntitle = [\"article h1\"]\ndate = [\"time@datetime\"]\n\
                    body = [\"div.body\"]\nremove = [\".share\", \".related\"]\n";
        text.push_str(rule);
    }
    (format!("paper-{n}.toml"), text)
}
