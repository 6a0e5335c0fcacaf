//! The desk: where polls hand in what they found. One bounded queue in front of the one publisher; what has
//! gathered while it wrote is its next batch.

use super::{
    Clocked,
    finding::{Ended, Finding, Sketch, Visit},
    publisher::{Error, Options, Publisher, Recognized},
};
use crate::{
    io::{
        observe::{Event, Observer},
        store::{HostRow, WaitingRow},
    },
    model::SourceId,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Commands that wait at most.
const QUEUE: usize = 256;
/// Commands taken into one batch at most.
const BATCH: usize = 128;
/// Longest time that a look which found nothing new is kept in memory only.
const FLUSH: Duration = Duration::from_secs(1);

/// An answer of the desk; `None` when disk or state failed and the work is to be done again later.
type Reply<T> = oneshot::Sender<Option<T>>;

enum Command {
    Triage {
        source: SourceId,
        door: String,
        loose_ids: bool,
        sketches: Vec<Sketch>,
        reply: Reply<Vec<Recognized>>,
    },
    Waiting {
        source: SourceId,
        door: String,
        reply: Reply<Vec<WaitingRow>>,
    },
    Coverage {
        source: SourceId,
        door: String,
        reply: Reply<Option<String>>,
    },
    Publish {
        finding: Box<Finding>,
        reply: Reply<Ended>,
    },
    Settle {
        visit: Box<Visit>,
        reply: Reply<()>,
    },
    KeepLater {
        visit: Box<Visit>,
    },
    KeepHost {
        row: Box<HostRow>,
    },
    Flush {
        reply: Reply<()>,
    },
    Adopt {
        options: Box<Options>,
    },
}

/// The way to the publisher. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    queue: mpsc::Sender<Command>,
}

/// The publisher's end of the queue.
#[derive(Debug)]
pub struct Inbox {
    queue: mpsc::Receiver<Command>,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Triage { .. } => "Triage",
            Self::Waiting { .. } => "Waiting",
            Self::Coverage { .. } => "Coverage",
            Self::Publish { .. } => "Publish",
            Self::Settle { .. } => "Settle",
            Self::KeepLater { .. } => "KeepLater",
            Self::KeepHost { .. } => "KeepHost",
            Self::Flush { .. } => "Flush",
            Self::Adopt { .. } => "Adopt",
        })
    }
}

impl Command {
    /// Whether it is done in memory; the others read or write the disk.
    const fn is_light(&self) -> bool {
        match self {
            Self::KeepLater { .. } | Self::KeepHost { .. } | Self::Adopt { .. } => true,
            Self::Triage { .. }
            | Self::Waiting { .. }
            | Self::Coverage { .. }
            | Self::Publish { .. }
            | Self::Settle { .. }
            | Self::Flush { .. } => false,
        }
    }
}

/// A desk and its inbox.
pub fn open() -> (Desk, Inbox) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (Desk { queue: sender }, Inbox { queue: receiver })
}

impl Desk {
    /// What to do with each entry of a list of a door; where `loose_ids`, ids tell nothing.
    pub async fn triage(
        &self,
        (source, door): (&SourceId, &str),
        loose_ids: bool,
        sketches: Vec<Sketch>,
    ) -> Option<Vec<Recognized>> {
        let (source, door) = (source.clone(), door.to_owned());
        self.ask(|reply| Command::Triage { source, door, loose_ids, sketches, reply }).await
    }

    /// The entries of a door that wait for another try, in the order of their times.
    pub async fn waiting(&self, source: &SourceId, door: &str) -> Option<Vec<WaitingRow>> {
        self.ask(|reply| Command::Waiting { source: source.clone(), door: door.to_owned(), reply }).await
    }

    /// What is known of the posts of the live page of a door.
    pub async fn coverage(&self, source: &SourceId, door: &str) -> Option<Option<String>> {
        self.ask(|reply| Command::Coverage { source: source.clone(), door: door.to_owned(), reply }).await
    }

    /// Hands a finding in; its end arrives later, so that several can be written together.
    pub async fn publish(&self, finding: Finding) -> oneshot::Receiver<Option<Ended>> {
        let (reply, end) = oneshot::channel();
        // A closed desk drops the reply, which the receiver sees.
        drop(self.queue.send(Command::Publish { finding: Box::new(finding), reply }).await);
        end
    }

    /// Ends a look at a door; durable when it returns.
    pub async fn settle(&self, visit: Visit) -> Option<()> {
        self.ask(|reply| Command::Settle { visit: Box::new(visit), reply }).await
    }

    /// Ends a look that found nothing new; durable within about a second.
    pub async fn keep_later(&self, visit: Visit) {
        drop(self.queue.send(Command::KeepLater { visit: Box::new(visit) }).await);
    }

    /// Keeps what a host asks of us; durable within about a second.
    pub async fn keep_host(&self, row: HostRow) {
        drop(self.queue.send(Command::KeepHost { row: Box::new(row) }).await);
    }

    /// Makes durable what was to be so within a second.
    pub async fn flush(&self) {
        self.ask(|reply| Command::Flush { reply }).await;
    }

    /// Gives the publisher new options.
    pub async fn adopt(&self, options: Options) {
        drop(self.queue.send(Command::Adopt { options: Box::new(options) }).await);
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(command(reply)).await.ok()?;
        answer.await.ok().flatten()
    }
}

/// Why the publisher stopped before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// A panic while publishing.
    #[error("the publisher panicked; this is a bug of khabar")]
    Panicked,
    /// What was kept in memory could not be written at the end.
    #[error("the state could not be written at the end")]
    Storage(#[source] Error),
}

/// Serves the desk until all of its senders are gone or `stop` is set, then writes what is left.
pub async fn serve(
    publisher: Publisher,
    mut inbox: Inbox,
    around: Clocked,
    stop: CancellationToken,
) -> Result<Publisher, Stopped> {
    let mut worker = Worker { publisher, observer: Arc::clone(&around.observer), failing: false };
    // When what is kept in memory is written, whatever comes in until then.
    let mut flush_at = None;
    loop {
        let mut batch = Vec::with_capacity(8);
        let flush = around.clock.sleep_until(flush_at.unwrap_or_else(|| around.clock.instant()));
        let has_ended = tokio::select! {
            biased;
            () = flush, if flush_at.is_some() => {
                flush_at = None;
                false
            }
            took = inbox.queue.recv_many(&mut batch, BATCH) => took == 0,
            () = stop.cancelled() => true,
        };
        let now = around.clock.now();
        if !batch.is_empty() && batch.iter().all(Command::is_light) {
            // Going to another thread and back costs more than the work.
            worker.work(batch, now);
        } else {
            let work = move || {
                worker.work(batch, now);
                worker
            };
            worker = tokio::task::spawn_blocking(work).await.map_err(|_panic| Stopped::Panicked)?;
        }
        if has_ended {
            worker.publisher.flush().map_err(Stopped::Storage)?;
            return Ok(worker.publisher);
        }
        let by_then = || flush_at.unwrap_or_else(|| around.clock.instant() + FLUSH);
        flush_at = worker.publisher.has_later().then(by_then);
    }
}

/// The publisher at work on batches.
struct Worker {
    publisher: Publisher,
    observer: Arc<Observer>,
    failing: bool,
}

impl Worker {
    fn work(&mut self, batch: Vec<Command>, now: jiff::Timestamp) {
        let mut findings = Vec::new();
        let mut visits = Vec::new();
        let mut ends = Vec::new();
        let mut settled = Vec::new();
        let flush_only = batch.is_empty();
        for command in batch {
            match command {
                Command::Triage { source, door, loose_ids, sketches, reply } => {
                    let triaged = self.publisher.triage((&source, &door), loose_ids, &sketches);
                    answer(reply, self.noted(triaged, now));
                }
                Command::Waiting { source, door, reply } => {
                    let rows = self.publisher.store().waiting(&source, &door).map_err(Error::from);
                    answer(reply, self.noted(rows, now));
                }
                Command::Coverage { source, door, reply } => {
                    let known = self.publisher.store().coverage(&source, &door).map_err(Error::from);
                    answer(reply, self.noted(known, now));
                }
                Command::Publish { finding, reply } => {
                    findings.push(*finding);
                    ends.push(reply);
                }
                Command::Settle { visit, reply } => {
                    visits.push(*visit);
                    settled.push(reply);
                }
                Command::KeepLater { visit } => self.publisher.keep_later(visit.door),
                Command::KeepHost { row } => self.publisher.keep_host_later(*row),
                Command::Flush { reply } => {
                    let flushed = self.publisher.flush();
                    self.wrote(&flushed, now);
                    answer(reply, flushed.ok());
                }
                Command::Adopt { options } => self.publisher.adopt(*options),
            }
        }
        if flush_only {
            let flushed = self.publisher.flush();
            self.wrote(&flushed, now);
        }
        self.publish(findings, ends, now);
        if !visits.is_empty() {
            let written = self.publisher.settle(Vec::new(), &visits, now);
            self.wrote(&written, now);
            let written = written.ok();
            for reply in settled {
                answer(reply, written.as_ref().map(|_| ()));
            }
        }
    }

    /// Publishes findings together or, after a failure, one by one, so that the one that cannot be written (its
    /// folder is a file, say) keeps no other from being written.
    fn publish(&mut self, mut findings: Vec<Finding>, ends: Vec<Reply<Ended>>, now: jiff::Timestamp) {
        let mut ends = ends.into_iter();
        while !findings.is_empty() {
            let rest = findings.split_off(if self.failing { 1 } else { findings.len() });
            let together = findings.len();
            let written = self.publisher.settle(findings, &[], now);
            self.wrote(&written, now);
            let mut written = written.ok().map(Vec::into_iter);
            for reply in ends.by_ref().take(together) {
                answer(reply, written.as_mut().and_then(Iterator::next));
            }
            findings = rest;
        }
    }

    /// Says when writing begins to fail, and when it works again.
    fn wrote<T>(&mut self, result: &Result<T, Error>, now: jiff::Timestamp) {
        if self.noted(result.as_ref().map(|_| ()), now).is_some() && std::mem::take(&mut self.failing) {
            self.observer.emit(now, &Event::StorageRecovered);
        }
    }

    /// The value of what was read, or a failure said.
    fn noted<T>(
        &mut self,
        result: Result<T, impl std::borrow::Borrow<Error>>,
        now: jiff::Timestamp,
    ) -> Option<T> {
        result
            .inspect_err(|error| {
                self.failing = true;
                self.observer.emit(now, &Event::StorageFailed { error: &super::chain(error.borrow()) });
            })
            .ok()
    }
}

fn answer<T>(reply: Reply<T>, value: Option<T>) {
    // A poll that was cancelled no longer waits for its answer.
    drop(reply.send(value));
}
