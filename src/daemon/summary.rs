//! What a run came to, source by source.

use super::doors_of;
use crate::{
    model::{SourceId, Tally},
    pipeline::{DoorEnd, Polled, Source},
};
use std::{collections::BTreeMap, sync::Arc};

/// What came of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceSummary {
    /// Its doors.
    pub doors: usize,
    /// Polls that were answered.
    pub answered: u64,
    /// Polls that failed.
    pub failed: u64,
    /// Why the last of them failed: a stable code and words.
    pub failure: Option<(String, String)>,
    /// Its entries and their ends.
    pub tally: Tally,
}

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    sources: BTreeMap<SourceId, SourceSummary>,
    polls: u64,
}

impl Summary {
    pub(super) fn of(sources: &[Arc<Source>]) -> Self {
        let mut summary = Self::default();
        summary.adopt(sources);
        summary
    }

    pub(super) fn adopt(&mut self, sources: &[Arc<Source>]) {
        for (id, doors) in doors_of(sources) {
            self.sources.entry(id).or_default().doors = doors;
        }
    }

    pub(super) fn add(&mut self, source: &SourceId, polled: &Polled) {
        self.polls += 1;
        let summary = self.sources.entry(source.clone()).or_default();
        summary.tally.add(&polled.tally);
        match &polled.door {
            DoorEnd::Answered => summary.answered += 1,
            DoorEnd::NotAsked => {}
            DoorEnd::Failed { code, error, .. } => {
                summary.failed += 1;
                summary.failure = Some((code.clone(), error.clone()));
            }
        }
    }

    pub(super) fn panicked(&mut self, source: &SourceId) {
        self.polls += 1;
        let summary = self.sources.entry(source.clone()).or_default();
        summary.failed += 1;
        summary.failure = Some(("bug/panic".to_owned(), "a bug of khabar: the poll panicked".to_owned()));
    }

    /// Sources in the order of their ids.
    pub fn sources(&self) -> impl Iterator<Item = (&SourceId, &SourceSummary)> {
        self.sources.iter()
    }

    /// Doors in all.
    pub fn doors(&self) -> usize {
        self.sources.values().map(|source| source.doors).sum()
    }

    /// Polls so far.
    pub fn polls(&self) -> u64 {
        self.polls
    }

    /// Entries of all sources and their ends.
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.sources.values().for_each(|source| total.add(&source.tally));
        total
    }

    /// Whether at least one door answered, or none failed.
    pub fn any_worked(&self) -> bool {
        let is_none_failed = self.sources.values().all(|source| source.failed == 0);
        is_none_failed || self.sources.values().any(|source| source.answered > 0)
    }
}
