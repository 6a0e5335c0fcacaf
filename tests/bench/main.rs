//! What khabar costs, against the bounds it promises.
//!
//!     cargo bench                    all scenes, about a quarter of an hour
//!     cargo bench -- polls pages     some of them
//!
//! Each scene runs the release binary as a process of its own and the sites on loopback in this one, so that
//! CPU time and memory are khabar's alone; `guard` asks most of its questions within this process besides.
//! Nothing is dialed beyond loopback. CPU time is user and system time of all its threads. Beside each
//! figure stands the CPU time of a fixed loop (SHA-256 over 64 MiB), taken just before and after: where the
//! machine is busy or slower, both grow. Bounds are bounds whatever the loop says; one missed is exit code 1.

mod bombs;
mod copies;
mod feeds;
mod freshness;
mod guard;
mod lateness;
mod live;
mod load;
mod neighbor;
mod pages;
mod polls;
mod program;
mod report;
mod setting;
mod sources;

use report::{Figure, baseline};
use std::process::ExitCode;

/// A scene: its name, and what it measures.
type Scene = (&'static str, fn() -> anyhow::Result<Vec<Figure>>);

/// All scenes, in order.
const SCENES: [Scene; 11] = [
    ("polls", polls::measure),
    ("pages", pages::measure),
    ("sources", sources::measure),
    ("freshness", freshness::measure),
    ("lateness", lateness::measure),
    ("neighbor", neighbor::measure),
    ("guard", guard::measure),
    ("bombs", bombs::measure),
    ("feeds", feeds::measure),
    ("live", live::measure),
    ("copies", copies::measure),
];

fn main() -> anyhow::Result<ExitCode> {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let mut figures = Vec::new();
    for (name, measure) in SCENES {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            let before = baseline()?;
            let measured = measure().map_err(|error| error.context(format!("scene `{name}`")))?;
            let loop_secs = f64::midpoint(before, baseline()?);
            figures.extend(measured.into_iter().map(|figure| Figure { loop_secs, ..figure }));
        }
    }
    report::print(&figures);
    Ok(if figures.iter().all(Figure::is_met) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
