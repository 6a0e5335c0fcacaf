//! What khabar writes, judged by JSON Schemas: its own one of articles, and that of the IPTC for ninjs.
//!
//! [`sweep`](crate::support::sweep) asks the judges about each file it meets, so that every test of the whole
//! program is one of these files too.

use crate::support::khabar;
use jsonschema::Validator;
use khabar::{
    judges::render::{Format, blocks_of_markdown},
    model::Article,
};
use serde_json::{Value, json};
use std::{fs, path::Path, sync::LazyLock};

/// The schema of articles as it is published.
const PUBLISHED: &str = include_str!("../../schema/article-1.json");

static ARTICLE: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(PUBLISHED).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("no schema: {error}"));
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
});

/// The judge of ninjs documents, where the schema of the IPTC is.
static NINJS: LazyLock<Option<Validator>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/ninjs/ninjs-schema_3.1.json");
    let Ok(text) = fs::read_to_string(path) else {
        println!("skipped: ../shared/data/ninjs is not here");
        return None;
    };
    let schema: Value = serde_json::from_str(&text).unwrap();
    // Nothing that is written has a shape on a map, so anything will do for the schema of those.
    let registry = jsonschema::Registry::new().add("https://geojson.org/schema/GeoJSON.json", json!({}));
    let registry = registry.and_then(jsonschema::RegistryBuilder::prepare).unwrap();
    let judge = jsonschema::options().with_registry(&registry).should_validate_formats(true).build(&schema);
    Some(judge.unwrap())
});

/// What a judge has against a document.
fn faults(judge: &Validator, document: &Value) -> Vec<String> {
    judge.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Sees that a file is an article by the published schema.
pub(crate) fn is_article(path: &str, bytes: &[u8]) {
    let found = faults(&ARTICLE, &serde_json::from_slice(bytes).unwrap());
    assert!(found.is_empty(), "{path}: {}", found.join("; "));
}

/// Sees that a file beside an article says in its format what the article says.
pub(crate) fn is_sound(path: &str, article: &Article, (format, bytes): (Format, &[u8])) {
    match format {
        Format::Ninjs => {
            let document: Value = serde_json::from_slice(bytes).unwrap();
            let found = NINJS.as_ref().map(|judge| faults(judge, &document)).unwrap_or_default();
            assert!(found.is_empty(), "the ninjs beside {path}: {}", found.join("; "));
        }
        Format::Markdown => {
            let blocks = blocks_of_markdown(std::str::from_utf8(bytes).unwrap());
            assert_eq!(blocks, article.body, "the Markdown beside {path} reads back as something else");
        }
        Format::Text => assert!(std::str::from_utf8(bytes).unwrap().contains(&article.title), "{path}"),
        Format::Json => is_article(path, bytes),
    }
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let output = khabar().arg("schema").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = String::from_utf8(output.stdout).unwrap();
    assert_eq!(made, PUBLISHED, "bring it up to date: khabar schema > schema/article-1.json");
}

/// Whether a judge lets an article pass after a change.
fn passes(change: impl FnOnce(&mut Value)) -> bool {
    let mut article = serde_json::to_value(Article {
        schema: "khabar/article/1".to_owned(),
        id: "abcdefgh234567ab".to_owned(),
        revision: 1,
        source: Some("paper".to_owned()),
        first_seen: Some("2026-03-01T06:00:00Z".to_owned()),
        ..Article::default()
    })
    .unwrap();
    change(&mut article);
    ARTICLE.is_valid(&article)
}

#[test]
fn the_published_schema_takes_articles_and_nothing_else() {
    assert!(passes(|_| {}));
    let set = |key: &'static str, value: Value| passes(move |article| article[key] = value);
    assert!(set("published", json!("2026-03-01T06:00:00+03:00")) && !set("published", json!("1 March 2026")));
    assert!(set("body", json!([{ "kind": "paragraph", "text": "x" }])));
    for (key, value) in [
        ("unknown", json!(1)),
        ("schema", json!("khabar/article/2")),
        ("id", json!("x")),
        ("revision", json!(0)),
        ("status", json!("gone")),
        ("source", Value::Null),
        ("firstSeen", Value::Null),
        ("title", Value::Null),
        ("body", json!([{ "kind": "paragraph" }])),
        ("body", json!([{ "kind": "heading", "text": "x", "level": 7 }])),
        ("body", json!([{ "kind": "poem", "text": "x" }])),
        ("images", json!([{ "url": null }])),
        ("duplicate", json!({ "of": "abcdefgh234567ab", "relation": "copy", "similarity": 2 })),
    ] {
        assert!(!set(key, value.clone()), "{key}: {value}");
    }
    let keys: Vec<String> =
        serde_json::to_value(Article::default()).unwrap().as_object().unwrap().keys().cloned().collect();
    for key in keys {
        assert!(!passes(|article| drop(article.as_object_mut().unwrap().remove(&key))), "without {key}");
    }
}

#[test]
fn every_word_of_the_published_schema_is_explained() {
    let schema: Value = serde_json::from_str(PUBLISHED).unwrap();
    let types = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    for kind in types {
        assert!(kind["description"].is_string(), "{kind:#}");
        for (key, property) in kind["properties"].as_object().into_iter().flatten() {
            assert!(property["description"].is_string(), "{key}: {property:#}");
        }
    }
}
