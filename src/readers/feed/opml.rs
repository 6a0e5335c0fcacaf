//! OPML → the feeds that it lists, with their folders as tags; and back. Read tag by tag like a broken feed, since
//! files that readers exported over the years are as often.

use super::{
    document, references,
    references::push_escaped,
    tokens::{Attributes, Tag, Token, Tokens},
};

/// Feeds taken of one file.
const FEEDS_MAX: usize = 20_000;
/// Folders in each other.
const DEPTH_MAX: usize = 32;

/// A feed of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subscription {
    /// Its title, plain.
    pub title: String,
    /// Its address as printed.
    pub url: String,
    /// The address of its page, as printed.
    pub home: Option<String>,
    /// The folders it lies in from the outermost on, then its categories.
    pub tags: Vec<String>,
}

/// What a file lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opml {
    /// Its feeds in order.
    pub feeds: Vec<Subscription>,
    /// Outlines without the address of a feed, and feeds beyond the first 20,000; by what they are called.
    pub skipped: Vec<String>,
}

/// Reads OPML of any version. `None`: it is none.
pub fn read(bytes: &[u8]) -> Option<Opml> {
    let (text, _) = document::decode(bytes, None);
    let mut opml = Opml::default();
    // The names of open outlines; empty for a feed's.
    let mut open: Vec<String> = Vec::new();
    let mut is_opml = false;
    for token in Tokens::new(&text) {
        match token {
            Token::Start(tag) if tag.name.eq_ignore_ascii_case("opml") => is_opml = true,
            Token::Start(tag) if is_opml && tag.name.eq_ignore_ascii_case("outline") => {
                let folder = outline(&mut opml, &open, &tag);
                if !tag.is_empty && open.len() < DEPTH_MAX {
                    open.push(folder);
                }
            }
            Token::End(name) if name.eq_ignore_ascii_case("outline") => {
                open.pop();
            }
            Token::Start(_)
            | Token::End(_)
            | Token::Text(_)
            | Token::Data(_)
            | Token::Doctype(_)
            | Token::Other => {}
        }
    }
    is_opml.then_some(opml)
}

/// Takes an outline; its name where it is a folder.
fn outline(opml: &mut Opml, open: &[String], tag: &Tag<'_>) -> String {
    let value = |wanted: &str| {
        let mut attributes = Attributes::of(tag).take(64);
        let (_, value) = attributes.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        let value = crate::text::normal(&references::decoded(value, &[], &mut false));
        Some(value).filter(|value| !value.is_empty())
    };
    let title = value("title").or_else(|| value("text")).unwrap_or_default();
    match value("xmlUrl") {
        Some(url) if opml.feeds.len() < FEEDS_MAX => {
            let categories = value("category").unwrap_or_default();
            let categories = categories.split([',', '/']).map(|tag| tag.trim().to_owned());
            let mut tags: Vec<String> = Vec::new();
            for tag in open.iter().cloned().chain(categories).filter(|tag| !tag.is_empty()) {
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
            opml.feeds.push(Subscription { title, url, home: value("htmlUrl"), tags });
            String::new()
        }
        None if !tag.is_empty => title,
        _ => {
            opml.skipped.push(if title.is_empty() { "an outline without a name".to_owned() } else { title });
            String::new()
        }
    }
}

/// OPML 2.0 of these feeds: those that share their first tags lie in the same folders.
pub fn write(title: &str, feeds: &[Subscription]) -> String {
    let mut feeds: Vec<&Subscription> = feeds.iter().collect();
    feeds.sort_by(|one, other| one.tags.cmp(&other.tags));
    let mut out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head><title>".to_owned();
    push_escaped(&mut out, title);
    out.push_str("</title></head>\n<body>\n");
    let mut open: Vec<&str> = Vec::new();
    for feed in feeds {
        let shared = open.iter().zip(&feed.tags).take_while(|(open, tag)| **open == tag.as_str()).count();
        out.push_str(&"</outline>\n".repeat(open.len() - shared));
        open.truncate(shared);
        for tag in feed.tags.iter().skip(shared) {
            attributes(&mut out, &[("text", tag)]);
            out.push_str(">\n");
            open.push(tag);
        }
        let mut said = vec![("type", "rss"), ("text", feed.title.as_str()), ("xmlUrl", feed.url.as_str())];
        said.extend(feed.home.as_ref().map(|home| ("htmlUrl", home.as_str())));
        attributes(&mut out, &said);
        out.push_str("/>\n");
    }
    out.push_str(&"</outline>\n".repeat(open.len()));
    out.push_str("</body>\n</opml>");
    out
}

fn attributes(out: &mut String, said: &[(&str, &str)]) {
    out.push_str("<outline");
    for (name, value) in said {
        out.extend([" ", name, "=\""]);
        push_escaped(out, value);
        out.push('"');
    }
}
