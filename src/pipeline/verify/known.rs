//! The state: it knows each article as the log tells of it, and no other.

use super::{
    Damage, Error, Look, Proof, broken,
    chain::{Told, hash_of},
};
use crate::{
    io::store::{ArticleRow, Store},
    judges::{dedup, render},
    model::{ArticleId, Completeness, SourceId},
};
use jiff::Timestamp;
use rustc_hash::FxHashSet;
use std::path::Path;
use url::Url;

/// Compares the state with the log. What it lacks is made of the articles' files.
pub(super) fn look(
    root: &Path,
    (store, how): (&Store, Look),
    told: &Told,
    proof: &mut Proof,
) -> Result<(), Error> {
    let mut right: FxHashSet<String> = FxHashSet::default();
    let mut wrong = Vec::new();
    store
        .each_article(|row| {
            // What is being written is not told yet.
            if row.intent.is_some() || row.revision == 0 {
                right.insert(row.id.0);
                return;
            }
            let is_told = told.newest.get(&row.id.0).is_some_and(|newest| {
                newest.path == format!("{}.json", row.path)
                    && newest.revision == row.revision
                    && Some(newest.hash) == hash_of(Some(&row.sha256))
            });
            if is_told {
                right.insert(row.id.0);
            } else if !told.newest.contains_key(&row.id.0) {
                wrong.push(Damage::new("state", format!("it knows of {}, the log does not", row.id)));
                right.insert(row.id.0);
            }
        })
        .map_err(broken)?;
    proof.damage.append(&mut wrong);
    let lacking = told.newest.iter().filter(|(id, _)| !right.contains(*id));
    for (id, newest) in lacking {
        let bytes = std::fs::read(root.join(&newest.path)).ok();
        let article = bytes.as_deref().and_then(render::article_of_json);
        let mended = match article.filter(|article| how.repair && article.id == *id) {
            Some(article) => put(store, &article, newest)?,
            None => false,
        };
        let what = format!("it does not know {id} as the log tells of it");
        proof.damage.push(Damage { mended, ..Damage::new("state", what) });
    }
    Ok(())
}

/// Makes the row of an article of its file.
fn put(store: &Store, article: &crate::model::Article, newest: &super::chain::Newest) -> Result<bool, Error> {
    let Some(source) = article.source.as_deref().map(|source| SourceId(source.into())) else {
        return Ok(false);
    };
    let first_seen = article.first_seen.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
    let row = ArticleRow {
        id: ArticleId(article.id.clone()),
        source: source.clone(),
        path: newest.path.strip_suffix(".json").unwrap_or(&newest.path).to_owned(),
        revision: newest.revision,
        fingerprint: dedup::revision_fingerprint(article),
        content: article.part_of.is_none().then(|| dedup::content_fingerprint(article)).flatten(),
        sha256: data_encoding::HEXLOWER.encode(&newest.hash),
        is_teaser: article.completeness == Completeness::Teaser,
        first_seen: first_seen.map(Timestamp::as_second).unwrap_or_default(),
        intent: None,
    };
    store.put_article(&row).map_err(broken)?;
    let url = article.url.as_deref().filter(|_| article.part_of.is_none());
    if let Some(url) = url.and_then(|url| Url::parse(url).ok()) {
        store.put_url(&source, &dedup::canonical(&url), &row.id, true).map_err(broken)?;
    }
    Ok(true)
}
