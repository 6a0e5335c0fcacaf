//! What the state knows of every configured door, read beside the running daemon.

use crate::{
    config::Config,
    io::store::Store,
    pipeline::{self, Door, DoorState, Source},
};
use jiff::Timestamp;
use std::{collections::BTreeMap, sync::Arc};

/// A configured door and what is known of it.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its source.
    pub source: Arc<Source>,
    /// What is known of it; the default where it was never polled.
    pub state: DoorState,
    /// Entries of it that wait for their pages.
    pub waiting: usize,
    at: usize,
}

impl Report {
    /// The door itself.
    pub fn door(&self) -> &Door {
        #[expect(clippy::indexing_slicing, reason = "`at` came from enumerating these doors")]
        &self.source.doors[self.at]
    }
}

/// Every configured door, in the order of the configuration.
pub fn report(config: &Config, now: Timestamp) -> Result<Vec<Report>, super::Error> {
    let store = Store::read(&config.settings.state_dir).map_err(pipeline::Error::from)?;
    let mut known = BTreeMap::new();
    if let Some(store) = &store {
        for row in store.doors().map_err(pipeline::Error::from)? {
            known.insert((row.source, row.url), DoorState::from_json(&row.state));
        }
    }
    let mut reports = Vec::new();
    for source in &config.sources {
        for (at, door) in source.doors.iter().enumerate() {
            let url = door.url.to_string();
            let mut state = known.remove(&(source.id.clone(), url.clone())).unwrap_or_default();
            if state.is_back(source.verified) {
                state = state.back();
            }
            // What a start will make of a time that is long past is a poll now.
            state.next = state.next.map(|next| next.max(now));
            let waiting = match &store {
                Some(store) => store.waiting_count(&source.id, &url).map_err(pipeline::Error::from)?,
                None => 0,
            };
            reports.push(Report { source: Arc::clone(source), state, waiting, at });
        }
    }
    Ok(reports)
}
