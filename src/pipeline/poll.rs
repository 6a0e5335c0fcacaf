//! One poll of one door, from due to committed, as a straight line:
//! look at the door → record what of it is new → fetch and read each page → publish → settle the door.
//!
//! What a look found is in the state before the first page is asked for, with the validators of the answer: however
//! a poll ends, the door is never asked for the same again.

use super::{
    Context, Door, DoorKind, Source, Triaged,
    door::DoorState,
    failure::Failure,
    finding::{Addresses, Ended, Finding, Happening, Sketch, Visit},
    look::{self, Answer, At, Gap, Listed, Look},
    pending::Pending,
    reading::{self, Reading, Trouble},
};
use crate::{
    io::{
        fetch::Validators,
        observe::Event,
        store::{DoorRow, Settled, WaitingRow},
    },
    judges::schedule::{self, Asks, Moment, Observed},
    model::{Article, ArticleId, CanonicalUrl, Entry, Outcome, Tally},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use tokio::{sync::oneshot, time::Instant};

/// Pages read of one door in one poll at most; the others wait for the next.
pub const NEW_MAX: usize = 500;

/// After a failure of disk or state the work is done again so soon.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// Why an entry waits whose page was never asked for.
const NEW: &str = "entry/new";

/// Failures in a row after which a source is said to be failing.
const FAILING_AFTER: u32 = 3;

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

/// Polls a door if `is_due`, and tries again those of its waiting entries whose time has come.
pub async fn poll(
    context: &Context,
    (source, door): (&Arc<Source>, &Door),
    state: DoorState,
    is_due: bool,
) -> Polled {
    let mut poll = Poll::new(context, (source, door), state);
    let look = if is_due { Some(look::look(poll.at()).await) } else { None };
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
    // Findings at the publisher, with the entries they came of.
    ends: Vec<(Work, oneshot::Receiver<Option<Ended>>)>,
    settled: Vec<Settled>,
    waiting: Vec<WaitingRow>,
    happenings: Vec<Happening>,
    // All entries that the door lists now, key to headline.
    listed: Arc<BTreeMap<String, String>>,
    // When the first of the waiting entries that this poll did not touch is due.
    waits_until: Option<Timestamp>,
    // Hosts that asked for time, or did not answer, in this poll: they are asked nothing more.
    silent: BTreeMap<String, Silence>,
    // Where redirects of this poll ended, with the headline of the entry.
    redirected: BTreeMap<CanonicalUrl, String>,
}

/// Pages of a host that could not be had.
#[derive(Debug, Default)]
struct Silence {
    /// In a row, without an answer that lets us in.
    in_row: u32,
    /// Why no more is asked in this poll.
    closed: Option<Trouble>,
}

/// After so many pages in a row without an answer a host is left alone until the next poll.
const SILENT_MAX: u32 = 3;

/// An entry to be read.
#[derive(Debug)]
struct Work {
    entry: Entry,
    sketch: Sketch,
    tries: u32,
    is_new: bool,
    validators: Validators,
    // Whether the log tells already that it was put off.
    is_told: bool,
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
            settled: Vec::new(),
            waiting: Vec::new(),
            happenings: Vec::new(),
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
        match look {
            None => return fresh,
            Some(Look::CutOff) => {
                self.cut_off = true;
                return fresh;
            }
            Some(Look::Held(until)) => self.held(until),
            Some(Look::Failed(failure)) => self.failed(&failure),
            Some(Look::Unchanged(answer)) => self.answered(answer, None, &[]),
            Some(Look::Listed(answer, listed)) => fresh = self.sort(answer, listed),
        }
        if !fresh.is_empty() {
            // Whoever takes over from here, after a crash, finds them waiting.
            self.state.retry = Some(self.state.retry.map_or(self.now, |retry| retry.min(self.now)));
        }
        let visit = self.visit();
        let must_be_kept = visit.is_weighty() || self.state.validators != before.validators;
        if !must_be_kept {
            self.context.desk.keep_later(visit).await;
        } else if self.context.desk.settle(visit).await.is_none() {
            // Nothing of it is in the state: look again soon, as if this poll had not been.
            let not_before = self.state.not_before;
            let next = [soon(self.now), not_before].into_iter().flatten().max();
            self.state = DoorState { next, ready: None, not_before, ..before };
            self.answer = None;
            for work in fresh.drain(..) {
                self.end(&work.entry, Outcome::Deferred, "state/failed");
            }
        }
        fresh
    }

    /// Ends every listed entry that needs no page, and lets the others wait until they are read.
    fn sort(&mut self, answer: Answer, mut listed: Listed) -> Vec<Work> {
        for remark in &listed.remarks {
            self.emit(&Event::Remarked { source: &self.source.id, url: self.door.url.as_str(), remark });
        }
        self.tally.seen += (listed.entries.len() + listed.left_out) as u64;
        let named = |(entry, _, _): &(Entry, Sketch, Triaged)| (entry.key.clone(), entry.title.clone());
        self.listed = Arc::new(listed.entries.iter().map(named).collect());
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
            let work = Work { entry, sketch, tries: 0, is_new, validators, is_told: false };
            self.waiting.push(work.waits(self.now, NEW));
            fresh.push(work);
        }
        if let Some(gap) = listed.gap {
            self.missed(gap);
        }
        self.answered(answer, Some(&listed), &times);
        fresh
    }

    /// Entries may have been missed since the last look.
    fn missed(&mut self, gap: Gap) {
        let (source, url) = (&self.source.id, self.door.url.as_str());
        self.emit(&Event::Gap { source, url, found: gap.found, closed: gap.closed });
        self.gap = !gap.closed;
        self.happen(
            "source.gap",
            json!({ "url": url, "pages": gap.pages, "found": gap.found, "closed": gap.closed }),
        );
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
        self.put_back(works.collect(), reason);
    }

    fn has_enough(&self) -> bool {
        self.read >= NEW_MAX || self.context.stops() || self.context.clock.instant() >= self.until
    }

    /// Ends entries for this poll that are in the state as waiting already.
    fn put_back(&mut self, works: Vec<Work>, reason: &str) {
        if !works.is_empty() {
            self.cut_off |= self.context.stops();
            self.waits_until = [self.waits_until, Some(self.now)].into_iter().flatten().min();
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
            self.ends.iter().any(|(work, _)| work.entry.key == row.key)
                || self.settled.iter().any(|settled| settled.key == row.key)
                || self.waiting.iter().any(|waiting| waiting.key == row.key)
        };
        let (due, others): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .filter(|row| !touched(row))
            .partition(|row| row.due <= self.now.as_millisecond());
        self.waits_until = earliest(&others);
        let works: Vec<Work> = due.iter().filter_map(Work::of_row).collect();
        self.tally.seen += works.len() as u64;
        self.read_all(works).await;
    }

    /// Reads one entry's page and hands in what came of it.
    async fn read(&mut self, work: Work) {
        let host = work.entry.url.as_ref().map(|url| url.authority().to_owned()).unwrap_or_default();
        if let Some(trouble) = self.silent.get(&host).and_then(|silence| silence.closed.clone()) {
            self.put_off(&work, trouble);
            return;
        }
        let reading = reading::read(self.context, self.source, &work.entry, &work.validators).await;
        self.listen(host, &reading);
        match self.unless_stood_in(&work, reading) {
            Reading::Article(read) => {
                for remark in &read.remarks {
                    let url = address_of(&work.entry);
                    self.emit(&Event::Remarked { source: &self.source.id, url, remark });
                }
                let page = (read.validators != Validators::default())
                    .then(|| serde_json::to_string(&read.validators).ok());
                self.hand_in(work, (read.article, read.addresses), page.flatten()).await;
            }
            Reading::Unchanged => {
                self.settle(&work.entry, &work.sketch, (Outcome::Unchanged, "page/not-modified", None));
            }
            Reading::Later(trouble) if trouble.is_held => self.put_off(&work, trouble),
            Reading::Later(trouble) => self.stand_in(work, trouble).await,
            Reading::Panicked => {
                self.emit(&Event::Panicked { source: &self.source.id, url: address_of(&work.entry) });
                self.settle(&work.entry, &work.sketch, (Outcome::Failed, "bug/panic", None));
            }
            Reading::CutOff => self.put_back(vec![work], "entry/cut-off"),
        }
    }

    /// Notes whether a host answers and lets us in.
    fn listen(&mut self, host: String, reading: &Reading) {
        let silence = self.silent.entry(host).or_default();
        let Reading::Later(trouble) = reading else {
            silence.in_row = 0;
            return;
        };
        silence.in_row = if trouble.is_hosts { silence.in_row + 1 } else { 0 };
        if silence.in_row >= SILENT_MAX {
            silence.closed = Some(trouble.clone());
        }
    }

    /// Puts an entry off without asking for its page: that is no try.
    fn put_off(&mut self, work: &Work, trouble: Trouble) {
        let seed = self.state.seed(&work.entry.key);
        let due = schedule::retry(work.tries.max(1), trouble.retry_after, self.now, seed).unwrap_or(self.now);
        self.wait(work, work.tries, due, &trouble.code);
    }

    /// A page that stands in for several (consent, login, maintenance): redirects of entries with different
    /// headlines end there. It is none of theirs.
    fn unless_stood_in(&mut self, work: &Work, reading: Reading) -> Reading {
        let Reading::Article(read) = &reading else { return reading };
        let Some(end) = &read.addresses.fetched else { return reading };
        let first = self.redirected.entry(end.clone()).or_insert_with(|| work.entry.title.clone());
        if *first == work.entry.title {
            return reading;
        }
        Reading::Later(reading::redirected_away())
    }

    /// For an entry whose page could not be had: another try later, else what the feed says of it.
    async fn stand_in(&mut self, work: Work, trouble: Trouble) {
        let tries = work.tries + 1;
        let seed = self.state.seed(&work.entry.key);
        let again = schedule::retry(tries, trouble.retry_after, self.now, seed).filter(|_| trouble.may_pass);
        if let Some(due) = again {
            self.wait(&work, tries, due, &trouble.code);
            return;
        }
        let from_feed = matches!(self.door.kind, DoorKind::Feed { .. });
        let teaser = reading::teaser(self.source, &work.entry, &trouble.code, self.now).filter(|_| from_feed);
        match teaser {
            Some(told) => self.hand_in(work, told, None).await,
            None if trouble.code.starts_with("article/") || trouble.code.starts_with("page/") => {
                self.settle(&work.entry, &work.sketch, (Outcome::NotArticle, &trouble.code, None));
            }
            None => self.settle(&work.entry, &work.sketch, (Outcome::Failed, &trouble.code, None)),
        }
    }

    fn wait(&mut self, work: &Work, tries: u32, due: Timestamp, reason: &str) {
        self.end(&work.entry, Outcome::Deferred, reason);
        self.waiting.push(WaitingRow { tries, ..work.waits(due, reason) });
        if !work.is_told {
            self.happen("article.deferred", json!({ "key": work.entry.key, "reason": reason }));
        }
    }

    async fn hand_in(
        &mut self,
        work: Work,
        (article, addresses): (Article, Addresses),
        page: Option<String>,
    ) {
        // An address that several entries share is none of the article's own.
        let addresses = if work.sketch.address.is_some() { addresses } else { Addresses::default() };
        let finding = Finding {
            source: Arc::clone(self.source),
            key: work.sketch.key.clone(),
            door: self.door.url.to_string(),
            said: work.sketch.said,
            article,
            addresses,
            page,
            is_new: work.is_new,
            headline: work.entry.title.clone(),
            beside: Arc::clone(&self.listed),
        };
        let end = self.context.desk.publish(finding).await;
        self.ends.push((work, end));
    }

    /// Waits for the ends of all findings.
    async fn await_ends(&mut self) {
        for (work, end) in std::mem::take(&mut self.ends) {
            if let Some(ended) = end.await.ok().flatten() {
                self.end(&work.entry, ended.outcome, &ended.detail);
            } else {
                // It waits in the state, and was due when this poll began.
                self.waits_until = [self.waits_until, soon(self.now)].into_iter().flatten().min();
                self.end(&work.entry, Outcome::Deferred, "state/failed");
            }
        }
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
        self.settled.push(Settled { key: sketch.key.clone(), door, said: sketch.said, outcome, article });
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
        if !(self.settled.is_empty() && self.waiting.is_empty() && self.happenings.is_empty()) {
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
        let Self { state, tally, end, cut_off, gap, .. } = self;
        Polled { state, tally, door: end, cut_off, gap }
    }

    /// What there is to keep, and then no more.
    fn visit(&mut self) -> Visit {
        Visit {
            door: DoorRow {
                source: self.source.id.clone(),
                url: self.door.url.to_string(),
                state: self.state.to_json(),
            },
            settled: std::mem::take(&mut self.settled),
            waiting: std::mem::take(&mut self.waiting),
            happenings: std::mem::take(&mut self.happenings),
        }
    }

    /// The door answered: what of it the next look needs, and when that is.
    fn answered(&mut self, answer: Answer, listed: Option<&Listed>, times: &[Option<Timestamp>]) {
        let Answer { status, validators, body, fresh_for, hops, url: end } = answer;
        (self.end, self.answer) = (DoorEnd::Answered, Some(status));
        self.recovered();
        if let Some(to) = self.state.note_redirects(&hops, &end) {
            let (source, url) = (&self.source.id, self.door.url.as_str());
            self.emit(&Event::Moved { source, url, to: to.as_str() });
            self.happen("source.moved", json!({ "url": url, "to": to.as_str() }));
        }
        let state = &mut self.state;
        if let Some(listed) = listed {
            state.listed = listed.window;
            state.hints = listed.hints;
            if !listed.pages.is_empty() {
                state.pages.clone_from(&listed.pages);
            }
            if !times.is_empty() {
                state.found = Some(self.now);
            }
        }
        state.unkept = listed.is_some_and(|listed| listed.partial);
        // The validators of an answer that was not taken whole would hide what it lacked; those before it still
        // tell the last one that was.
        if !state.unkept {
            state.validators = validators;
            state.body = body;
        }
        state.fresh_for = fresh_for;
        state.answered = Some(self.now);
        let offset_secs = self.source.zone.to_offset(self.now).seconds();
        state.history.observe(&Observed { at: self.now, fresh: times, listed: state.listed, offset_secs });
        if listed.is_some_and(|listed| listed.gap.is_some()) {
            state.history.must_hurry();
        }
        self.plan(schedule::Ended::Answered);
    }

    /// Failures are over, if there were any.
    fn recovered(&mut self) {
        let failures = std::mem::take(&mut self.state.failures);
        self.state.failing = None;
        let (source, url) = (&self.source.id, self.door.url.as_str());
        if failures > 0 {
            self.emit(&Event::DoorRecovered { source, url, failures });
        }
        if failures >= FAILING_AFTER {
            self.happen("source.recovered", json!({ "url": url, "failures": failures }));
        }
    }

    fn failed(&mut self, failure: &Failure) {
        let Failure { code, error, reached, refused, status, retry_after, .. } = failure;
        let (code, error, reached) = (code.clone(), error.clone(), *reached);
        let is_gone = self.state.note_failure((&code, &error), reached, self.now);
        let failures = self.state.failures;
        self.plan(schedule::Ended::Failed {
            failures,
            reached,
            refused: *refused,
            retry_after: *retry_after,
            status: *status,
        });
        let (source, url) = (&self.source.id, self.door.url.as_str());
        if is_gone {
            self.state.next = None;
            self.state.ready = None;
            self.emit(&Event::Gone { source, url, code: &code, error: &error });
            self.happen("source.gone", json!({ "url": url, "code": code, "error": error }));
        } else {
            let next = self.state.next.unwrap_or(self.now);
            let (code, error) = (&*code, &*error);
            self.emit(&Event::PollFailed { source, url, code, error, failures, next });
        }
        if failures == FAILING_AFTER && !is_gone {
            self.happen("source.failing", json!({ "url": url, "code": code, "error": error }));
        }
        self.end = DoorEnd::Failed { code, error, reached };
    }

    /// The publisher wants to be left alone: the door comes after that.
    fn held(&mut self, until: Timestamp) {
        let seed = self.state.seed(self.door.url.as_str());
        let next = schedule::after(until, self.now, seed);
        self.state.polls += 1;
        self.state.ready = Some(until);
        self.state.next = Some(next);
        self.state.not_before = Some(until);
        self.state.why = schedule::Why::RetryAfter;
    }

    /// When the door is asked next, and why then.
    fn plan(&mut self, ended: schedule::Ended) {
        let options = self.context.schedule_of(self.source, self.door);
        let asks = match self.door.kind {
            DoorKind::Feed { hints: false, .. } => {
                Asks { fresh_for: self.state.fresh_for, ..Asks::default() }
            }
            _ => Asks { fresh_for: self.state.fresh_for, hints: self.state.hints },
        };
        let moment = Moment {
            now: self.now,
            seed: self.state.seed(self.door.url.as_str()),
            threshold: self.context.threshold,
            offset_secs: self.source.zone.to_offset(self.now).seconds(),
        };
        let planned = schedule::next(&options, &self.state.history, &asks, ended, moment);
        let state = &mut self.state;
        state.polls += 1;
        state.asked = Some(self.now);
        state.next = Some(planned.next);
        state.ready = Some(planned.ready);
        state.not_before = schedule::not_before(&options, &asks, ended, self.now);
        state.why = planned.why;
        state.expected = round(planned.expected);
    }
}

impl Work {
    /// It waits for another poll.
    fn waits(&self, due: Timestamp, reason: &str) -> WaitingRow {
        let pending = Pending {
            entry: self.entry.clone(),
            shares_address: self.sketch.address.is_none(),
            is_known: !self.is_new,
            validators: self.validators.clone(),
        };
        WaitingRow {
            key: self.entry.key.clone(),
            entry: pending.to_json(),
            tries: self.tries,
            due: due.as_millisecond(),
            reason: reason.to_owned(),
        }
    }

    /// What waited.
    fn of_row(row: &WaitingRow) -> Option<Self> {
        let Pending { entry, shares_address, is_known, validators } = Pending::from_json(&row.entry)?;
        let mut sketch = look::sketch(&entry);
        sketch.address = sketch.address.filter(|_| !shares_address);
        let is_told = row.reason != NEW;
        Some(Self { entry, sketch, tries: row.tries, is_new: !is_known, validators, is_told })
    }
}

/// A number of entries, to a hundredth.
#[expect(clippy::cast_possible_truncation, reason = "what is shown needs no more digits")]
fn round(expected: f64) -> f32 {
    ((expected * 100.0).round() / 100.0) as f32
}

fn soon(now: Timestamp) -> Option<Timestamp> {
    now.checked_add(SOON).ok()
}

fn earliest(rows: &[WaitingRow]) -> Option<Timestamp> {
    rows.iter().map(|row| row.due).min().and_then(|due| Timestamp::from_millisecond(due).ok())
}

fn address_of(entry: &Entry) -> &str {
    entry.url.as_ref().map_or("", url::Url::as_str)
}
