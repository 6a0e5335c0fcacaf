//! Live pages by the daemon over HTTP, the clock set by the test: what happens at each look is in log and tree, over
//! restarts and after kill -9.

use crate::{
    crash::killed_at,
    support::{Place, Swept, log_of},
};
use jiff::{SignedDuration, Timestamp};
use khabar::{
    daemon,
    io::{
        clock::Clock,
        fetch::{Fetch, Http, Options},
        publish::{Line, Step},
    },
    model::{Kind, Status},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use world::{Origin, Reply};

/// Pages by number and status, as they are served now.
type Shown = Arc<Mutex<(u16, Vec<String>)>>;

/// A source with one live page.
struct Site {
    place: Place,
    origin: Origin,
    shown: Shown,
}

impl Site {
    async fn new() -> Self {
        let shown: Shown = Arc::default();
        let served = Arc::clone(&shown);
        let origin = Origin::start(move |request| {
            let (status, pages) = &*served.lock().unwrap();
            let number = match request.path.strip_prefix("/live") {
                Some("") => 1,
                Some(query) => query.strip_prefix("?page=").and_then(|page| page.parse().ok()).unwrap_or(0),
                None => 0usize,
            };
            match number.checked_sub(1).and_then(|index| pages.get(index)) {
                Some(_) if *status != 200 => Reply::bare(*status),
                Some(page) => Reply::new(200, "text/html; charset=utf-8", page.clone()),
                None => Reply::new(404, "text/plain", "nothing here"),
            }
        })
        .await;
        let place = Place::new("").in_all_formats();
        let source = format!(
            "[[source]]\nid = \"paper\"\nlanguage = \"ar\"\nallow_private = [\"{}\"]\n[[source.live]]\nurl = {:?}\n",
            origin.addr(),
            origin.url("/live")
        );
        place.put_source("paper.toml", &source);
        Self { place, origin, shown }
    }

    fn show(&self, status: u16, pages: Vec<String>) {
        *self.shown.lock().unwrap() = (status, pages);
    }

    /// One look at a time, in a daemon of its own.
    async fn look(&self, at: Timestamp) {
        look(&self.place, at).await;
    }

    fn log(&self) -> Vec<Line> {
        log_of(&self.place.news())
    }
}

/// One look at all doors of a place at a time, in a daemon of its own.
async fn look(place: &Place, at: Timestamp) {
    let clock = Clock::simulated(at);
    let for_fetch = clock.clone();
    let fetch = Arc::new(move |options: &Options| {
        Ok(Arc::new(Http::new(options.clone(), for_fetch.clone())?) as Arc<dyn Fetch>)
    });
    let (_orders, setup) = place.setup_with(fetch, clock, |_step| {});
    daemon::run_once(setup, |_| {}).await.unwrap();
}

/// What the log tells of posts and coverages: the event, and the page's own id of the post.
fn told(lines: &[Line], swept: &Swept) -> Vec<(String, String)> {
    let keys: BTreeMap<String, String> = swept
        .coverages
        .values()
        .flat_map(|coverage| coverage["posts"].as_array().unwrap())
        .map(|post| (post["id"].as_str().unwrap().to_owned(), post["key"].as_str().unwrap().to_owned()))
        .collect();
    let is_told = |line: &&Line| {
        line.event.starts_with("post.")
            || line.event.starts_with("coverage.") && line.event != "coverage.opened"
    };
    let subject = |line: &Line| match &line.id {
        Some(id) => keys[id].clone(),
        None => line.data.get("to").and_then(Value::as_str).unwrap_or_default().to_owned(),
    };
    let mut told: Vec<_> =
        lines.iter().filter(is_told).map(|line| (line.event.clone(), subject(line))).collect();
    told.sort();
    told
}

/// The folder of a real timeline, where it is.
fn timeline() -> Option<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/live/replay-arabic");
    let Ok(text) = fs::read_to_string(folder.join("timeline.json")) else {
        println!("skipped: ../shared/data/live/replay-arabic is not here");
        return None;
    };
    Some((folder, serde_json::from_str(&text).unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timeline_of_snapshots_is_followed_by_the_daemon() {
    let Some((folder, timeline)) = timeline() else { return };
    let site = Site::new().await;
    let mut seen = 0;
    for snapshot in timeline["snapshots"].as_array().unwrap() {
        let read = |file: &Value| fs::read_to_string(folder.join(file.as_str().unwrap())).unwrap();
        let pages = snapshot["files"].as_array().unwrap().iter().map(read).collect();
        site.show(u16::try_from(snapshot["status"].as_u64().unwrap()).unwrap(), pages);
        let at: Timestamp = snapshot["at"].as_str().unwrap().parse().unwrap();
        for later in [0, 20] {
            site.look(at + SignedDuration::from_secs(later)).await;
        }
        let swept = site.place.sweep();
        let told = told(&swept.log[seen..], &swept);
        seen = swept.log.len();
        let mut expected: Vec<(String, String)> = snapshot["expect_events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| {
                (event[0].as_str().unwrap().to_owned(), event[1].as_str().unwrap_or_default().to_owned())
            })
            .collect();
        expected.sort();
        assert_eq!(told, expected, "snapshot {}", snapshot["n"]);
    }
    let swept = site.place.sweep();
    let [coverage] = swept.coverages.values().collect::<Vec<_>>()[..] else { panic!("one live page") };
    assert_eq!(coverage["state"], "ended");
    assert_eq!(coverage["successor"], "http://127.0.0.1/live-2");
    assert!(swept.posts.values().all(|post| post.kind == Kind::Post && !post.text.is_empty()));
    let removed = swept.posts.values().filter(|post| post.status == Status::Removed).count();
    assert_eq!(removed, 2, "a5 and a4 were taken down; their text stays");
    let gone = site.origin.log().iter().filter(|asked| asked.path.starts_with("/live")).count();
    println!("requests for the live page: {gone}");
}

/// A page of posts: id, minute, text.
fn page(posts: &[(&str, u32, &str)]) -> String {
    let entry = |(id, minute, text): &(&str, u32, &str)| {
        format!(
            "<article id=\"{id}\"><time datetime=\"2026-03-01T06:{minute:02}:00Z\">x</time><h3>On {id}</h3><p>{text}</p></article>"
        )
    };
    let entries: String = posts.iter().map(entry).collect();
    format!("<html><body><h1>Harbor live</h1><div id=\"list\">{entries}</div></body></html>")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posts_are_files_and_their_edits_revisions() {
    let site = Site::new().await;
    let minute = |minute: i64| {
        "2026-03-01T06:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
    };
    site.show(200, vec![page(&[("p2", 5, "The ferry left."), ("p1", 1, "The gates are open.")])]);
    site.look(minute(6)).await;
    site.show(
        200,
        vec![page(&[("p2", 5, "The ferry left at five past six."), ("p1", 1, "The gates are open.")])],
    );
    site.look(minute(8)).await;
    let swept = site.place.sweep();
    let names: Vec<String> = site.log().into_iter().map(|line| line.event).collect();
    assert_eq!(names, ["coverage.opened", "post.new", "post.new", "post.revised"]);
    let post = swept.posts.values().find(|post| post.title == "On p2").unwrap();
    assert_eq!((post.revision, post.text.as_str()), (2, "The ferry left at five past six."));
    assert_eq!(post.url.as_deref(), Some(format!("{}#p2", site.origin.url("/live")).as_str()));
    let before = &swept.revisions[&(post.id.clone(), 1)];
    assert_eq!(before.text, "The ferry left.");
    // Backfill is told of.
    assert!(swept.events("post.new").all(|line| line.data["backfill"] == true));
}

/// What an editor does, look by look: two posts, an edit and a third, the first of the three taken down again.
fn states() -> [String; 4] {
    let (one, two, new) = ("The gates are open.", "The ferry left.", "The ferry left at five past six.");
    [
        page(&[("p2", 5, two), ("p1", 1, one)]),
        page(&[("p3", 7, "The crane lifts."), ("p2", 5, new), ("p1", 1, one)]),
        page(&[("p3", 7, "The crane lifts."), ("p1", 1, one)]),
        page(&[("p4", 9, "Lights on the pier."), ("p3", 7, "The crane lifts."), ("p1", 1, one)]),
    ]
}

/// Looks at each state, killed at a step the first time where there is one; gives what the log tells in the end, and how often it was killed.
async fn followed(kill: Option<(usize, usize)>) -> (Vec<(String, String)>, usize) {
    let site = Site::new().await;
    let mut kills = 0;
    for state in states() {
        site.show(200, vec![state]);
        if let Some((step, at)) = kill {
            kills += usize::from(killed_at(&site.place, step, at));
        }
        for _ in 0..2 {
            let output = site.place.khabar(&["run", "--once"]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    let swept = site.place.sweep();
    let post = swept.posts.values().find(|post| post.title == "On p2").unwrap();
    assert_eq!((post.revision, post.status), (2, Status::Removed));
    (told(&swept.log, &swept), kills)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_step_it_writes_the_log_of_an_unbroken_run() {
    let (unbroken, _) = followed(None).await;
    let events: Vec<String> = unbroken.iter().map(|(event, id)| format!("{event} {id}")).collect();
    let news = ["post.new p1", "post.new p2", "post.new p3", "post.new p4"];
    assert_eq!(events, [&news[..], &["post.removed p2", "post.revised p2"]].concat());
    for step in 0..Step::ALL.len() {
        let mut all = 0;
        for at in [1, 2] {
            let (log, kills) = followed(Some((step, at))).await;
            all += kills;
            assert_eq!(log, unbroken, "killed at {:?} {at}", Step::ALL[step]);
        }
        assert!(all > 0, "{:?} is never reached", Step::ALL[step]);
    }
}

/// A live page that declares itself, at `/name`, with two posts.
fn declared(name: &str, closing: &str) -> String {
    let update = |id: &str, minute: u32, text: &str| {
        format!(
            r#"{{"@type":"BlogPosting","@id":"{id}","datePublished":"2026-03-01T06:{minute:02}:00Z","articleBody":"{text}"}}"#
        )
    };
    let updates = [
        update(&format!("{name}-2"), 5, "The ferry left."),
        update(&format!("{name}-1"), 1, "The gates are open."),
    ];
    format!(
        r#"<html><head><script type="application/ld+json">{{"@type":"LiveBlogPosting","headline":"{name}","liveBlogUpdate":[{}]}}</script></head><body><h1>{name}</h1>{closing}</body></html>"#,
        updates.join(",")
    )
}

/// Looks at a site twice, a daemon of its own each time; gives the titles of its live pages and what was swept.
async fn led_to(
    doors: &str,
    answer: impl Fn(&str, &str) -> Option<Reply> + Send + Sync + 'static,
) -> (Vec<String>, Swept) {
    let origin = Origin::start(move |request| {
        let nothing = || Reply::new(404, "text/plain", "nothing here");
        answer(&request.path, &request.host).unwrap_or_else(nothing)
    })
    .await;
    let place = Place::new("");
    let doors = doors.replace("BASE", &origin.url(""));
    let source = format!("[[source]]\nid = \"paper\"\nallow_private = [\"{}\"]\n{doors}", origin.addr());
    place.put_source("paper.toml", &source);
    for _ in 0..2 {
        place.run_once().await;
    }
    let swept = place.sweep();
    let mut titles: Vec<String> =
        swept.coverages.values().map(|coverage| coverage["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    (titles, swept)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_live_pages_of_a_section_are_followed() {
    let section = "<div class=r><h2><a href=/one>The harbor reopens, live</a></h2><time>1 March 2026</time></div>\
        <div class=r><h2><a href=/two>The bridge, minute by minute</a></h2><time>1 March 2026</time></div>\
        <div class=r><h2><a href=/three>No live page at all, this one</a></h2><time>28 February 2026</time></div>";
    let doors = "[[source.live]]\nurl = \"BASE/section\"\nsection = true\n";
    let (titles, swept) = led_to(doors, move |path, _| {
        Some(Reply::new(
            200,
            "text/html",
            match path {
                "/section" => section.to_owned(),
                "/one" | "/two" => declared(path.trim_start_matches('/'), ""),
                "/three" => "<h1>An article</h1><p>It has no posts.</p>".to_owned(),
                _ => return None,
            },
        ))
    })
    .await;
    assert_eq!(titles, ["one", "two"]);
    assert_eq!(swept.posts.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_leads_to_a_live_page_makes_it_followed() {
    let doors = "[[source.feed]]\nurl = \"BASE/rss\"\n";
    let (titles, swept) = led_to(doors, |path, host| {
        Some(match path {
            "/rss" => Reply::new(
                200,
                "application/rss+xml",
                format!("<rss version=\"2.0\"><channel><title>Paper</title><item><title>Harbor</title><link>http://{host}/harbor</link></item></channel></rss>"),
            ),
            "/harbor" => Reply::new(200, "text/html", declared("harbor", "")),
            _ => return None,
        })
    })
    .await;
    assert_eq!(titles, ["harbor"]);
    assert_eq!((swept.posts.len(), swept.articles.len()), (2, 0), "posts, and no article of the same page");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_that_a_coverage_goes_on_at_is_followed() {
    let doors = "[[source.live]]\nurl = \"BASE/live/monday\"\n";
    let (titles, swept) = led_to(doors, |path, _| {
        let closing = "<article id=\"end\"><time datetime=\"2026-03-01T22:00:00Z\">x</time><p>That's it for our live coverage. <a href=\"/live/tuesday\">It goes on here</a>.</p></article>\
            <article id=\"monday-2\"><time datetime=\"2026-03-01T06:05:00Z\">x</time><p>The ferry left.</p></article>";
        Some(Reply::new(200, "text/html", match path {
            "/live/monday" => declared("monday", closing),
            "/live/tuesday" => declared("tuesday", ""),
            _ => return None,
        }))
    })
    .await;
    assert_eq!(titles, ["monday", "tuesday"]);
    assert_eq!(swept.events("coverage.successor").count(), 1);
    assert_eq!(swept.events("coverage.ended").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_pages_that_are_silent_make_room_for_others() {
    // As many as a source may have at once, none of which says that it is over, and one more weeks later.
    let last = Arc::new(Mutex::new(20));
    let listed = Arc::clone(&last);
    let origin = Origin::start(move |request| {
        let path = request.path.as_str();
        if path != "/rss" {
            return Reply::new(200, "text/html", declared(path.trim_start_matches('/'), ""));
        }
        let item = |number: u32| {
            format!(
                "<item><title>Harbor {number}</title><link>http://{}/harbor{number}</link></item>",
                request.host
            )
        };
        let items: String = (1..=*listed.lock().unwrap()).map(item).collect();
        let feed = format!("<rss version=\"2.0\"><channel><title>Paper</title>{items}</channel></rss>");
        Reply::new(200, "application/rss+xml", feed)
    })
    .await;
    let place = Place::new("");
    let source = format!(
        "[[source]]\nid = \"paper\"\nallow_private = [\"{}\"]\n[[source.feed]]\nurl = {:?}\n",
        origin.addr(),
        origin.url("/rss")
    );
    place.put_source("paper.toml", &source);
    let start: Timestamp = "2026-03-01T07:00:00Z".parse().unwrap();
    for (day, number, followed) in [(0, 20, 20), (1, 20, 20), (15, 21, 20), (16, 22, 21)] {
        *last.lock().unwrap() = number;
        look(&place, start + SignedDuration::from_hours(24 * day)).await;
        look(&place, start + SignedDuration::from_hours(24 * day + 1)).await;
        assert_eq!(place.sweep().coverages.len(), followed, "day {day}");
    }
}
