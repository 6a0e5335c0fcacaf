//! The end of the body and what stands there: the way to the next page, or what keeps the rest from readers.

pub(super) mod address;
mod gates;
mod pager;
mod words;

use super::{hints::Hint, outline::Outline};
use crate::{
    page::{Page, Tag},
    readers::article::Onward,
};
use url::Url;

/// How a text breaks off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::readers::article) enum Gate {
    /// A paywall or login stands behind it.
    Paywall,
    /// A link leads to the rest.
    Continues,
}

/// What stands at the end of the body.
#[derive(Debug, Clone, Default)]
pub(in crate::readers::article) struct Ending {
    /// The article's next page.
    pub(in crate::readers::article) next: Option<Url>,
    /// What keeps the rest from readers.
    pub(in crate::readers::article) gate: Option<Gate>,
}

/// The body's place in the page, and where the page stands among the article's.
struct Place<'p> {
    page: &'p Page,
    outline: &'p Outline<'p>,
    /// The body's first line and its last one.
    first: usize,
    last: usize,
    /// Its letters.
    weight: u32,
    /// The addresses of the article's first page.
    addresses: Vec<&'p Url>,
    /// The address of this page.
    own: &'p Url,
    /// The number of this page, from 1.
    number: u32,
}

impl Ending {
    /// Looks around the end of the body that the live lines of the chosen cells are.
    pub(in crate::readers::article::generic) fn of(
        page: &Page,
        outline: &Outline<'_>,
        (chosen, live): (&[usize], &[bool]),
        (url, onward): (Option<&Url>, Option<&Onward>),
    ) -> Self {
        let cells = || chosen.iter().filter_map(|index| outline.cell(*index));
        let lines =
            || cells().flat_map(|cell| cell.lines.clone()).filter(|index| live.get(*index) == Some(&true));
        let (Some(first), Some(last)) = (lines().next(), lines().max()) else { return Self::default() };
        let weight = lines().filter_map(|index| outline.lines.get(index)).map(|line| line.weight).sum();
        let canonical = page.canonical().filter(|_| onward.is_none());
        let Some(own) = url.or(canonical.as_ref()) else { return Self::default() };
        let begun = onward.map_or(own, |onward| &onward.first);
        let addresses = [begun].into_iter().chain(&canonical).collect();
        let number = onward.map_or(1, |onward| onward.number);
        let place = Place { page, outline, first, last, weight, addresses, own, number };
        Self { next: pager::next(&place), gate: gates::gate(&place) }
    }
}

/// Letters of text, not of links, that may stand between the body and what belongs to it.
const PROSE_MAX: u32 = 240;

impl Place<'_> {
    /// Whether a cell stands in the body, or behind it with no more than so many lines and little text between.
    fn is_near(&self, index: usize, lines_max: usize) -> bool {
        let Some(cell) = self.outline.cell(index) else { return false };
        let start = cell.lines.start;
        if start <= self.first || self.outline.within(index, |cell| cell.hint.has(Hint::COMMENTS)) {
            return false;
        }
        let between = self.outline.lines.get(self.last + 1..start).unwrap_or_default();
        let prose: u32 = between.iter().filter(|line| line.link_share() < 0.5).map(|line| line.weight).sum();
        between.len() <= lines_max && prose <= PROSE_MAX && !self.passes_comments(index)
    }

    /// Whether readers' comments, or a form to write one, stand between the body and a cell.
    fn passes_comments(&self, index: usize) -> bool {
        let from = self.outline.lines.get(self.last).map_or(index, |line| line.cell);
        let between = self.outline.cells.get(from..index).unwrap_or_default();
        between.iter().any(|cell| cell.hint.has(Hint::COMMENTS) || cell.tag == Tag::FORM)
    }
}
