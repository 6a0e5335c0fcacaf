//! Which entries are one article: the same address, the same id, the same words elsewhere; and what a page says of
//! itself that is not believed.

use crate::{
    paper::{feed_reply, page, page_reply, rss, rss_item, rss_of, source},
    support::{Place, Swept, ended, files, of_source, put},
};
use khabar::{daemon::Summary, io::store::Store, model::Outcome, pipeline::DoorState};
use std::sync::{Arc, Mutex};
use world::{Origin, Reply, Request};

/// A page that declares an address as its own.
fn declaring(title: &str, canonical: &str) -> String {
    page(title, title).replace("<head>", &format!("<head><link rel=canonical href=\"{canonical}\">"))
}

/// Runs a paper whose feed has these entries (id, headline, path) and these pages (path, page) once.
async fn run(
    entries: &'static [(&'static str, &'static str, &'static str)],
    pages: Vec<(&'static str, String)>,
) -> (Summary, Swept) {
    let origin = Origin::start(move |request| answer(request, entries, &pages)).await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let summary = place.run_once().await;
    assert_eq!(origin.in_flight_max(), 1, "one request at a time for a host");
    (summary, place.sweep())
}

fn answer(request: &Request, entries: &[(&str, &str, &str)], pages: &[(&str, String)]) -> Reply {
    if request.path == "/rss" {
        let links: Vec<String> =
            entries.iter().map(|(_, _, path)| format!("http://{}{path}", request.host)).collect();
        let items = entries.iter().zip(&links).map(|((id, title, _), link)| (*id, *title, link.as_str()));
        return feed_reply(&rss(&items.collect::<Vec<_>>()));
    }
    match pages.iter().find(|(path, _)| request.path == *path) {
        Some((_, page)) if page.starts_with('/') => Reply::redirect(301, page),
        Some((_, page)) => page_reply(page),
        None => Reply::new(404, "text/plain", "no such page"),
    }
}

/// Checks how many files entries become, and that the other entries are counted as duplicates.
#[track_caller]
fn check((summary, swept): &(Summary, Swept), seen: u64, articles: u64) {
    let tally = of_source(summary, "paper").tally;
    assert_eq!(tally.seen, seen);
    assert_eq!(tally.ended(Outcome::Published), articles, "{tally:?}");
    assert_eq!(tally.ended(Outcome::Duplicate), seen - articles, "{tally:?}");
    assert_eq!(swept.articles.len() as u64, articles);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_of_one_address_are_one_article() {
    let one = || vec![("/a", page("A", "a"))];
    check(&run(&[("1", "A", "/a"), ("2", "A again", "/a")], one()).await, 2, 1);
    check(&run(&[("1", "A", "/a"), ("2", "A", "/a#comments")], one()).await, 2, 1);
    let tracked = vec![("/a", page("A", "a")), ("/a?utm_source=rss&utm_medium=feed", page("A", "a"))];
    check(
        &run(&[("1", "A", "/a"), ("2", "A", "/a?utm_source=rss&amp;utm_medium=feed")], tracked).await,
        2,
        1,
    );
    let entries: &[_] = &[
        ("1", "A", "/2026/ferry-comes-late"),
        ("2", "A", "/amp/2026/ferry-comes-late"),
        ("3", "A", "/2026/ferry-comes-late/amp"),
    ];
    let pages = entries.iter().map(|(_, _, path)| (*path, page("A", "a")));
    check(&run(entries, pages.collect()).await, 3, 1);
    let redirected = vec![("/a", page("A", "a")), ("/short", "/a".to_owned())];
    check(&run(&[("1", "A", "/short"), ("2", "A", "/a")], redirected).await, 2, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_a_page_declares_makes_two_one_only_with_the_same_words() {
    let same = vec![("/amp/a", declaring("A", "/a")), ("/a", declaring("A", "/a"))];
    let amp = run(&[("1", "A", "/amp/a"), ("2", "A", "/a")], same).await;
    check(&amp, 2, 1);
    // A site all of whose pages declare the front page, or one page.
    for canonical in ["/", "/index", "/a"] {
        let pages =
            [("/a", "A"), ("/b", "B"), ("/c", "C")].map(|(path, title)| (path, declaring(title, canonical)));
        let front = run(&[("1", "A", "/a"), ("2", "B", "/b"), ("3", "C", "/c")], pages.to_vec()).await;
        check(&front, 3, 3);
    }
    // Another site.
    let stolen = run(&[("1", "A", "/a")], vec![("/a", declaring("A", "https://elsewhere.example/a"))]).await;
    check(&stolen, 1, 1);
    assert!(!stolen.1.only("paper").url.as_ref().unwrap().contains("elsewhere"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_whose_address_was_kept_in_another_form_is_found_by_its_entry() {
    // Two looks under one id with a change between them, and one under another id.
    let look = Arc::new(Mutex::new(0));
    let looked = Arc::clone(&look);
    let origin = Origin::start(move |request| {
        let link = format!("http://{}/2026/ferry-comes-late/amp", request.host);
        match (request.path.as_str(), *looked.lock().unwrap()) {
            ("/rss", 0) => feed_reply(&rss(&[("1", "The ferry", &link)])),
            ("/rss", 1) => feed_reply(&rss(&[("1", "The ferry, corrected", &link)])),
            ("/rss", _) => feed_reply(&rss(&[("new", "The ferry, corrected", &link)])),
            (_, 0) => page_reply(&page("The ferry", "the ferry")),
            _ => page_reply(&page("The ferry, corrected", "the ferry as it is")),
        }
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let mut ends = Vec::new();
    for number in 0..3 {
        *look.lock().unwrap() = number;
        let summary = place.run_once().await;
        ends.push([Outcome::Published, Outcome::Updated].map(|end| ended(&summary, "paper", end)));
        if number == 0 {
            let db = rusqlite::Connection::open(place.state().join("khabar.sqlite")).unwrap();
            let changed = ["urls", "pages"]
                .map(|table| db.execute(&format!("UPDATE {table} SET url = url || '/amp'"), []).unwrap());
            assert_eq!(changed[0], 1, "as before forms for devices were folded");
        }
    }
    assert_eq!(ends, [[1, 0], [0, 1], [0, 0]]);
    assert_eq!(place.sweep().articles.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_leads_to_another_article_does_not_write_over_its_own() {
    // First two articles; then the first one's address redirects to the second, and the feed tells of a change.
    let moved = Arc::new(Mutex::new(false));
    let is_moved = Arc::clone(&moved);
    let origin = Origin::start(move |request| {
        let moved = *is_moved.lock().unwrap();
        let link = |path: &str| format!("http://{}{path}", request.host);
        match (request.path.as_str(), moved) {
            ("/rss", _) => {
                let title = if moved { "A, gone" } else { "A" };
                feed_reply(&rss(&[("1", title, &link("/a")), ("2", "B", &link("/b"))]))
            }
            ("/a", true) => Reply::redirect(302, "/b"),
            ("/a", false) => page_reply(&page("A", "the first")),
            _ => page_reply(&page("B", "the second")),
        }
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    place.run_once().await;
    let before = place.sweep();
    *moved.lock().unwrap() = true;
    let summary = place.run_once().await;
    assert!(of_source(&summary, "paper").tally.is_whole());
    assert_eq!(ended(&summary, "paper", Outcome::Updated), 0);
    assert_eq!(place.sweep().articles, before.articles);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_without_an_address_or_an_id_are_kept_apart() {
    let items = [
        rss_item("", "Without an id", "", "Mon, 02 Mar 2026 07:55:00 +0000"),
        rss_item("", "Nor this one", "", "Mon, 02 Mar 2026 07:55:00 +0000"),
        rss_item("same", "One of two with one id", "", "Mon, 02 Mar 2026 07:55:00 +0000"),
        rss_item("same", "The other of two with one id", "", "Mon, 02 Mar 2026 07:55:00 +0000"),
    ];
    let feed = rss_of(&items.concat());
    let origin = Origin::start(move |_| feed_reply(&feed)).await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let summary = place.run_once().await;
    let swept = place.sweep();
    assert_eq!(ended(&summary, "paper", Outcome::Published), 4, "{:?}", of_source(&summary, "paper").tally);
    assert_eq!(swept.articles.len(), 4);
    let again = place.run_once().await.total();
    assert_eq!(again.ended(Outcome::Published) + again.ended(Outcome::Updated), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_for_a_while_loses_nothing() {
    let pages = vec![("/a", page("A", "a")), ("/b", page("B", "b"))];
    let entries: &[_] = &[("1", "A", "/a"), ("2", "B", "/b")];
    let origin = Origin::start(move |request| answer(request, entries, &pages)).await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    // A file where the folder of articles should be.
    std::fs::create_dir(place.news()).unwrap();
    put(&place.news().join("articles"), b"in the way");
    let failed = place.run_once().await;
    assert_eq!(ended(&failed, "paper", Outcome::Deferred), 2, "{failed:?}");
    std::fs::remove_file(place.news().join("articles")).unwrap();
    assert!(files(&place.news().join("articles")).is_empty());
    let summary = place.run_once().await;
    assert_eq!(ended(&summary, "paper", Outcome::Published), 2, "{summary:?}");
    assert_eq!(place.sweep().articles.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_is_configured_is_written() {
    let origin =
        Origin::start(|request| answer(request, &[("1", "A", "/a")], &[("/a", page("A", "a"))])).await;
    let place = Place::new("");
    let main = std::fs::read_to_string(place.main()).unwrap();
    put(&place.main(), main.replace("[state]", "formats = [\"json\"]\n[state]").as_bytes());
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let off = source("off", &origin.url("/off"))
        .replace("\n\n[[source.feed]]", "\nenabled = false\n\n[[source.feed]]");
    place.put_source("off.toml", &off);
    place.run_once().await;
    let written = files(&place.news().join("articles"));
    let kinds: Vec<_> = written.iter().map(|path| path.extension().unwrap()).collect();
    assert_eq!(kinds, ["json"]);
    assert!(origin.log().iter().all(|asked| asked.path != "/off"), "a source that is off is not polled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trying_shows_and_writes_nothing() {
    let origin =
        Origin::start(|request| answer(request, &[("1", "A", "/a")], &[("/a", page("A", "a"))])).await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let shown = |arguments: &[&str]| {
        let output = place.khabar(arguments);
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        (output.status.code(), said.into_owned())
    };
    let (code, said) = shown(&["try", &origin.url("/a")]);
    assert!(code == Some(0) && said.contains("The town council met"), "{said}");
    let (code, said) = shown(&["try", "--source", "paper", "--json", &origin.url("/rss")]);
    assert!(code == Some(0) && said.contains("\"kind\":\"rss\""), "{said}");
    // No source allows this address.
    let stranger = Origin::start(|_| page_reply(&page("S", "s"))).await;
    let (code, said) = shown(&["try", &stranger.url("/")]);
    assert_eq!(stranger.log().len() + usize::from(code != Some(69)), 0, "{said}");
    assert!(said.contains("fetch/blocked-address"), "{said}");
    assert!(files(&place.news()).is_empty() && files(&place.state()).is_empty());
}

/// A paper whose feed gives its entries other ids at each look; `link` tells an entry's address by its number. Looked at
/// five times; at the fourth, the second entry has another headline.
async fn looks_with_loose_ids(link: fn(&str, u32) -> String) -> (Vec<[u64; 3]>, usize, Swept) {
    let asked = Arc::new(Mutex::new((0_u32, 0_usize)));
    let counts = Arc::clone(&asked);
    let origin = Origin::start(move |request: &Request| {
        let mut asked = counts.lock().expect("no panic");
        if request.path == "/robots.txt" {
            return Reply::new(404, "text/plain", "no rules");
        }
        if request.path != "/rss" {
            asked.1 += 1;
            return page_reply(&page("One of the articles", request.path.trim_start_matches('/')));
        }
        asked.0 += 1;
        let look = asked.0;
        let items = (0..5).map(|number| {
            let again = if number == 1 && look >= 4 { ", corrected" } else { "" };
            rss_item(
                &format!("{look}-{number}-{}", look * 7919),
                &format!("Headline {number}{again}"),
                &link(&request.host, number),
                "Thu, 02 Mar 2023 10:55:00 +0300",
            )
        });
        feed_reply(&rss_of(&items.collect::<String>()))
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let mut ends = Vec::new();
    for _ in 0..5 {
        let summary = place.run_once().await;
        let tally = of_source(&summary, "paper").tally;
        assert!(tally.is_whole(), "{tally:?}");
        ends.push([Outcome::Published, Outcome::Updated, Outcome::Unchanged].map(|end| tally.ended(end)));
    }
    let pages = asked.lock().expect("no panic").1;
    let status = place.khabar(&["status", "paper"]);
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.contains("feed/id-unstable 4"), "counted at each look but the first: {status}");
    (ends, pages, place.sweep())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_are_others_at_each_look_make_no_new_articles() {
    let (ends, pages, swept) =
        looks_with_loose_ids(|host, number| format!("http://{host}/articles/{number}")).await;
    assert_eq!(swept.articles.len(), 5);
    assert_eq!(ends.iter().map(|[published, ..]| published).sum::<u64>(), 5, "{ends:?}");
    assert_eq!(pages, 6, "each page once, and the corrected one again: {ends:?}");
    // From the third look on they are known by their addresses, so that nothing is recorded anew.
    assert_eq!(ends.last(), Some(&[0, 0, 5]));
    assert_eq!(swept.events("source.gap").count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_without_link_and_with_loose_ids_are_known_by_their_words() {
    let (ends, pages, swept) = looks_with_loose_ids(|_, _| String::new()).await;
    assert_eq!(pages, 0);
    // The one with another headline has other words: without link or id, nobody can tell whose they are.
    assert_eq!(swept.articles.len(), 6, "{ends:?}");
    assert_eq!(ends.last(), Some(&[0, 0, 5]));
}

/// An entry of a feed as it is printed: id, headline, link.
type Printed = (String, String, String);

/// What came of a feed that is looked at again and again.
struct Looks {
    /// How many articles are published and updated, and how many pages are asked for, at each look.
    ends: Vec<[u64; 3]>,
    /// How many entries the state knows after each look.
    known: Vec<u64>,
    place: Place,
}

/// Looks five times at a feed that prints these entries, by the host's name and the number of the look from 1; the
/// minute of each follows from its headline. `page` answers for the articles.
async fn five_looks(
    entries: impl Fn(&str, u64) -> Vec<Printed> + Send + Sync + 'static,
    page: impl Fn(&str) -> Reply + Send + Sync + 'static,
) -> Looks {
    let counts = Arc::new(Mutex::new((0_u64, 0_u64)));
    let counted = Arc::clone(&counts);
    let origin = Origin::start(move |request: &Request| {
        let mut counted = counted.lock().expect("no panic");
        match request.path.as_str() {
            "/robots.txt" => Reply::new(404, "text/plain", "no rules"),
            "/rss" => {
                counted.0 += 1;
                let entries = entries(&request.host, counted.0);
                let items = entries.iter().map(|(id, title, link)| {
                    let minute = title.bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 60);
                    rss_item(id, title, link, &format!("Mon, 02 Mar 2026 07:{minute:02}:11 +0000"))
                });
                feed_reply(&rss_of(&items.collect::<String>()))
            }
            path => {
                counted.1 += 1;
                page(path)
            }
        }
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let (mut ends, mut known, mut pages) = (Vec::new(), Vec::new(), 0);
    for _ in 0..5 {
        let tally = of_source(&place.run_once().await, "paper").tally;
        assert!(tally.is_whole(), "{tally:?}");
        let asked = counts.lock().expect("no panic").1;
        ends.push([tally.ended(Outcome::Published), tally.ended(Outcome::Updated), asked - pages]);
        pages = asked;
        let db = rusqlite::Connection::open(place.state().join("khabar.sqlite")).unwrap();
        known.push(db.query_row("SELECT count(*) FROM entries", [], |row| row.get(0)).unwrap());
    }
    Looks { ends, known, place }
}

impl Looks {
    /// At the first look all is published and read; after it nothing happens, and nothing grows.
    #[track_caller]
    fn give_nothing_after_the_first(&self, articles: u64, pages: u64) {
        assert_eq!(self.ends, [[articles, 0, pages], [0; 3], [0; 3], [0; 3], [0; 3]]);
        assert_eq!(self.known, [self.known[0]; 5], "entries of the state");
        let swept = self.place.sweep();
        assert_eq!(swept.articles.len() as u64, articles);
        assert_eq!(swept.events("source.gap").count(), 0);
    }
}

/// A page of its own at each path, whatever its query is.
fn own_page(path: &str) -> Reply {
    let path = path.split('?').next().unwrap_or_default();
    page_reply(&page(&format!("Page of {path}"), path))
}

/// Six entries whose ids are others at each look, with these links.
fn under_new_ids(link: impl Fn(&str, u64, usize) -> String) -> impl Fn(&str, u64) -> Vec<Printed> {
    move |host, look| {
        let one = |number: usize| {
            (format!("{}-{number}", look * 7919), format!("Headline {number}"), link(host, look, number))
        };
        (0..6).map(one).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_id_at_each_look_gives_no_article_no_page_and_no_state() {
    let looks =
        five_looks(under_new_ids(|host, _, number| format!("http://{host}/{number}")), own_page).await;
    looks.give_nothing_after_the_first(6, 6);
    let looks = five_looks(under_new_ids(|_, _, _| String::new()), own_page).await;
    looks.give_nothing_after_the_first(6, 0);
    // Entries of one page, told apart by an anchor, and entries that all lead to the front page.
    let anchors = under_new_ids(|host, _, number| format!("http://{host}/live#{number}"));
    let looks = five_looks(anchors, own_page).await;
    assert_eq!(looks.ends[1..], [[0; 3]; 4], "{:?}", looks.ends);
    assert_eq!(looks.known, [6; 5]);
    let front = under_new_ids(|host, _, _| format!("http://{host}/"));
    let looks = five_looks(front, own_page).await;
    assert_eq!(looks.ends[1..], [[0; 3]; 4], "{:?}", looks.ends);
    assert_eq!(looks.known, [6; 5]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_id_and_a_new_session_in_the_link_at_each_look_give_nothing_either() {
    let tracked = under_new_ids(|host, look, number| {
        format!("http://{host}/{number}?utm_content={look}&amp;fbclid={look}")
    });
    five_looks(tracked, own_page).await.give_nothing_after_the_first(6, 6);
    let session =
        under_new_ids(|host, look, number| format!("http://{host}/{number}?s=a{}&amp;n=1", look * 104_729));
    five_looks(session, own_page).await.give_nothing_after_the_first(6, 6);
    // The session alone is new.
    let session = |host: &str, look: u64| {
        let one = |number: usize| {
            let link = format!("http://{host}/{number}?s=a{}", look * 104_729);
            (format!("id-{number}"), format!("Headline {number}"), link)
        };
        (0..6).map(one).collect()
    };
    five_looks(session, own_page).await.give_nothing_after_the_first(6, 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_are_no_articles_are_not_asked_for_again_under_new_ids() {
    let entries = || under_new_ids(|host, _, number| format!("http://{host}/{number}"));
    let gone = five_looks(entries(), |_| Reply::new(410, "text/plain", "gone")).await;
    assert_eq!(gone.ends[1..], [[0; 3]; 4], "{:?}", gone.ends);
    // Those that wait for another try are asked for when that is due, not at each look.
    let down = five_looks(entries(), |_| Reply::new(404, "text/plain", "no such page")).await;
    assert_eq!(down.ends[1..], [[0; 3]; 4], "{:?}", down.ends);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_that_changes_the_id_is_a_revision() {
    // From the third look on, the second entry has another headline and another id.
    let entries = |host: &str, look: u64| {
        let one = |number: usize| {
            let edit = if number == 1 && look >= 3 { ", corrected" } else { "" };
            (
                format!("id-{number}{edit}"),
                format!("Headline {number}{edit}"),
                format!("http://{host}/{number}"),
            )
        };
        (0..6).map(one).collect()
    };
    let asked = Arc::new(Mutex::new(0_u32));
    let page = move |path: &str| {
        let mut asked = asked.lock().expect("no panic");
        *asked += u32::from(path == "/1");
        page_reply(&page(&format!("Page of {path}"), &format!("{path} in state {asked}")))
    };
    let looks = five_looks(entries, page).await;
    assert_eq!(looks.ends, [[6, 0, 6], [0; 3], [0, 1, 1], [0; 3], [0; 3]]);
    assert_eq!(looks.known, [6; 5]);
    let swept = looks.place.sweep();
    assert_eq!((swept.articles.len(), swept.revisions.len()), (6, 1));
}

/// A feed whose ids are places in a list of so many, the newest first; `newest` is printed on top at a look.
fn places(length: fn(u64) -> u64, newest: fn(u64) -> u64) -> impl Fn(&str, u64) -> Vec<Printed> {
    move |host, look| {
        let one = |place: u64| {
            let number = newest(look) - place;
            (place.to_string(), format!("Headline {number}"), format!("http://{host}/{number}"))
        };
        (0..length(look)).map(one).collect()
    }
}

/// Checks that so many pages were published, each once and as what it says.
#[track_caller]
fn each_page_is_an_article(looks: &Looks, count: usize) {
    let swept = looks.place.sweep();
    for article in swept.of("paper") {
        let path = url::Url::parse(article.url.as_deref().unwrap()).unwrap().path().to_owned();
        assert_eq!((article.title.as_str(), article.revision), (&*format!("Page of {path}"), 1));
    }
    assert_eq!(swept.articles.len(), count, "{:?}", looks.ends);
    assert_eq!(swept.events("source.gap").count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_are_places_in_the_list_overwrite_nothing() {
    // The newest is always number 0; each look has two more on top.
    let looks = five_looks(places(|_| 6, |look| 6 + 2 * look), own_page).await;
    assert_eq!(looks.ends, [[6, 0, 6], [2, 0, 2], [2, 0, 2], [2, 0, 2], [2, 0, 2]]);
    assert_eq!(looks.known, [6, 8, 10, 12, 14]);
    each_page_is_an_article(&looks, 14);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_stay_keep_entries_of_one_link_apart() {
    // Two entries of one page, ids that differ in case alone, and a third that takes the place of the first.
    let entries = |host: &str, look: u64| {
        let live = format!("http://{host}/live");
        let first = if look < 3 { ("0", "First") } else { ("c", "Third") };
        [first, ("a", "Second"), ("A", "Fourth")]
            .map(|(id, title)| (id.to_owned(), title.to_owned(), live.clone()))
            .to_vec()
    };
    let looks = five_looks(entries, own_page).await;
    assert_eq!(looks.known, [3, 3, 4, 4, 4]);
    assert_eq!(looks.place.sweep().articles.len(), 1, "one address is one article");
    assert_eq!(looks.ends[1..], [[0; 3]; 4], "{:?}", looks.ends);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publisher_that_changes_its_ids_once_is_not_taken_for_one_that_does_so_always() {
    let entries = |host: &str, look: u64| {
        let system = if look < 3 { "old" } else { "new" };
        let one = |number: usize| {
            (
                format!("{system}-{number}"),
                format!("Headline {number}"),
                // A link that changes later is known by the new id.
                format!("http://{host}/{number}{}", if look == 5 { "-moved" } else { "" }),
            )
        };
        (0..6).map(one).collect()
    };
    let same_page = |path: &str| own_page(path.trim_end_matches("-moved"));
    let looks = five_looks(entries, same_page).await;
    assert_eq!(looks.ends, [[6, 0, 6], [0; 3], [0; 3], [0; 3], [0, 0, 6]]);
    assert_eq!(looks.known, [6; 5]);
    assert_eq!(looks.place.sweep().articles.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_are_places_most_of_which_are_new_overwrite_nothing() {
    let looks = five_looks(places(|_| 6, |look| 6 + 4 * look), own_page).await;
    each_page_is_an_article(&looks, 22);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_are_places_in_a_list_that_grows_overwrite_nothing() {
    let looks = five_looks(places(|look| 3 * look, |look| 3 * look), own_page).await;
    each_page_is_an_article(&looks, 15);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_posts_of_one_page_are_kept_apart_under_loose_ids() {
    // Each look has two more on top.
    let entries = |host: &str, look: u64| {
        let newest = 6 + 2 * look;
        let one = |place: u64| {
            let number = newest - place;
            let id = format!("{}-{number}", look * 7919);
            (id, format!("Headline {number}"), format!("http://{host}/live#{number}"))
        };
        (0..6).map(one).collect()
    };
    let looks = five_looks(entries, own_page).await;
    assert_eq!(looks.ends, [[6, 0, 6], [2, 0, 2], [2, 0, 2], [2, 0, 2], [2, 0, 2]]);
    assert_eq!(looks.known, [6, 8, 10, 12, 14]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_is_listed_twice_under_loose_ids_is_read_once() {
    // Twice under one headline and link, at other times; from the fourth look on there is one more.
    let answer = |request: &Request, look: u64, page: &Reply| {
        if request.path != "/rss" {
            return page.clone();
        }
        let items = (0..if look >= 4 { 10 } else { 8 }).map(|place| {
            rss_item(
                &format!("{look}-{place}"),
                &format!("Headline {}", place / 2),
                &format!("http://{}/{}", request.host, place / 2),
                &format!("Mon, 02 Mar 2026 07:{:02}:11 +0000", 10 + place),
            )
        });
        feed_reply(&rss_of(&items.collect::<String>()))
    };
    for page in [page_reply(&page("One page", "one page")), Reply::new(410, "text/plain", "gone")] {
        let look = Arc::new(Mutex::new(0_u64));
        let now = Arc::clone(&look);
        let origin =
            Origin::start(move |request| answer(request, *now.lock().expect("no panic"), &page)).await;
        let place = Place::new("");
        place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
        for _ in 0..8 {
            *look.lock().expect("no panic") += 1;
            place.run_once().await;
        }
        let asked = origin.log();
        assert_eq!(asked.iter().filter(|asked| asked.path == "/4").count(), 1);
        let doors = Store::open(&place.state()).unwrap().doors().unwrap();
        let remarks = DoorState::from_json(&doors[0].state).remarks;
        assert!(remarks.contains_key("feed/listed-twice"), "what is left out is told: {remarks:?}");
    }
}
