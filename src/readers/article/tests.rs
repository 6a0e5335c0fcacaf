//! Articles out of pages: the fixtures of `tests/pages`, the seed, and fields one by one.

use super::{Options, Rule, byline, extract, extract_flattened, generic, times};
use crate::{date::Order, model::Article, page::Pick};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn options<'a>(rules: &'a [Rule], zone: &'a TimeZone) -> Options<'a> {
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    Options { rules, zone, language: None, now, order: Order::Dmy }
}

fn page(html: &str) -> Article {
    extract(&options(&[], &TimeZone::UTC), html, None).0
}

/// The article as JSON, with the captions alone and the blocks without their absent parts.
fn shown(article: &Article) -> Value {
    let mut shown = serde_json::to_value(article).unwrap();
    shown["captions"] = article.images.iter().filter_map(|image| image.caption.clone()).collect();
    shown
}

/// The fields in which an article is not as expected.
fn check(name: &str, article: &Article, expected: &Value) -> String {
    let shown = shown(article);
    let fields =
        expected.as_object().unwrap().iter().filter(|(field, value)| &shown[field.as_str()] != *value);
    let wrong = |(field, value): (&String, &Value)| {
        format!("{name}: {field}: {}, not {value}\n", shown[field.as_str()])
    };
    fields.map(wrong).collect::<Vec<_>>().concat()
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect()
    };
    let mut cases: Vec<_> = folders(&root).iter().flat_map(|site| folders(site)).collect();
    // Those of shipped sources are read with their rules, by the integration tests.
    let is_shipped = |case: &Path| {
        let site = case.parent().and_then(Path::file_name).unwrap().to_str().unwrap();
        root.join("../../config/sources.d").join(format!("{site}.toml")).exists()
    };
    cases.retain(|case| {
        case.join("expected.json").exists() && !case.join("source.toml").exists() && !is_shipped(case)
    });
    cases.sort();
    cases
}

#[test]
fn pages_become_the_articles_beside_them() {
    let case = |case: PathBuf| {
        let html = fs::read_to_string(case.join("page.html")).unwrap();
        let expected = fs::read_to_string(case.join("expected.json")).unwrap();
        check(&case.display().to_string(), &page(&html), &serde_json::from_str(&expected).unwrap())
    };
    let wrong: String = cases().into_iter().map(case).collect();
    assert!(wrong.is_empty(), "{wrong}");
}

/// What the seed must become, and a file of it; none where the folder beside the project is absent.
fn seed(file: &str) -> Option<(Value, String)> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let expected = fs::read_to_string(shared.join("seed/expected.json")).ok()?;
    let mut expected: Value = serde_json::from_str(&expected).unwrap();
    let captions = expected["images"].as_array().unwrap().iter().map(|image| image["caption"].clone());
    expected["captions"] = captions.collect();
    for absent in ["note", "zone", "images", "mustNotContain"] {
        expected.as_object_mut().unwrap().remove(absent);
    }
    Some((expected, fs::read_to_string(shared.join(file)).unwrap()))
}

fn picks(picks: &[&str]) -> Vec<Pick> {
    picks.iter().map(|pick| Pick::compile(pick).unwrap()).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
fn seed_is_right_in_all_three_forms() {
    let page = "data/live/syriatv-synthetic/article.html";
    let forms = ["seed/syria-tv-live-coverage-2023-03-02.txt", page, page];
    let rule = Rule {
        title: picks(&["h1.field--name-node-title", "h1"]),
        kicker: picks(&[".field--name-field-section a", ".field--name-field-section"]),
        date: picks(&[".field--name-field-published-date"]),
        byline: picks(&[".field--name-field-author"]),
        body: picks(&[".field--name-body"]),
        remove: picks(&[".font-size"]),
        image: picks(&["article figure img@src"]),
        caption: picks(&["article figure figcaption"]),
        ..Rule::default()
    };
    let damascus = crate::date::zone("Asia/Damascus").unwrap();
    for (form, rules) in forms.iter().zip([&[][..], &[rule], &[]]) {
        let Some((expected, text)) = seed(form) else {
            println!("skipped: no ../shared/seed beside the project");
            return;
        };
        let zone = if rules.is_empty() { &TimeZone::UTC } else { &damascus };
        let options = options(rules, zone);
        let read = if form.ends_with("txt") { extract_flattened } else { extract };
        let (article, remarks) = read(&options, &text, None);
        assert_eq!(remarks, [], "{form}");
        assert_eq!(check(form, &article, &expected), "");
    }
}

#[test]
fn a_rule_that_finds_nothing_is_remarked_and_the_next_way_is_taken() {
    let rules = [Rule { title: picks(&[".none"]), body: picks(&["#none"]), ..Rule::default() }];
    let long = "A line that is long enough to be taken for the text of an article, with a comma. ".repeat(3);
    let html = format!(
        "<title>A headline of some words</title><div><h1>A headline of some words</h1><p>{long}</p></div>"
    );
    let (article, remarks) = extract(&options(&rules, &TimeZone::UTC), &html, None);
    assert_eq!(article.title, "A headline of some words");
    assert_eq!(article.text, long.trim());
    let codes: Vec<_> = remarks.iter().map(|remark| (remark.code.as_ref(), remark.detail.as_str())).collect();
    assert_eq!(codes, [("rule/no-match", "title"), ("rule/no-match", "body")]);
}

#[test]
fn a_body_found_within_another_is_read_once() {
    let rules = [Rule { body: picks(&[".text"]), ..Rule::default() }];
    let html = "<div class=text><p>First line.</p><div class=text><p>Second line.</p></div></div>";
    let (article, _) = extract(&options(&rules, &TimeZone::UTC), html, None);
    assert_eq!(article.text, "First line.\n\nSecond line.");
}

#[test]
fn short_lines_that_a_ruled_body_repeats_are_kept() {
    let rules = [Rule { body: picks(&["#list"]), ..Rule::default() }];
    let names = ["Song", "Ann Lee", "Cy Roe", "Album", "Ann Lee", "Di Fox", "Singer", "Ann Lee"];
    let html = format!("<div id=list><p>{}</p></div>", names.join("</p><p>"));
    let (article, _) = extract(&options(&rules, &TimeZone::UTC), &html, None);
    assert_eq!(article.text, names.join("\n\n"));
}

#[test]
fn a_rule_that_finds_a_scrap_gives_way_to_the_text_of_the_page() {
    let long = "A line that is long enough to be taken for the text of an article, with a comma. ".repeat(9);
    let html = format!("<div id=scrap>{{}}</div><div><p>{long}</p></div>");
    for (scrap, rule) in [
        ("Read also", None),
        ("<nav>Home</nav>", None),
        ("A sentence of a single line, which may be all of it.", Some("#scrap")),
    ] {
        let rules = [Rule { body: picks(&["#scrap"]), ..Rule::default() }];
        let (article, remarks) = extract(&options(&rules, &TimeZone::UTC), &html.replace("{}", scrap), None);
        assert_eq!(article.provenance["body"].rule.as_deref(), rule, "{scrap}");
        assert_eq!(article.text.contains(long.trim()), rule.is_none(), "{scrap}");
        assert_eq!(remarks.iter().any(|remark| remark.detail == "body"), rule.is_none(), "{scrap}");
    }
}

#[test]
fn of_dated_variants_the_first_that_holds_and_matches_wins() {
    let rule = |body: &str, until: Option<&str>, url: &[&str]| Rule {
        valid_until: until.map(|day| day.parse().unwrap()),
        url: url.iter().map(|&glob| glob.to_owned()).collect(),
        body: picks(&[body]),
        ..Rule::default()
    };
    let rules = [
        rule("#old", Some("2020-01-01"), &[]),
        rule("#sport", None, &["/sport/*"]),
        rule("#gone", None, &[]),
        rule("#now", Some("2027-01-01"), &["/news/*"]),
    ];
    let html = "<p id=old>old</p><p id=sport>sport</p><p id=now>now</p>";
    let url = "https://example.org/news/1".parse().unwrap();
    let (article, _) = extract(&options(&rules, &TimeZone::UTC), html, Some(&url));
    assert_eq!(article.text, "now");
    assert_eq!(article.provenance["body"].rule.as_deref(), Some("#now"));
}

#[test]
fn bylines_come_apart() {
    let is_city = |part: &str| matches!(part, "New York" | "إسطنبول");
    for (line, authors, agencies, place) in [
        ("إعداد وتحرير: سلمى عيسى", &["سلمى عيسى"][..], &[][..], None),
        ("حوار: سلمى عيسى", &["سلمى عيسى"], &[], None),
        ("Kari Nord og Ola Vik", &["Kari Nord", "Ola Vik"], &[], None),
        ("Authors: Ada Quill, Ben Ash", &["Ada Quill", "Ben Ash"], &[], None),
        ("إسطنبول - وكالات", &[][..], &["وكالات"][..], Some("إسطنبول")),
        ("دمشق - سانا", &[], &["سانا"], Some("دمشق")),
        ("دمشق-سانا", &[], &["سانا"], Some("دمشق")),
        ("مرفأ الشمال", &["مرفأ الشمال"], &[], None),
        ("الحسكة – مرفأ الشمال", &[], &[], Some("الحسكة")),
        ("مرفأ الشمال – الحسكة", &[], &[], Some("الحسكة")),
        ("مرفأ الشمال – ريف الحسكة", &[], &[], Some("ريف الحسكة")),
        ("مرفأ الشمال – شرق الحسكة", &[], &[], None),
        ("دير الزور-سانا", &[], &["سانا"], Some("دير الزور")),
        ("تل الشمال - سانا", &[], &["سانا"], Some("تل الشمال")),
        ("شرق الحسكة-سانا", &[], &["سانا"], Some("شرق الحسكة")),
        ("سلمى حداد – مرفأ الشمال", &["سلمى حداد"], &[], None),
        ("بقلم: سلمى حداد", &["سلمى حداد"], &[], None),
        ("كتبت هدى مراد - رويترز", &["هدى مراد"], &["رويترز"], None),
        ("By Ada Quill, Staff Writer", &["Ada Quill"], &[], None),
        ("Ada Quill | Harbor correspondent", &["Ada Quill"], &[], None),
        ("سلمى حداد، كاتبة سورية", &["سلمى حداد"], &[], None),
        ("By Ada Quill and Ben Ash", &["Ada Quill", "Ben Ash"], &[], None),
        ("New York (AP)", &[], &["AP"], Some("New York")),
        ("New York - AP", &[], &["AP"], Some("New York")),
        ("Von Jana Klee, dpa", &["Jana Klee"], &["dpa"], None),
        ("dpa/AFP", &[], &["dpa", "AFP"], None),
        ("سليم حداد - إسطنبول", &["سليم حداد"], &[], Some("إسطنبول")),
        ("Updated 3 hours ago", &[], &[], None),
        ("", &[], &[], None),
    ] {
        let split = byline::split(line, &["مرفا الشمال".to_owned()], is_city);
        assert_eq!(split.authors, authors, "{line}");
        assert_eq!(split.agencies, agencies, "{line}");
        assert_eq!(split.place.as_deref(), place, "{line}");
    }
}

#[test]
fn declared_names_read_as_the_page_prints_them() {
    for (declared, printed, wanted) in [
        (r#"["Ada Quill and Ben Ash"]"#, "", &["Ada Quill", "Ben Ash"][..]),
        (r#"["Kari Nord og Ola Vik"]"#, "", &["Kari Nord", "Ola Vik"]),
        (r#"["Ada Quill (aqu)", "Ben Ash (bas.)"]"#, "", &["Ada Quill", "Ben Ash"]),
        (r#"["Quill, Ada"]"#, "Ada Quill1", &["Ada Quill"]),
        (r#"["Ada Quill2"]"#, "", &["Ada Quill"]),
        (r#"["Quill, Ada"]"#, "", &["Quill, Ada"]),
        (r#"["Ada Quill (London)"]"#, "", &["Ada Quill (London)"]),
        (r#"["Salt and Light"]"#, "", &["Salt and Light"]),
        (r#"["Agent 47"]"#, "", &["Agent 47"]),
    ] {
        let html = format!(
            r#"<script type="application/ld+json">{{"@type":"NewsArticle","author":{declared}}}</script>
            <h1>Water</h1><p class=byline>{printed}</p><p>{}</p>"#,
            "A line that is long enough to be text, with a comma. ".repeat(5)
        );
        assert_eq!(page(&html).authors, wanted, "{declared}");
    }
}

#[test]
fn of_printed_times_the_first_day_counts_with_a_clock_of_that_day() {
    let long = "A line that is long enough to be text, with a comma. ".repeat(5);
    for (lines, wanted) in [
        (
            "<p class=date>Mar 06, 2025</p><p class=date>10 April 2025, 18:00</p>",
            Some("2025-03-06T00:00:00+00:00"),
        ),
        (
            "<p class=date>Mar 06, 2025</p><p class=date>2025-03-06 18:00</p>",
            Some("2025-03-06T18:00:00+00:00"),
        ),
        ("<p class=date>28 آب 2013، آخر تحديث 14:00 (GMT+0400)</p>", Some("2013-08-28T00:00:00+00:00")),
        ("<p class=date>20:52:15</p>", None),
    ] {
        let html = format!("<h1>Water</h1>{lines}<div><p>{long}</p></div>");
        assert_eq!(serde_json::to_value(page(&html).published).unwrap(), json!(wanted), "{lines}");
    }
    let cited =
        format!("<meta name=citation_publication_date content='2024 Jun 30'><h1>Water</h1><p>{long}</p>");
    assert!(page(&cited).published.is_some());
}

#[test]
fn local_time_written_as_utc_gives_way_to_the_printed_line() {
    let zone = TimeZone::UTC;
    let options = options(&[], &zone);
    let read = |line: &str| times::read(&options, line, crate::model::Origin::Meta, None);
    for (declared, printed, expected, is_conflict) in [
        ("2023-03-02T10:55:00Z", "2023.03.02 | 10:55 دمشق", "2023-03-02T10:55:00+03:00", true),
        ("2023-03-02T07:55:00Z", "2023.03.02 | 10:55 دمشق", "2023-03-02T07:55:00+00:00", false),
        ("2023-03-02T07:20:00Z", "2023.03.02 | 10:55 دمشق", "2023-03-02T07:20:00+00:00", false),
        ("2023-03-02T10:55:00Z", "2023.03.02 | 12:55", "2023-03-02T10:55:00+00:00", false),
    ] {
        let (time, conflict) = times::agree(read(declared), read(printed));
        assert_eq!(time.unwrap().moment.to_rfc3339(), expected, "{declared} {printed}");
        assert_eq!(conflict, is_conflict, "{declared} {printed}");
    }
}

#[test]
fn a_dateline_is_read_out_of_a_longer_line_and_a_clock_alone_is_refused() {
    let zone = TimeZone::UTC;
    let options = options(&[], &zone);
    for (line, expected) in [
        ("02.03.2023 | 10:55 | Jana Klee", Some("2023-03-02T10:55:00+00:00")),
        ("Jana Klee | 02.03.2023", Some("2023-03-02T00:00:00+00:00")),
        ("10:55 Uhr", None),
        ("Jana Klee | 10:55", None),
        ("5 min", None),
        ("3 Minuten", None),
        ("٥ دقائق", None),
        ("", None),
    ] {
        let time = times::read(&options, line, crate::model::Origin::Generic, None);
        assert_eq!(time.map(|time| time.moment.to_rfc3339()).as_deref(), expected, "{line}");
    }
    let pointed_at = times::read(&options, "5 min", crate::model::Origin::Rule, Some(".date"));
    assert!(pointed_at.is_some(), "a rule says that this is the time");
}

/// A paragraph long enough to be one.
const LONG: &str = "The council of the harbor town agreed on Monday to widen the northern pier, \
                    which the fishing fleet had asked for since the storms of last winter.";

#[test]
fn readings_of_characters_stay_where_the_author_set_parentheses() {
    for (ruby, expected) in [
        ("<ruby>港<rt>みなと</rt></ruby>町", "港町"),
        ("<ruby>港<rp>（</rp><rt>みなと</rt><rp>）</rp></ruby>町", "港（みなと）町"),
        ("<ruby><rb>港</rb><rt>みなと</rt></ruby>町", "港町"),
    ] {
        let html = format!(
            "<h1>H</h1><article><p>{ruby}の委員会は、北の桟橋を広げることを月曜日に決めた。</p></article>"
        );
        let text = page(&html).text;
        assert!(text.starts_with(&format!("{expected}の委員会")), "{ruby}: {text}");
    }
}

#[test]
fn a_paragraph_printed_twice_is_kept_once() {
    let html = format!("<h1>H</h1><article><p>{LONG}</p><p>Work begins in May.</p><p>{LONG}</p></article>");
    assert_eq!(page(&html).text, format!("{LONG}\n\nWork begins in May."));
}

#[test]
fn counted_labels_and_what_microdata_tells_machines_are_no_text() {
    for noise in [
        "<div>Advertisement 2</div>",
        "<div>إعلان ٣</div>",
        "<div itemprop=publisher itemscope><div itemprop=name>The Harbor Post</div></div>",
        "<div itemprop=image itemscope><div itemprop=width>1200</div><div itemprop=height>630</div></div>",
    ] {
        let html = format!("<h1>H</h1><article><p>{LONG}</p>{noise}<p>Work begins in May.</p></article>");
        assert_eq!(page(&html).text, format!("{LONG}\n\nWork begins in May."), "{noise}");
    }
}

#[test]
fn the_site_as_its_own_author_gives_way_to_the_printed_byline() {
    let url = "https://www.harborpost.example/a".parse().unwrap();
    for (declared, expected) in [
        ("Harbor Post", &["Ada Quill"][..]),
        ("The Post of the Harbor", &["Ada Quill"]),
        ("harborpost", &["Ada Quill"]),
        ("Ben Ash", &["Ben Ash"]),
        // Persons have a domain of their own name, too.
        ("Harborp Ost", &["Harborp Ost"]),
    ] {
        let data = json!({
            "@type": "NewsArticle", "author": {"name": declared}, "publisher": {"name": "The Post of the Harbor"},
        });
        let html = format!(
            "<meta property=og:site_name content='Harbor Post'><script type=application/ld+json>{data}</script>\
             <article><h1>The pier grows</h1><p class=byline>By Ada Quill</p><p>{LONG}</p></article>"
        );
        let (article, _) = extract(&options(&[], &TimeZone::UTC), &html, Some(&url));
        assert_eq!(article.authors, expected, "{declared}");
    }
}

#[test]
fn what_a_page_was_made_with_has_not_written_it() {
    for (generator, author, expected) in [
        ("", "WordPress 6.4", &[][..]),
        ("", "Joomla! - Open Source Content Management", &[]),
        ("", "Microsoft Word", &[]),
        ("Quillpress 3.1 (https://quillpress.example)", "Quillpress", &[]),
        ("Quillpress 3.1", "Ada Quill", &["Ada Quill"]),
        ("", "Adobe Quill", &["Adobe Quill"]),
    ] {
        let html = format!(
            "<meta name=generator content='{generator}'><meta name=author content='{author}'>\
             <article><h1>The pier grows</h1><p>{LONG}</p></article>"
        );
        assert_eq!(page(&html).authors, expected, "{author}");
    }
    let html =
        format!("<article><h1>The pier grows</h1><p class=author>by WordPress</p><p>{LONG}</p></article>");
    assert_eq!(page(&html).byline, None);
}

#[test]
fn a_page_without_an_article_says_so() {
    for html in ["", "<html></html>", "<nav><a href=/>Home</a></nav>", "\u{0}<\u{0}>", "<!--"] {
        let article = page(html);
        assert!(article.body.is_empty(), "{html:?}: {:?}", article.body);
        assert!(article.warnings.iter().any(|code| code == "article/no-body"), "{html:?}");
    }
}

#[test]
fn what_is_no_text_is_no_article() {
    let mut number = 7_u32;
    let mut noise = || {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (number >> 24) as u8
    };
    let noise: Vec<u8> = (0..300_000).map(|_| noise()).collect();
    let packed = [b"\x1f\x8b\x08".as_slice(), &noise].concat();
    let picture = [b"\xff\xd8\xff\xe0".as_slice(), &noise].concat();
    let text = format!("%PDF-1.7\n{}", format!("<p>{LONG}</p>\n").repeat(9));
    for (name, bytes) in
        [("noise", &noise), ("packed", &packed), ("picture", &picture), ("PDF", &text.into_bytes())]
    {
        let (text, _) = crate::text::decode(bytes, None);
        for article in [page(&text), extract_flattened(&options(&[], &TimeZone::UTC), &text, None).0] {
            assert!(article.body.is_empty() && article.words == 0, "{name}");
            assert!(article.warnings.iter().any(|code| code == "article/not-text"), "{name}");
            assert!(article.warnings.iter().any(|code| code == "article/no-body"), "{name}");
        }
    }
    let stray = format!("<h1>The pier\u{1} grows</h1><p>{LONG}\u{0}\u{b}</p>");
    assert_eq!(page(&stray).warnings.iter().find(|code| *code == "article/not-text"), None);
    assert!(!page(&stray).body.is_empty());
}

#[test]
fn body_declared_in_data_is_used_only_where_the_page_has_none() {
    let data =
        json!({"@type": "NewsArticle", "headline": "H", "articleBody": "Told in the data.\nIn two lines."});
    let script = format!("<script type=application/ld+json>{data}</script>");
    assert_eq!(page(&script).text, "Told in the data.\n\nIn two lines.");
    let long = "Told on the page, at length and with commas, so that nobody doubts it. ".repeat(4);
    assert_eq!(page(&format!("{script}<p>{long}</p>")).text, long.trim());
}

#[test]
fn lists_tables_and_quotes_keep_their_form() {
    let long =
        "A paragraph that is long enough to hold the article together, with a comma, and more. ".repeat(2);
    let html = format!(
        "<article><h1>Of forms</h1><p>{long}</p><ul><li>one <b>thing</b></li><li>two</li></ul>\
         <blockquote><p>Said so.</p></blockquote><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>\
         <p>Again: {long}</p></article>"
    );
    let article = page(&html);
    assert_eq!(article.body.len(), 5, "{:?}", article.body);
    assert_eq!(article.body[1].items, ["one thing", "two"]);
    assert_eq!(article.body[1].text, "one thing\ntwo");
    assert_eq!(article.body[2], crate::model::Block::text(crate::model::BlockKind::Quote, "Said so."));
    assert_eq!(article.body[3].rows, [["a", "b"], ["1", "2"]]);
    assert_eq!(
        article.text,
        format!("{0}\n\none thing\ntwo\n\nSaid so.\n\na\nb\n1\n2\n\nAgain: {0}", long.trim())
    );
}

#[test]
fn a_time_alone_is_no_text_and_a_time_in_a_sentence_is() {
    let html = "<article><div><time datetime=2024-05-03>3 May 2024</time></div>\
        <p>The clock struck noon for the first time since the war, and people in the square clapped.</p>\
        <p>It was last right on <time datetime=1994-05-03>3 May 1994</time>, when it was stopped by a bird.</p></article>";
    assert!(page(html).text.starts_with("The clock"), "{}", page(html).text);
    assert!(page(html).text.contains("3 May 1994"));
}

#[test]
fn a_figure_called_a_section_is_a_picture() {
    let long = "A line that is long enough to be taken for the text of an article, with a comma. ".repeat(3);
    let html = format!(
        "<article><p>{long}</p><figure class='image section'><img src=https://example.org/i.jpg>\
         <figcaption>The door</figcaption></figure><p>Again: {long}</p></article>"
    );
    assert_eq!(page(&html).images[0].caption.as_deref(), Some("The door"));
}

#[test]
fn links_are_http_only() {
    let long =
        "A paragraph that is long enough to hold the article together, with a comma, and more. ".repeat(3);
    let html = format!(
        "<base href='https://example.org/x/'><p>{long}<a href='y'>near</a> <a href='javascript:z()'>no</a> \
         <a href='data:text/html,x'>no</a> <a href='//b.example/'>far</a></p>"
    );
    let urls: Vec<_> = page(&html).links.into_iter().map(|link| link.url).collect();
    assert_eq!(urls, ["https://example.org/x/y", "https://b.example/"]);
}

#[test]
fn lists_of_hints_are_sorted() {
    for (list, _) in generic::LISTS {
        assert!(list.is_sorted(), "{list:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_gives_an_article(text in any::<String>()) {
        let flattened = extract_flattened(&options(&[], &TimeZone::UTC), &text, None).0;
        for article in [page(&text), flattened] {
            prop_assert_eq!(article.words, crate::text::words(&article.text));
            prop_assert_eq!(article.body.is_empty(), article.warnings.iter().any(|code| code == "article/no-body"));
        }
    }

    #[test]
    fn any_markup_gives_an_article(parts in prop::collection::vec(prop::sample::select(PARTS), 0..200)) {
        let article = page(&parts.concat());
        prop_assert!(article.body.iter().all(|block| !block.text.contains("</")), "{:?}", article.body);
    }
}

/// Parts of markup that are put together at random.
const PARTS: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=caption>",
    "</div>",
    "<b>",
    "</b>",
    "<a href=/x>",
    "</a>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<ul>",
    "<li>",
    "</ul>",
    "<h1>",
    "</h1>",
    "<h2 class=title>",
    "</h2>",
    "<br>",
    "<img src=a.jpg alt=b>",
    "<figure>",
    "</figure>",
    "<time datetime=2024-01-01>",
    "</time>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<svg>",
    "</svg>",
    "<template>",
    "</template>",
    "A sentence of some words, long enough to be read as text of a page. ",
    "إسطنبول - وكالات",
    "2023.03.02 | 10:55 دمشق",
    "+A",
    "خبر",
    "\u{202e}",
    "&amp;",
    "&#0;",
    "<",
    ">",
    "\"",
    "'",
    "=",
    "<article>",
    "</article>",
    "<blockquote>",
    "<pre>",
    "<span rel=author itemprop=author>",
    "<textarea>",
    "<select>",
];

#[test]
fn a_credit_or_switch_over_the_headline_is_no_kicker_and_a_hidden_colon_stays() {
    let html = |over: &str| {
        format!(
            "<main><div>{over}<h1>Harbor<span class=\"visually-hidden\">:</span> the ferry is back</h1></div><p>{}</p></main>",
            "The ferry left the harbor at six, with two hundred on board, and came back at nine. ".repeat(4)
        )
    };
    let figure = "<figure><img src=/f.jpg><div class=author-of-picture>Photo: A. Quill</div></figure>";
    for over in [figure, "<label>Focus mode <button>on</button></label>"] {
        let article = page(&html(over));
        assert_eq!(article.kicker, None, "{over}");
        assert_eq!(article.title, "Harbor: the ferry is back");
    }
}
