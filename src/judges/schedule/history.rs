//! What the looks at a door have shown of its rhythm: how much it publishes, at which hours, in what bursts.
//!
//! Everything is a decayed sum, so that a history is some 30 numbers whatever its age. An entry counts at the
//! time its publisher gives, held between the look before and the look that found it: neither a clock that is
//! wrong nor an entry that is added with an old date can bend the rhythm.

use super::curve::Curve;
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeSeq as _};
use std::time::Duration;

const DAY_SECS: f64 = 86_400.0;

/// Days after which an entry counts half: long enough to see each weekday, short enough to follow a paper
/// that changes its ways (polling.md, "The rule a daemon can run online").
const HALF_LIFE_DAYS: f64 = 10.0;

/// Entries and days that are added to what was counted. A door that showed nothing for a day is thought to
/// publish one entry in five days; the days shrink with the entries, since a full window of one busy hour is
/// no sign of a slow door.
const PRIOR: (f64, f64) = (0.3, 0.5);

/// Seconds in which the excitation after an entry fades to a third: half an hour, the time scale of a
/// story that is breaking.
pub(super) const FADE_SECS: f64 = 1_800.0;

/// Entries that are added to each hour of the day. Little, since almost every newsroom sleeps. Chosen together
/// with `AROUND` on seeds 7 and 8 of `cargo bench -- freshness`: against a whole entry and three hours, the
/// 95th percentile at a poll an hour is 1 % shorter; neither was measured alone.
const HOUR_PRIOR: f64 = 0.25;

/// What the hours around an hour say of it, itself in the middle: newsrooms keep no exact hours.
const AROUND: [f64; 5] = [1.0 / 9.0, 2.0 / 9.0, 3.0 / 9.0, 2.0 / 9.0, 1.0 / 9.0];

/// What is believed of the entries that seem to follow from others: in busy hours some come close together by
/// chance. Believing all made that percentile 2 % longer, on the same two seeds.
const DRAWN: f64 = 0.7;

/// Entries that are thought to follow from others, of how many, before any are known (polling.md, the burst
/// share).
const DRAWN_PRIOR: (f64, f64) = (0.2, 2.0);

/// Observed time after which a door is known: each hour of the day was seen once.
const LEARNED_SECS: i64 = 86_400;

/// One in so many entries of the first look, the oldest ones, does not count: they may be pinned or forgotten
/// there and would stretch the time that the others span.
const FIRST_DROPPED: usize = 10;

/// Entries of a first look that all lie within so many seconds were brought in at once and tell no rate.
const IMPORTED_SECS: f64 = 60.0;

/// What is known of a door's rhythm. The default is a door that was never looked at.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    /// Unix second of the first look.
    #[serde(skip_serializing_if = "is_default")]
    since: Option<i64>,
    /// Unix second of the last look.
    #[serde(skip_serializing_if = "is_default")]
    last: i64,
    /// Entries that were listed then.
    #[serde(skip_serializing_if = "is_default")]
    listed: u32,
    /// Entries.
    #[serde(skip_serializing_if = "is_little", serialize_with = "short")]
    count: f32,
    /// Days in which they were counted.
    #[serde(skip_serializing_if = "is_little", serialize_with = "short")]
    days: f32,
    /// The entries by the hour of the source's day.
    #[serde(skip_serializing_if = "is_default", serialize_with = "short_each")]
    hours: [f32; 24],
    /// How many of the entries others drew after them.
    #[serde(skip_serializing_if = "is_little", serialize_with = "short")]
    drawn: f32,
    /// Entries just before the last look, faded by their age.
    #[serde(skip_serializing_if = "is_little", serialize_with = "short")]
    excitation: f32,
    /// Seconds from publication to look, summed over the entries that came in time to be measured.
    #[serde(skip_serializing_if = "is_little", serialize_with = "short")]
    late_secs: f32,
    /// How many entries those were.
    #[serde(skip_serializing_if = "is_little", serialize_with = "short")]
    late_count: f32,
    /// Whether entries were missed between two looks.
    #[serde(skip_serializing_if = "is_default")]
    hurries: bool,
}

/// One answered look at a door.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// When.
    pub at: Timestamp,
    /// Publication times of the entries that were seen for the first time; `None` where an entry has none.
    pub fresh: &'a [Option<Timestamp>],
    /// Entries that are listed now.
    pub listed: usize,
    /// Seconds east of UTC of the source's clocks at that time.
    pub offset_secs: i32,
}

impl History {
    /// Takes in one answered look, also one that showed nothing new.
    pub fn observe(&mut self, observed: &Observed<'_>) {
        if self.since.is_none() {
            self.since = Some(observed.at.as_second());
            self.begin(observed);
        } else {
            self.go_on(observed);
        }
        self.last = observed.at.as_second();
        self.listed = u32::try_from(observed.listed).unwrap_or(u32::MAX);
    }

    /// Entries were missed, since no entry of the last look was known from the one before: an hour is proven
    /// too long. To be called after that look is taken in. Of what was missed nothing is known but that a
    /// window was not enough, so as much again is counted.
    pub fn must_hurry(&mut self) {
        self.hurries = true;
        self.count += narrow(f64::from(self.listed));
    }

    /// Entries a day, as estimated; above zero.
    pub fn per_day(&self) -> f64 {
        let (count, days) = (f64::from(self.count).max(0.0), f64::from(self.days).max(0.0));
        (count + PRIOR.0) / (days + PRIOR.1 / (1.0 + count))
    }

    /// Whether the door was observed for a day, or proven to need less than that.
    pub fn is_learned(&self) -> bool {
        let observed = self.since.map_or(0, |since| self.last.saturating_sub(since));
        self.hurries || observed >= LEARNED_SECS
    }

    /// Mean time from publication to look, of entries that were dated and published after the look before.
    pub fn delay(&self) -> Option<Duration> {
        let mean = f64::from(self.late_secs) / f64::from(self.late_count);
        Duration::try_from_secs_f64(mean).ok()
    }

    /// Entries that were listed at the last look.
    pub(super) fn listed(&self) -> u32 {
        self.listed
    }

    /// The entries to expect after the last look, which was at `at`. The zone given replaces the last look's.
    pub(super) fn curve(&self, at: Timestamp, offset_secs: i32) -> Curve {
        let share = self.drawn_share();
        let per_sec = self.per_day() * (1.0 - share) / DAY_SECS;
        let hourly = self.profile().map(|level| per_sec * level);
        let since_secs = seconds(at.as_second().saturating_sub(self.last)).max(0.0);
        let excitation = f64::from(self.excitation) * fading(since_secs);
        let second = at.as_second().saturating_add(i64::from(offset_secs)).rem_euclid(86_400);
        Curve::new(hourly, u32::try_from(second).unwrap_or_default(), share * excitation)
    }

    /// The level of each hour of the day, on average 1: what was counted around it, and a little for hours
    /// that were never seen to publish.
    fn profile(&self) -> [f64; 24] {
        let hours = self.hours.map(|hour| f64::from(hour).max(0.0));
        let each = hours.iter().sum::<f64>() / 24.0 + HOUR_PRIOR;
        let mut levels = [0.0; 24];
        for (level, hour) in levels.iter_mut().zip(0..) {
            let around = hours.iter().cycle().skip(hour + 24 - AROUND.len() / 2);
            let counted: f64 = around.zip(AROUND).map(|(hour, weight)| hour * weight).sum();
            *level = (counted + HOUR_PRIOR) / each;
        }
        levels
    }

    /// Share of the entries that follow from others.
    fn drawn_share(&self) -> f64 {
        let (drawn, count) = (f64::from(self.drawn).max(0.0), f64::from(self.count).max(0.0));
        (DRAWN * (drawn + DRAWN_PRIOR.0) / (count + DRAWN_PRIOR.1)).min(DRAWN)
    }

    /// The first look: its dated entries are as good as observed, from the oldest that counts until now.
    fn begin(&mut self, observed: &Observed<'_>) {
        let at = observed.at.as_second();
        let mut times: Vec<i64> =
            observed.fresh.iter().flatten().map(|time| time.as_second().min(at)).collect();
        times.sort_unstable();
        let (_, counted) = times.split_at(times.len() / FIRST_DROPPED);
        let Some((&oldest, later)) = counted.split_first() else { return };
        if seconds(at.saturating_sub(oldest)) < IMPORTED_SECS {
            return;
        }
        self.last = oldest;
        self.count_all(observed, later);
    }

    /// A later look: what is fresh came since the last one.
    fn go_on(&mut self, observed: &Observed<'_>) {
        let at = observed.at.as_second();
        // What was learned while the clock ran ahead was not learned in the future.
        self.last = self.last.min(at);
        self.since = self.since.map(|since| since.min(at));
        let last = self.last;
        let undated = observed.fresh.iter().filter(|time| time.is_none()).count();
        let dated = || observed.fresh.iter().flatten().map(|time| time.as_second());
        let mut times: Vec<i64> =
            spread(last, at, undated).chain(dated().map(|time| time.clamp(last, at))).collect();
        times.sort_unstable();
        self.count_all(observed, &times);
        for time in dated().filter(|time| (last + 1..=at).contains(time)) {
            self.late_secs += narrow(seconds(at - time));
            self.late_count += 1.0;
        }
    }

    /// Counts entries, in order of time, between the last look and this one.
    fn count_all(&mut self, observed: &Observed<'_>, times: &[i64]) {
        let at = observed.at.as_second();
        let mut from = self.last;
        let mut excitation = f64::from(self.excitation);
        self.pass(seconds(at.saturating_sub(from)) / DAY_SECS);
        let share = self.drawn_share();
        let base = self.per_day() / DAY_SECS * (1.0 - share);
        for &time in times {
            let weight = halving(seconds(at.saturating_sub(time)) / DAY_SECS);
            excitation *= fading(seconds(time.saturating_sub(from)));
            let drawing = share * excitation / FADE_SECS;
            self.drawn += narrow(weight * drawing / (drawing + base));
            self.count += narrow(weight);
            let hour = time.saturating_add(i64::from(observed.offset_secs)).rem_euclid(86_400) / 3_600;
            if let Some(bin) = usize::try_from(hour).ok().and_then(|hour| self.hours.get_mut(hour)) {
                *bin += narrow(weight);
            }
            excitation += 1.0;
            from = time;
        }
        self.excitation = narrow(excitation * fading(seconds(at.saturating_sub(from))));
    }

    /// Lets `days` pass.
    fn pass(&mut self, days: f64) {
        let kept = halving(days);
        let factor = narrow(kept);
        for sum in [&mut self.count, &mut self.drawn, &mut self.late_secs, &mut self.late_count] {
            *sum *= factor;
        }
        self.hours = self.hours.map(|hour| hour * factor);
        let whole = HALF_LIFE_DAYS / std::f64::consts::LN_2;
        self.days = narrow(f64::from(self.days) * kept + (1.0 - kept) * whole);
    }
}

/// What is left of a weight after so many days.
fn halving(days: f64) -> f64 {
    (-days / HALF_LIFE_DAYS).exp2()
}

/// What is left of an excitation after so many seconds.
fn fading(seconds: f64) -> f64 {
    (-seconds / FADE_SECS).exp()
}

/// `count` times between two, evenly apart.
fn spread(from: i64, until: i64, count: usize) -> impl Iterator<Item = i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let span = until.saturating_sub(from);
    (0..count).map(move |nth| from.saturating_add(span / count * nth + span / count / 2))
}

/// Whether a field can be left out.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Whether a sum would be written as zero.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_little(sum: &f32) -> bool {
    sum.abs() < 0.005
}

/// Writes a sum with four digits.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn short<S: Serializer>(sum: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    Short(*sum, 4).serialize(serializer)
}

/// Writes sums with three digits each.
fn short_each<S: Serializer>(sums: &[f32; 24], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(sums.len()))?;
    for sum in sums {
        list.serialize_element(&Short(*sum, 3))?;
    }
    list.end()
}

/// A sum that is written with so many digits, two of them behind the point at most.
struct Short(f32, i32);

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sum = f64::from(self.0);
        let before = sum.abs().max(1.0).log10().floor();
        let scale = 10_f64.powf((f64::from(self.1) - 1.0 - before).min(2.0));
        let rounded = narrow((sum * scale).round() / scale);
        if rounded.fract() == 0.0 && rounded.abs() < 1e9 {
            return serializer.serialize_i64(whole(rounded));
        }
        serializer.serialize_f32(rounded)
    }
}

/// A sum as it is kept.
#[expect(clippy::cast_possible_truncation, reason = "seven digits of a statistic are enough")]
fn narrow(sum: f64) -> f32 {
    sum as f32
}

/// Whole seconds to reckon with.
#[expect(clippy::cast_precision_loss, reason = "times from year -9999 to 9999 fit")]
fn seconds(count: i64) -> f64 {
    count as f64
}

/// A number without fraction.
#[expect(clippy::cast_possible_truncation, reason = "the caller saw that it is whole and below 1e9")]
fn whole(number: f32) -> i64 {
    number as i64
}
