//! What an editor changes is a revision that says what changed, what a page changes by itself is none; `khabar diff`.

use crate::{
    paper::{feed_reply, page_reply, rss_of, source},
    support::{Place, ended},
};
use khabar::model::Outcome;
use serde_json::{Value, json};
use std::{
    fs,
    process::Output,
    sync::{Arc, Mutex},
};
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

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
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

    let english = swept.articles.values().find(|article| article.language == "en").unwrap();
    let arabic = swept.articles.values().find(|article| article.language == "ar").unwrap();
    shows_what_changed(&place, &english.id, &arabic.id);
    refuses_what_is_not_there(&place, &english.id);
}

fn shows_what_changed(place: &Place, english: &str, arabic: &str) {
    let newest = place.khabar(&["diff", english]);
    assert_eq!(newest.status.code(), Some(0));
    let wanted = format!(
        "Ferry sinks off the harbor\n{english} revision 2 to 3: headline; 6 characters added, 9 removed\n\n\
         headline\nFerry [-capsizes-] {{+sinks+}} off the harbor\n"
    );
    assert_eq!(out(&newest), wanted);
    let older = out(&place.khabar(&["diff", english, "1", "3"]));
    assert!(older.contains("revision 1 to 3: headline, lead, number, quote;"), "{older}");
    assert!(older.contains("block 1\n«At least [-12-] {+21+} people died,»"), "{older}");
    let older = out(&place.khabar(&["diff", arabic, "1", "2"]));
    assert!(
        older.contains("\u{2067}قال خفر السواحل إن \u{2068}[-12-]\u{2069} \u{2068}{+21+}\u{2069} شخصاً"),
        "{older}"
    );
    assert!(out(&place.khabar(&["diff", english, "2", "2"])).contains("revision 2 to 2: nothing but noise;"));
    let json: Value = serde_json::from_str(&out(&place.khabar(&["diff", "--json", english]))).unwrap();
    assert_eq!((&json["from"], &json["to"], &json["changes"]), (&json!(2), &json!(3), &json!(["headline"])));
    assert_eq!(json["edits"][0]["words"][1], json!({ "what": "removed", "text": "capsizes " }));
}

fn refuses_what_is_not_there(place: &Place, id: &str) {
    for (arguments, code, words) in [
        (&["diff", "aaaaaaaaaaaaaaaa"][..], 64, "no article has the id aaaaaaaaaaaaaaaa"),
        (&["diff", id, "1", "7"], 64, "has no revision 7; its newest is 3"),
        (&["diff", id, "0", "1"], 64, "has no revision 0"),
        (&["diff", id, "1"], 64, "required"),
        (&["diff"], 64, "required"),
    ] {
        let output = place.khabar(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.code(), out(&output)),
            (Some(code), String::new()),
            "{arguments:?}: {told}"
        );
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
    fs::remove_file(place.news().join(format!("revisions/{id}/1.json"))).unwrap();
    let output = place.khabar(&["diff", id, "1", "2"]);
    assert_eq!(output.status.code(), Some(74));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot read"));
}
