//! Which earlier text a text is a copy of, one after the other and without looking ahead.

use super::{
    BANDS, Days, Keys, Setting, Weights, compare, keys, relation, shingles,
    sketch::mix,
    weigh::COPY,
    words::{Word, words},
};
use crate::model::{Fingerprint, Relation};
use rustc_hash::FxHashMap;

/// Fewer words are too few to be alike by their wording.
const WORDS_MIN: usize = 20;
/// Candidates of one band that are looked at, the newest.
const POSTINGS_MAX: usize = 64;
/// Candidates that are compared word by word, those with the most bands in common.
const COMPARED_MAX: usize = 24;
/// The size of the memory for common wording, as a power of two.
const DAYS_BITS: u32 = 23;

/// A text with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// Its address in the form that equal addresses share; empty where it has none.
    pub url: &'a str,
    /// Who published it.
    pub outlet: &'a str,
    /// When it was published, Unix seconds.
    pub time: i64,
    /// Its body.
    pub body: &'a str,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The number of this text, counted in the order in which they were given.
    pub number: usize,
    /// The first text of its cluster; its own number where it is new.
    pub cluster: usize,
    /// The text it belongs to, and how.
    pub link: Option<Link>,
}

/// A bond to an earlier text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The number of that text.
    pub of: usize,
    /// How.
    pub relation: Relation,
    /// Its score, or the shared part where it is no copy; 0 to 1.
    pub similarity: f64,
}

/// All texts of a window.
#[derive(Debug)]
pub struct Matcher {
    weights: Weights,
    days: Days,
    texts: Vec<Known>,
    by_url: FxHashMap<Fingerprint, usize>,
    by_body: FxHashMap<Fingerprint, usize>,
    bands: Bands,
}

/// A text that was seen.
#[derive(Debug)]
struct Known {
    words: Vec<Word>,
    outlet: Fingerprint,
    time: i64,
    /// The text that its cluster is called after.
    cluster: usize,
    /// Of a cluster's first text: the one that was published first.
    first: usize,
}

impl Matcher {
    /// An empty window.
    pub fn new(weights: Weights) -> Self {
        Self {
            weights,
            days: Days::new(DAYS_BITS),
            texts: Vec::new(),
            by_url: FxHashMap::default(),
            by_body: FxHashMap::default(),
            bands: Bands::default(),
        }
    }

    /// Takes in a text and tells what it is.
    pub fn take(&mut self, text: &Text<'_>) -> Found {
        let number = self.texts.len();
        let day = text.time.div_euclid(86_400);
        self.days.go_on_to(day);
        let words = words(text.body);
        let url = (!text.url.is_empty()).then(|| Fingerprint::of([text.url]));
        let body = is_tellable(&words).then(|| print(&words));
        let outlet = Fingerprint::of([text.outlet]);
        let keys = if words.len() >= WORDS_MIN { keys(&words) } else { None };
        let known = Known { words, outlet, time: text.time, cluster: number, first: number };
        let exact = self.exact(url, body);
        let link = exact.or_else(|| self.near(&known, keys.as_ref()?));
        let joined = link.filter(|link| is_joined(link.relation));
        let cluster = joined.and_then(|link| self.texts.get(link.of)).map_or(number, |of| of.cluster);
        if joined.is_none() {
            // Wording counts once for each cluster: what is copied widely is not common for that.
            shingles(&known.words).for_each(|wording| self.days.note(wording, day));
        }
        let head = self.texts.get(cluster).map(|head| head.first);
        let is_first =
            head.and_then(|first| self.texts.get(first)).is_some_and(|first| text.time < first.time);
        if let Some(head) = self.texts.get_mut(cluster).filter(|_| is_first) {
            head.first = number;
        }
        // The same body again leads to the same texts.
        if let Some(keys) = keys.filter(|_| body.is_none_or(|body| !self.by_body.contains_key(&body))) {
            self.bands.add(number, &keys);
        }
        url.map(|url| self.by_url.entry(url).or_insert(number));
        body.map(|body| self.by_body.entry(body).or_insert(number));
        self.texts.push(Known { cluster, ..known });
        let link = link.map(|link| match head.filter(|_| is_joined(link.relation)) {
            Some(first) => Link { of: first, ..link },
            None => link,
        });
        Found { number, cluster, link }
    }

    /// How common wordings are so far.
    pub const fn days(&self) -> &Days {
        &self.days
    }

    fn exact(&self, url: Option<Fingerprint>, body: Option<Fingerprint>) -> Option<Link> {
        let at = url.and_then(|url| self.by_url.get(&url)).copied();
        let saying = body.and_then(|body| self.by_body.get(&body)).copied();
        if let Some(of) = at {
            let says_the_same = saying.is_some_and(|saying| self.cluster_of(saying) == self.cluster_of(of));
            let relation = if says_the_same { Relation::Duplicate } else { Relation::Revision };
            return Some(Link { of, relation, similarity: 1.0 });
        }
        saying.map(|of| Link { of, relation: Relation::Duplicate, similarity: 1.0 })
    }

    fn cluster_of(&self, number: usize) -> Option<usize> {
        self.texts.get(number).map(|known| known.cluster)
    }

    /// The best copy, else the text with which it shares most.
    fn near(&self, text: &Known, keys: &Keys) -> Option<Link> {
        let day = text.time.div_euclid(86_400);
        let mut best: Option<Link> = None;
        let mut other: Option<Link> = None;
        let is_better =
            |than: &Option<Link>, similarity: f64| than.is_none_or(|than| similarity > than.similarity);
        for of in self.bands.candidates(keys) {
            let Some(known) = self.texts.get(of) else { continue };
            let like = compare(&text.words, &known.words, &self.days, day);
            let setting = setting(text, known);
            let score = self.weights.score(&like, setting);
            let Some(relation) = relation(&like, score, setting) else { continue };
            if score >= COPY && is_better(&best, score) {
                best = Some(Link { of, relation, similarity: score });
            } else if score < COPY && is_better(&other, like.weighted) {
                other = Some(Link { of, relation, similarity: like.weighted });
            }
        }
        best.or(other)
    }
}

/// How likely one of two texts is a copy of the other, 0 to 1; `days` know the wording of both.
pub fn score(weights: &Weights, days: &Days, one: &Text<'_>, other: &Text<'_>) -> f64 {
    let known = |text: &Text<'_>| Known {
        words: words(text.body),
        outlet: Fingerprint::of([text.outlet]),
        time: text.time,
        cluster: 0,
        first: 0,
    };
    let (earlier, later) = if one.time <= other.time { (one, other) } else { (other, one) };
    let (earlier, later) = (known(earlier), known(later));
    if earlier.words.len() < WORDS_MIN || later.words.len() < WORDS_MIN {
        let is_same = is_tellable(&later.words) && earlier.words == later.words;
        return f64::from(u8::from(is_same));
    }
    let like = compare(&later.words, &earlier.words, days, later.time.div_euclid(86_400));
    weights.score(&like, setting(&later, &earlier))
}

fn setting(later: &Known, earlier: &Known) -> Setting {
    let secs = u32::try_from(later.time.abs_diff(earlier.time)).unwrap_or(u32::MAX);
    Setting { hours: f64::from(secs) / 3600.0, same_outlet: later.outlet == earlier.outlet }
}

/// Whether a relation makes two texts one cluster.
pub const fn is_joined(relation: Relation) -> bool {
    match relation {
        Relation::Duplicate | Relation::Copy | Relation::Revision => true,
        Relation::Update | Relation::SameEvent | Relation::Template => false,
    }
}

/// Whether there are enough words to call two texts the same that have them.
fn is_tellable(words: &[Word]) -> bool {
    words.len() >= WORDS_MIN
}

fn print(words: &[Word]) -> Fingerprint {
    let (mut low, mut high) = (1_u64, 2_u64);
    for word in words {
        low = mix(low ^ u64::from(word.0));
        high = mix(high.wrapping_add(u64::from(word.0)));
    }
    Fingerprint(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
}

/// The keys of texts, and which texts have them: lists of nodes, linked from the newest to the oldest. A node is a band of
/// a text.
#[derive(Debug, Default)]
struct Bands {
    numbers: Vec<usize>,
    keys: Vec<Keys>,
    /// The newest node of each list, counted from 1; 0 for none.
    heads: Vec<u32>,
    /// The next node of the list, for each node.
    next: Vec<u32>,
}

impl Bands {
    fn add(&mut self, number: usize, keys: &Keys) {
        self.numbers.push(number);
        self.keys.push(*keys);
        if self.next.len() + BANDS <= self.heads.len() {
            self.link(self.keys.len() - 1);
            return;
        }
        // Twice as many lists.
        self.heads = vec![0; (self.heads.len() * 2).max(1 << 12)];
        self.next.clear();
        (0..self.keys.len()).for_each(|place| self.link(place));
    }

    fn link(&mut self, place: usize) {
        let Some(keys) = self.keys.get(place) else { return };
        for (band, key) in keys.iter().enumerate() {
            let node = u32::try_from(place * BANDS + band + 1).unwrap_or_default();
            let list = list(self.heads.len(), band, *key);
            if let Some(head) = self.heads.get_mut(list) {
                self.next.push(std::mem::replace(head, node));
            }
        }
    }

    /// Texts that share a key, those that share most first.
    fn candidates(&self, keys: &Keys) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for (band, key) in keys.iter().enumerate() {
            let head = self.heads.get(list(self.heads.len(), band, *key));
            let mut node = head.copied().unwrap_or_default();
            let mut count = 0;
            while let Some(index) = usize::try_from(node).unwrap_or_default().checked_sub(1) {
                let (place, its_band) = (index / BANDS, index % BANDS);
                if its_band == band && self.keys.get(place).and_then(|keys| keys.get(band)) == Some(key) {
                    found.push(place);
                    count += 1;
                }
                if count >= POSTINGS_MAX {
                    break;
                }
                node = self.next.get(index).copied().unwrap_or_default();
            }
        }
        found.sort_unstable();
        let shared = found.chunk_by(|one, other| one == other);
        let mut shared: Vec<(usize, usize)> =
            shared.filter_map(|same| Some((same.len(), *same.first()?))).collect();
        shared.sort_unstable_by(|one, other| other.cmp(one));
        let number = |(_, place): (usize, usize)| self.numbers.get(place).copied();
        shared.into_iter().take(COMPARED_MAX).filter_map(number).collect()
    }
}

fn list(lists: usize, band: usize, key: u32) -> usize {
    let hash = mix(u64::from(key) ^ (u64::try_from(band).unwrap_or_default() << 32));
    usize::try_from(hash).unwrap_or_default() & (lists.max(1) - 1)
}
