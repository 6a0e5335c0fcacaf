//! A scriptable origin on 127.0.0.1: any reply to any request, and a log of what was asked.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::socket::{Answer, Listener};
use crate::wire::{Asked, Reply, Request};

/// A server whose replies a test makes itself. Dropping it stops it.
#[derive(Debug)]
pub struct Origin {
    /// The listener.
    listener: Listener,
    /// What was asked.
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Origin {
    /// An origin that answers with what `reply` returns.
    pub async fn start(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Origin {
        let log: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let kept = Arc::clone(&log);
        let answer: Answer = Arc::new(move |request| {
            let reply = reply(request);
            let asked = Asked::new(now(), request, &reply);
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
            reply
        });
        Origin { listener: Listener::start(answer).await, log }
    }

    /// An origin with a list of replies for each path (with its query): the first request gets the first, the next
    /// the next, and the last one repeats. Other paths are 404.
    pub async fn scripted(script: impl IntoIterator<Item = (&'static str, Vec<Reply>)>) -> Origin {
        let script: BTreeMap<&'static str, Vec<Reply>> = script.into_iter().collect();
        let counts: Mutex<BTreeMap<String, usize>> = Mutex::default();
        Origin::start(move |request| {
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(request.path.clone()).or_default();
            *count += 1;
            let replies = script.get(request.path.as_str());
            let reply = replies.and_then(|replies| replies.get(*count - 1).or_else(|| replies.last()));
            reply.cloned().unwrap_or_else(|| Reply::new(404, "text/plain", "no such path"))
        })
        .await
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.listener.addr
    }

    /// The absolute URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.listener.addr)
    }

    /// All that was asked, in order, at the times of the wall clock.
    pub fn log(&self) -> Vec<Asked> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The most requests that were ever answered at the same time.
    pub fn in_flight_max(&self) -> usize {
        self.listener.in_flight_max()
    }

    /// Stops and waits until all connections are closed.
    pub async fn stop(self) {
        self.listener.stop().await;
    }
}

/// The wall clock.
#[expect(clippy::disallowed_methods, reason = "the log of a real server tells real times")]
fn now() -> Timestamp {
    Timestamp::now()
}
