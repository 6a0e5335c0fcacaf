//! The pages of entries: each is read and handed in, put off, or stood in for.

use super::{Poll, address_of, soon, work::Work};
use crate::{
    io::{fetch::Validators, observe::Event, store::WaitingRow},
    judges::schedule,
    model::{Article, Outcome},
    pipeline::{
        DoorKind,
        finding::{Addresses, Ended, Finding},
        reading::{self, Reading, Trouble, Whose},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Pages of a host that could not be had.
#[derive(Debug, Default)]
pub(super) struct Silence {
    /// In a row, without an answer that lets us in.
    in_row: u32,
    /// Why no more is asked in this poll.
    closed: Option<Trouble>,
}

/// What is handed in with an article.
#[derive(Debug, Default)]
struct Beside {
    /// What its page is recognized by.
    page: Option<String>,
    /// Its entry again, where it waits on.
    again: Option<WaitingRow>,
}

/// A finding at the publisher.
#[derive(Debug)]
pub(super) struct Handed {
    /// The entry it came of.
    pub(super) work: Work,
    /// Until when that waits on, if it does.
    waits_until: Option<Timestamp>,
    end: oneshot::Receiver<Option<Ended>>,
}

/// After so many pages in a row without an answer a host is left alone until the next poll.
const SILENT_MAX: u32 = 3;

/// An entry whose host wants to be left alone is put off for so long at most.
const PUT_OFF_MAX: SignedDuration = SignedDuration::from_hours(12);

/// Entries whose host is busy with other requests of ours are looked at again after so long.
const BUSY: SignedDuration = SignedDuration::from_secs(20);

impl Poll<'_> {
    /// Reads one entry's page and hands in what came of it.
    pub(super) async fn read(&mut self, work: Work) {
        let host = work.entry.url.as_ref().map(|url| url.authority().to_owned()).unwrap_or_default();
        if let Some(trouble) = self.silent.get(&host).and_then(|silence| silence.closed.clone()) {
            self.put_off(work, &trouble).await;
            return;
        }
        let mut reading = reading::read(self.context, self.source, &work.entry, &work.validators).await;
        self.listen(host, &reading);
        // Where too many live pages are followed already, one is read as an article at least.
        if let Reading::Live(page, instead) = reading {
            reading = if self.follow(page.clone()) { Reading::Live(page, instead) } else { *instead };
        }
        match self.unless_stood_in(&work, reading) {
            Reading::Article(read) => {
                for remark in &read.remarks {
                    let url = address_of(&work.entry);
                    self.emit(&Event::Remarked { source: &self.source.id, url, remark });
                }
                self.read += read.further;
                // What an article of several pages was known by, when it had one, tells nothing any more.
                let is_several = read.further > 0 || read.missing.is_some();
                let page = (is_several || read.validators != Validators::default())
                    .then(|| serde_json::to_string(&read.validators).ok());
                let again = read.missing.and_then(|trouble| self.wait_for_rest(&work, &trouble));
                let beside = Beside { page: page.flatten(), again };
                self.hand_in(work, (read.article, read.addresses), beside).await;
            }
            Reading::Unchanged => {
                self.settle(&work.entry, &work.sketch, (Outcome::Unchanged, "page/not-modified", None));
            }
            Reading::Live(..) => {
                self.settle(&work.entry, &work.sketch, (Outcome::NotArticle, "live/followed", None));
            }
            Reading::Later(trouble) if matches!(trouble.whose, Whose::Held | Whose::Busy) => {
                self.put_off(work, &trouble).await;
            }
            Reading::Later(trouble) => self.stand_in(work, trouble).await,
            Reading::Panicked => {
                self.emit(&Event::Panicked { source: &self.source.id, url: address_of(&work.entry) });
                self.settle(&work.entry, &work.sketch, (Outcome::Failed, "bug/panic", None));
            }
            Reading::CutOff => self.put_back(vec![work], "entry/cut-off", Some(self.now)),
        }
    }

    /// Notes whether a host answers and lets us in.
    fn listen(&mut self, host: String, reading: &Reading) {
        let silence = self.silent.entry(host).or_default();
        let Reading::Later(trouble) = reading else {
            silence.in_row = 0;
            return;
        };
        silence.in_row = if trouble.whose == Whose::Host { silence.in_row + 1 } else { 0 };
        if silence.in_row >= SILENT_MAX || trouble.whose == Whose::Busy {
            silence.closed = Some(trouble.clone());
        }
    }

    /// Puts an entry off without asking for its page: that is no try. After half a day of it, what the feed says stands
    /// in.
    async fn put_off(&mut self, work: Work, trouble: &Trouble) {
        if trouble.whose == Whose::Busy {
            // Its row is as it should be: due.
            let again = self.now.checked_add(BUSY).ok();
            self.put_back(vec![work], &trouble.code, again);
            return;
        }
        let since = work.since.unwrap_or(self.now);
        if self.now.duration_since(since) >= PUT_OFF_MAX {
            self.give_up(work, &trouble.code).await;
            return;
        }
        let seed = self.state.seed(&work.entry.key);
        let due = schedule::retry(work.tries.max(1), trouble.retry_after, self.now, seed).unwrap_or(self.now);
        let tries = work.tries;
        self.wait(&Work { since: Some(since), ..work }, tries, due, &trouble.code);
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
        self.give_up(work, &trouble.code).await;
    }

    /// The page of an entry is not asked for any more: what the feed says of it stands in.
    async fn give_up(&mut self, work: Work, code: &str) {
        let from_feed = matches!(self.door.kind, DoorKind::Feed { .. });
        let teaser = reading::teaser(self.source, &work.entry, code, self.now).filter(|_| from_feed);
        match teaser {
            Some(told) => self.hand_in(work, told, Beside::default()).await,
            None if code.starts_with("article/") || code.starts_with("page/") => {
                self.settle(&work.entry, &work.sketch, (Outcome::NotArticle, code, None));
            }
            None => self.settle(&work.entry, &work.sketch, (Outcome::Failed, code, None)),
        }
    }

    fn wait(&mut self, work: &Work, tries: u32, due: Timestamp, reason: &str) {
        self.end(&work.entry, Outcome::Deferred, reason);
        self.waiting.push(WaitingRow { tries, ..work.waits(due, reason) });
        if !work.is_told {
            self.happen("article.deferred", json!({ "key": work.entry.key, "reason": reason }));
        }
    }

    /// When an article is read again of which a page could not be had.
    fn wait_for_rest(&self, work: &Work, trouble: &Trouble) -> Option<WaitingRow> {
        let seed = self.state.seed(&work.entry.key);
        let due = schedule::retry(work.tries + 1, trouble.retry_after, self.now, seed);
        due.filter(|_| trouble.may_pass).map(|due| work.waits_for_rest(due, &trouble.code))
    }

    async fn hand_in(
        &mut self,
        work: Work,
        (article, addresses): (Article, Addresses),
        Beside { page, again }: Beside,
    ) {
        let waits_until = again.as_ref().and_then(|again| Timestamp::from_millisecond(again.due).ok());
        // An address that several entries share is none of the article's own.
        let addresses = if work.sketch.address.is_some() { addresses } else { Addresses::default() };
        let finding = Finding {
            source: Arc::clone(self.source),
            key: work.sketch.key.clone(),
            door: self.door.url.to_string(),
            said: work.sketch.said,
            marks: work.sketch.marks,
            article,
            addresses,
            page,
            again,
            is_new: work.is_new,
            headline: work.entry.title.clone(),
            beside: Arc::clone(&self.listed),
        };
        let end = self.context.desk.publish(finding).await;
        self.ends.push(Handed { work, waits_until, end });
    }

    /// Waits for the ends of all findings.
    pub(super) async fn await_ends(&mut self) {
        for Handed { work, waits_until, end } in std::mem::take(&mut self.ends) {
            if let Some(ended) = end.await.ok().flatten() {
                self.end(&work.entry, ended.outcome, &ended.detail);
                self.waits_until = [self.waits_until, waits_until].into_iter().flatten().min();
            } else {
                // It waits in the state, and was due when this poll began.
                self.waits_until = [self.waits_until, soon(self.now)].into_iter().flatten().min();
                self.end(&work.entry, Outcome::Deferred, "state/failed");
            }
        }
    }
}
