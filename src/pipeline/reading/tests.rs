//! Which address a page may declare as its own.

use super::address;
use crate::{judges::dedup, model::Article};
use url::Url;

/// The address of an article that is linked and fetched at one address and declares another, and the others it has.
#[track_caller]
fn check(fetched: &str, declared: &str, kept: &str, others: &[&str]) {
    let url = Url::parse(fetched).unwrap();
    let mut article = Article { url: Some(declared.to_owned()), ..Article::default() };
    let addresses = address(&mut article, &url, &url);
    assert_eq!(article.url.as_deref(), Some(kept), "{fetched} declares {declared}");
    assert_eq!(article.alt_urls, others, "{fetched} declares {declared}");
    let own = dedup::canonical(&Url::parse(kept).unwrap());
    assert_eq!(addresses.declared.clone().or(addresses.linked), Some(own), "{fetched} declares {declared}");
}

#[test]
fn a_page_is_believed_its_address_within_its_site() {
    let kept = "https://www.paper.example/2026/the-ferry-is-late";
    for fetched in [
        "https://amp.paper.example/2026/the-ferry-is-late",
        "https://www.m.paper.example/2026/the-ferry-is-late",
        "https://mobile.paper.example/story?id=7",
        "https://paper.example/2026/the-ferry-is-late/amp",
        "https://paper.example/2026/the-ferry-is-late?outputType=amp",
    ] {
        check(fetched, kept, kept, &[fetched]);
    }
    check("http://paper.example/2026/the-ferry-is-late/?utm_source=x", kept, kept, &[]);
}

#[test]
fn a_page_is_not_believed_the_address_of_another_site() {
    for (fetched, declared) in [
        ("https://paper.example/a", "https://elsewhere.example/a"),
        ("https://paper.example/a", "https://paper.example.elsewhere.example/a"),
        ("https://paper.example/a", "https://notpaper.example/a"),
        ("https://paper.example/a", "https://paper.example:8443/a"),
        ("https://paper.example/a", "https://m.paper.example/"),
        // What remains without the label is nobody's site.
        ("https://m.dev/a", "https://amp.dev/a"),
        ("https://m.github.io/a", "https://amp.github.io/a"),
        ("https://www.github.io/a", "https://github.io/a"),
        ("https://m.co.uk/a", "https://mobile.co.uk/a"),
        // A cache is not the site, nor one of its pages another.
        ("https://cdn.ampproject.org/c/s/paper.example/a", "https://paper.example/a"),
        (
            "https://cdn.ampproject.org/c/s/paper.example/a",
            "https://cdn.ampproject.org/c/s/elsewhere.example/a",
        ),
        ("https://cdn.ampproject.org/c/s/paper.example/a", "https://cdn.ampproject.org/c/s/paper.example/"),
        ("https://www.google.com/search", "https://www.google.com/amp/s/elsewhere.example/a"),
    ] {
        check(fetched, declared, fetched, &[]);
    }
}
