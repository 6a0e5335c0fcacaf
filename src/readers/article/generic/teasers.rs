//! Lists of other stories, each with a headline that is a link and a little text.
//!
//! # Why
//! Under a short report they hold more text than it. They do not speak for the element that holds them where
//! there is other text on the page.

use super::{
    outline::{Cell, Outline},
    scoring::is_prose,
};
use std::ops::Range;

/// So many items of one kind are a list.
const ITEMS_MIN: usize = 5;
/// Letters of an item.
const ITEM_MAX: u32 = 600;
/// Lines of an item.
const LINES_MAX: usize = 40;
/// Lines in which an item has its headline.
const HEADLINE_LINES: usize = 3;
/// Letters of a line of other text that must be there.
const OTHER_MIN: u32 = 80;

/// The lines that speak for the article: those of `shown` without lists of teasers, where others are left.
pub(super) fn without(outline: &Outline<'_>, shown: &[bool]) -> Vec<bool> {
    let mut rest = shown.to_vec();
    let mut next = 0;
    while let Some(cell) = outline.cell(next) {
        let is_list = is_list(outline, next, cell);
        if is_list {
            rest.get_mut(cell.lines.clone()).unwrap_or_default().fill(false);
        }
        next = if is_list { cell.end } else { next + 1 };
    }
    let others = outline.lines.iter().zip(&rest).filter(|(line, rest)| **rest && is_prose(line));
    if others.map(|(line, _)| line.weight).any(|weight| weight >= OTHER_MIN) { rest } else { shown.to_vec() }
}

/// Whether nearly all children of a cell are teasers built alike.
fn is_list(outline: &Outline<'_>, index: usize, cell: &Cell<'_>) -> bool {
    let children = children(outline, index + 1..cell.end).filter(|child| !child.lines.is_empty());
    let (mut first, mut items, mut others): (Option<&Cell<'_>>, usize, usize) = (None, 0, 0);
    for child in children {
        let like = first.unwrap_or(child);
        let is_alike = child.tag == like.tag && child.node.attribute("class") == like.node.attribute("class");
        if is_alike && is_teaser(outline, child) {
            first = Some(like);
            items += 1;
        } else {
            others += 1;
        }
    }
    items >= ITEMS_MIN && others * 4 <= items
}

/// The cells in a range that are in none of the others.
fn children<'o, 'p>(outline: &'o Outline<'p>, range: Range<usize>) -> impl Iterator<Item = &'o Cell<'p>> {
    let mut next = range.start;
    std::iter::from_fn(move || {
        let cell = outline.cell(next).filter(|_| next < range.end)?;
        next = cell.end;
        Some(cell)
    })
}

/// Whether a cell has a headline that is a link, and a little text.
fn is_teaser(outline: &Outline<'_>, cell: &Cell<'_>) -> bool {
    let lines = outline.lines.get(cell.lines.clone()).unwrap_or_default();
    if !(2..=LINES_MAX).contains(&lines.len()) {
        return false;
    }
    let weight: u32 = lines.iter().map(|line| line.weight).sum();
    let mut heads = lines.iter().take(HEADLINE_LINES);
    cell.tag.is_block()
        && weight <= ITEM_MAX
        && heads.any(|line| line.weight >= 10 && line.link_share() > 0.7)
}
