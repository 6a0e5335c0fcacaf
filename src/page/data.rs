//! Structured data in a page: JSON-LD as publishers write it, mistakes included.

use serde_json::Value;
use std::borrow::Cow;

/// Objects taken from one page.
const OBJECTS_MAX: usize = 512;

/// The objects of the scripts, those inside arrays and graphs each by itself.
pub(super) fn objects(scripts: &[&str]) -> Vec<Value> {
    let mut found = Vec::new();
    for script in scripts {
        if let Some(value) = read(script) {
            flatten(value, &mut found);
        }
    }
    found
}

/// Takes arrays and graphs apart. Depth is bounded by the JSON reader.
fn flatten(value: Value, found: &mut Vec<Value>) {
    if found.len() >= OBJECTS_MAX {
        return;
    }
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| flatten(value, found)),
        Value::Object(mut object) => {
            let graph = object.remove("@graph");
            found.push(Value::Object(object));
            if let Some(graph) = graph {
                flatten(graph, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Reads one script, as it is or else mended.
fn read(script: &str) -> Option<Value> {
    let bare = script.trim().trim_end_matches(';');
    if let Ok(value) = serde_json::from_str(bare) {
        return Some(value);
    }
    let (before, _) = bare.split_once('{')?;
    // An array's bracket stands right before its first object; that of a CDATA section does not count.
    let begin = before.trim_end().strip_suffix('[').filter(|rest| !rest.ends_with("CDATA"));
    let json = bare.get(begin.map_or(before.len(), str::len)..)?;
    let json = if json.contains("&quot;") { crate::text::unescape(json) } else { Cow::Borrowed(json) };
    let mended = mend(&json);
    // What follows the first value (comment ends, stray braces) is left.
    serde_json::Deserializer::from_str(&mended).into_iter().next()?.ok()
}

/// Repairs what publishers get wrong: raw control characters and wrong escapes in strings, trailing commas.
fn mend(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 16);
    let mut in_string = false;
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if in_string => match letters.next() {
                Some(next @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) => {
                    out.extend(['\\', next]);
                }
                Some(next) if !next.is_control() => out.push(next),
                _ => out.push(' '),
            },
            '"' => {
                in_string = !in_string;
                out.push('"');
            }
            '\n' if in_string => out.push_str("\\n"),
            letter if in_string && letter.is_control() => out.push(' '),
            ']' | '}' if !in_string => {
                let kept = out.trim_end().trim_end_matches(',').len();
                out.truncate(kept);
                out.push(letter);
            }
            letter => out.push(letter),
        }
    }
    out
}
