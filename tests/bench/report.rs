//! Figures, their bounds, and the loop they are compared with.

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use std::hint::black_box;

/// One measured figure.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: &'static str,
    /// What came out.
    pub(crate) value: f64,
    /// Of what.
    pub(crate) unit: &'static str,
    /// At most so much is promised; none where the figure only explains another.
    pub(crate) bound: Option<f64>,
    /// CPU seconds of the loop around this measurement.
    pub(crate) loop_secs: f64,
}

impl Figure {
    /// A figure with a promise.
    pub(crate) fn bounded(name: &'static str, value: f64, unit: &'static str, bound: f64) -> Self {
        Self { name, value, unit, bound: Some(bound), loop_secs: 0.0 }
    }

    /// A figure without one.
    pub(crate) fn told(name: &'static str, value: f64, unit: &'static str) -> Self {
        Self { name, value, unit, ..Self::default() }
    }

    /// Whether the promise is kept.
    pub(crate) fn is_met(&self) -> bool {
        self.bound.is_none_or(|bound| self.value <= bound)
    }
}

/// CPU seconds of hashing 64 MiB on this thread.
pub(crate) fn baseline() -> anyhow::Result<f64> {
    let block = vec![0x5a; 1 << 20];
    let before = thread_secs()?;
    for _ in 0..64 {
        black_box(Sha256::digest(black_box(&block)));
    }
    Ok(thread_secs()? - before)
}

/// CPU seconds of this thread so far.
pub(crate) fn thread_secs() -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = text.split(' ').next().context("schedstat is empty")?;
    Ok(nanos.parse::<f64>()? / 1e9)
}

/// Prints the table.
#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
pub(crate) fn print(figures: &[Figure]) {
    println!("{:<58}{:>10}{:>10}  {:<18}{:>9}", "", "measured", "at most", "", "loop");
    for figure in figures {
        let bound = figure.bound.map_or_else(String::new, |bound| format!("{bound:.3}"));
        let verdict = if figure.is_met() { "" } else { "  MISSED" };
        println!(
            "{:<58}{:>10.3}{bound:>10}  {:<18}{:>8.3}s{verdict}",
            figure.name, figure.value, figure.unit, figure.loop_secs
        );
    }
}
