//! The one threshold by which all doors are polled, held so that their polls together spend the budget.
//!
//! A door is due when the cost of what it may have published (expected entries, each by the square of its
//! delay) crosses the threshold. With an even rate that is after the cube root of 3 * threshold / (weight *
//! rate), so the polls that a threshold leads to can be reckoned beforehand: that solves for the threshold at
//! once, also when doors come and go. What is left, mostly that polls follow the hours, is measured and made
//! up for.

use std::time::Duration;

const HOUR_SECS: f64 = 3_600.0;

/// Hours after which a measurement counts half. Two days, since polls follow the news through the day and
/// the threshold must not: it would poll least when most is published.
const HALF_LIFE_HOURS: f64 = 48.0;

/// How much longer a wait is than planned, on average: half of the most that jitter adds to what a rhythm chose.
const JITTER: f64 = 1.0125;

/// Bounds of what is measured against what was reckoned; beyond them it is no matter of hours but an outage.
const MEASURED: (f64, f64) = (0.5, 2.0);

/// The pace of a door that publishes one entry an hour, in hours from poll to poll: bounds of the search,
/// and what is taken before the first one.
const PACE: (f64, f64, f64) = (1e-3, 0.5, 1e3);

/// Steps of that search, each half of the one before: exact to 0.002 %.
const STEPS: u32 = 20;

/// A door as the budget sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Entries a day.
    pub per_day: f64,
    /// How much an unseen one counts.
    pub weight: f64,
    /// Least time between two polls: the floor, or what else widens it. Of a door that is not learned, its
    /// interval.
    pub least: Duration,
    /// Longest time between two polls. Of a door that is not learned, its interval as well.
    pub most: Duration,
}

/// The threshold, and the measurements it rests on.
#[derive(Debug, Clone)]
pub struct Steering {
    /// The pace that leads to the threshold.
    pace: f64,
    /// Polls an hour that this should give, as reckoned.
    per_hour: f64,
    /// Polls that were reckoned so far, decayed.
    reckoned: f64,
    /// Polls that were done so far, decayed.
    done: f64,
}

impl Default for Steering {
    fn default() -> Self {
        Self { pace: PACE.1, per_hour: 0.0, reckoned: 0.0, done: 0.0 }
    }
}

impl Steering {
    /// The threshold, in entries times squared hours.
    pub fn threshold(&self) -> f64 {
        self.pace.powi(3) / 3.0
    }

    /// Takes in the `polls` done in the time `elapsed` since the last call, and solves for the threshold at
    /// which the doors spend `polls_per_hour`. Without any budget, or with an endless one, that is the
    /// highest or the lowest there is.
    pub fn steer(
        &mut self,
        demands: impl Iterator<Item = Demand>,
        polls_per_hour: f64,
        polls: u64,
        elapsed: Duration,
    ) -> f64 {
        let hours = elapsed.as_secs_f64() / HOUR_SECS;
        let kept = (-hours / HALF_LIFE_HOURS).exp2();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let polls = polls as f64;
        self.done = self.done * kept + polls;
        self.reckoned = self.reckoned * kept + self.per_hour * hours;
        // An hour's budget on both sides keeps the first few polls from deciding anything.
        let hour = polls_per_hour.max(1.0);
        let measured = (self.done + hour) / (self.reckoned + hour);
        let aim = polls_per_hour / measured.clamp(MEASURED.0, MEASURED.1);
        let paced: Vec<Paced> = demands.map(Paced::new).collect();
        self.pace = solve(&paced, aim);
        self.per_hour = per_hour(&paced, self.pace);
        self.threshold()
    }
}

/// A door's polls an hour: its share divided by the pace, within bounds.
#[derive(Debug, Clone, Copy)]
struct Paced {
    share: f64,
    fewest: f64,
    most: f64,
}

impl Paced {
    fn new(demand: Demand) -> Self {
        let often = |wait: Duration| 1.0 / (wait.as_secs_f64().max(1.0) / HOUR_SECS * JITTER);
        let (fewest, most) = (often(demand.most), often(demand.least));
        Self {
            share: (demand.per_day / 24.0 * demand.weight).cbrt() / JITTER,
            fewest,
            most: most.max(fewest),
        }
    }
}

fn per_hour(doors: &[Paced], pace: f64) -> f64 {
    let often = 1.0 / pace;
    doors.iter().map(|door| (door.share * often).min(door.most).max(door.fewest)).sum()
}

/// The shortest pace at which the doors want no more than `aim` polls an hour.
fn solve(doors: &[Paced], aim: f64) -> f64 {
    let (mut short, mut long) = (PACE.0, PACE.2);
    for _ in 0..STEPS {
        let middle = (short * long).sqrt();
        if per_hour(doors, middle) > aim { short = middle } else { long = middle }
    }
    long
}
