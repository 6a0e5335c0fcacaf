//! A look at a live page: its first page, and older ones where posts may have been missed or edited there.

use super::{At, ask};
use crate::{
    date::Order,
    io::fetch::{Response, Validators},
    model::{FetchFacts, Origin, Remark},
    pipeline::{
        covering::Covered,
        failure::{self, Failure},
    },
    readers::live::{self, Options, Pace, Round, Shape, Tracker},
    text,
};
use data_encoding::HEXLOWER;
use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use url::Url;

/// Pages that are read of a live page at one look.
const PAGES_MAX: u32 = 20;

/// How long pages further down are left alone while posts on them are young enough to be edited.
pub(in crate::pipeline) const REREAD: SignedDuration = SignedDuration::from_mins(5);

/// A page that is looked at first has no posts.
pub(in crate::pipeline) const NO_POST: &str = "live/no-post";

/// What is known of a live page before one of its pages is read.
struct Seen {
    /// What a post is on the page above.
    like: Option<Shape>,
    /// Ways that write local time as UTC.
    local: Vec<Origin>,
}

/// Reads a live page whose first page is `first`; `None` when the daemon stops.
pub(super) async fn read(at: At<'_>, rule: &live::Rule, first: Response) -> Result<Option<Covered>, Failure> {
    let tracker = known(at).await?;
    let fetch = facts(at, &first);
    let pace = Pace { now: at.context.clock.now(), pages_max: PAGES_MAX, reread: REREAD };
    let (look, mut remarks) =
        page(at, rule, first, Seen { like: None, local: tracker.local().to_vec() }).await?;
    if look.posts.is_empty() && !tracker.is_known() {
        let words =
            format!("no post is found on {}: check the selectors of [[source.live]]", fetch.final_url);
        return Err(Failure::new(NO_POST, words));
    }
    let mut round = Round::begin(pace, look);
    while let Some(older) = round.wants(&tracker).cloned() {
        let seen = Seen { like: round.shape().cloned(), local: round.local(&tracker) };
        match next(at, rule, older, seen).await {
            Some(Ok((look, more))) => {
                remarks.extend(more);
                round.add(look);
            }
            // What is further down is read at the next look; what is missed until then is told as a gap.
            Some(Err(failure)) => {
                remarks.push(Remark::about("live/older-failed", &failure.error));
                break;
            }
            None => return Ok(None),
        }
    }
    let door = (Arc::clone(at.source), at.door.url.to_string());
    let settled = at.context.pool.run(move || Covered::of(door, tracker, &round, (fetch, remarks))).await;
    settled.map(Some).map_err(|panicked| Failure::new(panicked.code(), "comparing the live page panicked"))
}

/// Reads a section of live pages.
pub(super) async fn section(at: At<'_>, response: Response) -> Result<(Vec<Url>, Vec<Remark>), Failure> {
    let At { context, source, door, state } = at;
    let (zone, now) = (source.zone.clone(), context.clock.now());
    let requested = state.url(door).clone();
    let read = context.pool.run(move || {
        let (html, remark) = text::decode(&response.body, response.charset.as_deref());
        let rule = live::Rule::default();
        let options = Options { rule: &rule, zone: &zone, now, order: Order::Dmy, like: None, local: &[] };
        let (pages, mut remarks) = live::section(&options, &html, &response.url);
        if let Some(wall) = failure::wall_of(&requested, &response, &html).filter(|_| pages.is_empty()) {
            return Err(Failure::wall(wall, &response));
        }
        remarks.extend(remark);
        Ok((pages, remarks))
    });
    read.await.unwrap_or_else(|panicked| Err(Failure::new(panicked.code(), "reading the section panicked")))
}

/// What is known of the live page of a door.
pub(super) async fn known(at: At<'_>) -> Result<Tracker, Failure> {
    let known = at.context.desk.coverage(&at.source.id, at.door.url.as_str()).await;
    let known = known.ok_or_else(|| Failure::new("state/failed", "the state could not be read"))?;
    // A state that is not understood would make everything new again: that is told, and nothing is overwritten.
    known.map_or(Ok(Tracker::default()), |state| {
        serde_json::from_str(&state).map_err(|error| {
            let words = format!("what is known of the live page {} cannot be read: {error}", at.door.url);
            Failure::new("state/live", words)
        })
    })
}

/// Reads one page.
async fn page(
    at: At<'_>,
    rule: &live::Rule,
    response: Response,
    seen: Seen,
) -> Result<(live::Look, Vec<Remark>), Failure> {
    let At { context, source, door, state } = at;
    let (zone, now, rule) = (source.zone.clone(), context.clock.now(), rule.clone());
    let requested = state.url(door).clone();
    let read = context.pool.run(move || {
        let (body, remark) = text::decode(&response.body, response.charset.as_deref());
        let Seen { like, local } = &seen;
        let options =
            Options { rule: &rule, zone: &zone, now, order: Order::Dmy, like: like.as_ref(), local };
        let (look, mut remarks) = live::read(&options, &body, Some(&response.url));
        // A wall has no posts; a live page may well ask about cookies beside them.
        if let Some(wall) = failure::wall_of(&requested, &response, &body).filter(|_| look.posts.is_empty()) {
            return Err(Failure::wall(wall, &response));
        }
        remarks.extend(remark);
        Ok((look, remarks))
    });
    read.await.unwrap_or_else(|panicked| Err(Failure::new(panicked.code(), "reading the live page panicked")))
}

/// Asks for an older page and reads it; `None` when the daemon stops.
async fn next(
    at: At<'_>,
    rule: &live::Rule,
    url: Url,
    seen: Seen,
) -> Option<Result<(live::Look, Vec<Remark>), Failure>> {
    if !at.source.has_site_of(&url) {
        let words = format!("the older page {url} is of another site; it is not asked for");
        return Some(Err(Failure::new("live/other-site", words)));
    }
    let words = |stopped: &super::Stopped| Failure::new("live/older-failed", stopped.words());
    match ask(at, url.clone(), Validators::default()).await? {
        Ok(response) if response.status == 200 => Some(page(at, rule, response, seen).await),
        Ok(response) => Some(Err(Failure::status(&url, &response))),
        Err(stopped) => Some(Err(words(&stopped))),
    }
}

fn facts(at: At<'_>, response: &Response) -> FetchFacts {
    FetchFacts {
        at: at.context.clock.now().to_string(),
        final_url: response.url.to_string(),
        status: response.status,
        bytes: response.body.len() as u64,
        sha256: HEXLOWER.encode(&Sha256::digest(&response.body)),
    }
}
