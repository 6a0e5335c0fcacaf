//! Generic reading: the body of any article page, without rules and in any language.
//!
//! Two stages over the page laid flat ([`outline`]): [`scoring`] finds the element that holds the body, for
//! recall; [`prune`] drops what is not the article's text, for precision. [`blocks`] makes blocks of the rest
//! and [`head`] reads headline, kicker, dateline, byline and captions around it.

mod blocks;
mod closing;
mod ending;
mod head;
mod hints;
mod outline;
mod prune;
mod scoring;

pub use ending::address::is_section;
pub(super) use ending::{Ending, Gate};
pub(super) use head::Head;
pub(super) use prune::is_control;

#[cfg(test)]
pub(super) use hints::LISTS;

use super::{Onward, rules::Ruled, structured::Declared};
use crate::{
    model::{Block, Image, Link},
    page::Page,
};
use outline::Outline;
use url::Url;

/// What the page itself shows.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What stands around the body.
    pub(super) head: Head,
    /// The body's blocks in reading order.
    pub(super) body: Vec<Block>,
    /// Pictures from the headline to the body's end.
    pub(super) images: Vec<Image>,
    /// Links in the body.
    pub(super) links: Vec<Link>,
    /// What stands at its end.
    pub(super) ending: Ending,
}

impl Reading {
    /// Reads a page; the body is looked for in what the rules found, if they found any.
    pub(super) fn of(
        page: &Page,
        ruled: &Ruled<'_>,
        declared: &Declared,
        place: (Option<&Url>, Option<&Onward>),
    ) -> Self {
        let outline = Outline::of(page, &ruled.removed);
        let ruled_body = ruled.body.iter().flat_map(|(nodes, _)| nodes);
        let ruled_cells: Vec<_> = ruled_body.filter_map(|node| outline.find(*node)).collect();
        let mut live = prune::live_lines(&outline);
        let title = head::title(&outline, declared);
        let chosen = if ruled_cells.is_empty() {
            scoring::choose(&outline, &live, title.as_ref())
        } else {
            ruled_cells
        };
        let said = declared.titles.iter().map(|said| said.value.as_str());
        let titles: Vec<&str> = title.iter().map(|title| title.text.as_str()).chain(said).collect();
        let outside = live.clone();
        prune::prune(&outline, &chosen, &titles, &mut live);
        closing::drop_own(page, &outline, &chosen, &mut live);
        let head = Head::read(&outline, &chosen, title.as_ref(), declared, (&live, &outside));
        let built = blocks::build(page, &outline, &chosen, &live, &head);
        let ending = Ending::of(page, &outline, (&chosen, &live), place);
        Self { head, body: built.blocks, images: built.images, links: built.links, ending }
    }
}
