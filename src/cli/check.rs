//! `khabar check`: the whole configuration, all faults of all files at once.

use super::{ConfigPath, console, exit};
use crate::config::{self, Fault};
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    path: ConfigPath,
    /// Print faults as JSON, one a line
    #[arg(long)]
    json: bool,
}

/// Checks, and says what is wrong.
pub(super) fn check(arguments: &Arguments) -> u8 {
    let path = config::locate(arguments.path.config.as_deref());
    let (faults, sources) = match config::load(&path) {
        Ok(config) => (config.warnings, Some(config.sources)),
        Err(faults) => (faults, None),
    };
    for fault in &faults {
        show(fault, arguments.json);
    }
    let Some(sources) = sources else { return exit::CONFIG };
    if !arguments.json {
        let enabled = sources.iter().filter(|source| source.enabled).count();
        let doors: usize =
            sources.iter().filter(|source| source.enabled).map(|source| source.doors.len()).sum();
        console::line(&format!(
            "{}: sound; {enabled} of {} sources enabled, {doors} doors",
            path.display(),
            sources.len()
        ));
    }
    0
}

/// Shows faults of a configuration that cannot be used.
pub(super) fn refuse(faults: &[Fault]) -> u8 {
    for fault in faults {
        show(fault, false);
    }
    exit::CONFIG
}

fn show(fault: &Fault, as_json: bool) {
    if !as_json {
        let color = if fault.is_error() { console::Color::Red } else { console::Color::Yellow };
        let text = fault.to_string();
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        console::note(&format!("{}\n{rest}", console::paint(first, color)));
        return;
    }
    let severity = if fault.is_error() { "error" } else { "warning" };
    let line = serde_json::json!({
        "severity": severity, "file": fault.file, "line": fault.line, "column": fault.column,
        "message": fault.message, "hint": fault.hint,
    });
    console::line(&line.to_string());
}
