//! The JSON of known live-blog systems: what the Guardian's and the BBC's pages are made of, the answers of Sourcefabric's
//! live blogs, of the liveblog plugin of `WordPress` and of Al Jazeera's interface, and JSON-LD that stands alone.

use super::{Coverage, Marks, Options, POSTS_MAX, Sketch, Text, declared, stamp::Stamp};
use crate::{
    model::Origin,
    readers::article,
    text::{normal, strip_markup},
};
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// What a system's answer says.
#[derive(Debug, Default)]
pub(super) struct Answer<'a> {
    pub(super) sketches: Vec<Sketch<'a>>,
    pub(super) coverage: Coverage,
}

/// A system: what one of its posts has, and how it is read.
struct System {
    /// Keys that each of its posts has.
    keys: &'static [&'static str],
    /// Reads one post; none where it is not one for readers.
    read: fn(&Options<'_>, &Value) -> Option<Sketch<'static>>,
}

const SYSTEMS: [System; 5] = [
    System { keys: &["blockFirstPublished", "elements"], read: guardian },
    System { keys: &["urn", "dates", "content"], read: bbc },
    System { keys: &["published_date", "groups"], read: sourcefabric },
    System { keys: &["authors", "render"], read: wordpress },
    System { keys: &["modified_gmt", "content"], read: al_jazeera },
];

/// The address that an answer names as its page's.
pub(super) fn address(value: &Value) -> Option<Url> {
    ["webURL", "url", "link"].iter().find_map(|key| Url::parse(value.get(key)?.as_str()?).ok())
}

/// Reads an answer, wherever in it the posts stand.
pub(super) fn read<'a>(options: &Options<'_>, value: &Value, url: Option<&Url>) -> Answer<'a> {
    let mut answer = Answer { coverage: about(options, value, url), ..Answer::default() };
    if let Some((system, posts)) = find(value) {
        answer.coverage.is_declared = true;
        answer.sketches = pinned(options, system, value)
            .into_iter()
            .chain(posts.iter().take(POSTS_MAX).filter_map(|post| (system.read)(options, post)))
            .collect();
    } else if let Some(blog) = find_blog(value) {
        answer.coverage = Coverage { older: answer.coverage.older, ..Coverage::of_blog(options, blog) };
        answer.sketches = declared::sketches(options, blog, url);
    }
    for sketch in &mut answer.sketches {
        sketch.from = sketch.from.or(Some(Origin::Json));
        if let (None, Some(url), Some(id)) = (&sketch.url, url, sketch.ids.first()) {
            let mut url = url.clone();
            url.set_fragment(Some(id));
            sketch.url = Some(url);
        }
    }
    answer
}

/// The post that the Guardian keeps on top: it stands apart, and may not be in the list.
fn pinned(options: &Options<'_>, system: &System, value: &Value) -> Option<Sketch<'static>> {
    let post =
        value.get("pinnedPost").filter(|post| system.keys.iter().all(|key| post.get(key).is_some()))?;
    let mut sketch = (system.read)(options, post)?;
    sketch.marks.pinned = true;
    Some(sketch)
}

/// The list of posts of a known system, the longest. JSON is read to a bounded depth, so this ends.
fn find(value: &Value) -> Option<(&'static System, &[Value])> {
    let here = value.as_array().and_then(|list| {
        let has_all = |system: &&System| {
            list.iter().take(3).any(|post| system.keys.iter().all(|key| post.get(key).is_some()))
        };
        Some((SYSTEMS.iter().find(has_all)?, list.as_slice()))
    });
    let one = || {
        let list = std::slice::from_ref(value);
        let last = SYSTEMS.last().filter(|system| system.keys.iter().all(|key| value.get(key).is_some()))?;
        Some((last, list))
    };
    here.or_else(|| {
        let inside: Box<dyn Iterator<Item = &Value>> = match value {
            Value::Array(list) => Box::new(list.iter().take(50)),
            Value::Object(object) => Box::new(object.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Box::new(std::iter::empty())
            }
        };
        inside.filter_map(find).max_by_key(|(_, list)| list.len())
    })
    .or_else(one)
}

/// An object with posts as JSON-LD has them.
fn find_blog(value: &Value) -> Option<&Value> {
    if value.get("liveBlogUpdate").is_some() {
        return Some(value);
    }
    match value {
        Value::Array(list) => list.iter().take(50).find_map(find_blog),
        Value::Object(object) => object.values().find_map(find_blog),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// What the answer says of the whole. The keys of the systems do not clash.
fn about(options: &Options<'_>, value: &Value, url: Option<&Url>) -> Coverage {
    let inner = value.get("data").unwrap_or(value);
    let said = |keys: &[&str]| keys.iter().find_map(|key| inner.get(key).and_then(Value::as_str));
    let moment = |keys: &[&str]| Some(stamp(options, keys.iter().find_map(|key| inner.get(key)))?.moment);
    let is_live = inner.get("isLive").and_then(Value::as_bool);
    let design = inner.pointer("/format/design").and_then(Value::as_str);
    let by_design = design.map(|design| !design.starts_with("Dead"));
    let older = inner.pointer("/pagination/older").and_then(Value::as_str);
    let interval = inner.get("refresh_interval").and_then(Value::as_u64);
    let mut coverage = Coverage {
        title: said(&["headline", "webTitle", "title"]).map(strip_markup).filter(|title| !title.is_empty()),
        start: moment(&["startDateTime", "coverageStartTime"]),
        end: moment(&["endDateTime"]).filter(|end| end.at <= options.now && is_live != Some(true)),
        modified: inner.pointer("/seo/dateModified").and_then(|at| Some(stamp(options, Some(at))?.moment)),
        older: older.and_then(|older| declared::join(url, older)),
        interval: interval.map(Duration::from_secs),
        ..Coverage::default()
    };
    coverage.signs.is_live = is_live.or(by_design);
    coverage
}

/// A time as a string, or as seconds or milliseconds since 1970.
fn stamp(options: &Options<'_>, value: Option<&Value>) -> Option<Stamp> {
    let value = value?;
    match value.as_i64() {
        Some(number) => Stamp::unix(number),
        None => Stamp::read(options, value.as_str()?),
    }
}

/// A time that is in UTC and does not say so.
fn utc(options: &Options<'_>, value: Option<&Value>) -> Option<Stamp> {
    let text = value?.as_str()?;
    let has_zone = text.ends_with('Z') || text.get(11..).is_some_and(|clock| clock.contains(['+', '-']));
    Stamp::read(options, &if has_zone { text.to_owned() } else { format!("{text}Z") })
}

fn text_of(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => normal(text),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    };
    (!text.is_empty()).then_some(text)
}

/// Plain text as markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn flag(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool).unwrap_or_default()
}

fn markup(text: String) -> Text<'static> {
    if text.trim().is_empty() { Text::None } else { Text::Markup(text) }
}

fn guardian(options: &Options<'_>, block: &Value) -> Option<Sketch<'static>> {
    let mut body = String::new();
    for element in block.get("elements")?.as_array()? {
        if let Some(html) = element.get("html").and_then(Value::as_str) {
            body.push_str(html);
        }
        let picture = element.pointer("/media/allImages/0/url").and_then(Value::as_str);
        if let Some(picture) = picture {
            let caption = element.pointer("/data/caption").and_then(Value::as_str).unwrap_or_default();
            let caption = escaped(caption);
            let picture = escaped(picture);
            body.extend([
                "<figure><img src=\"",
                &picture,
                "\"><figcaption>",
                &caption,
                "</figcaption></figure>",
            ]);
        }
    }
    let authors = declared::names(block.get("contributors"));
    Some(Sketch {
        ids: text_of(block.get("id")).into_iter().collect(),
        published: stamp(options, block.get("blockFirstPublished"))
            .or_else(|| stamp(options, block.get("blockCreatedOn"))),
        modified: stamp(options, block.get("blockLastUpdated")),
        title: block.get("title").and_then(Value::as_str).map(strip_markup).filter(|title| !title.is_empty()),
        author: (!authors.is_empty()).then(|| authors.join(", ")),
        text: markup(body),
        marks: Marks {
            pinned: flag(block, "/attributes/pinned"),
            key_event: flag(block, "/attributes/keyEvent"),
            removed: false,
        },
        ..Sketch::default()
    })
}

#[expect(clippy::unnecessary_wraps, reason = "one shape for all systems")]
fn bbc(options: &Options<'_>, post: &Value) -> Option<Sketch<'static>> {
    let header = post.get("header");
    let title = part_of(header, "headline");
    let under = part_of(header, "subheadline");
    let mut body = String::new();
    push_paragraphs(post.get("content"), &mut body);
    let author = under.as_deref().and_then(article::person);
    if let Some(under) = under.filter(|_| author.is_none()) {
        body.insert_str(0, &format!("<p>{under}</p>"));
    }
    Some(Sketch {
        ids: text_of(post.get("urn")).into_iter().collect(),
        published: stamp(options, post.pointer("/dates/firstPublished")),
        modified: stamp(options, post.pointer("/dates/lastPublished")),
        title,
        author,
        text: markup(body),
        marks: Marks { key_event: flag(post, "/options/isBreakingNews"), ..Marks::default() },
        ..Sketch::default()
    })
}

/// The text of the block of a kind within nested blocks.
fn part_of(value: Option<&Value>, kind: &str) -> Option<String> {
    let value = value?;
    if value.get("type").and_then(Value::as_str) == Some(kind) {
        let mut text = String::new();
        push_paragraphs(Some(value), &mut text);
        return Some(strip_markup(&text)).filter(|text| !text.is_empty());
    }
    let blocks = value.pointer("/model/blocks")?.as_array()?;
    blocks.iter().find_map(|block| part_of(Some(block), kind))
}

/// The paragraphs of nested blocks as markup.
fn push_paragraphs(value: Option<&Value>, into: &mut String) {
    let Some(value) = value else { return };
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    let text = value.pointer("/model/text").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if let Some(text) = text.filter(|_| kind != "fragment") {
        let tag = match kind {
            "listItem" => "li",
            "subheadline" | "headline" | "crosshead" => "h3",
            _ => "p",
        };
        into.extend(["<", tag, ">", &escaped(text), "</", tag, ">"]);
        return;
    }
    let blocks = value.pointer("/model/blocks").and_then(Value::as_array);
    blocks.into_iter().flatten().for_each(|block| push_paragraphs(Some(block), into));
}

fn sourcefabric(options: &Options<'_>, post: &Value) -> Option<Sketch<'static>> {
    // Comments of readers, and what is not published yet.
    let status = post.get("post_status").and_then(Value::as_str);
    let removed = flag(post, "/deleted");
    if matches!(status, Some("comment" | "submitted" | "draft")) && !removed {
        return None;
    }
    let groups = post.get("groups").and_then(Value::as_array).into_iter().flatten();
    let refs = groups.filter_map(|group| group.get("refs")?.as_array()).flatten();
    let mut body = String::new();
    let mut author = None;
    for item in refs.filter_map(|part| part.get("item")) {
        body.push_str(item.get("text").and_then(Value::as_str).unwrap_or_default());
        author = author.or_else(|| text_of(item.get("byline").or_else(|| item.pointer("/meta/byline"))));
    }
    let name =
        ["/original_creator/byline", "/original_creator/display_name", "/publisher/display_name", "/byline"];
    Some(Sketch {
        ids: text_of(post.get("_id")).into_iter().collect(),
        published: stamp(options, post.get("published_date")),
        modified: stamp(options, post.get("content_updated_date").or_else(|| post.get("_updated"))),
        author: author.or_else(|| name.iter().find_map(|name| text_of(post.pointer(name)))),
        text: markup(body),
        marks: Marks { pinned: flag(post, "/sticky"), key_event: flag(post, "/lb_highlight"), removed },
        ..Sketch::default()
    })
}

#[expect(clippy::unnecessary_wraps, reason = "one shape for all systems")]
fn wordpress(options: &Options<'_>, entry: &Value) -> Option<Sketch<'static>> {
    let content =
        entry.get("render").or_else(|| entry.get("content")).and_then(Value::as_str).unwrap_or_default();
    let authors = declared::names(entry.get("authors"));
    let kind = entry.get("type").and_then(Value::as_str);
    Some(Sketch {
        ids: text_of(entry.get("id")).into_iter().collect(),
        url: entry.get("share_link").and_then(Value::as_str).and_then(|link| Url::parse(link).ok()),
        published: stamp(options, entry.get("entry_time")).or_else(|| stamp(options, entry.get("timestamp"))),
        modified: stamp(options, entry.get("timestamp")),
        author: (!authors.is_empty()).then(|| authors.join(", ")),
        text: markup(content.to_owned()),
        marks: Marks {
            key_event: flag(entry, "/key_event"),
            removed: kind == Some("delete"),
            ..Marks::default()
        },
        ..Sketch::default()
    })
}

fn al_jazeera(options: &Options<'_>, update: &Value) -> Option<Sketch<'static>> {
    let html = |key: &str| {
        let value = update.get(key)?;
        value.as_str().or_else(|| value.get("rendered")?.as_str())
    };
    let authors = declared::names(update.get("author"));
    Some(Sketch {
        ids: text_of(update.get("id")).into_iter().collect(),
        published: utc(options, update.get("date_gmt").or_else(|| update.get("date"))),
        modified: utc(options, update.get("modified_gmt")),
        title: html("title").map(strip_markup).filter(|title| !title.is_empty()),
        author: (!authors.is_empty()).then(|| authors.join(", ")),
        text: markup(html("content")?.to_owned()),
        ..Sketch::default()
    })
}
