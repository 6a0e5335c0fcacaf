//! A request on its way from URL to URL: where it is, where it was, and what it says at each. Pure.

use super::{
    Error, Hop, Request, Trail, guard,
    headers::{self, Templates},
    redirect::{self, shown},
    secret::Secret,
};
use reqwest::header::{self, HeaderMap};
use std::{net::IpAddr, time::Duration};
use url::Url;

/// One request on its way from hop to hop.
#[derive(Debug)]
pub(super) struct Journey {
    /// The request without credentials and fragment; its URL is where the journey is, its trail is taken out.
    request: Request,
    /// Where the first leg began: validators and credentials belong to it.
    first: Url,
    /// Where it was, over all legs.
    hops: Vec<Hop>,
    /// Time left; waiting for turns costs none.
    left: Duration,
}

impl Journey {
    /// A journey to the request's URL, `total` long at most with all its legs.
    pub(super) fn new(mut request: Request, total: Duration) -> Result<Self, Error> {
        let Trail { hops, left } = std::mem::take(&mut request.trail);
        if !redirect::is_http(&request.url) {
            return Err(Error::Scheme { url: shown(&request.url), hop: hops.len() + 1 });
        }
        request.url.set_fragment(None);
        let login = redirect::take_credentials(&mut request.url);
        if let Some((user, password)) = login.filter(|_| hops.is_empty() && request.authorization.is_none()) {
            request.authorization = Secret::of_url(&user, &password);
        }
        let first = hops.first().map_or_else(|| request.url.clone(), |hop| hop.url.clone());
        Ok(Self { request, first, hops, left: left.unwrap_or(total).min(total) })
    }

    /// Where it is.
    pub(super) fn url(&self) -> &Url {
        &self.request.url
    }

    /// The redirects that led there.
    pub(super) fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// 1 at the request's own URL.
    pub(super) fn hop(&self) -> usize {
        self.hops.len() + 1
    }

    /// Time left.
    pub(super) fn left(&self) -> Duration {
        self.left
    }

    /// Takes off the time that a hop took.
    pub(super) fn spend(&mut self, time: Duration) {
        self.left = self.left.saturating_sub(time);
    }

    /// The gap that the request itself asks for.
    pub(super) fn gap(&self) -> Duration {
        self.request.gap
    }

    /// Longest wait for a turn.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.request.patience
    }

    /// Whether whoever asks still wants this hop.
    pub(super) fn is_admitted(&self) -> bool {
        self.request.admission.as_ref().is_none_or(|admission| (admission.0)(self.url()))
    }

    /// The addresses this hop may reach besides public ones, unless its URL is refused as it stands.
    pub(super) fn admitted(&self) -> Result<Vec<IpAddr>, Error> {
        let allowed = guard::allowed_addresses(self.url(), &self.request.allow);
        match guard::blocked_literal(self.url(), &allowed) {
            Some(address) => Err(self.blocked(address)),
            None => Ok(allowed),
        }
    }

    /// The error of an address that this hop may not reach.
    pub(super) fn blocked(&self, address: IpAddr) -> Error {
        Error::Blocked { url: shown(self.url()), address, hop: self.hop() }
    }

    /// The headers of this hop: validators for the URL they came from, credentials for their origin.
    pub(super) fn headers(&self, templates: &Templates) -> HeaderMap {
        let Request { url, accept, validators, authorization, .. } = &self.request;
        let mut headers = templates.of(*accept);
        if url == validators.of.as_ref().unwrap_or(&self.first) {
            headers::add_validators(&mut headers, validators);
        }
        if let Some(secret) = authorization.as_ref().filter(|_| url.origin() == self.first.origin()) {
            headers.insert(header::AUTHORIZATION, secret.value());
        }
        headers
    }

    /// Goes where a redirect leads; the URL that redirected, when that is another host's now.
    pub(super) fn redirect(
        &mut self,
        status: u16,
        location: Option<&[u8]>,
        limit: usize,
    ) -> Result<Option<Url>, Error> {
        let target = redirect::target(self.url(), status, location, &self.hops, limit)?;
        let url = std::mem::replace(&mut self.request.url, target);
        let left = (url.authority() != self.url().authority()).then(|| url.clone());
        self.hops.push(Hop { url, status });
        Ok(left)
    }

    /// The request that goes on from here. It says itself whose its validators are.
    pub(super) fn onward(&self) -> Request {
        let mut request = self.request.clone();
        if request.validators.etag.is_some() || request.validators.last_modified.is_some() {
            request.validators.of.get_or_insert_with(|| self.first.clone());
        }
        request.trail = Trail { hops: self.hops.clone(), left: Some(self.left) };
        request
    }
}
