//! The only reader of wall and monotonic time; the layers below are given `now`.
//!
//! Waiting is always on tokio's clock, which a test may pause. The simulated clock derives the wall from
//! that same clock, so that a test that advances tokio's time moves the calendar with it and both never
//! drift apart. It must never know what the time is used for.
#![expect(clippy::disallowed_methods, reason = "this module is the one reader of the wall clock")]

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::time::Instant;

/// Tells the time and waits. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Clock {
    source: Source,
}

/// Where the wall time comes from.
#[derive(Debug, Clone)]
enum Source {
    /// The system's clock, which may jump.
    System,
    /// A calendar that starts at `start` when tokio's clock shows `epoch`.
    Simulated {
        /// Wall time at `epoch`.
        start: Timestamp,
        /// Monotonic time at `start`.
        epoch: Instant,
    },
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self { source: Source::System }
    }

    /// A calendar that shows `start` now and goes on as tokio's clock goes.
    pub fn simulated(start: Timestamp) -> Self {
        Self { source: Source::Simulated { start, epoch: Instant::now() } }
    }

    /// Wall time.
    pub fn now(&self) -> Timestamp {
        match &self.source {
            Source::System => Timestamp::now(),
            Source::Simulated { start, epoch } => {
                let elapsed = SignedDuration::try_from(epoch.elapsed()).unwrap_or(SignedDuration::MAX);
                start.saturating_add(elapsed).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Monotonic time.
    pub fn instant(&self) -> Instant {
        Instant::now()
    }

    /// Waits until `deadline`; at once when it has passed.
    pub async fn sleep_until(&self, deadline: Instant) {
        tokio::time::sleep_until(deadline).await;
    }

    /// Waits for `duration`.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
