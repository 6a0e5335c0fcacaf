//! Stories: articles on one event, each newsroom in its own words, told by the rare words of headline and beginning.
//!
//! # Method
//! Words are cut to their stem's length (see [`about`]) and weighed by how few articles of late have them. The
//! [`TERMS`] heaviest are what an article is about; it joins the story with whose articles it has most in common on
//! average, each counting less the longer ago it is. The more articles there are, the more are alike by chance, so the
//! bound rises with their number.
//!
//! # Source
//! The numbers are fitted on the tuned half of tests/pairs/events.jsonl, alone and among 5,232 real articles, and on the
//! stories of 1,822 articles with made copies (duplicates.md, 2), so that few unrelated articles fall in with each
//! other: of the first 100 and 300 of different stories 5 and 12.

use super::words::{Piece, hash, pieces};
use crate::text;
use rustc_hash::FxHashMap;

/// A word that tells what an article is about: its hash, with how often it stands there in the lowest four bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term(pub u32);

impl Term {
    const fn key(self) -> u32 {
        self.0 >> 4
    }

    /// 1 to 15.
    fn times(self) -> f32 {
        f32::from(u8::try_from(self.0 & 15).unwrap_or(15).max(1))
    }
}

/// Words of the beginning that are looked at.
const BEGINNING: usize = 60;
/// Letters of a word, without what Arabic writes together with it.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=5;
/// What Arabic writes together with the next word, and the letters that must be left then.
const PREFIXES: [(&str, usize); 15] = [
    ("وبال", 3),
    ("وكال", 3),
    ("فبال", 3),
    ("وال", 3),
    ("فال", 3),
    ("بال", 3),
    ("كال", 3),
    ("ولل", 3),
    ("لل", 3),
    ("ال", 3),
    ("و", 4),
    ("ب", 4),
    ("ل", 4),
    ("ف", 4),
    ("ك", 4),
];

/// Terms that an article is compared by.
const TERMS: usize = 12;
/// An article with fewer terms tells too little of what it is about.
const TERMS_MIN: usize = 8;
/// Terms that are kept of a story.
const STORY_TERMS: usize = 48;
/// Stories that an article is compared with, those that share most terms.
const COMPARED_MAX: usize = 24;
/// Stories that can be joined, those with the newest articles.
const STORIES_MAX: usize = 14_000;
/// Seconds after its newest article in which a story goes on.
const WINDOW_SECS: u64 = 72 * 3600;
/// Seconds in which likeness sinks to 1/e.
const FADING_SECS: f64 = 48.0 * 3600.0;
/// The least likeness to join is the first and the second times the logarithm of the articles so far and the third.
const JOINED: (f64, f64, f64) = (0.06, 0.015, 20.0);

/// What an article is about: the words of its headline, which count twice, and of its beginning. Of a word count the
/// first five letters, without Arabic prefixes, so that most endings do not matter; words of one or two letters and
/// numbers tell nothing.
pub fn about(title: &str, beginning: &str) -> Vec<Term> {
    let mut times: FxHashMap<u32, u32> = FxHashMap::default();
    for (text, most, weight) in [(title, BEGINNING, 2), (beginning, BEGINNING, 1)] {
        let mut left = most;
        pieces(&text::fold(start(text)), |piece| {
            let hash = match piece {
                Piece::Word { letters, is_number } => stem(letters).filter(|_| !is_number).map(hash),
                Piece::Pair(letters) => Some(hash(letters)),
            };
            if let Some(hash) = hash {
                *times.entry(hash >> 4).or_default() += weight;
            }
            left -= 1;
            left > 0
        });
    }
    let mut about: Vec<Term> = times.into_iter().map(|(key, times)| Term(key << 4 | times.min(15))).collect();
    about.sort_unstable();
    about
}

/// As much of a text as its beginning can take.
fn start(text: &str) -> &str {
    let end = text.char_indices().nth(BEGINNING * 20).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

fn stem(word: &str) -> Option<&str> {
    let letters = |word: &str| word.chars().count();
    let bare = PREFIXES
        .iter()
        .find_map(|(prefix, least)| word.strip_prefix(prefix).filter(|rest| letters(rest) >= *least));
    let bare = bare.unwrap_or(word);
    let end = bare.char_indices().nth(*LETTERS.end()).map_or(bare.len(), |(end, _)| end);
    bare.get(..end).filter(|stem| letters(stem) >= *LETTERS.start())
}

/// The heaviest terms of an article with their weights, by term.
#[derive(Debug)]
pub(super) struct Weighed(Vec<(u32, f32)>);

/// The stories of late.
#[derive(Debug, Default)]
pub(super) struct Stories {
    common: Common,
    by_number: FxHashMap<u32, Story>,
    number_of: FxHashMap<Box<str>, u32>,
    next: u32,
    having: Having,
}

/// A story that goes on.
#[derive(Debug)]
struct Story {
    name: Box<str>,
    /// The number of its first text.
    first: u32,
    /// When its newest article was published, Unix seconds.
    at: i64,
    /// Its articles, each counting less the longer before the newest one it came.
    articles: f64,
    /// The sums of their terms' weights, by term.
    terms: Vec<(u32, f32)>,
}

/// A story that an article belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    pub(super) name: String,
    /// The number of its first text.
    pub(super) first: u32,
    /// 0 to 1.
    pub(super) likeness: f64,
}

impl Stories {
    /// What an article is compared by.
    pub(super) fn weigh(&self, about: &[Term]) -> Weighed {
        let is_tellable = about.len() >= TERMS_MIN;
        Weighed(if is_tellable { self.common.heaviest(about) } else { Vec::new() })
    }

    /// The story that an article of a time, Unix seconds, belongs to.
    pub(super) fn find(&self, Weighed(terms): &Weighed, time: i64) -> Option<Told> {
        let mut beside: Vec<u32> = terms.iter().flat_map(|(term, _)| self.having.of(*term)).collect();
        beside.sort_unstable();
        let same = beside.chunk_by(|one, other| one == other);
        let mut beside: Vec<(usize, u32)> =
            same.filter_map(|same| Some((same.len(), *same.first()?))).collect();
        beside.sort_unstable_by(|one, other| other.cmp(one));
        beside.truncate(COMPARED_MAX);
        let (least, rise, first) = JOINED;
        let least = least + rise * (self.common.articles + first).ln();
        let alike = beside.into_iter().filter_map(|(_, number)| {
            let story = self.by_number.get(&number)?;
            Some((story.likeness(terms, time)?, number, story))
        });
        let alike = alike.filter(|(likeness, ..)| *likeness >= least);
        // Of stories that are as much alike the older one.
        let (likeness, _, story) =
            alike.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)))?;
        Some(Told { name: story.name.to_string(), first: story.first, likeness: likeness.min(1.0) })
    }

    /// Adds a text to a story, or begins it. A copy, which is not weighed, adds nothing to what the story is about.
    pub(super) fn join(
        &mut self,
        name: &str,
        about: &[Term],
        weighed: Option<&Weighed>,
        (number, time): (u32, i64),
    ) {
        self.common.note(about);
        let next = self.next;
        let place = *self.number_of.entry(name.into()).or_insert(next);
        if place == next {
            self.next += 1;
        }
        let story = self.by_number.entry(place).or_insert_with(|| Story {
            name: name.into(),
            first: number,
            at: time,
            articles: 0.0,
            terms: Vec::new(),
        });
        let terms = weighed.map(|weighed| &*weighed.0).unwrap_or_default();
        story.add(terms, time);
        for (term, _) in terms {
            self.having.put(*term, place);
        }
        if self.by_number.len() > STORIES_MAX {
            self.forget();
        }
    }

    /// Forgets the quarter of the stories whose newest articles are the oldest.
    fn forget(&mut self) {
        let mut ages: Vec<(i64, u32)> =
            self.by_number.iter().map(|(number, story)| (story.at, *number)).collect();
        let quarter = ages.len() / 4;
        let (_, bound, _) = ages.select_nth_unstable(quarter);
        let bound = *bound;
        self.by_number.retain(|number, story| (story.at, *number) > bound);
        self.number_of.retain(|_, number| self.by_number.contains_key(number));
    }
}

impl Story {
    /// How much an article has in common with the story's on average; `None` where it is too long after or before them.
    fn likeness(&self, terms: &[(u32, f32)], time: i64) -> Option<f64> {
        if self.at.abs_diff(time) > WINDOW_SECS || self.articles <= 0.0 {
            return None;
        }
        let shared = terms.iter().filter_map(|(term, weight)| Some(weight * self.weight(*term)?));
        let shared: f64 = shared.map(f64::from).sum();
        Some(fading(self.at, time) * shared / self.articles)
    }

    fn weight(&self, term: u32) -> Option<f32> {
        let place = self.terms.binary_search_by_key(&term, |(term, _)| *term).ok()?;
        self.terms.get(place).map(|(_, weight)| *weight)
    }

    fn add(&mut self, terms: &[(u32, f32)], time: i64) {
        let newest = self.at.max(time);
        let (before, now) = (fading(self.at, newest), fading(time, newest));
        self.at = newest;
        if terms.is_empty() {
            return;
        }
        self.articles = self.articles * before + now;
        if self.terms.is_empty() {
            self.terms = terms.iter().map(|(term, weight)| (*term, weight * single(now))).collect();
            return;
        }
        let mut sums: FxHashMap<u32, f64> =
            self.terms.iter().map(|(term, weight)| (*term, f64::from(*weight) * before)).collect();
        for (term, weight) in terms {
            *sums.entry(*term).or_default() += f64::from(*weight) * now;
        }
        let mut sums: Vec<(u32, f32)> =
            sums.into_iter().map(|(term, weight)| (term, single(weight))).collect();
        sums.sort_unstable_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        sums.truncate(STORY_TERMS);
        sums.sort_unstable_by_key(|(term, _)| *term);
        sums.shrink_to_fit();
        self.terms = sums;
    }
}

/// What is left of likeness over a time.
fn fading(one: i64, other: i64) -> f64 {
    let secs = u32::try_from(one.abs_diff(other)).unwrap_or(u32::MAX);
    (-f64::from(secs) / FADING_SECS).exp()
}

#[expect(clippy::cast_possible_truncation, reason = "weights need few digits")]
const fn single(weight: f64) -> f32 {
    weight as f32
}

/// How many articles have a term: counts in a table that terms share, the lesser of two. They are halved when there are
/// enough, so that what was common once is forgotten.
#[derive(Debug)]
struct Common {
    counts: Vec<u16>,
    articles: f64,
}

/// The size of a row of counts, as a power of two.
const COUNTS_BITS: u32 = 17;
/// Articles after which counts are halved.
const ARTICLES_MAX: f64 = 65_000.0;
/// How much rare words count above others.
const RARE: f64 = 1.5;
/// Articles that are taken to have been there before, with none of the words.
const ARTICLES_BEFORE: f64 = 50.0;

impl Default for Common {
    fn default() -> Self {
        Self { counts: vec![0; 2 << COUNTS_BITS], articles: 0.0 }
    }
}

impl Common {
    fn places(term: u32) -> [usize; 2] {
        let mixed = u64::from(term).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let place =
            |shift: u32| usize::try_from(mixed >> shift & ((1 << COUNTS_BITS) - 1)).unwrap_or_default();
        [place(64 - COUNTS_BITS), (1 << COUNTS_BITS) + place(20)]
    }

    fn note(&mut self, about: &[Term]) {
        for place in about.iter().flat_map(|term| Self::places(term.key())) {
            if let Some(count) = self.counts.get_mut(place) {
                *count = count.saturating_add(1);
            }
        }
        self.articles += 1.0;
        if self.articles > ARTICLES_MAX {
            self.articles /= 2.0;
            self.counts.iter_mut().for_each(|count| *count /= 2);
        }
    }

    /// Articles that have a term.
    fn count(&self, term: u32) -> f64 {
        let counts = Self::places(term).map(|place| self.counts.get(place).copied().unwrap_or_default());
        f64::from(counts.into_iter().min().unwrap_or_default())
    }

    /// The heaviest terms with their weights, of which the squares sum to 1, by term.
    fn heaviest(&self, about: &[Term]) -> Vec<(u32, f32)> {
        let weigh = |term: &Term| {
            let rare = (self.articles + 1.0 + ARTICLES_BEFORE) / (self.count(term.key()) + 1.5);
            (term.key(), (1.0 + term.times().ln()) * single(rare.ln().max(0.0).powf(RARE)))
        };
        let mut terms: Vec<(u32, f32)> =
            about.iter().map(weigh).filter(|(_, weight)| *weight > 0.0).collect();
        terms.sort_unstable_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        terms.truncate(TERMS);
        let length = terms.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        for (_, weight) in &mut terms {
            *weight /= length;
        }
        terms.sort_unstable_by_key(|(term, _)| *term);
        terms
    }
}

/// Which stories had a term last. Terms share places: a story is found again by what it is about.
#[derive(Debug)]
struct Having {
    places: Vec<[u32; NEWEST]>,
}

/// The size of the table, as a power of two.
const HAVING_BITS: u32 = 16;
/// Stories that are found by a term, the newest.
const NEWEST: usize = 8;
/// No story.
const NONE: u32 = u32::MAX;

impl Default for Having {
    fn default() -> Self {
        Self { places: vec![[NONE; NEWEST]; 1 << HAVING_BITS] }
    }
}

impl Having {
    fn place(term: u32) -> usize {
        let mixed = u64::from(term).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        usize::try_from(mixed >> (64 - HAVING_BITS)).unwrap_or_default()
    }

    fn of(&self, term: u32) -> impl Iterator<Item = u32> + '_ {
        self.places.get(Self::place(term)).into_iter().flatten().copied().filter(|story| *story != NONE)
    }

    /// Puts a story in front.
    fn put(&mut self, term: u32, story: u32) {
        let Some(stories) = self.places.get_mut(Self::place(term)) else { return };
        let last = stories.iter().position(|known| *known == story).unwrap_or(NEWEST - 1);
        if let Some(moved) = stories.get_mut(..=last) {
            moved.rotate_right(1);
        }
        stories[0] = story;
    }
}
