//! Pages as sites write them, and what they lead to: one `check`, and the cases as data.

use super::{How, declared, read, seems_feed, usual, words};
use url::Url;

const PAGE: &str = "https://www.paper.example/ar/";

fn page() -> Url {
    Url::parse(PAGE).unwrap()
}

/// What a page leads to: addresses in order, `?` before those that only look like feeds, `!` before comments.
fn led(html: &str, headers: &[&str]) -> Vec<String> {
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let site = read(html, &headers, &page());
    let signed = |pointer: &super::Pointer| {
        let how = if pointer.how == How::Linked { "?" } else { "" };
        format!("{how}{}{}", if pointer.is_comments { "!" } else { "" }, pointer.url)
    };
    site.pointers.iter().map(signed).collect()
}

#[track_caller]
fn check(html: &str, expected: &[&str]) {
    assert_eq!(led(html, &[]), expected, "{html}");
}

#[test]
fn link_elements_declare_feeds() {
    let cases: [(&str, &[&str]); 17] = [
        ("<link rel=alternate type=application/rss+xml href=/rss>", &["https://www.paper.example/rss"]),
        (
            "<LINK REL='Alternate' TYPE='Application/Atom+XML' HREF='atom'>",
            &["https://www.paper.example/ar/atom"],
        ),
        (
            "<link rel='alternate' type='application/rss+xml; charset=utf-8' href=/a>",
            &["https://www.paper.example/a"],
        ),
        (
            "<link rel='home alternate' type=application/feed+json href=/f.json>",
            &["https://www.paper.example/f.json"],
        ),
        ("<link rel=alternate type=application/rdf+xml href=/rdf>", &["https://www.paper.example/rdf"]),
        ("<link rel=feed href=/news>", &["https://www.paper.example/news"]),
        ("<link rel=alternate type=text/xml href=/rss.xml>", &["https://www.paper.example/rss.xml"]),
        ("<link rel=alternate type=application/json href=/wp-json/wp/v2/pages/2>", &[]),
        ("<link rel=alternate type=application/json+oembed href=/wp-json/oembed/1.0/embed?url=x>", &[]),
        ("<link rel=alternate type=text/xml+oembed href=/oembed?format=xml>", &[]),
        ("<link rel=alternate hreflang=en href=/en/>", &[]),
        ("<link rel='alternate stylesheet' type=text/css href=/x.css>", &[]),
        ("<link rel=stylesheet type=application/rss+xml href=/rss>", &[]),
        (
            "<link rel=alternate type=application/rss+xml href=feed://paper.example/rss>",
            &["http://paper.example/rss"],
        ),
        (
            "<link rel=alternate type=application/rss+xml href='feed:https://paper.example/rss#x'>",
            &["https://paper.example/rss"],
        ),
        (
            "<link rel=alternate type=application/rss+xml href='javascript:alert(1)'><link rel=alternate type=application/rss+xml href=''>",
            &[],
        ),
        (
            "<base href=https://cdn.example/x/><link rel=alternate type=application/rss+xml href=rss>",
            &["https://cdn.example/x/rss"],
        ),
    ];
    for (html, expected) in cases {
        check(html, expected);
    }
}

#[test]
fn comments_come_last_and_each_address_once() {
    check(
        "<link rel=alternate type=application/rss+xml title='Paper &raquo; Comments Feed' href=/comments/feed/>\
         <link rel=alternate type=application/rss+xml title='المثال &raquo; تعليقات الخبر' href=/news/feed/>\
         <link rel=alternate type=application/rss+xml title='Paper &raquo; Feed' href=/feed/>\
         <link rel=alternate type=application/atom+xml href=/feed/atom/>\
         <link rel=alternate type=application/rss+xml href=/feed/>\
         <link rel=alternate type=application/rss+xml href=/?feed=comments-rss2>\
         <a href=/feed/>RSS</a>",
        &[
            "https://www.paper.example/feed/",
            "https://www.paper.example/feed/atom/",
            "!https://www.paper.example/comments/feed/",
            "!https://www.paper.example/news/feed/",
            "!https://www.paper.example/?feed=comments-rss2",
        ],
    );
}

#[test]
fn links_that_look_like_feeds_are_taken_of_the_same_site() {
    let cases: [(&str, &[&str]); 10] = [
        ("<a href=/rss.xml>x</a>", &["?https://www.paper.example/rss.xml"]),
        ("<a href=/section/sport/rss>x</a>", &["?https://www.paper.example/section/sport/rss"]),
        ("<a href=https://feeds.paper.example/all>x</a>", &["?https://feeds.paper.example/all"]),
        ("<a href=https://feeds.feedburner.com/paper>x</a>", &["?https://feeds.feedburner.com/paper"]),
        ("<a href=/services>RSS</a>", &["?https://www.paper.example/services"]),
        ("<a href=/services>خدمة RSS</a>", &["?https://www.paper.example/services"]),
        ("<a href=https://other.example/rss.xml>x</a>", &[]),
        ("<a href=https://feedly.com/i/subscription/feed/https://www.paper.example/rss>RSS</a>", &[]),
        ("<a href=/sitemap.xml>map</a><a href=/xmlrpc.php?rsd>x</a><a href=/press/>press</a>", &[]),
        ("<a href=mailto:rss@paper.example>rss</a><a href=#rss>rss</a>", &[]),
    ];
    for (html, expected) in cases {
        check(html, expected);
    }
}

#[test]
fn link_headers_declare_feeds_too() {
    let cases: [(&[&str], &[&str]); 6] = [
        (&["</rss>; rel=\"alternate\"; type=\"application/rss+xml\""], &["https://www.paper.example/rss"]),
        (&["<https://paper.example/wp-json/>; rel=\"https://api.w.org/\""], &[]),
        (
            &[
                "</a>; rel=next, </b>; rel=alternate; title=\"a, b; c\"; type=application/atom+xml, </c>; rel=feed",
            ],
            &["https://www.paper.example/b", "https://www.paper.example/c"],
        ),
        (&["</a"], &[]),
        (&["", "<>", "<<>>;;==,,\"", "<x>; rel=\"alternate; type=application/rss+xml"], &[]),
        (
            &["</a>; rel=alternate; type=\"application/rss+xml\"; title=\"q \\\" q\", <b>; rel=feed"],
            &["https://www.paper.example/a", "https://www.paper.example/ar/b"],
        ),
    ];
    for (headers, expected) in cases {
        assert_eq!(led("", headers), expected, "{headers:?}");
    }
}

#[test]
fn a_page_in_place_of_a_feed_names_what_it_declares() {
    let link = |href: &str| format!("<link rel=alternate type=application/rss+xml href={href}>");
    let said = |html: &str| words(&declared(html, &[], None));
    assert_eq!(said("<a href=https://paper.example/rss>RSS</a>"), None);
    assert_eq!(said(&link("/relative")), None);
    let one = link("https://paper.example/a");
    assert_eq!(said(&one).unwrap(), "it points to the feed https://paper.example/a");
    let two = one.clone() + &link("https://paper.example/b");
    assert_eq!(
        said(&two).unwrap(),
        "it points to the feeds https://paper.example/a and https://paper.example/b"
    );
    let three = two + &link("https://paper.example/c");
    assert_eq!(said(&three).unwrap(), "it points to 3 feeds, the first of them https://paper.example/a");
    let comments = link("https://paper.example/comments/feed");
    assert_eq!(said(&comments).unwrap(), "it points to the feed https://paper.example/comments/feed");
    assert_eq!(said(&(comments + &one)).unwrap(), "it points to the feed https://paper.example/a");
}

#[test]
fn names_are_plain_and_languages_as_declared() {
    let site = read(
        "<html lang=ar><meta property=og:site_name content='المثال \u{202e}\u{1b}[31m'><title>x</title>",
        &[],
        &page(),
    );
    assert_eq!(site.name.as_deref(), Some("المثال [31m"));
    assert_eq!(site.language.as_deref(), Some("ar"));
    let long = format!("<title>{}</title>", "long ".repeat(500));
    assert!(read(&long, &[], &page()).name.unwrap().chars().count() <= 200);
}

#[test]
fn addresses_are_told_by_their_looks() {
    let url = |path: &str| Url::parse("https://paper.example").unwrap().join(path).unwrap();
    for path in [
        "/feed",
        "/feed/",
        "/rss",
        "/a/RSS.XML",
        "/x.atom",
        "/?feed=rss2",
        "/a?format=rss",
        "/rss/sport",
        "/feeds/posts/default",
    ] {
        assert!(seems_feed(&url(path)), "{path}");
    }
    for path in [
        "/",
        "/news/feeding-the-poor",
        "/sitemap.xml",
        "/opensearch.xml",
        "/press",
        "/wp-json/feed",
        "/?q=rss",
    ] {
        assert!(!seems_feed(&url(path)), "{path}");
    }
}

#[test]
fn usual_addresses_are_few_and_of_the_same_host() {
    let found = usual(&Url::parse("https://paper.example/ar/news?x=1#y").unwrap());
    assert!(found.len() <= 12, "{found:?}");
    assert_eq!(found[0].as_str(), "https://paper.example/ar/news/feed");
    assert!(found.iter().any(|url| url.as_str() == "https://paper.example/rss.xml"));
    let found = usual(&Url::parse("https://paper.example/feed").unwrap());
    assert!(!found.iter().any(|url| url.as_str() == "https://paper.example/feed"), "not the page itself");
}

#[test]
fn cards_are_found_by_what_repeats() {
    let card = |at: usize| {
        format!(
            "<div class='card big'><a href=/n/{at}><img src=x></a><span class=cat><a href=/local>محليات</a></span>\
             <h3><a href=/n/{at}>افتتاح مكتبة عامة رقم {at} في المدينة</a></h3><span class=post-date>2 آذار 2026</span></div>"
        )
    };
    let page_of = |count| {
        format!(
            "<body><nav><a href=/a>الصفحة الرئيسية للموقع</a></nav>{}",
            (0..count).map(card).collect::<String>()
        )
    };
    let found = read(&page_of(6), &[], &page()).cards;
    let cards = &found[0];
    assert_eq!((cards.item.as_str(), cards.count), ("div.card", 6), "{found:?}");
    assert_eq!((cards.link.as_str(), cards.title.as_str()), ("h3 a@href", "h3 a"));
    assert_eq!(cards.date, ".post-date");
    assert_eq!(read(&page_of(2), &[], &page()).cards, []);
}

#[test]
fn no_page_is_too_much() {
    let links = "<a href=/rss/1>a long headline of an article</a>".repeat(20_000);
    let many = "<link rel=alternate type=application/rss+xml href=/a>".repeat(500) + &links;
    let site = read(&many, &[], &page());
    assert!(site.pointers.len() <= 128);
    let deep =
        "<div class=date>1".repeat(5_000) + &"<a href=/x>a long headline of an article</a>".repeat(5_000);
    read(&deep, &[], &page());
}
