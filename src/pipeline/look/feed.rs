//! A feed, and its older pages where nothing of the last look is listed any more.

use super::{At, Gap, Listed, Reading, ask, overlaps, triage};
use crate::{
    date::Order,
    io::fetch::Response,
    model::{Entry, Remark},
    pipeline::{
        Triaged,
        failure::{self, Failure},
    },
    readers::{discover, feed},
    text,
};
use std::collections::BTreeSet;
use url::Url;

/// Gaps in a row that older pages are searched for: a feed whose entries are others at each look has no memory.
const GAPS_SEARCHED: u32 = 2;

/// Older pages of a feed that are read at most to close a gap.
const GAP_PAGES_MAX: usize = 10;

/// A page of a feed: what it says, and what was odd about it.
async fn feed_page(
    at: At<'_>,
    response: Response,
    order: Order,
) -> Result<(feed::Feed, Vec<Remark>), Failure> {
    let At { context, source, door, state } = at;
    let (zone, now, requested) = (source.zone.clone(), context.clock.now(), state.url(door).clone());
    let read = context.pool.run(move || {
        let options = feed::Options { zone: &zone, order, now, charset: response.charset.as_deref() };
        feed::read(&options, &response.body, Some(&response.url)).map_err(|refused| {
            match failure::wall_in(&requested, &response) {
                Some(wall) => Failure::wall(wall, &response),
                None if refused.code == "feed/html" => a_page(&response),
                None => {
                    Failure::new(refused.code, format!("{} is not a feed: {}", response.url, refused.reason))
                }
            }
        })
    });
    read.await.unwrap_or_else(|panicked| Err(Failure::new(panicked.code(), "reading the feed panicked")))
}

/// A web page came in place of a feed: the feeds that it declares are named, and left to the operator.
fn a_page(response: &Response) -> Failure {
    let (html, _) = text::decode(&response.body, response.charset.as_deref());
    let pointers = discover::declared(&html, &response.links, Some(&response.url));
    let words = discover::words(&pointers).map(|words| format!("; {words}")).unwrap_or_default();
    Failure::new("feed/html", format!("{} is a web page, not a feed{words}", response.url))
}

pub(super) async fn read_feed(at: At<'_>, response: Response, order: Order) -> Reading {
    let url = response.url.clone();
    let (feed, mut remarks) = feed_page(at, response, order).await?;
    let older = older_page(&feed, &url);
    let window = feed.entries.len();
    let is_cut = remarks.iter().any(|remark| remark.code == "feed/cut");
    if window == 0 && is_cut {
        let words = format!("{url} is not a feed: it breaks off before its first entry");
        return Err(Failure::new("feed/broken", words));
    }
    let is_hollow = window == 0 && at.state.listed > 0;
    if is_hollow {
        remarks.push(Remark::about("feed/empty-list", &at.state.listed.to_string()));
    }
    let mut listed = Listed {
        window: window + feed.left_out,
        left_out: feed.left_out,
        partial: is_cut,
        hints: feed.hints,
        is_hollow,
        remarks,
        ..Listed::default()
    };
    listed.entries = triage(at, &mut listed, feed.entries).await?;
    if at.state.loose_ids || listed.has_loose_ids() {
        listed.remarks.push(Remark::new("feed/id-unstable"));
    }
    if at.state.listed > 0 && !listed.entries.is_empty() && !overlaps(&listed.entries) {
        let older = older.filter(|_| at.state.gaps < GAPS_SEARCHED);
        return close_gap(at, listed, older, order).await;
    }
    Ok(Some(listed))
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
async fn close_gap(at: At<'_>, mut listed: Listed, mut older: Option<Url>, order: Order) -> Reading {
    let mut gap = Gap::default();
    let mut keys: BTreeSet<String> = listed.entries.iter().map(|(entry, _, _)| entry.key.clone()).collect();
    while let Some(url) = older.take().filter(|_| gap.pages < GAP_PAGES_MAX) {
        let known = at.state.pages.get(url.as_str()).cloned().unwrap_or_default();
        let response = match ask(at, url.clone(), known).await {
            Some(Ok(response)) if response.status == 200 => response,
            Some(_) => break,
            None => return Ok(None),
        };
        listed.pages.insert(url.to_string(), response.validators.clone());
        let Ok((feed, _)) = feed_page(at, response, order).await else { break };
        older = older_page(&feed, &url);
        let fresh: Vec<Entry> =
            feed.entries.into_iter().filter(|entry| keys.insert(entry.key.clone())).collect();
        if fresh.is_empty() {
            break;
        }
        let triaged = triage(at, &mut listed, fresh).await?;
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
