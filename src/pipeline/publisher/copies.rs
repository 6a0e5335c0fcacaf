//! Which published articles a new one repeats or goes on with. The words of each are kept beside the state, as an index:
//! what is lost of it is read again from the articles' files.

use super::{Options, Publisher, Result, new_row};
use crate::{
    io::store::{ArticleRow, Texts},
    judges::{
        dedup::{
            self, Verdict,
            near::{Link, Matcher, Sought, Text},
        },
        render,
    },
    model::{Article, ArticleId, Duplicate, Relation, SourceId},
    pipeline::{
        DiskShelf,
        finding::Finding,
        plan::{self, Bond, Draft, Judged, Plan},
    },
};
use jiff::Timestamp;
use rustc_hash::FxHashSet;
use std::{collections::BTreeSet, path::Path};
use url::Url;

/// The folder of the index below the state.
const FOLDER: &str = "texts";

/// Days for which copies that differ are looked for, at most: each has a file of its own, which is kept open.
const DAYS_MAX: u32 = 60;

/// The texts of the window.
#[derive(Debug)]
pub(super) struct Copies {
    matcher: Matcher<DiskShelf>,
    /// Its files failed: they are opened again before the next batch.
    is_broken: bool,
}

/// An article as far as its words are compared.
struct Seen<'a> {
    id: &'a ArticleId,
    source: &'a SourceId,
    article: &'a Article,
    /// When it was seen first.
    at: Timestamp,
}

impl Copies {
    /// Opens the index. One that cannot be read is begun anew.
    pub(super) fn open(options: &Options, now: Timestamp) -> Result<Self> {
        let folder = options.state.join(FOLDER);
        let matcher = open(options, &folder, now).or_else(|_| {
            Texts::delete(&folder)?;
            open(options, &folder, now)
        })?;
        Ok(Self { matcher, is_broken: false })
    }

    /// Takes over what a reload may change.
    pub(super) fn adopt(&mut self, options: &Options) {
        self.matcher.adopt(options.weights, days(options));
    }

    fn find(&mut self, seen: &Seen<'_>) -> Result<Sought> {
        let article = seen.article;
        // What a feed says in its place is no body to compare.
        let body = if plan::is_teaser(article) { "" } else { &*article.text };
        let url = article.url.as_deref().and_then(|url| Url::parse(url).ok());
        // A number tells nothing of who is behind it.
        let domain = url.as_ref().and_then(Url::domain).and_then(psl::domain_str);
        let outlet = domain.unwrap_or(&seen.source.0);
        let at = seen.at.as_second();
        let text = Text {
            id: &seen.id.0,
            // Which articles are at one address is known already.
            url: "",
            outlet,
            time: article.published.map_or(at, |published| published.at.as_second().min(at)),
            seen: at,
            title: &article.title,
            body,
            beginning: if article.text.is_empty() {
                article.summary.as_deref().unwrap_or_default()
            } else {
                &article.text
            },
        };
        let sought = self.matcher.find(&text);
        self.is_broken |= sought.is_err();
        Ok(sought?)
    }

    fn keep(&mut self, sought: &Sought) -> Result<()> {
        let kept = self.matcher.keep(sought);
        self.is_broken |= kept.is_err();
        Ok(kept?)
    }
}

fn open(options: &Options, folder: &Path, now: Timestamp) -> Result<Matcher<DiskShelf>> {
    let (mut texts, _) = Texts::open(folder)?;
    // A clock that was ahead would hold all that comes until then.
    texts.forget_after(now.as_second().div_euclid(86_400) + 1)?;
    Ok(Matcher::open(options.weights, days(options), DiskShelf(texts))?)
}

fn days(options: &Options) -> u32 {
    options.window_days.min(DAYS_MAX)
}

impl Publisher {
    /// Reads what the index lacks of the articles of its window: a crash took it, or its files are gone. Gives how many
    /// articles that were.
    pub(super) fn learn(&mut self, now: Timestamp) -> Result<usize> {
        let mut known = FxHashSet::default();
        self.copies.matcher.shelf().0.ids(|id| {
            known.insert(dedup::near::hash(id));
        })?;
        let since = now.as_second() - i64::from(days(&self.options)) * 86_400;
        let lacking = self.store.articles_since(since, |id| !known.contains(&dedup::near::hash(id)))?;
        let mut learned = 0;
        for place in lacking {
            let Some(row) = self.store.article_at_place(place)? else { continue };
            let Ok(Some(bytes)) = self.tree.read(&format!("{}.json", row.path)) else { continue };
            let Some(article) = render::article_of_json(&bytes) else { continue };
            let at = Timestamp::from_second(row.first_seen).map_or(now, |at| at.min(now));
            let seen = Seen { id: &row.id, source: &row.source, article: &article, at };
            let mut sought = self.copies.find(&seen)?;
            // The first articles of its story may be out of the window.
            sought.found.story = article.story.unwrap_or(sought.found.story);
            self.copies.keep(&sought)?;
            learned += 1;
        }
        Ok(learned)
    }

    /// Opens the index again where its files failed.
    pub(super) fn mend_copies(&mut self, now: Timestamp) -> Result<()> {
        if self.copies.is_broken {
            // Now, so that it is not written once the files were read. What cannot be is read from the articles.
            drop(self.copies.matcher.shelf_mut().0.flush());
            self.copies = Copies::open(&self.options, now)?;
            self.learn(now)?;
        }
        Ok(())
    }

    /// What is written of an article that is new or says something else.
    pub(super) fn write_article(
        &mut self,
        finding: Finding,
        own: Option<ArticleRow>,
        judged: Judged,
        (planned, now): (&BTreeSet<ArticleId>, Timestamp),
    ) -> Result<Plan> {
        let is_new = own.is_none();
        let row = own.unwrap_or_else(|| new_row(&finding, now));
        let seen = Seen { id: &row.id, source: &row.source, article: &finding.article, at: now };
        let sought = self.copies.find(&seen)?;
        let bond = self.bond(&row, &judged.verdict, &sought, planned)?;
        // A teaser stands in for what could not be had: the whole is had here.
        let is_whole = |bond: &Bond| bond.is_of_teaser && !plan::is_teaser(&finding.article);
        let is_unwanted = |bond: &Bond| !self.options.write_copies && bond.is_copy_in(&row.source);
        let is_left_out = |bond: &&Bond| is_new && is_unwanted(bond) && !is_whole(bond);
        if let Some(bond) = bond.as_ref().filter(is_left_out) {
            let is_told = self.told.remove(&(row.source, finding.key.clone()));
            return Ok(Plan::left_out(&finding, bond, is_told));
        }
        self.copies.keep(&sought)?;
        let draft = Draft { finding, row, judged, bond, story: sought.found.story };
        Ok(Plan::write(draft, &self.options.formats))
    }

    /// Since when articles count as known, Unix seconds.
    pub(super) fn since(&self, now: Timestamp) -> i64 {
        now.as_second() - i64::from(self.options.window_days) * 86_400
    }

    /// The article that one repeats or goes on with, with its source. Only what is published, or is with this batch,
    /// can be named; by one that the index has forgotten, only what was seen before it: the rest may name it.
    fn bond(
        &self,
        row: &ArticleRow,
        verdict: &Verdict,
        sought: &Sought,
        planned: &BTreeSet<ArticleId>,
    ) -> Result<Option<Bond>> {
        let named = |duplicate: Duplicate| -> Result<Option<Bond>> {
            let id = ArticleId(duplicate.of.clone());
            let of = self.store.article(&id)?.filter(|of| of.revision > 0 || planned.contains(&id));
            let is_forgotten = row.revision > 0 && !sought.found.is_known;
            let of = of.filter(|of| !is_forgotten || of.first_seen < row.first_seen);
            Ok(of.map(|row| Bond { duplicate, source: row.source, is_of_teaser: row.is_teaser }))
        };
        let near = match sought.found.link.filter(|link| is_told(link.relation)) {
            Some(link) => self.near(&link)?.map(named).transpose()?.flatten(),
            None => None,
        };
        // The index may know words of what never came to be published.
        let duplicate = dedup::bond(verdict, near.map(|bond| bond.duplicate));
        Ok(duplicate.map(named).transpose()?.flatten())
    }

    fn near(&self, link: &Link) -> Result<Option<Duplicate>> {
        let similarity = (link.similarity * 10_000.0).round() / 10_000.0;
        let of = self.copies.matcher.id(link.of)?;
        Ok(of.map(|of| Duplicate { of, relation: link.relation, similarity }))
    }
}

/// Whether a relation is told in the article: templates have nothing to do with each other, and what revises what is
/// known by its address.
const fn is_told(relation: Relation) -> bool {
    match relation {
        Relation::Duplicate | Relation::Copy | Relation::Update | Relation::SameEvent => true,
        Relation::Template | Relation::Revision => false,
    }
}
