//! Two revisions of an article: whether an editor changed anything, and what.
//!
//! Pure: it is given both and knows nothing of files or of which is published. It owns what is noise, and only that:
//! counters, relative times, the time of the last change, advertisements, links to other articles, and typography. All
//! other differences are a revision.
//!
//! # Why
//! A revision that says nothing is a nuisance; one that was not made is a hole in the record. So noise is told by closed
//! lists and whole parts, a single word that is not on them makes it text, and a digit is never noise but in a counter or
//! a time of that kind. Spelling that a desk mends in passing (`الى`, `المدينه`) is noise only in words of a list without
//! names.
//!
//! Kinds are told by word lists and the place alone, more rather than fewer: a word that may be a name is told as one.

mod diff;
mod kinds;
mod lexicon;
mod noise;
mod words;

pub use kinds::Kind;

use crate::model::{Article, Block, BlockKind, Moment};
use diff::{Hunk, Line, Pair};
use kinds::Names;
use serde::Serialize;
use std::{collections::BTreeSet, ops::Range, time::Duration};
use words::Word;

/// What changed between two revisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Where, and what.
    pub kinds: BTreeSet<Kind>,
    /// The texts that differ, in reading order.
    pub edits: Vec<Edit>,
}

/// A part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The headline.
    Title,
    /// The byline.
    Byline,
    /// The time of publishing.
    Published,
    /// A block of the body.
    Block,
    /// The caption of a picture.
    Caption,
}

/// A text that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What it is.
    pub part: Part,
    /// Its number in the older revision, from 0; `None` where it is new.
    pub before: Option<usize>,
    /// Its number in the newer one; `None` where it is gone.
    pub after: Option<usize>,
    /// All of it, by words.
    pub words: Vec<Run>,
}

/// Words in a row that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Which of that.
    pub what: What,
    /// The words as printed.
    pub text: String,
}

/// What became of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// They are in both.
    Kept,
    /// They are in the older revision alone.
    Removed,
    /// They are in the newer one alone.
    Added,
}

impl Changes {
    /// Characters that came, and that went.
    pub fn characters(&self) -> (usize, usize) {
        let count = |what: What| {
            let runs = self.edits.iter().flat_map(|edit| &edit.words).filter(move |run| run.what == what);
            runs.map(|run| run.text.chars().count()).sum()
        };
        (count(What::Added), count(What::Removed))
    }
}

/// What changed from one revision to the next; `None` where it is noise alone, or nothing.
pub fn compare(before: &Article, after: &Article) -> Option<Changes> {
    let (old, new) = (Texts::of(before), Texts::of(after));
    let mut names = Names::default();
    for line in [&old, &new]
        .into_iter()
        .flat_map(|texts| texts.body.iter().chain(&texts.captions).chain(&texts.byline))
    {
        names.learn(&line.words);
    }
    let mut changes = Changes::default();
    let mut compared = Compared { names, changes: &mut changes };
    compared.line(Part::Title, old.title.first(), new.title.first());
    compared.line(Part::Byline, old.byline.first(), new.byline.first());
    compared.published(before, after);
    compared.body(&old, &new);
    compared.captions(&old.captions, &new.captions);
    (!changes.edits.is_empty()).then_some(changes)
}

/// The texts of an article without noise.
struct Texts<'a> {
    title: Vec<Line<'a>>,
    byline: Vec<Line<'a>>,
    body: Vec<Line<'a>>,
    /// For each block of the article whether it leads.
    leads: Vec<bool>,
    /// For each block of the article whether it is a quotation.
    quotes: Vec<bool>,
    captions: Vec<Line<'a>>,
}

impl<'a> Texts<'a> {
    fn of(article: &'a Article) -> Self {
        let line = |number, text: &'a str, noise: &[Range<usize>]| {
            let words = words::words(text, noise);
            (!words.is_empty()).then_some(Line { number, text, words })
        };
        let byline = article.byline.as_deref().unwrap_or_default();
        let blocks = article.body.iter().zip(noise::in_body(article)).zip(0..);
        let body: Vec<Line<'_>> = blocks
            .filter(|((block, _), _)| block.kind != BlockKind::Image)
            .filter_map(|((block, noise), number)| line(number, &block.text, &noise?))
            .collect();
        let captions = article.images.iter().zip(0..);
        let leads = leads(article, &body);
        Self {
            title: line(0, &article.title, &[]).into_iter().collect(),
            byline: line(0, byline, &noise::in_byline(byline)).into_iter().collect(),
            leads,
            quotes: article.body.iter().map(|block| block.kind == BlockKind::Quote).collect(),
            body,
            captions: captions
                .filter_map(|(image, number)| line(number, image.caption.as_deref()?, &[]))
                .collect(),
        }
    }

    fn is_lead(&self, line: &Line<'_>) -> bool {
        self.leads.get(line.number).copied().unwrap_or_default()
    }

    fn is_quote(&self, line: &Line<'_>) -> bool {
        self.quotes.get(line.number).copied().unwrap_or_default()
    }
}

/// For each block whether it leads: a standfirst, and the first paragraph that is no note.
fn leads(article: &Article, body: &[Line<'_>]) -> Vec<bool> {
    let kind = |line: &&Line<'_>| article.body.get(line.number).map(|block: &Block| block.kind);
    let first = body.iter().find(|line| kind(line) == Some(BlockKind::Paragraph) && !kinds::is_note(line));
    let first = first.map(|line| line.number);
    let blocks = article.body.iter().zip(0..);
    blocks.map(|(block, number)| block.kind == BlockKind::Standfirst || Some(number) == first).collect()
}

/// A time told from the moment of reading is no more exact than this where it goes far back.
const DAY: Duration = Duration::from_hours(24);

struct Compared<'a> {
    names: Names,
    changes: &'a mut Changes,
}

impl Compared<'_> {
    fn tell(&mut self, kinds: impl IntoIterator<Item = Kind>) {
        self.changes.kinds.extend(kinds);
    }

    /// Notes that a text changed.
    fn changed(&mut self, part: Part, old: &Line<'_>, new: &Line<'_>, hunks: &[Hunk]) {
        for hunk in hunks {
            let kinds = kinds::of_hunk(&old.words, &new.words, hunk, &self.names);
            self.tell(kinds);
        }
        let words = runs(old, new, hunks);
        self.changes.edits.push(Edit { part, before: Some(old.number), after: Some(new.number), words });
    }

    /// Notes that a text came or went.
    fn alone(&mut self, part: Part, line: &Line<'_>, what: What) {
        let words = vec![Run { what, text: line.text.to_owned() }];
        let (before, after) =
            if what == What::Removed { (Some(line.number), None) } else { (None, Some(line.number)) };
        self.changes.edits.push(Edit { part, before, after, words });
    }

    /// A text of which there is one.
    fn line(&mut self, part: Part, old: Option<&Line<'_>>, new: Option<&Line<'_>>) {
        match (old, new) {
            (Some(old), Some(new)) => {
                let hunks = diff::hunks(&old.words, &new.words);
                if hunks.is_empty() {
                    return;
                }
                let is_note = part == Part::Title && kinds::is_note(old) != kinds::is_note(new);
                self.tell(is_note.then_some(Kind::CorrectionNote));
                self.changed(part, old, new, &hunks);
            }
            (Some(line), None) => self.alone(part, line, What::Removed),
            (None, Some(line)) => self.alone(part, line, What::Added),
            (None, None) => return,
        }
        self.tell([if part == Part::Title { Kind::Headline } else { Kind::Attribution }]);
    }

    /// A time that is told from the moment of reading ("an hour ago") moves with each look.
    fn published(&mut self, before: &Article, after: &Article) {
        let is_relative = |article: &Article| {
            let raw = article.provenance.get("published").and_then(|from| from.raw.as_deref());
            raw.is_some_and(noise::is_relative)
        };
        let moved = match (before.published, after.published) {
            (Some(one), Some(other)) => one.at.duration_since(other.at).unsigned_abs(),
            (None, None) => return,
            (Some(_), None) | (None, Some(_)) => Duration::MAX,
        };
        let relative = [before, after].into_iter().filter(|article| is_relative(article)).count();
        let is_same = match relative {
            0 => moved.is_zero(),
            1 => moved < DAY,
            _ => moved < Duration::MAX,
        };
        if is_same {
            return;
        }
        let run = |what, time: Option<Moment>| time.map(|time| Run { what, text: time.to_rfc3339() });
        let words = run(What::Removed, before.published).into_iter().chain(run(What::Added, after.published));
        let number = |time: Option<Moment>| time.map(|_| 0);
        self.changes.edits.push(Edit {
            part: Part::Published,
            before: number(before.published),
            after: number(after.published),
            words: words.collect(),
        });
        self.tell([Kind::Date]);
    }

    fn body(&mut self, old: &Texts<'_>, new: &Texts<'_>) {
        let pairs = diff::pairs(&old.body, &new.body);
        let is_last = |line: &Line<'_>| new.body.last().is_some_and(|last| last.number == line.number);
        // Behind this block of the new revision there is nothing that was in the old one.
        let come: BTreeSet<usize> = pairs
            .iter()
            .filter_map(|pair| if let Pair::Come(line) = pair { Some(line.number) } else { None })
            .collect();
        let end = new.body.iter().rev().find(|line| !come.contains(&line.number)).map(|line| line.number);
        for pair in &pairs {
            match pair {
                Pair::Changed(before, after, hunks) => {
                    let is_lead = old.is_lead(before) || new.is_lead(after);
                    let place = if is_lead { Kind::Lead } else { Kind::Body };
                    self.tell(
                        hunks
                            .iter()
                            .map(|hunk| passage(before, after, hunk, is_last(after)).unwrap_or(place)),
                    );
                    self.tell(
                        (kinds::is_note(before) || kinds::is_note(after)).then_some(Kind::CorrectionNote),
                    );
                    self.tell((old.is_quote(before) || new.is_quote(after)).then_some(Kind::Quote));
                    self.changed(Part::Block, before, after, hunks);
                }
                Pair::Gone(line) => {
                    let is_moved = moved(line, &new.body);
                    let place = if is_moved { Kind::Body } else { Kind::Cut };
                    self.tell([place]);
                    self.whole(line, old, What::Removed);
                }
                Pair::Come(line) => {
                    let is_behind = end.is_some_and(|end| line.number > end);
                    let place = if new.is_lead(line) {
                        Kind::Lead
                    } else if is_behind && !moved(line, &old.body) {
                        Kind::Append
                    } else {
                        Kind::Body
                    };
                    self.tell([place]);
                    self.whole(line, new, What::Added);
                }
            }
        }
    }

    /// A block that came or went.
    fn whole(&mut self, line: &Line<'_>, texts: &Texts<'_>, what: What) {
        self.tell(kinds::is_note(line).then_some(Kind::CorrectionNote));
        self.tell(texts.is_quote(line).then_some(Kind::Quote));
        self.alone(Part::Block, line, what);
    }

    /// The order of pictures tells nothing.
    fn captions(&mut self, old: &[Line<'_>], new: &[Line<'_>]) {
        for pair in diff::pairs(old, new) {
            match pair {
                Pair::Changed(before, after, hunks) => self.changed(Part::Caption, before, after, &hunks),
                Pair::Gone(line) if !moved(line, new) => self.alone(Part::Caption, line, What::Removed),
                Pair::Come(line) if !moved(line, old) => self.alone(Part::Caption, line, What::Added),
                Pair::Gone(_) | Pair::Come(_) => continue,
            }
            self.tell([Kind::Image]);
        }
    }
}

/// Whether a text is among others with the same words.
fn moved(line: &Line<'_>, others: &[Line<'_>]) -> bool {
    let forms = |line: &Line<'_>| line.words.iter().map(|word| word.form.clone()).collect::<Vec<_>>();
    others.iter().any(|other| forms(other) == forms(line))
}

/// Fewer words than this are no passage.
const PASSAGE_MIN: usize = 4;

/// Whether an edit within a block takes a passage out, or adds one behind the last word.
fn passage(old: &Line<'_>, new: &Line<'_>, hunk: &Hunk, is_last: bool) -> Option<Kind> {
    let count = |words: Option<&[Word]>| {
        words.unwrap_or_default().iter().filter(|word| word.sort != words::Sort::Mark).count()
    };
    let gone = count(old.words.get(hunk.gone.clone()));
    let come = count(new.words.get(hunk.come.clone()));
    // The full stop at the end stays behind what is added.
    let is_end = hunk.come.end + 1 >= new.words.len();
    if gone > PASSAGE_MIN && come * 4 <= gone {
        Some(Kind::Cut)
    } else if is_last && is_end && gone == 0 && come >= PASSAGE_MIN {
        Some(Kind::Append)
    } else {
        None
    }
}

/// Two texts as one row of runs, words as printed with the marks between them.
fn runs(old: &Line<'_>, new: &Line<'_>, hunks: &[Hunk]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut push = |what, line: &Line<'_>, range: Range<usize>| {
        let place = |word: Option<&Word>| word.map(|word| word.place.clone());
        let start = place(line.words.get(range.start)).map_or(line.text.len(), |place| place.start);
        let end = place(line.words.get(range.end)).map_or(line.text.len(), |place| place.start);
        if range.start < range.end {
            runs.push(Run { what, text: line.text.get(start..end).unwrap_or_default().to_owned() });
        }
    };
    let mut at = 0;
    for hunk in hunks {
        push(What::Kept, new, at..hunk.come.start);
        push(What::Removed, old, hunk.gone.clone());
        push(What::Added, new, hunk.come.clone());
        at = hunk.come.end;
    }
    push(What::Kept, new, at..new.words.len());
    runs
}

#[cfg(test)]
mod tests;
