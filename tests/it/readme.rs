//! The README keeps its word: the page it shows becomes the file it shows, through the real binary; its
//! configuration is sound; CI runs its commands.

use crate::support::put;
use std::{fs, path::Path, process::Command};
use world::{Origin, Reply};

const README: &str = include_str!("../../README.md");
const CI: &str = include_str!("../../.ci/run");

/// The fenced blocks of a language, without their fences.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README
        .split(fence.as_str())
        .skip(1)
        .filter_map(|rest| rest.split_once("\n```"))
        .map(|(block, _)| block)
        .collect()
}

fn khabar(folder: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_khabar"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("khabar starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_in_the_readme_becomes_the_file_in_the_readme() {
    let page = blocks("html").first().copied().expect("a page");
    let expected = blocks("markdown").first().copied().expect("a file");
    let feed = "<rss version=\"2.0\"><channel><title>t</title><item><guid>2023-0302</guid><link>/node/1</link></item></channel></rss>";
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/rss.xml" => Reply::new(200, "application/rss+xml", feed),
        "/node/1" => Reply::new(200, "text/html; charset=utf-8", page),
        _ => Reply::bare(404),
    })
    .await;

    let folder = tempfile::tempdir().expect("a folder");
    let sources = folder.path().join("config/sources.d");
    fs::create_dir_all(&sources).expect("made");
    put(&folder.path().join("config/khabar.toml"), "[fetch]\nhost_gap_ms = 0\n".as_bytes());
    let source = format!(
        "[[source]]\nid = \"example\"\nname = \"Example\"\nlanguage = \"ar\"\nzone = \"Asia/Damascus\"\n\
         allow_private = [\"{}\"]\n[[source.feed]]\nurl = \"{}\"\n",
        origin.addr(),
        origin.url("/rss.xml")
    );
    put(&sources.join("example.toml"), source.as_bytes());
    let path = folder.path().to_owned();
    let output = tokio::task::spawn_blocking(move || khabar(&path, &["run", "--once"])).await.expect("ran");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let day = folder.path().join("news/articles/example/2023/03/02");
    let files: Vec<_> =
        fs::read_dir(&day).expect("the day's folder").flatten().map(|file| file.path()).collect();
    let file =
        files.iter().find(|file| file.extension().is_some_and(|end| end == "md")).expect("a Markdown file");
    let written = fs::read_to_string(file).expect("read");
    // What differs from run to run: the port of the server and the time of the run.
    let written = written.replace(&format!("http://{}", origin.addr()), "https://www.example.org");
    let stable: Vec<&str> = written.lines().filter(|line| !line.starts_with("first_seen: ")).collect();
    let shown: Vec<&str> = expected.lines().filter(|line| !line.starts_with("first_seen: ")).collect();
    assert_eq!(stable, shown, "the file now is:\n{written}");
    origin.stop().await;
}

#[test]
fn the_configuration_in_the_readme_is_sound() {
    let examples = blocks("toml");
    assert!(!examples.is_empty());
    for example in examples {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("sources.d")).expect("made");
        let is_main = example.starts_with("# khabar.toml");
        put(&folder.path().join("khabar.toml"), (if is_main { example } else { "" }).as_bytes());
        if !is_main {
            put(&folder.path().join("sources.d/example.toml"), example.as_bytes());
        }
        let output = khabar(folder.path(), &["check", "--config", "khabar.toml"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn ci_runs_the_commands_of_the_readme() {
    let commands = blocks("sh")
        .into_iter()
        .flat_map(str::lines)
        .map(|line| line.split("  #").next().unwrap_or(line).trim());
    let mut cargo: Vec<&str> = commands.filter(|line| line.starts_with("cargo ")).collect();
    cargo.push("cargo run --release --example demo");
    for command in cargo {
        assert!(CI.contains(command), "`{command}` is not in .ci/run");
    }
}
