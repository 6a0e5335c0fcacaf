//! Canonical addresses, triage and verdicts.

use super::{
    KnownArticle, KnownEntry, Neighbors, Triage, Verdict, bare_host, canonical, clean, content_fingerprint,
    inside, judge, key, lead_alike, marks, triage,
};
use crate::model::{Article, ArticleId, Entry, Fingerprint, Marks, Moment, SourceId};
use url::Url;

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

#[test]
fn equal_addresses_share_one_form() {
    let cases = [
        ("https://www.example.org/a/", "http://example.org/a"),
        ("https://example.org/a?utm_source=rss&id=1#top", "https://example.org/a?id=1"),
        ("https://example.org/a?fbclid=x", "https://example.org/a"),
        ("https://example.org/%7Ea/%d8%ae", "https://example.org/~a/خ"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://example.org:443/a", "https://EXAMPLE.org./a"),
        // Names in other letters, and their dots.
        ("https://سوريا.example/a", "https://xn--mgbtf8fl.example/a"),
        ("https://WWW.Bücher.example/a", "http://XN--Bcher-KVA.example/a"),
        ("https://example。org/a", "https://www．example｡org/a"),
    ];
    for (one, other) in cases {
        assert_eq!(canonical(&url(one)), canonical(&url(other)), "{one} and {other}");
    }
}

#[test]
fn different_addresses_stay_apart() {
    let cases = [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://ar.example.org/a", "https://example.org/a"),
        ("https://www2.example.org/a", "https://example.org/a"),
        ("https://example.org/a/index.html", "https://example.org/a"),
        ("https://example.org/a.html", "https://example.org/a"),
    ];
    for (one, other) in cases {
        assert_ne!(canonical(&url(one)), canonical(&url(other)), "{one} and {other}");
    }
}

/// An address of an article, at the site's own host and others.
const FERRY: &str = "https://paper.example/2026/03/the-ferry-is-late";

#[test]
fn forms_for_devices_are_one_address() {
    let of_ferry = [
        "http://amp.paper.example/2026/03/the-ferry-is-late",
        "https://www.amp.paper.example/2026/03/the-ferry-is-late/",
        "https://m.paper.example/2026/03/the-ferry-is-late",
        "https://www.m.paper.example/2026/03/the-ferry-is-late",
        "https://mobile.paper.example./2026/03/the-ferry-is-late?utm_source=x",
        "https://mobi.paper.example/2026/03/the-ferry-is-late",
        "https://www.paper.example/2026/03/the-ferry-is-late/amp",
        "https://paper.example/2026/03/the-ferry-is-late/amp/",
        "https://paper.example/2026/03/the-ferry-is-late/%61mp/",
        "https://paper.example/2026/03/the-ferry-is-late.amp",
        "https://paper.example/amp/2026/03/the-ferry-is-late",
        "https://paper.example/2026/03/the-ferry-is-late?amp",
        "https://paper.example/2026/03/the-ferry-is-late/?amp=1",
        "https://paper.example/2026/03/the-ferry-is-late?amp=true&utm_medium=x",
        "https://paper.example/2026/03/the-ferry-is-late?outputType=amp",
        "https://paper.example/2026/03/the-ferry-is-late?output=amp",
        "https://m.paper.example/2026/03/the-ferry-is-late/amp?amp=1",
        "https://cdn.ampproject.org/c/s/paper.example/2026/03/the-ferry-is-late",
        "https://cdn.ampproject.org/c/paper.example/2026/03/the-ferry-is-late",
        "https://paper-example.cdn.ampproject.org/c/s/www.paper.example/2026/03/the-ferry-is-late/amp",
        "https://amp-paper-example.cdn.ampproject.org/v/s/amp.paper.example/2026/03/the-ferry-is-late\
         ?amp_js_v=a9&amp_gsa=1&usqp=mq331AQ",
        "https://www.google.com/amp/s/paper.example/2026/03/the-ferry-is-late",
        "https://google.co.uk/amp/paper.example/2026/03/the-ferry-is-late/amp",
        "https://www.google.com.sa/amp/s/www.paper.example/2026/03/the-ferry-is-late%3foutputType=amp",
    ];
    for address in of_ferry {
        assert_eq!(canonical(&url(address)), canonical(&url(FERRY)), "{address}");
    }
    let cases = [
        ("https://paper.example/a.amp.html", "https://paper.example/a.html"),
        ("https://paper.example/news/a.html/amp", "https://paper.example/news/a.html"),
        ("https://paper.example/news/48213/amp", "https://paper.example/news/48213"),
        ("https://paper.example/amp/48213", "https://paper.example/48213"),
        ("https://paper.example/أخبار/العبارة/amp/", "https://paper.example/أخبار/العبارة"),
        ("https://paper.example/?p=48213&amp=1", "https://paper.example/?p=48213"),
        ("https://m.paper.co.uk/?p=48213", "https://paper.co.uk/?p=48213"),
        ("https://m.paper.example:8443/a", "https://paper.example:8443/a"),
        ("https://ferry.blogspot.com/2026/03/a.html?m=1", "https://ferry.blogspot.com/2026/03/a.html"),
        ("https://ferry.blogspot.co.uk/2026/03/a.html?m=1", "https://ferry.blogspot.co.uk/2026/03/a.html"),
        ("https://www-a.cdn.ampproject.org/c/s/a.example/x?id=1&usqp=x", "https://a.example/x?id=1"),
        ("https://www.google.de/amp/s/a.example/x%3Fid=1", "https://a.example/x?id=1"),
    ];
    for (one, other) in cases {
        assert_eq!(canonical(&url(one)), canonical(&url(other)), "{one} and {other}");
    }
}

#[test]
fn what_may_be_another_page_stays_apart() {
    let cases = [
        // Sites of their own.
        ("https://m.com/a", "https://com/a"),
        ("https://www.m.com/a", "https://com/a"),
        ("https://m.co.uk/a", "https://co.uk/a"),
        ("https://amp.dev/a", "https://m.dev/a"),
        ("https://m.github.io/a", "https://github.io/a"),
        ("https://www.github.io/a", "https://github.io/a"),
        ("https://m.blogspot.com/a", "https://blogspot.com/a"),
        ("https://m.localhost/a", "https://localhost/a"),
        // Hosts and front pages that are something else.
        ("https://en.m.paper.example/a", "https://en.paper.example/a"),
        ("https://mobile-news.paper.example/a", "https://paper.example/a"),
        ("https://amplifier.paper.example/a", "https://paper.example/a"),
        ("https://mobile.paper.example/", "https://paper.example/"),
        // Amplifiers.
        ("https://paper.example/amp", "https://paper.example/"),
        ("https://paper.example/amp/", "https://paper.example/"),
        ("https://paper.example/.amp", "https://paper.example/"),
        ("https://paper.example/amp.html", "https://paper.example/.html"),
        ("https://paper.example/tag/amp/", "https://paper.example/tag"),
        ("https://paper.example/hi-fi/amp", "https://paper.example/hi-fi"),
        ("https://paper.example/2026/03/amp", "https://paper.example/2026/03"),
        ("https://paper.example/index.php/amp", "https://paper.example/index.php"),
        ("https://paper.example/amp/reviews", "https://paper.example/reviews"),
        ("https://paper.example/guides/pre.amp", "https://paper.example/guides/pre"),
        ("https://paper.example/amplifiers/the-ferry-is-late", "https://paper.example/the-ferry-is-late"),
        ("https://paper.example/the-ferry-is-late-amp", "https://paper.example/the-ferry-is-late"),
        ("https://paper.example/a/.amp.html", "https://paper.example/a/.html"),
        // Words of a query that mean something else.
        ("https://paper.example/a?amp=2", "https://paper.example/a"),
        ("https://paper.example/a?amp=0", "https://paper.example/a"),
        ("https://paper.example/a?id=1&amp;b=2", "https://paper.example/a?id=1&b=2"),
        ("https://paper.example/a?output=pdf", "https://paper.example/a"),
        ("https://paper.example/a?amp_js_v=1", "https://paper.example/a"),
        ("https://paper.example/a?m=1", "https://paper.example/a"),
        ("https://ferry.blogspot.com/a?m=2", "https://ferry.blogspot.com/a"),
        ("https://ferry.blogspot.paper.example/a?m=1", "https://ferry.blogspot.paper.example/a"),
        ("https://ferry.blogspot.github.io/a?m=1", "https://ferry.blogspot.github.io/a"),
        // Not what a cache holds, and no cache.
        ("https://cdn.ampproject.org/i/s/paper.example/a", "https://paper.example/a"),
        ("https://cdn.ampproject.org/c/s/localhost/a", "https://localhost/a"),
        ("https://cdn.ampproject.org/c/s/127.0.0.1/a", "https://127.0.0.1/a"),
        ("https://xcdn.ampproject.org/c/s/paper.example/a", "https://paper.example/a"),
        ("https://cdn.ampproject.org.paper.example/c/s/a.example/a", "https://a.example/a"),
        ("https://www.google.com/amp/s", "https://s/"),
        ("https://www.google.com/amp/story", "https://story/"),
        ("https://google.paper.example/amp/s/a.example/a", "https://a.example/a"),
        ("https://google.github.io/amp/s/a.example/a", "https://a.example/a"),
        ("https://news.google.com/amp/s/a.example/a", "https://a.example/a"),
    ];
    for (one, other) in cases {
        assert_ne!(canonical(&url(one)), canonical(&url(other)), "{one} and {other}");
    }
}

#[test]
fn a_host_for_devices_is_of_the_same_registrable_domain() {
    let hosts = ["", "www.", "m.", "www.m.", "amp.", "www.amp.", "mobile.", "mobi.", "www2.", "ar.", "m.m."];
    for suffix in ["dev", "com", "co.uk", "github.io", "paper.example", "paper.co.uk"] {
        for host in hosts {
            let address = url(&format!("https://{host}{suffix}/a"));
            let host = address.host_str().unwrap();
            let bare = bare_host(&address);
            assert_eq!(psl::domain_str(bare), psl::domain_str(host), "{host}: {bare}");
        }
    }
}

#[test]
fn the_address_inside_a_cache_is_a_whole_one() {
    let inside = |address: &str| inside(&url(address)).map(String::from);
    assert_eq!(
        inside("https://cdn.ampproject.org/c/a.example/x?y=1").as_deref(),
        Some("http://a.example/x?y=1")
    );
    assert_eq!(inside("https://google.com/amp/s/a.example").as_deref(), Some("https://a.example/"));
    assert_eq!(inside("https://google.com/amp/s/"), None);
    assert_eq!(inside("https://google.com/amp/s/%/%"), None);
    assert_eq!(inside("https://a.example/c/s/b.example/x"), None);
}

#[test]
fn keys_and_marks_of_entries_stay_from_version_to_version() {
    let at = |link: &str| entry("A", link, NOON);
    let cases = [
        (
            "https://www.m.paper.example/the-ferry-is-late/amp/?amp=1",
            "m.paper.example/the-ferry-is-late/amp?amp=1",
        ),
        ("https://cdn.ampproject.org/c/s/a.example/%7Ea/?fbclid=x", "cdn.ampproject.org/c/s/a.example/~a"),
    ];
    for (link, kept) in cases {
        assert_eq!(key(&at(link)), kept);
        let [marks] = marks_of(&[at(link)]);
        assert_eq!(marks.link, Some(Fingerprint::of(["link", kept])), "{link}");
    }
}

#[test]
fn a_kept_address_loses_what_names_the_reader_only() {
    let given = url("https://user:secret@example.org/a?utm_medium=x&b=%20c&utm_campaign=y#frag");
    assert_eq!(clean(&given).as_str(), "https://example.org/a?b=%20c");
}

#[test]
fn entries_are_fetched_when_new_or_changed() {
    let (one, two) = (Fingerprint([1; 16]), Fingerprint([2; 16]));
    let none = Marks::default();
    let known = KnownEntry { fingerprint: one, marks: none };
    assert_eq!(triage((one, &none), Some(&known), true), Triage::Unchanged);
    assert_eq!(triage((two, &none), Some(&known), true), Triage::Changed);
    assert_eq!(triage((two, &none), None, true), Triage::SameAddress);
    assert_eq!(triage((two, &none), None, false), Triage::New);
}

/// An entry of a headline, an address (none where empty) and a printed time.
fn entry(title: &str, link: &str, printed: &str) -> Entry {
    let published = Moment::from_rfc3339(printed);
    Entry { title: title.to_owned(), url: Url::parse(link).ok(), published, ..Entry::default() }
}

/// The marks of entries listed together.
fn marks_of<const N: usize>(entries: &[Entry; N]) -> [Marks; N] {
    marks(entries).try_into().expect("one an entry")
}

const NOON: &str = "2026-03-02T12:00:00+03:00";
const A_DAY: &str = "2026-03-02T00:00:00+03:00";

#[test]
fn an_entry_is_recognized_by_its_link_or_by_headline_and_time() {
    let alike = |one: [&str; 3], other: [&str; 3]| {
        let [one, other] =
            [one, other].map(|[title, link, printed]| marks_of(&[entry(title, link, printed)]));
        lead_alike(&one[0], &other[0])
    };
    let a = "https://paper.example/a";
    assert!(alike(["A", a, NOON], ["A, corrected", "http://www.paper.example/a/?utm_source=x", A_DAY]));
    assert!(!alike(["A", a, NOON], ["A", "https://paper.example/b", NOON]));
    // A session in the query: the exact time tells it, a date alone does not.
    let [one, two] = ["https://paper.example/s?id=1", "https://paper.example/s?id=2"];
    assert!(alike(["A", one, NOON], ["A", two, NOON]));
    assert!(!alike(["A", one, NOON], ["B", two, NOON]));
    assert!(!alike(["A", one, A_DAY], ["A", two, A_DAY]));
    // Without a link.
    assert!(alike(["A", "", NOON], ["A", "", NOON]));
    assert!(alike(["A", "", A_DAY], ["A", "", A_DAY]));
    assert!(!alike(["A", "", NOON], ["B", "", NOON]));
    // Posts of one page, and a front page that all entries lead to.
    assert!(!alike(["A", "https://paper.example/live#1", NOON], ["B", "https://paper.example/live#2", NOON]));
    assert!(!alike(["A", "https://paper.example/", NOON], ["B", "https://paper.example/", NOON]));
}

#[test]
fn what_another_entry_of_the_list_has_too_is_no_mark() {
    let [one, other] = marks_of(&[
        entry("A", "https://paper.example/live", NOON),
        entry("B", "https://paper.example/live", NOON),
    ]);
    assert!(one.link.is_none() && other.link.is_none() && one.text != other.text);
    let [one, other] = marks_of(&[
        entry("A", "https://paper.example/s?id=1", NOON),
        entry("A", "https://paper.example/s?id=2", NOON),
    ]);
    assert!(one.text.is_none() && other.text.is_none() && one.link != other.link);
}

#[test]
fn the_same_words_under_a_link_of_another_session_are_no_change() {
    let [one] = marks_of(&[entry("A", "https://paper.example/s?id=1", NOON)]);
    let [other] = marks_of(&[entry("A", "https://paper.example/s?id=2", NOON)]);
    let known = KnownEntry { fingerprint: Fingerprint([1; 16]), marks: one };
    assert_eq!(triage((Fingerprint([2; 16]), &other), Some(&known), false), Triage::Unchanged);
    let changed = Marks { words: Some(Fingerprint([3; 16])), ..other };
    assert_eq!(triage((Fingerprint([2; 16]), &changed), Some(&known), false), Triage::Changed);
}

fn known(source: &str, revision: u64, fingerprint: u8, is_teaser: bool) -> KnownArticle {
    let source = SourceId(source.into());
    let id = ArticleId::of(&source, "key");
    KnownArticle { id, source, revision, fingerprint: Fingerprint([fingerprint; 16]), is_teaser }
}

#[test]
fn verdicts_follow_the_nearest_relation() {
    let own = |revision, fingerprint, teaser| Neighbors {
        own: Some(known("a", revision, fingerprint, teaser)),
        ..Neighbors::default()
    };
    let content = Neighbors { same_content: Some(known("b", 1, 1, false)), ..Neighbors::default() };
    let both = Neighbors { same_url: Some(known("c", 1, 9, false)), ..content.clone() };
    let cases = [
        (false, Neighbors::default(), Verdict::New),
        (false, own(0, 1, false), Verdict::New),
        (false, own(1, 1, false), Verdict::Unchanged(known("a", 1, 1, false))),
        (false, own(2, 5, false), Verdict::Update(known("a", 2, 5, false))),
        (true, own(2, 5, false), Verdict::Unchanged(known("a", 2, 5, false))),
        (false, own(1, 5, true), Verdict::Update(known("a", 1, 5, true))),
        (false, content, Verdict::Duplicate(known("b", 1, 1, false))),
        (false, both, Verdict::Duplicate(known("c", 1, 9, false))),
    ];
    for (is_teaser, neighbors, expected) in cases {
        assert_eq!(judge(Fingerprint([1; 16]), is_teaser, neighbors), expected);
    }
}

#[test]
fn copies_are_known_by_their_words_and_short_texts_by_nothing() {
    let article = |text: &str| Article { text: text.to_owned(), ..Article::default() };
    let body = "أعلنت الوزارة اليوم عن خطة جديدة لإعادة تأهيل الطرق في المحافظات الشمالية. ".repeat(4);
    let respelled = body.replace('أ', "ا").replace("جديدة", "جديــدة");
    assert_eq!(content_fingerprint(&article(&body)), content_fingerprint(&article(&respelled)));
    assert!(content_fingerprint(&article(&body)).is_some());
    assert_eq!(content_fingerprint(&article("عاجل")), None);
}
