//! A page → the article on it: headline, dateline, byline, captions, crossheads, paragraphs.
//!
//! Each field is taken from the first way that yields it: configured rules, JSON-LD, `meta` elements, generic
//! reading; `provenance` says which. A rule that finds nothing is remarked and never silences a field. The body
//! is always read from the page itself where the page has one: publishers' structured bodies are cut and stale.
//! Nothing is made up, and nothing here knows a site, a language's stop words or where the page came from.

#[cfg(test)]
mod body_tests;
mod byline;
mod completeness;
#[cfg(test)]
mod completeness_tests;
mod fields;
mod flattened;
mod generic;
mod join;
mod memory;
#[cfg(test)]
mod memory_tests;
mod missing;
mod rules;
mod structured;
#[cfg(test)]
mod tests;
mod times;

pub use fields::joined;
pub use generic::{Part, is_section, part};
pub use join::{Added, Joining, PAGES_MAX};
pub use memory::{SiteMemory, WARNING as SITE_FURNITURE};
pub use rules::Rule;

use crate::{
    date::Order,
    model::{Article, Remark},
    page::Page,
    text,
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

/// The way to a further page of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onward {
    /// Its address.
    pub url: Url,
    /// The address of the article's first page.
    pub first: Url,
    /// Its number, from 2.
    pub number: u32,
}

/// What is read of one page.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The article as far as this page has it.
    pub article: Article,
    /// The next page, where there is one.
    pub next: Option<Onward>,
    /// What was odd.
    pub remarks: Vec<Remark>,
}

/// The page is no text.
const NOT_TEXT: &str = "article/not-text";

/// Reads the article on a page. Any text gives an article; one without a body has the warning
/// `article/no-body`, one that goes on at another page `article/next-page`, a picture or an archive `article/not-text`.
pub fn extract(options: &Options<'_>, html: &str, url: Option<&Url>) -> (Article, Vec<Remark>) {
    let leaf = extract_leaf(options, html, url, None);
    (leaf.article, leaf.remarks)
}

/// Reads one page of an article; a further one where it was reached by `onward`.
pub fn extract_leaf(options: &Options<'_>, html: &str, url: Option<&Url>, onward: Option<&Onward>) -> Leaf {
    let is_binary = text::is_binary(html);
    let (page, mut remarks) = Page::parse(if is_binary { "" } else { html }, url);
    let ruled = Ruled::read(options, &page, url);
    let declared = Declared::read(&page);
    let mut reading = Reading::of(&page, &ruled, &declared, (url, onward));
    let ending = std::mem::take(&mut reading.ending);
    let next = completeness::next(&page, &ruled, &ending, (url, onward));
    let draft = Draft::of_page(options, &page, &ruled, &declared, reading);
    let (mut article, more) = draft.finish(url);
    completeness::settle(&mut article, &page, declared.is_free, &ending);
    missing::settle(&mut article, &page, &declared.own_names);
    if next.is_some() {
        completeness::cut(&mut article, completeness::NEXT_PAGE);
    }
    if is_binary {
        article.warnings.push(NOT_TEXT.to_owned());
    }
    remarks.extend(more);
    Leaf { article, next, remarks }
}

/// The person that a printed line names, without the words and places around the name; none where it names none.
pub fn person(line: &str) -> Option<String> {
    byline::split(line, &[], |_| false).authors.into_iter().next()
}

/// Whether a line is a control of the page and no text: letter sizes, arrows, counters, names of icons.
pub fn is_control(line: &str) -> bool {
    generic::is_control(line)
}

/// Reads the article in the flattened text of a page: a line for each block, markup gone.
pub fn extract_flattened(options: &Options<'_>, lines: &str, url: Option<&Url>) -> (Article, Vec<Remark>) {
    let is_binary = text::is_binary(lines);
    let draft = Draft::of_text(options, flattened::read(options, if is_binary { "" } else { lines }));
    let (mut article, remarks) = draft.finish(url);
    if is_binary {
        article.warnings.push(NOT_TEXT.to_owned());
    }
    (article, remarks)
}
