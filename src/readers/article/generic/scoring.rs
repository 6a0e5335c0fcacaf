//! Which elements hold the body: paragraphs score for the elements around them.

use super::{
    head::Title,
    hints::Hint,
    outline::{Cell, Line, Outline, share},
};
use crate::page::Tag;
use std::ops::Range;

/// Shortest line that counts as prose.
const PROSE_MIN: u32 = 20;
/// How far up a paragraph's score reaches.
const REACH: usize = 6;

/// The cells that hold the body, in document order; none where the page has no text.
pub(super) fn choose(outline: &Outline<'_>, live: &[bool], title: Option<&Title>) -> Vec<usize> {
    let mut scores = scores(outline, live);
    prefer_titled(outline, live, title, &mut scores);
    let best = scores.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
    let Some((best, score)) = best.filter(|(_, score)| **score > 0.0) else { return Vec::new() };
    let top = climb(outline, live, &scores, best);
    let mut chosen = with_siblings(outline, live, &scores, top, *score);
    add_alike(outline, live, &scores, best, &mut chosen);
    chosen
}

/// The score of each cell.
fn scores(outline: &Outline<'_>, live: &[bool]) -> Vec<f32> {
    let mut scores = vec![0.0f32; outline.cells.len()];
    for (line, _) in outline.lines.iter().zip(live).filter(|(line, live)| **live && is_prose(line)) {
        let points = points(line);
        let holder = outline.cell(line.cell).map_or(line.cell, |cell| {
            if cell.holds_blocks || cell.tag == Tag::BODY { line.cell } else { cell.parent }
        });
        for (level, (index, _)) in outline.upward(holder).take(REACH).enumerate() {
            let divisor = match level {
                0 => 1.0,
                1 => 2.0,
                2 => 6.0,
                3 => 9.0,
                4 => 12.0,
                _ => 15.0,
            };
            if let Some(score) = scores.get_mut(index) {
                *score += points / divisor;
            }
        }
    }
    for (score, cell) in scores.iter_mut().zip(&outline.cells).filter(|(score, _)| **score > 0.0) {
        let (weight, linked) = weights(outline, live, cell.lines.clone());
        *score *= 1.0 - share(linked, weight);
        *score *= factor(cell.hint, cell.tag);
    }
    scores
}

/// What an element's name adds to its score.
fn factor(hint: Hint, tag: Tag) -> f32 {
    let named = if hint.has(Hint::DECLARED_BODY) {
        3.0
    } else if hint.has(Hint::BODY) || tag == Tag::ARTICLE {
        1.25
    } else {
        1.0
    };
    if hint.has(Hint::CHROME) { named * 0.5 } else { named }
}

/// Whether a line reads as running text.
pub(super) fn is_prose(line: &Line) -> bool {
    line.weight >= PROSE_MIN && line.link_share() < 0.5
}

#[expect(clippy::cast_precision_loss, reason = "a line's letters and commas are small numbers")]
fn points(line: &Line) -> f32 {
    let long = (line.weight as f32 / 80.0).min(4.0);
    let short = if line.weight < 60 { 0.3 } else { 1.0 };
    (1.0 + (line.commas as f32).min(8.0) + long) * short
}

/// Weight and linked weight of the live lines in a range.
pub(super) fn weights(outline: &Outline<'_>, live: &[bool], lines: Range<usize>) -> (u32, u32) {
    let lines_in = outline.lines.get(lines.clone()).unwrap_or_default();
    let live_in = live.get(lines).unwrap_or_default();
    let counted = lines_in.iter().zip(live_in).filter(|(_, live)| **live);
    counted.fold((0, 0), |(weight, linked), (line, _)| (weight + line.weight, linked + line.linked))
}

/// Weight of the running text in a cell.
fn prose(outline: &Outline<'_>, live: &[bool], index: usize) -> u32 {
    let Some(cell) = outline.cell(index) else { return 0 };
    let lines = outline.lines.get(cell.lines.clone()).unwrap_or_default();
    let live = live.get(cell.lines.clone()).unwrap_or_default();
    let counted = lines.iter().zip(live).enumerate().filter(|(at, (line, live))| {
        // Sentences may be broken by hand.
        let is_broken = || line.after_break || lines.get(at + 1).is_some_and(|next| next.after_break);
        **live && is_prose(line) && (line.weight >= 60 || line.weight >= 30 && is_broken())
    });
    counted.map(|(_, (line, _))| line.weight).sum()
}

/// Goes up while the element around holds clearly more running text and is not a page of teasers.
fn climb(outline: &Outline<'_>, live: &[bool], scores: &[f32], from: usize) -> usize {
    let score = |index: usize| scores.get(index).copied().unwrap_or_default();
    let mut top = from;
    let mut held = prose(outline, live, from);
    for (index, cell) in outline.upward(from).skip(1) {
        if matches!(cell.tag, Tag::BODY | Tag::HTML) {
            break;
        }
        let around = prose(outline, live, index);
        let is_richer = u64::from(around) * 10 > u64::from(held) * 12;
        if is_richer && score(index) > score(from) * 0.33 {
            top = index;
            held = around;
        }
    }
    top
}

/// The chosen cell with those siblings that carry the text on.
fn with_siblings(outline: &Outline<'_>, live: &[bool], scores: &[f32], top: usize, best: f32) -> Vec<usize> {
    let Some(cell) = outline.cell(top) else { return Vec::new() };
    let threshold = (best * 0.2).max(8.0);
    let mut chosen = Vec::new();
    let mut next = cell.parent + 1;
    let end = outline.cell(cell.parent).map_or(0, |parent| parent.end);
    if top == 0 {
        return vec![0];
    }
    while next < end {
        let Some(sibling) = outline.cell(next) else { break };
        let score = scores.get(next).copied().unwrap_or_default();
        let bonus = if is_alike(sibling, cell) { best * 0.2 } else { 0.0 };
        let is_paragraph = sibling.tag == Tag::P && {
            let (weight, linked) = weights(outline, live, sibling.lines.clone());
            weight > 60 && share(linked, weight) < 0.25
        };
        if next == top || score + bonus >= threshold || is_paragraph {
            chosen.push(next);
        }
        next = sibling.end;
    }
    chosen
}

/// Whether two cells are built from one template: the same element with classes of which most are common.
fn is_alike(one: &Cell<'_>, other: &Cell<'_>) -> bool {
    if one.tag != other.tag {
        return false;
    }
    let (Some(mine), Some(theirs)) = (one.node.attribute("class"), other.node.attribute("class")) else {
        return false;
    };
    if mine == theirs {
        return !mine.trim_ascii().is_empty();
    }
    let classes = |class| str::split_ascii_whitespace(class).take(24);
    let common = classes(mine).filter(|class| classes(theirs).any(|other| other == *class)).count();
    common > 0 && common * 2 >= classes(mine).count().min(classes(theirs).count())
}

/// Adds what is built like the best cell elsewhere on the page: bodies that advertisements cut in parts.
fn add_alike(outline: &Outline<'_>, live: &[bool], scores: &[f32], best: usize, chosen: &mut Vec<usize>) {
    let Some(model) = outline.cell(best) else { return };
    let class = model.node.attribute("class").filter(|class| !class.trim().is_empty());
    if class.is_none() || matches!(model.tag, Tag::LI | Tag::TD | Tag::ARTICLE) {
        return;
    }
    let score = |index: usize| scores.get(index).copied().unwrap_or_default();
    let article = article_of(outline, best);
    // Ranges of lines in order, none in another; what is added follows in order, too.
    let covered: Vec<_> =
        chosen.iter().filter_map(|index| outline.cell(*index)).map(|cell| cell.lines.clone()).collect();
    let mut last = 0..0;
    for (index, cell) in outline.cells.iter().enumerate() {
        let lines = &cell.lines;
        let meets = |other: &Range<usize>| lines.start < other.end && other.start < lines.end;
        let is_covered = || {
            let at = covered.partition_point(|other| other.end <= lines.start);
            covered.get(at).is_some_and(meets)
        };
        if score(index) > score(best) * 0.1
            && is_alike(cell, model)
            && !meets(&last)
            && !is_covered()
            && article_of(outline, index) == article
            && prose(outline, live, index) > 150
        {
            last = lines.clone();
            chosen.push(index);
        }
    }
    chosen.sort_unstable();
}

/// Of several articles on a page, the one that the headline stands in is meant.
fn prefer_titled(outline: &Outline<'_>, live: &[bool], title: Option<&Title>, scores: &mut [f32]) {
    let Some(line) = title.and_then(|title| outline.lines.get(title.line)) else { return };
    let article = outline.upward(line.cell).find(|(_, cell)| cell.tag == Tag::ARTICLE);
    let Some((index, article)) = article.filter(|(index, _)| prose(outline, live, *index) > 600) else {
        return;
    };
    for (other, score) in scores.iter_mut().enumerate() {
        let is_inside = (index..article.end).contains(&other);
        let is_around = outline.cell(other).is_some_and(|cell| other < index && cell.end >= article.end);
        if !is_inside && !is_around {
            *score *= 0.4;
        }
    }
}

/// The `article` element around a cell.
fn article_of(outline: &Outline<'_>, index: usize) -> Option<usize> {
    outline.upward(index).find(|(_, cell)| cell.tag == Tag::ARTICLE).map(|(index, _)| index)
}
