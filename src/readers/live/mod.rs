//! A live-coverage page → its posts, and what happened to them between two looks.
//!
//! A page says the same thing in several ways: the system's own JSON, JSON-LD, microdata, attributes, markup that
//! repeats. Each is wrong somewhere, so all are read: each way gives sketches, and `merge` makes one [`Post`] of
//! those that are about one post, field by field. [`Tracker`] knows the posts again at the next look and says what
//! happened. Nothing here knows a site; the systems known are those whose form is public.

mod coverage;
mod declared;
mod find;
mod item;
mod merge;
mod section;
mod stamp;
mod systems;
#[cfg(test)]
mod tests;
mod track;

pub use coverage::{Coverage, Order};
pub use section::section;
pub use track::{Event, Happening, Known, Pace, Presence, Round, Tracker, WARM};

use crate::{
    date,
    model::{Block, Fingerprint, Image, Link, Moment, Origin, Provenance, Remark},
    page::{Node, Page, Pick, Tag},
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use stamp::Stamp;
use std::collections::BTreeMap;
use url::Url;

/// Most posts taken of one page.
pub const POSTS_MAX: usize = 2_000;

/// Where the posts of a page are. Each field is a list of selectors, tried in order; empty means found by structure and
/// by structured data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// One post.
    pub post: Vec<Pick>,
    /// Within a post, its id.
    pub id: Vec<Pick>,
    /// Within a post, when it was published.
    pub time: Vec<Pick>,
    /// Within a post, its headline.
    pub title: Vec<Pick>,
    /// Within a post, what holds its text.
    pub body: Vec<Pick>,
    /// Within a post, who wrote it.
    pub author: Vec<Pick>,
}

/// How a live page is read.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Where the posts are.
    pub rule: &'a Rule,
    /// The source's zone, for times that name none.
    pub zone: &'a TimeZone,
    /// When the page was fetched.
    pub now: Timestamp,
    /// Which of day and month comes first where both could.
    pub order: date::Order,
    /// What a post is on the page above, for an older page: a short one does not show by itself that it is a list.
    pub like: Option<&'a Shape>,
    /// Ways that write local time as UTC, as was seen at an earlier look or above: a page without a post for hours does
    /// not show it.
    pub local: &'a [Origin],
}

/// The element that posts of a page are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    tag: Tag,
    class: Option<String>,
}

/// What a page says of a post beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// It is kept on top.
    pub pinned: bool,
    /// It is one of the important ones.
    pub key_event: bool,
    /// It was taken down, and this stands in its place.
    pub removed: bool,
}

/// A post as the page has it. What is unknown is none or empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Post {
    /// The page's own id or address fragment, unaltered.
    pub id: Option<String>,
    /// Other ids that the page gives it.
    pub other_ids: Vec<String>,
    /// Its own address: that of its article for a card of a list, else the page's with a fragment.
    pub url: Option<Url>,
    /// When it was published.
    pub published: Option<Moment>,
    /// Whether `published` was read from an amount of time before now.
    pub is_relative: bool,
    /// Whether `published` was read from a clock time without a day.
    pub is_clock: bool,
    /// When it was last changed, as the publisher says.
    pub modified: Option<Moment>,
    /// Headline.
    pub title: Option<String>,
    /// Who wrote it, as printed.
    pub author: Option<String>,
    /// Its text.
    pub body: Vec<Block>,
    /// Its pictures.
    pub images: Vec<Image>,
    /// The links in its text.
    pub links: Vec<Link>,
    /// The blocks' text joined by blank lines.
    pub text: String,
    /// What the page says of it.
    pub marks: Marks,
    /// Which way won for each field.
    pub provenance: BTreeMap<&'static str, Provenance>,
    /// Of each way that has its headline and text, a hash of these in matching form.
    pub prints: Vec<(Origin, Fingerprint)>,
}

/// A live page as it is at one look.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// What is said of the whole.
    pub coverage: Coverage,
    /// Its posts in page order.
    pub posts: Vec<Post>,
    /// The element that its posts are, where it has some in its markup.
    pub shape: Option<Shape>,
}

impl Look {
    /// Whether the page says of itself that it is a live page, and has so many posts. A list of cards that lead to
    /// articles is none, whatever it is made with.
    pub fn is_live_page(&self, posts_min: usize) -> bool {
        self.coverage.is_declared && !self.coverage.is_list && self.posts.len() >= posts_min
    }
}

/// A post as one way of reading has it.
#[derive(Debug, Clone, Default)]
struct Sketch<'a> {
    /// The way.
    from: Option<Origin>,
    /// Ids, the best first.
    ids: Vec<String>,
    url: Option<Url>,
    published: Option<Stamp>,
    modified: Option<Stamp>,
    title: Option<String>,
    author: Option<String>,
    text: Text<'a>,
    marks: Marks,
}

/// The text of a sketch before it is read.
#[derive(Debug, Clone, Default)]
enum Text<'a> {
    /// There is none.
    #[default]
    None,
    /// Markup, or plain lines.
    Markup(String),
    /// An element of the page, and the elements in it that are no text.
    Element(Node<'a>, Vec<Node<'a>>),
}

/// Reads a live page, a list of short articles, or a system's own JSON, as it was fetched from `url`. Any text gives a
/// look; one without posts has the remark `live/no-post`.
pub fn read(options: &Options<'_>, body: &str, url: Option<&Url>) -> (Look, Vec<Remark>) {
    let (look, mut remarks) = match json(body) {
        Some(value) => read_json(options, &value, url),
        None => read_page(options, body, url),
    };
    if look.posts.is_empty() {
        remarks.push(Remark::new("live/no-post"));
    }
    (look, remarks)
}

/// The value of a body that is JSON.
fn json(body: &str) -> Option<Value> {
    let body = body.trim_start_matches('\u{feff}').trim_start();
    body.starts_with(['{', '[']).then(|| serde_json::from_str(body).ok()).flatten()
}

fn read_json(options: &Options<'_>, value: &Value, url: Option<&Url>) -> (Look, Vec<Remark>) {
    let declared = url.cloned().or_else(|| systems::address(value));
    let answer = systems::read(options, value, declared.as_ref());
    let mut coverage = answer.coverage;
    let (page, _) = Page::parse("", declared.as_ref());
    let (merged, local) = merge::merge(options, &page, vec![answer.sketches]);
    (coverage.url, coverage.local) = (declared, local);
    coverage.settle(options, &merged);
    (Look { coverage, posts: merged, shape: None }, Vec::new())
}

fn read_page(options: &Options<'_>, html: &str, url: Option<&Url>) -> (Look, Vec<Remark>) {
    let (page, mut remarks) = Page::parse(html, url);
    let declared = declared::read(options, &page);
    let found = find::items(options, &page);
    if !options.rule.post.is_empty() && !found.by_rule {
        remarks.push(Remark::new("rule/no-match"));
    }
    let items = item::read_all(options, &page, &found);
    let mut coverage = Coverage::of_page(options, &page, &declared);
    let (posts, local) = merge::merge(options, &page, vec![items, declared.sketches]);
    coverage.local = local;
    coverage.url = page.canonical().or_else(|| page.base_url().cloned());
    coverage.settle(options, &posts);
    (Look { coverage, posts, shape: found.shape() }, remarks)
}
