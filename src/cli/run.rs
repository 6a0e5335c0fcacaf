//! `khabar run`: the daemon in the foreground, or every source once.

use super::{ConfigPath, check, console, exit, logs};
use crate::{
    config::{self, Config},
    daemon::{self, Control, Setup, Summary},
    io::{
        clock::Clock,
        fetch::{Fetch, Gate, Http},
        observe::Observer,
    },
    model::Outcome,
    text::for_log,
};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    path: ConfigPath,
    /// Poll every source once, write what is new, and exit; 69 if not one source answered
    #[arg(long)]
    once: bool,
    /// With --once, print the summary as JSON
    #[arg(long, requires = "once")]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let path = config::locate(arguments.path.config.as_deref());
    let config = match config::load(&path) {
        Ok(config) => config,
        Err(faults) => return Ok(check::refuse(&faults)),
    };
    logs::start(if arguments.once { "warn" } else { "info" });
    // One thread for all that waits: what takes processor time or the disk has threads of its own, and going
    // from thread to thread was most of what a poll cost.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let (orders, control) = mpsc::channel(4);
        let setup = setup(config, path, control);
        #[expect(clippy::disallowed_methods, reason = "lives as long as the process and only sends orders")]
        let signals = tokio::spawn(pass_signals(orders)?);
        let ended = if arguments.once { once(setup, arguments.json).await } else { on_and_on(setup).await };
        signals.abort();
        ended
    });
    // What still reads or parses after the time to stop is over is left to the end of the process.
    runtime.shutdown_timeout(Duration::from_millis(100));
    ended
}

/// A daemon on the real network and clock.
fn setup(config: Config, path: PathBuf, control: mpsc::Receiver<Control>) -> Setup {
    let clock = Clock::system();
    let for_fetch = clock.clone();
    // One for the process: a host is asked one thing at a time also while a reload changes the settings.
    let gate = Arc::new(Gate::new(clock.clone()));
    Setup {
        config,
        load: Arc::new(move || config::load(&path)),
        fetch: Arc::new(move |options| {
            let http = Http::with_gate(options.clone(), for_fetch.clone(), Arc::clone(&gate))?;
            Ok(Arc::new(http) as Arc<dyn Fetch>)
        }),
        clock,
        observer: Arc::new(Observer::default()),
        probe: |_step| {},
        control,
    }
}

/// Signals as orders: TERM and INT stop, HUP reloads.
fn pass_signals(orders: mpsc::Sender<Control>) -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        loop {
            let order = tokio::select! {
                biased;
                _ = terminate.recv() => Control::Stop("SIGTERM".to_owned()),
                _ = interrupt.recv() => Control::Stop("SIGINT".to_owned()),
                _ = hang_up.recv() => Control::Reload,
            };
            if orders.send(order).await.is_err() {
                return;
            }
        }
    })
}

async fn on_and_on(setup: Setup) -> anyhow::Result<u8> {
    daemon::run(setup).await?;
    Ok(0)
}

async fn once(setup: Setup, as_json: bool) -> anyhow::Result<u8> {
    let output = setup.config.settings.output.dir.clone();
    let bar = progress_bar();
    let summary = daemon::run_once(setup, |summary| show_progress(&bar, summary)).await?;
    bar.finish_and_clear();
    if as_json {
        console::line(&json(&summary));
    } else {
        console::lines(&table(&summary));
        console::line(&format!("Articles are in {}", output.join("articles").display()));
    }
    Ok(if summary.any_worked() { 0 } else { exit::UNAVAILABLE })
}

/// On a terminal only.
fn progress_bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} doors  {msg}  {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn show_progress(bar: &ProgressBar, summary: &Summary) {
    // Adding up ten thousand sources after each of ten thousand polls is for eyes only.
    if bar.is_hidden() {
        return;
    }
    let total = summary.total();
    bar.set_length(summary.doors() as u64);
    bar.set_position(summary.polls());
    bar.set_message(format!(
        "{} new, {} updated",
        total.ended(Outcome::Published),
        total.ended(Outcome::Updated)
    ));
}

/// The ends that have a column of the table, with their headings.
const COLUMNS: [(Outcome, &str); 7] = [
    (Outcome::Published, "new"),
    (Outcome::Updated, "updated"),
    (Outcome::Duplicate, "copies"),
    (Outcome::Unchanged, "known"),
    (Outcome::Deferred, "later"),
    (Outcome::NotArticle, "none"),
    (Outcome::Failed, "failed"),
];

/// One line a source, then the sum; at most 80 columns but for failures.
fn table(summary: &Summary) -> Vec<String> {
    let row = |name: &str, tally: &crate::model::Tally| {
        let counts: Vec<String> =
            COLUMNS.iter().map(|(outcome, _)| format!("{:>8}", tally.ended(*outcome))).collect();
        format!("{name:<16}{:>6}{}", tally.seen, counts.concat())
    };
    let headings: Vec<String> = COLUMNS.iter().map(|(_, heading)| format!("{heading:>8}")).collect();
    let mut lines = vec![format!("{:<16}{:>6}{}", "source", "seen", headings.concat())];
    for (id, source) in summary.sources() {
        lines.push(row(&id.0, &source.tally));
        if let Some((code, error)) = &source.failure {
            lines.push(format!("  {code}: {}", for_log(error)));
        }
    }
    lines.push(row("all", &summary.total()));
    lines
}

/// The summary as JSON, made of the text of each source: ten thousand of them as values take 20 MB.
fn json(summary: &Summary) -> String {
    let counts = |tally: &crate::model::Tally| {
        let mut counts = serde_json::Map::new();
        counts.insert("seen".to_owned(), tally.seen.into());
        for outcome in Outcome::ALL {
            counts.insert(outcome.name().to_owned(), tally.ended(outcome).into());
        }
        counts
    };
    let sources = summary.sources().map(|(id, source)| {
        let failure =
            source.failure.as_ref().map(|(code, error)| serde_json::json!({ "code": code, "error": error }));
        serde_json::json!({
            "source": id, "doors": source.doors, "answered": source.answered, "failed": source.failed,
            "failure": failure, "entries": counts(&source.tally),
        })
        .to_string()
    });
    let entries = serde_json::Value::Object(counts(&summary.total()));
    format!("{{\"sources\":[{}],\"entries\":{entries}}}", sources.collect::<Vec<_>>().join(","))
}
