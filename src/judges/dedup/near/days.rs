//! On how many days a wording was seen: what is written anew every few days is a template, and says little.

/// Days that are remembered.
const DAYS: i64 = 32;

/// Wordings and the days they were seen on, of the last 32: bits in a table of fixed size, so that two wordings may share
/// a cell, and the more, the fuller it is.
#[derive(Debug, Clone)]
pub struct Days {
    cells: Vec<u32>,
    /// The newest day, counted from 1970.
    newest: i64,
}

impl Days {
    /// A table of `2^bits` cells of 4 bytes.
    pub fn new(bits: u32) -> Self {
        Self { cells: vec![0; 1 << bits], newest: i64::MIN }
    }

    fn cell(&self, wording: u64) -> usize {
        usize::try_from(wording).unwrap_or_default() & (self.cells.len() - 1)
    }

    /// Notes that a wording was seen on a day, counted from 1970.
    pub fn note(&mut self, wording: u64, day: i64) {
        let cell = self.cell(wording);
        let is_forgotten = self.newest.saturating_sub(day) >= DAYS;
        if let Some(days) = self.cells.get_mut(cell).filter(|_| !is_forgotten) {
            *days |= bit(day);
        }
    }

    /// Goes on to a day: the bits of those between hold what was a month before.
    pub fn go_on_to(&mut self, day: i64) {
        if day <= self.newest {
            return;
        }
        let from = if self.newest == i64::MIN { day } else { (self.newest + 1).max(day - DAYS + 1) };
        let old = (from..=day).fold(0, |bits, day| bits | bit(day));
        for cell in &mut self.cells {
            *cell &= !old;
        }
        self.newest = day;
    }

    /// The number of days on which a wording was seen, but for a day.
    pub fn count(&self, wording: u64, but: i64) -> u32 {
        self.cells.get(self.cell(wording)).map_or(0, |days| (days & !bit(but)).count_ones())
    }
}

fn bit(day: i64) -> u32 {
    1 << day.rem_euclid(DAYS)
}
