//! Headers by which servers and walls of bot protection are told, and those that lead elsewhere. Pure.

use reqwest::header::{self, HeaderMap};

/// The headers that are kept, in lower case:
/// - who answers: `server`, `via`, `x-cdn`;
/// - which wall did, and whether it let the request pass: Cloudflare's `cf-ray` and `cf-mitigated`, `DataDome`'s
///   `x-datadome` and `x-dd-b`, Amazon's `x-amzn-waf-action`, Sucuri's `x-sucuri-id` and `x-sucuri-block`,
///   Imperva's `x-iinfo`, Akamai's `akamai-grn`, Vercel's `x-vercel-mitigated`, Kasada's `x-kpsdk-ct`;
/// - what is asked of readers: `www-authenticate`, `x-robots-tag`, `tdm-reservation`.
///
/// Cookies are none of them: many walls set one, but its value is a token.
const NAMES: &[&str] = &[
    "server",
    "via",
    "x-cdn",
    "cf-ray",
    "cf-mitigated",
    "x-datadome",
    "x-dd-b",
    "x-amzn-waf-action",
    "x-sucuri-id",
    "x-sucuri-block",
    "x-iinfo",
    "akamai-grn",
    "x-vercel-mitigated",
    "x-kpsdk-ct",
    "www-authenticate",
    "x-robots-tag",
    "tdm-reservation",
];

/// Values kept of each header.
const VALUES_MAX: usize = 4;

/// Characters kept of each value.
const CHARS_MAX: usize = 200;

/// `Link` headers kept, and characters of each.
const LINKS_MAX: (usize, usize) = (8, 4_096);

/// The values of `Link` headers, as they came.
pub(super) fn links(headers: &HeaderMap) -> Vec<String> {
    let (values, chars) = LINKS_MAX;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().take(chars).collect();
    headers.get_all(header::LINK).into_iter().take(values).map(|value| text(value.as_bytes())).collect()
}

/// The marks in an answer's head, in the order of the names.
pub(super) fn marks(headers: &HeaderMap) -> Vec<(String, String)> {
    let values =
        |name: &'static str| headers.get_all(name).into_iter().take(VALUES_MAX).map(move |v| (name, v));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().take(CHARS_MAX).collect();
    let marks = NAMES.iter().flat_map(|name| values(name));
    marks.map(|(name, value)| (name.to_owned(), text(value.as_bytes()))).collect()
}
