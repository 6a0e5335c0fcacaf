//! What two doors of a source, a listing of several pages and answers that are none do to entries: nothing is lost,
//! nothing is read twice, nobody is pressed.

use crate::{
    paper::{feed_reply, page, page_reply, rss, source},
    support::{Place, ended, of_source, put},
};
use khabar::model::Outcome;
use std::sync::{
    Arc,
    atomic::{AtomicU16, AtomicUsize, Ordering},
};
use world::{Origin, Reply, Request};

const LISTING: &str =
    "item = [\"div.card\"]\nlink = [\"a@href\"]\ntitle = [\"a\"]\nnext = [\"a.next@href\"]\npages_max = 3\n";

fn link(request: &Request, path: &str) -> String {
    format!("http://{}{path}", request.host)
}

fn cards(paths: &[String], more: &str) -> Reply {
    let cards =
        paths.iter().map(|path| format!("<div class=card><a href=\"{path}\">Card of {path}</a></div>"));
    page_reply(&(cards.collect::<Vec<_>>().concat() + more))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_two_doors_tell_in_their_own_words_has_not_changed() {
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/rss" => {
            let look = counted.fetch_add(1, Ordering::SeqCst);
            let one = link(request, "/a");
            // Its id is its address, as the listing's is; and each look is printed anew.
            feed_reply(&(rss(&[(&one, "As the feed says", &one)]) + &format!("<!-- {look} -->")))
        }
        "/section" => cards(&["/a".to_owned()], &format!("<p>{}</p>", counted.load(Ordering::SeqCst))),
        _ => page_reply(&page("A", "a")),
    })
    .await;
    let place = Place::new("");
    let listing = format!("[[source.listing]]\nurl = {:?}\n{LISTING}", origin.url("/section"));
    place.put_source("paper.toml", &(source("paper", &origin.url("/rss")) + &listing));
    for _ in 0..3 {
        place.run_once().await;
    }
    assert_eq!(origin.log().iter().filter(|asked| asked.path == "/a").count(), 1, "the page is fetched once");
    assert_eq!(place.sweep().only("paper").revision, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_a_listing_that_could_not_be_had_are_read_at_the_next_look() {
    let status = Arc::new(AtomicU16::new(503));
    let second = Arc::clone(&status);
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/section" => cards(&["/1".to_owned(), "/2".to_owned()], "<a class=next href=\"/section2\">more</a>")
            .with("etag", "\"one\""),
        "/section2" if second.load(Ordering::SeqCst) == 503 => Reply::bare(503),
        "/section2" => cards(&["/3".to_owned(), "/4".to_owned()], ""),
        path => page_reply(&page(path, path)),
    })
    .await;
    let place = Place::new("");
    let listing = format!(
        "[[source]]\nid = \"paper\"\nallow_private = [\"{}\"]\n[[source.listing]]\nurl = {:?}\n{LISTING}",
        origin.addr(),
        origin.url("/section")
    );
    place.put_source("paper.toml", &listing);
    assert_eq!(ended(&place.run_once().await, "paper", Outcome::Published), 2);
    status.store(200, Ordering::SeqCst);
    assert_eq!(
        ended(&place.run_once().await, "paper", Outcome::Published),
        2,
        "the deeper page is not forgotten"
    );
    assert_eq!(place.sweep().articles.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_modified_is_no_answer_to_a_plain_question() {
    let origin = Origin::start(|_| Reply::bare(304)).await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let summary = place.run_once().await;
    let failure = of_source(&summary, "paper").failure.clone().expect("a failure");
    assert_eq!(failure.0, "http/304");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_asks_for_time_is_asked_for_no_other_page() {
    let origin = Origin::start(|request| match request.path.as_str() {
        "/rss" => {
            let links: Vec<String> = (0..9).map(|at| link(request, &format!("/{at}"))).collect();
            let items: Vec<_> =
                links.iter().map(|link| (link.as_str(), link.as_str(), link.as_str())).collect();
            feed_reply(&rss(&items))
        }
        _ => Reply::bare(429).with("retry-after", "3600"),
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let summary = place.run_once().await;
    assert_eq!(ended(&summary, "paper", Outcome::Deferred), 9);
    assert_eq!(origin.log().iter().filter(|asked| asked.path != "/rss").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_stands_in_for_several_is_believed_for_none_after_the_first() {
    let origin = Origin::start(|request| match request.path.as_str() {
        "/rss" => {
            let links = ["/a", "/b", "/c"].map(|path| link(request, path));
            feed_reply(&rss(&[("1", "A", &links[0]), ("2", "B", &links[1]), ("3", "C", &links[2])]))
        }
        "/consent" => page_reply(&page("Your privacy", "consent")),
        _ => Reply::redirect(302, "/consent"),
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let summary = place.run_once().await;
    assert_eq!(ended(&summary, "paper", Outcome::Duplicate), 0);
    assert_eq!(ended(&summary, "paper", Outcome::Deferred), 2, "they are tried again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_to_the_front_page_is_no_article() {
    let origin = Origin::start(|request| match request.path.as_str() {
        "/rss" => feed_reply(&rss(&[("1", "A", &link(request, "/a"))])),
        "/a" => Reply::redirect(302, "/"),
        _ => page_reply(&page("The front page", "front")),
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let summary = place.run_once().await;
    assert_eq!(ended(&summary, "paper", Outcome::Deferred), 1);
    assert_eq!(place.sweep().articles.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_folder_that_cannot_be_written_keeps_no_other_from_being_written() {
    let origin = Origin::start(|request| match request.path.as_str() {
        "/rss" => feed_reply(&rss(&[("1", "A", &link(request, "/a")), ("2", "B", &link(request, "/b"))])),
        path => page_reply(&page(path, path)),
    })
    .await;
    let place = Place::new("");
    for id in ["bad", "good", "other"] {
        place.put_source(&format!("{id}.toml"), &source(id, &origin.url("/rss")));
    }
    std::fs::create_dir_all(place.news().join("articles")).unwrap();
    put(&place.news().join("articles/bad"), b"in the way");
    let mut summary = place.run_once().await;
    assert_eq!(ended(&summary, "bad", Outcome::Deferred), 2);
    for _ in 0..3 {
        // What was written together with it is written at the next look, if not at this one.
        summary = place.run_once().await;
    }
    assert_eq!(ended(&summary, "bad", Outcome::Deferred), 2, "and a start does not fail on what it left");
    std::fs::remove_file(place.news().join("articles/bad")).unwrap();
    place.run_once().await;
    let swept = place.sweep();
    assert_eq!(["bad", "good", "other"].map(|id| swept.of(id).count()), [2, 2, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_waits_at_a_door_that_is_gone_is_read_at_the_new_one() {
    let status = Arc::new(AtomicU16::new(503));
    let now = Arc::clone(&status);
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/a" if now.load(Ordering::SeqCst) == 503 => Reply::bare(503),
        "/a" => page_reply(&page("A", "a")),
        _ => feed_reply(&rss(&[("1", "A", &link(request, "/a"))])),
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/old")));
    assert_eq!(ended(&place.run_once().await, "paper", Outcome::Deferred), 1);
    status.store(200, Ordering::SeqCst);
    place.put_source("paper.toml", &source("paper", &origin.url("/new")));
    assert_eq!(ended(&place.run_once().await, "paper", Outcome::Published), 1);
    assert_eq!(place.sweep().articles.len(), 1);
}
