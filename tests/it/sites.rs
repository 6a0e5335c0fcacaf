//! Site memory: what stands on many pages of a site is left out of those that are read later, and makes no revision.

use crate::{
    paper::{feed_reply, page, page_reply, rss, source},
    support::{Place, Swept, ended},
};
use khabar::{model::Outcome, readers::article::SITE_FURNITURE};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use world::{Origin, Reply, Request};

/// What this paper prints in all of its articles.
const KIOSK: &str = "Prints of the photographs above may be";
/// What it prints in one of them.
const CHART: &str = "The soundings of that winter were";

/// A page with a partly linked paragraph in it.
fn printed(title: &str, words: &str, start: &str) -> String {
    let line = format!(
        "</p><p>{start} <a href=\"/k\">had at the kiosk</a> on the quay on every day but Sunday.</p><p>"
    );
    page(title, words).replacen("</p><p>", &line, 1)
}

/// The page of a story at a look. Later the first and the fourth are edited, and the third lost the kiosk's line. The
/// sixth is rewritten at every look, but for a line of its own.
fn story(number: usize, look: usize) -> String {
    let title = format!("Story {number}");
    let words = format!("matter {number}");
    match (number, look) {
        (1 | 4, 3..) => printed(&title, &format!("{words}, as corrected"), KIOSK),
        (3, 3..) => page(&title, &words),
        (6, _) => printed(&title, &format!("version {look}"), CHART),
        _ => printed(&title, &words, KIOSK),
    }
}

fn answer(request: &Request, look: usize) -> Reply {
    let stories = if look == 1 { vec![6, 1, 2, 3, 4] } else { vec![6, 1, 2, 3, 4, 5] };
    if request.path != "/rss" {
        let number = request.path.trim_start_matches("/story/").parse().unwrap_or_default();
        return page_reply(&story(number, look));
    }
    // The feed says something new of each at each look, so that all pages are read again.
    let items = stories.into_iter().map(|number| {
        let link = format!("http://{}/story/{number}", request.host);
        (number.to_string(), format!("Story {number}, look {look}"), link)
    });
    let items: Vec<_> = items.collect();
    let items: Vec<_> = items.iter().map(|(id, title, link)| (&**id, &**title, &**link)).collect();
    feed_reply(&rss(&items))
}

/// The revision of a story, and whether it has the line.
fn shown(swept: &Swept, number: usize, line: &str) -> (u64, bool) {
    let title = format!("Story {number}");
    let article = swept.articles.values().find(|article| article.title == title).unwrap();
    let has_line = article.text.contains(line);
    let is_told = article.warnings.iter().any(|code| code == SITE_FURNITURE);
    assert_eq!(
        is_told,
        !has_line && article.links.is_empty() && (number, article.revision) != (3, 2),
        "{article:?}"
    );
    assert!(article.text.contains("The mayor said afterward"), "{article:?}");
    (article.revision, has_line)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn furniture_of_a_site_is_learned_over_restarts_and_makes_no_revision() {
    let look = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&look);
    let origin = Origin::start(move |request| answer(request, now.load(Ordering::SeqCst))).await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    // Stories with their revisions, and whether they have the kiosk's line, after each look.
    let looks: [&[(usize, u64, bool)]; 4] = [
        &[(1, 1, true), (2, 1, true), (3, 1, false), (4, 1, false)],
        &[(1, 1, true), (2, 1, true), (3, 1, false), (4, 1, false), (5, 1, false)],
        &[(1, 2, true), (2, 1, true), (3, 1, false), (4, 2, false), (5, 1, false)],
        &[(1, 2, true), (2, 1, true), (3, 1, false), (4, 2, false), (5, 1, false)],
    ];
    for (at, stories) in looks.into_iter().enumerate() {
        look.store(at + 1, Ordering::SeqCst);
        let summary = place.run_once().await;
        let swept = place.sweep();
        for (number, revision, has_line) in stories {
            assert_eq!(
                shown(&swept, *number, KIOSK),
                (*revision, *has_line),
                "story {number}, look {}",
                at + 1
            );
        }
        assert_eq!(shown(&swept, 6, CHART), (at as u64 + 1, true), "its own words are no furniture");
        let updated = [0, 1, 3, 1][at];
        assert_eq!(ended(&summary, "paper", Outcome::Updated), updated, "look {}", at + 1);
    }
}
