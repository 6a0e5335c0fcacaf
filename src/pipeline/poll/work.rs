//! An entry whose page is to be read, now or in a later poll.

use crate::{
    io::{fetch::Validators, store::WaitingRow},
    model::Entry,
    pipeline::{finding::Sketch, look, pending::Pending},
};
use jiff::Timestamp;

/// Why an entry waits whose page was never asked for.
pub(super) const NEW: &str = "entry/new";

/// An entry to be read.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) entry: Entry,
    pub(super) sketch: Sketch,
    pub(super) tries: u32,
    pub(super) is_new: bool,
    pub(super) validators: Validators,
    // Since when it is put off although nothing was asked for.
    pub(super) since: Option<Timestamp>,
    // Whether the log tells already that it was put off.
    pub(super) is_told: bool,
}

impl Work {
    /// It waits for another poll.
    pub(super) fn waits(&self, due: Timestamp, reason: &str) -> WaitingRow {
        let pending = Pending {
            entry: self.entry.clone(),
            shares_address: self.sketch.address.is_none(),
            is_known: !self.is_new,
            validators: self.validators.clone(),
            since: self.since,
        };
        WaitingRow {
            key: self.entry.key.clone(),
            entry: pending.to_json(),
            tries: self.tries,
            due: due.as_millisecond(),
            reason: reason.to_owned(),
            marks: self.sketch.marks,
        }
    }

    /// It waits on, now known, for pages of its article that could not be had.
    pub(super) fn waits_for_rest(&self, due: Timestamp, reason: &str) -> WaitingRow {
        let known = Self {
            entry: self.entry.clone(),
            sketch: self.sketch.clone(),
            tries: self.tries + 1,
            is_new: false,
            validators: Validators::default(),
            since: None,
            is_told: true,
        };
        known.waits(due, reason)
    }

    /// What waited.
    pub(super) fn of_row(row: &WaitingRow) -> Option<Self> {
        let Pending { entry, shares_address, is_known, validators, since } = Pending::from_json(&row.entry)?;
        let mut sketch = look::sketch(&entry, row.marks);
        sketch.address = sketch.address.filter(|_| !shares_address);
        let is_told = row.reason != NEW;
        Some(Self { entry, sketch, tries: row.tries, is_new: !is_known, validators, is_told, since })
    }
}
