//! What publishers ask of a feed client, point by point, on servers that record what they are asked. Each run of khabar
//! here is one of a new process as far as it can tell: what it knows is in the state.

use crate::{
    paper::{feed_reply, page, page_reply, rss, source},
    support::{Place, Swept, of_source},
};
use khabar::{
    daemon::{self, Control, Summary},
    io::{clock::Clock, store::Store},
    model::Outcome,
    pipeline::DoorState,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use world::{Asked, Card, Fault, Origin, Plan, Reply, Request, Target, Wire, World};

const TEXT: &str = "text/plain";

/// What a server makes of a request.
type Answer = dyn Fn(&Request) -> Reply + Send + Sync;

/// What a server makes of its feed.
type Spoil = fn(Reply) -> Reply;

fn link(request: &Request, path: &str) -> String {
    format!("http://{}{path}", request.host)
}

/// The feed of a paper with these pages.
fn feed_of(request: &Request, paths: &[&str]) -> Reply {
    let links: Vec<String> = paths.iter().map(|path| link(request, path)).collect();
    let items: Vec<_> = paths.iter().zip(&links).map(|(path, link)| (*path, *path, link.as_str())).collect();
    feed_reply(&rss(&items))
}

fn nothing() -> Reply {
    Reply::new(404, TEXT, "nothing here")
}

/// A paper whose feed and robots.txt are answered by `odd`, where it says something; its pages are sound.
async fn paper(odd: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> Origin {
    Origin::start(move |request| {
        odd(request).unwrap_or_else(|| match request.path.as_str() {
            "/rss" => feed_of(request, &["/a", "/b"]).with("etag", "\"1\""),
            "/a" | "/b" => page_reply(&page(&request.path, "a thing")),
            _ => nothing(),
        })
    })
    .await
}

/// A place with one source of the feed of `origin`, and more of its configuration.
fn place(settings: &str, origin: &Origin, more: &str) -> Place {
    let place = Place::new(settings);
    place.put_source("paper.toml", &(source("paper", &origin.url("/rss")) + more));
    place
}

fn asked(origin: &Origin, path: &str) -> Vec<Asked> {
    origin.log().into_iter().filter(|asked| asked.path == path).collect()
}

/// What the state knows of the first door of a source.
fn door(place: &Place, source: &str) -> DoorState {
    let doors = Store::open(&place.state()).unwrap().doors().unwrap();
    let row = doors.into_iter().find(|door| *door.source.0 == *source).unwrap();
    DoorState::from_json(&row.state)
}

fn failure(summary: &Summary) -> Option<&str> {
    of_source(summary, "paper").failure.as_ref().map(|(code, _)| code.as_str())
}

/// Lets what a publisher asked pass, as time would: the state is as it was, but nothing of it is in the future.
fn let_time_pass(place: &Place) {
    let db = rusqlite::Connection::open(place.state().join("khabar.sqlite")).unwrap();
    db.execute_batch(
        "UPDATE doors SET state = json_remove(state, '$.not_before');
         UPDATE hosts SET state = json_set(state, '$.until', '2026-01-01T00:00:00Z');",
    )
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_is_asked_for_unconditionally_once_in_its_life() {
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    // Each look finds something new, with validators that no client could make up.
    let origin = paper(move |request| {
        (request.path == "/rss").then(|| {
            let look = counted.fetch_add(1, Ordering::SeqCst) + 1;
            let paths: Vec<String> = (1..=look).map(|at| format!("/{at}")).collect();
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let reply = feed_of(request, &paths).with("etag", &format!("W/\"of look {look}, =?\""));
            // One of the two goes and comes: they are replaced together.
            if look.is_multiple_of(2) { reply } else { reply.with("last-modified", &format!("look {look}")) }
        })
    })
    .await;
    let place = place("", &origin, "");
    for _ in 0..4 {
        place.run_once().await;
    }
    let sent: Vec<_> = asked(&origin, "/rss")
        .iter()
        .map(|asked| ["if-none-match", "if-modified-since"].map(|name| asked.header(name).map(str::to_owned)))
        .collect();
    let tag = |look: u8| Some(format!("W/\"of look {look}, =?\""));
    let expected = [
        [None, None],
        [tag(1), Some("look 1".to_owned())],
        [tag(2), None],
        [tag(3), Some("look 3".to_owned())],
    ];
    assert_eq!(sent, expected);
}

/// Polls of each door in an hour at the least interval there is by default.
const HOUR: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_hours_worth_of_polls_over_http_leaves_nothing_to_complain_about() {
    let busy = Fault::Status { status: 429, retry_after_secs: Some(2) };
    let plan =
        Plan { articles_per_hour: 6.0, share_edited: 0.4, max_age_secs: 2, cookies: true, ..Plan::small() };
    let plan = plan.with_fault_between(1, Target::Everything, busy, (600, 1500));
    let world = Arc::new(World::new(12, plan));
    let clock = Clock::system();
    let (start, begun) = (world.plan().start, clock.instant());
    // A second here is five minutes there; but what the log tells is when it was.
    let served = world::serve_and_log(Arc::clone(&world), move || {
        let now = Clock::system();
        let passed = (now.instant() - begun) * 300;
        (start + jiff::SignedDuration::try_from(passed).unwrap(), now.now())
    })
    .await;
    let settings = "[schedule]\ninterval_secs = 1\nfeed_floor_secs = 1\nlive_floor_secs = 1\n";
    let place = Place::of_world(settings, &world, served.bases());
    let (orders, setup) = place.setup(|_step| {});
    let doors: Vec<(usize, &str)> =
        world.sites().iter().enumerate().map(|(at, site)| (at, site.feed.path())).collect();
    let stop = async {
        let is_done = || {
            let log = world.log();
            let polls = doors.iter().map(|(at, path)| {
                let (_, below) = served.base(*at).split_at("http://".len());
                let (host, prefix) = below.split_once('/').unwrap();
                let path = format!("/{prefix}{path}");
                log.iter().filter(|asked| asked.host == host && asked.path == path).count()
            });
            polls.clone().sum::<usize>() >= HOUR * doors.len() && polls.min() >= Some(HOUR / 2)
        };
        while !is_done() {
            clock.sleep(Duration::from_millis(100)).await;
        }
        orders.send(Control::Stop("an hour is over".to_owned())).await.unwrap();
    };
    let (ended, ()) = tokio::join!(daemon::run(setup), stop);
    let card = Card::of(&world.log());
    let most = (0..7).map(|site| served.in_flight_max(site)).max();
    println!("{card:?}, at most {most:?} at a time");
    assert!(card.is_clean(), "{card:?}");
    assert_eq!(most, Some(1), "one request at a time for a host");
    assert!(ended.unwrap().total().ended(Outcome::Published) > 0);
    place.sweep();
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_say_who_asks_and_nothing_about_whom() {
    let origin = paper(|request| {
        // Whoever keeps cookies or sends the page he came from would show it.
        (request.path == "/rss")
            .then(|| feed_of(request, &["/a", "/b"]).with("etag", "\"1\"").with("set-cookie", "id=7; Path=/"))
    })
    .await;
    let place = place("", &origin, "");
    for _ in 0..2 {
        place.run_once().await;
    }
    let log = origin.log();
    let paths: Vec<&str> = log.iter().map(|asked| asked.path.as_str()).collect();
    // No favicon, no images, nothing added to an address, and each page once.
    assert_eq!(paths, ["/rss", "/robots.txt", "/a", "/b", "/rss"]);
    for asked in &log {
        assert_eq!((asked.header("cookie"), asked.header("referer")), (None, None), "{}", asked.path);
        let agent = asked.header("user-agent").unwrap();
        assert!(agent.starts_with("khabar/") && agent.ends_with("(+desk@example.org)"), "{agent}");
        assert_eq!(asked.header("accept-encoding"), log[0].header("accept-encoding"), "always the same");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_asked_before_max_age_expires_or_retry_after() {
    let feed = |request: &Request| feed_of(request, &["/a"]).with("etag", "\"1\"");
    let cases: [(&str, Spoil, i64); 6] = [
        ("max-age", |reply| reply.with("cache-control", "public, max-age=1200"), 1200),
        ("a long max-age", |reply| reply.with("cache-control", "max-age=99999999"), 21_600),
        ("429", |_| Reply::new(429, TEXT, "").with("retry-after", "900"), 900),
        ("503", |_| Reply::new(503, TEXT, "").with("retry-after", "900"), 900),
        ("a long Retry-After", |_| Reply::new(503, TEXT, "").with("retry-after", "99999999"), 86_400),
        ("429 without a time", |_| Reply::new(429, TEXT, ""), 3600),
    ];
    for (case, answer, wait) in cases {
        let origin = paper(move |request| (request.path == "/rss").then(|| answer(feed(request)))).await;
        let place = place("", &origin, "");
        for _ in 0..3 {
            place.run_once().await;
        }
        assert_eq!(asked(&origin, "/rss").len(), 1, "{case}");
        let next = door(&place, "paper").next.unwrap();
        let ahead = next.duration_since(Clock::system().now()).as_secs();
        let most = wait.max(3600);
        assert!((wait - 60..most + most / 10 + 301).contains(&ahead), "{case}: {ahead} s");
        let_time_pass(&place);
        place.run_once().await;
        assert_eq!(asked(&origin, "/rss").len(), 2, "{case}: its time is over");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_does_not_say_stays_fresh_as_the_whole_one_did() {
    let origin = paper(|request| {
        (request.path == "/rss").then(|| {
            if request.is_conditional() {
                return Reply::bare(304);
            }
            feed_of(request, &["/a"]).with("etag", "\"1\"").with("cache-control", "max-age=5000")
        })
    })
    .await;
    let place = place("", &origin, "");
    for _ in 0..2 {
        place.run_once().await;
        let_time_pass(&place);
    }
    place.run_once().await;
    assert_eq!(asked(&origin, "/rss").len(), 3);
    place.run_once().await;
    assert_eq!(asked(&origin, "/rss").len(), 3, "304 without a word of freshness");
}

/// Two sources on one host, of which the first is told to wait; which of them are asked again.
async fn after_a_wait(scope: &str) -> (usize, usize) {
    let origin = paper(|request| {
        (request.path == "/busy").then(|| Reply::new(429, TEXT, "").with("retry-after", "900"))
    })
    .await;
    let place = Place::new(&format!("retry_after_scope = \"{scope}\"\n"));
    place.put_source("busy.toml", &source("busy", &origin.url("/busy")));
    place.run_once().await;
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    place.run_once().await;
    (asked(&origin, "/busy").len(), asked(&origin, "/rss").len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_holds_for_what_is_configured_and_over_restarts() {
    assert_eq!(after_a_wait("url").await, (1, 1));
    assert_eq!(after_a_wait("host").await, (1, 0));
    assert_eq!(after_a_wait("domain").await, (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_asks_for_time_is_no_try_and_keeps_the_host_alone() {
    let origin =
        paper(|request| (request.path == "/a").then(|| Reply::new(429, TEXT, "").with("retry-after", "900")))
            .await;
    let place = place("", &origin, "");
    let summary = place.run_once().await;
    assert_eq!(of_source(&summary, "paper").tally.ended(Outcome::Deferred), 2);
    assert_eq!((asked(&origin, "/a").len(), asked(&origin, "/b").len()), (1, 0));
    assert_eq!(place.sweep().events("article.deferred").count(), 2);
    let again = place.run_once().await;
    assert_eq!(of_source(&again, "paper").answered, 0, "the feed is on the same host");
    assert_eq!(origin.log().len(), 3, "feed, robots.txt and one page");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_that_is_gone_is_not_asked_for_again_until_it_was_seen_to_work() {
    let origin = paper(|request| (request.path == "/rss").then(|| Reply::new(410, TEXT, "gone"))).await;
    let place = place("", &origin, "");
    let summary = place.run_once().await;
    assert_eq!(failure(&summary), Some("http/410"));
    for _ in 0..3 {
        place.run_once().await;
    }
    assert_eq!(origin.log().len(), 1);
    assert_eq!(place.sweep().events("source.gone").count(), 1);
    let text = source("paper", &origin.url("/rss"))
        .replace("[[source]]\n", "[[source]]\nverified = \"2099-01-01\"\n");
    place.put_source("paper.toml", &text);
    place.run_once().await;
    assert_eq!(origin.log().len(), 2);
}

/// A feed that redirects with `status`; how often each address is asked for in six runs.
async fn moved(status: u16) -> (usize, usize, Swept) {
    let origin = paper(move |request| match request.path.as_str() {
        "/rss" => Some(Reply::redirect(status, "/new")),
        "/new" if request.is_conditional() => Some(Reply::bare(304)),
        "/new" => Some(feed_of(request, &["/a"]).with("etag", "\"1\"")),
        _ => None,
    })
    .await;
    let place = place("", &origin, "");
    for _ in 0..6 {
        place.run_once().await;
    }
    let new = asked(&origin, "/new");
    assert_eq!(new.iter().filter(|asked| !asked.conditional).count(), 1, "once in its life, moved or not");
    (asked(&origin, "/rss").len(), new.len(), place.sweep())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_permanent_move_is_believed_after_three_equal_answers_and_a_temporary_one_never() {
    for status in [301, 308] {
        let (old, new, swept) = moved(status).await;
        assert_eq!((old, new), (3, 6), "{status}");
        let moves: Vec<_> = swept.events("source.moved").collect();
        assert_eq!(moves.len(), 1, "{status}");
        assert!(moves[0].data["to"].as_str().unwrap().ends_with("/new"));
    }
    for status in [302, 303, 307] {
        let (old, new, swept) = moved(status).await;
        assert_eq!((old, new), (6, 6), "{status}");
        assert_eq!(swept.events("source.moved").count(), 0, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_leads_nowhere_any_more_is_taken_back() {
    let runs = Arc::new(AtomicUsize::new(0));
    let run = Arc::clone(&runs);
    let origin = paper(move |request| match (request.path.as_str(), run.load(Ordering::SeqCst)) {
        ("/rss", 0..3) => Some(Reply::redirect(301, "/new")),
        ("/new", 0..3) => Some(feed_of(request, &["/a"])),
        ("/new", _) => Some(nothing()),
        _ => None,
    })
    .await;
    let place = place("", &origin, "");
    for _ in 0..7 {
        place.run_once().await;
        runs.fetch_add(1, Ordering::SeqCst);
    }
    let rss: Vec<_> = asked(&origin, "/rss").iter().map(|asked| asked.status).collect();
    assert_eq!(rss, [301, 301, 301, 200], "asked again after three failures of the new address");
    assert_eq!(asked(&origin, "/new").len(), 6);
}

/// A paper whose robots.txt says this.
async fn with_robots(robots: &'static str) -> Origin {
    paper(move |request| (request.path == "/robots.txt").then(|| Reply::new(200, TEXT, robots))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_robots_txt_disallows_is_not_asked_for_and_told_by_its_feed() {
    let origin = with_robots("User-agent: *\nDisallow: /\n\nUser-agent: Khabar\nDisallow: /a\n").await;
    let place = place("", &origin, "");
    place.run_once().await;
    assert_eq!((asked(&origin, "/a").len(), asked(&origin, "/b").len()), (0, 1));
    let swept = place.sweep();
    let article = swept.of("paper").find(|article| article.title == "/a").unwrap();
    assert_eq!(article.warnings, ["robots/disallowed"]);
    assert_eq!(article.text, "What the feed says of /a.");
    place.put_source("other.toml", &source("other", &origin.url("/rss?other")));
    place.run_once().await;
    assert_eq!(asked(&origin, "/robots.txt").len(), 1, "it is kept in the state");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn robots_txt_applies_to_listings_and_where_configured_to_feeds() {
    let origin = with_robots("User-agent: *\nDisallow: /rss\nDisallow: /section\n").await;
    let listing = format!(
        "[[source.listing]]\nurl = {:?}\nitem = [\"p\"]\nlink = [\"a@href\"]\n",
        origin.url("/section")
    );
    let place = place("", &origin, &listing);
    let summary = place.run_once().await;
    assert_eq!(failure(&summary), Some("robots/disallowed"), "the listing");
    assert_eq!((asked(&origin, "/rss").len(), asked(&origin, "/section").len()), (1, 0));
    place.put_source("paper.toml", &(source("paper", &origin.url("/rss")) + "robots = true\n"));
    let summary = place.run_once().await;
    assert_eq!(failure(&summary), Some("robots/disallowed"), "the feed");
    assert_eq!(asked(&origin, "/rss").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_robots_txt_is_answered_with_decides_what_is_allowed() {
    let over = |count: usize| {
        move |request: &Request| {
            let at: usize =
                request.path.trim_start_matches("/robots").trim_end_matches(".txt").parse().unwrap_or(0);
            if at < count {
                Reply::redirect(302, &format!("/robots{}.txt", at + 1))
            } else {
                Reply::new(200, TEXT, "User-agent: *\nDisallow: /")
            }
        }
    };
    let cases: [(&str, Box<Answer>, &str); 9] = [
        ("404", Box::new(|_| nothing()), "allowed"),
        ("403", Box::new(|_| Reply::new(403, TEXT, "no")), "allowed"),
        ("410", Box::new(|_| Reply::new(410, TEXT, "no")), "allowed"),
        ("500", Box::new(|_| Reply::new(500, TEXT, "no")), "robots/unreachable"),
        ("503", Box::new(|_| Reply::new(503, TEXT, "no")), "robots/unreachable"),
        ("429", Box::new(|_| Reply::new(429, TEXT, "no")), "http/429"),
        ("a page", Box::new(|_| page_reply(&page("Robots", "robots"))), "allowed"),
        ("redirected", Box::new(over(2)), "disallowed"),
        ("redirected too often", Box::new(over(6)), "allowed"),
    ];
    for (case, answer, expected) in cases {
        let origin = paper(move |request| request.path.starts_with("/robots").then(|| answer(request))).await;
        let place = place("", &origin, "");
        place.run_once().await;
        let swept = place.sweep();
        let found = match swept.events("article.deferred").next() {
            Some(deferred) => deferred.data["reason"].as_str().unwrap(),
            None if asked(&origin, "/a").is_empty() => "disallowed",
            None => "allowed",
        };
        assert_eq!(found, expected, "{case}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_of_a_feed_make_its_polls_rarer_unless_they_are_ignored() {
    let hinted = |request: &Request| {
        let feed = String::from_utf8(feed_of(request, &["/a", "/b"]).body).unwrap();
        feed_reply(&feed.replace("</description>\n", "</description><ttl>300</ttl>\n"))
    };
    let origin = paper(move |request| (request.path == "/rss").then(|| hinted(request))).await;
    let waits = async |more: &str| {
        let place = place("", &origin, more);
        place.run_once().await;
        door(&place, "paper").next.unwrap().duration_since(Clock::system().now()).as_secs()
    };
    let minutes = |from: i64, to: i64| from * 60 - 30..to * 60;
    let heeded = waits("").await;
    assert!(minutes(300, 331).contains(&heeded), "{heeded} s");
    let ignored = waits("hints = false\n").await;
    assert!(minutes(60, 67).contains(&ignored), "{ignored} s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_is_named_and_a_403_is_no_paywall() {
    let challenge = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>\
                     <script src=\"/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1\"></script></body></html>";
    let html = "text/html; charset=utf-8";
    let cases: [(Box<Answer>, &str); 5] = [
        (
            Box::new(move |_| Reply::new(403, html, challenge).with("cf-mitigated", "challenge")),
            "wall/challenge",
        ),
        (Box::new(move |_| Reply::new(503, html, challenge).with("server", "cloudflare")), "wall/challenge"),
        (Box::new(move |_| Reply::new(403, html, "<h1>Forbidden</h1>")), "wall/blocked"),
        (Box::new(move |_| Reply::new(401, html, "<h1>Who are you?</h1>")), "wall/login"),
        (Box::new(move |_| page_reply(&page("Welcome", "our new site"))), "feed/html"),
    ];
    for (answer, expected) in cases {
        let origin = paper(move |request| (request.path == "/rss").then(|| answer(request))).await;
        let place = place("", &origin, "");
        let summary = place.run_once().await;
        assert_eq!(failure(&summary), Some(expected));
        let status = String::from_utf8(place.khabar(&["status"]).stdout).unwrap();
        assert!(status.contains(&format!("failing 1 times since 0 s ago: {expected}: ")), "{status}");
        assert!(!status.contains("paywall"), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_goes_to_its_doors_server_and_is_written_nowhere() {
    let other = paper(|_| None).await;
    let elsewhere = other.url("/a");
    let origin = paper(move |request| {
        (request.path == "/rss")
            .then(|| feed_reply(&rss(&[("1", "One", &elsewhere), ("2", "Two", &link(request, "/b"))])))
    })
    .await;
    let place = Place::new("");
    let text =
        source("paper", &origin.url("/rss")).replace("[[source]]\n", "[[source]]\ncredential = \"desk\"\n");
    let both = format!("allow_private = [\"{}\", \"{}\"]", origin.addr(), other.addr());
    let text = text.replace(&format!("allow_private = [\"{}\"]", origin.addr()), &both);
    place.put_source("paper.toml", &text);
    let mut command = place.command(&["run", "--once"]);
    command.env("KHABAR_CREDENTIAL_DESK", "reader:open-sesame").env("KHABAR_LOG", "trace");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let secrets = ["open-sesame", "cmVhZGVyOm9wZW4tc2VzYW1l"];
    for asked in origin.log() {
        let sent = asked.header("authorization").map(str::to_owned);
        assert_eq!(sent.as_deref(), Some("Basic cmVhZGVyOm9wZW4tc2VzYW1l"), "{}", asked.path);
    }
    assert!(other.log().iter().all(|asked| asked.header("authorization").is_none()));
    let mut written = vec![output.stdout, output.stderr];
    for file in crate::support::files(place.main().parent().unwrap()) {
        written.push(file.to_string_lossy().into_owned().into_bytes());
        written.push(std::fs::read(file).unwrap());
    }
    for bytes in written {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!secrets.iter().any(|secret| text.contains(secret)), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crawl_delay_lies_between_two_pages() {
    let origin = with_robots("User-agent: *\nCrawl-delay: 1\n").await;
    let place = place("", &origin, "");
    place.run_once().await;
    let log = origin.log();
    let [first, second] = ["/a", "/b"].map(|path| log.iter().find(|asked| asked.path == path).unwrap().at);
    let between = first.duration_since(second).abs();
    assert!(between >= jiff::SignedDuration::from_secs(1), "{between:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_to_another_host_is_followed_by_the_manners_of_that_host() {
    let other = with_robots("User-agent: *\nDisallow: /a\n").await;
    let moved = [other.url("/a"), other.url("/b")];
    let origin = paper(move |request| match request.path.as_str() {
        "/a" => Some(Reply::redirect(302, &moved[0])),
        "/b" => Some(Reply::redirect(302, &moved[1])),
        _ => None,
    })
    .await;
    let place = Place::new("");
    let both = format!("allow_private = [\"{}\", \"{}\"]", origin.addr(), other.addr());
    let text = source("paper", &origin.url("/rss"));
    place.put_source("paper.toml", &text.replace(&format!("allow_private = [\"{}\"]", origin.addr()), &both));
    place.run_once().await;
    let paths: Vec<String> = other.log().iter().map(|asked| asked.path.clone()).collect();
    assert_eq!(paths, ["/robots.txt", "/b"]);
    let swept = place.sweep();
    let told = swept.of("paper").find(|article| article.title == "/a").unwrap();
    assert_eq!(told.warnings, ["robots/disallowed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_asked_for_again_only_for_what_has_changed() {
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    let origin = paper(move |request| match request.path.as_str() {
        "/rss" => {
            let look = counted.fetch_add(1, Ordering::SeqCst);
            let one = link(request, "/a");
            Some(feed_reply(&rss(&[("1", &format!("Headline {look}"), &one)])))
        }
        "/a" if request.is_conditional() => Some(Reply::bare(304)),
        "/a" => Some(page_reply(&page("A", "a")).with("etag", "\"page\"")),
        _ => None,
    })
    .await;
    let place = place("", &origin, "");
    for _ in 0..3 {
        let summary = place.run_once().await;
        assert!(of_source(&summary, "paper").tally.is_whole());
    }
    let conditional: Vec<bool> = asked(&origin, "/a").iter().map(|asked| asked.conditional).collect();
    assert_eq!(conditional, [false, true, true]);
    assert_eq!(place.sweep().only("paper").revision, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_in_line_at_a_host_is_not_asked_once_it_wants_to_be_left_alone() {
    for (retry_after, scope) in [("3600", "host"), ("0", "host"), ("3600", "domain")] {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let pages = Origin::start(move |request| match request.path.as_str() {
            "/robots.txt" => nothing(),
            _ if counted.fetch_add(1, Ordering::SeqCst) == 2 => {
                Reply::new(429, TEXT, "").with("retry-after", retry_after)
            }
            path => page_reply(&page(path, "a thing")),
        })
        .await;
        let place = Place::new(&format!("retry_after_scope = \"{scope}\"\n"));
        let mut feeds = Vec::new();
        for name in ["one", "two", "three", "four"] {
            let links: Vec<String> = (0..4).map(|at| pages.url(&format!("/{name}{at}"))).collect();
            let feed = Origin::start(move |_| {
                let items: Vec<_> =
                    links.iter().map(|link| (link.as_str(), link.as_str(), link.as_str())).collect();
                feed_reply(&rss(&items))
            })
            .await;
            let both = format!("allow_private = [\"{}\", \"{}\"]", feed.addr(), pages.addr());
            let text = source(name, &feed.url("/rss"));
            place.put_source(
                &format!("{name}.toml"),
                &text.replace(&format!("allow_private = [\"{}\"]", feed.addr()), &both),
            );
            feeds.push(feed);
        }
        let summary = place.run_once().await;
        assert_eq!(count.load(Ordering::SeqCst), 3, "Retry-After: {retry_after}, for the {scope}");
        assert_eq!(summary.total().ended(Outcome::Deferred), 14);
        place.sweep();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_within_a_host_leads_not_where_its_robots_txt_says_no() {
    let origin = paper(|request| match request.path.as_str() {
        "/robots.txt" => Some(Reply::new(200, TEXT, "User-agent: *\nDisallow: /private/\n")),
        "/a" => Some(Reply::redirect(302, "/private/a")),
        "/private/a" => Some(page_reply(&page("Private", "a private thing"))),
        _ => None,
    })
    .await;
    let place = place("", &origin, "");
    place.run_once().await;
    assert_eq!(asked(&origin, "/private/a").len(), 0);
    let swept = place.sweep();
    let told = swept.of("paper").find(|article| article.title == "/a").unwrap();
    assert_eq!(told.warnings, ["robots/disallowed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_never_comes_does_not_make_the_whole_be_asked_for_plainly() {
    for (status, plain) in [(404, 1), (500, 3)] {
        let origin = paper(move |request| match request.path.as_str() {
            "/section" => Some(
                page_reply("<p><a href=/a>A</a></p><a class=next href=/older>older</a>")
                    .with("etag", "\"1\""),
            ),
            "/older" => Some(Reply::new(status, TEXT, "no")),
            _ => None,
        })
        .await;
        let place = Place::new("");
        let text = format!(
            "[[source]]\nid = \"paper\"\nallow_private = [\"{}\"]\n[[source.listing]]\nurl = {:?}\nitem = [\"p\"]\n\
             link = [\"a@href\"]\ntitle = [\"a\"]\nnext = [\"a.next@href\"]\n",
            origin.addr(),
            origin.url("/section")
        );
        place.put_source("paper.toml", &text);
        for _ in 0..6 {
            place.run_once().await;
        }
        let unconditional = asked(&origin, "/section").iter().filter(|asked| !asked.conditional).count();
        assert_eq!(unconditional, plain, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_run_asks_every_door_whatever_became_of_the_others() {
    let origin = paper(|request| request.path.starts_with("/rss?").then(|| feed_of(request, &["/a"]))).await;
    let place = Place::new("connections_max = 1\n");
    let dead: Vec<Origin> = {
        let mut dead = Vec::new();
        for _ in 0..12 {
            dead.push(Origin::start(|_| nothing().over(Wire::Refused)).await);
        }
        dead
    };
    // They answered once, as those of a network that went down have.
    for round in 0..2 {
        for (at, dead) in dead.iter().enumerate() {
            let url = if round == 0 { origin.url(&format!("/rss?{at}")) } else { dead.url("/rss") };
            place.put_source(&format!("a-{at}.toml"), &source(&format!("a-{at}"), &url));
        }
        for at in 0..3 {
            let url = origin.url(&format!("/rss?well-{at}"));
            place.put_source(&format!("z-{at}.toml"), &source(&format!("z-{at}"), &url));
        }
        let summary = place.run_once().await;
        assert_eq!(summary.polls(), 15);
        for at in 0..3 {
            assert_eq!(of_source(&summary, &format!("z-{at}")).failed, 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_of_a_disabled_source_is_known_when_it_is_enabled_again() {
    let origin = paper(|request| (request.path == "/b").then(|| Reply::new(500, TEXT, "no"))).await;
    let text = source("paper", &origin.url("/rss"));
    let place = Place::new("[schedule]\ninterval_secs = 1\nfeed_floor_secs = 1\nlive_floor_secs = 1\n");
    place.put_source("paper.toml", &text);
    place.put_source("other.toml", &source("other", &origin.url("/other")));
    place.run_once().await;
    place.put_source("paper.toml", &text.replace("[[source]]\n", "[[source]]\nenabled = false\n"));
    let (orders, setup) = place.setup(|_step| {});
    let observer = Arc::clone(&setup.observer);
    let clock = Clock::system();
    let run = async {
        place.put_source("paper.toml", &text);
        orders.send(Control::Reload).await.unwrap();
        let seen = |name: &str| observer.counts().get(name).copied().unwrap_or_default();
        while seen("reloaded") < 1 || asked(&origin, "/rss").len() < 2 {
            clock.sleep(Duration::from_millis(10)).await;
        }
        orders.send(Control::Stop("it is there".to_owned())).await.unwrap();
    };
    let (ended, ()) = tokio::join!(daemon::run(setup), run);
    ended.unwrap();
    let conditional: Vec<bool> = asked(&origin, "/rss").iter().map(|asked| asked.conditional).collect();
    assert!(!conditional[0] && conditional[1..].iter().all(|is| *is), "{conditional:?}");
    assert!(door(&place, "paper").retry.is_some(), "its waiting entry is not forgotten");
}
