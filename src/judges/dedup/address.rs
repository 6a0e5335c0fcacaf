//! Addresses: as they are kept, and the form that equal ones share.

use crate::model::CanonicalUrl;
use url::Url;

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

/// The form that equal addresses share: [`clean`], without scheme, leading `www.`, trailing slashes and
/// needless percent-encoding.
pub fn canonical(url: &Url) -> CanonicalUrl {
    let clean = clean(url);
    let host = clean.host_str().unwrap_or_default();
    let mut form = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.').to_owned();
    if let Some(port) = clean.port() {
        form.push(':');
        form.push_str(&port.to_string());
    }
    form.push_str(&encoding_folded(clean.path().trim_end_matches('/')));
    if let Some(query) = clean.query().filter(|query| !query.is_empty()) {
        form.push('?');
        form.push_str(&encoding_folded(query));
    }
    CanonicalUrl(form)
}

/// The host of an address, without trailing dots.
fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_end_matches('.')
}

/// A host without its first label, where that is `label` and a registrable domain remains.
fn without<'a>(label: &str, host: &'a str) -> &'a str {
    host.strip_prefix(label).filter(|rest| psl::domain_str(rest).is_some()).unwrap_or(host)
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
