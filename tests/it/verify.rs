//! `khabar verify`: whatever is done to a tree that was whole is found and named, and what can be mended is.

use crate::{
    sim::Simulated,
    support::{Place, files, put},
};
use khabar::pipeline::verify::{Damage, Look, verify};
use std::path::{Path, PathBuf};
use world::{Plan, World};

/// A place of two days with edits and copies.
async fn two_days() -> Simulated {
    let plan = Plan { hours: 40, sites: 3, share_edited: 0.6, share_copied: 0.2, ..Plan::small() };
    let simulated = Simulated::new(World::new(21, plan));
    simulated.run(40).await;
    simulated
}

fn look(place: &Place, how: Look) -> Vec<Damage> {
    verify(&place.news(), &place.state(), how).unwrap().damage
}

fn short(place: &Place, path: &Path) -> String {
    path.strip_prefix(place.news()).unwrap().to_str().unwrap().to_owned()
}

/// The file that is damaged, or the one of which the damage must be told.
fn is_named(damage: &[Damage], name: &str) -> bool {
    damage.iter().any(|damage| damage.file == name && !damage.mended)
}

/// Files of each kind, some of each: looking at all after each change would take hours.
fn some_of_each(place: &Place) -> Vec<PathBuf> {
    let all = files(&place.news());
    let of = |part: &str, end: &str| {
        let found = all.iter().filter(|path| {
            let name = short(place, path);
            name.starts_with(part) && name.ends_with(end)
        });
        let found: Vec<PathBuf> = found.take(2).cloned().collect();
        assert!(!found.is_empty(), "{part}…{end}");
        found
    };
    [
        of("articles", ".json"),
        of("articles", ".md"),
        of("revisions", ".json"),
        of("log", ".ndjson"),
        of("log", ".head"),
    ]
    .concat()
}

#[tokio::test(start_paused = true)]
async fn what_is_changed_or_lost_is_named() {
    let simulated = two_days().await;
    let place = &simulated.place;
    assert_eq!(look(place, Look::default()), []);
    assert_eq!(look(place, Look { quick: true, ..Look::default() }), []);
    for path in some_of_each(place) {
        let (name, bytes) = (short(place, &path), std::fs::read(&path).unwrap());
        for at in [0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
            for bit in [1, 64] {
                let mut flipped = bytes.clone();
                flipped[at] ^= bit;
                put(&path, &flipped);
                let damage = look(place, Look::default());
                assert!(is_named(&damage, &name), "{name}, byte {at} ^ {bit}: {damage:?}");
            }
        }
        std::fs::remove_file(&path).unwrap();
        let damage = look(place, Look::default());
        let is_log = name.ends_with(".ndjson");
        assert!(is_named(&damage, &name) || is_log && !damage.is_empty(), "{name} removed: {damage:?}");
        put(&path, &bytes);
    }
    assert_eq!(look(place, Look::default()), [], "all is as it was");
    put(&place.news().join("articles/stranger.json"), b"{}");
    assert!(is_named(&look(place, Look::default()), "articles/stranger.json"));
}

#[tokio::test(start_paused = true)]
async fn lines_that_are_taken_out_of_the_log_are_named() {
    let simulated = two_days().await;
    let place = &simulated.place;
    let days: Vec<PathBuf> = files(&place.news().join("log"))
        .into_iter()
        .filter(|path| path.extension().unwrap() == "ndjson")
        .collect();
    assert!(days.len() >= 2, "{days:?}");
    for day in &days {
        let (name, text) = (short(place, day), std::fs::read_to_string(day).unwrap());
        let lines: Vec<&str> = text.lines().collect();
        let without = |gone: usize| [&lines[..gone], &lines[gone + 1..]].concat().join("\n") + "\n";
        let last = lines.len() - 1;
        let cases = [
            ("the first line", without(0)),
            ("a line", without(last / 2)),
            ("the last line", without(last)),
            ("the end", lines[..last / 2].join("\n") + "\n"),
            ("a line without its end", lines.join("\n")),
            ("a line twice", format!("{text}{}\n", lines[last])),
        ];
        for (case, changed) in cases {
            put(day, changed.as_bytes());
            let damage = look(place, Look::default());
            let is_told = damage.iter().any(|damage| damage.file.starts_with("log/"));
            assert!(is_told, "{case} of {name}: {damage:?}");
            if case.contains("last line") || case == "the end" {
                let quick = look(place, Look { quick: true, ..Look::default() });
                assert!(
                    quick.iter().any(|damage| damage.file.starts_with("log/")),
                    "{case} of {name}: {quick:?}"
                );
            }
        }
        put(day, text.as_bytes());
    }
    assert_eq!(look(place, Look::default()), []);
}

#[tokio::test(start_paused = true)]
async fn what_can_be_mended_is() {
    let simulated = two_days().await;
    let place = &simulated.place;
    let all = files(&place.news());
    let find = |end: &str| all.iter().find(|path| path.to_str().unwrap().ends_with(end)).unwrap();
    let (markdown, head) = (find(".md"), find(".head"));
    let were = [std::fs::read(markdown).unwrap(), std::fs::read(head).unwrap()];
    put(markdown, b"something else\n");
    std::fs::remove_file(head).unwrap();
    for state in files(&place.state()) {
        std::fs::remove_file(state).unwrap();
    }
    let repair = Look { repair: true, ..Look::default() };
    let told = place.khabar(&["verify"]);
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    assert_eq!(told.status.code(), Some(74), "{text}");
    assert!(text.contains(&format!("{}: it is not what is made of", short(place, markdown))), "{text}");
    let damage = look(place, repair);
    assert!(damage.iter().all(|damage| damage.mended), "{damage:?}");
    assert!(damage.iter().filter(|damage| damage.file == "state").count() > 10);
    assert_eq!([std::fs::read(markdown).unwrap(), std::fs::read(head).unwrap()], were);
    assert_eq!(look(place, repair), []);
    for arguments in [&["verify"][..], &["verify", "--quick"], &["verify", "--repair", "--json"]] {
        let told = place.khabar(arguments);
        assert_eq!(told.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&told.stdout));
    }
    // The text of an article is in no other file.
    let article = all
        .iter()
        .find(|path| short(place, path).starts_with("articles") && path.extension().unwrap() == "json");
    std::fs::remove_file(article.unwrap()).unwrap();
    assert!(is_named(&look(place, repair), &short(place, article.unwrap())));
}
