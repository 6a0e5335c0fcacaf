//! `khabar verify`: whether the tree is what its log tells.

use super::{ConfigPath, check, console, exit};
use crate::{
    config,
    pipeline::verify::{self, Damage, Look},
};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    path: ConfigPath,
    /// Only how the days of the log follow each other, the newest of them, and its files
    #[arg(long)]
    quick: bool,
    /// Mend what the log and the files can mend; khabar must not run meanwhile
    #[arg(long, conflicts_with = "quick")]
    repair: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let path = config::locate(arguments.path.config.as_deref());
    let config = match config::load(&path) {
        Ok(config) => config,
        Err(faults) => return Ok(check::refuse(&faults)),
    };
    let settings = &config.settings;
    let how = Look { quick: arguments.quick, repair: arguments.repair };
    let proof = verify::verify(&settings.output.dir, &settings.state_dir, how)
        .map_err(crate::daemon::Error::Publisher)?;
    if arguments.json {
        let damage: Vec<_> = proof.damage.iter().map(to_json).collect();
        let told = json!({ "events": proof.events, "files": proof.files, "damage": damage });
        console::line(&told.to_string());
    } else {
        console::lines(&proof.damage.iter().map(in_words).collect::<Vec<_>>());
        let left = proof.damage.iter().filter(|damage| !damage.mended).count();
        let (events, files) = (proof.events, proof.files);
        console::line(&format!("{events} events and {files} files looked at, {left} damaged"));
    }
    Ok(if proof.is_whole() { exit::OK } else { exit::DISK })
}

fn in_words(damage: &Damage) -> String {
    let place = damage.line.map(|line| format!(":{line}")).unwrap_or_default();
    let mended = if damage.mended { " (mended)" } else { "" };
    format!("{}{place}: {}{mended}", damage.file, damage.what)
}

fn to_json(damage: &Damage) -> serde_json::Value {
    json!({ "file": damage.file, "line": damage.line, "what": damage.what, "mended": damage.mended })
}
