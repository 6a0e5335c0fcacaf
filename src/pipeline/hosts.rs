//! What hosts ask of us: to be left alone for a while, and what their robots.txt says. Kept in the state, so that
//! a restart forgets nothing of it.

use super::desk::Desk;
use crate::{
    io::{
        fetch::{Response, Validators},
        store::HostRow,
    },
    judges::schedule::WAIT_MAX,
    readers::robots::Robots,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::OnceCell;
use url::{Host, Url};

/// For what a server speaks that asks for time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// For the address that was asked for.
    Url,
    /// For its host.
    #[default]
    Host,
    /// For all hosts of its registrable domain.
    Domain,
}

impl Scope {
    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Host => "host",
            Self::Domain => "domain",
        }
    }

    /// What of `url` it means.
    fn of(self, url: &Url) -> String {
        let host = match self {
            Self::Url => return url.to_string(),
            Self::Host => url.authority().to_owned(),
            Self::Domain => match url.host() {
                Some(Host::Domain(name)) => psl::domain_str(name).unwrap_or(name).to_owned(),
                Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => url.authority().to_owned(),
            },
        };
        format!("{} {host}", self.name())
    }
}

/// A wait that a server asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Until when.
    pub until: Timestamp,
    /// With which status.
    pub status: u16,
    /// How often in a row, this one included.
    pub times: u32,
}

/// What a robots.txt says, and how it was had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KnownRobots {
    /// The rules for us.
    pub(super) robots: Arc<Robots>,
    /// What it was recognized by.
    pub(super) validators: Validators,
    /// When it was last had; `None` where it never was.
    pub(super) had: Option<Timestamp>,
    /// When it is asked for again.
    pub(super) until: Timestamp,
    /// Why it could not be had just now, if so.
    pub(super) trouble: Option<RobotsTrouble>,
}

/// Why a robots.txt could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RobotsTrouble {
    /// Stable code.
    pub(super) code: String,
    /// In words.
    pub(super) error: String,
    /// Whether a server answered at all.
    pub(super) reached: bool,
}

/// The robots.txt of one origin: what was known of it before, and what is now, which whoever comes first finds out.
#[derive(Debug, Default)]
pub(super) struct RobotsSlot {
    pub(super) before: Option<KnownRobots>,
    pub(super) now: OnceCell<KnownRobots>,
}

/// The hosts that asked something of us.
#[derive(Debug)]
pub struct Hosts {
    desk: Desk,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    holds: BTreeMap<String, Hold>,
    robots: BTreeMap<String, Arc<RobotsSlot>>,
}

/// Kinds of rows in the state.
const HOLD: &str = "hold";
const ROBOTS: &str = "robots";

/// First wait after a 429 that names none; it doubles up to the longest. (Publishers ask for at least an hour.)
const UNNAMED: Duration = Duration::from_hours(1);
const UNNAMED_MAX: Duration = Duration::from_hours(4);

/// Whoever says that he is asked too much, and to come back at once, is asked again after so long; it doubles too.
const LEAST: Duration = Duration::from_secs(5);

/// Waits kept in memory before the first look for those that are over.
const HOLDS_MAX: usize = 10_000;

/// How long a robots.txt is remembered for the day it cannot be had, as RFC 9309 has it.
const ROBOTS_KEEP: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Origins whose robots.txt is kept in memory.
const ROBOTS_MAX: usize = 20_000;

impl Hosts {
    /// What the state knows; changes are handed to `desk`.
    pub fn new(known: Vec<HostRow>, desk: Desk) -> Self {
        let mut book = Book::default();
        for row in known {
            if row.kind == HOLD {
                book.holds.extend(serde_json::from_str(&row.state).ok().map(|hold| (row.host, hold)));
            } else if row.kind == ROBOTS
                && let Ok(known) = serde_json::from_str::<KnownRobots>(&row.state)
            {
                let slot = RobotsSlot { before: None, now: OnceCell::new_with(Some(known)) };
                book.robots.insert(row.host, Arc::new(slot));
            }
        }
        Self { desk, book: Mutex::new(book) }
    }

    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The wait that is still on for `url`, of whatever scope it was made.
    pub fn hold(&self, url: &Url, now: Timestamp) -> Option<Hold> {
        let book = self.book();
        if book.holds.is_empty() {
            return None;
        }
        let holds = [Scope::Url, Scope::Host, Scope::Domain]
            .into_iter()
            .filter_map(|scope| book.holds.get(&scope.of(url)));
        // A wait that nobody can have asked for, since the clock was set back, counts as none.
        let longest = SignedDuration::try_from(WAIT_MAX).unwrap_or(SignedDuration::MAX);
        holds
            .filter(|hold| hold.until > now && hold.until.duration_since(now) <= longest)
            .max_by_key(|hold| hold.until)
            .cloned()
    }

    /// Takes note of what an answer of `url` says about waiting. Gives the wait that begins with it.
    pub(super) async fn listen(
        &self,
        scope: Scope,
        url: &Url,
        response: &Response,
        now: Timestamp,
    ) -> Option<Hold> {
        let key = scope.of(url);
        let asks = matches!(response.status, 429 | 503);
        if !asks {
            if (200..400).contains(&response.status) {
                // A wait that is still on stays on: this was asked for before it began.
                self.book().holds.retain(|held, hold| *held != key || hold.until > now);
            }
            return None;
        }
        let before = self.book().holds.get(&key).map_or(0, |hold| hold.times);
        let unnamed = UNNAMED.saturating_mul(1 << before.min(2)).min(UNNAMED_MAX);
        let unnamed = (response.status == 429).then_some(unnamed);
        let least = LEAST.saturating_mul(1 << before.min(6));
        let wait = response.retry_after.or(unnamed)?.max(least).min(WAIT_MAX);
        let until = now.checked_add(SignedDuration::try_from(wait).ok()?).ok()?;
        let hold = Hold { until, status: response.status, times: before + 1 };
        {
            let mut book = self.book();
            if book.holds.len() >= HOLDS_MAX {
                book.holds.retain(|_, hold| hold.until > now);
            }
            book.holds.insert(key.clone(), hold.clone());
        }
        self.keep(HOLD, key, &hold, until).await;
        // Not even a crash in the next second makes it forgotten.
        self.desk.flush().await;
        Some(hold)
    }

    /// The robots.txt of `origin` as it is known at `now`; its cell is empty where it is to be asked for.
    pub(super) fn robots(&self, origin: &str, now: Timestamp) -> Arc<RobotsSlot> {
        let mut book = self.book();
        if book.robots.len() > ROBOTS_MAX {
            // The state has them all.
            book.robots.clear();
        }
        let slot = book.robots.entry(origin.to_owned()).or_default();
        // What is due in more than a day was kept while the clock ran ahead.
        let is_fresh = |known: &KnownRobots| {
            known.until > now && known.until.duration_since(now) <= SignedDuration::from_hours(25)
        };
        if slot.now.get().is_some_and(|known| !is_fresh(known)) {
            let before = slot.now.get().cloned();
            *slot = Arc::new(RobotsSlot { before, now: OnceCell::new() });
        }
        Arc::clone(slot)
    }

    /// Keeps a robots.txt in the state.
    pub(super) async fn keep_robots(&self, origin: &str, known: &KnownRobots) {
        let until = known.had.unwrap_or(known.until);
        let until = until.checked_add(ROBOTS_KEEP).unwrap_or(Timestamp::MAX);
        self.keep(ROBOTS, origin.to_owned(), known, until).await;
    }

    async fn keep(&self, kind: &str, host: String, state: &impl Serialize, until: Timestamp) {
        let Ok(state) = serde_json::to_string(state) else { return };
        self.desk.keep_host(HostRow { kind: kind.to_owned(), host, state, until: until.as_second() }).await;
    }
}
