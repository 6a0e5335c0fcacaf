//! What is not the article's text: page furniture as whole elements, then lines within the body.

use super::{
    blocks::is_closed,
    hints::Hint,
    outline::{Cell, Line, Outline, share},
    scoring::is_prose,
};
use crate::{page::Tag, readers::article::byline, text};
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

/// Share of a page's running text that no furniture holds: an element with more is the page's frame, whatever
/// its name says.
const FURNITURE_MAX: f32 = 0.3;
/// The same for what readers wrote, which is often more than the article.
const COMMENTS_MAX: f32 = 0.85;

/// Which lines stand outside all furniture.
pub(super) fn live_lines(outline: &Outline<'_>) -> Vec<bool> {
    let mut live = vec![true; outline.lines.len()];
    let weigh =
        |lines: &[Line]| lines.iter().filter(|line| is_prose(line)).map(|line| line.weight).sum::<u32>();
    let all = weigh(&outline.lines);
    let mut next = 0;
    while let Some(cell) = outline.cell(next) {
        let lines = outline.lines.get(cell.lines.clone()).unwrap_or_default();
        if !lines.is_empty() && share(weigh(lines), all) < furniture_max(outline, next, cell) {
            live.get_mut(cell.lines.clone()).unwrap_or_default().fill(false);
            next = cell.end;
        } else {
            next += 1;
        }
    }
    live
}

/// Which lines of a part of a page are its text: no furniture, captions, times and controls.
pub(super) fn lines_of_part(outline: &Outline<'_>) -> Vec<bool> {
    let mut live = live_lines(outline);
    if let Some(top) = outline.cell(0) {
        drop_roles(outline, top, &mut live);
        drop_controls(outline, top, &mut live);
    }
    live
}

/// Up to which share of the page's running text a cell is furniture; 0 where it is none.
fn furniture_max(outline: &Outline<'_>, index: usize, cell: &Cell<'_>) -> f32 {
    let is_text = cell.hint.has(Hint::DECLARED_BODY) || !cell.tag.is_block() || frames_post(outline, index);
    if is_text {
        0.0
    } else if cell.hint.has(Hint::COMMENTS) {
        COMMENTS_MAX
    } else if cell.hint.has(Hint::CHROME.or(Hint::HIDDEN)) {
        FURNITURE_MAX
    } else {
        0.0
    }
}

/// Whether a cell is the frame of one post of a social network, with nothing beside it.
fn frames_post(outline: &Outline<'_>, index: usize) -> bool {
    let Some(cell) = outline.cell(index).filter(|cell| cell.hint.has(Hint::CHROME)) else { return false };
    let inside = outline.cells.get(index..cell.end).unwrap_or_default();
    let mut posts = inside.iter().take(8).filter(|cell| is_post(cell));
    posts.next().is_some_and(|post| post.lines == cell.lines)
}

/// Drops from `live` the lines of the chosen cells that are no body text. `own_names` are the site's, folded.
pub(super) fn prune(
    outline: &Outline<'_>,
    chosen: &[usize],
    titles: &[&str],
    own_names: &[String],
    live: &mut [bool],
) {
    let titles: Vec<String> = titles.iter().map(|title| text::fold(title)).collect();
    for top in chosen {
        let Some(cell) = outline.cell(*top) else { continue };
        drop_link_blocks(outline, cell, live);
        drop_roles(outline, cell, live);
        drop_title(outline, cell, &titles, live);
        drop_controls(outline, cell, live);
        drop_head(outline, cell, own_names, live);
        drop_pointers(outline, cell, live);
        drop_cards(outline, *top, live);
    }
    drop_headless(outline, chosen, live);
    drop_printed_twice(outline, chosen, live);
}

/// Lists and boxes made of links.
fn drop_link_blocks(outline: &Outline<'_>, top: &Cell<'_>, live: &mut [bool]) {
    for index in top.lines.clone() {
        let Some(line) = outline.lines.get(index) else { continue };
        let is_links = line.link_share() > 0.8
            && line.weight < 200
            && !in_post(outline, line.cell)
            && !heads_text(outline, index);
        if is_links && let Some(live) = live.get_mut(index) {
            *live = false;
        }
    }
}

/// Weight of the paragraph under a heading, and of the text near it in the same box, from which on it is no teaser; so
/// many lines are near.
const HEADED_MIN: u32 = 100;
const BESIDE_MIN: u32 = 450;
const NEAR: usize = 20;

/// Whether a line is a heading, a link or not, over a paragraph of the text: both stand among others in one box.
fn heads_text(outline: &Outline<'_>, index: usize) -> bool {
    let line_and_cell = |index: usize| {
        let line = outline.lines.get(index)?;
        Some((line, outline.cell(line.cell)?))
    };
    let (Some((_, heading)), Some((next, under))) = (line_and_cell(index), line_and_cell(index + 1)) else {
        return false;
    };
    let is_over = heading.tag.heading_level().is_some()
        && under.tag == Tag::P
        && under.parent == heading.parent
        && next.weight >= HEADED_MIN
        && next.linked == 0;
    is_over && {
        let lines = outline.cell(heading.parent).map_or(0..0, |around| around.lines.clone());
        let near = lines.start.max(index.saturating_sub(NEAR))..lines.end.min(index + NEAR);
        let near = outline.lines.get(near).unwrap_or_default();
        near.iter().filter(|line| line.linked == 0).map(|line| line.weight).sum::<u32>() >= BESIDE_MIN
    }
}

/// Whether a line stands in a post of a social network.
pub(super) fn in_post(outline: &Outline<'_>, cell: usize) -> bool {
    post_around(outline, cell).is_some()
}

/// The post of a social network around a cell.
pub(super) fn post_around(outline: &Outline<'_>, cell: usize) -> Option<usize> {
    let mut around = outline.upward(cell).take(6);
    around.find(|(_, cell)| is_post(cell)).map(|(index, _)| index)
}

fn is_post(cell: &Cell<'_>) -> bool {
    cell.tag == Tag::BLOCKQUOTE && cell.hint.has(Hint::EMBED)
}

/// Bylines, dates, captions, labels and tags, where an element of little text is named so.
fn drop_roles(outline: &Outline<'_>, top: &Cell<'_>, live: &mut [bool]) {
    for index in top.lines.clone() {
        let Some(line) = outline.lines.get(index).filter(|line| !in_post(outline, line.cell)) else {
            continue;
        };
        let is_role = is_labelled(outline, top, line)
            || is_named(line)
            || is_time(outline, line)
            || is_beside_picture(outline, top, line);
        if is_role && let Some(live) = live.get_mut(index) {
            *live = false;
        }
    }
}

/// Whether the inline elements of a short line name it.
fn is_named(line: &Line) -> bool {
    line.hint.has(Hint::CAPTION) && line.weight < 300
}

/// Whether a line is a `time` element and nothing else.
fn is_time(outline: &Outline<'_>, line: &Line) -> bool {
    let inside = outline.cells.get(line.inner.clone()).unwrap_or_default();
    let time = inside.iter().find(|cell| cell.tag == Tag::TIME && line.weight < 90);
    time.is_some_and(|time| time.node.text() == text::normal(&line.text))
}

/// Whether a line stands with a picture in a small box of their own.
fn is_beside_picture(outline: &Outline<'_>, top: &Cell<'_>, line: &Line) -> bool {
    let inside = outline.upward(line.cell).take_while(|(_, cell)| cell.lines != top.lines).take(3);
    inside.map(|(index, _)| index).any(|index| is_picture_box(outline, index))
}

/// Whether a cell holds a picture and, after it, no more text than a caption.
pub(super) fn is_picture_box(outline: &Outline<'_>, index: usize) -> bool {
    let Some(cell) = outline.cell(index) else { return false };
    let lines = outline.lines.get(cell.lines.clone()).unwrap_or_default();
    let weight: u32 = lines.iter().map(|line| line.weight).sum();
    let inner = outline.cells.get(index + 1..cell.end).unwrap_or_default();
    let is_first = |inner: &Cell<'_>| inner.tag == Tag::IMG && inner.lines.start == cell.lines.start;
    // A picture in a figure has its caption there. Two paragraphs beside it are text, and so are two sentences in
    // paragraphs of their own beside any picture, and a sentence that begins at its side in one.
    let in_figure = |line: &Line| {
        outline.upward(line.cell).take_while(|(at, _)| *at > index).any(|(_, cell)| cell.tag == Tag::FIGURE)
    };
    let has_figure = cell.tag != Tag::FIGURE && inner.iter().any(|inner| inner.tag == Tag::FIGURE);
    let is_closed = |line: &Line| is_closed(&text::normal(&line.text));
    let is_paragraph = |line: &&Line| {
        outline.cell(line.cell).is_some_and(|cell| cell.tag == Tag::P)
            && (is_closed(line) || has_figure && !in_figure(line))
    };
    let is_at_side = |line: &Line| {
        let around = outline.cell(line.cell).filter(|cell| cell.tag == Tag::P && !line.after_break);
        let inside = around.and_then(|cell| outline.cells.get(line.cell..cell.end)).unwrap_or_default();
        inside.iter().any(|cell| cell.tag == Tag::IMG) && is_closed(line)
    };
    (4..160).contains(&weight)
        && inner.len() < 40
        && inner.iter().any(is_first)
        && lines.iter().filter(is_paragraph).count() < 2
        && !lines.iter().any(is_at_side)
}

fn is_labelled(outline: &Outline<'_>, top: &Cell<'_>, line: &Line) -> bool {
    let roles = Hint::BYLINE.or(Hint::DATE).or(Hint::CAPTION).or(Hint::TAGS);
    let inside = outline.upward(line.cell).take_while(|(_, cell)| cell.lines != top.lines);
    inside.take(4).any(|(_, cell)| {
        let lines = outline.lines.get(cell.lines.clone()).unwrap_or_default();
        let weight: u32 = lines.iter().map(|line| line.weight).sum();
        let is_small = weight < 160 || cell.hint.has(Hint::CAPTION) && weight < 600;
        (cell.hint.has(roles) || matches!(cell.tag, Tag::FIGURE | Tag::FIGCAPTION)) && is_small
    })
}

/// The headline printed again, in the body or under it.
fn drop_title(outline: &Outline<'_>, top: &Cell<'_>, titles: &[String], live: &mut [bool]) {
    for index in top.lines.clone() {
        let Some(line) = outline.lines.get(index).filter(|line| (4..400).contains(&line.weight)) else {
            continue;
        };
        let folded = text::fold(&text::normal(&line.text));
        if titles.contains(&folded)
            && let Some(live) = live.get_mut(index)
        {
            *live = false;
        }
    }
}

/// Labels that pages print between paragraphs, in matching form: names of icons, "advertisement" and what stands over
/// links to other stories in many languages.
const LABELS: &[&str] = &[
    "icon",
    "logo",
    "image",
    "img",
    "share",
    "print",
    "ad",
    "ads",
    "advert",
    "advertisement",
    "advertising",
    "sponsored",
    "anzeige",
    "werbung",
    "publicidad",
    "publicidade",
    "publicite",
    "publicité",
    "pubblicita",
    "pubblicità",
    "advertentie",
    "annonse",
    "annons",
    "reklama",
    "reklam",
    "реклама",
    "διαφημιση",
    "اعلان",
    "إعلان",
    "تبلیغات",
    "広告",
    "광고",
    "广告",
    "iklan",
    "quảng cáo",
    "story continues below",
    "continue reading",
    "read more",
    "watch now",
    "video",
    "read also",
    "also read",
    "see also",
    "related",
    "related stories",
    "lesen sie auch",
    "lire aussi",
    "a lire aussi",
    "à lire aussi",
    "lea también",
    "leia também",
    "leia mais",
    "leggi anche",
    "lees ook",
    "läs också",
    "les også",
    "læs også",
    "czytaj także",
    "czytaj też",
    "читайте также",
    "читайте також",
    "baca juga",
    "ayrıca oku",
    "اقرا ايضا",
    "اقرا المزيد",
    "اقراي ايضا",
    "طالع ايضا",
    "شاهد ايضا",
    "ذات صله",
    "اخبار ذات صله",
    "مواضيع ذات صله",
    "مقالات ذات صله",
    "بيشتر بخوانيد",
    "مطالب مرتبط",
];

/// Whether a line is a control of the page and no text: letter sizes, arrows, counters, names of icons.
pub(in crate::readers::article) fn is_control(line: &str) -> bool {
    let letters: Vec<char> = line.chars().filter(|letter| letter.is_alphanumeric()).take(16).collect();
    let sign = line.contains(['+', '-', '−', '–']);
    match letters.as_slice() {
        [] | ['A', 'a' | 'A'] => true,
        [only] => {
            (sign && line.chars().count() <= 4) || only.is_ascii_uppercase() && line.chars().count() <= 2
        }
        _ => {
            let folded = text::fold(line);
            // Labels may be counted: "Advertisement 2".
            let label = folded.trim_end_matches(|letter: char| !letter.is_alphabetic());
            LABELS.contains(&label)
        }
    }
}

/// Lines that only point elsewhere: a label with a colon, then nothing but a link.
fn drop_pointers(outline: &Outline<'_>, top: &Cell<'_>, live: &mut [bool]) {
    for index in top.lines.clone() {
        let Some(line) = outline.lines.get(index) else { continue };
        let label = line.text.find([':', '：', '|', '>', '»']).and_then(|at| line.text.get(..at));
        let is_pointer = label.is_some_and(|label| label.chars().count() < 32)
            && line.link_share() > 0.55
            && line.ends_linked;
        if is_pointer && let Some(live) = live.get_mut(index) {
            *live = false;
        }
    }
}

/// Byline and dateline printed over the first paragraph of the body.
fn drop_head(outline: &Outline<'_>, top: &Cell<'_>, own_names: &[String], live: &mut [bool]) {
    for index in top.lines.clone() {
        let Some(line) = outline.lines.get(index) else { continue };
        if live.get(index) != Some(&true) {
            continue;
        }
        if line.weight > 90 || outline.upward(line.cell).take(3).any(|(_, cell)| cell.tag == Tag::LI) {
            break;
        }
        let text = text::normal(&line.text);
        let is_head =
            is_clock_or_date(&text) || byline::is_byline(&text) || byline::is_dateline(&text, own_names);
        if is_head && let Some(live) = live.get_mut(index) {
            *live = false;
        }
    }
}

/// Whether a line is hardly more than a date or a clock time.
fn is_clock_or_date(line: &str) -> bool {
    let digits = line.chars().filter(|letter| letter.is_numeric()).count();
    let letters = line.chars().filter(|letter| letter.is_alphabetic()).count();
    let marks =
        line.chars().filter(|letter| matches!(letter, ':' | '/' | '.' | '-' | '|' | '年' | '月')).count();
    digits >= 4 && marks >= 2 && letters <= 24
}

/// Letter sizes, arrows, labels of advertisements.
fn drop_controls(outline: &Outline<'_>, top: &Cell<'_>, live: &mut [bool]) {
    for index in top.lines.clone() {
        let line = outline.lines.get(index).filter(|line| line.weight < 40 && !in_data(outline, line.cell));
        let is_control = line.is_some_and(|line| is_control(text::normal(&line.text).as_str()));
        if is_control && let Some(live) = live.get_mut(index) {
            *live = false;
        }
    }
}

/// Headings under which nothing is left: what they head is a list of links.
fn drop_headless(outline: &Outline<'_>, chosen: &[usize], live: &mut [bool]) {
    // The heading that waits for text, and the links under it.
    let mut waiting: Option<(usize, usize)> = None;
    let drop = |waiting: Option<(usize, usize)>, live: &mut [bool]| {
        let Some((heading, links)) = waiting else { return };
        let announces = outline.lines.get(heading).is_some_and(|line| line.text.trim_end().ends_with(':'));
        if (links >= 2 || links == 1 && announces)
            && let Some(live) = live.get_mut(heading)
        {
            *live = false;
        }
    };
    let lines = chosen.iter().filter_map(|index| outline.cell(*index)).flat_map(|cell| cell.lines.clone());
    for index in lines {
        let Some(line) = outline.lines.get(index) else { continue };
        let is_heading = is_heading(outline, line);
        if live.get(index) != Some(&true) {
            // What is dropped for another reason says nothing of its heading.
            let is_link = line.link_share() > 0.5;
            waiting = waiting.filter(|_| is_link).map(|(heading, links)| (heading, links + 1));
            continue;
        }
        if is_heading {
            drop(waiting, live);
        }
        waiting = is_heading.then_some((index, 0));
    }
    drop(waiting, live);
}

/// Whether a line is a heading or a label in bold that announces what follows.
fn is_heading(outline: &Outline<'_>, line: &Line) -> bool {
    let is_tagged = outline.upward(line.cell).take(3).any(|(_, cell)| cell.tag.heading_level().is_some());
    is_tagged || line.weight < 90 && line.is_bold() && line.text.trim_end().ends_with(':')
}

/// Short lines that the page repeats again and again: labels of advertisements and pictures. A body that rules chose may
/// well repeat a name, and has its labels removed by them.
pub(super) fn drop_repeated(outline: &Outline<'_>, chosen: &[usize], live: &mut [bool]) {
    let mut seen: HashMap<&str, Vec<usize>> = HashMap::new();
    for cell in chosen.iter().filter_map(|index| outline.cell(*index)) {
        for index in cell.lines.clone() {
            let line = outline.lines.get(index).filter(|line| line.weight < 60 && !is_answer(line));
            if let Some(line) = line.filter(|line| !in_data(outline, line.cell)) {
                seen.entry(line.text.trim()).or_default().push(index);
            }
        }
    }
    let mut repeated: Vec<usize> = seen.into_values().filter(|found| found.len() >= 3).flatten().collect();
    repeated.sort_unstable();
    for index in repeated {
        if let Some(live) = live.get_mut(index) {
            *live = false;
        }
    }
}

/// Weight of an answer that may be given more than once.
const ANSWER_MAX: u32 = 6;

/// Whether a line says no more than yes or no, as a sentence.
fn is_answer(line: &Line) -> bool {
    line.weight <= ANSWER_MAX
        && line.linked == 0
        && line.text.trim_end().ends_with(['.', '!', '?', '؟', '。', '۔'])
}

/// Weight from which on a line is a paragraph, which nobody writes twice.
const PARAGRAPH_MIN: u32 = 100;

/// Whole paragraphs printed again: the body in a second form for another program, a quote set apart.
fn drop_printed_twice(outline: &Outline<'_>, chosen: &[usize], live: &mut [bool]) {
    let mut seen = HashSet::new();
    for cell in chosen.iter().filter_map(|index| outline.cell(*index)) {
        for index in cell.lines.clone() {
            let line = outline.lines.get(index).filter(|line| line.weight >= PARAGRAPH_MIN);
            let line = line.filter(|line| !in_data(outline, line.cell));
            let (Some(line), Some(live)) = (line, live.get_mut(index)) else { continue };
            if *live {
                *live = seen.insert(text::normal(&line.text));
            }
        }
    }
    drop_digests(outline, chosen, live);
}

/// Weight within which a line may hold the article a second time, how many of the heaviest such lines and how
/// many lines before them are looked at: each of them is searched for in each.
const DIGEST: Range<u32> = 800..100_000;
const DIGESTS_MAX: usize = 3;
const PARTS_MAX: usize = 400;

/// Lines that are made of the lines before them: the whole text as data for a program.
fn drop_digests(outline: &Outline<'_>, chosen: &[usize], live: &mut [bool]) {
    let is_live = |index: &usize, live: &[bool]| live.get(*index) == Some(&true);
    let weight = |index: usize| outline.lines.get(index).map_or(0, |line| line.weight);
    let cells = chosen.iter().filter_map(|index| outline.cell(*index));
    let lines: Vec<usize> =
        cells.flat_map(|cell| cell.lines.clone()).filter(|index| is_live(index, live)).collect();
    let mut heavy: Vec<usize> =
        lines.iter().copied().filter(|index| DIGEST.contains(&weight(*index))).collect();
    heavy.sort_by_key(|index| std::cmp::Reverse(weight(*index)));
    for index in heavy.into_iter().take(DIGESTS_MAX) {
        let Some(line) = outline.lines.get(index) else { continue };
        let text = text::normal(&line.text);
        let before = lines.iter().take_while(|before| **before != index).take(PARTS_MAX);
        let parts =
            before.filter(|before| is_live(before, live)).filter_map(|before| outline.lines.get(*before));
        let held: u32 = parts
            .filter(|part| part.weight >= 30 && text.contains(text::normal(&part.text).as_str()))
            .map(|part| part.weight)
            .sum();
        if held.saturating_mul(10) >= line.weight.saturating_mul(6)
            && let Some(live) = live.get_mut(index)
        {
            *live = false;
        }
    }
}

/// Whether a line stands in a table or list, whose cells may well be equal.
fn in_data(outline: &Outline<'_>, cell: usize) -> bool {
    outline
        .upward(cell)
        .take(5)
        .any(|(_, cell)| matches!(cell.tag, Tag::TABLE | Tag::LI | Tag::DL | Tag::PRE))
}

/// Teasers of other stories: a heading that is a link as a whole, with the little text in its box.
fn drop_cards(outline: &Outline<'_>, top: usize, live: &mut [bool]) {
    let Some(cell) = outline.cell(top) else { return };
    let is_card = |line: &Line| {
        let is_heading =
            outline.upward(line.cell).take(2).any(|(_, cell)| cell.tag.heading_level().is_some());
        is_heading && line.link_share() > 0.7
    };
    let is_card =
        |index: &usize| outline.lines.get(*index).is_some_and(is_card) && !heads_text(outline, *index);
    let cards: Vec<usize> = cell.lines.clone().filter(is_card).collect();
    for index in &cards {
        let Some(line) = outline.lines.get(*index) else { continue };
        let is_alone = |lines: &Range<usize>| {
            let text = outline.lines.get(lines.clone()).unwrap_or_default();
            let weight = || text.iter().map(|line| line.weight).sum::<u32>();
            let before = |end: usize| cards.partition_point(|card| *card < end);
            // Few lines first: the boxes around are those of the whole page in the end.
            text.len() < 450 && before(lines.end) - before(lines.start) == 1 && weight() < 450
        };
        let around = outline.upward(line.cell).take_while(|(index, _)| *index != top);
        let boxed = around.map(|(_, cell)| &cell.lines).take_while(|lines| is_alone(lines)).last();
        let lines = boxed.cloned().unwrap_or(*index..*index + 1);
        live.get_mut(lines).unwrap_or_default().fill(false);
    }
}
