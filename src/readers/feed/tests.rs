//! Feeds as people publish them, whole and broken.

use super::{Kind, Options, read};
use crate::date::Order;
use jiff::tz::TimeZone;
use url::Url;

fn options(zone: &TimeZone) -> Options<'_> {
    Options { zone, order: Order::Dmy, now: "2026-11-23T14:00:00Z".parse().expect("a time") }
}

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>ط</title><link>https://news.example/</link>{items}</channel></rss>"
    )
}

const ITEM: &str = "<item><title>خبر أول</title><link>/a</link><guid>g1</guid><pubDate>Thu, 02 Mar 2023 10:55:00 +0300</pubDate></item>";

fn keys(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let url = Url::parse("https://news.example/rss.xml").expect("a URL");
    let (feed, remarks) = read(&options(&TimeZone::UTC), bytes, Some(&url)).expect("a feed");
    let keys = feed.entries.into_iter().map(|entry| entry.key).collect();
    (keys, remarks.into_iter().map(|remark| remark.code.into_owned()).collect())
}

#[test]
fn an_entry_keeps_address_title_and_the_offset_of_its_time() {
    let url = Url::parse("https://news.example/rss.xml").expect("a URL");
    let (feed, remarks) = read(&options(&TimeZone::UTC), rss(ITEM).as_bytes(), Some(&url)).expect("a feed");
    let entry = feed.entries.first().expect("one entry");
    assert_eq!(feed.kind, Kind::Rss);
    assert_eq!(entry.url.as_ref().map(Url::as_str), Some("https://news.example/a"));
    assert_eq!(entry.title, "خبر أول");
    assert_eq!(
        entry.published.map(crate::model::Moment::to_rfc3339).as_deref(),
        Some("2023-03-02T10:55:00+03:00")
    );
    assert_eq!(remarks, []);
}

#[test]
fn a_time_without_zone_is_read_in_the_zone_of_the_source() {
    let zone = TimeZone::get("Asia/Damascus").expect("built in");
    let feed = rss("<item><title>x</title><guid>1</guid><pubDate>2022-01-15 08:30</pubDate></item>");
    let (feed, remarks) = read(&options(&zone), feed.as_bytes(), None).expect("a feed");
    let published = feed.entries.first().and_then(|entry| entry.published).expect("a time");
    assert_eq!(published.to_rfc3339(), "2022-01-15T08:30:00+02:00");
    assert!(remarks.iter().any(|remark| remark.code == "feed/zone-assumed"));
}

#[test]
fn broken_feeds_yield_their_good_part() {
    let second =
        "<item><title>خبر ثان</title><guid>g2</guid><pubDate>Thu, 02 Mar 2023 11:00:00 GMT</pubDate></item>";
    let whole = rss(&format!("{ITEM}{second}"));
    let in_second = whole.find("خبر ثان").expect("there");
    let cut = whole.get(..in_second).expect("on a border").to_owned();
    let both: &[&str] = &["g1", "g2"];
    let cases = [
        (whole.clone(), both, vec![]),
        (whole.replace("أول", "AT&T & co"), both, vec!["feed/repaired-characters"]),
        (whole.replace("أول", "\u{b}\u{0}"), both, vec![]),
        (format!("junk {whole} junk"), both, vec![]),
        (cut, &["g1"], vec!["feed/cut"]),
    ];
    for (feed, expected, codes) in cases {
        let (keys, remarks) = keys(feed.as_bytes());
        assert_eq!(keys, expected, "{feed}");
        for code in codes {
            assert!(remarks.iter().any(|remark| remark == code), "{code} in {remarks:?}");
        }
    }
}

#[test]
fn what_is_no_feed_says_why() {
    let cases: [(&[u8], &str); 4] = [
        (b"<!doctype html><html><body>log in</body></html>", "feed/html"),
        (b"", "feed/empty"),
        (b"  \n", "feed/empty"),
        (b"{\"a\": 1", "feed/broken"),
    ];
    for (bytes, code) in cases {
        let refused = read(&options(&TimeZone::UTC), bytes, None).expect_err("no feed");
        assert_eq!(refused.code, code);
    }
}

#[test]
fn ids_are_stable_and_told_apart() {
    let feed = rss(
        "<item><guid>0</guid><title>a</title></item><item><guid>A</guid><link>/first</link></item><item><guid>a</guid></item>\
         <item><title>no id</title><link>/n</link></item><item><title>text only</title></item>\
         <item><guid>A</guid><link>/other</link></item>",
    );
    let (first, remarks) = keys(feed.as_bytes());
    let (second, _) = keys(feed.as_bytes());
    assert_eq!(first, second);
    assert_eq!(first.get(..4).expect("four"), ["0", "A https://news.example/first", "a", "/n"]);
    assert!(first.get(4).is_some_and(|key| key.starts_with("text:")));
    assert_eq!(first.get(5).map(String::as_str), Some("A https://news.example/other"));
    assert!(remarks.iter().any(|remark| remark == "feed/id-twice"));
}

#[test]
fn absurd_dates_are_none() {
    for date in ["Thu, 32 Foo 2023", "9999-01-01T00:00:00Z", "soon", "Thu, 02 Mar 2099 10:55:00 GMT"] {
        let feed = rss(&format!("<item><guid>1</guid><title>t</title><pubDate>{date}</pubDate></item>"));
        let (feed, _) = read(&options(&TimeZone::UTC), feed.as_bytes(), None).expect("a feed");
        assert_eq!(feed.entries.first().and_then(|entry| entry.published), None, "{date}");
    }
}

#[test]
fn a_flood_is_cut_to_the_newest() {
    let items: Vec<String> = (0..6000)
        .map(|at| {
            format!(
                "<item><guid>{at}</guid><pubDate>2020-01-01T00:{:02}:{:02}Z</pubDate></item>",
                at / 60 % 2,
                at % 60
            )
        })
        .collect();
    let (feed, remarks) =
        read(&options(&TimeZone::UTC), rss(&items.concat()).as_bytes(), None).expect("a feed");
    assert_eq!(feed.entries.len() + feed.left_out, 6000);
    assert_eq!(feed.entries.len(), super::ENTRIES_MAX);
    assert!(remarks.iter().any(|remark| remark.code == "feed/flood"));
}
