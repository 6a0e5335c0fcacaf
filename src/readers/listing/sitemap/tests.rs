//! Sitemaps: one `check` and the cases as data.

use super::{NotASitemap, SITEMAP_ENTRIES_MAX, Sitemap, SitemapOptions, sitemap};
use crate::{
    date,
    model::{Entry, Moment},
};
use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use std::io::Write;
use url::Url;

const NOW: Timestamp = Timestamp::constant(1_772_440_000, 0);

fn read(bytes: &[u8]) -> Result<(Sitemap, Vec<String>), NotASitemap> {
    let zone = date::zone("Asia/Damascus").unwrap();
    let url = Url::parse("https://paper.example/sitemap.xml").unwrap();
    let (sitemap, remarks) = sitemap(&SitemapOptions { zone: &zone, now: NOW }, bytes, &url)?;
    Ok((sitemap, remarks.iter().map(|remark| remark.code.to_string()).collect()))
}

/// An entry as `address below the site | headline | published | updated | tags`.
fn short(entry: &Entry) -> String {
    let url = entry.url.as_ref().unwrap().as_str();
    let url = url.strip_prefix("https://paper.example/").unwrap_or(url);
    let time = |moment: Option<Moment>| moment.map(Moment::to_rfc3339).unwrap_or_default();
    let tags = entry.tags.join(",");
    format!("{url} | {} | {} | {} | {tags}", entry.title, time(entry.published), time(entry.updated))
}

/// Checks the entries of the `url` elements in a sitemap, and the codes of its remarks.
#[track_caller]
fn check(urls: &str, entries: &[&str], codes: &[&str]) {
    let (sitemap, told) = read(urlset(urls).as_bytes()).unwrap();
    assert_eq!(sitemap.entries.iter().map(short).collect::<Vec<_>>(), entries, "{urls}");
    assert_eq!(told, codes, "{urls}");
}

fn urlset(urls: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>"
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const NEWS: &str = "<url><loc>https://paper.example/1</loc><news:news xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\
     <news:publication><news:name>الجريدة</news:name><news:language>ar</news:language></news:publication>\
     <news:publication_date>2026-03-02T10:55:00+03:00</news:publication_date><news:title>خبر &amp; آخر</news:title>\
     <news:keywords>حلب, سوريا، , نفط</news:keywords></news:news></url>";

#[test]
fn news_come_with_title_time_and_tags() {
    check(NEWS, &["1 | خبر & آخر | 2026-03-02T10:55:00+03:00 |  | حلب,سوريا,نفط"], &[]);
    let other_prefix = NEWS.replace("news:", "n:");
    check(&other_prefix, &["1 | خبر & آخر | 2026-03-02T10:55:00+03:00 |  | حلب,سوريا,نفط"], &[]);
    assert_eq!(read(urlset(NEWS).as_bytes()).unwrap().0.language.as_deref(), Some("ar"));
    assert_eq!(read(urlset(NEWS).as_bytes()).unwrap().0.publication.as_deref(), Some("الجريدة"));
    assert_eq!(read(urlset("").as_bytes()).unwrap().0.language, None);
}

#[test]
fn times_of_changes_are_read_in_every_form() {
    let cases = [
        ("2026-03-01", "2026-03-01T00:00:00+03:00"),
        ("2026-03-01T08:00", "2026-03-01T08:00:00+03:00"),
        ("2026-03-01T08:00:00.123Z", "2026-03-01T08:00:00+00:00"),
        ("2026-03-01T08:00:00.5", "2026-03-01T08:00:00+03:00"),
        (" 2026-03-01T08:00:00+0100 ", "2026-03-01T08:00:00+01:00"),
        ("2026-03-01 08:00", "2026-03-01T08:00:00+03:00"),
        ("soon", ""),
        ("2027-03-01", ""),
    ];
    for (printed, wanted) in cases {
        let url = format!("<url><loc>/1</loc><lastmod>{printed}</lastmod></url>");
        check(&url, &[&format!("1 |  |  | {wanted} | ")], &[]);
    }
    check(
        "<URL><Loc>/1</Loc><LastMod>2026-03-01</LastMod></URL>",
        &["1 |  |  | 2026-03-01T00:00:00+03:00 | "],
        &[],
    );
}

#[test]
fn elements_are_read_in_every_form() {
    let cases: [(&str, &[&str], &[&str]); 12] = [
        ("", &[], &[]),
        (
            "<url><loc>/1</loc><xhtml:link rel=\"alternate\" hreflang=\"en\" href=\"/en/1\"/><priority>0.5</priority></url>",
            &["1 |  |  |  | "],
            &[],
        ),
        ("<url><lastmod/><loc>\n /1 \n</loc></url>", &["1 |  |  |  | "], &[]),
        ("<url><loc><![CDATA[/1?a=1&b=2]]></loc></url>", &["1?a=1&b=2 |  |  |  | "], &[]),
        ("<url><loc>/1?a=1&amp;b=2</loc></url>", &["1?a=1&b=2 |  |  |  | "], &[]),
        ("<url><loc>/1?a=1&copy=2</loc></url>", &["1?a=1&copy=2 |  |  |  | "], &[]),
        ("<s:url><s:loc>/1</s:loc></s:url>", &["1 |  |  |  | "], &[]),
        (
            "<url><loc>/1</loc><image:image><image:loc>/i.jpg</image:loc><image:title>I</image:title></image:image><video:video><video:title>V</video:title></video:video></url>",
            &["1 |  |  |  | "],
            &[],
        ),
        (
            "<url><news:news><news:title><![CDATA[A <b>bold</b> word]]> &#x633; &nbsp;&unknown;</news:title></news:news><loc>/1</loc></url>",
            &["1 | A bold word س &unknown; |  |  | "],
            &[],
        ),
        (
            "<url><loc>/1</loc></url><!-- <url><loc>/2</loc></url> --><url><loc>/1</loc></url>",
            &["1 |  |  |  | "],
            &[],
        ),
        (
            "<url><loc>mailto:x</loc></url><url></url><url><loc/></url><url><loc>/1</loc></url>",
            &["1 |  |  |  | "],
            &["sitemap/bad-link", "sitemap/bad-link", "sitemap/bad-link"],
        ),
        (
            "<url><loc>/1</loc></url><url><loc>/2</loc><extra><url><loc>/3</loc></url></extra></url>",
            &["1 |  |  |  | ", "2 |  |  |  | "],
            &[],
        ),
    ];
    for (urls, entries, codes) in cases {
        check(urls, entries, codes);
    }
}

#[test]
fn the_key_is_the_address_as_printed() {
    let (sitemap, _) =
        read(urlset("<url><loc> HTTPS://Paper.example/أ?a&amp;b#c </loc></url>").as_bytes()).unwrap();
    let entry = &sitemap.entries[0];
    assert_eq!(entry.key, "HTTPS://Paper.example/أ?a&b#c");
    assert_eq!(entry.url.as_ref().map(Url::as_str), Some("https://paper.example/%D8%A3?a&b"));
    let long =
        format!("<url><loc>/{}</loc></url><url><loc>/{}</loc></url>", "a".repeat(2_000), "b".repeat(9_000));
    let (sitemap, told) = read(urlset(&long).as_bytes()).unwrap();
    assert!(sitemap.entries.len() == 1 && sitemap.entries[0].key.starts_with("id:"));
    assert_eq!(told, ["sitemap/bad-link"]);
}

#[test]
fn an_index_names_its_sitemaps_from_the_newest() {
    let index = "<sitemapindex><sitemap><loc>/undated.xml</loc></sitemap><sitemap><loc>/old.xml</loc><lastmod>2025-01-01</lastmod></sitemap>\
         <sitemap><loc>/new.xml</loc><lastmod>2026-03-02T08:00:00Z</lastmod></sitemap><sitemap><loc>/sitemap.xml</loc></sitemap>\
         <sitemap><loc>/old.xml</loc></sitemap><sitemap><loc>ftp://x.example/</loc></sitemap></sitemapindex>";
    let (sitemap, told) = read(index.as_bytes()).unwrap();
    let indexes: Vec<_> = sitemap.indexes.iter().map(Url::path).collect();
    assert_eq!(indexes, ["/new.xml", "/old.xml", "/undated.xml"]);
    assert!(sitemap.entries.is_empty());
    assert_eq!(told, ["sitemap/bad-link"]);
}

#[test]
fn without_times_the_names_of_an_index_tell_the_newest() {
    let cases: [(&[&str], &[&str]); 6] = [
        (
            &["/a-2026-01.xml", "/a-2026-11.xml", "/a-2026-2.xml"],
            &["/a-2026-11.xml", "/a-2026-2.xml", "/a-2026-01.xml"],
        ),
        (&["/news-9.xml", "/news-37.xml", "/news-10.xml"], &["/news-37.xml", "/news-10.xml", "/news-9.xml"]),
        // Several series take turns, news first.
        (
            &["/tags-1.xml", "/tags-2.xml", "/posts-1.xml", "/posts-40.xml", "/news.xml"],
            &["/news.xml", "/tags-2.xml", "/posts-40.xml", "/tags-1.xml", "/posts-1.xml"],
        ),
        (&["/map?n=1", "/map?n=2"], &["/map?n=2", "/map?n=1"]),
        (&["/b.xml", "/a.xml"], &["/b.xml", "/a.xml"]),
        // Too long for a date or a count.
        (
            &["/123456789012345678901234567890.xml", "/7.xml"],
            &["/7.xml", "/123456789012345678901234567890.xml"],
        ),
    ];
    for (named, wanted) in cases {
        let named: Vec<_> = named.iter().map(|loc| format!("<sitemap><loc>{loc}</loc></sitemap>")).collect();
        let named = named.concat();
        let (sitemap, _) = read(format!("<sitemapindex>{named}</sitemapindex>").as_bytes()).unwrap();
        let read = sitemap.indexes.iter().map(|url| url.as_str().trim_start_matches("https://paper.example"));
        assert_eq!(read.collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn a_list_of_addresses_is_a_sitemap() {
    let text = "\u{feff}\r\nhttps://paper.example/1\r\n\r\n HTTPS://paper.example/\u{623} \r\nno address\r\nhttps://paper.example/1\r\n";
    let (sitemap, told) = read(text.as_bytes()).unwrap();
    assert_eq!(
        sitemap.entries.iter().map(short).collect::<Vec<_>>(),
        ["1 |  |  |  | ", "%D8%A3 |  |  |  | "]
    );
    assert_eq!(told, ["sitemap/bad-link"]);
    assert_eq!(read(&gzip(text.as_bytes())).unwrap().0.entries.len(), 2);
}

#[test]
fn namespaces_and_encodings_make_no_difference() {
    let body = "<url><loc>/1</loc><news:news><news:title>خبر</news:title></news:news></url>";
    let is_read = |bytes: &[u8]| {
        let (sitemap, _) = read(bytes).unwrap();
        assert_eq!(sitemap.entries.iter().map(short).collect::<Vec<_>>(), ["1 | خبر |  |  | "]);
    };
    let roots = [
        "<urlset>",
        "<urlset xmlns=\"https://www.sitemaps.org/schemas/sitemap/0.9\">",
        "<urlset xmlns=\"http://www.google.com/schemas/sitemap/0.84\">",
        "<urlset xmlns=\"urn:x\" xmlns:news=\"urn:y\">",
    ];
    for root in roots {
        is_read(format!("\u{feff}<?xml version=\"1.0\"?>\n{root}{body}</urlset>").as_bytes());
    }
    let text = format!("<?xml version=\"1.0\" encoding=\"windows-1256\"?><urlset>{body}</urlset>");
    is_read(&encoding_rs::WINDOWS_1256.encode(&text).0);
    let wide = format!("\u{feff}<urlset>{body}</urlset>");
    is_read(&wide.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
}

#[test]
fn a_compressed_sitemap_is_inflated() {
    let whole = gzip(urlset(NEWS).as_bytes());
    assert_eq!(read(&whole).unwrap().0.entries.len(), 1);
    // Two members, and one that is cut.
    let first = urlset(NEWS);
    let members = [gzip(&first.as_bytes()[..100]), gzip(&first.as_bytes()[100..])].concat();
    assert_eq!(read(&members).unwrap().0.entries.len(), 1);
    let cut = &members[..members.len() - 12];
    assert!(read(cut).unwrap().1.contains(&"sitemap/cut".to_owned()));
    assert_eq!(read(&gzip(b"")).unwrap_err().code, "sitemap/empty");
    assert_eq!(read(b"\x1f\x8bjunk").unwrap_err().code, "sitemap/empty");
}

#[test]
fn a_sitemap_that_breaks_off_gives_its_good_half() {
    let whole = urlset("<url><loc>/1</loc></url><url><loc>/2</loc></url>");
    let cuts = ["/2</loc>", "<url><loc>/2", "</urlset>"];
    for cut in cuts {
        let (sitemap, told) = read(whole.split(cut).next().unwrap().as_bytes()).unwrap();
        assert_eq!(sitemap.entries[0].key, "/1");
        assert_eq!(told, ["sitemap/cut"], "{cut}");
    }
    let (sitemap, told) = read(whole.replace("/2<", "<![CDATA[/2<").as_bytes()).unwrap();
    assert_eq!((sitemap.entries.len(), told), (1, vec!["sitemap/cut".to_owned()]));
}

#[test]
fn what_is_no_sitemap_says_why() {
    let cases: [(&[u8], &str); 10] = [
        (b"", "sitemap/empty"),
        (b" \n", "sitemap/empty"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "sitemap/html"),
        (b"<!doctype html>\n<html lang=en><head><meta charset=utf-8></head>", "sitemap/html"),
        (b"<rss version='2.0'><channel/></rss>", "sitemap/feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "sitemap/feed"),
        (b"<other/>", "sitemap/broken"),
        (b"see https://paper.example/1\n", "sitemap/broken"),
        (b"{\"a\": 1}", "sitemap/broken"),
        (b"\xff\xfe\x00<", "sitemap/broken"),
    ];
    for (bytes, code) in cases {
        assert_eq!(read(bytes).unwrap_err().code, code, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_flood_is_cut_to_the_newest() {
    let many = SITEMAP_ENTRIES_MAX * 3;
    let urls: Vec<_> = (0..many)
        .map(|at| {
            format!(
                "<url><loc>/{at}</loc><lastmod>{}-01-01</lastmod></url>",
                if at % 3 == 1 { 2026 } else { 2020 }
            )
        })
        .collect();
    let (sitemap, told) = read(urlset(&urls.concat()).as_bytes()).unwrap();
    assert_eq!((sitemap.entries.len(), sitemap.left_out), (SITEMAP_ENTRIES_MAX, many - SITEMAP_ENTRIES_MAX));
    let keys: Vec<_> = sitemap.entries.iter().take(3).map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys, ["/1", "/4", "/7"]);
    assert_eq!(told, ["sitemap/flood"]);
    let bad = "<url><loc>x:y</loc></url>".repeat(10_000);
    assert_eq!(read(urlset(&bad).as_bytes()).unwrap().1.len(), super::REMARKS_MAX);
}

#[test]
fn bombs_cost_little() {
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let bomb = format!("{entities}<urlset><url><loc>/{}</loc></url></urlset>", "&b;".repeat(1_000));
    assert_eq!(read(bomb.as_bytes()).unwrap().0.entries.len(), 1);
    let deep = format!("<urlset>{}<loc>/1</loc>", "<url>".repeat(100_000));
    assert!(read(deep.as_bytes()).unwrap().0.entries.is_empty());
    let wide = format!("<urlset {}><url><loc>/1</loc></url></urlset>", "a='b' ".repeat(100_000));
    assert_eq!(read(wide.as_bytes()).unwrap().0.entries.len(), 1);
    let zeros = gzip(
        &[urlset("").replace("</urlset>", "<url><loc>/1</loc></url>").into_bytes(), vec![b' '; 60 << 20]]
            .concat(),
    );
    let (sitemap, told) = read(&zeros).unwrap();
    assert_eq!(sitemap.entries.len(), 1);
    assert_eq!(told, ["sitemap/too-long", "sitemap/cut"]);
}
