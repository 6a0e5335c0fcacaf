//! Clock times and offsets from UTC, by their shape.

use super::{
    grammar::{Fact, Line, Zone},
    words::{Half, Unit, Word},
};

/// A clock time as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// As printed.
    pub(super) hour: u64,
    /// `None`: the hour alone was printed.
    pub(super) minute: Option<u64>,
    /// Seconds, if printed.
    pub(super) second: Option<u64>,
    /// Half of the day, if printed.
    pub(super) half: Option<Half>,
}

impl Line<'_> {
    /// A clock time, with the half of the day before or after it.
    pub(super) fn clock(self, at: usize, dated: bool) -> Option<(Clock, usize)> {
        let (mut clock, mut to) = self.colon_clock(at).or_else(|| self.other_clock(at, dated))?;
        if clock.minute.is_none()
            && self.word(to) == Some(Word::And)
            && let Some(minute) = self.short(to + 1)
        {
            // "18 و30 دقيقة"
            clock.minute = Some(minute);
            to += if matches!(self.word(to + 2), Some(Word::Unit(Unit::Minute) | Word::Units(Unit::Minute))) {
                3
            } else {
                2
            };
        }
        let before = at.checked_sub(1).and_then(|before| self.word(before));
        match self.word(to) {
            Some(Word::Half(half)) => (clock.half, to) = (Some(half), to + 1),
            Some(Word::Meem) => (clock.half, to) = (Some(Half::Pm), to + 1),
            _ => {}
        }
        if clock.half.is_none()
            && let Some(Word::Half(half)) = before
        {
            clock.half = Some(half);
        }
        Some((clock, to))
    }

    /// `10:55`, `10:55:03`, `10:55:03.250`.
    pub(super) fn colon_clock(self, at: usize) -> Option<(Clock, usize)> {
        let hour = self.short(at)?;
        let is_minute = |at: usize| self.number(at).filter(|number| number.digits == 2);
        if self.sign(at + 1) != Some(':') {
            return None;
        }
        let minute = is_minute(at + 2)?.value;
        let mut to = at + 3;
        let mut second = None;
        if self.sign(to) == Some(':')
            && let Some(number) = is_minute(to + 1)
        {
            second = Some(number.value);
            to += 2;
            let fraction = matches!(self.sign(to), Some('.' | ',')) && self.glued(to) && self.glued(to + 1);
            if fraction && self.number(to + 1).is_some() {
                to += 2;
            }
        }
        Some((Clock { hour, minute: Some(minute), second, half: None }, to))
    }

    /// Clocks without a colon: `18h30`, `10.30 Uhr`, `10 ص`, `الساعة الخامسة والنصف`, `10時30分`, `T101500`.
    fn other_clock(self, at: usize, dated: bool) -> Option<(Clock, usize)> {
        let word_before = |back: usize| at.checked_sub(back).and_then(|before| self.word(before));
        let after_oclock = word_before(1) == Some(Word::Clock)
            // "kl. 10.55"
            || (word_before(2) == Some(Word::Clock) && at.checked_sub(1).and_then(|dot| self.sign(dot)) == Some('.'));
        let clock = |hour, minute, to| Some((Clock { hour, minute, second: None, half: None }, to));
        if let (Some(Word::Hour(hour)), true) = (self.word(at), after_oclock) {
            let (minute, earlier, to) = self.fraction(at + 1);
            return clock(if earlier { u64::from(hour + 11) % 12 } else { hour.into() }, minute, to);
        }
        if let Some(compact) = self.compact_clock(at) {
            return Some(compact);
        }
        let hour = self.short(at)?;
        match self.word(at + 1) {
            Some(Word::H) => match self.number(at + 2).filter(|number| number.digits == 2) {
                Some(minute) => clock(hour, Some(minute.value), at + 3),
                None if dated || after_oclock => clock(hour, None, at + 2),
                None => None,
            },
            Some(Word::Mark('H')) => Some(self.marked_clock(hour, at + 2)),
            Some(Word::Clock) => match self.short(at + 2) {
                Some(minute) if self.sign(at + 3).is_none() => clock(hour, Some(minute), at + 3),
                _ => clock(hour, None, at + 2),
            },
            Some(Word::Half(_) | Word::Meem) => clock(hour, None, at + 1),
            _ => self.dot_clock(at, hour, after_oclock),
        }
    }

    /// `10.30` where a word says that it is a clock, else the hour alone after such a word.
    fn dot_clock(self, at: usize, hour: u64, after_oclock: bool) -> Option<(Clock, usize)> {
        let minute =
            self.number(at + 2).filter(|number| number.digits == 2 && self.sign(at + 1) == Some('.'));
        let said = after_oclock || matches!(self.word(at + 3), Some(Word::Clock | Word::Half(_)));
        match minute {
            Some(minute) if said && self.sign(at + 3) != Some('.') => {
                let to = if self.word(at + 3) == Some(Word::Clock) { at + 4 } else { at + 3 };
                Some((Clock { hour, minute: Some(minute.value), second: None, half: None }, to))
            }
            None if after_oclock => Some((Clock { hour, minute: None, second: None, half: None }, at + 1)),
            _ => None,
        }
    }

    /// The minutes and seconds of `10時30分05秒`.
    fn marked_clock(self, hour: u64, at: usize) -> (Clock, usize) {
        let marked =
            |at: usize, mark: char| self.short(at).filter(|_| self.word(at + 1) == Some(Word::Mark(mark)));
        let Some(minute) = marked(at, 'M') else {
            return (Clock { hour, minute: None, second: None, half: None }, at);
        };
        let second = marked(at + 2, 'S');
        let to = if second.is_some() { at + 4 } else { at + 2 };
        (Clock { hour, minute: Some(minute), second, half: None }, to)
    }

    /// The clock of ISO 8601's basic form, after its `T`.
    fn compact_clock(self, at: usize) -> Option<(Clock, usize)> {
        let before = at.checked_sub(1)?;
        let number = self.number(at).filter(|_| self.word(before) == Some(Word::T) && self.glued(at))?;
        let value = number.value;
        let (hour, minute, second) = match number.digits {
            4 => (value / 100, value % 100, None),
            6 => (value / 10_000, value / 100 % 100, Some(value % 100)),
            _ => return None,
        };
        Some((Clock { hour, minute: Some(minute), second, half: None }, at + 1))
    }

    /// "and a half", "less a quarter": minutes, whether they are of the hour before, and the place after.
    fn fraction(self, at: usize) -> (Option<u64>, bool, usize) {
        match (self.word(at), self.word(at + 1)) {
            (Some(Word::And), Some(Word::Fraction(minutes))) => (Some(minutes.into()), false, at + 2),
            (Some(Word::Less), Some(Word::Fraction(minutes))) => {
                (Some(60 - u64::from(minutes)), true, at + 2)
            }
            _ => (None, false, at),
        }
    }

    /// An offset from UTC: `+0300`, `-08:00`, `GMT+3`, `(UTC +03:00)`.
    pub(super) fn offset(self, at: usize) -> Option<(Fact, usize)> {
        let utc = self.word(at) == Some(Word::Zone("UTC"));
        let from = if utc { at + 1 } else { at };
        let sign = self.sign(from).filter(|sign| matches!(sign, '+' | '-'))?;
        let number = self.number(from + 1).filter(|_| self.glued(from + 1))?;
        let colon = self.sign(from + 2) == Some(':') && self.glued(from + 2);
        let minutes = self.number(from + 3).filter(|number| colon && number.digits == 2);
        let (minutes, to) = match (number.digits, minutes) {
            (1 | 2, Some(minutes)) => (number.value * 60 + minutes.value, from + 4),
            (4, None) => (number.value / 100 * 60 + number.value % 100, from + 2),
            (1 | 2, None) if utc => (number.value * 60, from + 2),
            (1, None) if sign == '+' && self.is_after_iso_clock(from) => (number.value * 60, from + 2),
            (2, None) if at > 0 && (sign == '+' || self.is_after_iso_clock(from)) => {
                (number.value * 60, from + 2)
            }
            _ => return None,
        };
        // A dash between two clocks is a range; before an offset it follows seconds, a `T` form or a space.
        let dash_is_sign = utc || sign == '+' || !self.glued(from) || self.is_after_iso_clock(from);
        let minutes =
            i32::try_from(minutes).ok().filter(|minutes| *minutes <= 15 * 60 && minutes % 15 == 0)?;
        let minutes = if sign == '-' { -minutes } else { minutes };
        dash_is_sign.then_some((Fact::Zone(Zone::Offset(minutes)), to))
    }

    /// Whether the tokens before are a clock with seconds, or one after a `T`.
    fn is_after_iso_clock(self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back);
        before(5).is_some_and(|at| self.colon_clock(at).is_some_and(|(clock, _)| clock.second.is_some()))
            || before(7)
                .is_some_and(|at| self.colon_clock(at).is_some_and(|(clock, _)| clock.second.is_some()))
            || before(4).is_some_and(|at| self.word(at) == Some(Word::T))
            || before(2).is_some_and(|at| self.word(at) == Some(Word::T))
    }
}
