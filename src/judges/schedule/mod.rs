//! When a door is polled next: a pure function of its history, the last outcome, the time and a seed.
//!
//! A request is spent where it finds most. [`History`] learns from each look how much a door publishes, at
//! which hours and whether in bursts; [`next`] plans the poll for when the entries to expect, each by the
//! square of its delay, cross a threshold; and [`Steering`] holds that one threshold for all doors so that
//! their polls spend the budget. Until a door was watched for a day it is polled at its interval.
//!
//! What a publisher asks for (Retry-After, max-age, hours to skip) only ever makes a poll later, within a
//! day. A door that fails backs off by doubling: from its interval where a server answered, from a minute
//! where none was reached. Up to a tenth of each wait (a fortieth where the rhythm chose it) is added by chance, so that doors drift apart and no
//! publisher sees a burst on the minute.
//!
//! # Why the square
//!
//! Of the sum of delays itself, the slow doors pay: polls find the most entries at fast ones, and a paper of
//! three entries a day waits for hours. Polling by the rate alone is worse still. The square costs a minute of
//! the mean and gains five at the 95th percentile, with fewer entries lost (polling.md, "Simulation").

mod bounds;
mod curve;
mod history;
mod live;
mod plan;
mod steer;

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

pub use bounds::{after, demand, not_before};
pub use history::{History, Observed};
pub use live::{COURSE_POSTS, Course, follow};
pub use plan::{Asks, Ended, Moment, Options, Planned, Why, next};
pub use steer::{Demand, Steering};

/// Longest wait that a publisher can ask for.
pub const WAIT_MAX: Duration = Duration::from_hours(24);

/// The first poll of a door that was never polled, when `doors` of them start at once: spread so that at
/// most about 20 start in a second, and at once when there is one.
pub fn first(doors: usize, now: Timestamp, seed: u64) -> Timestamp {
    let spread_ms = (doors as u64).saturating_mul(50);
    later(now, Duration::from_millis(scatter(seed) % spread_ms.max(1)))
}

/// Waits before each further try of an entry whose page could not be had. After the last, the entry is
/// written as a teaser.
pub const RETRIES: [Duration; 5] = [
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(20),
    Duration::from_hours(1),
    Duration::from_hours(4),
];

/// When an entry is tried again after `tries` failed ones; `None` when the last try is over.
pub fn retry(tries: u32, retry_after: Option<Duration>, now: Timestamp, seed: u64) -> Option<Timestamp> {
    let planned = RETRIES.get(tries.saturating_sub(1) as usize)?;
    let wait = (*planned).max(retry_after.unwrap_or_default()).min(WAIT_MAX);
    Some(later(now, jittered(wait, seed)))
}

/// `wait` and up to a tenth more.
fn jittered(wait: Duration, seed: u64) -> Duration {
    wait + jitter(wait, seed)
}

/// Up to a tenth of `wait`.
fn jitter(wait: Duration, seed: u64) -> Duration {
    let share = u32::try_from(scatter(seed) % 1000).unwrap_or_default();
    wait * share / 10_000
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(Timestamp::MAX)
}

/// One step of splitmix64: spreads any seed evenly over 64 bits.
fn scatter(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
