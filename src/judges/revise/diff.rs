//! What is gone and what has come between two texts and two lists of texts, by words.

use super::words::{self, Word};
use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::{collections::BTreeMap, ops::Range};

/// Two texts are one that was edited where they share this much of their words; one that stands alone in its place is the
/// other already where they share less.
const SHARED_MIN: f64 = 0.4;
const SHARED_ALONE_MIN: f64 = 0.2;

/// How many texts further on an edited one is looked for.
const AHEAD_MAX: usize = 24;

/// A text that is compared.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Its number in its list.
    pub(super) number: usize,
    pub(super) text: &'a str,
    pub(super) words: Vec<Word>,
}

impl Line<'_> {
    fn forms(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.form.as_str()).collect()
    }
}

/// A place where two texts differ: the words that are gone and those in their stead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    pub(super) gone: Range<usize>,
    pub(super) come: Range<usize>,
}

/// How two texts of two lists belong together.
#[derive(Debug)]
pub(super) enum Pair<'a> {
    /// It is there in both, edited.
    Changed(&'a Line<'a>, &'a Line<'a>, Vec<Hunk>),
    /// It is gone.
    Gone(&'a Line<'a>),
    /// It has come.
    Come(&'a Line<'a>),
}

/// The places where two texts differ. What is spelled in another way only is none.
pub(super) fn hunks(before: &[Word], after: &[Word]) -> Vec<Hunk> {
    let forms = |words: &[Word]| words.iter().map(|word| word.form.clone()).collect::<Vec<_>>();
    let mut hunks: Vec<Hunk> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &forms(before), &forms(after)) {
        let hunk = Hunk { gone: op.old_range(), come: op.new_range() };
        if matches!(op, DiffOp::Equal { .. }) || is_respelled(before, after, &hunk) {
            continue;
        }
        // A single word that stayed between two that did not belongs to one edit.
        match hunks.last_mut() {
            Some(last) if hunk.gone.start <= last.gone.end + 1 && hunk.come.start <= last.come.end + 1 => {
                last.gone.end = hunk.gone.end;
                last.come.end = hunk.come.end;
            }
            Some(_) | None => hunks.push(hunk),
        }
    }
    hunks
}

fn is_respelled(before: &[Word], after: &[Word], hunk: &Hunk) -> bool {
    let gone = before.get(hunk.gone.clone()).unwrap_or_default();
    let come = after.get(hunk.come.clone()).unwrap_or_default();
    gone.len() == come.len() && gone.iter().zip(come).all(|(gone, come)| words::is_respelled(gone, come))
}

/// How the texts of two lists belong together, in reading order; those that are the same are left out. A text that was
/// divided, or two that were joined, are the same where their words are.
pub(super) fn pairs<'a>(before: &'a [Line<'a>], after: &'a [Line<'a>]) -> Vec<Pair<'a>> {
    let mut numbers = FxHashMap::default();
    let mut number = |line: &Line<'_>| {
        let next = numbers.len();
        *numbers.entry(line.forms().join(" ")).or_insert(next)
    };
    let old: Vec<usize> = before.iter().map(&mut number).collect();
    let new: Vec<usize> = after.iter().map(&mut number).collect();
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let gone = before.get(op.old_range()).unwrap_or_default();
        let come = after.get(op.new_range()).unwrap_or_default();
        let is_same = || gone.iter().flat_map(Line::forms).eq(come.iter().flat_map(Line::forms));
        if !matches!(op, DiffOp::Equal { .. }) && !is_same() {
            pair(gone, come, &mut pairs);
        }
    }
    pairs
}

/// Pairs what stands in one place before and after.
fn pair<'a>(gone: &'a [Line<'a>], come: &'a [Line<'a>], pairs: &mut Vec<Pair<'a>>) {
    let least = if gone.len() == 1 && come.len() == 1 { SHARED_ALONE_MIN } else { SHARED_MIN };
    let mut rest = come.iter();
    for old in gone {
        let shares = rest.as_slice().iter().take(AHEAD_MAX).map(|new| shared(old, new)).zip(0..);
        let best = shares.max_by(|(one, at), (other, than)| one.total_cmp(other).then(than.cmp(at)));
        let Some((_, at)) = best.filter(|(share, _)| *share >= least) else {
            pairs.push(Pair::Gone(old));
            continue;
        };
        pairs.extend(rest.by_ref().take(at).map(Pair::Come));
        if let Some(new) = rest.next() {
            let hunks = hunks(&old.words, &new.words);
            if !hunks.is_empty() {
                pairs.push(Pair::Changed(old, new, hunks));
            }
        }
    }
    pairs.extend(rest.map(Pair::Come));
}

/// The share of their words that two texts have in common, 0 to 1.
fn shared(one: &Line<'_>, other: &Line<'_>) -> f64 {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in &one.words {
        *counts.entry(&word.folded).or_default() += 1;
    }
    let mut common = 0u32;
    for word in &other.words {
        if let Some(count) = counts.get_mut(word.folded.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    let all = u32::try_from(one.words.len() + other.words.len()).unwrap_or(u32::MAX);
    if all == 0 { 1.0 } else { f64::from(2 * common) / f64::from(all) }
}
