//! What is written for one finding: the files, the events, the rows. Pure; the publisher carries it out.

use super::finding::{Addresses, Ended, Finding, Happening, Intent};
use crate::{
    io::{
        publish::Line,
        store::{ArticleRow, Settled, WaitingRow},
    },
    judges::{
        dedup::{Verdict, near::is_joined},
        render::{self, Format},
        revise::{self, Changes},
    },
    model::{Article, Completeness, Duplicate, Fingerprint, Origin, Outcome, Provenance, SourceId},
};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// The event of an article that repeats another, or goes on with it.
pub(super) const LINKED: &str = "duplicate.linked";

/// A finding with all that is needed to write it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) finding: Finding,
    /// Its row as it is now; revision 0 where nothing is published yet.
    pub(super) row: ArticleRow,
    pub(super) judged: Judged,
    /// What it repeats or goes on with.
    pub(super) bond: Option<Bond>,
    /// What its story is called.
    pub(super) story: String,
}

/// That an article repeats another or goes on with it.
#[derive(Debug, Clone)]
pub(super) struct Bond {
    pub(super) duplicate: Duplicate,
    /// The source of the other one.
    pub(super) source: SourceId,
    /// Whether the other one was made of the feed alone.
    pub(super) is_of_teaser: bool,
}

impl Bond {
    /// Whether it makes an article of a source a copy of another source's.
    pub(super) fn is_copy_in(&self, source: &SourceId) -> bool {
        is_joined(self.duplicate.relation) && self.source != *source
    }

    /// The event that tells of it, with the agencies that the article credits.
    fn happening(&self, article: &Article) -> Happening {
        let Duplicate { of, relation, similarity } = &self.duplicate;
        let data = json!({ "of": of, "relation": relation, "similarity": similarity, "source": self.source.0,
            "agencies": article.agencies });
        Happening { event: LINKED.to_owned(), data }
    }
}

/// What was found out about an article.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) fingerprint: Fingerprint,
    pub(super) content: Option<Fingerprint>,
    pub(super) verdict: Verdict,
    /// What changed since the published revision.
    pub(super) changes: Changes,
    /// Its JSON file as it is now.
    pub(super) before: Option<Vec<u8>>,
}

/// What is written for one finding.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) source: SourceId,
    pub(super) settled: Settled,
    pub(super) addresses: Addresses,
    /// What its page is recognized by.
    pub(super) page: Option<String>,
    /// Its entry, where it waits on.
    pub(super) again: Option<WaitingRow>,
    detail: String,
    files: Vec<(String, Vec<u8>)>,
    writing: Option<(ArticleRow, Intent)>,
    /// What the log is told of it where nothing is written.
    told: Option<Happening>,
}

impl Plan {
    /// A finding that is the known article `row`, unchanged.
    pub(super) fn nothing(finding: &Finding, outcome: Outcome, row: &ArticleRow) -> Self {
        Self::settle(finding, outcome, Some(row.id.clone()), row.path.clone())
    }

    /// A finding that repeats an article of another source and is not written; the log names what it repeats, unless
    /// it does already.
    pub(super) fn left_out(finding: &Finding, bond: &Bond, is_told: bool) -> Self {
        let mut plan = Self::settle(finding, Outcome::Duplicate, None, bond.duplicate.of.clone());
        let mut told = bond.happening(&finding.article);
        if let Some(data) = told.data.as_object_mut() {
            data.insert("entry".to_owned(), json!(finding.key));
            data.insert("url".to_owned(), json!(finding.article.url));
            data.insert("title".to_owned(), json!(finding.article.title));
        }
        plan.told = (!is_told).then_some(told);
        plan
    }

    fn settle(
        finding: &Finding,
        outcome: Outcome,
        article: Option<crate::model::ArticleId>,
        detail: String,
    ) -> Self {
        Self {
            source: finding.source.id.clone(),
            settled: Settled {
                key: finding.key.clone(),
                door: finding.door.clone(),
                said: finding.said,
                marks: finding.marks,
                outcome,
                article,
            },
            addresses: finding.addresses.clone(),
            page: finding.page.clone(),
            again: finding.again.clone(),
            detail,
            files: Vec::new(),
            writing: None,
            told: None,
        }
    }

    /// A finding whose article is written: new, a copy, or the next revision.
    pub(super) fn write(draft: Draft, formats: &[Format]) -> Self {
        let Draft {
            finding,
            row,
            judged: Judged { fingerprint, content, verdict, changes, before },
            bond,
            story,
        } = draft;
        let is_copy = bond.as_ref().is_some_and(|bond| bond.is_copy_in(&row.source));
        let outcome = match verdict {
            Verdict::Update(_) => Outcome::Updated,
            Verdict::New | Verdict::Unchanged(_) | Verdict::Duplicate(_) if is_copy => Outcome::Duplicate,
            Verdict::New | Verdict::Unchanged(_) | Verdict::Duplicate(_) => Outcome::Published,
        };
        let mut plan = Self::settle(&finding, outcome, Some(row.id.clone()), format!("{}.json", row.path));
        let known = before.as_deref().and_then(render::article_of_json);
        // What it was linked to once stays.
        let bond = bond.filter(|_| known.as_ref().is_none_or(|known| known.duplicate.is_none()));
        let beside: Vec<&str> = formats
            .iter()
            .filter(|format| **format != Format::Json)
            .map(|format| format.extension())
            .collect();
        let linked = bond.as_ref().map(|bond| bond.happening(&finding.article));
        let article = completed(Article { story: Some(story), ..finding.article }, &row, bond, known);
        let json = render::file(&article, Format::Json);
        let intent = Intent {
            revision: article.revision,
            fingerprint,
            content,
            sha256: sha256(&json),
            is_teaser: is_teaser(&article),
            key: finding.key,
            door: finding.door,
            said: finding.said,
            outcome,
            happenings: std::iter::once(written(&article, outcome, (&changes, &beside)))
                .chain(linked)
                .collect(),
        };
        if let Some(before) = before {
            plan.files.push((format!("{}.json", render::revision_path(&article.id, row.revision)), before));
        }
        for format in formats.iter().filter(|format| **format != Format::Json) {
            plan.files
                .push((format!("{}.{}", row.path, format.extension()), render::file(&article, *format)));
        }
        // The JSON file comes last: once it is visible, all of the article is.
        plan.files.push((format!("{}.json", row.path), json));
        plan.writing = Some((row, intent));
        plan
    }

    /// The row to record before the files are written.
    pub(super) fn intended(&self) -> Option<ArticleRow> {
        let (row, intent) = self.writing.as_ref()?;
        // What is published is what copies are compared with; of a new article there is nothing else.
        let content = if row.revision == 0 { intent.content } else { row.content };
        Some(ArticleRow { intent: Some(intent.to_json()), content, ..row.clone() })
    }

    /// The row once the files are written.
    pub(super) fn written(&self) -> Option<ArticleRow> {
        self.writing.as_ref().map(|(row, intent)| intent.done(row))
    }

    /// The files, in the order in which they become visible.
    pub(super) fn take_files(&mut self) -> Vec<(String, Vec<u8>)> {
        std::mem::take(&mut self.files)
    }

    pub(super) fn lines(&self, now: Timestamp) -> Vec<Line> {
        let told = self.told.iter().map(|told| told.line(&self.source.0, None, now));
        let written = self.writing.iter().flat_map(|(row, intent)| intent.lines(row, now));
        told.chain(written).collect()
    }

    pub(super) fn into_ended(self) -> Ended {
        Ended { outcome: self.settled.outcome, id: self.settled.article, detail: self.detail }
    }
}

/// The article with what only its history tells.
fn completed(article: Article, row: &ArticleRow, bond: Option<Bond>, before: Option<Article>) -> Article {
    let mut alt_urls = article.alt_urls.clone();
    if let Some(before) = &before {
        let known = before.alt_urls.iter().chain(before.url.iter());
        alt_urls.extend(known.filter(|url| article.url.as_ref() != Some(*url)).cloned());
        alt_urls.sort();
        alt_urls.dedup();
    }
    Article {
        id: row.id.0.clone(),
        revision: row.revision + 1,
        first_seen: Timestamp::from_second(row.first_seen).ok().map(|at| at.to_string()),
        story: before.as_ref().and_then(|before| before.story.clone()).or(article.story),
        duplicate: bond.map(|bond| bond.duplicate).or(before.and_then(|before| before.duplicate)),
        alt_urls,
        ..article
    }
}

/// Whether a page of an article could not be had.
pub(super) fn lacks_pages(article: &Article) -> bool {
    article.warnings.iter().any(|code| code == "article/next-page")
}

/// Whether a page of an article could not be had that the newest revision has: that one stays, whatever else is new,
/// until all pages are had again.
pub(super) fn lacks_pages_of(article: &Article, before: &[u8]) -> bool {
    if !lacks_pages(article) {
        return false;
    }
    let Some(before) = render::article_of_json(before) else { return false };
    let was_whole = !is_teaser(&before) && !lacks_pages(&before);
    let is_start = before.text.len() > article.text.len() && before.text.starts_with(&article.text);
    was_whole && before.words > article.words || is_start
}

/// Fills what a reading left open with what the newest revision had from a feed: the same article seen through
/// another door, which says less of it, has not lost it.
pub(super) fn keep_from_feed(article: &mut Article, before: &[u8]) {
    let Some(before) = render::article_of_json(before) else { return };
    let mut kept = Vec::new();
    let mut was_fed = |field: &'static str, is_open: bool| {
        let fed = is_open && before.provenance.get(field).is_some_and(|from| from.from == Origin::Feed);
        kept.extend(fed.then_some(field));
        fed
    };
    if was_fed("published", article.published.is_none()) {
        article.published = before.published;
        article.warnings.retain(|code| code != "article/no-date");
    }
    if was_fed("authors", article.authors.is_empty() && article.byline.is_none()) {
        article.authors.clone_from(&before.authors);
    }
    if was_fed("tags", article.tags.is_empty()) {
        article.tags.clone_from(&before.tags);
    }
    if was_fed("summary", article.summary.is_none()) {
        article.summary.clone_from(&before.summary);
    }
    for field in kept {
        article.provenance.insert(field.to_owned(), Provenance::from(Origin::Feed));
    }
}

/// The verdict on an article that says something else than its published revision, and what changed: where that is noise
/// alone, it is unchanged. Each look is compared with what is published, so that noise never adds up to an edit, and an
/// edit among noise is seen.
pub(super) fn without_noise(
    verdict: Verdict,
    before: Option<&[u8]>,
    article: &Article,
) -> (Verdict, Changes) {
    let Verdict::Update(known) = verdict else { return (verdict, Changes::default()) };
    let Some(before) = before.and_then(render::article_of_json) else {
        return (Verdict::Update(known), Changes::default());
    };
    match revise::compare(&before, article) {
        None if before.completeness == article.completeness => {
            (Verdict::Unchanged(known), Changes::default())
        }
        changes => (Verdict::Update(known), changes.unwrap_or_default()),
    }
}

/// The event of an article that is written, with the extensions of the files beside its JSON file.
fn written(article: &Article, outcome: Outcome, (changes, beside): (&Changes, &[&str])) -> Happening {
    let mut data = json!({ "revision": article.revision, "url": article.url,
        "completeness": article.completeness, "files": beside });
    if outcome != Outcome::Updated {
        return Happening { event: "article.new".to_owned(), data };
    }
    if let Some(data) = data.as_object_mut() {
        data.extend(told(changes));
    }
    Happening { event: "article.revised".to_owned(), data }
}

/// Most edits of one revision that the log names one by one.
const EDITS_TOLD: usize = 100;

/// What the log tells of an edit: kinds, characters, and which parts differ. Their words are in the revisions' files
/// alone: what is taken out of those later must not stay in the log.
fn told(changes: &Changes) -> Map<String, Value> {
    let (added, removed) = changes.characters();
    let edits = changes.edits.iter().take(EDITS_TOLD);
    let edits: Vec<Value> =
        edits.map(|edit| json!({ "part": edit.part, "before": edit.before, "after": edit.after })).collect();
    let kinds: Vec<&str> = changes.kinds.iter().map(|kind| kind.name()).collect();
    Map::from_iter([
        ("changes".to_owned(), json!(kinds)),
        ("added".to_owned(), json!(added)),
        ("removed".to_owned(), json!(removed)),
        ("edits".to_owned(), json!(edits)),
    ])
}

pub(super) fn is_teaser(article: &Article) -> bool {
    article.completeness == Completeness::Teaser
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}
