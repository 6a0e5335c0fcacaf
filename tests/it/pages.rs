//! The pages of `tests/pages` that are made in the shape of a shipped source's: what its rules read of them.

use crate::support::khabar;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    entries.map(|name| name.into_string().unwrap()).collect()
}

/// The pages' folders, by the sources that they are pages of.
fn cases(source: &str) -> Vec<PathBuf> {
    let site = folder("tests/pages").join(source);
    if site.exists() { names(&site).iter().map(|case| site.join(case)).collect() } else { Vec::new() }
}

fn sources() -> Vec<String> {
    let files = names(&folder("config/sources.d"));
    files.iter().filter_map(|file| file.strip_suffix(".toml")).map(str::to_owned).collect()
}

/// The article as JSON, with the captions alone and the blocks without their absent parts.
fn shown(mut article: Value) -> Value {
    let captions = article["images"].as_array().unwrap().iter().map(|image| image["caption"].clone());
    article["captions"] = captions.filter(|caption| !caption.is_null()).collect();
    article
}

#[test]
fn shipped_rules_read_the_pages_made_in_their_sites_shape() {
    let mut wrong: Vec<String> = Vec::new();
    for case in sources().iter().flat_map(|source| cases(source)) {
        let expected = fs::read_to_string(case.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        let rules = folder("config/sources.d");
        let mut command = khabar();
        command.args(["stage", "article", "--rules"]).arg(&rules).arg(case.join("page.html"));
        let article = shown(serde_json::from_slice(&command.output().unwrap().stdout).unwrap());
        if article["provenance"]["body"]["from"] != json!("rule") {
            wrong.push(format!("{}: the body is not the rule's", case.display()));
        }
        for (field, value) in expected.as_object().unwrap() {
            if &article[field] != value {
                wrong.push(format!("{}: {field}: {}, not {value}", case.display(), article[field]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_shipped_source_with_a_body_rule_has_a_page() {
    let text = |source: &String| {
        fs::read_to_string(folder("config/sources.d").join(format!("{source}.toml"))).unwrap()
    };
    let bare = sources().into_iter().filter(|source| text(source).contains("\nbody = "));
    let bare: Vec<_> = bare.filter(|source| cases(source).is_empty()).collect();
    assert!(bare.is_empty(), "{bare:?}");
}
