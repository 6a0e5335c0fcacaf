//! When a door is polled next: a pure function of its history, the last outcome, the time and a seed.
//!
//! A door that answers is polled at its interval, never earlier and up to a tenth later, so that doors
//! drift apart and no publisher sees a burst on the minute. A door that fails backs off by doubling: from its
//! interval where a server answered, from a minute where none was reached. What
//! a publisher asks for (Retry-After, max-age) only ever makes the next poll later, within a day.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Longest wait that a publisher can ask for.
pub const WAIT_MAX: Duration = Duration::from_hours(24);

/// First wait after a failure in which no server was reached.
const UNREACHED: Duration = Duration::from_mins(1);

/// Bounds of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Time between two polls of a door about which nothing else is known.
    pub interval: Duration,
    /// Longest time between two polls of a door, back-off included.
    pub ceiling: Duration,
}

/// How the last poll of a door ended, as far as the schedule cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It answered; the publisher asks not to come back before `not_before`.
    Answered {
        /// max-age or Expires of the answer.
        fresh_for: Option<Duration>,
    },
    /// It failed, for the `failures`-th time in a row.
    Failed {
        /// Failures in a row, this one included.
        failures: u32,
        /// Whether a server answered. Where none did, asking again soon costs nobody anything, and an outage of
        /// our own ends unnoticed.
        reached: bool,
        /// Retry-After of the answer.
        retry_after: Option<Duration>,
    },
}

/// The next poll of a door that was polled at `now`. `seed` (any number that differs from door to door and
/// from poll to poll) decides the jitter, 0 to 10 % on top.
pub fn next(options: &Options, ended: Ended, now: Timestamp, seed: u64) -> Timestamp {
    let wait = match ended {
        Ended::Answered { fresh_for } => {
            options.interval.max(fresh_for.unwrap_or_default().min(options.ceiling))
        }
        Ended::Failed { failures, reached, retry_after } => {
            let first = if reached { options.interval * 2 } else { options.interval.min(UNREACHED) };
            let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(16));
            doubled.min(options.ceiling.max(options.interval)).max(retry_after.unwrap_or_default())
        }
    };
    later(now, jittered(wait.min(WAIT_MAX), seed))
}

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
    let share = u32::try_from(scatter(seed) % 1000).unwrap_or_default();
    wait + wait * share / 10_000
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
