//! Paths are safe, files read back equal.

use super::{Format, article_of_json, blocks_of_markdown, file, markdown, path};
use crate::model::{Article, Block, BlockKind, Moment, SCHEMA};
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

fn article(title: &str, body: Vec<Block>) -> Article {
    Article {
        schema: SCHEMA.to_owned(),
        id: "abcdefgh234567ab".to_owned(),
        source: Some("example".to_owned()),
        title: title.to_owned(),
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
    fn any_file_reads_without_a_panic(bytes in any::<Vec<u8>>()) {
        let _blocks = blocks_of_markdown(&String::from_utf8_lossy(&bytes));
        assert!(article_of_json(&bytes).is_none());
    }
}
