//! One poll of one door, from due to committed, as a straight line:
//! look at the door → record what of it is new → fetch and read each page → publish → settle the door.
//!
//! What a look found is in the state before the first page is asked for, with the validators of the answer: however
//! a poll ends, the door is never asked for the same again.

mod door;
mod live;
mod pages;
mod work;

use super::{
    Context, Door, Source, Triaged,
    covering::Covered,
    door::{DoorState, LONGEST},
    finding::{Happening, Sketch, Visit},
    look::{self, Answer, At, Listed, Look},
};
use crate::{
    io::{
        observe::Event,
        store::{DoorRow, Noted, Settled, WaitingRow},
    },
    model::{ArticleId, CanonicalUrl, Entry, Outcome, Tally},
};
use jiff::{SignedDuration, Timestamp};
use pages::{Handed, Silence};
use std::{collections::BTreeMap, sync::Arc};
use tokio::time::Instant;
use url::Url;
use work::{NEW, Work};

/// Pages read of one door in one poll at most; the others wait for the next.
pub const NEW_MAX: usize = 500;

/// After a failure of disk or state the work is done again so soon.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// What a poll gives back.
#[derive(Debug)]
pub struct Polled {
    /// The door's new state; the old one where the poll was cut off.
    pub state: DoorState,
    /// Entries and their ends.
    pub tally: Tally,
    /// How the door took it.
    pub door: DoorEnd,
    /// Whether the daemon's stop cut it off.
    pub cut_off: bool,
    /// Whether entries may have been missed that the source's other doors may still list.
    pub gap: bool,
    /// Live pages that it led to.
    pub children: Vec<Url>,
}

/// How a door took a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DoorEnd {
    /// It was not asked: only its waiting entries were due, or its publisher wants to be left alone.
    NotAsked,
    /// It answered.
    Answered,
    /// It failed.
    Failed {
        /// Stable code.
        code: String,
        /// In words.
        error: String,
        /// Whether a server answered.
        reached: bool,
    },
}

/// What a poll is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Whether the door itself is due, not only its waiting entries.
    pub is_due: bool,
    /// Live pages that may be followed beyond those of the source that are.
    pub room: usize,
}

/// Polls a door if it is due, and tries again those of its waiting entries whose time has come.
pub async fn poll(
    context: &Context,
    (source, door): (&Arc<Source>, &Door),
    state: DoorState,
    call: Call,
) -> Polled {
    let mut poll = Poll::new(context, (source, door), state);
    poll.room = call.room;
    let look = if call.is_due { Some(look::look(poll.at()).await) } else { None };
    let fresh = poll.take_in(look).await;
    poll.read_all(fresh).await;
    poll.retry_waiting().await;
    poll.await_ends().await;
    poll.finish().await
}

/// A poll at work.
struct Poll<'a> {
    context: &'a Context,
    source: &'a Arc<Source>,
    door: &'a Door,
    now: Timestamp,
    // When no further page is begun.
    until: Instant,
    state: DoorState,
    tally: Tally,
    end: DoorEnd,
    // The status that the door answered with.
    answer: Option<u16>,
    cut_off: bool,
    gap: bool,
    // Pages asked for.
    read: usize,
    // Findings at the publisher.
    ends: Vec<Handed>,
    noted: Vec<Noted>,
    settled: Vec<Settled>,
    waiting: Vec<WaitingRow>,
    happenings: Vec<Happening>,
    // What a look at a live page found, until it is written.
    covered: Option<Box<Covered>>,
    // Live pages that it led to; those from `told` on are not in the state yet.
    children: Vec<Url>,
    told: usize,
    // Live pages that may be followed yet.
    room: usize,
    // Its posts with their ends, until then.
    posts: Vec<(String, Outcome, &'static str)>,
    // All entries that the door lists now, key to headline.
    listed: Arc<BTreeMap<String, String>>,
    // When the first of the waiting entries that this poll did not touch is due.
    waits_until: Option<Timestamp>,
    // Hosts that asked for time, or did not answer, in this poll: they are asked nothing more.
    silent: BTreeMap<String, Silence>,
    // Where redirects of this poll ended, with the headline of the entry.
    redirected: BTreeMap<CanonicalUrl, String>,
}

impl<'a> Poll<'a> {
    fn new(context: &'a Context, (source, door): (&'a Arc<Source>, &'a Door), state: DoorState) -> Self {
        Poll {
            context,
            source,
            door,
            now: context.clock.now(),
            until: context.clock.instant() + context.patience,
            tally: Tally::default(),
            end: DoorEnd::NotAsked,
            answer: None,
            cut_off: false,
            gap: false,
            read: 0,
            ends: Vec::new(),
            noted: Vec::new(),
            settled: Vec::new(),
            waiting: Vec::new(),
            happenings: Vec::new(),
            covered: None,
            posts: Vec::new(),
            children: Vec::new(),
            told: 0,
            room: 0,
            listed: Arc::default(),
            waits_until: state.retry,
            silent: BTreeMap::new(),
            redirected: BTreeMap::new(),
            state,
        }
    }

    fn at(&self) -> At<'_> {
        At { context: self.context, source: self.source, door: self.door, state: &self.state }
    }

    /// Takes in what a look found, and records it; gives the entries whose pages are to be read.
    async fn take_in(&mut self, look: Option<Look>) -> Vec<Work> {
        // Waits are counted from the answer on.
        self.now = self.context.clock.now();
        let before = self.state.clone();
        let mut fresh = Vec::new();
        let asks_for_time = matches!(&look, Some(Look::Failed(failure)) if failure.retry_after.is_some());
        match look {
            None => return fresh,
            Some(Look::CutOff) => {
                self.cut_off = true;
                return fresh;
            }
            Some(Look::Fresh(until)) => self.fresh(until),
            Some(Look::Held(until)) => self.held(until),
            Some(Look::Busy) => self.busy(),
            Some(Look::Failed(failure)) if self.is_no_live_page(&failure) => self.give_child_up(),
            Some(Look::Failed(failure)) => self.failed(&failure),
            Some(Look::Unchanged(answer)) => {
                self.answered(answer, None, &[]);
                self.give_old_child_up();
            }
            Some(Look::Covered(answer, covered)) => self.cover(answer, covered),
            Some(Look::Section(answer, pages, remarks)) => self.take_section(answer, pages, &remarks),
            Some(Look::Listed(answer, listed)) => fresh = self.sort(answer, listed),
        }
        if !fresh.is_empty() {
            // Whoever takes over from here, after a crash, finds them waiting.
            self.state.retry = Some(self.state.retry.map_or(self.now, |retry| retry.min(self.now)));
        }
        let visit = self.visit();
        let must_be_kept = visit.is_weighty() || self.state.validators != before.validators || asks_for_time;
        if !must_be_kept {
            self.context.desk.keep_later(visit).await;
        } else if self.context.desk.settle(visit).await.is_none() {
            // Nothing of it is in the state: look again soon, as if this poll had not been.
            let not_before = self.state.not_before;
            let next = [soon(self.now), not_before].into_iter().flatten().max();
            self.state = DoorState { next, ready: None, not_before, ..before };
            self.answer = None;
            self.end_posts(false);
            for work in fresh.drain(..) {
                self.end(&work.entry, Outcome::Deferred, "state/failed");
            }
        }
        self.end_posts(true);
        fresh
    }

    /// Ends every listed entry that needs no page, and lets the others wait until they are read.
    fn sort(&mut self, answer: Answer, mut listed: Listed) -> Vec<Work> {
        for remark in &listed.remarks {
            self.emit(&Event::Remarked { source: &self.source.id, url: self.door.url.as_str(), remark });
            *self.state.remarks.entry(remark.code.to_string()).or_default() += 1;
        }
        self.tally.seen += (listed.entries.len() + listed.left_out) as u64;
        let named = |(entry, _, _): &(Entry, Sketch, Triaged)| (entry.key.clone(), entry.title.clone());
        self.listed = Arc::new(listed.entries.iter().map(named).collect());
        self.noted = std::mem::take(&mut listed.noted);
        for _ in 0..listed.left_out {
            self.tally.end(Outcome::Failed);
        }
        let (mut fresh, mut times) = (Vec::new(), Vec::new());
        for (entry, sketch, triaged) in std::mem::take(&mut listed.entries) {
            let (is_new, validators) = match triaged {
                Triaged::Unchanged => {
                    self.end(&entry, Outcome::Unchanged, "");
                    continue;
                }
                Triaged::Waiting => {
                    self.end(&entry, Outcome::Deferred, "entry/waits");
                    continue;
                }
                Triaged::Backfill => {
                    self.settle(&entry, &sketch, (Outcome::Unchanged, "sitemap/backfill", None));
                    continue;
                }
                Triaged::SameAddress(article) => {
                    self.settle(&entry, &sketch, (Outcome::Duplicate, "entry/same-address", article));
                    continue;
                }
                Triaged::New => (true, None),
                Triaged::Changed(page) => (false, page),
            };
            if is_new {
                times.push(entry.published.map(|moment| moment.at));
            }
            let validators = validators.and_then(|page| serde_json::from_str(&page).ok()).unwrap_or_default();
            let work = Work { entry, sketch, tries: 0, is_new, validators, is_told: false, since: None };
            self.waiting.push(work.waits(self.now, NEW));
            fresh.push(work);
        }
        if let Some(gap) = listed.gap {
            self.missed(gap);
        }
        self.answered(answer, Some(&listed), &times);
        fresh
    }

    /// Reads pages until the poll has done enough for once.
    async fn read_all(&mut self, works: Vec<Work>) {
        let mut works = works.into_iter();
        while !self.has_enough() {
            let Some(work) = works.next() else { return };
            self.read += 1;
            self.read(work).await;
        }
        let reason = if self.context.stops() { "entry/cut-off" } else { "entry/next-poll" };
        self.put_back(works.collect(), reason, Some(self.now));
    }

    fn has_enough(&self) -> bool {
        self.read >= NEW_MAX || self.context.stops() || self.context.clock.instant() >= self.until
    }

    /// Ends entries for this poll that are in the state as waiting already, until another poll from `again` on.
    fn put_back(&mut self, works: Vec<Work>, reason: &str, again: Option<Timestamp>) {
        if !works.is_empty() {
            self.cut_off |= self.context.stops();
            self.waits_until = [self.waits_until, again].into_iter().flatten().min();
        }
        for work in works {
            self.end(&work.entry, Outcome::Deferred, reason);
        }
    }

    /// Reads the waiting entries whose time has come.
    async fn retry_waiting(&mut self) {
        if self.waits_until.is_none() || self.has_enough() {
            return;
        }
        let Some(rows) = self.context.desk.waiting(&self.source.id, self.door.url.as_str()).await else {
            self.waits_until = soon(self.now);
            return;
        };
        let touched = |row: &WaitingRow| {
            self.ends.iter().any(|handed| handed.work.entry.key == row.key)
                || self.settled.iter().any(|settled| settled.key == row.key)
                || self.waiting.iter().any(|waiting| waiting.key == row.key)
        };
        // What is due in years was put off while the clock ran ahead.
        let now = self.now.as_millisecond();
        let longest = now.saturating_add(i64::try_from(LONGEST.as_millis()).unwrap_or(i64::MAX));
        let (due, others): (Vec<_>, Vec<_>) =
            rows.into_iter().filter(|row| !touched(row)).partition(|row| row.due <= now || row.due > longest);
        self.waits_until = earliest(&others);
        let works: Vec<Work> = due.iter().filter_map(Work::of_row).collect();
        self.tally.seen += works.len() as u64;
        self.read_all(works).await;
    }

    /// An entry that ends without an article of its own.
    fn settle(
        &mut self,
        entry: &Entry,
        sketch: &Sketch,
        (outcome, code, article): (Outcome, &str, Option<ArticleId>),
    ) {
        self.end(entry, outcome, code);
        let door = self.door.url.to_string();
        let (key, said, marks) = (sketch.key.clone(), sketch.said, sketch.marks);
        self.settled.push(Settled { key, door, said, marks, outcome, article });
    }

    fn end(&mut self, entry: &Entry, outcome: Outcome, detail: &str) {
        self.tally.end(outcome);
        let (source, key, url) = (&self.source.id, entry.key.as_str(), address_of(entry));
        self.emit(&Event::Ended { source, key, url, outcome, detail });
    }

    fn emit(&self, event: &Event<'_>) {
        self.context.observer.emit(self.context.clock.now(), event);
    }

    fn happen(&mut self, event: &str, data: serde_json::Value) {
        self.happenings.push(Happening { event: event.to_owned(), data });
    }

    /// Settles what came of the pages.
    async fn finish(mut self) -> Polled {
        debug_assert!(self.tally.is_whole(), "an entry has no end or two: {:?}", self.tally);
        let retry = [earliest(&self.waiting), self.waits_until].into_iter().flatten().min();
        let has_changed = std::mem::replace(&mut self.state.retry, retry) != retry;
        let is_told = self.told == self.children.len();
        if !(self.settled.is_empty() && self.waiting.is_empty() && self.happenings.is_empty() && is_told) {
            let visit = self.visit();
            if self.context.desk.settle(visit).await.is_none() {
                // What ended is still waiting in the state.
                self.state.retry = soon(self.now);
            }
        } else if has_changed {
            let visit = self.visit();
            self.context.desk.keep_later(visit).await;
        }
        if let Some(status) = self.answer {
            let (source, url) = (&self.source.id, self.door.url.as_str());
            let (next, why) = (self.state.next.unwrap_or(self.now), self.state.why.name());
            self.emit(&Event::Polled { source, url, status, tally: &self.tally, next, why });
        }
        let Self { state, tally, end, cut_off, gap, children, .. } = self;
        Polled { state, tally, door: end, cut_off, gap, children }
    }

    /// What there is to keep, and then no more.
    fn visit(&mut self) -> Visit {
        Visit {
            door: DoorRow {
                source: self.source.id.clone(),
                url: self.door.url.to_string(),
                state: self.state.to_json(),
            },
            noted: std::mem::take(&mut self.noted),
            settled: std::mem::take(&mut self.settled),
            waiting: std::mem::take(&mut self.waiting),
            happenings: std::mem::take(&mut self.happenings),
            covered: self.covered.take(),
            children: self.new_children(),
        }
    }
}

fn soon(now: Timestamp) -> Option<Timestamp> {
    now.checked_add(SOON).ok()
}

fn earliest(rows: &[WaitingRow]) -> Option<Timestamp> {
    rows.iter().map(|row| row.due).min().and_then(|due| Timestamp::from_millisecond(due).ok())
}

fn address_of(entry: &Entry) -> &str {
    entry.url.as_ref().map_or("", Url::as_str)
}
