//! What is remembered of sites, and what it takes from the articles that are written.
//!
//! A page is taken in when its article is seen first, in the transaction that publishes it: pages that are polled again
//! and again do not repeat their own words, and a crash forgets no more than pages, which others stand in for.
//!
//! # Why it causes no revision
//! What an article is recognized by (the fingerprints in the state) is its text as it was read, which no memory changes:
//! the same page read later, when more is known of its site, is unchanged. What memory takes away shows only in what is
//! written, and a block that a published revision has is never taken from the next one, so that an edit tells of the
//! editor's changes alone. A change in nothing but furniture is none. What was forgotten, since the site stopped showing
//! it long ago, may come back with an edit of an old article: a line too much, in a revision that was due.
//!
//! Rejected: noting with each article what was taken from it. It costs a column in each row, and the fingerprint would
//! still have to be that of two texts, for articles that are found again by their words.

use super::Result;
use crate::{
    io::store::{ArticleRow, Store},
    judges::{dedup, render},
    model::{Article, Fingerprint},
    readers::article::SiteMemory,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, btree_map::Entry};
use url::Url;

/// What the articles of one batch taught, by host; in the state once it is [`put`](Self::put) there.
#[derive(Debug, Default)]
pub(super) struct Sites(BTreeMap<String, Site>);

/// A host.
#[derive(Debug)]
struct Site {
    memory: SiteMemory,
    /// Whether the state does not know it.
    is_new: bool,
    has_learned: bool,
}

impl Site {
    fn of(known: Option<Vec<u8>>) -> Self {
        let is_new = known.is_none();
        Self { memory: SiteMemory::from_bytes(&known.unwrap_or_default()), is_new, has_learned: false }
    }
}

impl Sites {
    /// Takes an article in if it is new to us, and the furniture of its site out of it. Gives what it is recognized by:
    /// its text as it was read, or what the published one is recognized by where it has become the same text.
    pub(super) fn clear(
        &mut self,
        store: &Store,
        article: &mut Article,
        (row, before): (Option<&ArticleRow>, Option<&[u8]>),
    ) -> Result<Fingerprint> {
        let read = dedup::revision_fingerprint(article);
        let Some(host) = host(article) else { return Ok(read) };
        let site = match self.0.entry(host) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let known = store.site(new.key())?;
                new.insert(Site::of(known))
            }
        };
        let known = row.filter(|row| row.revision > 0 && !row.is_teaser);
        if known.is_none() {
            site.has_learned |= site.memory.learn(article);
        }
        let published = || before.and_then(render::article_of_json);
        site.memory.clear(article, published);
        let Some(known) = known.filter(|row| row.fingerprint != read) else { return Ok(read) };
        let is_same =
            |one: Article| dedup::revision_fingerprint(&one) == dedup::revision_fingerprint(article);
        Ok(if published().is_some_and(is_same) { known.fingerprint } else { read })
    }

    /// Keeps what was learned.
    pub(super) fn put(&self, store: &Store, now: Timestamp) -> Result<()> {
        for (host, site) in self.0.iter().filter(|(_, site)| site.has_learned) {
            store.put_site(host, &site.memory.to_bytes(), now.as_second())?;
            if site.is_new {
                store.drop_sites()?;
            }
        }
        Ok(())
    }
}

/// The host that an article's page came from, with its port; `None` where there was no page.
fn host(article: &Article) -> Option<String> {
    let url = Url::parse(&article.fetch.as_ref()?.final_url).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
