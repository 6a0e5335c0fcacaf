//! Which of the sitemaps that an index names without a time are likely the newest.
//!
//! # Why
//! Large sites cut their sitemaps by month or by number (`sitemap-2026-11.xml`, `news-37.xml`) and list them from the
//! oldest. Sitemaps of one name but for its digits are a series; of each the one with the highest numbers is likely the
//! one that grows. Several series (articles, tags, authors) take turns, those named after news first.

use std::collections::BTreeMap;
use url::Url;

/// Digits of a number that count; a longer one is no date and no count.
const DIGITS_MAX: usize = 14;

/// The likely newest first.
pub(super) fn newest_first(urls: Vec<Url>) -> Vec<Url> {
    let mut series: Vec<Vec<(Vec<u64>, Url)>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for url in urls {
        let (name, numbers) = name_and_numbers(&url);
        let place = *places.entry(name).or_insert(series.len());
        if place == series.len() {
            series.push(Vec::new());
        }
        if let Some(series) = series.get_mut(place) {
            series.push((numbers, url));
        }
    }
    for series in &mut series {
        series.sort_by(|(one, _), (other, _)| other.cmp(one));
    }
    series.sort_by_key(|series| !series.first().is_some_and(|(_, url)| is_news(url)));
    let mut turns: Vec<_> = series.into_iter().flat_map(|series| series.into_iter().enumerate()).collect();
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, (_, url))| url).collect()
}

fn is_news(url: &Url) -> bool {
    url.path().to_ascii_lowercase().contains("news")
}

/// Path and query of an address without its numbers, and these.
fn name_and_numbers(url: &Url) -> (String, Vec<u64>) {
    let whole = url.as_str().split_once("://").map_or(url.as_str(), |(_, whole)| whole);
    let (host, rest) = whole.split_once('/').unwrap_or((whole, ""));
    let mut name = format!("{host}/");
    let mut numbers = Vec::new();
    let mut digits = String::new();
    for character in rest.chars().chain(['\0']) {
        if character.is_ascii_digit() {
            digits.push(character);
        } else {
            if !digits.is_empty() {
                name.push('#');
                let digits = std::mem::take(&mut digits);
                numbers.push(digits.parse().ok().filter(|_| digits.len() <= DIGITS_MAX).unwrap_or_default());
            }
            name.push(character);
        }
    }
    (name, numbers)
}
