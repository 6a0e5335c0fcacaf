//! Where a redirect leads, or why it is not followed. Pure.

use super::{Error, Hop};
use url::Url;

/// Whether `status` sends the reader elsewhere. 300, 304 and 305 do not.
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The next URL after `from` answered with a redirect to `location`; `hops` are the redirects before it.
/// The target comes without fragment and credentials: nothing a server writes makes us log in elsewhere.
pub(super) fn target(
    from: &Url,
    status: u16,
    location: Option<&[u8]>,
    hops: &[Hop],
    limit: usize,
) -> Result<Url, Error> {
    let nowhere = || Error::RedirectTarget { url: shown(from), status };
    // Real servers send UTF-8 here although HTTP says ASCII; the URL parser encodes it.
    let location = location.map(String::from_utf8_lossy).ok_or_else(nowhere)?;
    let mut target = from.join(location.trim()).map_err(|_| nowhere())?;
    target.set_fragment(None);
    drop(take_credentials(&mut target));
    if !is_http(&target) {
        return Err(Error::Scheme { url: shown(&target), hop: hops.len() + 2 });
    }
    if from.scheme() == "https" && target.scheme() == "http" {
        return Err(Error::TlsDowngrade { url: shown(from), target: shown(&target) });
    }
    if target == *from || hops.iter().any(|hop| hop.url == target) {
        return Err(Error::RedirectLoop { url: shown(from) });
    }
    if hops.len() >= limit {
        return Err(Error::TooManyRedirects { url: shown(from), limit });
    }
    Ok(target)
}

/// Whether the scheme is one we speak.
pub(super) fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Takes user name and password out of `url`, still percent-encoded; `None` where there are none.
pub(super) fn take_credentials(url: &mut Url) -> Option<(String, String)> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let credentials = (url.username().to_owned(), url.password().unwrap_or_default().to_owned());
    // Both setters refuse only URLs without a host, which hold no credentials.
    let _refused = url.set_username("").and_then(|()| url.set_password(None));
    Some(credentials)
}

/// `url` for an error's text: a `data:` URL may be a whole file.
pub(super) fn shown(url: &Url) -> String {
    url.as_str().chars().take(500).collect()
}
