//! Pages that list articles → entries and remarks: a live-coverage section, a topic page, a front page, and
//! sitemaps.

mod sitemap;

use crate::{
    date,
    model::{Entry, Remark},
    page::{Node, Page, Pick},
    text,
};
use jiff::{Timestamp, tz::TimeZone};
use std::collections::BTreeSet;
use url::Url;

pub use sitemap::{NotASitemap, SITEMAP_BYTES_MAX, SITEMAP_ENTRIES_MAX, Sitemap, SitemapOptions, sitemap};

/// Most cards taken of one page.
pub const CARDS_MAX: usize = 500;

/// Where the cards of a listing are. Each field is a list of selectors, tried in order.
#[derive(Debug, Clone, Default)]
pub struct Rule {
    /// One card.
    pub item: Vec<Pick>,
    /// Within a card, the article's address.
    pub link: Vec<Pick>,
    /// Within a card, the headline.
    pub title: Vec<Pick>,
    /// Within a card, the printed date.
    pub date: Vec<Pick>,
    /// The next page of the listing.
    pub next: Vec<Pick>,
    /// Pages read at most in one poll.
    pub pages_max: u32,
}

/// How a listing is read.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// Where the cards are.
    pub rule: &'a Rule,
    /// Zone of the printed dates.
    pub zone: &'a TimeZone,
    /// For dates that only make sense against it.
    pub now: Timestamp,
}

/// What one page of a listing shows.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Its cards in page order, each address once.
    pub entries: Vec<Entry>,
    /// The next page.
    pub next: Option<Url>,
}

/// Reads one page of a listing that was fetched from `url`.
pub fn read(options: &Options<'_>, html: &str, url: &Url) -> (Listing, Vec<Remark>) {
    let (page, mut remarks) = Page::parse(html, Some(url));
    let base = page.base_url().cloned().unwrap_or_else(|| url.clone());
    let cards = options.rule.item.iter().map(|pick| page.select(pick)).find(|cards| !cards.is_empty());
    let cards = cards.unwrap_or_default();
    if cards.is_empty() {
        remarks.push(Remark::new("listing/no-item"));
    }
    if cards.len() > CARDS_MAX {
        remarks.push(Remark::about("listing/flood", &cards.len().to_string()));
    }
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for card in cards.iter().take(CARDS_MAX) {
        match entry(options, card, &base) {
            Ok(entry) if seen.insert(entry.key.clone()) => entries.push(entry),
            Ok(_) => {}
            Err(remark) => remarks.push(remark),
        }
    }
    let next = page.root().pick_first(&options.rule.next).and_then(|link| resolve(&base, &link));
    (Listing { entries, next: next.filter(|next| next != url) }, remarks)
}

fn entry(options: &Options<'_>, card: &Node<'_>, base: &Url) -> Result<Entry, Remark> {
    let Some(printed) = card.pick_first(&options.rule.link) else {
        return Err(Remark::new("listing/no-link"));
    };
    let Some(url) = resolve(base, &printed) else {
        return Err(Remark::about("listing/bad-link", &printed));
    };
    let line = card.pick_first(&options.rule.date);
    let context = date::Context { zone: options.zone, now: options.now, order: date::Order::Dmy };
    Ok(Entry {
        key: url.as_str().to_owned(),
        url: Some(url),
        title: card.pick_first(&options.rule.title).map(|title| text::normal(&title)).unwrap_or_default(),
        published: line.and_then(|line| date::read(&line, &context).moment),
        ..Entry::default()
    })
}

/// An absolute http(s) address without its fragment, or nothing.
fn resolve(base: &Url, link: &str) -> Option<Url> {
    let mut url = base.join(link.trim()).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

#[cfg(test)]
mod tests;
