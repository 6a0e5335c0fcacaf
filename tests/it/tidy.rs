//! What keeps the tree tidy: dependencies, licenses, sizes, and nothing of the machine it was written on.

#![expect(clippy::print_stdout, reason = "sizes are printed, not judged")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use syn::visit::Visit;

/// Most crates in the lock file, our own and those of tests included. Raise it with a reason: the
/// judge of JSON Schemas, in tests alone, brings 34, and the maker of ours 6.
const CRATES_MAX: usize = 360;
/// Longest file that is kept in the repository.
const FILE_BYTES_MAX: u64 = 512 << 10;
/// Licenses that may be linked into the program without asking anybody.
const LICENSES: [&str; 14] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unlicense",
    "CC0-1.0",
    "Unicode-3.0",
    "BSL-1.0",
    "MPL-2.0",
];
/// Folders that are made, not written.
const MADE: [&str; 5] = ["target", ".git", "news", "state", "khabar-demo"];

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every written file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && !MADE.iter().any(|made| entry.file_name() == *made) {
            found.extend(files(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

/// A path as the repository has it.
fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The parsed TOML of a file at the root.
fn toml_of(name: &str) -> toml::Table {
    fs::read_to_string(root().join(name)).unwrap().parse().unwrap()
}

#[test]
fn dependencies_come_from_the_registry_once_each_and_not_too_many() {
    let lock = toml_of("Cargo.lock");
    let packages = lock["package"].as_array().unwrap();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        versions.entry(text("name")).or_default().push(text("version"));
        let source = text("source");
        let public = "registry+https://github.com/rust-lang/crates.io-index";
        assert!(source.is_empty() || source == public, "{} comes from {source}", text("name"));
    }
    let manifest = toml_of("Cargo.toml");
    for name in manifest["dependencies"].as_table().unwrap().keys() {
        assert_eq!(
            versions[name.as_str()].len(),
            1,
            "{name} is locked in versions {:?}",
            versions[name.as_str()]
        );
    }
    println!("crates in the lock file: {} of {CRATES_MAX}", packages.len());
    assert!(packages.len() <= CRATES_MAX, "{} crates, at most {CRATES_MAX}", packages.len());
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let (mut reason, mut before) = (false, "");
    for line in dependencies.lines() {
        let name = line.split(' ').next().unwrap();
        // A crate's own companions share its reason: serde and serde_json.
        let companion = !before.is_empty() && name.starts_with(&format!("{before}_"));
        assert!(name == "#" || reason || companion, "no reason above: {line}");
        (reason, before) = (name == "#", name);
    }
}

/// Whether a license expression lets us choose licenses of the list.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    let listed = |license: &str| LICENSES.contains(&license.trim());
    plain.split(" OR ").any(|all| all.split(" AND ").all(listed))
        || plain.split(" AND ").all(|any| any.split(" OR ").any(listed))
}

/// What a program says.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn licenses_are_on_the_list() {
    // Crates of other platforms need not be on this machine.
    let host = said("rustc", &["-vV"])
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .unwrap();
    let metadata = ["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", &host];
    let said = said(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), &metadata);
    let metadata: serde_json::Value = serde_json::from_str(&said).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50, "the packages are read");
    let refused = packages.iter().filter(|package| !package["source"].is_null()).filter_map(|package| {
        let license = package["license"].as_str().unwrap_or("none");
        (!is_allowed(license)).then(|| format!("{}: {license}", package["name"]))
    });
    let refused: Vec<_> = refused.collect();
    assert!(refused.is_empty(), "licenses that are not on the list:\n{}", refused.join("\n"));
}

#[test]
fn no_file_is_large() {
    for path in files(root()) {
        let bytes = fs::metadata(&path).unwrap().len();
        assert!(bytes <= FILE_BYTES_MAX, "{} has {bytes} bytes, at most {FILE_BYTES_MAX}", short(&path));
    }
}

#[test]
fn no_file_tells_of_the_machine_it_was_written_on() {
    // Put together here, so that this file does not hold them.
    let telling = ["root", "work", "home"].map(|folder| format!("/{folder}/"));
    for path in files(root()) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (line, number) in text.lines().zip(1..) {
            let found = telling.iter().find(|word| names_folder(line, word));
            assert!(found.is_none(), "{}:{number}: {}", short(&path), found.unwrap());
        }
    }
}

/// Whether a line names an absolute path under `folder`: a part of a longer path or address is none.
fn names_folder(line: &str, folder: &str) -> bool {
    let opens =
        |before: &str| before.chars().next_back().is_none_or(|c| c.is_whitespace() || "\"'`=(:<".contains(c));
    line.match_indices(folder).any(|(at, _)| line.get(..at).is_some_and(opens))
}

/// The lengths of the functions of a file.
struct Lengths(Vec<(usize, String)>);

impl<'ast> Visit<'ast> for Lengths {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.note(&item.sig.ident, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.note(&item.sig.ident, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }
}

impl Lengths {
    /// Notes a function.
    fn note(&mut self, name: &syn::Ident, block: &syn::Block) {
        let (start, end) = (name.span().start().line, block.brace_token.span.close().end().line);
        self.0.push((end - start + 1, name.to_string()));
    }
}

#[test]
fn the_longest_files_and_functions_are_printed() {
    let is_code = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    let (mut lengths, mut functions) = (Vec::new(), Vec::new());
    for path in files(&root().join("src")).into_iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = fs::read_to_string(&path).unwrap();
        lengths.push((text.lines().filter(|line| is_code(line)).count(), short(&path)));
        let mut found = Lengths(Vec::new());
        found.visit_file(&syn::parse_file(&text).unwrap());
        functions.extend(
            found.0.into_iter().map(|(lines, name)| (lines, format!("{} in {}", name, short(&path)))),
        );
    }
    for (what, mut sizes) in [("files, code lines", lengths), ("functions, lines", functions)] {
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let all: usize = sizes.iter().map(|(lines, _)| lines).sum();
        println!("longest {what} (of {}, {all} in all):", sizes.len());
        sizes.iter().take(5).for_each(|(lines, name)| println!("  {lines:5} {name}"));
    }
}
