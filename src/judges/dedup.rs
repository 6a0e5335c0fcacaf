//! Identity: whether something is known already. Exact only: the same entry, the same address, the same
//! words. The caller looks facts up in an index and hands them in.

use crate::{
    model::{Article, ArticleId, BlockKind, CanonicalUrl, Entry, Fingerprint, SourceId},
    text,
};
use url::Url;

/// Query parameters that name the way a reader came, not the page.
const TRACKERS: [&str; 12] = [
    "fbclid", "gclid", "dclid", "msclkid", "igshid", "mc_cid", "mc_eid", "ncid", "cmpid", "ocid", "yclid",
    "_ga",
];

/// Fewer letters than this are too few to call two texts the same across sources.
const CONTENT_LETTERS_MIN: usize = 100;

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

/// What an entry is found at: its address, or without one its words, so that it is known again under another id.
pub fn place(entry: &Entry) -> CanonicalUrl {
    entry.url.as_ref().map_or_else(|| CanonicalUrl(format!("text:{}", entry_fingerprint(entry))), canonical)
}

/// What an entry says, to see at the next poll whether it still says the same.
pub fn entry_fingerprint(entry: &Entry) -> Fingerprint {
    let time =
        |moment: Option<crate::model::Moment>| moment.map(|moment| moment.at.to_string()).unwrap_or_default();
    Fingerprint::of([
        entry.url.as_ref().map_or("", Url::as_str),
        &entry.title,
        &time(entry.published),
        &time(entry.updated),
        entry.summary.as_deref().unwrap_or_default(),
        entry.content.as_deref().unwrap_or_default(),
    ])
}

/// The words of the body in matching form: equal for copies that differ in spelling, marks or white space
/// only. `None` where the text is too short to be told apart by it.
pub fn content_fingerprint(article: &Article) -> Option<Fingerprint> {
    let words = text::fold(&article.text);
    let letters = words.chars().filter(|letter| letter.is_alphanumeric()).count();
    (letters >= CONTENT_LETTERS_MIN).then(|| Fingerprint::of([words.as_str()]))
}

/// What makes a revision when it changes: headline, body, byline, published time, captions.
pub fn revision_fingerprint(article: &Article) -> Fingerprint {
    let published = article.published.map(crate::model::Moment::to_rfc3339).unwrap_or_default();
    let blocks = article.body.iter().filter(|block| block.kind != BlockKind::Image);
    let captions = article.images.iter().filter_map(|image| image.caption.as_deref());
    Fingerprint::of(
        [article.title.as_str(), article.byline.as_deref().unwrap_or_default(), &published]
            .into_iter()
            .chain(blocks.map(|block| block.text.as_str()))
            .chain(captions),
    )
}

/// What the index knows of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEntry {
    /// What the entry said when it was last read.
    pub fingerprint: Fingerprint,
}

/// What to do with an entry before its page is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Triage {
    /// Never seen: its page is fetched.
    New,
    /// Seen, and it says something else now: its page is fetched again.
    Changed,
    /// Seen, and it says the same.
    Unchanged,
    /// Another entry of this source led to the same address already.
    SameAddress,
}

/// Compares an entry with what the index knows of its key and of its address within the source.
pub fn triage(said: Fingerprint, entry: Option<&KnownEntry>, address_known: bool) -> Triage {
    match entry {
        Some(known) if known.fingerprint == said => Triage::Unchanged,
        Some(_) => Triage::Changed,
        None if address_known => Triage::SameAddress,
        None => Triage::New,
    }
}

/// An article of the index, as far as a verdict needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownArticle {
    /// Its id.
    pub id: ArticleId,
    /// Its source.
    pub source: SourceId,
    /// Its newest revision; 0 while its first file is not yet published.
    pub revision: u64,
    /// Fingerprint of that revision.
    pub fingerprint: Fingerprint,
    /// Whether that revision is a teaser made of the feed alone.
    pub is_teaser: bool,
}

/// What the index knows around a freshly extracted article.
#[derive(Debug, Clone, Default)]
pub struct Neighbors {
    /// The article that this entry or this address belonged to in the same source.
    pub own: Option<KnownArticle>,
    /// The earliest article of another source at the same address.
    pub same_url: Option<KnownArticle>,
    /// The earliest article of another source with the same words.
    pub same_content: Option<KnownArticle>,
}

/// What a freshly extracted article is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing like it is known.
    New,
    /// The next revision of a known article.
    Update(KnownArticle),
    /// A known article, unchanged.
    Unchanged(KnownArticle),
    /// New in its source, with the words or the address of an earlier article elsewhere.
    Duplicate(KnownArticle),
}

/// The verdict. A teaser never replaces a fuller revision.
pub fn judge(fingerprint: Fingerprint, is_teaser: bool, neighbors: Neighbors) -> Verdict {
    match neighbors.own {
        Some(own) if own.revision > 0 && own.fingerprint == fingerprint => Verdict::Unchanged(own),
        Some(own) if own.revision > 0 && is_teaser && !own.is_teaser => Verdict::Unchanged(own),
        Some(own) if own.revision > 0 => Verdict::Update(own),
        _ => neighbors.same_url.or(neighbors.same_content).map_or(Verdict::New, Verdict::Duplicate),
    }
}

#[cfg(test)]
mod tests;
