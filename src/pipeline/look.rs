//! One look at a door: ask for it, and read what it lists.

use super::{Context, Door, DoorKind, Source, door::DoorState, finding::Sketch, publisher::Triaged};
use crate::{
    io::fetch::{self, Accept, Disposition, Request, Response, Validators},
    judges::dedup,
    model::{CanonicalUrl, Entry, Fingerprint, Remark},
    readers::{feed, listing},
    text,
};
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
    /// The daemon stops.
    CutOff,
}

/// The part of an answer that the next look needs.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) validators: Validators,
    pub(super) body: Option<String>,
    pub(super) fresh_for: Option<Duration>,
}

/// Entries of a door.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) entries: Vec<(Entry, Sketch, Triaged)>,
    /// Entries that were not taken: the feed is a flood.
    pub(super) left_out: usize,
    pub(super) remarks: Vec<Remark>,
    /// Whether the door has more than could be read: its validators are not to be kept.
    pub(super) partial: bool,
}

impl Listed {
    fn holds_no_card(&self) -> bool {
        let codes = ["listing/no-item", "listing/no-link", "listing/bad-link"];
        self.entries.is_empty() && self.remarks.iter().any(|remark| codes.contains(&remark.code.as_ref()))
    }
}

/// Why a look failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: String,
    pub(super) error: String,
    /// Whether a server answered at all.
    pub(super) reached: bool,
    pub(super) retry_after: Option<Duration>,
}

impl Failure {
    fn new(code: impl Into<String>, error: impl Into<String>) -> Self {
        Self { code: code.into(), error: error.into(), reached: true, retry_after: None }
    }

    fn fetch(error: &fetch::Error) -> Self {
        Self {
            reached: error.disposition() != Disposition::RetryAt,
            ..Self::new(error.code(), super::chain(error))
        }
    }

    fn status(response: &Response) -> Self {
        Self {
            code: format!("http/{}", response.status),
            error: format!("{} answered with status {}", response.url, response.status),
            reached: true,
            retry_after: response.retry_after,
        }
    }
}

/// Looks at a door.
pub(super) async fn look(context: &Context, source: &Arc<Source>, door: &Door, state: &DoorState) -> Look {
    let accept = match door.kind {
        DoorKind::Feed { .. } => Accept::Feed,
        DoorKind::Listing(_) => Accept::Page,
    };
    let request = Request {
        validators: state.validators.clone(),
        allow: Arc::clone(&source.allow_private),
        ..Request::new(door.url.clone(), accept)
    };
    let Some(answer) = context.until_stop(fetch::follow(&*context.fetch, request)).await else {
        return Look::CutOff;
    };
    let response = match answer {
        Err(error) => return Look::Failed(Failure::fetch(&error)),
        Ok(response) => response,
    };
    let asked_conditionally = state.validators.etag.is_some() || state.validators.last_modified.is_some();
    match response.status {
        304 if asked_conditionally => Look::Unchanged(Answer {
            status: 304,
            validators: state.validators.clone(),
            body: state.body.clone(),
            fresh_for: response.max_age,
        }),
        200 => read(context, source, door, (state, response)).await,
        _ => Look::Failed(Failure::status(&response)),
    }
}

async fn read(
    context: &Context,
    source: &Arc<Source>,
    door: &Door,
    (state, response): (&DoorState, Response),
) -> Look {
    let body = fingerprint(&response.body);
    let answer = Answer {
        status: 200,
        validators: response.validators.clone(),
        body: Some(body.clone()),
        fresh_for: response.max_age,
    };
    if state.body.as_ref() == Some(&body) {
        return Look::Unchanged(answer);
    }
    let listed = match &door.kind {
        DoorKind::Feed { order, .. } => read_feed(context, (source, door), response, *order).await,
        DoorKind::Listing(rule) => {
            read_listing(context, (source, door), rule, (response, state.unkept)).await
        }
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

async fn read_feed(
    context: &Context,
    (source, door): (&Arc<Source>, &Door),
    response: Response,
    order: crate::date::Order,
) -> Reading {
    let (zone, now) = (source.zone.clone(), context.clock.now());
    let read = context.pool.run(move || {
        let options = feed::Options { zone: &zone, order, now };
        feed::read(&options, &response.body, Some(&response.url))
    });
    let (feed, remarks) = match read.await {
        Ok(Ok(read)) => read,
        Ok(Err(refused)) => return Err(Failure::new(refused.code, refused.reason)),
        Err(panicked) => return Err(Failure::new(panicked.code(), "reading the feed panicked")),
    };
    let left_out = feed.left_out;
    let entries = triage(context, (source, door), feed.entries).await?;
    let partial = remarks.iter().any(|remark| remark.code == "feed/cut");
    Ok(Some(Listed { entries, left_out, remarks, partial }))
}

/// Reads the pages of a listing, newest first, until one of them shows nothing new.
async fn read_listing(
    context: &Context,
    (source, door): (&Arc<Source>, &Door),
    rule: &listing::Rule,
    (first, unkept): (Response, bool),
) -> Reading {
    let mut listed = Listed::default();
    let mut keys = BTreeSet::new();
    let mut response = first;
    for page in 1..=rule.pages_max.max(1) {
        let (shown, remarks) = read_cards(context, source, rule, response).await?;
        listed.remarks.extend(remarks);
        let fresh: Vec<Entry> =
            shown.entries.into_iter().filter(|entry| keys.insert(entry.key.clone())).collect();
        let triaged = triage(context, (source, door), fresh).await?;
        let any_new = unkept || triaged.iter().any(|(_, _, triaged)| *triaged == Triaged::New);
        listed.entries.extend(triaged);
        let Some(next) = shown.next.filter(|_| any_new && page < rule.pages_max) else { break };
        match next_page(context, source, next).await {
            Some(Ok(next)) => response = next,
            Some(Err(failure)) => {
                listed.remarks.push(Remark::about("listing/next-failed", &failure.error));
                listed.partial = true;
                break;
            }
            None => return Ok(None),
        }
    }
    // Oldest first: whatever cuts this poll off, the first page still shows something new at the next.
    listed.entries.reverse();
    Ok(Some(listed))
}

async fn read_cards(
    context: &Context,
    source: &Arc<Source>,
    rule: &listing::Rule,
    response: Response,
) -> Result<(listing::Listing, Vec<Remark>), Failure> {
    let (zone, now, rule) = (source.zone.clone(), context.clock.now(), rule.clone());
    let read = context.pool.run(move || {
        let (html, remark) = text::decode(&response.body, response.charset.as_deref());
        let options = listing::Options { rule: &rule, zone: &zone, now };
        let (listing, mut remarks) = listing::read(&options, &html, &response.url);
        remarks.extend(remark);
        (listing, remarks)
    });
    read.await.map_err(|panicked| Failure::new(panicked.code(), "reading the listing panicked"))
}

async fn next_page(context: &Context, source: &Arc<Source>, url: Url) -> Option<Result<Response, Failure>> {
    let allow = Arc::clone(&source.allow_private);
    let request = Request { allow, ..Request::new(url, Accept::Page) };
    let answer = context.until_stop(fetch::follow(&*context.fetch, request)).await?;
    Some(match answer {
        Ok(response) if response.status == 200 => Ok(response),
        Ok(response) => Err(Failure::status(&response)),
        Err(error) => Err(Failure::fetch(&error)),
    })
}

async fn triage(
    context: &Context,
    (source, door): (&Arc<Source>, &Door),
    entries: Vec<Entry>,
) -> Result<Vec<(Entry, Sketch, Triaged)>, Failure> {
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
