//! HTTP: one conditional GET at a time, behind a guard, within bounds. The only module that names reqwest.
//!
//! It returns facts and decides nothing: any status is a [`Response`], and whatever keeps an answer from
//! arriving whole is an [`Error`] that knows what happens next ([`Error::disposition`]). It never knows
//! what a body means, and it logs nothing.
//!
//! What holds for every request:
//! - No connection is opened to an address that is not public, unless the request itself allows that
//!   address and port. Literal addresses are judged before connecting, names by the addresses dialed,
//!   redirects hop by hop, and the peer once more after the head of its answer.
//! - One request at a time per host, and a gap between the end of one and the start of the next.
//! - Wire bytes, decoded bytes and their ratio are bounded while the body streams; so is time.
//! - Validators go back byte for byte, to the URL they came from and to no other. No cookies, no Referer,
//!   no proxy from the environment.
//!
//! # Why
//! Each guarantee stands where reqwest leaves a hole: it does not ask a custom resolver about literal
//! addresses, follows redirects past any guard, has no body cap and stops after the first gzip member.
//! So redirects, limits and decoding are ours, and reqwest is left with connections, TLS and HTTP.

mod clients;
mod decode;
mod error;
mod failure;
mod gate;
mod guard;
mod headers;
mod http;
mod redirect;

#[cfg(test)]
mod tests;

pub use error::{Cause, Disposition, Error, Excess, TimeoutPhase, TlsFault};
pub use guard::is_public;
pub use http::Http;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::{fmt::Debug, net::SocketAddr, sync::Arc, time::Duration};
use url::Url;

/// Whatever answers a GET: the network, or a simulated world in memory.
pub trait Fetch: Send + Sync + Debug {
    /// Asks for one URL, following redirects.
    fn get(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>>;
}

/// Limits and manners. The defaults are those of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Who to ask about this client: a URL or an address; goes into the User-Agent.
    pub contact: String,
    /// Least time between the end of a request to a host and the start of the next.
    pub host_gap: Duration,
    /// Most bytes of a body as sent, before decoding.
    pub wire_max_bytes: u64,
    /// Most bytes of a body after decoding.
    pub body_max_bytes: u64,
    /// Most decoded bytes for each byte sent, judged once a body is past 1 MiB.
    pub ratio_max: u64,
    /// Most time to resolve, connect and agree on TLS.
    pub connect_timeout: Duration,
    /// Most time without a byte.
    pub idle_timeout: Duration,
    /// Most time for a request with all its redirects; waiting for a host's turn does not count.
    pub total_timeout: Duration,
    /// Most redirects followed.
    pub redirects_max: usize,
    /// Most requests in flight, and most hosts whose connection is kept open between requests.
    pub connections_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            contact: "https://github.com/khabar/khabar".to_owned(),
            host_gap: Duration::from_secs(1),
            wire_max_bytes: 16 << 20,
            body_max_bytes: 16 << 20,
            ratio_max: 200,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
            redirects_max: 5,
            connections_max: 256,
        }
    }
}

/// What kind of thing is asked for: chooses the Accept header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// A feed, in any of its formats.
    Feed,
    /// A page for people.
    Page,
}

/// What a server gave to recognize an unchanged answer by: opaque bytes, returned as they came.
///
/// Written as strings in which each character is one byte, so that nothing is lost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Validators {
    /// The value of `ETag`, with its quotes and `W/`.
    #[serde(with = "headers::latin1", skip_serializing_if = "Option::is_none")]
    pub etag: Option<Vec<u8>>,
    /// The value of `Last-Modified`.
    #[serde(with = "headers::latin1", skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<Vec<u8>>,
    /// The URL they belong to where that is not the request's own: where its redirects ended. They are
    /// sent to that URL only, so a feed behind a lasting redirect is still asked conditionally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Url>,
}

/// One thing to ask for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where. A user name and password in it are sent to its origin only and appear nowhere else.
    pub url: Url,
    /// What kind of thing.
    pub accept: Accept,
    /// What an earlier answer of this request was recognized by.
    pub validators: Validators,
    /// Addresses this request may reach although they are not public.
    pub allow: Arc<[SocketAddr]>,
}

/// An answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Status of the last answer.
    pub status: u16,
    /// The URL that answered last, without fragment and credentials.
    pub url: Url,
    /// The redirects that led there, in order; empty when the request's own URL answered.
    pub hops: Vec<Hop>,
    /// What to recognize this answer by next time.
    pub validators: Validators,
    /// Media type in lower case, without parameters.
    pub content_type: Option<String>,
    /// The `charset` parameter of the media type, as given.
    pub charset: Option<String>,
    /// How long the server asks to be left alone (`Retry-After`, seconds or date), at most a year.
    pub retry_after: Option<Duration>,
    /// How long the answer stays fresh (`Cache-Control`, else `Expires`), at most a year; zero when the
    /// server forbids caching.
    pub max_age: Option<Duration>,
    /// The body, decoded; empty for 204, 304 and from 400 on.
    pub body: Vec<u8>,
    /// Length of the body as sent.
    pub wire_bytes: u64,
}

/// One redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The URL that redirected.
    pub url: Url,
    /// With which status.
    pub status: u16,
}
