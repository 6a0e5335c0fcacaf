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
mod teasers;

pub(super) use blocks::is_closed;
pub use ending::address::is_section;
pub(super) use ending::{Ending, Gate};
pub(super) use head::Head;
pub(super) use prune::is_control;

#[cfg(test)]
pub(super) use hints::LISTS;

use super::{Onward, rules::Ruled, structured::Declared};
use crate::{
    model::{Block, Image, Link},
    page::{Node, Page},
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
    /// Whether the body is what the rules found.
    pub(super) by_rule: bool,
}

/// What a part of a page says.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Its blocks in reading order.
    pub body: Vec<Block>,
    /// Its pictures.
    pub images: Vec<Image>,
    /// The links in its text.
    pub links: Vec<Link>,
}

/// Reads a part of a page that is known to be text, as a post of a live page is; `removed` are the elements in it
/// that are not.
pub fn part<'a>(page: &'a Page, node: Node<'a>, removed: &[Node<'a>]) -> Part {
    let outline = Outline::of_part(page, node, removed);
    let live = prune::lines_of_part(&outline);
    let blocks::Built { blocks: body, images, links, .. } = blocks::build_part(page, &outline, &live);
    Part { body, images, links }
}

/// Letters of a body that is no sentence. News of a single line are longer.
const SCRAP_MAX: u32 = 40;
/// Letters elsewhere on the page beside which such a scrap is what a rule finds that no longer fits.
const ELSEWHERE_MIN: u32 = 500;

impl Reading {
    /// Reads a page; the body is what the rules found, if they found any and it is no mere scrap of the page.
    pub(super) fn of(
        page: &Page,
        ruled: &Ruled<'_>,
        declared: &Declared,
        place: (Option<&Url>, Option<&Onward>),
    ) -> Self {
        let outline = Outline::of(page, &ruled.removed);
        let shown = prune::live_lines(&outline);
        let title = head::title(&outline, declared);
        let scene = Scene { page, outline: &outline, shown: &shown, title: title.as_ref(), declared, place };
        let ruled_body = ruled.body.iter().flat_map(|(nodes, _)| nodes);
        let ruled_cells: Vec<_> = ruled_body.filter_map(|node| outline.find(*node)).collect();
        if ruled_cells.is_empty() {
            return scene.read_generic().0;
        }
        let (reading, letters) = scene.read(&ruled_cells, true);
        if letters >= SCRAP_MAX {
            return reading;
        }
        let (generic, elsewhere) = scene.read_generic();
        if letters > 0 && elsewhere < ELSEWHERE_MIN { reading } else { generic }
    }
}

/// A page laid flat with what is known of it.
struct Scene<'a> {
    page: &'a Page,
    outline: &'a Outline<'a>,
    /// Which lines stand outside all furniture.
    shown: &'a [bool],
    title: Option<&'a head::Title>,
    declared: &'a Declared,
    place: (Option<&'a Url>, Option<&'a Onward>),
}

impl Scene<'_> {
    /// Reads the body where the page's own shape says that it is.
    fn read_generic(&self) -> (Reading, u32) {
        let own = teasers::without(self.outline, self.shown);
        self.read(&scoring::choose(self.outline, &own, self.title), false)
    }

    /// Reads the body in the chosen cells; with the letters in it.
    fn read(&self, chosen: &[usize], by_rule: bool) -> (Reading, u32) {
        let Self { page, outline, shown, title, declared, place } = *self;
        let said = declared.titles.iter().map(|said| said.value.as_str());
        let titles: Vec<&str> = title.iter().map(|title| title.text.as_str()).chain(said).collect();
        let mut live = shown.to_vec();
        prune::prune(outline, chosen, &titles, &declared.own_names, &mut live);
        closing::drop_own(page, outline, chosen, &mut live);
        if !by_rule {
            prune::drop_repeated(outline, chosen, &mut live);
        }
        let head = Head::read(outline, chosen, title, declared, (&live, shown));
        let built = blocks::build(page, outline, chosen, &live, &head);
        let ending = Ending::of(page, outline, (chosen, &live), place);
        let cells = chosen.iter().filter_map(|index| outline.cell(*index));
        let letters = cells.map(|cell| scoring::weights(outline, &live, cell.lines.clone()).0).sum();
        let blocks::Built { blocks: body, images, links, .. } = built;
        (Reading { head, body, images, links, ending, by_rule }, letters)
    }
}
