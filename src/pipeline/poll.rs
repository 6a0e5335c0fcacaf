//! One poll of one door, from due to committed, as a straight line:
//! look at the door → what of it is new → fetch and read each page → publish → settle the door.

use super::{
    Context, Door, DoorKind, Source, Triaged,
    door::DoorState,
    finding::{Addresses, Ended, Finding, Happening, Sketch, Visit},
    look::{self, Answer, Failure, Listed, Look},
    reading::{self, Reading, Trouble},
};
use crate::{
    io::{
        observe::Event,
        store::{DoorRow, Settled, WaitingRow},
    },
    judges::schedule::{self, Asks, Ended as LookEnded, History, Moment},
    model::{ArticleId, CanonicalUrl, Entry, Outcome, Tally},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::oneshot;

/// New entries taken of one door in one poll; the others are deferred to the next.
pub const NEW_MAX: usize = 500;

/// A door of which something could not be taken is looked at again after so long.
const UNKEPT: SignedDuration = SignedDuration::from_mins(5);

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
}

/// How a door took a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DoorEnd {
    /// It was not asked: only its waiting entries were due.
    NotAsked,
    /// It answered.
    Answered,
    /// It failed.
    Failed {
        /// Stable code.
        code: String,
        /// In words.
        error: String,
    },
}

/// Polls a door if `is_due`, and tries again those of its waiting entries whose time has come.
pub async fn poll(
    context: &Context,
    (source, door): (&Arc<Source>, &Door),
    state: DoorState,
    is_due: bool,
) -> Polled {
    let mut poll = Poll {
        context,
        source,
        door,
        now: context.clock.now(),
        tally: Tally::default(),
        ends: Vec::new(),
        settled: Vec::new(),
        waiting: Vec::new(),
        listed: Arc::default(),
        waits_until: state.retry,
        kept: true,
        partial: false,
        silent: BTreeMap::new(),
        redirected: BTreeMap::new(),
        state,
    };
    poll.retry_waiting().await;
    let look = if is_due { Some(look::look(context, source, door, &poll.state).await) } else { None };
    let look = match look {
        Some(Look::Listed(answer, listed)) => {
            poll.work_through(listed).await;
            Some(Look::Unchanged(answer))
        }
        other => other,
    };
    poll.await_ends().await;
    poll.finish(look).await
}

/// A poll at work.
struct Poll<'a> {
    context: &'a Context,
    source: &'a Arc<Source>,
    door: &'a Door,
    now: Timestamp,
    state: DoorState,
    tally: Tally,
    // Findings at the publisher, with the entries they came of.
    ends: Vec<(Work, oneshot::Receiver<Option<Ended>>)>,
    settled: Vec<Settled>,
    waiting: Vec<WaitingRow>,
    // All entries that the door lists now, key to headline.
    listed: Arc<BTreeMap<String, String>>,
    // When the first of the waiting entries that this poll did not touch is due.
    waits_until: Option<Timestamp>,
    // Whether all that was seen is settled or recorded: only then is the answer's validator kept.
    kept: bool,
    // Whether the door has more than could be read: asked again at its interval, but not conditionally.
    partial: bool,
    // Hosts that asked for time, or did not answer, in this poll: they are asked nothing more.
    silent: BTreeMap<String, Silence>,
    // Where redirects of this poll ended, with the headline of the entry.
    redirected: BTreeMap<CanonicalUrl, String>,
}

/// Pages of a host that could not be had.
#[derive(Debug, Default)]
struct Silence {
    /// In a row, without an answer.
    unreached: u32,
    /// Why no more is asked in this poll.
    closed: Option<Trouble>,
}

/// After so many pages in a row without an answer a host is left alone until the next poll.
const UNREACHED_MAX: u32 = 3;

/// An entry to be read.
#[derive(Debug)]
struct Work {
    entry: Entry,
    sketch: Sketch,
    tries: u32,
    is_new: bool,
}

impl Poll<'_> {
    /// Reads the waiting entries whose time has come.
    async fn retry_waiting(&mut self) {
        if self.state.retry.is_none_or(|retry| retry > self.now) {
            return;
        }
        let Some(rows) = self.context.desk.waiting(&self.source.id, self.door.url.as_str()).await else {
            self.kept = false;
            return;
        };
        let (due, others): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.due <= self.now.as_millisecond());
        self.waits_until = earliest(&others);
        for row in due {
            let Ok(entry) = serde_json::from_str::<Entry>(&row.entry) else { continue };
            let sketch = look::sketch(&entry);
            self.tally.seen += 1;
            self.read(Work { entry, sketch, tries: row.tries, is_new: true }).await;
        }
    }

    /// Ends every listed entry, those that need no page at once.
    async fn work_through(&mut self, listed: Listed) {
        for remark in &listed.remarks {
            self.emit(&Event::Remarked { source: &self.source.id, url: self.door.url.as_str(), remark });
        }
        self.partial = listed.partial;
        self.tally.seen += (listed.entries.len() + listed.left_out) as u64;
        let named = |(entry, _, _): &(Entry, Sketch, Triaged)| (entry.key.clone(), entry.title.clone());
        self.listed = Arc::new(listed.entries.iter().map(named).collect());
        for _ in 0..listed.left_out {
            self.tally.end(Outcome::Failed);
        }
        let mut to_read = 0;
        for (entry, sketch, triaged) in listed.entries {
            let is_new = triaged == Triaged::New;
            match triaged {
                Triaged::Unchanged => self.end(&entry, Outcome::Unchanged, ""),
                Triaged::Waiting => self.end(&entry, Outcome::Deferred, "entry/waits"),
                Triaged::SameAddress(article) => {
                    self.settle(&entry, &sketch, (Outcome::Duplicate, "entry/same-address", article));
                }
                Triaged::New | Triaged::Changed if to_read >= NEW_MAX || self.context.stops() => {
                    self.kept = false;
                    self.end(&entry, Outcome::Deferred, "entry/next-poll");
                }
                Triaged::New | Triaged::Changed => {
                    to_read += 1;
                    self.read(Work { entry, sketch, tries: 0, is_new }).await;
                }
            }
        }
    }

    /// Reads one entry's page and hands in what came of it.
    async fn read(&mut self, work: Work) {
        let host = work.entry.url.as_ref().map(|url| url.authority().to_owned()).unwrap_or_default();
        if let Some(trouble) = self.silent.get(&host).and_then(|silence| silence.closed.clone()) {
            self.put_off(&work, trouble);
            return;
        }
        let reading = reading::read(self.context, self.source, &work.entry).await;
        self.listen(host, &reading);
        match self.unless_stood_in(&work, reading) {
            Reading::Article(article, addresses, remarks) => {
                for remark in &remarks {
                    self.emit(&Event::Remarked {
                        source: &self.source.id,
                        url: address_of(&work.entry),
                        remark,
                    });
                }
                self.hand_in(work, *article, addresses).await;
            }
            Reading::NotArticle(code) => {
                self.settle(&work.entry, &work.sketch, (Outcome::NotArticle, &code, None));
            }
            Reading::Later(trouble) => self.stand_in(work, trouble).await,
            Reading::Panicked => {
                self.emit(&Event::Panicked { source: &self.source.id, url: address_of(&work.entry) });
                self.settle(&work.entry, &work.sketch, (Outcome::Failed, "bug/panic", None));
            }
            Reading::CutOff => {
                self.kept = false;
                self.end(&work.entry, Outcome::Deferred, "entry/cut-off");
            }
        }
    }

    /// Notes whether a host answers, and whether it asks for time.
    fn listen(&mut self, host: String, reading: &Reading) {
        let silence = self.silent.entry(host).or_default();
        let Reading::Later(trouble) = reading else {
            silence.unreached = 0;
            return;
        };
        silence.unreached =
            if trouble.code.starts_with("fetch/") && trouble.may_pass { silence.unreached + 1 } else { 0 };
        let asks_for_time = trouble.may_pass && trouble.retry_after.is_some();
        if asks_for_time || silence.unreached >= UNREACHED_MAX {
            silence.closed = Some(trouble.clone());
        }
    }

    /// Puts an entry off without asking for its page: that is no try.
    fn put_off(&mut self, work: &Work, trouble: Trouble) {
        let seed = self.state.seed(&work.entry.key);
        let due = schedule::retry(work.tries.max(1), trouble.retry_after, self.now, seed).unwrap_or(self.now);
        self.wait(work, work.tries, due, trouble.code);
    }

    /// A page that stands in for several (consent, login, maintenance): redirects of entries with different
    /// headlines end there. It is none of theirs.
    fn unless_stood_in(&mut self, work: &Work, reading: Reading) -> Reading {
        let Reading::Article(_, Addresses { fetched: Some(end), .. }, _) = &reading else { return reading };
        let first = self.redirected.entry(end.clone()).or_insert_with(|| work.entry.title.clone());
        if *first == work.entry.title {
            return reading;
        }
        Reading::Later(Trouble { code: "page/redirected-away".to_owned(), retry_after: None, may_pass: true })
    }

    /// For an entry whose page could not be had: another try later, else what the feed says of it.
    async fn stand_in(&mut self, work: Work, trouble: Trouble) {
        let tries = work.tries + 1;
        let seed = self.state.seed(&work.entry.key);
        let again = schedule::retry(tries, trouble.retry_after, self.now, seed).filter(|_| trouble.may_pass);
        if let Some(due) = again {
            self.wait(&work, tries, due, trouble.code);
            return;
        }
        let from_feed = matches!(self.door.kind, DoorKind::Feed { .. });
        let teaser = reading::teaser(self.source, &work.entry, &trouble.code, self.now).filter(|_| from_feed);
        match teaser {
            Some((article, addresses)) => self.hand_in(work, article, addresses).await,
            None if trouble.code.starts_with("article/") || trouble.code.starts_with("page/") => {
                self.settle(&work.entry, &work.sketch, (Outcome::NotArticle, &trouble.code, None));
            }
            None => self.settle(&work.entry, &work.sketch, (Outcome::Failed, &trouble.code, None)),
        }
    }

    fn wait(&mut self, work: &Work, tries: u32, due: Timestamp, reason: String) {
        let Ok(entry) = serde_json::to_string(&work.entry) else { return };
        self.end(&work.entry, Outcome::Deferred, &reason);
        self.waiting.push(WaitingRow {
            key: work.entry.key.clone(),
            entry,
            tries,
            due: due.as_millisecond(),
            reason,
        });
    }

    async fn hand_in(&mut self, work: Work, article: crate::model::Article, addresses: Addresses) {
        // An address that several entries share is none of the article's own.
        let addresses = if work.sketch.address.is_some() { addresses } else { Addresses::default() };
        let finding = Finding {
            source: Arc::clone(self.source),
            key: work.sketch.key.clone(),
            door: self.door.url.to_string(),
            said: work.sketch.said,
            article,
            addresses,
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
                self.kept = false;
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

    /// Settles the door: its next poll, its validators, what happened to it.
    async fn finish(mut self, look: Option<Look>) -> Polled {
        debug_assert!(self.tally.is_whole(), "an entry has no end or two: {:?}", self.tally);
        let before = self.state.clone();
        let door = match &look {
            Some(Look::Failed(Failure { code, error, .. })) => {
                DoorEnd::Failed { code: code.clone(), error: error.clone() }
            }
            Some(Look::Unchanged(_) | Look::Listed(..)) => DoorEnd::Answered,
            Some(Look::CutOff) | None => DoorEnd::NotAsked,
        };
        let cut_off = matches!(look, Some(Look::CutOff)) || self.context.stops() && !self.kept;
        let mut happenings = self.deferrals();
        match look {
            Some(Look::Unchanged(answer) | Look::Listed(answer, _)) => {
                happenings.extend(self.answered(answer));
            }
            Some(Look::Failed(failure)) => happenings.extend(self.failed(&failure)),
            Some(Look::CutOff) | None => {}
        }
        self.plan_retry();
        let visit = Visit {
            door: DoorRow {
                source: self.source.id.clone(),
                url: self.door.url.to_string(),
                state: self.state.to_json(),
            },
            settled: std::mem::take(&mut self.settled),
            waiting: std::mem::take(&mut self.waiting),
            happenings,
        };
        if visit.is_weighty() || self.state.validators != before.validators {
            if self.context.desk.settle(visit).await.is_none() {
                // Nothing of it is in the state: look again, as if this poll had not been.
                let soon = self.now.checked_add(SignedDuration::from_mins(1)).ok();
                let retry = before.retry.map(|retry| retry.max(soon.unwrap_or(retry)));
                self.state = DoorState { next: self.state.next, retry, ..before };
            }
        } else if !cut_off {
            self.context.desk.keep_later(visit).await;
        }
        Polled { state: self.state, tally: self.tally, door, cut_off }
    }

    fn deferrals(&self) -> Vec<Happening> {
        let first = self.waiting.iter().filter(|row| row.tries == 1);
        first
            .map(|row| Happening {
                event: "article.deferred".to_owned(),
                data: json!({ "key": row.key, "reason": row.reason }),
            })
            .collect()
    }

    fn answered(&mut self, answer: Answer) -> Option<Happening> {
        let (source, url) = (&self.source.id, self.door.url.as_str());
        let asks = Asks { fresh_for: answer.fresh_for, ..Asks::default() };
        let next = self.next(&asks, LookEnded::Answered);
        let soon = self.now.checked_add(UNKEPT).unwrap_or(next);
        let next = if self.kept { next } else { next.min(soon) };
        let failures = std::mem::take(&mut self.state.failures);
        if failures > 0 {
            self.emit(&Event::DoorRecovered { source, url, failures });
        }
        self.emit(&Event::Polled { source, url, status: answer.status, tally: &self.tally, next });
        self.state.polls += 1;
        self.state.next = Some(next);
        self.state.answered = Some(self.now);
        self.state.unkept = !self.kept || self.partial;
        if !self.state.unkept {
            self.state.validators = answer.validators;
            self.state.body = answer.body;
        }
        (failures >= FAILING_AFTER).then(|| Happening {
            event: "source.recovered".to_owned(),
            data: json!({ "url": url, "failures": failures }),
        })
    }

    fn next(&self, asks: &Asks, ended: LookEnded) -> Timestamp {
        let seed = self.state.seed(self.door.url.as_str());
        let moment = Moment { now: self.now, seed, threshold: 0.0, offset_secs: 0 };
        let options = self.context.schedule_of(self.source);
        schedule::next(&options, &History::default(), asks, ended, moment).next
    }

    fn failed(&mut self, failure: &Failure) -> Option<Happening> {
        let (source, url) = (&self.source.id, self.door.url.as_str());
        self.state.failures += 1;
        self.state.polls += 1;
        let failures = self.state.failures;
        let ended = LookEnded::Failed {
            failures,
            reached: failure.reached,
            refused: false,
            retry_after: failure.retry_after,
            status: 0,
        };
        let next = self.next(&Asks::default(), ended);
        self.state.next = Some(next);
        let Failure { code, error, .. } = failure;
        self.emit(&Event::PollFailed { source, url, code, error, failures, next });
        (failures == FAILING_AFTER).then(|| Happening {
            event: "source.failing".to_owned(),
            data: json!({ "url": url, "code": code, "error": error }),
        })
    }

    /// When the waiting entries are looked at next: at the earliest of their times, and soon where this poll
    /// could not do what it meant to.
    fn plan_retry(&mut self) {
        let soon = self.now.checked_add(SignedDuration::from_mins(1)).ok().filter(|_| !self.kept);
        self.state.retry = [earliest(&self.waiting), self.waits_until, soon].into_iter().flatten().min();
    }
}

fn earliest(rows: &[WaitingRow]) -> Option<Timestamp> {
    rows.iter().map(|row| row.due).min().and_then(|due| Timestamp::from_millisecond(due).ok())
}

fn address_of(entry: &Entry) -> &str {
    entry.url.as_ref().map_or("", url::Url::as_str)
}
