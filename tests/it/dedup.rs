//! `khabar stage dedup`: its contract, its figures on the data of the shared folder, and our own pairs.
#![expect(clippy::print_stdout, reason = "a skipped test says so, figures are printed")]

use crate::{
    cli::stage,
    support::{khabar, put},
};
use flate2::read::MultiGzDecoder;
use khabar::{
    judges::dedup::near::{Matcher, Memory, Text, Weights, is_joined},
    model::Relation,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
};

/// Runs `khabar stage dedup` with this on its standard input; gives a JSON value a line. It must end well.
fn dedup(arguments: &[&str], input: &str) -> Vec<Value> {
    stage(&[&["dedup"], arguments].concat(), input)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

const BRIDGE: &str = "The old bridge over the Lenna was closed on Tuesday after divers found cracks in two of its four \
    pillars. Engineers will work there until the end of May, said the head of the road office, Ilse Brandt, and buses \
    take the ferry road meanwhile. Merchants of the upper town fear for their spring trade and ask for a footbridge, \
    for which the council has no money before the summer.";

#[test]
fn each_article_gets_a_cluster_and_what_it_is_a_copy_of() {
    let article = |id: &str, outlet: &str, time: Value, body: &str| {
        json!({ "id": id, "outlet": outlet, "url": format!("https://{outlet}.example/{id}"), "time": time,
                "title": body.split(' ').next(), "body": body })
        .to_string()
    };
    let copy = BRIDGE.split(" Merchants").next().unwrap();
    let lines = [
        article("one", "lenna", json!("2026-03-03T07:00:00Z"), BRIDGE),
        article("two", "coast", json!("2026-03-03 09:10:00"), &format!("LENNA (CNA) - {copy}")),
        article("three", "lenna", json!(1_772_533_000), "Snow fell in the hills."),
        article("four", "valley", json!(1_772_540_000.5), BRIDGE),
    ];
    let answers = dedup(&["-"], &lines.join("\n"));
    let told: Vec<_> = answers
        .iter()
        .map(|answer| {
            (text(&answer["id"]), text(&answer["cluster"]), answer["relation"].clone(), answer["of"].clone())
        })
        .collect();
    let name = |name: &str| name.to_owned();
    let expected = [
        (name("one"), name("one"), Value::Null, Value::Null),
        (name("two"), name("one"), json!("copy"), json!("one")),
        (name("three"), name("three"), Value::Null, Value::Null),
        (name("four"), name("one"), json!("duplicate"), json!("one")),
    ];
    assert_eq!(told, expected);
    assert!(answers[1]["similarity"].as_f64().unwrap() > 0.5 && answers[0]["similarity"].is_null());
}

#[test]
fn an_article_dated_far_ahead_ends_no_window_and_a_year_without_articles_does() {
    let article = |id: &str, days: i64| {
        json!({ "id": id, "outlet": id, "time": 1_772_344_800 + days * 86_400, "body": BRIDGE }).to_string()
    };
    let told = |days: &[i64]| -> Vec<Value> {
        let lines = days.iter().enumerate().map(|(id, days)| article(&id.to_string(), *days));
        let lines: Vec<String> = lines.collect();
        dedup(&["-"], &lines.join("\n")).iter().map(|answer| answer["relation"].clone()).collect()
    };
    assert_eq!(told(&[0, 30_000, 1]), [Value::Null, json!("duplicate"), json!("duplicate")]);
    assert_eq!(told(&[0, 400, 400, 401]), [Value::Null, json!("duplicate"), Value::Null, json!("duplicate")]);
}

#[test]
fn a_line_that_is_no_article_is_named() {
    for (line, words) in [
        ("{\"id\": \"one\"}", "line 2 of - is no article"),
        ("{\"id\": \"one\", \"time\": \"noon\"}", "\"time\" \"noon\" is no time"),
    ] {
        let mut child = khabar()
            .args(["stage", "dedup", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(format!("\n{line}\n").as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(64) && error.contains(words), "{error}");
    }
}

#[test]
fn an_index_on_disk_goes_on_where_it_was_left() {
    let lines = std::fs::read_to_string(own_pairs()).unwrap();
    let mut articles = Vec::new();
    for pair in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        for (article, hours) in [("earlier", 0), ("later", pair["hours"].as_i64().unwrap())] {
            let outlet = if pair["same_outlet"] == true { "lenna" } else { article };
            articles.push(json!({ "id": format!("{} {article}", pair["n"]), "outlet": outlet, "url": Value::Null,
                "time": 1_772_344_800 + hours * 3600, "title": pair[article]["title"], "body": pair[article]["body"] }));
        }
    }
    articles.sort_by_key(|article| article["time"].as_i64());
    let lines: Vec<String> = articles.iter().map(Value::to_string).collect();
    let in_memory = dedup(&["-"], &lines.join("\n"));
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    let mut on_disk = Vec::new();
    // A minute is one: it is not cut in two.
    for part in [&lines[..65], &lines[65..100], &lines[100..]] {
        on_disk.extend(dedup(&["--index", index.to_str().unwrap(), "-"], &part.join("\n")));
    }
    assert_eq!(on_disk, in_memory);
    let days =
        || std::fs::read_dir(&index).unwrap().filter(|file| is_day(&file.as_ref().unwrap().path())).count();
    assert!(days() > 1);
    // A file that is none is no end; and after two months all are forgotten.
    put(&index.join("20000.sqlite"), b"this is no database, and longer than a header would be");
    let late =
        json!({ "id": "late", "time": 1_772_344_800 + 60 * 86_400, "body": articles[0]["body"] }).to_string();
    let answers = dedup(&["--index", index.to_str().unwrap(), "-"], &late);
    assert!(answers[0]["relation"].is_null() && days() == 1, "{answers:?}");
}

fn is_day(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "sqlite")
}

fn own_pairs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs/near.jsonl")
}

/// A file of the shared data; none, and a line that says so, where there is no such folder.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/dedup/dev").join(name);
    if !path.exists() {
        println!("skipped: ../shared/data/dedup/dev/{name} is not here");
        return None;
    }
    Some(path)
}

fn unpacked(path: &Path) -> Vec<Value> {
    let mut text = String::new();
    MultiGzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Precision, recall and their mean, of pairs that are in one cluster.
fn pair_f1(
    pairs_of: impl Fn(&[(String, String)]) -> (usize, usize, usize),
    told: &[(String, String)],
) -> f64 {
    let (both, gold, told) = pairs_of(told);
    let count = |count: usize| f64::from(u32::try_from(count).unwrap());
    2.0 * count(both) / (count(gold) + count(told))
}

/// Pairs in clusters of these sizes.
fn pairs<K: Ord>(keys: impl Iterator<Item = K>) -> usize {
    let mut sizes: BTreeMap<K, usize> = BTreeMap::new();
    keys.for_each(|key| *sizes.entry(key).or_default() += 1);
    sizes.values().map(|size| size * (size - 1) / 2).sum()
}

#[test]
fn copies_in_a_stream_of_articles_are_found_and_templates_are_not() {
    let Some(path) = shared("synthetic.jsonl.gz") else { return };
    let articles = unpacked(&path);
    let answers = dedup(&[path.to_str().unwrap()], "");
    let told: Vec<(String, String)> =
        answers.iter().map(|answer| (text(&answer["id"]), text(&answer["cluster"]))).collect();
    let gold: BTreeMap<String, String> =
        articles.iter().map(|article| (text(&article["id"]), text(&article["dup"]))).collect();
    let counts = |told: &[(String, String)]| {
        let both = pairs(told.iter().map(|(id, cluster)| (gold[id].clone(), cluster.clone())));
        (both, pairs(gold.values()), pairs(told.iter().map(|(_, cluster)| cluster)))
    };
    let f1 = pair_f1(counts, &told);
    let of_kind = |kind: &str| {
        articles
            .iter()
            .filter(|article| article["rel"] == kind)
            .map(|article| text(&article["id"]))
            .collect::<Vec<_>>()
    };
    let clusters: BTreeMap<&String, &String> = told.iter().map(|(id, cluster)| (id, cluster)).collect();
    let templates = of_kind("template");
    let merged = pairs(templates.iter().map(|id| clusters[id]))
        - pairs(templates.iter().map(|id| (clusters[id], &gold[id])));
    println!("pair-F1 {f1:.4}, {merged} pairs of templates merged");
    assert!(f1 >= 0.94 && merged <= 30, "{f1} {merged}");
    let relation: BTreeMap<String, Value> =
        answers.iter().map(|answer| (text(&answer["id"]), answer["relation"].clone())).collect();
    assert!(of_kind("revision").iter().all(|id| relation[id] == "revision"));
    // Within a minute, the order of lines tells nothing.
    let minute = |article: &Value| article["time"].as_i64().unwrap() / 60;
    let mut turned = articles.clone();
    turned.sort_by_key(|article| (minute(article), std::cmp::Reverse(text(&article["id"]))));
    let lines: Vec<String> = turned.iter().map(Value::to_string).collect();
    let mut again: Vec<(String, String)> = dedup(&["-"], &lines.join("\n"))
        .iter()
        .map(|answer| (text(&answer["id"]), text(&answer["cluster"])))
        .collect();
    let mut told = told;
    told.sort();
    again.sort();
    assert_eq!(told, again);
}

#[test]
fn real_copies_score_more_than_what_looks_like_them() {
    let (Some(labels), Some(docs)) = (shared("natural_pairs.jsonl"), shared("natural_docs.jsonl.gz")) else {
        return;
    };
    let lines = std::fs::read_to_string(&labels).unwrap();
    let answers = dedup(&["--pairs", labels.to_str().unwrap(), "--docs", docs.to_str().unwrap()], "");
    let (mut both, mut gold, mut told) = (0, 0, 0);
    for (line, answer) in lines.lines().zip(&answers) {
        let label = serde_json::from_str::<Value>(line).unwrap()["label"].clone();
        if label == "P" {
            continue;
        }
        let is_told = answer["score"].as_f64().unwrap() >= 0.5;
        both += usize::from(is_told && label == "D");
        gold += usize::from(label == "D");
        told += usize::from(is_told);
    }
    let f1 = pair_f1(|_| (both, gold, told), &[]);
    println!("F1 of natural pairs {f1:.4}");
    assert_eq!(answers.len(), lines.lines().count());
    assert!(f1 >= 0.93, "{f1}");
}

/// What an article is beside an earlier one, each pair for itself.
fn relation(pair: &Value) -> Option<Relation> {
    let Ok(mut matcher) = Matcher::open(Weights::default(), 30, Memory::default());
    let mut relation = None;
    let hours = pair["hours"].as_i64().unwrap();
    let later = if pair["same_outlet"] == true { "lenna" } else { "coast" };
    for (article, outlet, secs) in [("earlier", "lenna", 0), ("later", later, hours * 3600)] {
        let time = 1_772_344_800 + secs;
        let part = |name: &str| pair[article][name].as_str().unwrap();
        let (title, body) = (part("title"), part("body"));
        let (seen, beginning) = (time, body);
        let Ok(found) =
            matcher.take(&Text { id: article, url: article, outlet, time, seen, title, body, beginning });
        relation = found.link.map(|link| link.relation);
    }
    relation
}

/// The weights were fitted on other data; only the update's least share was on the half called `tune`.
#[test]
fn our_own_pairs_in_five_languages_are_told_as_an_editor_would() {
    let lines = std::fs::read_to_string(own_pairs()).unwrap();
    let pairs: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(pairs.len() >= 60);
    let mut right: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for pair in &pairs {
        let is_copy = pair["label"] == "copy";
        let is_told = relation(pair).is_some_and(is_joined);
        let counts = right.entry(text(&pair["half"])).or_default();
        *counts = (counts.0 + usize::from(is_copy == is_told), counts.1 + 1);
        // What is no report of the same is never taken for one; an update may be.
        let is_other = pair["label"] == "template" || pair["label"] == "other";
        assert!(!(is_other && is_told), "{} {}: {}", pair["n"], pair["language"], pair["why"]);
        assert!(!is_copy || is_told, "{} {}: {}", pair["n"], pair["language"], pair["why"]);
    }
    println!("{right:?}");
    assert!(right["tune"] >= (29, 32) && right["held"] >= (31, 33), "{right:?}");
}

/// Articles of a half of tests/pairs/events.jsonl in the order of their time, and their events.
fn events(half: &str) -> (Vec<Value>, BTreeMap<String, String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs/events.jsonl");
    let lines = std::fs::read_to_string(path).unwrap();
    let articles = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).enumerate();
    let mut articles: Vec<Value> = articles
        .map(|(number, mut article)| {
            article["id"] = number.to_string().into();
            article["time"] = (1_772_344_800 + article["hours"].as_i64().unwrap() * 3600).into();
            article
        })
        .filter(|article| article["half"] == half)
        .collect();
    articles.sort_by_key(|article| (article["time"].as_i64(), text(&article["id"])));
    let events = articles.iter().map(|article| (text(&article["id"]), text(&article["event"]))).collect();
    (articles, events)
}

/// Half of the events have one that looks like them: two fires, two matches of a club, two visits of a minister. Bounds
/// and words were chosen on the half called `tune`. What is unlike is to stay apart before all that is alike is found.
#[test]
fn articles_on_one_event_in_the_words_of_each_desk_are_one_story() {
    for (half, least) in [("tune", (35, 35)), ("held", (34, 38))] {
        let (articles, events) = events(half);
        let lines: Vec<String> = articles.iter().map(Value::to_string).collect();
        let answers = dedup(&["-"], &lines.join("\n"));
        let told: Vec<(String, String)> =
            answers.iter().map(|answer| (text(&answer["id"]), text(&answer["story"]))).collect();
        let both = pairs(told.iter().map(|(id, story)| (&events[id], story)));
        let (gold, told_pairs) = (pairs(events.values()), pairs(told.iter().map(|(_, story)| story)));
        let f1 = pair_f1(|_| (both, gold, told_pairs), &[]);
        println!(
            "{half}: F1 of pairs in one story {f1:.3}: {both} right of {told_pairs} told, {gold} in all"
        );
        for answer in &answers {
            let is_first = answer["id"] == answer["story"];
            let is_linked = answer["relation"] == "same-event" || answer["relation"] == "update";
            assert!(is_first != is_linked, "{answer}");
            assert!(!is_linked || !answer["of"].is_null(), "{answer}");
        }
        let (found, most) = least;
        assert!(both >= found && told_pairs - both <= most - found, "{half}");
    }
}
