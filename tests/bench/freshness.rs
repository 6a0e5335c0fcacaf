//! How soon entries are seen under a budget of requests: 12 simulated days of 5,000 feeds.
//!
//! The feeds publish as feeds do: few publish much, most sleep at night and rest at the weekend, some publish
//! in bursts. Their polls are planned by the functions that the daemon calls, and these know no more than the
//! polls have shown. Five days are for learning, seven are measured. `KHABAR_SIM_SEED` draws other feeds.

use crate::report::Figure;
use anyhow::Context as _;
use jiff::Timestamp;
use khabar::judges::schedule::{
    self, Asks, Demand, Ended, History, Moment, Observed, Options, Planned, Steering,
};
use std::{cmp::Reverse, collections::BinaryHeap, f64::consts::TAU, time::Duration};
use tokio::time::Instant;

const FEEDS: usize = 5_000;
/// Seed where none is given.
const SEED: u64 = 1;
/// Monday, November 20, 2023, 0:00 UTC, in Unix seconds. All other times here are seconds from then on.
const START: i64 = 1_700_438_400;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// The measured week.
const MEASURED: std::ops::Range<i64> = 5 * DAY..12 * DAY;
/// When the last entry of that week was seen for sure: the ceiling and its jitter later.
const END: i64 = 12 * DAY + 7 * HOUR;
/// The daemon's time from one steering to the next.
const STEERED: i64 = 300;

/// Entries a day: half of the feeds have fewer, and 99 in 100 fewer than the second number.
const MEDIAN: f64 = 2.9;
const PERCENTILE_99: f64 = 205.0;
/// Most entries a day: at twice of that, as in the busiest hour, half of what a feed lists comes between two
/// polls at the floor. Whatever is planned, more is lost by chance; such a publisher lists more.
const PER_DAY_MAX: f64 = 1_500.0;
/// Entries that a feed lists.
const WINDOW: usize = 25;
/// Level of the deepest night, of that at the busiest hour of the day.
const NIGHT: f64 = 0.1;
/// The busiest hour.
const BUSIEST: f64 = 14.0;
/// Level of a Saturday or Sunday.
const WEEKEND: f64 = 0.5;
/// Hours east of UTC of the feeds' clocks.
const ZONES: [i64; 7] = [-8, -5, 0, 1, 3, 6, 9];
/// Entries of a burst, on average, and seconds from one to the next. Sizes are from the Poisson distribution:
/// bursts without an end in sight (geometric sizes) lost up to 10 entries a week, of feeds so slow that none
/// could be expected.
const BURST: (f64, i64) = (12.0, 300);

/// A budget, and what is to be reached with it.
struct Goal {
    /// Seconds between two polls of a feed where all are polled alike.
    every: i64,
    mean: f64,
    p95: f64,
    /// Names of the figures: mean, 95th percentile, lost, polls; busiest day; the first three where all are
    /// polled alike.
    names: [&'static str; 8],
}

const GOALS: [Goal; 2] = [
    Goal {
        every: HOUR,
        mean: 14.5,
        p95: 41.0,
        names: [
            "delay at a poll an hour and feed: mean",
            "  95th percentile",
            "  entries lost",
            "  polls, of the budget",
            "  polls on the busiest day, of the budget",
            "  all feeds polled alike: mean",
            "  all feeds polled alike: 95th percentile",
            "  all feeds polled alike: entries lost",
        ],
    },
    Goal {
        every: HOUR / 4,
        mean: 3.8,
        p95: 10.0,
        names: [
            "delay at a poll each 15 minutes and feed: mean",
            "  95th percentile",
            "  entries lost",
            "  polls, of the budget",
            "  polls on the busiest day, of the budget",
            "  all feeds polled alike: mean",
            "  all feeds polled alike: 95th percentile",
            "  all feeds polled alike: entries lost",
        ],
    },
];

/// Delays and losses under two budgets, and what it costs to plan.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let seed = std::env::var("KHABAR_SIM_SEED").map_or(Ok(SEED), |seed| seed.parse());
    let mut random = Random(seed.context("KHABAR_SIM_SEED is no number")?);
    let feeds: Vec<Feed> = (0..FEEDS).map(|nth| Feed::draw(nth, &mut random)).collect();
    let mut figures = Vec::new();
    let mut learned = None;
    for goal in &GOALS {
        let budget = float(goal.every).recip() * float(HOUR) * 5_000.0;
        let alike = poll_alike(&feeds, goal.every, &mut random);
        let mut newsroom = Newsroom::open(&feeds, &mut random);
        let steered = newsroom.run(budget)?;
        let [mean, p95, lost, polls, busiest, alike_mean, alike_p95, alike_lost] = goal.names;
        figures.extend([
            Figure::bounded(mean, steered.mean(), "min", goal.mean),
            Figure::bounded(p95, steered.p95(), "min", goal.p95),
            Figure::bounded(lost, steered.lost, "entries a week", 10.0),
            Figure::bounded(polls, steered.polls() / budget / 168.0, "", 1.005),
            Figure::told(busiest, steered.busiest() / budget / 24.0, ""),
            Figure::told(alike_mean, alike.mean(), "min"),
            Figure::told(alike_p95, alike.p95(), "min"),
            Figure::told(alike_lost, alike.lost, "entries a week"),
        ]);
        learned = Some(newsroom);
    }
    figures.extend(learned.map(|newsroom| newsroom.costs()).into_iter().flatten());
    Ok(figures)
}

/// A number to draw from.
struct Random(u64);

impl Random {
    /// One step of splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Evenly between 0 and 1, neither of them.
    fn unit(&mut self) -> f64 {
        let high = u32::try_from(self.next() >> 32).unwrap_or_default();
        (f64::from(high) + 0.5) / (f64::from(u32::MAX) + 1.0)
    }

    /// Time to the next of events that come one a unit.
    fn wait(&mut self) -> f64 {
        -self.unit().ln()
    }

    /// How many of such events come in so many units.
    fn count(&mut self, units: f64) -> i64 {
        let mut left = units;
        (0..1_000)
            .find(|_| {
                left -= self.wait();
                left < 0.0
            })
            .unwrap_or_default()
    }

    /// From the normal distribution.
    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }
}

/// A feed: when it publishes.
struct Feed {
    /// Seconds east of UTC of its clocks.
    offset: i32,
    /// Times of its entries, in order. They begin long enough before the start to fill the window, or 60
    /// days.
    times: Vec<i64>,
}

impl Feed {
    /// Three in ten publish at any hour, five by the hours of their day, and two so and in bursts.
    fn draw(nth: usize, random: &mut Random) -> Self {
        let sigma = (PERCENTILE_99 / MEDIAN).ln() / 2.326;
        let per_day = std::iter::repeat_with(|| MEDIAN * (sigma * random.normal()).exp())
            .find(|per_day| *per_day <= PER_DAY_MAX)
            .unwrap_or(MEDIAN);
        let zone = usize::try_from(random.next() % 7).unwrap_or_default();
        let offset = ZONES.get(zone).map_or(0, |hours| hours * HOUR);
        let from = -DAY * whole((40.0 / per_day).clamp(2.0, 60.0));
        let daily = |time| level(time + offset);
        let mut times = match nth % 10 {
            0..3 => publish(per_day, from, |_| 1.0, random),
            3..8 => publish(per_day, from, daily, random),
            _ => {
                let mut times = publish(per_day / 2.0, from, daily, random);
                for first in publish(per_day / 2.0 / BURST.0, from, daily, random) {
                    let size = random.count(BURST.0);
                    times.extend((0..size).map(|nth| first + nth * BURST.1));
                }
                times
            }
        };
        times.sort_unstable();
        Self { offset: i32::try_from(offset).unwrap_or_default(), times }
    }

    /// What a look shows to somebody who knows the first `seen` entries: those that scrolled off unseen, and
    /// those that are new.
    fn look(&self, seen: usize, at: i64) -> (&[i64], &[i64]) {
        let unseen = self.times.get(seen..).unwrap_or_default();
        let (new, _) = unseen.split_at(unseen.partition_point(|time| *time <= at));
        new.split_at(new.len().saturating_sub(WINDOW))
    }
}

/// How much is published at a local time, on average 1 over a week.
fn level(local: i64) -> f64 {
    let hour = float(local.rem_euclid(DAY)) / float(HOUR);
    let day = f64::midpoint(1.0, ((hour - BUSIEST) / 24.0 * TAU).cos()) * (1.0 - NIGHT) + NIGHT;
    let week = if local.div_euclid(DAY).rem_euclid(7) < 5 { 1.0 } else { WEEKEND };
    day / f64::midpoint(1.0, NIGHT) * week * 7.0 / (5.0 + 2.0 * WEEKEND)
}

/// Times of entries, so many a day at level 1. The level is taken each quarter of an hour.
fn publish(per_day: f64, from: i64, level: impl Fn(i64) -> f64, random: &mut Random) -> Vec<i64> {
    let mut times = Vec::new();
    for quarter in from / (HOUR / 4)..END / (HOUR / 4) {
        let start = quarter * (HOUR / 4);
        let apart = float(DAY) / (per_day * level(start));
        let mut into = random.wait() * apart;
        while into < float(HOUR / 4) {
            times.push(start + whole(into));
            into += random.wait() * apart;
        }
    }
    times
}

/// What came of a way to poll, in the measured week.
#[derive(Default)]
struct Outcome {
    /// Minutes from publication to look, of each entry.
    delays: Vec<f64>,
    /// Entries that no look showed.
    lost: f64,
    /// Polls on each day.
    daily: [f64; 7],
}

impl Outcome {
    /// Takes in a poll: what it missed and what it showed.
    fn note(&mut self, at: i64, (lost, fresh): (&[i64], &[i64])) {
        let day = usize::try_from((at - MEASURED.start).div_euclid(DAY)).ok();
        if let Some(polls) = day.and_then(|day| self.daily.get_mut(day)) {
            *polls += 1.0;
        }
        let measured = |times: &[i64]| times.iter().copied().filter(|time| MEASURED.contains(time)).collect();
        let (lost, fresh): (Vec<i64>, Vec<i64>) = (measured(lost), measured(fresh));
        self.lost += float(i64::try_from(lost.len()).unwrap_or(i64::MAX));
        self.delays.extend(fresh.iter().map(|time| float(at - time) / 60.0));
    }

    fn mean(&self) -> f64 {
        let (sum, count) =
            self.delays.iter().fold((0.0, 0.0), |(sum, count), delay| (sum + delay, count + 1.0));
        sum / count
    }

    fn p95(&self) -> f64 {
        let mut delays = self.delays.clone();
        let nth = delays.len() * 95 / 100;
        if nth == 0 {
            return f64::INFINITY;
        }
        *delays.select_nth_unstable_by(nth, f64::total_cmp).1
    }

    fn polls(&self) -> f64 {
        self.daily.iter().sum()
    }

    fn busiest(&self) -> f64 {
        self.daily.iter().copied().fold(0.0, f64::max)
    }
}

/// Polls each feed at the same interval.
fn poll_alike(feeds: &[Feed], every: i64, random: &mut Random) -> Outcome {
    let mut outcome = Outcome::default();
    for feed in feeds {
        let (mut at, mut seen) = (whole(random.unit() * float(every)), 0);
        while at < END {
            let (lost, fresh) = feed.look(seen, at);
            outcome.note(at, (lost, fresh));
            seen += lost.len() + fresh.len();
            at += every;
        }
    }
    outcome
}

/// A feed as the daemon knows it.
struct Door<'a> {
    feed: &'a Feed,
    history: History,
    seen: usize,
}

/// The doors and what plans their polls, as in the daemon.
struct Newsroom<'a> {
    doors: Vec<Door<'a>>,
    /// The next poll of each door: milliseconds from the start, and which door.
    queue: BinaryHeap<Reverse<(i64, usize)>>,
    options: Options,
    steering: Steering,
    random: Random,
}

impl<'a> Newsroom<'a> {
    fn open(feeds: &'a [Feed], random: &mut Random) -> Self {
        let door = |feed| Door { feed, history: History::default(), seen: 0 };
        let mut first = |nth| {
            let at = schedule::first(FEEDS, stamp(0), random.next());
            Reverse((at.as_millisecond() - START * 1000, nth))
        };
        let options = Options {
            interval: Duration::from_hours(1),
            floor: Duration::from_mins(5),
            ceiling: Duration::from_hours(6),
            weight: 1.0,
        };
        Self {
            doors: feeds.iter().map(door).collect(),
            queue: (0..feeds.len()).map(&mut first).collect(),
            options,
            steering: Steering::default(),
            random: Random(random.next()),
        }
    }

    /// Polls for so long that every entry of the measured week was seen or lost.
    fn run(&mut self, budget: f64) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::default();
        let (mut polls, mut steered) = (0, 0);
        while let Some(Reverse((millis, nth))) = self.queue.pop() {
            while steered * 1000 <= millis {
                let elapsed = Duration::from_secs(STEERED.min(steered).unsigned_abs());
                let demands = self.doors.iter().map(|door| demand(&self.options, &door.history));
                self.steering.steer(demands, budget, std::mem::take(&mut polls), elapsed);
                steered += STEERED;
            }
            if millis >= END * 1000 {
                break;
            }
            polls += 1;
            let planned = self.poll(millis, nth, &mut outcome).context("no such door")?;
            self.queue.push(Reverse((planned.next.as_millisecond() - START * 1000, nth)));
        }
        Ok(outcome)
    }

    /// Polls a door, and plans its next poll.
    fn poll(&mut self, millis: i64, nth: usize, outcome: &mut Outcome) -> Option<Planned> {
        let now = Timestamp::from_millisecond(START * 1000 + millis).ok()?;
        let door = self.doors.get_mut(nth)?;
        let (lost, new) = door.feed.look(door.seen, millis / 1000);
        outcome.note(millis / 1000, (lost, new));
        let is_gap = door.seen > 0 && new.len() == WINDOW;
        door.seen += lost.len() + new.len();
        let fresh: Vec<_> = new.iter().map(|time| Some(stamp(*time))).collect();
        let (listed, offset_secs) = (door.seen.min(WINDOW), door.feed.offset);
        door.history.observe(&Observed { at: now, fresh: &fresh, listed, offset_secs });
        if is_gap {
            door.history.must_hurry();
        }
        let (seed, threshold) = (self.random.next(), self.steering.threshold());
        let moment = Moment { now, seed, threshold, offset_secs };
        Some(schedule::next(&self.options, &door.history, &Asks::default(), Ended::Answered, moment))
    }

    /// What the decisions cost, after all that was learned.
    fn costs(&self) -> [Figure; 2] {
        let moment =
            Moment { now: stamp(END), seed: 7, threshold: self.steering.threshold(), offset_secs: 0 };
        let before = Instant::now();
        for door in &self.doors {
            let planned =
                schedule::next(&self.options, &door.history, &Asks::default(), Ended::Answered, moment);
            std::hint::black_box(planned);
        }
        let each = before.elapsed().as_secs_f64() * 1e6 / 5_000.0;
        let before = Instant::now();
        let demands = self.doors.iter().chain(&self.doors).map(|door| demand(&self.options, &door.history));
        std::hint::black_box(self.steering.clone().steer(demands, 5_000.0, 400, Duration::from_mins(5)));
        let steered = before.elapsed().as_secs_f64() * 1e3;
        [
            Figure::bounded("one poll planned", each, "us", 50.0),
            Figure::bounded("10,000 doors steered", steered, "ms", 20.0),
        ]
    }
}

fn demand(options: &Options, history: &History) -> Demand {
    let Options { interval, floor, ceiling, weight } = *options;
    let (least, most) = if history.is_learned() { (floor, ceiling) } else { (interval, interval) };
    Demand { per_day: history.per_day(), weight, least, most }
}

fn stamp(time: i64) -> Timestamp {
    Timestamp::from_second(START + time).unwrap_or(Timestamp::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "times of a few weeks")]
fn float(number: i64) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, reason = "small numbers, and their fraction is not wanted")]
fn whole(number: f64) -> i64 {
    number as i64
}
