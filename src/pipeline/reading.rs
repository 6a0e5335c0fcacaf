//! From an entry to its article: fetch the page, read it, complete it with what the entry said; where the
//! page cannot be had, what the feed said stands in.

use super::{
    Context, DoorKind, Source,
    failure::{self, Failure},
    finding::Addresses,
    leaves,
    manners::{self, Refusal},
};
use crate::{
    date::Order,
    io::fetch::{Accept, Request, Response, Validators},
    judges::dedup,
    model::{
        Article, Block, BlockKind, Completeness, Entry, FetchFacts, Kind, Origin, Provenance, Remark, SCHEMA,
    },
    readers::{
        article::{self, Leaf, Onward},
        live,
        wall::Wall,
    },
    text,
};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::{sync::Arc, time::Duration};
use url::Url;

/// What came of an entry.
#[derive(Debug)]
pub(super) enum Reading {
    /// An article, with its addresses and what its page is recognized by.
    Article(Box<Read>),
    /// Its page is the one that was read last.
    Unchanged,
    /// Its page is a live page, at this address; and what it is as an article.
    Live(Url, Box<Reading>),
    /// Its page cannot be had now.
    Later(Trouble),
    /// A bug: reading it panicked.
    Panicked,
    /// The daemon stops.
    CutOff,
}

/// An article as it was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) article: Article,
    pub(super) addresses: Addresses,
    /// What its page is recognized by.
    pub(super) validators: Validators,
    pub(super) remarks: Vec<Remark>,
    /// The way to its next page, until that is read.
    pub(super) next: Option<Onward>,
    /// Pages after the first that were read.
    pub(super) further: usize,
    /// Why one of them could not be had.
    pub(super) missing: Option<Trouble>,
}

/// Why a page could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Stable code.
    pub code: String,
    /// Time until the server asks to come back.
    pub retry_after: Option<Duration>,
    /// Whether another try can help.
    pub may_pass: bool,
    /// Whose it is.
    pub whose: Whose,
}

/// Whose a trouble is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The page's.
    Page,
    /// The host's: it does not answer, or does not let us in.
    Host,
    /// Nobody's: nothing was asked, since the host wants to be left alone.
    Held,
    /// Our own: nothing was asked, since other requests of ours at the host come first.
    Busy,
}

impl Trouble {
    /// A page that is not what its entry promises.
    pub(super) fn of_page(code: impl Into<String>, may_pass: bool) -> Self {
        Self { code: code.into(), retry_after: None, may_pass, whose: Whose::Page }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let is_hosts = !failure.reached && failure.may_pass || failure.refused;
        let whose = if is_hosts { Whose::Host } else { Whose::Page };
        let is_challenge = failure.code == Wall::Challenge.code();
        let retry_after = failure.retry_after.or(is_challenge.then_some(CHALLENGED));
        let Failure { code, may_pass, .. } = failure;
        Self { code, retry_after, may_pass, whose }
    }
}

/// Whoever is taken for a bot does not come back sooner.
const CHALLENGED: Duration = Duration::from_hours(1);

/// Reads the article that an entry points to. `validators`: what its page was recognized by when it was read last.
pub(super) async fn read(
    context: &Context,
    source: &Arc<Source>,
    entry: &Entry,
    validators: &Validators,
) -> Reading {
    let Some(url) = &entry.url else {
        return Reading::Later(Trouble::of_page("entry/no-link", false));
    };
    let request = Request { validators: validators.clone(), ..source.request(url.clone(), Accept::Page) };
    match context.until_stop(manners::get(context, request, true)).await {
        None => Reading::CutOff,
        Some(Ok(response)) if response.status == 200 => {
            let reading = read_page(context, source, entry, response).await;
            leaves::gather(context, source, reading).await
        }
        Some(Ok(response)) if response.status == 304 && *validators != Validators::default() => {
            Reading::Unchanged
        }
        Some(Ok(response)) => Reading::Later(Failure::status(url, &response).into()),
        Some(Err(refusal)) => Reading::Later(refused(context, refusal)),
    }
}

pub(super) fn refused(context: &Context, refusal: Refusal) -> Trouble {
    match refusal {
        Refusal::Failed(failure) => failure.into(),
        Refusal::Held(hold) => {
            let wait = hold.until.duration_since(context.clock.now());
            let retry_after = Duration::try_from(wait).ok();
            Trouble {
                retry_after,
                whose: Whose::Held,
                ..Trouble::of_page(format!("http/{}", hold.status), true)
            }
        }
        Refusal::Busy => Trouble { whose: Whose::Busy, ..Trouble::of_page("host/busy", true) },
        Refusal::Disallowed(_) => Trouble::of_page("robots/disallowed", false),
    }
}

async fn read_page(context: &Context, source: &Arc<Source>, entry: &Entry, response: Response) -> Reading {
    if !is_page(&response) {
        return Reading::Later(Trouble::of_page("page/not-html", false));
    }
    let (source, entry, now) = (Arc::clone(source), entry.clone(), context.clock.now());
    match context.pool.run(move || page(&source, &entry, &response, now)).await {
        Ok(reading) => reading,
        Err(_panicked) => Reading::Panicked,
    }
}

/// Whether an answer may be a page for people, by its type.
pub(super) fn is_page(response: &Response) -> bool {
    let mime = response.content_type.as_deref().unwrap_or("text/html");
    matches!(mime, "text/html" | "application/xhtml+xml" | "text/plain" | "application/xml" | "text/xml")
}

/// Reads a page that was fetched for an entry. Pure.
fn page(source: &Source, entry: &Entry, response: &Response, now: Timestamp) -> Reading {
    let (html, remark) = text::decode(&response.body, response.charset.as_deref());
    let linked = entry.url.as_ref().unwrap_or(&response.url);
    let wall = failure::wall_of(linked, response, &html);
    let is_live = wall.is_none() && is_live(source, &html, &response.url, now);
    let reading = as_article((source, entry), response, (&html, remark, wall), now);
    if is_live { Reading::Live(response.url.clone(), Box::new(reading)) } else { reading }
}

/// Reads a page as an article. `wall` is what seems to stand in its place.
fn as_article(
    (source, entry): (&Source, &Entry),
    response: &Response,
    (html, remark, wall): (&str, Option<Remark>, Option<Wall>),
    now: Timestamp,
) -> Reading {
    let linked = entry.url.as_ref().unwrap_or(&response.url);
    let leaf = article::extract_leaf(&options(source, now), html, Some(&response.url), None);
    let Leaf { mut article, next, mut remarks } = leaf;
    let is_beside = |wall: &Wall| {
        (may_be_beside(*wall) || has_paragraphs(&article))
            && is_of(entry, &article)
            && !failure::is_beyond_doubt(linked, response, html)
    };
    if let Some(wall) = wall.filter(|wall| !is_beside(wall)) {
        return Reading::Later(Failure::wall(wall, response).into());
    }
    remarks.extend(remark);
    if article.body.is_empty() {
        let code = article
            .warnings
            .iter()
            .find(|code| code.starts_with("article/not-"))
            .map_or("article/no-body", String::as_str);
        return Reading::Later(Trouble::of_page(code, code == NOT_FOUND));
    }
    if is_led_away(entry, &article, linked, &response.url) {
        return Reading::Later(Trouble::of_page(REDIRECTED_AWAY, true));
    }
    complete(&mut article, entry);
    let addresses = address(&mut article, &response.url, linked);
    article.source = Some(source.id.to_string());
    article.fetch = Some(FetchFacts {
        at: now.to_string(),
        final_url: response.url.to_string(),
        status: response.status,
        bytes: response.body.len() as u64,
        sha256: HEXLOWER.encode(&Sha256::digest(&response.body)),
    });
    let validators = response.validators.clone();
    let read = Read { article, addresses, validators, remarks, next, ..Read::default() };
    Reading::Article(Box::new(read))
}

/// Posts that a page has that is followed as a live page.
const POSTS_MIN: usize = 2;

/// Whether a page declares itself a live page, and has posts.
fn is_live(source: &Source, html: &str, url: &Url, now: Timestamp) -> bool {
    let is_declared =
        ["LiveBlogPosting", "liveBlogUpdate", "amp-live-list"].iter().any(|word| html.contains(word));
    if !is_declared {
        return false;
    }
    let door = source.child(url.clone(), "");
    let rule = match &door.kind {
        DoorKind::Live { rule, .. } => rule.clone(),
        DoorKind::Feed { .. } | DoorKind::Listing(_) | DoorKind::Sitemap => live::Rule::default(),
    };
    let options =
        live::Options { rule: &rule, zone: &source.zone, now, order: Order::Dmy, like: None, local: &[] };
    let (look, _) = live::read(&options, html, Some(url));
    look.is_live_page(POSTS_MIN)
}

/// A page that says with a good status that there is nothing at its address.
pub(super) const NOT_FOUND: &str = "article/not-found";

/// A page that stands in for several, or the front page or a section in place of an article.
const REDIRECTED_AWAY: &str = "page/redirected-away";

/// A page that several entries were sent to is none of theirs.
pub(super) fn redirected_away() -> Trouble {
    Trouble::of_page(REDIRECTED_AWAY, true)
}

/// Whether what tells of a wall stands on many a page that is none: a question about cookies, a field for a password.
const fn may_be_beside(wall: Wall) -> bool {
    matches!(wall, Wall::Consent | Wall::Login)
}

/// Whether redirects led from an article to the front page, or to a section whose page is not called like it.
fn is_led_away(entry: &Entry, article: &Article, linked: &Url, end: &Url) -> bool {
    let depth = |url: &Url| url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).count();
    let is_to_section =
        article::is_section(end) && !article::is_section(linked) && depth(end) < depth(linked);
    let is_to_front = is_front(end) && !is_front(linked);
    is_to_front || is_to_section && !has_words_of(&article.title, &text::fold(&entry.title))
}

/// Whether more than half of the words of a folded headline are in a text.
fn has_words_of(shown: &str, headline: &str) -> bool {
    let shown = text::fold(shown);
    let words: Vec<&str> = headline.split(' ').collect();
    let found = words.iter().filter(|word| shown.split(' ').any(|known| known == **word)).count();
    !headline.is_empty() && found * 2 > words.len()
}

/// Words of a paragraph that no wall has: it says what it is in a sentence.
const PARAGRAPH_WORDS: usize = 15;

/// Whether there are paragraphs as no wall has them.
fn has_paragraphs(article: &Article) -> bool {
    let is_paragraph =
        |block: &&Block| block.kind == BlockKind::Paragraph && text::words(&block.text) >= PARAGRAPH_WORDS;
    article.body.iter().filter(is_paragraph).count() >= 2
}

/// Whether a page is the article that an entry speaks of: it has its headline, in other words at most by half.
fn is_of(entry: &Entry, article: &Article) -> bool {
    let headline = text::fold(&entry.title);
    let shown = format!("{} {}", article.title, article.text);
    let has_it = || text::fold(&shown).contains(&headline) || has_words_of(&shown, &headline);
    !headline.is_empty() && !article.body.is_empty() && has_it()
}

/// How the pages of a source are read.
pub fn options(source: &Source, now: Timestamp) -> article::Options<'_> {
    let order = source.doors.iter().find_map(|door| match door.kind {
        DoorKind::Feed { order, .. } => Some(order),
        DoorKind::Listing(_) | DoorKind::Sitemap | DoorKind::Live { .. } => None,
    });
    article::Options {
        rules: &source.rules,
        zone: &source.zone,
        language: source.language.as_deref(),
        now,
        order: order.unwrap_or(Order::Dmy),
    }
}

/// Fills what the page left open with what the entry says.
fn complete(article: &mut Article, entry: &Entry) {
    let mut from_feed = |field: &str| {
        article.provenance.insert(field.to_owned(), Provenance::from(Origin::Feed));
    };
    if article.title.is_empty() && !entry.title.is_empty() {
        article.title.clone_from(&entry.title);
        from_feed("title");
    }
    if article.published.is_none() && entry.published.is_some() {
        article.published = entry.published;
        article.warnings.retain(|code| code != "article/no-date");
        from_feed("published");
    }
    if article.modified.is_none() && entry.updated.is_some() && entry.updated != entry.published {
        article.modified = entry.updated;
        from_feed("modified");
    }
    if article.authors.is_empty() && article.byline.is_none() && !entry.authors.is_empty() {
        article.authors.clone_from(&entry.authors);
        from_feed("authors");
    }
    if article.tags.is_empty() && !entry.tags.is_empty() {
        article.tags.clone_from(&entry.tags);
        from_feed("tags");
    }
    let summary = entry.summary.as_deref().map(text::strip_markup).filter(|summary| !summary.is_empty());
    if article.summary.is_none() && summary.is_some() {
        article.summary = summary;
        from_feed("summary");
    }
}

/// Decides the article's address: the page's own word for it is believed within its site only.
fn address(article: &mut Article, fetched: &Url, linked: &Url) -> Addresses {
    let declared = article.url.as_deref().and_then(|url| Url::parse(url).ok());
    let own = declared.filter(|declared| is_same_site(declared, fetched)).unwrap_or_else(|| fetched.clone());
    let forms = [linked, fetched, &own].map(dedup::canonical);
    let [link, fetch, declare] = &forms;
    let mut others: Vec<String> = Vec::new();
    let spelled = dedup::spelling(&own);
    for url in [linked, fetched] {
        let clean = dedup::clean(url).to_string();
        if dedup::spelling(url) != spelled && !others.contains(&clean) {
            others.push(clean);
        }
    }
    article.url = Some(dedup::clean(&own).to_string());
    article.alt_urls = others;
    Addresses {
        fetched: Some(fetch.clone()).filter(|fetch| fetch != link),
        declared: Some(declare.clone()).filter(|declare| declare != link && declare != fetch),
        linked: Some(link.clone()),
    }
}

/// Whether a page at `fetched` may say that it lives at `declared`: the same host but for a label for a device, the same
/// port, and no front page for an article. An address of a cache stands for the one inside: of these it must hold too,
/// or a page that is cached could take the address of any other.
fn is_same_site(declared: &Url, fetched: &Url) -> bool {
    let is_within = |declared: &Url, fetched: &Url| {
        dedup::bare_host(declared) == dedup::bare_host(fetched)
            && declared.port() == fetched.port()
            && (!is_front(declared) || is_front(fetched))
    };
    let is_within_inside = || match (dedup::inside(declared), dedup::inside(fetched)) {
        (Some(declared), Some(fetched)) => is_within(&declared, &fetched),
        (Some(_), None) => false,
        (None, _) => true,
    };
    matches!(declared.scheme(), "http" | "https") && is_within(declared, fetched) && is_within_inside()
}

fn is_front(url: &Url) -> bool {
    url.path() == "/" && url.query().is_none()
}

/// The article that can be made of an entry alone, when its page could not be had for `code`. `None` where
/// the entry says nothing.
pub fn teaser(source: &Source, entry: &Entry, code: &str, now: Timestamp) -> Option<(Article, Addresses)> {
    let mut article = carried(source, entry, now).unwrap_or_default();
    if article.body.is_empty() {
        let summary = entry.summary.as_deref().map(text::strip_markup).unwrap_or_default();
        article.body =
            if summary.is_empty() { Vec::new() } else { vec![Block::text(BlockKind::Paragraph, summary)] };
        article.completeness = Completeness::Teaser;
    }
    if article.body.is_empty() && entry.title.is_empty() {
        return None;
    }
    SCHEMA.clone_into(&mut article.schema);
    article.kind = if article.body.is_empty() { Kind::Brief } else { Kind::Article };
    article.title.clone_from(&entry.title);
    article.provenance.insert("title".to_owned(), Provenance::from(Origin::Feed));
    article.text = article.body.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n\n");
    article.words = text::words(&article.text);
    let words = format!("{} {}", article.title, article.text);
    article.direction = text::direction(&words);
    article.language = text::language(&words, source.language.as_deref());
    complete(&mut article, entry);
    article.warnings = vec![code.to_owned()];
    article.source = Some(source.id.to_string());
    let addresses = match &entry.url {
        Some(url) => {
            article.url = None;
            address(&mut article, url, url)
        }
        None => Addresses { linked: Some(dedup::place(entry)), ..Addresses::default() },
    };
    Some((article, addresses))
}

/// Fewer words than this are a teaser even where a feed calls them the content.
const CONTENT_WORDS_MIN: usize = 60;

/// The article in the body that the entry itself carries, if it carries one.
fn carried(source: &Source, entry: &Entry, now: Timestamp) -> Option<Article> {
    let content = entry.content.as_deref()?;
    let unruled = article::Options { rules: &[], ..options(source, now) };
    let page = format!("<html><body><article>{content}</article></body></html>");
    let (article, _) = article::extract(&unruled, &page, entry.url.as_ref());
    (article.words >= CONTENT_WORDS_MIN).then_some(Article { completeness: Completeness::Partial, ..article })
}

#[cfg(test)]
mod tests;
