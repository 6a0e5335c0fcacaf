//! One element of a page, and the ways to look at it.

use super::{Page, Pick, Tag};
use scraper::ElementRef;
use std::fmt;
use url::Url;

/// One element of a page. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) page: &'a Page,
    pub(super) element: ElementRef<'a>,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.element.id() == other.element.id()
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.element.fmt(f)
    }
}

/// One step of a walk through an element.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// An element begins.
    Open(Node<'a>),
    /// Text, as it stands in the page.
    Text(&'a str),
    /// An element ends.
    Close(Tag),
}

impl<'a> Node<'a> {
    /// Its name.
    pub fn tag(self) -> Tag {
        Tag::of(self.element.value().name().as_bytes())
    }

    /// An attribute as written, with character references resolved.
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        self.attributes().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All attributes.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.element.value().attrs()
    }

    /// The elements in it that `pick` finds, in document order; itself where the pick names an attribute only.
    pub fn select(self, pick: &Pick) -> Vec<Node<'a>> {
        let Some(selector) = self.page.compiled(pick) else { return vec![self] };
        self.element.select(&selector).map(|element| Node { page: self.page, element }).collect()
    }

    /// The value of a pick that found this element: its attribute, else its text. None where it is empty.
    pub fn value(self, pick: &Pick) -> Option<String> {
        let value = match pick.attribute() {
            Some(name) => crate::text::normal(self.attribute(name)?),
            None => self.text(),
        };
        (!value.is_empty()).then_some(value)
    }

    /// The first value that one of the picks finds in it, in the order of the picks.
    pub fn pick_first(self, picks: &[Pick]) -> Option<String> {
        picks.iter().find_map(|pick| self.select(pick).into_iter().find_map(|found| found.value(pick)))
    }

    /// The first value that one of the picks finds in it, as an absolute http or https address.
    pub fn pick_url(self, picks: &[Pick]) -> Option<Url> {
        let found = |pick: &Pick| {
            self.select(pick).into_iter().find_map(|found| self.page.resolve(&found.value(pick)?))
        };
        picks.iter().find_map(found)
    }

    /// Its children that are elements.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        let page = self.page;
        self.element.child_elements().map(move |element| Node { page, element })
    }

    /// The element around it.
    pub fn parent(self) -> Option<Node<'a>> {
        let element = ElementRef::wrap(self.element.parent()?)?;
        Some(Node { page: self.page, element })
    }

    /// The element or the text directly before it in the element around it; white space is none.
    pub fn previous(self) -> Option<Step<'a>> {
        let page = self.page;
        self.element.prev_siblings().find_map(|node| {
            if let Some(element) = ElementRef::wrap(node) {
                return Some(Step::Open(Node { page, element }));
            }
            let text: &str = node.value().as_text()?;
            (!text.trim().is_empty()).then_some(Step::Text(text))
        })
    }

    /// Walks through it, itself included, in document order and without recursion.
    pub fn walk(self) -> impl Iterator<Item = Step<'a>> {
        let page = self.page;
        let root = self.element.id();
        let mut cursor = Some((*self.element, true));
        std::iter::from_fn(move || {
            loop {
                let (node, opens) = cursor?;
                cursor = if opens {
                    node.first_child().map(|child| (child, true)).or(Some((node, false)))
                } else if node.id() == root {
                    None
                } else {
                    let next = node.next_sibling().map(|next| (next, true));
                    next.or_else(|| node.parent().map(|parent| (parent, false)))
                };
                if let Some(element) = ElementRef::wrap(node) {
                    let node = Node { page, element };
                    return Some(if opens { Step::Open(node) } else { Step::Close(node.tag()) });
                }
                if let Some(text) = node.value().as_text().filter(|_| opens) {
                    return Some(Step::Text(text));
                }
            }
        })
    }

    /// The elements in it, itself first, in document order.
    pub fn elements(self) -> impl Iterator<Item = Node<'a>> {
        self.walk().filter_map(|step| match step {
            Step::Open(node) => Some(node),
            Step::Text(_) | Step::Close(_) => None,
        })
    }

    /// Its text in normal form on one line; blocks inside are set apart by a space.
    pub fn text(self) -> String {
        crate::text::normal(&self.raw_text(' '))
    }

    /// The lines of its text in normal form: a block or line break begins a new one.
    pub fn lines(self) -> Vec<String> {
        let raw = self.raw_text('\n');
        raw.split('\n').map(crate::text::normal).filter(|line| !line.is_empty()).collect()
    }

    fn raw_text(self, between: char) -> String {
        let mut text = String::new();
        for step in self.walk() {
            match step {
                Step::Text(part) if between == '\n' => {
                    text.extend(part.chars().map(|letter| if letter == '\n' { ' ' } else { letter }));
                }
                Step::Text(part) => text.push_str(part),
                Step::Open(node) if node.tag() == Tag::BR || node.tag().is_block() => text.push(between),
                Step::Close(tag) if tag.is_block() => text.push(between),
                Step::Open(_) | Step::Close(_) => {}
            }
        }
        text
    }
}
