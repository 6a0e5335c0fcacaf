//! `khabar import` and `khabar export`: the lists of feeds that other readers keep, as sources and back.

use super::{ConfigPath, check, console, exit, stage};
use crate::{
    config::{self, Config, Draft, DraftDoor, DraftKind, Ids},
    pipeline::DoorKind,
    readers::feed::opml::{self, Subscription},
    text::for_log,
};
use anyhow::Context as _;
use clap::Args;
use std::{collections::BTreeSet, path::PathBuf};
use url::Url;

#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    path: ConfigPath,
    /// The list, as other readers export it
    #[arg(value_name = "FILE.opml")]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    path: ConfigPath,
}

/// Prints each feed of a list that is not configured yet as a source.
pub(super) fn import(arguments: &Import) -> anyhow::Result<u8> {
    let config = match config::load(&config::locate(arguments.path.config.as_deref())) {
        Ok(config) => config,
        Err(faults) => return Ok(check::refuse(&faults)),
    };
    let file = arguments.file.display();
    let bytes = stage::bytes(&arguments.file).with_context(|| format!("cannot read {file}"))?;
    let Some(opml) = opml::read(&bytes) else {
        console::error(&format!("{file} is no OPML: it has no <opml> element"));
        return Ok(exit::UNAVAILABLE);
    };
    let mut known = known(&config);
    let mut ids = Ids::of(&config);
    let (mut sources, mut repeated, mut skipped) = (0, 0, opml.skipped);
    for feed in &opml.feeds {
        let Some(url) = Url::parse(&feed.url).ok().filter(config::is_door_url) else {
            skipped.push(format!("{} ({})", feed.title, feed.url));
            continue;
        };
        if !known.insert(url.clone()) {
            repeated += 1;
            continue;
        }
        if sources > 0 {
            console::line("");
        }
        sources += 1;
        console::line(draft(&mut ids, feed, url).to_string().trim_end());
    }
    console::note(&format!(
        "{sources} sources, {repeated} configured already or listed twice, {} left out",
        skipped.len()
    ));
    for outline in &skipped {
        console::note(&format!("  no address of a feed: {}", for_log(outline)));
    }
    Ok(exit::OK)
}

/// The feeds that are configured.
fn known(config: &Config) -> BTreeSet<Url> {
    config.sources.iter().flat_map(|source| &source.doors).map(|door| door.url.clone()).collect()
}

fn draft(ids: &mut Ids, feed: &Subscription, url: Url) -> Draft {
    let home = feed.home.as_ref().and_then(|home| Url::parse(home).ok());
    Draft {
        id: ids.take(home.as_ref().unwrap_or(&url)),
        name: feed.title.clone(),
        home,
        tags: config::sound_tags(&feed.tags),
        doors: vec![DraftDoor { kind: DraftKind::Feed, url, notes: Vec::new(), is_comment: false }],
        ..Draft::default()
    }
}

/// Prints the configured feeds as OPML 2.0.
pub(super) fn export(arguments: &Export) -> u8 {
    let config = match config::load(&config::locate(arguments.path.config.as_deref())) {
        Ok(config) => config,
        Err(faults) => return check::refuse(&faults),
    };
    let feeds: Vec<Subscription> = config
        .sources
        .iter()
        .flat_map(|source| {
            let feeds = source.doors.iter().filter(|door| matches!(door.kind, DoorKind::Feed { .. }));
            feeds.map(|door| Subscription {
                title: if source.name.is_empty() { source.id.to_string() } else { source.name.clone() },
                url: door.url.to_string(),
                home: source.home.as_ref().map(Url::to_string),
                tags: source.tags.clone(),
            })
        })
        .collect();
    console::line(&opml::write("khabar", &feeds));
    exit::OK
}
