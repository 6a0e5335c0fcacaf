//! Limits and manners of fetching, and the proxy.

use super::{Error, Secret, redirect};
use std::{fmt, time::Duration};
use url::Url;

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
    /// Through whom every request goes; the environment's proxies are ignored.
    pub proxy: Option<Proxy>,
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
            proxy: None,
        }
    }
}

/// A proxy that all requests go through: `http` as they are, `https` through a tunnel (`CONNECT`).
///
/// What the operator must know: names are resolved by the proxy, so that the guard judges URLs alone. A literal
/// address that is not public and a `localhost` name are refused as ever, but a public name that resolves to an
/// address of the inner network is the proxy's to refuse. The proxy's own address may be private. Addresses that a
/// source allows are asked for through the proxy like any other.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Where it listens; `http` or `https`. A user name and password in it are sent to it as `authorization` is.
    pub url: Url,
    /// Sent to the proxy as `Proxy-Authorization`, and to nobody else.
    pub authorization: Option<Secret>,
}

impl Proxy {
    /// The URL without credentials and path, and the credentials.
    fn parts(&self) -> (Url, Option<Secret>) {
        let mut url = self.url.clone();
        let login = redirect::take_credentials(&mut url);
        let login = login.and_then(|(user, password)| Secret::of_url(&user, &password));
        (url, self.authorization.clone().or(login))
    }

    /// What a client is told.
    pub(super) fn rule(&self) -> Result<reqwest::Proxy, Error> {
        let (url, authorization) = self.parts();
        if !redirect::is_http(&url) {
            return Err(Error::Setup(format!("the proxy {url} is neither http nor https").into()));
        }
        let proxy = reqwest::Proxy::all(url).map_err(|error| Error::Setup(error.into()))?;
        Ok(match authorization {
            Some(secret) => proxy.custom_http_auth(secret.value()),
            None => proxy,
        })
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (url, authorization) = self.parts();
        f.debug_struct("Proxy").field("url", &url.as_str()).field("authorization", &authorization).finish()
    }
}
