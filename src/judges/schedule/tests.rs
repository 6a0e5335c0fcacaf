//! The schedule, through its two functions.

use super::{Ended, Options, RETRIES, WAIT_MAX, first, next, retry};
use jiff::Timestamp;
use proptest::prelude::{any, proptest};
use std::time::Duration;

const NOW: Timestamp = Timestamp::constant(1_700_000_000, 0);

fn options() -> Options {
    Options { interval: Duration::from_hours(1), ceiling: Duration::from_hours(6) }
}

fn waited(at: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(NOW)).expect("never in the past")
}

#[test]
fn the_next_poll_is_never_earlier_than_asked_and_at_most_a_tenth_later() {
    let hour = Duration::from_hours(1);
    let failed = |failures, retry_after| Ended::Failed { failures, reached: true, retry_after };
    let unreached = |failures| Ended::Failed { failures, reached: false, retry_after: None };
    let cases = [
        (Ended::Answered { fresh_for: None }, hour),
        (Ended::Answered { fresh_for: Some(2 * hour) }, 2 * hour),
        (Ended::Answered { fresh_for: Some(1000 * hour) }, 6 * hour),
        (Ended::Answered { fresh_for: Some(Duration::ZERO) }, hour),
        (failed(1, None), 2 * hour),
        (failed(2, None), 4 * hour),
        (failed(3, None), 6 * hour),
        (failed(4_000_000, None), 6 * hour),
        (unreached(1), Duration::from_mins(1)),
        (unreached(2), Duration::from_mins(2)),
        (unreached(20), 6 * hour),
        (failed(1, Some(10 * hour)), 10 * hour),
        (failed(1, Some(Duration::MAX)), WAIT_MAX),
    ];
    for (ended, wait) in cases {
        for seed in 0..50 {
            let waited = waited(next(&options(), ended, NOW, seed));
            assert!(waited >= wait && waited <= wait + wait / 10, "{ended:?} seed {seed}: {waited:?}");
        }
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

proptest! {
    #[test]
    fn any_history_gives_a_time_within_bounds(failures in any::<u32>(), after in any::<u64>(), seed in any::<u64>()) {
        let ended = Ended::Failed { failures, reached: true, retry_after: Some(Duration::from_secs(after)) };
        let waited = waited(next(&options(), ended, NOW, seed));
        assert!(waited >= Duration::from_hours(1) && waited <= WAIT_MAX + WAIT_MAX / 10);
    }
}
