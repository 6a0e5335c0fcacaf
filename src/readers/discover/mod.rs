//! A web page and the headers it came with → where its site may list news: feeds that it declares, links that look
//! like feeds, addresses where feeds usually are, and the cards of the page itself. Nothing here is known to be a
//! feed: whoever asks for it finds out.

mod address;
mod cards;

use crate::{
    page::{Node, Page, Tag},
    text,
};
use std::collections::BTreeSet;
use url::Url;

pub use address::{is_same_site, seems_feed, usual};
pub use cards::Cards;

/// Pointers taken of one page, of each kind.
const POINTERS_MAX: usize = 64;

/// Characters kept of a title.
const TITLE_CHARS_MAX: usize = 200;

/// A longer address is none.
const URL_BYTES_MAX: usize = 2_048;

/// Media types of feeds, as declared.
const TYPES: [&str; 10] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/x-rss+xml",
    "application/x.atom+xml",
    "application/x-atom+xml",
    "text/rss+xml",
    "text/atom+xml",
    "application/rss",
];

/// Media types that feeds share with much else: they count where the address looks like a feed's.
const TYPES_SHARED: [&str; 3] = ["application/xml", "text/xml", "application/json"];

/// Words that tell a feed of readers' comments by its title.
const COMMENT_WORDS: [&str; 11] = [
    "comment",
    "commentaire",
    "comentario",
    "kommentar",
    "yorum",
    "комментари",
    "коментар",
    "تعليق",
    "تعليقات",
    "التعليقات",
    "دیدگاه",
];

/// Texts of links that lead to feeds or to pages about them.
const LINK_WORDS: [&str; 9] =
    ["rss", "rss feed", "rss feeds", "atom", "feed", "feeds", "خدمة rss", "خلاصات rss", "خلاصات"];

/// How somebody came upon an address; the more it can be trusted, the less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It was asked about.
    Given,
    /// The page or its headers declare it as a feed, or robots.txt as a sitemap.
    Declared,
    /// A link on the page looks like one.
    Linked,
    /// Others have a feed or sitemap at such an address.
    Usual,
}

impl How {
    /// In words, after "found".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Given => "as given",
            Self::Declared => "declared by the site",
            Self::Linked => "by a link on the page",
            Self::Usual => "at a usual address",
        }
    }
}

/// An address that may be a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// Where.
    pub url: Url,
    /// How the page calls it, plain; may be empty.
    pub title: String,
    /// Whether it seems to list readers' comments rather than news.
    pub is_comments: bool,
    /// How it was found.
    pub how: How,
}

/// What a page tells about its site.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// The site's name.
    pub name: Option<String>,
    /// The language that the page declares.
    pub language: Option<String>,
    /// A sample of its text, by which that language is judged.
    pub sample: String,
    /// Addresses that may be feeds, the likeliest first, each once.
    pub pointers: Vec<Pointer>,
    /// What looks like cards of articles on the page itself.
    pub cards: Vec<Cards>,
}

/// Reads a page that was fetched from `url`; `headers` are the values of its `Link` headers.
pub fn read(html: &str, headers: &[String], url: &Url) -> Site {
    let (page, _) = Page::parse(html, Some(url));
    let declared = declared_in(&page, headers, Some(url));
    let linked = page.root().elements().filter_map(|node| linked(&page, node, url));
    let name = page.meta(&["og:site_name", "application-name"]).map(str::to_owned).or_else(|| page.title());
    Site {
        name: name.map(|name| title(&name)).filter(|name| !name.is_empty()),
        language: page.lang().map(str::to_owned),
        sample: page.root().text().chars().take(4_000).collect(),
        pointers: ranked(declared.into_iter().chain(linked.take(POINTERS_MAX)), Some(url)),
        cards: cards::find(&page, url),
    }
}

/// The feeds that a page or its headers declare, the comments' last. Without the page's address, those that are
/// declared in full.
pub fn declared(html: &str, headers: &[String], url: Option<&Url>) -> Vec<Pointer> {
    let (page, _) = Page::parse(html, url);
    ranked(declared_in(&page, headers, url), url)
}

/// Which feeds a page declares that came in place of a feed, in words that go on a sentence: "it points to …".
/// `None` where it declares none. Comments count only where there is nothing else.
pub fn words(pointers: &[Pointer]) -> Option<String> {
    let news: Vec<&Pointer> = pointers.iter().filter(|pointer| !pointer.is_comments).collect();
    let named = if news.is_empty() { pointers.iter().collect() } else { news };
    let (first, rest) = named.split_first()?;
    Some(match rest {
        [] => format!("it points to the feed {}", first.url),
        [second] => format!("it points to the feeds {} and {}", first.url, second.url),
        [_, more @ ..] => {
            format!("it points to {} feeds, the first of them {}", more.len() + 2, first.url)
        }
    })
}

fn declared_in(page: &Page, headers: &[String], url: Option<&Url>) -> Vec<Pointer> {
    let in_headers = headers.iter().flat_map(|header| address::links_of_header(header));
    let in_headers =
        in_headers.filter_map(|link| pointer_of(url, &link.target, &link.relation, &link.media, &link.title));
    let links = page.root().elements().filter(|node| node.tag() == Tag::LINK);
    let base = page.base_url().or(url);
    let in_page = links.filter_map(|node| {
        let of = |name| node.attribute(name).unwrap_or_default();
        pointer_of(base, of("href"), of("rel"), of("type"), of("title"))
    });
    in_page.chain(in_headers).take(POINTERS_MAX).collect()
}

/// A declared feed; nothing where the link is about something else.
fn pointer_of(base: Option<&Url>, href: &str, relation: &str, media: &str, named: &str) -> Option<Pointer> {
    let url = address::resolve(base, href)?;
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let relates =
        |word: &str| relation.split_ascii_whitespace().any(|found| found.eq_ignore_ascii_case(word));
    let is_declared = (relates("alternate") && TYPES.contains(&media.as_str()))
        || (relates("alternate") && TYPES_SHARED.contains(&media.as_str()) && seems_feed(&url))
        || (relates("feed") && (media.is_empty() || media.contains("xml") || media.contains("json")));
    is_declared.then(|| pointer(url, named, How::Declared))
}

/// A link to what looks like a feed of the same site.
fn linked(page: &Page, node: Node<'_>, url: &Url) -> Option<Pointer> {
    if node.tag() != Tag::A && node.tag() != Tag::AREA {
        return None;
    }
    let target = address::resolve(page.base_url().or(Some(url)), node.attribute("href")?)?;
    if target == *url || !is_same_site(&target, url) {
        return None;
    }
    let is_declared = node
        .attribute("type")
        .is_some_and(|media| TYPES.contains(&media.trim().to_ascii_lowercase().as_str()));
    let named = || {
        let named = [node.text(), node.attribute("title").unwrap_or_default().to_owned()];
        named.iter().any(|text| LINK_WORDS.contains(&text.trim().to_lowercase().as_str()))
    };
    (is_declared || seems_feed(&target) || named()).then(|| pointer(target, &node.text(), How::Linked))
}

fn pointer(url: Url, named: &str, how: How) -> Pointer {
    let title = title(named);
    let lower = title.to_lowercase();
    let is_comments = address::is_of_comments(&url) || COMMENT_WORDS.iter().any(|word| lower.contains(word));
    Pointer { url, title, is_comments, how }
}

/// A foreign title on one line, plain and not too long.
fn title(text: &str) -> String {
    text::for_log(&text::normal(text)).trim().chars().take(TITLE_CHARS_MAX).collect()
}

/// Each address once: the declared before the linked, comments after all others, else in the order they come.
fn ranked(pointers: impl IntoIterator<Item = Pointer>, page: Option<&Url>) -> Vec<Pointer> {
    let mut seen: BTreeSet<Url> = page.into_iter().cloned().collect();
    let mut pointers: Vec<Pointer> =
        pointers.into_iter().filter(|pointer| seen.insert(pointer.url.clone())).collect();
    pointers.sort_by_key(|pointer| (pointer.is_comments, pointer.how));
    pointers
}

#[cfg(test)]
mod tests;
