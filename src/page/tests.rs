//! What a page makes of markup, broken and hostile markup above all.

use super::{Node, Page, Pick, Step, Tag};
use proptest::prelude::*;

fn page(html: &str) -> Page {
    Page::parse(html, Some(&"https://example.org/a/b".parse().unwrap())).0
}

/// Deepest nesting and number of elements.
fn extent(page: &Page) -> (usize, usize) {
    let (mut depth, mut deepest, mut count) = (0usize, 0, 0);
    for step in page.root().walk() {
        match step {
            Step::Open(_) => (depth, count) = (depth + 1, count + 1),
            Step::Close(_) => depth -= 1,
            Step::Text(_) => {}
        }
        deepest = deepest.max(depth);
    }
    (deepest, count)
}

#[test]
fn what_no_reader_wants_is_left_out() {
    for (html, text) in [
        ("a<!-- b -->c", "ac"),
        ("a<!--> b -->c", "a b -->c"),
        ("a<!-- b", "a"),
        ("a<!-- b --!>c", "ac"),
        ("a<script>if (a < b) '</p>'</script>c", "ac"),
        ("a<SCRIPT>b</Script >c", "ac"),
        ("a<script><!-- <script> b </script> --></script>c", "ac"),
        ("a<style>b{}</style>c", "ac"),
        ("a<svg><svg>b</svg><text>b</text></svg>c", "ac"),
        ("a<svg/>c", "ac"),
        ("a<noscript>b</noscript>c", "ac"),
        ("a<iframe src=x>b</iframe>c", "ac"),
        ("a<template>b<template>b</template>b</template>c", "ac"),
        ("a<template shadowrootmode=open>b</template>c", "abc"),
        ("a<svg>b", "ab"),
        ("a<style>b", "ab"),
        ("a<?php b ?>c", "ac"),
        ("a<b title='>'>b</b>c", "abc"),
        ("a<b title=x'y>b</b>c", "abc"),
        ("1 < 2 <3", "1 < 2 <3"),
        ("<title>a <b></title>c", "c"),
        ("a<p>b<div>c<br>d</div>", "a b c d"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", "漢(かん)"),
    ] {
        let page = page(html);
        let body = page.root().children().find(|node| node.tag() == Tag::BODY).unwrap();
        assert_eq!(body.text(), text, "{html}");
    }
}

#[test]
fn indentation_between_tags_is_one_character_but_in_preformatted_text() {
    for (html, texts) in [
        ("<p>\n\t\ta  b\n\n  <b>c</b>\n   <i>d</i></p>", "\na  b\nc\nd"),
        ("<p>a<b> b </b> c</p>", "a b  c"),
        ("<p>   <b>b</b></p>", " b"),
        ("<pre>a\n    <b>b</b>\n\n    c  </pre>", "a\n    b\n\n    c  "),
        ("<pre>a</pre><p>b  <b>c</b>", "ab c"),
    ] {
        let page = page(html);
        let texts_found = page.root().walk().filter_map(|step| match step {
            Step::Text(text) => Some(text),
            Step::Open(_) | Step::Close(_) => None,
        });
        assert_eq!(texts_found.collect::<String>(), texts, "{html}");
    }
}

#[test]
fn lines_follow_blocks_and_breaks() {
    let page = page("<h1>a\n b</h1><p>c<br>d <b>e</b></p><ul><li>f<li>g</ul>");
    assert_eq!(page.root().lines(), ["a b", "c", "d e", "f", "g"]);
}

#[test]
fn picks_find_text_or_attribute() {
    let page = page(
        "<meta property='og:title' content='T &amp; t'><div class='card' id=one data-x='a@b'><a href='/l'>t\n u</a></div>\
         <div class='card' id=two><a href='javascript:x'>v</a></div><p></p><p>w</p>",
    );
    for (pick, found) in [
        ("meta[property='og:title']@content", Some("T & t")),
        (".card a", Some("t u")),
        (".card a@href", Some("/l")),
        ("#two a, #one a", Some("t u")),
        ("[data-x='a@b']@id", Some("one")),
        ("[data-x=\"a@b\"] a", Some("t u")),
        ("p", Some("w")),
        (".none", None),
        (".card@title", None),
    ] {
        let pick = Pick::compile(pick).unwrap();
        assert_eq!(page.pick_first(std::slice::from_ref(&pick)).as_deref(), found, "{pick:?}");
    }
    let cards = page.select(&Pick::compile(".card").unwrap());
    let own = |pick: &str| {
        let pick = [Pick::compile(pick).unwrap()];
        cards.iter().map(|card: &Node<'_>| card.pick_first(&pick)).collect::<Vec<_>>()
    };
    assert_eq!(own("@id"), [Some("one".to_owned()), Some("two".to_owned())]);
    assert_eq!(own("a"), [Some("t u".to_owned()), Some("v".to_owned())]);
    let urls: Vec<_> = cards.iter().map(|card| card.pick_url(&[Pick::compile("a@href").unwrap()])).collect();
    assert_eq!(urls, ["https://example.org/l".parse().ok(), None]);
}

#[test]
fn picks_that_cannot_be_or_cost_too_much_are_refused() {
    for (pick, offset) in [
        ("", 0),
        ("  ", 0),
        ("div[", 0),
        ("div:::x", 0),
        (":not(", 0),
        ("a@", 2),
        ("a@x y", 2),
        (&"a ".repeat(100), 126),
        (&"a".repeat(2_000), 1024),
        (&format!("{}a{}", ":not(".repeat(10), ")".repeat(10)), 24),
    ] {
        let error = Pick::compile(pick).unwrap_err();
        assert_eq!(error.offset, offset, "{pick}: {error}");
    }
}

#[test]
fn broken_json_ld_is_read() {
    for (script, headline) in [
        (r#"{"headline":"a"}"#, "a"),
        (r#"[{"headline":"a"}]"#, "a"),
        (r#"{"@graph":[{"headline":"a"}]}"#, "a"),
        ("{\"headline\":\"a\nb\",}", "a\nb"),
        ("{\"headline\":\"a\tb\"}", "a b"),
        ("/*<![CDATA[*/{\"headline\":\"a\"}/*]]>*/", "a"),
        ("<![CDATA[{\"headline\":\"a\"}]]>", "a"),
        ("<!-- {\"headline\":\"a\"} -->", "a"),
        (r#"{"headline":"it\'s"};"#, "it's"),
        ("{&quot;headline&quot;:&quot;a&quot;}", "a"),
        (r#"{"headline":"a"}}"#, "a"),
    ] {
        let page = page(&format!("<script type='application/ld+json'>{script}</script>"));
        let found = page.json_ld().iter().find_map(|object| object.get("headline")?.as_str());
        assert_eq!(found, Some(headline), "{script}");
    }
    assert!(page("<script type='application/ld+json'>{nonsense</script>").json_ld().is_empty());
}

#[test]
fn base_and_canonical_are_resolved() {
    let declared = page("<base href='/c/'><link rel='canonical' href='/c/d?e=1'><html lang=ar>");
    assert_eq!(declared.base_url().unwrap().as_str(), "https://example.org/c/");
    assert_eq!(declared.canonical().unwrap().as_str(), "https://example.org/c/d?e=1");
    assert_eq!(declared.lang(), Some("ar"));
    assert_eq!(declared.resolve("mailto:a@b.example"), None);
    assert_eq!(page("<link rel=canonical href=d>").canonical(), None, "it depends on where it was found");
    let (alone, _) = Page::parse("<link rel=canonical href='https://c.example/x'>", None);
    assert_eq!(alone.resolve("y").unwrap().as_str(), "https://c.example/y");
}

#[test]
fn bombs_stay_small() {
    let deep = ["page/too-deep"];
    for (unit, codes) in [
        ("<ul><li>", &deep[..]),
        ("<div>", &deep),
        ("<b>", &[]),
        ("<font size=1>", &[]),
        ("<a href=x>", &[]),
        ("<p>", &[]),
        ("<table>", &deep),
        ("<table><tr><td>", &deep),
        ("<span>", &deep),
        ("<b><div></b>", &deep),
        ("<div><table><tr><td></div>", &deep),
        ("<span><div></span>", &deep),
        ("<custom-element>", &deep),
        ("<p><font>x", &deep),
        ("<div><b>x</div>", &deep),
        ("<svg>", &[]),
        ("<svg", &[]),
        ("<!--", &[]),
        ("<iframe>", &[]),
        ("</div>", &[]),
        ("</p>", &[]),
        ("<li>", &[]),
        ("<select><option>", &deep),
        ("<h1>", &deep),
        ("<math><mi>", &deep),
        ("<form><button>", &deep),
        ("<object><a>", &deep),
        ("<object><form><a></form>", &deep),
        ("</h2><h1><object>", &deep),
        ("<rt><ruby><dd>", &deep),
    ] {
        let (page, remarks) = Page::parse(&unit.repeat((128 << 10) / unit.len()), None);
        let (deepest, count) = extent(&page);
        assert!(deepest <= 3_400, "{unit}: {deepest} deep");
        assert!(count <= 260_000, "{unit}: {count} elements");
        let found: Vec<_> = remarks.iter().map(|remark| remark.code.as_ref()).collect();
        assert_eq!(found, codes, "{unit}");
    }
}

#[test]
fn tags_that_hold_too_much_are_cut() {
    let many: Vec<String> = (0..60_000).map(|n| format!(" a{n}='{n}'")).collect();
    let (page, remarks) = Page::parse(&format!("<p{}>text</p>", many.concat()), None);
    assert_eq!(page.root().text(), "text");
    assert_eq!(remarks[0].code, "page/cut");
    let long = "x".repeat(100_000);
    let (page, remarks) = Page::parse(&format!("<p id=a title='{long}' class=b>text</p>"), None);
    let found = page.select(&Pick::compile("#a").unwrap());
    assert_eq!(found[0].text(), "text");
    assert_eq!(found[0].attribute("title"), None);
    assert_eq!(remarks[0].code, "page/cut");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_gives_a_page_and_any_pick_an_answer(html in any::<String>(), pick in "[a-z.#@:()\\[\\]'\"\\\\ ,>*]{0,40}") {
        let page = page(&html);
        if let Ok(pick) = Pick::compile(&pick) {
            let picked = page.pick_first(std::slice::from_ref(&pick));
            prop_assert!(picked.is_none() || !page.select(&pick).is_empty());
        }
    }

    #[test]
    fn random_nesting_stays_shallow(unit in prop::collection::vec(prop::sample::select(TAGS), 1..8)) {
        let page = page(&unit.concat().repeat(1_200));
        let (deepest, count) = extent(&page);
        prop_assert!(deepest <= 3_400, "{unit:?}: {deepest} deep");
        prop_assert!(count <= 240_000, "{unit:?}: {count} elements");
    }
}

/// Tags put together at random.
const TAGS: &[&str] = &[
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i x=1>",
    "</i>",
    "<a>",
    "</a>",
    "<span>",
    "</span>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<ul>",
    "</ul>",
    "<li>",
    "</li>",
    "<button>",
    "</button>",
    "<h1>",
    "</h2>",
    "<object>",
    "</object>",
    "<select>",
    "<option>",
    "</select>",
    "<form>",
    "</form>",
    "<dd>",
    "<dt>",
    "<ruby>",
    "<rt>",
    "<template>",
    "</template>",
    "<caption>",
    "<center>",
    "<nobr>",
    "<math>",
    "</math>",
    "x",
    "<br>",
    "</br>",
    "<em>",
    "<u y>",
];
