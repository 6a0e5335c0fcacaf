//! The entries to expect after a look: so many a second, by the hour of the day and by what came just before.

use super::history::FADE_SECS;

const HOUR_SECS: f64 = 3_600.0;

/// Expected entries over the seconds since the last look.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    /// Entries a second in each hour of the source's day, the hour of the look first.
    hourly: [f64; 24],
    /// Seconds from the look to the next full hour of the source's clocks.
    first: f64,
    /// Entries still to come that the ones just before the look draw after them.
    drawn: f64,
}

impl Curve {
    /// A curve from the rate in each hour of the day, the second of that day and the entries to be drawn.
    pub(super) fn new(mut hourly: [f64; 24], second: u32, drawn: f64) -> Self {
        let hour = second / 3_600 % 24;
        hourly.rotate_left(hour as usize);
        Self { hourly, first: f64::from(3_600 - second % 3_600), drawn }
    }

    /// Entries expected within so many seconds.
    pub(super) fn count(&self, secs: f64) -> f64 {
        let even: f64 = self.pieces(secs).map(|(from, until, rate)| rate * (until - from)).sum();
        even + self.drawn * (1.0 - (-secs / FADE_SECS).exp())
    }

    /// What it costs to see them only after so many seconds: the sum of their squared delays, in hours.
    ///
    /// That is the integral of rate(s) (secs - s)^2 from the look on, exact for each hour and for the fading
    /// excitation.
    pub(super) fn cost(&self, secs: f64) -> f64 {
        let cube = |from: f64| (secs - from).powi(3);
        let even: f64 =
            self.pieces(secs).map(|(from, until, rate)| rate * (cube(from) - cube(until)) / 3.0).sum();
        let faded = 1.0 - (-secs / FADE_SECS).exp();
        let drawn = self.drawn * (secs * (secs - 2.0 * FADE_SECS) + 2.0 * FADE_SECS * FADE_SECS * faded);
        (even + drawn) / (HOUR_SECS * HOUR_SECS)
    }

    /// The stretches of even rate from the look until `secs` later: from, until, entries a second.
    fn pieces(&self, secs: f64) -> impl Iterator<Item = (f64, f64, f64)> {
        let mut until = 0.0;
        let mut next = self.first;
        let stretch = move |rate: &f64| {
            let from = until;
            until = next.min(secs);
            next += HOUR_SECS;
            (from < secs).then_some((from, until, *rate))
        };
        self.hourly.iter().cycle().map_while(stretch)
    }
}
