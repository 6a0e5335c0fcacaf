//! One enum of events; each gives one log line and one count. Only the pipeline and the daemon emit.
//!
//! Levels: error = data lost or a hand is needed; warn = recovered; info = start, stop, reload, published;
//! debug = per poll; trace = per entry. Foreign text is stripped of control and bidi characters, and a
//! warning about the same source and code is repeated at most once in ten seconds.

use crate::{
    model::{Outcome, Remark, SourceId, Tally},
    text::for_log,
};
use jiff::Timestamp;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use tracing::{debug, error, info, trace, warn};

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// The daemon polls from now on.
    Started {
        /// Enabled sources.
        sources: usize,
        /// Their doors.
        doors: usize,
    },
    /// The daemon begins to stop.
    Stopping {
        /// Why, for a person.
        reason: &'a str,
    },
    /// The daemon has stopped.
    Stopped {
        /// Polls that were cut off.
        cut_off: usize,
    },
    /// A new configuration is in force.
    Reloaded {
        /// What is different, in words.
        changes: &'a [String],
    },
    /// A new configuration was refused; the old one stays in force.
    ReloadRefused {
        /// Its faults, for a person.
        faults: &'a [String],
    },
    /// The configuration holds something odd that does not stop the start.
    ConfigWarning {
        /// For a person.
        warning: &'a str,
    },
    /// Work that a crash cut off was ended.
    Recovered {
        /// Articles rolled forward.
        articles: usize,
    },
    /// Articles whose words the index of copies lacked were read again.
    Learned {
        /// How many.
        articles: usize,
    },
    /// A door answered.
    Polled {
        /// Its source.
        source: &'a SourceId,
        /// Its address.
        url: &'a str,
        /// HTTP status.
        status: u16,
        /// Entries and their ends.
        tally: &'a Tally,
        /// Next poll.
        next: Timestamp,
        /// Why it is then.
        why: &'static str,
    },
    /// A door failed.
    PollFailed {
        /// Its source.
        source: &'a SourceId,
        /// Its address.
        url: &'a str,
        /// Stable code.
        code: &'a str,
        /// The error with its causes.
        error: &'a str,
        /// Failures in a row.
        failures: u32,
        /// Next poll.
        next: Timestamp,
    },
    /// A door answers again.
    DoorRecovered {
        /// Its source.
        source: &'a SourceId,
        /// Its address.
        url: &'a str,
        /// Failures in a row before.
        failures: u32,
    },
    /// Nothing of a door's last look was listed any more: entries between may have been missed.
    Gap {
        /// Its source.
        source: &'a SourceId,
        /// Its address.
        url: &'a str,
        /// Entries found on older pages.
        found: usize,
        /// Whether those go back to something known, so that nothing is missed.
        closed: bool,
    },
    /// A door lives at another address now, as its publisher has said several times.
    Moved {
        /// Its source.
        source: &'a SourceId,
        /// Its configured address.
        url: &'a str,
        /// Where it is asked from now on.
        to: &'a str,
    },
    /// A door is not asked any more: its publisher took it away.
    Gone {
        /// Its source.
        source: &'a SourceId,
        /// Its address.
        url: &'a str,
        /// Stable code.
        code: &'a str,
        /// In words.
        error: &'a str,
    },
    /// A server asked to be left alone for a while.
    Held {
        /// What was asked for.
        url: &'a str,
        /// For what it speaks: `url`, `host` or `domain`.
        scope: &'static str,
        /// With which status.
        status: u16,
        /// Until when.
        until: Timestamp,
    },
    /// Doors that answered before do not, one after the other: the fault is with our own network.
    Offline {
        /// Doors in a row.
        doors: usize,
    },
    /// A door answers again after that.
    Online,
    /// An entry came to an end.
    Ended {
        /// Its source.
        source: &'a SourceId,
        /// Its identity.
        key: &'a str,
        /// Its address.
        url: &'a str,
        /// How.
        outcome: Outcome,
        /// Why or where: a stable code, or the path of the file.
        detail: &'a str,
    },
    /// Something odd about an input.
    Remarked {
        /// Its source.
        source: &'a SourceId,
        /// What was read.
        url: &'a str,
        /// The remark.
        remark: &'a Remark,
    },
    /// A panic, a bug of ours; the poll is given up, the others go on.
    Panicked {
        /// The source that was worked on.
        source: &'a SourceId,
        /// What was read.
        url: &'a str,
    },
    /// Disk or state failed; what was at work is done again later.
    StorageFailed {
        /// The error with its causes.
        error: &'a str,
    },
    /// Disk and state work again.
    StorageRecovered,
    /// The service manager could not be told something.
    NotifyFailed {
        /// The error with its causes.
        error: &'a str,
    },
}

/// Counts events and writes them to the log.
#[derive(Debug, Default)]
pub struct Observer {
    counts: Mutex<BTreeMap<String, u64>>,
    said: Mutex<BTreeMap<String, Timestamp>>,
}

/// Kinds of warnings remembered at most.
const SAID_MAX: usize = 10_000;
const REPEAT_SECS: i64 = 10;

impl Observer {
    /// Counts the event and logs it. `now` decides whether a repeated warning is said again.
    pub fn emit(&self, now: Timestamp, event: &Event<'_>) {
        self.count(name(event));
        if let Event::Ended { outcome, .. } = event {
            self.count(format!("entry.{}", outcome.name()));
        } else if let Event::Remarked { remark, .. } = event {
            self.count(format!("remark.{}", remark.code));
        } else if let Event::PollFailed { code, .. } = event {
            self.count(format!("failure.{code}"));
        }
        if !self.is_repeated(now, event) {
            log(event);
        }
    }

    /// All counts so far, by name.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, name: impl Into<String>) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(name.into()).or_default() += 1;
    }

    fn is_repeated(&self, now: Timestamp, event: &Event<'_>) -> bool {
        let Some(what) = repeatable(event) else { return false };
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() >= SAID_MAX {
            said.clear();
        }
        let before = said.get(&what).is_some_and(|at| now.duration_since(*at).as_secs() < REPEAT_SECS);
        if !before {
            said.insert(what, now);
        }
        before
    }
}

/// What a warning is about; the same is not said again within seconds.
fn repeatable(event: &Event<'_>) -> Option<String> {
    if let Event::PollFailed { source, code, .. } = event {
        Some(format!("{source} {code}"))
    } else if let Event::Remarked { source, remark, .. } = event {
        Some(format!("{source} {}", remark.code))
    } else if let Event::StorageFailed { error } = event {
        Some((*error).to_owned())
    } else {
        None
    }
}

/// Name of the event's counter.
const fn name(event: &Event<'_>) -> &'static str {
    match event {
        Event::Started { .. } => "started",
        Event::Stopping { .. } => "stopping",
        Event::Stopped { .. } => "stopped",
        Event::Reloaded { .. } => "reloaded",
        Event::ReloadRefused { .. } => "reload_refused",
        Event::ConfigWarning { .. } => "config_warning",
        Event::Recovered { .. } => "recovered",
        Event::Learned { .. } => "learned",
        Event::Polled { .. } => "polled",
        Event::PollFailed { .. } => "poll_failed",
        Event::DoorRecovered { .. } => "door_recovered",
        Event::Gap { .. } => "gap",
        Event::Moved { .. } => "moved",
        Event::Gone { .. } => "gone",
        Event::Held { .. } => "held",
        Event::Offline { .. } => "offline",
        Event::Online => "online",
        Event::Ended { .. } => "ended",
        Event::Remarked { .. } => "remarked",
        Event::Panicked { .. } => "panicked",
        Event::StorageFailed { .. } => "storage_failed",
        Event::StorageRecovered => "storage_recovered",
        Event::NotifyFailed { .. } => "notify_failed",
    }
}

fn log(event: &Event<'_>) {
    match event {
        Event::Started { sources, doors } => {
            info!(sources, doors, version = env!("CARGO_PKG_VERSION"), "started");
        }
        Event::Stopping { reason } => info!(reason, "stopping"),
        Event::Stopped { cut_off } => info!(cut_off, "stopped"),
        Event::Reloaded { changes } => {
            info!(changes = %for_log(&changes.join("; ")), "configuration reloaded");
        }
        Event::ReloadRefused { faults } => {
            error!(
                faults = faults.len(),
                first = %for_log(&faults.join(" | ")),
                "new configuration refused, the old one stays; run `khabar check`"
            );
        }
        Event::ConfigWarning { warning } => warn!(warning = %for_log(warning), "configuration"),
        Event::Recovered { articles } => warn!(articles, "ended what a crash had cut off"),
        Event::Learned { articles } => info!(articles, "read articles again that the index of copies lacked"),
        Event::Ended { source, key, url, outcome, detail } => match outcome {
            Outcome::Published | Outcome::Updated => {
                info!(source = %source, path = %for_log(detail), "{}", outcome.name());
            }
            Outcome::Failed => {
                warn!(source = %source, key = %for_log(key), url = %for_log(url), code = %for_log(detail), "entry failed");
            }
            Outcome::Deferred | Outcome::NotArticle => {
                debug!(source = %source, key = %for_log(key), url = %for_log(url), code = %for_log(detail), "{}", outcome.name());
            }
            Outcome::Duplicate | Outcome::Unchanged => {
                trace!(source = %source, key = %for_log(key), url = %for_log(url), detail = %for_log(detail), "{}", outcome.name());
            }
        },
        Event::Remarked { source, url, remark } => {
            debug!(source = %source, url = %for_log(url), code = %remark.code, detail = %for_log(&remark.detail), "remark");
        }
        Event::Panicked { source, url } => {
            error!(source = %source, url = %for_log(url), "a bug of khabar: panic while reading this; please report it");
        }
        Event::StorageFailed { error } => {
            error!(error = %for_log(error), "cannot write; nothing is lost, it is tried again");
        }
        Event::StorageRecovered => info!("can write again"),
        Event::NotifyFailed { error } => warn!(error = %for_log(error), "service manager"),
        Event::Offline { doors } => warn!(doors, "no network: what answered before does not; waiting for it"),
        Event::Online => info!("the network is back"),
        Event::Polled { .. }
        | Event::PollFailed { .. }
        | Event::DoorRecovered { .. }
        | Event::Gap { .. }
        | Event::Moved { .. }
        | Event::Gone { .. }
        | Event::Held { .. } => log_door(event),
    }
}

/// Logs what happened to a door.
#[expect(clippy::wildcard_enum_match_arm, reason = "`log` matches all, and sends these alone")]
fn log_door(event: &Event<'_>) {
    match event {
        Event::Polled { source, url, status, tally, next, why } => debug!(
            source = %source,
            url = %for_log(url),
            status,
            seen = tally.seen,
            published = tally.ended(Outcome::Published),
            updated = tally.ended(Outcome::Updated),
            next = %next,
            why,
            "polled"
        ),
        Event::PollFailed { source, url, code, error, failures, next } => warn!(
            source = %source, url = %for_log(url), code, error = %for_log(error), failures, next = %next, "poll failed"
        ),
        Event::DoorRecovered { source, url, failures } => {
            info!(source = %source, url = %for_log(url), failures, "answers again");
        }
        Event::Gap { source, url, found, closed: true } => {
            info!(source = %source, url = %for_log(url), found, "polled too seldom; what was missed was found on older pages");
        }
        Event::Gap { source, url, found, closed: false } => {
            warn!(source = %source, url = %for_log(url), found, "entries may have been missed: nothing of the last look is listed any more");
        }
        Event::Moved { source, url, to } => {
            warn!(source = %source, url = %for_log(url), to = %for_log(to), "moved for good; please configure the new address");
        }
        Event::Gone { source, url, code, error } => error!(
            source = %source, url = %for_log(url), code, error = %for_log(error),
            "gone, not asked any more; take it out, or set `verified` to a later day once it works"
        ),
        Event::Held { url, scope, status, until } => {
            info!(url = %for_log(url), scope, status, until = %until, "asks to be left alone");
        }
        _ => {}
    }
}
