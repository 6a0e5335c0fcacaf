//! Sitemaps as doors: indexes that stay while their sitemaps change, sitemaps that rotate away, old entries that nobody
//! waits for, and addresses of others.

use crate::{
    paper::{page, page_reply},
    support::{Place, of_source},
};
use khabar::{
    io::{clock::Clock, store::Store},
    model::{Outcome, Tally},
    pipeline::DoorState,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use world::{Origin, Reply, Request};

/// A site whose door is `/sitemap.xml`.
struct Site {
    place: Place,
    origin: Origin,
    look: Arc<AtomicUsize>,
}

impl Site {
    /// `answer` tells what is at an address at a look, counted from 1; where nothing is, articles are.
    async fn new(answer: impl Fn(&Request, usize) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let look = Arc::new(AtomicUsize::new(0));
        let now = Arc::clone(&look);
        let origin = Origin::start(move |request| {
            if request.path == "/robots.txt" {
                return Reply::new(404, "text/plain", "no rules");
            }
            let answered = answer(request, now.load(Ordering::SeqCst));
            answered.unwrap_or_else(|| page_reply(&page(&format!("Page of {}", request.path), &request.path)))
        })
        .await;
        let place = Place::new("");
        let source = format!(
            "[[source]]\nid = \"paper\"\nallow_private = [\"{}\"]\n[[source.sitemap]]\nurl = {:?}\n",
            origin.addr(),
            origin.url("/sitemap.xml")
        );
        place.put_source("paper.toml", &source);
        Self { place, origin, look }
    }

    /// Looks at it once.
    async fn look(&self) -> Tally {
        self.look.fetch_add(1, Ordering::SeqCst);
        let summary = self.place.run_once().await;
        let source = of_source(&summary, "paper");
        assert!(source.tally.is_whole() && source.failure.is_none(), "{source:?}");
        source.tally
    }

    fn state(&self) -> DoorState {
        DoorState::from_json(&Store::open(&self.place.state()).unwrap().doors().unwrap()[0].state)
    }

    /// The sitemaps that are remembered, by their paths.
    fn remembered(&self) -> Vec<String> {
        let pages = self.state().pages;
        pages
            .keys()
            .map(|url| url.split_once(&self.origin.addr().to_string()).unwrap().1.to_owned())
            .collect()
    }
}

fn xml(text: String) -> Reply {
    Reply::new(200, "application/xml", text)
}

/// A sitemap of these paths, each with its last change where that is not empty.
fn urlset<'a>(request: &Request, urls: impl IntoIterator<Item = (&'a str, &'a str)>) -> Reply {
    let url = |(path, lastmod): (&str, &str)| {
        let lastmod =
            if lastmod.is_empty() { String::new() } else { format!("<lastmod>{lastmod}</lastmod>") };
        format!("<url><loc>http://{}{path}</loc>{lastmod}</url>", request.host)
    };
    xml(format!("<urlset>{}</urlset>", urls.into_iter().map(url).collect::<String>()))
}

fn index(request: &Request, paths: &[&str]) -> Reply {
    let one = |path: &&str| format!("<sitemap><loc>http://{}{path}</loc></sitemap>", request.host);
    xml(format!("<sitemapindex>{}</sitemapindex>", paths.iter().map(one).collect::<String>()))
}

/// A door that answers 304 where it has not changed, as `is_polite`, or the same bytes again.
async fn unchanged_index(is_polite: bool) {
    let site = Site::new(move |request, look| match request.path.as_str() {
        "/sitemap.xml" if is_polite && request.is_conditional() => Some(Reply::bare(304)),
        "/sitemap.xml" => Some(index(request, &["/news-1.xml", "/news-2.xml"]).with("etag", "\"index\"")),
        "/news-1.xml" if request.is_conditional() => Some(Reply::bare(304)),
        "/news-1.xml" => Some(urlset(request, [("/a", "")]).with("etag", "\"one\"")),
        // It is down at the third look.
        "/news-2.xml" if look == 3 => Some(Reply::bare(503)),
        "/news-2.xml" if look == 1 => Some(urlset(request, [("/b", "")])),
        "/news-2.xml" if look < 4 => Some(urlset(request, [("/b", ""), ("/c", "")])),
        "/news-2.xml" => Some(urlset(request, [("/b", ""), ("/c", ""), ("/d", "")])),
        _ => None,
    })
    .await;
    let mut published = Vec::new();
    for _ in 0..5 {
        published.push(site.look().await.ended(Outcome::Published));
    }
    assert_eq!(published, [2, 1, 0, 1, 0], "the index stays as it is, its sitemaps change");
    assert_eq!(site.remembered(), ["/news-1.xml", "/news-2.xml"]);
    let whole =
        site.origin.log().iter().filter(|asked| asked.path == "/news-1.xml" && !asked.conditional).count();
    assert!(whole <= 2, "asked by what it was recognized by: {whole}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sitemaps_of_an_index_that_stays_are_looked_at() {
    unchanged_index(true).await;
    unchanged_index(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sitemap_that_rotated_away_is_no_failure_and_is_forgotten() {
    let site = Site::new(|request, look| match request.path.as_str() {
        "/sitemap.xml" => {
            // The index still names what is gone; the newest come and go.
            let names: Vec<String> = (look..look + 3).map(|number| format!("/news-{number}.xml")).collect();
            Some(index(request, &names.iter().map(String::as_str).collect::<Vec<_>>()).with("etag", "\"i\""))
        }
        path => {
            let number: usize = path.strip_prefix("/news-")?.strip_suffix(".xml")?.parse().unwrap();
            if number == look {
                return Some(Reply::new(404, "text/html", "gone"));
            }
            let path = format!("/{number}");
            Some(urlset(request, [(path.as_str(), "")]).with("etag", "\"n\""))
        }
    })
    .await;
    assert_eq!(site.look().await.ended(Outcome::Published), 2);
    assert_eq!(site.remembered(), ["/news-2.xml", "/news-3.xml"]);
    for look in 2..5 {
        assert_eq!(site.look().await.ended(Outcome::Published), 1);
        let wanted = [look + 1, look + 2].map(|number| format!("/news-{number}.xml"));
        assert_eq!(site.remembered(), wanted);
    }
    assert_eq!(site.state().failures, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_sitemaps_of_an_index_of_indexes_are_read_and_no_more() {
    let site = Site::new(|request, _| match request.path.as_str() {
        "/sitemap.xml" => {
            Some(index(request, &["/by-year/2024", "/by-year/2025", "/by-year/2026", "/news.xml"]))
        }
        path => {
            if let Some(year) = path.strip_prefix("/by-year/") {
                let months: Vec<String> = (1..=12).map(|month| format!("/{year}-{month:02}.xml")).collect();
                return Some(index(request, &months.iter().map(String::as_str).collect::<Vec<_>>()));
            }
            let name = path.strip_suffix(".xml")?;
            Some(urlset(request, [(format!("/articles{name}").as_str(), "")]))
        }
    })
    .await;
    assert_eq!(site.look().await.ended(Outcome::Published), 4);
    let log = site.origin.log();
    let asked: Vec<&str> = log.iter().map(|asked| asked.path.as_str()).collect();
    let is_article = |path: &&str| path.starts_with("/articles/") || *path == "/robots.txt";
    let sitemaps: Vec<&str> = asked.into_iter().filter(|path| !is_article(path)).collect();
    assert_eq!(
        sitemaps,
        [
            "/sitemap.xml",
            "/news.xml",
            "/by-year/2026",
            "/by-year/2025",
            "/2026-12.xml",
            "/2026-11.xml",
            "/2026-10.xml"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_old_when_a_sitemap_is_seen_first_is_noted_and_not_read() {
    let now = Clock::system().now();
    let hours_ago = move |hours: i64| (now - jiff::SignedDuration::from_hours(hours)).to_string();
    let site = Site::new(move |request, look| {
        (request.path == "/sitemap.xml").then(|| {
            let mut urls: Vec<(String, String)> =
                (0..200).map(|number| (format!("/old-{number}"), hours_ago(24 * 8 + number))).collect();
            urls.extend((0..130).map(|number| (format!("/new-{number}"), hours_ago(number))));
            if look >= 2 {
                urls.push(("/just-now".to_owned(), hours_ago(0)));
                // Lists of old pages come up again; an old page that changes is read.
                urls.extend((0..50).map(|number| (format!("/older-{number}"), hours_ago(24 * 30))));
                urls[7].1 = hours_ago(0);
            }
            urlset(request, urls.iter().map(|(path, lastmod)| (path.as_str(), lastmod.as_str())))
        })
    })
    .await;
    let tally = site.look().await;
    assert_eq!(
        (tally.seen, tally.ended(Outcome::Published), tally.ended(Outcome::Unchanged)),
        (330, 100, 230)
    );
    assert!(site.origin.log().iter().any(|asked| asked.path == "/new-0"));
    assert!(site.origin.log().iter().all(|asked| asked.path != "/new-100"));
    let tally = site.look().await;
    assert_eq!((tally.seen, tally.ended(Outcome::Published), tally.ended(Outcome::Unchanged)), (381, 2, 379));
    for path in ["/just-now", "/old-7"] {
        assert!(site.origin.log().iter().any(|asked| asked.path == path), "{path}");
    }
    assert_eq!(site.look().await.ended(Outcome::Unchanged), 0, "the same bytes are not read again");
    assert_eq!(site.state().remarks.get("sitemap/backfill"), Some(&2));
    site.place.sweep();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_times_the_first_hundred_are_taken_and_later_what_is_new() {
    let site = Site::new(|request, look| {
        (request.path == "/sitemap.xml").then(|| {
            let count = if look == 1 { 150 } else { 153 };
            let lines = (0..count).map(|number| format!("http://{}/{number}\n", request.host));
            Reply::new(200, "text/plain", lines.collect::<String>())
        })
    })
    .await;
    assert_eq!(site.look().await.ended(Outcome::Published), 100);
    assert_eq!(site.look().await.ended(Outcome::Published), 3);
    site.place.sweep();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_of_other_sites_are_counted_and_left() {
    let site = Site::new(|request, _| match request.path.as_str() {
        "/sitemap.xml" => {
            let own = format!("http://{}/news.xml", request.host);
            let names = ["https://other.example/news.xml", own.as_str()];
            let named = names.map(|name| format!("<sitemap><loc>{name}</loc></sitemap>")).concat();
            Some(xml(format!("<sitemapindex>{named}</sitemapindex>")))
        }
        "/news.xml" => {
            let urls = "<url><loc>/own</loc></url><url><loc>https://other.example/1</loc></url>";
            Some(xml(format!("<urlset>{urls}</urlset>")))
        }
        _ => None,
    })
    .await;
    let tally = site.look().await;
    assert_eq!((tally.seen, tally.ended(Outcome::Published)), (1, 1));
    assert_eq!(site.state().remarks.get("sitemap/other-site"), Some(&2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sitemap_that_runs_empty_keeps_its_state() {
    let site = Site::new(|request, look| {
        (request.path == "/sitemap.xml").then(|| match look {
            1 => urlset(request, [("/a", "")]).with("etag", "\"full\""),
            2 => urlset(request, []).with("etag", "\"empty\""),
            _ => urlset(request, [("/a", ""), ("/b", "")]).with("etag", "\"full\""),
        })
    })
    .await;
    site.look().await;
    let before = site.state();
    assert_eq!(site.look().await.seen, 0);
    let after = site.state();
    assert_eq!((after.validators, after.listed), (before.validators, 1));
    assert_eq!(after.remarks.get("sitemap/empty-list"), Some(&1));
    assert_eq!(site.look().await.ended(Outcome::Published), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sitemaps_that_were_refused_for_a_while_are_read_again() {
    // One of two, or both, at the second look; each has more later on, and the index stays as it is.
    for refused in ["/news-1", "/news-"] {
        for status in [403, 404] {
            let site = Site::new(move |request, look| match request.path.as_str() {
                "/sitemap.xml" if request.is_conditional() => Some(Reply::bare(304)),
                "/sitemap.xml" => {
                    Some(index(request, &["/news-1.xml", "/news-2.xml"]).with("etag", "\"index\""))
                }
                path if look == 2 && path.starts_with(refused) => {
                    Some(Reply::new(status, "text/plain", "not now"))
                }
                "/news-1.xml" if look < 3 => Some(urlset(request, [("/a", "")])),
                "/news-1.xml" => Some(urlset(request, [("/a", ""), ("/b", "")])),
                "/news-2.xml" if look < 4 => Some(urlset(request, [("/c", "")])),
                "/news-2.xml" => Some(urlset(request, [("/c", ""), ("/d", "")])),
                _ => None,
            })
            .await;
            let mut published = Vec::new();
            for _ in 0..5 {
                published.push(site.look().await.ended(Outcome::Published));
            }
            assert_eq!(published, [2, 0, 1, 1, 0], "{refused} {status}");
            let log = site.origin.log();
            let whole = log.iter().filter(|asked| asked.path == "/sitemap.xml" && !asked.conditional);
            assert_eq!(whole.count(), 2, "{refused} {status}: conditional again once all were read");
        }
    }
}

/// An index of years, each of which names its months; the year stays where its months do. From the second look on there is
/// one more month, and at the fourth that has one more article.
async fn months(index_stays: bool) {
    let site = Site::new(move |request, look| match request.path.as_str() {
        "/sitemap.xml" if index_stays && request.is_conditional() => Some(Reply::bare(304)),
        "/sitemap.xml" => {
            let tag = if index_stays { 1 } else { look };
            let index = index(request, &["/by-year/2025", "/by-year/2026", "/news.xml"]);
            Some(index.with("etag", &format!("\"{tag}\"")))
        }
        "/by-year/2026" => {
            let months: Vec<String> =
                (1..=9 + look.min(2)).map(|month| format!("/2026-{month:02}.xml")).collect();
            let tag = format!("\"{}\"", months.len());
            if request.header("if-none-match") == Some(tag.as_str()) {
                return Some(Reply::bare(304));
            }
            let months: Vec<&str> = months.iter().map(String::as_str).collect();
            Some(index(request, &months).with("etag", &tag))
        }
        "/by-year/2025" => Some(index(request, &["/2025-12.xml"])),
        "/2026-11.xml" if look >= 4 => Some(urlset(request, [("/11", ""), ("/11-more", "")])),
        path => {
            let month = path.strip_prefix("/20")?.strip_suffix(".xml")?.get(3..)?;
            Some(urlset(request, [(format!("/{month}").as_str(), "")]))
        }
    })
    .await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        site.look().await;
        let has = |path: &str| site.origin.log().iter().any(|asked| asked.path == path);
        seen.push(["/10", "/11", "/11-more"].map(has));
    }
    let wanted = [
        [true, false, false],
        [true, true, false],
        [true, true, false],
        [true, true, true],
        [true, true, true],
    ];
    assert_eq!(seen, wanted, "index stays: {index_stays}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_new_in_an_index_of_an_index_is_read() {
    months(true).await;
    months(false).await;
}
