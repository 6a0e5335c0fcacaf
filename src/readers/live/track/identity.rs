//! Which known post a post is: by its id where ids can be relied on, else by what it says and when.

use super::{
    Round, Tracker,
    known::{Known, Presence, coarseness, sample, whole},
};
use crate::{readers::live::Post, text::fold};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// Which known posts the posts of a round are.
#[derive(Debug, Default)]
pub(super) struct Identified {
    /// For each post of the round, the index of the known one.
    pub(super) matched: Vec<Option<usize>>,
    /// Whether ids turned out to be places in the list.
    pub(super) are_ids_loose: bool,
}

/// Times this near are of one text where either was an amount of time before now.
const RELATIVE_SLACK: SignedDuration = SignedDuration::from_hours(2);
/// Offsets of zones are whole quarters of an hour, and not more than this.
const OFFSET_MAX: SignedDuration = SignedDuration::from_hours(14);
const QUARTER_SECS: i64 = 15 * 60;
/// Texts of one time, without a headline in common, have at least so much in common.
const LIKENESS_MIN: f64 = 0.5;

impl Tracker {
    /// Knows posts again.
    pub(super) fn identify(&self, round: &Round) -> Identified {
        if !self.are_ids_loose {
            let mut search = Search::of(self, round);
            if search.by_id() {
                search.by_text();
                search.by_time(true);
                search.by_likeness();
                return Identified { matched: search.matched, are_ids_loose: false };
            }
        }
        let mut search = Search::of(self, round);
        search.by_text();
        search.by_time(false);
        search.by_likeness();
        Identified { matched: search.matched, are_ids_loose: true }
    }
}

/// The search for one round.
struct Search<'a> {
    known: &'a [Known],
    posts: &'a [(Post, u32)],
    now: Timestamp,
    /// Whether what is known is off by the source's offset.
    has_turned: bool,
    matched: Vec<Option<usize>>,
    taken: Vec<bool>,
    /// Posts whose id is that of another known post.
    doubted: Vec<bool>,
    by_whole: HashMap<u64, Vec<usize>>,
    /// By what they said before they were revised.
    by_before: HashMap<u64, Vec<usize>>,
    by_time: HashMap<i64, Vec<usize>>,
    /// What the posts of the round say: which of them say it.
    said: HashMap<u64, Vec<usize>>,
}

impl<'a> Search<'a> {
    fn of(tracker: &'a Tracker, round: &'a Round) -> Self {
        let (known, posts) = (tracker.posts.as_slice(), round.posts.as_slice());
        let (mut by_whole, mut by_before): (HashMap<u64, Vec<usize>>, HashMap<u64, Vec<usize>>) =
            Default::default();
        let mut by_time: HashMap<i64, Vec<usize>> = HashMap::new();
        for (index, known) in known.iter().enumerate() {
            by_whole.entry(known.whole()).or_default().push(index);
            if let Some(before) = known.before() {
                by_before.entry(before).or_default().push(index);
            }
            if let Some(moment) = known.published() {
                by_time.entry(moment.at.as_second()).or_default().push(index);
            }
        }
        let mut said: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, (post, _)) in posts.iter().enumerate().filter(|(_, (post, _))| !post.text.is_empty()) {
            said.entry(whole(None, post)).or_default().push(index);
        }
        Self {
            said,
            known,
            posts,
            now: round.pace.now,
            has_turned: tracker.has_turned(round),
            matched: vec![None; posts.len()],
            taken: vec![false; known.len()],
            doubted: vec![false; posts.len()],
            by_whole,
            by_before,
            by_time,
        }
    }

    fn take(&mut self, post: usize, known: usize) {
        if let (Some(matched), Some(taken)) = (self.matched.get_mut(post), self.taken.get_mut(known)) {
            *matched = Some(known);
            *taken = true;
        }
    }

    fn is_free(&self, known: usize) -> bool {
        self.taken.get(known) == Some(&false)
    }

    /// The posts that are not known yet.
    fn open(&self) -> Vec<(usize, &'a Post)> {
        let open =
            self.posts.iter().zip(&self.matched).enumerate().filter(|(_, (_, matched))| matched.is_none());
        open.map(|(index, ((post, _), _))| (index, post)).collect()
    }

    /// Matches by ids; false where these say something else than texts and times do: they are places in the list.
    fn by_id(&mut self) -> bool {
        let mut by_id: HashMap<&str, usize> = HashMap::new();
        for (index, known) in self.known.iter().enumerate() {
            for id in known.ids() {
                by_id.insert(id, index);
            }
        }
        let (mut right, mut wrong) = (0usize, 0usize);
        for (index, post) in self.open() {
            let ids = post.id.iter().chain(&post.other_ids);
            let Some(found) =
                ids.filter_map(|id| by_id.get(id.as_str()).copied()).find(|known| self.is_free(*known))
            else {
                continue;
            };
            if self.is_another(index, post, found) {
                wrong += 1;
                if let Some(doubted) = self.doubted.get_mut(index) {
                    *doubted = true;
                }
            } else {
                right += 1;
                self.take(index, found);
            }
        }
        wrong == 0 || wrong < right
    }

    /// Whether the known post of an id is not this one: what it said stands under another id now, another known post
    /// says the same as this one, or both time and words differ.
    fn is_another(&self, place: usize, post: &Post, index: usize) -> bool {
        let Some(known) = self.known.get(index) else { return true };
        if post.marks.removed || whole(known.title(), post) == known.whole() {
            return false;
        }
        let moved = match (post.published, known.published()) {
            (Some(now), Some(then)) if !post.is_relative && !known.is_relative() => now.at != then.at,
            (Some(_) | None, Some(_) | None) => false,
        };
        let same_text = self.by_whole.get(&whole(None, post)).into_iter().flatten();
        let stands_elsewhere = same_text.clone().any(|other| {
            *other != index
                && self
                    .known
                    .get(*other)
                    .is_some_and(|other| other.presence() == Presence::Shown && !post.text.is_empty())
        });
        if moved && stands_elsewhere {
            return true;
        }
        let has_moved = self.said.get(&known.whole()).is_some_and(|places| !places.contains(&place));
        if has_moved {
            return true;
        }
        let is_retitled =
            known.title().zip(post.title.as_deref()).is_none_or(|(then, now)| fold(then) != fold(now));
        let is_reworded = known.likeness(&sample(&post.text)) < 0.2;
        is_retitled && is_reworded && (moved || stands_elsewhere)
    }

    /// Matches what says the same at the same time, or said so before. The day of a clock may be another.
    fn by_text(&mut self) {
        for (is_now, is_clock) in [(true, false), (true, true), (false, false), (false, true)] {
            for (index, post) in self.open() {
                let said = if is_now { &self.by_whole } else { &self.by_before };
                let same = said.get(&whole(None, post)).into_iter().flatten();
                let is_it = |known: usize| {
                    if is_clock { self.has_clock_of(post, known) } else { self.is_same_time(post, known) }
                };
                let found = same.copied().find(|known| self.is_free(*known) && is_it(*known));
                if let Some(found) = found {
                    self.take(index, found);
                }
            }
        }
    }

    fn has_clock_of(&self, post: &Post, known: usize) -> bool {
        self.known.get(known).is_some_and(|known| known.has_clock_of(post))
    }

    fn is_same_time(&self, post: &Post, known: usize) -> bool {
        let Some(known) = self.known.get(known) else { return false };
        let Some((now, then)) = post.published.zip(known.published()) else { return true };
        let apart = now.at.duration_since(then.at).abs();
        let slack = RELATIVE_SLACK.max(self.slack(post, known));
        let is_off = apart <= OFFSET_MAX && apart.as_secs() % QUARTER_SECS == 0;
        apart.is_zero()
            || self.has_turned && is_off
            || (post.is_relative || known.is_relative()) && apart <= slack
    }

    /// How far the times of a post and the known one may be apart when they are of one: both may be amounts of time.
    fn slack(&self, post: &Post, known: &Known) -> SignedDuration {
        let own = post.published.filter(|_| post.is_relative);
        let own = own.map(|moment| coarseness(self.now.duration_since(moment.at)));
        known.slack() + own.unwrap_or_default() + SignedDuration::from_mins(1)
    }

    /// Matches what was published at the same time and is alike; where posts have no ids to rely on, also the only
    /// one of its second. Its id may have been made anew by an edit.
    fn by_time(&mut self, has_ids: bool) {
        for (index, post) in self.open() {
            let Some(moment) = post.published.filter(|_| !post.is_relative) else { continue };
            let second = moment.at.as_second();
            let at_once =
                self.by_time.get(&second).into_iter().flatten().copied().filter(|known| self.is_free(*known));
            let candidates: Vec<usize> = at_once.collect();
            let others = self.open();
            let others =
                others.iter().filter(|(_, other)| other.published.is_some_and(|other| other.at == moment.at));
            let is_there = |index: &usize| {
                self.known.get(*index).is_some_and(|known| known.presence() != Presence::Removed)
            };
            let is_alone = candidates.len() == 1 && candidates.iter().all(is_there) && others.count() == 1;
            let words = sample(&post.text);
            let alike = |index: usize| {
                let known = self.known.get(index)?;
                let titles = known.title().zip(post.title.as_deref());
                let is_titled = titles.is_some_and(|(then, now)| fold(then) == fold(now));
                Some(if is_titled { 1.0 } else { known.likeness(&words) })
            };
            let scored = candidates.into_iter().filter_map(|index| Some((index, alike(index)?)));
            let best = scored.max_by(|(_, one), (_, other)| one.total_cmp(other));
            let has_id = has_ids && post.id.is_some() && self.doubted.get(index) == Some(&false);
            let least = if has_id { 0.5 } else { 0.3 };
            let is_it = |(_, likeness): &(usize, f64)| *likeness >= least || is_alone && !has_id;
            if let Some((found, _)) = best.filter(is_it) {
                self.take(index, found);
            }
        }
    }

    /// Matches what has no exact time to be known by and says nearly the same, or has the same headline.
    fn by_likeness(&mut self) {
        for (index, post) in self.open() {
            if post.published.is_some() && !post.is_relative || post.text.is_empty() {
                continue;
            }
            let words = sample(&post.text);
            let near = (0..self.known.len()).filter(|known| self.is_free(*known));
            let scored = near.filter_map(|index| {
                let known = self.known.get(index)?;
                let likeness = known.likeness(&words);
                let titles = known.title().zip(post.title.as_deref());
                let is_titled = titles.is_some_and(|(then, now)| fold(then) == fold(now));
                let is_it = is_titled || likeness >= LIKENESS_MIN;
                (is_it && self.is_near(post, known))
                    .then_some((index, f64::from(u8::from(is_titled)) + likeness))
            });
            let best = scored.max_by(|(_, one), (_, other)| one.total_cmp(other));
            if let Some((found, _)) = best {
                self.take(index, found);
            }
        }
    }

    /// Whether the times of a post and a known one may be the same.
    fn is_near(&self, post: &Post, known: &Known) -> bool {
        let Some((now, then)) = post.published.zip(known.published()) else { return true };
        now.at.duration_since(then.at).abs() <= self.slack(post, known)
    }
}
