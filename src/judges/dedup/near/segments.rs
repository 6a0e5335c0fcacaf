//! Which texts have a key: the newest in lists, the others in sorted arrays, those further back with fewer keys.
//!
//! # Size
//! Of a text: 900 bytes among the newest 16,384 of a day, then 400, beyond the newest 32,768 texts 72.

use super::sketch::{BANDS, Keys, mix};
use std::collections::VecDeque;

/// What texts are found by.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    /// The keys of its sketch.
    pub(super) sketch: Option<Keys>,
    /// Its address.
    pub(super) url: Option<u32>,
    /// Its whole body.
    pub(super) body: Option<u32>,
}

/// The bands of address and body stand before those of the sketch.
pub(super) const URL: usize = 0;
pub(super) const BODY: usize = 1;
pub(super) const SKETCH: usize = 2;
const ALL: usize = SKETCH + BANDS;
/// Bands that are kept of texts further back: with ten of the sketch, 94 of 100 copies with half the wording are found.
const KEPT: usize = SKETCH + 10;
/// Texts of which the newest part is sealed.
const TAIL_MAX: u32 = 1 << 14;
/// Newest texts that keep all bands when they are sealed.
const WHOLE_MAX: usize = 2 << 14;
/// Texts of one key that are looked at, the newest.
const FOUND_MAX: usize = 64;

impl Marks {
    /// Its keys with their bands.
    fn each(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        let sketch = self.sketch.iter().flatten().enumerate().map(|(band, key)| (SKETCH + band, *key));
        let exact = [(URL, self.url), (BODY, self.body)].into_iter();
        exact.filter_map(|(band, key)| Some((band, key?))).chain(sketch)
    }
}

/// All texts of a window, by their keys.
#[derive(Debug, Default)]
pub(super) struct Segments {
    tail: Tail,
    /// The newest last.
    sealed: VecDeque<Segment>,
}

impl Segments {
    /// Adds a text of a day; numbers and days rise.
    pub(super) fn add(&mut self, number: u32, day: i64, marks: &Marks) {
        let is_full = number.wrapping_sub(self.tail.first) >= TAIL_MAX || day != self.tail.day;
        if is_full {
            self.seal();
            (self.tail.first, self.tail.day) = (number, day);
        }
        self.tail.add(number, marks);
    }

    fn seal(&mut self) {
        let tail = std::mem::take(&mut self.tail);
        if tail.keys.is_empty() {
            return;
        }
        self.sealed.push_back(Segment::of(&tail));
        let mut whole = 0;
        for segment in self.sealed.iter_mut().rev() {
            whole += segment.texts;
            if whole > WHOLE_MAX && segment.bands.len() > KEPT {
                segment.bands.truncate(KEPT);
                segment.bands.shrink_to_fit();
                segment.filter = Filter::of(&segment.bands);
            }
        }
    }

    /// Texts with a key, the newest first.
    pub(super) fn find(&self, band: usize, key: u32) -> impl Iterator<Item = u32> + '_ {
        let hash = hash(band, key.max(1));
        let having = self.sealed.iter().rev().filter(move |segment| segment.filter.may_have(hash));
        let sealed = having.flat_map(move |segment| segment.find(band, key));
        self.tail.find(band, key).chain(sealed).take(FOUND_MAX)
    }

    /// Forgets the texts before a day; gives the number of the first that is left, none where none is.
    pub(super) fn forget_before(&mut self, day: i64) -> Option<u32> {
        while self.sealed.front().is_some_and(|segment| segment.day < day) {
            self.sealed.pop_front();
        }
        if self.tail.day < day {
            self.tail = Tail::default();
        }
        let tail = (!self.tail.keys.is_empty()).then_some(self.tail.first);
        self.sealed.front().map(|segment| segment.first).or(tail)
    }
}

/// The newest texts: lists of nodes, linked from the newest to the oldest. A node is a band of a text.
#[derive(Debug, Default)]
struct Tail {
    first: u32,
    day: i64,
    /// A text's number and its keys, 0 for none.
    keys: Vec<(u32, [u32; ALL])>,
    /// The newest node of each list, counted from 1; 0 for none.
    heads: Vec<u32>,
    /// The next node of the list, for each node.
    next: Vec<u32>,
}

impl Tail {
    fn add(&mut self, number: u32, marks: &Marks) {
        let mut keys = [0; ALL];
        for (band, key) in marks.each() {
            if let Some(place) = keys.get_mut(band) {
                *place = key.max(1);
            }
        }
        self.keys.push((number, keys));
        if self.next.len() + ALL <= self.heads.len() {
            self.link(self.keys.len() - 1);
            return;
        }
        // Twice as many lists.
        self.heads = vec![0; (self.heads.len() * 2).max(1 << 12)];
        self.next.clear();
        (0..self.keys.len()).for_each(|place| self.link(place));
    }

    fn link(&mut self, place: usize) {
        let Some((_, keys)) = self.keys.get(place) else { return };
        for (band, key) in keys.iter().enumerate() {
            let node = u32::try_from(place * ALL + band + 1).unwrap_or_default();
            let list = list(self.heads.len(), band, *key);
            let head = self.heads.get_mut(list).filter(|_| *key != 0);
            self.next.push(head.map_or(0, |head| std::mem::replace(head, node)));
        }
    }

    fn find(&self, band: usize, key: u32) -> impl Iterator<Item = u32> + '_ {
        let key = key.max(1);
        let mut node = self.heads.get(list(self.heads.len(), band, key)).copied().unwrap_or_default();
        std::iter::from_fn(move || {
            while let Some(index) = usize::try_from(node).ok()?.checked_sub(1) {
                node = self.next.get(index).copied().unwrap_or_default();
                let (number, keys) = self.keys.get(index / ALL)?;
                if index % ALL == band && keys.get(band) == Some(&key) {
                    return Some(*number);
                }
            }
            None
        })
    }
}

fn list(lists: usize, band: usize, key: u32) -> usize {
    usize::try_from(hash(band, key)).unwrap_or_default() & (lists.max(1) - 1)
}

const fn hash(band: usize, key: u32) -> u64 {
    mix(key as u64 ^ ((band as u64) << 32))
}

/// Which keys are not in a segment, for most of them: one bit each, of at least eight a key.
#[derive(Debug, Default)]
struct Filter(Vec<u64>);

impl Filter {
    fn of(bands: &[Band]) -> Self {
        let keys: usize = bands.iter().map(|band| band.keys.len()).sum();
        let mut filter = Self(vec![0; (keys / 8).max(1).next_power_of_two()]);
        for (band, keys) in bands.iter().enumerate() {
            for key in &keys.keys {
                let (word, bit) = filter.place(hash(band, *key));
                filter.0.get_mut(word).into_iter().for_each(|word| *word |= bit);
            }
        }
        filter
    }

    /// The word and the bit in it of a hash.
    fn place(&self, hash: u64) -> (usize, u64) {
        (usize::try_from(hash >> 6).unwrap_or_default() & (self.0.len() - 1), 1 << (hash & 63))
    }

    fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// Texts of one day to which none is added any more.
#[derive(Debug)]
struct Segment {
    first: u32,
    day: i64,
    texts: usize,
    bands: Vec<Band>,
    filter: Filter,
}

/// The keys of a band in order, and whose they are: counted from the segment's first.
#[derive(Debug, Default)]
struct Band {
    keys: Vec<u32>,
    texts: Vec<u16>,
}

impl Segment {
    fn of(tail: &Tail) -> Self {
        let band = |band: usize| {
            let keyed = tail.keys.iter().filter_map(|(number, keys)| {
                let key = *keys.get(band)?;
                let text = u16::try_from(number.checked_sub(tail.first)?).ok()?;
                (key != 0).then_some((key, text))
            });
            let mut keyed: Vec<(u32, u16)> = keyed.collect();
            keyed.sort_unstable();
            let (keys, texts) = keyed.into_iter().unzip();
            Band { keys, texts }
        };
        let bands: Vec<Band> = (0..ALL).map(band).collect();
        let filter = Filter::of(&bands);
        Self { first: tail.first, day: tail.day, texts: tail.keys.len(), bands, filter }
    }

    fn find(&self, band: usize, key: u32) -> impl Iterator<Item = u32> + '_ {
        let texts = self.bands.get(band).map(|band| band.find(key.max(1))).unwrap_or_default();
        texts.iter().rev().map(|text| self.first + u32::from(*text))
    }
}

/// How far from where it is expected a key is looked for first: keys are spread evenly.
const NEAR: usize = 512;

impl Band {
    fn find(&self, key: u32) -> &[u16] {
        let expected = usize::try_from((u64::from(key) * self.keys.len() as u64) >> 32).unwrap_or_default();
        let (low, high) = (expected.saturating_sub(NEAR), (expected + NEAR).min(self.keys.len()));
        let near = self.keys.get(low..high).unwrap_or_default();
        let is_around =
            near.first().is_some_and(|first| *first < key) && near.last().is_some_and(|last| *last > key);
        let (base, keys) = if is_around { (low, near) } else { (0, self.keys.as_slice()) };
        let from = keys.partition_point(|known| *known < key);
        let count = keys.iter().skip(from).take_while(|known| **known == key).count();
        self.texts.get(base + from..base + from + count).unwrap_or_default()
    }
}
