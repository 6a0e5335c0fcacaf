//! Printed dates to days: which number is the year, which calendar a year is of, and whether the day exists.

use super::{Calendar, Context, Order, grammar::Printed, tokens::Number};
use icu_calendar::{Date as CalendarDate, Iso, cal::Hijri};
use jiff::civil::{Date, Weekday};

/// How far back a year without its calendar's name may lie to be believed, in years. Within it the years of
/// the three calendars do not meet.
const RECENT_YEARS: i64 = 15;

/// A day, and the calendar it was printed in.
pub(super) type Day = (Calendar, Date);

/// What is known beside the date itself.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    /// What is known about the line.
    pub(super) context: &'a Context<'a>,
    /// Today in the zone of the line.
    pub(super) today: Date,
    /// The one day of the week that is printed.
    pub(super) weekday: Option<Weekday>,
}

/// The day of a printed date, or the reason why there is none.
pub(super) fn day(printed: Printed, era: Option<Calendar>, beside: Beside) -> Result<Day, &'static str> {
    match printed {
        Printed::Numbers { parts, dots } => numbers(parts, dots, era, beside),
        Printed::Named { calendar, .. } if era.is_some_and(|era| era != calendar) => Err("date/impossible"),
        Printed::Named { calendar, day, month, year: Some(year) } => {
            let year = full_year(year, calendar, beside.today).ok_or("date/impossible")?;
            date(calendar, year, month.into(), day).map(|date| (calendar, date)).ok_or("date/impossible")
        }
        Printed::Named { calendar, day, month, year: None } => {
            newest(calendar, month, day, beside).map(|date| (calendar, date))
        }
    }
}

/// A date of numbers alone, by the source's order; by another order where only that gives a day, or where
/// the printed day of the week says so.
fn numbers(
    parts: [Number; 3],
    dots: bool,
    era: Option<Calendar>,
    beside: Beside,
) -> Result<Day, &'static str> {
    let [a, b, c] = parts;
    let (dmy, mdy, ymd) = ([c, b, a], [c, a, b], [a, b, c]);
    let mut reasons = "date/impossible";
    let mut read = |[year, month, day]: [Number; 3]| {
        if month.digits > 2 || day.digits > 2 {
            return None;
        }
        match calendar_of(year, era, beside) {
            Ok(calendar) => {
                let year = full_year(year, calendar, beside.today)?;
                date(calendar, year, month.value, day.value).map(|date| (calendar, date))
            }
            Err(reason) => {
                reasons = reason;
                None
            }
        }
    };
    if a.digits == 4 {
        return read(ymd).ok_or(reasons);
    }
    let [first, second] = match beside.context.order {
        Order::Mdy if !dots => [Some(mdy), Some(dmy)],
        Order::Ymd if c.digits == 2 => [Some(ymd), None],
        Order::Dmy if !dots && c.digits == 4 => [Some(dmy), Some(mdy)],
        Order::Dmy | Order::Mdy | Order::Ymd => [Some(dmy), None],
    };
    let candidates = [first.and_then(&mut read), second.and_then(&mut read)];
    // With a year of two digits, a reading from the other end that is nearer to today is a doubt.
    let rival = (c.digits == 2 && a.digits == 2).then(|| read(ymd)).flatten();
    let chosen = candidates
        .into_iter()
        .flatten()
        .find(|(_, date)| beside.weekday == Some(date.weekday()))
        .or_else(|| candidates.into_iter().flatten().next())
        .ok_or(reasons)?;
    let is_nearer = |(_, rival): &Day| *rival <= beside.today && *rival > chosen.1;
    if beside.weekday != Some(chosen.1.weekday()) && rival.as_ref().is_some_and(is_nearer) {
        return Err("date/ambiguous");
    }
    Ok(chosen)
}

/// The calendar of a year that is printed without one.
fn calendar_of(year: Number, era: Option<Calendar>, beside: Beside) -> Result<Calendar, &'static str> {
    let gregorian = i64::from(beside.today.year());
    let value = i64::try_from(year.value).unwrap_or(i64::MAX);
    if let Some(era) = era {
        return Ok(era);
    }
    if year.digits != 4 || value >= 1700 {
        return Ok(Calendar::Gregorian);
    }
    let is_recent = |now: i64| (now - RECENT_YEARS..=now + 1).contains(&value);
    let zone = beside.context.zone.iana_name();
    if is_recent(gregorian - 621) || matches!(zone, Some("Asia/Tehran" | "Asia/Kabul")) {
        Ok(Calendar::Persian)
    } else if is_recent(hijri_year(gregorian)) || zone == Some("Asia/Riyadh") {
        Ok(Calendar::Hijri)
    } else {
        Err("date/ambiguous")
    }
}

/// The Hijri year that ends in or soon after a Gregorian year.
const fn hijri_year(gregorian: i64) -> i64 {
    (gregorian - 622) * 33 / 32 + 1
}

/// The year in full. Two digits are of this century, or of the last where that would be in the future.
fn full_year(year: Number, calendar: Calendar, today: Date) -> Option<i32> {
    let value = i32::try_from(year.value).ok()?;
    match (year.digits, calendar) {
        (4, Calendar::Gregorian) => (1900..=2200).contains(&value).then_some(value),
        (4, Calendar::Persian | Calendar::Hijri) => (1280..=1580).contains(&value).then_some(value),
        (2, Calendar::Gregorian) => {
            Some(if value + 2000 <= i32::from(today.year()) { value + 2000 } else { value + 1900 })
        }
        _ => None,
    }
}

/// The newest day with this month and day that is not in the future. A printed day of the week has to agree.
fn newest(calendar: Calendar, month: u8, day: u64, beside: Beside) -> Result<Date, &'static str> {
    let gregorian = i64::from(beside.today.year());
    let year = match calendar {
        Calendar::Gregorian => gregorian,
        Calendar::Persian => gregorian - 621,
        Calendar::Hijri => hijri_year(gregorian) + 1,
    };
    let days = (0..=8).filter_map(|back| date(calendar, i32::try_from(year - back).ok()?, month.into(), day));
    let newest = days.into_iter().find(|date| *date <= beside.today).ok_or("date/impossible")?;
    let agrees = beside.weekday.is_none_or(|weekday| weekday == newest.weekday());
    if agrees { Ok(newest) } else { Err("date/ambiguous") }
}

/// The day of a calendar, if it exists.
fn date(calendar: Calendar, year: i32, month: u64, day: u64) -> Option<Date> {
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    let iso = match calendar {
        Calendar::Gregorian => {
            let (year, month, day) =
                (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            return Date::new(year, month, day).ok();
        }
        Calendar::Persian => CalendarDate::try_new_persian(year, month, day).ok()?.to_calendar(Iso),
        Calendar::Hijri => {
            CalendarDate::try_new_hijri_with_calendar(year, month, day, Hijri::new_umm_al_qura())
                .ok()?
                .to_calendar(Iso)
        }
    };
    let year = i16::try_from(iso.year().extended_year()).ok()?;
    Date::new(year, i8::try_from(iso.month().ordinal).ok()?, i8::try_from(iso.day_of_month().0).ok()?).ok()
}
