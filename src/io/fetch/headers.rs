//! Headers: what we say about ourselves, and what an answer's head says. Pure but for the given `now`.

use super::{Accept, Error, Options, Validators};
use data_encoding::BASE64;
use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::time::{Duration, UNIX_EPOCH};

/// No hint of a server reaches further than this.
const HINT_MAX: Duration = Duration::from_hours(366 * 24);

/// The headers of a request but for its validators, made once: the same for every poll of a URL, or
/// validators would never match.
#[derive(Debug)]
pub(super) struct Templates {
    /// For [`Accept::Feed`].
    feed: HeaderMap,
    /// For [`Accept::Page`].
    page: HeaderMap,
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
        })
    }

    /// The headers for one kind of thing.
    pub(super) fn of(&self, accept: Accept) -> HeaderMap {
        match accept {
            Accept::Feed => self.feed.clone(),
            Accept::Page => self.page.clone(),
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

/// The Authorization header for a URL's user name and password, both percent-encoded as in the URL.
pub(super) fn authorization(user: &str, password: &str) -> Option<HeaderValue> {
    let pair = [percent_decoded(user), b":".to_vec(), percent_decoded(password)].concat();
    let mut value = HeaderValue::try_from(format!("Basic {}", BASE64.encode(&pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `text` with each `%xx` as its byte.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let escaped = part.split_at_checked(2);
        let escaped = escaped.and_then(|(hex, rest)| Some((u8::from_str_radix(hex, 16).ok()?, rest)));
        let (byte, rest) = escaped.unwrap_or((b'%', part));
        bytes.push(byte);
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

/// `ETag` and `Last-Modified` of an answer.
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    let bytes = |name: HeaderName| headers.get(name).map(|value| value.as_bytes().to_vec());
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

/// `Retry-After`, in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER)?;
    seconds(value).or_else(|| until(value, now))
}

/// How long the answer stays fresh: `Cache-Control` less `Age`, else `Expires`.
pub(super) fn max_age(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let mut fresh = None;
    let directives = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    for directive in directives.flat_map(|value| value.split(',')).map(str::trim) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return Some(Duration::ZERO);
        }
        if name.eq_ignore_ascii_case("max-age") {
            fresh = fresh.or_else(|| seconds(value.trim_matches('"')));
        }
    }
    match fresh {
        Some(fresh) => {
            let age = text(headers, header::AGE).and_then(seconds).unwrap_or_default();
            Some(fresh.saturating_sub(age))
        }
        None => text(headers, header::EXPIRES).and_then(|value| until(value, now)),
    }
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

/// Time from `now` to an HTTP date; zero when it is past.
fn until(date: &str, now: Timestamp) -> Option<Duration> {
    let date = httpdate::parse_http_date(date).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let now = Duration::try_from(now.as_duration()).unwrap_or_default();
    Some(date.saturating_sub(now).min(HINT_MAX))
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
