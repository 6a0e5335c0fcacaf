//! How fast polls set off, and how late they do.

use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// Polls that may set off in a second, whatever the budget: no more than a start makes.
const LEAST_PER_SEC: f64 = 20.0;

/// Of the budget, what may set off in a second: news comes in waves.
const ABOVE_BUDGET: f64 = 2.0;

/// Polls that may set off at once after a quiet while.
const AT_ONCE: u32 = 20;

/// Bounds how many polls set off: one each `gap` on average, and a few at once.
#[derive(Debug)]
pub(super) struct Rate {
    gap: Duration,
    /// When the next poll could set off if no two ever did at once.
    next: Instant,
}

impl Rate {
    pub(super) fn new(now: Instant) -> Self {
        Self { gap: Duration::ZERO, next: now }
    }

    /// Bounds for a budget of so many polls a second.
    pub(super) fn set(&mut self, budget_per_sec: f64) {
        self.gap = Duration::from_secs_f64(1.0 / (budget_per_sec * ABOVE_BUDGET).max(LEAST_PER_SEC));
    }

    /// When the next poll may set off.
    pub(super) fn next_at(&self) -> Instant {
        self.next.checked_sub(self.gap * AT_ONCE).unwrap_or(self.next)
    }

    /// A poll sets off.
    pub(super) fn took(&mut self, now: Instant) {
        self.next = self.next.max(now) + self.gap;
    }
}

/// Polls whose lateness is remembered.
const REMEMBERED: usize = 2000;

/// How late polls set off, of the last two thousand.
#[derive(Debug, Default)]
pub(super) struct Lateness {
    last: VecDeque<Duration>,
}

impl Lateness {
    /// Notes a poll that was late by so much; none where it did not set off for its time.
    pub(super) fn note(&mut self, late: Option<Duration>) {
        let Some(late) = late else { return };
        if self.last.len() >= REMEMBERED {
            self.last.pop_front();
        }
        self.last.push_back(late);
    }

    /// What 99 of 100 polls do not exceed.
    pub(super) fn p99(&self) -> Duration {
        let mut sorted: Vec<Duration> = self.last.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() * 99 / 100).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Lateness, Rate};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_few_set_off_at_once_and_then_one_each_gap() {
        let start = Instant::now();
        let mut rate = Rate::new(start);
        rate.set(0.0);
        let mut set_off = 0;
        while rate.next_at() <= start {
            rate.took(start);
            set_off += 1;
        }
        assert_eq!(set_off, 21);
        let second = start + Duration::from_secs(1);
        while rate.next_at() <= second {
            rate.took(second);
            set_off += 1;
        }
        assert_eq!(set_off, 41);
    }

    #[test]
    fn lateness_is_told_of_the_last_polls() {
        let mut lateness = Lateness::default();
        assert_eq!(lateness.p99(), Duration::ZERO);
        for secs in (0..5000).rev() {
            lateness.note(Some(Duration::from_secs(secs)));
            lateness.note(None);
        }
        assert_eq!(lateness.p99(), Duration::from_mins(33));
    }
}
