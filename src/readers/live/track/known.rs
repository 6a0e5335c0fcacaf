//! A post as it was seen last.

use super::WARM;
use crate::{
    model::{Fingerprint, Moment, Origin},
    readers::live::Post,
    text::fold,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher as _, Hasher as _};

/// Seconds of a day.
const DAY_SECS: i64 = 24 * 60 * 60;

/// Least hashes kept of a text's word pairs.
const SAMPLE: usize = 24;

/// Whether a post is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// It was there when it could be seen last.
    #[default]
    Shown,
    /// It was missing at one look that should have shown it.
    Missing,
    /// It was taken down.
    Removed,
}

/// A post as it was seen last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    key: String,
    ids: Vec<String>,
    first_seen: Timestamp,
    published: Option<Moment>,
    #[serde(default)]
    is_relative: bool,
    title: Option<String>,
    author: Option<String>,
    /// Hash of headline and text as they were made one.
    whole: u64,
    /// The same of each way.
    ways: Vec<(Origin, u64)>,
    /// What the text is known again by when it was edited.
    sample: Vec<u32>,
    presence: Presence,
    is_pinned: bool,
    /// Its declared last change.
    #[serde(default)]
    modified: Option<Timestamp>,
    /// Hash of headline and text before they were revised last.
    #[serde(default)]
    before: Option<u64>,
    /// When it was revised or removed last.
    #[serde(default)]
    changed: Option<Timestamp>,
}

impl Known {
    /// A post that is seen for the first time.
    pub(super) fn of(post: &Post, key: String, now: Timestamp) -> Self {
        let mut known = Self {
            key,
            ids: Vec::new(),
            first_seen: now,
            published: None,
            is_relative: false,
            title: None,
            author: None,
            whole: 0,
            ways: Vec::new(),
            sample: Vec::new(),
            presence: Presence::Shown,
            is_pinned: false,
            modified: None,
            before: None,
            changed: None,
        };
        known.take(post);
        known
    }

    /// What the post is called: the page's id where that can be relied on.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether it is there.
    pub const fn presence(&self) -> Presence {
        self.presence
    }

    /// Whether it is kept on top.
    pub const fn is_pinned(&self) -> bool {
        self.is_pinned
    }

    /// When it was published, else first seen.
    pub fn at(&self) -> Timestamp {
        self.published.map_or(self.first_seen, |moment| moment.at)
    }

    /// When it was published, as it was said at first where that was an amount of time.
    pub const fn published(&self) -> Option<Moment> {
        self.published
    }

    /// How inexact its time is: amounts of time are told in minutes, then hours, then days.
    pub(super) fn slack(&self) -> SignedDuration {
        if !self.is_relative && self.published.is_some() {
            return SignedDuration::ZERO;
        }
        coarseness(self.first_seen.duration_since(self.at()))
    }

    pub(super) const fn is_relative(&self) -> bool {
        self.is_relative
    }

    pub(super) fn ids(&self) -> &[String] {
        &self.ids
    }

    /// Its headline.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    pub(super) const fn whole(&self) -> u64 {
        self.whole
    }

    /// Hash of what it said before it was revised last.
    pub(super) const fn before(&self) -> Option<u64> {
        self.before
    }

    pub(super) const fn set_presence(&mut self, presence: Presence) {
        self.presence = presence;
    }

    /// Notes that it is revised: what was seen of its other ways holds no more, nor a headline that one which had it
    /// has no more.
    pub(super) fn note_revised(&mut self, post: &Post, now: Timestamp) {
        let has_way = post.prints.iter().any(|(from, _)| self.ways.iter().any(|(way, _)| way == from));
        if post.title.is_none() && has_way {
            self.title = None;
        }
        self.before = Some(self.whole);
        self.changed = Some(now);
        self.ways.clear();
    }

    /// Notes that it is taken down.
    pub(super) fn note_removed(&mut self, now: Timestamp) {
        self.presence = Presence::Removed;
        self.is_pinned = false;
        self.changed = Some(now);
    }

    /// Whether it was revised or taken down less than so long ago.
    pub(super) fn has_changed_within(&self, span: SignedDuration, now: Timestamp) -> bool {
        self.changed.is_some_and(|changed| now.duration_since(changed) <= span)
    }

    /// Whether a post says what this one did before it was revised.
    pub(super) fn takes_back(&self, post: &Post) -> bool {
        self.before.is_some_and(|before| before == whole(self.title(), post))
    }

    /// Whether the declared change of a post is older than the one that was seen.
    pub(super) fn is_older(&self, post: &Post) -> bool {
        self.modified.zip(post.modified).is_some_and(|(then, now)| now.at < then)
    }

    pub(super) const fn set_pinned(&mut self, is_pinned: bool) {
        self.is_pinned = is_pinned;
    }

    /// Whether it is young enough to be edited still.
    pub(super) fn is_warm(&self, now: Timestamp) -> bool {
        now.duration_since(self.at().max(self.first_seen)) <= WARM
    }

    /// The share of the word pairs of both texts that they have in common, 0 to 1, from samples.
    pub(super) fn likeness(&self, sample: &[u32]) -> f64 {
        likeness(&self.sample, sample)
    }

    /// Whether the post now says something else than what was seen. A way that was not there before, or is gone, says
    /// nothing; nor does a field that is not found any more.
    pub(super) fn is_revised(&self, post: &Post) -> bool {
        let author = self.author.as_deref().zip(post.author.as_deref());
        if author.is_some_and(|(known, now)| fold(known) != fold(now)) && self.has_way_of(post, "author") {
            return true;
        }
        if whole(self.title(), post) == self.whole {
            return false;
        }
        let ways = short_ways(post);
        let mut common = self.ways.iter().filter_map(|(from, known)| {
            ways.iter().find(|(way, _)| way == from).map(|(_, now)| known == now)
        });
        if let Some(is_same) = common.next() {
            return !is_same || common.any(|is_same| !is_same);
        }
        let titles = self.title().zip(post.title.as_deref());
        titles.is_some_and(|(known, now)| fold(known) != fold(now))
            || self.likeness(&sample(&post.text)) < 0.8
    }

    /// Whether the way that a field comes from now was there when the post was seen last.
    fn has_way_of(&self, post: &Post, field: &str) -> bool {
        let from = post.provenance.get(field).map(|provenance| provenance.from);
        from.is_some_and(|from| self.ways.iter().any(|(way, _)| *way == from))
    }

    /// Whether the time of a post is a clock alone, which is this one's: its day is that of the look.
    pub(super) fn has_clock_of(&self, post: &Post) -> bool {
        let times = self.published.zip(post.published).filter(|_| post.is_clock);
        times.is_some_and(|(then, now)| now.at.duration_since(then.at).as_secs() % DAY_SECS == 0)
    }

    /// Takes over what is seen now. A time that was an amount of time before now stays as it was first read, and so does
    /// the day of a clock.
    pub(super) fn take(&mut self, post: &Post) {
        for id in post.id.iter().chain(&post.other_ids) {
            if !self.ids.contains(id) {
                self.ids.push(id.clone());
            }
        }
        let is_first = self.published.is_none();
        if post.published.is_some() && (is_first || !post.is_relative && !self.has_clock_of(post)) {
            self.published = post.published;
            self.is_relative = post.is_relative;
        }
        self.whole = whole(self.title.as_deref(), post);
        if post.title.is_some() {
            self.title.clone_from(&post.title);
        }
        if post.author.is_some() {
            self.author.clone_from(&post.author);
        }
        if let Some(modified) = post.modified {
            self.modified = Some(modified.at);
        }
        // A way that has the post no more may have it again.
        let ways = short_ways(post);
        self.ways.retain(|(from, _)| ways.iter().all(|(way, _)| way != from));
        self.ways.extend(ways);
        self.sample = sample(&post.text);
    }
}

/// How inexact an amount of time is: it is told in minutes, then hours, then days, which begin at midnight. The pages
/// of a round are not all read at the instant by which it is reckoned: "1 hour ago" may be some minutes less.
pub(super) fn coarseness(amount: SignedDuration) -> SignedDuration {
    match (amount + SignedDuration::from_mins(5)).as_hours() {
        ..1 => SignedDuration::from_mins(1),
        1..24 => SignedDuration::from_hours(1),
        24.. => SignedDuration::from_hours(48),
    }
}

/// Hash of a post's headline, else the one known, and its text.
pub(super) fn whole(known_title: Option<&str>, post: &Post) -> u64 {
    let title = post.title.as_deref().or(known_title).unwrap_or_default();
    short(&crate::readers::live::merge::print(title, &post.text))
}

fn short_ways(post: &Post) -> Vec<(Origin, u64)> {
    post.prints.iter().map(|(from, print)| (*from, short(print))).collect()
}

fn short(print: &Fingerprint) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(print.0).for_each(|(to, from)| *to = from);
    u64::from_le_bytes(bytes)
}

/// The least hashes of a text's word pairs.
pub(super) fn sample(text: &str) -> Vec<u32> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let hash = |pair: &[&str]| {
        let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
        for word in pair {
            hasher.write(word.as_bytes());
        }
        u32::try_from(hasher.finish() >> 32).unwrap_or_default()
    };
    let mut hashes: Vec<u32> = words.windows(2).map(hash).collect();
    if words.len() == 1 {
        hashes.push(hash(&words));
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(SAMPLE);
    hashes
}

/// Bottom-k estimate of the Jaccard likeness (Broder 1997): of the least hashes of both, how many both have.
#[expect(clippy::cast_precision_loss, reason = "samples have a few dozen hashes")]
fn likeness(one: &[u32], other: &[u32]) -> f64 {
    let mut union: Vec<u32> = one.iter().chain(other).copied().collect();
    union.sort_unstable();
    union.dedup();
    union.truncate(SAMPLE);
    let both = union.iter().filter(|hash| one.contains(hash) && other.contains(hash)).count();
    if union.is_empty() { 1.0 } else { both as f64 / union.len() as f64 }
}
