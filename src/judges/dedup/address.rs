//! Addresses: as they are kept, as they are spelled in one way, and the form that those of one page share.

use crate::model::CanonicalUrl;
use url::{Host, Url};

/// Query parameters that name the way a reader came, not the page.
const TRACKERS: [&str; 12] = [
    "fbclid", "gclid", "dclid", "msclkid", "igshid", "mc_cid", "mc_eid", "ncid", "cmpid", "ocid", "yclid",
    "_ga",
];

/// `url` as it is kept: without fragment, credentials and tracking parameters, otherwise as given.
pub fn clean(url: &Url) -> Url {
    let mut clean = url.clone();
    clean.set_fragment(None);
    // Both fail only for URLs that can hold neither; then there is nothing to take out.
    if clean.set_username("").is_err() || clean.set_password(None).is_err() {
        return clean;
    }
    let tracked = |name: &str| name.starts_with("utm_") || TRACKERS.contains(&name);
    if clean.query_pairs().any(|(name, _)| tracked(&name)) {
        let kept: Vec<String> = clean
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !tracked(pair.split('=').next().unwrap_or_default()))
            .map(str::to_owned)
            .collect();
        clean.set_query(if kept.is_empty() { None } else { Some(kept.join("&")) }.as_deref());
    }
    clean
}

/// One spelling of an address: [`clean`], without scheme, leading `www.`, trailing slashes and needless
/// percent-encoding. Keys of entries are made of it, so that what it leaves out must not change.
pub fn spelling(url: &Url) -> String {
    let clean = clean(url);
    let host = host(&clean);
    let path = encoding_folded(clean.path().trim_end_matches('/'));
    joined(&clean, host.strip_prefix("www.").unwrap_or(host), &path, clean.query().map(encoding_folded))
}

/// The form that equal addresses share: the [`spelling`] of the page itself, whatever form for a reader's device it is
/// asked for in.
///
/// # What is folded, and why no two articles become one
/// - The address inside that of an AMP cache or of Google's viewer: they copy that page and have none of their own.
/// - `www.`, and `amp.`, `m.`, `mobile.` or `mobi.` after it, where a registrable domain remains: one publisher has both
///   hosts, and a path that both know is one page's. `m.com` is a site, and `m.github.io` another's than `github.io`. A
///   front page keeps such a label: `mobile.paper.example` may be the section about phones.
/// - AMP in the path: `.amp.html`; `.amp` or `/amp` at its end and `/amp/` at its beginning only where the rest is
///   called as articles are (three words, five digits, a file, other letters than Latin). `/amp`, `/tag/amp` and
///   `/amp/reviews` are about amplifiers.
/// - AMP in the query (`amp`, `amp=1`, `outputType=amp`), and `m=1` at Blogspot, which means the device there. Elsewhere
///   `m` may be a month.
///
/// What is not sure stays apart: its words tell copies. So do `www2.`, `/index.html`, labels like `en.m.`, and `/amp/` in
/// the middle of a path.
pub fn canonical(url: &Url) -> CanonicalUrl {
    let inside = inside(url);
    let clean = clean(inside.as_ref().unwrap_or(url));
    let path = encoding_folded(clean.path().trim_end_matches('/'));
    let query = clean.query().and_then(|query| without_device(query, host(&clean), inside.is_some()));
    let is_front = path.is_empty() && query.is_none();
    let host = if is_front { without("www.", host(&clean)) } else { bare_host(&clean) };
    CanonicalUrl(joined(&clean, host, &without_amp(&path), query.as_deref().map(encoding_folded)))
}

/// The host of an address, without trailing dots.
fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_end_matches('.')
}

/// A host without its first label, where that is `label` and a registrable domain remains.
fn without<'a>(label: &str, host: &'a str) -> &'a str {
    host.strip_prefix(label).filter(|rest| psl::domain_str(rest).is_some()).unwrap_or(host)
}

fn joined(url: &Url, host: &str, path: &str, query: Option<String>) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = query.filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{port}{path}{query}")
}

/// First labels of hosts that show a site's own pages for a device.
const LABELS: [&str; 4] = ["amp.", "m.", "mobile.", "mobi."];

/// The host of an address but for a leading `www.` and a label for a device: equal for the hosts of one site's pages,
/// and never for those of two registrable domains.
pub fn bare_host(url: &Url) -> &str {
    let host = without("www.", host(url));
    let label = LABELS.iter().find(|label| host.starts_with(**label));
    label.map_or(host, |label| without(label, host))
}

/// The address that an address of an AMP cache (`/c/s/host/path`, `/v/s/…`; without `s` it is http) or of Google's
/// viewer (`google.*/amp/s/host/path`) stands for.
pub fn inside(url: &Url) -> Option<Url> {
    let host = host(url);
    let path = url.path();
    let is_cache = host == CACHE || host.strip_suffix(CACHE).is_some_and(|rest| rest.ends_with('.'));
    let (rest, query) = if is_cache {
        (path.strip_prefix("/c/").or_else(|| path.strip_prefix("/v/"))?, url.query())
    } else if without("www.", host).strip_prefix("google.").is_some_and(is_suffix) {
        let rest = path.strip_prefix("/amp/")?;
        // The viewer has the query of the page in its own path.
        let mark = rest.find("%3F").or_else(|| rest.find("%3f"));
        let parts = mark.and_then(|mark| Some((rest.get(..mark)?, rest.get(mark + 3..)?)));
        parts.map_or((rest, url.query()), |(rest, query)| (rest, Some(query)))
    } else {
        return None;
    };
    let (scheme, rest) = rest.strip_prefix("s/").map_or(("http", rest), |rest| ("https", rest));
    let mut inside = Url::parse(&format!("{scheme}://{rest}")).ok()?;
    inside.set_query(query);
    let is_site = matches!(inside.host()?, Host::Domain(name) if psl::domain_str(name).is_some());
    is_site.then_some(inside)
}

/// The AMP cache; each site may have a host under it.
const CACHE: &str = "cdn.ampproject.org";

/// Whether sites are registered right under a name, in the list of the registries: anybody may have `google` under one
/// of the list's private part.
fn is_suffix(name: &str) -> bool {
    let suffix = psl::suffix(name.as_bytes()).filter(psl::Suffix::is_known);
    suffix
        .is_some_and(|suffix| suffix.typ() == Some(psl::Type::Icann) && suffix.as_bytes() == name.as_bytes())
}

/// A query without what asks for a page's form for a device; `None` where nothing is left.
fn without_device(query: &str, host: &str, is_inside: bool) -> Option<String> {
    let is_blogspot = || host.split_once(".blogspot.").is_some_and(|(_, rest)| is_suffix(rest));
    let is_device = |pair: &&str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name.to_ascii_lowercase().as_str() {
            "amp" => ["", "1", "true"].contains(&value),
            "output" | "outputtype" => value == "amp",
            "m" => value == "1" && is_blogspot(),
            // How the cache was asked.
            name => is_inside && (name.starts_with("amp_") || name == "usqp"),
        }
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_device(pair)).collect();
    Some(kept.join("&")).filter(|kept| !kept.is_empty())
}

/// A path in the one encoding, without what asks for AMP.
fn without_amp(path: &str) -> String {
    if let Some(stem) = path.strip_suffix(".amp.html").filter(|stem| !stem.ends_with('/')) {
        return format!("{stem}.html");
    }
    let end = path.strip_suffix("/amp").or_else(|| path.strip_suffix(".amp"));
    let rest = || path.strip_prefix("/amp").filter(|rest| rest.starts_with('/'));
    end.filter(|stem| names_article(stem))
        .or_else(|| rest().filter(|rest| names_article(rest)))
        .unwrap_or(path)
        .to_owned()
}

/// Digits that a number has which is no date or model.
const DIGITS_MIN: usize = 5;

/// Whether the last part of a path in the one encoding is what an article is called: at least three words, a number of
/// at least [`DIGITS_MIN`] digits, a file, or not in Latin letters, in which no site writes a section and `amp` below it.
fn names_article(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let words = name.split(['-', '_']).filter(|word| !word.is_empty()).count();
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let is_file =
        [".html", ".htm"].iter().any(|end| name.strip_suffix(end).is_some_and(|stem| !stem.is_empty()));
    let is_foreign =
        name.split('%').skip(1).any(|code| code.starts_with(['8', '9', 'A', 'B', 'C', 'D', 'E', 'F']));
    words >= 3 || digits >= DIGITS_MIN || is_file || is_foreign
}

/// Percent-encoding in one form: unreserved characters bare, hex digits in upper case (RFC 3986, 6.2.2).
fn encoding_folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        folded.push_str(before);
        let byte = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                folded.push(char::from(byte));
            }
            Some(byte) => folded.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]),
            None => folded.push('%'),
        }
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    folded.push_str(rest);
    folded
}

fn hex_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase()
}
