//! Times of posts: what is declared, how it was written, and what cannot be true.

use super::Options;
use crate::{
    date::{self, Context},
    model::{Moment, Origin, Precision, Provenance},
};
use jiff::{SignedDuration, Timestamp, civil, tz::Offset};

/// A post is not published later than this after the page was fetched: clocks differ a little.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(3);

/// The reading of a line that counts back from now is another one so much later.
const LATER: SignedDuration = SignedDuration::from_hours(36);

/// A time that was read, with what it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The time.
    pub(super) moment: Moment,
    /// As written.
    pub(super) raw: String,
    /// How it was written.
    pub(super) form: Form,
}

/// How a time was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// A clock time alone.
    Clock,
    /// An amount of time before now.
    Relative,
    /// In no zone; the source's was taken.
    Local,
    /// With an offset or zone, which may be wrong.
    Zoned,
    /// Seconds or milliseconds since 1970.
    Unix,
}

impl Stamp {
    /// Reads a line or attribute.
    pub(super) fn read(options: &Options<'_>, raw: &str) -> Option<Self> {
        let line = raw.trim();
        let context = Context { zone: options.zone, now: options.now, order: options.order };
        let reading = date::read(line, &context);
        let moment = reading.moment?;
        let digits = line.bytes().all(|byte| byte.is_ascii_digit());
        // "Yesterday" and "2 days ago" are days, and others the day after.
        let moves = || {
            let later = Context { now: options.now + LATER, ..context };
            date::read(line, &later).moment.is_none_or(|later| later.at != moment.at)
        };
        let form = if digits {
            Form::Unix
        } else if reading.is_bare_amount || is_short(line) && (moment.precision != Precision::Day || moves())
        {
            Form::Relative
        } else if is_clock(line) {
            Form::Clock
        } else if reading.assumed_zone || moment.precision == Precision::Day {
            Form::Local
        } else {
            Form::Zoned
        };
        Some(Self { moment, raw: raw.to_owned(), form })
    }

    /// A number of seconds or milliseconds since 1970.
    pub(super) fn unix(number: i64) -> Option<Self> {
        let seconds = if number.abs() >= 100_000_000_000 { number / 1000 } else { number };
        let at = Timestamp::from_second(seconds).ok()?;
        let moment = Moment { at, offset: Offset::UTC, precision: Precision::Second };
        Some(Self { moment, raw: number.to_string(), form: Form::Unix })
    }

    /// Where it came from, in the words of an article.
    pub(super) fn provenance(&self, from: Origin) -> Provenance {
        Provenance {
            raw: Some(self.raw.clone()),
            precision: Some(self.moment.precision),
            ..Provenance::from(from)
        }
    }

    /// Whether it lies after the time of the fetch.
    pub(super) fn is_ahead(&self, options: &Options<'_>) -> bool {
        self.moment.at.duration_since(options.now) > AHEAD_MAX
    }

    /// The same clock time read as of the source's zone: what it is where local time was written as UTC.
    pub(super) fn as_local(&self, options: &Options<'_>) -> Option<Self> {
        let clock: civil::DateTime = self.moment.offset.to_datetime(self.moment.at);
        let at = options.zone.to_ambiguous_timestamp(clock).compatible().ok()?;
        let moment = Moment { at, offset: options.zone.to_offset(at), ..self.moment };
        Some(Self { moment, ..self.clone() })
    }
}

/// Whether a value reads as a time: Unix time, or a date with digits.
pub(super) fn looks_like_one(value: &str) -> bool {
    let value = value.trim();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if digits == value.len() {
        return matches!(digits, 10 | 13) && value.starts_with(['1', '2']);
    }
    digits >= 8 && value.len() <= 40 && value.contains(['-', '/']) && value.contains([':', 'T'])
}

/// Whether a line is a clock time without a day.
fn is_clock(line: &str) -> bool {
    let digits = line.chars().filter(|letter| letter.is_numeric()).count();
    let letters = line.chars().filter(|letter| letter.is_alphabetic()).count();
    line.contains([':', '.']) && digits <= 6 && letters <= 8
}

/// Whether a line may be an amount of time: it has hardly any digits and no clock.
fn is_short(line: &str) -> bool {
    let digits = line.chars().filter(|letter| letter.is_numeric()).count();
    // "9.30" is a clock.
    (digits <= 2 || digits == 3 && !line.contains('.')) && !line.contains([':', '-', '/'])
}
