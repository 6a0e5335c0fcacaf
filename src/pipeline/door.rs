//! What is known of a door between two looks at it.

use super::Door;
use crate::{
    io::fetch::{Hop, Validators},
    judges::schedule::{Course, History, WAIT_MAX, Why},
    model::{Fingerprint, Hints},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};
use url::Url;

/// Equal answers after which a permanent move is taken at its word.
const MOVE_ANSWERS: u32 = 3;

/// Failures in a row after which a door that moved is asked at its configured address again.
const MOVE_FAILURES_MAX: u32 = 3;

/// A door that has answered with 404 for so long, and so often, is gone.
const MISSING_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);
const MISSING_ANSWERS: u32 = 10;

/// Looks in a row with new ids for known entries, after which ids are taken for loose.
const LOOSE_LOOKS: u32 = 2;

/// The state of a door, kept as JSON.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DoorState {
    /// What its last answer was recognized by; sent back with the next request.
    pub validators: Validators,
    /// Fingerprint of its last body, hex: an equal one is not read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// What its further pages were recognized by, by their addresses.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pages: BTreeMap<String, Validators>,
    /// When it is polled next.
    pub next: Option<Timestamp>,
    /// From when on it may be polled without haste: together with another door of its host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<Timestamp>,
    /// Before this its publisher does not want to be asked (max-age, Expires, Retry-After).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// Why it is polled then.
    pub why: Why,
    /// New entries that are expected by then.
    pub expected: f32,
    /// When the first of its waiting entries is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Timestamp>,
    /// When it was asked last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Timestamp>,
    /// When it answered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<Timestamp>,
    /// When it last listed something new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Timestamp>,
    /// Entries that it listed last.
    pub listed: usize,
    /// Its rhythm.
    pub history: History,
    /// What it says of its rhythm.
    pub hints: Hints,
    /// How long its last whole answer stays fresh; holds for answers that do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh_for: Option<Duration>,
    /// What was remarked at its looks, and how often: a measure of its health.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub remarks: BTreeMap<String, u64>,
    /// Looks in a row at which most of its known entries came under new ids.
    #[serde(skip_serializing_if = "is_none")]
    pub renamed: u32,
    /// Whether its ids are others at each look: its entries are known by where they lead and what they say.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub loose_ids: bool,
    /// Whether something of its last answer could not be taken: a listing is then read to its last page.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unkept: bool,
    /// Answers in a row of which something could not be taken.
    #[serde(skip_serializing_if = "is_none")]
    pub partial: u32,
    /// Looks in a row after which nothing of the one before was found any more.
    #[serde(skip_serializing_if = "is_none")]
    pub gaps: u32,
    /// Failures in a row.
    pub failures: u32,
    /// The last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing: Option<Failing>,
    /// A permanent move that it answers with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Move>,
    /// Since when it is not asked any more: its publisher took it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<Timestamp>,
    /// Where it is a live page, how that goes on.
    #[serde(skip_serializing_if = "is_default")]
    pub live: Followed,
    /// Where it is a live page that no configuration names: what led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child: Option<Child>,
    /// Polls so far.
    pub polls: u64,
}

/// What led to a live page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// The address of the door where it was found.
    pub of: String,
    /// When.
    pub since: Timestamp,
}

/// How a live page goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Followed {
    /// Its pace.
    pub course: Course,
    /// From when on it is read whole, with its older pages, though it may be the same.
    pub whole: Option<Timestamp>,
}

impl Followed {
    /// Whether the page is to be read whole, whatever it was at the last look.
    pub fn needs_whole(&self, now: Timestamp) -> bool {
        self.whole.is_some_and(|whole| whole <= now)
    }
}

/// Why a door fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// Stable code of the last failure.
    pub code: String,
    /// The last failure in words.
    pub error: String,
    /// When the first failure of this code in a row was.
    pub since: Timestamp,
    /// How many of this code in a row.
    pub times: u32,
    /// Whether a server answered.
    pub reached: bool,
}

/// A permanent move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Where to.
    pub to: Url,
    /// Equal answers so far.
    pub answers: u32,
}

impl Move {
    /// Whether it is taken at its word.
    pub fn is_taken(&self) -> bool {
        self.answers >= MOVE_ANSWERS
    }
}

impl DoorState {
    /// Reads the state; one that is not understood counts as new.
    pub fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Writes the state.
    pub fn to_json(&self) -> String {
        // It holds no map with keys that are not strings, the one thing that has no JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Where the door is asked.
    pub fn url<'a>(&'a self, door: &'a Door) -> &'a Url {
        self.moved.as_ref().filter(|moved| moved.is_taken()).map_or(&door.url, |moved| &moved.to)
    }

    /// Until when the publisher does not want to be asked. A time that nobody can have meant, since the clock was
    /// set back, counts as none.
    pub fn held_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.not_before.filter(|until| *until > now && until.duration_since(now) <= LONGEST)
    }

    /// Whether no server was reached at the last look.
    pub fn is_silent(&self) -> bool {
        self.failures > 0 && self.failing.as_ref().is_some_and(|failing| !failing.reached)
    }

    /// The door after its operator has seen it work: what it was recognized by and what waits is still known.
    #[must_use]
    pub fn back(self) -> Self {
        let (gone, failing, next, ready, not_before) = Default::default();
        Self { gone, failing, next, ready, not_before, failures: 0, ..self }
    }

    /// Whether the operator has seen the door work after it was given up: its source was verified on a later day.
    pub fn is_back(&self, verified: Option<jiff::civil::Date>) -> bool {
        let day = |at: Timestamp| jiff::tz::Offset::UTC.to_datetime(at).date();
        self.gone.is_some_and(|gone| verified.is_some_and(|verified| verified > day(gone)))
    }

    /// Takes note of the redirects of an answer: those that say "for good", all of them, and again and again the
    /// same, become the door's address. Gives it when it does.
    pub(super) fn note_redirects(&mut self, hops: &[Hop], end: &Url) -> Option<Url> {
        let is_taken = self.moved.as_ref().is_some_and(Move::is_taken);
        if hops.is_empty() && is_taken {
            return None;
        }
        if hops.is_empty() || !hops.iter().all(|hop| matches!(hop.status, 301 | 308)) {
            self.moved = None;
            return None;
        }
        let before = self.moved.take().filter(|moved| moved.to == *end && !is_taken);
        let moved = Move { to: end.clone(), answers: before.map_or(0, |moved| moved.answers) + 1 };
        let taken = moved.is_taken().then(|| end.clone());
        self.moved = Some(moved);
        taken
    }

    /// Takes note of a failure. `true` when the door is to be given up: it is gone by its publisher's word, or
    /// missing for so long that it amounts to that.
    pub(super) fn note_failure(
        &mut self,
        (code, error): (&str, &str),
        reached: bool,
        now: Timestamp,
    ) -> bool {
        self.failures += 1;
        let before = self.failing.take().filter(|failing| failing.code == code);
        let (since, times) = before.map_or((now, 0), |failing| (failing.since, failing.times));
        let times = times + 1;
        self.failing =
            Some(Failing { code: code.to_owned(), error: error.to_owned(), since, times, reached });
        let is_missing =
            code == "http/404" && times >= MISSING_ANSWERS && now.duration_since(since) >= MISSING_MAX;
        let is_gone = code == "http/410" || is_missing;
        if self.moved.as_ref().is_some_and(Move::is_taken) {
            // The new address may be the fault: the configured one is asked again before anything is given up.
            if is_gone || self.failures >= MOVE_FAILURES_MAX {
                self.moved = None;
            }
            return false;
        }
        if is_gone {
            self.gone = Some(now);
        }
        is_gone
    }

    /// Takes note of whether known entries came under new ids. Ids that are others twice in a row are loose for good:
    /// once alone, a publisher has changed how it makes them.
    pub(super) fn note_ids(&mut self, are_new: bool) {
        self.renamed = if are_new { self.renamed + 1 } else { 0 };
        self.loose_ids |= self.renamed >= LOOSE_LOOKS;
    }

    /// A number that differs from door to door and from poll to poll.
    pub fn seed(&self, url: &str) -> u64 {
        let Fingerprint(bytes) = Fingerprint::of([url, &self.polls.to_string()]);
        bytes.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_none(count: &u32) -> bool {
    *count == 0
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// No wait that the schedule makes is longer.
pub(super) const LONGEST: SignedDuration =
    SignedDuration::from_secs(WAIT_MAX.as_secs().cast_signed() / 10 * 11);
