//! A small newspaper for tests that need one odd answer rather than a whole world: its feed, its pages, its source.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use world::{Language, Reply, paragraphs};

/// When everything in this paper was printed.
const PRINTED: &str = "Mon, 02 Mar 2026 07:55:00 +0000";

/// An RSS feed of items as `(id, headline, link)`, all of one time.
pub(crate) fn rss(items: &[(&str, &str, &str)]) -> String {
    rss_of(&items.iter().map(|(id, title, link)| rss_item(id, title, link, PRINTED)).collect::<String>())
}

/// An RSS feed around its items.
pub(crate) fn rss_of(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>The Small Paper</title>\
         <link>https://paper.example/</link><description>Of a town</description>\n{items}</channel></rss>\n"
    )
}

/// An item of a feed; without a link where that is empty.
pub(crate) fn rss_item(id: &str, title: &str, link: &str, printed: &str) -> String {
    let link = if link.is_empty() { String::new() } else { format!("<link>{link}</link>") };
    format!(
        "<item><guid isPermaLink=\"false\">{id}</guid><title>{title}</title>{link}<pubDate>{printed}</pubDate>\
         <description>What the feed says of {title}.</description></item>\n"
    )
}

/// An article page of a headline and paragraphs, long enough to be one; each says something else.
pub(crate) fn page(title: &str, words: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (title, words).hash(&mut hasher);
    let paragraphs = paragraphs(Language::English, hasher.finish(), 4).join("</p><p>");
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} | The Small Paper</title></head>\
         <body><nav><a href=\"/\">Front page</a> <a href=\"/harbor\">Harbor</a></nav><article><h1>{title}</h1>\
         <p>The town council met on Monday to settle what had been argued about since autumn, namely {words}, \
         and it took until the evening before all had been heard.</p><p>{paragraphs}</p>\
         <p>The mayor said afterward that nobody had left the hall happy with {words}.</p></article>\
         <footer>The Small Paper</footer></body></html>"
    )
}

/// A feed as it is answered.
pub(crate) fn feed_reply(feed: &str) -> Reply {
    Reply::new(200, "application/rss+xml; charset=utf-8", feed)
}

/// A page as it is answered.
pub(crate) fn page_reply(page: &str) -> Reply {
    Reply::new(200, "text/html; charset=utf-8", page)
}

/// A source of one feed, allowed where that is at an address of this machine.
pub(crate) fn source(id: &str, feed: &str) -> String {
    let private = if feed.contains("//127.") { format!("{:?}", host_of(feed)) } else { String::new() };
    format!("[[source]]\nid = {id:?}\nallow_private = [{private}]\n\n[[source.feed]]\nurl = {feed:?}\n")
}

/// Host and port of an address.
fn host_of(url: &str) -> &str {
    url.split('/').nth(2).unwrap()
}
