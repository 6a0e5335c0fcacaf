//! Bad input over real HTTP and the real clock: each piece ends in a clear counted outcome, and a healthy source in
//! the same run is unaffected.

use crate::{
    paper::{self, feed_reply, page, page_reply, rss, rss_item, rss_of},
    support::{Place, Swept, files, khabar, of_source},
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use khabar::{
    daemon::Summary,
    io::store::Store,
    model::{Completeness, Outcome, SourceId},
};
use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    sync::Arc,
};
use world::{Fault, Origin, Plan, Reply, Request, Target, Wire, World};

/// Short limits, so that what never ends is over soon.
const SETTINGS: &str = "total_timeout_secs = 1\nbody_max_bytes = 4194304\n";

/// The headlines of the healthy source.
const HEALTHY: [&str; 3] = ["Bridge reopens", "Rain until Friday", "School wins prize"];

/// What a run came to.
struct Run {
    place: Place,
    summary: Summary,
    swept: Swept,
    // They go on answering for as long as this is there.
    _origins: [Origin; 2],
}

/// Runs a source with what `reply` answers beside a healthy one, and sees that the healthy one is whole.
async fn run(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Run {
    let well = Origin::start(|request| {
        let links = ["/0", "/1", "/2"].map(|path| format!("http://{}{path}", request.host));
        let items = [0, 1, 2].map(|at| (HEALTHY[at], HEALTHY[at], links[at].as_str()));
        match request.path.trim_start_matches('/').parse::<usize>() {
            Ok(at) => page_reply(&page(HEALTHY[at], HEALTHY[at])),
            Err(_) => feed_reply(&rss(&items)),
        }
    })
    .await;
    let ill = Origin::start(move |request| match request.path.as_str() {
        "/robots.txt" => Reply::new(404, HTML, "no"),
        _ => reply(request),
    })
    .await;
    let place = Place::new(SETTINGS);
    place.put_source("ill.toml", &paper::source("ill", &ill.url("/rss")));
    place.put_source("well.toml", &paper::source("well", &well.url("/rss")));
    let summary = place.run_once().await;
    let swept = place.sweep();
    for (_, source) in summary.sources() {
        assert!(source.tally.is_whole(), "{:?}", source.tally);
    }
    let mut titles: Vec<&str> = swept.of("well").map(|article| article.title.as_str()).collect();
    titles.sort_unstable();
    assert_eq!(titles, HEALTHY, "the healthy source");
    assert!(swept.of("well").all(|article| article.completeness == Completeness::Full));
    Run { place, summary, swept, _origins: [well, ill] }
}

impl Run {
    /// How many entries of the ill source were seen, and how they ended.
    fn ends(&self) -> (u64, Vec<(Outcome, u64)>) {
        let tally = of_source(&self.summary, "ill").tally;
        let ends = Outcome::ALL.iter().map(|outcome| (*outcome, tally.ended(*outcome)));
        (tally.seen, ends.filter(|(_, count)| *count > 0).collect())
    }

    /// Why the door of the ill source failed.
    fn failure(&self) -> Option<&str> {
        of_source(&self.summary, "ill").failure.as_ref().map(|(code, _)| code.as_str())
    }
}

/// What should come of a door.
enum Door {
    /// It fails for this reason, and nothing is seen.
    Fails(&'static str),
    /// It is read: so many entries are published.
    Gives(u64),
}

/// A feed of ten entries with pages.
fn ten(request: &Request) -> Reply {
    if request.path != "/rss" {
        return page_reply(&page(&request.path, &request.path));
    }
    let names: Vec<(String, String)> =
        (0..10).map(|at| (format!("n{at}"), format!("http://{}/n{at}", request.host))).collect();
    let items: Vec<_> =
        names.iter().map(|(name, link)| (name.as_str(), name.as_str(), link.as_str())).collect();
    feed_reply(&rss(&items))
}

/// The feed of [`ten`], spoiled; its pages are sound.
async fn door(case: &str, spoil: impl Fn(Reply) -> Reply + Send + Sync + 'static, wanted: Door) {
    let reply = move |request: &Request| match request.path.as_str() {
        "/rss" => spoil(ten(request)),
        _ => ten(request),
    };
    let run = run(reply).await;
    match wanted {
        Door::Fails(code) => {
            assert_eq!(run.failure(), Some(code), "{case}");
            assert_eq!(run.ends(), (0, vec![]), "{case}");
            assert_eq!(run.swept.of("ill").count(), 0, "{case}");
        }
        Door::Gives(count) => {
            assert_eq!(run.failure(), None, "{case}");
            assert_eq!(run.ends(), (count, vec![(Outcome::Published, count)]), "{case}");
            assert_eq!(run.swept.of("ill").count() as u64, count, "{case}");
        }
    }
}

/// A body that is sent instead.
fn instead(mime: &'static str, body: impl Into<Vec<u8>>) -> impl Fn(Reply) -> Reply + Send + Sync {
    let body = body.into();
    move |_| Reply::new(200, mime, body.clone())
}

/// A body of spaces that unpacks to 64 MiB.
fn bomb() -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let mebibyte = vec![b' '; 1 << 20];
    (0..64).for_each(|_| packed.write_all(&mebibyte).unwrap());
    packed.finish().unwrap()
}

const HTML: &str = "text/html; charset=utf-8";
const XML: &str = "application/rss+xml; charset=utf-8";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_door_fails_for_a_reason_or_gives_its_good_half() {
    let cut = |mut reply: Reply| {
        // In the seventh of ten entries.
        let at = String::from_utf8_lossy(&reply.body).find("<guid isPermaLink=\"false\">n6").unwrap();
        reply.body.truncate(at + 30);
        reply
    };
    door("cut in the middle", cut, Door::Gives(6)).await;
    door("a page instead", instead(HTML, page("We moved", "the move")), Door::Fails("feed/html")).await;
    door("nothing", instead(XML, ""), Door::Fails("feed/empty")).await;
    door("no XML", instead(XML, "\u{0}\u{1}\u{2}garbage"), Door::Fails("feed/broken")).await;
    door(
        "bomb",
        |_| Reply::new(200, XML, bomb()).with("content-encoding", "gzip"),
        Door::Fails("fetch/too-large"),
    )
    .await;
    door("endless", |reply| reply.over(Wire::Endless), Door::Fails("fetch/too-large")).await;
    door("no answer", |reply| reply.over(Wire::Hang), Door::Fails("fetch/timeout")).await;
    door("slow", |reply| reply.over(Wire::SlowDrip { per_second: 50 }), Door::Fails("fetch/timeout")).await;
    door("refused", |reply| reply.over(Wire::Refused), Door::Fails("fetch/interrupted")).await;
    door("reset", |reply| reply.over(Wire::Reset { after: 500 }), Door::Fails("fetch/interrupted")).await;
    door("too short", |reply| reply.over(Wire::Truncated { after: 500 }), Door::Fails("fetch/interrupted"))
        .await;
    door("circle", |_| Reply::redirect(302, "/rss"), Door::Fails("fetch/redirect-loop")).await;
    door("nowhere", |_| Reply::bare(302), Door::Fails("fetch/redirect-target")).await;
    door("not http", |_| Reply::redirect(302, "file:///etc/passwd"), Door::Fails("fetch/scheme")).await;
    door("unknown coding", |reply| reply.with("content-encoding", "rot13"), Door::Fails("fetch/encoding"))
        .await;
    door("404", |_| Reply::new(404, HTML, "no"), Door::Fails("http/404")).await;
    door("410", |_| Reply::new(410, HTML, "no"), Door::Fails("http/410")).await;
    door("500", |_| Reply::new(500, HTML, "no"), Door::Fails("http/500")).await;
    door("503", |_| Reply::new(503, HTML, "no"), Door::Fails("http/503")).await;
}

/// What should come of an entry whose page is bad.
#[derive(Debug, PartialEq)]
enum Entry {
    /// It waits for another try, for this reason.
    Waits(&'static str),
    /// What the feed says of it is written, with this reason among the warnings.
    Teaser(&'static str),
    /// It is written whole.
    Whole,
}

/// A feed of one entry whose page is `reply`.
async fn entry(case: &str, reply: impl Fn() -> Reply + Send + Sync + 'static, wanted: Entry) -> Run {
    let run = run(move |request| match request.path.as_str() {
        "/rss" => feed_reply(&rss(&[("one", "One entry", &format!("http://{}/page", request.host))])),
        _ => reply(),
    })
    .await;
    assert_eq!(run.failure(), None, "{case}");
    let outcome = match wanted {
        Entry::Waits(_) => Outcome::Deferred,
        Entry::Teaser(_) | Entry::Whole => Outcome::Published,
    };
    assert_eq!(run.ends(), (1, vec![(outcome, 1)]), "{case}");
    match wanted {
        Entry::Waits(reason) => {
            assert_eq!(run.swept.of("ill").count(), 0, "{case}");
            let event = run.swept.events("article.deferred").next().unwrap_or_else(|| panic!("{case}"));
            assert_eq!(event.data["reason"], reason, "{case}");
        }
        Entry::Teaser(reason) => {
            let article = run.swept.only("ill");
            assert_eq!(article.completeness, Completeness::Teaser, "{case}");
            assert_eq!(article.warnings, [reason], "{case}");
            assert_eq!(article.title, "One entry", "{case}");
            assert_eq!(article.text, "What the feed says of One entry.", "{case}");
        }
        Entry::Whole => {
            assert_eq!(run.swept.only("ill").completeness, Completeness::Full, "{case}");
        }
    }
    run
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_cannot_be_had_waits_or_is_stood_in_for() {
    let status = |status| move || Reply::new(status, HTML, format!("<h1>{status}</h1>"));
    entry("404", status(404), Entry::Waits("http/404")).await;
    entry("410", status(410), Entry::Teaser("http/410")).await;
    entry("451", status(451), Entry::Teaser("wall/region")).await;
    entry("500", status(500), Entry::Waits("http/500")).await;
    entry("no answer", || page_reply("x").over(Wire::Hang), Entry::Waits("fetch/timeout")).await;
    entry(
        "reset",
        || page_reply(&page("A", "b")).over(Wire::Reset { after: 99 }),
        Entry::Waits("fetch/interrupted"),
    )
    .await;
    entry("endless", || page_reply("<p>on and on").over(Wire::Endless), Entry::Teaser("fetch/too-large"))
        .await;
    entry(
        "bomb",
        || Reply::new(200, HTML, bomb()).with("content-encoding", "gzip"),
        Entry::Teaser("fetch/too-large"),
    )
    .await;
    entry("circle", || Reply::redirect(302, "/page"), Entry::Waits("fetch/redirect-loop")).await;
    entry("PDF", || Reply::new(200, "application/pdf", "%PDF-1.7 \u{1}"), Entry::Teaser("page/not-html"))
        .await;
    entry("nothing", || page_reply(""), Entry::Teaser("article/no-body")).await;
    entry("whole", || page_reply(&page("One entry", "the entry")), Entry::Whole).await;
    // What tells of a wall stands on many a page that is none.
    let beside = |more: &str| {
        let page = page("One entry", "the entry, to which all had agreed");
        page.replace("<article>", "")
            .replace("</article>", "")
            .replace("</footer>", &format!("{more}</footer>"))
    };
    let cookies = beside("<script src=\"/otSDKStub.js\"></script> Cookie policy. <button>Accept</button>");
    entry("cookies", move || page_reply(&cookies), Entry::Whole).await;
    let login = beside("<form><input type=\"password\"></form>");
    entry("login beside", move || page_reply(&login), Entry::Whole).await;
    let consent = "<html><head><title>Your choice</title><script src=\"/otSDKStub.js\"></script></head><body>\
                   <h1>Before you go on</h1><p>We use cookies. Do you accept?</p><button>Accept all</button></body></html>";
    entry("consent", move || page_reply(consent), Entry::Teaser("wall/consent")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_asks_for_time_is_given_it() {
    let busy = || Reply::new(429, HTML, "later").with("retry-after", "7200");
    let run = entry("429", busy, Entry::Waits("http/429")).await;
    let store = Store::open(&run.place.state()).unwrap();
    let door = store.doors().unwrap().into_iter().find(|door| &*door.source.0 == "ill").unwrap();
    let waiting = store.waiting(&SourceId("ill".into()), &door.url).unwrap();
    let [row] = waiting.as_slice() else { panic!("{waiting:?}") };
    let wait = row.due - khabar::io::clock::Clock::system().now().as_millisecond();
    assert!((7_100_000..8_000_000).contains(&wait), "{wait} ms");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_door_that_asks_for_time_is_given_it() {
    let run = run(|_| Reply::new(429, HTML, "later").with("retry-after", "7200")).await;
    assert_eq!(run.failure(), Some("http/429"));
    let store = Store::open(&run.place.state()).unwrap();
    let door = store.doors().unwrap().into_iter().find(|door| &*door.source.0 == "ill").unwrap();
    let state = khabar::pipeline::DoorState::from_json(&door.state);
    let wait = state.next.unwrap().duration_since(khabar::io::clock::Clock::system().now()).as_secs();
    assert!((7_100..8_000).contains(&wait), "{wait} s");
    assert_eq!(state.failures, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_to_a_private_address_opens_no_connection() {
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let target = format!("http://{}/secret", trap.local_addr().unwrap());
    let to = target.clone();
    door("door", move |_| Reply::redirect(302, &to), Door::Fails("fetch/blocked-address")).await;
    let to = target.clone();
    entry("page", move || Reply::redirect(301, &to), Entry::Teaser("fetch/blocked-address")).await;
    entry(
        "metadata",
        || Reply::redirect(302, "http://169.254.169.254/latest"),
        Entry::Teaser("fetch/blocked-address"),
    )
    .await;
    // A link straight to it.
    let run = run(move |_| feed_reply(&rss(&[("one", "One entry", &target)]))).await;
    assert_eq!(run.ends(), (1, vec![(Outcome::Published, 1)]));
    assert_eq!(run.swept.only("ill").warnings, ["fetch/blocked-address"]);
    let error = trap.accept().map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "somebody knocked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_megabyte_of_nested_tags_ends_like_any_page() {
    for (open, case) in
        [("<div>", "div"), ("<ul><li>", "list"), ("<table><tr><td>", "table"), ("<b><i>", "b")]
    {
        let nested =
            move || page_reply(&format!("<h1>Deep</h1>{}<p>Bottom.", open.repeat((512 << 10) / open.len())));
        let run = run(move |request| match request.path.as_str() {
            "/rss" => feed_reply(&rss(&[("one", "Deep", &format!("http://{}/page", request.host))])),
            _ => nested(),
        })
        .await;
        assert_eq!(run.ends(), (1, vec![(Outcome::Published, 1)]), "{case}");
        assert_eq!(run.swept.only("ill").title, "Deep", "{case}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_climb_and_names_without_end_stay_one_safe_file() {
    let long = "خبر طويل ".repeat(5000 / 16);
    let cases = [
        ("../../etc/passwd", "../../etc/passwd"),
        ("..\\..\\windows", "..\\..\\x"),
        ("/etc/shadow", "/etc/shadow"),
        ("CON", "."),
        ("one", long.as_str()),
        (long.as_str(), "One"),
        ("nul%00", "a%2F..%2Fb"),
        ("$(reboot)", "`reboot`; rm -rf ~"),
    ];
    for (id, title) in cases {
        let (id, title) = (id.to_owned(), title.to_owned());
        let (key, headline) = (id.clone(), title.clone());
        let run = run(move |request| match request.path.as_str() {
            "/rss" => feed_reply(&rss(&[(&key, &headline, &format!("http://{}/page", request.host))])),
            _ => page_reply(&page(&headline, "a name")),
        })
        .await;
        assert_eq!(run.ends(), (1, vec![(Outcome::Published, 1)]), "{id} {title}");
        assert_eq!(run.swept.only("ill").title.split_whitespace().count(), title.split_whitespace().count());
        for path in files(run.place.main().parent().unwrap()) {
            let name = path.file_name().unwrap().len();
            assert!(name <= 120, "{name} bytes: {}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_counted_to_the_last_entry() {
    // Without links: what the feed says is all there is. One a minute, the newest first.
    let last = "2026-03-02T07:55:00Z".parse::<jiff::Timestamp>().unwrap();
    let item = |at: i64| {
        let name = format!("n{at}");
        let time = jiff::Timestamp::from_second(last.as_second() - at * 60).unwrap();
        rss_item(&name, &name, "", &time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
    };
    let feed = rss_of(&(0..6_000).map(item).collect::<String>());
    let run = run(move |_| feed_reply(&feed)).await;
    let ends = vec![(Outcome::Published, 500), (Outcome::Deferred, 4_500), (Outcome::Failed, 1_000)];
    assert_eq!(run.ends(), (6_000, ends));
    assert_eq!(run.swept.of("ill").count(), 500);
    // Those that were put off wait in the state and come with the next polls, whatever the feed says by then.
    let again = run.place.run_once().await;
    let tally = of_source(&again, "ill").tally;
    assert!(tally.is_whole());
    assert_eq!(tally.ended(Outcome::Published), 500);
    assert_eq!(tally.ended(Outcome::Deferred), 4_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_charset_is_seen_through() {
    let mut plan = Plan { hours: 0, sites: 2, articles_at_start: 3, articles_per_hour: 0.0, ..Plan::small() };
    plan.share_copied = 0.0;
    let world = Arc::new(World::new(8, plan.with_fault(1, Target::Articles, Fault::WrongCharset)));
    let start = world.plan().start;
    let served = world::serve(Arc::clone(&world), move || start).await;
    let place = Place::of_world("", &world, served.bases());
    place.run_once().await;
    crate::support::equals_truth(&place.sweep(), &world.truth_at(start, served.bases()));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sources_that_share_a_host_or_a_connection_take_turns() {
    let still = Plan { hours: 0, sites: 7, articles_at_start: 3, articles_per_hour: 0.0, ..Plan::small() };
    for (sites_per_listener, settings) in [(7, ""), (1, "connections_max = 1\n")] {
        let world = Arc::new(World::new(10, Plan { sites_per_listener, ..still.clone() }));
        let start = world.plan().start;
        let served = world::serve(Arc::clone(&world), move || start).await;
        let place = Place::of_world(settings, &world, served.bases());
        place.run_once().await;
        crate::support::equals_truth(&place.sweep(), &world.truth_at(start, served.bases()));
        let most = (0..7).map(|site| served.in_flight_max(site)).max();
        assert_eq!(most, Some(1), "one request at a time for a host");
        served.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_page_is_not_taken_for_the_article() {
    let mut plan = Plan { hours: 0, sites: 3, articles_at_start: 3, articles_per_hour: 0.0, ..Plan::small() };
    plan.share_copied = 0.0;
    let world = Arc::new(World::new(9, plan.with_fault(2, Target::Articles, Fault::LoginPage)));
    let start = world.plan().start;
    let served = world::serve(Arc::clone(&world), move || start).await;
    let place = Place::of_world("", &world, served.bases());
    let summary = place.run_once().await;
    let swept = place.sweep();
    let site = &world.sites()[2].id;
    assert_eq!(of_source(&summary, site).tally.ended(Outcome::Published), 3);
    for article in swept.of(site) {
        assert_eq!(article.completeness, Completeness::Teaser);
        assert!(!article.text.contains("Password"), "{}", article.text);
        assert_eq!(article.warnings, ["wall/login"]);
    }
    served.stop().await;
}

/// The saved pages of a set, by file name.
fn saved(set: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/articles/dev").join(set).join("html");
    if !folder.is_dir() {
        println!("skipped: ../shared/data/articles/dev/{set} is not here");
        return None;
    }
    let read = |path: std::path::PathBuf| {
        let mut page = Vec::new();
        GzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_end(&mut page).unwrap();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), page)
    };
    Some(files(&folder).into_iter().map(read).collect())
}

/// The texts that `khabar stage article` reads out of a set.
fn texts_by_stage(set: &str) -> BTreeSet<String> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/articles/dev").join(set).join("html");
    let output = khabar().args(["stage", "article"]).args(files(&folder)).output().unwrap();
    let text = |line: &str| {
        let article: serde_json::Value = serde_json::from_str(line).unwrap();
        article["text"].as_str().unwrap().to_owned()
    };
    String::from_utf8(output.stdout).unwrap().lines().map(text).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn saved_pages_of_real_sites_become_one_complete_file_each() {
    for set in ["rtl", "np"] {
        let Some(pages) = saved(set) else { continue };
        let pages = Arc::new(pages);
        let shown = Arc::clone(&pages);
        let origin = Origin::start(move |request| {
            let link = |name: &str| format!("http://{}/page/{name}", request.host);
            match request.path.as_str() {
                "/rss" => {
                    let links: Vec<String> = shown.iter().map(|(name, _)| link(name)).collect();
                    let items = shown
                        .iter()
                        .zip(&links)
                        .map(|((name, _), link)| (name.as_str(), name.as_str(), link.as_str()));
                    feed_reply(&rss(&items.collect::<Vec<_>>()))
                }
                "/section" => {
                    let cards = shown.iter().map(|(name, _)| {
                        format!("<div class=card><a href=\"/page/{name}\">{name}</a></div>")
                    });
                    page_reply(&cards.collect::<String>())
                }
                path => match shown.iter().find(|(name, _)| path == format!("/page/{name}")) {
                    Some((_, page)) => Reply::new(200, "text/html", page.clone()),
                    None => Reply::new(404, HTML, "no"),
                },
            }
        })
        .await;
        let place = Place::new("");
        let section = format!(
            "[[source.listing]]\nurl = {:?}\nitem = [\"div.card\"]\nlink = [\"a@href\"]\ntitle = [\"a\"]\n",
            origin.url("/section")
        );
        place.put_source("saved.toml", &(paper::source("saved", &origin.url("/rss")) + &section));
        let summary = place.run_once().await;
        let swept = place.sweep();
        assert!(of_source(&summary, "saved").tally.is_whole());
        // One article a page, and the same as offline. Pages of a set may be equal to the letter.
        let offline = texts_by_stage(set);
        let texts: BTreeSet<String> = swept.of("saved").map(|article| article.text.clone()).collect();
        assert_eq!(swept.of("saved").count(), pages.len(), "{set}");
        assert_eq!(texts, offline, "{set}");
        let teasers: Vec<_> =
            swept.of("saved").filter(|article| article.completeness == Completeness::Teaser).collect();
        assert!(
            teasers.is_empty(),
            "{set}: {:?}",
            teasers.iter().map(|article| (&article.url, &article.warnings)).collect::<Vec<_>>()
        );
        assert!(swept.of("saved").all(|article| article.words > 0 && !article.title.is_empty()), "{set}");
        let asked = |path: &str| origin.log().iter().filter(|asked| asked.path.starts_with(path)).count();
        assert_eq!(asked("/page/"), pages.len(), "{set}: each page is fetched once");
        let again = place.run_once().await.total();
        assert_eq!((again.ended(Outcome::Published), again.ended(Outcome::Updated)), (0, 0), "{set}");
        assert_eq!(asked("/page/"), pages.len(), "{set}: a second run fetches no page");
        assert_eq!(place.sweep().log.len(), swept.log.len(), "{set}: nor does it write anything");
    }
}
