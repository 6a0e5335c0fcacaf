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
    assert_eq!(read(urlset("").as_bytes()).unwrap().0.language, None);
}

#[test]
fn elements_are_read_in_every_form() {
    let cases: [(&str, &[&str], &[&str]); 15] = [
        ("", &[], &[]),
        (
            "<url><loc>/1</loc><lastmod>2026-03-01</lastmod></url>",
            &["1 |  |  | 2026-03-01T00:00:00+03:00 | "],
            &[],
        ),
        (
            "<url><loc>/1</loc><lastmod>2026-03-01T08:00</lastmod></url>",
            &["1 |  |  | 2026-03-01T08:00:00+03:00 | "],
            &[],
        ),
        ("<url><loc>/1</loc><lastmod>soon</lastmod></url>", &["1 |  |  |  | "], &[]),
        ("<url><loc>/1</loc><lastmod>2027-03-01</lastmod></url>", &["1 |  |  |  | "], &[]),
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
        (b"https://paper.example/1\n", "sitemap/broken"),
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
