//! Looks at live pages, made durable. All that one of them writes is noted in the state as a whole before the first file
//! of it: after a crash it is done again to the end, so that posts, log and what is known of them never part.

use super::{Publisher, Result, day};
use crate::{
    io::{publish::Line, store::ArticleRow},
    judges::{
        dedup,
        render::{self, Format},
    },
    model::{Article, ArticleId, Fingerprint, SourceId, Status},
    pipeline::{
        covering::{self, About, Covered},
        finding::{Happening, Visit},
        plan,
    },
    readers::live::{self, Event},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// What one look writes.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Work {
    source: String,
    /// The address of its door.
    url: String,
    /// What is known of its posts from then on, JSON.
    known: String,
    /// Path below the output folder, and content, in the order in which they become visible.
    files: Vec<(String, String)>,
    posts: Vec<PostRow>,
    lines: Vec<Line>,
}

/// The row of a post once it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PostRow {
    id: String,
    path: String,
    revision: u64,
    sha256: String,
    first_seen: i64,
    fingerprint: [u8; 16],
}

impl PostRow {
    fn row(&self, source: &SourceId) -> ArticleRow {
        ArticleRow {
            id: ArticleId(self.id.clone()),
            source: source.clone(),
            path: self.path.clone(),
            revision: self.revision,
            fingerprint: Fingerprint(self.fingerprint),
            content: None,
            sha256: self.sha256.clone(),
            is_teaser: false,
            first_seen: self.first_seen,
            intent: None,
        }
    }
}

/// A post that is being written.
struct Writing {
    row: PostRow,
    /// As it is published now.
    published: Option<Article>,
}

impl Publisher {
    /// What the looks at live pages among the visits write.
    pub(super) fn works(&self, visits: &[Visit], now: Timestamp) -> Result<Vec<Work>> {
        let covered = visits.iter().filter_map(|visit| visit.covered.as_ref());
        covered.map(|covered| self.work(covered, now)).collect()
    }

    fn work(&self, covered: &Covered, now: Timestamp) -> Result<Work> {
        let Covered { source, url, .. } = covered;
        let id = ArticleId::of(&source.id, &format!("live {url}"));
        let about = About { source, id: &id.0, url };
        let folder = format!("live/{}/{}", source.id, id.0);
        let mut work = Work {
            source: source.id.to_string(),
            url: url.clone(),
            // It holds no map with keys that are not strings, the one thing that has no JSON.
            known: serde_json::to_string(&covered.tracker).unwrap_or_default(),
            ..Work::default()
        };
        let mut posts: BTreeMap<String, Writing> = BTreeMap::new();
        for event in &covered.events {
            let happening = Happening { event: event.name().to_owned(), data: covering::data(&about, event) };
            let Event::Post { what, key, post } = event else {
                work.lines.push(happening.line(&source.id.0, None, now));
                continue;
            };
            let id = post_id(&source.id, url, key);
            if !posts.contains_key(&id.0) {
                posts.insert(id.0.clone(), self.writing(&id, &folder, now)?);
            }
            let Some(writing) = posts.get_mut(&id.0) else { continue };
            let article = post.as_ref().map(|post| covering::article(&about, covered, post));
            self.write(&mut work, writing, *what, article);
            let row = writing.row.row(&source.id);
            work.lines.push(self.with_revision(happening, &row).line(&source.id.0, Some(&row), now));
        }
        work.posts = posts.into_values().map(|writing| writing.row).collect();
        if covered.has_news() {
            let file = covered.file(&about, |key| post_id(&source.id, url, key).0);
            let json = serde_json::to_string_pretty(&file).unwrap_or_default() + "\n";
            let path = format!("{folder}/coverage.json");
            if let Some(data) = work.lines.last_mut().and_then(|line| line.data.as_object_mut()) {
                let hash = plan::sha256(json.as_bytes());
                data.insert("coverageFile".to_owned(), json!({ "path": path, "sha256": hash }));
            }
            work.files.push((path, json));
        }
        Ok(work)
    }

    /// A post as it is published, or one that never was.
    fn writing(&self, id: &ArticleId, folder: &str, now: Timestamp) -> Result<Writing> {
        let Some(row) = self.store.article(id)? else {
            let row = PostRow {
                id: id.0.clone(),
                path: format!("{folder}/{id}"),
                revision: 0,
                sha256: String::new(),
                first_seen: now.as_second(),
                fingerprint: [0; 16],
            };
            return Ok(Writing { row, published: None });
        };
        let bytes = self.tree.read(&format!("{}.json", row.path))?;
        let row = PostRow {
            id: row.id.0,
            path: row.path,
            revision: row.revision,
            sha256: row.sha256,
            first_seen: row.first_seen,
            fingerprint: row.fingerprint.0,
        };
        Ok(Writing { row, published: bytes.as_deref().and_then(render::article_of_json) })
    }

    /// Writes what an event makes of a post: its file as it is now and, where its content changed, the one before.
    fn write(&self, work: &mut Work, writing: &mut Writing, what: live::Happening, article: Option<Article>) {
        let published = writing.published.take();
        let next = match what {
            live::Happening::New { .. } | live::Happening::Revised => article,
            live::Happening::Restored => article.or_else(|| published.clone()),
            live::Happening::Removed => {
                published.clone().map(|article| Article { status: Status::Removed, ..article })
            }
            live::Happening::Pinned | live::Happening::Unpinned => None,
        };
        let Some(next) = next else {
            writing.published = published;
            return;
        };
        let fingerprint = dedup::revision_fingerprint(&next);
        let is_revision =
            writing.row.revision == 0 || what == live::Happening::Revised || published.is_none();
        if let Some(before) = published.filter(|_| is_revision) {
            let path = render::revision_path(&writing.row.id, writing.row.revision);
            work.files.push((format!("{path}.json"), text_of(&before, Format::Json)));
        }
        writing.row.revision += u64::from(is_revision);
        let next = Article {
            id: writing.row.id.clone(),
            revision: writing.row.revision,
            first_seen: Timestamp::from_second(writing.row.first_seen).ok().map(|at| at.to_string()),
            ..next
        };
        for format in self.options.formats.iter().filter(|format| **format != Format::Json) {
            work.files
                .push((format!("{}.{}", writing.row.path, format.extension()), text_of(&next, *format)));
        }
        let json = text_of(&next, Format::Json);
        writing.row.sha256 = plan::sha256(json.as_bytes());
        writing.row.fingerprint = fingerprint.0;
        work.files.push((format!("{}.json", writing.row.path), json));
        writing.published = Some(next);
    }

    /// An event of a post with its revision, and the extensions of the files beside its JSON file.
    fn with_revision(&self, mut happening: Happening, row: &ArticleRow) -> Happening {
        if let Some(data) = happening.data.as_object_mut() {
            data.insert("revision".to_owned(), row.revision.into());
            let beside = self.options.formats.iter().filter(|format| **format != Format::Json);
            data.insert("files".to_owned(), beside.map(|format| format.extension()).collect());
        }
        happening
    }

    /// Notes in the state what is about to be written.
    pub(super) fn note_works(&self, works: &[Work]) -> Result<()> {
        for work in works.iter().filter(|work| !work.lines.is_empty()) {
            self.store.put_work(&serde_json::to_string(work).unwrap_or_default())?;
        }
        Ok(())
    }

    /// Puts into the state what was written.
    pub(super) fn put_works(&self, works: &[Work]) -> Result<()> {
        for work in works {
            let source = SourceId(work.source.as_str().into());
            for post in &work.posts {
                self.store.put_article(&post.row(&source))?;
            }
            self.store.put_coverage(&source, &work.url, &work.known)?;
        }
        Ok(self.store.drop_works()?)
    }

    /// After a crash: what was noted is written to the end. Gives the posts that were.
    pub(super) fn recover_works(&mut self, now: Timestamp) -> Result<usize> {
        let works = self.store.works()?;
        let works: Vec<Work> = works.iter().filter_map(|work| serde_json::from_str(work).ok()).collect();
        if works.is_empty() {
            return Ok(0);
        }
        let (seq, _) = self.store.log_head()?;
        let logged = self.log.since(seq)?;
        let is_logged = |line: &Line| logged.iter().any(|(known, _)| is_same(known, line));
        let files: Vec<_> = works.iter().flat_map(Work::files).collect();
        self.tree.put(&files)?;
        let lines = works.iter().flat_map(|work| &work.lines);
        let mut lines: Vec<Line> = lines.filter(|line| !is_logged(line)).cloned().collect();
        if !lines.is_empty() {
            self.log.append(&day(now), &mut lines)?;
        }
        self.store.begin()?;
        let (seq, hash) = self.log.head();
        let written = self.put_works(&works).and_then(|()| Ok(self.store.put_log_head(seq, hash)?));
        self.finish(written)?;
        Ok(works.iter().map(|work| work.posts.len()).sum())
    }
}

impl Work {
    /// Its files as they are put.
    pub(super) fn files(&self) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes()))
    }

    /// Its lines of the log.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line> {
        self.lines.iter().cloned()
    }
}

/// The id of a post of the live page at `url`.
fn post_id(source: &SourceId, url: &str, key: &str) -> ArticleId {
    ArticleId::of(source, &format!("live {url} {key}"))
}

fn text_of(article: &Article, format: Format) -> String {
    String::from_utf8_lossy(&render::file(article, format)).into_owned()
}

/// Whether two lines tell of the same event, but for their places in the log.
fn is_same(one: &Line, other: &Line) -> bool {
    (&one.event, &one.id, &one.source, &one.data, &one.at)
        == (&other.event, &other.id, &other.source, &other.data, &other.at)
}
