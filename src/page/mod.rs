//! A parsed HTML page: its elements, compiled picks, and the structured data in it.
//!
//! The only module that names the HTML parser. It knows nothing of articles or listings: readers ask it for
//! elements, values and steps of a walk. Parsing is bounded for any input; walks never recurse.
//! A [`Page`] cannot leave its thread: parse and read in one closure.

mod clean;
mod data;
mod node;
mod pick;
mod tag;
#[cfg(test)]
mod tests;

pub use node::{Node, Step};
pub use pick::{Pick, PickError};
pub use tag::Tag;

use crate::model::Remark;
use scraper::{Html, Selector};
use serde_json::Value;
use std::{cell::RefCell, rc::Rc};
use url::Url;

/// `meta` elements kept of one page.
const METAS_MAX: usize = 512;

/// A parsed page.
pub struct Page {
    html: Html,
    base: Option<Url>,
    metas: Vec<(String, String)>,
    objects: Vec<Value>,
    compiled: RefCell<Vec<(Pick, Option<Rc<Selector>>)>>,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page").field("base", &self.base.as_ref().map(Url::as_str)).finish_non_exhaustive()
    }
}

impl Page {
    /// Parses `html`; `base` is the address it was had from. Any text gives a page.
    pub fn parse(html: &str, base: Option<&Url>) -> (Self, Vec<Remark>) {
        let cleaned = clean::clean(html);
        let objects = data::objects(&cleaned.data);
        let html = Html::parse_document(&cleaned.html);
        let mut page =
            Self { html, base: base.cloned(), metas: Vec::new(), objects, compiled: RefCell::default() };
        page.metas = page.read_metas();
        page.base = page.declared_base().or_else(|| page.base.take()).or_else(|| page.canonical());
        (page, cleaned.remarks)
    }

    /// The whole page as an element.
    pub fn root(&self) -> Node<'_> {
        Node { page: self, element: self.html.root_element() }
    }

    /// The elements that `pick` finds, in document order.
    pub fn select(&self, pick: &Pick) -> Vec<Node<'_>> {
        let Some(selector) = self.compiled(pick) else { return vec![self.root()] };
        self.html.select(&selector).map(|element| Node { page: self, element }).collect()
    }

    /// The first value that one of the picks finds, in the order of the picks.
    pub fn pick_first(&self, picks: &[Pick]) -> Option<String> {
        picks.iter().find_map(|pick| self.select(pick).into_iter().find_map(|found| found.value(pick)))
    }

    /// What relative addresses are relative to: the page's `base` element, else its own address, else the one
    /// that it declares as canonical.
    pub fn base_url(&self) -> Option<&Url> {
        self.base.as_ref()
    }

    /// An address in the page as absolute; none where it is not http or https.
    pub fn resolve(&self, address: &str) -> Option<Url> {
        let address = address.trim();
        let url = match &self.base {
            Some(base) => base.join(address).ok()?,
            None => Url::parse(address).ok()?,
        };
        matches!(url.scheme(), "http" | "https").then_some(url)
    }

    /// The address that the page declares as its own. One that depends on the page's own path tells nothing:
    /// the same page seen at another address would declare another.
    pub fn canonical(&self) -> Option<Url> {
        let is_rooted = |address: &&str| address.starts_with('/') || address.contains("://");
        let rooted = |address: &'_ str| {
            Some(address.trim()).filter(is_rooted).and_then(|address| self.resolve(address))
        };
        let link = self.link("canonical").and_then(|link| rooted(link.attribute("href")?));
        link.or_else(|| rooted(self.meta(&["og:url"])?))
    }

    /// The first `link` element of this relation.
    pub fn link(&self, relation: &str) -> Option<Node<'_>> {
        let is_it = |word: &str| word.eq_ignore_ascii_case(relation);
        let relates = |rel: &str| rel.split_ascii_whitespace().any(is_it);
        let mut links = self.root().elements().filter(|node| node.tag() == Tag::LINK);
        links.find(|link| link.attribute("rel").is_some_and(relates))
    }

    /// The language that the page declares.
    pub fn lang(&self) -> Option<&str> {
        let root = self.root();
        let declared = root.attribute("lang").or_else(|| root.attribute("xml:lang"));
        let named = |lang: &&str| !lang.trim().is_empty();
        declared
            .filter(named)
            .or_else(|| self.meta(&["content-language", "language", "og:locale"]))
            .filter(named)
    }

    /// The content of the first `meta` element that has one of the names (as `name`, `property`, `itemprop` or
    /// `http-equiv`, lower case), in the order of the names. Never empty.
    pub fn meta<'a>(&'a self, names: &[&'a str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.meta_all(name).next())
    }

    /// All contents of the `meta` elements of that name.
    pub fn meta_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.metas.iter().filter(move |(key, _)| key == name).map(|(_, content)| content.as_str())
    }

    /// The JSON-LD objects, those in arrays and graphs each by itself.
    pub fn json_ld(&self) -> &[Value] {
        &self.objects
    }

    /// The text of the `title` element, in normal form.
    pub fn title(&self) -> Option<String> {
        let title = self.root().elements().find(|node| node.tag() == Tag::TITLE).map(Node::text);
        title.filter(|title| !title.is_empty())
    }

    /// The selector of a pick, compiled once for this page.
    pub(super) fn compiled(&self, pick: &Pick) -> Option<Rc<Selector>> {
        if let Some((_, selector)) = self.compiled.borrow().iter().find(|(known, _)| known == pick) {
            return selector.clone();
        }
        let selector = pick.selector().map(Rc::new);
        self.compiled.borrow_mut().push((pick.clone(), selector.clone()));
        selector
    }

    fn read_metas(&self) -> Vec<(String, String)> {
        let metas = self.root().elements().filter(|node| node.tag() == Tag::META);
        metas.filter_map(meta_of).take(METAS_MAX).collect()
    }

    fn declared_base(&self) -> Option<Url> {
        let base = self.root().elements().take(1_000).find(|node| node.tag() == Tag::BASE)?;
        self.resolve(base.attribute("href")?)
    }
}

fn meta_of(node: Node<'_>) -> Option<(String, String)> {
    let content = crate::text::normal(node.attribute("content")?);
    let named = |name: &&str| node.attribute(name).is_some();
    let name = ["property", "name", "itemprop", "http-equiv"].iter().find(|name| named(name))?;
    let name = node.attribute(name)?.trim().to_ascii_lowercase();
    (!content.is_empty()).then_some((name, content))
}
