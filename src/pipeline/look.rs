//! One look at a door: ask for it, and read what it lists.

use super::{
    Context, Door, DoorKind, Source,
    door::DoorState,
    failure::{self, Failure},
    finding::Sketch,
    hosts::Hold,
    manners::{self, Refusal},
    publisher::Triaged,
};
use crate::{
    io::fetch::{Hop, Response, Validators},
    judges::dedup,
    model::{CanonicalUrl, Entry, Fingerprint, Hints, Remark},
    readers::{feed, listing},
    text,
};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use url::Url;

/// What a look found.
#[derive(Debug)]
pub(super) enum Look {
    /// Not modified, or the same bytes as last time.
    Unchanged(Answer),
    /// It lists these entries, each with what is to be done about it.
    Listed(Answer, Listed),
    /// It could not be had or read.
    Failed(Failure),
    /// It was not asked: its publisher wants to be left alone until then.
    Held(Timestamp),
    /// The daemon stops.
    CutOff,
}

/// The part of an answer that the next look needs.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) validators: Validators,
    pub(super) body: Option<String>,
    pub(super) fresh_for: Option<Duration>,
    /// What led to the answer, and where it was.
    pub(super) hops: Vec<Hop>,
    pub(super) url: Url,
}

/// Entries of a door.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) entries: Vec<(Entry, Sketch, Triaged)>,
    /// Entries on its first page: its window.
    pub(super) window: usize,
    /// Entries that were not taken: the feed is a flood.
    pub(super) left_out: usize,
    pub(super) remarks: Vec<Remark>,
    /// Whether the door has more than could be read: its validators are not to be kept.
    pub(super) partial: bool,
    /// What the feed says of its rhythm.
    pub(super) hints: Hints,
    /// What its further pages are recognized by.
    pub(super) pages: BTreeMap<String, Validators>,
    /// Set where nothing of the last look was listed any more.
    pub(super) gap: Option<Gap>,
}

/// Nothing of the last look was there any more: entries between may have been missed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    /// Older pages that were read.
    pub(super) pages: usize,
    /// Entries found on them.
    pub(super) found: usize,
    /// Whether they go back to something known: nothing is missed.
    pub(super) closed: bool,
}

/// Sitemaps that are read of those an index names, the newest first.
const SITEMAPS_MAX: usize = 3;

/// Older pages of a feed that are read at most to close a gap.
const GAP_PAGES_MAX: usize = 10;

impl Listed {
    fn holds_no_card(&self) -> bool {
        let codes = ["listing/no-item", "listing/no-link", "listing/bad-link"];
        self.entries.is_empty() && self.remarks.iter().any(|remark| codes.contains(&remark.code.as_ref()))
    }
}

/// A door of a source, as it is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) context: &'a Context,
    pub(super) source: &'a Arc<Source>,
    pub(super) door: &'a Door,
    pub(super) state: &'a DoorState,
}

/// Looks at a door.
pub(super) async fn look(at: At<'_>) -> Look {
    let At { context, door, state, .. } = at;
    if let Some(until) = state.held_until(context.clock.now()) {
        return Look::Held(until);
    }
    let url = state.url(door);
    let response = match ask(at, url.clone(), state.validators.clone()).await {
        Some(Ok(response)) => response,
        Some(Err(Stopped::Held(hold))) => return Look::Held(hold.until),
        Some(Err(Stopped::Failed(failure))) => return Look::Failed(failure),
        None => return Look::CutOff,
    };
    match response.status {
        304 if is_conditional(&state.validators) => Look::Unchanged(Answer {
            status: 304,
            validators: state.validators.clone(),
            body: state.body.clone(),
            // What the whole answer said of its freshness holds on (RFC 9111, 4.3.4).
            fresh_for: response.max_age.or(state.fresh_for),
            hops: response.hops,
            url: response.url,
        }),
        200 => read(at, response).await,
        _ => Look::Failed(Failure::status(url, &response)),
    }
}

fn is_conditional(validators: &Validators) -> bool {
    validators.etag.is_some() || validators.last_modified.is_some()
}

/// Why a page of a door could not be had.
enum Stopped {
    Held(Hold),
    Failed(Failure),
}

/// Asks for a page of the door; `None` when the daemon stops.
async fn ask(at: At<'_>, url: Url, validators: Validators) -> Option<Result<Response, Stopped>> {
    let At { context, source, door, .. } = at;
    let mut request = source.request(url, door.accept());
    request.validators = validators;
    let answer = context.until_stop(manners::get(context, request, door.heeds_robots())).await?;
    Some(answer.map_err(|refusal| match refusal {
        Refusal::Held(hold) => Stopped::Held(hold),
        Refusal::Failed(failure) => Stopped::Failed(failure),
        Refusal::Disallowed { url, is_its_word } => Stopped::Failed(disallowed(&url, is_its_word)),
    }))
}

fn disallowed(url: &Url, is_its_word: bool) -> Failure {
    if is_its_word {
        let words =
            format!("robots.txt does not let khabar ask for {url}; ask its publisher, or take it out");
        Failure { refused: true, ..Failure::new("robots/disallowed", words) }
    } else {
        let words = format!("the robots.txt for {url} cannot be had, so nothing is asked there until it can");
        Failure { reached: false, ..Failure::new("robots/unreachable", words) }
    }
}

async fn read(at: At<'_>, response: Response) -> Look {
    let At { door, state, .. } = at;
    let body = fingerprint(&response.body);
    let answer = Answer {
        status: 200,
        validators: response.validators.clone(),
        body: Some(body.clone()),
        fresh_for: response.max_age,
        hops: response.hops.clone(),
        url: response.url.clone(),
    };
    if state.body.as_ref() == Some(&body) {
        return Look::Unchanged(answer);
    }
    let listed = match &door.kind {
        DoorKind::Feed { order, .. } => read_feed(at, response, *order).await,
        DoorKind::Listing(rule) => read_listing(at, rule, response).await,
        DoorKind::Sitemap => read_sitemap(at, response).await,
    };
    match listed {
        // Selectors that match nothing any more, or another page in place of the listing.
        Ok(Some(listed)) if listed.holds_no_card() => Look::Failed(Failure::new(
            "listing/no-item",
            "no card of the listing could be read: check `item` and `link`",
        )),
        Ok(Some(listed)) => Look::Listed(answer, listed),
        Ok(None) => Look::CutOff,
        Err(failure) => Look::Failed(failure),
    }
}

/// `None` when the daemon stops.
type Reading = Result<Option<Listed>, Failure>;

/// A page of a feed: what it says, and what was odd about it.
async fn feed_page(
    at: At<'_>,
    response: Response,
    order: crate::date::Order,
) -> Result<(feed::Feed, Vec<Remark>), Failure> {
    let At { context, source, door, state } = at;
    let (zone, now, requested) = (source.zone.clone(), context.clock.now(), state.url(door).clone());
    let read = context.pool.run(move || {
        let options = feed::Options { zone: &zone, order, now };
        feed::read(&options, &response.body, Some(&response.url)).map_err(|refused| {
            match failure::wall_in(&requested, &response) {
                Some(wall) => Failure::wall(wall, &response),
                None => {
                    Failure::new(refused.code, format!("{} is not a feed: {}", response.url, refused.reason))
                }
            }
        })
    });
    read.await.unwrap_or_else(|panicked| Err(Failure::new(panicked.code(), "reading the feed panicked")))
}

async fn read_feed(at: At<'_>, response: Response, order: crate::date::Order) -> Reading {
    let url = response.url.clone();
    let (feed, remarks) = feed_page(at, response, order).await?;
    let older = older_page(&feed, &url);
    let listed = Listed {
        window: feed.entries.len() + feed.left_out,
        left_out: feed.left_out,
        partial: remarks.iter().any(|remark| remark.code == "feed/cut"),
        hints: feed.hints,
        remarks,
        entries: triage(at, feed.entries).await?,
        ..Listed::default()
    };
    if at.state.listed > 0 && !listed.entries.is_empty() && !overlaps(&listed.entries) {
        return close_gap(at, listed, older, order).await;
    }
    Ok(Some(listed))
}

/// Whether something listed was seen before.
fn overlaps(entries: &[(Entry, Sketch, Triaged)]) -> bool {
    entries.iter().any(|(_, _, triaged)| *triaged != Triaged::New)
}

/// Where a feed's older entries are: as it says (RFC 5005), or as `WordPress` has it.
fn older_page(feed: &feed::Feed, url: &Url) -> Option<Url> {
    let named = feed.next.as_ref().or(feed.archive.as_ref()).filter(|next| *next != url);
    let is_wordpress =
        feed.generator.as_deref().is_some_and(|name| name.to_lowercase().contains("wordpress"));
    named.cloned().or_else(|| is_wordpress.then(|| wordpress_page(url)).flatten())
}

/// The page after `url` of a `WordPress` feed.
fn wordpress_page(url: &Url) -> Option<Url> {
    let number = url.query_pairs().find(|(key, _)| key == "paged").map_or(Some(1), |(_, n)| n.parse().ok());
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(key, _)| key != "paged").collect();
    let mut next = url.clone();
    next.query_pairs_mut().clear().extend_pairs(kept).append_pair("paged", &(number? + 1_u32).to_string());
    Some(next)
}

/// Reads older pages of a feed until something known is listed.
async fn close_gap(
    at: At<'_>,
    mut listed: Listed,
    mut older: Option<Url>,
    order: crate::date::Order,
) -> Reading {
    let mut gap = Gap::default();
    let mut keys: BTreeSet<String> = listed.entries.iter().map(|(entry, _, _)| entry.key.clone()).collect();
    while let Some(url) = older.take().filter(|_| gap.pages < GAP_PAGES_MAX) {
        let response = match ask(at, url.clone(), Validators::default()).await {
            Some(Ok(response)) if response.status == 200 => response,
            Some(_) => break,
            None => return Ok(None),
        };
        let Ok((feed, _)) = feed_page(at, response, order).await else { break };
        older = older_page(&feed, &url);
        let fresh: Vec<Entry> =
            feed.entries.into_iter().filter(|entry| keys.insert(entry.key.clone())).collect();
        if fresh.is_empty() {
            break;
        }
        let triaged = triage(at, fresh).await?;
        gap.pages += 1;
        gap.found += triaged.iter().filter(|(_, _, triaged)| *triaged == Triaged::New).count();
        gap.closed = overlaps(&triaged);
        listed.entries.extend(triaged);
        if gap.closed {
            break;
        }
    }
    listed.gap = Some(gap);
    Ok(Some(listed))
}

/// Reads a sitemap, or the newest of those that an index names.
async fn read_sitemap(at: At<'_>, response: Response) -> Reading {
    let mut listed = Listed::default();
    let mut sitemap = sitemap_page(at, response, &mut listed).await?;
    let named = std::mem::take(&mut sitemap.indexes);
    let mut entries = sitemap.entries;
    for url in named.into_iter().take(SITEMAPS_MAX) {
        match next_page(at, &mut listed, url).await {
            Some(Some(response)) => match sitemap_page(at, response, &mut listed).await {
                Ok(part) => entries.extend(part.entries),
                Err(failure) => {
                    listed.remarks.push(Remark::about("sitemap/part-failed", &failure.error));
                    listed.partial = true;
                }
            },
            Some(None) => {}
            None => return Ok(None),
        }
    }
    listed.window = entries.len() + listed.left_out;
    listed.entries = triage(at, entries).await?;
    Ok(Some(listed))
}

async fn sitemap_page(
    at: At<'_>,
    response: Response,
    listed: &mut Listed,
) -> Result<listing::Sitemap, Failure> {
    let At { context, source, .. } = at;
    let (zone, now) = (source.zone.clone(), context.clock.now());
    let read = context.pool.run(move || {
        let options = listing::SitemapOptions { zone: &zone, now };
        listing::sitemap(&options, &response.body, &response.url)
            .map_err(|refused| Failure::new(refused.code, format!("{}: {}", response.url, refused.reason)))
    });
    let panicked = |code: &str| Failure::new(code, "reading the sitemap panicked");
    let (sitemap, remarks) = read.await.unwrap_or_else(|error| Err(panicked(error.code())))?;
    listed.left_out += sitemap.left_out;
    listed.remarks.extend(remarks);
    Ok(sitemap)
}

/// Reads the pages of a listing, newest first, until one of them shows nothing new.
async fn read_listing(at: At<'_>, rule: &listing::Rule, first: Response) -> Reading {
    let mut listed = Listed::default();
    let mut keys = BTreeSet::new();
    let mut response = first;
    for page in 1..=rule.pages_max.max(1) {
        let (shown, remarks) = read_cards(at, rule, response).await?;
        listed.remarks.extend(remarks);
        let fresh: Vec<Entry> =
            shown.entries.into_iter().filter(|entry| keys.insert(entry.key.clone())).collect();
        let triaged = triage(at, fresh).await?;
        if page == 1 {
            listed.window = triaged.len();
            let is_gap = at.state.listed > 0 && !triaged.is_empty() && !overlaps(&triaged);
            listed.gap = is_gap.then(Gap::default);
        } else if let Some(gap) = &mut listed.gap {
            gap.pages += 1;
            gap.found += triaged.iter().filter(|(_, _, triaged)| *triaged == Triaged::New).count();
            gap.closed |= overlaps(&triaged);
        }
        let any_new = at.state.unkept || triaged.iter().any(|(_, _, triaged)| *triaged == Triaged::New);
        listed.entries.extend(triaged);
        let Some(next) = shown.next.filter(|_| any_new && page < rule.pages_max) else { break };
        match next_page(at, &mut listed, next).await {
            Some(Some(next)) => response = next,
            Some(None) => break,
            None => return Ok(None),
        }
    }
    // Oldest first: whatever cuts this poll off, the first page still shows something new at the next.
    listed.entries.reverse();
    Ok(Some(listed))
}

async fn read_cards(
    at: At<'_>,
    rule: &listing::Rule,
    response: Response,
) -> Result<(listing::Listing, Vec<Remark>), Failure> {
    let At { context, source, door, state } = at;
    let (zone, now, rule) = (source.zone.clone(), context.clock.now(), rule.clone());
    let requested = state.url(door).clone();
    let read = context.pool.run(move || {
        let (html, remark) = text::decode(&response.body, response.charset.as_deref());
        if let Some(wall) = failure::wall_of(&requested, &response, &html) {
            return Err(Failure::wall(wall, &response));
        }
        let options = listing::Options { rule: &rule, zone: &zone, now };
        let (listing, mut remarks) = listing::read(&options, &html, &response.url);
        remarks.extend(remark);
        Ok((listing, remarks))
    });
    read.await.unwrap_or_else(|panicked| Err(Failure::new(panicked.code(), "reading the listing panicked")))
}

/// A further page of a listing or sitemap; `Some(None)` where it is known or cannot be had, `None` when the daemon
/// stops.
async fn next_page(at: At<'_>, listed: &mut Listed, url: Url) -> Option<Option<Response>> {
    let key = url.to_string();
    // What could not be taken last time is read whole.
    let known = at.state.pages.get(&key).filter(|_| !at.state.unkept).cloned().unwrap_or_default();
    let failed = match ask(at, url.clone(), known.clone()).await? {
        Ok(response) if response.status == 200 => {
            listed.pages.insert(key, response.validators.clone());
            return Some(Some(response));
        }
        Ok(response) if response.status == 304 && is_conditional(&known) => {
            listed.pages.insert(key, known);
            return Some(None);
        }
        Ok(response) => Failure::status(&url, &response).error,
        Err(Stopped::Failed(failure)) => failure.error,
        Err(Stopped::Held(hold)) => format!("its host wants to be left alone until {}", hold.until),
    };
    listed.remarks.push(Remark::about("listing/next-failed", &failed));
    listed.partial = true;
    Some(None)
}

async fn triage(at: At<'_>, entries: Vec<Entry>) -> Result<Vec<(Entry, Sketch, Triaged)>, Failure> {
    let At { context, source, door, .. } = at;
    let mut sketches: Vec<Sketch> = entries.iter().map(sketch).collect();
    forget_shared(&entries, &mut sketches);
    let triaged = context.desk.triage(&source.id, door.url.as_str(), sketches.clone()).await;
    let triaged = triaged.ok_or_else(|| Failure::new("state/failed", "the state could not be read"))?;
    Ok(entries
        .into_iter()
        .zip(sketches)
        .zip(triaged)
        .map(|((entry, sketch), triaged)| (entry, sketch, triaged))
        .collect())
}

/// Entries of one list that share an address but not a headline are not known by that address, where it can be the
/// address of several: posts of one page, told apart by a fragment, or a front page.
fn forget_shared(entries: &[Entry], sketches: &mut [Sketch]) {
    let mut headlines: BTreeMap<CanonicalUrl, BTreeSet<&str>> = BTreeMap::new();
    for (entry, sketch) in entries.iter().zip(sketches.iter()) {
        if let Some(address) = &sketch.address {
            headlines.entry(address.clone()).or_default().insert(&entry.title);
        }
    }
    let of_several = |url: &Url| url.fragment().is_some() || (url.path() == "/" && url.query().is_none());
    for (entry, sketch) in entries.iter().zip(sketches) {
        let shared = sketch.address.as_ref().and_then(|address| headlines.get(address));
        if shared.is_some_and(|headlines| headlines.len() > 1) && entry.url.as_ref().is_some_and(of_several) {
            sketch.address = None;
        }
    }
}

/// What an entry is known by.
pub(super) fn sketch(entry: &Entry) -> Sketch {
    Sketch {
        key: entry.key.clone(),
        said: dedup::entry_fingerprint(entry),
        address: entry.url.as_ref().map(dedup::canonical),
    }
}

fn fingerprint(body: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    let digest = Sha256::digest(body);
    let mut first = [0; 16];
    first.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    Fingerprint(first).to_string()
}
