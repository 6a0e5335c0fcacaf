//! A page → the article on it: headline, dateline, byline, captions, crossheads, paragraphs.
//!
//! Each field is taken from the first way that yields it: configured rules, JSON-LD, `meta` elements, generic
//! reading; `provenance` says which. A rule that finds nothing is remarked and never silences a field. The body
//! is always read from the page itself where the page has one: publishers' structured bodies are cut and stale.
//! Nothing is made up, and nothing here knows a site, a language's stop words or where the page came from.

mod byline;
mod fields;
mod flattened;
mod generic;
mod rules;
mod structured;
#[cfg(test)]
mod tests;
mod times;

pub use rules::Rule;

use crate::{
    date::Order,
    model::{Article, Remark},
    page::Page,
};
use fields::Draft;
use generic::Reading;
use jiff::{Timestamp, tz::TimeZone};
use rules::Ruled;
use structured::Declared;
use url::Url;

/// What the reading of one source's pages needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The source's rules; of several the first that still holds and matches wins.
    pub rules: &'a [Rule],
    /// The source's zone, for times that name none.
    pub zone: &'a TimeZone,
    /// The source's language, where the page declares none.
    pub language: Option<&'a str>,
    /// Now, for relative times.
    pub now: Timestamp,
    /// Which of day and month comes first where both could.
    pub order: Order,
}

/// Reads the article on a page. Any text gives an article; one without a body has the warning
/// `article/no-body`.
pub fn extract(options: &Options<'_>, html: &str, url: Option<&Url>) -> (Article, Vec<Remark>) {
    let (page, mut remarks) = Page::parse(html, url);
    let ruled = Ruled::read(options, &page, url);
    let declared = Declared::read(&page);
    let reading = Reading::of(&page, &ruled, &declared);
    let draft = Draft::of_page(options, &page, &ruled, &declared, reading);
    let (article, more) = draft.finish(url);
    remarks.extend(more);
    (article, remarks)
}

/// Reads the article in the flattened text of a page: a line for each block, markup gone.
pub fn extract_flattened(options: &Options<'_>, text: &str, url: Option<&Url>) -> (Article, Vec<Remark>) {
    let draft = Draft::of_text(options, flattened::read(options, text));
    draft.finish(url)
}
