//! HTTP: one conditional GET at a time, behind a guard, within bounds. The only module that names reqwest.
//!
//! It returns facts and decides nothing: any status is a [`Response`], and whatever keeps an answer from
//! arriving whole is an [`Error`] that knows what happens next ([`Error::disposition`]). It never knows
//! what a body means, and it logs nothing.
//!
//! What holds for every request:
//! - No connection is opened to an address that is not public, unless the request itself allows that
//!   address and port. Literal addresses are judged before connecting, names by the addresses dialed,
//!   redirects hop by hop, and the peer once more after the head of its answer. Behind a configured [`Proxy`] the
//!   connections are the proxy's, and URLs alone are judged.
//! - One request at a time per host, and a gap between the end of one and the start of the next.
//! - Wire bytes, decoded bytes and their ratio are bounded while the body streams; so is time.
//! - Validators go back byte for byte, to the URL they came from and to no other. Credentials go to the origin
//!   they are for. No cookies, no Referer, no proxy from the environment.
//! - A redirect is followed within its host only; beyond, it is an answer that carries the request to make there.
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
mod journey;
mod marks;
mod names;
mod options;
mod redirect;
mod secret;

#[cfg(test)]
mod tests;

pub use error::{Cause, Disposition, Error, Excess, TimeoutPhase, TlsFault};
pub use gate::Gate;
pub use guard::is_public;
pub use http::Http;
pub use names::Lookup;
pub use options::{Options, Proxy};
pub use secret::Secret;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::{
    fmt::{self, Debug},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};
use url::Url;

/// Whatever answers a GET: the network, or a simulated world in memory.
pub trait Fetch: Send + Sync + Debug {
    /// Asks for one URL, following redirects as long as they stay on its host, which is a name and a port. One that
    /// leaves it is an answer, with the request to make there ([`Response::onward`]): whether that host may be asked
    /// is not for this module to say.
    fn get(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>>;
}

/// Asks, and goes on wherever redirects lead, with no more checks than `fetch` itself makes: their number is bounded
/// by it too.
pub async fn follow(fetch: &dyn Fetch, mut request: Request) -> Result<Response, Error> {
    loop {
        let mut response = fetch.get(request).await?;
        match response.onward.take() {
            Some(onward) => request = *onward,
            None => return Ok(response),
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
    /// A `robots.txt`.
    Robots,
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
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Where. A user name and password in it are taken as `authorization`, where that is not set, and appear nowhere
    /// else.
    pub url: Url,
    /// What kind of thing.
    pub accept: Accept,
    /// What an earlier answer of this request was recognized by.
    pub validators: Validators,
    /// Addresses this request may reach although they are not public.
    pub allow: Arc<[SocketAddr]>,
    /// Least time from the end of this request to the next one to the host, where longer than the options' gap
    /// (`Crawl-delay`). Holds for each host that redirects lead to.
    pub gap: Duration,
    /// Sent as `Authorization` to the origin of the journey's first URL, and nowhere else.
    pub authorization: Option<Secret>,
    /// Asked once the turn at the host has come, for each URL on the way; [`Error::NotAdmitted`] where it says no.
    pub admission: Option<Admission>,
    /// Longest wait for the turn at a host ([`Error::Busy`]); as long as it takes where `None`.
    pub patience: Option<Duration>,
    /// The way so far; empty but for the request of an answer's `onward`.
    pub trail: Trail,
}

/// Whether a URL may be asked for at this moment.
#[derive(Clone)]
pub struct Admission(pub Arc<dyn Fn(&Url) -> bool + Send + Sync>);

impl Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Admission")
    }
}

impl PartialEq for Admission {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Admission {}

impl Request {
    /// A request with nothing else set.
    pub fn new(url: Url, accept: Accept) -> Self {
        Self {
            url,
            accept,
            validators: Validators::default(),
            allow: Arc::default(),
            gap: Duration::ZERO,
            authorization: None,
            admission: None,
            patience: None,
            trail: Trail::default(),
        }
    }
}

impl Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, accept, validators, allow, gap, authorization, admission, patience, trail } = self;
        let mut url = url.clone();
        drop(redirect::take_credentials(&mut url));
        f.debug_struct("Request")
            .field("url", &url.as_str())
            .field("accept", accept)
            .field("validators", validators)
            .field("allow", allow)
            .field("gap", gap)
            .field("authorization", authorization)
            .field("admission", admission)
            .field("patience", patience)
            .field("trail", trail)
            .finish()
    }
}

/// The way of a request that redirects led from host to host: where it was, and the time it has left. What one leg
/// hands to the next; nobody else reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    /// The redirects so far, in order; the first one's URL is where the journey began.
    hops: Vec<Hop>,
    /// Time left; `None` when all of it is.
    left: Option<Duration>,
}

/// An answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Status of the last answer.
    pub status: u16,
    /// The URL that answered last, without fragment and credentials.
    pub url: Url,
    /// The redirects that led there, over all legs and in order; empty when the request's own URL answered. With
    /// `onward`, the last is this answer itself.
    pub hops: Vec<Hop>,
    /// Where a redirect leads that leaves the host: the request to make there, if the caller sees fit. `status` and
    /// `url` are then the redirect's, and there are neither validators nor a body.
    pub onward: Option<Box<Request>>,
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
    /// Headers by which servers and walls of bot protection are told: the name in lower case, and the value as text,
    /// at most 200 characters. Which ones: `server`, `via`, `www-authenticate`, `x-robots-tag`, `tdm-reservation` and
    /// those that the walls themselves set.
    pub marks: Vec<(String, String)>,
    /// The values of `Link` headers as text: at most 8, and 4,096 characters of each.
    pub links: Vec<String>,
    /// The body, decoded; empty for 204 and 304. From 400 on its first 64 KiB at most, as far as they came without a
    /// fault and within the idle time: the body of an error is no reason for another.
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
