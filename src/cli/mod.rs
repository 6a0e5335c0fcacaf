//! The commands: arguments, what people see, exit codes. One small file a command.

mod check;
mod console;
mod diff;
mod discover;
mod logs;
mod opml;
mod run;
mod schema;
mod stage;
mod status;
mod trial;
mod verify;

use clap::{Args, Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// Exit codes, after sysexits.h.
mod exit {
    pub(super) const OK: u8 = 0;
    pub(super) const USAGE: u8 = 64;
    /// `run --once`: not one source worked.
    pub(super) const UNAVAILABLE: u8 = 69;
    pub(super) const BUG: u8 = 70;
    pub(super) const DISK: u8 = 74;
    pub(super) const CONFIG: u8 = 78;
}

/// Live news feed aggregator: polls feeds and listings, extracts articles, recognizes duplicates, writes
/// files for programs and people.
#[derive(Debug, Parser)]
#[command(name = "khabar", version, propagate_version = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Poll the configured sources and write what is new, until stopped
    Run(run::Arguments),
    /// Check the whole configuration: all faults of all files at once
    Check(check::Arguments),
    /// Show every source: its last and next poll and why then, its rate, and its failures in words
    Status(status::Arguments),
    /// Prove that the files are what the event log tells, and name what is not
    Verify(verify::Arguments),
    /// Show what changed between two revisions of an article, word by word
    Diff(diff::Arguments),
    /// Fetch one feed, listing or article and show what would be written; writes nothing
    Try(trial::Arguments),
    /// Find where a site lists its news, and print it as a source ready to save
    Discover(discover::Arguments),
    /// Print the feeds of an OPML file as sources ready to save
    Import(opml::Import),
    /// Print the configured feeds as OPML
    Export(opml::Export),
    /// Print the JSON Schema of the article files
    Schema,
    /// Run one stage alone, offline, on files
    #[command(subcommand)]
    Stage(stage::Stage),
}

/// Where the configuration is.
#[derive(Debug, Args)]
struct ConfigPath {
    /// Main configuration file; its sources lie beside it in sources.d
    /// [default: /etc/khabar/khabar.toml, then ./config/khabar.toml]
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
}

/// Runs the command of the process's arguments.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nothing better can be done when the message cannot be shown.
            drop(error.print());
            return if error.use_stderr() { ExitCode::from(exit::USAGE) } else { ExitCode::SUCCESS };
        }
    };
    let ended = match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Check(arguments) => Ok(check::check(&arguments)),
        Command::Status(arguments) => status::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Try(arguments) => trial::run(&arguments),
        Command::Discover(arguments) => discover::run(&arguments),
        Command::Import(arguments) => opml::import(&arguments),
        Command::Export(arguments) => Ok(opml::export(&arguments)),
        Command::Schema => Ok(schema::run()),
        Command::Stage(stage) => stage::run(&stage),
    };
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            console::error(&format!("{error:#}"));
            ExitCode::from(code_of(&error))
        }
    }
}

/// The exit code of an error, by what it is about.
fn code_of(error: &anyhow::Error) -> u8 {
    use crate::daemon;
    if let Some(console::Usage(_)) = error.downcast_ref() {
        return exit::USAGE;
    }
    match error.downcast_ref::<daemon::Error>() {
        Some(
            daemon::Error::Publisher(_)
            | daemon::Error::Late(_)
            | daemon::Error::Desk(crate::pipeline::desk::Stopped::Storage(_)),
        ) => exit::DISK,
        Some(daemon::Error::Fetch(_)) => exit::CONFIG,
        None if error.downcast_ref::<std::io::Error>().is_some() => exit::DISK,
        Some(daemon::Error::Desk(crate::pipeline::desk::Stopped::Panicked)) | None => exit::BUG,
    }
}
