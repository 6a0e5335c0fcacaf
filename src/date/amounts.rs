//! Amounts of time, by their shape: "ساعتين إلا ربعا", "2 h 15 min".

use super::{
    grammar::Line,
    words::{Unit, Word},
};

/// An amount of time: "two hours and a half".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Amount {
    /// Seconds, minutes and hours, in seconds.
    pub(super) seconds: i64,
    /// Days and weeks, in days.
    pub(super) days: i64,
    /// Minutes or less are in it.
    pub(super) fine: bool,
    /// Months or years are in it.
    pub(super) vague: bool,
    /// A unit alone, without number: "hour".
    pub(super) bare: bool,
}

impl Line<'_> {
    /// An amount of time.
    pub(super) fn amount(self, at: usize) -> Option<(Amount, usize)> {
        let mut amount = Amount::default();
        let mut to = self.term(at, &mut amount, true)?;
        loop {
            let joined = self.word(to) == Some(Word::And);
            let next = to + usize::from(joined);
            match self.word(next) {
                Some(Word::Fraction(minutes)) if joined => {
                    amount.seconds += i64::from(minutes) * 60;
                    (amount.fine, amount.bare, to) = (true, false, next + 1);
                    continue;
                }
                Some(Word::Less) if let Some(Word::Fraction(minutes)) = self.word(next + 1) => {
                    amount.seconds -= i64::from(minutes) * 60;
                    (amount.fine, amount.bare, to) = (true, false, next + 2);
                    continue;
                }
                _ => {}
            }
            match self.term(next, &mut amount, false) {
                Some(after) => to = after,
                None => return Some((amount, to)),
            }
        }
    }

    /// One number with its unit, added to the amount. A unit alone counts only as the `first` term.
    fn term(self, at: usize, amount: &mut Amount, first: bool) -> Option<usize> {
        let unit = |at: usize| match self.word(at) {
            Some(Word::Unit(unit) | Word::Units(unit)) => Some(unit),
            Some(Word::H) => Some(Unit::Hour),
            _ => None,
        };
        if let Some(number) = self.number(at).filter(|number| number.digits <= 3) {
            amount.add(i64::try_from(number.value).ok()?, unit(at + 1)?);
            return Some(at + 2);
        }
        match self.word(at) {
            Some(Word::Count(count)) => {
                let tens = match (self.word(at + 1), self.word(at + 2)) {
                    (Some(Word::And), Some(Word::Count(tens))) if tens >= 20 => Some(tens),
                    _ => None,
                };
                let next = if tens.is_some() { at + 3 } else { at + 1 };
                amount.add(i64::from(count) + i64::from(tens.unwrap_or(0)), unit(next)?);
                Some(next + 1)
            }
            Some(Word::Fraction(minutes)) => {
                let next = self.soft(at + 1, "");
                unit(next).filter(|unit| *unit == Unit::Hour)?;
                amount.add(minutes.into(), Unit::Minute);
                Some(next + 1)
            }
            Some(Word::Dual(unit)) => {
                amount.add(2, unit);
                Some(at + 1)
            }
            Some(Word::Unit(unit)) if first => {
                amount.add(1, unit);
                // "ساعة واحدة": the number may follow.
                amount.bare = self.word(at + 1) != Some(Word::Count(1));
                Some(if amount.bare { at + 1 } else { at + 2 })
            }
            Some(Word::Units(_)) if first => {
                (amount.vague, amount.bare) = (true, true);
                Some(at + 1)
            }
            _ => None,
        }
    }
}

impl Amount {
    /// Adds so many of a unit.
    fn add(&mut self, count: i64, unit: Unit) {
        match unit {
            Unit::Second => self.seconds += count,
            Unit::Minute => self.seconds += count * 60,
            Unit::Hour => self.seconds += count * 3600,
            Unit::Day => self.days += count,
            Unit::Week => self.days += count * 7,
            Unit::Month | Unit::Year => self.vague = true,
        }
        self.fine |= matches!(unit, Unit::Second | Unit::Minute);
    }
}
