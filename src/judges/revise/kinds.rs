//! What kind of change an edit is.

use super::{
    diff::{Hunk, Line},
    lexicon::{
        is_ago, is_common, is_cue, is_date, is_given, is_name, is_number, is_saying, is_starter, is_timed,
    },
    words::{Sort, Word},
};
use crate::text;
use rustc_hash::FxHashSet;
use std::{collections::BTreeSet, sync::LazyLock};

/// What changed between two revisions: where, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The headline.
    Headline,
    /// The standfirst or the first paragraph.
    Lead,
    /// The text behind it.
    Body,
    /// A number, in digits or words.
    Number,
    /// The name of a person or place.
    Name,
    /// Who says it, the byline among it.
    Attribution,
    /// Words in quotation marks, or what is set in them.
    Quote,
    /// A date or a time of day, that of publishing among them.
    Date,
    /// The caption of a picture.
    Image,
    /// A note that tells of a correction, update or clarification.
    CorrectionNote,
    /// Text added behind the last.
    Append,
    /// Text taken out.
    Cut,
}

impl Kind {
    /// Its name in the event log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Headline => "headline",
            Self::Lead => "lead",
            Self::Body => "body",
            Self::Number => "number",
            Self::Name => "name",
            Self::Attribution => "attribution",
            Self::Quote => "quote",
            Self::Date => "date",
            Self::Image => "image",
            Self::CorrectionNote => "correction-note",
            Self::Append => "append",
            Self::Cut => "cut",
        }
    }
}

/// More words than this on one side alone are a passage: what is in it is not told one by one.
const PASSAGE_WORDS: usize = 8;
/// How far around an edit is looked for who says it.
const NEAR_WORDS: usize = 3;

/// The names that are known from two revisions.
#[derive(Debug, Default)]
pub(super) struct Names(FxHashSet<String>);

impl Names {
    /// Takes in those of a text that is no headline.
    pub(super) fn learn(&mut self, words: &[Word]) {
        for (at, word) in words.iter().enumerate().filter(|(_, word)| word.sort == Sort::Letters) {
            let is_named = if word.is_capital() {
                !is_start(words, at)
            } else {
                follows_cue(words, at) && is_uncased(word)
            };
            if is_named && !is_common(&word.folded) && !is_date(&word.folded) {
                self.0.insert(word.folded.clone());
            }
        }
    }

    /// Whether a word is a name where it stands.
    fn has(&self, words: &[Word], at: usize) -> bool {
        let Some(word) = words.get(at).filter(|word| word.sort == Sort::Letters) else { return false };
        let next = words.get(at + 1);
        if is_uncased(word) {
            return !is_common(&word.folded)
                && !is_saying(&word.folded)
                && (is_name(&word.folded) || self.0.contains(&word.folded) || follows_cue(words, at));
        }
        if !word.is_capital() || is_date(&word.folded) {
            return false;
        }
        let is_known = self.0.contains(&word.folded);
        if is_known || is_title_case(words) {
            return is_known;
        }
        let is_called = |next: &Word| next.is_capital() || is_saying(&next.folded);
        !is_start(words, at) || !is_starter(&word.folded) && next.is_some_and(is_called)
    }
}

/// Whether a word is of a script without capitals.
fn is_uncased(word: &Word) -> bool {
    word.form.chars().next().is_some_and(|c| !c.is_lowercase() && !c.is_uppercase())
}

/// Whether a word begins a sentence or a quotation.
fn is_start(words: &[Word], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|at| words.get(at)) else { return true };
    matches!(before.form.as_str(), "." | "!" | "?" | ":" | "\"" | "…" | "-")
}

/// Whether the word before is a title, or a name that this one goes on with; a word with the article may be the second
/// behind a title.
fn follows_cue(words: &[Word], at: usize) -> bool {
    let back = |by: usize| at.checked_sub(by).and_then(|at| words.get(at));
    let is_given = |before: &Word| is_uncased(before) && is_given(&before.folded);
    let has_article = words.get(at).is_some_and(|word| word.folded.starts_with("ال"));
    back(1).is_some_and(|before| is_cue(&before.folded) || is_given(before))
        || has_article && back(2).is_some_and(|before| is_cue(&before.folded))
}

/// Whether a text is a headline in capitals, which tell nothing.
fn is_title_case(words: &[Word]) -> bool {
    let long = |word: &&Word| word.sort == Sort::Letters && word.form.chars().count() > 3;
    let (all, capital) = words
        .iter()
        .filter(long)
        .fold((0, 0), |(all, capital), word| (all + 1, capital + usize::from(word.is_capital())));
    all > 3 && capital * 5 > all * 4
}

/// What kinds of things an edit changes.
pub(super) fn of_hunk(before: &[Word], after: &[Word], hunk: &Hunk, names: &Names) -> BTreeSet<Kind> {
    let gone = before.get(hunk.gone.clone()).unwrap_or_default();
    let come = after.get(hunk.come.clone()).unwrap_or_default();
    let mut kinds = BTreeSet::new();
    if in_quotes(before, hunk.gone.start)
        || in_quotes(after, hunk.come.start)
        || has_quotes(gone) != has_quotes(come)
    {
        kinds.insert(Kind::Quote);
    }
    if is_passage(gone, come) {
        return kinds;
    }
    let sides = [(before, gone, hunk.gone.start, come), (after, come, hunk.come.start, gone)];
    for (text, side, start, other) in sides {
        for (word, at) in side.iter().zip(start..).filter(|(word, _)| count(side, word) != count(other, word))
        {
            if is_number(&word.folded) {
                let is_date = is_in_date(text, at);
                kinds.extend((is_date || may_be_date(text, at)).then_some(Kind::Date));
                kinds.extend((!is_date).then_some(Kind::Number));
            } else if is_date(&word.folded) {
                kinds.insert(Kind::Date);
            } else if names.has(text, at) {
                kinds.insert(Kind::Name);
            }
            if is_saying(&word.folded) || is_letters(word) && is_said(text, start, side.len()) {
                kinds.insert(Kind::Attribution);
            }
        }
    }
    if sides.iter().any(|(text, side, start, _)| is_sign(text, side, start + side.len())) {
        kinds.insert(Kind::Number);
    }
    if is_misspelled_name(gone, come) {
        kinds.insert(Kind::Name);
    }
    kinds
}

/// Whether a whole passage came or went.
fn is_passage(gone: &[Word], come: &[Word]) -> bool {
    gone.is_empty() && come.len() > PASSAGE_WORDS || come.is_empty() && gone.len() > PASSAGE_WORDS
}

/// How often a word is in a side.
fn count(side: &[Word], word: &Word) -> usize {
    side.iter().filter(|other| other.form == word.form).count()
}

fn is_letters(word: &Word) -> bool {
    word.sort == Sort::Letters && !is_number(&word.folded) && !is_date(&word.folded)
}

/// Whether a word is said or written by someone who is named beside it.
fn is_said(text: &[Word], start: usize, length: usize) -> bool {
    let from = start.saturating_sub(NEAR_WORDS);
    let around = text
        .get(from..start)
        .into_iter()
        .chain(text.get(start + length..(start + length + 2).min(text.len())));
    around.flatten().any(|word| is_saying(&word.folded))
}

fn in_quotes(words: &[Word], at: usize) -> bool {
    words.iter().take(at).filter(|word| word.form == "\"").count() % 2 == 1
}

fn has_quotes(words: &[Word]) -> bool {
    words.iter().any(|word| word.form == "\"")
}

/// Whether a number is a part of a date or a time of day.
fn is_in_date(words: &[Word], at: usize) -> bool {
    let Some(word) = words.get(at) else { return false };
    let is_clock = word.sort == Sort::Number && word.form.contains([':', '/']);
    let tail = word.folded.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_timed_at =
        |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| is_timed(&word.folded));
    let is_month_at = |at: usize| words.get(at).is_some_and(|word| is_date(&word.folded));
    is_clock
        || matches!(tail, "am" | "pm")
        || is_timed_at(at.checked_sub(1))
        || is_month_at(at + 1)
        || words
            .get(at + 1)
            .is_some_and(|next| matches!(next.folded.as_str(), "am" | "pm" | "gmt" | "a" | "p"))
}

/// Whether a number may be a year, or counts back from the moment of writing.
fn may_be_date(words: &[Word], at: usize) -> bool {
    let is_year = |word: &Word| word.form.len() == 4 && matches!(word.form.get(..2), Some("19" | "20"));
    let around = words.iter().skip(at.saturating_sub(2)).take(5);
    words.get(at).is_some_and(is_year) || around.into_iter().any(|word| is_ago(&word.folded))
}

/// Whether the last word of a side is the sign of the number behind it.
fn is_sign(text: &[Word], side: &[Word], end: usize) -> bool {
    let is_sign = side.last().is_some_and(|word| matches!(word.form.as_str(), "-" | "+" | "±"));
    is_sign && text.get(end).is_some_and(|next| next.sort == Sort::Number)
}

/// Whether a single word became one that differs in one letter inside: in writing without capitals that may be a name.
fn is_misspelled_name(gone: &[Word], come: &[Word]) -> bool {
    let ([gone], [come]) = (gone, come) else { return false };
    let is_capital =
        gone.is_capital() && come.is_capital() && !is_starter(&gone.folded) && !is_starter(&come.folded);
    let (long, short): (Vec<char>, Vec<char>) = (gone.form.chars().collect(), come.form.chars().collect());
    let (long, short) = if long.len() < short.len() { (short, long) } else { (long, short) };
    let front = long.iter().zip(&short).take_while(|(one, other)| one == other).count();
    let back = long.iter().rev().zip(short.iter().rev()).take_while(|(one, other)| one == other).count();
    let is_one_letter = long.len() - short.len() <= 1 && front + back + 1 >= long.len();
    let is_word = is_letters(gone) && is_letters(come) && !is_common(&gone.folded);
    is_word && is_one_letter && (is_capital || is_uncased(gone) && front > 0 && back > 0 && short.len() > 2)
}

/// What a note begins with.
static NOTES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words = "correction|corrections|corrected|corrects|clarification|clarified|clarifies|editor's note|editors' note|update|updated|updates|retraction|تصحيح|تنويه|توضيح|تحديث|استدراك|تعديل|ملاحظة من المحرر|ملاحظة المحرر|تنويه من المحرر|اعتذار|düzeltme|güncelleme|اصلاحیه|اصلاح|исправлено|исправление|уточнение|поправка|обновлено|обновление";
    words.split('|').map(text::fold).collect()
});

/// What a note of an agency begins with.
const WIRE_NOTES: [&str; 6] = ["(corrects ", "(clarifies ", "(updates ", "(adds ", "(recasts ", "(removes "];

/// What a note says anywhere.
static TELLING: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words = "was corrected|been corrected|was amended|been amended|earlier version|previous version|an earlier headline|story has been updated|article has been updated|article was updated|story was updated|report has been updated|تم تصحيح|جرى تصحيح|تم تعديل|جرى تعديل|ورد خطأ|ورد بالخطأ|نسخة سابقة|نسخة سابقة من|صيغة سابقة|حدث هذا الخبر|تم تحديث هذا|جرى تحديث هذا|تعتذر عن الخطأ";
    words.split('|').map(text::fold).collect()
});

/// Whether a text tells of a correction: it begins with that word, set off from what follows, or says so.
pub(super) fn is_note(line: &Line<'_>) -> bool {
    let folded = text::fold(line.text);
    let begins = |note: &String| {
        let rest = folded.trim_start_matches(['(', '[', '*', '"', ' ']).strip_prefix(note.as_str());
        rest.is_some_and(is_set_off)
    };
    WIRE_NOTES.iter().any(|note| folded.starts_with(note))
        || NOTES.iter().any(begins)
        || TELLING.iter().any(|telling| folded.contains(telling.as_str()))
}

/// Whether what follows a word is set off from the text: by a mark, behind a number or date at most.
fn is_set_off(rest: &str) -> bool {
    let Some((head, _)) = rest.split_once([':', '-', '–', '—', ')', ']', '.']) else { return false };
    let is_time =
        |word: &str| is_number(word) || is_timed(word) || matches!(word, "" | "may" | "on" | "at" | "في");
    let words = || head.split([' ', ',', '،', '(']).filter(|word| !word.is_empty());
    let is_apart = head.is_empty() || head.starts_with([' ', ',', '،']);
    is_apart && words().count() <= 4 && words().all(is_time)
}
