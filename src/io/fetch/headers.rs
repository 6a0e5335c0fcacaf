//! Headers: what we say about ourselves, and what an answer's head says. Pure but for the given `now`.

use super::{Accept, Error, Options, Validators};
use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::time::{Duration, UNIX_EPOCH};

/// No hint of a server reaches further than this.
const HINT_MAX: Duration = Duration::from_hours(366 * 24);

/// A longer validator is not kept: it would be stored and sent with every poll, and servers refuse long heads.
const VALIDATOR_MAX: usize = 4 << 10;

/// A server's clock that is further off than this is not believed.
const SKEW_MAX: Duration = Duration::from_hours(24);

/// The headers of a request but for its validators, made once: the same for every poll of a URL, or
/// validators would never match.
#[derive(Debug)]
pub(super) struct Templates {
    /// For [`Accept::Feed`].
    feed: HeaderMap,
    /// For [`Accept::Page`].
    page: HeaderMap,
    /// For [`Accept::Robots`].
    robots: HeaderMap,
}

impl Templates {
    /// Headers that name `options.contact` in the User-Agent.
    pub(super) fn new(options: &Options) -> Result<Self, Error> {
        let agent = format!("khabar/{} (+{})", env!("CARGO_PKG_VERSION"), options.contact);
        let agent = HeaderValue::try_from(agent).map_err(|error| Error::Setup(error.into()))?;
        let with = |accept| {
            let mut headers = HeaderMap::with_capacity(8);
            headers.insert(header::USER_AGENT, agent.clone());
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, br, zstd"));
            headers
        };
        Ok(Self {
            feed: with(
                "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, \
                 text/xml;q=0.9, application/json;q=0.9, */*;q=0.5",
            ),
            page: with("text/html, application/xhtml+xml;q=0.9, */*;q=0.5"),
            robots: with("text/plain, */*;q=0.5"),
        })
    }

    /// The headers for one kind of thing.
    pub(super) fn of(&self, accept: Accept) -> HeaderMap {
        match accept {
            Accept::Feed => self.feed.clone(),
            Accept::Page => self.page.clone(),
            Accept::Robots => self.robots.clone(),
        }
    }
}

/// Adds validators as they came. What could never have come in a header is left out.
pub(super) fn add_validators(headers: &mut HeaderMap, validators: &Validators) {
    let pairs =
        [(header::IF_NONE_MATCH, &validators.etag), (header::IF_MODIFIED_SINCE, &validators.last_modified)];
    for (name, bytes) in pairs {
        if let Some(value) = bytes.as_ref().and_then(|bytes| HeaderValue::from_bytes(bytes).ok()) {
            headers.insert(name, value);
        }
    }
}

/// `ETag` and `Last-Modified` of an answer. An empty one recognizes nothing.
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    let bytes = |name: HeaderName| {
        let value = headers.get(name).map(HeaderValue::as_bytes);
        value.filter(|bytes| (1..=VALIDATOR_MAX).contains(&bytes.len())).map(<[u8]>::to_vec)
    };
    Validators { etag: bytes(header::ETAG), last_modified: bytes(header::LAST_MODIFIED), of: None }
}

/// Media type in lower case, and the `charset` parameter as given.
pub(super) fn content_type(headers: &HeaderMap) -> (Option<String>, Option<String>) {
    let Some(value) = text(headers, header::CONTENT_TYPE) else { return (None, None) };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().filter(|e| !e.is_empty()).map(str::to_ascii_lowercase);
    let charset = parts.filter_map(|part| part.split_once('=')).find_map(|(name, value)| {
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    });
    (essence, charset)
}

/// `Retry-After`, in seconds or as a date by the server's clock; of several the longest.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let server = server_time(headers, now);
    let values = headers.get_all(header::RETRY_AFTER).into_iter().filter_map(|value| value.to_str().ok());
    values.map(str::trim).filter_map(|value| seconds(value).or_else(|| until(value, server))).max()
}

/// How long the answer stays fresh: `Cache-Control` less `Age`, else `Expires`, which has passed where it is no date.
pub(super) fn max_age(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let mut fresh = None;
    let directives = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    for directive in directives.flat_map(|value| value.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let (name, value) = (name.trim(), value.trim());
        // With a value, `no-cache` is about the headers that it names.
        let no_cache = name.eq_ignore_ascii_case("no-cache") && value.is_empty();
        if no_cache || name.eq_ignore_ascii_case("no-store") {
            return Some(Duration::ZERO);
        }
        if name.eq_ignore_ascii_case("max-age") {
            fresh = fresh.or_else(|| seconds(value.trim_matches('"')));
        }
    }
    if let Some(fresh) = fresh {
        return Some(fresh.saturating_sub(age(headers)));
    }
    // By either clock: what is cached grows old by ours, and a server's may be ahead.
    let latest = server_time(headers, now).max(since_epoch(now));
    text(headers, header::EXPIRES).map(|value| until(value, latest).unwrap_or_default())
}

/// The time by the server's clock, as time since 1970: its `Date`, and how long ago that was. Ours where it gives
/// none, or one that cannot be.
fn server_time(headers: &HeaderMap, now: Timestamp) -> Duration {
    let now = since_epoch(now);
    let date = text(headers, header::DATE).and_then(date).map(|date| date.saturating_add(age(headers)));
    date.filter(|date| date.abs_diff(now) <= SKEW_MAX).unwrap_or(now)
}

/// `Age`: how long the answer was in caches.
fn age(headers: &HeaderMap) -> Duration {
    text(headers, header::AGE).and_then(seconds).unwrap_or_default()
}

/// A header's value, where it is ASCII, trimmed.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Whole seconds in digits; more than anyone means is the longest hint.
fn seconds(digits: &str) -> Option<Duration> {
    let numeric = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    numeric.then(|| digits.parse().map_or(HINT_MAX, Duration::from_secs).min(HINT_MAX))
}

/// Time from `now`, given as time since 1970, to an HTTP date; zero when it is past.
fn until(text: &str, now: Duration) -> Option<Duration> {
    date(text).map(|date| date.saturating_sub(now).min(HINT_MAX))
}

/// An HTTP date as time since 1970.
fn date(text: &str) -> Option<Duration> {
    httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()
}

/// `time` as time since 1970.
fn since_epoch(time: Timestamp) -> Duration {
    Duration::try_from(time.as_duration()).unwrap_or_default()
}

/// Header bytes as a string in which each character is one byte.
pub(super) mod latin1 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    /// Each byte as the character of its value.
    #[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
    pub(in crate::io::fetch) fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => {
                serializer.serialize_some(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>())
            }
            None => serializer.serialize_none(),
        }
    }

    /// Each character as its byte; refused above U+00FF.
    pub(in crate::io::fetch) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
        bytes.map(Some).map_err(|_| D::Error::custom("a validator holds a character above U+00FF"))
    }
}
