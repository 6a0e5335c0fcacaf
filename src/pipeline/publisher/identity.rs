//! Which known article a finding is, and which articles are around it: facts looked up in the state, for the
//! verdict of [`dedup::judge`].

use super::{Publisher, Result};
use crate::{
    io::store::ArticleRow,
    judges::dedup::{self, KnownArticle, Neighbors},
    model::{ArticleId, Fingerprint},
    pipeline::finding::Finding,
};
use jiff::Timestamp;

impl Publisher {
    /// The article of the same source that the finding is: the one published where its entry points, else the one
    /// its entry led to before, else one that another of its addresses or its very words point to (it moved, or
    /// another door names it differently). The last are clues only, and not believed for articles that are listed
    /// side by side.
    pub(super) fn own(
        &self,
        finding: &mut Finding,
        content: Option<Fingerprint>,
    ) -> Result<Option<ArticleRow>> {
        let source = finding.source.id.clone();
        let published = |row: &ArticleRow| row.revision > 0;
        let mut own = None;
        if let Some(linked) = &finding.addresses.linked {
            // Before the entry: one that leads elsewhere now must not write that article's words over its own.
            own = self.store.article_at(&source, linked)?.filter(published);
        }
        if own.is_none() {
            own = self.store.article_of_entry(&source, &finding.key)?;
        }
        if own.is_none() {
            own = self.store.article(&ArticleId::of(&source, &finding.key))?;
        }
        if let (None, Some(linked)) = (&own, &finding.addresses.linked) {
            own = self.store.article_at(&source, linked)?;
        }
        if let (None, Some(linked)) = (&own, &finding.addresses.linked) {
            // Another page may have declared this address as its own before.
            let declaring = self.store.article_declared_at(&source, linked)?;
            let same_words = declaring.filter(|row| content.is_some() && row.content == content);
            own = self.other_than_beside(same_words, finding)?;
        }
        if let (None, Some(fetched)) = (&own, &finding.addresses.fetched) {
            own = self.other_than_beside(self.store.article_at(&source, fetched)?, finding)?;
        }
        if let (None, Some(content), Some(_)) = (&own, content, finding.article.published) {
            let revision = dedup::revision_fingerprint(&finding.article);
            let saying = self.store.article_saying(&source, content, revision)?;
            own = self.not_listed_beside(saying, finding)?;
        }
        self.weigh_declared(own, finding, content)
    }

    /// The article `own`, or the one at the address that the page declares where that has the same words. A
    /// declared address that belongs to another article is taken back.
    fn weigh_declared(
        &self,
        own: Option<ArticleRow>,
        finding: &mut Finding,
        content: Option<Fingerprint>,
    ) -> Result<Option<ArticleRow>> {
        let Some(declared) = &finding.addresses.declared else { return Ok(own) };
        let Some(there) = self.store.article_declared_at(&finding.source.id, declared)? else {
            return Ok(own);
        };
        if own.as_ref().is_some_and(|own| own.id == there.id) {
            return Ok(own);
        }
        if own.is_none() && content.is_some() && there.content == content {
            let same = self.other_than_beside(Some(there), finding)?;
            if same.is_some() {
                return Ok(same);
            }
        }
        finding.distrust_declared();
        Ok(own)
    }

    /// `row`, unless one of its entries is listed beside the finding's under another headline.
    fn other_than_beside(&self, row: Option<ArticleRow>, finding: &Finding) -> Result<Option<ArticleRow>> {
        let is_other = |headline: &String| *headline != finding.headline;
        self.unless_beside(row, finding, is_other)
    }

    /// `row`, unless one of its entries is listed beside the finding's.
    fn not_listed_beside(&self, row: Option<ArticleRow>, finding: &Finding) -> Result<Option<ArticleRow>> {
        self.unless_beside(row, finding, |_| true)
    }

    fn unless_beside(
        &self,
        row: Option<ArticleRow>,
        finding: &Finding,
        counts: impl Fn(&String) -> bool,
    ) -> Result<Option<ArticleRow>> {
        let Some(row) = row else { return Ok(None) };
        let keys = self.store.entries_of(&row.id)?;
        let others = keys.iter().filter(|key| **key != finding.key);
        let is_beside = others.filter_map(|key| finding.beside.get(key)).any(counts);
        Ok(Some(row).filter(|_| !is_beside))
    }

    /// Whether the finding's redirects ended at another article than its own: its words are that one's.
    pub(super) fn leads_elsewhere(&self, finding: &Finding, own: &ArticleRow) -> Result<bool> {
        let Some(fetched) = &finding.addresses.fetched else { return Ok(false) };
        let there = self.store.article_at(&finding.source.id, fetched)?;
        Ok(own.revision > 0 && there.is_some_and(|there| there.id != own.id))
    }

    pub(super) fn neighbors(
        &self,
        finding: &Finding,
        own: Option<&ArticleRow>,
        content: Option<Fingerprint>,
        now: Timestamp,
    ) -> Result<Neighbors> {
        let source = &finding.source.id;
        if own.is_some_and(|row| row.revision > 0) {
            return Ok(Neighbors { own: own.map(known), ..Neighbors::default() });
        }
        let mut same_url = None;
        for address in finding.addresses.reached() {
            same_url = same_url.or(self.store.elsewhere_at(source, address)?);
        }
        let same_content = match content {
            Some(content) => self.store.elsewhere_like(source, content, self.since(now))?,
            None => None,
        };
        Ok(Neighbors {
            own: own.map(known),
            same_url: same_url.as_ref().map(known),
            same_content: same_content.as_ref().map(known),
        })
    }
}

fn known(row: &ArticleRow) -> KnownArticle {
    KnownArticle {
        id: row.id.clone(),
        source: row.source.clone(),
        revision: row.revision,
        fingerprint: row.fingerprint,
        is_teaser: row.is_teaser,
    }
}
