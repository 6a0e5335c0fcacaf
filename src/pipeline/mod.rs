//! One poll of one door, from due to committed, as a straight line; the one place where stages meet.
//!
//! [`poll()`] reads like the line it is: look at the door, triage what it lists, read each new page, hand the
//! articles to the [`desk`], settle the door. Behind the desk the one [`Publisher`] owns state, tree and log.
//! Every entry seen ends in exactly one [`Outcome`](crate::model::Outcome).

mod covering;
pub mod desk;
pub mod door;
mod failure;
pub mod finding;
pub mod hosts;
mod leaves;
mod look;
pub mod manners;
mod pending;
mod plan;
mod poll;
mod publisher;
pub mod reading;
mod shelf;
mod source;
pub mod verify;

pub use desk::Desk;
pub use door::DoorState;
pub use hosts::{Hosts, Scope};
pub use poll::{Call, DoorEnd, NEW_MAX, Polled, poll};
pub use publisher::{Error, Id, Mended, Options, Publisher, Recognized, Triaged};
pub use shelf::DiskShelf;
pub use source::{CHILDREN_MAX, Door, DoorKind, Source};

use crate::{
    io::{clock::Clock, fetch::Fetch, observe::Observer},
    judges::schedule,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// What every poll works with.
#[derive(Debug, Clone)]
pub struct Context {
    /// The network, or a simulated one.
    pub fetch: Arc<dyn Fetch>,
    /// Where findings are handed in.
    pub desk: Desk,
    /// The time.
    pub clock: Clock,
    /// Told of everything that happens.
    pub observer: Arc<Observer>,
    /// What hosts ask of us.
    pub hosts: Arc<Hosts>,
    /// For what a server speaks that asks for time.
    pub scope: Scope,
    /// When doors are polled.
    pub schedule: Pace,
    /// What unseen entries have to come to before a door is asked: the same for all, steered to the budget.
    pub threshold: f64,
    /// How long a poll goes on beginning to read pages.
    pub patience: Duration,
    /// How long a request waits for its turn at a host; what waits longer keeps its place among all requests from others.
    pub turn_patience: Duration,
    /// Where parsing is done.
    pub pool: Arc<Pool>,
    /// Set when the daemon stops.
    pub stop: CancellationToken,
}

impl Context {
    /// Waits for `work`, but no longer than until the daemon stops.
    async fn until_stop<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => None,
            done = work => Some(done),
        }
    }

    fn stops(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// How a door of a source is polled.
    pub fn schedule_of(&self, source: &Source, door: &Door) -> schedule::Options {
        self.schedule.of(source, door)
    }
}

/// When doors are polled, as configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Time between two polls of a door whose rhythm is not known yet.
    pub interval: Duration,
    /// The least time between two polls of a feed, listing or sitemap whose rhythm is known.
    pub floor: Duration,
    /// The least time between two looks at a live page.
    pub live_floor: Duration,
    /// The greatest time between two polls of a healthy door.
    pub ceiling: Duration,
}

impl Pace {
    /// How a door of a source is polled. Its own least interval comes before the general one, and before the interval
    /// of a rhythm that is not known yet: whoever sets it has settled with the publisher how often is welcome.
    pub fn of(&self, source: &Source, door: &Door) -> schedule::Options {
        let floor = source.floor.unwrap_or(self.floor);
        let weight = match door.kind {
            DoorKind::Feed { .. } | DoorKind::Listing(_) | DoorKind::Sitemap | DoorKind::Live { .. } => 1.0,
        };
        if matches!(door.kind, DoorKind::Live { section: false, .. }) {
            let floor = source.floor.unwrap_or(self.live_floor);
            let ceiling = LIVE_CEILING.max(floor);
            return schedule::Options { interval: LIVE_INTERVAL.max(floor), floor, ceiling, weight };
        }
        let interval = source.floor.unwrap_or(self.interval);
        schedule::Options { interval, floor, ceiling: self.ceiling.max(floor), weight }
    }
}

/// A live page that fails is tried again after so long at first, and after so long at most.
const LIVE_INTERVAL: Duration = Duration::from_mins(1);
const LIVE_CEILING: Duration = Duration::from_mins(30);

/// The clock and the observer, for tasks that need no more.
#[derive(Debug, Clone)]
pub struct Clocked {
    /// The time.
    pub clock: Clock,
    /// Told of everything that happens.
    pub observer: Arc<Observer>,
}

/// A bounded place for work that takes milliseconds of processor time: at most one piece a core, so that
/// parsing cannot hold up the network.
#[derive(Debug)]
pub struct Pool {
    permits: Semaphore,
}

/// A piece of work panicked: a bug of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

impl Panicked {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        "bug/panic"
    }
}

impl Pool {
    /// A pool for `cores` pieces of work at a time.
    pub fn new(cores: usize) -> Self {
        Self { permits: Semaphore::new(cores.max(1)) }
    }

    /// Does a piece of work.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Panicked> {
        let _permit = self.permits.acquire().await.map_err(|_closed| Panicked)?;
        tokio::task::spawn_blocking(work).await.map_err(|_panic| Panicked)
    }
}

/// An error with its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
