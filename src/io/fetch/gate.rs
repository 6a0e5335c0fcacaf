//! The gate before each host: one request at a time, in the order of asking, with a gap between.
//!
//! A host is an authority without its default port, so http and https of one name share a turn.

use super::super::clock::Clock;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as Turns, OwnedMutexGuard},
    time::Instant,
};

/// Hosts remembered before the first look for idle ones.
const PRUNE_MIN: usize = 1024;

/// No gap is longer: beyond this the sum of times could overflow.
const GAP_MAX: Duration = Duration::from_hours(366 * 24);

/// The hosts asked of late. One is enough for a process: fetchers that share it never ask a host at the same time.
#[derive(Debug)]
pub struct Gate {
    /// Tells the time and waits.
    clock: Clock,
    /// Those in use and those within their gap, and some that idle since the last pruning.
    hosts: Mutex<Hosts>,
}

/// A map that forgets idle hosts each time it has doubled: constant work for each request, and never more
/// than twice the hosts in use.
#[derive(Debug)]
struct Hosts {
    /// When each host may be asked next. The lock is the turn; tokio's is fair.
    free_at: HashMap<Box<str>, Arc<Turns<Instant>>>,
    /// Prune at this length.
    prune_at: usize,
}

/// The right to ask a host, until dropped.
#[derive(Debug)]
pub(super) struct Turn {
    /// When the host may be asked next: now, while the turn lasts.
    free_at: OwnedMutexGuard<Instant>,
    /// Least time from the end of this turn to the next.
    gap: Duration,
    /// Tells when the turn ends.
    clock: Clock,
}

impl Gate {
    /// A gate before every host.
    pub fn new(clock: Clock) -> Self {
        Self { clock, hosts: Mutex::new(Hosts { free_at: HashMap::new(), prune_at: PRUNE_MIN }) }
    }

    /// Waits for the turn at `host`, after which it is left alone for `gap`. Dropping the wait gives up the place in
    /// the queue and costs the next in line nothing.
    pub(super) async fn enter(&self, host: &str, gap: Duration) -> Turn {
        let turns = self.turns(host);
        let free_at = turns.lock_owned().await;
        if *free_at > self.clock.instant() {
            self.clock.sleep_until(*free_at).await;
        }
        Turn { free_at, gap: gap.min(GAP_MAX), clock: self.clock.clone() }
    }

    /// The queue of `host`.
    fn turns(&self, host: &str) -> Arc<Turns<Instant>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = hosts.free_at.get(host) {
            return Arc::clone(turns);
        }
        let now = self.clock.instant();
        if hosts.free_at.len() >= hosts.prune_at {
            // Whoever holds or awaits a turn took a share of it under this lock.
            let in_use = |turns: &Arc<_>| Arc::strong_count(turns) > 1;
            hosts.free_at.retain(|_, turns| in_use(turns) || turns.try_lock().is_ok_and(|free| *free > now));
            hosts.prune_at = PRUNE_MIN.max(hosts.free_at.len() * 2);
        }
        let turns = Arc::new(Turns::new(now));
        hosts.free_at.insert(host.into(), Arc::clone(&turns));
        turns
    }

    /// How many hosts are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).free_at.len()
    }

    /// When `host` may be asked next, unless it is being asked.
    #[cfg(test)]
    pub(super) fn free_at(&self, host: &str) -> Option<Instant> {
        self.turns(host).try_lock().ok().map(|free_at| *free_at)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.free_at = self.clock.instant() + self.gap;
    }
}
