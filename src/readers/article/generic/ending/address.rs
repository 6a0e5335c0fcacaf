//! Addresses of an article's further pages: the address of the first one, extended by a number.
//!
//! # Why
//! What extends the article's own address can be no other article, no listing and no comment; so this holds for
//! every way to find a next page, and a "next" link alone is never followed.

use url::Url;

/// Names of query keys that count pages.
const KEYS: &[&str] = &[
    "_page",
    "currentpage",
    "halaman",
    "p",
    "pag",
    "page",
    "page_no",
    "page_number",
    "paged",
    "pagenum",
    "pagenumber",
    "pageno",
    "pagina",
    "pg",
    "pn",
    "sayfa",
    "seite",
    "side",
    "sida",
    "sivu",
    "strana",
];

/// Words before the number in a path.
const WORDS: &[&str] = &[
    "halaman", "oldal", "p", "pag", "page", "paged", "pages", "pagina", "pg", "sayfa", "seite", "sida",
    "side", "sivu", "strana", "stranica", "strona", "trang",
];

/// Greatest number that is one of a page, not of an article.
const NUMBER_MAX: u32 = 200;

/// The number in the address of a further page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// As written; sites that count from 0 write 1 for the second page.
    pub(super) value: u32,
    /// Whether it stands in the query.
    pub(super) in_query: bool,
    /// Whether it could be another article of the same name: `bridge-2` beside `bridge`.
    pub(super) is_weak: bool,
}

/// The page's number in `url`, where that is a further page of the article at `first`.
pub(super) fn number(first: &Url, url: &Url) -> Option<Number> {
    let is_beside = first.host() == url.host() && first.port() == url.port();
    if !is_beside || !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let (own, theirs) = (pairs(first), pairs(url));
    let own: Vec<_> = own.into_iter().filter(|(key, value)| !(is_key(key) && is_first(value))).collect();
    if own.is_empty() && first.path().len() < 2 {
        return None;
    }
    if is_same_path(first.path(), url.path()) {
        return in_query(&own, &theirs);
    }
    // A page that numbers its path may leave out what named the way to the first.
    if !theirs.is_empty() && theirs != own {
        return None;
    }
    in_path(first.path(), url.path())
}

fn in_query(own: &[(String, String)], theirs: &[(String, String)]) -> Option<Number> {
    let value = theirs.iter().enumerate().find_map(|(index, (key, value))| {
        let value = value.parse::<u32>().ok().filter(|_| is_key(key))?;
        let rest = theirs.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, pair)| pair);
        rest.eq(own.iter()).then_some(value)
    })?;
    (1..=NUMBER_MAX).contains(&value).then_some(Number { value, in_query: true, is_weak: false })
}

fn in_path(first: &str, path: &str) -> Option<Number> {
    let whole = first.trim_end_matches('/');
    let (stem, extension) = split(whole);
    let stem = without_first(stem);
    let with = |stem: &str, extension: &str| {
        let head = path.get(..stem.len()).filter(|head| head.eq_ignore_ascii_case(stem))?;
        let tail = path.get(head.len()..)?.trim_end_matches('/');
        tail_number(tail.strip_suffix(extension)?)
    };
    with(stem, extension).or_else(|| with(whole, ""))
}

/// The number in what a path has more than the first page's: a mark, a word if any, the number.
fn tail_number(tail: &str) -> Option<Number> {
    let mut letters = tail.chars();
    let mark = letters.next().filter(|mark| matches!(mark, '/' | '-' | '_' | ',' | '.'))?;
    let rest = letters.as_str();
    let digits = rest.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let word = rest.get(..rest.len() - digits.len())?.trim_end_matches(['/', '-', '_', '=', ',']);
    let value: u32 = digits.parse().ok().filter(|value| (2..=NUMBER_MAX).contains(value))?;
    let is_word = WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    (word.is_empty() && rest == digits || is_word).then_some(Number {
        value,
        in_query: false,
        is_weak: word.is_empty() && mark != '/',
    })
}

/// A path without its extension, and that.
fn split(path: &str) -> (&str, &str) {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((_, extension)) = name.rsplit_once('.') else { return (path, "") };
    let is_one = (2..=5).contains(&extension.len())
        && extension.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && extension.chars().all(|letter| letter.is_ascii_alphanumeric());
    if !is_one {
        return (path, "");
    }
    let at = path.len() - extension.len() - 1;
    (path.get(..at).unwrap_or(path), path.get(at..).unwrap_or_default())
}

/// A stem without what numbers it as the first page.
fn without_first(stem: &str) -> &str {
    let Some(rest) = stem.strip_suffix('1') else { return stem };
    let bare = rest.trim_end_matches(['/', '-', '_']);
    let word = bare.rsplit(['/', '-', '_', ',']).next().unwrap_or_default();
    let is_word = word.len() > 1 && WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    let head = bare.get(..bare.len() - word.len()).unwrap_or_default().trim_end_matches(['/', '-', '_', ',']);
    if is_word && !head.is_empty() { head } else { stem }
}

fn is_same_path(one: &str, other: &str) -> bool {
    one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
}

fn is_key(key: &str) -> bool {
    KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

fn is_first(value: &str) -> bool {
    matches!(value, "0" | "1" | "")
}

/// The pairs of a query in order of their keys, but for those that name the way of a reader.
fn pairs(url: &Url) -> Vec<(String, String)> {
    let is_way = |key: &str| key.starts_with("utm_") || matches!(key, "fbclid" | "gclid");
    let pairs = url.query_pairs().filter(|(key, _)| !is_way(key));
    let mut pairs: Vec<_> = pairs.map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    pairs.sort();
    pairs
}

/// Whether an address looks like that of a section: a word or two, no number, not deep.
pub fn is_section(url: &Url) -> bool {
    let segments: Vec<&str> =
        url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let is_word = |part: &&str| {
        part.len() <= 20
            && !part.contains(|letter: char| letter.is_ascii_digit() || letter == '.')
            && part.matches('-').count() <= 1
    };
    url.query().is_none() && segments.len() <= 2 && segments.iter().all(is_word)
}
