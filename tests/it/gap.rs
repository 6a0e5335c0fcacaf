//! A feed whose entries have all been replaced since the last look: what may have been missed is looked for, and told.

use crate::{
    paper::{feed_reply, page, page_reply, rss, source},
    support::{Place, Swept},
};
use khabar::{
    daemon::{self, Control},
    io::clock::Clock,
};
use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use world::{Origin, Reply, Request};

/// Entries of the feed's first page.
const WINDOW: usize = 3;

fn link(request: &Request, number: usize) -> String {
    format!("http://{}/{number}", request.host)
}

/// A feed of these numbers, the newest first, with more at its head.
fn feed(request: &Request, numbers: Range<usize>, head: &str) -> Reply {
    let told: Vec<(String, String)> =
        numbers.rev().map(|number| (format!("n{number}"), link(request, number))).collect();
    let items: Vec<_> = told.iter().map(|(id, link)| (id.as_str(), id.as_str(), link.as_str())).collect();
    feed_reply(&rss(&items).replace("</description>\n", &format!("</description>{head}\n")))
}

/// A paper of numbered pages that `first` entries have at first, and twelve later.
async fn paper(later: Arc<AtomicBool>, reply: fn(&Request, usize) -> Option<Reply>) -> Origin {
    Origin::start(move |request| {
        let newest = if later.load(Ordering::SeqCst) { 12 } else { WINDOW };
        reply(request, newest).unwrap_or_else(|| {
            match request.path.trim_start_matches('/').parse::<usize>() {
                Ok(number) => page_reply(&page(&format!("n{number}"), "a number")),
                Err(_) => Reply::new(404, "text/plain", "no"),
            }
        })
    })
    .await
}

/// Two runs, between which all that the feed lists has changed.
async fn two_runs(reply: fn(&Request, usize) -> Option<Reply>) -> Swept {
    let later = Arc::new(AtomicBool::new(false));
    let origin = paper(Arc::clone(&later), reply).await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    place.run_once().await;
    assert_eq!(place.sweep().events("source.gap").count(), 0, "the first look has nothing to overlap with");
    later.store(true, Ordering::SeqCst);
    place.run_once().await;
    place.run_once().await;
    place.sweep()
}

/// What the one gap event says, and how many articles there are.
fn told(swept: &Swept) -> (u64, u64, bool, usize) {
    let gaps: Vec<_> = swept.events("source.gap").collect();
    let [gap] = gaps.as_slice() else { panic!("{} gaps", gaps.len()) };
    let number = |name: &str| gap.data[name].as_u64().unwrap();
    (number("pages"), number("found"), gap.data["closed"].as_bool().unwrap(), swept.of("paper").count())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_older_pages_a_gap_is_told_and_that_is_all() {
    let swept = two_runs(|request, newest| {
        (request.path == "/rss").then(|| feed(request, newest - WINDOW..newest, ""))
    })
    .await;
    assert_eq!(told(&swept), (0, 0, false, 6));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn older_pages_that_a_feed_names_are_read_until_something_is_known() {
    let swept = two_runs(|request, newest| {
        let (path, page) = request.path.split_once("?page=").unwrap_or((&request.path, "1"));
        let page: usize = page.parse().unwrap();
        let until = newest.checked_sub((page - 1) * WINDOW)?;
        let next = format!(
            "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"next\" href=\"/rss?page={}\"/>",
            page + 1
        );
        (path == "/rss").then(|| feed(request, until.saturating_sub(WINDOW)..until, &next))
    })
    .await;
    assert_eq!(told(&swept), (3, 6, true, 12));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn older_pages_of_wordpress_are_known_by_their_number() {
    let swept = two_runs(|request, newest| {
        let (path, page) = request.path.split_once("?paged=").unwrap_or((&request.path, "1"));
        let until = newest.checked_sub((page.parse::<usize>().unwrap() - 1) * WINDOW)?;
        let generator = "<generator>https://wordpress.org/?v=6.8</generator>";
        (path == "/rss").then(|| feed(request, until.saturating_sub(WINDOW)..until, generator))
    })
    .await;
    assert_eq!(told(&swept), (3, 6, true, 12));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_without_an_end_is_not_read_for_ever() {
    let swept = two_runs(|request, newest| {
        let (path, page) = request.path.split_once("?page=").unwrap_or((&request.path, "0"));
        let page: usize = page.parse().unwrap();
        let from = newest * 1000 + page * WINDOW;
        let next = format!(
            "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"next\" href=\"/rss?page={}\"/>",
            page + 1
        );
        (path == "/rss").then(|| feed(request, from..from + WINDOW, &next))
    })
    .await;
    assert_eq!(told(&swept), (10, 30, false, 36));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_feed_let_go_unseen_comes_by_the_sitemap_of_its_source() {
    let later = Arc::new(AtomicBool::new(false));
    let origin = paper(Arc::clone(&later), |request, newest| match request.path.as_str() {
        "/rss" => Some(feed(request, newest - WINDOW..newest, "")),
        "/news.xml" => {
            let urls = (0..newest).map(|number| format!("<url><loc>{}</loc></url>", link(request, number)));
            let urls: String = urls.collect();
            let text =
                format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>");
            Some(Reply::new(200, "application/xml", text))
        }
        _ => None,
    })
    .await;
    let place = Place::new("[schedule]\ninterval_secs = 2\nfeed_floor_secs = 2\nlive_floor_secs = 2\n");
    let sitemap = format!("[[source.sitemap]]\nurl = {:?}\n", origin.url("/news.xml"));
    place.put_source("paper.toml", &(source("paper", &origin.url("/rss")) + &sitemap));
    let (orders, setup) = place.setup(|_step| {});
    let clock = Clock::system();
    let stop = async {
        let articles = || {
            let news = crate::support::files(&place.news());
            news.iter().filter(|path| path.extension().is_some_and(|end| end == "md")).count()
        };
        while articles() < WINDOW {
            clock.sleep(Duration::from_millis(20)).await;
        }
        later.store(true, Ordering::SeqCst);
        while articles() < 12 {
            clock.sleep(Duration::from_millis(20)).await;
        }
        orders.send(Control::Stop("all is there".to_owned())).await.unwrap();
    };
    let (ended, ()) = tokio::join!(daemon::run(setup), stop);
    ended.unwrap();
    let swept = place.sweep();
    assert_eq!(swept.of("paper").count(), 12, "each once, through whichever door");
}
