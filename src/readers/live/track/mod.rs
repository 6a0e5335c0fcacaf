//! What happened on a live page between two looks: its posts are known again, and each difference is an event or none.
//!
//! A look is one page or, where posts may have been missed or may have been edited further down, several: a [`Round`]
//! gathers them and says whether it wants an older one. [`Tracker::close`] then settles the round. Nothing that a
//! failing, stale or shrunken page does not show is taken for removed.

mod identity;
mod known;
mod settle;
#[cfg(test)]
mod tests;

pub use known::{Known, Presence};

use super::{Coverage, Look, Order, Post, Shape};
use crate::model::Origin;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

/// How long a post is looked at again for edits. Of 86 edits of five real live pages the latest came after 170 minutes.
pub const WARM: SignedDuration = SignedDuration::from_hours(3);

/// What happened to a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    /// It is there for the first time; whether it was there before the page was looked at first.
    New {
        /// It is older than the first look.
        backfill: bool,
    },
    /// Its headline, text or author changed.
    Revised,
    /// It was taken down.
    Removed,
    /// It is back.
    Restored,
    /// It is kept on top.
    Pinned,
    /// It is kept on top no more.
    Unpinned,
}

impl Happening {
    /// The name in the event log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New { .. } => "post.new",
            Self::Revised => "post.revised",
            Self::Removed => "post.removed",
            Self::Restored => "post.restored",
            Self::Pinned => "post.pinned",
            Self::Unpinned => "post.unpinned",
        }
    }
}

/// What a look shows to have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The page was looked at for the first time.
    Opened,
    /// Something happened to the post of this key.
    Post {
        /// What.
        what: Happening,
        /// Key of the post.
        key: String,
        /// The post as it is now; none where it is gone.
        post: Option<Box<Post>>,
    },
    /// The coverage is over.
    Ended,
    /// It goes on after all.
    Reopened,
    /// It goes on at another page.
    Successor(Url),
    /// Posts may have been missed: between these two times none was seen.
    Gap(Timestamp, Timestamp),
    /// The page is not what it was.
    Drift {
        /// Why.
        reason: &'static str,
        /// The beginning of the first post that is read now; empty where none is.
        sample: String,
    },
}

impl Event {
    /// The name in the event log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened => "coverage.opened",
            Self::Post { what, .. } => what.name(),
            Self::Ended => "coverage.ended",
            Self::Reopened => "coverage.reopened",
            Self::Successor(_) => "coverage.successor",
            Self::Gap(..) => "source.gap",
            Self::Drift { .. } => "rule.drift",
        }
    }
}

/// How a live page is followed.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// When the first page of the round was fetched.
    pub now: Timestamp,
    /// Pages read at most in one round.
    pub pages_max: u32,
    /// How long pages further down are left alone while posts on them are warm.
    pub reread: SignedDuration,
}

/// What is known of one live page.
#[expect(clippy::struct_excessive_bools, reason = "each is one fact that a later look needs")]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tracker {
    posts: Vec<Known>,
    /// Whether the page's ids are places in its list, or are made anew: nothing is known again by them.
    #[serde(default)]
    are_ids_loose: bool,
    /// First look.
    opened: Option<Timestamp>,
    /// The newest declared change of the whole.
    modified: Option<Timestamp>,
    /// When the newest post was published that the last sound look showed.
    #[serde(default)]
    newest: Option<Timestamp>,
    /// Since when copies are older than what was seen.
    stale_since: Option<Timestamp>,
    /// An older page was wanted and failed: what is not older than this may have been missed.
    #[serde(default)]
    owed: Option<Timestamp>,
    /// When pages further down were read last.
    deep: Option<Timestamp>,
    /// Whether a badge said "live".
    had_badge: bool,
    /// Since when it is over.
    ended: Option<Timestamp>,
    /// Where it goes on.
    successor: Option<String>,
    /// Posts on its first page at the last sound look.
    usual: usize,
    /// Ways that write local time as UTC.
    #[serde(default)]
    local: Vec<Origin>,
    /// Since when it shows less than half of them.
    #[serde(default)]
    shrunken_since: Option<Timestamp>,
    /// When it was seen to do so last.
    #[serde(default)]
    shrunken_at: Option<Timestamp>,
    /// Whether posts were in its JSON-LD.
    had_declared: bool,
    /// Whether it has been told that the page is not what it was.
    has_drifted: bool,
}

/// The pages of one look, newest first.
#[derive(Debug)]
pub struct Round {
    pace: Pace,
    coverage: Coverage,
    /// Posts with the number of their page, from 0.
    posts: Vec<(Post, u32)>,
    older: Option<Url>,
    pages: u32,
    shape: Option<Shape>,
}

impl Round {
    /// Begins with the first page.
    pub fn begin(pace: Pace, first: Look) -> Self {
        let mut posts = first.posts;
        if first.coverage.order == Order::OldestFirst {
            posts.reverse();
        }
        let older = first.coverage.older.clone();
        let posts = posts.into_iter().map(|post| (post, 0)).collect();
        Self { pace, coverage: first.coverage, posts, older, pages: 1, shape: first.shape }
    }

    /// Adds the page after the last.
    pub fn add(&mut self, mut next: Look) {
        if next.coverage.order == Order::OldestFirst {
            next.posts.reverse();
        }
        self.older = next.coverage.older.filter(|older| Some(older) != self.older.as_ref());
        let page = self.pages;
        for post in next.posts {
            // A post that came meanwhile pushes another down; one that is kept on top also stands in its place.
            if !self.posts.iter().any(|(known, _)| is_same(known, &post)) {
                self.posts.push((post, page));
            }
        }
        self.pages += 1;
    }

    /// Ways that write local time as UTC, as its pages or what is known show.
    pub fn local(&self, tracker: &Tracker) -> Vec<Origin> {
        [tracker.local(), &self.coverage.local].concat()
    }

    /// What its first page says of the whole.
    pub const fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The ids of the posts on its pages; empty where they have none.
    pub fn ids(&self) -> Vec<String> {
        self.posts.iter().map(|(post, _)| post.id.clone().unwrap_or_default()).collect()
    }

    /// What the posts of its first page are, by which those of older ones are known.
    pub const fn shape(&self) -> Option<&Shape> {
        self.shape.as_ref()
    }

    /// Posts on the first of them.
    pub fn window(&self) -> usize {
        self.posts.iter().filter(|(_, page)| *page == 0).count()
    }

    /// The post at the bottom of the list.
    fn bottom(&self) -> Option<usize> {
        self.posts.iter().rposition(|(post, _)| !post.marks.pinned && !post.marks.removed)
    }

    /// When the lowest post was published of those of the first pages.
    fn lowest(&self, pages: u32) -> Option<Timestamp> {
        let of_pages = self.posts.iter().rev().filter(|(post, page)| *page < pages && !post.marks.pinned);
        of_pages.filter_map(|(post, _)| post.published).map(|moment| moment.at).next()
    }

    /// The next page, where it is wanted.
    pub fn wants(&self, tracker: &Tracker) -> Option<&Url> {
        self.older.as_ref().filter(|_| self.pages < self.pace.pages_max && tracker.wants_older(self))
    }
}

impl Tracker {
    /// Its posts, in the order in which they were first seen.
    pub fn posts(&self) -> &[Known] {
        &self.posts
    }

    /// Whether the coverage is over, and since when.
    pub const fn ended(&self) -> Option<Timestamp> {
        self.ended
    }

    /// When pages after the first were read last.
    pub const fn deep(&self) -> Option<Timestamp> {
        self.deep
    }

    /// Where the coverage goes on.
    pub fn successor(&self) -> Option<&str> {
        self.successor.as_deref()
    }

    /// Whether a post was missing at the last look that should have shown it: the next one decides.
    pub fn awaits(&self) -> bool {
        self.posts.iter().any(|known| known.presence() == Presence::Missing)
    }

    /// Ways that write local time as UTC.
    pub fn local(&self) -> &[Origin] {
        &self.local
    }

    /// Whether a round is the first that shows local time written as UTC: what is known is as far off.
    fn has_turned(&self, round: &Round) -> bool {
        self.is_known() && round.coverage.local.iter().any(|way| !self.local.contains(way))
    }

    /// Whether the page has been looked at.
    pub const fn is_known(&self) -> bool {
        self.opened.is_some()
    }

    /// When the posts were published that are there, the newest first, at most `most`.
    pub fn times(&self, most: usize) -> Vec<Timestamp> {
        let shown = self.posts.iter().filter(|known| known.presence() != Presence::Removed);
        let mut times: Vec<Timestamp> = shown.map(Known::at).collect();
        times.sort_unstable_by(|one, other| other.cmp(one));
        times.truncate(most);
        times
    }

    /// Whether an older page may hold what was missed or edited.
    fn wants_older(&self, round: &Round) -> bool {
        if round.posts.is_empty() {
            return false;
        }
        if !self.is_known() {
            return true;
        }
        let found = self.identify(round);
        if self.is_stale(round, &found.matched) {
            return false;
        }
        if self.misses_older(round, &found.matched) {
            return true;
        }
        let shown: Vec<usize> = found.matched.iter().flatten().copied().collect();
        let is_due = self.deep.is_none_or(|deep| round.pace.now.duration_since(deep) >= round.pace.reread);
        let lowest = round.lowest(round.pages);
        // What was taken down may be put back.
        let is_warm = |(index, known): (usize, &Known)| {
            known.is_warm(round.pace.now)
                && !shown.contains(&index)
                && lowest.is_none_or(|lowest| known.at() <= lowest)
        };
        is_due && self.posts.iter().enumerate().any(is_warm)
    }

    /// Whether posts that are younger than [`WARM`] stand below the first page of a round.
    pub fn has_warm_below(&self, round: &Round) -> bool {
        let lowest = round.lowest(1);
        let is_below = |known: &Known| lowest.is_some_and(|lowest| known.at() < lowest);
        let now = round.pace.now;
        self.posts.iter().any(|known| known.is_warm(now) && is_below(known))
    }

    /// Whether posts may have been missed that stand below a round: the post at its bottom is not known, or an older
    /// page failed before.
    fn misses_older(&self, round: &Round, matched: &[Option<usize>]) -> bool {
        let Some(bottom) = round.bottom() else { return true };
        let known = matched.get(bottom).copied().flatten();
        let is_owed =
            self.owed.is_some_and(|owed| round.lowest(round.pages).is_none_or(|lowest| lowest > owed));
        is_owed || !known.is_some_and(|known| self.is_followed(known))
    }

    /// Whether a known post stands in the list, not on top of it.
    fn is_followed(&self, index: usize) -> bool {
        self.posts.get(index).is_some_and(|known| !known.is_pinned())
    }

    /// Whether a round shows an older state than the one that was seen: its declared change lies back, or, where none
    /// is declared, that of a post or its newest post does, or it only takes back what happened just now. A cache does
    /// not lag for long: after a quarter of an hour the page is believed.
    fn is_stale(&self, round: &Round, matched: &[Option<usize>]) -> bool {
        if self.is_believed(round.pace.now) {
            return false;
        }
        if let (Some(seen), Some(declared)) = (self.modified, round.coverage.modified) {
            return declared.at < seen;
        }
        let pairs = || {
            let known = matched.iter().map(|known| known.and_then(|known| self.posts.get(known)));
            round.posts.iter().map(|(post, _)| post).zip(known)
        };
        newest(round).is_some_and(|newest| Some(newest) < self.newest) && !self.has_turned(round)
            || pairs().any(|(post, known)| known.is_some_and(|known| known.is_older(post)))
            || takes_back(pairs(), round.pace.now)
    }

    /// Whether copies have been older than what was seen for so long that they are none.
    fn is_believed(&self, now: Timestamp) -> bool {
        self.stale_since.is_some_and(|since| now.duration_since(since) > STALE_MAX)
    }
}

/// When the newest post of a round was published.
fn newest(round: &Round) -> Option<Timestamp> {
    let dated = round.posts.iter().filter(|(post, _)| !post.is_relative);
    dated.filter_map(|(post, _)| post.published).map(|moment| moment.at).max()
}

/// Whether posts show nothing that was not seen, and something that was replaced or taken down just now.
fn takes_back<'a>(pairs: impl Iterator<Item = (&'a Post, Option<&'a Known>)>, now: Timestamp) -> bool {
    let mut is_back = false;
    for (post, known) in pairs.filter(|(post, _)| !post.marks.removed) {
        let Some(known) = known else { return false };
        let is_recent = known.has_changed_within(STALE_MAX, now);
        let is_replaced = is_recent && known.takes_back(post);
        if !is_replaced && known.is_revised(post) {
            return false;
        }
        is_back |= is_replaced || is_recent && known.presence() == Presence::Removed;
    }
    is_back
}

/// Whether two posts of one round are one.
fn is_same(one: &Post, other: &Post) -> bool {
    let times = one.published.zip(other.published);
    let apart = times.map(|(one, other)| one.at.duration_since(other.at).abs()).unwrap_or_default();
    let is_near = if one.is_relative { apart <= SignedDuration::from_mins(1) } else { apart.is_zero() };
    is_near
        && one.title == other.title
        && one.text == other.text
        && one.marks.removed == other.marks.removed
        && (!one.text.is_empty() || one.id == other.id)
}

/// A page that shows less than half of what it did for so long is as long as that.
const SHRUNKEN_MAX: SignedDuration = SignedDuration::from_hours(1);

/// How long a cache may lag behind.
const STALE_MAX: SignedDuration = SignedDuration::from_mins(15);

/// Ways in which a page declares its posts.
const fn is_declaring(origin: Origin) -> bool {
    matches!(origin, Origin::JsonLd | Origin::Microdata | Origin::Json | Origin::Rule)
}
