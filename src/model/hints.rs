//! What a feed says about how often to ask for it.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A feed's own words on its rhythm. They only ever make polls rarer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Hints {
    /// The longest that `ttl` and `sy:updatePeriod` with `sy:updateFrequency` name as the time between two
    /// updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<Duration>,
    /// `skipHours`: bit h is set where nobody should ask from hour h of UTC to the next.
    #[serde(skip_serializing_if = "is_none")]
    pub skip_hours: u32,
    /// `skipDays`: bit 0 is Monday, of UTC.
    #[serde(skip_serializing_if = "is_no_day")]
    pub skip_days: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_none(hours: &u32) -> bool {
    *hours == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_no_day(days: &u8) -> bool {
    *days == 0
}
