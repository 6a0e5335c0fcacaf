//! Date lines of every kind to a time, its zone and its precision, or to a refusal with its reason.
//!
//! A straight line of four steps: the line is normalized and cut into tokens (`tokens`, by the tables of
//! `words` and `zones`), tokens are read as facts (`grammar`: a date, a clock, a zone, an amount of time),
//! facts are settled into one reading (`settle`, with `calendars` for days). `now` is given, never asked for.
//!
//! The one rule: refuse rather than guess. A word of no known meaning between the parts of a date or right
//! after a clock, a number that belongs to nothing, two stamps that do not agree, a day that does not exist, a
//! time more than two days in the future: each is a refusal with a stable reason, because a wrong time is
//! worse than none. What is taken on purpose, since every source means it so: a date without a year or a
//! clock without a date is the newest one that is not in the future; a zone is a place's, never a fixed
//! offset, unless the offset is printed; a day of the week only decides between readings.

mod amounts;
mod calendars;
mod clocks;
mod grammar;
mod place;
mod settle;
mod tokens;
mod words;
mod zones;

use crate::model::{Moment, Precision};
use jiff::{
    SignedDuration, Timestamp,
    tz::{Offset, TimeZone, TimeZoneDatabase},
};
use std::sync::LazyLock;

/// Why a line is refused, a stable code.
type Refusal = &'static str;

/// A longer line is no date line.
const LINE_BYTES_MAX: usize = 600;

/// The zone data built into the program, so that a bare machine reads Damascus right.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The order of day, month and year in a date of numbers alone, as its source prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// 2/3/2023 is the second of March.
    #[default]
    Dmy,
    /// 2/3/2023 is the third of February.
    Mdy,
    /// 23/3/2 is the second of March. A leading year of four digits is read so in any order.
    Ymd,
}

/// The calendar that a date was printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Calendar {
    /// Gregorian.
    #[default]
    Gregorian,
    /// The solar calendar of Iran and Afghanistan.
    Persian,
    /// The lunar calendar, as computed for Umm al-Qura.
    Hijri,
}

impl Calendar {
    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gregorian => "gregorian",
            Self::Persian => "persian",
            Self::Hijri => "hijri",
        }
    }
}

/// What is known about a line before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The zone of the source, for times printed without one.
    pub zone: &'a TimeZone,
    /// When the line was seen.
    pub now: Timestamp,
    /// How the source orders dates of numbers alone.
    pub order: Order,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The time; `None` where there is no one right reading.
    pub moment: Option<Moment>,
    /// The calendar it was printed in.
    pub calendar: Calendar,
    /// The zone that the line itself names and that was used: the IANA name of a city's zone, or the printed
    /// offset. `None`: the source's zone.
    pub zone: Option<String>,
    /// Why it was refused, a stable code: `date/none` (no date in it), `date/vague` (a month, "long ago"),
    /// `date/ambiguous`, `date/impossible`, `date/future`, `date/unknown-word`, `date/unknown-zone`.
    pub reason: Option<&'static str>,
    /// A clock time was printed without zone or city, and the source's zone was taken.
    pub assumed_zone: bool,
    /// The line is an amount of time that is not said to be past ("5 min"), taken as one before now: it may as well be
    /// how long something takes.
    pub is_bare_amount: bool,
}

/// A zone by its IANA name, from the built-in data.
pub fn zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// Reads a date line as printed.
///
/// A line that is one number of ten or thirteen digits is Unix time. Everything else is read part by part;
/// see the module's documentation for what is refused.
pub fn read(line: &str, context: &Context) -> Reading {
    let refuse = |reason| Reading { reason: Some(reason), ..Reading::default() };
    if line.len() > LINE_BYTES_MAX {
        return refuse("date/none");
    }
    let line = tokens::normalized(line);
    if let Some(at) = epoch(&line) {
        let moment = Moment { at, offset: Offset::UTC, precision: Precision::Second };
        let future = at.duration_since(context.now) > SignedDuration::from_hours(48);
        let reading = Reading { moment: Some(moment), zone: Some("UTC".to_owned()), ..Reading::default() };
        return if future { refuse("date/future") } else { reading };
    }
    let tokens = tokens::tokens(&line);
    settle::settle(&grammar::facts(&tokens), tokens.len(), context)
}

/// The instant of a line that is Unix time in seconds or milliseconds.
fn epoch(line: &str) -> Option<Timestamp> {
    let digits = line.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = line.parse().ok().filter(|_| digits)?;
    match line.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_second(number / 1000).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
