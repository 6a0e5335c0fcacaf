//! reqwest clients: one that reaches only public addresses, and one for each set of addresses that some
//! requests allow besides. Connections are never shared between them, so that a request cannot ride on a
//! connection it may not open.

use super::{
    Error, Options,
    names::{Names, Reach, Resolver},
};
use reqwest::{Client, redirect::Policy};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use url::{Host, Url};

/// Clients for allowed addresses kept at a time; each holds its own root certificates.
const ALLOWING_MAX: usize = 8;

/// How long an idle connection is kept: longer than the shortest polling interval.
const IDLE_KEEP: Duration = Duration::from_secs(75);

/// What every client is made by.
#[derive(Debug)]
pub(super) struct Recipe {
    /// Limits, and the proxy.
    pub(super) options: Options,
    /// Who resolves names.
    names: Names,
    /// The only certificate trusted, where there is one.
    #[cfg(test)]
    root: Option<reqwest::Certificate>,
}

/// The clients there are.
#[derive(Debug)]
pub(super) struct Clients {
    /// How new ones are made.
    recipe: Recipe,
    /// Reaches public addresses only.
    guarded: Client,
    /// The same, but closes each connection after its request.
    fleeting: OnceLock<Client>,
    /// By the addresses they reach besides; the latest used last.
    allowing: Mutex<Vec<(Vec<IpAddr>, Client)>>,
    /// The hosts whose connection `guarded` may keep, and until when it does.
    kept: Mutex<HashMap<Box<str>, Instant>>,
}

impl Clients {
    /// The guarded client; the others are made when asked for.
    pub(super) fn new(recipe: Recipe) -> Result<Self, Error> {
        // Fails only where a provider is installed already, which is as good.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let guarded = recipe.client(&[], 1)?;
        let (fleeting, allowing, kept) = Default::default();
        Ok(Self { recipe, guarded, fleeting, allowing, kept })
    }

    /// The client for `url`, a name of which may resolve to `allowed` addresses. Literal addresses need no
    /// client of their own: they are judged before every request, and connections to them are found by
    /// the address itself. Neither do names that a proxy resolves.
    pub(super) fn reaching(&self, url: &Url, allowed: &[IpAddr], now: Instant) -> Result<Client, Error> {
        let resolves = self.recipe.options.proxy.is_none() && matches!(url.host(), Some(Host::Domain(_)));
        if resolves && !allowed.is_empty() {
            self.allowing(allowed)
        } else if self.keeps(url.authority(), now) {
            Ok(self.guarded.clone())
        } else if let Some(client) = self.fleeting.get() {
            Ok(client.clone())
        } else {
            let client = self.recipe.client(&[], 0)?;
            Ok(self.fleeting.get_or_init(|| client).clone())
        }
    }

    /// Whether the connection to `host` may be kept: at most `connections_max` hosts at a time. reqwest
    /// bounds idle connections for each host only, and 10,000 hosts polled in turn would hold a socket each.
    fn keeps(&self, host: &str, now: Instant) -> bool {
        let until = now + IDLE_KEEP + self.recipe.options.total_timeout;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.get_mut(host) {
            *kept = until;
            return true;
        }
        if kept.len() >= self.recipe.options.connections_max {
            kept.retain(|_, until| *until > now);
        }
        let keeps = kept.len() < self.recipe.options.connections_max;
        if keeps {
            kept.insert(host.into(), until);
        }
        keeps
    }

    /// The client for names that may resolve to `allowed` addresses.
    fn allowing(&self, allowed: &[IpAddr]) -> Result<Client, Error> {
        let mut allowing = self.allowing.lock().unwrap_or_else(PoisonError::into_inner);
        let found = allowing.iter().position(|(addresses, _)| addresses == allowed);
        let entry = match found {
            Some(index) => allowing.remove(index),
            None => (allowed.to_vec(), self.recipe.client(allowed, 1)?),
        };
        let client = entry.1.clone();
        if allowing.len() >= ALLOWING_MAX {
            drop(allowing.remove(0));
        }
        allowing.push(entry);
        Ok(client)
    }
}

impl Recipe {
    /// Clients within `options` that resolve by `names`.
    pub(super) fn new(options: Options, names: Names) -> Self {
        Self {
            options,
            names,
            #[cfg(test)]
            root: None,
        }
    }

    /// The same, trusting `root` alone.
    #[cfg(test)]
    pub(super) fn trusting(self, root: reqwest::Certificate) -> Self {
        Self { root: Some(root), ..self }
    }

    /// A client that reaches public addresses and `allowed` ones, or the proxy, and keeps `idle` connections a host.
    /// What reqwest would do on its own (redirects, Referer, proxies of the environment, decoding, its own total
    /// deadline) is off.
    fn client(&self, allowed: &[IpAddr], idle: usize) -> Result<Client, Error> {
        let Options { proxy, connect_timeout, .. } = &self.options;
        let reach = if proxy.is_some() { Reach::Proxy } else { Reach::Public(allowed.into()) };
        let mut client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .dns_resolver(Resolver { names: self.names.clone(), reach })
            .connect_timeout(*connect_timeout)
            .pool_idle_timeout(IDLE_KEEP)
            .pool_max_idle_per_host(idle);
        if let Some(proxy) = proxy {
            client = client.proxy(proxy.rule()?);
        }
        #[cfg(test)]
        if let Some(root) = &self.root {
            client = client.tls_certs_only([root.clone()]);
        }
        client.build().map_err(|error| Error::Setup(error.into()))
    }
}
