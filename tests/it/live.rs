//! The reader and the tracker of live pages on those of the simulated world, in virtual time: whatever the markup, what
//! is told at each look is what the editor did since the last, as far as a page can show it, and what fails tells nothing.
//!
//! `KHABAR_LIVE_SEEDS` is how many seeds are run, `KHABAR_SIM_SEED` the one seed to run; a failure prints its own.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use khabar::{
    date::Order,
    readers::live::{Event, Happening, Look, Options, Pace, Post, Round, Rule, Shape, Tracker, read},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};
use url::Url;
use world::{Deed, Listed, LivePage, Markup, Trouble, View};

/// Seeds of a push, two of each markup: a thousand take a quarter of an hour without optimization.
const SEEDS: u64 = 20;
/// Pages read at most in one round.
const PAGES_MAX: u32 = 20;
/// How long older pages are left alone.
const REREAD: SignedDuration = SignedDuration::from_mins(5);
/// How long posts are looked at again on older pages.
const WARM: SignedDuration = SignedDuration::from_hours(3);
/// So few posts do not show by themselves that they are a list, on what is left of a first page.
const BARE_MAX: usize = 3;
/// How long a page that looks like an old copy may be taken for one.
const STALE_MAX: SignedDuration = SignedDuration::from_mins(15);

/// splitmix64, for what the test itself decides: when it looks, and when it restarts.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn between(&mut self, low: i64, high: i64) -> SignedDuration {
        SignedDuration::from_secs(low + i64::try_from(self.below(high.abs_diff(low) + 1)).unwrap())
    }
}

/// What can happen to a post, as it is told and as it is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    New,
    Revised,
    Removed,
    Restored,
    Pinned,
    Unpinned,
}

impl From<Happening> for What {
    fn from(what: Happening) -> Self {
        match what {
            Happening::New { .. } => Self::New,
            Happening::Revised => Self::Revised,
            Happening::Removed => Self::Removed,
            Happening::Restored => Self::Restored,
            Happening::Pinned => Self::Pinned,
            Happening::Unpinned => Self::Unpinned,
        }
    }
}

/// A post as it was told of.
#[derive(Debug, Clone)]
struct Seen {
    key: String,
    listed: Listed,
    /// As it was before its last change.
    before: Option<Listed>,
    /// When it was told to be revised or removed last.
    changed: Option<Timestamp>,
    /// Its newest declared change.
    modified: Option<Timestamp>,
    since: Timestamp,
    is_pinned: bool,
    is_removed: bool,
    /// Sound looks that should have shown it and did not.
    missed: u32,
    /// All looks that did not show it though it was taken down.
    absent: u32,
}

/// What a look is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worth {
    /// It tells nothing.
    Nothing,
    /// What it tells is true, and it need not tell all: a part of a page, or one that may be taken for an old copy.
    Some,
    /// It tells everything that it shows.
    All,
}

/// Follows one live page: what was told of it, and what it showed.
struct Follower<'a> {
    page: &'a LivePage,
    dice: Dice,
    tracker: Tracker,
    posts: BTreeMap<usize, Seen>,
    keys: BTreeMap<String, usize>,
    /// Keys of posts that could not be known again.
    orphans: BTreeSet<String>,
    /// The newest declared change of the whole.
    modified: Option<Timestamp>,
    /// When the newest post was published.
    newest: Option<Timestamp>,
    /// Of when the newest state is that was seen.
    as_of: Option<Timestamp>,
    /// Since when it looks like an old copy.
    stale_since: Option<Timestamp>,
    /// Posts on the first page at the last whole look.
    usual: usize,
    is_over: bool,
    has_successor: bool,
    /// Whether an older page was wanted and failed.
    was_cut: bool,
    looks: usize,
    events: usize,
}

/// A round and what its pages list.
struct Taken {
    round: Round,
    /// Posts with the number of their page, each once.
    listed: Vec<(usize, Listed)>,
    view: View,
    now: Timestamp,
}

impl<'a> Follower<'a> {
    fn new(page: &'a LivePage, seed: u64) -> Self {
        Self {
            page,
            dice: Dice(seed ^ 0x5EED),
            tracker: Tracker::default(),
            posts: BTreeMap::new(),
            keys: BTreeMap::new(),
            orphans: BTreeSet::new(),
            modified: None,
            newest: None,
            as_of: None,
            stale_since: None,
            usual: 0,
            is_over: false,
            has_successor: false,
            was_cut: false,
            looks: 0,
            events: 0,
        }
    }

    /// Looks from the opening to the end and some more, then checks that nothing is left untold.
    fn follow(&mut self) {
        let cadence = self.dice.between(20, 120);
        let mut now = self.page.start + self.dice.between(0, 2000);
        let end = self.page.end();
        let mut last = self.page.start;
        while now < end {
            // What has not changed is not read as a rule.
            let is_due = self.page.moves_within(last, now) || self.tracker.awaits();
            if is_due || self.dice.below(20) == 0 {
                last = now;
                self.look(now);
            }
            let sleeps = self.dice.below(150) == 0;
            now += if sleeps { self.dice.between(3600, 8 * 3600) } else { cadence };
        }
        // Everything works: two looks, two when no copy can be old, two when older pages are due again.
        for minutes in [0, 1, 17, 18, 25, 26] {
            self.look(end + SignedDuration::from_mins(minutes));
        }
        self.nothing_is_left(end + SignedDuration::from_mins(26));
    }

    fn look(&mut self, now: Timestamp) {
        let view = self.page.view(now);
        let half = view.pages[0].len() * 2;
        let is_skipped = match view.trouble {
            Some(Trouble::Down) => true,
            // Half a page is no longer a part of one.
            Some(Trouble::Shrunken) => half >= self.usual,
            // Amounts of time of a copy are wrong by its age.
            Some(Trouble::Stale { .. }) => {
                self.page.markup == Markup::Relative && Some(view.as_of) > self.as_of
            }
            Some(Trouble::OlderDown | Trouble::Empty | Trouble::Drift) | None => false,
        };
        if is_skipped || self.as_of.is_none() && view.trouble.is_some() {
            return;
        }
        if self.dice.below(4) == 0 {
            let written = serde_json::to_string(&self.tracker).unwrap();
            self.tracker = serde_json::from_str(&written).unwrap();
        }
        let taken = self.take(view, now);
        let Some(worth) = self.worth(&taken) else { return };
        // A look that is not kept, as when it is killed before it is written, is as if it had not been.
        let mut killed = self.tracker.clone();
        let lost = killed.close(&taken.round);
        let events = self.tracker.close(&taken.round);
        assert_eq!(lost, events, "{}", self.scene(&taken));
        if std::env::var("KHABAR_DEBUG").is_ok() {
            println!(
                "{now} {worth:?} {:?} {} first {} usual {} awaits {}",
                taken.view.trouble,
                names(&events),
                taken.view.pages[0].len(),
                self.usual,
                self.tracker.awaits()
            );
        }
        self.looks += 1;
        self.events += events.len();
        if worth == Worth::Nothing {
            let is_silent = events.iter().all(|event| matches!(event, Event::Drift { .. }));
            assert!(is_silent, "{}\ntold: {}", self.scene(&taken), names(&events));
            return;
        }
        self.check(&taken, &events, worth);
        self.as_of = self.as_of.max(Some(taken.view.as_of));
    }

    /// What a look may tell; none where it is not looked at, since the page cannot show what is wrong with it.
    fn worth(&mut self, taken: &Taken) -> Option<Worth> {
        let is_copy = matches!(taken.view.trouble, Some(Trouble::Stale { .. }));
        let is_old_copy = is_copy && Some(taken.view.as_of) <= self.as_of;
        let looks_old = self.looks_old(taken);
        let since = if looks_old { *self.stale_since.get_or_insert(taken.now) } else { taken.now };
        let is_believed = taken.now.duration_since(since) > STALE_MAX;
        if is_old_copy {
            return (looks_old && !is_believed).then_some(Worth::Nothing);
        }
        if taken.round.window() == 0 {
            return Some(Worth::Nothing);
        }
        if !looks_old || is_believed {
            self.stale_since = None;
        }
        let is_whole = taken.view.pages[0].len() * 2 >= self.usual;
        Some(if is_whole && (!looks_old || is_believed) { Worth::All } else { Worth::Some })
    }

    /// Whether a page looks like an old copy: its declared change is older than what was seen, or, where it has none,
    /// its newest post is, or the change of a post, or it shows nothing that was not seen, and something that was replaced
    /// or taken down just now. Sound pages look so when their newest post was taken down, or another put back.
    fn looks_old(&self, taken: &Taken) -> bool {
        if let (Some(now), Some(then)) = (taken.view.modified, self.modified) {
            return now < then;
        }
        let there = || taken.listed.iter().map(|(_, post)| post);
        let newest = there().map(|post| post.told).max();
        let is_dated = self.page.markup != Markup::Relative;
        let tells = self.page.markup.tells_changes() && taken.view.trouble != Some(Trouble::Drift);
        let is_changed_back = |post: &Listed| {
            self.posts
                .get(&post.number)
                .is_some_and(|seen| seen.modified.is_some_and(|then| post.modified < then))
        };
        is_dated && newest < self.newest || tells && there().any(is_changed_back) || self.takes_back(taken)
    }

    /// Whether a page shows nothing that was not seen, and something that was replaced or taken down just now.
    fn takes_back(&self, taken: &Taken) -> bool {
        let mut is_back = false;
        for (_, post) in taken.listed.iter().filter(|(_, post)| !post.is_stone) {
            let Some(seen) = self.posts.get(&post.number) else { return false };
            let is_recent =
                seen.changed.is_some_and(|changed| taken.now.duration_since(changed) <= STALE_MAX);
            let is_replaced = is_recent && seen.before.iter().any(|before| says_same(before, post));
            if !is_replaced && !says_same(&seen.listed, post) {
                return false;
            }
            is_back |= is_replaced || is_recent && seen.is_removed;
        }
        is_back
    }

    /// Whether a post has a mark that it is kept on top.
    fn marks_pin(&self, view: &View, post: &Listed) -> bool {
        post.is_pinned && self.page.markup.marks_pins() && view.trouble != Some(Trouble::Drift)
    }

    /// Reads a page and those below it that are wanted, a few seconds apart.
    fn take(&mut self, view: View, now: Timestamp) -> Taken {
        let pace = Pace { now, pages_max: PAGES_MAX, reread: REREAD };
        let first = self.read(now, 0, None).expect("the first page is there");
        let mut listed: Vec<(usize, Listed)> = view.pages[0].iter().map(|post| (0, post.clone())).collect();
        assert!(
            first.posts.len() == listed.len() || first.posts.is_empty() && listed.len() <= BARE_MAX,
            "{} posts of {} at {now}: {view:#?}",
            first.posts.len(),
            self.page.url(0)
        );
        let mut round = Round::begin(pace, first);
        let mut next = 1;
        while round.wants(&self.tracker).is_some() {
            // Meanwhile a post may come, and pushes one to the next page.
            let later = now + SignedDuration::from_secs(3 * i64::try_from(next).unwrap());
            let at = if self.only_posts_within(now, later) { later } else { now };
            let Some(look) = self.read(at, next, round.shape()) else {
                self.was_cut = true;
                break;
            };
            let view = self.page.view(at);
            let below: Vec<_> =
                view.pages.get(next).into_iter().flatten().map(|post| (next, post.clone())).collect();
            assert_eq!(look.posts.len(), below.len(), "older page {next} at {at}: {}", self.page.url(0));
            for (_, post) in &below {
                if listed.iter().all(|(_, known)| known.number != post.number) {
                    listed.push((next, post.clone()));
                }
            }
            round.add(look);
            next += 1;
        }
        Taken { round, listed, view, now }
    }

    /// Whether nothing but new posts comes between.
    fn only_posts_within(&self, from: Timestamp, until: Timestamp) -> bool {
        let acts = self.page.log().iter();
        let within = acts.filter(|act| (from..=until).contains(&self.page.at(act.at)));
        let is_post = |deed: Deed| matches!(deed, Deed::Post { farewell: false, .. });
        within.clone().all(|act| is_post(act.deed)) && self.page.trouble(from) == self.page.trouble(until)
    }

    fn read(&self, now: Timestamp, page: usize, like: Option<&Shape>) -> Option<Look> {
        let reply = self.page.answer(now, page);
        if reply.status != 200 {
            return None;
        }
        let rule = Rule::default();
        let options = Options { rule: &rule, zone: &TimeZone::UTC, now, order: Order::Dmy, like, local: &[] };
        let url = Url::parse(&self.page.url(page)).unwrap();
        let body = String::from_utf8(reply.body).unwrap();
        Some(read(&options, &body, Some(&url)).0)
    }

    /// Compares what is told with what is shown.
    fn check(&mut self, taken: &Taken, events: &[Event], worth: Worth) {
        let is_whole = taken.view.pages[0].len() * 2 >= self.usual;
        self.count_missing(taken, worth == Worth::All && is_whole);
        let mut expected = self.shown(taken, is_whole);
        let mut told = Vec::new();
        for event in events {
            match event {
                Event::Post { what: Happening::Removed | Happening::Unpinned, key, .. }
                    if self.orphans.contains(key) => {}
                Event::Post { what, key, post } => {
                    let what = What::from(*what);
                    let number = self.number(taken, what, (key, post.as_deref()), &mut expected);
                    told.push((what, number));
                }
                Event::Opened => assert!(self.as_of.is_none(), "opened twice"),
                Event::Ended | Event::Reopened | Event::Successor(_) => {}
                Event::Gap(..) => assert!(self.was_cut, "{}\na gap", self.scene(taken)),
                Event::Drift { .. } => {
                    assert_eq!(taken.view.trouble, Some(Trouble::Drift), "{}", self.scene(taken));
                }
            }
        }
        let is_gone = |number: &usize| self.posts.get(number).is_some_and(|seen| seen.absent >= 2);
        let is_true =
            |told: &&(What, usize)| expected.contains(told) || told.0 == What::Removed && is_gone(&told.1);
        let untrue: Vec<_> = told.iter().filter(|told| !is_true(told)).collect();
        assert!(untrue.is_empty(), "{}\nuntrue: {untrue:?} of {told:?}", self.scene(taken));
        let once: BTreeSet<_> = told.iter().collect();
        assert_eq!(once.len(), told.len(), "{}\ntwice: {told:?}", self.scene(taken));
        if worth == Worth::All || !self.looks_old(taken) {
            self.modified = taken.view.modified.or(self.modified);
            self.newest = taken.listed.iter().map(|(_, post)| post.told).max().or(self.newest);
        }
        if worth == Worth::All {
            expected.extend(
                self.posts
                    .iter()
                    .filter(|(_, seen)| seen.missed >= 2 && !seen.is_removed)
                    .map(|(n, _)| (What::Removed, *n)),
            );
            let untold: Vec<_> = expected.iter().filter(|wanted| !told.contains(wanted)).collect();
            assert!(untold.is_empty(), "{}\nuntold: {untold:?}, told: {told:?}", self.scene(taken));
            self.check_course(taken, events);
            self.usual = taken.view.pages[0].len();
        }
        self.learn(taken, &told, worth);
    }

    /// What a round shows to have happened, but for posts that are gone without a trace.
    fn shown(&self, taken: &Taken, is_whole: bool) -> BTreeSet<(What, usize)> {
        let mut shown = BTreeSet::new();
        let pins = self.pins(taken);
        for (_, post) in &taken.listed {
            let number = post.number;
            let Some(seen) = self.posts.get(&number) else {
                if !post.is_stone {
                    shown.insert((What::New, number));
                }
                continue;
            };
            if post.is_stone {
                if !seen.is_removed {
                    shown.insert((What::Removed, number));
                }
                continue;
            }
            if seen.is_removed {
                shown.insert((What::Restored, number));
            }
            if !says_same(&seen.listed, post) {
                shown.insert((What::Revised, number));
            }
            let is_pinned = pins.contains(&number);
            if is_whole && is_pinned != seen.is_pinned {
                shown.insert((if is_pinned { What::Pinned } else { What::Unpinned }, number));
            }
        }
        let is_listed = |number: &usize| taken.listed.iter().any(|(_, post)| post.number == *number);
        let fallen = self.posts.iter().filter(|(number, seen)| seen.is_pinned && !is_listed(number));
        shown.extend(fallen.filter(|_| is_whole).map(|(number, _)| (What::Unpinned, *number)));
        shown
    }

    /// The posts that are seen to be kept on top: by their marks, else those at the top that stand above a newer one.
    /// Without times there is no newer.
    fn pins(&self, taken: &Taken) -> BTreeSet<usize> {
        let page = &taken.view.pages[0];
        let marked = page.iter().filter(|post| self.marks_pin(&taken.view, post));
        let marked: BTreeSet<usize> = marked.map(|post| post.number).collect();
        if !marked.is_empty() || self.page.markup == Markup::Relative {
            return marked;
        }
        let is_above_newer =
            |place: &usize| page[place + 1..].iter().any(|below| below.told > page[*place].told);
        let pins: BTreeSet<usize> =
            (0..page.len()).take_while(is_above_newer).map(|place| page[place].number).collect();
        if pins.len() < 4 { pins } else { BTreeSet::new() }
    }

    /// Counts the looks at which posts that were taken down without a trace are not there, and those at which they
    /// should have been.
    fn count_missing(&mut self, taken: &Taken, is_sound: bool) {
        let pins = self.pins(taken);
        let slack = |first_seen: Timestamp, published: Timestamp| {
            if self.page.markup != Markup::Relative {
                return SignedDuration::ZERO;
            }
            match (first_seen.duration_since(published) + SignedDuration::from_mins(10)).as_hours() {
                ..1 => SignedDuration::from_mins(3),
                1..24 => SignedDuration::from_hours(1),
                24.. => SignedDuration::from_hours(48),
            }
        };
        let in_list = taken.listed.iter().filter(|(_, post)| !post.is_stone && !pins.contains(&post.number));
        let bounds: Vec<(Timestamp, SignedDuration)> = in_list
            .map(|(_, post)| {
                let first_seen = self.posts.get(&post.number).map_or(taken.now, |seen| seen.since);
                (post.told, slack(first_seen, post.published))
            })
            .collect();
        let gone = |number: usize| {
            self.page.is_deleted(number, taken.view.as_of)
                && taken.listed.iter().all(|(_, post)| post.number != number)
        };
        let mut counts = Vec::new();
        for (number, seen) in self.posts.iter().filter(|(number, seen)| !seen.is_removed && gone(**number)) {
            let (at, own) = (seen.listed.told, slack(seen.since, seen.listed.published));
            let is_covered = bounds.iter().any(|(other, slack)| *other > at + own + *slack)
                && bounds.last().is_some_and(|(other, slack)| *other + *slack + *slack + own < at);
            counts.push((*number, is_covered && is_sound));
        }
        for (number, is_missed) in counts {
            let seen = self.posts.get_mut(&number).unwrap();
            seen.absent += 1;
            seen.missed += u32::from(is_missed);
        }
    }

    /// The number of the post that an event tells of, whose text must be what is shown.
    fn number(
        &mut self,
        taken: &Taken,
        what: What,
        (key, post): (&str, Option<&Post>),
        expected: &mut BTreeSet<(What, usize)>,
    ) -> usize {
        let said = post.filter(|_| !matches!(what, What::Removed | What::Unpinned | What::Pinned));
        let shown = said.map(|post| {
            let listed = taken.listed.iter().find(|(_, listed)| is_it(listed, post));
            let listed = listed.map(|(_, listed)| listed.clone());
            listed.unwrap_or_else(|| panic!("{}\nnot as written: {post:#?}", self.scene(taken)))
        });
        let Some(shown) = shown else { return self.keys[key] };
        if what == What::New {
            assert!(!self.keys.contains_key(key), "{}\n{key} is new twice", self.scene(taken));
            if let Some(seen) =
                self.posts.get(&shown.number).filter(|seen| self.is_beyond(seen, &shown, taken))
            {
                self.orphans.insert(seen.key.clone());
                expected.retain(|(_, number)| *number != shown.number);
                expected.insert((What::New, shown.number));
                self.posts.remove(&shown.number);
            }
            self.keys.insert(key.to_owned(), shown.number);
            return shown.number;
        }
        let number = self.keys[key];
        if number != shown.number {
            assert!(
                self.stands_in(number, &shown, taken),
                "{}\n{key} of {number} is told as {}",
                self.scene(taken),
                shown.number
            );
            let mut seen = self.posts.remove(&number).expect("it was told");
            (seen.missed, seen.absent) = (0, 0);
            self.posts.insert(shown.number, seen);
            self.keys.insert(key.to_owned(), shown.number);
            expected.retain(|(_, wanted)| ![number, shown.number].contains(wanted));
            expected.insert((What::Revised, shown.number));
        }
        shown.number
    }

    /// Whether a post can only be taken for an edit of another: that one is there no more, this one is new and of the
    /// same time, and there are no ids to tell them apart.
    fn stands_in(&self, number: usize, now: &Listed, taken: &Taken) -> bool {
        let is_same_time = self.posts.get(&number).is_some_and(|seen| seen.listed.told == now.told);
        let is_new = !self.posts.contains_key(&now.number);
        let is_gone = taken.listed.iter().all(|(_, post)| post.number != number || post.is_stone);
        !self.page.markup.has_lasting_ids() && is_same_time && is_new && is_gone
    }

    /// Whether an edit makes a post another one for everybody who has no lasting id of it: hardly a word is left, and the
    /// headline is another or there is none; with its time alone it is known again, if no other post has that time and it was
    /// not taken down.
    fn is_beyond(&self, seen: &Seen, now: &Listed, taken: &Taken) -> bool {
        let markup = self.page.markup;
        if markup.has_lasting_ids() || seen.listed.title.is_some() && seen.listed.title == now.title {
            return false;
        }
        let least = if markup == Markup::Relative { 0.75 } else { 0.65 };
        let shares = taken.listed.iter().filter(|(_, post)| post.told == now.told).count() > 1;
        likeness(&seen.listed.text, &now.text) < least
            && (matches!(markup, Markup::Relative | Markup::Remade) || shares || seen.is_removed)
    }

    /// Whether the coverage is over and leads on as the page shows.
    fn check_course(&mut self, taken: &Taken, events: &[Event]) {
        let page = &taken.view.pages[0];
        let there = || page.iter().filter(|post| !post.is_stone);
        let newest = there().map(|post| self.amount(post, taken)).max();
        let bids = there().any(|post| post.is_farewell && Some(self.amount(post, taken)) == newest);
        let is_guardian = self.page.markup == Markup::Guardian;
        let is_over = if is_guardian { taken.view.is_closed } else { bids };
        let has_new = events
            .iter()
            .any(|event| matches!(event, Event::Post { what: Happening::New { backfill: false }, .. }));
        let mut expected = Vec::new();
        if is_over && !self.is_over {
            expected.push("coverage.ended");
            self.is_over = true;
        } else if self.is_over && !is_over && (has_new || is_guardian) {
            expected.push("coverage.reopened");
            self.is_over = false;
        }
        if self.is_over && bids && !self.has_successor {
            expected.push("coverage.successor");
            self.has_successor = true;
        }
        let course = events
            .iter()
            .map(Event::name)
            .filter(|name| matches!(*name, "coverage.ended" | "coverage.reopened" | "coverage.successor"));
        let course: Vec<_> = course.collect();
        assert_eq!(course, expected, "{}", self.scene(taken));
    }

    /// When a post was published, as exactly as the page tells it now.
    fn amount(&self, post: &Listed, taken: &Taken) -> Timestamp {
        if self.page.markup != Markup::Relative {
            return post.told;
        }
        let secs = taken.view.as_of.duration_since(post.published).as_secs();
        let unit = [(3600, 60), (86_400, 3600), (i64::MAX, 86_400)]
            .iter()
            .find(|(below, _)| secs < *below)
            .unwrap()
            .1;
        taken.view.as_of - SignedDuration::from_secs((secs / unit).max(1) * unit)
    }

    /// Takes over what was told.
    fn learn(&mut self, taken: &Taken, told: &[(What, usize)], worth: Worth) {
        for (what, number) in told {
            let Some(seen) = self.posts.get_mut(number) else { continue };
            if matches!(what, What::Removed | What::Revised) {
                seen.changed = Some(taken.now);
            }
            match what {
                What::Removed => (seen.is_removed, seen.is_pinned) = (true, false),
                What::Restored => seen.is_removed = false,
                What::Pinned => seen.is_pinned = true,
                What::Unpinned => seen.is_pinned = false,
                What::New | What::Revised => {}
            }
        }
        let pins = self.pins(taken);
        for (_, post) in taken.listed.iter().filter(|(_, post)| !post.is_stone) {
            let is_told = |what: What| told.contains(&(what, post.number));
            if is_told(What::New) {
                let key = self
                    .keys
                    .iter()
                    .find(|(key, number)| **number == post.number && !self.orphans.contains(*key));
                let seen = Seen {
                    key: key.unwrap().0.clone(),
                    listed: post.clone(),
                    before: None,
                    changed: None,
                    modified: None,
                    since: taken.now,
                    is_pinned: pins.contains(&post.number),
                    is_removed: false,
                    missed: 0,
                    absent: 0,
                };
                self.posts.insert(post.number, seen);
            }
            let Some(seen) = self.posts.get_mut(&post.number) else { continue };
            if is_told(What::Revised) {
                seen.before = Some(seen.listed.clone());
            }
            if worth == Worth::All || is_told(What::Revised) || says_same(&seen.listed, post) {
                seen.listed = post.clone();
                let tells = self.page.markup.tells_changes() && taken.view.trouble != Some(Trouble::Drift);
                seen.modified = Some(post.modified).filter(|_| tells).or(seen.modified);
                (seen.missed, seen.absent) = (0, 0);
            }
        }
    }

    /// Everything that the pages list was told, and is as it is now.
    fn nothing_is_left(&self, now: Timestamp) {
        let view = self.page.view(now);
        let state: Vec<_> =
            self.tracker.posts().iter().map(|known| (known.key(), known.presence())).collect();
        for (place, page) in view.pages.iter().enumerate() {
            for post in page.iter().filter(|post| !post.is_stone) {
                let seen = self.posts.get(&post.number);
                // One that was never there while it was on a page that was read.
                let was_away =
                    self.page.log().iter().any(|act| act.deed == Deed::Restore { post: post.number });
                let is_cold = now.duration_since(post.published) > WARM && place > 0;
                assert!(seen.is_some() || was_away && is_cold, "{post:#?} was never told; {state:?}");
                let is_right = seen.is_none_or(|seen| !seen.is_removed && says_same(&seen.listed, post));
                assert!(is_right || is_cold, "{seen:#?} is now {post:#?}");
            }
        }
    }

    /// What a failure is about.
    fn scene(&self, taken: &Taken) -> String {
        let mut text = format!(
            "{} {:?} {} at {} ({:?}, as of {}), {} pages read\n",
            self.page.url(0),
            self.page.markup,
            self.page.language.tag(),
            taken.now,
            taken.view.trouble,
            taken.view.as_of,
            taken.listed.last().map_or(0, |(page, _)| page + 1),
        );
        for act in self.page.log().iter().filter(|act| {
            let apart = self.page.at(act.at).duration_since(taken.now);
            apart < SignedDuration::from_secs(60) && apart > SignedDuration::from_hours(-2)
        }) {
            writeln!(text, "  {} {:?}", self.page.at(act.at), act.deed).unwrap();
        }
        for (page, post) in &taken.listed {
            let seen = self.posts.get(&post.number);
            let state =
                seen.map(|seen| (&seen.key, says_same(&seen.listed, post), seen.is_pinned, seen.is_removed));
            writeln!(
                text,
                "  page {page}: {} {} pinned {} stone {} {:?} seen {state:?}",
                post.number, post.told, post.is_pinned, post.is_stone, post.title
            )
            .unwrap();
        }
        text
    }
}

/// Whether two states of a post say the same.
fn says_same(one: &Listed, other: &Listed) -> bool {
    one.title == other.title && one.text == other.text
}

/// Whether a post that was read is a listed one, word by word.
fn is_it(listed: &Listed, post: &Post) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    words(&listed.text) == words(&post.text)
        && words(listed.title.as_deref().unwrap_or_default())
            == words(post.title.as_deref().unwrap_or_default())
}

/// The share of word pairs that two texts have in common.
fn likeness(one: &str, other: &str) -> f64 {
    let pairs = |text: &str| -> BTreeSet<(String, String)> {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.windows(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
    };
    let (one, other) = (pairs(one), pairs(other));
    let count = |count: usize| f64::from(u32::try_from(count).unwrap());
    count(one.intersection(&other).count()) / count(one.union(&other).count().max(1))
}

/// The names of events.
fn names(events: &[Event]) -> String {
    events.iter().map(Event::name).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_told_of_live_pages_is_what_their_editors_did() {
    let count = std::env::var("KHABAR_LIVE_SEEDS").map_or(SEEDS, |count| count.parse().unwrap());
    let one = std::env::var("KHABAR_SIM_SEED").ok().map(|seed| seed.parse::<u64>().unwrap());
    let seeds = one.map_or(0..count, |seed| seed..seed + 1);
    let (mut looks, mut events) = (0, 0);
    for seed in seeds {
        let failing = Failing(seed);
        let first = LivePage::new(seed);
        let next = first.next();
        for page in std::iter::once(first).chain(next) {
            let mut follower = Follower::new(&page, seed);
            follower.follow();
            looks += follower.looks;
            events += follower.events;
        }
        drop(failing);
    }
    println!("{looks} looks told of {events} events");
}

/// Prints its seed when a test fails under it.
struct Failing(u64);

impl Drop for Failing {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("failed with KHABAR_SIM_SEED={}", self.0);
        }
    }
}
