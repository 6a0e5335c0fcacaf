//! Namespaces of feeds: what their many spellings mean.

/// A vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS of every version, and elements in no namespace.
    Rss,
    /// Atom 1.0.
    Atom,
    /// Atom 0.3 and its drafts.
    Atom03,
    Content,
    Dc,
    DcTerms,
    Media,
    Itunes,
    Sy,
    Rdf,
    Xhtml,
    /// Any other.
    Other,
}

/// A namespace: its address, the prefix that is usual for it, and the vocabulary.
struct Known {
    /// Without scheme, `www.` and a trailing slash or `#`, in lower case.
    uri: &'static str,
    /// As feed-rs knows it, or a prefix it ignores anyway.
    exact: &'static str,
    prefix: &'static str,
    space: Space,
}

const fn known(space: Space, prefix: &'static str, exact: &'static str, uri: &'static str) -> Known {
    Known { uri, exact, prefix, space }
}

/// The first of a vocabulary is the one that is right.
const KNOWN: [Known; 30] = [
    known(Space::Rss, "rss", "http://purl.org/rss/1.0/", "purl.org/rss/1.0"),
    known(Space::Rss, "", "", "my.netscape.com/rdf/simple/0.9"),
    known(Space::Rss, "", "", "channel.netscape.com/rdf/simple/0.9"),
    known(Space::Rss, "", "", "backend.userland.com/rss"),
    known(Space::Rss, "", "", "backend.userland.com/rss2"),
    known(Space::Rss, "", "", "backend.userland.com/rss091"),
    known(Space::Rss, "", "", "blogs.law.harvard.edu/tech/rss"),
    known(Space::Rss, "", "", "cyber.harvard.edu/rss"),
    known(Space::Rss, "", "", "cyber.law.harvard.edu/rss"),
    known(Space::Rss, "", "", "purl.org/net/rss1.1"),
    known(Space::Rss, "", "", "rssboard.org/rss-specification"),
    known(Space::Atom, "atom", "http://www.w3.org/2005/Atom", "w3.org/2005/atom"),
    known(Space::Atom, "a10", "", "w3.org/2005/atom"),
    known(Space::Atom03, "", "", "purl.org/atom/ns"),
    known(Space::Atom03, "", "", "purl.org/pie"),
    known(Space::Atom03, "", "", "purl.org/echo"),
    known(Space::Atom03, "", "", "example.com/newformat"),
    known(Space::Atom03, "", "", "example.com/necho"),
    known(
        Space::Content,
        "content",
        "http://purl.org/rss/1.0/modules/content/",
        "purl.org/rss/1.0/modules/content",
    ),
    known(Space::Dc, "dc", "http://purl.org/dc/elements/1.1/", "purl.org/dc/elements/1.1"),
    known(Space::Dc, "", "", "purl.org/dc/elements/1.0"),
    known(Space::DcTerms, "dcterms", "http://purl.org/dc/terms/", "purl.org/dc/terms"),
    known(Space::DcTerms, "", "", "purl.org/rss/1.0/modules/dcterms"),
    known(Space::Media, "media", "http://search.yahoo.com/mrss/", "search.yahoo.com/mrss"),
    known(Space::Media, "", "", "video.search.yahoo.com/mrss"),
    known(Space::Media, "", "", "api.maps.yahoo.com/mrss"),
    known(
        Space::Itunes,
        "itunes",
        "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "itunes.com/dtds/podcast-1.0.dtd",
    ),
    known(
        Space::Sy,
        "sy",
        "http://purl.org/rss/1.0/modules/syndication/",
        "purl.org/rss/1.0/modules/syndication",
    ),
    known(
        Space::Rdf,
        "rdf",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "w3.org/1999/02/22-rdf-syntax-ns",
    ),
    known(Space::Xhtml, "xhtml", "http://www.w3.org/1999/xhtml", "w3.org/1999/xhtml"),
];

/// The vocabulary of a namespace's address, however it is spelled, and whether it is spelled right.
pub(super) fn space_of(uri: &str) -> (Space, bool) {
    if let Some(known) = KNOWN.iter().find(|known| !known.exact.is_empty() && known.exact == uri) {
        return (known.space, true);
    }
    let lower = uri.trim().to_ascii_lowercase();
    let bare = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://")).unwrap_or(&lower);
    let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches(['/', '#']);
    KNOWN.iter().find(|known| known.uri == bare).map_or((Space::Other, true), |known| (known.space, false))
}

/// The vocabulary that a prefix stands for where it was not declared.
pub(super) fn space_by_prefix(prefix: &str) -> Option<Space> {
    let known =
        KNOWN.iter().find(|known| !known.prefix.is_empty() && known.prefix.eq_ignore_ascii_case(prefix));
    known.map(|known| known.space)
}

/// A name's prefix, empty where it has none, and its local part.
pub(super) fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}
