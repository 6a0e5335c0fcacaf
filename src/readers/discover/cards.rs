//! Cards: parts of a page that repeat, each with a headline that links and a date. Where they are is told as the
//! selectors of a listing; whether those read well is for the reader of listings to show.

use super::address;
use crate::page::{Node, Page, Tag};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Headlines that are looked at.
const HEADLINES_MAX: usize = 300;
/// A headline has at least so many letters: what is shorter is a section's name.
const HEADLINE_CHARS_MIN: usize = 15;
/// Elements around a headline that may be its card.
const CLIMB_MAX: usize = 6;
/// Elements of a card that are searched for its date.
const ELEMENTS_MAX: usize = 150;
/// So many cards make a list.
const CARDS_MIN: usize = 4;
/// Proposals given, the one with most cards first.
const PROPOSALS_MAX: usize = 3;
/// Longest printed date.
const DATE_CHARS_MAX: usize = 60;

/// Where the cards of a page seem to be: the selectors of a `[[source.listing]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cards {
    /// One card.
    pub item: String,
    /// The article's address in it.
    pub link: String,
    /// The headline in it.
    pub title: String,
    /// The date in it.
    pub date: String,
    /// Different articles that they link.
    pub count: usize,
}

/// What the cards of one shape have in common.
#[derive(Default)]
struct Shape {
    links: BTreeSet<Url>,
    headlines: BTreeMap<String, usize>,
    dates: BTreeMap<String, usize>,
}

/// Finds cards, the most numerous first.
pub(super) fn find(page: &Page, url: &Url) -> Vec<Cards> {
    let base = page.base_url().unwrap_or(url);
    let links = page.root().elements().filter(|node| node.tag() == Tag::A);
    let headlines = links.filter_map(|node| Some((node, headline(node, base, url)?)));
    let mut shapes: BTreeMap<String, Shape> = BTreeMap::new();
    for (link, target) in headlines.take(HEADLINES_MAX) {
        let Some((item, date)) = card_of(link) else { continue };
        let shape = shapes.entry(item).or_default();
        shape.links.insert(target);
        *shape.headlines.entry(headline_selector(link)).or_default() += 1;
        *shape.dates.entry(date).or_default() += 1;
    }
    let most = |counts: &BTreeMap<String, usize>| {
        counts.iter().max_by_key(|(_, count)| **count).map(|(selector, _)| selector.clone())
    };
    let mut found: Vec<Cards> = shapes
        .into_iter()
        .filter(|(_, shape)| shape.links.len() >= CARDS_MIN)
        .filter_map(|(item, shape)| {
            let (title, date) = (most(&shape.headlines)?, most(&shape.dates)?);
            Some(Cards { item, link: format!("{title}@href"), title, date, count: shape.links.len() })
        })
        .collect();
    found.sort_by_key(|cards| std::cmp::Reverse(cards.count));
    found.truncate(PROPOSALS_MAX);
    found
}

/// The address that a headline links; nothing where the link is none.
fn headline(node: Node<'_>, base: &Url, page: &Url) -> Option<Url> {
    let target = address::resolve(Some(base), node.attribute("href")?)?;
    let is_article = target != *page && target.path() != "/" && address::is_same_site(&target, page);
    (is_article && node.text().chars().count() >= HEADLINE_CHARS_MIN).then_some(target)
}

/// The selectors of the card around a headline and of the date in it: the smallest element around that has a date.
fn card_of(link: Node<'_>) -> Option<(String, String)> {
    let mut around = link.parent();
    for _ in 0..CLIMB_MAX {
        let node = around.filter(|node| !matches!(node.tag(), Tag::BODY | Tag::HTML | Tag::MAIN))?;
        if let Some(date) = node.elements().skip(1).take(ELEMENTS_MAX).find_map(date_selector) {
            return Some((selector(node)?, date));
        }
        around = node.parent();
    }
    None
}

/// The selector of an element that holds a printed date.
fn date_selector(node: Node<'_>) -> Option<String> {
    if node.tag() == Tag::TIME {
        return Some(if node.attribute("datetime").is_some() { "time@datetime" } else { "time" }.to_owned());
    }
    let names_date = |class: &&str| {
        let class = class.to_ascii_lowercase();
        class
            .split(['-', '_'])
            .any(|part| matches!(part, "date" | "time" | "timestamp" | "published" | "ago"))
    };
    let class = classes(node).into_iter().find(names_date)?;
    let text = node.text();
    let is_short = (1..=DATE_CHARS_MAX).contains(&text.chars().count());
    (is_short && text.chars().any(char::is_numeric)).then(|| format!(".{class}"))
}

/// The selector of a headline within its card.
fn headline_selector(link: Node<'_>) -> String {
    let own = selector(link).filter(|own| own != "a");
    let heading = std::iter::successors(link.parent(), |node| node.parent())
        .take(3)
        .find_map(|node| node.tag().heading_level());
    match (own, heading) {
        (Some(own), _) => own,
        (None, Some(level)) => format!("h{level} a"),
        (None, None) => match link.parent().and_then(selector).filter(|parent| parent.contains('.')) {
            Some(parent) => format!("{parent} > a"),
            None => "a:not(:has(img))".to_owned(),
        },
    }
}

/// An element's name with the first of its classes that can stand in a selector.
fn selector(node: Node<'_>) -> Option<String> {
    let name = match node.tag() {
        Tag::A => "a",
        Tag::ARTICLE => "article",
        Tag::DIV => "div",
        Tag::LI => "li",
        Tag::SECTION => "section",
        Tag::SPAN => "span",
        Tag::P => "p",
        Tag::TR => "tr",
        Tag::TD => "td",
        Tag::DD => "dd",
        Tag::FIGURE => "figure",
        _ => return None,
    };
    Some(match classes(node).first() {
        Some(class) => format!("{name}.{class}"),
        None if matches!(node.tag(), Tag::DIV | Tag::SPAN | Tag::P | Tag::SECTION) => return None,
        None => name.to_owned(),
    })
}

/// The classes of an element that need no escapes.
fn classes(node: Node<'_>) -> Vec<&str> {
    let is_plain = |class: &&str| {
        class.len() <= 60
            && class.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && class.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    node.attribute("class").unwrap_or_default().split_ascii_whitespace().filter(is_plain).collect()
}
