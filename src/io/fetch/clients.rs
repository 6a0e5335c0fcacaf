//! reqwest clients: one that reaches only public addresses, and one for each set of addresses that some
//! requests allow besides. Connections are never shared between them, so that a request cannot ride on a
//! connection it may not open.

use super::{Error, Options, guard};
use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, time::Instant};
use url::{Host, Url};

/// Clients for allowed addresses kept at a time; each holds its own root certificates.
const ALLOWING_MAX: usize = 8;

/// How long an idle connection is kept: longer than the shortest polling interval.
const IDLE_KEEP: Duration = Duration::from_secs(75);

/// The clients there are.
#[derive(Debug)]
pub(super) struct Clients {
    /// For what new clients need.
    options: Options,
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
    pub(super) fn new(options: Options) -> Result<Self, Error> {
        // Fails only where a provider is installed already, which is as good.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let guarded = build(&options, Vec::new(), 1)?;
        let (fleeting, allowing, kept) = Default::default();
        Ok(Self { options, guarded, fleeting, allowing, kept })
    }

    /// The client for `url`, a name of which may resolve to `allowed` addresses. Literal addresses need no
    /// client of their own: they are judged before every request, and connections to them are found by
    /// the address itself.
    pub(super) fn reaching(&self, url: &Url, allowed: &[IpAddr], now: Instant) -> Result<Client, Error> {
        if !allowed.is_empty() && matches!(url.host(), Some(Host::Domain(_))) {
            self.allowing(allowed)
        } else if self.keeps(url.authority(), now) {
            Ok(self.guarded.clone())
        } else if let Some(client) = self.fleeting.get() {
            Ok(client.clone())
        } else {
            let client = build(&self.options, Vec::new(), 0)?;
            Ok(self.fleeting.get_or_init(|| client).clone())
        }
    }

    /// Whether the connection to `host` may be kept: at most `connections_max` hosts at a time. reqwest
    /// bounds idle connections for each host only, and 10,000 hosts polled in turn would hold a socket each.
    fn keeps(&self, host: &str, now: Instant) -> bool {
        let until = now + IDLE_KEEP + self.options.total_timeout;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.get_mut(host) {
            *kept = until;
            return true;
        }
        if kept.len() >= self.options.connections_max {
            kept.retain(|_, until| *until > now);
        }
        let keeps = kept.len() < self.options.connections_max;
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
            None => (allowed.to_vec(), build(&self.options, allowed.to_vec(), 1)?),
        };
        let client = entry.1.clone();
        if allowing.len() >= ALLOWING_MAX {
            drop(allowing.remove(0));
        }
        allowing.push(entry);
        Ok(client)
    }
}

/// A client that reaches public addresses and `allowed` ones and keeps `idle` connections a host. What reqwest would do on its own (redirects,
/// Referer, proxies, decoding, its own total deadline) is off.
fn build(options: &Options, allowed: Vec<IpAddr>, idle: usize) -> Result<Client, Error> {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        .dns_resolver(Guarded { allowed: allowed.into() })
        .connect_timeout(options.connect_timeout)
        .pool_idle_timeout(IDLE_KEEP)
        .pool_max_idle_per_host(idle)
        .build()
        .map_err(|error| Error::Setup(error.into()))
}

/// Resolves by the system and leaves out addresses that may not be dialed. What is dialed is what was
/// judged: each connection resolves once, here.
#[derive(Debug)]
struct Guarded {
    /// Addresses permitted besides public ones.
    allowed: Arc<[IpAddr]>,
}

/// Lookups at a time in this process. The system's lookup blocks a thread for as long as a name server is
/// silent: few at a time leave threads for parsing and publishing, and stay below the unit's limit of tasks.
static LOOKUPS: Semaphore = Semaphore::const_new(16);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.allowed);
        Box::pin(async move {
            let _turn = LOOKUPS.acquire().await?;
            let resolved: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let permitted = permitted(resolved, &allowed)?;
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// The addresses of `resolved` that may be dialed; the first one blocked when there is none.
pub(super) fn permitted(resolved: Vec<SocketAddr>, allowed: &[IpAddr]) -> Result<Vec<SocketAddr>, Blocked> {
    let first = resolved.first().map(SocketAddr::ip);
    let permitted: Vec<_> = resolved.into_iter().filter(|a| guard::permits(a.ip(), allowed)).collect();
    match first {
        Some(first) if permitted.is_empty() => Err(Blocked(first)),
        _ => Ok(permitted),
    }
}

/// A name has only blocked addresses. Travels through reqwest's chain of causes.
#[derive(Debug)]
pub(super) struct Blocked(pub(super) IpAddr);

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the address {} is blocked", self.0)
    }
}

impl std::error::Error for Blocked {}
