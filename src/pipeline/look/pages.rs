//! Listings and sitemaps, which go on over several pages.

use super::{At, Gap, Listed, Reading, ask, is_conditional, overlaps, triage};
use crate::{
    io::fetch::Response,
    model::{Entry, Remark},
    pipeline::{
        Triaged,
        failure::{self, Failure},
    },
    readers::listing,
    text,
};
use std::collections::BTreeSet;
use url::Url;

/// Sitemaps that are read of those an index names, the newest first.
const SITEMAPS_MAX: usize = 3;

/// Reads a sitemap, or the newest of those that an index names.
pub(super) async fn read_sitemap(at: At<'_>, response: Response) -> Reading {
    let mut listed = Listed::default();
    let mut sitemap = sitemap_page(at, response, &mut listed).await?;
    let named = std::mem::take(&mut sitemap.indexes);
    if named.len() > SITEMAPS_MAX {
        listed.remarks.push(Remark::about("sitemap/index-long", &named.len().to_string()));
    }
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
    listed.entries = triage(at, &mut listed, entries).await?;
    Ok(Some(listed))
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
    let (sitemap, remarks) = read.await.unwrap_or_else(|error| Err(panicked(error.code())))?;
    listed.left_out += sitemap.left_out;
    listed.remarks.extend(remarks);
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
            // What is refused or not there will not come by asking for all of it again.
            listed.partial |= failure.may_pass && !(400..429).contains(&response.status);
            failure.error
        }
        Err(stopped) => {
            listed.partial = true;
            stopped.words()
        }
    };
    listed.remarks.push(Remark::about("listing/next-failed", &failed));
    Some(None)
}
