//! How alike two texts are, and in what they differ.

use super::{
    days::Days,
    sketch::{SHINGLE, shingle},
    words::Word,
};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// Words of the beginning of a text.
const LEAD: usize = 60;
/// Words that may differ between two stretches that are the same.
const SLOT_MAX: usize = 8;

/// What two texts have in common, by parts of one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Likeness {
    /// The share of the shorter one's shingles that the other has.
    pub containment: f64,
    /// The same, with shingles weighing less that were seen on many days.
    pub weighted: f64,
    /// The same of the longer one.
    pub weighted_least: f64,
    /// The share of the beginning of the later one that the other has.
    pub lead: f64,
    /// The share of the beginning of the earlier one that the other has.
    pub lead_of_earlier: f64,
    /// Places, of 100 shared words, where a number stands for another.
    pub numbers: f64,
}

/// Compares a text with an earlier one.
pub fn compare(later: &[Word], earlier: &[Word], days: &Days, day: i64) -> Likeness {
    if later.len() < SHINGLE || earlier.len() < SHINGLE {
        return Likeness::default();
    }
    let index = Index::of(earlier);
    let ours: Vec<u64> = later.windows(SHINGLE).map(shingle).collect();
    let mut seen: Vec<bool> = vec![false; index.shingles.len()];
    let weigh = |wording: &u64| weight(days.count(*wording, day));
    let (mut shared, mut shared_weight, mut all_weight) = (0.0, 0.0, 0.0);
    let mut covered = vec![false; later.len()];
    for (place, wording) in ours.iter().enumerate() {
        let weight = weigh(wording);
        all_weight += weight;
        if let Some(there) = index.first.get(wording) {
            shared += 1.0;
            shared_weight += weight;
            covered.iter_mut().skip(place).take(SHINGLE).for_each(|word| *word = true);
            let mut at = Some(*there);
            while let Some(place) = at {
                let Some(seen) = seen.get_mut(place).filter(|seen| !**seen) else { break };
                *seen = true;
                at = index.next.get(place).copied().flatten();
            }
        }
    }
    let (mut back, mut back_weight, mut their_weight) = (0.0, 0.0, 0.0);
    let mut covered_there = vec![false; earlier.len()];
    for (place, (wording, seen)) in index.shingles.iter().zip(&seen).enumerate() {
        let weight = weigh(wording);
        their_weight += weight;
        if *seen {
            back += 1.0;
            back_weight += weight;
            covered_there.iter_mut().skip(place).take(SHINGLE).for_each(|word| *word = true);
        }
    }
    let (ours, theirs) = (count(ours.len()), count(index.shingles.len()));
    let aligned = align(later, earlier, &index);
    Likeness {
        containment: f64::max(shared / ours, back / theirs),
        weighted: f64::max(part(shared_weight, all_weight), part(back_weight, their_weight)),
        weighted_least: f64::min(part(shared_weight, all_weight), part(back_weight, their_weight)),
        lead: lead(&covered),
        lead_of_earlier: lead(&covered_there),
        numbers: 100.0 * part(count(aligned.numbers), count(aligned.words)),
    }
}

/// What a shingle weighs that was seen on so many other days: all up to two, then by the square.
fn weight(days: u32) -> f64 {
    let days = f64::from(days + 1);
    if days <= 3.0 { 1.0 } else { (3.0 / days) * (3.0 / days) }
}

fn lead(covered: &[bool]) -> f64 {
    let lead = covered.get(..LEAD.min(covered.len())).unwrap_or_default();
    part(count(lead.iter().filter(|word| **word).count()), count(lead.len()))
}

fn part(some: f64, all: f64) -> f64 {
    if all > 0.0 { some / all } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "texts are far shorter than 2^52 words")]
fn count(some: usize) -> f64 {
    some as f64
}

/// Where the shingles of a text stand.
struct Index {
    shingles: Vec<u64>,
    first: FxHashMap<u64, usize>,
    next: Vec<Option<usize>>,
}

impl Index {
    fn of(words: &[Word]) -> Self {
        let shingles: Vec<u64> = words.windows(SHINGLE).map(shingle).collect();
        let mut first = FxHashMap::with_capacity_and_hasher(shingles.len(), FxBuildHasher);
        let mut next = vec![None; shingles.len()];
        for (place, wording) in shingles.iter().enumerate().rev() {
            let before = first.insert(*wording, place);
            if let Some(next) = next.get_mut(place) {
                *next = before;
            }
        }
        Self { shingles, first, next }
    }
}

/// Two texts side by side.
#[derive(Default)]
struct Aligned {
    /// Words in shared stretches.
    words: usize,
    numbers: usize,
}

/// Walks through the later text along the earlier one.
fn align(later: &[Word], earlier: &[Word], index: &Index) -> Aligned {
    let mut aligned = Aligned::default();
    let mut here = 0;
    // Where the last shared stretch ended in both.
    let mut ended: Option<(usize, usize)> = None;
    while let Some(wording) = later.get(here..here + SHINGLE) {
        let Some(mut there) = index.first.get(&shingle(wording)).copied() else {
            here += 1;
            continue;
        };
        if let Some((_, end)) = ended {
            // Of several places the one that goes on.
            while there < end {
                let Some(next) = index.next.get(there).copied().flatten() else { break };
                there = next;
            }
        }
        if let Some((end_here, end_there)) = ended
            && there >= end_there
        {
            let (ours, theirs) = (here - end_here, there - end_there);
            if (1..=SLOT_MAX).contains(&ours) && (1..=SLOT_MAX).contains(&theirs) {
                let numbers = |words: Option<&[Word]>| -> Vec<Word> {
                    words.unwrap_or_default().iter().copied().filter(|word| word.is_number()).collect()
                };
                let (ours, theirs) =
                    (numbers(later.get(end_here..here)), numbers(earlier.get(end_there..there)));
                aligned.numbers += usize::from(!ours.is_empty() && !theirs.is_empty() && ours != theirs);
            }
        }
        let pairs = later.iter().skip(here).zip(earlier.iter().skip(there));
        let length = pairs.take_while(|(one, other)| one == other).count().max(1);
        aligned.words += length;
        here += length;
        ended = Some((here, there + length));
    }
    aligned
}
