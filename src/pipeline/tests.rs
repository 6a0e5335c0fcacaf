//! What is known of doors and hosts between two looks.

use super::{DoorState, Hosts, desk};
use crate::io::{fetch::Hop, store::HostRow};
use jiff::{SignedDuration, Timestamp};
use url::Url;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn what_the_first_version_knew_of_a_door_is_known_after_an_upgrade() {
    let old = r#"{"validators":{"etag":"W/\"7\"","last_modified":"then"},"body":"0a","next":"2026-03-02T10:00:00Z",
        "retry":"2026-03-02T09:00:00Z","answered":"2026-03-02T08:00:00Z","unkept":true,"failures":2,"polls":9}"#;
    let state = DoorState::from_json(old);
    assert_eq!(state.validators.etag.as_deref(), Some(&b"W/\"7\""[..]));
    assert_eq!(state.validators.last_modified.as_deref(), Some(&b"then"[..]));
    assert_eq!((state.failures, state.polls, state.unkept), (2, 9, true));
    assert_eq!(state.next, Some(at("2026-03-02T10:00:00Z")));
    assert_eq!(DoorState::from_json(&state.to_json()), state);
}

#[test]
fn a_time_that_nobody_can_have_asked_for_holds_nobody_back() {
    let now = at("2026-03-02T10:00:00Z");
    let cases =
        [("2026-03-02T09:59:59Z", false), ("2026-03-02T10:00:01Z", true), ("2026-03-03T09:00:00Z", true)];
    for (not_before, holds) in cases.into_iter().chain([("2036-03-02T10:00:00Z", false)]) {
        let state = DoorState { not_before: Some(at(not_before)), ..DoorState::default() };
        assert_eq!(state.held_until(now).is_some(), holds, "{not_before}");
    }
}

#[test]
fn a_door_is_gone_by_its_word_or_after_a_week_of_404() {
    let start = at("2026-03-02T10:00:00Z");
    let gone_after = |code: &str, every: i64| {
        let mut state = DoorState::default();
        (0..100).find(|nth| {
            let now = start + SignedDuration::from_hours(every * nth);
            state.note_failure((code, "words"), true, now)
        })
    };
    assert_eq!(gone_after("http/410", 1), Some(0));
    assert_eq!(gone_after("http/404", 6), Some(28), "a week");
    assert_eq!(gone_after("http/404", 48), Some(9), "ten answers");
    assert_eq!(gone_after("http/404", 1), None, "four days");
    assert_eq!(gone_after("http/500", 24), None);
    assert_eq!(gone_after("fetch/dns", 24), None);
}

#[test]
fn only_equal_permanent_answers_in_a_row_are_a_move() {
    let hop = |status| Hop { url: url("https://a.example/feed"), status };
    let taken_at = |answers: &[(&[u16], &str)]| {
        let mut state = DoorState::default();
        answers.iter().position(|(statuses, end)| {
            let hops: Vec<Hop> = statuses.iter().copied().map(hop).collect();
            state.note_redirects(&hops, &url(end)).is_some()
        })
    };
    let (one, other) = ("https://b.example/one", "https://b.example/other");
    assert_eq!(taken_at(&[(&[301], one), (&[308], one), (&[301, 301], one)]), Some(2));
    assert_eq!(taken_at(&[(&[301], one), (&[301], one)]), None);
    assert_eq!(taken_at(&[(&[301], one), (&[301], other), (&[301], one), (&[301], one)]), None);
    assert_eq!(taken_at(&[(&[301], one), (&[], one), (&[301], one), (&[301], one)]), None);
    assert_eq!(taken_at(&[(&[302], one), (&[302], one), (&[302], one), (&[302], one)]), None);
    assert_eq!(taken_at(&[(&[301, 302], one), (&[301, 302], one), (&[301, 302], one)]), None);
}

#[test]
fn a_wait_is_for_the_address_the_host_or_the_domain_that_asked() {
    let now = at("2026-03-02T10:00:00Z");
    let held = |scope: &str, address: &str| {
        let hold = r#"{"until":"2026-03-02T11:00:00Z","status":429,"times":1}"#;
        let row = HostRow {
            kind: "hold".to_owned(),
            host: scope.to_owned(),
            state: hold.to_owned(),
            until: now.as_second() + 3600,
        };
        Hosts::new(vec![row], desk::open().0).hold(&url(address), now).is_some()
    };
    let cases = [
        ("https://www.a.example/feed", "https://www.a.example/feed", true),
        ("https://www.a.example/feed", "https://www.a.example/other", false),
        ("host www.a.example", "https://www.a.example/other", true),
        ("host www.a.example", "http://www.a.example/other", true),
        ("host www.a.example", "https://a.example/", false),
        ("host www.a.example", "https://www.a.example:8443/", false),
        ("domain paper.co.uk", "https://news.paper.co.uk/", true),
        ("domain paper.co.uk", "https://paper.co.uk:8443/", true),
        ("domain paper.co.uk", "https://other.co.uk/", false),
        ("domain 127.0.0.1:80", "http://127.0.0.1:8080/", false),
    ];
    for (scope, address, expected) in cases {
        assert_eq!(held(scope, address), expected, "{scope}: {address}");
    }
}
