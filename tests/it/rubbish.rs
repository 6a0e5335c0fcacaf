//! A door that was good and turns to rubbish: what is known of it stays, its operator is told why, and it goes on where
//! it was when it is good again.

use crate::{
    paper::{feed_reply, page, page_reply, rss, source},
    support::{Place, of_source},
};
use khabar::{io::store::Store, pipeline::DoorState};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use world::{Origin, Reply, Request};

/// Looks at which the door is bad.
const BAD: std::ops::RangeInclusive<usize> = 2..=5;

/// The good feed: six entries and, after the bad looks, one more.
fn good(request: &Request, look: usize) -> Reply {
    let count = if look > *BAD.end() { 7 } else { 6 };
    let links: Vec<String> = (0..count).map(|number| format!("http://{}/{number}", request.host)).collect();
    let items: Vec<_> = links.iter().map(|link| (link.as_str(), link.as_str(), link.as_str())).collect();
    feed_reply(&rss(&items)).with("etag", &format!("\"good-{count}\""))
}

/// A feed that was looked at once when it was good, four times when it was bad, and once when it was good again.
struct Turned {
    place: Place,
    origin: Origin,
    /// What was known of it before and after the bad looks.
    states: [DoorState; 2],
}

async fn turn(bad: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Turned {
    let looks = Arc::new(AtomicUsize::new(0));
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/robots.txt" => Reply::new(404, "text/plain", "no rules"),
        "/rss" => match looks.fetch_add(1, Ordering::SeqCst) + 1 {
            look if BAD.contains(&look) => bad(&request.host).with("etag", "\"bad\""),
            look => good(request, look),
        },
        path => page_reply(&page(&format!("Page of {path}"), path)),
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let known = || {
        let doors = Store::open(&place.state()).unwrap().doors().unwrap();
        DoorState::from_json(&doors[0].state)
    };
    place.run_once().await;
    let before = known();
    for _ in BAD {
        let summary = place.run_once().await;
        assert_eq!(of_source(&summary, "paper").tally.seen, 0);
    }
    let states = [before, known()];
    place.run_once().await;
    Turned { place, origin, states }
}

impl Turned {
    /// What is known of the door stays, so that the good feed is asked for as it was, and goes on.
    #[track_caller]
    fn kept_its_state(&self, case: &str) {
        let [before, after] = &self.states;
        assert_eq!(after.validators, before.validators, "{case}");
        assert_eq!((&after.body, after.listed), (&before.body, before.listed), "{case}");
        assert_eq!(after.found, before.found, "{case}");
        let asked = self.origin.log();
        let conditional = asked.iter().filter(|asked| asked.path == "/rss" && asked.conditional).count();
        assert_eq!(conditional, BAD.count() + 1, "{case}: asked by what the good one was recognized by");
        let pages = asked.iter().filter(|asked| !["/rss", "/robots.txt"].contains(&asked.path.as_str()));
        assert_eq!(pages.count(), 7, "{case}: each page is read once");
        let swept = self.place.sweep();
        assert_eq!((swept.articles.len(), swept.revisions.len()), (7, 0), "{case}");
        assert_eq!(swept.events("source.gap").count(), 0, "{case}");
    }

    /// Its operator is told once that it fails, by `code` and in words that have `reason`, and once that it is back.
    #[track_caller]
    fn failed_for(&self, code: &str, reason: &str) {
        self.kept_its_state(code);
        let swept = self.place.sweep();
        let told: Vec<_> = swept.events("source.failing").collect();
        let [failing] = told.as_slice() else { panic!("{code}: {told:?}") };
        assert_eq!((failing.data["code"].as_str(), failing.source.as_deref()), (Some(code), Some("paper")));
        assert_eq!(failing.data["url"], self.origin.url("/rss"));
        let words = failing.data["error"].as_str().unwrap();
        assert!(words.contains(reason), "{code}: {words}");
        let recovered: Vec<_> = swept.events("source.recovered").collect();
        assert_eq!(recovered.len(), 1, "{code}");
        assert_eq!(recovered[0].data["failures"], BAD.count());
    }
}

/// A body that comes instead.
fn body(mime: &'static str, body: impl Into<Vec<u8>>) -> impl Fn(&str) -> Reply + Send + Sync {
    let body = body.into();
    move |_| Reply::new(200, mime, body.clone())
}

const XML: &str = "application/rss+xml; charset=utf-8";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_that_turns_to_rubbish_keeps_its_state_and_is_told_with_the_reason() {
    let parked = page("This name is for sale", "the sale of this name");
    turn(body("text/html; charset=utf-8", parked)).await.failed_for("feed/html", "web page");
    turn(body(XML, "")).await.failed_for("feed/empty", "empty");
    turn(body(XML, " \n\t ")).await.failed_for("feed/empty", "empty");
    turn(body(XML, "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><chan"))
        .await
        .failed_for("feed/broken", "not a feed");
    turn(body("application/json", "{\"error\": {\"code\": 500, \"message\": \"no such table\"}}"))
        .await
        .failed_for("feed/broken", "not a feed");
    turn(body("image/png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x01\xff\xfe".to_vec()))
        .await
        .failed_for("feed/broken", "not a feed");
    turn(|_| Reply::new(500, "text/html", "<h1>Fatal error</h1>")).await.failed_for("http/500", "trouble");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_that_lists_nothing_any_more_keeps_its_state_and_is_remarked() {
    let channel = "<channel><title>The Small Paper</title><link>https://paper.example/</link></channel>";
    let cases = [
        ("none", format!("<rss version=\"2.0\">{channel}</rss>")),
        ("foreign", "<feed xmlns=\"urn:of-something-else\"><title>T</title><id>i</id></feed>".to_owned()),
    ];
    for (case, text) in cases {
        // It says that it is fresh for a day; that is not believed.
        let turned =
            turn(move |_| Reply::new(200, XML, text.clone()).with("cache-control", "max-age=86400")).await;
        turned.kept_its_state(case);
        let [_, after] = &turned.states;
        assert_eq!(after.fresh_for, None, "{case}");
        assert_eq!(after.remarks.get("feed/empty-list"), Some(&4), "{case}: {:?}", after.remarks);
        let swept = turned.place.sweep();
        assert_eq!(swept.events("source.failing").count(), 0, "{case}: a list may run empty");
    }
}
