//! Feeds as people publish them, whole and broken.

use super::{Kind, Options, read};
use crate::{
    date::Order,
    model::{Enclosure, Hints},
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use url::Url;

fn options(zone: &TimeZone) -> Options<'_> {
    Options { zone, order: Order::Dmy, now: "2026-11-23T14:00:00Z".parse().expect("a time"), charset: None }
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

/// Checks the hints of a channel: the elements before its items and those behind them.
#[track_caller]
fn check_hints(before: &str, after: &str, hours: Option<f64>, skips: (u32, u8)) {
    for (root, close) in
        [("<rss version=\"2.0\"", "</channel></rss>"), ("<rdf:RDF xmlns:rdf=\"r\"", "</channel></rdf:RDF>")]
    {
        let sy = "xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\" xmlns:pace=\"http://purl.org/rss/1.0/modules/syndication/\"";
        let feed = format!("{root} {sy}><channel><title>t</title>{before}{ITEM}{ITEM}{after}{close}");
        let (feed, _) = read(&options(&TimeZone::UTC), feed.as_bytes(), None).expect("a feed");
        // Only RSS 2.0 has a `ttl`.
        if feed.kind == Kind::Rdf && before.contains("<ttl>") {
            continue;
        }
        let least = hours.map(|hours| std::time::Duration::from_secs_f64(hours * 3600.0));
        let wanted = Hints { least, skip_hours: skips.0, skip_days: skips.1 };
        assert_eq!(feed.hints, wanted, "{root} {before} {after}");
    }
}

#[test]
fn a_feed_says_how_often_it_changes() {
    let cases: [(&str, Option<f64>); 22] = [
        ("", None),
        ("<ttl>90</ttl>", Some(1.5)),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999</ttl>", Some(366.0 * 24.0)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", Some(1.0)),
        (
            "<sy:updatePeriod>\n\tHourly\t</sy:updatePeriod><sy:updateFrequency>\n4 </sy:updateFrequency>",
            Some(0.25),
        ),
        (
            "<pace:updateFrequency>2</pace:updateFrequency><pace:updatePeriod>daily</pace:updatePeriod>",
            Some(12.0),
        ),
        ("<sy:updatePeriod><![CDATA[weekly]]></sy:updatePeriod>", Some(168.0)),
        ("<sy:updatePeriod a='>'>yearly</sy:updatePeriod>", Some(365.0 * 24.0)),
        ("<sy:updateFrequency>2</sy:updateFrequency>", Some(12.0)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", Some(1.0)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>-3</sy:updateFrequency>", Some(1.0)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1e9</sy:updateFrequency>", None),
        (
            "<sy:updatePeriod>yearly</sy:updatePeriod><sy:updateFrequency>1e-9</sy:updateFrequency>",
            Some(366.0 * 24.0),
        ),
        ("<sy:updatePeriod>fortnightly</sy:updatePeriod>", None),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", Some(1.0)),
        ("<ttl>120</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", Some(2.0)),
        ("<!-- <sy:updatePeriod>daily</sy:updatePeriod> -->", None),
        ("<description><![CDATA[<sy:updatePeriod>daily</sy:updatePeriod>]]></description>", None),
        ("<image><sy:updatePeriod>daily</sy:updatePeriod></image>", None),
    ];
    for (elements, hours) in cases {
        check_hints(elements, "", hours, (0, 0));
        if !elements.contains("ttl") {
            check_hints("", elements, hours, (0, 0));
        }
    }
}

#[test]
fn a_feed_says_when_nobody_should_ask() {
    let every = |range: std::ops::Range<u32>| {
        range.map(|hour| format!("<hour>{hour}</hour>")).collect::<Vec<_>>().concat()
    };
    let week = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let cases = [
        ("<skipHours><hour>0</hour><hour> 5 </hour></skipHours>".to_owned(), (0b10_0001, 0)),
        ("<skipHours><hour>24</hour></skipHours>".to_owned(), (1, 0)),
        ("<skipHours><hour>25</hour><hour>-1</hour><hour>x</hour><hour/></skipHours>".to_owned(), (0, 0)),
        (format!("<skipHours>{}</skipHours>", every(0..23)), (0x7f_ffff, 0)),
        (format!("<skipHours>{}</skipHours>", every(0..24)), (0, 0)),
        ("<skipDays><day>Monday</day><day>SUNDAY</day></skipDays>".to_owned(), (0, 0b100_0001)),
        ("<skipDays><day>Lundi</day><day></day></skipDays>".to_owned(), (0, 0)),
        (format!("<skipDays>{}</skipDays>", week.map(|day| format!("<day>{day}</day>")).concat()), (0, 0)),
        ("<hour>5</hour><day>Monday</day><x><skipHours><hour>5</hour></skipHours></x>".to_owned(), (0, 0)),
    ];
    for (elements, skips) in cases {
        check_hints(&elements, "", None, skips);
        check_hints("", &elements, None, skips);
    }
}

#[test]
fn hints_inside_entries_are_not_the_feeds_own() {
    let hints = "<skipHours><hour>5</hour></skipHours><sy:updatePeriod>daily</sy:updatePeriod>";
    for inside in [
        format!("<item><title>x</title>{hints}</item>"),
        format!("<item><description><![CDATA[</item>{hints}]]></description></item>"),
        format!("<item><title>x</title><!-- </item>{hints} --></item>"),
    ] {
        check_hints("", &format!("{inside}{ITEM}"), None, (0, 0));
        check_hints("", &inside, None, (0, 0));
    }
}

#[test]
fn atom_may_say_its_rhythm_too() {
    let feed = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:sy=\"s\"><title>t</title><sy:updatePeriod>daily</sy:updatePeriod>\
         <entry><id>1</id><title>x</title></entry></feed>";
    let (feed, _) = read(&options(&TimeZone::UTC), feed.as_bytes(), None).expect("a feed");
    assert_eq!(feed.hints.least, Some(std::time::Duration::from_hours(24)));
}

#[test]
fn pages_and_archives_of_a_feed_are_found() {
    let atom = |links: &str| {
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title>{links}<entry><id>1</id></entry></feed>"
        )
    };
    let rss = |links: &str| {
        format!(
            "<rss version=\"2.0\" xmlns:a=\"http://www.w3.org/2005/Atom\"><channel><title>t</title>{links}{ITEM}</channel></rss>"
        )
    };
    let json = |field: &str| {
        format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",{field}\"items\":[]}}")
    };
    let page_two = Some("https://news.example/feed?page=2");
    let cases = [
        (atom("<link rel=\"next\" href=\"?page=2\"/>"), page_two, None),
        (
            atom("<link rel=\"NEXT\" href=\"/feed?page=2\"/><link rel=\"prev-archive\" href=\"/2022/12\"/>"),
            page_two,
            Some("https://news.example/2022/12"),
        ),
        (rss("<a:link rel=\"next\" href=\"?page=2\"/>"), page_two, None),
        (rss("<a:link rel=\"next\" href=\"javascript:1\"/>"), None, None),
        (rss("<a:link rel=\"next\" href=\"/feed\"/>"), None, None),
        (rss("<a:link rel=\"prev\" href=\"?page=2\"/><a:link rel=\"self\" href=\"/x\"/>"), None, None),
        (json("\"next_url\":\"?page=2\","), page_two, None),
        (json("\"next_url\":null,"), None, None),
        (json("\"next_url\":7,"), None, None),
        (json("\"author\":{\"next_url\":\"?page=2\"},"), None, None),
        (json(""), None, None),
    ];
    let url = Url::parse("https://news.example/feed").expect("a URL");
    for (feed, next, archive) in cases {
        let (read, _) = read(&options(&TimeZone::UTC), feed.as_bytes(), Some(&url)).expect("a feed");
        assert_eq!(read.next.as_ref().map(Url::as_str), next, "{feed}");
        assert_eq!(read.archive.as_ref().map(Url::as_str), archive, "{feed}");
        assert_eq!(read.hints, Hints::default());
    }
}

#[test]
fn a_feed_names_its_generator() {
    let cases = [
        (rss("<generator> https://wordpress.org/?v=6.1 </generator>"), Some("https://wordpress.org/?v=6.1")),
        (rss("<generator></generator>"), None),
        (rss(""), None),
        (
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><generator uri=\"u\" version=\"2\">Press</generator></feed>".to_owned(),
            Some("Press 2"),
        ),
    ];
    for (feed, generator) in cases {
        let (read, _) = read(&options(&TimeZone::UTC), feed.as_bytes(), None).expect("a feed");
        assert_eq!(read.generator.as_deref(), generator, "{feed}");
    }
}

#[test]
fn hints_of_broken_feeds_end_where_they_break() {
    let head = "<rss version=\"2.0\"><channel><title>t</title><skipHours><hour>5</hour></skipHours>";
    for broken in ["<skipDays><day>Mon", "<![CDATA[", "<!-- ", "<a b=\"", &"<x>".repeat(100_000), "<", ""] {
        let hints = super::hints::read(&format!("{head}{broken}"));
        assert_eq!(hints.skip_hours, 1 << 5, "{}", broken.chars().take(20).collect::<String>());
    }
}

/// A feed with something wrong, the ids that are read of it, and the name of the repair.
#[test]
fn each_repair_has_a_name_and_loses_no_entry() {
    let two = |first: &str, second: &str| {
        rss(&format!(
            "<item><guid>g1</guid><title>{first}</title></item><item><guid>g2</guid><title>{second}</title></item>"
        ))
    };
    let plain = two("a", "b");
    let atom = "<feed xmlns=\"http://purl.org/atom/ns#\" version=\"0.3\"><title>t</title>\
        <entry><id>g1</id><title>a</title><issued>2023-03-02T10:55:00Z</issued></entry><entry><id>g2</id></entry></feed>";
    let json = "{\"version\":\"http://jsonfeed.org/version/1\",\"items\":[{\"id\":1,\"title\":\"a\",\"author\":\"A\"},{\"id\":\"2\"}]}";
    let cases: [(String, &[&str], &str); 24] = [
        (two("a & b", "b"), &["g1", "g2"], "feed/repaired-characters"),
        (two("a &bogus b &#8;", "b"), &["g1", "g2"], "feed/repaired-characters"),
        (two("it\u{92}s", "b"), &["g1", "g2"], "feed/repaired-characters"),
        (two("5 < 6", "b"), &["g1", "g2"], "feed/repaired-tags"),
        (plain.replace("<rss", "rss").replace("<channel", "channel"), &["g1", "g2"], "feed/repaired-tags"),
        (two("<b>a</b>", "b"), &["g1", "g2"], "feed/markup-in-text"),
        (plain.replace("a</title>", "a"), &["g1", "g2"], "feed/repaired-tags"),
        (plain.replacen("</item>", "", 1), &["g1", "g2"], "feed/repaired-tags"),
        (plain.replace("<guid>", "<enclosure url=/a.mp3></enclosure><guid>"), &["g1", "g2"], "feed/repaired-tags"),
        (plain.replace("a</title>", "<![CDATA[a</title>"), &["g1", "g2"], "feed/repaired-tags"),
        (plain.replace("</channel></rss>", ""), &["g1", "g2"], "feed/cut"),
        (plain.replace("b</title></item></channel></rss>", "b"), &["g1"], "feed/cut"),
        (plain.replace("2.0", "3.1"), &["g1", "g2"], "feed/version"),
        (plain.replace("rss", "RSS"), &["g1", "g2"], "feed/version"),
        (plain.replace("<rss", "<rss xmlns=\"http://backend.userland.com/rss2\""), &["g1", "g2"], "feed/namespace"),
        (plain.replace("<title>a", "<media:title>c</media:title><title>a"), &["g1", "g2"], "feed/prefix-undeclared"),
        (plain.replace("<?xml", "Warning: <b>x</b> on line 2\n<?xml"), &["g1", "g2"], "feed/junk-before"),
        (format!("junk{plain}<script>x</script>"), &["g1", "g2"], "feed/junk-behind"),
        (atom.to_owned(), &["g1", "g2"], "feed/atom-03"),
        (
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>g1</id><title type=\"magic\">a</title></entry></feed>".to_owned(),
            &["g1"],
            "feed/type",
        ),
        (
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"http://[\"><entry><id>g1</id></entry></feed>".to_owned(),
            &["g1"],
            "feed/base",
        ),
        (json.to_owned(), &["1", "2"], "feed/version"),
        (json.replace("2\"}]}", ""), &["1"], "feed/cut"),
        (two(&"x".repeat(2 << 20), "b"), &["g1", "g2"], "feed/field-cut"),
    ];
    for (feed, ids, code) in cases {
        let (found, remarks) = keys(feed.as_bytes());
        let start: String = feed.chars().take(400).collect();
        assert_eq!(found, ids, "{code}: {start}");
        assert!(remarks.iter().any(|remark| remark == code), "{code} in {remarks:?}: {start}");
    }
    let (_, remarks) = keys(two("a", "b").as_bytes());
    assert_eq!(remarks, ["feed/no-date", "feed/no-date"], "a clean feed needs none");
}

#[test]
fn a_feed_tells_its_picture_hub_and_own_address() {
    let channel = "<language>ar</language><image><url>/logo.png</url></image><a:link rel=\"hub\" href=\"https://hub.example/\"/>\
        <a:link rel=\"self\" href=\"/own\"/>";
    let feed = rss(channel).replace("<rss", "<rss xmlns:a=\"http://www.w3.org/2005/Atom\"");
    let json = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"language\":\"ar\",\"icon\":\"/logo.png\",\
        \"feed_url\":\"/own\",\"hubs\":[{\"type\":\"WebSub\",\"url\":\"https://hub.example/\"}],\"items\":[]}";
    let broken = feed.replace("ط", "AT&T & co");
    let url = Url::parse("https://news.example/rss.xml").expect("a URL");
    for feed in [feed.as_str(), json, broken.as_str()] {
        let (feed, _) = read(&options(&TimeZone::UTC), feed.as_bytes(), Some(&url)).expect("a feed");
        assert_eq!(feed.image.as_ref().map(Url::as_str), Some("https://news.example/logo.png"));
        assert_eq!(feed.hub.as_ref().map(Url::as_str), Some("https://hub.example/"));
        assert_eq!(feed.own.as_ref().map(Url::as_str), Some("https://news.example/own"));
        assert_eq!(feed.language.as_deref(), Some("ar"));
    }
}

#[test]
fn media_keep_their_own_captions_and_credits() {
    let item = "<item><guid>1</guid><m:thumbnail url=\"/t.jpg\"/><m:group><m:content url=\"/a.jpg\" type=\"image/jpeg\">\
        <m:description>صورة أولى</m:description></m:content><m:content url=\"/b.mp4\" medium=\"video\"/><m:credit>وكالة</m:credit>\
        </m:group></item>";
    let feed = rss(item).replace("<rss", "<rss xmlns:m=\"http://search.yahoo.com/mrss/\"");
    let wanted = [
        ("https://news.example/a.jpg", Some("image/jpeg"), Some("صورة أولى"), Some("وكالة")),
        ("https://news.example/b.mp4", Some("video/*"), None, Some("وكالة")),
        ("https://news.example/t.jpg", Some("image/*"), None, None),
    ];
    for feed in [feed.clone(), feed.replace("<title>ط", "<title>ط & ط")] {
        let url = Url::parse("https://news.example/rss.xml").expect("a URL");
        let (feed, _) = read(&options(&TimeZone::UTC), feed.as_bytes(), Some(&url)).expect("a feed");
        let entry = feed.entries.first().expect("one entry");
        let mut found: Vec<_> = entry
            .enclosures
            .iter()
            .map(|medium| {
                let Enclosure { url, mime, caption, credit } = medium;
                (url.as_str(), mime.as_deref(), caption.as_deref(), credit.as_deref())
            })
            .collect();
        found.sort_unstable();
        assert_eq!(found, wanted);
    }
}

proptest! {
    /// A clean feed, and the same behind junk, which is mended: both are read alike.
    #[test]
    fn mending_changes_nothing_that_was_right(
        texts in prop::collection::vec("[a-zء-ي0-9 &<>\"']{0,90}", 1..6),
        is_atom in any::<bool>(),
    ) {
        let mut body = String::new();
        for (at, text) in texts.iter().enumerate() {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let entry = if is_atom {
                format!("<entry><id>i{at}</id><title>{text}</title><link href=\"/{at}\"/><updated>2023-03-02T10:55:00+03:00</updated>\
                    <author><name>{at} ك</name></author><content type=\"html\">{text}</content></entry>")
            } else {
                format!("<item><guid>i{at}</guid><title>{text}</title><link>/{at}</link><pubDate>Thu, 02 Mar 2023 10:55:00 +0300</pubDate>\
                    <category>{at} ك</category><description>{text}</description></item>")
            };
            body.push_str(&entry);
        }
        let clean = if is_atom {
            format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title>{body}</feed>")
        } else {
            rss(&body)
        };
        let url = Url::parse("https://news.example/rss.xml").expect("a URL");
        let [one, other] = [clean.clone(), format!("junk\n{clean}")].map(|feed| {
            read(&options(&TimeZone::UTC), feed.as_bytes(), Some(&url)).expect("a feed").0.entries
        });
        prop_assert_eq!(one, other);
    }

    /// Whatever comes is a feed or none, and is read the same again.
    #[test]
    fn any_bytes_are_read_alike_twice(parts in prop::collection::vec(prop_oneof![
        Just("<item>"), Just("</item>"), Just("<entry>"), Just("<title>"), Just("</title>"), Just("<link>"), Just("<![CDATA["),
        Just("]]>"), Just("&"), Just("&amp;"), Just("<"), Just(">"), Just("\""), Just("<guid>a</guid>"), Just("<!--"), Just("-->"),
        Just("<media:content url='x'>"), Just("</channel>"), Just("<rss>"), Just("<author>a@b.c، ك</author>"), Just("ك"),
        Just("<a b=\""), Just("<?x"), Just("<!DOCTYPE a [<!ENTITY b 'c'>"), Just("\u{0}"), Just("]"),
    ], 0..60)) {
        let feed = format!("<rss version=\"2.0\"><channel>{}", parts.concat());
        let read = || read(&options(&TimeZone::UTC), feed.as_bytes(), None).map(|(feed, _)| feed.entries);
        prop_assert_eq!(read(), read());
    }
}

#[test]
fn lists_of_feeds_are_read_as_readers_export_them_and_written_back() {
    use super::opml::{Subscription, read, write};
    let feed = |title: &str, url: &str, tags: &[&str]| Subscription {
        title: title.to_owned(),
        url: url.to_owned(),
        home: None,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
    };
    let list = "\u{feff}<?xml version='1.0' encoding='utf-8'?><OPML version='1.1'><body>\
        <outline text='سوريا & العالم'><outline text='Papers' title='Papers'>\
        <outline type=rss text='A &amp; B' xmlurl='https://a.example/rss?x=1&y=2'/></outline>\
        <outline text='B' xmlUrl='https://b.example/feed' category='/local/news,sport'></outline></outline>\
        <outline text='only a page' htmlUrl='https://c.example/'/><outline text='C' xmlUrl='https://c.example/feed'/>";
    let opml = read(list.as_bytes()).expect("OPML");
    let wanted = [
        feed("A & B", "https://a.example/rss?x=1&y=2", &["سوريا & العالم", "Papers"]),
        feed("B", "https://b.example/feed", &["سوريا & العالم", "local", "news", "sport"]),
        feed("C", "https://c.example/feed", &[]),
    ];
    assert_eq!(opml.feeds, wanted);
    assert_eq!(opml.skipped, ["only a page"]);
    let mut again = read(write("t", &opml.feeds).as_bytes()).expect("OPML").feeds;
    again.sort_by(|one, other| one.url.cmp(&other.url));
    assert_eq!(again, wanted);
    for other in ["", "<html><outline xmlUrl='https://a.example/'/></html>", "{}"] {
        assert_eq!(read(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn markup_without_end_takes_neither_stack_nor_time() {
    let item = |inside: &str| rss(&format!("<item><guid>1</guid>{inside}</item>"));
    let cases = [
        item(&format!("<link {}/>", "=".repeat(1 << 20))),
        item(&format!("<link {}/>", "a ".repeat(1 << 13))),
        item(&"<a b='".repeat(1 << 13)),
        item(&"<title>".repeat(1 << 13)),
        item(&"<author>".repeat(1 << 13)),
        item(&"<![CDATA[".repeat(1 << 13)),
        item(&"<!--<?".repeat(1 << 13)),
        item(&"<items>".repeat(1 << 13)),
        item(&"<!DOCTYPE a [".repeat(1 << 13)),
        "<channel>".repeat(1 << 13),
        "<item>".repeat(1 << 13),
        "[".repeat(1 << 13),
        format!("{{\"items\":{}", "[".repeat(1 << 13)),
    ];
    for feed in cases {
        let start: String = feed.chars().take(200).collect();
        if let Ok((read, _)) = read(&options(&TimeZone::UTC), feed.as_bytes(), None) {
            assert!(read.entries.len() <= super::ENTRIES_MAX, "{start}");
        }
    }
}
