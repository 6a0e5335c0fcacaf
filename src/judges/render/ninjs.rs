//! ninjs 3.1 of an article, as newsroom systems take it: strictly what the schema of the IPTC knows.
//!
//! What is unknown is absent, and nothing is said that khabar does not know: no urgency, no terms of use. The
//! identity is `urn:khabar:<id>`, not the address, which several posts of a live page share and which changes.
//! The object's own times are khabar's (first seen, fetched); the publisher's is `contentCreated`. What has
//! no place (how exact a time is, the publisher's last change, warnings) is told in `edNote`. The links inside
//! the body and the similarity of a copy are left out.

use super::html::{address, html, known_language, strict};
use crate::model::{Article, Completeness, Image, Moment, Precision, Status};
use jiff::Timestamp;
use serde_json::{Value, json};

/// The schema that documents name.
const SCHEMA: &str = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#";

/// The ninjs file of an article.
pub(super) fn ninjs(article: &Article) -> String {
    let document = json!({
        "uri": uri(&article.id),
        "standard": { "name": "ninjs", "version": "3.1", "schema": SCHEMA },
        "type": "text",
        "representationType": representation(article.completeness),
        "profile": article.kind,
        "version": article.revision.to_string(),
        "firstCreated": article.first_seen.as_deref().and_then(time),
        "versionCreated": article.fetch.as_ref().and_then(|fetch| time(&fetch.at)),
        "contentCreated": article.published.and_then(moment),
        "pubStatus": if article.status == Status::Removed { "canceled" } else { "usable" },
        "edNote": note(article),
        "language": known_language(article),
        "title": article.title,
        "headlines": [said("main", Some(&article.title)), said("kicker", article.kicker.as_deref())],
        "by": article.byline,
        "located": article.place,
        "descriptions": [said("summary", article.summary.as_deref())],
        "bodies": bodies(article),
        "people": named(&article.authors, "author"),
        "infoSources": sources(article),
        "places": named(&article.place, "dateline"),
        "subjects": subjects(article),
        "events": [{ "id": article.story, "rel": article.story.as_ref().map(|_| "story") }],
        "renditions": [rendition(article.url.as_deref())],
        "associations": associations(article),
        "altIds": alternatives(article),
    });
    format!("{:#}\n", known(document))
}

/// A document without what is null or empty.
fn known(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key, known(value)))
            .filter(|(_, value)| !is_nothing(value))
            .collect(),
        Value::Array(values) => values.into_iter().map(known).filter(|value| !is_nothing(value)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The identity of what has an id of khabar.
fn uri(id: &str) -> String {
    format!("urn:khabar:{}", strict(id, ""))
}

fn representation(completeness: Completeness) -> &'static str {
    match completeness {
        Completeness::Full => "full",
        Completeness::Partial | Completeness::Teaser => "partial",
    }
}

/// A full date-time of RFC 3339, which has four digits for the year.
fn moment(moment: Moment) -> Option<String> {
    Some(moment.to_rfc3339()).filter(|text| !text.starts_with('-'))
}

/// [`moment`] of a time in UTC.
fn time(text: &str) -> Option<String> {
    let at: Timestamp = text.parse().ok()?;
    Some(at.to_string()).filter(|text| !text.starts_with('-'))
}

/// For the newsroom, not for its readers.
fn note(article: &Article) -> String {
    let precision = article.provenance.get("published").and_then(|from| from.precision);
    let precision = precision.filter(|_| article.published.is_some()).and_then(|precision| match precision {
        Precision::Day => Some("contentCreated is exact to the day.".to_owned()),
        Precision::Hour => Some("contentCreated is exact to the hour.".to_owned()),
        Precision::Second | Precision::Minute => None,
    });
    let is_news = |modified: &Moment| article.published.is_none_or(|published| published.at != modified.at);
    let modified = article.modified.filter(is_news).and_then(moment);
    let modified = modified.map(|at| format!("The publisher says that it was changed at {at}."));
    let moved = (article.status == Status::Moved).then(|| "It lives at another address now.".to_owned());
    let warnings = article.warnings.join(", ");
    let warnings = (!warnings.is_empty()).then(|| format!("Warnings: {warnings}."));
    [precision, modified, moved, warnings].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A text with its role.
fn said(role: &str, text: Option<&str>) -> Value {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => json!({ "role": role, "contentType": "text/plain", "value": text }),
        None => Value::Null,
    }
}

/// The body as text, and with its markup.
fn bodies(article: &Article) -> Value {
    let words = Some(article.words).filter(|words| *words > 0);
    let mut text = said("main", Some(&article.text));
    if let Some(text) = text.as_object_mut() {
        text.insert("charCount".to_owned(), json!(article.text.chars().count()));
        text.insert("wordCount".to_owned(), json!(words));
    }
    let html = html(article);
    let html =
        (!html.is_empty()).then(|| json!({ "role": "main", "contentType": "text/html", "value": html }));
    json!([text, html])
}

/// Things by their names.
fn named<'a>(names: impl IntoIterator<Item = &'a String>, rel: &str) -> Vec<Value> {
    let names = names.into_iter().filter(|name| !name.is_empty());
    names.map(|name| json!({ "name": name, "rel": rel })).collect()
}

/// The credited agencies, and the source that it was read at.
fn sources(article: &Article) -> Vec<Value> {
    let agencies = article.agencies.iter().filter(|name| !name.is_empty());
    let agencies = agencies.map(|name| json!({ "name": name, "role": "agency" }));
    let source = article.source.iter().map(|id| json!({ "literal": id, "role": "publisher" }));
    agencies.chain(source).collect()
}

fn subjects(article: &Article) -> Vec<Value> {
    named(&article.section, "section").into_iter().chain(named(&article.tags, "tag")).collect()
}

/// Where it is to be seen.
fn rendition(url: Option<&str>) -> Value {
    match url.and_then(address) {
        Some(href) => json!({ "name": "web", "href": href }),
        None => Value::Null,
    }
}

/// The pictures, the live page that it is a post of, and the article that it repeats or goes on with.
fn associations(article: &Article) -> Vec<Value> {
    let pictures = article.images.iter().zip(1..).map(|(image, at)| picture(article, image, at));
    let coverage =
        article.part_of.iter().map(|id| json!({ "name": "live coverage", "uri": uri(id), "rel": "partOf" }));
    let bond = article.duplicate.iter().map(
        |bond| json!({ "name": "earlier article", "uri": uri(&bond.of), "rel": bond.relation, "type": "text" }),
    );
    pictures.chain(coverage).chain(bond).collect()
}

/// A picture, which is its address, or a part of the article where that is unknown.
fn picture(article: &Article, image: &Image, at: usize) -> Value {
    if [&image.url, &image.caption, &image.credit].iter().all(|field| field.is_none()) {
        return Value::Null;
    }
    let mut rendition = rendition(image.url.as_deref());
    if let Some(rendition) = rendition.as_object_mut() {
        rendition.insert("width".to_owned(), json!(image.width));
        rendition.insert("height".to_owned(), json!(image.height));
    }
    let known = image.url.as_deref().and_then(address);
    json!({
        "name": format!("image {at}"),
        "uri": known.unwrap_or_else(|| format!("{}#image-{at}", uri(&article.id))),
        "rel": "image",
        "type": "picture",
        "descriptions": [said("caption", image.caption.as_deref())],
        "by": image.credit,
        "renditions": [rendition],
    })
}

/// Its id as it is in all other files, and every address that led to it.
fn alternatives(article: &Article) -> Vec<Value> {
    let id = json!({ "role": "id", "value": article.id });
    let url = article.url.iter().map(|url| json!({ "role": "url", "value": url }));
    let others = article.alt_urls.iter().map(|url| json!({ "role": "altUrl", "value": url }));
    std::iter::once(id).chain(url).chain(others).collect()
}
