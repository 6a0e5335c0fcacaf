//! The tree and the log on disk.

use super::{Error, Line, Log, Step, Tree};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::{
    cell::Cell,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};
use tempfile::TempDir;

fn tree() -> (TempDir, Tree) {
    let dir = tempfile::tempdir().unwrap();
    let tree = Tree::open(&dir.path().join("news"), |_| {}).unwrap();
    (dir, tree)
}

fn named(path: &str, text: &str) -> (String, Vec<u8>) {
    (path.to_owned(), text.as_bytes().to_vec())
}

#[expect(clippy::disallowed_methods, reason = "a test's own file needs no atomic publish")]
fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

/// All files below a folder, by path below it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn files_are_there_whole_replaced_and_for_the_group_to_read() {
    let (_dir, mut tree) = tree();
    tree.put(&[named("a/b/one", "first"), named("two", "second")]).unwrap();
    tree.put(&[named("a/b/one", "third")]).unwrap();
    assert_eq!(tree.read("a/b/one").unwrap().unwrap(), b"third");
    assert_eq!(tree.read("two").unwrap().unwrap(), b"second");
    assert_eq!(tree.read("absent").unwrap(), None);
    assert_eq!(files(tree.root()), ["a/b/one", "two"], "no temporary file is left");
    let mode = |path: &str| fs::metadata(tree.root().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("two") & 0o027, 0, "others read nothing, the group writes nothing");
    assert_eq!(mode("a") & 0o027, 0);
}

#[test]
fn temporary_files_of_a_process_that_was_ended_are_swept() {
    let (dir, tree) = tree();
    let root = tree.root().to_owned();
    drop(tree);
    put(&root.join(".tmp/1"), b"half a fi");
    put(&root.join(".tmp/2"), b"");
    Tree::open(&dir.path().join("news"), |_| {}).unwrap();
    assert_eq!(files(&root), Vec::<String>::new());
}

#[test]
fn steps_are_told_in_their_order() {
    thread_local!(static TOLD: Cell<Vec<Step>> = const { Cell::new(Vec::new()) });
    let dir = tempfile::tempdir().unwrap();
    let probe = |step| {
        let mut told = TOLD.take();
        told.push(step);
        TOLD.set(told);
    };
    Tree::open(dir.path(), probe).unwrap().put(&[named("one", "1"), named("two", "2")]).unwrap();
    let renamed = Step::Renamed;
    let wanted = [Step::TemporaryWritten, Step::TemporarySynced, renamed, renamed, Step::FolderSynced];
    assert_eq!(TOLD.take(), wanted);
}

#[test]
fn a_link_out_of_the_tree_is_not_followed() {
    let (dir, mut tree) = tree();
    let outside = dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    symlink(&outside, tree.root().join("articles")).unwrap();
    let refused = tree.put(&[named("articles/source/one", "text")]).unwrap_err();
    assert!(matches!(refused, Error::Outside { .. }), "{refused:?}");
    assert_eq!(files(&outside), Vec::<String>::new());
    // One that stays inside is the operator's way to arrange things.
    fs::create_dir(tree.root().join("elsewhere")).unwrap();
    symlink(tree.root().join("elsewhere"), tree.root().join("inside")).unwrap();
    tree.put(&[named("inside/one", "text")]).unwrap();
    assert_eq!(tree.read("elsewhere/one").unwrap().unwrap(), b"text");
}

#[test]
fn an_error_leaves_nothing_in_part_and_the_next_try_goes_through() {
    let (_dir, mut tree) = tree();
    tree.put(&[named("one", "before")]).unwrap();
    // A folder where the second file should be.
    fs::create_dir(tree.root().join("two")).unwrap();
    put(&tree.root().join("two/in-the-way"), b"");
    let files_to_put = [named("one", "after"), named("two", "2"), named("three/x", "3")];
    assert!(matches!(tree.put(&files_to_put).unwrap_err(), Error::Disk { .. }));
    let one = tree.read("one").unwrap().unwrap();
    assert!(one == b"before" || one == b"after", "{one:?}");
    fs::remove_dir_all(tree.root().join("two")).unwrap();
    fs::remove_dir_all(tree.root().join("three")).unwrap();
    tree.put(&files_to_put).unwrap();
    let left = |path: &String| !path.starts_with(".tmp/");
    let mut visible = files(tree.root());
    visible.retain(left);
    assert_eq!(visible, ["one", "three/x", "two"]);
}

/// An event of a name.
fn line(event: &str) -> Line {
    Line {
        seq: 0,
        at: "2026-03-02T08:00:00Z".to_owned(),
        event: event.to_owned(),
        id: None,
        source: Some("a".to_owned()),
        path: None,
        sha256: None,
        prev: String::new(),
        data: serde_json::json!({ "title": "خبر\nعاجل" }),
    }
}

fn append(log: &mut Log, day: &str, events: &[&str]) {
    let mut lines: Vec<Line> = events.iter().map(|event| line(event)).collect();
    log.append(day, &mut lines).unwrap();
}

fn day_file(dir: &TempDir, day: &str) -> PathBuf {
    dir.path().join("log").join(format!("{day}.ndjson"))
}

/// Reads the log from its files and proves its chain; gives the names of its events.
fn events(dir: &TempDir) -> Vec<String> {
    let mut before = String::new();
    let mut names = Vec::new();
    let days = super::log_files(dir.path()).unwrap();
    for (place, day) in days.iter().enumerate() {
        let text = fs::read_to_string(day).unwrap();
        for text in text.lines() {
            let line: Line = serde_json::from_str(text).unwrap();
            assert_eq!(line.seq, names.len() as u64 + 1);
            assert_eq!(line.prev, before);
            before = HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
            names.push(line.event);
        }
        // A day that is over has its end beside it.
        let end = fs::read_to_string(super::head_path(day)).ok();
        assert_eq!(end, (place + 1 < days.len()).then(|| super::head_text(names.len() as u64, &before)));
    }
    names
}

#[test]
fn the_chain_goes_on_over_days_and_processes() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::open(dir.path()).unwrap();
    assert_eq!(log.head(), (0, ""));
    append(&mut log, "2026-03-01", &["a", "b"]);
    append(&mut log, "2026-03-02", &["c"]);
    // A clock that went back changes nothing about the order.
    append(&mut log, "2026-03-01", &["d"]);
    let head = (log.head().0, log.head().1.to_owned());
    drop(log);
    let mut log = Log::open(dir.path()).unwrap();
    assert_eq!(log.head(), (head.0, head.1.as_str()));
    append(&mut log, "2026-03-03", &["e"]);
    assert_eq!(events(&dir), ["a", "b", "c", "d", "e"]);
    let names = |seq| log.since(seq).unwrap().into_iter().map(|(line, _)| line.event).collect::<Vec<_>>();
    assert_eq!(names(0), ["a", "b", "c", "d", "e"]);
    assert_eq!(names(3), ["d", "e"]);
    assert_eq!(names(5), Vec::<String>::new());
    assert_eq!(log.since(4).unwrap().pop().unwrap().1, log.head().1);
}

#[test]
fn a_torn_last_line_is_cut_off() {
    for torn in ["{\"seq\":3,\"at\":\"2026", "{", "\u{0}\u{0}\u{0}"] {
        let dir = tempfile::tempdir().unwrap();
        let mut log = Log::open(dir.path()).unwrap();
        append(&mut log, "2026-03-01", &["a", "b"]);
        drop(log);
        let path = day_file(&dir, "2026-03-01");
        let whole = fs::read(&path).unwrap();
        put(&path, &[whole.as_slice(), torn.as_bytes()].concat());
        let mut log = Log::open(dir.path()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole, "{torn}");
        append(&mut log, "2026-03-01", &["c"]);
        assert_eq!(events(&dir), ["a", "b", "c"], "{torn}");
    }
}

#[test]
fn a_day_of_which_only_a_torn_line_is_left_counts_as_empty() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::open(dir.path()).unwrap();
    append(&mut log, "2026-03-01", &["a"]);
    drop(log);
    put(&day_file(&dir, "2026-03-02"), b"{\"seq\":2");
    let mut log = Log::open(dir.path()).unwrap();
    append(&mut log, "2026-03-02", &["b"]);
    assert_eq!(events(&dir), ["a", "b"]);
}

#[test]
fn a_last_line_that_is_no_event_is_damage_and_is_told() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("log")).unwrap();
    put(&day_file(&dir, "2026-03-01"), b"somebody wrote here\n");
    assert!(matches!(Log::open(dir.path()).unwrap_err(), Error::Log { .. }));
}

#[test]
fn a_line_is_one_line_whatever_is_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::open(dir.path()).unwrap();
    append(&mut log, "2026-03-01", &["break\nin the name"]);
    assert_eq!(fs::read_to_string(day_file(&dir, "2026-03-01")).unwrap().lines().count(), 1);
    assert_eq!(events(&dir), ["break\nin the name"]);
}
