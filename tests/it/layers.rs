//! The layers of `src`, held by reading it: each import and each path is looked up in the tables below.

use std::{
    fs,
    path::{Path, PathBuf},
};
use syn::{UseTree, visit::Visit};

/// The rooms of the house from the ground up. A room may import what is in the layers below, as far down as
/// `REACH` says, and nothing beside it.
const LAYERS: [&[&str]; 7] = [
    &["model", "text", "date", "page"],
    &[
        "readers",
        "readers::feed",
        "readers::listing",
        "readers::live",
        "readers::article",
        "readers::robots",
        "readers::wall",
        "readers::discover",
        "judges",
        "judges::schedule",
        "judges::dedup",
        "judges::revise",
        "judges::render",
    ],
    &["io", "io::fetch", "io::store", "io::publish", "io::archive", "io::clock", "io::observe", "io::notify"],
    &["pipeline"],
    &["config"],
    &["daemon", "web"],
    &["cli", "main"],
];

/// The highest layer that a layer may import from: the world outside (2) knows words, not decisions.
const REACH: [usize; 7] = [0, 0, 0, 2, 3, 4, 5];

/// The imports inside a layer that are allowed: (who, what).
const BESIDE: [(&str, &str); 13] = [
    ("text", "model"),
    ("date", "model"),
    ("page", "model"),
    ("date", "text"),
    ("page", "text"),
    // The posts of a live page are read as the bodies of articles are.
    ("readers::live", "readers::article"),
    ("io::fetch", "io::clock"),
    ("io::store", "io::clock"),
    ("io::publish", "io::clock"),
    ("io::archive", "io::clock"),
    ("io::observe", "io::clock"),
    ("io::notify", "io::clock"),
    ("main", "cli"),
];

/// Crates that one room alone may name.
const OWNED: [(&str, &str); 9] = [
    ("scraper", "page"),
    ("feed_rs", "readers::feed"),
    ("reqwest", "io::fetch"),
    ("rusqlite", "io::store"),
    ("similar", "judges::revise"),
    ("toml", "config"),
    ("sd_notify", "io::notify"),
    ("clap", "cli"),
    ("indicatif", "cli"),
];

/// What layers 0 and 1 must not name: the outside, time, chance and logging.
const OUTSIDE: [&str; 15] = [
    "tokio",
    "tokio_util",
    "futures_util",
    "tracing",
    "rand",
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "std::net::TcpStream",
    "std::net::TcpListener",
    "std::net::UdpSocket",
    "std::os",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// A path named in a file, with its line.
struct Named {
    path: String,
    line: usize,
}

/// Collects the paths named outside of tests.
struct Names {
    /// The module that is read, from the crate's root.
    module: Vec<String>,
    names: Vec<Named>,
}

impl Names {
    /// Notes a path that begins with the crate's root, a parent, or another crate.
    fn note(&mut self, segments: &[String], line: usize) {
        let Some((first, rest)) = segments.split_first() else { return };
        let path = match first.as_str() {
            "crate" | "khabar" => rest.to_vec(),
            "super" => {
                let ups = segments.iter().take_while(|segment| *segment == "super").count();
                let kept = self.module.len().saturating_sub(ups);
                self.module.iter().take(kept).chain(segments.iter().skip(ups)).cloned().collect()
            }
            _ => segments.to_vec(),
        };
        let inside = matches!(first.as_str(), "crate" | "khabar" | "super");
        let path = (if inside { "crate::" } else { "" }).to_owned() + &path.join("::");
        self.names.push(Named { path, line });
    }

    /// Notes every leaf of a `use`, groups opened.
    fn note_use(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.note_use(&path.tree, &with(&path.ident)),
            UseTree::Name(name) if name.ident == "self" => self.note(before, name.ident.span().start().line),
            UseTree::Name(name) => self.note(&with(&name.ident), name.ident.span().start().line),
            UseTree::Rename(rename) => self.note(&with(&rename.ident), rename.ident.span().start().line),
            UseTree::Glob(glob) => self.note(before, glob.star_token.spans[0].start().line),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.note_use(tree, before)),
        }
    }
}

/// Whether an item is there in tests alone.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    let test = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    };
    attributes.iter().any(test)
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test(&item.attrs) {
            self.note_use(&item.tree, &[]);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            self.module.push(item.ident.to_string());
            syn::visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_fn(self, item);
        }
    }

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.note(&segments, path.segments[0].ident.span().start().line);
        }
        syn::visit::visit_path(self, path);
    }

    /// A macro's tokens are no syntax yet; the paths in them are read as words.
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let (text, line) =
            (call.tokens.to_string().replace(" :: ", "::"), call.path.segments[0].ident.span().start().line);
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':') {
            let segments: Vec<_> = word.split("::").map(str::to_owned).collect();
            if segments.len() > 1 && !segments[0].is_empty() {
                self.note(&segments, line);
            }
        }
        syn::visit::visit_macro(self, call);
    }
}

/// The room of a path from the crate's root, and its layer.
fn room(path: &str) -> Option<(&'static str, usize)> {
    let rooms =
        LAYERS.iter().zip(0..).flat_map(|(rooms, layer)| rooms.iter().map(move |room| (*room, layer)));
    let holds =
        |room: &str| path == room || path.strip_prefix(room).is_some_and(|rest| rest.starts_with("::"));
    rooms.filter(|(room, _)| holds(room)).max_by_key(|(room, _)| room.len())
}

/// Why a room must not name a path.
fn breach((who, layer): (&'static str, usize), named: &str) -> Option<String> {
    if let Some(inside) = named.strip_prefix("crate::") {
        let (what, below) = room(inside)?;
        let allowed = who == what || below <= REACH[layer] && below < layer || BESIDE.contains(&(who, what));
        return (!allowed).then(|| format!("{who} may not import {what}"));
    }
    let named_by = |root: &str| named == root || named.starts_with(&format!("{root}::"));
    if let Some((name, owner)) =
        OWNED.iter().find(|(name, owner)| named_by(name) && who != *owner && who != "main")
    {
        return Some(format!("{who} may not import {name}, which only {owner} does"));
    }
    let outside = OUTSIDE.iter().find(|name| layer < 2 && named_by(name))?;
    Some(format!("{who} may not import {outside}: layers 0 and 1 are pure"))
}

/// The breaches in a file's text; `file` is its path under `src`.
fn breaches(file: &Path, text: &str) -> Vec<String> {
    let stem = file.with_extension("");
    let mut module: Vec<String> = stem.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    let path = module.join("::");
    if path == "lib" {
        return Vec::new();
    }
    let Some(room) = room(&path) else {
        return vec![format!(
            "{}:1: {path} stands in no layer: add it to tests/it/layers.rs",
            file.display()
        )];
    };
    let mut names = Names { module, names: Vec::new() };
    names.visit_file(&syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    let told =
        |named: &Named| Some(format!("{}:{}: {}", file.display(), named.line, breach(room, &named.path)?));
    names.names.iter().filter_map(told).collect()
}

/// The files of the library and the binary, tests left out.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let is_test = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == "tests");
    paths.retain(|path| !is_test(path));
    let open = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    paths.into_iter().flat_map(open).filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

#[test]
fn every_module_imports_only_what_its_layer_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    assert!(files.len() > 10, "the sources are found");
    let all: Vec<String> = files
        .iter()
        .flat_map(|path| breaches(path.strip_prefix(&root).unwrap(), &fs::read_to_string(path).unwrap()))
        .collect();
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
}

/// Files with a breach planted in them: path under `src`, text, and what is said.
const PLANTED: [(&str, &str, &str); 14] = [
    (
        "text/mod.rs",
        "use crate::model;\nuse crate::{\n  model::Entry,\n  date,\n};",
        "text/mod.rs:4: text may not import date",
    ),
    (
        "readers/feed.rs",
        "fn f() { crate::readers::article::read() }",
        "readers/feed.rs:1: readers::feed may not import readers::article",
    ),
    (
        "readers/feed.rs",
        "use super::listing;",
        "readers/feed.rs:1: readers::feed may not import readers::listing",
    ),
    (
        "readers/article/mod.rs",
        "use crate::page; use super::super::io::fetch;",
        "readers/article/mod.rs:1: readers::article may not import io::fetch",
    ),
    (
        "io/fetch/guard.rs",
        "use crate::judges::dedup;",
        "io/fetch/guard.rs:1: io::fetch may not import judges::dedup",
    ),
    (
        "io/store.rs",
        "use crate::io::clock; use crate::io::{self, publish};",
        "io/store.rs:1: io::store may not import io; io/store.rs:1: io::store may not import io::publish",
    ),
    ("pipeline/mod.rs", "use crate::config::Config;", "pipeline/mod.rs:1: pipeline may not import config"),
    (
        "model/a.rs",
        "use std::time::{Duration, Instant};",
        "model/a.rs:1: model may not import std::time::Instant: layers 0 and 1 are pure",
    ),
    (
        "model/a.rs",
        "use std::{fs, fmt};",
        "model/a.rs:1: model may not import std::fs: layers 0 and 1 are pure",
    ),
    (
        "daemon/a.rs",
        "\nfn f() -> scraper::Html { loop {} }",
        "daemon/a.rs:2: daemon may not import scraper, which only page does",
    ),
    ("text/a.rs", "fn f() { assert!(crate::page::x()) }", "text/a.rs:1: text may not import page"),
    (
        "page/a.rs",
        "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nuse tokio::x;\nuse super::Pick;\nuse crate::text;\nuse scraper::Html;",
        "",
    ),
    ("cli/check.rs", "use crate::{config, daemon, io::fetch, model};", ""),
    ("attic.rs", "", "attic.rs:1: attic stands in no layer: add it to tests/it/layers.rs"),
];

#[test]
fn a_planted_breach_is_found() {
    for (file, text, expected) in PLANTED {
        assert_eq!(breaches(Path::new(file), text).join("; "), expected, "of {text}");
    }
}
