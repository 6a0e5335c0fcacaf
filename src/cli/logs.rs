//! Where logs go: people on a terminal, the journal under systemd, JSON lines otherwise.

use std::io::{self, IsTerminal as _};
use tracing_subscriber::{
    EnvFilter, Layer, Registry, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Sets logging up for this process. `KHABAR_LOG` sets the level or a filter (`debug`,
/// `khabar::io::observe=trace`); without it, `default`.
pub(super) fn start(default: &str) {
    let filter = EnvFilter::try_from_env("KHABAR_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // A second start in one process would be refused; the first one stays in force.
    drop(Registry::default().with(layer().with_filter(filter)).try_init());
}

fn layer() -> Box<dyn Layer<Registry> + Send + Sync> {
    if std::env::var_os("JOURNAL_STREAM").is_some()
        && let Ok(journal) = tracing_journald::layer()
    {
        return Box::new(journal);
    }
    if io::stderr().is_terminal() {
        let plain = tracing_subscriber::fmt::layer().with_target(false).with_writer(io::stderr);
        return Box::new(plain.with_ansi(super::console::wants_color()));
    }
    Box::new(
        tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_target(false)
            .with_writer(io::stderr),
    )
}
