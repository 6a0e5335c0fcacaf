//! The schedule, through its public functions.

use super::{
    Asks, Demand, Ended, History, Moment, Observed, Options, Planned, RETRIES, Steering, WAIT_MAX, Why,
    first, next, retry,
};
use crate::model::Hints;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::{any, prop, proptest};
use std::time::Duration;

/// Tuesday, November 14, 2023, 22:13:20 UTC.
const NOW: Timestamp = Timestamp::constant(1_700_000_000, 0);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

fn options() -> Options {
    Options { interval: HOUR, floor: 5 * MINUTE, ceiling: 6 * HOUR, weight: 1.0 }
}

fn moment(threshold: f64, seed: u64) -> Moment {
    Moment { now: NOW, seed, threshold, offset_secs: 0 }
}

fn waited(at: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(NOW)).expect("never in the past")
}

/// A door whose last look was just now, after looks `every` so long for so many days; each showed what was
/// published since, which is an entry at each of the minutes of the day for which `publishes` says so.
fn watched(days: u32, every: u32, publishes: impl Fn(i64) -> bool) -> History {
    let mut history = History::default();
    let looks = days * 1440 / every;
    let minute = |look: u32| NOW.as_second() / 60 - i64::from((looks - look) * every);
    for look in 0..=looks {
        let since = minute(look) - i64::from(if look == 0 { 0 } else { every });
        let minutes = (since + 1..=minute(look)).filter(|minute| publishes(minute.rem_euclid(1440)));
        let fresh: Vec<_> = minutes.map(|minute| Timestamp::from_second(minute * 60).ok()).collect();
        let at = NOW - SignedDuration::from_mins(i64::from((looks - look) * every));
        history.observe(&Observed { at, fresh: &fresh, listed: 25, offset_secs: 0 });
    }
    history
}

fn plan(history: &History, asks: &Asks, threshold: f64) -> Planned {
    next(&options(), history, asks, Ended::Answered, moment(threshold, 1))
}

fn asks(fresh_for: Option<Duration>, hints: Hints) -> Asks {
    Asks { fresh_for, hints }
}

/// Checks the wait, with its jitter for any seed, and the reason.
fn check(history: &History, asks: &Asks, (ended, threshold): (Ended, f64), (wait, why): (Duration, Why)) {
    for seed in 0..50 {
        let planned = next(&options(), history, asks, ended, moment(threshold, seed));
        let (ready, waited) = (waited(planned.ready), waited(planned.next));
        let told = format!("{ended:?} {asks:?} threshold {threshold} seed {seed}: {planned:?}");
        assert!(ready.abs_diff(wait) <= Duration::from_secs(1), "{told}, not {wait:?}");
        assert!(waited >= ready && waited <= ready + ready / 10, "{told}");
        assert_eq!(planned.why, why, "{told}");
    }
}

fn failed(failures: u32, status: u16, retry_after: Option<Duration>) -> Ended {
    Ended::Failed { failures, reached: true, refused: false, retry_after, status }
}

fn unreached(failures: u32) -> Ended {
    Ended::Failed { failures, reached: false, refused: false, retry_after: None, status: 0 }
}

fn refused(failures: u32) -> Ended {
    Ended::Failed { failures, reached: true, refused: true, retry_after: None, status: 403 }
}

#[test]
fn an_unlearned_door_is_polled_at_its_interval_or_when_its_publisher_says() {
    let fresh = |fresh| asks(Some(fresh), Hints::default());
    let least = |least| asks(None, Hints { least: Some(least), ..Hints::default() });
    let cases = [
        (Asks::default(), HOUR, Why::Learning),
        (fresh(2 * HOUR), 2 * HOUR, Why::MaxAge),
        (fresh(1000 * HOUR), 6 * HOUR, Why::MaxAge),
        (fresh(Duration::ZERO), HOUR, Why::Learning),
        (least(MINUTE), HOUR, Why::Learning),
        (least(2 * HOUR), 2 * HOUR, Why::Hint),
        (least(Duration::MAX), 6 * HOUR, Why::Hint),
    ];
    for (asks, wait, why) in cases {
        check(&History::default(), &asks, (Ended::Answered, 0.0), (wait, why));
        check(&History::default(), &asks, (Ended::Answered, f64::NAN), (wait, why));
    }
}

#[test]
fn a_failed_poll_is_followed_by_longer_and_longer_waits() {
    let cases = [
        (failed(1, 500, None), 2 * HOUR, Why::Backoff),
        (failed(2, 500, None), 4 * HOUR, Why::Backoff),
        (failed(3, 404, None), 6 * HOUR, Why::Backoff),
        (failed(4_000_000, 0, None), 6 * HOUR, Why::Backoff),
        (failed(1, 503, None), HOUR, Why::Backoff),
        (failed(9, 503, None), 4 * HOUR, Why::Backoff),
        (failed(1, 429, None), HOUR, Why::Backoff),
        (failed(2, 429, None), 2 * HOUR, Why::Backoff),
        (failed(9, 429, None), 4 * HOUR, Why::Backoff),
        (failed(1, 429, Some(MINUTE)), HOUR, Why::Backoff),
        (failed(9, 429, Some(MINUTE)), HOUR, Why::Backoff),
        (failed(9, 503, Some(2 * HOUR)), 2 * HOUR, Why::RetryAfter),
        (failed(1, 429, Some(10 * HOUR)), 10 * HOUR, Why::RetryAfter),
        (failed(1, 500, Some(Duration::MAX)), WAIT_MAX, Why::RetryAfter),
        (unreached(1), MINUTE, Why::Backoff),
        (unreached(2), 2 * MINUTE, Why::Backoff),
        (unreached(20), 6 * HOUR, Why::Backoff),
        (refused(1), HOUR, Why::Backoff),
        (refused(2), 2 * HOUR, Why::Backoff),
        (refused(20), 6 * HOUR, Why::Backoff),
    ];
    for (ended, wait, why) in cases {
        check(&History::default(), &Asks::default(), (ended, 0.0), (wait, why));
    }
}

#[test]
fn a_learned_door_is_polled_when_enough_is_expected_within_floor_and_ceiling() {
    // An entry each half hour, day and night: after t hours they have cost 2 t^3 / 3.
    let history = watched(3, 60, |minute| minute % 30 == 7);
    assert!(history.is_learned());
    assert!((history.per_day() - 48.0).abs() < 1.0, "{}", history.per_day());
    for (threshold, why) in [(0.0, Why::Floor), (-1.0, Why::Floor), (2.0 / 3.0, Why::Expected)] {
        let planned = plan(&history, &Asks::default(), threshold);
        assert_eq!(planned.why, why);
        if why == Why::Floor {
            assert_eq!(waited(planned.ready), 5 * MINUTE);
        } else {
            assert!(waited(planned.ready).abs_diff(HOUR) < 10 * MINUTE, "{planned:?}");
            assert!((planned.expected - 2.0).abs() < 0.5, "{planned:?}");
        }
    }
    let quiet = watched(3, 60, |_| false);
    for threshold in [1e9, f64::INFINITY, f64::NAN] {
        check(&quiet, &Asks::default(), (Ended::Answered, threshold), (6 * HOUR, Why::Ceiling));
    }
}

#[test]
fn a_heavy_door_is_polled_sooner() {
    let history = watched(3, 60, |minute| minute % 30 == 7);
    let wait = |weight| {
        let options = Options { weight, ..options() };
        waited(next(&options, &history, &Asks::default(), Ended::Answered, moment(1.0, 1)).ready)
            .as_secs_f64()
    };
    let ratio = wait(1.0) / wait(8.0);
    assert!((ratio - 2.0).abs() < 0.3, "{ratio}");
}

#[test]
fn hours_of_the_source_are_learned() {
    // Two entries an hour from 8 to 20 o'clock of the source.
    let history = watched(4, 60, |minute| (480..1200).contains(&minute) && minute % 30 == 7);
    let wait = |offset_secs| {
        let moment = Moment { offset_secs, ..moment(0.5, 1) };
        waited(next(&options(), &history, &Asks::default(), Ended::Answered, moment).ready)
    };
    let (night, day) = (wait(0), wait(13 * 3600));
    assert!(night > 2 * day, "after 22 o'clock {night:?}, after 11 o'clock {day:?}");
}

#[test]
fn a_burst_brings_the_next_poll_nearer() {
    // Three bursts a day of twelve entries, five minutes apart; then one more, just now or eight hours ago.
    let history = watched(6, 20, |minute| minute % 480 < 60 && minute % 5 == 0);
    let after = |began: i64| {
        let now = NOW + SignedDuration::from_hours(9);
        let fresh: Vec<_> =
            (0..12).map(|nth| Some(now - SignedDuration::from_mins(began - 5 * nth))).collect();
        let mut history = history.clone();
        history.observe(&Observed { at: now, fresh: &fresh, listed: 25, offset_secs: 0 });
        let moment = Moment { now, ..moment(0.5, 1) };
        next(&options(), &history, &Asks::default(), Ended::Answered, moment).ready.duration_since(now)
    };
    let (during, later) = (after(56), after(536));
    assert!(during < later * 3 / 4, "{during:?} {later:?}");
}

#[test]
fn nothing_is_let_scroll_off() {
    // An entry each minute: a window of 25 is half full after a quarter of an hour.
    let history = watched(2, 10, |_| true);
    let hint = asks(None, Hints { least: Some(3 * HOUR), ..Hints::default() });
    for asks in [Asks::default(), hint] {
        let planned = plan(&history, &asks, 1e9);
        assert_eq!(planned.why, Why::Window);
        assert!((600..1000).contains(&waited(planned.ready).as_secs()), "{planned:?}");
    }
    let stale = asks(Some(HOUR), Hints::default());
    check(&history, &stale, (Ended::Answered, 1e9), (HOUR, Why::MaxAge));
    // Before it is learned as well, from the 25 entries of its first look.
    let fresh: Vec<_> = (0..25).map(|n| Some(NOW - SignedDuration::from_secs(40 * n))).collect();
    let mut new = History::default();
    new.observe(&Observed { at: NOW, fresh: &fresh, listed: 25, offset_secs: 0 });
    assert!(!new.is_learned());
    let planned = plan(&new, &Asks::default(), 1e9);
    assert_eq!(planned.why, Why::Window);
    assert!(waited(planned.ready) >= 5 * MINUTE && waited(planned.ready) < 30 * MINUTE, "{planned:?}");
}

#[test]
fn hours_and_days_to_skip_are_skipped() {
    // An hour from NOW it is Tuesday, 23:13; Wednesday comes 46 minutes and 40 seconds later.
    let midnight = Duration::from_secs(106 * 60 + 40);
    let hints = |skip_hours, skip_days| Hints { skip_hours, skip_days, ..Hints::default() };
    let cases = [
        (hints(0, 0), HOUR, Why::Learning),
        (hints(1 << 22, 0), HOUR, Why::Learning),
        (hints(1 << 23, 0), midnight, Why::Skip),
        (hints(1 << 23 | 0b11, 0), midnight + 2 * HOUR, Why::Skip),
        (hints(0, 1 << 1), midnight, Why::Skip),
        (hints(0xff_ffff, 0), HOUR, Why::Learning),
        (hints(0, 0x7f), HOUR, Why::Learning),
        (hints(0, 0b110), HOUR, Why::Learning),
    ];
    for (hints, wait, why) in cases {
        check(&History::default(), &asks(None, hints), (Ended::Answered, 0.0), (wait, why));
    }
    // Jitter does not lead into an hour to skip.
    let late = asks(None, hints(1, 0));
    let two = Options { interval: HOUR + 46 * MINUTE, ..options() };
    for seed in 0..50 {
        let planned = next(&two, &History::default(), &late, Ended::Answered, moment(0.0, seed));
        assert!(waited(planned.next) < midnight, "{planned:?}");
    }
}

#[test]
fn the_first_look_tells_the_rate_by_its_dates() {
    let ago = |secs: i64| Some(NOW - SignedDuration::from_secs(secs));
    let each = |secs: i64| (0..25).map(|n| ago(secs * n)).collect::<Vec<_>>();
    let pinned =
        |times: Vec<_>| times.into_iter().skip(2).chain([ago(400_000_000), ago(500_000_000)]).collect();
    let cases = [
        ("one an hour", each(3600), 20.0..26.0),
        ("one a day", each(86_400), 0.8..1.2),
        ("one a minute", each(60), 500.0..1500.0),
        ("one an hour and two forgotten there", pinned(each(3600)), 15.0..26.0),
        ("all brought in at once", each(0), 0.5..0.7),
        ("undated", vec![None; 25], 0.5..0.7),
        ("none", Vec::new(), 0.5..0.7),
    ];
    for (case, fresh, per_day) in cases {
        let mut history = History::default();
        history.observe(&Observed { at: NOW, fresh: &fresh, listed: fresh.len(), offset_secs: 0 });
        assert!(per_day.contains(&history.per_day()), "{case}: {}", history.per_day());
        assert!(!history.is_learned(), "{case}");
    }
}

#[test]
fn a_gap_proves_that_an_hour_is_too_long() {
    let mut history = watched(0, 60, |_| true);
    let fresh: Vec<_> = (0..25).map(|n| Some(NOW - SignedDuration::from_secs(60 * n))).collect();
    history.observe(&Observed { at: NOW, fresh: &fresh, listed: 25, offset_secs: 0 });
    let before = history.per_day();
    history.must_hurry();
    assert!(history.is_learned());
    assert!(history.per_day() > 1.5 * before, "{before} {}", history.per_day());
}

#[test]
fn the_delay_is_that_of_entries_which_could_be_seen_in_time() {
    let mut history = watched(1, 60, |_| false);
    assert_eq!(history.delay(), None);
    let at = NOW + SignedDuration::from_hours(1);
    let stamps =
        [-30, 40, 50, 70, 9_000_000].map(|mins| NOW.checked_add(SignedDuration::from_mins(mins)).ok());
    history.observe(&Observed { at, fresh: &[&stamps[..], &[None]].concat(), listed: 25, offset_secs: 0 });
    assert_eq!(history.delay(), Some(15 * MINUTE));
}

#[test]
fn a_history_is_short_in_json_and_read_back() {
    assert_eq!(serde_json::to_string(&History::default()).unwrap(), "{}");
    let rich = watched(14, 10, |minute| (300..1400).contains(&minute) && minute % 7 < 5);
    let poor = watched(14, 60, |minute| minute % 500 == 3);
    for history in [rich, poor] {
        let json = serde_json::to_string(&history).unwrap();
        assert!(json.len() <= 300, "{} bytes: {json}", json.len());
        let back: History = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), json);
        assert!((back.per_day() / history.per_day() - 1.0).abs() < 0.001);
    }
}

#[test]
fn reasons_have_the_names_that_serde_writes() {
    use Why::{Backoff, Ceiling, Expected, Floor, Hint, Learning, MaxAge, RetryAfter, Skip, Window};
    for why in [Learning, Expected, Floor, Ceiling, Window, MaxAge, Hint, Skip, RetryAfter, Backoff] {
        assert_eq!(serde_json::to_string(&why).unwrap(), format!("\"{}\"", why.name()));
    }
}

/// Doors of one entry a day, ten, a hundred and so on.
fn demands() -> impl Iterator<Item = Demand> {
    (0..100).map(|nth| Demand {
        per_day: 10_f64.powi(nth % 4),
        weight: 1.0,
        least: 5 * MINUTE,
        most: 6 * HOUR,
    })
}

#[test]
fn the_threshold_spends_the_budget_at_once() {
    for (budget, spent) in [(200.0, 200.0), (100.0, 100.0), (0.0, 16.5), (1e9, 1185.0)] {
        let mut steering = Steering::default();
        let threshold = steering.steer(demands(), budget, 0, Duration::ZERO);
        assert_eq!(threshold.to_bits(), steering.threshold().to_bits());
        let every =
            |demand: Demand| (3.0 * threshold / (demand.per_day / 24.0)).cbrt().clamp(1.0 / 12.0, 6.0);
        let polls: f64 = demands().map(|demand| 1.0 / (1.0125 * every(demand))).sum();
        assert!((polls / spent - 1.0).abs() < 0.02, "{polls} of {budget}");
    }
}

#[test]
fn what_the_hours_make_of_the_polls_is_made_up_for() {
    let mut steering = Steering::default();
    // Where nine in ten of the polls that are reckoned take place, the aim is set higher, and the other way
    // round.
    let mut start = steering.steer(demands(), 200.0, 0, Duration::ZERO);
    for (polls, is_lower) in [(15, true), (20, false)] {
        for _ in 0..2000 {
            steering.steer(demands(), 200.0, polls, 5 * MINUTE);
        }
        assert_eq!(steering.threshold() < start, is_lower, "{polls} polls in five minutes");
        start = steering.threshold();
    }
}

#[test]
fn doors_that_start_together_are_spread() {
    let starts: Vec<_> = (0..1000).map(|seed| waited(first(1000, NOW, seed)).as_millis()).collect();
    assert!(starts.iter().all(|&start| start < 50_000));
    let early = starts.iter().filter(|&&start| start < 5_000).count();
    assert!((50..150).contains(&early), "{early} of 1000 in the first tenth");
    assert_eq!(waited(first(1, NOW, 7)).as_secs(), 0);
}

#[test]
fn an_entry_is_retried_a_bounded_number_of_times() {
    let tries = (1..100).take_while(|&tries| retry(tries, None, NOW, 3).is_some()).count();
    assert_eq!(tries, RETRIES.len());
}

/// Any time that there is, often one near NOW.
fn time(secs: i64) -> Timestamp {
    let near = NOW.as_second().saturating_add(secs % 1_000_000);
    let any = secs.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(if secs % 2 == 0 { near } else { any }).unwrap()
}

proptest! {
    #[test]
    fn any_history_gives_a_time_within_bounds(
        looks in prop::collection::vec(
            (any::<i64>(), prop::collection::vec(any::<Option<i64>>(), 0..9), any::<u32>()),
            0..9,
        ),
        (fresh_for, least, skip_hours, skip_days) in any::<(Option<u64>, Option<u64>, u32, u8)>(),
        (now, offset_secs, seed, threshold) in any::<(i64, i32, u64, f64)>(),
        (fails, failures, reached, refused) in any::<(bool, u32, bool, bool)>(),
        (after, status) in any::<(Option<u64>, u16)>(),
    ) {
        let mut history = History::default();
        for (at, fresh, listed) in looks {
            let fresh: Vec<_> = fresh.into_iter().map(|secs| secs.map(time)).collect();
            history.observe(&Observed { at: time(at), fresh: &fresh, listed: listed as usize, offset_secs });
            if listed % 7 == 0 {
                history.must_hurry();
            }
        }
        let json = serde_json::to_string(&history).unwrap();
        let back: History = serde_json::from_str(&json).unwrap();
        assert!(back.per_day() > 0.0 && history.per_day() > 0.0 && history.per_day().is_finite());
        let hints = Hints { least: least.map(Duration::from_secs), skip_hours, skip_days };
        let asks = asks(fresh_for.map(Duration::from_secs), hints);
        let retry_after = after.map(Duration::from_secs);
        let ended = Ended::Failed { failures, reached, refused, retry_after, status };
        let ended = if fails { ended } else { Ended::Answered };
        let now = time(now).min(Timestamp::MAX - SignedDuration::from_hours(48));
        let moment = Moment { now, seed, threshold, offset_secs };
        let planned = next(&options(), &history, &asks, ended, moment);
        let wait = Duration::try_from(planned.ready.duration_since(now)).unwrap();
        let jitter = Duration::try_from(planned.next.duration_since(planned.ready)).unwrap();
        let least = if fails && !reached { MINUTE } else { 5 * MINUTE };
        assert!(wait >= least && wait <= WAIT_MAX && jitter <= wait / 10, "{planned:?}");
        assert!(fails || planned.why == Why::Window || history.is_learned() || wait >= HOUR, "{planned:?}");
        assert!(planned.expected >= 0.0);
        assert_eq!(planned, next(&options(), &history, &asks, ended, moment));
    }

    #[test]
    fn times_at_the_end_of_the_calendar_are_held(seed in any::<u64>(), failures in any::<u32>()) {
        for now in [Timestamp::MAX, Timestamp::MIN] {
            for ended in [Ended::Answered, failed(failures, 429, None)] {
                let hints = Hints { skip_hours: 1 << 23, ..Hints::default() };
                let moment = Moment { now, seed, threshold: 1.0, offset_secs: i32::MAX };
                let planned = next(&options(), &History::default(), &asks(None, hints), ended, moment);
                assert!(planned.ready >= now && planned.next >= planned.ready);
            }
        }
    }
}
