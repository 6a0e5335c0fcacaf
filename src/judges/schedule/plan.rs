//! When a door is polled next, from its rhythm, its publisher's wishes and the way the last poll ended.

use super::{WAIT_MAX, curve::Curve, history::History, jitter, later};
use crate::model::Hints;
use jiff::{Timestamp, civil::Weekday, tz::Offset};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// First wait after a failure in which no server was reached.
const UNREACHED: Duration = Duration::from_mins(1);

/// First wait after a refusal or 429: an hour at least (polling.md, item 13).
const REFUSED: Duration = Duration::from_hours(1);

/// Longest wait after 429 or 503, unless Retry-After names more (the same item).
const BUSY_MAX: Duration = Duration::from_hours(4);

/// Least ceiling of the back-off from a door that refuses: nothing but a hand will change its mind.
const REFUSED_MAX: Duration = Duration::from_hours(6);

/// Share of the listed entries that may be replaced between two looks. Twice as many as expected still do
/// not push any out (polling.md, the window guard).
const WINDOW_SHARE: f64 = 0.5;

/// How one door is to be polled.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Time between two polls until the door is learned.
    pub interval: Duration,
    /// Least time between two polls once it is learned.
    pub floor: Duration,
    /// Longest time between two polls, back-off included.
    pub ceiling: Duration,
    /// How much an unseen entry counts: 1 for a feed, more for a live page.
    pub weight: f64,
}

/// What a publisher asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asks {
    /// max-age or Expires of the last answer.
    pub fresh_for: Option<Duration>,
    /// The feed's own words.
    pub hints: Hints,
}

/// How the last poll of a door ended, as far as the schedule cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It answered.
    Answered,
    /// It failed, for the `failures`-th time in a row.
    Failed {
        /// Failures in a row, this one included.
        failures: u32,
        /// Whether a server answered. Where none did, asking again soon costs nobody anything, and an outage
        /// of our own ends unnoticed.
        reached: bool,
        /// Whether we are not wanted: a challenge page, 401, 403, a wall of login or consent.
        refused: bool,
        /// Retry-After of the answer.
        retry_after: Option<Duration>,
        /// Status of the answer; 0 where there was none.
        status: u16,
    },
}

/// Why the next poll is when it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The door is not learned yet, so it is its interval.
    #[default]
    Learning,
    /// Enough unseen entries are expected by then.
    Expected,
    /// They are expected sooner, but this is the least.
    Floor,
    /// They are expected later, but this is the most.
    Ceiling,
    /// Entries could scroll off unseen.
    Window,
    /// max-age or Expires.
    MaxAge,
    /// `ttl` or `sy:updatePeriod`.
    Hint,
    /// `skipHours` or `skipDays`.
    Skip,
    /// Retry-After.
    RetryAfter,
    /// The last poll failed.
    Backoff,
    /// The coverage is over.
    Ended,
}

impl Why {
    /// The stable code, as serde writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Learning => "learning",
            Self::Expected => "expected",
            Self::Floor => "floor",
            Self::Ceiling => "ceiling",
            Self::Window => "window",
            Self::MaxAge => "max_age",
            Self::Hint => "hint",
            Self::Skip => "skip",
            Self::RetryAfter => "retry_after",
            Self::Backoff => "backoff",
            Self::Ended => "ended",
        }
    }
}

/// The moment of the decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The time.
    pub now: Timestamp,
    /// Any number that differs from door to door and from poll to poll: it decides the jitter.
    pub seed: u64,
    /// The threshold of [`super::Steering`].
    pub threshold: f64,
    /// Seconds east of UTC of the source's clocks.
    pub offset_secs: i32,
}

/// The next poll.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Planned {
    /// The earliest time that is fine.
    pub ready: Timestamp,
    /// That time and up to a tenth of the wait on top; a fortieth where the door's rhythm chose it.
    pub next: Timestamp,
    /// What decided.
    pub why: Why,
    /// Unseen entries expected at `ready`.
    pub expected: f64,
}

/// The next poll of a door that was polled just now.
///
/// The door's rhythm proposes a time, its publisher may only make it later, and the window guard keeps
/// entries from scrolling off unseen; no rule goes below the floor.
pub fn next(options: &Options, history: &History, asks: &Asks, ended: Ended, moment: Moment) -> Planned {
    let curve = history.curve(moment.now, moment.offset_secs);
    let (wait, why) = match ended {
        Ended::Answered => {
            let wanted = wanted(options, history, &curve, moment.threshold);
            let least = asks.hints.least.map(|least| least.min(options.ceiling));
            let hinted = or_longer(wanted, least, Why::Hint);
            let window = window(options, history, &curve, hinted.0);
            let guarded = window.map_or(hinted, |window| (window, Why::Window));
            or_longer(guarded, asks.fresh_for.map(|fresh| fresh.min(options.ceiling)), Why::MaxAge)
        }
        Ended::Failed { failures, reached, refused, retry_after, status } => {
            let (first, most) = match retry_after {
                // A server that names its time is taken at its word.
                Some(_) if is_busy(status) && !refused => {
                    let interval = options.interval.max(options.floor);
                    (interval, interval)
                }
                _ => backoff(options, (reached, refused, status)),
            };
            let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(most.max(first));
            or_longer((doubled, Why::Backoff), retry_after, Why::RetryAfter)
        }
    };
    let wait = wait.min(WAIT_MAX);
    let ready = later(moment.now, wait);
    let allowed = allowed(&asks.hints, moment.now, ready);
    let (ready, why) = if allowed > ready { (allowed, Why::Skip) } else { (ready, why) };
    let next = scattered(&asks.hints, moment, (ready, why));
    let expected = curve.count(ready.duration_since(moment.now).as_secs_f64());
    Planned { ready, next, why, expected }
}

/// The wait that the rhythm alone proposes.
fn wanted(options: &Options, history: &History, curve: &Curve, threshold: f64) -> (Duration, Why) {
    if !history.is_learned() {
        return (options.interval.max(options.floor), Why::Learning);
    }
    let ceiling = options.ceiling.min(WAIT_MAX).max(options.floor);
    let is_due = |secs| options.weight * curve.cost(secs) >= threshold;
    if is_due(options.floor.as_secs_f64()) {
        return (options.floor, Why::Floor);
    }
    match earliest(options.floor, ceiling, is_due) {
        Some(wait) => (wait, Why::Expected),
        None => (ceiling, Why::Ceiling),
    }
}

/// The longest wait in which no entry is likely to scroll off, where that is less than `wait`.
fn window(options: &Options, history: &History, curve: &Curve, wait: Duration) -> Option<Duration> {
    let most = WINDOW_SHARE * f64::from(history.listed());
    if most <= 0.0 {
        return None;
    }
    let full = earliest(Duration::ZERO, wait, |secs| curve.count(secs) >= most)?;
    Some(full.max(options.floor)).filter(|window| *window < wait)
}

/// The earliest time between two, to the second, at which `is_due`, which stays so once it is.
fn earliest(from: Duration, until: Duration, is_due: impl Fn(f64) -> bool) -> Option<Duration> {
    let (mut early, mut late) = (from.as_secs_f64(), until.as_secs_f64());
    if !is_due(late) {
        return None;
    }
    while late - early > 1.0 {
        let middle = early.midpoint(late);
        if is_due(middle) { late = middle } else { early = middle }
    }
    Some(Duration::from_secs_f64(late))
}

/// `wait`, or what is asked for where that is longer.
fn or_longer(wait: (Duration, Why), other: Option<Duration>, why: Why) -> (Duration, Why) {
    match other {
        Some(other) if other > wait.0 => (other, why),
        _ => wait,
    }
}

/// Whether a server with this status asks for time.
fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 503)
}

/// First and longest wait after a failure that names none: (whether a server was reached, whether it refused us, its status).
fn backoff(options: &Options, failure: (bool, bool, u16)) -> (Duration, Duration) {
    let Options { interval, floor, ceiling, .. } = options;
    let interval = interval.max(floor);
    match failure {
        (false, ..) => (UNREACHED.min(*interval), *ceiling.max(interval)),
        (true, true, _) => (REFUSED.max(*floor), REFUSED_MAX.max(*ceiling)),
        (true, false, 429) => (REFUSED.max(*floor), BUSY_MAX),
        (true, false, 503) => (*interval, BUSY_MAX),
        (true, false, _) => (*interval * 2, *ceiling.max(interval)),
    }
}

/// The first time from `ready` on that lies in no hour or day to skip; `ready` where all of a day's are, or
/// where the wait would be too long.
fn allowed(hints: &Hints, now: Timestamp, ready: Timestamp) -> Timestamp {
    let hours = (0..24).map(|hour| next_hour(ready, hour));
    let bound = later(now, WAIT_MAX);
    hours
        .take_while(|time| *time <= bound || *time == ready)
        .find(|time| !is_skipped(hints, *time))
        .unwrap_or(ready)
}

/// `time`, or the start of the `nth` hour after it.
fn next_hour(time: Timestamp, nth: u32) -> Timestamp {
    if nth == 0 {
        return time;
    }
    let into = u64::try_from(time.as_second().rem_euclid(3_600)).unwrap_or_default();
    later(time, Duration::from_secs(u64::from(nth) * 3_600 - into))
}

fn is_skipped(hints: &Hints, time: Timestamp) -> bool {
    if hints.skip_hours == 0 && hints.skip_days == 0 {
        return false;
    }
    let utc = Offset::UTC.to_datetime(time);
    let (hour, day) = (utc.hour(), utc.weekday().since(Weekday::Monday));
    hints.skip_hours >> hour & 1 == 1 || hints.skip_days >> day & 1 == 1
}

/// `ready` and up to a tenth of the wait, but not into an hour to skip. Where the rhythm chose the time, a fourth of that
/// is enough: no two doors are likely to choose the same, and entries wait.
fn scattered(hints: &Hints, moment: Moment, (ready, why): (Timestamp, Why)) -> Timestamp {
    let wait = Duration::try_from(ready.duration_since(moment.now)).unwrap_or_default();
    let chosen = matches!(why, Why::Expected | Why::Floor | Why::Ceiling | Why::Window);
    let next = later(ready, jitter(if chosen { wait / 4 } else { wait }, moment.seed));
    if is_skipped(hints, next) && !is_skipped(hints, ready) {
        let left = Duration::try_from(next_hour(ready, 1).duration_since(ready)).unwrap_or_default();
        return later(ready, jitter(left.saturating_sub(Duration::from_secs(1)), moment.seed));
    }
    next
}
