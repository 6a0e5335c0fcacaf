//! What a round of pages shows to have happened.

use super::{Event, Happening, Known, Presence, Round, SHRUNKEN_MAX, Tracker, is_declaring, newest};
use crate::{
    model::Fingerprint,
    readers::live::{
        Post,
        coverage::{self, PINS_MAX},
        section,
    },
};
use data_encoding::HEXLOWER;
use jiff::Timestamp;

impl Tracker {
    /// Settles a round: what happened since the last one, oldest posts first.
    pub fn close(&mut self, round: &Round) -> Vec<Event> {
        let now = round.pace.now;
        if round.posts.is_empty() {
            return self.drift(round, "no post is found on a page that had some", self.usual > 0);
        }
        let found = self.identify(round);
        if self.is_stale(round, &found.matched) {
            self.stale_since = self.stale_since.or(Some(now));
            return Vec::new();
        }
        let was_stale = self.stale_since.take().is_some() || self.has_turned(round);
        if self.is_foreign(round, &found.matched) {
            return self.drift(round, "what repeats on the page are not its posts", true);
        }
        let mut events = Vec::new();
        let is_first = self.opened.is_none();
        if is_first {
            self.opened = Some(now);
            events.push(Event::Opened);
        }
        self.are_ids_loose |= found.are_ids_loose;
        self.owe(round, &found.matched, is_first);
        events.extend(self.gap(round, &found.matched));
        events.extend(self.missed_ways(round));
        let first_page = round.posts.iter().filter(|(_, page)| *page == 0).count();
        let is_shrunken = self.is_shrunken(first_page, now);
        let pins = self.pins(round, &found.matched, is_shrunken);
        let mut posts = self.posts_of(round, found.matched, &pins, is_first);
        let seen = std::mem::take(&mut posts.seen);
        let window = Window::of(&self.posts, &seen);
        if !is_shrunken {
            posts.events.extend(self.absent(&seen, &window, now));
            self.usual = first_page;
        }
        events.append(&mut posts.events);
        if round.pages > 1 || round.older.is_none() {
            self.deep = Some(now);
        }
        self.date(round, was_stale);
        let local = round.coverage.local.iter().filter(|way| !self.local.contains(way));
        self.local = local.chain(&self.local).copied().collect();
        let has_new = events
            .iter()
            .any(|event| matches!(event, Event::Post { what: Happening::New { backfill: false }, .. }));
        if !is_shrunken {
            events.extend(self.course(round, has_new));
        }
        events
    }

    /// Whether the page shows less than half of its posts, and has not done so for long: it may be cut off.
    fn is_shrunken(&mut self, first_page: usize, now: Timestamp) -> bool {
        let is_short = first_page * 2 < self.usual;
        // Cut off before a long pause and again after it, it need not have been all the time.
        let goes_on = self.shrunken_at.is_some_and(|at| now.duration_since(at) <= SHRUNKEN_MAX);
        let since = self.shrunken_since.filter(|_| is_short && goes_on).unwrap_or(now);
        let is_shrunken = is_short && now.duration_since(since) <= SHRUNKEN_MAX;
        self.shrunken_since = is_shrunken.then_some(since);
        self.shrunken_at = is_shrunken.then_some(now);
        is_shrunken
    }

    /// Notes by what older states are told. A page that was taken for an old copy and is believed is the measure from
    /// now on.
    fn date(&mut self, round: &Round, was_stale: bool) {
        let modified = round.coverage.modified.map(|modified| modified.at);
        let (now, then) = (newest(round), self.newest);
        if was_stale {
            self.modified = modified.or(self.modified);
            self.newest = now.or(then);
        } else {
            self.modified = self.modified.max(modified);
            self.newest = then.max(now);
        }
    }

    /// Notes whether an older page is wanted that was not read: until it is, posts may have been missed there.
    fn owe(&mut self, round: &Round, matched: &[Option<usize>], is_first: bool) {
        let is_missed = is_first || self.misses_older(round, matched);
        let is_cut = round.older.is_some() && round.pages < round.pace.pages_max && is_missed;
        let followed = self.posts.iter().filter(|known| !known.is_pinned());
        let since = followed.map(Known::at).max().unwrap_or(Timestamp::MIN);
        self.owed = is_cut.then(|| self.owed.map_or(since, |owed| owed.min(since)));
    }

    /// Which posts are kept on top. A part of a page does not show it.
    fn pins(&self, round: &Round, matched: &[Option<usize>], is_shrunken: bool) -> Vec<bool> {
        if !is_shrunken {
            return pins(round);
        }
        let was_pinned = |known: &Option<usize>| {
            known.and_then(|known| self.posts.get(known)).is_some_and(Known::is_pinned)
        };
        matched.iter().map(was_pinned).collect()
    }

    /// Tells once that the page is not what it was.
    fn drift(&mut self, round: &Round, reason: &'static str, is_so: bool) -> Vec<Event> {
        let is_told = self.has_drifted;
        self.has_drifted |= is_so;
        if !is_so || is_told {
            return Vec::new();
        }
        let sample = round.posts.first().map(|(post, _)| {
            let words = format!("{} {}", post.title.as_deref().unwrap_or_default(), post.text);
            words.trim().chars().take(SAMPLE_MAX).collect()
        });
        vec![Event::Drift { reason, sample: sample.unwrap_or_default() }]
    }

    /// Whether the posts of a round are something else on the page: none is known, though they are of the time of
    /// those that are, and the page declares none.
    fn is_foreign(&self, round: &Round, matched: &[Option<usize>]) -> bool {
        if self.posts.is_empty() || matched.iter().any(Option::is_some) {
            return false;
        }
        let is_declared = |post: &Post| post.prints.iter().any(|(from, _)| is_declaring(*from));
        let newest = self.posts.iter().map(Known::at).max();
        let is_newer = |post: &Post| post.published.is_some_and(|moment| Some(moment.at) > newest);
        !round.posts.iter().any(|(post, _)| is_declared(post) || is_newer(post))
    }

    /// Where no post of the last look is among those of this one, some may have come and gone.
    fn gap(&self, round: &Round, matched: &[Option<usize>]) -> Option<Event> {
        let overlaps = round.posts.iter().zip(matched).any(|((post, _), known)| {
            !post.marks.pinned && known.is_some_and(|known| self.is_followed(known))
        });
        if overlaps || self.posts.is_empty() {
            return None;
        }
        let lowest =
            round.posts.iter().filter_map(|(post, _)| post.published).map(|moment| moment.at).min()?;
        let newest = self.posts.iter().map(Known::at).max()?;
        (newest < lowest).then_some(Event::Gap(newest, lowest))
    }

    /// A way that had the posts and has none of them any more.
    fn missed_ways(&mut self, round: &Round) -> Vec<Event> {
        let count = round
            .posts
            .iter()
            .filter(|(post, _)| post.prints.iter().any(|(from, _)| is_declaring(*from)))
            .count();
        let has_declared = count > 0;
        let is_lost = self.had_declared && !has_declared;
        if has_declared {
            self.had_declared = true;
            self.has_drifted = false;
        }
        self.drift(
            round,
            "the posts are no longer declared or found by the rules; they are read by the page's structure",
            is_lost,
        )
    }

    /// What happened to the posts that are shown.
    fn posts_of(
        &mut self,
        round: &Round,
        matched: Vec<Option<usize>>,
        pins: &[bool],
        is_first: bool,
    ) -> Told {
        let now = round.pace.now;
        let mut told = Told::default();
        let lowest = self.posts.iter().map(Known::at).min();
        // Oldest first: the order in which they were written.
        for (((post, _), known), pinned) in round.posts.iter().zip(matched).zip(pins).rev() {
            let Some(index) = known else {
                if post.marks.removed {
                    continue;
                }
                let key = self.key_for(post);
                let mut fresh = Known::of(post, key, now);
                fresh.set_pinned(*pinned);
                // What turns up below all that was known was there before.
                let backfill = is_first || lowest.is_some_and(|lowest| fresh.at() < lowest);
                told.tell(Happening::New { backfill }, &fresh, Some(post));
                told.seen.push(self.posts.len());
                self.posts.push(fresh);
                continue;
            };
            let Some(known) = self.posts.get_mut(index) else { continue };
            told.seen.push(index);
            told.look(known, post, *pinned, now);
        }
        told
    }

    /// What a post is called from now on: its page's id, where that tells it apart.
    fn key_for(&self, post: &Post) -> String {
        let is_new = |id: &&String| !self.posts.iter().any(|known| known.key() == *id);
        if let Some(id) = post.id.as_ref().filter(|_| !self.are_ids_loose).filter(is_new) {
            return id.clone();
        }
        let at = post.published.map(|moment| moment.at.to_string()).unwrap_or_default();
        let words = [at.as_str(), post.title.as_deref().unwrap_or_default(), &post.text];
        let made = |number: usize| {
            let print = Fingerprint::of(words.iter().copied().chain([number.to_string().as_str()]));
            HEXLOWER.encode(print.0.get(..8).unwrap_or_default())
        };
        let taken = |key: &String| self.posts.iter().any(|known| known.key() == key);
        (0..=self.posts.len()).map(made).find(|key| !taken(key)).unwrap_or_default()
    }

    /// What happened to the posts that are not shown: those kept on top that are there no more, and those that were
    /// missing between others at two looks. Where most are missing the page shows a choice of them.
    fn absent(&mut self, seen: &[usize], window: &Window, now: Timestamp) -> Vec<Event> {
        let mut events = Vec::new();
        let is_due = |known: &Known| known.presence() != Presence::Removed && window.covers(known);
        let missing =
            self.posts.iter().enumerate().filter(|(index, known)| !seen.contains(index) && is_due(known));
        let is_choice = missing.count() > seen.len();
        for (index, known) in self.posts.iter_mut().enumerate() {
            if seen.contains(&index) {
                continue;
            }
            if known.is_pinned() {
                known.set_pinned(false);
                events.push(gone(Happening::Unpinned, known));
            }
            if is_choice || !is_due(known) {
                continue;
            }
            if known.presence() == Presence::Missing {
                events.push(removed(known, now));
            } else {
                known.set_presence(Presence::Missing);
            }
        }
        events
    }

    /// Whether the coverage is over, goes on, or goes on elsewhere.
    fn course(&mut self, round: &Round, has_new: bool) -> Vec<Event> {
        let now = round.pace.now;
        let signs = round.coverage.signs;
        let badge_is_gone = self.had_badge && !signs.has_badge;
        self.had_badge |= signs.has_badge;
        let farewell = signs.has_farewell;
        let score = 2 * usize::from(farewell)
            + 2 * usize::from(signs.is_live == Some(false))
            + usize::from(badge_is_gone)
            + usize::from(round.coverage.end.is_some());
        let is_over = score >= 2 && signs.is_live != Some(true);
        let mut events = Vec::new();
        match self.ended {
            None if is_over => {
                self.ended = Some(now);
                events.push(Event::Ended);
            }
            Some(_) if !is_over && (has_new || signs.is_live == Some(true)) => {
                self.ended = None;
                events.push(Event::Reopened);
            }
            Some(_) | None => {}
        }
        if self.ended.is_some() && farewell && self.successor.is_none() {
            let page = round.coverage.url.as_ref();
            let leads = round.coverage.leads.iter();
            let next = leads.filter(|url| {
                coverage::is_of_site(url, page) && page.is_some_and(|page| may_follow(url, page))
            });
            if let Some(next) = next.min_by_key(|url| !looks_alike(url, page)) {
                self.successor = Some(next.as_str().to_owned());
                events.push(Event::Successor(next.clone()));
            }
        }
        events
    }
}

/// Whether an address may be that of the page where a coverage goes on: its path says that it is a live page, as the
/// page's own does; where that does not, it is as deep.
fn may_follow(url: &url::Url, page: &url::Url) -> bool {
    let depth = |url: &url::Url| url.path().split('/').filter(|part| !part.is_empty()).count();
    let is_as_deep = || depth(url) == depth(page) && depth(url) > 0;
    section::is_live_path(url) || !section::is_live_path(page) && is_as_deep()
}

/// Whether the path of an address begins as the page's does.
fn looks_alike(url: &url::Url, page: Option<&url::Url>) -> bool {
    let first =
        |url: &url::Url| url.path_segments().and_then(|mut segments| segments.next().map(str::to_owned));
    page.is_some_and(|page| first(page) == first(url))
}

/// What is told of the posts that are shown.
#[derive(Default)]
struct Told {
    events: Vec<Event>,
    seen: Vec<usize>,
}

impl Told {
    fn tell(&mut self, what: Happening, known: &Known, post: Option<&Post>) {
        let post = post.map(|post| Box::new(Post { published: known.published(), ..post.clone() }));
        self.events.push(Event::Post { what, key: known.key().to_owned(), post });
    }

    /// Compares a post with what was seen of it.
    fn look(&mut self, known: &mut Known, post: &Post, pinned: bool, now: Timestamp) {
        if post.marks.removed {
            if known.presence() != Presence::Removed {
                self.events.push(removed(known, now));
            }
            return;
        }
        let was_removed = known.presence() == Presence::Removed;
        let is_revised = known.is_revised(post);
        if is_revised {
            known.note_revised(post, now);
        }
        known.set_presence(Presence::Shown);
        known.take(post);
        if was_removed {
            self.tell(Happening::Restored, known, Some(post));
        }
        if is_revised {
            self.tell(Happening::Revised, known, Some(post));
        }
        if known.is_pinned() != pinned {
            known.set_pinned(pinned);
            let what = if pinned { Happening::Pinned } else { Happening::Unpinned };
            self.tell(what, known, Some(post));
        }
    }
}

fn gone(what: Happening, known: &Known) -> Event {
    Event::Post { what, key: known.key().to_owned(), post: None }
}

/// Takes a post down.
fn removed(known: &mut Known, now: Timestamp) -> Event {
    known.note_removed(now);
    gone(Happening::Removed, known)
}

/// The time that the pages of a round cover: what was published within it and is not shown is gone.
struct Window {
    bounds: Option<(Timestamp, Timestamp)>,
}

impl Window {
    /// The times of what is listed, as they were first read: from that at the bottom of the list, since what is kept on
    /// top need not say so, to the newest.
    fn of(posts: &[Known], seen: &[usize]) -> Self {
        let listed = seen.iter().filter_map(|index| posts.get(*index)).filter(|known| !known.is_pinned());
        let oldest = listed.clone().next().map(|known| known.at() + known.slack());
        let newest = listed.map(Known::at).max();
        Self { bounds: oldest.zip(newest) }
    }

    /// Whether older and newer posts are shown. An inexact time must be that much newer than the oldest: what fell off
    /// the end of a page is not gone.
    fn covers(&self, known: &Known) -> bool {
        let at = known.at();
        self.bounds.is_some_and(|(oldest, newest)| oldest + known.slack() < at && at < newest)
    }
}

/// Which posts are kept on top: those marked so; without marks, those above newer ones.
fn pins(round: &Round) -> Vec<bool> {
    let mut pins: Vec<bool> = round.posts.iter().map(|(post, _)| post.marks.pinned).collect();
    if pins.contains(&true) {
        return pins;
    }
    let times: Vec<Option<Timestamp>> = round
        .posts
        .iter()
        .map(|(post, page)| {
            post.published.filter(|_| *page == 0 && !post.is_relative).map(|moment| moment.at)
        })
        .collect();
    for (index, pin) in pins.iter_mut().enumerate().take(PINS_MAX + 1) {
        let below = times.iter().skip(index + 1).flatten().max();
        let is_above_newer =
            times.get(index).copied().flatten().is_some_and(|at| below.is_some_and(|below| at < *below));
        if !is_above_newer {
            break;
        }
        *pin = true;
    }
    // A list in no order has none on top.
    let count = pins.iter().filter(|pin| **pin).count();
    let listed = || times.iter().skip(count).flatten();
    let pairs = || listed().zip(listed().skip(1));
    let (up, down) =
        (pairs().filter(|(one, next)| one < next).count(), pairs().filter(|(one, next)| one > next).count());
    if count > PINS_MAX || up * 3 > down.max(2) {
        pins.fill(false);
    }
    pins
}

/// Letters of a sample.
const SAMPLE_MAX: usize = 120;
