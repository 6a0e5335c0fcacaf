//! When a live page is looked at next: it follows the pace of its posts.
//!
//! # Source
//! Measured by replaying the times of 582 posts of five real live pages (live-pages.md, 5b): a quarter of the median gap,
//! 120 seconds at most and 300 after an hour of silence, has half the delay of a fixed interval of as many requests.

use super::{Moment, Planned, Why, jitter, later};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The share of the median gap between posts that is waited.
const SHARE: u32 = 4;
/// Gaps that the median is taken of, the newest.
const GAPS: usize = 8;
/// Longest wait while posts come.
const BUSY_MAX: Duration = Duration::from_mins(2);
/// Wait after an hour without a post.
const QUIET: Duration = Duration::from_mins(5);
/// Wait where no pace is known yet.
const UNKNOWN: Duration = Duration::from_mins(1);
/// Silence after which a page is quiet.
const SILENCE: SignedDuration = SignedDuration::from_hours(1);
/// Wait on the first day after the end of a coverage, and later.
const ENDED: Duration = Duration::from_mins(30);
const LONG_ENDED: Duration = Duration::from_hours(24);
/// After so long an end is old.
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(24);
/// A publisher's max-age holds a live page back for so long at most: it is set for readers, who reload.
const FRESH_MAX: Duration = Duration::from_mins(5);

/// What is known of a live page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    /// When its newest posts were published, the newest first.
    pub times: Vec<Timestamp>,
    /// Since when it is over.
    pub ended: Option<Timestamp>,
    /// How long the page asks to be left alone.
    pub interval: Option<Duration>,
    /// max-age of the last answer.
    #[serde(skip)]
    pub fresh_for: Option<Duration>,
}

/// Posts that a [`Course`] needs to know of.
pub const COURSE_POSTS: usize = GAPS + 1;

/// The next look at a live page that has answered just now; never before `floor`.
pub fn follow(course: &Course, floor: Duration, moment: Moment) -> Planned {
    let (wait, why) = pace(course, moment.now);
    let (wait, why) = if wait < floor { (floor, Why::Floor) } else { (wait, why) };
    let asked = course.interval.max(course.fresh_for.map(|fresh| fresh.min(FRESH_MAX)));
    let (wait, why) = asked.filter(|asked| *asked > wait).map_or((wait, why), |asked| (asked, Why::MaxAge));
    let ready = later(moment.now, wait);
    // Doors that follow a pace differ by themselves; a fortieth keeps them from meeting.
    let next = later(ready, jitter(wait / 4, moment.seed));
    Planned { ready, next, why, expected: 0.0 }
}

fn pace(course: &Course, now: Timestamp) -> (Duration, Why) {
    if let Some(ended) = course.ended {
        let is_old = now.duration_since(ended) > AFTERWARDS;
        return (if is_old { LONG_ENDED } else { ENDED }, Why::Ended);
    }
    let newest = course.times.first();
    if newest.is_some_and(|newest| now.duration_since(*newest) > SILENCE) {
        return (QUIET, Why::Ceiling);
    }
    let each = course.times.iter().zip(course.times.iter().skip(1)).take(GAPS);
    let mut gaps: Vec<Duration> =
        each.filter_map(|(newer, older)| Duration::try_from(newer.duration_since(*older)).ok()).collect();
    gaps.sort_unstable();
    match gaps.get(gaps.len() / 2) {
        Some(median) if *median / SHARE < BUSY_MAX => (*median / SHARE, Why::Expected),
        Some(_) => (BUSY_MAX, Why::Ceiling),
        None => (UNKNOWN, Why::Learning),
    }
}
