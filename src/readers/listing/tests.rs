//! Pages that list articles: one `check` and the cases as data.

use super::{CARDS_MAX, Listing, Options, Rule, read};
use crate::{date, page::Pick};
use jiff::Timestamp;
use url::Url;

const NOW: Timestamp = Timestamp::constant(1_772_440_000, 0);

/// The rule of a section of cards, each list with a fallback.
fn rule() -> Rule {
    let picks = |texts: &[&str]| texts.iter().map(|text| Pick::compile(text).unwrap()).collect();
    Rule {
        item: picks(&["div.card", "li.row"]),
        link: picks(&["h2 a@href", "a@href"]),
        title: picks(&["h2 a", "a@title"]),
        date: picks(&["time@datetime", ".date"]),
        next: picks(&["a[rel=next]@href", ".more@data-url"]),
        pages_max: 3,
    }
}

/// Reads a page at `https://paper.example/section/` with that rule.
fn listing(html: &str) -> (Listing, Vec<String>) {
    let zone = date::zone("Asia/Damascus").unwrap();
    let options = Options { rule: &rule(), zone: &zone, now: NOW };
    let url = Url::parse("https://paper.example/section/").unwrap();
    let (listing, remarks) = read(&options, html, &url);
    (listing, remarks.iter().map(|remark| remark.code.to_string()).collect())
}

/// Checks the cards of a page, as `address below the site | headline | time`, and the codes of its remarks.
#[track_caller]
fn check(html: &str, cards: &[&str], remarks: &[&str]) {
    let (listing, told) = listing(html);
    let short = |entry: &crate::model::Entry| {
        let url = entry.url.as_ref().unwrap().as_str();
        assert_eq!(entry.key, url);
        let time = entry.published.map(crate::model::Moment::to_rfc3339).unwrap_or_default();
        format!("{} | {} | {time}", url.strip_prefix("https://paper.example/").unwrap_or(url), entry.title)
    };
    assert_eq!(listing.entries.iter().map(short).collect::<Vec<_>>(), cards);
    assert_eq!(told, remarks);
}

#[test]
fn cards_come_in_page_order_with_headline_and_time() {
    check(
        "<div class=card><h2><a href='/one'>One <b>bold</b> word</a></h2><time datetime='2026-03-02T07:55:00Z'>now</time></div>
         <div class=card><h2><a href='two'>Two</a></h2></div>",
        &["one | One bold word | 2026-03-02T07:55:00+00:00", "section/two | Two | "],
        &[],
    );
}

#[test]
fn the_first_selector_that_finds_something_is_taken() {
    // No `div.card` here, and no `h2` in the rows.
    check(
        "<ul><li class=row><a href='/one' title='From the title'>More</a></li></ul>",
        &["one | From the title | "],
        &[],
    );
    // Where the first kind of card is there, the second is left alone.
    check(
        "<div class=card><h2><a href='/one'>One</a></h2></div><ul><li class=row><a href='/menu' title='Menu'>x</a></ul>",
        &["one | One | "],
        &[],
    );
    // Within one page each card falls back by itself.
    check(
        "<div class=card><h2><a href='/one'>One</a></h2></div><div class=card><a href='/two' title='Two'>x</a></div>",
        &["one | One | ", "two | Two | "],
        &[],
    );
}

#[test]
fn arabic_dates_are_read_in_the_zone_of_the_source() {
    check(
        "<div class=card><h2><a href='/1'>خبر</a></h2><span class=date>2 آذار 2026, 10:55</span></div>
         <div class=card><h2><a href='/2'>خبر ثان</a></h2><span class=date>٢ مارس ٢٠٢٦ - ١٠:٥٥</span></div>
         <div class=card><h2><a href='/3'>خبر ثالث</a></h2><span class=date>2023.03.02 | 10:55 دمشق</span></div>
         <div class=card><h2><a href='/4'>بلا تاريخ</a></h2><span class=date>رأي</span></div>",
        &[
            "1 | خبر | 2026-03-02T10:55:00+03:00",
            "2 | خبر ثان | 2026-03-02T10:55:00+03:00",
            "3 | خبر ثالث | 2023-03-02T10:55:00+03:00",
            "4 | بلا تاريخ | ",
        ],
        &[],
    );
}

#[test]
fn a_card_shown_twice_is_taken_once() {
    check(
        "<div class=card><h2><a href='/one#comments'>One</a></h2></div>
         <div class=card><h2><a href='https://paper.example/one'>One again</a></h2></div>",
        &["one | One | "],
        &[],
    );
}

#[test]
fn cards_that_lead_nowhere_are_remarked_and_the_others_are_taken() {
    check(
        "<div class=card>no link</div>
         <div class=card><a href='javascript:void(0)'>x</a></div>
         <div class=card><a href='mailto:desk@paper.example'>x</a></div>
         <div class=card><a href='http://[broken'>x</a></div>
         <div class=card><h2><a href='/one'>One</a></h2></div>",
        &["one | One | "],
        &["listing/no-link", "listing/bad-link", "listing/bad-link", "listing/bad-link"],
    );
}

#[test]
fn a_page_without_cards_is_remarked() {
    check("<p>Nothing yet.</p>", &[], &["listing/no-item"]);
    check("", &[], &["listing/no-item"]);
}

#[test]
fn addresses_are_against_the_base_that_the_page_declares() {
    check(
        "<head><base href='https://paper.example/deep/er/'></head><div class=card><a href='one' title=One>x</a></div>",
        &["deep/er/one | One | "],
        &[],
    );
}

#[test]
fn the_next_page_is_found_unless_it_is_this_one() {
    let cases = [
        ("<a rel=next href='?page=2'>Older</a>", Some("https://paper.example/section/?page=2")),
        ("<button class=more data-url='/section/p2'>More</button>", Some("https://paper.example/section/p2")),
        ("<a rel=next href='/section/'>Here</a>", None),
        ("<a rel=next href='#top'>Here</a>", None),
        ("<a rel=next href='javascript:more()'>More</a>", None),
        ("<p>The end.</p>", None),
    ];
    for (html, wanted) in cases {
        let (listing, _) = listing(html);
        assert_eq!(listing.next.as_ref().map(Url::as_str), wanted, "{html}");
    }
}

#[test]
fn a_flood_of_cards_is_cut_off_and_remarked() {
    let cards: String = (0..CARDS_MAX + 100)
        .flat_map(|at| {
            ["<div class=card><a href='/", &at.to_string(), "' title=t>x</a></div>"].map(str::to_owned)
        })
        .collect();
    let (listing, told) = listing(&cards);
    assert_eq!(listing.entries.len(), CARDS_MAX);
    assert_eq!(told, ["listing/flood"]);
}
