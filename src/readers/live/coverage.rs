//! What a live page says of itself: title, begin, end, whether it goes on, the order of its posts, the way to older ones.

use super::{
    Options, Post,
    declared::{self, Declared},
    find,
    stamp::Stamp,
};
use crate::{
    model::{Moment, Origin},
    page::{Node, Page, Tag},
    text::{self, strip_markup},
};
use jiff::SignedDuration;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// So long without a post is an end.
const SILENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Posts that are kept on top at once, at most.
pub(super) const PINS_MAX: usize = 3;

/// The order of posts on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The newest is on top.
    #[default]
    NewestFirst,
    /// The oldest is on top.
    OldestFirst,
}

impl Order {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NewestFirst => "newest first",
            Self::OldestFirst => "oldest first",
        }
    }
}

/// A live page as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Its headline.
    pub title: Option<String>,
    /// When it began, as declared.
    pub start: Option<Moment>,
    /// When it ended, as declared; none where that lies ahead or nothing else says that it is over.
    pub end: Option<Moment>,
    /// When something of it was last changed, as declared.
    pub modified: Option<Moment>,
    /// The order of its posts.
    pub order: Order,
    /// The page with older posts.
    pub older: Option<Url>,
    /// How long it asks to be left alone between two looks.
    pub interval: Option<Duration>,
    /// What says that it goes on or is over.
    pub signs: Signs,
    /// Whether the page itself says that it is a live page.
    pub is_declared: bool,
    /// Whether its posts are cards that lead to articles of their own.
    pub is_list: bool,
    /// Its address, as declared.
    pub url: Option<Url>,
    /// The pages that its newest post leads to.
    pub leads: Vec<Url>,
    /// Ways that write local time as UTC.
    pub local: Vec<Origin>,
}

/// What says whether a coverage goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signs {
    /// What the system says.
    pub is_live: Option<bool>,
    /// A badge or label says "live".
    pub has_badge: bool,
    /// The headline or the newest post says that it is over.
    pub has_farewell: bool,
    /// Its newest post is a week old.
    pub is_silent: bool,
}

impl Coverage {
    /// Whether the signs of one page alone say that it is over; a daemon knows more.
    pub fn is_over(&self) -> bool {
        self.signs.is_live.map_or(self.signs.has_farewell || self.signs.is_silent, |is_live| !is_live)
    }

    /// Reads what a page says of itself.
    pub(super) fn of_page(options: &Options<'_>, page: &Page, declared: &Declared<'_>) -> Self {
        let heading = page.root().elements().find(|node| node.tag() == Tag::H1).map(Node::text);
        let mut coverage = declared.blog.map(|blog| Self::of_blog(options, blog)).unwrap_or_default();
        let printed = heading.filter(|heading| !heading.is_empty());
        coverage.title = printed.or(coverage.title).or_else(|| page.title());
        coverage.is_declared |= declared.blog.is_some();
        coverage.older = older(page);
        let mut budget = 20_000;
        for node in page.root().elements() {
            budget -= 1;
            if budget == 0 {
                break;
            }
            coverage.look_at(node);
        }
        coverage
    }

    /// Reads what JSON-LD says of the whole.
    pub(super) fn of_blog(options: &Options<'_>, blog: &Value) -> Self {
        let said = |key: &str| blog.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let moment = |key: &str| Some(Stamp::read(options, said(key)?)?.moment);
        Self {
            title: said("headline").or_else(|| said("name")).map(strip_markup),
            start: moment("coverageStartTime").or_else(|| moment("datePublished")),
            // Several systems declare an end that is the last edit, or lies a day ahead.
            end: moment("coverageEndTime").filter(|end| end.at <= options.now),
            modified: moment("dateModified"),
            is_declared: true,
            ..Self::default()
        }
    }

    fn look_at(&mut self, node: Node<'_>) {
        if node.attribute("data-poll-interval").is_some() || node.tag() == Tag::of(b"amp-live-list") {
            self.is_declared = true;
            let millis = node.attribute("data-poll-interval").and_then(|value| value.trim().parse().ok());
            self.interval = self.interval.or(millis.map(Duration::from_millis));
            if node.attribute("disabled").is_some() {
                self.signs.is_live = Some(false);
            }
        }
        if node.attribute("itemtype").is_some_and(|kind| kind.contains("LiveBlogPosting"))
            || node.attribute("itemprop").is_some_and(|property| property.contains("liveBlogUpdate"))
        {
            self.is_declared = true;
        }
        if !self.signs.has_badge && node.tag() != Tag::A && find::has_word(node, &["live"]) {
            self.signs.has_badge = find::short(node, 24).is_some_and(|text| !text.contains(char::is_numeric));
        }
    }

    /// Fills what its posts tell: order, farewell, where the newest leads.
    pub(super) fn settle(&mut self, options: &Options<'_>, posts: &[Post]) {
        let times: Vec<_> =
            posts.iter().filter(|post| !post.marks.pinned).filter_map(|post| post.published).collect();
        let pairs = || times.iter().zip(times.iter().skip(1));
        let down = pairs().filter(|(one, next)| one.at > next.at).count();
        let up = pairs().filter(|(one, next)| one.at < next.at).count();
        // What is kept on top stands above newer posts too, and need not have a mark.
        let is_rising = up > down && (up > PINS_MAX || up == pairs().count() || down == 0 && up > 1);
        self.order = if is_rising { Order::OldestFirst } else { Order::NewestFirst };
        let newest = newest(posts);
        self.is_list = !posts.is_empty()
            && posts.iter().all(|post| {
                post.id.is_some()
                    && post.url.as_ref().is_some_and(|url| post.id.as_deref() == Some(url.as_str()))
            });
        let says = |line: &Option<String>| line.as_deref().is_some_and(is_farewell);
        self.signs.has_farewell |= says(&self.title);
        let bids = |post: &Post| {
            let lead: String = post.text.chars().take(200).collect();
            says(&post.title) || is_farewell(&lead)
        };
        let last = newest.iter().find(|post| bids(post)).or(newest.first()).filter(|_| !self.is_list);
        if let Some(newest) = last {
            self.signs.has_farewell |= bids(newest);
            self.leads = newest.links.iter().filter_map(|link| Url::parse(&link.url).ok()).take(8).collect();
        }
        let newest = times.iter().map(|moment| moment.at).max();
        self.signs.is_silent = newest.is_some_and(|newest| options.now.duration_since(newest) > SILENCE);
        if !self.is_over() {
            self.end = None;
        }
    }
}

/// The posts that are newest by what the page says: several may be of one minute, or "2 hours ago".
fn newest(posts: &[Post]) -> Vec<&Post> {
    let at = |post: &Post| post.published.map(|moment| moment.at);
    let there = || posts.iter().filter(|post| !post.marks.removed);
    let last = there().map(at).max();
    there().filter(|post| Some(at(post)) == last).collect()
}

/// The page with older posts.
fn older(page: &Page) -> Option<Url> {
    let relates = |node: &Node<'_>| {
        let is_next = |rel: &str| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next"));
        matches!(node.tag(), Tag::A | Tag::LINK) && node.attribute("rel").is_some_and(is_next)
    };
    let link = page.root().elements().find(relates)?;
    let url = page.resolve(link.attribute("href")?)?;
    (Some(&url) != page.base_url()).then_some(url)
}

/// What closes a coverage, in the words of newsrooms, as they are matched.
const FAREWELLS: &[&str] = &[
    "as it happened",
    "live blog is now closed",
    "this blog is now closed",
    "this live page is now closed",
    "our live coverage has ended",
    "live coverage is over",
    "live coverage has now ended",
    "we are closing this live",
    "we're closing this live",
    "that's it for our live coverage",
    "that's all for our live coverage",
    "ننهي هنا",
    "نختم هنا",
    "ننهي تغطيتنا",
    "انتهت التغطية",
    "ختام التغطية",
    "نهاية التغطية",
    "(انتهت)",
    "بهذا تنتهي تغطيتنا",
    "إلى هنا تنتهي تغطيتنا",
    "fin du direct",
    "ce direct est terminé",
    "ce live est terminé",
    "canlı anlatım sona erdi",
    "canlı yayın sona erdi",
    "der liveticker ist beendet",
    "damit beenden wir",
    "la cobertura en directo ha terminado",
    "finaliza nuestra cobertura",
    "پایان پوشش زنده",
    "трансляция завершена",
    "онлайн завершен",
];

/// The phrases in matching form.
static FOLDED_FAREWELLS: std::sync::LazyLock<Vec<String>> =
    std::sync::LazyLock::new(|| FAREWELLS.iter().map(|words| text::fold(words)).collect());

fn is_farewell(line: &str) -> bool {
    let folded = text::fold(line);
    FOLDED_FAREWELLS.iter().any(|words| folded.contains(words.as_str()))
}

/// Whether an address is on the page's own site.
pub(super) fn is_of_site(url: &Url, page: Option<&Url>) -> bool {
    page.is_some_and(|page| page.host() == url.host() && !declared::is_same_page(page, url))
}
