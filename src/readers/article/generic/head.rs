//! What stands around the body: headline, kicker, datelines, byline, standfirst, captions.

use super::{
    blocks::is_closed,
    hints::Hint,
    outline::{Line, Outline, weigh},
    prune,
};
use crate::{
    page::Tag,
    readers::article::{byline, structured::Declared},
    text,
};

/// Lines looked at before the headline.
const BEFORE: usize = 8;
/// Lines looked at between headline and body, at most.
const BETWEEN: usize = 60;

/// The head of an article as printed. Everything may be missing.
#[derive(Debug, Default)]
pub(in crate::readers::article) struct Head {
    /// Headline.
    pub(in crate::readers::article) title: Option<String>,
    /// Section label over it.
    pub(in crate::readers::article) kicker: Option<String>,
    /// What may be a time of publication, best first.
    pub(in crate::readers::article) datelines: Vec<String>,
    /// Byline.
    pub(in crate::readers::article) byline: Option<String>,
    /// The desk that wrote it and from where.
    pub(in crate::readers::article) desk: Option<String>,
    /// Lead printed outside of the body.
    pub(in crate::readers::article) standfirst: Option<String>,
    /// Captions printed over the body.
    pub(in crate::readers::article) captions: Vec<String>,
    /// The cell that the headline stands in.
    pub(super) cell: Option<usize>,
}

/// The headline that the page prints: where, and its text.
#[derive(Debug, Clone)]
pub(super) struct Title {
    /// Index of its line.
    pub(super) line: usize,
    /// In normal form.
    pub(super) text: String,
}

/// Letters by which a headline may differ from a declared title that reads the same: ligatures, signs of width.
const WEIGHT_SLACK: u32 = 4;

/// Finds the headline, by what the page declares and by its headings.
pub(super) fn title(outline: &Outline<'_>, declared: &Declared) -> Option<Title> {
    let is_h1 = |line: &Line| outline.upward(line.cell).take(4).any(|(_, cell)| cell.tag == Tag::H1);
    // Quick: pages have hundreds of lines, and few are as long as a title.
    let weights: Vec<u32> = declared.titles.iter().map(|said| weigh(&said.value).0).collect();
    let is_as_long = |line: &Line| weights.iter().any(|weight| weight.abs_diff(line.weight) <= WEIGHT_SLACK);
    let mut printed: Vec<Title> = Vec::new();
    let mut other: Vec<Title> = Vec::new();
    for (index, line) in outline.lines.iter().enumerate().filter(|(_, line)| line.weight <= 600) {
        let into = if is_h1(line) {
            &mut printed
        } else if is_as_long(line) {
            &mut other
        } else {
            continue;
        };
        into.push(Title { line: index, text: text::normal(&line.text) });
    }
    join_broken(outline, &mut printed);
    let said: Vec<_> = declared.titles.iter().map(|said| text::fold(&said.value)).collect();
    let agrees = |title: &&Title| {
        let folded = text::fold(&title.text);
        folded.chars().count() > 8 && said.iter().any(|said| *said == folded || said.starts_with(&folded))
    };
    let equals = |title: &&Title| said.contains(&text::fold(&title.text));
    let found = printed.iter().find(agrees).or_else(|| other.iter().find(equals));
    found.or(printed.first()).cloned()
}

/// A headline set in several lines is one.
fn join_broken(outline: &Outline<'_>, titles: &mut Vec<Title>) {
    let cell = |title: &Title| outline.lines.get(title.line).map(|line| line.cell);
    titles.dedup_by(|later, earlier| {
        let is_same = cell(later) == cell(earlier);
        if is_same {
            earlier.text = format!("{} {}", earlier.text, later.text);
        }
        is_same
    });
}

/// A line of the head with its place and part.
struct Spot<'o> {
    index: usize,
    line: &'o Line,
    text: String,
    hint: Hint,
}

impl Head {
    /// Reads the lines around the headline and before the body: `live` lines are the body's, `shown` ones stand
    /// outside of all furniture.
    pub(super) fn read(
        outline: &Outline<'_>,
        chosen: &[usize],
        title: Option<&Title>,
        declared: &Declared,
        (live, shown): (&[bool], &[bool]),
    ) -> Self {
        let in_body = |index: &usize| live.get(*index) == Some(&true);
        let lines =
            chosen.iter().filter_map(|index| outline.cell(*index)).flat_map(|cell| cell.lines.clone());
        let first = lines.clone().find(in_body).unwrap_or(outline.lines.len());
        let anchor = title.map_or(first, |title| title.line.min(first));
        let from = anchor.saturating_sub(BEFORE);
        let until = first.min(anchor + BETWEEN).max(anchor);
        let end = lines.last().map_or(until, |last| (last + 1).max(until));
        let spots = |range: std::ops::Range<usize>| -> Vec<Spot<'_>> {
            let spot = |index: usize| {
                let line = outline.lines.get(index)?;
                let hint =
                    outline.upward(line.cell).take(4).fold(line.hint, |hint, (_, cell)| hint.or(cell.hint));
                Some(Spot { index, line, text: text::normal(&line.text), hint })
            };
            range.filter_map(spot).collect()
        };
        let before = spots(from..anchor);
        let between = spots(anchor + usize::from(title.is_some())..until);
        let inside = spots(until..end);
        let mut head = Self { title: title.map(|title| title.text.clone()), ..Self::default() };
        head.cell = title.and_then(|title| outline.lines.get(title.line)).map(|line| line.cell);
        head.kicker = title.and_then(|title| kicker(outline, &before, title, shown));
        head.datelines = datelines(outline, &between, &before, &inside);
        head.byline = bylines(outline, &between, &inside, head.title.as_deref());
        head.desk = desk(&between, &inside, &declared.own_names);
        head.standfirst = standfirst(&between, &inside, title, declared);
        head.captions = captions(&between);
        head
    }
}

/// The short line over the headline, where it stands in the headline's own box or is named as a label.
fn kicker(outline: &Outline<'_>, before: &[Spot<'_>], title: &Title, shown: &[bool]) -> Option<String> {
    let title_cell = outline.lines.get(title.line)?.cell;
    let fits = |spot: &&Spot<'_>| {
        let is_short = spot.line.weight >= 2 && spot.line.weight <= 45;
        let other = Hint::DATE.or(Hint::BYLINE).or(Hint::CAPTION).or(Hint::HIDDEN);
        // The credit of a picture over the headline is no label, nor is that of a switch.
        let is_beside = outline
            .within(spot.line.cell, |cell| matches!(cell.tag, Tag::FIGURE | Tag::LABEL | Tag::PICTURE));
        is_short && !prune::is_control(&spot.text) && !spot.hint.has(other) && !is_beside
    };
    let is_near = |spot: &&Spot<'_>| {
        let shared = outline.upward(title_cell).skip(1).take(3);
        shared.filter(|(_, cell)| cell.tag != Tag::BODY).any(|(_, cell)| cell.lines.contains(&spot.index))
            && shown.get(spot.index) == Some(&true)
    };
    let nearest = before.iter().rev().take(3).filter(fits).filter(is_near);
    let named = nearest.clone().find(|spot| spot.hint.has(Hint::KICKER));
    named.or_else(|| nearest.clone().next()).map(|spot| spot.text.clone())
}

/// Machine-readable times first, then lines named as dates, then short lines with digits.
fn datelines(
    outline: &Outline<'_>,
    between: &[Spot<'_>],
    before: &[Spot<'_>],
    inside: &[Spot<'_>],
) -> Vec<String> {
    let mut found = Vec::new();
    let has_digit = |text: &str| text.contains(char::is_numeric);
    let near = || {
        between
            .iter()
            .chain(before.iter().rev())
            .chain(inside.iter().take(12))
            .chain(inside.iter().rev().take(6))
    };
    let short = |spot: &&Spot<'_>| spot.line.weight <= 90 && has_digit(&spot.text);
    for spot in near().filter(short).filter(|spot| spot.hint.has(Hint::DATE)) {
        found.push(spot.text.clone());
        found.extend(times(outline, spot));
    }
    found
        .extend(near().filter(short).filter(|spot| !spot.hint.has(Hint::DATE)).map(|spot| spot.text.clone()));
    let mut times: Vec<String> = Vec::new();
    for cell in
        outline.cells.iter().filter(|cell| cell.tag == Tag::TIME || cell.hint.has(Hint::DATE)).take(40)
    {
        let stamp = ["datetime", "content"].iter().find_map(|name| cell.node.attribute(name));
        let is_article = !outline.within(cell.parent, |cell| cell.hint.has(Hint::CHROME));
        times.extend(stamp.filter(|stamp| is_article && has_digit(stamp)).map(str::to_owned));
    }
    times.truncate(2);
    found.extend(times);
    found.truncate(24);
    found
}

/// The texts of the time elements in a line.
fn times(outline: &Outline<'_>, spot: &Spot<'_>) -> Vec<String> {
    let inside = outline.cells.get(spot.line.inner.clone()).unwrap_or_default();
    let dated = inside.iter().filter(|cell| cell.hint.has(Hint::DATE) && cell.tag != Tag::A).take(4);
    dated.map(|cell| cell.node.text()).filter(|text| text.contains(char::is_numeric)).collect()
}

/// The line that names who wrote it: named so by the page, else by its own words.
fn bylines(
    outline: &Outline<'_>,
    between: &[Spot<'_>],
    inside: &[Spot<'_>],
    title: Option<&str>,
) -> Option<String> {
    let fits = |text: &str| {
        let length = text.chars().count();
        (2..=140).contains(&length)
            && Some(text) != title
            && !prune::is_control(text)
            && !byline::is_bare(text)
    };
    let near = || between.iter().chain(inside.iter().take(8)).chain(inside.iter().rev().take(3));
    let is_named = |spot: &&Spot<'_>| {
        spot.hint.has(Hint::BYLINE) && spot.line.weight <= 120 && mostly_letters(&spot.text)
    };
    let named = near().filter(is_named).find_map(|spot| {
        let cells = outline.cells.get(spot.line.inner.clone()).unwrap_or_default();
        let own = cells.iter().find(|cell| cell.hint.has(Hint::BYLINE) && !cell.tag.is_block());
        let text =
            own.map(|cell| cell.node.text()).filter(|text| fits(text)).unwrap_or_else(|| spot.text.clone());
        fits(&text).then_some(text)
    });
    named.or_else(|| {
        let worded = near().find(|spot| spot.line.weight <= 100 && byline::is_byline(&spot.text));
        worded.map(|spot| spot.text.clone())
    })
}

/// The line that names the desk that wrote it and from where, under the headline or over the first paragraph.
fn desk(between: &[Spot<'_>], inside: &[Spot<'_>], own_names: &[String]) -> Option<String> {
    let mut near = between.iter().chain(inside.iter().take(8));
    near.find(|spot| byline::is_dateline(&spot.text, own_names)).map(|spot| spot.text.clone())
}

/// Whether letters outnumber digits by far.
fn mostly_letters(text: &str) -> bool {
    let digits = text.chars().filter(|letter| letter.is_numeric()).count();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    letters > 2 && digits * 3 < letters
}

/// The lead: the line that the page declares as its description, else one named so and long enough, else a
/// whole sentence right under the headline.
fn standfirst(
    between: &[Spot<'_>],
    inside: &[Spot<'_>],
    title: Option<&Title>,
    declared: &Declared,
) -> Option<String> {
    let title = title.map(|title| text::fold(&title.text));
    let description = declared.description.as_ref().map(|said| text::fold(&said.value));
    let odd = Hint::CAPTION.or(Hint::HIDDEN).or(Hint::BYLINE).or(Hint::COMMENTS);
    let fits = |spot: &&Spot<'_>| {
        spot.line.weight >= 40
            && spot.line.link_share() < 0.3
            && !spot.hint.has(odd)
            && title.as_deref() != Some(&text::fold(&spot.text))
    };
    let is_declared =
        |spot: &&Spot<'_>| description.as_deref().is_some_and(|said| says(said, &text::fold(&spot.text)));
    let is_lead = |spot: &&Spot<'_>| spot.hint.has(Hint::LEAD) && !spot.hint.has(Hint::CHROME);
    let is_sentence =
        |spot: &&Spot<'_>| spot.line.weight >= 70 && is_closed(&spot.text) && !spot.hint.has(Hint::CHROME);
    let fitting = || between.iter().filter(fits);
    let found = fitting().find(is_declared).or_else(|| fitting().find(is_lead));
    // Within the body only where it is both named and near its start.
    let within = || inside.iter().take(4).filter(fits).find(is_lead);
    let found = found.or_else(within).or_else(|| fitting().find(is_sentence))?;
    Some(whole(between, found))
}

/// A paragraph of which a line is one, its lines joined.
fn whole(spots: &[Spot<'_>], found: &Spot<'_>) -> String {
    let lines = spots.iter().filter(|spot| spot.line.cell == found.line.cell && spot.index >= found.index);
    let is_next = |(at, spot): &(usize, &Spot<'_>)| {
        spot.index == found.index + at && (*at == 0 || spot.line.after_break)
    };
    let lines: Vec<&str> =
        lines.enumerate().take_while(is_next).map(|(_, spot)| spot.text.as_str()).collect();
    if lines.is_empty() { found.text.clone() } else { lines.join(" ") }
}

/// Whether a description is a line or what is left of it where one of the two was cut.
fn says(description: &str, line: &str) -> bool {
    let bare = |text: &str| text.trim_end_matches(['.', '…', ' ']).to_owned();
    let (description, line) = (bare(description), bare(line));
    let is_long = description.chars().count().min(line.chars().count()) >= 40;
    description == line || is_long && (description.starts_with(&line) || line.starts_with(&description))
}

/// Captions between headline and body.
fn captions(between: &[Spot<'_>]) -> Vec<String> {
    let is_caption = |spot: &&Spot<'_>| spot.hint.has(Hint::CAPTION) && spot.line.weight >= 8;
    between.iter().filter(is_caption).map(|spot| spot.text.clone()).collect()
}
