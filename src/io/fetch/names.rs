//! Names to addresses, behind the guard. What is dialed is what was judged: each connection resolves once, here.

use super::{Cause, guard};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use tokio::sync::Semaphore;

/// The addresses of a name, for tests and simulations; none when there is no such name. The guard judges them as it
/// judges the system's. It must not block.
pub type Lookup = Arc<dyn Fn(&str) -> Vec<IpAddr> + Send + Sync>;

/// Who resolves names.
#[derive(Clone, Default)]
pub(super) enum Names {
    /// The system.
    #[default]
    System,
    /// A test or a simulation.
    Given(Lookup),
}

/// Leaves out addresses that may not be dialed.
#[derive(Debug)]
pub(super) struct Resolver {
    /// Who resolves.
    pub(super) names: Names,
    /// Which addresses may be dialed.
    pub(super) reach: Reach,
}

/// Which addresses may be dialed.
#[derive(Debug, Clone)]
pub(super) enum Reach {
    /// Public ones and these.
    Public(Arc<[IpAddr]>),
    /// Any: the only name looked up is that of the operator's own proxy.
    Proxy,
}

/// Lookups at a time in this process. The system's lookup blocks a thread for as long as a name server is
/// silent: few at a time leave threads for parsing and publishing, and stay below the unit's limit of tasks.
static LOOKUPS: Semaphore = Semaphore::const_new(16);

impl Names {
    /// The addresses of `name`.
    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, Cause> {
        let addresses: Vec<_> = match self {
            Self::System => {
                let _turn = LOOKUPS.acquire().await?;
                tokio::net::lookup_host((name, 0)).await?.collect()
            }
            Self::Given(lookup) => lookup(name).into_iter().map(|ip| SocketAddr::new(ip, 0)).collect(),
        };
        if addresses.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
        }
        Ok(addresses)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::Given(_) => "Given",
        })
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, reach) = (self.names.clone(), self.reach.clone());
        Box::pin(async move {
            let resolved = names.addresses(name.as_str()).await?;
            let reached = match reach {
                Reach::Public(allowed) => permitted(resolved, &allowed)?,
                Reach::Proxy => resolved,
            };
            Ok(Box::new(reached.into_iter()) as Addrs)
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
