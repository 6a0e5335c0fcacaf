//! The behavior of the simulated world that tests of khabar lean on.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a panic is a failed test")]

use std::collections::BTreeSet;
use std::io::Read as _;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use world::{Fault, Origin, Plan, Reply, Request, Site, Target, TrueRevision, Wire, World, serve};

/// An instant after the start of a plan.
fn after(plan: &Plan, secs: i64) -> Timestamp {
    plan.start + SignedDuration::from_secs(secs)
}

/// The body as text.
fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.body).into_owned()
}

/// The address of a site's feed in memory.
fn feed(world: &World, site: usize) -> String {
    format!("{}{}", world.bases()[site], world.sites()[site].feed.path())
}

#[test]
fn same_seed_gives_the_same_world() {
    let now = after(&Plan::small(), 7200);
    let (one, two) = (World::new(7, Plan::small()), World::new(7, Plan::small()));
    assert_eq!(one.truth(now), two.truth(now));
    for site in 0..one.sites().len() {
        let request = Request::get(&feed(&one, site));
        assert_eq!(one.answer(&request, now), two.answer(&request, now));
    }
    assert_ne!(one.truth(now), World::new(8, Plan::small()).truth(now));
}

#[test]
fn pages_and_feeds_say_what_the_truth_says() {
    let plan = Plan::small();
    let now = after(&plan, 24 * 3600);
    let world = World::new(1, plan);
    let mut gone = 0;
    let truth = world.truth(now);
    for article in &truth {
        let reply = world.answer(&Request::get(&article.url), now);
        if article.deleted {
            assert!([404, 410].contains(&reply.status));
            gone += 1;
            continue;
        }
        assert_eq!(reply.status, 200, "{}", article.url);
        let page = text(&reply);
        for said in
            article.paragraphs.iter().chain(&article.headings).chain([&article.title, &article.caption])
        {
            assert!(page.contains(&said.replace('"', "&quot;")), "{}: {said}", article.url);
        }
        assert!((5..=14).contains(&article.paragraphs.len()));
        assert!(article.revisions.is_sorted_by_key(|revision| revision.at));
        if article.moved {
            let old = world.answer(&Request::get(&article.first_url), now);
            assert!([301, 302].contains(&old.status));
            assert_eq!(old.header("location"), Some(article.url.as_str()));
        }
        if let Some(original) = article.copy_of.map(|index| &truth[index]) {
            assert_ne!(original.site, article.site);
            let texts: Vec<_> = original.revisions.iter().map(TrueRevision::paragraphs).collect();
            assert!(texts.contains(&article.paragraphs));
        }
    }
    assert!(gone > 0);
}

#[test]
fn every_shown_article_is_in_the_feed_and_on_the_listing_pages() {
    let plan = Plan { feed_window: 1000, ..Plan::small() };
    let now = after(&plan, 24 * 3600);
    let world = World::new(2, plan);
    for site in 0..world.sites().len() {
        let feed = text(&world.answer(&Request::get(&feed(&world, site)), now));
        let mut cards = String::new();
        for page in 0.. {
            let url = format!("{}/live-coverage?page={page}", world.bases()[site]);
            let reply = text(&world.answer(&Request::get(&url), now));
            cards.push_str(&reply);
            if !reply.contains("rel=\"next\"") {
                break;
            }
        }
        for article in world.truth(now).iter().filter(|article| article.site == site) {
            assert_eq!(feed.contains(&article.url), !article.deleted, "{}", article.url);
            assert_eq!(cards.contains(&article.url), !article.deleted, "{}", article.url);
        }
    }
}

#[test]
fn articles_differ_in_words() {
    let plan = Plan { share_copied: 0.0, sites: 5, articles_at_start: 60, ..Plan::small() };
    let now = plan.start;
    let truth = World::new(3, plan).truth(now);
    let shingles: Vec<BTreeSet<Vec<&str>>> = truth
        .iter()
        .map(|article| {
            let words: Vec<&str> =
                article.paragraphs.iter().flat_map(|text| text.split_whitespace()).collect();
            words.windows(4).map(<[&str]>::to_vec).collect()
        })
        .collect();
    let mut likest: f64 = 0.0;
    for (index, one) in shingles.iter().enumerate() {
        for (other, two) in shingles.iter().enumerate().skip(index + 1) {
            if truth[index].language == truth[other].language {
                let (shared, all) = (one.intersection(two).count(), one.union(two).count());
                let count = |count: usize| f64::from(u32::try_from(count).expect("small"));
                likest = likest.max(count(shared) / count(all));
            }
        }
    }
    assert!(likest < 0.25, "two articles share {likest} of their shingles");
}

#[test]
fn known_validators_are_answered_with_304_until_something_changes() {
    let world = World::new(4, Plan { articles_per_hour: 6.0, ..Plan::small() });
    let now = after(world.plan(), 60);
    for site in 0..world.sites().len() {
        let request = Request::get(&feed(&world, site));
        let full = world.answer(&request, now);
        let etag = full.header("etag").expect("validators are on").to_owned();
        let date = full.header("last-modified").expect("validators are on").to_owned();
        let by_etag = request.clone().with("If-None-Match", &etag);
        let by_date = request.clone().with("If-Modified-Since", &date);
        let by_other = by_date.clone().with("If-None-Match", "\"other\"");
        assert_eq!(world.answer(&by_etag, now).status, 304);
        assert_eq!(world.answer(&by_etag, now).body, Vec::<u8>::new());
        assert_eq!(world.answer(&by_date, now).status, 304);
        assert_eq!(world.answer(&by_other, now).status, 200);
        assert_eq!(world.answer(&by_etag, after(world.plan(), 6 * 3600)).status, 200);
    }
    let conditional = world.log().iter().filter(|asked| asked.conditional).count();
    assert_eq!(conditional, world.sites().len() * 5);
    assert_eq!(
        world.log()[1].header("if-none-match"),
        world.answer(&Request::get(&feed(&world, 0)), now).header("etag")
    );
}

#[test]
fn an_unchanged_validator_means_an_unchanged_body() {
    let world = World::new(
        5,
        Plan { hours: 6, articles_per_hour: 6.0, change_after_secs: (60, 7200), ..Plan::small() },
    );
    for site in 0..world.sites().len() {
        let mut last: Option<Reply> = None;
        for minute in 0..360 {
            let reply = world.answer(&Request::get(&feed(&world, site)), after(world.plan(), minute * 60));
            if let Some(last) = last {
                let same = |name: &str| last.header(name) == reply.header(name);
                assert!(!same("etag") || last.body == reply.body);
                assert!(!same("last-modified") || last.body == reply.body);
            }
            last = Some(reply);
        }
    }
}

#[test]
fn a_minute_of_the_demo_shows_all_that_it_promises() {
    for seed in 0..8 {
        let world = World::new(seed, Plan::demo());
        let (start, minute) = (world.truth(after(world.plan(), 0)), world.truth(after(world.plan(), 60)));
        assert!(minute.len() >= start.len() + 4, "seed {seed}");
        assert!(minute.iter().any(|article| article.copy_of.is_some()), "seed {seed}");
        let edits = |truth: &[world::TrueArticle]| {
            truth.iter().map(|article| article.revisions.len() - 1).sum::<usize>()
        };
        assert!(edits(&minute) > 2 + edits(&start), "seed {seed}");
    }
}

#[test]
fn bench_pages_have_their_size_and_are_all_in_the_feeds() {
    let world = World::new(6, Plan::bench(250));
    let now = world.plan().start;
    let prefix = |site: &Site| format!("http://127.0.0.1:40000/s/{}", site.id);
    let bases: Vec<String> = world.sites().iter().map(prefix).collect();
    let truth = world.truth_at(now, &bases);
    assert_eq!(truth.len(), 250);
    let bytes: usize =
        truth.iter().map(|article| world.answer(&Request::get(&article.url), now).body.len()).sum();
    assert!((165_000..183_000).contains(&(bytes / truth.len())), "{} bytes a page", bytes / truth.len());
    let feed = text(&world.answer(&Request::get(&feed(&world, 0)), now));
    assert_eq!(feed.matches("<item>").count(), 125);
}

/// What a fault at its target makes of a reply, ten seconds into it.
fn check_fault(target: &Target, fault: Fault, holds: impl Fn(&Reply) -> bool) {
    let name = format!("{fault:?}");
    let plan = Plan::small().with_fault_between(0, target.clone(), fault, (100, 200));
    let world = World::new(9, plan);
    let first =
        world.truth(world.plan().start).into_iter().find(|article| article.site == 0).expect("an article");
    let url = if *target == Target::Feed { feed(&world, 0) } else { first.url };
    let request = Request::get(&url);
    let sound = world.answer(&request, after(world.plan(), 99));
    assert_eq!((sound.status, sound.wire), (200, Wire::Full));
    assert!(holds(&world.answer(&request, after(world.plan(), 110))), "{name}");
    assert_eq!(world.answer(&request, after(world.plan(), 201)).status, 200, "{name}");
}

#[test]
fn each_fault_shows_at_its_target_and_time() {
    let article = Target::Article(1);
    let busy = Fault::Status { status: 503, retry_after_secs: Some(120) };
    check_fault(&Target::Feed, busy, |reply| {
        reply.status == 503 && reply.header("retry-after") == Some("120")
    });
    check_fault(&Target::Feed, Fault::HtmlInsteadOfFeed, |reply| text(reply).contains("<html"));
    check_fault(&Target::Feed, Fault::FeedCutInTheMiddle, |reply| !text(reply).contains("</rss>"));
    check_fault(&Target::Feed, Fault::TraversalId, |reply| text(reply).contains(">../../etc/passwd</guid>"));
    check_fault(&Target::Feed, Fault::LongArabicTitle, |reply| reply.body.len() > 5000);
    check_fault(&Target::Feed, Fault::Refused, |reply| reply.wire == Wire::Refused);
    check_fault(&article, Fault::LongArabicTitle, |reply| {
        let page = text(reply);
        let title = page.split("node-title\">").nth(1).and_then(|rest| rest.split("</h1>").next());
        title.is_some_and(|title| title.len() == 5000)
    });
    check_fault(&article, Fault::NestedTags, |reply| reply.body.len() >= 512_000);
    check_fault(&article, Fault::LoginPage, |reply| text(reply).contains("type=\"password\""));
    check_fault(&article, Fault::WrongCharset, |reply| String::from_utf8(reply.body.clone()).is_err());
    check_fault(&article, Fault::EndlessBody, |reply| reply.wire == Wire::Endless);
    check_fault(&article, Fault::RedirectTo("http://10.0.0.1/".into()), |reply| {
        reply.status == 302 && reply.header("location") == Some("http://10.0.0.1/")
    });
    check_fault(&article, Fault::RedirectLoop, |reply| {
        reply.header("location").is_some_and(|location| location.ends_with("?loop=1"))
    });
    check_fault(&article, Fault::Reset { after: 100 }, |reply| reply.wire == Wire::Reset { after: 100 });
}

#[test]
fn the_gzip_bomb_is_small_on_the_wire_and_300_mb_unpacked() {
    check_fault(&Target::Article(1), Fault::GzipBomb, |reply| {
        let mut unpacked = flate2::read::GzDecoder::new(reply.body.as_slice());
        let mut buffer = vec![0; 1 << 20];
        let mut bytes = 0;
        loop {
            match unpacked.read(&mut buffer).expect("the bomb is sound gzip") {
                0 => break,
                some => bytes += some,
            }
        }
        bytes == 300 << 20 && reply.body.len() < 400_000
    });
}

/// Sends a request as it is and reads until the server closes.
async fn ask(addr: std::net::SocketAddr, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(addr).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn the_http_face_serves_over_a_real_socket() {
    let plan = Plan { sites_per_listener: 3, ..Plan::small() };
    let start = plan.start;
    let world = Arc::new(World::new(10, plan));
    let served = serve(Arc::clone(&world), move || start).await;
    let hosts: BTreeSet<&str> = served.bases().iter().filter_map(|base| base.split('/').nth(2)).collect();
    assert_eq!(hosts.len(), 3);
    for article in world.truth_at(start, served.bases()) {
        let (addr, path) =
            article.url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a URL");
        // Two requests on one connection; the second asks to close it.
        let twice = format!(
            "HEAD /{path} HTTP/1.1\r\nHost: {addr}\r\n\r\nGET /{path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n"
        );
        let answer = ask(addr.parse().expect("an address"), &twice).await.expect("an answer");
        assert_eq!(answer.matches("HTTP/1.1 200 OK\r\n").count(), 2, "{}", article.url);
        assert!(answer.contains(&article.paragraphs[0].replace('"', "&quot;")));
        assert!(!answer.contains(".test/"));
    }
    let toml = world.sources_toml(served.bases());
    assert!(toml.iter().all(|(_, toml)| toml.contains("allow_private = [\"127.0.0.1:")));
    served.stop().await;
}

#[tokio::test]
async fn an_origin_acts_out_the_wire_and_keeps_a_log() {
    let whole = || Reply::new(200, "text/plain", "0123456789");
    let origin = Origin::scripted([
        ("/twice", vec![Reply::bare(503).with("retry-after", "1"), whole()]),
        ("/truncated", vec![whole().over(Wire::Truncated { after: 5 })]),
        ("/reset", vec![whole().over(Wire::Reset { after: 5 })]),
        ("/refused", vec![whole().over(Wire::Refused)]),
    ])
    .await;
    let get =
        |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\nConnection: close\r\n\r\n");
    let addr = origin.addr();
    assert!(ask(addr, &get("/twice")).await.expect("whole").starts_with("HTTP/1.1 503"));
    assert!(
        ask(addr, &get("/twice")).await.expect("whole").ends_with("content-length: 10\r\n\r\n0123456789")
    );
    assert!(
        ask(addr, &get("/truncated")).await.expect("closed").ends_with("content-length: 10\r\n\r\n01234")
    );
    assert!(ask(addr, &get("/reset")).await.is_err());
    assert!(ask(addr, &get("/refused")).await.is_err());
    assert!(ask(addr, &get("/elsewhere")).await.expect("whole").starts_with("HTTP/1.1 404"));
    let log = origin.log();
    assert_eq!(log.iter().map(|asked| asked.status).collect::<Vec<_>>(), [503, 200, 200, 200, 200, 404]);
    assert_eq!(log[0].header("cookie"), Some("a=b"));
    assert_eq!(origin.in_flight_max(), 1);
    origin.stop().await;
}
