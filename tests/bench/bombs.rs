//! What bodies cost that would take all memory or all time: nothing that the sources beside them notice.

use crate::{
    load::{feed, page, runtime},
    program::Program,
    report::Figure,
    setting::Setting,
};
use anyhow::ensure;
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use khabar::io::clock::Clock;
use sha2::{Digest as _, Sha256};
use std::{
    io::{self, Read},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval},
};
use world::{Origin, Reply, Request, Wire};

/// What each bomb becomes.
const BOMB_BYTES: u64 = 300 << 20;
/// What each is made of: so many bytes, of which those of a seed cannot be packed.
const BLOCK_BYTES: usize = 1 << 20;
const SEED_BYTES: usize = 960;
/// What a bomb is at most.
const PACKED_BYTES_MAX: usize = 400_000;
/// Feeds beside the bombs, each with an entry and its page.
const HEALTHY: usize = 20;
/// Feeds without end that are asked at the same time, in a run of their own.
const CROWD: usize = 10;
/// Most memory more than without bombs, in MB: 20 MiB.
const MEMORY_MB: f64 = 20.971_52;
/// The deadline of a request, and what its end may be late.
const DEADLINE_SECS: f64 = 30.5;
/// The time in which all of a single run set off, and the healthy are done.
const HEALTHY_SECS: f64 = 5.0;

/// Peak memory of a run with the healthy sources only, and of one with all; and what became of each.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let yard = Yard::start()?;
    let base = Program::start(&Setting::new("", yard.healthy())?, &["--once", "--json"])?.finish()?;
    let setting = Setting::new("", yard.healthy().chain(yard.bad()))?;
    let began = Clock::system().now();
    let used = Program::start(&setting, &["--once", "--json"])?.finish()?;
    let summary = setting.summary()?;
    let unexpected: Vec<String> = yard.bad.iter().filter_map(|bad| bad.unlike(&summary)).collect();
    ensure!(unexpected.is_empty(), "{}", unexpected.join("; "));
    for id in ["gzip-page", "br-page", "zstd-page"] {
        ensure!(setting.teasers(id, "fetch/too-large")? == 1, "{id} was not refused");
    }
    let published = setting.summed("published")?;
    ensure!(published == HEALTHY as u64 + 3, "{published} articles of {HEALTHY} and three teasers");
    let last_healthy = yard.last_healthy(began);
    let crowd = Setting::new("", yard.healthy().chain(yard.crowd()))?;
    let crowded = Program::start(&crowd, &["--once", "--json"])?.finish()?;
    let ends = crowd.summary()?.to_string();
    ensure!(ends.matches(AT_CAP).count() == CROWD, "not all of the endless were stopped at the cap");
    let drips = yard.drips.lock().unwrap_or_else(PoisonError::into_inner).clone();
    ensure!(drips.len() == DRIPS.len() * ROLES.len(), "only {} drips were asked", drips.len());
    let longest = drips.into_iter().max().unwrap_or_default().as_secs_f64();
    Ok(vec![
        Figure::bounded("bombs and drips: memory above none", used.peak_mb - base.peak_mb, "MB", MEMORY_MB),
        Figure::told(
            "  ten endless bodies at once, each stopped at the cap",
            crowded.peak_mb - base.peak_mb,
            "MB",
        ),
        Figure::told("  memory without", base.peak_mb, "MB"),
        Figure::bounded("  longest drip until it is cut off", longest, "s", DEADLINE_SECS),
        Figure::bounded("  last healthy page asked for after the start", last_healthy, "s", HEALTHY_SECS),
        Figure::told("  CPU above none", used.cpu_secs - base.cpu_secs, "s"),
    ])
}

/// What a bad site does it to.
const ROLES: [&str; 2] = ["feed", "page"];
/// What drips a byte a second.
const DRIPS: [&str; 2] = ["head", "body"];

/// A source that must come to no good.
struct Bad {
    id: String,
    toml: (String, String),
    /// Where its summary tells so, and what it must say there.
    pointer: &'static str,
    expected: &'static str,
}

impl Bad {
    fn new(id: &str, feed: &str, others: &str, outcome: (&'static str, &'static str)) -> Self {
        let (pointer, expected) = outcome;
        Self { id: id.to_owned(), toml: source(id, feed, others), pointer, expected }
    }

    /// What became of it instead of what must.
    fn unlike(&self, summary: &serde_json::Value) -> Option<String> {
        let mut sources = summary.get("sources").and_then(serde_json::Value::as_array).into_iter().flatten();
        let found = sources.find(|source| source.get("source").is_some_and(|id| *id == self.id.as_str()));
        let found = found.cloned().unwrap_or_default();
        let said = found.pointer(self.pointer).map(ToString::to_string).unwrap_or_default();
        (!said.contains(self.expected)).then(|| format!("{} came to {found}", self.id))
    }
}

/// All sites, until dropped.
struct Yard {
    healthy: Vec<Origin>,
    /// Feeds without end, for a run of their own.
    crowd: Vec<Origin>,
    bad: Vec<Bad>,
    /// How long each dripping answer went on.
    drips: Drips,
    origins: Vec<Origin>,
    dripping: JoinSet<()>,
    // Last, so that it outlives the others.
    runtime: Runtime,
}

/// Lengths of dripping answers.
type Drips = Arc<Mutex<Vec<Duration>>>;

impl Yard {
    fn start() -> anyhow::Result<Self> {
        let runtime = runtime()?;
        let healthy = (0..HEALTHY).map(|_| runtime.block_on(Origin::start(|request| decent(request, None))));
        let healthy = healthy.collect();
        let mut yard = Self {
            healthy,
            crowd: Vec::new(),
            bad: Vec::new(),
            drips: Drips::default(),
            origins: Vec::new(),
            dripping: JoinSet::new(),
            runtime,
        };
        for (coding, bomb) in [("gzip", gzip()?), ("br", brotli()?), ("zstd", zstd::encode_all(bomb(), 3)?)] {
            ensure!(bomb.len() <= PACKED_BYTES_MAX, "{coding}: {} bytes", bomb.len());
            let reply = Reply::new(200, "text/xml", bomb).with("content-encoding", coding);
            yard.add(&format!("{coding}-feed"), "/feed", reply.clone(), TOO_LARGE);
            let reply = reply.with("content-type", "text/html");
            yard.add(&format!("{coding}-page"), "/page/1", reply, TEASER);
        }
        let endless = Reply::new(200, "text/xml", "").over(Wire::Endless);
        for drip in DRIPS {
            for role in ROLES {
                yard.add_drip(drip, role)?;
            }
        }
        for _ in 0..CROWD {
            let endless = endless.clone();
            let origin = yard.runtime.block_on(Origin::start(move |_| endless.clone()));
            yard.crowd.push(origin);
        }
        Ok(yard)
    }

    /// A decent site but for one address.
    fn add(&mut self, id: &str, path: &'static str, bad: Reply, outcome: (&'static str, &'static str)) {
        let answer = move |request: &Request| decent(request, Some((path, &bad)));
        let origin = self.runtime.block_on(Origin::start(answer));
        self.bad.push(Bad::new(id, &origin.url("/feed"), "", outcome));
        self.origins.push(origin);
    }

    /// A site that drips: its feed, or the page that the feed of a decent one links to.
    fn add_drip(&mut self, drip: &'static str, role: &'static str) -> anyhow::Result<()> {
        let listener = self.runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let host = listener.local_addr()?.to_string();
        let drips = Arc::clone(&self.drips);
        let serving = async move {
            while let Ok((stream, _)) = listener.accept().await {
                // The client's end of a connection is what is waited for.
                drop(trickle(stream, drip, &drips).await);
            }
        };
        self.dripping.spawn_on(serving, self.runtime.handle());
        let id = format!("{drip}-{role}");
        if role == "feed" {
            self.bad.push(Bad::new(&id, &format!("http://{host}/feed"), "", TIMEOUT));
            return Ok(());
        }
        let item = format!("<item><title>Bridge</title><link>http://{host}/page/1</link></item>");
        let answer = move |request: &Request| Reply::new(200, "text/xml", feed(&request.host, "town", &item));
        let origin = self.runtime.block_on(Origin::start(answer));
        self.bad.push(Bad::new(&id, &origin.url("/feed"), &host, WAITS));
        self.origins.push(origin);
        Ok(())
    }

    /// The files of the healthy sources.
    fn healthy(&self) -> impl Iterator<Item = (String, String)> {
        let file = |(n, site): (usize, &Origin)| source(&format!("paper-{n}"), &site.url("/feed"), "");
        self.healthy.iter().enumerate().map(file)
    }

    /// The files of the others.
    fn bad(&self) -> impl Iterator<Item = (String, String)> {
        self.bad.iter().map(|bad| bad.toml.clone())
    }

    /// The files of the feeds without end.
    fn crowd(&self) -> impl Iterator<Item = (String, String)> {
        let file = |(n, site): (usize, &Origin)| source(&format!("endless-{n}"), &site.url("/feed"), "");
        self.crowd.iter().enumerate().map(file)
    }

    /// Seconds until the last request to a healthy site.
    fn last_healthy(&self, began: Timestamp) -> f64 {
        let last = self.healthy.iter().filter_map(|site| site.log().last().map(|asked| asked.at)).max();
        last.map_or(f64::INFINITY, |last| last.duration_since(began).as_secs_f64())
    }
}

/// What is said of a body that was stopped at the cap.
const AT_CAP: &str = "of 16777216";

/// Where the summary of a source tells of a failure, and of entries.
const TOO_LARGE: (&str, &str) = ("/failure/code", "fetch/too-large");

const TIMEOUT: (&str, &str) = ("/failure/code", "fetch/timeout");
const TEASER: (&str, &str) = ("/entries/published", "1");
const WAITS: (&str, &str) = ("/entries/deferred", "1");

/// The file of a source; it may reach its own host and another.
fn source(id: &str, feed: &str, other: &str) -> (String, String) {
    let host = feed.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let allowed: Vec<&str> = [host, other].into_iter().filter(|host| !host.is_empty()).collect();
    let text = format!(
        "[[source]]\nid = \"{id}\"\nallow_private = {allowed:?}\n\n[[source.feed]]\nurl = \"{feed}\"\n"
    );
    (format!("{id}.toml"), text)
}

/// A feed of one entry and its page, but for one address.
fn decent(request: &Request, but: Option<(&str, &Reply)>) -> Reply {
    if let Some((_, bad)) = but.filter(|(path, _)| *path == request.path) {
        return bad.clone();
    }
    // Pages differ from site to site as their hosts do.
    let name = request.host.trim_start_matches("127.0.0.1:");
    match request.path.as_str() {
        "/feed" => {
            let host = &request.host;
            let item = format!("<item><title>Bridge {name}</title><link>http://{host}/page/1</link></item>");
            Reply::new(200, "text/xml", feed(host, name, &item))
        }
        "/page/1" => Reply::new(200, "text/html", page(name)),
        _ => Reply::new(404, "text/plain", "no such page"),
    }
}

/// Answers a request a byte a second until the client has enough.
async fn trickle(mut stream: TcpStream, drip: &str, drips: &Drips) -> io::Result<()> {
    let (mut head, mut read) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut read).await? {
            0 => return Ok(()),
            length => head.extend_from_slice(read.get(..length).unwrap_or_default()),
        }
    }
    if head.starts_with(b"GET /robots.txt") {
        return stream
            .write_all(b"HTTP/1.1 404 None\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            .await;
    }
    let began = Instant::now();
    if drip == "body" {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 9999\r\n\r\n")
            .await?;
    }
    let answer = b"HTTP/1.1 200 OK\r\nx-drip: ".iter().copied().chain(std::iter::repeat(b'a'));
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for byte in answer {
        tokio::select! {
            biased;
            _ended = stream.read(&mut read) => break,
            _tick = second.tick() => if stream.write_all(&[byte]).await.is_err() { break },
        }
    }
    drips.lock().unwrap_or_else(PoisonError::into_inner).push(began.elapsed());
    Ok(())
}

/// A bomb, unpacked: blocks of white space that begin with what cannot be packed.
fn bomb() -> impl Read {
    let space = (BLOCK_BYTES - SEED_BYTES) as u64;
    let block = move |number: u64| {
        let seed: Vec<u8> = (0..SEED_BYTES as u64 / 32)
            .flat_map(|nth| Sha256::digest([number.to_le_bytes(), nth.to_le_bytes()].concat()))
            .collect();
        Box::new(Read::chain(io::Cursor::new(seed), Read::take(io::repeat(b' '), space))) as Box<dyn Read>
    };
    let none = Box::new(io::empty()) as Box<dyn Read>;
    (0..BOMB_BYTES / BLOCK_BYTES as u64)
        .map(block)
        .fold(none, |read, block| Box::new(Read::chain(read, block)))
}

fn gzip() -> io::Result<Vec<u8>> {
    let mut coder = GzEncoder::new(Vec::new(), Compression::best());
    // White space alone is packed a thousandfold, and no more.
    io::copy(&mut Read::take(io::repeat(b' '), BOMB_BYTES), &mut coder)?;
    coder.finish()
}

fn brotli() -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let parameters = BrotliEncoderParams { quality: 5, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut bomb(), &mut packed, &parameters)?;
    Ok(packed)
}
