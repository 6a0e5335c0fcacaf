//! The network's face of [`Fetch`]: one request as a straight line, hop by hop.

use super::{
    Error, Fetch, Options, Request, Response, TimeoutPhase, Validators,
    clients::{Clients, Recipe},
    decode::{Body, Limits, Refusal},
    failure::told_apart,
    gate::{Gate, Turn},
    guard,
    headers::{self, Templates},
    journey::Journey,
    marks::{links, marks},
    names::{Lookup, Names},
    redirect::{self, shown},
};
use crate::io::clock::Clock;
use futures_util::future::BoxFuture;
use reqwest::{
    Method,
    header::{self, HeaderValue},
};
use std::{net::IpAddr, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::Instant};
use url::Url;

/// Most decoded bytes kept of an error's body: enough to tell a wall from a fault.
const EXCERPT_MAX: u64 = 64 << 10;

/// Most bytes read for them: more than any coding needs for so few.
const EXCERPT_WIRE_MAX: u64 = 1 << 20;

/// Bodies longer than this are read a few at a time: all other requests together take little memory, and these no more
/// than four times the longest body.
const LARGE_FROM: usize = 1 << 20;
const LARGE_AT_ONCE: usize = 4;

/// So much later than its deadline for connecting ends the wait for a head, so that a connection that does not come
/// about is told as such.
const CONNECT_FIRST: Duration = Duration::from_millis(500);

/// Fetches over HTTP: turns, connections and limits are shared within one. Several, as before and after a change of
/// options, share their turns where they are given one [`Gate`].
#[derive(Debug)]
pub struct Http {
    /// Limits and manners.
    options: Options,
    /// Tells the time of headers and deadlines.
    clock: Clock,
    /// Connections.
    clients: Clients,
    /// One turn for each host.
    gate: Arc<Gate>,
    /// Requests in flight.
    flights: Semaphore,
    /// Large bodies being read.
    large: Semaphore,
    /// What every request says.
    templates: Templates,
}

/// The head of an answer whose body is still on the wire, and until when it may take.
struct Head {
    /// The answer.
    answer: reqwest::Response,
    /// The end of the journey's time.
    deadline: Instant,
}

impl Http {
    /// A fetcher with its own connections and turns. Reads the system's root certificates, nothing else.
    pub fn new(options: Options, clock: Clock) -> Result<Self, Error> {
        let gate = Arc::new(Gate::new(clock.clone()));
        Self::with_gate(options, clock, gate)
    }

    /// A fetcher with its own connections that takes its turns at a shared gate.
    pub fn with_gate(options: Options, clock: Clock, gate: Arc<Gate>) -> Result<Self, Error> {
        Self::made(Recipe::new(options, Names::System), clock, gate)
    }

    /// One that resolves names by `lookup`, for tests and simulations. The guard judges its answers.
    pub fn with_lookup(
        options: Options,
        clock: Clock,
        gate: Arc<Gate>,
        lookup: Lookup,
    ) -> Result<Self, Error> {
        Self::made(Recipe::new(options, Names::Given(lookup)), clock, gate)
    }

    /// One that trusts a single certificate, and none of the system's.
    #[cfg(test)]
    pub(super) fn trusting(options: Options, clock: Clock, certificate: &[u8]) -> Result<Self, Error> {
        let certificate = reqwest::Certificate::from_der(certificate);
        let certificate = certificate.map_err(|error| Error::Setup(error.into()))?;
        let gate = Arc::new(Gate::new(clock.clone()));
        Self::made(Recipe::new(options, Names::System).trusting(certificate), clock, gate)
    }

    /// A fetcher of these parts.
    fn made(recipe: Recipe, clock: Clock, gate: Arc<Gate>) -> Result<Self, Error> {
        let options = recipe.options.clone();
        Ok(Self {
            clients: Clients::new(recipe)?,
            gate,
            flights: Semaphore::new(options.connections_max.clamp(1, Semaphore::MAX_PERMITS)),
            large: Semaphore::new(LARGE_AT_ONCE),
            templates: Templates::new(&options)?,
            options,
            clock,
        })
    }

    /// Asks, and goes on asking where redirects lead, until an answer is none or one leaves the host.
    async fn travel(&self, request: Request) -> Result<Response, Error> {
        let mut journey = Journey::new(request, self.options.total_timeout)?;
        loop {
            if let Some(response) = self.visit(&mut journey).await? {
                return Ok(response);
            }
        }
    }

    /// One hop: waits for the turn, asks, and reads the answer. `None` when it is a redirect within the host, which
    /// the journey has then taken.
    async fn visit(&self, journey: &mut Journey) -> Result<Option<Response>, Error> {
        let allowed = journey.admitted()?;
        let gap = self.options.host_gap.max(journey.gap());
        let _turn = self.turn(journey, gap).await?;
        // The semaphore is never closed; were it, going on without a permit would do no harm.
        let _permit = self.flights.acquire().await.ok();
        if !journey.is_admitted() {
            return Err(Error::NotAdmitted { url: shown(journey.url()) });
        }
        let started = self.clock.instant();
        let head = self.ask(journey, &allowed, started + journey.left()).await?;
        let status = head.answer.status().as_u16();
        if status == 407 && self.options.proxy.is_some() {
            let source = "the proxy asks for other credentials".into();
            return Err(Error::Proxy { url: shown(journey.url()), source });
        }
        if !redirect::is_redirect(status) {
            return self.read(journey, head).await.map(Some);
        }
        let location = head.answer.headers().get(header::LOCATION).map(HeaderValue::as_bytes);
        let left = journey.redirect(status, location, self.options.redirects_max)?;
        journey.spend(self.clock.instant() - started);
        Ok(left.map(|url| Response {
            onward: Some(Box::new(journey.onward())),
            // What recognizes a redirect says nothing of what it leads to.
            validators: Validators::default(),
            ..self.facts(journey, url, &head)
        }))
    }

    /// The turn at the host of this hop, if it comes in time.
    async fn turn(&self, journey: &Journey, gap: Duration) -> Result<Turn, Error> {
        let turn = self.gate.enter(journey.url().authority(), gap);
        let Some(patience) = journey.patience() else { return Ok(turn.await) };
        let turn = tokio::time::timeout_at(self.clock.instant() + patience, turn).await;
        turn.map_err(|_| Error::Busy { url: shown(journey.url()) })
    }

    /// Sends the request of this hop and waits for the head of its answer.
    async fn ask(&self, journey: &Journey, allowed: &[IpAddr], deadline: Instant) -> Result<Head, Error> {
        let mut request = reqwest::Request::new(Method::GET, journey.url().clone());
        *request.headers_mut() = journey.headers(&self.templates);
        let now = self.clock.instant();
        let client = self.clients.reaching(journey.url(), allowed, now)?;
        // reqwest ends connecting by its own deadline and does not tell when that was over, so one wait holds for
        // both: a server that accepts and is silent keeps its place hardly longer than one that falls silent later.
        let silence = now + self.options.connect_timeout.max(self.options.idle_timeout) + CONNECT_FIRST;
        let answer = tokio::time::timeout_at(silence.min(deadline), client.execute(request)).await;
        let answer =
            answer.map_err(|_| self.late(journey, deadline))?.map_err(|error| self.failed(error, journey))?;
        match answer.remote_addr().map(|peer| peer.ip()) {
            // Behind a proxy the peer is the proxy, wherever that is.
            Some(address) if self.options.proxy.is_none() && !guard::permits(address, allowed) => {
                Err(journey.blocked(address))
            }
            _ => Ok(Head { answer, deadline }),
        }
    }

    /// Reads the body and says what the head says.
    async fn read(&self, journey: &Journey, mut head: Head) -> Result<Response, Error> {
        let (body, wire_bytes) = match head.answer.status().as_u16() {
            204 | 304 => (Vec::new(), 0),
            400.. => self.excerpt(&mut head).await,
            _ => self.body(journey, &mut head).await?,
        };
        Ok(Response { body, wire_bytes, ..self.facts(journey, journey.url().clone(), &head) })
    }

    /// What the head says, of the answer of `url`.
    fn facts(&self, journey: &Journey, url: Url, head: &Head) -> Response {
        let (headers, now) = (head.answer.headers(), self.clock.now());
        let (content_type, charset) = headers::content_type(headers);
        let mut validators = headers::validators(headers);
        if !journey.hops().is_empty() && validators != Validators::default() {
            validators.of = Some(url.clone());
        }
        Response {
            status: head.answer.status().as_u16(),
            url,
            hops: journey.hops().to_vec(),
            onward: None,
            validators,
            content_type,
            charset,
            retry_after: headers::retry_after(headers, now),
            max_age: headers::max_age(headers, now),
            marks: marks(headers),
            links: links(headers),
            body: Vec::new(),
            wire_bytes: 0,
        }
    }

    /// Reads and decodes the body within its limits.
    async fn body(&self, journey: &Journey, head: &mut Head) -> Result<(Vec<u8>, u64), Error> {
        let limits = Limits {
            wire: self.options.wire_max_bytes,
            decoded: self.options.body_max_bytes,
            ratio: self.options.ratio_max,
        };
        let url = || shown(journey.url());
        let refused = |refusal| match refusal {
            Refusal::Excess(excess, limit) => Error::TooLarge { url: url(), excess, limit },
            Refusal::Coding(source) => Error::Encoding { url: url(), source },
        };
        let mut body = Body::new(head.coding(), head.answer.content_length(), limits).map_err(refused)?;
        let mut turn = None;
        loop {
            if turn.is_none() && body.length() > LARGE_FROM {
                // The journey's time stands still meanwhile. The semaphore is never closed.
                let before = self.clock.instant();
                turn = self.large.acquire().await.ok();
                head.deadline += self.clock.instant() - before;
            }
            let silence = self.clock.instant() + self.options.idle_timeout;
            let chunk = tokio::time::timeout_at(silence.min(head.deadline), head.answer.chunk()).await;
            let chunk = chunk.map_err(|_| self.late(journey, head.deadline))?;
            match chunk.map_err(|error| self.failed(error, journey))? {
                Some(chunk) => body.push(&chunk).map_err(refused)?,
                None => return body.finish().map_err(refused),
            }
        }
    }

    /// Reads the beginning of an error's body, as far as it comes within the idle time and can be decoded.
    async fn excerpt(&self, head: &mut Head) -> (Vec<u8>, u64) {
        let decoded = EXCERPT_MAX.min(self.options.body_max_bytes);
        let limits = Limits { wire: EXCERPT_WIRE_MAX, decoded, ratio: u64::MAX };
        let Ok(mut body) = Body::new(head.coding(), None, limits) else { return (Vec::new(), 0) };
        let deadline = head.deadline.min(self.clock.instant() + self.options.idle_timeout);
        while let Ok(Ok(Some(chunk))) = tokio::time::timeout_at(deadline, head.answer.chunk()).await {
            if body.push(&chunk).is_err() {
                break;
            }
        }
        body.so_far()
    }

    /// The error of a deadline: the whole request's, or else the wait for a byte.
    fn late(&self, journey: &Journey, deadline: Instant) -> Error {
        let (phase, limit) = if self.clock.instant() >= deadline {
            (TimeoutPhase::Total, self.options.total_timeout)
        } else {
            (TimeoutPhase::Idle, self.options.idle_timeout)
        };
        Error::Timeout { url: shown(journey.url()), phase, limit }
    }

    /// What reqwest's error means here.
    fn failed(&self, error: reqwest::Error, journey: &Journey) -> Error {
        told_apart(error, journey.url(), journey.hop(), &self.options)
    }
}

impl Head {
    /// The value of `Content-Encoding`.
    fn coding(&self) -> Option<&[u8]> {
        self.answer.headers().get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes)
    }
}

impl Fetch for Http {
    fn get(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
        Box::pin(self.travel(request))
    }
}
