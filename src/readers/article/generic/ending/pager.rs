//! The article's next page: an address that extends the article's own, and a page that says so.
//!
//! Wrong text is worse than missing text, so two things must agree: the address ([`super::address`]), and a
//! sign that the page has parts: `rel=next`, a label, or a box of numbers in the body or right behind it.

use super::{
    super::{blocks::is_closed, outline::Cell},
    Place,
    address::{self, Number},
    words,
};
use crate::{
    page::{Node, Tag},
    text,
};
use serde_json::Value;
use url::Url;

/// Lines between the body and a link that says where it leads; and a box of bare numbers.
const LABEL_LINES: usize = 30;
const BOX_LINES: usize = 8;
/// Letters of a box of page numbers.
const BOX_WEIGHT: u32 = 160;
/// Letters of a line that is a sentence without its full stop.
const SENTENCE_MIN: u32 = 60;
/// Links of a page that are looked at.
const LINKS_MAX: usize = 4_000;

/// A link to what may be the next page.
struct Candidate<'p> {
    index: usize,
    node: Node<'p>,
    url: Url,
    number: Number,
}

/// The next page, where the page shows one.
pub(super) fn next(place: &Place<'_>) -> Option<Url> {
    if is_live(place) || !is_article(place) {
        return None;
    }
    head_link(place).or_else(|| {
        let mut shown = candidates(place);
        shown.retain(|candidate| is_shown(place, candidate));
        let from_one = shown.iter().find(|candidate| candidate.number.value == place.number + 1);
        from_one.or(shown.first()).map(|candidate| candidate.url.clone())
    })
}

/// Posts of a live page are no pages of an article.
fn is_live(place: &Place<'_>) -> bool {
    let is_one = |kind: &Value| kind.as_str() == Some("LiveBlogPosting");
    let mut kinds = place.page.json_ld().iter().filter_map(|object| object.get("@type"));
    kinds.any(|kind| is_one(kind) || kind.as_array().is_some_and(|kinds| kinds.iter().any(is_one)))
}

/// Whether the page is no list of articles, as far as its address and its own words tell.
fn is_article(place: &Place<'_>) -> bool {
    let is_deep = place.addresses.first().is_none_or(|first| !address::is_section(first));
    is_deep || place.page.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"))
}

/// `link rel=next` in the page's head.
fn head_link(place: &Place<'_>) -> Option<Url> {
    let head = place.page.root().elements().take_while(|node| node.tag() != Tag::BODY);
    let link = head.filter(|node| node.tag() == Tag::LINK).find(|node| is_next(*node))?;
    let url = place.page.resolve(link.attribute("href")?)?;
    let number = number(place, &url)?;
    (!number.is_weak).then_some(url)
}

/// Whether a link is declared as that to the next of something.
fn is_next(node: Node<'_>) -> bool {
    let is_it = |word: &str| word.eq_ignore_ascii_case("next");
    node.attribute("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(is_it))
}

/// The number of `url`, where it is the page after this one.
fn number(place: &Place<'_>, url: &Url) -> Option<Number> {
    let number = place.addresses.iter().find_map(|first| address::number(first, url))?;
    let own = place.addresses.iter().find_map(|first| address::number(first, place.own));
    let is_next = match own {
        Some(own) => own.in_query == number.in_query && number.value == own.value + 1,
        // The second page: 1 where a site counts from 0.
        None => number.value == place.number + 1 || number.in_query && number.value == place.number,
    };
    is_next.then_some(number)
}

fn candidates<'p>(place: &'p Place<'_>) -> Vec<Candidate<'p>> {
    let links = place.outline.cells.iter().enumerate().filter(|(_, cell)| cell.tag == Tag::A).take(LINKS_MAX);
    let candidate = |(index, cell): (usize, &'p Cell<'_>)| {
        let href = cell.node.attribute("href").filter(|href| may_number(href, place.number))?;
        let url = place.page.resolve(href)?;
        let number = number(place, &url)?;
        Some(Candidate { index, node: cell.node, url, number })
    };
    links.filter_map(candidate).take(32).collect()
}

/// Whether an address holds the number of the next page as a number of its own: quick, since pages have hundreds of
/// links.
fn may_number(href: &str, number: u32) -> bool {
    let href = href.split('#').next().unwrap_or_default();
    let runs = href.split(|letter: char| !letter.is_ascii_digit()).filter(|run| (1..=3).contains(&run.len()));
    let mut numbers = runs.filter_map(|run| run.parse::<u32>().ok());
    numbers.any(|found| found == number || found == number + 1)
}

/// Whether the page shows that this link leads to its next part.
fn is_shown(place: &Place<'_>, candidate: &Candidate<'_>) -> bool {
    let Candidate { index, node, number, url: _ } = candidate;
    let label = label(*node);
    if label.parse::<u32>().is_ok_and(|shown| shown != place.number + 1) {
        return false;
    }
    let says_next_page = words::NEXT_PAGE.iter().any(|words| label.starts_with(words));
    let says_next = is_next(*node) || words::NEXT.contains(&label);
    let is_told = says_next_page || says_next && !number.is_weak;
    is_told && place.is_near(*index, LABEL_LINES) || ends_as_text(place) && is_in_box(place, *index)
}

/// What a link says, in matching form without marks around it; its label for those who do not see where it is a
/// picture.
fn label(node: Node<'_>) -> String {
    let bare =
        |text: &str| text::fold(text).trim_matches(|letter: char| !letter.is_alphanumeric()).to_owned();
    let shown = bare(&node.text());
    if !shown.is_empty() {
        return shown;
    }
    ["aria-label", "title"].iter().find_map(|name| node.attribute(name)).map(bare).unwrap_or_default()
}

/// Whether the body ends as a text does: a pager under "Add a comment" is that of the comments.
fn ends_as_text(place: &Place<'_>) -> bool {
    let last = place.outline.lines.get(place.last);
    last.is_some_and(|line| line.weight >= SENTENCE_MIN || is_closed(&text::normal(&line.text)))
}

/// Whether a link stands in a box of page numbers: this page's and the next one's, and hardly a word beside.
fn is_in_box(place: &Place<'_>, index: usize) -> bool {
    let is_small = |cell: &Cell<'_>| {
        let lines = place.outline.lines.get(cell.lines.clone()).unwrap_or_default();
        lines.iter().map(|line| line.weight).sum::<u32>() <= BOX_WEIGHT
    };
    let has_both = |text: &str| {
        let folded = text::fold(text);
        let has = |number: u32| {
            let number = number.to_string();
            folded.split(|letter: char| !letter.is_alphanumeric()).any(|token| token == number)
        };
        has(place.number) && has(place.number + 1)
    };
    let around = place.outline.upward(index).skip(1).take(5).take_while(|(_, cell)| is_small(cell));
    around.filter(|(_, cell)| has_both(&cell.node.text())).any(|(index, _)| place.is_near(index, BOX_LINES))
}
