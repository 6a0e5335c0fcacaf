//! The plan of a world: how many sites, how busy, how broken.

use jiff::Timestamp;

use crate::faults::{Fault, FaultPlan, Target};

/// 2026-03-02 06:00 UTC, a Monday morning.
const START: Timestamp = Timestamp::constant(1_772_431_200, 0);

/// What a world is like. All fields are free to change before [`World::new`](crate::World::new).
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each says of the servers whether they do something")]
pub struct Plan {
    /// The instant the world begins; before it there are only the articles at the start.
    pub start: Timestamp,
    /// How long the editor works, from the start on. Later the world stands still.
    pub hours: u32,
    /// Number of sites; kinds, languages and feed formats take turns.
    pub sites: usize,
    /// Articles a site has at the start.
    pub articles_at_start: usize,
    /// Articles a site publishes in an hour; 0 for a world that stands still.
    pub articles_per_hour: f64,
    /// Share of articles that are edited, once or twice.
    pub share_edited: f64,
    /// Share of articles that move to another address.
    pub share_moved: f64,
    /// Share of articles that are taken down.
    pub share_deleted: f64,
    /// Share of articles that are copies of another site's article (where one of the language exists).
    pub share_copied: f64,
    /// An edit comes between so many seconds after publication, or after the start if that is later.
    pub edit_after_secs: (u64, u64),
    /// A move or removal comes between so many seconds after publication, or after the start if that is later.
    pub change_after_secs: (u64, u64),
    /// Entries in a feed.
    pub feed_window: usize,
    /// Cards on a page of the listing.
    pub cards_per_page: usize,
    /// Aimed size of an article page in KB (1,000 bytes), filled with navigation, scripts, related links and footer.
    pub page_kb: usize,
    /// Whether answers carry `ETag` and `Last-Modified`, and conditional requests are honored.
    pub validators: bool,
    /// Seconds for which the feeds of every other site are fresh (`max-age`); 0 for none.
    pub max_age_secs: u64,
    /// Whether answers try to set a cookie.
    pub cookies: bool,
    /// Whether answers are compressed for clients that take gzip.
    pub gzip: bool,
    /// Whether rendered answers are kept, so that a benchmark does not measure the rendering (and the gzip) of the
    /// world in each round. Costs the memory of all pages asked for.
    pub keep_rendered: bool,
    /// Sites that share a listener of the HTTP face.
    pub sites_per_listener: usize,
    /// What is broken, where and when.
    pub faults: Vec<FaultPlan>,
}

impl Plan {
    /// A few sites and a calm pace: days of virtual time stay small.
    pub fn small() -> Plan {
        Plan {
            start: START,
            hours: 48,
            sites: 7,
            articles_at_start: 6,
            articles_per_hour: 0.75,
            share_edited: 0.2,
            share_moved: 0.05,
            share_deleted: 0.05,
            share_copied: 0.2,
            edit_after_secs: (120, 5400),
            change_after_secs: (1800, 36_000),
            feed_window: 20,
            cards_per_page: 10,
            page_kb: 0,
            validators: true,
            max_age_secs: 0,
            cookies: false,
            gzip: true,
            keep_rendered: false,
            sites_per_listener: 1,
            faults: Vec::new(),
        }
    }

    /// A lively world: a minute of it shows several publications, a copy recognized and an edit.
    pub fn demo() -> Plan {
        Plan {
            hours: 2,
            sites: 6,
            articles_per_hour: 90.0,
            share_edited: 0.35,
            share_moved: 0.04,
            share_deleted: 0.04,
            share_copied: 0.3,
            edit_after_secs: (12, 40),
            change_after_secs: (20, 300),
            page_kb: 24,
            ..Plan::small()
        }
    }

    /// A world that stands still with about that many pages of 174 KB, all of them in the feeds, for benchmarks.
    /// The number of sites is `pages / 125`, at least 1.
    pub fn bench(pages: usize) -> Plan {
        let sites = (pages / 125).max(1);
        let articles = pages.div_ceil(sites);
        Plan {
            hours: 0,
            sites,
            articles_at_start: articles,
            articles_per_hour: 0.0,
            share_edited: 0.0,
            share_moved: 0.0,
            share_deleted: 0.0,
            share_copied: 0.0,
            feed_window: articles,
            page_kb: 174,
            keep_rendered: true,
            sites_per_listener: sites.div_ceil(16).max(1),
            ..Plan::small()
        }
    }

    /// The same plan, beginning at `start`.
    #[must_use]
    pub fn starting_at(mut self, start: Timestamp) -> Plan {
        self.start = start;
        self
    }

    /// The same plan with a fault that never ends. `site` is the index of the site.
    #[must_use]
    pub fn with_fault(self, site: usize, target: Target, fault: Fault) -> Plan {
        self.with_fault_between(site, target, fault, (0, u64::MAX))
    }

    /// The same plan with a fault of some time: from and until, in seconds since the start.
    #[must_use]
    pub fn with_fault_between(
        mut self,
        site: usize,
        target: Target,
        fault: Fault,
        (from_secs, until_secs): (u64, u64),
    ) -> Plan {
        self.faults.push(FaultPlan { site, target, fault, from_secs, until_secs });
        self
    }
}
