//! Local times and their zones: a printed clock and day to an instant at a place.

use super::{Context, Reading, Refusal, clocks::Clock, grammar::Zone, words::Half};
use crate::model::{Moment, Precision};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time, Weekday},
    tz::{Offset, TimeZone},
};

/// The zone in which a time is read, and its printed name.
#[derive(Debug)]
pub(super) struct Place {
    zone: TimeZone,
    name: Option<String>,
}

impl Place {
    /// The place of a printed zone, else of the source.
    pub(super) fn of(zone: Option<&Zone>, context: &Context) -> Result<Self, Refusal> {
        Ok(match zone {
            None | Some(Zone::Local) => Self { zone: context.zone.clone(), name: None },
            Some(Zone::Named(zone, name)) => Self { zone: zone.clone(), name: Some(name.clone()) },
            Some(Zone::Offset(minutes)) => {
                let offset = Offset::from_seconds(minutes * 60).map_err(|_| "date/impossible")?;
                let sign = if *minutes < 0 { '-' } else { '+' };
                let minutes = minutes.abs();
                let name = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
                Self { zone: TimeZone::fixed(offset), name: Some(name) }
            }
            Some(Zone::Shared(name)) => return Self::shared(name, context),
        })
    }

    /// The place of an abbreviation that several zones share: the source's, if its zone is called so. Of the
    /// three only CST has a meaning in mail's own list, which holds where the source is not in the east.
    fn shared(name: &'static str, context: &Context) -> Result<Self, Refusal> {
        let info = context.zone.to_offset_info(context.now);
        if info.abbreviation().eq_ignore_ascii_case(name) {
            return Ok(Self {
                zone: context.zone.clone(),
                name: context.zone.iana_name().map(str::to_owned),
            });
        }
        // Java names the zones of Riyadh, Baghdad and Kuwait so; the Atlantic never shares their offset.
        if name == "ast" && info.offset().seconds() == 3 * 3600 {
            return Self::of(Some(&Zone::Offset(180)), context);
        }
        if name == "cst" && info.offset().seconds() <= 0 {
            return Self::of(Some(&Zone::Offset(-360)), context);
        }
        Err("date/unknown-zone")
    }

    /// The date at an instant.
    pub(super) fn date(&self, at: Timestamp) -> Date {
        at.to_zoned_datetime(self.zone.clone()).date()
    }

    /// The instant of a local time; in the gap of a clock change the time after it, in the doubled hour the
    /// first.
    pub(super) fn instant(&self, date: Date, time: Time) -> Option<Timestamp> {
        self.zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()
    }

    /// The newest instant with this time (and day of the week) that is not in the future.
    pub(super) fn newest(&self, time: Time, now: Timestamp, weekday: Option<Weekday>) -> Option<Timestamp> {
        let today = self.date(now);
        (0..=7).find_map(|back| {
            let date = before(today, back)
                .ok()
                .filter(|date| weekday.is_none_or(|weekday| weekday == date.weekday()))?;
            self.instant(date, time).filter(|at| *at <= now)
        })
    }

    /// A reading at this place.
    pub(super) fn reading(self, at: Timestamp, precision: Precision, assumed_zone: bool) -> Reading {
        let moment = Moment { at, offset: self.zone.to_offset(at), precision };
        Reading { moment: Some(moment), zone: self.name, assumed_zone, ..Reading::default() }
    }
}

/// The time of a printed clock.
pub(super) fn time(clock: Clock) -> Result<Time, Refusal> {
    let hour = match (clock.half, clock.hour) {
        (Some(Half::Am | Half::Night), 12) => 0,
        (Some(Half::Pm), hour @ 1..=11)
        | (Some(Half::Noon), hour @ 1..=4)
        | (Some(Half::Night), hour @ 6..=11) => hour + 12,
        (None, hour)
        | (Some(Half::Am), hour @ 0..=11)
        | (Some(Half::Pm), hour @ 12..=23)
        | (Some(Half::Noon), hour @ 10..=16)
        | (Some(Half::Night), hour @ (0..=5 | 18..=23)) => hour,
        (Some(_), _) => return Err("date/impossible"),
    };
    let part = |value: u64| i8::try_from(value).map_err(|_| "date/impossible");
    // A leap second is printed as 60.
    let second = clock.second.unwrap_or(0);
    let second = if second == 60 { 59 } else { second };
    Time::new(part(hour)?, part(clock.minute.unwrap_or(0))?, part(second)?, 0).map_err(|_| "date/impossible")
}

/// The day so many days before another.
pub(super) fn before(date: Date, days: i64) -> Result<Date, Refusal> {
    date.checked_sub(SignedDuration::from_hours(days.saturating_mul(24))).map_err(|_| "date/impossible")
}
