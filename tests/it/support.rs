//! What the tests of the whole program share: a folder with a configuration, ways to run khabar in it, and the
//! sweep that proves that tree, log and state agree.

use crate::interchange;
use data_encoding::HEXLOWER;
use khabar::{
    config,
    daemon::{self, Control, Setup, Summary},
    io::{
        clock::Clock,
        fetch::{Fetch, Http},
        observe::Observer,
        publish::{Line, Probe},
        store::Store,
    },
    judges::render::{Format, article_of_json, file},
    model::{Article, ArticleId, Outcome, SourceId},
    pipeline::verify::{self, Look},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::mpsc;
use world::{TrueArticle, World};

/// A folder with a configuration, its state and its news.
#[derive(Debug)]
pub(crate) struct Place {
    folder: PathBuf,
    // Removes the folder at the end; not where the folder is another process's.
    _owned: Option<TempDir>,
}

impl Place {
    /// A folder for sources on this machine: no gap between requests, and what else `settings` says (keys of
    /// `[fetch]`, then further tables).
    pub(crate) fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Self { folder: folder.path().to_owned(), _owned: Some(folder) };
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        let main = format!(
            "[output]\ndir = {:?}\n[state]\ndir = {:?}\n[fetch]\ncontact = \"desk@example.org\"\nhost_gap_ms = 0\n{settings}",
            text(place.news()),
            text(place.state())
        );
        fs::create_dir(place.folder.join("sources.d")).unwrap();
        put(&place.main(), main.as_bytes());
        place
    }

    /// The same, but every article is written in every format.
    pub(crate) fn in_all_formats(self) -> Self {
        let names = Format::ALL.map(Format::name);
        let main = fs::read_to_string(self.main()).unwrap();
        put(&self.main(), main.replace("[state]", &format!("formats = {names:?}\n[state]")).as_bytes());
        self
    }

    /// A folder whose sources are the sites of a world.
    pub(crate) fn of_world(settings: &str, world: &World, bases: &[String]) -> Self {
        let place = Self::new(settings);
        for (name, text) in world.sources_toml(bases) {
            place.put_source(&name, &text);
        }
        place
    }

    /// The folder of another process, by its main configuration file.
    pub(crate) fn at(main: &Path) -> Self {
        Self { folder: main.parent().unwrap().to_owned(), _owned: None }
    }

    /// Adds or replaces a file of sources.
    pub(crate) fn put_source(&self, name: &str, text: &str) {
        put(&self.folder.join("sources.d").join(name), text.as_bytes());
    }

    /// The main configuration file.
    pub(crate) fn main(&self) -> PathBuf {
        self.folder.join("khabar.toml")
    }

    /// The output folder.
    pub(crate) fn news(&self) -> PathBuf {
        self.folder.join("news")
    }

    /// The state folder.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// The binary with these arguments and this configuration.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = khabar();
        command.args(arguments).arg("--config").arg(self.main());
        command
    }

    /// Runs the binary with these arguments and this configuration to its end.
    pub(crate) fn khabar(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A daemon of this configuration on the real network and clock.
    pub(crate) fn setup(&self, probe: Probe) -> (mpsc::Sender<Control>, Setup) {
        self.setup_at(Clock::system(), probe)
    }

    fn setup_at(&self, clock: Clock, probe: Probe) -> (mpsc::Sender<Control>, Setup) {
        let for_fetch = clock.clone();
        let fetch = Arc::new(move |options: &khabar::io::fetch::Options| {
            Ok(Arc::new(Http::new(options.clone(), for_fetch.clone())?) as Arc<dyn Fetch>)
        });
        self.setup_with(fetch, clock, probe)
    }

    /// A daemon of this configuration on a network and a clock of the test.
    pub(crate) fn setup_with(
        &self,
        fetch: daemon::MakeFetch,
        clock: Clock,
        probe: Probe,
    ) -> (mpsc::Sender<Control>, Setup) {
        let main = self.main();
        let config = config::load(&main).unwrap_or_else(|faults| {
            panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        let (orders, control) = mpsc::channel(4);
        let load = Arc::new(move || config::load(&main));
        (
            orders,
            Setup { config, load, fetch, clock, observer: Arc::new(Observer::default()), probe, control },
        )
    }

    /// Polls every door once, in this process.
    pub(crate) async fn run_once(&self) -> Summary {
        self.run_once_at(Clock::system()).await
    }

    /// The same, on another clock.
    pub(crate) async fn run_once_at(&self, clock: Clock) -> Summary {
        let (_orders, setup) = self.setup_at(clock, |_step| {});
        daemon::run_once(setup, |_| {}).await.unwrap()
    }

    /// Sees that tree, log and state agree; see [`sweep`].
    pub(crate) fn sweep(&self) -> Swept {
        sweep(&self.news(), &self.state())
    }
}

/// The binary, quiet about color and without what the environment may say about logs.
pub(crate) fn khabar() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_khabar"));
    command.env_remove("KHABAR_LOG").env_remove("NOTIFY_SOCKET").env_remove("JOURNAL_STREAM");
    command.stdin(Stdio::null());
    command
}

/// Writes a file of the test's own.
#[expect(clippy::disallowed_methods, reason = "a test's own file needs no atomic publish")]
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

/// Sends a process a signal, by name.
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success(), "kill -s {name} failed");
}

/// Waits until something is so, looking every few milliseconds; a minute at most.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let clock = Clock::system();
    let start = clock.instant();
    while !is_so() {
        assert!(clock.instant() - start < Duration::from_mins(1), "waited a minute for this: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What a sweep found.
#[derive(Debug)]
pub(crate) struct Swept {
    /// The articles by their path below the output folder.
    pub(crate) articles: BTreeMap<String, Article>,
    /// The posts of live pages by their path below the output folder.
    pub(crate) posts: BTreeMap<String, Article>,
    /// The live pages by their path below the output folder.
    pub(crate) coverages: BTreeMap<String, serde_json::Value>,
    /// The superseded revisions, by id and number.
    pub(crate) revisions: BTreeMap<(String, u64), Article>,
    /// The event log.
    pub(crate) log: Vec<Line>,
    /// How many files there are in each format, superseded revisions among the JSON.
    pub(crate) formats: BTreeMap<Format, usize>,
}

impl Swept {
    /// The articles of a source.
    pub(crate) fn of<'a>(&'a self, source: &str) -> impl Iterator<Item = &'a Article> + use<'a> {
        let source = source.to_owned();
        self.articles.values().filter(move |article| article.source.as_ref() == Some(&source))
    }

    /// The one article of a source.
    pub(crate) fn only(&self, source: &str) -> &Article {
        let mut articles = self.of(source);
        let (first, second) = (articles.next(), articles.next());
        assert!(second.is_none(), "{source} has more than one article");
        first.unwrap_or_else(|| panic!("{source} has no article"))
    }

    /// The events of a name.
    pub(crate) fn events<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.log.iter().filter(move |line| line.event == name)
    }
}

/// Sees that tree, log and state agree after an orderly end: every file complete, one a article and address, the log's
/// chain whole, each article new exactly once, the state of every article equal to its file, nothing left over.
pub(crate) fn sweep(news: &Path, state: &Path) -> Swept {
    let mut swept = Swept {
        articles: BTreeMap::new(),
        posts: BTreeMap::new(),
        coverages: BTreeMap::new(),
        revisions: BTreeMap::new(),
        log: log_of(news),
        formats: BTreeMap::new(),
    };
    let mut posts = BTreeMap::new();
    let mut hashes = BTreeMap::new();
    let mut beside: BTreeMap<Format, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for path in files(news) {
        let short = path.strip_prefix(news).unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.ends_with(b"\n"), "{short} has no end");
        let name: Vec<&str> = short.split('/').collect();
        if let (["articles" | "live", ..], Some((format, path))) = (name.as_slice(), beside_of(&short)) {
            beside.entry(format).or_default().insert(path, bytes);
            continue;
        }
        match (name.as_slice(), short.rsplit_once('.')) {
            (["articles", ..], Some((stem, "json"))) => {
                let article = article_of_json(&bytes).unwrap_or_else(|| panic!("{short} is no article"));
                assert_eq!(file(&article, Format::Json), bytes, "{short} reads back as something else");
                hashes.insert((article.id.clone(), article.revision), sha256(&bytes));
                assert!(stem.ends_with(&format!("-{}", article.id)), "{short} has the id {}", article.id);
                swept.articles.insert(short, article);
            }
            (["live", _, _, "coverage.json"], _) => {
                swept.coverages.insert(short, serde_json::from_slice(&bytes).unwrap());
            }
            (["live", _, coverage, _], Some((stem, "json"))) => {
                let post = article_of_json(&bytes).unwrap_or_else(|| panic!("{short} is no post"));
                assert_eq!(file(&post, Format::Json), bytes, "{short} reads back as something else");
                assert!(stem.ends_with(&format!("/{}", post.id)), "{short} has the id {}", post.id);
                assert_eq!(post.part_of.as_deref(), Some(*coverage), "{short}");
                posts.insert(post.id.clone(), sha256(&bytes));
                swept.posts.insert(short, post);
            }
            (["revisions", id, number], _) => {
                let article = article_of_json(&bytes).unwrap_or_else(|| panic!("{short} is no article"));
                interchange::is_article(&short, &bytes);
                assert_eq!(article.id, *id, "{short}");
                assert_eq!(format!("{}.json", article.revision), *number, "{short}");
                if article.part_of.is_none() {
                    hashes.insert((article.id.clone(), article.revision), sha256(&bytes));
                }
                swept.revisions.insert((article.id.clone(), article.revision), article);
            }
            (["log", _], _) => {}
            _ => panic!("{short} does not belong into the tree"),
        }
    }
    swept.formats = beside_agree(&swept, beside);
    each_once(&swept);
    log_agrees(&swept, &hashes);
    posts_agree(&swept, &posts);
    state_agrees(&swept, state, &hashes);
    assert_eq!(verify::verify(news, state, Look::default()).unwrap().damage, []);
    swept
}

/// The format of a file that lies beside an article, and the path of that article.
fn beside_of(short: &str) -> Option<(Format, String)> {
    [Format::Markdown, Format::Ninjs, Format::Text].into_iter().find_map(|format| {
        let stem = short.strip_suffix(format.extension())?.strip_suffix('.')?;
        Some((format, format!("{stem}.json")))
    })
}

/// Beside each article lies its Markdown and, where there is one file of a further format, its file of that; each is
/// what its article makes. Gives how many files of a format there are.
fn beside_agree(
    swept: &Swept,
    mut beside: BTreeMap<Format, BTreeMap<String, Vec<u8>>>,
) -> BTreeMap<Format, usize> {
    beside.entry(Format::Markdown).or_default();
    let articles = swept.articles.iter().chain(&swept.posts);
    articles.clone().for_each(|(path, article)| interchange::is_article(path, &file(article, Format::Json)));
    let mut counts = BTreeMap::from([(Format::Json, articles.clone().count() + swept.revisions.len())]);
    for (format, mut files) in beside {
        counts.insert(format, files.len());
        for (path, article) in articles.clone() {
            let there = files.remove(path).unwrap_or_default();
            assert_eq!(there, file(article, format), "the {} beside {path}", format.name());
            interchange::is_sound(path, article, (format, &there));
        }
        assert!(files.is_empty(), "{} without JSON: {:?}", format.name(), files.keys());
    }
    counts
}

/// One file an id, and one an address within its source.
fn each_once(swept: &Swept) {
    let (mut ids, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    for (path, article) in &swept.articles {
        assert!(ids.insert(&article.id), "{path}: its id is there twice");
        if let Some(url) = &article.url {
            assert!(addresses.insert((&article.source, url)), "{path}: {url} is there twice");
        }
    }
    ids.extend(swept.posts.values().map(|post| &post.id));
    for (id, number) in swept.revisions.keys() {
        assert!(ids.contains(id), "a revision {number} of {id}, which is not there");
    }
}

/// The log's chain is whole and it tells of each revision of each article once, with its hash.
fn log_agrees(swept: &Swept, hashes: &BTreeMap<(String, u64), String>) {
    let mut told = BTreeMap::new();
    for line in &swept.log {
        let is_new = match line.event.as_str() {
            "article.new" => true,
            "article.revised" => false,
            _ => continue,
        };
        let (id, revision) = (line.id.clone().unwrap(), line.data["revision"].as_u64().unwrap());
        assert_eq!(is_new, revision == 1, "event {}: revision {revision}", line.seq);
        let before = told.insert((id, revision), line.sha256.clone().unwrap());
        assert_eq!(before, None, "event {} tells a revision again", line.seq);
        let path = line.path.as_ref().unwrap();
        assert_eq!(Some(&swept.articles[path].id), line.id.as_ref(), "event {}", line.seq);
    }
    assert_eq!(&told, hashes, "the revisions that the log tells of, and those that are there");
}

/// Each post is new once, its revisions follow each other, its file is what the log told last; its live page lists it.
fn posts_agree(swept: &Swept, posts: &BTreeMap<String, String>) {
    let mut told: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for line in swept.log.iter().filter(|line| line.event.starts_with("post.")) {
        let (id, revision) = (line.id.clone().unwrap(), line.data["revision"].as_u64().unwrap());
        let before = told.insert(id, (revision, line.sha256.clone().unwrap()));
        let wanted = before.map_or(0, |(revision, _)| revision)
            + u64::from(matches!(line.event.as_str(), "post.new" | "post.revised"));
        assert_eq!(revision, wanted, "event {}: {}", line.seq, line.event);
    }
    let last: BTreeMap<String, String> = told.into_iter().map(|(id, (_, hash))| (id, hash)).collect();
    assert_eq!(&last, posts, "the posts that the log tells of, and those that are there");
    for (path, coverage) in &swept.coverages {
        let folder = path.strip_suffix("coverage.json").unwrap();
        let listed: BTreeSet<String> = coverage["posts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|post| format!("{folder}{}.json", post["id"].as_str().unwrap()))
            .collect();
        let there: BTreeSet<String> =
            swept.posts.keys().filter(|path| path.starts_with(folder)).cloned().collect();
        assert_eq!(listed, there, "{path}");
    }
}

/// The state knows every article of the tree as it is, and no other.
fn state_agrees(swept: &Swept, state: &Path, hashes: &BTreeMap<(String, u64), String>) {
    let store = Store::open(state).unwrap();
    assert_eq!(store.intents().unwrap(), [], "something is still being written");
    let count = (swept.articles.len() + swept.posts.len()) as u64;
    assert_eq!(store.articles_published().unwrap(), count, "articles of the state");
    assert_eq!(store.works().unwrap(), [""; 0], "something is still being written");
    for (path, article) in &swept.articles {
        let row = store.article(&ArticleId(article.id.clone())).unwrap();
        let row = row.unwrap_or_else(|| panic!("{path} is not in the state"));
        assert_eq!(format!("{}.json", row.path), *path);
        assert_eq!(row.revision, article.revision, "{path}");
        assert_eq!(row.sha256, hashes[&(article.id.clone(), article.revision)], "{path}");
        assert_eq!(Some(&*row.source.0), article.source.as_deref(), "{path}");
    }
    let (seq, _) = store.log_head().unwrap();
    assert_eq!(seq, swept.log.last().map_or(0, |line| line.seq), "the last event that the state knows");
}

/// The event log, its chain proved.
pub(crate) fn log_of(news: &Path) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut before = String::new();
    let Ok(folder) = fs::read_dir(news.join("log")) else { return lines };
    let mut days: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    days.retain(|day| day.extension().is_some_and(|extension| extension == "ndjson"));
    days.sort();
    for day in days {
        let text = fs::read_to_string(&day).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{}: a torn line", day.display());
        for text in text.lines() {
            let line: Line = serde_json::from_str(text).unwrap();
            assert_eq!(line.seq, lines.len() as u64 + 1, "{}: a gap", day.display());
            assert_eq!(line.prev, before, "event {}: the chain is broken", line.seq);
            before = sha256(text.as_bytes());
            lines.push(line);
        }
    }
    lines
}

/// All files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

/// SHA-256, hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Articles are compared with what their editors wrote: each is there exactly once with its newest text, and nothing
/// is there that no one wrote.
pub(crate) fn equals_truth(swept: &Swept, truth: &[TrueArticle]) {
    let mut left: BTreeMap<(&str, String), &Article> = BTreeMap::new();
    for article in swept.articles.values() {
        let key = (article.source.as_deref().unwrap(), article.url.clone().unwrap());
        assert!(left.insert(key, article).is_none());
    }
    for wanted in truth {
        let url = url::Url::parse(&wanted.url).unwrap();
        let article = left.remove(&(wanted.site_id.as_str(), url.to_string()));
        let article = article.unwrap_or_else(|| panic!("lost: {} {url}", wanted.site_id));
        assert_eq!(article.title, wanted.title, "{url}");
        for paragraph in &wanted.paragraphs {
            assert!(
                article.text.contains(paragraph.as_str()),
                "{url} lacks: {paragraph}\nhas: {}",
                article.text
            );
        }
    }
    assert!(left.is_empty(), "no one wrote these: {:?}", left.keys());
}

/// How many entries of a source ended so.
pub(crate) fn ended(summary: &Summary, source: &str, outcome: Outcome) -> u64 {
    of_source(summary, source).tally.ended(outcome)
}

/// What came of a source.
pub(crate) fn of_source<'a>(summary: &'a Summary, source: &str) -> &'a daemon::SourceSummary {
    let id = SourceId(source.into());
    summary.sources().find(|(found, _)| **found == id).map(|(_, summary)| summary).unwrap()
}
