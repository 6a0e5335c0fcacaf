//! The publisher: the one owner of state, tree and log. It takes findings in batches and makes each durable
//! in one order, so that a crash at any point repeats work on the same path and never loses or doubles
//! anything:
//!
//! 1. the path and what will be written are recorded in the state,
//! 2. the files are published,
//! 3. the event is in the log,
//! 4. the outcome is committed to the state.
//!
//! After a crash [`Publisher::recover`] rolls forward what was visible by then; the rest is done again when
//! its entry is read again, on the recorded path.

mod copies;
mod covering;
mod identity;
mod recognition;
mod recovery;
mod sites;

pub use recognition::{Id, Recognized, Triaged};

use super::{
    Source,
    finding::{Addresses, Ended, Finding, Visit},
    plan::{self, Judged, Plan},
};
use crate::{
    io::{
        publish::{self, Line, Log, Probe, Step, Tree},
        store::{self, ArticleRow, DoorRow, HostRow, Store},
    },
    judges::{
        dedup::{self, Verdict, near::Weights},
        render::{self, Format},
    },
    model::{ArticleId, Fingerprint, Outcome, SourceId},
};
use copies::Copies;
use jiff::{Timestamp, tz::TimeZone};
use sites::Sites;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// How articles are published.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The output folder.
    pub output: PathBuf,
    /// The state folder.
    pub state: PathBuf,
    /// Formats beside JSON, which is always written.
    pub formats: Vec<Format>,
    /// Whether an article that repeats one of another source is written too.
    pub write_copies: bool,
    /// How far back the same words count as the same article.
    pub window_days: u32,
    /// What decides whether an article that differs from another is its copy.
    pub weights: Weights,
}

/// Why nothing could be published.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The state failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The tree or the log failed.
    #[error(transparent)]
    Publish(#[from] publish::Error),
}

type Result<T> = std::result::Result<T, Error>;

/// What was to be mended at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mended {
    /// Articles that were visible, and are now in log and state too.
    pub rolled_forward: usize,
    /// Articles whose words the index lacked.
    pub learned: usize,
}

/// State, tree and log, open.
#[derive(Debug)]
pub struct Publisher {
    options: Options,
    store: Store,
    tree: Tree,
    log: Log,
    probe: Probe,
    // Doors whose state changed in nothing that must not be lost, and hosts; written with the next transaction.
    later: BTreeMap<(SourceId, String), DoorRow>,
    hosts_later: BTreeMap<(String, String), HostRow>,
    copies: Copies,
    // Entries of sources that the log names as left out, and the state does not know yet.
    told: BTreeSet<(SourceId, String)>,
    // A batch failed on the way: what it left is looked at before the next one.
    broken: bool,
}

impl Publisher {
    /// Opens everything and ends what a crash cut off. `probe` is told of each [`Step`].
    pub fn open(options: Options, probe: Probe, now: Timestamp) -> Result<(Self, Mended)> {
        let store = Store::open(&options.state)?;
        let tree = Tree::open(&options.output, probe)?;
        let log = Log::open(tree.root())?;
        let copies = Copies::open(&options, now)?;
        let mut publisher = Self {
            options,
            store,
            tree,
            log,
            probe,
            later: BTreeMap::new(),
            hosts_later: BTreeMap::new(),
            copies,
            told: BTreeSet::new(),
            broken: false,
        };
        publisher.store.drop_hosts(now.as_second())?;
        let rolled_forward = publisher.recover(now)?;
        let learned = publisher.learn(now)?;
        Ok((publisher, Mended { rolled_forward, learned }))
    }

    /// The state, for reading.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The output folder, absolute.
    pub fn root(&self) -> &Path {
        self.tree.root()
    }

    /// Takes over options that a reload may change; the folders stay.
    pub fn adopt(&mut self, options: Options) {
        self.options =
            Options { output: self.options.output.clone(), state: self.options.state.clone(), ..options };
        self.copies.adopt(&self.options);
    }

    /// Keeps a door's state with the next transaction, at the latest at [`Self::flush`].
    pub fn keep_later(&mut self, door: DoorRow) {
        self.later.insert((door.source.clone(), door.url.clone()), door);
    }

    /// Keeps what a host asks with the next transaction, at the latest at [`Self::flush`].
    pub fn keep_host_later(&mut self, row: HostRow) {
        self.hosts_later.insert((row.kind.clone(), row.host.clone()), row);
    }

    /// Whether there is something that is only kept in memory.
    pub fn has_later(&self) -> bool {
        !(self.later.is_empty() && self.hosts_later.is_empty())
    }

    /// Writes what was only kept in memory.
    pub fn flush(&mut self) -> Result<()> {
        if !self.has_later() {
            return Ok(());
        }
        self.store.begin()?;
        let written = self.put_later();
        self.finish(written)
    }

    /// Publishes findings and settles visits, all of them or, on an error, none; gives the findings' ends in
    /// their order.
    pub fn settle(&mut self, findings: Vec<Finding>, visits: &[Visit], now: Timestamp) -> Result<Vec<Ended>> {
        if self.broken {
            self.recover(now)?;
            self.mend_copies(now)?;
            self.broken = false;
        }
        let settled = self.settle_in_steps(findings, visits, now);
        if settled.is_err() {
            self.broken = true;
            self.store.roll_back()?;
        }
        settled
    }

    fn settle_in_steps(
        &mut self,
        findings: Vec<Finding>,
        visits: &[Visit],
        now: Timestamp,
    ) -> Result<Vec<Ended>> {
        self.store.begin()?;
        let mut planned = BTreeSet::new();
        let mut sites = Sites::default();
        let mut plans = Vec::with_capacity(findings.len());
        for finding in findings {
            let plan = self.plan(finding, &planned, &mut sites, now)?;
            planned.extend(plan.written().map(|row| row.id));
            plans.push(plan);
        }
        let works = self.works(visits, now)?;
        let mut files: Vec<_> = plans.iter_mut().flat_map(Plan::take_files).collect();
        files.extend(works.iter().flat_map(covering::Work::files));
        if !files.is_empty() {
            self.note_works(&works)?;
            self.store.commit()?;
            (self.probe)(Step::PathRecorded);
            self.tree.put(&files)?;
        }
        let mut lines: Vec<Line> = plans.iter().flat_map(|plan| plan.lines(now)).collect();
        lines.extend(works.iter().flat_map(covering::Work::lines));
        lines.extend(visits.iter().flat_map(|visit| visit.lines(now)));
        if !lines.is_empty() {
            self.log.append(&day(now), &mut lines)?;
            (self.probe)(Step::Logged);
        }
        if !files.is_empty() {
            self.store.begin()?;
        }
        let written = self.put_outcomes(&plans, visits).and_then(|()| sites.put(&self.store, now));
        let written = written.and_then(|()| self.put_works(&works));
        self.finish(written)?;
        (self.probe)(Step::Committed);
        Ok(plans.into_iter().map(Plan::into_ended).collect())
    }

    fn put_outcomes(&mut self, plans: &[Plan], visits: &[Visit]) -> Result<()> {
        for plan in plans {
            if let Some(row) = plan.written() {
                self.store.put_article(&row)?;
            }
            self.store.put_entry(&plan.source, &plan.settled)?;
            self.store.drop_waiting(&plan.source, &plan.settled.key)?;
            if let Some(again) = &plan.again {
                self.store.put_waiting(&plan.source, &plan.settled.door, again)?;
            }
            if let (Some(address), Some(validators)) = (&plan.addresses.linked, &plan.page) {
                self.store.put_page(&plan.source, address, validators)?;
            }
        }
        for visit in visits {
            self.put_visit(visit)?;
        }
        self.put_later()?;
        let (seq, hash) = self.log.head();
        Ok(self.store.put_log_head(seq, hash)?)
    }

    fn put_visit(&mut self, visit: &Visit) -> Result<()> {
        let source = &visit.door.source;
        for noted in &visit.noted {
            self.store.put_noted(source, &visit.door.url, noted)?;
        }
        for child in &visit.children {
            self.store.add_door(child)?;
        }
        for settled in &visit.settled {
            self.store.put_entry(source, settled)?;
            self.store.drop_waiting(source, &settled.key)?;
        }
        for row in &visit.waiting {
            self.store.put_waiting(source, &visit.door.url, row)?;
        }
        self.later.remove(&(source.clone(), visit.door.url.clone()));
        Ok(self.store.put_door(&visit.door)?)
    }

    fn put_later(&self) -> Result<()> {
        for door in self.later.values() {
            self.store.put_door(door)?;
        }
        for row in self.hosts_later.values() {
            self.store.put_host(row)?;
        }
        Ok(())
    }

    /// Commits what was written, or forgets it.
    fn finish(&mut self, written: Result<()>) -> Result<()> {
        match written {
            Ok(()) => {
                self.store.commit()?;
                self.later.clear();
                self.hosts_later.clear();
                Ok(())
            }
            Err(error) => {
                self.store.roll_back()?;
                Err(error)
            }
        }
    }

    /// What will be written for a finding, if anything; its path and intent are put in the state.
    fn plan(
        &mut self,
        mut finding: Finding,
        planned: &BTreeSet<ArticleId>,
        sites: &mut Sites,
        now: Timestamp,
    ) -> Result<Plan> {
        let source = finding.source.id.clone();
        let content = dedup::content_fingerprint(&finding.article);
        let own = self.own(&mut finding, content)?;
        if let Some(row) = own.as_ref().filter(|row| planned.contains(&row.id)) {
            // The same article came through two doors at once: one of them writes it.
            return Ok(Plan::nothing(&finding, Outcome::Duplicate, row));
        }
        if let Some(row) = &own
            && self.leads_elsewhere(&finding, row)?
        {
            finding.addresses = Addresses::default();
            return Ok(Plan::nothing(&finding, Outcome::Unchanged, row));
        }
        let before = match own.as_ref().filter(|row| row.revision > 0) {
            Some(row) => self.tree.read(&format!("{}.json", row.path))?,
            None => None,
        };
        if let Some(before) = &before {
            plan::keep_from_feed(&mut finding.article, before);
        }
        let known = (own.as_ref(), before.as_deref());
        let fingerprint = sites.clear(&self.store, &mut finding.article, known)?;
        if let (Some(before), Some(row)) = (&before, &own)
            && plan::lacks_pages_of(&finding.article, before)
        {
            return Ok(Plan::nothing(&finding, Outcome::Unchanged, row));
        }
        let neighbors = self.neighbors(&finding, own.as_ref(), content, now)?;
        let verdict = dedup::judge(fingerprint, plan::is_teaser(&finding.article), neighbors);
        let (verdict, changes) = plan::without_noise(verdict, before.as_deref(), &finding.article);
        let plan = match (&verdict, own) {
            (Verdict::Unchanged(_), Some(row)) => {
                let outcome = if finding.is_new { Outcome::Duplicate } else { Outcome::Unchanged };
                Plan::nothing(&finding, outcome, &row)
            }
            (_, own) => {
                let judged = Judged { fingerprint, content, verdict, changes, before };
                self.write_article(finding, own, judged, (planned, now))?
            }
        };
        if let Some(row) = plan.intended() {
            self.store.put_article(&row)?;
        }
        if let Some(id) = &plan.settled.article {
            for address in plan.addresses.reached() {
                self.store.put_url(&source, address, id, true)?;
            }
            if let Some(declared) = &plan.addresses.declared {
                self.store.put_url(&source, declared, id, false)?;
            }
        }
        Ok(plan)
    }
}

/// The row of an article that was never seen: its id and path are chosen here, once.
fn new_row(finding: &Finding, now: Timestamp) -> ArticleRow {
    let Source { id: source, zone, .. } = finding.source.as_ref();
    let id = ArticleId::of(source, &finding.key);
    ArticleRow {
        path: path_of(finding, &id, zone, now),
        id,
        source: source.clone(),
        revision: 0,
        fingerprint: Fingerprint::of([]),
        content: None,
        sha256: String::new(),
        is_teaser: false,
        first_seen: now.as_second(),
        intent: None,
    }
}

fn path_of(finding: &Finding, id: &ArticleId, zone: &TimeZone, now: Timestamp) -> String {
    let named = crate::model::Article {
        id: id.0.clone(),
        source: Some(finding.source.id.to_string()),
        title: finding.article.title.clone(),
        published: finding.article.published,
        ..crate::model::Article::default()
    };
    render::path(&named, zone, now)
}

/// `yyyy-mm-dd` in UTC.
fn day(now: Timestamp) -> String {
    now.strftime("%Y-%m-%d").to_string()
}
