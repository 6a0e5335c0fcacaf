//! Where on a page the posts are: what the rules find, what is declared as a post, else the largest set of siblings
//! each of which holds a time and text.

use super::{Options, Shape, stamp};
use crate::page::{Node, Page, Step, Tag};
use std::collections::{BTreeMap, BTreeSet};

/// Elements of a page that are looked at.
const ELEMENTS_MAX: usize = 200_000;
/// Siblings with no more than a time in them are posts from this number on; with an id each, one less; with an id and a
/// time of their own, one is enough.
const SIBLINGS_MIN: usize = 3;
/// Steps through an element that is hoped to be short.
const STEPS_MAX: usize = 200;
/// Letters of a post, on average, at least.
const LETTERS_MIN: usize = 12;

/// The elements that are posts.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// In page order.
    pub(super) items: Vec<Node<'a>>,
    /// Whether the configured selectors found them.
    pub(super) by_rule: bool,
}

impl Found<'_> {
    /// What the lowest of them is: those above may be kept on top, and marked so.
    pub(super) fn shape(&self) -> Option<Shape> {
        self.items
            .last()
            .map(|item| Shape { tag: item.tag(), class: item.attribute("class").map(str::to_owned) })
    }
}

/// Finds the posts of a page.
pub(super) fn items<'a>(options: &Options<'_>, page: &'a Page) -> Found<'a> {
    let ruled = options.rule.post.iter().map(|pick| page.select(pick)).find(|items| !items.is_empty());
    if let Some(items) = ruled {
        return Found { items, by_rule: true };
    }
    let outline = Outline::of(page);
    let declared: Vec<_> =
        outline.elements.iter().filter(|element| element.is_declared).map(|e| e.node).collect();
    let items = if declared.is_empty() { outline.siblings() } else { declared };
    let like = options.like.map(|shape| outline.like(shape)).filter(|like| like.len() >= items.len());
    let items = like.unwrap_or(items);
    Found { items, by_rule: false }
}

/// Whether one of an element's classes, or its id, is or contains one of the words, set apart by `-`, `_` or case.
pub(super) fn has_word(node: Node<'_>, words: &[&str]) -> bool {
    let names = ["class", "id", "rel", "itemprop", "data-type"];
    names.iter().filter_map(|name| node.attribute(name)).any(|value| {
        self::words(value).any(|word| words.iter().any(|wanted| word.eq_ignore_ascii_case(wanted)))
    })
}

/// The words of a name.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        let mut before = 'A';
        let end = rest.char_indices().find_map(|(at, letter)| {
            let breaks = !letter.is_alphanumeric() || letter.is_uppercase() && before.is_lowercase();
            before = letter;
            breaks.then_some(at)
        });
        let (word, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// An element with what the finder needs of it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact of one walk")]
struct Element<'a> {
    node: Node<'a>,
    tag: Tag,
    parent: usize,
    /// Letters in it.
    letters: usize,
    /// Whether a time stands on it or in it.
    has_time: bool,
    /// Whether it has an id.
    has_id: bool,
    /// Whether it has a time and an id of its own.
    is_stamped: bool,
    /// Whether it is declared as a post.
    is_declared: bool,
    /// Whether it is furniture.
    is_chrome: bool,
}

/// The elements of a page in document order.
struct Outline<'a> {
    elements: Vec<Element<'a>>,
}

impl<'a> Outline<'a> {
    fn of(page: &'a Page) -> Self {
        let mut elements: Vec<Element<'a>> = Vec::with_capacity(4_096);
        let mut open: Vec<usize> = Vec::new();
        let mut beyond = 0;
        for step in page.root().walk() {
            match step {
                Step::Open(_) if elements.len() >= ELEMENTS_MAX => beyond += 1,
                Step::Open(node) => {
                    let parent = open.last().copied().unwrap_or_default();
                    open.push(elements.len());
                    elements.push(Element::of(node, parent));
                }
                Step::Close(_) if beyond > 0 => beyond -= 1,
                Step::Close(_) => close(&mut elements, open.pop(), open.last().copied()),
                Step::Text(text) => {
                    let letters = text.chars().filter(|letter| letter.is_alphanumeric()).count();
                    if let Some(element) = open.last().and_then(|index| elements.get_mut(*index)) {
                        element.letters += letters;
                    }
                }
            }
        }
        Self { elements }
    }

    /// The largest set of siblings that hold a time and text each: children of one element, or of like elements side
    /// by side. Of sets that hold about the same text the one of most parts: days hold posts.
    fn siblings(&self) -> Vec<Node<'a>> {
        let mut sets: BTreeMap<(usize, Option<Tag>, Tag), Vec<usize>> = BTreeMap::new();
        for (index, element) in self.elements.iter().enumerate() {
            let holds = element.has_time && element.letters > 0 && element.tag.is_block();
            let Some(parent) = self.elements.get(element.parent).filter(|_| holds) else { continue };
            if self.in_chrome(index) {
                continue;
            }
            sets.entry((element.parent, None, element.tag)).or_default().push(index);
            sets.entry((parent.parent, Some(parent.tag), element.tag)).or_default().push(index);
        }
        let sets: Vec<(bool, usize, Vec<usize>)> = sets
            .into_values()
            .map(|set| (self.is_stamped(&set), self.letters(&set), set))
            .filter(|(is_stamped, letters, set)| self.is_list(*is_stamped, *letters, set))
            .collect();
        let Some((stamped, most, _)) =
            sets.iter().max_by_key(|(is_stamped, letters, _)| (*is_stamped, *letters))
        else {
            return Vec::new();
        };
        let near =
            sets.iter().filter(|(is_stamped, letters, _)| is_stamped == stamped && letters * 10 >= most * 7);
        // Of boxes in boxes the outermost: it is the first.
        let best = near.rev().max_by_key(|(_, letters, set)| (set.len(), *letters));
        best.map(|(_, _, set)| self.with_like(set)).unwrap_or_default()
    }

    /// The elements of a shape that hold a time and text, or stand where a post was taken down.
    fn like(&self, shape: &Shape) -> Vec<Node<'a>> {
        let is_like = |element: &Element<'a>| {
            element.tag == shape.tag
                && element.node.attribute("class") == shape.class.as_deref()
                && (element.has_time && element.letters > 0 || is_stone(element.node))
        };
        let each = self.elements.iter().enumerate();
        each.filter(|(index, element)| is_like(element) && !self.in_chrome(*index))
            .map(|(_, element)| element.node)
            .collect()
    }

    /// A set with the siblings of the same class that show no time, or stand where a post was taken down.
    fn with_like(&self, set: &[usize]) -> Vec<Node<'a>> {
        let all = || set.iter().filter_map(|index| self.elements.get(*index));
        let tag = all().next().map(|element| element.tag);
        let parents: BTreeSet<usize> = all().map(|element| element.parent).collect();
        let classes: BTreeSet<&str> = all().filter_map(|element| element.node.attribute("class")).collect();
        let is_like = |element: &&Element<'a>| {
            let class = element.node.attribute("class");
            (element.letters > 0 || is_stone(element.node))
                && parents.contains(&element.parent)
                && tag == Some(element.tag)
                && class.is_some_and(|class| classes.contains(class))
        };
        let known: BTreeSet<usize> = set.iter().copied().collect();
        let each = self.elements.iter().enumerate();
        each.filter(|(index, element)| known.contains(index) || is_like(element))
            .map(|(_, element)| element.node)
            .collect()
    }

    /// Whether siblings are a list, and not the parts of a page of which one holds most of it.
    fn is_list(&self, is_stamped: bool, letters: usize, set: &[usize]) -> bool {
        let largest =
            set.iter().filter_map(|index| self.elements.get(*index)).map(|element| element.letters).max();
        let is_even = largest.is_some_and(|largest| largest * 10 <= letters * 8);
        let have_ids =
            set.iter().all(|index| self.elements.get(*index).is_some_and(|element| element.has_id));
        let least = SIBLINGS_MIN - usize::from(have_ids);
        is_stamped || set.len() >= least && is_even && letters >= LETTERS_MIN * set.len()
    }

    /// Letters in a set.
    fn letters(&self, set: &[usize]) -> usize {
        set.iter().filter_map(|index| self.elements.get(*index)).map(|element| element.letters).sum()
    }

    /// Whether most of a set have ids and times of their own.
    fn is_stamped(&self, set: &[usize]) -> bool {
        let stamped =
            set.iter().filter(|index| self.elements.get(**index).is_some_and(|e| e.is_stamped)).count();
        stamped * 2 > set.len()
    }

    fn in_chrome(&self, index: usize) -> bool {
        let mut at = index;
        loop {
            let Some(element) = self.elements.get(at) else { return false };
            if element.is_chrome {
                return true;
            }
            if at == element.parent {
                return false;
            }
            at = element.parent;
        }
    }
}

impl<'a> Element<'a> {
    fn of(node: Node<'a>, parent: usize) -> Self {
        let tag = node.tag();
        let own = node.attributes().any(|(name, value)| is_time(tag, name, value));
        let has_id = || node.attributes().any(|(name, value)| is_id(name) && !value.trim().is_empty());
        let property = node.attribute("itemprop").unwrap_or_default();
        let is_chrome = matches!(tag, Tag::NAV | Tag::FOOTER | Tag::ASIDE | Tag::HEAD | Tag::FORM)
            || tag.is_block()
                && has_word(
                    node,
                    &[
                        "comment",
                        "comments",
                        "related",
                        "sidebar",
                        "recommended",
                        "footer",
                        "nav",
                        "menu",
                        "mostread",
                        "trending",
                        "breadcrumb",
                        "newsletter",
                    ],
                );
        Self {
            node,
            tag,
            parent,
            letters: 0,
            has_time: own || tag == Tag::TIME || is_dated(node, tag),
            has_id: has_id(),
            is_stamped: own && tag != Tag::TIME && has_id(),
            is_declared: property.split_ascii_whitespace().any(|word| word == "liveBlogUpdate"),
            is_chrome,
        }
    }
}

/// Whether an element stands in the place of a post that was taken down: it may be empty.
fn is_stone(node: Node<'_>) -> bool {
    STONES.iter().any(|name| node.attribute(name).is_some())
}

/// Attributes of posts that were taken down.
pub(super) const STONES: &[&str] = &["data-tombstone", "data-deleted"];

/// What is in an element is in the one around it.
fn close(elements: &mut [Element<'_>], closed: Option<usize>, around: Option<usize>) {
    let inside = closed.and_then(|index| elements.get(index)).map(|e| (e.letters, e.has_time));
    if let (Some((letters, has_time)), Some(around)) =
        (inside, around.and_then(|index| elements.get_mut(index)))
    {
        around.letters += letters;
        around.has_time |= has_time;
    }
}

/// Whether an attribute is a time.
fn is_time(tag: Tag, name: &str, value: &str) -> bool {
    let is_named = name == "datetime" && tag == Tag::TIME || name.starts_with("data-") && names_time(name);
    is_named && stamp::looks_like_one(value)
}

/// Whether the name of an attribute says that it is a time.
pub(super) fn names_time(name: &str) -> bool {
    words(name).any(|word| TIME_WORDS.contains(&word))
}

const TIME_WORDS: &[&str] = &[
    "time",
    "timestamp",
    "date",
    "datetime",
    "published",
    "publish",
    "created",
    "posted",
    "updated",
    "modified",
];

/// Whether an attribute holds the id of a post.
pub(super) fn is_id(name: &str) -> bool {
    matches!(
        name,
        "id" | "data-id"
            | "data-post-id"
            | "data-entry-id"
            | "data-block-id"
            | "data-event-id"
            | "data-update-id"
            | "data-postid"
    )
}

/// Words in the names of elements that hold a time.
pub(super) const CLASS_WORDS: &[&str] =
    &["date", "time", "timestamp", "datetime", "published", "ago", "timeago", "clock", "hour"];

/// Whether an element is called a date and its text is short.
fn is_dated(node: Node<'_>, tag: Tag) -> bool {
    if matches!(tag, Tag::BODY | Tag::HTML | Tag::SCRIPT) || node.attribute("class").is_none() {
        return false;
    }
    has_word(node, CLASS_WORDS) && {
        // "Two hours ago" is one word and no digit in Arabic.
        short(node, 60).is_some_and(|text| text.contains(char::is_numeric) || text.chars().count() <= 24)
    }
}

/// The text of an element, where it has no more than so many letters.
pub(super) fn short(node: Node<'_>, letters_max: usize) -> Option<String> {
    let mut letters = 0;
    for step in node.walk().take(STEPS_MAX) {
        letters += match step {
            Step::Text(text) => text.chars().filter(|letter| !letter.is_whitespace()).count(),
            Step::Open(_) | Step::Close(_) => 0,
        };
        if letters > letters_max {
            return None;
        }
    }
    Some(node.text()).filter(|text| (1..=letters_max).contains(&text.chars().count()))
}
