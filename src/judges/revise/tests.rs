//! Edits of our own, labelled, and what the changes between two revisions tell.
#![expect(clippy::print_stdout, reason = "what is measured is printed")]

use super::{What, compare};
use crate::model::{Article, Block, BlockKind, Image, Link, Moment, Origin, Provenance};
use serde_json::Value;

const EDITS: &str = include_str!("../../../tests/pairs/edits.jsonl");
/// Rules were made on the first part. The second was looked at once, after which rules were mended; the third was written
/// then, and looked at once as well.
const PARTS: [&str; 3] = ["tune", "held", "fresh"];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn block(value: &Value) -> Block {
    match value["kind"].as_str() {
        Some("list") => Block::list(texts(&value["items"])),
        Some("table") => Block::table(value["rows"].as_array().unwrap().iter().map(texts).collect()),
        Some("heading") => Block::heading(2, text(&value["text"])),
        Some("quote") => Block::text(BlockKind::Quote, text(&value["text"])),
        Some(kind) => unreachable!("a block of the kind {kind}"),
        None => Block::text(BlockKind::Paragraph, text(value)),
    }
}

fn image(value: &Value) -> Image {
    let caption = value.get("caption").unwrap_or(value);
    Image { url: value["url"].as_str().map(str::to_owned), caption: Some(text(caption)), ..Image::default() }
}

/// A small article as the file of edits has it.
fn article(value: &Value) -> Article {
    let each = |field: &str| value[field].as_array().cloned().unwrap_or_default();
    let raw = value["published_raw"].as_str().map(str::to_owned);
    let link = |text: String| Link { url: "https://paper.example/".to_owned(), text };
    Article {
        title: text(&value["title"]),
        byline: value["byline"].as_str().map(str::to_owned),
        published: value["published"].as_str().and_then(Moment::from_rfc3339),
        body: each("blocks").iter().map(block).collect(),
        images: each("captions").iter().map(image).collect(),
        links: texts(&value["links"]).into_iter().map(link).collect(),
        provenance: [("published".to_owned(), Provenance { raw, ..Provenance::from(Origin::Generic) })]
            .into(),
        ..Article::default()
    }
}

/// What came of one part of the edits.
#[derive(Debug, Default)]
struct Score {
    noise: usize,
    /// Noise that makes a revision, and edits that make none or are told as something else.
    faults: Vec<String>,
    quiet: usize,
    edits: usize,
    seen: usize,
    named: usize,
    told: usize,
}

fn score(part: &str) -> Score {
    let mut score = Score::default();
    for line in EDITS.lines() {
        let edit: Value = serde_json::from_str(line).unwrap();
        if edit["part"] != part {
            continue;
        }
        let changes = compare(&article(&edit["before"]), &article(&edit["after"]));
        let names: Vec<_> =
            changes.iter().flat_map(|changes| &changes.kinds).map(|kind| kind.name()).collect();
        let kind = text(&edit["kind"]);
        let is_noise = kind == "noise";
        score.noise += usize::from(is_noise);
        score.quiet += usize::from(is_noise && changes.is_none());
        score.edits += usize::from(!is_noise);
        score.seen += usize::from(!is_noise && changes.is_some());
        score.named += usize::from(names.contains(&kind.as_str()));
        score.told += if is_noise { 0 } else { names.len() };
        if is_noise != changes.is_none() || !is_noise && !names.contains(&kind.as_str()) {
            score.faults.push(format!("{} {kind} ({}): {names:?}", edit["id"], edit["why"]));
        }
    }
    score
}

#[test]
fn labelled_edits_are_seen_and_named_and_noise_is_not() {
    for part in PARTS {
        let score = score(part);
        println!(
            "{part}: {} of {} noise makes no revision; {} of {} edits seen, {} named right, {} kinds told",
            score.quiet, score.noise, score.seen, score.edits, score.named, score.told
        );
        println!("{}", score.faults.join("\n"));
        assert!(score.noise >= 40 && score.edits >= 40, "{part} is there");
        assert_eq!(score.seen, score.edits, "an edit is never taken for noise");
        assert!(score.quiet * 100 >= score.noise * 98, "{part}: noise makes revisions");
        assert!(score.named * 100 >= score.edits * 95, "{part}: kinds are told wrong");
    }
}

/// The articles of the edits, before each was edited.
fn articles() -> Vec<Article> {
    let edits = EDITS.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut articles: Vec<Article> =
        edits.filter(|edit| edit["kind"] != "noise").map(|edit| article(&edit["before"])).collect();
    articles.dedup_by(|one, other| one.title == other.title);
    articles
}

/// The texts of an article that are compared.
fn fields(article: &mut Article) -> Vec<&mut String> {
    let body = article.body.iter_mut().map(|block| &mut block.text);
    let captions = article.images.iter_mut().filter_map(|image| image.caption.as_mut());
    [&mut article.title].into_iter().chain(article.byline.as_mut()).chain(body).chain(captions).collect()
}

#[test]
fn no_letter_or_digit_can_change_unseen() {
    let mut changed = 0;
    for article in articles() {
        for number in 0..fields(&mut article.clone()).len() {
            let text = fields(&mut article.clone())[number].clone();
            let letters = text.char_indices().filter(|(_, c)| c.is_alphanumeric());
            for (at, letter) in letters.filter(|(at, letter)| letter.is_numeric() || at % 5 == 0) {
                let mut after = article.clone();
                let other = if letter == '7' {
                    "8"
                } else if letter.is_numeric() {
                    "7"
                } else {
                    "ز"
                };
                fields(&mut after)[number].replace_range(at..at + letter.len_utf8(), other);
                if letter != 'ز' {
                    assert!(compare(&article, &after).is_some(), "{letter} became {other} at {at} of {text}");
                    changed += 1;
                }
            }
        }
    }
    println!("{changed} letters and digits changed");
    assert!(changed > 1000);
}

#[test]
fn an_article_is_no_revision_of_itself() {
    for article in articles() {
        assert_eq!(compare(&article, &article), None);
    }
}

/// An article of these paragraphs.
fn of(paragraphs: &[&str]) -> Article {
    let block = |text: &&str| Block::text(BlockKind::Paragraph, *text);
    Article {
        title: "Headline".to_owned(),
        body: paragraphs.iter().map(block).collect(),
        ..Article::default()
    }
}

#[track_caller]
fn check(before: &[&str], after: &[&str], kinds: &[&str]) {
    let changes = compare(&of(before), &of(after)).unwrap_or_default();
    let told: Vec<&str> = changes.kinds.iter().map(|kind| kind.name()).collect();
    assert_eq!(told, kinds, "{before:?} became {after:?}");
}

#[test]
fn what_looks_like_noise_within_a_text_is_text() {
    let lead = "The council met on Monday.";
    check(&[lead, "12 comments"], &[lead, "13 comments"], &[]);
    check(&[lead, "12 comments were read out."], &[lead, "13 comments were read out."], &["body", "number"]);
    check(&[lead, "3 hours ago"], &[lead, "4 hours ago"], &[]);
    check(
        &[lead, "It began 3 hours ago, he said."],
        &[lead, "It began 4 hours ago, he said."],
        &["body", "number", "date"],
    );
    check(&[lead, "Updated 10:15"], &[lead, "Updated 11:20"], &[]);
    check(&[lead, "Update: 12 died."], &[lead, "Update: 21 died."], &["body", "number", "correction-note"]);
    // Without links it may be the article's own.
    check(&[lead, "Latest news: 12 died."], &[lead, "Latest news: 21 died."], &["body", "number"]);
    check(&["Sites:", "Facebook | Twitter"], &["Sites:", "Facebook | Instagram"], &["body", "name"]);
    check(&[lead, "Related: Toll rises to 12"], &[lead, "Related: Toll rises to 21"], &[]);
    check(&["شكر علي الجمهور"], &["شكر على الجمهور"], &["lead", "name"]);
    check(&["زارت الأسرة مكتبة المدينة"], &["زارت الأسرة مكتبه المدينة"], &["lead"]);
    check(&["وصل الوفد الى المدينة"], &["وصل الوفد إلى المدينه"], &[]);
}

#[test]
fn a_moved_paragraph_is_neither_cut_nor_appended() {
    let (one, two, three) = ("First of all it rained.", "Then the sun came out.", "At last it snowed.");
    check(&[one, two, three], &[one, three, two], &["body"]);
    check(&[one, two], &[one], &["cut"]);
    check(&[one, two], &[one, two, three], &["append"]);
    check(&[one, two], &[&format!("{one} {two}")], &[]);
}

#[test]
fn words_are_told_as_printed() {
    let changes =
        compare(&of(&["Only “12” of them, he said"]), &of(&["Only “21” of them — he said"])).unwrap();
    let words = changes.edits.iter().flat_map(|edit| &edit.words);
    let words: Vec<_> = words.map(|run| (run.what, run.text.as_str())).collect();
    let wanted = [
        (What::Kept, "Only “"),
        (What::Removed, "12"),
        (What::Added, "21"),
        (What::Kept, "” of them "),
        (What::Removed, ", "),
        (What::Added, "— "),
        (What::Kept, "he said"),
    ];
    assert_eq!(words, wanted);
    assert_eq!(changes.characters(), (4, 4));
}
