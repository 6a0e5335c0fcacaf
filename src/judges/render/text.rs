//! Plain text of an article, to be read as it is: kicker, headline, dateline and byline, the blocks, the
//! captions of pictures beside them, the address; one blank line between.
//!
//! Nothing is escaped and nothing can be read back; times and texts of two directions stand on lines of
//! their own, so that no terminal or editor mixes them up.

use crate::model::{Article, Block, BlockKind, Completeness, Image, Moment, Precision, Status};

/// The text file of an article.
pub(super) fn text(article: &Article) -> String {
    let beside = article.images.iter().filter(|image| !is_in_body(article, image)).map(picture);
    let parts = article
        .kicker
        .iter()
        .cloned()
        .chain([article.title.clone(), header(article)])
        .chain(article.body.iter().map(block))
        .chain(beside)
        .chain([remarks(article), article.url.clone().unwrap_or_default()])
        .filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n") + "\n"
}

/// Place, time and byline, a line each; a byline says its place itself.
fn header(article: &Article) -> String {
    let authors = (!article.authors.is_empty()).then(|| article.authors.join(", "));
    let byline = article.byline.clone().or(authors);
    let is_said = |place: &String| byline.as_ref().is_some_and(|byline| byline.contains(place.as_str()));
    let place = article.place.clone().filter(|place| !is_said(place));
    let precision = article.provenance.get("published").and_then(|from| from.precision);
    let time = article.published.map(|published| time(published, precision));
    [place, time, byline].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// A time as exact as it is known, at most to the minute, in the publisher's zone.
fn time(moment: Moment, precision: Option<Precision>) -> String {
    let whole = moment.to_rfc3339();
    let (day, clock) = whole.split_once('T').unwrap_or((&whole, ""));
    if precision == Some(Precision::Day) {
        return day.to_owned();
    }
    let minutes = clock.get(..5).unwrap_or_default();
    let offset = clock.rfind(['+', '-']).and_then(|at| clock.get(at..)).unwrap_or_default();
    format!("{day} {minutes} {offset}")
}

fn block(block: &Block) -> String {
    match block.kind {
        BlockKind::Standfirst | BlockKind::Paragraph | BlockKind::Heading | BlockKind::Code => {
            block.text.clone()
        }
        BlockKind::Quote => quoted(&block.text),
        BlockKind::List => {
            let items = block.items.iter().map(|item| format!("- {}", item.replace('\n', "\n  ")));
            items.collect::<Vec<_>>().join("\n")
        }
        BlockKind::Table => {
            let rows = block.rows.iter().map(|cells| cells.join(" | ").replace('\n', " "));
            rows.collect::<Vec<_>>().join("\n")
        }
        BlockKind::Image => bracketed([Some(&block.text), None, block.url.as_ref()]),
        BlockKind::Embed => {
            let parts = [Some(&block.text), block.url.as_ref()];
            let parts = parts.into_iter().flatten().filter(|part| !part.is_empty()).map(|part| quoted(part));
            parts.collect::<Vec<_>>().join("\n")
        }
    }
}

/// Lines as they are quoted in letters.
fn quoted(text: &str) -> String {
    text.split('\n').map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

fn picture(image: &Image) -> String {
    bracketed([image.caption.as_ref(), image.credit.as_ref(), image.url.as_ref()])
}

/// What is known of a picture, a line each, in brackets.
fn bracketed(parts: [Option<&String>; 3]) -> String {
    let parts: Vec<&str> =
        parts.into_iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!("[{}]", parts.join("\n")) }
}

fn is_in_body(article: &Article, image: &Image) -> bool {
    image.url.is_some() && article.body.iter().any(|block| block.url == image.url)
}

/// What a reader has to know of the text as a whole.
fn remarks(article: &Article) -> String {
    let status = match article.status {
        Status::Removed => Some("[The publisher has taken this down.]"),
        Status::Current | Status::Moved => None,
    };
    let completeness = match article.completeness {
        Completeness::Full => None,
        Completeness::Partial => Some("[Only a part of the text could be had.]"),
        Completeness::Teaser => Some("[Only a summary could be had.]"),
    };
    [status, completeness].into_iter().flatten().collect::<Vec<_>>().join("\n")
}
