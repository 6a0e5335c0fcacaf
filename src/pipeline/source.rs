//! A configured source as the pipeline sees it: its doors and the rules for its articles.

use crate::{
    io::fetch::{Accept, Request, Secret},
    model::SourceId,
    readers::{article, listing, live},
};
use jiff::{civil, tz::TimeZone};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use url::{Host, Url};

/// A place that publishes news, as configured.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its identity, also the folder of its articles.
    pub id: SourceId,
    /// Its name for people.
    pub name: String,
    /// BCP 47; the language of texts that do not say.
    pub language: Option<String>,
    /// The zone of times that do not say.
    pub zone: TimeZone,
    /// Its home page.
    pub home: Option<Url>,
    /// Whether it is polled.
    pub enabled: bool,
    /// The operator's labels.
    pub tags: Vec<String>,
    /// Private addresses that this source alone may reach.
    pub allow_private: Arc<[SocketAddr]>,
    /// Its own least interval between polls; the schedule's where `None`.
    pub floor: Option<Duration>,
    /// When the operator last saw it work live; `None` is never.
    pub verified: Option<civil::Date>,
    /// What its doors are told of who asks.
    pub authorization: Option<Secret>,
    /// Where its news is listed, in the order to try.
    pub doors: Vec<Arc<Door>>,
    /// How its articles are read; the first rule that holds wins.
    pub rules: Arc<[article::Rule]>,
    /// The file that configures it.
    pub file: Arc<str>,
}

impl Source {
    /// Whether the host of `url` is the host of its home or of one of its doors, but for a leading `www.`.
    pub fn has_host_of(&self, url: &Url) -> bool {
        let host = bare_host(url);
        let own = self.home.iter().chain(self.doors.iter().map(|door| &door.url));
        host.is_some() && own.into_iter().any(|own| bare_host(own) == host)
    }

    /// Whether `url` is of the site of its home or of one of its doors: their registrable domain, or address.
    pub fn has_site_of(&self, url: &Url) -> bool {
        let own = self.home.iter().chain(self.doors.iter().map(|door| &door.url));
        let site = site(url);
        site.is_some() && own.into_iter().any(|own| self::site(own) == site)
    }

    /// A request as this source may make it: to the private addresses that it alone may reach, and with its
    /// credential where the address is on the same server as one of its doors.
    pub fn request(&self, url: Url, accept: Accept) -> Request {
        let is_own = self.doors.iter().any(|door| door.url.origin() == url.origin());
        let authorization = self.authorization.clone().filter(|_| is_own);
        Request { allow: Arc::clone(&self.allow_private), authorization, ..Request::new(url, accept) }
    }
}

/// Live pages of a source that are followed though no configuration names them, at most.
pub const CHILDREN_MAX: usize = 20;

impl Source {
    /// The door of a live page that was found at the door `of`: read as that says, where it is of live pages, else as
    /// the first of them, else by what the page shows.
    pub fn child(&self, url: Url, of: &str) -> Door {
        let rules = || {
            self.doors.iter().filter_map(|door| match &door.kind {
                DoorKind::Live { rule, .. } => Some((door.url.as_str(), rule)),
                DoorKind::Feed { .. } | DoorKind::Listing(_) | DoorKind::Sitemap => None,
            })
        };
        let own = rules().find(|(url, _)| *url == of).or_else(|| rules().next());
        let rule = own.map(|(_, rule)| rule.clone()).unwrap_or_default();
        Door { url, kind: DoorKind::Live { rule, section: false } }
    }
}

fn site(url: &Url) -> Option<&str> {
    match url.host()? {
        Host::Domain(name) => Some(psl::domain_str(name).unwrap_or(name)),
        Host::Ipv4(_) | Host::Ipv6(_) => url.host_str(),
    }
}

fn bare_host(url: &Url) -> Option<&str> {
    url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host))
}

/// One place where a source lists its news.
#[derive(Debug, Clone)]
pub struct Door {
    /// Its address.
    pub url: Url,
    /// What is found there.
    pub kind: DoorKind,
}

/// What is found at a door.
#[derive(Debug, Clone)]
pub enum DoorKind {
    /// RSS, Atom or JSON Feed.
    Feed {
        /// Whether robots.txt applies to it.
        robots: bool,
        /// Whether what it says of its rhythm (`ttl`, `sy:*`, `skipHours`, `skipDays`) is heeded.
        hints: bool,
        /// How numeric dates are read.
        order: crate::date::Order,
    },
    /// A page that lists articles.
    Listing(listing::Rule),
    /// A news sitemap, or any other sitemap.
    Sitemap,
    /// A live page, or a section whose links are live pages.
    Live {
        /// Where the posts are.
        rule: live::Rule,
        /// Whether it is a section.
        section: bool,
    },
}

impl Door {
    /// Whether robots.txt applies to it: feeds and sitemaps are published for programs, pages are not.
    pub fn heeds_robots(&self) -> bool {
        match self.kind {
            DoorKind::Feed { robots, .. } => robots,
            DoorKind::Listing(_) | DoorKind::Live { .. } => true,
            DoorKind::Sitemap => false,
        }
    }

    /// What is asked for at it.
    pub fn accept(&self) -> Accept {
        match self.kind {
            DoorKind::Feed { .. } | DoorKind::Sitemap => Accept::Feed,
            DoorKind::Listing(_) | DoorKind::Live { .. } => Accept::Page,
        }
    }
}
