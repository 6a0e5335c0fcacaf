//! `khabar discover`: where a site lists its news, as a source ready to save. Whatever is printed was fetched and read
//! by the readers that the daemon uses, once.

use super::{ConfigPath, check, console, exit};
use crate::{
    config::{self, Config, Draft, DraftDoor, DraftKind, Ids},
    date::Order,
    io::{
        clock::Clock,
        fetch::{self, Accept, Http, Request, Response},
    },
    model::Entry,
    page::Pick,
    pipeline::{Source, chain, manners::PRODUCT},
    readers::{
        discover::{self, Cards, How, Pointer, Site},
        feed, listing, robots,
    },
    text::{self, for_log},
};
use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use url::Url;

/// Requests of one search at most, robots.txt among them.
const ASKED_MAX: usize = 24;
/// Sitemaps of robots.txt that are looked at.
const SITEMAPS_MAX: usize = 4;
/// Addresses that may be feeds that are looked at, of those that the page names.
const POINTERS_MAX: usize = 8;
/// Cards that make a listing.
const CARDS_MIN: usize = 4;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    path: ConfigPath,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// A page of the site
    url: Url,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let path = config::locate(arguments.path.config.as_deref());
    let config = match config::load(&path) {
        Ok(config) => config,
        Err(faults) => return Ok(check::refuse(&faults)),
    };
    let http =
        Http::new(config.settings.fetch.clone(), Clock::system()).map_err(crate::daemon::Error::from)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut search = Search::new(&http, &config, &arguments.url);
    runtime.block_on(search.all(&arguments.url));
    let draft = search.draft(&config, &arguments.url);
    if arguments.json {
        console::line(&search.to_json(&draft).to_string());
    } else if !search.found.is_empty() {
        console::line(draft.to_string().trim_end());
    }
    if search.found.is_empty() {
        console::error(&format!(
            "nothing that lists news was found at {}; tried:",
            for_log(arguments.url.as_str())
        ));
        for tried in &search.tried {
            console::note(&format!("  {}", for_log(tried)));
        }
        return Ok(exit::UNAVAILABLE);
    }
    Ok(exit::OK)
}

/// Something that lists news.
#[derive(Debug)]
struct Found {
    kind: DraftKind,
    /// Its kind in words.
    what: &'static str,
    url: Url,
    title: String,
    entries: usize,
    newest: Option<Timestamp>,
    how: How,
    is_comments: bool,
    /// Addresses of its entries, by which feeds that say the same are known.
    links: BTreeSet<String>,
    language: Option<String>,
}

impl Found {
    fn of(entries: &[Entry], kind: DraftKind, what: &'static str, url: Url, how: How) -> Self {
        let times =
            entries.iter().filter_map(|entry| entry.published.or(entry.updated)).map(|moment| moment.at);
        Self {
            kind,
            what,
            url,
            title: String::new(),
            entries: entries.len(),
            newest: times.max(),
            how,
            is_comments: false,
            links: entries.iter().filter_map(|entry| entry.url.as_ref().map(Url::to_string)).collect(),
            language: None,
        }
    }

    /// Whether most of its entries are another's as well.
    fn repeats(&self, other: &Self) -> bool {
        let shared = self.links.intersection(&other.links).count();
        shared > 0 && shared * 2 >= self.links.len()
    }

    fn note(&self) -> String {
        let newest = self.newest.map_or_else(String::new, |newest| format!(", newest {newest:.0}"));
        let title = if self.title.is_empty() { String::new() } else { format!("{}: ", self.title) };
        format!("{title}{}, {} entries{newest}, {}", self.what, self.entries, self.how.words())
    }
}

/// A search at one site.
struct Search<'a> {
    http: &'a Http,
    source: Option<&'a Source>,
    robots: BTreeMap<String, (robots::Robots, Vec<Url>)>,
    asked: BTreeSet<Url>,
    requests: usize,
    found: Vec<Found>,
    site: Site,
    /// What was asked for, and what came of it.
    tried: Vec<String>,
    now: Timestamp,
}

impl<'a> Search<'a> {
    fn new(http: &'a Http, config: &'a Config, url: &Url) -> Self {
        let source = config.sources.iter().map(AsRef::as_ref).find(|source| source.has_host_of(url));
        Self {
            http,
            source,
            robots: BTreeMap::new(),
            asked: BTreeSet::new(),
            requests: 0,
            found: Vec::new(),
            site: Site::default(),
            tried: Vec::new(),
            now: Clock::system().now(),
        }
    }

    async fn all(&mut self, url: &Url) {
        let Some(response) = self.get(url).await else { return };
        if !self.take(&response, How::Given, false) {
            let (html, _) = text::decode(&response.body, response.charset.as_deref());
            self.site = discover::read(&html, &response.links, &response.url);
            self.pointers(&response.url).await;
            self.sitemaps(&response.url).await;
            self.cards(&html, &response.url);
        }
    }

    /// What the page points to; where that is nothing, the usual addresses up to the first that is a feed.
    async fn pointers(&mut self, page: &Url) {
        let pointers = std::mem::take(&mut self.site.pointers);
        for Pointer { url, is_comments, how, .. } in pointers.iter().take(POINTERS_MAX) {
            if let Some(response) = self.get(url).await {
                self.take(&response, *how, *is_comments);
            }
        }
        for url in discover::usual(page) {
            if self.found.iter().any(|found| !found.is_comments) {
                break;
            }
            if let Some(response) = self.get(&url).await {
                self.take(&response, How::Usual, false);
            }
        }
    }

    /// The sitemaps that robots.txt names.
    async fn sitemaps(&mut self, page: &Url) {
        let named = self.robots_of(page).await.1;
        for url in named.iter().take(SITEMAPS_MAX) {
            if let Some(response) = self.get(url).await {
                self.take(&response, How::Declared, false);
            }
        }
    }

    /// The cards of the page, where they can be read as a listing.
    fn cards(&mut self, html: &str, url: &Url) {
        let zone = self.source.map_or(TimeZone::UTC, |source| source.zone.clone());
        for Cards { item, link, title, date, .. } in &self.site.cards {
            let pick = |selector: &str| Pick::compile(selector).ok().into_iter().collect::<Vec<_>>();
            let rule = listing::Rule {
                item: pick(item),
                link: pick(link),
                title: pick(title),
                date: pick(date),
                ..listing::Rule::default()
            };
            let options = listing::Options { rule: &rule, zone: &zone, now: self.now };
            let (listed, _) = listing::read(&options, html, url);
            if listed.entries.len() >= CARDS_MIN {
                let keys = [("item", item), ("link", link), ("title", title), ("date", date)];
                let selectors = keys.map(|(key, selector)| (key, selector.clone())).to_vec();
                let kind = DraftKind::Listing { selectors };
                self.found.push(Found::of(&listed.entries, kind, "listing", url.clone(), How::Given));
                break;
            }
        }
    }

    /// Takes an answer that is a feed or a sitemap.
    fn take(&mut self, response: &Response, how: How, is_comments: bool) -> bool {
        let found = match self.feed_in(response, how) {
            Ok(found) => Found { is_comments, ..found },
            Err(reason) => {
                let Some(found) = self.sitemap_in(response, how) else {
                    self.tried.push(format!("{}: {reason}", response.url));
                    return false;
                };
                found
            }
        };
        if found.entries == 0 {
            self.tried.push(format!("{}: it lists nothing", found.url));
        } else {
            self.found.push(found);
        }
        true
    }

    fn feed_in(&self, response: &Response, how: How) -> Result<Found, String> {
        let charset = response.charset.as_deref();
        let options = feed::Options { zone: &TimeZone::UTC, order: Order::Dmy, now: self.now, charset };
        let (feed, _) =
            feed::read(&options, &response.body, Some(&response.url)).map_err(|refused| refused.reason)?;
        let found = Found::of(&feed.entries, DraftKind::Feed, feed.kind.name(), response.url.clone(), how);
        Ok(Found { title: feed.title.unwrap_or_default(), language: feed.language, ..found })
    }

    fn sitemap_in(&self, response: &Response, how: How) -> Option<Found> {
        let options = listing::SitemapOptions { zone: &TimeZone::UTC, now: self.now };
        let (map, _) = listing::sitemap(&options, &response.body, &response.url).ok()?;
        let is_news = map.entries.iter().any(|entry| !entry.title.is_empty());
        let what = match (map.indexes.is_empty(), is_news) {
            (false, _) => "index of sitemaps",
            (true, true) => "news sitemap",
            (true, false) => "sitemap",
        };
        let found = Found::of(&map.entries, DraftKind::Sitemap, what, response.url.clone(), how);
        Some(Found { entries: map.entries.len() + map.indexes.len(), language: map.language, ..found })
    }

    /// An answer with content; each address is asked once, and only where robots.txt lets us.
    async fn get(&mut self, url: &Url) -> Option<Response> {
        if !self.asked.insert(url.clone()) {
            return None;
        }
        let (robots, _) = self.robots_of(url).await;
        if !robots.allows(url) {
            self.tried.push(format!("{url}: robots.txt does not allow it"));
            return None;
        }
        match self.ask(url, Accept::Page, robots.delay).await? {
            Ok(response) if response.status == 200 => {
                // The same document under another address is not read twice.
                let is_new = response.url == *url || self.asked.insert(response.url.clone());
                is_new.then_some(response)
            }
            Ok(response) => {
                self.tried.push(format!("{url}: status {}", response.status));
                None
            }
            Err(error) => {
                self.tried.push(format!("{url}: {}", chain(&error)));
                None
            }
        }
    }

    /// Asks, and leaves the host alone for `delay` after that, or for the configured gap where that is longer.
    async fn ask(
        &mut self,
        url: &Url,
        accept: Accept,
        delay: Option<Duration>,
    ) -> Option<Result<Response, fetch::Error>> {
        if self.requests >= ASKED_MAX {
            self.tried.push(format!("{url}: not asked for, after {ASKED_MAX} requests"));
            return None;
        }
        self.requests += 1;
        let request = match self.source {
            Some(source) => source.request(url.clone(), accept),
            None => Request::new(url.clone(), accept),
        };
        let request = Request { gap: delay.unwrap_or_default(), ..request };
        Some(fetch::follow(self.http, request).await)
    }

    /// The rules of an address's host, and the sitemaps that its robots.txt names.
    async fn robots_of(&mut self, url: &Url) -> (robots::Robots, Vec<Url>) {
        let origin = url.origin().ascii_serialization();
        if let Some(known) = self.robots.get(&origin) {
            return known.clone();
        }
        let read = match url.join("/robots.txt") {
            Ok(address) => match self.ask(&address, Accept::Robots, None).await {
                Some(Ok(response)) if response.status == 200 => {
                    let sitemaps = sitemaps_of(&response.body, &response.url);
                    (robots::read(&response.body, PRODUCT), sitemaps)
                }
                // A server that fails may have rules.
                Some(Ok(response)) if response.status >= 500 => (robots::Robots::disallows_all(), Vec::new()),
                // Who cannot be reached is asked for nothing else either, and says why then.
                Some(Ok(_) | Err(_)) => (robots::Robots::default(), Vec::new()),
                None => (robots::Robots::disallows_all(), Vec::new()),
            },
            Err(_) => (robots::Robots::default(), Vec::new()),
        };
        self.robots.insert(origin, read.clone());
        read
    }

    /// The source that was found.
    fn draft(&self, config: &Config, url: &Url) -> Draft {
        let language = self.found.iter().find_map(|found| found.language.clone());
        let name = self.found.iter().map(|found| found.title.clone()).find(|title| !title.is_empty());
        let has_feed = self.found.iter().any(|found| found.kind == DraftKind::Feed && !found.is_comments);
        let doors = self.found.iter().enumerate().map(|(at, found)| {
            let before = self.found.get(..at).unwrap_or_default();
            let repeated = before.iter().find(|other| found.repeats(other));
            let is_choice = match found.kind {
                DraftKind::Feed => found.is_comments,
                DraftKind::Sitemap => found.what != "news sitemap" && has_feed,
                DraftKind::Listing { .. } => has_feed,
            };
            let repeats = repeated.map(|other| format!("lists the same as {}", other.url));
            DraftDoor {
                kind: found.kind.clone(),
                url: found.url.clone(),
                notes: std::iter::once(found.note()).chain(repeats).collect(),
                is_comment: is_choice || repeated.is_some(),
            }
        });
        let mut doors: Vec<DraftDoor> = doors.filter(|door| config::is_door_url(&door.url)).collect();
        doors.sort_by_key(|door| door.is_comment);
        let allowed =
            self.source.map(|source| source.allow_private.iter().map(ToString::to_string).collect());
        let mut draft = Draft {
            id: Ids::of(config).take(url),
            name: self.site.name.clone().or(name).unwrap_or_default(),
            language: language.or_else(|| self.site.language.clone()),
            home: Some(url.clone()),
            allow_private: allowed.unwrap_or_default(),
            doors,
            ..Draft::default()
        };
        if !draft.has_door()
            && let Some(first) = draft.doors.first_mut()
        {
            first.is_comment = false;
        }
        draft
    }

    fn to_json(&self, draft: &Draft) -> Value {
        let found = self.found.iter().map(|found| {
            json!({
                "url": found.url, "kind": found.what, "title": found.title, "entries": found.entries,
                "newest": found.newest.map(|newest| newest.to_string()), "how": found.how.words(),
                "comments": found.is_comments,
            })
        });
        let toml = if self.found.is_empty() { Value::Null } else { json!(draft.to_string()) };
        json!({ "id": draft.id, "found": found.collect::<Vec<_>>(), "tried": self.tried, "toml": toml })
    }
}

/// The sitemaps that a robots.txt names.
fn sitemaps_of(robots: &[u8], url: &Url) -> Vec<Url> {
    let text = String::from_utf8_lossy(robots);
    let named = text.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case("sitemap").then(|| url.join(value.trim()).ok())?
    });
    named.filter(|found| matches!(found.scheme(), "http" | "https")).collect()
}
