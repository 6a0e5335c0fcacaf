//! The in-memory face: a request and an instant give a reply.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::chrome::Chrome;
use crate::plan::Plan;
use crate::timeline::{Site, Timeline};
use crate::visit::{Visit, http_date, not_found};
use crate::wire::{Asked, Reply, Request};

/// A simulated news world: see the crate's documentation.
#[derive(Debug)]
pub struct World {
    /// What it is like.
    pub(crate) plan: Plan,
    /// Who publishes what and when.
    pub(crate) timeline: Timeline,
    /// For each site, the furniture of its pages.
    pub(crate) chromes: Vec<Chrome>,
    /// For each site, all addresses that articles ever have.
    pub(crate) addresses: Vec<BTreeMap<String, Address>>,
    /// What was asked.
    log: Mutex<Vec<Asked>>,
    /// Replies kept for benchmarks, by base, path, validator and encoding.
    pub(crate) kept: Mutex<BTreeMap<(String, u64, bool), Reply>>,
}

/// An address of an article.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address {
    /// The index of the story.
    pub(crate) story: usize,
    /// Whether it is the address after the move.
    pub(crate) is_new: bool,
}

impl World {
    /// The world of a seed and a plan.
    pub fn new(seed: u64, plan: Plan) -> World {
        let timeline = Timeline::new(seed, &plan);
        let chromes = timeline.sites.iter().map(|site| Chrome::new(seed, site, plan.page_kb)).collect();
        let mut addresses = vec![BTreeMap::new(); timeline.sites.len()];
        for (index, story) in timeline.stories.iter().enumerate() {
            addresses[story.site].insert(story.path.clone(), Address { story: index, is_new: false });
            if story.moved.is_some() {
                addresses[story.site].insert(story.moved_path(), Address { story: index, is_new: true });
            }
        }
        let (log, kept) = (Mutex::default(), Mutex::default());
        World { plan, timeline, chromes, addresses, log, kept }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The sites.
    pub fn sites(&self) -> &[Site] {
        &self.timeline.sites
    }

    /// The base of each site in memory, such as `http://manara.test`.
    pub fn bases(&self) -> Vec<String> {
        self.sites().iter().map(|site| format!("http://{}.test", site.id)).collect()
    }

    /// The answer to a request at an instant. The same request at the same instant has the same answer; only the log
    /// grows.
    pub fn answer(&self, request: &Request, now: Timestamp) -> Reply {
        self.answer_and_log(request, now, now)
    }

    /// The same, logged as of another instant.
    pub(crate) fn answer_and_log(&self, request: &Request, now: Timestamp, logged: Timestamp) -> Reply {
        let mut reply = match self.site_of(request) {
            Some((site, base)) => self.answer_at(site, base, request, now),
            None if request.path == "/robots.txt" => robots(request),
            None => not_found(404),
        };
        if request.method == "HEAD" {
            reply.body.clear();
        }
        let mut reply = reply.with("date", &http_date(now)).with("server", "world");
        if self.plan.cookies {
            reply = reply.with("set-cookie", "visitor=7; Path=/");
        }
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(Asked::new(logged, request, &reply));
        reply
    }

    /// All that was asked, in order.
    pub fn log(&self) -> Vec<Asked> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets what was asked.
    pub fn clear_log(&self) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The site a request is for and the base it was reached by.
    fn site_of(&self, request: &Request) -> Option<(usize, String)> {
        let (id, base) = match request.path.strip_prefix("/s/") {
            Some(rest) => {
                let id = rest.split(['/', '?']).next()?;
                (id, format!("http://{}/s/{id}", request.host))
            }
            None => (request.host.split('.').next()?, format!("http://{}", request.host)),
        };
        let site = self.sites().iter().position(|site| site.id == id)?;
        Some((site, base))
    }

    /// The answer of a site.
    fn answer_at(&self, site: usize, base: String, request: &Request, now: Timestamp) -> Reply {
        if below_base(&request.path) == "/robots.txt" {
            return robots(request);
        }
        Visit::new(self, site, base, request, now).reply()
    }
}

/// The path below the base of the site: without the prefix `/s/<id>`.
pub(crate) fn below_base(path: &str) -> &str {
    match path.strip_prefix("/s/").map(|rest| rest.find('/').map_or("/", |slash| rest.split_at(slash).1)) {
        Some(below) => below,
        None => path,
    }
}

/// Everything is allowed.
fn robots(request: &Request) -> Reply {
    const TAG: &str = "\"everything\"";
    let reply = match request.header("if-none-match") {
        Some(TAG) => Reply::bare(304),
        _ => Reply::new(200, "text/plain", "User-agent: *\nAllow: /\n"),
    };
    reply.with("etag", TAG)
}
