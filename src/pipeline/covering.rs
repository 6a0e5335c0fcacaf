//! What a look at a live page found, on its way to the publisher: posts as articles, events, and what is known from
//! now on.

use super::Source;
use crate::{
    model::{
        Article, Completeness, FetchFacts, Kind, Moment, Origin, Outcome, Provenance, Remark, SCHEMA, Status,
    },
    readers::live::{Coverage, Event, Happening, Post, Presence, Round, Tracker},
    text,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Letters of a headline that is made of the beginning of a post's text.
const TITLE_MAX: usize = 100;

/// What a look at a live page found.
#[derive(Debug, Clone)]
pub struct Covered {
    /// Whose page it is.
    pub(super) source: Arc<Source>,
    /// The address of its door.
    pub(super) url: String,
    /// What is known of its posts from now on.
    pub(super) tracker: Tracker,
    /// What happened, in its order.
    pub(super) events: Vec<Event>,
    /// What the page says of itself.
    pub(super) coverage: Coverage,
    /// The fetch of its first page.
    pub(super) fetch: FetchFacts,
    /// What was odd.
    pub(super) remarks: Vec<Remark>,
    /// The ids of the posts that were seen.
    pub(super) seen: Vec<String>,
    /// Posts on the first page.
    pub(super) window: usize,
    /// Whether posts on older pages are young enough to be edited.
    pub(super) rereads: bool,
}

impl Covered {
    /// Settles a round of pages.
    pub(super) fn of(
        (source, url): (Arc<Source>, String),
        mut tracker: Tracker,
        round: &Round,
        (fetch, remarks): (FetchFacts, Vec<Remark>),
    ) -> Self {
        let events = tracker.close(round);
        let (coverage, seen) = (round.coverage().clone(), round.ids());
        let rereads = coverage.older.is_some() && tracker.has_warm_below(round);
        let window = round.window();
        Self { source, url, tracker, events, coverage, fetch, remarks, seen, window, rereads }
    }

    /// The posts that were seen, by their ids or keys, each with its end and the event that says so.
    pub(super) fn ends(&self) -> Vec<(String, Outcome, &'static str)> {
        let mut ends = Vec::with_capacity(self.seen.len());
        let mut left: Vec<&String> = self.seen.iter().collect();
        for event in &self.events {
            let Event::Post { what, key, post: Some(post) } = event else { continue };
            let outcome = match what {
                Happening::New { .. } => Outcome::Published,
                Happening::Revised | Happening::Restored => Outcome::Updated,
                Happening::Removed | Happening::Pinned | Happening::Unpinned => continue,
            };
            // One that is back and says something else has one end.
            let id = post.id.clone().unwrap_or_default();
            if let Some(at) = left.iter().position(|seen| **seen == id) {
                left.swap_remove(at);
                ends.push((key.clone(), outcome, what.name()));
            }
        }
        ends.extend(left.into_iter().map(|id| (id.clone(), Outcome::Unchanged, "")));
        ends
    }

    /// Whether a post is there for the first time.
    pub(super) fn has_published(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Post { what: Happening::New { .. }, .. }))
    }

    /// Whether there is something to write.
    pub(super) fn has_news(&self) -> bool {
        !self.events.is_empty()
    }

    /// How long the page asks to be left alone.
    pub(super) fn interval(&self) -> Option<Duration> {
        self.coverage.interval
    }

    /// When its newest posts were published.
    pub(super) fn times(&self, most: usize) -> Vec<Timestamp> {
        self.tracker.times(most)
    }

    /// The file of the whole. `id_of` gives the id of a post by its key.
    pub(super) fn file(&self, about: &About<'_>, id_of: impl Fn(&str) -> String) -> CoverageFile {
        let mut posts: Vec<ListedPost> = self
            .tracker
            .posts()
            .iter()
            .map(|known| ListedPost {
                id: id_of(known.key()),
                key: known.key().to_owned(),
                title: known.title().map(str::to_owned),
                published: known.published(),
                pinned: known.is_pinned(),
                status: match known.presence() {
                    Presence::Removed => Status::Removed,
                    Presence::Shown | Presence::Missing => Status::Current,
                },
                at: known.at(),
            })
            .collect();
        posts.sort_by_key(|post| (!post.pinned, std::cmp::Reverse(post.at)));
        CoverageFile {
            schema: COVERAGE_SCHEMA,
            id: about.id.to_owned(),
            source: about.source.id.to_string(),
            url: about.url.to_owned(),
            title: self.coverage.title.clone(),
            start: self.coverage.start,
            end: self.coverage.end,
            state: if self.tracker.ended().is_some() { "ended" } else { "live" },
            ended: self.tracker.ended().map(|at| at.to_string()),
            successor: self.tracker.successor().map(str::to_owned),
            posts,
        }
    }
}

/// The live page that is written of.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) source: &'a Arc<Source>,
    /// Id of the coverage.
    pub(super) id: &'a str,
    /// The address of its door.
    pub(super) url: &'a str,
}

/// Name and version of the schema of [`CoverageFile`].
const COVERAGE_SCHEMA: &str = "khabar/coverage/1";

/// `coverage.json`: a live page as a whole, its posts in reading order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CoverageFile {
    schema: &'static str,
    id: String,
    source: String,
    url: String,
    title: Option<String>,
    start: Option<Moment>,
    end: Option<Moment>,
    state: &'static str,
    /// When it was seen to be over.
    ended: Option<String>,
    successor: Option<String>,
    posts: Vec<ListedPost>,
}

/// A post in the list of its coverage.
#[derive(Debug, Serialize)]
struct ListedPost {
    id: String,
    /// The page's own id, or one that was made.
    key: String,
    title: Option<String>,
    published: Option<Moment>,
    pinned: bool,
    status: Status,
    #[serde(skip)]
    at: Timestamp,
}

/// A post as an article, but for what the publisher decides: id, revision, first seen.
pub(super) fn article(about: &About<'_>, covered: &Covered, post: &Post) -> Article {
    let mut provenance: std::collections::BTreeMap<String, Provenance> =
        post.provenance.iter().map(|(field, from)| ((*field).to_owned(), from.clone())).collect();
    let title = post.title.clone().unwrap_or_else(|| {
        let made = Provenance { rule: Some("text".to_owned()), ..Provenance::from(Origin::Generic) };
        provenance.insert("title".to_owned(), made);
        beginning(&post.text)
    });
    let words = format!("{title} {}", post.text);
    let is_bare = post.body.is_empty();
    let mut warnings = Vec::new();
    if post.published.is_none() {
        warnings.push("article/no-date".to_owned());
    }
    Article {
        schema: SCHEMA.to_owned(),
        kind: Kind::Post,
        completeness: Completeness::Full,
        url: post.url.as_ref().map(ToString::to_string).or_else(|| Some(about.url.to_owned())),
        source: Some(about.source.id.to_string()),
        title,
        byline: post.author.clone(),
        authors: post.author.iter().cloned().collect(),
        language: text::language(&words, about.source.language.as_deref()),
        direction: text::direction(&words),
        published: post.published,
        modified: post.modified,
        body: post.body.clone(),
        text: post.text.clone(),
        words: if is_bare { 0 } else { text::words(&post.text) },
        images: post.images.clone(),
        links: post.links.clone(),
        part_of: Some(about.id.to_owned()),
        provenance,
        fetch: Some(covered.fetch.clone()),
        warnings,
        ..Article::default()
    }
}

/// The first line of a text, cut at a word.
fn beginning(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= TITLE_MAX {
        return line.to_owned();
    }
    let cut: String = line.chars().take(TITLE_MAX).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}

/// What belongs to an event in the log.
pub(super) fn data(about: &About<'_>, event: &Event) -> Value {
    match event {
        Event::Post { what: Happening::New { backfill }, .. } => {
            json!({ "coverage": about.id, "backfill": backfill })
        }
        Event::Post { .. } => json!({ "coverage": about.id }),
        Event::Opened | Event::Ended | Event::Reopened => json!({ "coverage": about.id, "url": about.url }),
        Event::Successor(next) => json!({ "coverage": about.id, "url": about.url, "to": next.as_str() }),
        Event::Gap(from, to) => {
            json!({ "url": about.url, "from": from.to_string(), "to": to.to_string(), "closed": false })
        }
        Event::Drift { reason, sample } => json!({ "url": about.url, "reason": reason, "sample": sample }),
    }
}
