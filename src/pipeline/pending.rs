//! An entry that waits in the state, with what else is needed to read its page later.

use crate::{io::fetch::Validators, model::Entry};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An entry that waits, kept as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) entry: Entry,
    /// Whether other entries have its address too, so that it is not known by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) shares_address: bool,
    /// Whether it was settled before and has changed since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_known: bool,
    /// What its page was recognized by when it was read last.
    #[serde(default)]
    pub(super) validators: Validators,
    /// Since when it is put off although nothing was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<Timestamp>,
}

impl Pending {
    /// Writes it.
    pub(super) fn to_json(&self) -> String {
        // It holds no map with keys that are not strings, the one thing that has no JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads it, also as the first version wrote it: the entry alone.
    pub(super) fn from_json(text: &str) -> Option<Self> {
        let bare = || {
            let entry = serde_json::from_str::<Entry>(text).ok()?;
            let (shares_address, is_known, validators, since) = Default::default();
            Some(Self { entry, shares_address, is_known, validators, since })
        };
        serde_json::from_str(text).ok().or_else(bare)
    }
}
