//! What a poll that finds nothing new costs: 304 on a kept connection.

use crate::{load::Load, program::Program, report::Figure, setting::Setting};

/// Hosts the feeds are on: fewer than connections are kept.
const HOSTS: usize = 8;
/// Feeds of a single run, which polls them back to back.
const AT_ONCE: usize = 10_000;
/// Of those polls, the first and the last ones that are left out: start and end are not what is measured.
const MARGIN: usize = 500;
/// Feeds of a daemon that polls each of them every second.
const SPREAD: usize = 200;
/// Polls of that daemon that are measured.
const SPREAD_POLLS: usize = 3_000;

/// CPU time of unchanged polls, back to back and a few milliseconds apart.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let unit = "CPU s / 1,000";
    Ok(vec![
        Figure::bounded("unchanged poll, 304 on a kept connection", back_to_back()?, unit, 0.05),
        Figure::told("  woken for each, 5 ms apart", spread()?, unit),
    ])
}

/// A second round over many feeds.
fn back_to_back() -> anyhow::Result<f64> {
    let load = Load::start(HOSTS)?;
    let setting = setting(&load, AT_ONCE)?;
    Program::start(&setting, &["--once", "--json"])?.finish()?;
    let program = Program::start(&setting, &["--once", "--json"])?;
    let cpu = between(&program, &load, MARGIN, AT_ONCE - MARGIN)?;
    program.finish()?;
    Ok(cpu)
}

/// A daemon after its first round.
fn spread() -> anyhow::Result<f64> {
    let load = Load::start(HOSTS)?;
    let setting = setting(&load, SPREAD)?;
    let program = Program::start(&setting, &[])?;
    program.until("the first round", || load.full() >= SPREAD)?;
    let from = load.unchanged() + SPREAD;
    between(&program, &load, from, from + SPREAD_POLLS)
}

/// CPU seconds for a thousand polls, from the `from`-th unchanged one to the `to`-th.
fn between(program: &Program, load: &Load, from: usize, to: usize) -> anyhow::Result<f64> {
    let mark = |at| {
        program.until("the measured polls", || load.unchanged() >= at)?;
        anyhow::Ok((program.cpu_secs()?, load.unchanged()))
    };
    let ((cpu_before, polls_before), (cpu, polls)) = (mark(from)?, mark(to)?);
    #[expect(clippy::cast_precision_loss, reason = "some thousand polls")]
    let polls = (polls - polls_before) as f64;
    Ok((cpu - cpu_before) * 1000.0 / polls)
}

fn setting(load: &Load, feeds: usize) -> anyhow::Result<Setting> {
    let source = |n: usize| {
        let host = load.host(n);
        let text = format!(
            "[[source]]\nid = \"paper-{n}\"\nallow_private = [\"{host}\"]\n\n\
             [[source.feed]]\nurl = \"http://{host}/quiet/{n}\"\n"
        );
        (format!("paper-{n}.toml"), text)
    };
    Setting::new("interval_secs = 1\nfeed_floor_secs = 1", (0..feeds).map(source))
}
