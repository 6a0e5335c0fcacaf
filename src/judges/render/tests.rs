//! Paths are safe, files read back equal, every format says what is known and nothing else.

use super::{Format, article_of_json, blocks_of_markdown, file, html, markdown, path};
use crate::model::{
    Article, Block, BlockKind, Completeness, Direction, Duplicate, FetchFacts, Image, Kind, Moment, Origin,
    Precision, Provenance, Relation, SCHEMA, Status,
};
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use serde_json::{Value, json};
use std::{path::Path, sync::LazyLock};

fn article(title: &str, body: Vec<Block>) -> Article {
    Article {
        schema: SCHEMA.to_owned(),
        id: "abcdefgh234567ab".to_owned(),
        revision: 1,
        source: Some("example".to_owned()),
        title: title.to_owned(),
        first_seen: Some("2023-03-02T08:01:12Z".to_owned()),
        body,
        ..Article::default()
    }
}

#[test]
fn a_path_is_four_folders_and_one_safe_name_whatever_the_title() {
    let titles = [
        "../../etc/cron.d/x",
        "..",
        "/abs",
        "a\\..\\b",
        "%2e%2e%2f",
        "\u{202e}gnp.exe\n\0",
        "",
        "خبر ".repeat(999).leak(),
    ];
    for title in titles {
        let path = path(&article(title, Vec::new()), &TimeZone::UTC, Timestamp::UNIX_EPOCH);
        let parts: Vec<&str> = path.split('/').collect();
        assert_eq!(parts.first_chunk(), Some(&["articles", "example", "1970", "01", "01"]), "{path}");
        let name = parts.last().expect("a name");
        assert_eq!(parts.len(), 6, "{path}");
        assert!(name.len() <= 100 && !name.starts_with('.') && !name.chars().any(char::is_control), "{path}");
        assert!(name.ends_with("-abcdefgh234567ab"), "{path}");
    }
}

#[test]
fn the_date_of_a_path_is_the_publishers_in_the_zone_of_the_source() {
    let mut late = article("x", Vec::new());
    late.published = Moment::from_rfc3339("2023-03-02T22:30:00+00:00");
    let zone = TimeZone::get("Asia/Damascus").expect("built in");
    assert!(path(&late, &zone, Timestamp::UNIX_EPOCH).starts_with("articles/example/2023/03/03/x-"));
}

#[test]
fn json_reads_back_equal() {
    let mut whole = article("عنوان \"مقتبس\"", vec![Block::text(BlockKind::Paragraph, "نص --- <script>")]);
    whole.published = Moment::from_rfc3339("2023-03-02T10:55:00+03:00");
    let bytes = file(&whole, Format::Json);
    assert_eq!(article_of_json(&bytes), Some(whole));
    assert_eq!(article_of_json(b"{}"), None);
}

#[test]
fn nothing_of_the_text_is_markup() {
    let hostile = "[x](javascript:alert(1)) <script> --- **b** `c` # h";
    let page = markdown(&article("# [t](data:x)", vec![Block::text(BlockKind::Paragraph, hostile)]));
    assert!(page.contains("\\[x\\](javascript") && page.contains("\\<script>"), "{page}");
    assert!(page.contains("# # \\[t\\]"), "{page}");
}

/// An article of which everything is known.
fn whole() -> Article {
    let mut whole = article(
        "افتتاح مكتبة عامة في السويداء",
        vec![
            Block::text(BlockKind::Standfirst, "تضم المكتبة \"عشرين ألف\" كتاب"),
            Block::text(BlockKind::Paragraph, "افتتحت البلدية <المكتبة> صباح الخميس & مساءه.\nسطر ثان"),
            Block::heading(3, "قاعة للأطفال"),
            Block::text(BlockKind::Quote, "كل يوم"),
            Block::list(vec!["الطابق الأول".to_owned(), "الطابق الثاني".to_owned()]),
            Block::table(vec![vec!["اليوم".to_owned(), "الساعة".to_owned()], vec!["الأحد".to_owned()]]),
            Block {
                url: Some("https://example.org/b.jpg".to_owned()),
                ..Block::text(BlockKind::Image, "الرفوف")
            },
            Block {
                url: Some("https://x.example/1".to_owned()), ..Block::text(BlockKind::Embed, "منشور")
            },
            Block::text(BlockKind::Code, "a < b\nc"),
        ],
    );
    whole.revision = 2;
    whole.url = Some("https://example.org/node/1".to_owned());
    whole.alt_urls = vec!["https://m.example.org/node/1".to_owned()];
    whole.kicker = Some("التغطية الحية".to_owned());
    whole.summary = Some("مكتبة جديدة".to_owned());
    whole.byline = Some("ليلى حسن - وكالات".to_owned());
    whole.authors = vec!["ليلى حسن".to_owned()];
    whole.agencies = vec!["سانا".to_owned()];
    whole.place = Some("السويداء".to_owned());
    whole.section = Some("ثقافة".to_owned());
    whole.tags = vec!["كتب".to_owned(), String::new()];
    (whole.language, whole.direction) = ("ar".to_owned(), Direction::Rtl);
    whole.published = Moment::from_rfc3339("2023-03-02T10:55:00+03:00");
    whole.modified = Moment::from_rfc3339("2023-03-02T12:00:00+03:00");
    whole.text = "النص كله".to_owned();
    whole.words = 2;
    whole.images = vec![
        Image {
            url: Some("https://example.org/a.jpg".to_owned()),
            caption: Some("القاعة".to_owned()),
            credit: Some("رويترز".to_owned()),
            width: Some(640),
            height: Some(480),
        },
        Image { url: Some("https://example.org/b.jpg".to_owned()), ..Image::default() },
    ];
    whole.duplicate = Some(Duplicate {
        of: "bbbbbbbbbbbbbbbb".to_owned(),
        relation: Relation::SameEvent,
        similarity: 0.25,
    });
    whole.story = Some("bbbbbbbbbbbbbbbb".to_owned());
    whole.fetch = Some(FetchFacts {
        at: "2023-03-02T09:30:00.5Z".to_owned(),
        final_url: "https://example.org/node/1".to_owned(),
        status: 200,
        bytes: 7,
        sha256: "0".repeat(64),
    });
    whole
}

/// Articles of every kind that is written, by name.
fn cases() -> Vec<(&'static str, Article)> {
    let paragraph = |text: &str| vec![Block::text(BlockKind::Paragraph, text)];
    let known = |from: Precision| {
        let provenance = Provenance { precision: Some(from), ..Provenance::from(Origin::Generic) };
        [("published".to_owned(), provenance)].into()
    };
    let whole = whole();
    vec![
        ("whole", whole.clone()),
        ("minimal", Article { language: "und".to_owned(), ..article("t", Vec::new()) }),
        ("removed", Article { status: Status::Removed, ..whole.clone() }),
        (
            "moved",
            Article { status: Status::Moved, warnings: vec!["article/no-date".to_owned()], ..whole.clone() },
        ),
        (
            "post",
            Article {
                kind: Kind::Post,
                part_of: Some("cccccccccccccccc".to_owned()),
                modified: Moment::from_rfc3339("2023-03-02T10:55:00+03:00"),
                published: Moment::from_rfc3339("2023-03-02T07:55:00+00:00"),
                ..article("16:00", paragraph("x"))
            },
        ),
        (
            "teaser",
            Article {
                kind: Kind::Brief,
                completeness: Completeness::Teaser,
                provenance: known(Precision::Day),
                ..whole.clone()
            },
        ),
        (
            "partial",
            Article { completeness: Completeness::Partial, provenance: known(Precision::Hour), ..whole },
        ),
        (
            "addresses",
            Article {
                url: Some("https://مثال.example/أخبار/a b|c?q=[ب]%zz#x#y".to_owned()),
                images: ["https://example.org/صورة.jpg", "data:image/png;base64,AA", "not an address"]
                    .map(|url| Image { url: Some(url.to_owned()), ..Image::default() })
                    .to_vec(),
                ..article("t", Vec::new())
            },
        ),
        (
            "captions",
            Article {
                images: vec![
                    Image { caption: Some("c".to_owned()), ..Image::default() },
                    Image::default(),
                    Image { credit: Some("AP".to_owned()), ..Image::default() },
                ],
                ..article("t", Vec::new())
            },
        ),
    ]
}

fn case(name: &str) -> Article {
    cases().into_iter().find(|(case, _)| *case == name).unwrap_or_else(|| panic!("no case {name}")).1
}

fn ninjs(article: &Article) -> Value {
    serde_json::from_slice(&file(article, Format::Ninjs)).expect("JSON")
}

/// The judge of ninjs documents, where the schema of the IPTC is.
#[expect(clippy::print_stdout, reason = "a test that cannot run here says so")]
static NINJS: LazyLock<Option<jsonschema::Validator>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/ninjs/ninjs-schema_3.1.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/data/ninjs is not here");
        return None;
    };
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    // Nothing that is written has a shape on a map, so anything will do for the schema of those.
    let registry = jsonschema::Registry::new().add("https://geojson.org/schema/GeoJSON.json", json!({}));
    let registry = registry.and_then(jsonschema::RegistryBuilder::prepare).expect("a schema");
    let judge = jsonschema::options().with_registry(&registry).should_validate_formats(true).build(&schema);
    Some(judge.expect("a schema"))
});

/// What is wrong with a ninjs document.
fn faults(document: &Value) -> Vec<String> {
    let Some(judge) = NINJS.as_ref() else { return Vec::new() };
    judge.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_case_is_an_article_by_the_published_schema() {
    let schema: Value = serde_json::from_str(&super::schema()).expect("JSON");
    let judge = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    for (name, article) in cases() {
        let document = serde_json::from_slice(&file(&article, Format::Json)).expect("JSON");
        let faults: Vec<String> = judge.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(faults, [""; 0], "{name}");
    }
}

#[test]
fn every_case_is_valid_ninjs_and_nothing_in_it_is_empty() {
    for (name, article) in cases() {
        let document = ninjs(&article);
        assert_eq!(faults(&document), [""; 0], "{name}: {document:#}");
        let text = document.to_string();
        assert!(!text.contains("null") && !text.contains("\"\"") && !text.contains("[]"), "{name}: {text}");
    }
}

#[test]
fn what_breaks_the_schema_is_found() {
    if NINJS.is_none() {
        return;
    }
    let breaks: [(&str, Value); 8] = [
        ("uri", json!("https://example.org/خبر")),
        ("version", json!(2)),
        ("contentCreated", json!("2023-03-02")),
        ("headline", json!("x")),
        ("pubStatus", json!("cancelled")),
        ("associations", json!([{ "uri": "urn:x:y" }])),
        ("associations", json!([{ "name": "x", "uri": "urn:x:y", "z": 1 }])),
        ("renditions", json!([{ "name": "x", "href": "/a b" }])),
    ];
    for (key, value) in breaks {
        let mut document = ninjs(&whole());
        document[key] = value.clone();
        assert!(!faults(&document).is_empty(), "{key}: {value}");
    }
}

/// The ninjs document of [`whole`], but for its body as HTML.
const WHOLE: &str = r#"{
    "uri": "urn:khabar:abcdefgh234567ab",
    "standard": {
        "name": "ninjs",
        "version": "3.1",
        "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"
    },
    "type": "text",
    "representationType": "full",
    "profile": "article",
    "version": "2",
    "firstCreated": "2023-03-02T08:01:12Z",
    "versionCreated": "2023-03-02T09:30:00.5Z",
    "contentCreated": "2023-03-02T10:55:00+03:00",
    "pubStatus": "usable",
    "edNote": "The publisher says that it was changed at 2023-03-02T12:00:00+03:00.",
    "language": "ar",
    "title": "افتتاح مكتبة عامة في السويداء",
    "headlines": [
        { "role": "main", "contentType": "text/plain", "value": "افتتاح مكتبة عامة في السويداء" },
        { "role": "kicker", "contentType": "text/plain", "value": "التغطية الحية" }
    ],
    "by": "ليلى حسن - وكالات",
    "located": "السويداء",
    "descriptions": [{ "role": "summary", "contentType": "text/plain", "value": "مكتبة جديدة" }],
    "bodies": [
        { "role": "main", "contentType": "text/plain", "value": "النص كله", "charCount": 8, "wordCount": 2 }
    ],
    "people": [{ "name": "ليلى حسن", "rel": "author" }],
    "infoSources": [
        { "name": "سانا", "role": "agency" },
        { "literal": "example", "role": "publisher" }
    ],
    "places": [{ "name": "السويداء", "rel": "dateline" }],
    "subjects": [{ "name": "ثقافة", "rel": "section" }, { "name": "كتب", "rel": "tag" }],
    "events": [{ "id": "bbbbbbbbbbbbbbbb", "rel": "story" }],
    "renditions": [{ "name": "web", "href": "https://example.org/node/1" }],
    "associations": [
        {
            "name": "image 1",
            "uri": "https://example.org/a.jpg",
            "rel": "image",
            "type": "picture",
            "descriptions": [{ "role": "caption", "contentType": "text/plain", "value": "القاعة" }],
            "by": "رويترز",
            "renditions": [
                { "name": "web", "href": "https://example.org/a.jpg", "width": 640, "height": 480 }
            ]
        },
        {
            "name": "image 2",
            "uri": "https://example.org/b.jpg",
            "rel": "image",
            "type": "picture",
            "renditions": [{ "name": "web", "href": "https://example.org/b.jpg" }]
        },
        {
            "name": "earlier article",
            "uri": "urn:khabar:bbbbbbbbbbbbbbbb",
            "rel": "same-event",
            "type": "text"
        }
    ],
    "altIds": [
        { "role": "id", "value": "abcdefgh234567ab" },
        { "role": "url", "value": "https://example.org/node/1" },
        { "role": "altUrl", "value": "https://m.example.org/node/1" }
    ]
}"#;

#[test]
fn ninjs_says_all_that_is_known() {
    let mut expected: Value = serde_json::from_str(WHOLE).expect("JSON");
    let body = json!({ "role": "main", "contentType": "text/html", "value": html::html(&whole()) });
    expected["bodies"].as_array_mut().expect("bodies").push(body);
    assert_eq!(ninjs(&whole()), expected);
}

/// What a case says at a place of its ninjs document.
const SAID: [(&str, &str, &str); 22] = [
    ("minimal", "/headlines/0/value", "t"),
    ("minimal", "/language", ""),
    ("minimal", "/contentCreated", ""),
    ("minimal", "/bodies", ""),
    ("minimal", "/edNote", ""),
    ("removed", "/pubStatus", "canceled"),
    ("moved", "/pubStatus", "usable"),
    (
        "moved",
        "/edNote",
        "The publisher says that it was changed at 2023-03-02T12:00:00+03:00. It lives at another address now. \
         Warnings: article/no-date.",
    ),
    ("post", "/profile", "post"),
    ("post", "/edNote", ""),
    ("post", "/associations/0/uri", "urn:khabar:cccccccccccccccc"),
    ("post", "/associations/0/rel", "partOf"),
    ("teaser", "/representationType", "partial"),
    ("teaser", "/profile", "brief"),
    ("partial", "/representationType", "partial"),
    (
        "addresses",
        "/renditions/0/href",
        "https://xn--mgbh0fb.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/a%20b%7Cc?q=%5B%D8%A8%5D%25zz#x%23y",
    ),
    ("addresses", "/associations/0/uri", "https://example.org/%D8%B5%D9%88%D8%B1%D8%A9.jpg"),
    ("addresses", "/associations/1/uri", "urn:khabar:abcdefgh234567ab#image-2"),
    ("addresses", "/associations/1/renditions", ""),
    ("captions", "/associations/0/descriptions/0/value", "c"),
    ("captions", "/associations/1/uri", "urn:khabar:abcdefgh234567ab#image-3"),
    ("captions", "/associations/2", ""),
];

#[test]
fn ninjs_says_of_each_case_what_it_is() {
    for (name, place, expected) in SAID {
        let document = ninjs(&case(name));
        let said = document.pointer(place).map_or("", |said| said.as_str().unwrap_or("no text"));
        assert_eq!(said, expected, "{name} {place}");
    }
    let exactness = |name: &str| ninjs(&case(name))["edNote"].as_str().unwrap_or_default().to_owned();
    assert!(exactness("teaser").starts_with("contentCreated is exact to the day. "));
    assert!(exactness("partial").starts_with("contentCreated is exact to the hour. "));
}

#[test]
fn the_body_as_html_has_every_block_and_no_foreign_markup() {
    let expected = r#"<div lang="ar" dir="rtl">
<p><strong>تضم المكتبة &quot;عشرين ألف&quot; كتاب</strong></p>
<p>افتتحت البلدية &lt;المكتبة&gt; صباح الخميس &amp; مساءه.<br>سطر ثان</p>
<h3>قاعة للأطفال</h3>
<blockquote><p>كل يوم</p></blockquote>
<ul><li>الطابق الأول</li><li>الطابق الثاني</li></ul>
<table><tbody><tr><td>اليوم</td><td>الساعة</td></tr><tr><td>الأحد</td></tr></tbody></table>
<figure><img src="https://example.org/b.jpg" alt=""><figcaption>الرفوف</figcaption></figure>
<blockquote cite="https://x.example/1"><p>منشور</p><p><a href="https://x.example/1">https://x.example/1</a></p></blockquote>
<pre><code>a &lt; b
c</code></pre>
</div>"#;
    assert_eq!(html::html(&whole()), expected);
    let hostile = Some("javascript:alert(1)".to_owned());
    let embed = Block { url: hostile.clone(), ..Block::text(BlockKind::Embed, "x") };
    let image = Block { url: hostile, ..Block::text(BlockKind::Image, "y") };
    let page = html::html(&article("t", vec![embed, image]));
    assert_eq!(
        page,
        "<div dir=\"ltr\">\n<blockquote><p>x</p></blockquote>\n<figure><figcaption>y</figcaption></figure>\n</div>"
    );
}

/// The text file of a case.
const READ: [(&str, &str); 5] = [
    (
        "whole",
        "التغطية الحية

افتتاح مكتبة عامة في السويداء

السويداء
2023-03-02 10:55 +03:00
ليلى حسن - وكالات

تضم المكتبة \"عشرين ألف\" كتاب

افتتحت البلدية <المكتبة> صباح الخميس & مساءه.
سطر ثان

قاعة للأطفال

> كل يوم

- الطابق الأول
- الطابق الثاني

اليوم | الساعة
الأحد

[الرفوف
https://example.org/b.jpg]

> منشور
> https://x.example/1

a < b
c

[القاعة
رويترز
https://example.org/a.jpg]

https://example.org/node/1
",
    ),
    ("minimal", "t\n"),
    ("post", "16:00\n\n2023-03-02 07:55 +00:00\n\nx\n"),
    ("captions", "t\n\n[c]\n\n[AP]\n"),
    (
        "addresses",
        "t

[https://example.org/صورة.jpg]

[data:image/png;base64,AA]

[not an address]

https://مثال.example/أخبار/a b|c?q=[ب]%zz#x#y
",
    ),
];

#[test]
fn text_is_for_readers() {
    let read = |name: &str| String::from_utf8(file(&case(name), Format::Text)).expect("UTF-8");
    for (name, expected) in READ {
        assert_eq!(read(name), expected, "{name}");
    }
    assert!(read("removed").contains("\n\n[The publisher has taken this down.]\n\nhttps://"));
    let teaser = read("teaser");
    assert!(
        teaser.contains("\n2023-03-02\n") && teaser.contains("[Only a summary could be had.]"),
        "{teaser}"
    );
    assert!(read("partial").contains("[Only a part of the text could be had.]"));
}

fn words() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just("كلمة".to_owned()),
        "[a-z#>*_`|!\\\\\\[\\]()<>~=+.0-9-]{1,8}",
        Just("---".to_owned()),
        Just("1.".to_owned()),
        Just("a\n# b".to_owned())
    ];
    prop::collection::vec(words, 1..6).prop_map(|words| words.join(" "))
}

fn block() -> impl Strategy<Value = Block> {
    let url = prop_oneof![Just(None), Just(Some("https://example.org/a(b)?c=%D8".to_owned()))];
    prop_oneof![
        words().prop_map(|text| Block::text(BlockKind::Standfirst, text)),
        words().prop_map(|text| Block::text(BlockKind::Paragraph, text)),
        words().prop_map(|text| Block::text(BlockKind::Quote, text)),
        (1..=6u8, words()).prop_map(|(level, text)| Block::heading(level, text)),
        prop::collection::vec(words(), 1..4).prop_map(Block::list),
        prop::collection::vec(prop::collection::vec(words(), 1..4), 1..4).prop_map(Block::table),
        (words(), url.clone()).prop_map(|(text, url)| Block { url, ..Block::text(BlockKind::Image, text) }),
        (words(), url).prop_map(|(text, url)| Block { url, ..Block::text(BlockKind::Embed, text) }),
        "[a-z` \n]{1,20}".prop_map(|text| Block::text(BlockKind::Code, text)),
    ]
}

proptest! {
    #[test]
    fn markdown_reads_back_to_the_same_blocks(body in prop::collection::vec(block(), 0..6)) {
        let page = markdown(&article("t", body.clone()));
        assert_eq!(blocks_of_markdown(&page), body, "{page}");
    }

    #[test]
    fn any_article_is_valid_ninjs(
        body in prop::collection::vec(block(), 0..4),
        texts in prop::array::uniform8(any::<String>()),
        urls in prop::array::uniform3("(https?://)?[a-z.\u{627}\u{628}\\[\\]:@]{0,8}[ -~\u{627}\u{628}]{0,16}"),
        seconds in -377_705_023_201_i64..=253_402_207_200,
    ) {
        let [title, id, url, kicker, author, tag, place, language] = texts;
        let [first, second, third] = urls.map(Some);
        let at = Timestamp::from_second(seconds).expect("a time");
        let moment = Moment { at, offset: jiff::tz::Offset::UTC, precision: Precision::Second };
        let any = Article {
            id, language, kicker: Some(kicker), authors: vec![author.clone()], byline: Some(author),
            agencies: vec![tag.clone()], tags: vec![tag], place: Some(place), url: first, alt_urls: vec![url],
            published: Some(moment), modified: Some(moment), first_seen: Some(at.to_string()),
            images: [second, third, None].map(|url| Image { url, ..Image::default() }).to_vec(),
            ..article(&title, body)
        };
        let document = ninjs(&any);
        assert_eq!(faults(&document), [""; 0], "{document:#}");
        assert!(!file(&any, Format::Text).is_empty());
    }

    #[test]
    fn any_file_reads_without_a_panic(bytes in any::<Vec<u8>>()) {
        let _blocks = blocks_of_markdown(&String::from_utf8_lossy(&bytes));
        assert!(article_of_json(&bytes).is_none());
    }
}
