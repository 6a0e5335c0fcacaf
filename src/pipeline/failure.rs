//! What a failure is: a stable code, words for the operator, and what the schedule makes of it.

use crate::{
    io::fetch::{self, Disposition, Response},
    readers::wall::{self, Wall},
    text,
};
use std::time::Duration;
use url::Url;

/// Why something could not be had or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// Stable code.
    pub(super) code: String,
    /// In words, with the address and what to do.
    pub(super) error: String,
    /// Whether a server answered at all.
    pub(super) reached: bool,
    /// Whether it answered that it will not have us: a wall of some kind.
    pub(super) refused: bool,
    /// HTTP status; 0 where there is none.
    pub(super) status: u16,
    /// When the server asks to come back.
    pub(super) retry_after: Option<Duration>,
    /// Whether asking again can help.
    pub(super) may_pass: bool,
}

impl Failure {
    /// A failure after a server has answered.
    pub(super) fn new(code: impl Into<String>, error: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            error: error.into(),
            reached: true,
            refused: false,
            status: 0,
            retry_after: None,
            may_pass: true,
        }
    }

    /// No answer came.
    pub(super) fn fetch(error: &fetch::Error) -> Self {
        let may_pass = error.disposition() == Disposition::RetryAt;
        Self { reached: !may_pass, may_pass, ..Self::new(error.code(), super::chain(error)) }
    }

    /// An answer to a request for `requested` that is not what was asked for.
    pub(super) fn status(requested: &Url, response: &Response) -> Self {
        if let Some(wall) = wall_in(requested, response) {
            return Self::wall(wall, response);
        }
        let (status, url) = (response.status, &response.url);
        let meaning = match status {
            404 => "there is nothing at this address",
            410 => "its publisher took it away for good",
            429 => "it is asked too often",
            500..600 => "its server is in trouble",
            _ => "which is no answer to this request",
        };
        Self {
            status,
            retry_after: response.retry_after,
            // Gone for good and refused for legal reasons stay so; anything else may pass.
            may_pass: !matches!(status, 410 | 451),
            ..Self::new(format!("http/{status}"), format!("{url} answered with status {status}: {meaning}"))
        }
    }

    /// Something stands between us and the answer.
    pub(super) fn wall(wall: Wall, response: &Response) -> Self {
        let (status, url) = (response.status, &response.url);
        Self {
            status,
            refused: true,
            retry_after: response.retry_after,
            may_pass: matches!(wall, Wall::Challenge | Wall::Blocked),
            ..Self::new(wall.code(), format!("{url} (status {status}): {}", wall.words()))
        }
    }
}

/// The wall that an answer to a request for `requested` is, if it is one.
pub(super) fn wall_in(requested: &Url, response: &Response) -> Option<Wall> {
    let (body, _) = text::decode(&response.body, response.charset.as_deref());
    wall_of(requested, response, &body)
}

/// The same, of an answer whose body is decoded already.
pub(super) fn wall_of(requested: &Url, response: &Response, body: &str) -> Option<Wall> {
    wall::recognize(&seen(requested, response, body))
}

/// Whether that wall is one whatever the page shows.
pub(super) fn is_beyond_doubt(requested: &Url, response: &Response, body: &str) -> bool {
    wall::is_beyond_doubt(&seen(requested, response, body))
}

fn seen<'a>(requested: &'a Url, response: &'a Response, body: &'a str) -> wall::Seen<'a> {
    let Response { status, url, marks, .. } = response;
    wall::Seen { status: *status, requested, url, marks, body }
}
