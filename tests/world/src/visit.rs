//! One request at a site: what is behind its path, in which version, and the reply.

use std::io::Write as _;
use std::sync::PoisonError;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::answer::{Address, World, below_base};
use crate::faults::{self, Fault, FaultPlan, Target};
use crate::feeds::{self, Entry};
use crate::listing;
use crate::seed::mix;
use crate::templates::Page;
use crate::timeline::{Site, Story};
use crate::wire::{Reply, Request};

/// What a path of a site means.
#[derive(Debug, Clone, Copy)]
enum Door {
    /// The feed.
    Feed,
    /// A page of the listing.
    Listing(usize),
    /// An article.
    Article(Address),
    /// Nothing.
    Nowhere,
}

/// What a body depends on, so that a 304 costs no rendering.
struct Version {
    /// A number that differs whenever the body does.
    tag: u64,
    /// When the body last changed.
    modified: Timestamp,
}

/// A listing has no more pages than this, whatever a client asks.
const PAGES_MAX: usize = 10_000;

/// A request that has found its site.
pub(crate) struct Visit<'a> {
    /// The world.
    world: &'a World,
    /// The site.
    site: &'a Site,
    /// The base by which the site was reached.
    base: String,
    /// The request.
    request: &'a Request,
    /// What its path means.
    door: Door,
    /// The fault that is on.
    fault: Option<&'a Fault>,
    /// When.
    now: Timestamp,
}

impl<'a> Visit<'a> {
    /// A visit of a site.
    pub(crate) fn new(
        world: &'a World,
        site: usize,
        base: String,
        request: &'a Request,
        now: Timestamp,
    ) -> Visit<'a> {
        let below = below_base(&request.path);
        let (path, query) = below.split_once('?').unwrap_or((below, ""));
        let door = door(world, site, path, query);
        let fault = fault(world, site, path, door, now);
        Visit { world, site: &world.sites()[site], base, request, door, fault, now }
    }

    /// The reply. Where a fault is on there are no validators.
    pub(crate) fn reply(&self) -> Reply {
        match (self.version(), self.fault) {
            (Ok(version), None) => self.sound(&version),
            (Err(refusal), None) => refusal,
            (Ok(_), Some(fault)) => self.spoiled(fault, self.render()),
            (Err(refusal), Some(fault)) => self.spoiled(fault, refusal),
        }
    }

    /// A reply after its fault.
    fn spoiled(&self, fault: &Fault, reply: Reply) -> Reply {
        self.packed(faults::spoil(fault, self.request, &self.base, reply))
    }

    /// The reply without any fault: 304, or the body with its validators.
    fn sound(&self, version: &Version) -> Reply {
        let (etag, modified) = (etag(self.site, version.tag), http_date(version.modified));
        if !self.world.plan.validators {
            return self.body(version);
        }
        let reply =
            if is_known(self.request, &etag, &modified) { Reply::bare(304) } else { self.body(version) };
        self.aged(reply).with("etag", &etag).with("last-modified", &modified)
    }

    /// The reply, with how long it is fresh where the plan says so.
    fn aged(&self, reply: Reply) -> Reply {
        let secs = self.world.plan.max_age_secs;
        let is_aged = secs > 0 && self.site.index.is_multiple_of(2) && matches!(self.door, Door::Feed);
        if is_aged { reply.with("cache-control", &format!("max-age={secs}")) } else { reply }
    }

    /// The rendered and packed body, from the shelf if the plan keeps one.
    fn body(&self, version: &Version) -> Reply {
        if !self.world.plan.keep_rendered {
            return self.packed(self.render());
        }
        let key = (format!("{}{}", self.base, self.request.path), version.tag, takes_gzip(self.request));
        if let Some(reply) = self.world.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return reply.clone();
        }
        let reply = self.packed(self.render());
        self.world.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(key, reply.clone());
        reply
    }

    /// The version of what is behind the door, or the refusal: not there (yet), gone, or moved.
    fn version(&self) -> Result<Version, Reply> {
        match self.door {
            Door::Nowhere => Err(not_found(404)),
            Door::Article(address) => self.article_version(address),
            Door::Feed => Ok(self.list_version(self.world.plan.feed_window, 0)),
            Door::Listing(page) => {
                // One more than shown, for the question whether there is a next page.
                Ok(self.list_version((page + 1) * self.world.plan.cards_per_page + 1, page + 1))
            }
        }
    }

    /// The version of a list that looks at so many of the newest stories.
    fn list_version(&self, most: usize, page: usize) -> Version {
        let (timeline, site, now) = (&self.world.timeline, self.site.index, self.now);
        let stories = timeline.shown(site, now).take(most);
        let facts = stories
            .flat_map(|story| [story.number, story.edits_until(now), usize::from(story.has_moved(now))]);
        let tag = facts.chain([site, page]).fold(7, |tag, fact| mix(tag ^ wide(fact)));
        Version { tag, modified: timeline.touched(site, now, self.world.plan.start) }
    }

    /// The version of an article at one of its addresses.
    fn article_version(&self, address: Address) -> Result<Version, Reply> {
        let (story, now) = (&self.world.timeline.stories[address.story], self.now);
        if story.published > now || address.is_new != story.has_moved(now) {
            return Err(match story.moved {
                Some((at, status)) if at <= now => {
                    Reply::redirect(status, &format!("{}{}", self.base, story.moved_path()))
                }
                _ => not_found(404),
            });
        }
        match story.removed {
            Some((at, status)) if at <= now => Err(not_found(status)),
            _ => {
                let facts = [address.story, story.edits_until(now), usize::from(address.is_new)];
                let tag = facts.iter().fold(11, |tag, fact| mix(tag ^ wide(*fact)));
                Ok(Version { tag, modified: story.touched(now) })
            }
        }
    }

    /// The body behind the door, with a fault that is in the text itself.
    fn render(&self) -> Reply {
        match self.door {
            Door::Feed => {
                let mut entries = self.entries(0, self.world.plan.feed_window);
                if let Some(newest) = entries.first_mut() {
                    disguise(self.fault, &mut newest.headline, Some(&mut newest.guid));
                }
                let feed = feeds::render(self.site, &self.base, &entries);
                Reply::new(200, feeds::content_type(self.site.feed), feed)
            }
            Door::Listing(page) => {
                let size = self.world.plan.cards_per_page;
                let mut cards = self.entries(page * size, size + 1);
                let next = (cards.len() > size).then_some(page + 1);
                cards.truncate(size);
                let chrome = &self.world.chromes[self.site.index];
                let html = listing::render(self.site, chrome, &self.base, &cards, next);
                Reply::new(200, "text/html; charset=utf-8", html)
            }
            Door::Article(address) => self.page(&self.world.timeline.stories[address.story]),
            Door::Nowhere => not_found(404),
        }
    }

    /// The page of a story.
    fn page(&self, story: &Story) -> Reply {
        let mut prose = self.world.timeline.prose(story, story.edits_until(self.now));
        disguise(self.fault, &mut prose.headline, None);
        let page = Page {
            base: &self.base,
            path: &story.path_at(self.now),
            site: self.site,
            chrome: &self.world.chromes[self.site.index],
            number: story.number,
            prose: &prose,
            published: story.published,
            modified: story.modified(self.now),
        };
        Reply::new(200, "text/html; charset=utf-8", page.html())
    }

    /// The shown entries of the site, newest first.
    fn entries(&self, skip: usize, most: usize) -> Vec<Entry> {
        let timeline = &self.world.timeline;
        let shown = timeline.shown(self.site.index, self.now).skip(skip).take(most);
        shown.map(|story| Entry::new(timeline, story, &self.base, self.now)).collect()
    }

    /// The reply, compressed if plan and client agree and it is not yet.
    fn packed(&self, mut reply: Reply) -> Reply {
        let agreed = self.world.plan.gzip && takes_gzip(self.request);
        if !agreed || reply.body.is_empty() || reply.header("content-encoding").is_some() {
            return reply;
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&reply.body).expect("a Vec takes all");
        reply.body = encoder.finish().expect("a Vec takes all");
        reply.with("content-encoding", "gzip").with("vary", "accept-encoding")
    }
}

/// What a path means.
fn door(world: &World, site: usize, path: &str, query: &str) -> Door {
    if path == world.sites()[site].feed.path() {
        return Door::Feed;
    }
    if path == "/" || path == listing::PATH {
        let page: usize = query.strip_prefix("page=").and_then(|number| number.parse().ok()).unwrap_or(0);
        return Door::Listing(page.min(PAGES_MAX));
    }
    world.addresses[site].get(path).map_or(Door::Nowhere, |address| Door::Article(*address))
}

/// The first fault of the plan that is on here and now.
fn fault<'a>(world: &'a World, site: usize, path: &str, door: Door, now: Timestamp) -> Option<&'a Fault> {
    let hits = |target: &Target| match (target, door) {
        (Target::Everything, _)
        | (Target::Feed, Door::Feed)
        | (Target::Listing, Door::Listing(_))
        | (Target::Articles, Door::Article(_)) => true,
        (Target::Article(number), Door::Article(at)) => world.timeline.stories[at.story].number == *number,
        (Target::Path(of), _) => of == path,
        (Target::Feed | Target::Listing | Target::Articles | Target::Article(_), _) => false,
    };
    let start = world.plan.start;
    let on = |plan: &&FaultPlan| plan.site == site && plan.is_on(start, now) && hits(&plan.target);
    world.plan.faults.iter().find(on).map(|plan| &plan.fault)
}

/// Whether the client's validators are ours, byte for byte; the tag goes before the date, as RFC 9110 has it.
fn is_known(request: &Request, etag: &str, modified: &str) -> bool {
    match request.header("if-none-match") {
        Some(known) => known == etag,
        None => request.header("if-modified-since") == Some(modified),
    }
}

/// A headline fault on an article or an entry.
fn disguise(fault: Option<&Fault>, headline: &mut String, guid: Option<&mut String>) {
    if fault == Some(&Fault::LongArabicTitle) {
        *headline = faults::long_arabic_title();
    } else if fault == Some(&Fault::TraversalId) {
        faults::TRAVERSAL.clone_into(headline);
        if let Some(guid) = guid {
            faults::TRAVERSAL.clone_into(guid);
        }
    }
}

/// The entity tag; every third site has weak ones.
fn etag(site: &Site, tag: u64) -> String {
    let weak = if site.index % 3 == 2 { "W/" } else { "" };
    format!("{weak}\"{tag:016x}\"")
}

/// Whether the client takes gzip.
fn takes_gzip(request: &Request) -> bool {
    request.header("accept-encoding").is_some_and(|encodings| encodings.contains("gzip"))
}

/// A short page that says no.
pub(crate) fn not_found(status: u16) -> Reply {
    let page =
        format!("<!DOCTYPE html><title>{status}</title><h1>{status}</h1><p>There is no such page.</p>");
    Reply::new(status, "text/html; charset=utf-8", page)
}

/// A time as HTTP writes it.
pub(crate) fn http_date(instant: Timestamp) -> String {
    instant.to_zoned_datetime(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A count as a number to mix.
fn wide(count: usize) -> u64 {
    u64::try_from(count).expect("counts fit")
}
