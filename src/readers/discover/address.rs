//! Addresses: which look like feeds, where feeds usually are, and those in `Link` headers.

use super::URL_BYTES_MAX;
use url::{Host, Url};

/// Last parts of paths that feeds have.
const NAMES: [&str; 12] = [
    "feed",
    "feeds",
    "rss",
    "rss2",
    "atom",
    "rdf",
    "rss.php",
    "feed.php",
    "rss.aspx",
    "feed.json",
    "rss.ashx",
    "rss.jsp",
];

/// Ends of file names that feeds have.
const ENDS: [&str; 4] = [".rss", ".atom", ".rdf", ".xml"];

/// Hosts that serve other sites' feeds.
const FEED_HOSTS: [&str; 3] = ["feeds.feedburner.com", "feedproxy.google.com", "feeds.feedblitz.com"];

/// Where feeds usually are, below the page that was asked about.
const BELOW: [&str; 2] = ["feed", "rss"];

/// Where feeds usually are at a host.
const AT_ROOT: [&str; 8] = [
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feeds/posts/default",
    "/feed.json",
];

/// An absolute http(s) address without its fragment; `feed:` before or in place of the scheme is taken for what it
/// means.
pub(super) fn resolve(base: Option<&Url>, href: &str) -> Option<Url> {
    let href = href.trim();
    let bare =
        href.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("feed:")).and_then(|_| href.get(5..));
    let address = match bare {
        Some(rest) if rest.starts_with("//") => format!("http:{rest}"),
        Some(rest) => rest.to_owned(),
        None => href.to_owned(),
    };
    let parsed = base.map_or_else(|| Url::parse(&address), |base| base.join(&address));
    let mut url = parsed.ok().filter(|_| !address.is_empty())?;
    url.set_fragment(None);
    let is_plain = url.username().is_empty() && url.password().is_none();
    let is_sound = is_plain && url.has_host() && url.as_str().len() <= URL_BYTES_MAX;
    (matches!(url.scheme(), "http" | "https") && is_sound).then_some(url)
}

/// Whether an address looks like that of a feed.
pub fn seems_feed(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_other = ["sitemap", "opensearch", "wlwmanifest", "xmlrpc", "wp-json", "osd.xml", "manifest"];
    if is_other.iter().any(|word| path.contains(word)) {
        return false;
    }
    let asks = url.query_pairs().any(|(key, value)| {
        let (key, value) = (key.to_ascii_lowercase(), value.to_ascii_lowercase());
        matches!(key.as_str(), "feed" | "format" | "type" | "output" | "alt")
            && ["rss", "rss2", "atom", "feed", "rdf"].contains(&value.as_str())
    });
    let is_below = path.split('/').any(|part| matches!(part, "rss" | "feeds"));
    let host = url.host_str().unwrap_or_default();
    asks || NAMES.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end))
        || is_below
        || host.starts_with("feeds.")
        || host.starts_with("rss.")
}

/// Whether an address is that of a feed of readers' comments.
pub(super) fn is_of_comments(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.split('/').any(|part| matches!(part, "comments" | "comment"))
        || url.query_pairs().any(|(key, value)| key == "feed" && value.starts_with("comments"))
}

/// Whether two addresses belong together: hosts of one registrable domain, or a host for other sites' feeds.
pub fn is_same_site(url: &Url, page: &Url) -> bool {
    let is_served = url.host_str().is_some_and(|host| FEED_HOSTS.contains(&host));
    is_served || domain(url).is_some_and(|own| Some(own) == domain(page))
}

fn domain(url: &Url) -> Option<String> {
    Some(match url.host()? {
        Host::Domain(name) => psl::domain_str(name).unwrap_or(name).to_owned(),
        Host::Ipv4(_) | Host::Ipv6(_) => url.authority().to_owned(),
    })
}

/// Addresses near a page where feeds usually are, each once.
pub fn usual(page: &Url) -> Vec<Url> {
    let mut folder = page.path().to_owned();
    if !folder.ends_with('/') {
        folder.push('/');
    }
    let below = BELOW.iter().filter(|_| folder != "/").map(|name| format!("{folder}{name}"));
    let mut found: Vec<Url> = Vec::new();
    for path in below.chain(AT_ROOT.iter().map(|path| (*path).to_owned())) {
        let mut url = page.clone();
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        if !found.contains(&url) && url != *page {
            found.push(url);
        }
    }
    found
}

/// A link of a `Link` header.
pub(super) struct HeaderLink {
    pub(super) target: String,
    pub(super) relation: String,
    pub(super) media: String,
    pub(super) title: String,
}

/// The links of a `Link` header (RFC 8288), as far as they can be read.
pub(super) fn links_of_header(header: &str) -> Vec<HeaderLink> {
    let mut links = Vec::new();
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, parameters)) = after.split_once('>') else { break };
        let (parameters, next) = parameters_of(parameters);
        let of = |name: &str| {
            let found = parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        links.push(HeaderLink {
            target: target.to_owned(),
            relation: of("rel"),
            media: of("type"),
            title: of("title"),
        });
        rest = next;
    }
    links
}

/// The parameters of one link, and what follows the comma after them.
fn parameters_of(text: &str) -> (Vec<(String, String)>, &str) {
    let mut parameters = Vec::new();
    let mut part = String::new();
    let (mut quoted, mut escaped) = (false, false);
    let mut take = |part: &mut String| {
        if let Some((key, value)) = part.split_once('=') {
            parameters.push((key.trim().to_owned(), value.trim().to_owned()));
        }
        part.clear();
    };
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => {
                part.push(letter);
                escaped = false;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => take(&mut part),
            ',' if !quoted => {
                take(&mut part);
                return (parameters, text.get(at + 1..).unwrap_or_default());
            }
            _ => part.push(letter),
        }
    }
    take(&mut part);
    (parameters, "")
}
