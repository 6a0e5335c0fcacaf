//! What is written reads back as it was meant, whatever was found.

use super::{Draft, DraftDoor, DraftKind, Ids};
use crate::config::{self, Config};
use proptest::prelude::*;
use url::Url;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn door(kind: DraftKind, address: &str, is_comment: bool) -> DraftDoor {
    DraftDoor { kind, url: url(address), notes: vec!["a note\nid = \"evil\"".to_owned()], is_comment }
}

#[track_caller]
fn read(draft: &Draft) -> Config {
    let text = draft.to_string();
    config::parse([("khabar.toml", ""), ("draft.toml", &text)]).unwrap_or_else(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("{text}\n{}", faults.join("\n"))
    })
}

#[test]
fn a_draft_is_a_sound_source() {
    let selectors = vec![("item", "div.card".to_owned()), ("link", "a[title=\"x\"]@href".to_owned())];
    let draft = Draft {
        id: "paper".to_owned(),
        notes: vec!["found today".to_owned()],
        name: "صحيفة \"المثال\"".to_owned(),
        language: Some("ar".to_owned()),
        home: Some(url("https://paper.example/")),
        tags: vec!["news/local".to_owned(), "a 'b' \"c\"".to_owned(), "news/local".to_owned()],
        allow_private: vec!["127.0.0.1:80".to_owned()],
        doors: vec![
            door(DraftKind::Feed, "https://paper.example/rss?a='b'", false),
            door(DraftKind::Feed, "https://paper.example/comments/feed", true),
            door(DraftKind::Sitemap, "https://paper.example/news.xml", false),
            door(DraftKind::Listing { selectors }, "https://paper.example/news", false),
        ],
    };
    let config = read(&draft);
    let [source] = config.sources.as_slice() else { panic!("one source: {draft}") };
    assert_eq!((&*source.id.0, source.name.as_str()), ("paper", "صحيفة \"المثال\""));
    assert_eq!(source.tags, ["news/local", "a 'b' \"c\""]);
    assert!(source.enabled && source.home.is_some() && source.language.as_deref() == Some("ar"));
    let doors: Vec<&str> = source.doors.iter().map(|door| door.url.as_str()).collect();
    assert_eq!(
        doors,
        [
            "https://paper.example/rss?a=%27b%27",
            "https://paper.example/news",
            "https://paper.example/news.xml"
        ]
    );
}

#[test]
fn ids_are_of_the_host_and_unique() {
    let cases = [
        ("https://www.aljazeera.net/rss", "aljazeera"),
        ("https://feeds.bbci.co.uk/arabic/rss.xml", "bbci"),
        ("https://arabic.rt.com/rss/", "arabic-rt"),
        ("https://paper.example:8080/", "paper"),
        ("https://paper.blogspot.com/", "paper"),
        ("http://127.0.0.1:80/", "127-0-0-1"),
        ("http://[::1]/", "1"),
        ("https://خبر.example/", "xn--ngblk"),
        ("https://www.com/", "www"),
    ];
    for (address, id) in cases {
        assert_eq!(Ids::default().take(&url(address)), id, "{address}");
    }
    let mut ids = Ids::default();
    let taken: Vec<String> = (0..3).map(|_| ids.take(&url("https://paper.example/"))).collect();
    assert_eq!(taken, ["paper", "paper-2", "paper-3"]);
    let long = format!("https://{}.{}.example/", "a".repeat(60), "b".repeat(60));
    assert!(ids.take(&url(&long)).len() <= 58);
}

proptest! {
    #[test]
    fn foreign_text_neither_breaks_out_nor_makes_a_draft_unsound(
        texts in proptest::collection::vec(any::<String>(), 6),
        tags in proptest::collection::vec(any::<String>(), 0..40),
    ) {
        let draft = Draft {
            id: "paper".to_owned(),
            notes: vec![texts[0].clone(), format!("{}\n[[source]]", texts[1])],
            name: texts[2].clone(),
            language: Some(texts[3].clone()),
            home: Url::parse(&format!("https://paper.example/{}", texts[4])).ok(),
            tags,
            doors: vec![door(DraftKind::Feed, "https://paper.example/rss", false)],
            ..Draft::default()
        };
        let config = read(&draft);
        prop_assert_eq!(config.sources.len(), 1);
        prop_assert_eq!(config.sources[0].doors.len(), 1);
    }
}
