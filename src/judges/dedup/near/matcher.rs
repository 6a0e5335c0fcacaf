//! Which earlier text a text is a copy of, one after the other and without looking ahead.

use super::{
    Days, Setting, Weights, compare, keys, relation,
    segments::{BODY, Marks, SKETCH, Segments, URL},
    shelf::{Kept, Shelf},
    shingles,
    sketch::mix,
    stories::{Stories, Term, Told, Weighed, about},
    weigh::COPY,
    words::{Word, low, words},
};
use crate::model::{Fingerprint, Relation};
use std::collections::VecDeque;

/// Fewer words are too few to be alike by their wording.
const WORDS_MIN: usize = 20;
/// Candidates that are compared word by word, those with the most bands in common.
const COMPARED_MAX: usize = 24;
/// The size of the memory for common wording, as a power of two.
const DAYS_BITS: u32 = 22;

/// A text with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// What it is called outside.
    pub id: &'a str,
    /// Its address in the form that equal addresses share; where it is empty, texts of one id have one.
    pub url: &'a str,
    /// Who published it.
    pub outlet: &'a str,
    /// When it was published, Unix seconds.
    pub time: i64,
    /// When it was seen, Unix seconds.
    pub seen: i64,
    /// Its headline.
    pub title: &'a str,
    /// Its body.
    pub body: &'a str,
    /// What it begins with: the body, or what there is in its place.
    pub beginning: &'a str,
}

/// What a text is.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The number of this text, counted in the order in which they were given.
    pub number: u32,
    /// The first text of its cluster; its own number where it is new.
    pub cluster: u32,
    /// The text it belongs to, and how.
    pub link: Option<Link>,
    /// What its story is called: the id of the first text of it.
    pub story: String,
    /// Whether a text of its id and address was taken in before: it comes again, or in other words.
    pub is_known: bool,
}

/// A text that was looked for.
#[derive(Debug)]
pub struct Sought {
    /// What it is.
    pub found: Found,
    id: String,
    known: Known,
    url: u64,
    words: Vec<Word>,
    about: Vec<Term>,
    weighed: Weighed,
    marks: Marks,
    /// Whether it was taken in already, in these words.
    is_kept: bool,
}

/// Texts of the same words.
#[derive(Debug, Default)]
struct Said {
    /// The newest.
    by: Option<u32>,
    /// The newest before the one that is looked for.
    before: Option<u32>,
}

/// A bond to an earlier text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The number of that text.
    pub of: u32,
    /// How.
    pub relation: Relation,
    /// Its score, or the shared part where it is no copy; 0 to 1.
    pub similarity: f64,
}

/// All texts of a window of days.
#[derive(Debug)]
pub struct Matcher<S> {
    weights: Weights,
    window_days: i64,
    day: i64,
    days: Days,
    /// The number of the first of `texts`.
    base: u32,
    texts: VecDeque<Known>,
    segments: Segments,
    stories: Stories,
    shelf: S,
}

/// A text that was seen.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// The upper half of the hash of its address: the lower one is its key.
    url: u32,
    outlet: u32,
    time: i64,
    /// The text that its cluster is called after.
    cluster: u32,
    /// Of a cluster's first text: the one that was published first.
    first: u32,
}

impl Known {
    const fn of(text: &Kept<'_>) -> Self {
        let Kept { number, url, outlet, time, cluster, .. } = *text;
        Self { url: high(url), outlet, time, cluster, first: number }
    }
}

impl<S: Shelf> Matcher<S> {
    /// A window of so many days, with the texts of the shelf.
    pub fn open(weights: Weights, window_days: u32, shelf: S) -> Result<Self, S::Error> {
        let mut matcher = Self {
            weights,
            window_days: i64::from(window_days),
            day: i64::MIN,
            days: Days::new(DAYS_BITS),
            base: 0,
            texts: VecDeque::new(),
            segments: Segments::default(),
            stories: Stories::default(),
            shelf,
        };
        matcher.fill()?;
        Ok(matcher)
    }

    /// Learns what is on the shelf.
    fn fill(&mut self) -> Result<(), S::Error> {
        let Self { day: newest, days, base, texts, segments, stories, shelf, .. } = self;
        shelf.each(|day, text| {
            if texts.is_empty() {
                *base = text.number;
            }
            // Of a day that was lost nothing is known but its numbers.
            let next = *base + count(texts);
            texts.extend((next..text.number).map(|number| Known {
                first: number,
                cluster: number,
                ..Known::default()
            }));
            *newest = day.max(*newest);
            days.go_on_to(*newest);
            if text.cluster == text.number {
                shingles(text.words).for_each(|wording| days.note(wording, day));
            }
            let mut marks = marks(text.url, text.words);
            let known = |number: u32| head(texts, *base, number);
            let mut beside = segments.find(URL, low(text.url));
            let is_again = text.url != 0
                && beside.any(|number| known(number).is_some_and(|known| known.url == high(text.url)));
            let is_said = marks.body.is_some_and(|body| {
                let mut saying = segments.find(BODY, body).filter_map(known);
                saying.any(|known| known.cluster == text.cluster)
            });
            marks.url = marks.url.filter(|_| !is_again);
            if is_said {
                (marks.body, marks.sketch) = (None, None);
            }
            drop(beside);
            segments.add(text.number, day, &marks);
            texts.push_back(Known::of(text));
            let is_copy = text.cluster != text.number;
            let weighed = (!is_copy).then(|| stories.weigh(text.about));
            stories.join(text.story, text.about, weighed.as_ref(), (text.number, text.time));
            let first = head(texts, *base, text.cluster).map(|head| head.first);
            let is_first =
                first.and_then(|first| head(texts, *base, first)).is_some_and(|first| text.time < first.time);
            if let Some(place) = place(*base, text.cluster).filter(|_| is_first)
                && let Some(head) = texts.get_mut(place)
            {
                head.first = text.number;
            }
        })
    }

    /// What a text is called outside; `None` where it is out of the window.
    pub fn id(&self, number: u32) -> Result<Option<String>, S::Error> {
        self.shelf.id(number)
    }

    /// Takes in a text and tells what it is.
    pub fn take(&mut self, text: &Text<'_>) -> Result<Found, S::Error> {
        let sought = self.find(text)?;
        self.keep(&sought)?;
        Ok(sought.found)
    }

    /// Tells what a text is, without taking it in. One that was taken in before is what it was then: texts that came
    /// after it do not count.
    pub fn find(&mut self, text: &Text<'_>) -> Result<Sought, S::Error> {
        self.go_on_to(text.seen.div_euclid(86_400))?;
        let words = words(text.body);
        let url = key(text);
        let marks = marks(url, &words);
        let at = self.at(url);
        let own = match at {
            Some(number) if self.shelf.id(number)?.as_deref() == Some(text.id) => at,
            Some(_) | None => None,
        };
        let number = self.base + count(&self.texts);
        let before = own.unwrap_or(number);
        let known = Known {
            url: high(url),
            outlet: low(hash(text.outlet)),
            time: text.time,
            cluster: number,
            first: number,
        };
        let said = self.said(&words, marks.body, before)?;
        let link = match self.exact(at.filter(|_| own.is_none()), said.before) {
            Some(link) => Some(link),
            None => self.near((before, &known), &words, &marks)?,
        };
        let joined = link.filter(|link| is_joined(link.relation));
        let cluster_of = |number: u32| self.known(number).map(|known| known.cluster);
        let cluster = own.or(joined.map(|link| link.of)).and_then(cluster_of).unwrap_or(number);
        let first = self.known(cluster).map(|head| head.first).filter(|first| *first < before);
        let link = link.map(|link| match first.filter(|_| is_joined(link.relation)) {
            Some(first) => Link { of: first, ..link },
            None => link,
        });
        let is_kept = match own {
            Some(own) => said.by.is_some_and(|by| by > own) || self.shelf.words(own)? == words,
            None => false,
        };
        // The same again leads to the same texts.
        let mut marks = marks;
        marks.url = marks.url.filter(|_| at.is_none());
        if said.by.is_some() {
            (marks.body, marks.sketch) = (None, None);
        }
        let about = about(text.title, text.beginning);
        let weighed = self.stories.weigh(&about);
        let (story, link) = self.story((own, text), link, &weighed)?;
        let number = own.filter(|_| is_kept).unwrap_or(number);
        let found = Found { number, cluster, link, story, is_known: own.is_some() };
        let known = Known { cluster, ..known };
        Ok(Sought { found, id: text.id.to_owned(), known, url, words, about, weighed, marks, is_kept })
    }

    /// The story of a text, and what it is linked to for it. What belongs to another text is in its story; what only has
    /// its template is on another event.
    fn story(
        &self,
        (own, text): (Option<u32>, &Text<'_>),
        link: Option<Link>,
        weighed: &Weighed,
    ) -> Result<(String, Option<Link>), S::Error> {
        let is_template = link.is_some_and(|link| link.relation == Relation::Template);
        let of = own.or(link.filter(|_| !is_template).map(|link| link.of));
        let known = of.map(|of| self.shelf.story(of)).transpose()?.flatten();
        let told = if link.is_none() { self.stories.find(weighed, text.time) } else { None };
        // One that comes again is in its story already.
        let told = told.filter(|told| {
            known.as_ref().is_none_or(|known| *known == told.name) && own.is_none_or(|own| told.first < own)
        });
        let same_event =
            |told: &Told| Link { of: told.first, relation: Relation::SameEvent, similarity: told.likeness };
        // Its first text may be out of the window.
        let link = link.or(told.as_ref().filter(|told| told.first >= self.base).map(same_event));
        let story = known.or(told.map(|told| told.name)).unwrap_or_else(|| text.id.to_owned());
        Ok((story, link))
    }

    /// Takes in the text that was looked for last.
    pub fn keep(&mut self, sought: &Sought) -> Result<(), S::Error> {
        if sought.is_kept {
            return Ok(());
        }
        let Sought { found: Found { number, cluster, story, .. }, id, known, url, words, about, .. } = sought;
        let (number, cluster, url) = (*number, *cluster, *url);
        let Known { outlet, time, .. } = *known;
        let kept = Kept { number, id, url, outlet, time, cluster, words, story, about };
        self.shelf.put(self.day, &kept)?;
        let weighed = Some(&sought.weighed).filter(|_| cluster == number);
        self.stories.join(story, about, weighed, (number, time));
        if cluster == number {
            // Wording counts once for each cluster: what is copied widely is not common for that.
            shingles(words).for_each(|wording| self.days.note(wording, self.day));
        }
        let first = self.known(cluster).and_then(|head| self.known(head.first));
        let is_first = first.is_some_and(|first| time < first.time);
        if let Some(head) = self.known_mut(cluster).filter(|_| is_first) {
            head.first = number;
        }
        self.segments.add(number, self.day, &sought.marks);
        self.texts.push_back(*known);
        Ok(())
    }

    /// Takes over other weights and another window.
    pub fn adopt(&mut self, weights: Weights, window_days: u32) {
        (self.weights, self.window_days) = (weights, i64::from(window_days));
    }

    /// Where the texts are kept.
    pub const fn shelf(&self) -> &S {
        &self.shelf
    }

    /// The same, for writing what is not yet written.
    pub const fn shelf_mut(&mut self) -> &mut S {
        &mut self.shelf
    }

    /// How common wordings are so far.
    pub const fn days(&self) -> &Days {
        &self.days
    }

    /// Goes on to a day, and forgets what is out of the window then.
    fn go_on_to(&mut self, day: i64) -> Result<(), S::Error> {
        if day <= self.day {
            return Ok(());
        }
        self.day = day;
        self.days.go_on_to(day);
        let since = day - self.window_days;
        let base = self.segments.forget_before(since);
        let all = self.base + count(&self.texts);
        let base = base.unwrap_or(all);
        let gone = usize::try_from(base.saturating_sub(self.base)).unwrap_or_default();
        self.texts.drain(..gone.min(self.texts.len()));
        self.base = base;
        self.shelf.forget_before(since)
    }

    fn known(&self, number: u32) -> Option<&Known> {
        head(&self.texts, self.base, number)
    }

    fn known_mut(&mut self, number: u32) -> Option<&mut Known> {
        self.texts.get_mut(place(self.base, number)?)
    }

    /// The text at an address.
    fn at(&self, url: u64) -> Option<u32> {
        let is_there = |number: &u32| self.known(*number).is_some_and(|known| known.url == high(url));
        self.segments.find(URL, low(url)).find(is_there).filter(|_| url != 0)
    }

    /// Which texts have the same words.
    fn said(&self, words: &[Word], body: Option<u32>, before: u32) -> Result<Said, S::Error> {
        let mut said = Said::default();
        let Some(body) = body else { return Ok(said) };
        for number in self.segments.find(BODY, body) {
            if self.shelf.words(number)? == words {
                said.by = said.by.or(Some(number));
                said.before = Some(number).filter(|number| *number < before);
                if said.before.is_some() {
                    break;
                }
            }
        }
        Ok(said)
    }

    fn exact(&self, at: Option<u32>, saying: Option<u32>) -> Option<Link> {
        let cluster = |number: u32| self.known(number).map(|known| known.cluster);
        if let Some(of) = at {
            let says_the_same = saying.is_some_and(|saying| cluster(saying) == cluster(of));
            let relation = if says_the_same { Relation::Duplicate } else { Relation::Revision };
            return Some(Link { of, relation, similarity: 1.0 });
        }
        saying.map(|of| Link { of, relation: Relation::Duplicate, similarity: 1.0 })
    }

    /// The best copy, else the text with which it shares most.
    fn near(
        &self,
        (before, text): (u32, &Known),
        words: &[Word],
        marks: &Marks,
    ) -> Result<Option<Link>, S::Error> {
        let mut best: Option<Link> = None;
        let mut other: Option<Link> = None;
        let is_better =
            |than: &Option<Link>, similarity: f64| than.is_none_or(|than| similarity > than.similarity);
        for of in self.candidates(marks, before) {
            let Some(known) = self.known(of) else { continue };
            let like = compare(words, &self.shelf.words(of)?, &self.days, self.day);
            let setting = setting(text, known);
            let score = self.weights.score(&like, setting);
            let Some(relation) = relation(&like, score, setting) else { continue };
            if score >= COPY && is_better(&best, score) {
                best = Some(Link { of, relation, similarity: score });
            } else if score < COPY && is_better(&other, like.weighted) {
                other = Some(Link { of, relation, similarity: like.weighted });
            }
        }
        Ok(best.or(other))
    }

    /// Texts before one that share a key, those that share most first.
    fn candidates(&self, marks: &Marks, before: u32) -> Vec<u32> {
        let each = marks.sketch.iter().flatten().enumerate();
        let mut found: Vec<u32> =
            each.flat_map(|(band, key)| self.segments.find(SKETCH + band, *key)).collect();
        found.retain(|number| *number < before);
        found.sort_unstable();
        let shared = found.chunk_by(|one, other| one == other);
        let mut shared: Vec<(usize, u32)> =
            shared.filter_map(|same| Some((same.len(), *same.first()?))).collect();
        shared.sort_unstable_by(|one, other| other.cmp(one));
        shared.into_iter().take(COMPARED_MAX).map(|(_, number)| number).collect()
    }
}

/// What a text's address is known by, 0 for none.
fn key(text: &Text<'_>) -> u64 {
    let place = if text.url.is_empty() { text.id } else { text.url };
    if place.is_empty() { 0 } else { hash(place).max(1) }
}

/// What a text is found by.
fn marks(url: u64, words: &[Word]) -> Marks {
    let is_tellable = words.len() >= WORDS_MIN;
    Marks {
        sketch: if is_tellable { keys(words) } else { None },
        url: (url != 0).then(|| low(url)),
        body: is_tellable.then(|| print(words)),
    }
}

fn count(texts: &VecDeque<Known>) -> u32 {
    u32::try_from(texts.len()).unwrap_or(u32::MAX)
}

fn place(base: u32, number: u32) -> Option<usize> {
    usize::try_from(number.checked_sub(base)?).ok()
}

fn head(texts: &VecDeque<Known>, base: u32, number: u32) -> Option<&Known> {
    texts.get(place(base, number)?)
}

/// How likely one of two texts is a copy of the other, 0 to 1; `days` know the wording of both.
pub fn score(weights: &Weights, days: &Days, one: &Text<'_>, other: &Text<'_>) -> f64 {
    let known = |text: &Text<'_>| Known {
        url: 0,
        outlet: low(hash(text.outlet)),
        time: text.time,
        cluster: 0,
        first: 0,
    };
    let (earlier, later) = if one.time <= other.time { (one, other) } else { (other, one) };
    let (words_of_earlier, words_of_later) = (words(earlier.body), words(later.body));
    if words_of_earlier.len() < WORDS_MIN || words_of_later.len() < WORDS_MIN {
        return 0.0;
    }
    let like = compare(&words_of_later, &words_of_earlier, days, later.seen.div_euclid(86_400));
    weights.score(&like, setting(&known(later), &known(earlier)))
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

/// A hash of a name.
pub fn hash(text: &str) -> u64 {
    let bytes = Fingerprint::of([text]).0;
    bytes.iter().take(8).fold(0, |hash, byte| (hash << 8) | u64::from(*byte))
}

/// The upper half.
const fn high(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// A key of the whole body.
fn print(words: &[Word]) -> u32 {
    low(words.iter().fold(1_u64, |hash, word| mix(hash ^ u64::from(word.0))))
}
