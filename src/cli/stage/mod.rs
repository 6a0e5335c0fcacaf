//! `khabar stage`: one stage alone, offline, on files, one JSON object a line. It opens no socket, needs no
//! configuration and goes through exactly the code the daemon uses.

mod article;
mod date;
mod dedup;
mod feed;
mod input;
mod live;

pub(super) use input::bytes;
pub(super) use live::{coverage, posts};

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Stage {
    /// Read feeds
    Feed(feed::Arguments),
    /// Read article pages, or the flattened text of such (.txt)
    Article(article::Arguments),
    /// Read live pages, lists of short articles and the JSON of live-blog systems
    Live(live::Arguments),
    /// Tell which articles are copies of earlier ones: {"id", "outlet", "url", "time", "title", "body"} a line
    Dedup(dedup::Arguments),
    /// Read date lines: {"line", "`source_zone`", "now"} one a line on standard input
    Date,
}

pub(super) fn run(stage: &Stage) -> anyhow::Result<u8> {
    match stage {
        Stage::Feed(arguments) => feed::run(arguments),
        Stage::Article(arguments) => article::run(arguments),
        Stage::Live(arguments) => live::run(arguments),
        Stage::Dedup(arguments) => dedup::run(arguments),
        Stage::Date => date::run(),
    }
}
