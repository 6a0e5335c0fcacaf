//! One look at a door: ask for it, and read what it lists.

mod feed;
mod live;
mod pages;

use super::{
    Context, Door, DoorKind, Source,
    covering::Covered,
    door::DoorState,
    failure::Failure,
    finding::Sketch,
    hosts::Hold,
    manners::{self, Refusal},
    publisher::{Id, Triaged},
};
use crate::{
    io::{
        fetch::{Hop, Response, Validators},
        store::Noted,
    },
    judges::dedup,
    model::{CanonicalUrl, Entry, Fingerprint, Hints, Marks, Remark},
};
pub(super) use live::{NO_POST, REREAD as WHOLE_AGAIN};

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
    /// It is a live page, and this is what happened there.
    Covered(Answer, Box<Covered>),
    /// It is a section that leads to these live pages.
    Section(Answer, Vec<Url>, Vec<Remark>),
    /// It could not be had or read.
    Failed(Failure),
    /// It was not asked: its publisher wants to be left alone until then, by what it answered last.
    Fresh(Timestamp),
    /// It was not asked: its host wants to be left alone until then, whatever is asked for.
    Held(Timestamp),
    /// It was not asked: other requests of ours at its host come first.
    Busy,
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
    pub(super) entries: Vec<Triple>,
    /// Entries on its first page: its window.
    pub(super) window: usize,
    /// Entries that were not taken: the feed is a flood.
    pub(super) left_out: usize,
    /// How many of them were settled under other ids.
    pub(super) renamed: usize,
    /// How many came under ids that were others'.
    pub(super) handed_on: usize,
    /// What is noted of them.
    pub(super) noted: Vec<Noted>,
    pub(super) remarks: Vec<Remark>,
    /// Whether the door has more than could be read: its validators are not to be kept.
    pub(super) partial: bool,
    /// Whether it lists nothing, where it listed something: rubbish that can be read, or a list that ran empty.
    pub(super) is_hollow: bool,
    /// Whether the next look needs the whole of the door's own answer, though it is the same: sitemaps that only it names
    /// are not remembered.
    pub(super) is_incomplete: bool,
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

/// Known entries under new ids in one look, from which on ids seem loose: as many, and half of the list. As many under
/// ids that were others' are enough.
const LOOSE_MIN: usize = 3;

impl Listed {
    /// Whether its ids are others than at the last look, while its entries are the same, or the other way about.
    pub(super) fn has_loose_ids(&self) -> bool {
        self.handed_on >= LOOSE_MIN || (self.renamed >= LOOSE_MIN && self.renamed * 2 >= self.window)
    }

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
        return Look::Fresh(until);
    }
    let url = state.url(door);
    let validators = if needs_whole(at) { Validators::default() } else { state.validators.clone() };
    let response = match ask(at, url.clone(), validators).await {
        Some(Ok(response)) => response,
        Some(Err(Stopped::Held(hold))) => return Look::Held(hold.until),
        Some(Err(Stopped::Busy)) => return Look::Busy,
        Some(Err(Stopped::Failed(failure))) => return Look::Failed(failure),
        None => return Look::CutOff,
    };
    match response.status {
        304 if is_conditional(&state.validators) => {
            let answer = Answer {
                status: 304,
                validators: state.validators.clone(),
                body: state.body.clone(),
                // What the whole answer said of its freshness holds on (RFC 9111, 4.3.4).
                fresh_for: response.max_age.or(state.fresh_for),
                hops: response.hops,
                url: response.url,
            };
            if is_index(at) { ended(answer, pages::reread_parts(at).await) } else { Look::Unchanged(answer) }
        }
        200 => read(at, response).await,
        _ => Look::Failed(Failure::status(url, &response)),
    }
}

/// Whether the door is a live page that is to be read whole.
fn needs_whole(at: At<'_>) -> bool {
    matches!(at.door.kind, DoorKind::Live { .. }) && at.state.live.needs_whole(at.context.clock.now())
}

fn is_conditional(validators: &Validators) -> bool {
    validators.etag.is_some() || validators.last_modified.is_some()
}

/// Why a page of a door could not be had.
enum Stopped {
    Held(Hold),
    Busy,
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
        Refusal::Busy => Stopped::Busy,
        Refusal::Disallowed(url) => Stopped::Failed(disallowed(&url)),
    }))
}

fn disallowed(url: &Url) -> Failure {
    let words = format!("robots.txt does not let khabar ask for {url}; ask its publisher, or take it out");
    Failure { refused: true, ..Failure::new("robots/disallowed", words) }
}

impl Stopped {
    /// In words, where it stopped at a page that is not the first.
    fn words(&self) -> String {
        match self {
            Self::Held(hold) => format!("its host wants to be left alone until {}", hold.until),
            Self::Busy => "its host is busy with other requests of ours".to_owned(),
            Self::Failed(failure) => failure.error.clone(),
        }
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
    if state.body.as_ref() == Some(&body) && !is_index(at) && !needs_whole(at) {
        return Look::Unchanged(answer);
    }
    if let DoorKind::Live { section: true, .. } = &door.kind {
        return match live::section(at, response).await {
            Ok((pages, remarks)) => Look::Section(answer, pages, remarks),
            Err(failure) => Look::Failed(failure),
        };
    }
    if let DoorKind::Live { rule, .. } = &door.kind {
        return match live::read(at, rule, response).await {
            Ok(Some(covered)) => Look::Covered(answer, Box::new(covered)),
            Ok(None) => Look::CutOff,
            Err(failure) => Look::Failed(failure),
        };
    }
    let listed = match &door.kind {
        DoorKind::Feed { order, .. } => feed::read_feed(at, response, *order).await,
        DoorKind::Listing(rule) => pages::read_listing(at, rule, response).await,
        DoorKind::Sitemap | DoorKind::Live { .. } => pages::read_sitemap(at, response).await,
    };
    ended(answer, listed)
}

/// Whether the door was an index of sitemaps when it was read last: these may change while it stays as it is.
fn is_index(at: At<'_>) -> bool {
    matches!(at.door.kind, DoorKind::Sitemap) && !at.state.pages.is_empty()
}

fn ended(answer: Answer, listed: Reading) -> Look {
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

/// A listed entry, what it is known by, and what is to be done with it.
type Triple = (Entry, Sketch, Triaged);

/// `None` when the daemon stops.
type Reading = Result<Option<Listed>, Failure>;

/// Whether something listed was seen before.
fn overlaps(entries: &[Triple]) -> bool {
    entries.iter().any(|(_, _, triaged)| *triaged != Triaged::New)
}

/// What is to be done with each entry of a list of the door, under the key that it is known by.
async fn triage(at: At<'_>, listed: &mut Listed, entries: Vec<Entry>) -> Result<Vec<Triple>, Failure> {
    let At { context, source, door, state } = at;
    let marks = dedup::marks(&entries);
    let mut sketches: Vec<Sketch> =
        entries.iter().zip(marks).map(|(entry, marks)| sketch(entry, marks)).collect();
    forget_shared(&entries, &mut sketches);
    let place = (&source.id, door.url.as_str());
    let recognized = context.desk.triage(place, state.loose_ids, sketches.clone()).await;
    let recognized = recognized.ok_or_else(|| Failure::new("state/failed", "the state could not be read"))?;
    let mut triaged = Vec::with_capacity(entries.len());
    let mut keys = BTreeSet::new();
    for ((mut entry, mut sketch), recognized) in entries.into_iter().zip(sketches).zip(recognized) {
        match recognized.id {
            Id::Own => {}
            Id::Known(key) => entry.key = key,
            Id::Place => {
                entry.key = place_of(&entry, &sketch);
                listed.handed_on += 1;
            }
        }
        if !keys.insert(entry.key.clone()) {
            // Under ids that tell nothing.
            listed.remarks.push(Remark::about("feed/listed-twice", &entry.key));
            continue;
        }
        sketch.key.clone_from(&entry.key);
        listed.renamed += usize::from(recognized.is_renamed);
        listed.noted.extend(recognized.noted);
        triaged.push((entry, sketch, recognized.triaged));
    }
    Ok(triaged)
}

/// The key of an entry whose id tells nothing.
fn place_of(entry: &Entry, sketch: &Sketch) -> String {
    let place = dedup::key(entry);
    let fragment = entry.url.as_ref().and_then(Url::fragment).filter(|fragment| !fragment.is_empty());
    match (&entry.url, sketch.marks, fragment) {
        // Others have its address too.
        (Some(_), Marks { link: None, text: Some(text), .. }, _) => format!("{place} {text}"),
        (_, _, Some(fragment)) => format!("{place}#{fragment}"),
        _ => place,
    }
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
pub(super) fn sketch(entry: &Entry, marks: Marks) -> Sketch {
    Sketch {
        marks,
        key: entry.key.clone(),
        said: dedup::entry_fingerprint(entry),
        address: Some(dedup::place(entry)),
    }
}

fn fingerprint(body: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    let digest = Sha256::digest(body);
    let mut first = [0; 16];
    first.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    Fingerprint(first).to_string()
}
