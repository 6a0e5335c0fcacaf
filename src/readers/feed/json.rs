//! JSON Feed as people publish it: other versions, numbers for ids, one author as a text, a missing title.

use super::{
    document::Aside,
    media::{Media, Medium},
};
use serde_json::{Map, Value, json, value::RawValue};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// Attachments of an item that are looked at.
const MEDIA_MAX: usize = 64;

/// A JSON feed, item by item.
#[derive(Debug)]
pub(super) struct Json<'t> {
    /// All but its items.
    top: Map<String, Value>,
    items: Vec<&'t RawValue>,
    /// The page with older items.
    pub(super) next: Option<String>,
    /// The feed's own address.
    pub(super) own: Option<String>,
    /// Where it can be subscribed to.
    pub(super) hub: Option<String>,
    pub(super) repairs: BTreeSet<&'static str>,
    /// The media of the items that were asked for last.
    media: Vec<Vec<Medium>>,
}

/// Whether a text begins as JSON does.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Reads a text as a JSON feed. `Err`: it is no JSON, or no feed.
pub(super) fn read(text: &str) -> Result<Json<'_>, String> {
    let mut repairs = BTreeSet::new();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<BTreeMap<String, &RawValue>>();
    let (mut top, items) = match stream.next() {
        Some(Ok(mut parts)) => {
            if !text.get(stream.byte_offset()..).unwrap_or_default().trim().is_empty() {
                repairs.insert("feed/junk-behind");
            }
            let items = parts.remove("items").or_else(|| parts.remove("entries"));
            let items = items.and_then(|items| serde_json::from_str(items.get()).ok());
            let top = parts.into_iter().map(|(key, value)| (key, serde_json::from_str(value.get())));
            (top.filter_map(|(key, value)| Some((key, value.ok()?))).collect(), items)
        }
        Some(Err(error)) => {
            let (top, items) = whole_items(text).ok_or_else(|| error.to_string())?;
            repairs.insert("feed/cut");
            (top, Some(items))
        }
        None => return Err("the JSON is empty".to_owned()),
    };
    let items: Vec<&RawValue> = items.ok_or_else(|| "the JSON has no list of items".to_owned())?;
    let version = top.get("version").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !version.contains("jsonfeed.org/version") && !items.iter().all(|item| is_item(item)) {
        return Err("the JSON names no version of JSON Feed".to_owned());
    }
    if !version.starts_with("https://jsonfeed.org/version/1") {
        repairs.insert("feed/version");
        top.insert("version".to_owned(), json!("https://jsonfeed.org/version/1.1"));
    }
    let text_of = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let (next, own) = (text_of(top.get("next_url")), text_of(top.get("feed_url")));
    let hub = top.get("hubs").and_then(Value::as_array).and_then(|hubs| text_of(hubs.first()?.get("url")));
    mend_feed(&mut top, &mut repairs);
    Ok(Json { top, items, next, own, hub, repairs, media: Vec::new() })
}

impl Json<'_> {
    /// How many items there are.
    pub(super) const fn len(&self) -> usize {
        self.items.len()
    }

    /// The feed with some of its items, as feed-rs reads it.
    pub(super) fn part(&mut self, items: Range<usize>) -> String {
        let mut mended = Vec::new();
        self.media.clear();
        for item in self.items.get(items).unwrap_or_default() {
            if let Ok(Value::Object(mut item)) = serde_json::from_str(item.get()) {
                self.media.push(media(&mut item));
                mend_item(&mut item, &mut self.repairs);
                mended.push(Value::Object(item));
            } else {
                self.repairs.insert("feed/entry-lost");
            }
        }
        let mut top = self.top.clone();
        top.insert("items".to_owned(), Value::Array(mended));
        Value::Object(top).to_string()
    }

    /// What belongs to the items that were asked for last.
    pub(super) fn asides(&mut self) -> Vec<Aside> {
        let aside = |media| Aside { media: Media { media, description: None }, ..Aside::default() };
        std::mem::take(&mut self.media).into_iter().map(aside).collect()
    }
}

/// What stands before the items of a text that breaks off, and the items that are whole.
fn whole_items(text: &str) -> Option<(Map<String, Value>, Vec<&RawValue>)> {
    let start = text.find("\"items\"").and_then(|at| Some(at + text.get(at..)?.find('[')? + 1))?;
    let top = format!("{}]}}", text.get(..start)?);
    let mut rest = text.get(start..)?;
    let mut items = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let Some(Ok(item)) = stream.next() else { break };
        items.push(item);
        rest = rest.get(stream.byte_offset()..)?;
    }
    let top = serde_json::from_str(&top).ok()?;
    (!items.is_empty()).then_some((top, items))
}

fn is_item(item: &RawValue) -> bool {
    ["\"url\"", "\"content_html\"", "\"content_text\""].iter().any(|key| item.get().contains(key))
}

/// The attachments and pictures of an item, which are taken from it: feed-rs would take an attachment for its page.
fn media(item: &mut Map<String, Value>) -> Vec<Medium> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let attached = item.remove("attachments");
    let attached = attached.as_ref().and_then(Value::as_array).into_iter().flatten();
    let attached = attached.take(MEDIA_MAX).filter_map(|one| {
        let caption = text(one.get("title"));
        Some(Medium { url: text(one.get("url"))?, mime: text(one.get("mime_type")), caption, credit: None })
    });
    let pictures = ["image", "banner_image"].into_iter().filter_map(|key| {
        Some(Medium { url: text(item.get(key))?, mime: Some("image/*".to_owned()), ..Medium::default() })
    });
    attached.chain(pictures).collect()
}

/// A number or a yes where a text is wanted becomes one; whatever else stands there is dropped.
fn texts(object: &mut Map<String, Value>, keys: &[&str], repairs: &mut BTreeSet<&'static str>) {
    for key in keys {
        let Some(value) = object.get_mut(*key) else { continue };
        let text = match value {
            Value::String(_) | Value::Null => continue,
            Value::Number(number) => Value::String(number.to_string()),
            Value::Bool(said) => Value::String(said.to_string()),
            Value::Array(_) | Value::Object(_) => Value::Null,
        };
        *value = text;
        repairs.insert("feed/type");
    }
}

fn mend_feed(top: &mut Map<String, Value>, repairs: &mut BTreeSet<&'static str>) {
    texts(
        top,
        &["title", "home_page_url", "feed_url", "language", "description", "icon", "favicon"],
        repairs,
    );
    if !top.get("title").is_some_and(Value::is_string) {
        repairs.insert("feed/no-title");
        top.insert("title".to_owned(), json!(""));
    }
    // feed-rs takes the feed's own address for the page it belongs to where that is missing.
    top.remove("feed_url");
    authors(top, repairs);
}

fn mend_item(item: &mut Map<String, Value>, repairs: &mut BTreeSet<&'static str>) {
    const TEXTS: [&str; 9] = [
        "id",
        "url",
        "external_url",
        "title",
        "content_html",
        "content_text",
        "summary",
        "date_published",
        "date_modified",
    ];
    texts(item, &TEXTS, repairs);
    authors(item, repairs);
    if let Some(tags) = item.get_mut("tags") {
        let found = match tags {
            Value::Array(tags) => tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect(),
            Value::String(tags) => tags.split(',').map(|tag| tag.trim().to_owned()).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
        };
        *tags = json!(found);
    }
}

/// One author or several, as objects with a name.
fn authors(object: &mut Map<String, Value>, repairs: &mut BTreeSet<&'static str>) {
    let mut found = Vec::new();
    for key in ["author", "authors"] {
        let Some(value) = object.remove(key) else { continue };
        let list = if let Value::Array(list) = value { list } else { vec![value] };
        for one in list {
            match one {
                Value::String(name) => {
                    repairs.insert("feed/type");
                    found.push(json!({ "name": name }));
                }
                Value::Object(mut one) => {
                    texts(&mut one, &["name", "url"], repairs);
                    found.push(Value::Object(one));
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
            }
        }
    }
    if !found.is_empty() {
        object.insert("authors".to_owned(), Value::Array(found));
    }
}
