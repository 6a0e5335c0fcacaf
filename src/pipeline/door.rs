//! What is known of a door between two looks at it.

use crate::{io::fetch::Validators, model::Fingerprint};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The state of a door, kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DoorState {
    /// What its last answer was recognized by; sent back with the next request.
    pub validators: Validators,
    /// Fingerprint of its last body, hex: an equal one is not read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// When it is polled next.
    pub next: Option<Timestamp>,
    /// When the first of its waiting entries is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Timestamp>,
    /// When it answered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<Timestamp>,
    /// Whether something of its last answer could not be taken: a listing is then read to its last page.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unkept: bool,
    /// Failures in a row.
    pub failures: u32,
    /// Polls so far.
    pub polls: u64,
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

    /// When there is something to do at this door.
    pub fn due(&self) -> Option<Timestamp> {
        match (self.next, self.retry) {
            (Some(next), Some(retry)) => Some(next.min(retry)),
            (next, _) => next,
        }
    }

    /// A number that differs from door to door and from poll to poll.
    pub fn seed(&self, url: &str) -> u64 {
        let Fingerprint(bytes) = Fingerprint::of([url, &self.polls.to_string()]);
        bytes.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
    }
}
