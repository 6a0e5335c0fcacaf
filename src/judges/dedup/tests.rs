//! Canonical addresses, triage and verdicts.

use super::{
    KnownArticle, KnownEntry, Neighbors, Triage, Verdict, bare_host, canonical, clean, content_fingerprint,
    judge, lead_alike, marks, triage,
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
