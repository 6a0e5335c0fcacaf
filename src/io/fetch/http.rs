//! The network's face of [`Fetch`]: one request as a straight line, hop by hop.

use super::{
    Error, Fetch, Hop, Options, Request, Response, TimeoutPhase, Validators,
    clients::Clients,
    decode::{Body, Limits, Refusal},
    failure::told_apart,
    gate::Gate,
    guard,
    headers::{self, Templates},
    redirect::{self, shown},
};
use crate::io::clock::Clock;
use futures_util::future::BoxFuture;
use reqwest::{
    Method,
    header::{self, HeaderMap, HeaderValue},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::Semaphore, time::Instant};
use url::Url;

/// Fetches over HTTP. One is enough for a process: turns, connections and limits are shared within it.
#[derive(Debug)]
pub struct Http {
    /// Limits and manners.
    options: Options,
    /// Tells the time of headers and deadlines.
    clock: Clock,
    /// Connections.
    clients: Clients,
    /// One turn for each host.
    gate: Gate,
    /// Requests in flight.
    flights: Semaphore,
    /// What every request says.
    templates: Templates,
}

/// One request on its way from hop to hop.
struct Journey {
    /// The request without credentials and fragment.
    request: Request,
    /// The Authorization header, for the request's own origin.
    login: Option<HeaderValue>,
    /// Where it is.
    url: Url,
    /// Where it was.
    hops: Vec<Hop>,
    /// Time left; waiting for turns costs none.
    left: Duration,
}

/// The head of an answer whose body is still on the wire, and until when it may take.
struct Head {
    /// The answer.
    answer: reqwest::Response,
    /// The end of the journey's time.
    deadline: Instant,
}

impl Http {
    /// A fetcher with its own connections. Reads the system's root certificates, nothing else.
    pub fn new(options: Options, clock: Clock) -> Result<Self, Error> {
        Ok(Self {
            clients: Clients::new(options.clone())?,
            gate: Gate::new(options.host_gap, clock.clone()),
            flights: Semaphore::new(options.connections_max.clamp(1, Semaphore::MAX_PERMITS)),
            templates: Templates::new(&options)?,
            options,
            clock,
        })
    }

    /// Asks, and goes on asking where redirects lead, until an answer is none.
    async fn follow(&self, request: Request) -> Result<Response, Error> {
        let mut journey = Journey::new(request, self.options.total_timeout)?;
        loop {
            if let Some(response) = self.visit(&mut journey).await? {
                return Ok(response);
            }
        }
    }

    /// One hop: waits for the turn, asks, and reads the answer. `None` when it is a redirect, which the
    /// journey has then taken.
    async fn visit(&self, journey: &mut Journey) -> Result<Option<Response>, Error> {
        let allowed = journey.admitted()?;
        let _turn = self.gate.enter(journey.url.authority()).await;
        // The semaphore is never closed; were it, going on without a permit would do no harm.
        let _permit = self.flights.acquire().await.ok();
        let started = self.clock.instant();
        let head = self.ask(journey, &allowed, started + journey.left).await?;
        let status = head.answer.status().as_u16();
        if redirect::is_redirect(status) {
            let location = head.answer.headers().get(header::LOCATION).map(HeaderValue::as_bytes);
            journey.redirect(status, location, self.options.redirects_max)?;
            journey.left = journey.left.saturating_sub(started.elapsed());
            return Ok(None);
        }
        self.read(journey, head).await.map(Some)
    }

    /// Sends the request of this hop and waits for the head of its answer.
    async fn ask(&self, journey: &Journey, allowed: &[IpAddr], deadline: Instant) -> Result<Head, Error> {
        let mut request = reqwest::Request::new(Method::GET, journey.url.clone());
        *request.headers_mut() = journey.headers(&self.templates);
        let now = self.clock.instant();
        let client = self.clients.reaching(&journey.url, allowed, now)?;
        // reqwest ends connecting by its own deadline, so that what exceeds both is the server's silence.
        let silence = now + self.options.connect_timeout + self.options.idle_timeout;
        let answer = tokio::time::timeout_at(silence.min(deadline), client.execute(request)).await;
        let answer =
            answer.map_err(|_| self.late(journey, deadline))?.map_err(|error| self.failed(error, journey))?;
        match answer.remote_addr().map(|peer| peer.ip()) {
            Some(address) if !guard::permits(address, allowed) => Err(journey.blocked(address)),
            _ => Ok(Head { answer, deadline }),
        }
    }

    /// Reads the body and says what the head says.
    async fn read(&self, journey: &mut Journey, mut head: Head) -> Result<Response, Error> {
        let status = head.answer.status().as_u16();
        let (body, wire_bytes) = match status {
            204 | 304 | 400.. => (Vec::new(), 0),
            _ => self.body(journey, &mut head).await?,
        };
        let headers = head.answer.headers();
        let mut validators = headers::validators(headers);
        if !journey.hops.is_empty() && validators != Validators::default() {
            validators.of = Some(journey.url.clone());
        }
        let (content_type, charset) = headers::content_type(headers);
        let now = self.clock.now();
        Ok(Response {
            status,
            validators,
            content_type,
            charset,
            retry_after: headers::retry_after(headers, now),
            max_age: headers::max_age(headers, now),
            url: journey.url.clone(),
            hops: std::mem::take(&mut journey.hops),
            body,
            wire_bytes,
        })
    }

    /// Reads and decodes the body within its limits.
    async fn body(&self, journey: &Journey, head: &mut Head) -> Result<(Vec<u8>, u64), Error> {
        let limits = Limits {
            wire: self.options.wire_max_bytes,
            decoded: self.options.body_max_bytes,
            ratio: self.options.ratio_max,
        };
        let refused = |refusal| match refusal {
            Refusal::Excess(excess, limit) => Error::TooLarge { url: shown(&journey.url), excess, limit },
            Refusal::Coding(source) => Error::Encoding { url: shown(&journey.url), source },
        };
        let coding = head.answer.headers().get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
        let mut body = Body::new(coding, head.answer.content_length(), limits).map_err(refused)?;
        loop {
            let silence = self.clock.instant() + self.options.idle_timeout;
            let chunk = tokio::time::timeout_at(silence.min(head.deadline), head.answer.chunk()).await;
            let chunk = chunk.map_err(|_| self.late(journey, head.deadline))?;
            match chunk.map_err(|error| self.failed(error, journey))? {
                Some(chunk) => body.push(&chunk).map_err(refused)?,
                None => return body.finish().map_err(refused),
            }
        }
    }

    /// The error of a deadline: the whole request's, or else the wait for a byte.
    fn late(&self, journey: &Journey, deadline: Instant) -> Error {
        let (phase, limit) = if self.clock.instant() >= deadline {
            (TimeoutPhase::Total, self.options.total_timeout)
        } else {
            (TimeoutPhase::Idle, self.options.idle_timeout)
        };
        Error::Timeout { url: shown(&journey.url), phase, limit }
    }

    /// What reqwest's error means here.
    fn failed(&self, error: reqwest::Error, journey: &Journey) -> Error {
        told_apart(error, &journey.url, journey.hop(), &self.options)
    }
}

impl Fetch for Http {
    fn get(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
        Box::pin(self.follow(request))
    }
}

impl Journey {
    /// A journey to the request's URL.
    fn new(mut request: Request, left: Duration) -> Result<Self, Error> {
        if !redirect::is_http(&request.url) {
            return Err(Error::Scheme { url: shown(&request.url), hop: 1 });
        }
        request.url.set_fragment(None);
        let login = redirect::take_credentials(&mut request.url);
        let login = login.and_then(|(user, password)| headers::authorization(&user, &password));
        let url = request.url.clone();
        Ok(Self { request, login, url, hops: Vec::new(), left })
    }

    /// 1 at the request's own URL.
    fn hop(&self) -> usize {
        self.hops.len() + 1
    }

    /// The addresses this hop may reach besides public ones, unless its URL is refused as it stands.
    fn admitted(&self) -> Result<Vec<IpAddr>, Error> {
        let allow: &Arc<[SocketAddr]> = &self.request.allow;
        let allowed = guard::allowed_addresses(&self.url, allow);
        match guard::blocked_literal(&self.url, &allowed) {
            Some(address) => Err(self.blocked(address)),
            None => Ok(allowed),
        }
    }

    /// The error of an address that this hop may not reach.
    fn blocked(&self, address: IpAddr) -> Error {
        Error::Blocked { url: shown(&self.url), address, hop: self.hop() }
    }

    /// The headers of this hop: validators for the URL they came from, credentials for their origin.
    fn headers(&self, templates: &Templates) -> HeaderMap {
        let Request { url, accept, validators, .. } = &self.request;
        let mut headers = templates.of(*accept);
        if self.url == *validators.of.as_ref().unwrap_or(url) {
            headers::add_validators(&mut headers, validators);
        }
        if let Some(login) = self.login.as_ref().filter(|_| self.url.origin() == url.origin()) {
            headers.insert(header::AUTHORIZATION, login.clone());
        }
        headers
    }

    /// Goes where a redirect leads.
    fn redirect(&mut self, status: u16, location: Option<&[u8]>, limit: usize) -> Result<(), Error> {
        let target = redirect::target(&self.url, status, location, &self.hops, limit)?;
        let url = std::mem::replace(&mut self.url, target);
        self.hops.push(Hop { url, status });
        Ok(())
    }
}
