//! What an article costs from its page on the wire to its synced files, log line and state.

use crate::{load::runtime, program::Program, report::Figure, setting::Setting};
use anyhow::ensure;
use khabar::io::clock::Clock;
use std::sync::Arc;
use world::{Plan, World, serve};

/// Pages of 174 KB.
const PAGES: usize = 1_000;
/// CPU seconds for a thousand pages.
const BOUND: f64 = 3.5;

/// CPU time of a single run over a world of pages, read by the rules of their sites and without any.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let runtime = runtime()?;
    let now = Clock::system().now();
    let world = Arc::new(World::new(1, Plan::bench(PAGES).starting_at(now)));
    let served = runtime.block_on(serve(Arc::clone(&world), move || now));
    let sources = world.sources_toml(served.bases());
    let unruled = sources.iter().map(|(name, text)| (name.clone(), without_rules(text)));
    let generic = once(&Setting::new("", unruled)?)?;
    let ruled = once(&Setting::new("", sources.clone())?)?;
    runtime.block_on(served.stop());
    Ok(vec![
        Figure::bounded("page of 174 KB to synced files, by rules", ruled.0, "CPU s / 1,000", BOUND),
        Figure::bounded("page of 174 KB to synced files, generic", generic.0, "CPU s / 1,000", BOUND),
        Figure::told("  most memory meanwhile", ruled.1.max(generic.1), "MB"),
    ])
}

/// One run: CPU seconds for a thousand articles, and the most memory.
fn once(setting: &Setting) -> anyhow::Result<(f64, f64)> {
    let used = Program::start(setting, &["--once", "--json"])?.finish()?;
    let published = setting.summed("published")?;
    ensure!(published * 100 >= PAGES as u64 * 98, "{published} of {PAGES} pages became articles");
    #[expect(clippy::cast_precision_loss, reason = "some thousand articles")]
    let cpu_of_thousand = used.cpu_secs * 1000.0 / published as f64;
    Ok((cpu_of_thousand, used.peak_mb))
}

/// A source without its article rules, which come last.
fn without_rules(source: &str) -> String {
    source.split("[[source.article]]").next().unwrap_or_default().to_owned()
}
