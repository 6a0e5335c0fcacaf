//! Facts to one reading: which stamp of the line counts, what its parts add up to, and when to refuse.

use super::{
    Calendar, Context, Reading, Refusal,
    amounts::Amount,
    calendars::{self, Beside, Day},
    clocks::Clock,
    grammar::{Fact, Found, Printed, Zone},
    place::{Place, before, time},
    words::Label,
};
use crate::model::Precision;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time, Weekday},
};

/// A time further than this in the future is a fault of the line or of our reading.
const FUTURE_MAX: SignedDuration = SignedDuration::from_hours(48);

/// The reading of a line's facts; `tokens` is how many tokens the line has.
pub(super) fn settle(found: &[Found], tokens: usize, context: &Context) -> Reading {
    let reading = stamp(found).and_then(|stamp| Stamp { found: stamp, tokens, context }.read());
    let reading = reading.and_then(|reading| {
        let future = reading.moment.is_some_and(|moment| moment.at.duration_since(context.now) > FUTURE_MAX);
        if future { Err("date/future") } else { Ok(reading) }
    });
    reading.unwrap_or_else(|reason| Reading { reason: Some(reason), ..Reading::default() })
}

/// The stamp that counts: the update's, else the publication's, else the one without a label.
fn stamp(found: &[Found]) -> Result<&[Found], Refusal> {
    let groups = found.chunk_by(|_, next| !matches!(next.fact, Fact::Label(_))).map(|group| {
        match group.split_first() {
            Some((Found { fact: Fact::Label(label), .. }, rest)) => (Some(*label), rest),
            _ => (None, group),
        }
    });
    let telling: Vec<_> = groups.filter(|(_, group)| group.iter().any(|found| tells(&found.fact))).collect();
    let of =
        |label: Option<Label>| telling.iter().find(|(found, _)| *found == label).map(|(_, group)| *group);
    let chosen = of(Some(Label::Updated)).or_else(|| of(Some(Label::Published))).or_else(|| of(None));
    let Some(chosen) = chosen else {
        let vague = found.iter().any(|found| found.fact == Fact::Vague);
        return Err(if vague { "date/vague" } else { "date/none" });
    };
    // A clock alone is of today; beside another stamp it may be of that stamp's day.
    let clock_only = chosen.iter().all(|found| !tells(&found.fact) || matches!(found.fact, Fact::Clock(_)));
    if clock_only && telling.len() > 1 { Err("date/ambiguous") } else { Ok(chosen) }
}

/// Whether a fact says something about a time by itself.
fn tells(fact: &Fact) -> bool {
    let alone = matches!(fact, Fact::Date(..) | Fact::Clock(_) | Fact::Day(_) | Fact::Now | Fact::Since);
    alone || matches!(fact, Fact::Doubt | Fact::Fault | Fact::Amount(Amount { bare: false, .. }))
}

/// One stamp of a line.
struct Stamp<'a> {
    found: &'a [Found],
    tokens: usize,
    context: &'a Context<'a>,
}

impl Stamp<'_> {
    fn read(&self) -> Result<Reading, Refusal> {
        self.refuse_doubt()?;
        let dates = self.dates()?;
        self.refuse_unknown(!dates.is_empty())?;
        let clocks = self.clocks()?;
        let zone = match clocks.first() {
            Some((_, zone)) => zone.clone(),
            None => self.zones(self.first(), self.found.len()).next().cloned(),
        };
        let place = Place::of(zone.as_ref(), self.context)?;
        let weekday = self.weekday();
        let beside = Beside { context: self.context, today: place.date(self.context.now), weekday };
        if !dates.is_empty() {
            let (calendar, date) = one_day(&dates, beside)?;
            return self.at(Some(date), &clocks, place).map(|reading| Reading { calendar, ..reading });
        }
        if let Some(days) = self
            .found
            .iter()
            .find_map(|found| if let Fact::Day(days) = found.fact { Some(days) } else { None })
        {
            let date = if days < 0 { Err("date/future") } else { before(beside.today, days.into()) }?;
            return self.at(Some(date), &clocks, place);
        }
        if let Some(amount) = self.amount()? {
            return if clocks.is_empty() {
                let is_bare_amount = !self.is_past();
                let reading = relative(amount, beside.today, self.context.now, place);
                reading.map(|reading| Reading { is_bare_amount, ..reading })
            } else if amount.seconds == 0 {
                self.at(Some(before(beside.today, amount.days)?), &clocks, place)
            } else {
                Err("date/ambiguous")
            };
        }
        if !clocks.is_empty() {
            return self.at(None, &clocks, place);
        }
        if self.found.iter().any(|found| found.fact == Fact::Now) {
            return Ok(place.reading(whole_second(self.context.now), Precision::Minute, false));
        }
        Err("date/none")
    }

    /// The first fact that says something about a time.
    fn first(&self) -> usize {
        self.found.iter().position(|found| tells(&found.fact)).unwrap_or(0)
    }

    /// Facts that allow no reading at all.
    fn refuse_doubt(&self) -> Result<(), Refusal> {
        for (at, found) in self.found.iter().enumerate() {
            let next = self.found.get(at + 1).map(|found| &found.fact);
            let last = at.checked_sub(1).and_then(|last| self.found.get(last)).map(|found| &found.fact);
            match (last, &found.fact, next) {
                (_, Fact::Fault, _) => return Err("date/impossible"),
                (_, Fact::ZoneOf, Some(Fact::Zone(_)))
                | (Some(Fact::Amount(_)), Fact::Since, _)
                | (_, Fact::Since, Some(Fact::Amount(_))) => {}
                (_, Fact::ZoneOf, _) | (_, Fact::Clock(_), Some(Fact::Unknown)) => return Err("date/unknown-zone"),
                // "Since" and "before" without an amount of time are about something else.
                (_, Fact::Doubt | Fact::Since, _)
                // "Since the day of", "10 o'clock and 5 minutes".
                | (Some(Fact::Since), Fact::Amount(Amount { bare: true, .. }), Some(Fact::Weekday(_) | Fact::Date(..)))
                | (_, Fact::Clock(_), Some(Fact::Amount(Amount { bare: false, .. }))) => return Err("date/ambiguous"),
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses unknown words between the parts of a date; where no whole date is printed, also beside the
    /// parts, unless a sign stands between.
    fn refuse_unknown(&self, dated: bool) -> Result<(), Refusal> {
        let is_core = |found: &Found| tells(&found.fact);
        let first = self.first();
        let last = self.found.iter().rposition(is_core).unwrap_or(0);
        let inner = self.found.get(first..=last).unwrap_or_default();
        let is_unknown = |found: &Found| found.fact == Fact::Unknown;
        let mixed = |part: &[Found]| part.iter().any(is_core) && part.iter().any(is_unknown);
        let parts = self.found.split(|found| found.fact == Fact::Break).any(mixed);
        if inner.iter().any(is_unknown) || (!dated && parts) { Err("date/unknown-word") } else { Ok(()) }
    }

    /// The printed dates. A year that stands apart (`Aug 30 17:26:16 2012`) joins its date; any other number
    /// that belongs to nothing is a refusal.
    fn dates(&self) -> Result<Vec<(Printed, Option<Calendar>)>, Refusal> {
        let mut dates: Vec<_> = self
            .found
            .iter()
            .filter_map(
                |found| if let Fact::Date(printed, era) = found.fact { Some((printed, era)) } else { None },
            )
            .collect();
        // "2 April" beside "April 2022": the year that is printed apart may not be left out.
        let vague = self.found.iter().any(|found| found.fact == Fact::Vague);
        if vague && dates.iter().any(|(date, _)| matches!(date, Printed::Named { year: None, .. })) {
            return Err("date/ambiguous");
        }
        for found in self.found {
            let Fact::Number(number) = found.fact else { continue };
            match dates.as_mut_slice() {
                [(Printed::Named { year: year @ None, .. }, _)] if number.digits == 4 => *year = Some(number),
                _ => return Err("date/ambiguous"),
            }
        }
        Ok(dates)
    }

    /// The one day of the week that is printed.
    fn weekday(&self) -> Option<Weekday> {
        let mut weekdays = self
            .found
            .iter()
            .filter_map(|found| if let Fact::Weekday(weekday) = found.fact { Some(weekday) } else { None });
        weekdays.next().filter(|first| weekdays.all(|weekday| weekday == *first))
    }

    /// Zones between two facts.
    fn zones(&self, from: usize, to: usize) -> impl Iterator<Item = &Zone> {
        let found = self.found.get(from..to).unwrap_or_default();
        found.iter().filter_map(|found| if let Fact::Zone(zone) = &found.fact { Some(zone) } else { None })
    }

    /// The clocks with their zones: the zone printed after a clock, else one printed before it, unless that is
    /// a dateline's city in front of everything.
    fn clocks(&self) -> Result<Vec<(Time, Option<Zone>)>, Refusal> {
        let places: Vec<usize> = self
            .found
            .iter()
            .enumerate()
            .filter_map(|(at, found)| matches!(found.fact, Fact::Clock(_)).then_some(at))
            .collect();
        let mut clocks = Vec::new();
        let mut from = 0;
        for (number, at) in places.iter().copied().enumerate() {
            let Some(Found { fact: Fact::Clock(clock), .. }) = self.found.get(at) else { continue };
            let to = places.get(number + 1).copied().unwrap_or(self.found.len());
            let time = time(*clock)?;
            let mut after: Vec<Zone> = self.zones(at, to).cloned().collect();
            if after.is_empty() {
                after.extend(self.zone_before(from, at));
            }
            from = at + 1;
            if after.is_empty() {
                clocks.push((time, None));
            }
            clocks.extend(after.into_iter().map(|zone| (time, Some(zone))));
        }
        Ok(clocks)
    }

    /// A zone printed before a clock.
    fn zone_before(&self, from: usize, to: usize) -> Option<Zone> {
        let first = self.first();
        (from..to).rev().find_map(|at| {
            let Fact::Zone(zone) = &self.found.get(at)?.fact else { return None };
            let said = at
                .checked_sub(1)
                .and_then(|before| self.found.get(before))
                .is_some_and(|found| found.fact == Fact::ZoneOf);
            let is_place = matches!(zone, Zone::Named(_, name) if name != "UTC");
            (said || !is_place || at > first).then(|| zone.clone())
        })
    }

    /// Whether it says "ago".
    fn is_past(&self) -> bool {
        self.found.iter().any(|found| found.fact == Fact::Since)
    }

    /// The one amount of time that is printed, if it is said to be past, or all that the line says.
    fn amount(&self) -> Result<Option<Amount>, Refusal> {
        let since = self.is_past();
        let amounts = self.found.iter().filter_map(|found| {
            let Fact::Amount(amount) = found.fact else { return None };
            (!amount.bare || since).then_some((amount, found))
        });
        let mut amounts = amounts.peekable();
        let Some((amount, found)) = amounts.next() else { return Ok(None) };
        let alone = found.from == 0 && found.to == self.tokens;
        match () {
            () if amounts.peek().is_some() => Err("date/ambiguous"),
            () if !since && !alone => Err("date/none"),
            () if amount.vague => Err("date/vague"),
            () => Ok(Some(amount)),
        }
    }

    /// The reading of a day (today or the newest day that is not in the future, where none is printed) with
    /// all its clocks, which have to agree.
    fn at(
        &self,
        date: Option<Date>,
        clocks: &[(Time, Option<Zone>)],
        place: Place,
    ) -> Result<Reading, Refusal> {
        let Some((time, zone)) = clocks.first() else {
            let date = date.ok_or("date/none")?;
            let at = place.instant(date, Time::midnight()).ok_or("date/impossible")?;
            return Ok(place.reading(at, Precision::Day, false));
        };
        let instant = |time: &Time, zone: Option<&Zone>| -> Result<Timestamp, Refusal> {
            let place = Place::of(zone, self.context)?;
            let at = match date {
                Some(date) => place.instant(date, *time),
                None => place.newest(*time, self.context.now, self.weekday()),
            };
            at.ok_or("date/impossible")
        };
        let at = instant(time, zone.as_ref())?;
        for (time, zone) in clocks.iter().skip(1) {
            if instant(time, zone.as_ref())? != at {
                return Err("date/ambiguous");
            }
        }
        Ok(place.reading(at, self.precision(), zone.is_none()))
    }

    /// How exact the first clock is printed.
    fn precision(&self) -> Precision {
        let clock = self
            .found
            .iter()
            .find_map(|found| if let Fact::Clock(clock) = found.fact { Some(clock) } else { None });
        match clock {
            Some(Clock { minute: None, .. }) => Precision::Hour,
            Some(Clock { second: Some(_), .. }) => Precision::Second,
            _ => Precision::Minute,
        }
    }
}

/// The one day that all printed dates mean. A Gregorian date counts more than one of another calendar beside
/// it; a Hijri date may be two days off, because months begin when the moon is seen.
fn one_day(dates: &[(Printed, Option<Calendar>)], beside: Beside) -> Result<Day, Refusal> {
    let mut days = Vec::new();
    for (printed, era) in dates {
        days.push(calendars::day(*printed, *era, beside)?);
    }
    let of = |wanted: Calendar| days.iter().find(|(calendar, _)| *calendar == wanted);
    let chosen = of(Calendar::Gregorian).or_else(|| of(Calendar::Persian)).or_else(|| of(Calendar::Hijri));
    let chosen = *chosen.ok_or("date/none")?;
    let agrees = days.iter().all(|(calendar, date)| {
        let days_off = chosen.1.duration_since(*date).as_hours().abs() / 24;
        days_off <= if *calendar == Calendar::Hijri && chosen.0 != Calendar::Hijri { 2 } else { 0 }
    });
    if agrees { Ok(chosen) } else { Err("date/ambiguous") }
}

/// The reading of an amount of time before now. Days are days of the calendar, not hours.
fn relative(amount: Amount, today: Date, now: Timestamp, place: Place) -> Result<Reading, Refusal> {
    if amount.seconds == 0 && amount.days > 0 {
        let at = place.instant(before(today, amount.days)?, Time::midnight()).ok_or("date/impossible")?;
        return Ok(place.reading(at, Precision::Day, false));
    }
    let past = SignedDuration::from_secs(amount.days * 86_400 + amount.seconds);
    let at = now.checked_sub(past).map_err(|_| "date/impossible")?;
    let precision = if amount.fine { Precision::Minute } else { Precision::Hour };
    Ok(place.reading(whole_second(at), precision, false))
}

/// The instant without its fraction of a second.
fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
