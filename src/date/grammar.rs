//! Tokens to facts: the dates, clocks, zones and amounts of time that are printed in a line, each checked for
//! its shape only. What they add up to is decided elsewhere.

use super::{
    Calendar,
    amounts::Amount,
    clocks::Clock,
    tokens::{Number, Placed, Token},
    words::{Label, Unit, Word},
};
use jiff::{civil::Weekday, tz::TimeZone};

/// A date as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Printed {
    /// Three numbers whose order is not said; `dots`: with dots between them.
    Numbers {
        /// In printed order.
        parts: [Number; 3],
        /// Printed with dots.
        dots: bool,
    },
    /// A day and a named month, with or without a year.
    Named {
        /// Of the month's name.
        calendar: Calendar,
        /// Day of the month.
        day: u64,
        /// From 1.
        month: u8,
        /// As printed.
        year: Option<Number>,
    },
}

/// A zone as printed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Zone {
    /// An IANA zone, by a place or by name.
    Named(TimeZone, String),
    /// An offset in minutes.
    Offset(i32),
    /// An abbreviation that several zones share.
    Shared(&'static str),
    /// The source's zone, explicitly.
    Local,
}

/// What is printed somewhere in a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fact {
    /// A date.
    Date(Printed, Option<Calendar>),
    /// A clock time.
    Clock(Clock),
    /// A zone.
    Zone(Zone),
    /// "at the time of".
    ZoneOf,
    /// An amount of time.
    Amount(Amount),
    /// "ago".
    Since,
    /// So many days before today.
    Day(i8),
    /// This moment.
    Now,
    /// A day of the week.
    Weekday(Weekday),
    /// What follows is of this kind.
    Label(Label),
    /// A word of no known meaning.
    Unknown,
    /// A number that belongs to nothing.
    Number(Number),
    /// A month without a day.
    Vague,
    /// Two readings, none better.
    Doubt,
    /// Two names of one month that are not the same month.
    Fault,
    /// A sign that separates parts of a line.
    Break,
}

/// A fact with the tokens it was read from.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The fact.
    pub(super) fact: Fact,
    /// Its first token.
    pub(super) from: usize,
    /// The token after its last.
    pub(super) to: usize,
}

/// All facts of a line, in order.
pub(super) fn facts(tokens: &[Placed]) -> Vec<Found> {
    let line = Line { tokens };
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let dated = found.iter().any(|found| matches!(found.fact, Fact::Date(..)));
        let (fact, to) = line.fact(at, dated);
        // No rule stands still; the maximum only makes that visible.
        let to = to.max(at + 1);
        found.extend(fact.map(|fact| Found { fact, from: at, to }));
        at = to;
    }
    found
}

/// A month of a calendar; two names that are not the same month are none.
type MonthName = Result<(Calendar, u8), ()>;

/// The tokens, with a reader for each kind at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    tokens: &'t [Placed],
}

impl Line<'_> {
    /// The word at a place.
    pub(super) fn word(self, at: usize) -> Option<Word> {
        match self.tokens.get(at)?.token {
            Token::Word(word) => Some(word),
            Token::Number(_) | Token::Iana(_) | Token::Unknown | Token::Sign(_) => None,
        }
    }

    /// The sign at a place.
    pub(super) fn sign(self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.token {
            Token::Sign(c) => Some(c),
            Token::Number(_) | Token::Iana(_) | Token::Unknown | Token::Word(_) => None,
        }
    }

    /// The number at a place.
    pub(super) fn number(self, at: usize) -> Option<Number> {
        match self.tokens.get(at)?.token {
            Token::Number(number) => Some(number),
            Token::Sign(_) | Token::Iana(_) | Token::Unknown | Token::Word(_) => None,
        }
    }

    /// A number of one or two digits.
    pub(super) fn short(self, at: usize) -> Option<u64> {
        self.number(at).filter(|number| number.digits <= 2).map(|number| number.value)
    }

    /// Whether the token at a place touches the one before.
    pub(super) fn glued(self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued)
    }

    /// The place after fillers and the given signs.
    pub(super) fn soft(self, mut at: usize, signs: &str) -> usize {
        loop {
            let skipped = match self.word(at) {
                Some(Word::Filler | Word::And | Word::Unit(Unit::Month | Unit::Year)) => true,
                Some(_) => false,
                None => self.sign(at).is_some_and(|sign| signs.contains(sign)),
            };
            if !skipped {
                return at;
            }
            at += 1;
        }
    }

    /// The fact at a place and the place after it.
    fn fact(self, at: usize, dated: bool) -> (Option<Fact>, usize) {
        let read = self
            .clock(at, dated)
            .map(|(clock, to)| (Fact::Clock(clock), to))
            .or_else(|| self.numeric(at))
            .or_else(|| self.named(at))
            .or_else(|| self.amount(at).map(|(amount, to)| (Fact::Amount(amount), to)))
            .or_else(|| self.offset(at));
        if let Some((fact, to)) = read {
            return (Some(fact), to);
        }
        let fact = match self.tokens.get(at).map(|placed| &placed.token) {
            Some(Token::Number(number)) => Some(Fact::Number(*number)),
            Some(Token::Unknown) => Some(Fact::Unknown),
            Some(Token::Iana(zone)) => {
                Some(Fact::Zone(Zone::Named(zone.clone(), zone.iana_name().unwrap_or("UTC").to_owned())))
            }
            Some(Token::Sign(sign)) => "|-,;:/•·‧∙»«)]".contains(*sign).then_some(Fact::Break),
            Some(Token::Word(word)) => simple(*word),
            None => None,
        };
        (fact, at + 1)
    }

    /// Three numbers with equal signs between them, `2004年5月28日`, or `20230302`.
    fn numeric(self, at: usize) -> Option<(Fact, usize)> {
        let first = self.number(at)?;
        if first.digits == 8 && !self.glued(at) {
            let part = |value, digits| Number { value, digits };
            let value = first.value;
            let parts = [part(value / 10_000, 4), part(value / 100 % 100, 2), part(value % 100, 2)];
            return Some((Fact::Date(Printed::Numbers { parts, dots: false }, None), at + 1));
        }
        if self.word(at + 1) == Some(Word::Mark('y')) {
            let (month, day) = (self.number(at + 2)?, self.number(at + 4)?);
            let marked =
                self.word(at + 3) == Some(Word::Mark('m')) && self.word(at + 5) == Some(Word::Mark('d'));
            let parts = [first, month, day];
            return marked.then_some((Fact::Date(Printed::Numbers { parts, dots: false }, None), at + 6));
        }
        let sign = self.sign(at + 1).filter(|sign| matches!(sign, '/' | '-' | '.'))?;
        let parts = [first, self.number(at + 2)?, self.number(at + 4)?];
        let fits = parts.map(|part| matches!(part.digits, 1 | 2 | 4)) == [true; 3];
        let [first, second, third] = parts.map(|part| part.digits);
        let one_year = fits && second <= 2 && !(first == 4 && third == 4) && self.sign(at + 3) == Some(sign);
        // 192.168.1.10 and the like are longer.
        let longer = self.sign(at + 5) == Some(sign)
            && self.glued(at + 5)
            && self.glued(at + 6)
            && self.number(at + 6).is_some();
        if !one_year || (longer && sign != '-') {
            return None;
        }
        let mut to = at + 5;
        if self.word(to) == Some(Word::T) && self.glued(to) && self.glued(to + 1) {
            return Some((Fact::Date(Printed::Numbers { parts, dots: sign == '.' }, None), to));
        }
        let era = self.era(&mut to)?;
        Some((Fact::Date(Printed::Numbers { parts, dots: sign == '.' }, era), to))
    }

    /// The era after a year. `None` where "م" may as well be the afternoon of the clock after it.
    #[expect(clippy::option_option, reason = "no era and a doubtful era are different things")]
    fn era(self, to: &mut usize) -> Option<Option<Calendar>> {
        match self.word(*to) {
            Some(Word::Era(calendar)) => {
                *to += 1;
                Some(Some(calendar))
            }
            Some(Word::Meem) => {
                let clock = self.colon_clock(*to + 1).filter(|(clock, to)| {
                    clock.hour <= 12 && !matches!(self.word(*to), Some(Word::Half(_) | Word::Meem))
                });
                if clock.is_some() && !self.glued(*to) {
                    return None;
                }
                *to += 1;
                Some(Some(Calendar::Gregorian))
            }
            _ => Some(None),
        }
    }

    /// A month by its name, or by two names that have to agree.
    fn month(self, at: usize) -> Option<(MonthName, usize)> {
        let of = |at: usize| match self.word(at) {
            Some(Word::Month(calendar, month)) => Some((calendar, month)),
            Some(Word::Mar) => Some((Calendar::Gregorian, 3)),
            Some(Word::Ago) => Some((Calendar::Gregorian, 8)),
            _ => None,
        };
        let (calendar, month) = of(at)?;
        let mut next = at + 1;
        while matches!(self.sign(next), Some('/' | '-' | '(' | '.' | '_' | ',' | '|'))
            || self.word(next) == Some(Word::And)
        {
            next += 1;
        }
        match of(next) {
            Some(second) if second == (calendar, month) => {
                let closed = if self.sign(next + 1) == Some(')') { next + 2 } else { next + 1 };
                Some((Ok((calendar, month)), closed))
            }
            Some((other, _)) if other == calendar => Some((Err(()), next + 1)),
            _ => Some((Ok((calendar, month)), at + 1)),
        }
    }

    /// A date with a named month: `2 آذار 2023`, `March 2, 2023`, `2023 مارس 2`, or without its year.
    fn named(self, at: usize) -> Option<(Fact, usize)> {
        const SIGNS: &str = ".,-/()";
        let Some(first) = self.number(at) else {
            return self.month_first(at);
        };
        // "2ی ئازاری": the Kurdish ending of a number, which elsewhere abbreviates the day.
        let ended = self.word(at + 1) == Some(Word::Unit(Unit::Day)) && self.glued(at + 1);
        let (month, after) = self.month(self.soft(if ended { at + 2 } else { at + 1 }, SIGNS))?;
        let Ok((calendar, month)) = month else {
            return Some((Fact::Fault, after));
        };
        let next = self.soft(after, SIGNS);
        if first.digits == 4 {
            let day = self.short(next).filter(|_| self.sign(next + 1) != Some(':'))?;
            return Some(self.with_era(Printed::Named { calendar, day, month, year: Some(first) }, next + 1));
        }
        let day = self.short(at)?;
        match self.number(next).filter(|year| self.is_year(*year, after, next)) {
            Some(year) => {
                Some(self.with_era(Printed::Named { calendar, day, month, year: Some(year) }, next + 1))
            }
            None => Some(self.with_era(Printed::Named { calendar, day, month, year: None }, after)),
        }
    }

    /// A date that begins with its month.
    fn month_first(self, at: usize) -> Option<(Fact, usize)> {
        let (month, after) = self.month(at)?;
        let next = self.soft(after, ".,-/");
        let number = self.number(next).filter(|_| self.sign(next + 1) != Some(':'))?;
        let Ok((calendar, month)) = month else {
            return Some((Fact::Fault, after));
        };
        let then = self.soft(next + 1, ".,-/()");
        // "mar. 2 avril": the first word is a day of the week.
        if self.month(then).is_some() {
            return None;
        }
        if number.digits > 2 {
            return (number.digits == 4).then_some((Fact::Vague, next + 1));
        }
        let day = number.value;
        let year = self.number(then).filter(|year| year.digits == 4 && self.sign(then + 1) != Some(':'));
        let to = if year.is_some() { then + 1 } else { next + 1 };
        Some(self.with_era(Printed::Named { calendar, day, month, year }, to))
    }

    /// The date with its era; a doubtful era makes the date doubtful.
    fn with_era(self, printed: Printed, mut to: usize) -> (Fact, usize) {
        match self.era(&mut to) {
            Some(era) => (Fact::Date(printed, era), to),
            None => (Fact::Doubt, to + 1),
        }
    }

    /// Whether the number after a month is its year: four digits; or two, as in `02-Mar-23` and in mail
    /// (`02 Mar 23 10:55`).
    fn is_year(self, year: Number, after_month: usize, at: usize) -> bool {
        let is_hour = self.sign(at + 1) == Some(':') && self.number(at + 2).is_some() && year.digits <= 2;
        let dashed = self.sign(after_month) == Some('-') && self.glued(after_month) && self.glued(at);
        let mail = at == after_month && self.colon_clock(at + 1).is_some();
        (year.digits == 4 || (year.digits == 2 && (dashed || mail))) && !is_hour
    }
}

/// The fact of a word that needs nothing around it.
fn simple(word: Word) -> Option<Fact> {
    Some(match word {
        Word::Label(label) => Fact::Label(label),
        Word::Weekday(weekday) => Fact::Weekday(weekday),
        Word::Mar => Fact::Weekday(Weekday::Tuesday),
        Word::Since | Word::Ago => Fact::Since,
        Word::Day(days) => Fact::Day(days),
        Word::Now => Fact::Now,
        Word::ZoneOf => Fact::ZoneOf,
        Word::Local => Fact::Zone(Zone::Local),
        Word::Zone(name) => Fact::Zone(Zone::Named(super::zone(name)?, name.to_owned())),
        Word::Offset(minutes) => Fact::Zone(Zone::Offset(minutes.into())),
        Word::Shared(name) => Fact::Zone(Zone::Shared(name)),
        Word::Month(..) => Fact::Vague,
        Word::Count(_) | Word::Hour(_) | Word::Dual(_) | Word::Less | Word::Fraction(_) => Fact::Unknown,
        Word::Filler
        | Word::And
        | Word::Half(_)
        | Word::Meem
        | Word::Era(_)
        | Word::Unit(_)
        | Word::Units(_)
        | Word::H
        | Word::Clock
        | Word::Mark(_)
        | Word::T => return None,
    })
}
