//! One story told in the markups of many systems: an editor posts, edits, pins and deletes, and the same events come of
//! it whatever the page is made of.

use super::{Event, Happening, Pace, Round, Tracker};
use crate::{
    date,
    model::Origin,
    readers::live::{Look, Options, Rule, Shape, read},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::collections::BTreeMap;
use url::Url;

/// How a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markup {
    /// Ids and epoch times on each post, and JSON-LD.
    Full,
    /// Ids on each post, times in `time`.
    Ids,
    /// JSON-LD alone.
    Declared,
    /// `#post1` is the newest.
    Positional,
    /// The id is made of the time of the last edit.
    Remade,
    /// No ids.
    Bare,
    /// No ids, "5 minutes ago".
    Relative,
}

const ALL: [Markup; 7] = [
    Markup::Full,
    Markup::Ids,
    Markup::Declared,
    Markup::Positional,
    Markup::Remade,
    Markup::Bare,
    Markup::Relative,
];

/// A post as its editor has it. Times in minutes.
#[derive(Debug, Clone)]
struct Written {
    name: &'static str,
    at: i64,
    edited: i64,
    text: String,
    pinned: bool,
}

/// A live page as its editor has it.
#[derive(Debug, Clone, Default)]
struct Desk {
    posts: Vec<Written>,
    title: String,
    badge: bool,
}

const PER_PAGE: usize = 6;

/// Words that make each post's text its own.
const WORDS: [&str; 8] = ["crane", "ferry", "gate", "pier", "buoy", "anchor", "lantern", "rope"];

impl Desk {
    fn open() -> Self {
        Self { title: "Harbor".to_owned(), badge: true, ..Self::default() }
    }

    fn post(&mut self, name: &'static str, at: i64) {
        let seed = name.bytes().fold(7usize, |sum, byte| sum * 31 + usize::from(byte));
        let word = |step: usize| WORDS[(seed / (step * step + 1)) % WORDS.len()];
        let text = format!(
            "{name}: the {} and the {} {} of {name} stand by the {} today",
            word(1),
            word(2),
            word(3),
            word(5)
        );
        self.posts.insert(0, Written { name, at, edited: at, text, pinned: false });
    }

    fn of(&mut self, name: &str) -> &mut Written {
        self.posts.iter_mut().find(|post| post.name == name).unwrap()
    }

    fn edit(&mut self, name: &str, at: i64) {
        let post = self.of(name);
        post.edited = at;
        post.text.push_str(", as we now know");
    }

    fn delete(&mut self, name: &str) {
        self.posts.retain(|post| post.name != name);
    }

    /// The pages at a time, the newest first.
    fn pages(&self, markup: Markup, now: i64) -> Vec<String> {
        let mut order: Vec<&Written> = self.posts.iter().collect();
        order.sort_by_key(|post| (!post.pinned, -post.at));
        let chunks: Vec<&[&Written]> = order.chunks(PER_PAGE).collect();
        let last = chunks.len();
        let page = |(index, posts): (usize, &&[&Written])| {
            let mut html = format!(
                "<html><head><title>x</title>{}</head><body><h1>{}</h1>",
                self.declared(markup, posts),
                self.title
            );
            if self.badge {
                html.push_str("<span class=\"live\">Live</span>");
            }
            html.push_str("<div id=\"list\">");
            for (place, post) in posts.iter().enumerate() {
                if markup != Markup::Declared {
                    html.push_str(&entry(markup, post, index * PER_PAGE + place + 1, now));
                }
            }
            html.push_str("</div>");
            if index + 1 < last {
                let number = (index + 2).to_string();
                html.extend(["<a rel=\"next\" href=\"/live/harbor?page=", &number, "\">older</a>"]);
            }
            html + "</body></html>"
        };
        chunks.iter().enumerate().map(page).collect()
    }

    fn declared(&self, markup: Markup, posts: &[&Written]) -> String {
        if !matches!(markup, Markup::Full | Markup::Declared) {
            return String::new();
        }
        let newest = self.posts.iter().map(|post| post.edited).max().unwrap_or_default();
        let update = |post: &&Written| {
            format!(
                r#"{{"@type":"BlogPosting","headline":"On {0}","url":"https://news.example/live/harbor#{0}","datePublished":"{1}","dateModified":"{2}","articleBody":"{3}."}}"#,
                post.name,
                instant(post.at),
                instant(post.edited),
                post.text
            )
        };
        let updates: Vec<String> = posts.iter().map(update).collect();
        format!(
            r#"<script type="application/ld+json">{{"@type":"LiveBlogPosting","headline":"{}","dateModified":"{}","liveBlogUpdate":[{}]}}</script>"#,
            self.title,
            instant(newest),
            updates.join(",")
        )
    }
}

fn entry(markup: Markup, post: &Written, place: usize, now: i64) -> String {
    let id = match markup {
        Markup::Full | Markup::Ids => format!(" id=\"{}\"", post.name),
        Markup::Positional => format!(" id=\"post{place}\""),
        Markup::Remade => format!(" id=\"post{}\"", post.edited * 60),
        Markup::Declared | Markup::Bare | Markup::Relative => String::new(),
    };
    let epoch = if markup == Markup::Full {
        let seconds = |minutes: i64| instant(minutes).as_second();
        format!(" data-sort-time=\"{}\" data-update-time=\"{}\"", seconds(post.at), seconds(post.edited))
    } else {
        String::new()
    };
    let pinned = if post.pinned && matches!(markup, Markup::Full | Markup::Ids) { " pinned" } else { "" };
    let ago = format!("{} minutes ago", now - post.at);
    let time = if markup == Markup::Relative {
        format!("<span class=\"date\">{ago}</span>")
    } else {
        format!("<time datetime=\"{}\">{ago}</time>", instant(post.at))
    };
    format!(
        "<article class=\"e{pinned}\"{id}{epoch}>{time}<h3>On {}</h3><p>{}.</p></article>",
        post.name, post.text
    )
}

fn instant(minutes: i64) -> Timestamp {
    "2026-03-01T06:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

/// Looks at pages as the daemon does, twice.
struct Reader {
    tracker: Tracker,
    names: BTreeMap<String, String>,
}

impl Reader {
    fn new() -> Self {
        Self { tracker: Tracker::default(), names: BTreeMap::new() }
    }

    fn look(pages: &[String], number: usize, now: i64, like: Option<&Shape>) -> Look {
        Self::look_in((&TimeZone::UTC, &[]), &pages[number], now, like)
    }

    fn look_in((zone, local): (&TimeZone, &[Origin]), page: &str, now: i64, like: Option<&Shape>) -> Look {
        let rule = Rule::default();
        let options = Options { rule: &rule, zone, now: instant(now), order: date::Order::Dmy, like, local };
        let url = Url::parse("https://news.example/live/harbor").unwrap();
        read(&options, page, Some(&url)).0
    }

    /// What happened, as "event name-of-post", in order of names.
    fn see(&mut self, pages: &[String], now: i64) -> Vec<String> {
        let mut told = Vec::new();
        for _ in 0..2 {
            let pace = Pace { now: instant(now), pages_max: 10, reread: SignedDuration::ZERO };
            let mut round = Round::begin(pace, Self::look(pages, 0, now, None));
            let mut next = 1;
            while round.wants(&self.tracker).is_some() && next < pages.len() {
                round.add(Self::look(pages, next, now, round.shape()));
                next += 1;
            }
            // What is known was written and read back, as over a restart.
            let written = serde_json::to_string(&self.tracker).unwrap();
            self.tracker = serde_json::from_str(&written).unwrap();
            told.extend(self.tracker.close(&round).into_iter().map(|event| self.name(&event)));
        }
        told.sort();
        told
    }

    fn name(&mut self, event: &Event) -> String {
        let subject = match event {
            Event::Post { key, post, what } => {
                if let (Happening::New { .. }, Some(post)) = (what, post) {
                    let name = post.text.split(':').next().unwrap().to_owned();
                    assert!(self.names.insert(key.clone(), name).is_none(), "{key} twice");
                }
                self.names[key].clone()
            }
            Event::Successor(url) => url.path().to_owned(),
            Event::Gap(..) | Event::Drift { .. } | Event::Opened | Event::Ended | Event::Reopened => {
                String::new()
            }
        };
        format!("{} {subject}", event.name()).trim_end().to_owned()
    }
}

#[test]
fn one_story_gives_the_same_events_in_every_markup() {
    for markup in ALL {
        let mut desk = Desk::open();
        let mut reader = Reader::new();
        let mut check = |desk: &Desk, now: i64, expected: &[&str]| {
            let told = reader.see(&desk.pages(markup, now), now);
            assert_eq!(told, expected, "{markup:?} at minute {now}");
        };
        desk.post("a1", 0);
        desk.post("a2", 3);
        desk.post("a3", 4);
        check(&desk, 5, &["coverage.opened", "post.new a1", "post.new a2", "post.new a3"]);
        check(&desk, 6, &[]);
        // Two posts of one minute, and only relative times move.
        desk.post("b1", 8);
        desk.post("b2", 8);
        desk.post("b3", 9);
        check(&desk, 10, &["post.new b1", "post.new b2", "post.new b3"]);
        check(&desk, 12, &[]);
        desk.edit("b1", 13);
        check(&desk, 14, &["post.revised b1"]);
        // Without a sign: the time of the edit stays.
        let at = desk.of("a3").edited;
        desk.edit("a3", at);
        check(&desk, 15, &["post.revised a3"]);
        desk.delete("b2");
        check(&desk, 17, &["post.removed b2"]);
        // A sleep of 40 minutes: more posts than a page holds, the rest is on the next.
        for (name, at) in
            [("c1", 20), ("c2", 24), ("c3", 30), ("c4", 33), ("c5", 41), ("c6", 45), ("c7", 52), ("c8", 57)]
        {
            desk.post(name, at);
        }
        let news: Vec<String> = (1..=8).map(|n| format!("post.new c{n}")).collect();
        check(&desk, 58, &news.iter().map(String::as_str).collect::<Vec<_>>());
        check(&desk, 60, &[]);
        // An edit on the second page is seen while its post is young.
        desk.edit("c1", 62);
        check(&desk, 63, &["post.revised c1"]);
    }
}

#[test]
fn a_post_kept_on_top_is_not_new() {
    for markup in [Markup::Full, Markup::Ids, Markup::Positional, Markup::Bare] {
        let mut desk = Desk::open();
        let mut reader = Reader::new();
        for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9)] {
            desk.post(name, at);
        }
        reader.see(&desk.pages(markup, 10), 10);
        desk.of("a1").pinned = true;
        assert_eq!(reader.see(&desk.pages(markup, 12), 12), ["post.pinned a1"], "{markup:?}");
        desk.post("a5", 13);
        assert_eq!(reader.see(&desk.pages(markup, 14), 14), ["post.new a5"], "{markup:?}");
        desk.of("a1").pinned = false;
        assert_eq!(reader.see(&desk.pages(markup, 15), 15), ["post.unpinned a1"], "{markup:?}");
    }
}

#[test]
fn nothing_is_removed_by_a_page_that_fails() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9), ("a5", 12), ("a6", 15)] {
        desk.post(name, at);
    }
    let markup = Markup::Full;
    reader.see(&desk.pages(markup, 16), 16);
    let none: [&str; 0] = [];
    let mut empty = desk.clone();
    empty.posts.clear();
    // Empty: told once.
    let page = ["<html><body><h1>Harbor</h1><p>Come back soon.</p></body></html>".to_owned()];
    assert_eq!(reader.see(&page, 17), ["rule.drift"]);
    assert_eq!(reader.see(&page, 18), none);
    // Shrunken to two posts.
    let mut shrunken = desk.clone();
    shrunken.posts.retain(|post| matches!(post.name, "a6" | "a1"));
    assert_eq!(reader.see(&shrunken.pages(markup, 19), 19), none);
    // A copy of an hour ago, and its edit of then.
    let stale = desk.pages(markup, 20);
    desk.post("a7", 21);
    assert_eq!(reader.see(&desk.pages(markup, 22), 22), ["post.new a7"]);
    assert_eq!(reader.see(&stale, 23), none);
    // The oldest that is shown, and what fell off the page's end, are not between others.
    desk.delete("a1");
    assert_eq!(reader.see(&desk.pages(markup, 24), 24), none);
    assert_eq!(reader.tracker.posts().len(), 7);
}

#[test]
fn what_was_removed_may_come_back() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9)] {
        desk.post(name, at);
    }
    reader.see(&desk.pages(Markup::Ids, 10), 10);
    let whole = desk.clone();
    desk.delete("a2");
    let told = reader.see(&desk.pages(Markup::Ids, 11), 11);
    assert_eq!(told, ["post.removed a2"]);
    // At first it may be an old copy.
    let none: [&str; 0] = [];
    assert_eq!(reader.see(&whole.pages(Markup::Ids, 12), 12), none);
    assert_eq!(reader.see(&whole.pages(Markup::Ids, 27), 27), ["post.restored a2"]);
}

#[test]
fn a_coverage_ends_goes_on_and_leads_on() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    desk.post("a1", 0);
    desk.post("a2", 3);
    desk.post("a3", 5);
    reader.see(&desk.pages(Markup::Ids, 6), 6);
    // The badge alone is no end.
    desk.badge = false;
    let none: [&str; 0] = [];
    assert_eq!(reader.see(&desk.pages(Markup::Ids, 7), 7), none);
    desk.post("a4", 9);
    desk.of("a4").text =
        "a4: That's it for our live coverage today, <a href=\"https://news.example/live/harbor-2\">go on here</a>".to_owned();
    let page: Vec<String> = desk.pages(Markup::Ids, 10);
    assert_eq!(reader.see(&page, 10), ["coverage.ended", "coverage.successor /live/harbor-2", "post.new a4"]);
    desk.edit("a2", 12);
    assert_eq!(reader.see(&desk.pages(Markup::Ids, 12), 12), ["post.revised a2"]);
    assert!(reader.tracker.ended().is_some());
    desk.post("a5", 13);
    assert_eq!(reader.see(&desk.pages(Markup::Ids, 14), 14), ["coverage.reopened", "post.new a5"]);
}

#[test]
fn other_markup_is_told_once_and_nothing_is_lost() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9)] {
        desk.post(name, at);
    }
    reader.see(&desk.pages(Markup::Full, 10), 10);
    desk.post("a5", 11);
    let renamed = |desk: &Desk, now: i64| -> Vec<String> {
        desk.pages(Markup::Ids, now).iter().map(|page| page.replace("class=\"e", "class=\"x77")).collect()
    };
    let told = reader.see(&renamed(&desk, 12), 12);
    assert_eq!(told, ["post.new a5", "rule.drift"]);
    desk.edit("a2", 13);
    assert_eq!(reader.see(&renamed(&desk, 14), 14), ["post.revised a2"]);
}

#[test]
fn posts_that_nobody_saw_are_a_gap() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5)] {
        desk.post(name, at);
    }
    reader.see(&desk.pages(Markup::Full, 6), 6);
    for (name, at) in
        [("c1", 400), ("c2", 420), ("c3", 430), ("c4", 440), ("c5", 450), ("c6", 460), ("c7", 470)]
    {
        desk.post(name, at);
    }
    // The older pages are not there any more.
    let page = desk.pages(Markup::Full, 480).remove(0);
    let told = reader.see(&[page], 480);
    assert_eq!(told.iter().filter(|event| *event == "source.gap").count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|event| event.starts_with("post.new")).count(), 6);
}

/// A round of looks at some of the pages.
fn round_of(reader: &Reader, pages: &[String], count: usize, now: i64) -> Round {
    let pace = Pace { now: instant(now), pages_max: 10, reread: SignedDuration::ZERO };
    let mut round = Round::begin(pace, Reader::look(pages, 0, now, None));
    for number in 1..count {
        assert!(round.wants(&reader.tracker).is_some());
        round.add(Reader::look(pages, number, now, round.shape()));
    }
    round
}

#[test]
fn a_post_that_slips_to_the_next_page_is_one() {
    for markup in [Markup::Full, Markup::Positional, Markup::Bare, Markup::Relative] {
        let mut desk = Desk::open();
        let mut reader = Reader::new();
        let names = ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"];
        for (name, at) in names.into_iter().zip(0..) {
            desk.post(name, at);
        }
        let before = desk.pages(markup, 20);
        desk.post("b1", 20);
        let after = desk.pages(markup, 20);
        let round = round_of(&reader, &[before[0].clone(), after[1].clone()], 2, 20);
        let events = reader.tracker.close(&round);
        let told: Vec<String> = events.iter().map(|event| reader.name(event)).collect();
        assert_eq!(told.len(), 1 + names.len(), "{markup:?}: {told:?}");
    }
}

#[test]
fn an_older_page_that_failed_is_read_at_the_next_look() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5)] {
        desk.post(name, at);
    }
    reader.see(&desk.pages(Markup::Full, 6), 6);
    for (name, at) in
        [("c1", 400), ("c2", 420), ("c3", 430), ("c4", 440), ("c5", 450), ("c6", 460), ("c7", 470)]
    {
        desk.post(name, at);
    }
    let pages = desk.pages(Markup::Full, 480);
    let round = round_of(&reader, &pages, 1, 480);
    let events = reader.tracker.close(&round);
    assert_eq!(
        events.iter().map(|event| reader.name(event)).filter(|told| told.starts_with("post.new")).count(),
        6
    );
    assert_eq!(reader.see(&pages, 481), ["post.new c1"]);
}

#[test]
fn a_page_whose_newest_post_is_gone_is_believed_in_the_end() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9)] {
        desk.post(name, at);
    }
    let none: [&str; 0] = [];
    for markup in [Markup::Full, Markup::Ids] {
        reader.tracker = Tracker::default();
        reader.names.clear();
        reader.see(&desk.pages(markup, 10), 10);
        let mut desk = desk.clone();
        desk.delete("a4");
        desk.edit("a2", 9);
        assert_eq!(
            reader.see(&desk.pages(markup, 11), 11),
            if markup == Markup::Full { vec!["post.revised a2"] } else { Vec::new() }
        );
        desk.edit("a3", 9);
        reader.see(&desk.pages(markup, 28), 28);
        assert_eq!(reader.see(&desk.pages(markup, 29), 29), none);
        // From now on that page is the measure.
        desk.edit("a1", 9);
        assert_eq!(reader.see(&desk.pages(markup, 30), 30), ["post.revised a1"]);
    }
}

#[test]
fn an_old_copy_without_dates_is_known_by_what_it_takes_back() {
    for markup in [Markup::Ids, Markup::Bare, Markup::Positional, Markup::Relative] {
        let mut desk = Desk::open();
        let mut reader = Reader::new();
        for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9)] {
            desk.post(name, at);
        }
        reader.see(&desk.pages(markup, 10), 10);
        let old = desk.pages(markup, 10);
        desk.edit("a2", 12);
        assert_eq!(reader.see(&desk.pages(markup, 12), 12), ["post.revised a2"], "{markup:?}");
        let none: [&str; 0] = [];
        assert_eq!(reader.see(&old, 14), none, "{markup:?}");
        assert_eq!(reader.see(&desk.pages(markup, 16), 16), none, "{markup:?}");
    }
}

#[test]
fn an_unmarked_pin_removes_nothing_that_fell_off_the_page() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9), ("a5", 10), ("a6", 11), ("a7", 12)] {
        desk.post(name, at);
    }
    reader.see(&desk.pages(Markup::Relative, 13), 13);
    desk.of("a1").pinned = true;
    for (name, at) in [("b1", 15), ("b2", 16), ("b3", 17)] {
        desk.post(name, at);
        assert_eq!(reader.see(&desk.pages(Markup::Relative, at + 1), at + 1), [format!("post.new {name}")]);
    }
    let late = desk.pages(Markup::Relative, 300);
    let none: [&str; 0] = [];
    assert_eq!(reader.see(&late, 300), none);
    assert_eq!(reader.see(&late, 400), none);
}

#[test]
fn an_edit_is_seen_when_the_way_that_had_the_post_is_back() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9)] {
        desk.post(name, at);
    }
    reader.see(&desk.pages(Markup::Declared, 10), 10);
    assert_eq!(reader.see(&desk.pages(Markup::Ids, 11), 11), ["rule.drift"]);
    desk.of("a2").text.push_str(" and on");
    assert_eq!(reader.see(&desk.pages(Markup::Declared, 12), 12), ["post.revised a2"]);
}

#[test]
fn what_is_put_back_on_an_older_page_is_seen_while_it_is_young() {
    for markup in [Markup::Full, Markup::Ids, Markup::Bare] {
        let mut desk = Desk::open();
        let mut reader = Reader::new();
        desk.post("a1", 0);
        reader.see(&desk.pages(markup, 5), 5);
        for (name, at) in [("a2", 100), ("a3", 105), ("a4", 109), ("a5", 112), ("a6", 115), ("a7", 120)] {
            desk.post(name, at);
        }
        reader.see(&desk.pages(markup, 125), 125);
        let away = desk.of("a2").clone();
        desk.delete("a2");
        assert_eq!(reader.see(&desk.pages(markup, 130), 130), ["post.removed a2"], "{markup:?}");
        desk.post("a8", 132);
        reader.see(&desk.pages(markup, 133), 133);
        desk.posts.insert(1, away);
        assert_eq!(reader.see(&desk.pages(markup, 190), 190), ["post.restored a2"], "{markup:?}");
    }
}

#[test]
fn an_edit_is_one_though_the_post_has_the_id_of_another() {
    let page = |posts: &[(u32, i64, &str)]| {
        let post = |(place, at, text): &(u32, i64, &str)| {
            let time = instant(*at);
            format!(
                "<article class=\"e\" id=\"post{place}\"><time datetime=\"{time}\"></time><p>{text}</p></article>"
            )
        };
        [posts.iter().map(post).collect::<String>()]
    };
    let texts = [
        "a: the gates of the harbor are open",
        "b: a crane lifts the first of the containers",
        "c: the ferry to the islands is late again",
        "d: rain is expected over the whole coast",
        "e: the mayor speaks at noon about the new bridge",
    ];
    let mut reader = Reader::new();
    reader.see(&page(&[(1, 9, texts[3]), (2, 6, texts[2]), (3, 3, texts[1]), (4, 0, texts[0])]), 10);
    let told =
        reader.see(&page(&[(1, 11, texts[4]), (2, 6, texts[2]), (3, 3, texts[1]), (4, 0, texts[0])]), 12);
    assert_eq!(told, ["post.new e", "post.removed d"]);
    let other = "a: nobody knows yet when ships may leave";
    let told = reader.see(&page(&[(1, 11, texts[4]), (2, 6, texts[2]), (3, 0, other)]), 14);
    assert_eq!(told, ["post.removed b", "post.revised a"]);
}

#[test]
fn what_changes_by_itself_is_no_edit() {
    let cases = [
        "<span class=\"posted\">{} minutes ago</span>",
        "<div><span>Updated {} minutes ago</span></div>",
        "<span>منذ {} دقيقة</span>",
        "<span class=\"likes\">{}</span>",
        "<div class=\"views\"><b>{}</b> views</div>",
        "<div class=\"share-count\">{} مشاركة</div>",
    ];
    for line in cases {
        let mut desk = Desk::open();
        let mut reader = Reader::new();
        for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9)] {
            desk.post(name, at);
        }
        for markup in [Markup::Ids, Markup::Bare] {
            reader.tracker = Tracker::default();
            reader.names.clear();
            for now in [20, 21, 25, 59] {
                let line = line.replace("{}", &now.to_string());
                let with = |page: &String| {
                    page.replace("<h3>", &format!("{line}<h3>"))
                        .replace("</article>", &format!("{line}</article>"))
                };
                let pages: Vec<String> = desk.pages(markup, now).iter().map(with).collect();
                let told = reader.see(&pages, now);
                assert_eq!(told.len(), if now == 20 { 5 } else { 0 }, "{line} {markup:?} {now}: {told:?}");
            }
        }
    }
}

#[test]
fn a_page_that_stays_shorter_is_followed_as_it_is() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    let names = ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"];
    for (name, at) in names.into_iter().zip((0..).step_by(3)) {
        desk.post(name, at);
    }
    let page = |desk: &Desk, count: usize, now: i64| {
        let mut desk = desk.clone();
        desk.posts.truncate(count);
        let page = desk.pages(Markup::Ids, now).remove(0);
        [page.replace("rel=\"next\"", "")]
    };
    assert_eq!(reader.see(&page(&desk, 6, 30), 30).len(), 7);
    let none: [&str; 0] = [];
    for now in [31, 60, 90, 93] {
        assert_eq!(reader.see(&page(&desk, 2, now), now), none, "{now}");
    }
    desk.post("b1", 94);
    assert_eq!(reader.see(&page(&desk, 3, 95), 95), ["post.new b1"]);
    desk.delete("a8");
    assert_eq!(reader.see(&page(&desk, 2, 96), 96), ["post.removed a8"]);
    desk.title = "Harbor: as it happened".to_owned();
    assert_eq!(reader.see(&page(&desk, 2, 97), 97), ["coverage.ended"]);
}

#[test]
fn a_page_that_shows_a_choice_of_its_posts_removes_none() {
    let mut desk = Desk::open();
    let mut reader = Reader::new();
    for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5), ("a4", 9), ("a5", 12), ("a6", 15)] {
        desk.post(name, at);
    }
    reader.see(&desk.pages(Markup::Ids, 16), 16);
    let none: [&str; 0] = [];
    desk.posts.retain(|post| matches!(post.name, "a6" | "a1"));
    for now in [17, 60, 90, 120] {
        assert_eq!(reader.see(&desk.pages(Markup::Ids, now), now), none, "{now}");
    }
}

#[test]
fn a_coverage_goes_on_at_a_live_page_alone() {
    let cases = [
        ("/live/harbor", "/live/harbor-2", true),
        ("/live/harbor", "/", false),
        ("/live/harbor", "/news/what-a-week", false),
        ("/live/harbor", "/2026/03/02/live-harbor", true),
        ("/harbor-reopens", "/harbor-day-two", true),
        ("/harbor-reopens", "/", false),
        ("/harbor-reopens", "/opinion/harbor", false),
    ];
    for (page, link, goes_on) in cases {
        let mut desk = Desk::open();
        let mut reader = Reader::new();
        for (name, at) in [("a1", 0), ("a2", 3), ("a3", 5)] {
            desk.post(name, at);
        }
        let pages = |desk: &Desk, now: i64| -> Vec<String> {
            let head = format!("<link rel=\"canonical\" href=\"https://news.example{page}\"></head>");
            desk.pages(Markup::Ids, now).iter().map(|page| page.replace("</head>", &head)).collect()
        };
        reader.see(&pages(&desk, 6), 6);
        desk.post("a4", 9);
        let text = format!(
            "a4: That's it for our live coverage today, <a href=\"https://news.example{link}\">read on</a>"
        );
        desk.of("a4").text = text;
        let mut expected = vec!["coverage.ended".to_owned(), format!("coverage.successor {link}")];
        expected.truncate(1 + usize::from(goes_on));
        expected.push("post.new a4".to_owned());
        assert_eq!(reader.see(&pages(&desk, 10), 10), expected, "{page} to {link}");
    }
}

#[test]
fn clock_times_of_yesterday_are_of_the_same_posts() {
    for markup in [Markup::Ids, Markup::Bare] {
        let mut desk = Desk::open();
        let mut reader = Reader::new();
        // From 22:40 on.
        for (name, at) in [("a1", 1000), ("a2", 1005), ("a3", 1010), ("a4", 1015)] {
            desk.post(name, at);
        }
        let pages = |desk: &Desk, now: i64| -> Vec<String> {
            let mut page = desk.pages(markup, now).remove(0);
            for post in &desk.posts {
                let time = instant(post.at);
                let clock = time.strftime("%H:%M");
                page = page.replace(&format!("datetime=\"{time}\">"), &format!(">{clock}<!--"));
                page = page.replace(" minutes ago</time>", "--></time>");
            }
            vec![page]
        };
        assert_eq!(reader.see(&pages(&desk, 1020), 1020).len(), 5, "{markup:?}");
        let none: [&str; 0] = [];
        // Over midnight, and when the clock has gone round.
        for now in [1085, 1500, 2600, 5500] {
            assert_eq!(reader.see(&pages(&desk, now), now), none, "{markup:?} {now}");
        }
        let times = reader.tracker.times(9);
        assert_eq!(times, [1015, 1010, 1005, 1000].map(instant));
        desk.post("a5", 5510);
        assert_eq!(reader.see(&pages(&desk, 5511), 5511), ["post.new a5"], "{markup:?}");
    }
}

#[test]
fn local_time_written_as_utc_is_remembered() {
    let zone = date::zone("Asia/Damascus").unwrap();
    let hours = |hours: i64| hours * 60;
    for markup in [Markup::Ids, Markup::Bare, Markup::Positional] {
        // First seen with a post just written, which shows it; and hours after the last one, which does not.
        for first in [20, hours(4)] {
            let mut desk = Desk::open();
            let mut reader = Reader::new();
            let mut see = |desk: &Desk, now: i64| {
                let mut told = Vec::new();
                for _ in 0..2 {
                    let mut written = desk.clone();
                    written.posts.iter_mut().for_each(|post| post.at += hours(3));
                    let page = written.pages(markup, now).remove(0);
                    let local = reader.tracker.local().to_vec();
                    let pace = Pace { now: instant(now), pages_max: 1, reread: SignedDuration::ZERO };
                    let round = Round::begin(pace, Reader::look_in((&zone, &local), &page, now, None));
                    let events = reader.tracker.close(&round);
                    told.extend(events.iter().map(|event| reader.name(event)));
                }
                told
            };
            for (name, at) in [("a1", 0), ("a2", 5), ("a3", 9), ("a4", 15)] {
                desk.post(name, at);
            }
            assert_eq!(see(&desk, first).len(), 5, "{markup:?}");
            let none: [&str; 0] = [];
            assert_eq!(see(&desk, hours(5)), none, "{markup:?}");
            desk.post("a5", hours(6));
            assert_eq!(see(&desk, hours(6) + 2), ["post.new a5"], "{markup:?}");
            assert_eq!(see(&desk, hours(11)), none, "{markup:?}");
            assert_eq!(reader.tracker.times(9), [hours(6), 15, 9, 5, 0].map(instant), "{markup:?}");
        }
    }
}

#[test]
fn the_order_of_a_list_makes_no_pins() {
    let lists: [(&str, &[&[i64]]); 3] = [
        ("the oldest on top, two of one minute below", &[&[15, 20, 25, 30], &[20, 25, 30, 49, 49]]),
        (
            "the editor's own order",
            &[&[20, 5, 15, 0, 10, 25], &[5, 25, 0, 20, 10, 15], &[15, 0, 25, 10, 20, 5]],
        ),
        ("the newest on top", &[&[25, 20, 15, 10], &[30, 25, 20, 15]]),
    ];
    for (name, looks) in lists {
        let mut tracker = Tracker::default();
        for times in looks {
            let post = |(place, at): (usize, &i64)| {
                let (id, time) = (i64::try_from(place).unwrap() * i64::from(*at == 49) + at, instant(*at));
                format!(
                    "<article class=\"e\" id=\"p{id}\"><time datetime=\"{time}\"></time><p>What was told as number {id} today</p></article>"
                )
            };
            let page: String = times.iter().enumerate().map(post).collect();
            let pace = Pace { now: instant(50), pages_max: 1, reread: SignedDuration::ZERO };
            let look = Reader::look_in((&TimeZone::UTC, &[]), &format!("<div>{page}</div>"), 50, None);
            let events = tracker.close(&Round::begin(pace, look));
            let is_pin = |event: &&Event| matches!(event.name(), "post.pinned" | "post.unpinned");
            assert_eq!(events.iter().filter(is_pin).count(), 0, "{name}: {events:?}");
            assert!(tracker.posts().iter().all(|known| !known.is_pinned()), "{name}");
        }
    }
}
