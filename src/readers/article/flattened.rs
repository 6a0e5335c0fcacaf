//! The flattened text of a page: a line for each block, markup gone.
//!
//! The head ends where the first long line begins. In it, a line with a time is the dateline, a line printed
//! twice a caption, the longest line over the dateline the headline and the one above it the kicker.

use super::{
    Options, byline,
    generic::{Head, Reading, is_control},
    times,
};
use crate::{
    model::{Block, BlockKind, Image, Origin},
    text,
};

/// Letters from which on a line is a paragraph and not a label or crosshead.
const PARAGRAPH_MIN: usize = 90;
/// Letters up to which a line may be a crosshead.
const HEADING_MAX: usize = 80;

/// Reads head and body out of the lines of `text`.
pub(super) fn read(options: &Options<'_>, text: &str) -> Reading {
    let lines: Vec<String> = text.lines().map(text::normal).filter(|line| !line.is_empty()).collect();
    let is_paragraph =
        |line: &String| length(line) >= PARAGRAPH_MIN || (length(line) >= 50 && is_closed(line));
    let start = lines.iter().position(is_paragraph).unwrap_or(lines.len());
    let (before, body) = lines.split_at(start);
    let (head, images) = head(options, before);
    let body = without_controls(body).iter().map(|line| line.as_str()).collect::<Vec<_>>();
    Reading { head, images, body: blocks(&body), ..Reading::default() }
}

/// The lines before the body, each given its part.
fn head(options: &Options<'_>, before: &[String]) -> (Head, Vec<Image>) {
    let mut lines = without_controls(before);
    let mut head = Head::default();
    let dated = lines.iter().position(|line| times::read(options, line, Origin::Generic, None).is_some());
    let above = dated.unwrap_or(lines.len());
    let (over, under) = lines.split_at(above);
    let title = over.iter().enumerate().max_by_key(|(index, line)| (length(line), usize::MAX - index));
    if let Some((index, title)) = title {
        head.title = Some((*title).clone());
        head.kicker = index.checked_sub(1).and_then(|before| over.get(before)).map(|line| (*line).clone());
    }
    let mut rest: Vec<&String> = under.to_vec();
    if dated.is_some() && !rest.is_empty() {
        head.datelines = vec![rest.remove(0).clone()];
    }
    lines.clear();
    let captions = take_repeated(&mut rest);
    head.byline = rest.iter().find(|line| byline::is_byline(line)).map(|line| (*line).clone());
    let images = captions.into_iter().map(|caption| Image { caption: Some(caption), ..Image::default() });
    let images = images.collect();
    (head, images)
}

/// Takes out the lines printed twice in a row: a picture's description and its caption.
fn take_repeated(lines: &mut Vec<&String>) -> Vec<String> {
    let mut captions = Vec::new();
    for line in lines.iter() {
        let times = lines.iter().filter(|other| *other == line).count();
        if times > 1 && !captions.contains(*line) {
            captions.push((*line).clone());
        }
    }
    lines.retain(|line| !captions.contains(*line));
    captions
}

/// The lines without the page's controls, and without what stands between two of them.
fn without_controls(lines: &[String]) -> Vec<&String> {
    let is_label = |index: usize| {
        let at = |index: Option<usize>| {
            index.and_then(|index| lines.get(index)).is_some_and(|line| is_control(line))
        };
        at(index.checked_sub(1)) && at(index.checked_add(1))
    };
    let kept = lines
        .iter()
        .enumerate()
        .filter(|(index, line)| !is_control(line) && (length(line) >= 24 || !is_label(*index)));
    kept.map(|(_, line)| line).collect()
}

/// Paragraphs, and short lines without a full stop between them as crossheads.
fn blocks(lines: &[&str]) -> Vec<Block> {
    let long = |index: Option<usize>| {
        index
            .and_then(|index| lines.get(index))
            .is_some_and(|line| length(line) > HEADING_MAX || is_closed(line))
    };
    let block = |(index, line): (usize, &&str)| {
        let between = long(index.checked_sub(1)) && long(index.checked_add(1));
        if between && length(line) <= HEADING_MAX && !is_closed(line) {
            Block::heading(2, *line)
        } else {
            Block::text(BlockKind::Paragraph, *line)
        }
    };
    lines.iter().enumerate().map(block).collect()
}

fn length(line: &str) -> usize {
    line.chars().count()
}

/// Whether a line ends as a sentence does.
fn is_closed(line: &str) -> bool {
    let bare = line.trim_end_matches(['"', '”', '»', '\'', ')', '’', '“', '«', ']']);
    bare.ends_with(['.', '!', '?', '؟', '…', ':', '。', '！', '？', '।', '۔', ',', '،', ';', '؛'])
}
