//! A section whose links are live pages.

use super::{Options, Rule, declared, find, read};
use crate::{
    model::Remark,
    page::{Page, Tag},
};
use std::collections::BTreeSet;
use url::Url;

/// Live pages that are taken of a section, the first on the page.
const PAGES_MAX: usize = 10;
/// Letters of a link that is a headline.
const HEADLINE_MIN: usize = 12;

/// Words in the path of a live page.
const LIVE_WORDS: &[&str] = &[
    "live",
    "liveblog",
    "livecoverage",
    "direct",
    "directo",
    "liveticker",
    "ticker",
    "canli",
    "مباشر",
    "التغطية",
];

/// The live pages that a section fetched from `url` leads to, in page order: the cards of its list, else links whose
/// path says that they are live pages.
pub fn section(options: &Options<'_>, html: &str, url: &Url) -> (Vec<Url>, Vec<Remark>) {
    let unruled = Rule::default();
    let (look, mut remarks) = read(&Options { rule: &unruled, ..*options }, html, Some(url));
    let cards = look.posts.into_iter().filter(|_| look.coverage.is_list).filter_map(|post| post.url);
    let mut pages: Vec<Url> = cards.collect();
    if pages.is_empty() {
        let (page, _) = Page::parse(html, Some(url));
        let links = page.root().elements().filter(|node| node.tag() == Tag::A);
        let headlines = links.filter(|node| node.text().chars().count() >= HEADLINE_MIN);
        pages =
            headlines.filter_map(|node| page.resolve(node.attribute("href")?)).filter(is_live_path).collect();
    }
    let mut seen = BTreeSet::new();
    for page in &mut pages {
        page.set_fragment(None);
    }
    pages.retain(|page| {
        page.host() == url.host() && !declared::is_same_page(page, url) && seen.insert(page.clone())
    });
    pages.truncate(PAGES_MAX);
    remarks.retain(|remark| remark.code != "live/no-post");
    if pages.is_empty() {
        remarks.push(Remark::new("live/no-page"));
    }
    (pages, remarks)
}

/// Whether the path of an address says that it is a live page.
pub(super) fn is_live_path(url: &Url) -> bool {
    let path = percent_decoded(url.path().as_bytes());
    find::words(&path).any(|word| LIVE_WORDS.contains(&word.to_lowercase().as_str()))
}

/// A path with its escapes resolved, as far as they are UTF-8.
fn percent_decoded(bytes: &[u8]) -> String {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| *first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        if let Some(byte) = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            decoded.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            decoded.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
