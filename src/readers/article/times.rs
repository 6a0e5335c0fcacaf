//! The time of publication among what is declared and what is printed.

use super::{Options, structured::Said};
use crate::{
    date::{self, Context},
    model::{Moment, Origin, Precision, Provenance},
};

use jiff::SignedDuration;

/// A time that was read, with the line it was read from.
#[derive(Debug, Clone)]
pub(super) struct Timed {
    /// The time.
    pub(super) moment: Moment,
    /// Where it was read.
    pub(super) provenance: Provenance,
    /// Whether the source's zone was taken for want of one.
    pub(super) is_assumed: bool,
    /// Whether the line itself named its zone.
    names_zone: bool,
}

/// Reads one line.
pub(super) fn read(options: &Options<'_>, line: &str, from: Origin, rule: Option<&str>) -> Option<Timed> {
    let context = Context { zone: options.zone, now: options.now, order: options.order };
    let (raw, reading) = pieces(line).into_iter().filter(|part| has_day(part)).find_map(|part| {
        let reading = date::read(part, &context);
        // "5 min" over an article is how long it takes to read, unless a rule points at it.
        let is_time = !reading.is_bare_amount || from == Origin::Rule;
        (reading.moment.is_some() && is_time).then_some((part, reading))
    })?;
    let moment = reading.moment?;
    let mut provenance = Provenance::from(from);
    provenance.rule = rule.map(str::to_owned);
    provenance.raw = Some(raw.to_owned());
    let own_zone = options.zone.iana_name().map(str::to_owned);
    provenance.zone = reading.zone.clone().or_else(|| reading.assumed_zone.then_some(own_zone).flatten());
    provenance.precision = Some(moment.precision);
    Some(Timed { moment, provenance, is_assumed: reading.assumed_zone, names_zone: reading.zone.is_some() })
}

/// The line, then its beginnings up to each bar or dot between its parts, then its parts, a few of them; last its
/// beginnings up to each comma, as far as they name a year: the clock of an update may stand behind it.
fn pieces(line: &str) -> Vec<&str> {
    let marks = ['|', '•', '·', '—'];
    let beginnings = line.char_indices().rev().filter(|(_, letter)| marks.contains(letter));
    let beginnings = beginnings.filter_map(|(at, _)| line.get(..at)).take(4);
    let parts = line.split(marks).take(6);
    let commas = line.char_indices().rev().filter(|(_, letter)| matches!(letter, ',' | '،'));
    let dates = commas.filter_map(|(at, _)| line.get(..at)).filter(|part| names_year(part)).take(4);
    std::iter::once(line).chain(beginnings).chain(parts).chain(dates).map(str::trim).collect()
}

/// Whether four digits stand together.
fn names_year(text: &str) -> bool {
    text.split(|letter: char| !letter.is_numeric()).any(|digits| digits.chars().count() == 4)
}

/// Whether a text can name a day. A clock time alone would be read as of today, which an article's is not.
fn has_day(text: &str) -> bool {
    let digits = text.chars().filter(|letter| letter.is_numeric()).count();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let has_seconds = text.matches(':').count() > 1;
    let is_clock =
        text.contains(':') && (digits <= 4 && letters <= 8 || has_seconds && digits <= 6 && letters <= 2);
    (digits > 0 || letters > 0) && !is_clock
}

/// The best of the declared times.
pub(super) fn declared(options: &Options<'_>, said: &[Said<String>]) -> Option<Timed> {
    let read_all = said.iter().filter_map(|said| read(options, &said.value, said.from, Some(said.rule)));
    let read_all: Vec<_> = read_all.collect();
    let exact = |timed: &&Timed| timed.moment.precision != Precision::Day && !timed.is_assumed;
    read_all.iter().find(exact).or(read_all.first()).cloned()
}

/// The best of the printed lines: the first, or the next with a clock time of its day.
pub(super) fn printed(options: &Options<'_>, lines: &[String]) -> Option<Timed> {
    let mut read = lines.iter().filter_map(|line| read(options, line, Origin::Generic, None));
    let first = read.next()?;
    if first.moment.precision != Precision::Day {
        return Some(first);
    }
    let is_exact = |timed: &Timed| timed.moment.precision != Precision::Day;
    // The day may be another one in another zone.
    let is_near = |timed: &Timed| timed.moment.at.duration_since(first.moment.at).abs() <= DAY_MAX;
    Some(read.find(|timed| is_exact(timed) && is_near(timed)).unwrap_or(first))
}

/// A clock time within so much of the beginning of a day may be one of it.
const DAY_MAX: SignedDuration = SignedDuration::from_hours(38);

/// The time that holds where one is declared and one printed, and whether the two contradict each other.
///
/// Publishers write local time as if it were UTC: the two then differ by a whole number of hours, and the
/// printed line, which names its zone, is right.
pub(super) fn agree(declared: Option<Timed>, printed: Option<Timed>) -> (Option<Timed>, bool) {
    let (Some(declared), Some(printed)) = (&declared, &printed) else { return (declared.or(printed), false) };
    if !printed.names_zone || printed.moment.precision == Precision::Day {
        return (Some(declared.clone()), false);
    }
    if declared.is_assumed || declared.moment.precision == Precision::Day {
        return (Some(printed.clone()), false);
    }
    let minutes = (declared.moment.at.as_second() - printed.moment.at.as_second()).abs() / 60;
    let is_shifted = minutes > 0 && minutes <= 14 * 60 && minutes % 60 == 0;
    (Some(if is_shifted { printed.clone() } else { declared.clone() }), is_shifted)
}
