//! Where a site lists its news: what a page in place of a feed is told to point to, and `khabar discover`.

use crate::{
    paper::{feed_reply, page, page_reply, rss_item, rss_of, source},
    support::{Place, khabar, log_of, of_source, put},
};
use serde_json::Value;
use std::process::Output;
use world::{Origin, Reply, Request};

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

/// A site with two feeds that say the same, one of comments, a news sitemap, and a folder that robots.txt forbids.
fn site(request: &Request) -> Reply {
    let base = format!("http://{}", request.host);
    let items = |from: usize| {
        let items = (from..from + 3).map(|number| {
            let link = format!("{base}/articles/{number}");
            rss_item(&number.to_string(), &format!("خبر {number}"), &link, "Thu, 02 Mar 2023 10:55:00 +0300")
        });
        feed_reply(&rss_of(&items.collect::<String>()))
    };
    match request.path.as_str() {
        "/" => page_reply(&declaring().replace(
            "</head>",
            "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/again\">\
             <link rel=\"alternate\" type=\"application/rss+xml\" href=\"/closed/feed\">\
             <link rel=\"alternate\" type=\"application/rss+xml\" href=\"/gone\"></head>",
        )),
        "/feed/" | "/again" => items(1),
        "/comments/feed/" => items(101),
        "/closed/feed" => items(201),
        "/robots.txt" => Reply::new(
            200,
            "text/plain",
            format!("User-agent: *\nDisallow: /closed/\nSitemap: {base}/news.xml\n"),
        ),
        "/news.xml" => Reply::new(
            200,
            "application/xml",
            format!(
                "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
                 xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\"><url><loc>{base}/articles/9</loc><news:news>\
                 <news:publication_date>2023-03-02</news:publication_date><news:title>خبر</news:title></news:news></url></urlset>"
            ),
        ),
        _ => Reply::new(404, "text/plain", "no such page"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_site_lists_is_printed_as_a_source_that_is_sound() {
    let origin = Origin::start(site).await;
    let place = Place::new("");
    // The site is on loopback, which a source has to allow.
    place.put_source("known.toml", &source("known", &origin.url("/other")));
    let ask = |json: &[&str]| {
        let mut arguments = vec!["discover"];
        let url = origin.url("/");
        arguments.extend(json);
        arguments.push(&url);
        place.khabar(&arguments)
    };
    let told: Value = serde_json::from_slice(&ask(&["--json"]).stdout).unwrap();
    let paths: Vec<String> = origin.log().iter().map(|asked| asked.path.clone()).collect();
    assert!(!paths.contains(&"/closed/feed".to_owned()), "robots.txt is heeded: {paths:?}");
    let mut once = paths.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), paths.len(), "nothing is asked for twice: {paths:?}");

    let found: Vec<(&str, u64, bool)> = told["found"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["kind"].as_str().unwrap(),
                one["entries"].as_u64().unwrap(),
                one["comments"].as_bool().unwrap(),
            )
        })
        .collect();
    let wanted = [("rss", 3, false), ("rss", 3, false), ("rss", 3, true), ("news sitemap", 1, false)];
    assert_eq!(found, wanted);

    let output = ask(&[]);
    assert_eq!(output.status.code(), Some(0));
    let toml = out(&output);
    assert_eq!(toml.matches("\n[[source.feed]]").count(), 1, "{toml}");
    assert_eq!(toml.matches("# [[source.feed]]").count(), 2, "{toml}");
    assert_eq!(toml.matches("\n[[source.sitemap]]").count(), 1, "{toml}");
    assert!(toml.contains("lists the same as"), "{toml}");
    place.put_source("found.toml", &toml);
    let checked = place.khabar(&["check"]);
    assert_eq!(checked.status.code(), Some(0), "{toml}{}", String::from_utf8_lossy(&checked.stderr));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_where_others_have_theirs_is_found_and_a_bare_site_is_told() {
    let origin = Origin::start(|request: &Request| match request.path.as_str() {
        "/" => page_reply(&page("The Small Paper", "all of it")),
        "/rss.xml" => feed_reply(&rss_of(&rss_item("1", "A", "/a", "Thu, 02 Mar 2023 10:55:00 +0300"))),
        _ => Reply::new(404, "text/plain", "no such page"),
    })
    .await;
    let bare = Origin::start(|request: &Request| match request.path.as_str() {
        "/" => page_reply(&page("The Small Paper", "all of it")),
        _ => Reply::new(404, "text/plain", "no such page"),
    })
    .await;
    let place = Place::new("");
    place.put_source("known.toml", &source("known", &origin.url("/other")));
    let elsewhere = Place::new("");
    elsewhere.put_source("bare.toml", &source("bare", &bare.url("/other")));
    let found = place.khabar(&["discover", &origin.url("/")]);
    assert!(out(&found).contains(&format!("url = \"{}\"", origin.url("/rss.xml"))), "{found:?}");
    let given = place.khabar(&["discover", &origin.url("/rss.xml")]);
    assert!(out(&given).contains("as given"), "{given:?}");
    let none = elsewhere.khabar(&["discover", &bare.url("/")]);
    assert_eq!((none.status.code(), out(&none).as_str()), (Some(69), ""));
    assert!(String::from_utf8_lossy(&none.stderr).contains("status 404"));
}
