//! Canonical addresses, triage and verdicts.

use super::{
    KnownArticle, KnownEntry, Neighbors, Triage, Verdict, canonical, clean, content_fingerprint, judge,
    triage,
};
use crate::model::{Article, ArticleId, Fingerprint, SourceId};
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
fn a_kept_address_loses_what_names_the_reader_only() {
    let given = url("https://user:secret@example.org/a?utm_medium=x&b=%20c&utm_campaign=y#frag");
    assert_eq!(clean(&given).as_str(), "https://example.org/a?b=%20c");
}

#[test]
fn entries_are_fetched_when_new_or_changed() {
    let (one, two) = (Fingerprint([1; 16]), Fingerprint([2; 16]));
    let known = KnownEntry { fingerprint: one };
    assert_eq!(triage(one, Some(&known), true), Triage::Unchanged);
    assert_eq!(triage(two, Some(&known), true), Triage::Changed);
    assert_eq!(triage(two, None, true), Triage::SameAddress);
    assert_eq!(triage(two, None, false), Triage::New);
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
