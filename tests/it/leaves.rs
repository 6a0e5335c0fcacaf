//! Articles of several pages, and pages that are none: what is asked for, and what becomes of it in the tree.

use crate::{
    paper::{feed_reply, page, page_reply, rss, source},
    support::{Place, Swept, ended},
};
use khabar::{
    daemon::Summary,
    model::{Article, Completeness, Outcome},
};
use std::sync::{
    Arc,
    atomic::{AtomicU16, AtomicUsize, Ordering},
};
use world::{Origin, Reply, Request};

/// A sentence that stands on page `number` alone.
fn sentence(number: usize) -> String {
    format!(
        "On page {number} the keeper of bridge number {number} was heard, who asked for paint and for patience."
    )
}

/// Page `number` of the story, which shows `next` as the way on.
fn leaf(number: usize, next: &str) -> Reply {
    page_reply(&format!(
        "<html><head><title>All the bridges of the town</title><link rel=canonical href='/2026/bridges'></head><body>\
         <article><h1>All the bridges of the town</h1><div class=text><p>Twelve bridges cross the river, and this week the \
         council went over all of them, one after the other, with everybody who looks after one.</p><p>{}</p>\
         <p>Nobody spoke against it, and so it was written down as number {number} of the day.</p></div>\
         <div class=pages>{number} {next}</div></article></body></html>",
        sentence(number)
    ))
}

/// The links of a pager to page `number`.
fn to(number: usize) -> String {
    format!("<a href='/2026/bridges/{number}'>{number}</a> <a href='/2026/bridges/{number}'>Next page</a>")
}

fn feed(request: &Request, title: &str) -> Reply {
    feed_reply(&rss(&[("1", title, &format!("http://{}/2026/bridges", request.host))]))
}

/// A source of the feed of `origin`, in a place of its own.
fn place(origin: &Origin, more: &str) -> Place {
    let place = Place::new("");
    place.put_source("paper.toml", &(source("paper", &origin.url("/rss")) + more));
    place
}

/// A paper of one story whose pages are answered by `pages`, by their number.
async fn paper(pages: impl Fn(usize) -> Reply + Send + Sync + 'static) -> (Place, Origin) {
    let origin = Origin::start(move |request| match request.path.strip_prefix("/2026/bridges") {
        None if request.path == "/rss" => feed(request, "All the bridges of the town"),
        None => Reply::bare(404),
        Some("") => pages(1),
        Some(number) => pages(number.trim_start_matches('/').parse().unwrap()),
    })
    .await;
    (place(&origin, ""), origin)
}

fn asked(origin: &Origin, path: &str) -> usize {
    origin.log().iter().filter(|asked| asked.path == path).count()
}

/// Lets the time pass that waiting entries wait.
fn let_time_pass(place: &Place) {
    let db = rusqlite::Connection::open(place.state().join("khabar.sqlite")).unwrap();
    db.execute_batch("UPDATE waiting SET due = 0").unwrap();
}

/// Whether the one article has the sentences of these pages, each once.
#[track_caller]
fn has_pages(swept: &Swept, pages: std::ops::RangeInclusive<usize>) -> Article {
    let article = swept.only("paper");
    for number in pages {
        assert_eq!(article.text.matches(&sentence(number)).count(), 1, "page {number} in {}", article.text);
    }
    article.clone()
}

fn is_cut(article: &Article) -> bool {
    assert_eq!(
        article.completeness == Completeness::Partial,
        !article.warnings.is_empty(),
        "{:?}",
        article.warnings
    );
    article.warnings.contains(&"article/next-page".to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_pages_become_one_article() {
    let more = |number| if number < 3 { to(number + 1) } else { String::new() };
    let (place, origin) = paper(move |number| leaf(number, &more(number)).with("etag", "\"1\"")).await;
    assert_eq!(ended(&place.run_once().await, "paper", Outcome::Published), 1);
    let article = has_pages(&place.sweep(), 1..=3);
    assert!(!is_cut(&article));
    assert_eq!(article.url.as_deref(), Some(origin.url("/2026/bridges").as_str()));
    assert_eq!(article.text.matches("Twelve bridges").count(), 1, "the lead is kept once");
    assert_eq!(article.words, article.text.split_whitespace().count());
    for path in ["/2026/bridges", "/2026/bridges/2", "/2026/bridges/3"] {
        assert_eq!(asked(&origin, path), 1, "{path}");
    }
    assert_eq!(asked(&origin, "/2026/bridges/4"), 0);
}

/// A paper whose story is answered by `pages` at the first look and from then on, told apart by `look`; its entry
/// changes after the first.
async fn changing(
    look: &Arc<AtomicUsize>,
    pages: impl Fn(bool, &Request) -> Reply + Send + Sync + 'static,
) -> (Place, Origin) {
    let look = Arc::clone(look);
    let origin = Origin::start(move |request| {
        let is_late = look.load(Ordering::SeqCst) > 0;
        let title =
            if is_late { "All the bridges of the town, again" } else { "All the bridges of the town" };
        if request.path == "/rss" { feed(request, title) } else { pages(is_late, request) }
    })
    .await;
    (place(&origin, ""), origin)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_on_a_later_page_is_seen_although_the_first_is_as_it_was() {
    let look = Arc::default();
    let (place, _origin) = changing(&look, |is_late, request| match request.path.as_str() {
        "/2026/bridges" if request.is_conditional() => Reply::bare(304),
        "/2026/bridges" => leaf(1, &to(2)).with("etag", "\"1\""),
        _ => leaf(if is_late { 7 } else { 2 }, ""),
    })
    .await;
    place.run_once().await;
    look.store(1, Ordering::SeqCst);
    assert_eq!(ended(&place.run_once().await, "paper", Outcome::Updated), 1);
    assert_eq!(has_pages(&place.sweep(), 7..=7).revision, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_fails_later_takes_nothing_from_what_was_had() {
    let look = Arc::default();
    let (place, _origin) = changing(&look, |is_late, request| match request.path.as_str() {
        "/2026/bridges" => leaf(1, &to(2)),
        _ if is_late => Reply::bare(503),
        _ => leaf(2, ""),
    })
    .await;
    place.run_once().await;
    look.store(1, Ordering::SeqCst);
    assert_eq!(ended(&place.run_once().await, "paper", Outcome::Unchanged), 1);
    let article = has_pages(&place.sweep(), 1..=2);
    assert!(article.revision == 1 && !is_cut(&article));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_fails_leaves_a_partial_article_that_is_completed_later() {
    let status = Arc::new(AtomicU16::new(503));
    let now = Arc::clone(&status);
    let (place, origin) = paper(move |number| match (number, now.load(Ordering::SeqCst)) {
        (1, _) => leaf(1, &to(2)).with("etag", "\"1\""),
        (_, 200) => leaf(2, ""),
        (_, status) => Reply::bare(status),
    })
    .await;
    assert_eq!(ended(&place.run_once().await, "paper", Outcome::Published), 1);
    assert!(is_cut(&has_pages(&place.sweep(), 1..=1)));
    // Not before its time, and then until it is there.
    place.run_once().await;
    assert_eq!(asked(&origin, "/2026/bridges/2"), 1);
    let_time_pass(&place);
    place.run_once().await;
    assert_eq!((asked(&origin, "/2026/bridges/2"), place.sweep().only("paper").revision), (2, 1));
    status.store(200, Ordering::SeqCst);
    let_time_pass(&place);
    assert_eq!(ended(&place.run_once().await, "paper", Outcome::Updated), 1);
    let article = has_pages(&place.sweep(), 1..=2);
    assert!(article.revision == 2 && !is_cut(&article));
    let_time_pass(&place);
    place.run_once().await;
    assert_eq!(asked(&origin, "/2026/bridges"), 3, "and then it is left alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_lead_around_or_nowhere_end_the_article() {
    // A second page that leads back to the first by a redirect, or shows the same text, is none.
    for second in [Reply::redirect(302, "/2026/bridges"), leaf(1, "")] {
        let pages = move |number| if number == 1 { leaf(1, &to(2)) } else { second.clone() };
        let (place, _origin) = paper(pages).await;
        place.run_once().await;
        assert!(!is_cut(&has_pages(&place.sweep(), 1..=1)));
    }
    // By rule, a ring.
    let origin = Origin::start(|request| match request.path.as_str() {
        "/rss" => feed(request, "All the bridges of the town"),
        "/2026/bridges" => leaf(1, "<a class=on href='/x/b'>on</a>"),
        "/x/b" => leaf(2, "<a class=on href='/x/c'>on</a>"),
        _ => leaf(3, "<a class=on href='/2026/bridges'>on</a>"),
    })
    .await;
    let place = place(&origin, "[[source.article]]\nnext = [\"a.on@href\"]\n");
    place.run_once().await;
    assert!(!is_cut(&has_pages(&place.sweep(), 1..=3)));
    for path in ["/2026/bridges", "/x/b", "/x/c"] {
        assert_eq!(asked(&origin, path), 1, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_of_fifty_pages_is_read_to_the_tenth() {
    let (place, origin) = paper(|number| leaf(number, &to(number + 1))).await;
    place.run_once().await;
    let article = has_pages(&place.sweep(), 1..=10);
    assert!(is_cut(&article) && !article.text.contains(&sentence(11)));
    assert_eq!(origin.log().iter().filter(|asked| asked.path.starts_with("/2026/bridges")).count(), 10);
    let_time_pass(&place);
    place.run_once().await;
    assert_eq!(asked(&origin, "/2026/bridges"), 1, "it is not tried again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn later_pages_are_asked_for_as_robots_and_holds_say() {
    let busy = || Reply::bare(429).with("retry-after", "3600");
    let (held, origin) = paper(move |number| if number == 1 { leaf(1, &to(2)) } else { busy() }).await;
    held.run_once().await;
    let_time_pass(&held);
    held.run_once().await;
    let counts = ["/2026/bridges", "/2026/bridges/2"].map(|path| asked(&origin, path));
    assert_eq!(counts, [1, 1], "the host wants to be left alone");
    let origin = Origin::start(|request| match request.path.as_str() {
        "/rss" => feed(request, "All the bridges of the town"),
        "/robots.txt" => Reply::new(200, "text/plain", "User-agent: *\nDisallow: /2026/bridges/\n"),
        _ => leaf(1, &to(2)),
    })
    .await;
    let place = place(&origin, "");
    place.run_once().await;
    assert_eq!(asked(&origin, "/2026/bridges/2"), 0);
    assert!(is_cut(&has_pages(&place.sweep(), 1..=1)));
}

/// What khabar makes of an entry of a listing whose page is answered like this.
async fn listed(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Place, Origin, Summary) {
    let card = "<div class=card><a href='/2026/03/bridge-painted-red'>The bridge is painted red</a></div>";
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/list" => page_reply(card),
        _ => answer(request),
    })
    .await;
    let place = Place::new("");
    let listing = format!(
        "[[source]]\nid = \"paper\"\nallow_private = [\"{}\"]\n[[source.listing]]\nurl = {:?}\n\
         item = [\"div.card\"]\nlink = [\"a@href\"]\ntitle = [\"a\"]\n",
        origin.addr(),
        origin.url("/list")
    );
    place.put_source("paper.toml", &listing);
    let summary = place.run_once().await;
    (place, origin, summary)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_says_that_it_is_none_is_not_published() {
    let missing = "<title>Page not found | The Small Paper</title><main><h1>Page not found</h1><p>What you are looking for \
                   may have moved, or it was taken down; try our search, or go back to the front page.</p></main>";
    let (place, _origin, summary) = listed(move |_| page_reply(missing)).await;
    assert_eq!(ended(&summary, "paper", Outcome::Deferred), 1, "as one that is answered with 404");
    let mut ends = Vec::new();
    for _ in 0..5 {
        let_time_pass(&place);
        ends.push(ended(&place.run_once().await, "paper", Outcome::NotArticle));
    }
    assert_eq!(ends, [0, 0, 0, 0, 1]);
    assert_eq!(place.sweep().articles.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_to_a_section_is_no_article() {
    let section = |title: &'static str| {
        move |request: &Request| match request.path.as_str() {
            "/2026/03/bridge-painted-red" => Reply::redirect(301, "/town"),
            _ => page_reply(&page(title, "The bridge is painted red")),
        }
    };
    let (place, _origin, summary) = listed(section("News of the town")).await;
    assert_eq!(ended(&summary, "paper", Outcome::Deferred), 1);
    assert_eq!(place.sweep().articles.len(), 0);
    // A page that is called like the entry is its article, wherever it lives.
    let (_place, _origin, summary) = listed(section("The bridge is painted red")).await;
    assert_eq!(ended(&summary, "paper", Outcome::Published), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_article_with_signs_of_a_wall_beside_it_is_published() {
    let headline = "<title>The bridge is painted red</title><h1>The bridge is painted red</h1>";
    let story = "<p>The old bridge has a new coat of paint since Monday, and it is red, as the council decided in March.</p>\
                 <p>Some had asked for green, which the keeper of the bridge said would have been cheaper by half.</p>";
    let captcha = "<div class=\"g-recaptcha\" data-sitekey=1></div>";
    let region = "<div class=video>This video is not available in your country.</div>";
    let check = "<script>window._cf_chl_opt = {}</script>";
    for (html, published) in [
        (format!("{headline}{story}<form><textarea></textarea>{captcha}</form>"), 1),
        (format!("{headline}{story}<form><div class=\"cf-turnstile\"></div></form>"), 1),
        (format!("{headline}{story}{region}"), 1),
        // A wall is one under any headline, and code that only a vendor has is one beside any text.
        (format!("{headline}<p>This content is not available in your country.</p>"), 0),
        (format!("{headline}<p>One more step</p>{captcha}"), 0),
        (format!("{headline}{story}{check}"), 0),
        (format!("<title>Robot?</title><p>Show us that you are none.</p>{captcha}"), 0),
    ] {
        let reply = page_reply(&html);
        let (_place, _origin, summary) = listed(move |_| reply.clone()).await;
        assert_eq!(ended(&summary, "paper", Outcome::Published), published, "{html}");
    }
}
