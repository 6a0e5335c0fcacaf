//! What goes wrong with a live page, and when.

use super::Markup;
use crate::seed::{Dice, mix};

/// A trouble of some time, in seconds since the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mishap {
    /// When it begins.
    pub from: i64,
    /// When it is over.
    pub until: i64,
    /// What it is.
    pub trouble: Trouble,
}

/// A way in which a live page fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// 503.
    Down,
    /// 503 for all pages but the first.
    OlderDown,
    /// A sound page without a post.
    Empty,
    /// Less than half of the posts.
    Shrunken,
    /// A copy of an earlier time.
    Stale {
        /// Of when, in seconds since the opening.
        as_of: i64,
    },
    /// Classes have other names, and what was declared is gone.
    Drift,
}

impl Mishap {
    /// Whether it is on.
    pub(super) fn is_at(&self, secs: i64) -> bool {
        (self.from..self.until).contains(&secs)
    }
}

/// Some mishaps between the opening and the end, one after the other.
pub(super) fn plan(dice: &mut Dice, markup: Markup, end: i64) -> Vec<Mishap> {
    let mut mishaps = Vec::new();
    let mut number = |low: i64, high: i64| {
        let span = u64::try_from((high - low).max(1)).expect("a span");
        low + i64::try_from(dice.below(span)).expect("within the span")
    };
    let mut from = 600;
    loop {
        from += number(300, 5000);
        if from >= end {
            return mishaps;
        }
        let (trouble, longest) = match number(0, 7) {
            0 => (Trouble::Down, 1800),
            1 => (Trouble::OlderDown, 3600),
            2 => (Trouble::Empty, 1800),
            3 => (Trouble::Shrunken, 1800),
            4 | 5 => (Trouble::Stale { as_of: from - number(60, 840) }, 600),
            _ if markup.survives_drift() => (Trouble::Drift, 3600),
            _ => (Trouble::Empty, 600),
        };
        let until = from + number(30, longest);
        mishaps.push(Mishap { from, until, trouble });
        from = until;
    }
}

/// Leaves less than half of the first page.
pub(super) fn shrink(pages: &mut [Vec<usize>], seed: u64) {
    let Some(first) = pages.first_mut() else { return };
    let most = first.len().saturating_sub(1) / 2;
    let mut order = first.clone();
    order.sort_by_key(|number| mix(seed ^ u64::try_from(*number).expect("numbers fit")));
    order.truncate(most);
    first.retain(|number| order.contains(number));
}
