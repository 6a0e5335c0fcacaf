//! A real live page, lived through again in virtual time: every post and every edit is one event, how late, and for how
//! many requests.

use crate::{
    sim::response,
    support::{Place, Swept},
};
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use khabar::{
    daemon::{self, Control},
    date::Order,
    io::{
        clock::Clock,
        fetch::{Error, Fetch, Request, Response},
    },
    readers::live::{self, Options, Rule},
};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use world::Reply;

/// A post as its editors wrote it.
#[derive(Debug, Clone)]
struct Written {
    id: String,
    published: Timestamp,
    modified: Timestamp,
}

/// Posts on a page.
const PER_PAGE: usize = 30;

/// A live page as it was at any time.
#[derive(Debug)]
struct Page {
    /// The newest first.
    posts: Vec<Written>,
    clock: Clock,
    asked: AtomicUsize,
}

impl Page {
    /// One page of it, from 1, as a site would have made it at a time.
    fn html(&self, number: usize, now: Timestamp) -> String {
        let shown: Vec<&Written> = self.posts.iter().filter(|post| post.published <= now).collect();
        let newest = shown.iter().map(|post| post.modified.min(now).max(post.published)).max().unwrap_or(now);
        let entries: String =
            shown.iter().skip((number - 1) * PER_PAGE).take(PER_PAGE).map(|post| entry(post, now)).collect();
        let next = if shown.len() > number * PER_PAGE {
            format!("<a rel=\"next\" href=\"/live?page={}\">older</a>", number + 1)
        } else {
            String::new()
        };
        format!(
            "<html><head><title>Live</title><meta name=\"modified\" content=\"{newest}\"></head><body><h1>Live</h1><div>{entries}</div>{next}</body></html>"
        )
    }
}

fn entry(post: &Written, now: Timestamp) -> String {
    let Written { id, published, modified } = post;
    let is_edited = modified > published && *modified <= now;
    let (text, at) = if is_edited { ("Corrected", modified) } else { ("First", published) };
    let (sort, update) = (published.as_second(), at.as_second());
    format!(
        "<div class=\"entry\" id=\"{id}\" data-sort-time=\"{sort}\" data-update-time=\"{update}\"><h3>Post {id}</h3><p>{text} words of {id}.</p></div>"
    )
}

impl Fetch for Page {
    fn get(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
        Box::pin(async move {
            self.clock.sleep(Duration::from_millis(300)).await;
            let url = request.url.clone();
            if url.path() != "/live" {
                return Ok(response(&request, url, Vec::new(), Reply::bare(404)));
            }
            self.asked.fetch_add(1, Ordering::SeqCst);
            let number =
                url.query_pairs().find(|(key, _)| key == "page").map_or(1, |(_, page)| page.parse().unwrap());
            let html = self.html(number, self.clock.now());
            let etag = format!("\"{}\"", crate::support::sha256(html.as_bytes()));
            let sent = request.validators.etag.as_deref();
            let reply = if sent == Some(etag.as_bytes()) {
                Reply::bare(304).with("etag", &etag)
            } else {
                Reply::new(200, "text/html; charset=utf-8", html).with("etag", &etag)
            };
            Ok(response(&request, url, Vec::new(), reply))
        })
    }
}

/// The posts of a real live page with their times, where it is.
fn posts() -> Option<Vec<Written>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/live/mirror/page.html");
    let Ok(html) = fs::read_to_string(&path) else {
        println!("skipped: ../shared/data/live/mirror is not here");
        return None;
    };
    let now = "2024-08-06T00:00:00Z".parse().unwrap();
    let options = Options {
        rule: &Rule::default(),
        zone: &TimeZone::UTC,
        now,
        order: Order::Dmy,
        like: None,
        local: &[],
    };
    let (look, _) = live::read(&options, &html, None);
    let written = |post: live::Post| {
        let published = post.published.unwrap().at;
        let modified = post.modified.map_or(published, |moment| moment.at).max(published);
        Written { id: post.id.unwrap(), published, modified }
    };
    let mut posts: Vec<Written> = look.posts.into_iter().map(written).collect();
    posts.sort_by_key(|post| std::cmp::Reverse(post.published));
    Some(posts)
}

/// Follows the page from its first post to hours after its last.
async fn followed(posts: Vec<Written>) -> (Swept, usize) {
    let start = posts.last().unwrap().published;
    let end = posts.first().unwrap().published + SignedDuration::from_hours(1);
    let clock = Clock::simulated(start);
    let page = Arc::new(Page { posts, clock: clock.clone(), asked: AtomicUsize::new(0) });
    let place = Place::new("");
    place.put_source(
        "paper.toml",
        "[[source]]\nid = \"paper\"\n[[source.live]]\nurl = \"https://news.example/live\"\n",
    );
    let shown = Arc::clone(&page);
    let fetch: daemon::MakeFetch = Arc::new(move |_| Ok(Arc::clone(&shown) as Arc<dyn Fetch>));
    let (orders, setup) = place.setup_with(fetch, clock.clone(), |_step| {});
    let until = clock.instant() + Duration::try_from(end.duration_since(start)).unwrap();
    let stop = async {
        clock.sleep_until(until).await;
        orders.send(Control::Stop("it is over".to_owned())).await.unwrap();
    };
    let (summary, ()) = tokio::join!(daemon::run(setup), stop);
    summary.unwrap();
    (place.sweep(), page.asked.load(Ordering::SeqCst))
}

#[tokio::test(start_paused = true)]
async fn three_days_of_a_real_live_page_are_followed_closely_for_few_requests() {
    let Some(posts) = posts() else { return };
    let (swept, requests) = followed(posts.clone()).await;
    let keys: BTreeMap<&str, &str> = swept
        .coverages
        .values()
        .flat_map(|coverage| coverage["posts"].as_array().unwrap())
        .map(|post| (post["id"].as_str().unwrap(), post["key"].as_str().unwrap()))
        .collect();
    let at = |event: &str| -> BTreeMap<String, Vec<Timestamp>> {
        let mut at: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
        for line in swept.events(event) {
            at.entry(keys[line.id.as_deref().unwrap()].to_owned())
                .or_default()
                .push(line.at.parse().unwrap());
        }
        at
    };
    let (new, revised) = (at("post.new"), at("post.revised"));
    assert_eq!(swept.events("post.removed").count(), 0, "nothing was taken down");
    assert_eq!(new.len(), posts.len());
    assert!(new.values().chain(revised.values()).all(|times| times.len() == 1), "each once");
    let mut delays: Vec<i64> = Vec::new();
    let mut early = 0;
    for post in &posts {
        let seen = new[&post.id][0];
        delays.push(seen.duration_since(post.published).as_secs());
        // An edit before the first look at a post is part of it.
        let is_edit = post.modified > post.published && post.modified > seen;
        early += usize::from(post.modified > post.published && !is_edit);
        assert_eq!(revised.contains_key(&post.id), is_edit, "{}", post.id);
        if is_edit {
            delays.push(revised[&post.id][0].duration_since(post.modified).as_secs());
        }
    }
    delays.sort_unstable();
    let share = |part: usize| delays[delays.len() * part / 100];
    println!(
        "{} posts, {} edits and {early} before they were seen; {requests} requests; median {} s, p95 {} s, last {} s",
        posts.len(),
        revised.len(),
        share(50),
        share(95),
        delays.last().unwrap()
    );
    assert!(share(50) <= 50 && share(95) <= 115 && requests <= 2_900, "{requests}");
}
