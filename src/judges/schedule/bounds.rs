//! What bounds a door's polls from outside: its publisher's word, and its share of the budget.

use super::{Asks, Demand, Ended, History, Options, WAIT_MAX, jitter, later};
use jiff::Timestamp;
use std::time::Duration;

/// Whoever was made to wait comes back within so long after it.
const SCATTER: Duration = Duration::from_mins(5);

/// Until when the publisher of a door that was polled at `now` does not want to be asked, whatever happens: max-age
/// or Expires of an answer up to the ceiling, Retry-After up to a day.
pub fn not_before(options: &Options, asks: &Asks, ended: Ended, now: Timestamp) -> Option<Timestamp> {
    let wait = match ended {
        Ended::Answered => asks.fresh_for.map(|fresh| fresh.min(options.ceiling)),
        Ended::Failed { retry_after, .. } => retry_after,
    };
    wait.filter(|wait| *wait > Duration::ZERO).map(|wait| later(now, wait.min(WAIT_MAX)))
}

/// When a door is polled that is to be left alone `until` then: a little later, so that not all that waited come at
/// once.
pub fn after(until: Timestamp, now: Timestamp, seed: u64) -> Timestamp {
    let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    later(until, jitter(wait, seed).min(SCATTER))
}

/// What a door would like of the budget.
pub fn demand(options: &Options, history: &History, fresh_for: Option<Duration>) -> Demand {
    let Options { interval, floor, ceiling, weight } = options;
    let per_day = history.per_day();
    if !history.is_learned() {
        let interval = *interval.max(floor);
        return Demand { per_day, weight: *weight, least: interval, most: interval };
    }
    let least = fresh_for.unwrap_or_default().min(*ceiling).max(*floor);
    Demand { per_day, weight: *weight, least, most: least.max(*ceiling) }
}
