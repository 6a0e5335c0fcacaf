//! What an editor changes is a revision that says what changed, what a page changes by itself is none.

use crate::{
    paper::{feed_reply, page_reply, rss_of, source},
    support::{Place, ended},
};
use khabar::model::Outcome;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use world::Origin;

/// The page of an article at one look, in English; the feed says something else at each.
const LOOKS: [(&str, &str); 5] = [
    ("Ferry capsizes off the harbor", "\"At least 12 people died,\" the coast guard said on Monday morning."),
    ("Ferry capsizes off the harbor", "“At  least 12 people died,” the coast guard said on Monday morning."),
    (
        "Ferry capsizes off the harbor",
        "«At least 12 people died,» the coast guard said\u{a0}on Monday morning.",
    ),
    ("Ferry capsizes off the harbor", "«At least 21 people died,» the coast guard said on Monday morning."),
    ("Ferry sinks off the harbor", "«At least 21 people died,» the coast guard said on Monday morning."),
];
/// The same in Arabic.
const ARABIC: [(&str, &str); 5] = [
    ("غرق عبارة قبالة المرفأ", "قال خفر السواحل إن 12 شخصاً لقوا مصرعهم صباح الاثنين قبالة المرفأ القديم."),
    ("غرق عبّارة قبالة المرفأ", "قال خفر السواحل إن ١٢ شخصاً لقوا مصرعهم صباح الاثنين قبالة المرفأ القديم."),
    ("غرق عبارة قبالة المرفأ", "قال خفر السواحل ان 12 شخصاً لقوا مصرعهم صباح الاثنين قبالة المرفأ القديم."),
    ("غرق عبارة قبالة المرفأ", "قال خفر السواحل إن 21 شخصاً لقوا مصرعهم صباح الاثنين قبالة المرفأ القديم."),
    ("انقلاب عبارة قبالة المرفأ", "قال خفر السواحل إن 21 شخصاً لقوا مصرعهم صباح الاثنين قبالة المرفأ القديم."),
];
const REST: [&str; 2] = [
    "The boat had left the harbor an hour before with more people on board than it is licensed for, port records show. \
     Fishermen brought most of the survivors ashore.",
    "وكانت العبارة قد غادرت المرفأ قبل ذلك بساعة وعلى متنها عدد من الركاب يفوق ما هو مرخص لها به وفق سجلات المرفأ. \
     ونقل صيادون معظم الناجين إلى الشاطئ.",
];

fn page((title, lead): (&str, &str), (language, rest): (&str, &str)) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body>\
         <article><h1>{title}</h1><p>{lead}</p><p>{rest}</p></article></body></html>"
    )
}

/// Looks five times at a paper of two articles; gives how many were updated at each look.
async fn look_five_times(place: &Place) -> Vec<u64> {
    let look = Arc::new(Mutex::new(0));
    let looked = Arc::clone(&look);
    let origin = Origin::start(move |request| {
        let now = *looked.lock().unwrap();
        let item = |path: &str| {
            format!(
                "<item><guid>{path}</guid><title>Ferry</title><link>http://{}/{path}</link>\
                 <pubDate>Mon, 02 Mar 2026 07:55:00 +0000</pubDate><description>{now}</description></item>",
                request.host
            )
        };
        match request.path.as_str() {
            "/rss" => feed_reply(&rss_of(&(item("en") + &item("ar")))),
            "/en" => page_reply(&page(LOOKS[now], ("en", REST[0]))),
            _ => page_reply(&page(ARABIC[now], ("ar", REST[1]))),
        }
    })
    .await;
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let mut updated = Vec::new();
    for number in 0..LOOKS.len() {
        *look.lock().unwrap() = number;
        let summary = place.run_once().await;
        let ends = [Outcome::Published, Outcome::Updated, Outcome::Unchanged];
        let ends = ends.map(|end| ended(&summary, "paper", end));
        assert_eq!(ends.iter().sum::<u64>(), 2, "look {number}: both were read: {ends:?}");
        updated.push(ends[1]);
    }
    updated
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_makes_no_revision_and_an_edit_after_it_tells_what_changed() {
    let place = Place::new("");
    assert_eq!(look_five_times(&place).await, [0, 0, 0, 2, 2]);
    let swept = place.sweep();
    let told: Vec<&Value> = swept.events("article.revised").map(|line| &line.data["changes"]).collect();
    let number = json!(["lead", "number", "quote"]);
    let wanted = [&number, &json!(["lead", "number"]), &json!(["headline"]), &json!(["headline"])];
    let sorted = |mut told: Vec<Value>| {
        told.sort_by_key(Value::to_string);
        told
    };
    assert_eq!(sorted(told.into_iter().cloned().collect()), sorted(wanted.into_iter().cloned().collect()));
    let first = swept.events("article.revised").next().unwrap();
    assert_eq!((&first.data["added"], &first.data["removed"]), (&json!(3), &json!(3)));
    assert_eq!(first.data["edits"], json!([{ "part": "block", "before": 0, "after": 0 }]));
    assert!(swept.events("article.new").all(|line| line.data.get("changes").is_none()));
}
