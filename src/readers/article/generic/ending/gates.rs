//! What keeps the rest of a text from readers: a paywall behind it, or a link that says that it goes on.
//!
//! Only what stands right behind a text of some shortness counts: complete articles have boxes of all kinds under
//! them, and the text of a paywall lies ready in pages that show everything.

use super::{
    super::{
        hints::{Hint, parts},
        outline::Cell,
    },
    Gate, Place, words,
};
use crate::{page::Tag, text};

/// Lines behind the body in which such a thing stands, with little text before it.
const LINES: usize = 6;
/// Letters of a body up to which a paywall's box, its words, and a link that leads on are believed.
const BOXED_MAX: u32 = 1_500;
const WORDED_MAX: u32 = 2_500;
const LINKED_MAX: u32 = 5_000;
/// Letters of a link's or a line's own words.
const LABEL_MAX: usize = 80;
const LINE_MAX: u32 = 300;

/// What keeps the rest from readers, if anything does.
pub(super) fn gate(place: &Place<'_>) -> Option<Gate> {
    if place.weight > LINKED_MAX {
        return None;
    }
    if place.weight <= BOXED_MAX && has_wall(place) || place.weight <= WORDED_MAX && asks(place) {
        return Some(Gate::Paywall);
    }
    leads_on(place)
}

/// Whether a box that is named as a paywall, and is shown with words of its own, stands there.
fn has_wall(place: &Place<'_>) -> bool {
    let from = place.outline.lines.get(place.last).map_or(0, |line| line.cell);
    let cells = place.outline.cells.iter().enumerate().skip(from);
    let mut behind = cells
        .skip_while(|(_, cell)| cell.lines.start <= place.last)
        .take_while(|(_, cell)| cell.lines.start <= place.last + LINES);
    behind.any(|(index, cell)| {
        cell.tag.is_block() && !cell.lines.is_empty() && is_wall(cell) && is_shown(place, index)
    })
}

fn is_wall(cell: &Cell<'_>) -> bool {
    let names = ["class", "id"].iter().filter_map(|name| cell.node.attribute(name));
    names.flat_map(str::split_ascii_whitespace).any(|name| {
        let parts: Vec<String> = parts(name).collect();
        let pairs = parts.windows(2).map(<[String]>::concat);
        pairs.chain(parts.iter().cloned()).any(|word| words::WALLS.contains(&word.as_str()))
    })
}

fn is_shown(place: &Place<'_>, index: usize) -> bool {
    place.is_near(index, LINES) && !place.outline.within(index, |cell| cell.hint.has(Hint::HIDDEN))
}

/// Whether a line there asks for a subscription or a login before the rest is read.
fn asks(place: &Place<'_>) -> bool {
    let lines = place.outline.lines.iter().skip(place.last + 1).take(LINES);
    lines.filter(|line| line.weight <= LINE_MAX).any(|line| {
        let folded = text::fold(&line.text);
        let unshown = Hint::HIDDEN.or(Hint::COMMENTS);
        words::TO_READ_ON.iter().any(|words| folded.contains(words))
            && !place.outline.within(line.cell, |cell| cell.hint.has(unshown))
    })
}

/// Whether a link there leads to the rest of this article, or to what must be paid for it.
fn leads_on(place: &Place<'_>) -> Option<Gate> {
    let last = place.outline.lines.get(place.last)?;
    let is_open = is_broken_off(&last.text);
    let cells = place.outline.cells.iter().enumerate().skip(last.inner.start.min(last.cell));
    let links = cells.filter(|(_, cell)| {
        cell.tag == Tag::A && (place.last..=place.last + LINES).contains(&cell.lines.start)
    });
    links.filter(|(index, _)| is_shown(place, *index)).find_map(|(_, cell)| {
        let label = text::fold(&cell.node.text());
        let says_so = label.chars().count() <= LABEL_MAX
            && words::CONTINUE.iter().any(|words| label.starts_with(words));
        if !says_so && !is_open {
            return None;
        }
        let href = cell.node.attribute("href").filter(|href| !href.contains('#'))?;
        let url = place.page.resolve(href)?;
        let is_own = place.addresses.iter().any(|own| {
            own.host() == url.host() && own.path().trim_end_matches('/') == url.path().trim_end_matches('/')
        });
        let is_gate =
            url.path_segments().into_iter().flatten().any(|segment| words::GATES.contains(&segment));
        if is_gate { Some(Gate::Paywall) } else { is_own.then_some(Gate::Continues) }
    })
}

/// Whether a line breaks off with three dots.
fn is_broken_off(line: &str) -> bool {
    let bare = line.trim_end().trim_end_matches([']', ')', '}', '"', '”', '»']);
    bare.ends_with('…') || bare.ends_with("...") || bare.ends_with(". . .")
}
