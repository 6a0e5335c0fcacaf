//! Remarks: what was odd about an input, said without failing.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Something odd about an input that did not stop its reading. Bad input is never an error of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Stable code, `stage/what-happened` in lower case, for example `feed/no-date`.
    pub code: Cow<'static, str>,
    /// What it was about, for a person: the offending value, cut short. May be empty.
    pub detail: String,
}

impl Remark {
    /// A remark with a code alone.
    pub const fn new(code: &'static str) -> Self {
        Self { code: Cow::Borrowed(code), detail: String::new() }
    }

    /// A remark with a code and the value it is about (cut to 200 characters).
    pub fn about(code: &'static str, detail: &str) -> Self {
        Self { code: Cow::Borrowed(code), detail: detail.chars().take(200).collect() }
    }
}
