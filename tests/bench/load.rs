//! Small sites on loopback: feeds and listings of one entry or of none, and the pages of those entries.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    runtime::{Builder, Runtime},
    time::Instant,
};
use world::{Origin, Reply, Request};

/// Sites on some ports of loopback, until dropped.
#[derive(Debug)]
pub(crate) struct Load {
    origins: Vec<Origin>,
    seen: Arc<Seen>,
    // Last, so that it outlives the origins.
    _runtime: Runtime,
}

/// What was asked.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    first: OnceLock<Instant>,
    full: AtomicUsize,
    unchanged: AtomicUsize,
}

impl Load {
    /// Sites on `hosts` ports.
    pub(crate) fn start(hosts: usize) -> anyhow::Result<Self> {
        let runtime = runtime()?;
        let seen = Arc::new(Seen::default());
        let origins = (0..hosts).map(|_| {
            let seen = Arc::clone(&seen);
            runtime.block_on(Origin::start(move |request| seen.answer(request)))
        });
        Ok(Self { origins: origins.collect(), seen, _runtime: runtime })
    }

    /// `host:port` of the `n`-th, counting around.
    pub(crate) fn host(&self, n: usize) -> String {
        let origin = self.origins.iter().cycle().nth(n % self.origins.len().max(1));
        origin.map(|origin| origin.addr().to_string()).unwrap_or_default()
    }

    /// When the first request came.
    pub(crate) fn first(&self) -> Option<Instant> {
        self.seen.first.get().copied()
    }

    /// Feeds sent whole.
    pub(crate) fn full(&self) -> usize {
        self.seen.full.load(Ordering::Relaxed)
    }

    /// Feeds answered with 304.
    pub(crate) fn unchanged(&self) -> usize {
        self.seen.unchanged.load(Ordering::Relaxed)
    }
}

/// What the sites of a scene run on.
pub(crate) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(1).enable_all().build()
}

impl Seen {
    fn answer(&self, request: &Request) -> Reply {
        self.first.get_or_init(Instant::now);
        if let Some(name) = request.path.strip_prefix("/page/") {
            return Reply::new(200, "text/html; charset=utf-8", page(name));
        }
        if request.is_conditional() {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Reply::bare(304).with("etag", "\"1\"");
        }
        self.full.fetch_add(1, Ordering::Relaxed);
        let (kind, name) = request.path.trim_start_matches('/').split_once('/').unwrap_or_default();
        let (media_type, body) = match kind {
            "list" => ("text/html", listing(name)),
            "quiet" => ("text/xml", feed(&request.host, name, "")),
            _ => ("text/xml", feed(&request.host, name, &item(&request.host, name))),
        };
        Reply::new(200, media_type, body)
            .with("etag", "\"1\"")
            .with("last-modified", "Mon, 02 Mar 2026 06:00:00 GMT")
    }
}

/// A feed of these items.
pub(crate) fn feed(host: &str, name: &str, items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Paper {name}</title>\
         <link>http://{host}/</link><description>Town news</description>{items}</channel></rss>"
    )
}

/// An entry of a feed.
fn item(host: &str, name: &str) -> String {
    format!(
        "<item><title>Bridge of {name} opens</title><link>http://{host}/page/{name}</link>\
         <guid>{name}</guid><pubDate>Mon, 02 Mar 2026 05:30:00 GMT</pubDate></item>"
    )
}

/// A listing of one card.
fn listing(name: &str) -> String {
    format!(
        "<html><body><div class=\"card\"><h2><a href=\"/page/{name}\">Bridge of {name} opens</a></h2>\
         <span class=\"date\">2026-03-02 05:30</span></div></body></html>"
    )
}

/// An article.
pub(crate) fn page(name: &str) -> String {
    let paragraph = format!(
        "<p>The bridge of {name} was opened on Monday after two years of work, the mayor said, and the first \
         carts crossed it before noon while the school band played.</p>"
    );
    format!(
        "<html lang=\"en\"><head><title>Bridge of {name} opens</title></head><body><article>\
         <h1>Bridge of {name} opens</h1><time datetime=\"2026-03-02T05:30:00Z\">2 March</time>\
         <div class=\"body\">{}</div></article></body></html>",
        paragraph.repeat(4)
    )
}
