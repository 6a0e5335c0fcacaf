//! The settings of `khabar.toml`: every key with its type, unit, default, bounds and reason.
//!
//! `config/khabar.toml` says the same to the operator; a test holds the two together.

use super::{
    file::File,
    secrets::{Secrets, secret},
    table::{Float, Number, Table, Text},
    value,
};
use crate::{
    io::fetch,
    judges::{dedup::near, render::Format},
    pipeline::Scope,
};
use std::{path::PathBuf, time::Duration};
use toml::de::DeTable;

/// `[fetch] contact` where nothing is configured: the program's own address, which cannot answer for what
/// an operator's machine does.
pub const CONTACT: &str = "https://github.com/khabar/khabar";

/// String, default [`CONTACT`]: the address in the User-Agent where a site's operator can complain.
/// Printable ASCII without parentheses, at most 200 characters, since it stands in a header's comment.
const FETCH_CONTACT: &str = "contact";
/// String, a path, default `news`: the tree of articles.
const OUTPUT_DIR: &str = "dir";
/// List of strings, default `["json", "markdown"]`, of json, markdown, ninjs, text: what each article is written as.
/// At least one.
const OUTPUT_FORMATS: &str = "formats";
/// String, a path, default `state`: what is known about sources and articles; another folder than the news.
const STATE_DIR: &str = "dir";
/// Boolean, default true: whether a copy of another source's article is written too, marked as a copy.
const DEDUP_WRITE_COPIES: &str = "write_copies";

/// String, one of `url`, `host`, `domain`, default `host`: for what a server speaks that asks for time (429, 503 with
/// Retry-After): the address alone, its host, or every host of its registrable domain.
const FETCH_RETRY_AFTER_SCOPE: &str = "retry_after_scope";
/// String, the address of a proxy, default none: where every request is sent. The environment is not asked.
const FETCH_PROXY: &str = "proxy";
/// String, the name of a credential, default none: what the proxy is told of who asks.
const FETCH_PROXY_CREDENTIAL: &str = "proxy_credential";

/// Integer, milliseconds, default 1000, 0 to 60000: the least time between two requests to one host. A
/// second is what small servers bear; 0 is for servers of one's own.
pub(super) const HOST_GAP_MS: Number = Number { key: "host_gap_ms", default: 1_000, least: 0, most: 60_000 };
/// Integer, bytes, default 16777216 (16 MiB), 65536 to 268435456: the longest response read,
/// as sent and as decoded. Far above any news page; more than 256 MiB does not fit a small machine.
pub(super) const BODY_MAX_BYTES: Number =
    Number { key: "body_max_bytes", default: 16 << 20, least: 64 << 10, most: 256 << 20 };
/// Integer, seconds, default 30, 1 to 600: the longest a request may take with its redirects and its body.
pub(super) const TOTAL_TIMEOUT_SECS: Number =
    Number { key: "total_timeout_secs", default: 30, least: 1, most: 600 };
/// Integer, default 256, 1 to 1024: requests in flight over all hosts. Bounds memory and open files (1,024
/// is the usual limit of a process). A quarter of them at most waits for sources that did not answer last time.
pub(super) const CONNECTIONS_MAX: Number =
    Number { key: "connections_max", default: 256, least: 1, most: 1_024 };
/// Integer, requests an hour, default 0, 0 to 10000000: the budget of all polls together; 0 is one a door and
/// `interval_secs` on average. The schedule spends it where it finds news soonest.
pub(super) const REQUESTS_PER_HOUR: Number =
    Number { key: "requests_per_hour", default: 0, least: 0, most: 10_000_000 };
/// Integer, seconds, default 3600, 1 to 86400: a source's interval until its rhythm is learned. An hour is
/// what publishers ask of a client that knows nothing yet.
pub(super) const INTERVAL_SECS: Number =
    Number { key: "interval_secs", default: 3_600, least: 1, most: 86_400 };
/// Integer, seconds, default 300, 1 to 86400: the least interval of a feed whose rhythm is learned.
pub(super) const FEED_FLOOR_SECS: Number =
    Number { key: "feed_floor_secs", default: 300, least: 1, most: 86_400 };
/// Integer, seconds, default 20, 1 to 86400: the least interval of a live page while it is live.
pub(super) const LIVE_FLOOR_SECS: Number =
    Number { key: "live_floor_secs", default: 20, least: 1, most: 86_400 };
/// Integer, seconds, default 21600, 60 to 86400: the greatest interval of a healthy source; a feed's
/// window of entries must not run through between two polls.
pub(super) const CEILING_SECS: Number =
    Number { key: "ceiling_secs", default: 21_600, least: 60, most: 86_400 };
/// Integer, days, default 30, 1 to 3650: how long an article is remembered for copies of its content. Outlets
/// reprint within days, not months, and what is remembered takes room. For copies that differ it is 60 at most.
pub(super) const WINDOW_DAYS: Number = Number { key: "window_days", default: 30, least: 1, most: 3_650 };
/// Float, default -4.1, -100 to 100: what is left where two texts have nothing in common. The defaults of all weights
/// are fitted together (see [`near::Weights`]); the bounds are far beyond what decides anything.
pub(super) const BIAS: Float = weight("bias", -4.1);
/// Float, default 9.0, -100 to 100: of the shared wording, 0 to 1; what many texts have counts less.
pub(super) const SHARED: Float = weight("shared", 9.0);
/// Float, default -2.5, -100 to 100: of numbers that differ in the same place, 0 to 3 of 100 words. Reports written by
/// one template differ in these.
pub(super) const NUMBERS: Float = weight("numbers", -2.5);
/// Float, default -2.4, -100 to 100: of a beginning that the other text has not, 0 to 1, for each of both. News stands
/// there.
pub(super) const NEW_LEAD: Float = weight("new_lead", -2.4);
/// Float, default -2.1, -100 to 100: of the days between two texts after the first, 0 to 1 at the fifth. Copies come
/// soon.
pub(super) const LATE: Float = weight("late", -2.1);
/// Float, default -3.3, -100 to 100: of what two texts of one outlet do not share, 0 to 1 at a third. An outlet repeats
/// itself in templates.
pub(super) const SAME_OUTLET: Float = weight("same_outlet", -3.3);

/// A weight of the decision whether a text is a copy.
const fn weight(key: &'static str, default: f64) -> Float {
    Float { key, default, least: -100.0, most: 100.0 }
}

/// Integer, seconds, default 20, 1 to 80: the longest a shutdown may take. The unit kills after 90.
pub(super) const SHUTDOWN_SECS: Number = Number { key: "shutdown_secs", default: 20, least: 1, most: 80 };

/// Where articles go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The tree of articles.
    pub dir: PathBuf,
    /// What each article is written as.
    pub formats: Vec<Format>,
}

/// When sources are polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Budget of all polls in an hour; `None` is one a source on average.
    pub requests_per_hour: Option<u64>,
    /// A source's interval until its rhythm is learned.
    pub interval: Duration,
    /// The least interval of a feed.
    pub feed_floor: Duration,
    /// The least interval of a live page.
    pub live_floor: Duration,
    /// The greatest interval of a healthy source.
    pub ceiling: Duration,
}

/// How repeated content is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dedup {
    /// How many days an article is remembered.
    pub window_days: u32,
    /// Whether copies are written too.
    pub write_copies: bool,
    /// What decides whether a text is a copy that differs.
    pub weights: near::Weights,
}

/// How the daemon lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daemon {
    /// The longest a shutdown may take.
    pub shutdown: Duration,
}

/// Everything that `khabar.toml` sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where articles go.
    pub output: Output,
    /// Where the state lies.
    pub state_dir: PathBuf,
    /// How the network is used.
    pub fetch: fetch::Options,
    /// For what a server speaks that asks for time.
    pub retry_after_scope: Scope,
    /// When sources are polled.
    pub schedule: Schedule,
    /// How repeated content is found.
    pub dedup: Dedup,
    /// How the daemon lives.
    pub daemon: Daemon,
}

impl Default for Settings {
    /// What an empty `khabar.toml` means.
    fn default() -> Self {
        let (file, empty) = (File::new("", ""), DeTable::new());
        read(&Table::new(&file, "khabar.toml", 0..0, Some(&empty)), |_| None)
    }
}

/// For what a server speaks that asks for time, by name.
const SCOPES: [(&str, Scope); 3] = [("url", Scope::Url), ("host", Scope::Host), ("domain", Scope::Domain)];

/// The tables of settings, by key and as written.
pub(super) const TABLES: [(&str, &str); 6] = [
    ("output", "[output]"),
    ("state", "[state]"),
    ("fetch", "[fetch]"),
    ("schedule", "[schedule]"),
    ("dedup", "[dedup]"),
    ("daemon", "[daemon]"),
];

/// Reads the settings out of the root table of a file. What is wrong is recorded and read as its default.
pub(super) fn read(root: &Table<'_>, secrets: Secrets) -> Settings {
    let [output, state, fetch, schedule, dedup, daemon] = TABLES.map(|(key, name)| root.table(key, name));
    let settings = Settings {
        output: Output { dir: dir(&output, OUTPUT_DIR, "news"), formats: formats(&output) },
        state_dir: dir(&state, STATE_DIR, "state"),
        retry_after_scope: scope(&fetch),
        fetch: read_fetch(&fetch, secrets),
        schedule: read_schedule(&schedule),
        dedup: read_dedup(&dedup),
        daemon: Daemon { shutdown: secs(&daemon, &SHUTDOWN_SECS) },
    };
    if settings.output.dir == settings.state_dir {
        let hint = "people read and prune the news; the state is the program's alone";
        state.file.error_with_hint(&state.span_of(STATE_DIR), "news and state are the same folder", hint);
    }
    [output, state, fetch, schedule, dedup, daemon].into_iter().for_each(Table::finish);
    settings
}

/// `[fetch]`.
fn read_fetch(table: &Table<'_>, secrets: Secrets) -> fetch::Options {
    let contact = table.text(FETCH_CONTACT).filter(|text| value::contact(table.file, text));
    let contact = contact.map_or(CONTACT, |text| text.value);
    if contact == CONTACT {
        let fault =
            table.file.fault(&table.span_of(FETCH_CONTACT), "sites are given the program's own contact");
        table.file.push(fault.hint("put an address of yours into `contact` in [fetch]").warning());
    }
    let defaults = fetch::Options::default();
    let (total_timeout, body_max_bytes) = (secs(table, &TOTAL_TIMEOUT_SECS), table.number(&BODY_MAX_BYTES));
    fetch::Options {
        contact: contact.to_owned(),
        host_gap: Duration::from_millis(table.number(&HOST_GAP_MS)),
        wire_max_bytes: body_max_bytes,
        body_max_bytes,
        connect_timeout: defaults.connect_timeout.min(total_timeout),
        idle_timeout: defaults.idle_timeout.min(total_timeout),
        total_timeout,
        connections_max: usize::try_from(table.number(&CONNECTIONS_MAX)).unwrap_or(usize::MAX),
        proxy: proxy(table, secrets),
        ..defaults
    }
}

/// `fetch.retry_after_scope`.
fn scope(table: &Table<'_>) -> Scope {
    let text = table.text(FETCH_RETRY_AFTER_SCOPE);
    text.and_then(|text| value::choice(table.file, &text, "scope", &SCOPES)).unwrap_or_default()
}

/// `fetch.proxy` with its credential; the empty string is none.
fn proxy(table: &Table<'_>, secrets: Secrets) -> Option<fetch::Proxy> {
    let authorization = secret(table, FETCH_PROXY_CREDENTIAL, secrets);
    let url = table.text(FETCH_PROXY).filter(|text| !text.value.is_empty());
    if url.is_none() && authorization.is_some() {
        let span = table.span_of(FETCH_PROXY_CREDENTIAL);
        table.file.error_with_hint(&span, "a credential for a proxy, but no proxy", "add `proxy = \"…\"`");
    }
    Some(fetch::Proxy { url: value::url(table.file, &url?)?, authorization })
}

/// `[schedule]`.
fn read_schedule(table: &Table<'_>) -> Schedule {
    let requests = table.number(&REQUESTS_PER_HOUR);
    let schedule = Schedule {
        requests_per_hour: (requests > 0).then_some(requests),
        interval: secs(table, &INTERVAL_SECS),
        feed_floor: secs(table, &FEED_FLOOR_SECS),
        live_floor: secs(table, &LIVE_FLOOR_SECS),
        ceiling: secs(table, &CEILING_SECS),
    };
    let below = [
        (INTERVAL_SECS.key, schedule.interval),
        (FEED_FLOOR_SECS.key, schedule.feed_floor),
        (LIVE_FLOOR_SECS.key, schedule.live_floor),
    ];
    for (key, interval) in below.into_iter().filter(|(_, interval)| *interval > schedule.ceiling) {
        let (interval, ceiling) = (interval.as_secs(), schedule.ceiling.as_secs());
        let message = format!("`{key}` ({interval}) is above `{}` ({ceiling})", CEILING_SECS.key);
        let key = if table.has(key) { key } else { CEILING_SECS.key };
        table.file.error_with_hint(&table.span_of(key), &message, "lower the one or raise the other");
    }
    schedule
}

/// `[dedup]`.
fn read_dedup(table: &Table<'_>) -> Dedup {
    let weights = table.table("weights", "[dedup.weights]");
    let dedup = Dedup {
        window_days: u32::try_from(table.number(&WINDOW_DAYS)).unwrap_or(u32::MAX),
        write_copies: table.flag(DEDUP_WRITE_COPIES, true),
        weights: near::Weights {
            bias: weights.float(&BIAS),
            shared: weights.float(&SHARED),
            numbers: weights.float(&NUMBERS),
            new_lead: weights.float(&NEW_LEAD),
            late: weights.float(&LATE),
            same_outlet: weights.float(&SAME_OUTLET),
        },
    };
    weights.finish();
    dedup
}

/// A number of seconds.
fn secs(table: &Table<'_>, number: &Number) -> Duration {
    Duration::from_secs(table.number(number))
}

/// A path.
fn dir(table: &Table<'_>, key: &'static str, default: &str) -> PathBuf {
    let text = table.text(key).filter(|text| value::path(table.file, text));
    PathBuf::from(text.map_or(default, |text| text.value))
}

/// `output.formats`.
fn formats(table: &Table<'_>) -> Vec<Format> {
    let Some(names) = table.list(OUTPUT_FORMATS) else { return vec![Format::Json, Format::Markdown] };
    if names.is_empty() {
        table.file.error_with_hint(
            &table.span_of(OUTPUT_FORMATS),
            "no format is chosen",
            "`[\"json\"]` is the least",
        );
    }
    let mut formats: Vec<Format> = Vec::new();
    for format in names.iter().filter_map(|name| format(table.file, name)) {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    formats
}

/// One format's name.
fn format(file: &File<'_>, name: &Text<'_>) -> Option<Format> {
    value::choice(file, name, "format", &Format::ALL.map(|format| (format.name(), format)))
}
