//! How much of an article a page shows: where it goes on elsewhere, or stands behind a paywall, the article is
//! partial and a warning says why.

use super::{
    Onward,
    generic::{Ending, Gate},
    rules::Ruled,
};
use crate::{
    model::{Article, Completeness},
    page::{Page, Pick},
};
use serde_json::Value;
use url::Url;

/// The article goes on at another page.
pub(super) const NEXT_PAGE: &str = "article/next-page";
/// A paywall or login keeps the rest.
pub(super) const PAYWALL: &str = "article/paywall";
/// A link leads to the rest.
pub(super) const CONTINUES: &str = "article/continues";

/// Body of fewer words counts as short, where a page says that its text is not free.
const SHORT_WORDS: usize = 250;
/// Letters of the part that is not free from which on it is there.
const PAID_MIN: usize = 200;
/// Selectors of paid parts, and elements that each finds, that are looked at.
const SELECTORS_MAX: usize = 8;
const PARTS_MAX: usize = 200;

/// Notes that an article is cut.
pub(super) fn cut(article: &mut Article, code: &str) {
    article.completeness = Completeness::Partial;
    if !article.warnings.iter().any(|known| known == code) {
        article.warnings.push(code.to_owned());
    }
}

/// Whether a warning is of a cut.
pub(super) fn is_cut(code: &str) -> bool {
    matches!(code, NEXT_PAGE | PAYWALL | CONTINUES)
}

/// The article's next page: as the rules say, else as the page shows it.
pub(super) fn next(
    page: &Page,
    ruled: &Ruled<'_>,
    ending: &Ending,
    (url, onward): (Option<&Url>, Option<&Onward>),
) -> Option<Onward> {
    let own = url.cloned().or_else(|| page.canonical())?;
    let first = onward.map_or_else(|| own.clone(), |onward| onward.first.clone());
    let by_rule = ruled.value(|rule| &rule.next).and_then(|(address, _)| page.resolve(&address));
    let url = by_rule.as_ref().or(ending.next.as_ref()).map(bare)?;
    let is_beside = url.host() == own.host() && url.port() == own.port();
    let is_further = is_beside && url != bare(&own) && url != bare(&first);
    is_further.then(|| Onward { url, first, number: onward.map_or(1, |onward| onward.number) + 1 })
}

/// An address without its fragment.
fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// Sets how much of the article is there, by what the page says and shows.
pub(super) fn settle(article: &mut Article, page: &Page, is_free: Option<bool>, ending: &Ending) {
    if article.body.is_empty() {
        return;
    }
    if is_free == Some(false) && article.words < SHORT_WORDS && !has_paid_part(page) {
        cut(article, PAYWALL);
    }
    match ending.gate {
        Some(Gate::Paywall) => cut(article, PAYWALL),
        Some(Gate::Continues) if ending.next.is_none() => cut(article, CONTINUES),
        Some(Gate::Continues) | None => {}
    }
}

/// Whether the part that the page declares as not free is there with its text.
fn has_paid_part(page: &Page) -> bool {
    let parts = page.json_ld().iter().filter_map(|object| object.get("hasPart")).flat_map(each);
    let selectors =
        parts.filter(|part| is_paid(part)).filter_map(|part| part.get("cssSelector")).flat_map(each);
    let picks = selectors.filter_map(Value::as_str).filter_map(|text| Pick::compile(text).ok());
    let letters = |pick: Pick| {
        let nodes = page.select(&pick).into_iter().take(PARTS_MAX);
        nodes.map(|node| node.text().chars().count()).sum::<usize>()
    };
    picks.take(SELECTORS_MAX).map(letters).sum::<usize>() >= PAID_MIN
}

/// The elements of an array, or the value itself.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice).iter()
}

fn is_paid(part: &Value) -> bool {
    let says = part.get("isAccessibleForFree");
    says.and_then(Value::as_bool) == Some(false)
        || says.and_then(Value::as_str).is_some_and(|word| word.eq_ignore_ascii_case("false"))
}
