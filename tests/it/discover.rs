//! Where a site lists its news: what a page in place of a feed is told to point to, and `khabar discover`.

use crate::{
    paper::{page, page_reply, source},
    support::{Place, khabar, log_of, of_source, put},
};
use serde_json::Value;
use std::process::Output;
use world::Origin;

/// A page that declares two feeds and the comments' one.
fn declaring() -> String {
    page("The Small Paper", "all of it").replace(
        "</head>",
        "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"Paper \u{bb} Comments Feed\" href=\"/comments/feed/\">\
         <link rel=\"alternate\" type=\"application/rss+xml\" title=\"Paper \u{bb} Feed\" href=\"/feed/\"></head>",
    )
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_in_place_of_a_feed_is_told_with_the_feed_it_points_to() {
    let origin = Origin::start(|_| page_reply(&declaring())).await;
    let feed = origin.url("/rss");
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &feed));
    let wanted = format!("{feed} is a web page, not a feed; it points to the feed {}", origin.url("/feed/"));

    let summary = place.run_once().await;
    let (code, error) = of_source(&summary, "paper").failure.clone().unwrap();
    assert_eq!((code.as_str(), error.as_str()), ("feed/html", wanted.as_str()));
    assert_eq!(
        origin.log().iter().filter(|asked| asked.path != "/robots.txt").count(),
        1,
        "nothing more is asked"
    );
    // It is an event of the log once it has failed three times.
    place.run_once().await;
    place.run_once().await;
    let failing = log_of(&place.news()).into_iter().find(|line| line.event == "source.failing");
    assert_eq!(failing.unwrap().data["error"], wanted);
    let place = tokio::task::spawn_blocking(move || {
        let status: Value = serde_json::from_str(&out(&place.khabar(&["status", "--json"]))).unwrap();
        assert!(status.to_string().contains(&wanted), "{status}");
        let tried = out(&place.khabar(&["try", &feed]));
        let remark = tried
            .lines()
            .find(|line| line.starts_with("remark  feed/html"))
            .unwrap_or_else(|| panic!("{tried}"));
        assert!(remark.contains("not a feed; it points to the feed http://127.0.0.1:"), "{remark}");
        // An article that declares the same feeds is not asked for a feed.
        let tried = out(&place.khabar(&["try", &feed.replace("/rss", "/2026/bridge")]));
        assert!(!tried.contains("feed/html"), "{tried}");
        place
    })
    .await
    .unwrap();
    drop(place);
    origin.stop().await;
}

#[test]
fn stage_feed_says_what_a_page_points_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    put(&file, declaring().as_bytes());
    let error = |arguments: &[&str]| {
        let output = khabar().args(["stage", "feed"]).args(arguments).arg(&file).output().unwrap();
        serde_json::from_str::<Value>(&out(&output)).unwrap()["error"].as_str().unwrap().to_owned()
    };
    let plain = "feed/html: the answer is a web page, not a feed";
    let named = format!("{plain}; it points to the feed https://paper.example/feed/");
    assert_eq!(error(&["--url", "https://paper.example/rss"]), named);
    assert_eq!(error(&[]), plain, "a relative address leads nowhere");
}
