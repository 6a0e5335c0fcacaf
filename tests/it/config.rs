//! The configuration as it lies on disk, and the one that is shipped.

#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use khabar::{
    config::{self, Config, Fault},
    page::{Page, Pick},
    pipeline::{DoorKind, Source},
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;

/// A main file that nothing is said about.
const MAIN: &str = "[fetch]\ncontact = \"desk@example.org\"\n";

/// A folder with a configuration of these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        put(&path, bytes);
    }
    folder
}

/// Writes a file.
#[expect(clippy::disallowed_methods, reason = "a test's own file needs no atomic publish")]
fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

/// A source's file.
fn source(id: &str) -> String {
    format!("[[source]]\nid = \"{id}\"\n[[source.feed]]\nurl = \"https://{id}.example/rss\"\n")
}

/// What is said about a configuration: file name and message of each fault.
fn told(folder: &TempDir) -> Vec<String> {
    let faults = config::load(&folder.path().join("khabar.toml")).map(|config| config.warnings);
    let name =
        |fault: &Fault| PathBuf::from(&*fault.file).file_name().unwrap().to_string_lossy().into_owned();
    faults
        .unwrap_or_else(|faults| faults)
        .iter()
        .map(|fault| format!("{}: {}", name(fault), fault.message))
        .collect()
}

/// The configuration in this repository.
fn shipped() -> Config {
    let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/khabar.toml");
    config::load(&main).unwrap_or_else(|faults| {
        let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
        panic!("{}", faults.join("\n"))
    })
}

#[test]
fn the_shipped_configuration_is_sound_and_honest() {
    let config = shipped();
    let warnings: Vec<_> = config.warnings.iter().map(|fault| &*fault.message).collect();
    assert_eq!(warnings, ["sites are given the program's own contact"]);
    let ids: BTreeSet<_> = config.sources.iter().map(|source| &*source.id.0).collect();
    assert!(ids.len() > 10 && ids.contains("syria-tv"), "{ids:?}");
    for source in &config.sources {
        let stem = Path::new(&*source.file).file_stem().unwrap().to_string_lossy();
        assert_eq!(*stem, *source.id.0, "a source's file is named by its id");
        assert!(source.home.is_some() && !source.tags.is_empty(), "{} is described", source.id);
        assert_eq!(source.verified, None, "{}: nobody has seen it work live", source.id);
        assert!(source.allow_private.is_empty());
        let text = fs::read_to_string(&*source.file).unwrap();
        assert!(
            text.to_lowercase().contains("never tried live"),
            "{} says that it was never tried",
            source.id
        );
    }
    assert!(config.sources.iter().any(|source| !source.enabled), "a closed outlet is there, switched off");
}

/// A page of the synthetic syria.tv, where the data lie beside this repository.
fn synthetic(name: &str) -> Option<Page> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/live/syriatv-synthetic").join(name);
    let Ok(html) = fs::read_to_string(&path) else {
        println!("skipped: ../shared/data/live/syriatv-synthetic/{name} is not here");
        return None;
    };
    Some(Page::parse(&html, Some(&"https://www.syria.tv/live".parse().unwrap())).0)
}

/// The shipped source of syria.tv.
fn syria_tv() -> Arc<Source> {
    shipped().sources.into_iter().find(|source| &*source.id.0 == "syria-tv").unwrap()
}

#[test]
fn the_rules_of_syria_tv_find_every_field_of_its_page() {
    let Some(page) = synthetic("article.html") else { return };
    let source = syria_tv();
    let [rule] = &*source.rules else { panic!("one rule") };
    let first = |picks: &[Pick]| page.pick_first(picks).unwrap_or_default();
    assert_eq!(first(&rule.title), "لافروف وجاويش أوغلو يبحثان تطبيع العلاقات بين أنقرة والنظام السوري");
    assert_eq!(first(&rule.kicker), "التغطية الحية");
    assert_eq!(first(&rule.date), "2023-03-02T10:55:00+0300");
    assert_eq!(first(&rule.byline), "إسطنبول - وكالات");
    assert!(first(&rule.caption).starts_with("سيرغي لافروف"));
    assert_eq!(first(&rule.image), "/a.jpg");
    let body = page.select(&rule.body[0]);
    assert_eq!(body.len(), 1);
    assert_eq!(body[0].select(&Pick::compile("p, h2").unwrap()).len(), 13, "11 paragraphs, 2 headings");
    assert!(
        rule.remove.iter().any(|pick| page.select(pick).iter().any(|node| node.text().contains("حجم الخط")))
    );
}

#[test]
fn the_listing_of_syria_tv_finds_every_card() {
    let Some(page) = synthetic("listing.html") else { return };
    let source = syria_tv();
    let rules = source.doors.iter().filter_map(|door| match &door.kind {
        DoorKind::Listing(rule) => Some(rule),
        DoorKind::Feed { .. } | DoorKind::Sitemap | DoorKind::Live { .. } => None,
    });
    let [rule] = rules.collect::<Vec<_>>()[..] else { panic!("one listing") };
    let cards = page.select(&rule.item[0]);
    let told = |picks: &[Pick]| {
        cards.iter().map(|card| card.pick_first(picks).unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(told(&rule.link), ["/a1", "/a2", "/a3", "/a1"]);
    assert_eq!(told(&rule.date), ["2 آذار 2023", "2 آذار 2023", "16 كانون الثاني 2023", "2 آذار 2023"]);
    assert!(told(&rule.title).iter().all(|title| !title.is_empty()));
    assert_eq!(page.pick_first(&rule.next).as_deref(), Some("?page=1"));
}

#[test]
fn files_are_read_in_byte_order_and_others_are_left_alone() {
    let folder = folder(&[
        ("khabar.toml", MAIN.as_bytes()),
        ("sources.d/b.toml", source("b").as_bytes()),
        ("sources.d/a.toml", source("a").as_bytes()),
        ("sources.d/Z.toml", source("z").as_bytes()),
        ("sources.d/a.toml.bak", b"garbage"),
        ("sources.d/.#a.toml", b"garbage"),
        ("sources.d/README", b"garbage"),
        ("sources.d/off/c.toml", b"garbage"),
    ]);
    let config = config::load(&folder.path().join("khabar.toml")).unwrap();
    let ids: Vec<_> = config.sources.iter().map(|source| source.id.to_string()).collect();
    assert_eq!(ids, ["z", "a", "b"]);
}

#[test]
fn what_cannot_be_read_is_told_with_the_faults_of_the_other_files() {
    let long = vec![b'#'; (1 << 20) + 1];
    let folder = folder(&[
        ("sources.d/1.toml", b"[[source]]\nid = \"a\"\nname = \"\xff\"\n"),
        ("sources.d/2.toml", &long),
        ("sources.d/3.toml", b"[[source]]\n"),
        ("sources.d/4.toml/x", b""),
    ]);
    let told = told(&folder);
    let expected = [
        "khabar.toml: cannot be read: No such file or directory (os error 2)",
        "1.toml: not UTF-8",
        "2.toml: the file is longer than 1 MiB",
        "3.toml: `id` is missing in [[source]]",
        "3.toml: the source has nothing to poll",
        "4.toml: not a regular file",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_sources_folder_that_is_none_is_told() {
    let folder = folder(&[("khabar.toml", MAIN.as_bytes()), ("sources.d", b"")]);
    assert_eq!(told(&folder), ["sources.d: cannot be read: Not a directory (os error 20)"]);
}

#[test]
fn no_source_at_all_is_a_warning() {
    let folder = folder(&[("khabar.toml", MAIN.as_bytes())]);
    assert_eq!(told(&folder), ["sources.d: no source is configured, so nothing is polled"]);
}

#[test]
fn rules_are_read_from_a_file_or_a_folder_and_need_no_doors() {
    let rules =
        "[[source]]\nid = \"a\"\nhome = \"https://a.example/\"\n[[source.article]]\nbody = [\"main\"]\n";
    let folder = folder(&[("rules/a.toml", rules.as_bytes()), ("rules/b.toml", source("b").as_bytes())]);
    let path = folder.path().join("rules");
    assert_eq!(config::rules(&path).unwrap().len(), 2);
    assert_eq!(config::rules(&path.join("a.toml")).unwrap()[0].rules.len(), 1);
    assert_eq!(config::rules(&path.join("c.toml")).unwrap_err().len(), 1);
}

#[test]
fn the_named_file_is_the_one_that_is_read() {
    let path = Path::new("somewhere/else.toml");
    assert_eq!(config::locate(Some(path)), path);
}
