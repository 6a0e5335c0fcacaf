//! An outage of our own network: doors that answered before do not any more, one after the other, and none does. Then
//! one poll at a time tries whether it is back, instead of all of them backing off for hours.

use crate::pipeline::{DoorEnd, DoorState, Polled};
use jiff::{SignedDuration, Timestamp};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::time::Instant;

/// Hosts in a row that answered before and do not now, after which it is our own network.
const HOSTS_MIN: usize = 8;

/// Between two polls that try whether it is back.
const PROBE: Duration = Duration::from_secs(10);

/// A door that was asked in vain is due again after so long.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// What has become of the network with one poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    None,
    /// An outage, noticed after so many doors.
    Begins(usize),
    /// An outage is over that began then.
    Ends(Timestamp),
}

/// Whether there is an outage.
#[derive(Debug, Default)]
pub(super) struct Outage {
    /// Hosts in a row that answered before and did not now.
    silent: BTreeSet<Arc<str>>,
    /// When the first of them was asked.
    since: Option<Timestamp>,
    /// While there is one, when the next poll may set off.
    probe: Option<Instant>,
}

/// The state of a door that could not answer for the outage: as before its poll, and due again soon.
pub(super) fn excused(state: DoorState, before: &DoorState, now: Timestamp) -> DoorState {
    let next = now.checked_add(AGAIN).ok();
    let DoorState { failures, failing, .. } = before.clone();
    DoorState { failures, failing, next, ready: next, ..state }
}

impl Outage {
    /// Whether there is one.
    pub(super) fn is_on(&self) -> bool {
        self.probe.is_some()
    }

    /// When a poll may set off, while there is an outage.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.probe
    }

    /// A poll sets off.
    pub(super) fn set_off(&mut self, now: Instant) {
        if let Some(probe) = &mut self.probe {
            *probe = now + PROBE;
        }
    }

    /// Takes in how a door of `host` took its poll; `before` is what was known of it.
    pub(super) fn take_in(
        &mut self,
        before: &DoorState,
        host: &Arc<str>,
        polled: &Polled,
        now: Instant,
    ) -> Turn {
        let reached = match &polled.door {
            DoorEnd::NotAsked => return Turn::None,
            DoorEnd::Answered => true,
            DoorEnd::Failed { reached, .. } => *reached,
        };
        if reached {
            self.silent.clear();
            let since = self.since.take();
            let was_on = self.probe.take().is_some();
            return since.filter(|_| was_on).map_or(Turn::None, Turn::Ends);
        }
        if before.answered.is_some() && before.failures == 0 {
            self.silent.insert(Arc::clone(host));
            self.since = self.since.or(polled.state.asked);
        }
        if self.probe.is_none() && self.silent.len() >= HOSTS_MIN {
            self.probe = Some(now);
            return Turn::Begins(self.silent.len());
        }
        Turn::None
    }
}
