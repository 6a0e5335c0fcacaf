//! Listings and sitemaps, which go on over several pages.

use super::{At, Gap, Listed, Reading, Triple, ask, is_conditional, overlaps, triage};
use crate::{
    io::fetch::{Response, Validators},
    model::{Entry, Remark},
    pipeline::{
        Triaged,
        failure::{self, Failure},
    },
    readers::listing,
    text,
};
use jiff::SignedDuration;
use std::{
    cmp::Reverse,
    collections::{BTreeSet, VecDeque},
};
use url::Url;

/// Sitemaps that are read of those an index names, the newest first.
const SITEMAPS_MAX: usize = 3;

/// Sitemaps that are asked for at one look, beside the door's own.
const PARTS_MAX: usize = 6;

/// Unknown entries that are older than this when a sitemap is looked at first, or older by as much than the last look,
/// are back-fill.
const BACKFILL_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Unknown entries that are taken when a sitemap is looked at first, the newest.
const FIRST_MAX: usize = 100;

/// Reads a sitemap, or the newest of those that an index names.
pub(super) async fn read_sitemap(at: At<'_>, response: Response) -> Reading {
    let mut listed = Listed::default();
    let sitemap = sitemap_page(at, response, &mut listed).await?;
    listed.is_hollow = sitemap.entries.is_empty() && sitemap.indexes.is_empty() && at.state.listed > 0;
    if listed.is_hollow {
        listed.remarks.push(Remark::about("sitemap/empty-list", &at.state.listed.to_string()));
    }
    let parts = Parts::of(&mut listed, sitemap.indexes);
    read_parts(at, listed, sitemap.entries, parts).await
}

/// Reads the sitemaps that an index named when it was read last, while it still says the same: what is new in them is
/// not told by the index.
pub(super) async fn reread_parts(at: At<'_>) -> Reading {
    let named = at.state.pages.keys().filter_map(|url| Url::parse(url).ok());
    let parts = Parts { left: named.collect(), asked: BTreeSet::new() };
    read_parts(at, Listed::default(), Vec::new(), parts).await
}

/// The sitemaps of an index that are to be read.
struct Parts {
    left: VecDeque<Url>,
    asked: BTreeSet<Url>,
}

impl Parts {
    fn of(listed: &mut Listed, named: Vec<Url>) -> Self {
        let mut parts = Self { left: VecDeque::new(), asked: BTreeSet::new() };
        parts.add(listed, named);
        parts
    }

    fn add(&mut self, listed: &mut Listed, named: Vec<Url>) {
        if named.len() > SITEMAPS_MAX {
            listed.remarks.push(Remark::about("sitemap/index-long", &named.len().to_string()));
        }
        self.left.extend(named.into_iter().take(SITEMAPS_MAX));
    }

    fn next(&mut self) -> Option<Url> {
        while let Some(url) = self.left.pop_front().filter(|_| self.asked.len() < PARTS_MAX) {
            if self.asked.insert(url.clone()) {
                return Some(url);
            }
        }
        None
    }
}

async fn read_parts(at: At<'_>, mut listed: Listed, mut entries: Vec<Entry>, mut parts: Parts) -> Reading {
    while let Some(url) = parts.next() {
        match next_page(at, &mut listed, url.clone()).await {
            Some(Some(response)) => match sitemap_page(at, response, &mut listed).await {
                // One that is an index itself names more; `parts` bounds how many in all. What it names is not told
                // without it, so that it is asked for whole.
                Ok(part) => {
                    if !part.indexes.is_empty() {
                        listed.pages.insert(url.to_string(), Validators::default());
                        listed.is_incomplete = true;
                    }
                    entries.extend(part.entries);
                    parts.add(&mut listed, part.indexes);
                }
                Err(failure) => {
                    listed.remarks.push(Remark::about("sitemap/part-failed", &failure.error));
                    listed.partial = true;
                }
            },
            // One that was refused may come back, and then only the index names it.
            Some(None) => listed.is_incomplete |= !listed.pages.contains_key(url.as_str()),
            None => return Ok(None),
        }
    }
    let mut keys = BTreeSet::new();
    entries.retain(|entry| keys.insert(entry.key.clone()));
    listed.window = entries.len();
    let mut triaged = triage(at, &mut listed, entries).await?;
    leave_backfill(at, &mut listed, &mut triaged);
    listed.entries = triaged;
    Ok(Some(listed))
}

/// Sitemaps list what a site ever published: what is old when it is seen first is noted, and not read.
fn leave_backfill(at: At<'_>, listed: &mut Listed, entries: &mut [Triple]) {
    let looked = at.state.answered;
    let horizon = looked.unwrap_or_else(|| at.context.clock.now()).checked_sub(BACKFILL_AGE).ok();
    let time = |entry: &Entry| entry.published.or(entry.updated).map(|moment| moment.at);
    let mut fresh: Vec<&mut Triple> =
        entries.iter_mut().filter(|(_, _, triaged)| *triaged == Triaged::New).collect();
    fresh.sort_by_key(|(entry, _, _)| Reverse(time(entry)));
    let mut left = 0;
    for (place, (entry, _, triaged)) in fresh.into_iter().enumerate() {
        let is_old = time(entry).is_some_and(|time| Some(time) < horizon);
        if is_old || (looked.is_none() && place >= FIRST_MAX) {
            *triaged = Triaged::Backfill;
            left += 1;
        }
    }
    if left > 0 {
        listed.remarks.push(Remark::about("sitemap/backfill", &left.to_string()));
    }
}

async fn sitemap_page(
    at: At<'_>,
    response: Response,
    listed: &mut Listed,
) -> Result<listing::Sitemap, Failure> {
    let At { context, source, door, state } = at;
    let (zone, now, requested) = (source.zone.clone(), context.clock.now(), state.url(door).clone());
    let read = context.pool.run(move || {
        let options = listing::SitemapOptions { zone: &zone, now };
        listing::sitemap(&options, &response.body, &response.url).map_err(|refused| {
            match failure::wall_in(&requested, &response) {
                Some(wall) => Failure::wall(wall, &response),
                None => Failure::new(refused.code, format!("{}: {}", response.url, refused.reason)),
            }
        })
    });
    let panicked = |code: &str| Failure::new(code, "reading the sitemap panicked");
    let (mut sitemap, remarks) = read.await.unwrap_or_else(|error| Err(panicked(error.code())))?;
    listed.remarks.extend(remarks);
    // A sitemap speaks for its own site only.
    let all = sitemap.entries.len() + sitemap.indexes.len();
    sitemap.entries.retain(|entry| entry.url.as_ref().is_some_and(|url| source.has_site_of(url)));
    sitemap.indexes.retain(|url| source.has_site_of(url));
    let others = all - sitemap.entries.len() - sitemap.indexes.len();
    if others > 0 {
        listed.remarks.push(Remark::about("sitemap/other-site", &others.to_string()));
    }
    Ok(sitemap)
}

/// Reads the pages of a listing, newest first, until one of them shows nothing new.
pub(super) async fn read_listing(at: At<'_>, rule: &listing::Rule, first: Response) -> Reading {
    let mut listed = Listed::default();
    let mut keys = BTreeSet::new();
    let mut response = first;
    for page in 1..=rule.pages_max.max(1) {
        let (shown, remarks) = read_cards(at, rule, response).await?;
        listed.remarks.extend(remarks);
        let fresh: Vec<Entry> =
            shown.entries.into_iter().filter(|entry| keys.insert(entry.key.clone())).collect();
        let triaged = triage(at, &mut listed, fresh).await?;
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
        Ok(response) => {
            let failure = Failure::status(&url, &response);
            // What is refused or not there will not come by asking for all of it again, and is forgotten.
            if failure.may_pass && !(400..429).contains(&response.status) {
                listed.partial = true;
                listed.pages.insert(key, known);
            }
            failure.error
        }
        Err(stopped) => {
            listed.partial = true;
            listed.pages.insert(key, known);
            stopped.words()
        }
    };
    listed.remarks.push(Remark::about("listing/next-failed", &failed));
    Some(None)
}
