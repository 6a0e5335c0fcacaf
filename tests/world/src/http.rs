//! The HTTP face of a world: one listener for some sites each, the site in the first part of the path.

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;

use crate::answer::World;
use crate::socket::{Answer, Listener};

/// A world on 127.0.0.1. Dropping it stops it.
#[derive(Debug)]
pub struct Served {
    /// The listeners.
    listeners: Vec<Listener>,
    /// For each site, its base without a slash at the end.
    bases: Vec<String>,
    /// Sites that share a listener.
    sites_per_listener: usize,
}

/// Serves a world on ports of 127.0.0.1, one listener for each `sites_per_listener` sites of its plan. `clock` says
/// which instant of the world it is.
pub async fn serve(world: Arc<World>, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Served {
    serve_and_log(world, move || {
        let now = clock();
        (now, now)
    })
    .await
}

/// The same, of a world whose time is not that of its log: `clock` gives the instant of the world, and the one that
/// the log tells.
pub async fn serve_and_log(
    world: Arc<World>,
    clock: impl Fn() -> (Timestamp, Timestamp) + Send + Sync + 'static,
) -> Served {
    let answer: Answer = {
        let world = Arc::clone(&world);
        Arc::new(move |request| {
            let (now, logged) = clock();
            world.answer_and_log(request, now, logged)
        })
    };
    let (mut listeners, mut bases) = (Vec::new(), Vec::new());
    let sites_per_listener = world.plan().sites_per_listener.max(1);
    for sites in world.sites().chunks(sites_per_listener) {
        let listener = Listener::start(Arc::clone(&answer)).await;
        bases.extend(sites.iter().map(|site| format!("http://{}/s/{}", listener.addr, site.id)));
        listeners.push(listener);
    }
    Served { listeners, bases, sites_per_listener }
}

impl Served {
    /// The address of the first listener.
    pub fn addr(&self) -> SocketAddr {
        self.listeners[0].addr
    }

    /// The base of a site, such as `http://127.0.0.1:4000/s/manara`.
    pub fn base(&self, site: usize) -> &str {
        &self.bases[site]
    }

    /// The bases of all sites, in order.
    pub fn bases(&self) -> &[String] {
        &self.bases
    }

    /// The most requests that the listener of a site ever answered at the same time.
    pub fn in_flight_max(&self, site: usize) -> usize {
        self.listeners[site / self.sites_per_listener].in_flight_max()
    }

    /// Stops and waits until all connections are closed.
    pub async fn stop(self) {
        for listener in self.listeners {
            listener.stop().await;
        }
    }
}
