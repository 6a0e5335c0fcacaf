//! Identity: whether something is known already. Exact here: the same entry, the same address, the same
//! words; the caller looks facts up in an index and hands them in. [`near`] tells copies that differ.

mod address;
pub mod near;

pub use address::{bare_host, canonical, clean, inside, spelling};

use crate::{
    model::{
        Article, ArticleId, BlockKind, CanonicalUrl, Duplicate, Entry, Fingerprint, Marks, Moment, Relation,
        SourceId,
    },
    text,
};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Fewer letters than this are too few to call two texts the same across sources.
const CONTENT_LETTERS_MIN: usize = 100;

/// What an entry is found at: its address, or without one its words, so that it is known again under another id.
pub fn place(entry: &Entry) -> CanonicalUrl {
    entry.url.as_ref().map_or_else(|| CanonicalUrl(worded(entry)), canonical)
}

/// The key of an entry whose id tells nothing: where it is found, in a spelling that stays from version to version.
pub fn key(entry: &Entry) -> String {
    entry.url.as_ref().map_or_else(|| worded(entry), spelling)
}

fn worded(entry: &Entry) -> String {
    format!("text:{}", entry_fingerprint(entry))
}

/// What an entry says, to see at the next poll whether it still says the same.
pub fn entry_fingerprint(entry: &Entry) -> Fingerprint {
    let time = |moment: Option<Moment>| moment.map(|moment| moment.at.to_string()).unwrap_or_default();
    Fingerprint::of([
        entry.url.as_ref().map_or("", Url::as_str),
        &entry.title,
        &time(entry.published),
        &time(entry.updated),
        entry.summary.as_deref().unwrap_or_default(),
        entry.content.as_deref().unwrap_or_default(),
    ])
}

/// What each entry of one list is recognized by when its id has changed: what is another's in the same list too is no
/// mark.
///
/// # Why
/// A link tells an entry, unless it is a front page or several entries of one list have it under different headlines.
/// Headline and time tell it too, but a time that is midnight is a date alone, which different entries with one
/// headline share; without such a time only all of its words tell it. They count beside a link only where that has a
/// query, in which a session may be.
pub fn marks(entries: &[Entry]) -> Vec<Marks> {
    let links: Vec<Option<String>> = entries.iter().map(link_form).collect();
    let mut headlines: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (entry, link) in entries.iter().zip(&links) {
        if let Some(link) = link {
            headlines.entry(link).or_default().insert(&entry.title);
        }
    }
    let own = links.iter().map(|link| {
        link.as_deref().filter(|link| headlines.get(link).is_some_and(|headlines| headlines.len() == 1))
    });
    let own: Vec<Option<&str>> = own.collect();
    let texts: Vec<Option<Fingerprint>> =
        entries.iter().zip(&own).map(|(entry, link)| text_mark(entry, link.is_some())).collect();
    let mut linked: BTreeMap<Fingerprint, BTreeSet<&str>> = BTreeMap::new();
    for (text, link) in texts.iter().zip(&own) {
        if let (Some(text), Some(link)) = (text, link) {
            linked.entry(*text).or_default().insert(link);
        }
    }
    let is_own = |text: &Fingerprint| linked.get(text).is_none_or(|links| links.len() == 1);
    let marked = entries.iter().zip(own).zip(texts);
    let marked = marked.map(|((entry, link), text)| Marks {
        link: link.map(|link| Fingerprint::of(["link", link])),
        text: text.filter(is_own),
        words: Some(Fingerprint::of(words_of(entry).iter().map(String::as_str))),
    });
    marked.collect()
}

/// Where an entry leads, with the fragment; `None` for a front page.
fn link_form(entry: &Entry) -> Option<String> {
    let url = entry.url.as_ref()?;
    let fragment = url.fragment().filter(|fragment| !fragment.is_empty());
    let is_front = url.path() == "/" && url.query().is_none() && fragment.is_none();
    let form = spelling(url);
    (!is_front).then(|| fragment.map(|fragment| format!("{form}#{fragment}")).unwrap_or(form))
}

fn text_mark(entry: &Entry, has_link: bool) -> Option<Fingerprint> {
    let form = entry.url.as_ref().map(spelling).unwrap_or_default();
    let fragment = entry.url.as_ref().and_then(Url::fragment).unwrap_or_default();
    let (path, has_query) = form.split_once('?').map_or((&*form, false), |(path, _)| (path, true));
    let exact = entry.published.filter(|published| !entry.title.is_empty() && is_exact(*published));
    match exact {
        Some(published) if has_query || !has_link => {
            Some(Fingerprint::of(["dated", path, fragment, &entry.title, &published.at.to_string()]))
        }
        None if !has_link => {
            let words = words_of(entry);
            let words = words.iter().map(String::as_str);
            Some(Fingerprint::of(["worded", &form, fragment].into_iter().chain(words)))
        }
        Some(_) | None => None,
    }
}

/// Whether it is more than a date.
fn is_exact(moment: Moment) -> bool {
    moment.offset.to_datetime(moment.at).time() != jiff::civil::Time::midnight()
}

/// All an entry says, but for where it leads.
fn words_of(entry: &Entry) -> [String; 5] {
    let time = |moment: Option<Moment>| moment.map(|moment| moment.at.to_string()).unwrap_or_default();
    [
        entry.title.clone(),
        time(entry.published),
        time(entry.updated),
        entry.summary.clone().unwrap_or_default(),
        entry.content.clone().unwrap_or_default(),
    ]
}

/// Whether entries with these marks have a link in common, or a headline and time.
pub fn lead_alike(one: &Marks, other: &Marks) -> bool {
    let alike = |one: Option<Fingerprint>, other: Option<Fingerprint>| one.is_some() && one == other;
    alike(one.link, other.link) || alike(one.text, other.text)
}

/// The words of the body in matching form: equal for copies that differ in spelling, marks or white space
/// only. `None` where the text is too short to be told apart by it.
pub fn content_fingerprint(article: &Article) -> Option<Fingerprint> {
    let words = text::fold(&article.text);
    let letters = words.chars().filter(|letter| letter.is_alphanumeric()).count();
    (letters >= CONTENT_LETTERS_MIN).then(|| Fingerprint::of([words.as_str()]))
}

/// What may make a revision when it changes: headline, body, byline, published time, captions. Where it is the same there
/// is none; where it differs, `revise` tells whether it is more than noise.
pub fn revision_fingerprint(article: &Article) -> Fingerprint {
    let published = article.published.map(Moment::to_rfc3339).unwrap_or_default();
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
    /// What it was recognized by then.
    pub marks: Marks,
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

/// Compares an entry with what the index knows of it and of its address within the source. The same words under a
/// link in which only a session or the way that a reader came differs are no change.
pub fn triage(
    (said, marks): (Fingerprint, &Marks),
    entry: Option<&KnownEntry>,
    address_known: bool,
) -> Triage {
    let says_the_same = |known: &KnownEntry| {
        marks.words.is_some() && marks.words == known.marks.words && lead_alike(marks, &known.marks)
    };
    match entry {
        Some(known) if known.fingerprint == said || says_the_same(known) => Triage::Unchanged,
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

/// What an article repeats or goes on with: `near` is what its words say. Where it has the address or all the words of
/// another, that one counts, unless the words lead to one that was published earlier.
pub fn bond(verdict: &Verdict, near: Option<Duplicate>) -> Option<Duplicate> {
    match verdict {
        Verdict::Duplicate(of) => {
            Some(near.filter(|near| near.relation == Relation::Duplicate).unwrap_or_else(|| Duplicate {
                of: of.id.0.clone(),
                relation: Relation::Duplicate,
                similarity: 1.0,
            }))
        }
        Verdict::New | Verdict::Update(_) => near,
        Verdict::Unchanged(_) => None,
    }
}

#[cfg(test)]
mod tests;
