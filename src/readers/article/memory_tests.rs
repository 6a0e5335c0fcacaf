//! Site memory: what stands on many articles of a site, and what only looks like it.

use super::memory::{SiteMemory, WARNING};
use crate::model::{Article, Block, BlockKind, Link, Origin, Provenance};
use proptest::prelude::*;

/// A paragraph of an article of its own.
fn own(article: usize, paragraph: usize) -> String {
    let subject =
        ["harbor", "orchard", "library", "viaduct", "foundry", "quarry", "brewery", "chapel"][article % 8];
    format!(
        "Paragraph {paragraph} of story {article} tells how the old {subject} came to be mended again, \
         who paid for it in the end and what the neighbors had to say about the noise."
    )
}

/// An article of lines: `#` begins a heading, `>` a block that is linked as a whole, `*` its own paragraph.
fn article(number: usize, lines: &[&str]) -> Article {
    let mut article = Article::default();
    for (at, line) in lines.iter().enumerate() {
        let (sign, rest) = line.split_at(line.chars().next().map_or(0, char::len_utf8));
        article.body.push(match sign {
            "#" => Block::heading(2, rest),
            "*" => Block::text(BlockKind::Paragraph, own(number, at)),
            ">" => {
                article
                    .links
                    .push(Link { url: format!("https://paper.example/{rest}"), text: rest.to_owned() });
                Block::text(BlockKind::Paragraph, rest)
            }
            _ => Block::text(BlockKind::Paragraph, *line),
        });
    }
    article.text = article.body.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n\n");
    article.words = crate::text::words(&article.text);
    article
}

/// What is left of the article when it is shown after the others.
fn shown(memory: &mut SiteMemory, article: &Article) -> Article {
    let mut left = article.clone();
    memory.learn(&left);
    memory.clear(&mut left, || None);
    left
}

/// Shows as many articles as said that have these lines, and gives what went from the last, by its place.
fn gone(articles: usize, lines: &[&str]) -> Vec<usize> {
    let mut memory = SiteMemory::default();
    let mut gone = Vec::new();
    for number in 0..articles {
        let article = article(number, lines);
        let left = shown(&mut memory, &article);
        gone = (0..lines.len()).filter(|at| !left.body.contains(&article.body[*at])).collect();
    }
    gone
}

const SIGN_UP: &str = ">Get the morning letter from our newsroom.";
const SENTENCE: &str = "No one was hurt, and the road was open again by noon.";

#[test]
fn furniture_goes_and_text_stays() {
    let cases: [(&str, &[&str], &[usize]); 13] = [
        ("a linked line", &["*", SIGN_UP, "*"], &[1]),
        ("a label at the end", &["*", "*", "E-mail"], &[2]),
        ("a sentence", &["*", SENTENCE, "*"], &[]),
        ("a sentence at the end", &["*", "*", SENTENCE], &[]),
        ("a sentence over furniture", &["*", "*", SENTENCE, SIGN_UP], &[3]),
        ("a sentence under furniture", &["*", "*", SIGN_UP, SENTENCE], &[2]),
        ("a sentence between furniture", &["*", "*", "E-mail", SENTENCE, SIGN_UP], &[2, 3, 4]),
        ("a crosshead", &["*", "#Background", "*"], &[]),
        ("a crosshead over a sentence", &["*", "#Damage", SENTENCE], &[]),
        (
            "a headed box",
            &["*", "#The letter", "Once a day, what you should know.", "E-mail", "*"],
            &[1, 2, 3],
        ),
        ("a heading under furniture", &["*", "E-mail", "#Background", "*"], &[1]),
        ("a byline over the text", &["Jo Marsh – Harbor desk", "*", "*"], &[]),
        ("a linked byline", &[">Jo Marsh", "*", "*"], &[]),
    ];
    for (name, lines, wanted) in cases {
        assert_eq!(gone(8, lines), wanted, "{name}");
        assert_eq!(gone(3, lines), wanted, "{name}, the third");
        for few in [1, 2] {
            assert_eq!(gone(few, lines), Vec::<usize>::new(), "{name}, {few} pages");
        }
    }
}

#[test]
fn what_seldom_stands_on_a_page_stays() {
    let mut memory = SiteMemory::default();
    for number in 0..30 {
        let lines: &[&str] = if number % 3 == 0 { &["*", "*", SIGN_UP] } else { &["*", "*", "*"] };
        let article = article(number, lines);
        let left = shown(&mut memory, &article);
        assert_eq!(left, article, "{number}");
    }
}

#[test]
fn one_article_counts_once() {
    let lines = ["*", "*", "*", SIGN_UP];
    let first = article(0, &lines);
    let mut grown = first.clone();
    grown.title = "Another headline".to_owned();
    grown.body.extend([
        Block::text(BlockKind::Paragraph, own(70, 1)),
        Block::text(BlockKind::Paragraph, own(70, 2)),
    ]);
    let mut edited = first.clone();
    edited.body[1].text = own(80, 1);
    let mut memory = SiteMemory::default();
    assert!(memory.learn(&first));
    for (name, same) in [("again", &first), ("grown", &grown), ("edited", &edited), ("again", &first)] {
        assert!(!memory.learn(same), "{name}");
        let mut left = same.clone();
        assert_eq!(memory.clear(&mut left, || None), 0, "{name}");
    }
    assert!(memory.learn(&article(1, &lines)) && memory.learn(&article(2, &lines)));
    assert_eq!(memory.clear(&mut first.clone(), || None), 1);
}

#[test]
fn what_is_known_of_an_article_and_what_a_rule_chose_stays() {
    let lines = ["*", SIGN_UP, "*", "E-mail"];
    let mut memory = SiteMemory::default();
    let all: Vec<Article> = (0..4).map(|number| article(number, &lines)).collect();
    for article in &all {
        memory.learn(article);
    }
    let mut published = all[3].clone();
    published.body.truncate(2);
    let mut left = all[3].clone();
    assert_eq!(memory.clear(&mut left, || Some(published)), 1);
    assert_eq!(left.body, all[3].body[..3]);
    let mut ruled = all[3].clone();
    ruled.provenance.insert("body".to_owned(), Provenance::from(Origin::Rule));
    assert_eq!(memory.clear(&mut ruled, || None), 0);
}

#[test]
fn text_words_links_and_warnings_follow_the_body() {
    let mut memory = SiteMemory::default();
    let left =
        (0..3).map(|number| shown(&mut memory, &article(number, &["*", SIGN_UP, "*"]))).last().unwrap();
    assert_eq!(left.text, format!("{}\n\n{}", own(2, 0), own(2, 2)));
    assert_eq!(left.words, crate::text::words(&left.text));
    assert_eq!((left.links.as_slice(), left.warnings.as_slice()), (&[][..], &[WARNING.to_owned()][..]));
}

#[test]
fn an_article_that_is_mostly_furniture_is_left_alone() {
    let letters = "Get the letter. ".repeat(30);
    let lines = ["*", &format!(">{letters}"), &format!(">2 {letters}")];
    assert_eq!(gone(6, &lines), Vec::<usize>::new());
}

#[test]
fn memory_is_bounded_and_kept_as_bytes() {
    let mut memory = SiteMemory::default();
    for number in 0..200 {
        let lines: Vec<&str> = ["*"; 20].into_iter().chain([SIGN_UP]).collect();
        memory.learn(&article(number, &lines));
    }
    let bytes = memory.to_bytes();
    assert!(bytes.len() < 8192, "{}", bytes.len());
    assert_eq!(SiteMemory::from_bytes(&bytes), memory);
    let mut last = article(300, &["*", SIGN_UP, "*"]);
    assert_eq!(
        SiteMemory::from_bytes(&bytes).clear(&mut last, || None),
        1,
        "what stands on all pages is not forgotten"
    );
    for broken in [&bytes[..bytes.len() - 1], &bytes[..3], &[], &[9, 0, 0, 0, 0]] {
        assert_eq!(SiteMemory::from_bytes(broken), SiteMemory::default());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_memory(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let memory = SiteMemory::from_bytes(&bytes);
        prop_assert_eq!(SiteMemory::from_bytes(&memory.to_bytes()), memory);
    }

    #[test]
    fn text_is_never_lost_on_the_first_two_pages(
        lines in proptest::collection::vec("[#>*]?[a-z .]{0,12}", 1..12)
    ) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        prop_assert_eq!(gone(2, &lines), Vec::<usize>::new());
    }
}
