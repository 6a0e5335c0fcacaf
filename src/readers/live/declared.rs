//! Posts as a page's JSON-LD has them: `LiveBlogPosting` with its `liveBlogUpdate`.

use super::{Marks, Options, POSTS_MAX, Sketch, Text, stamp::Stamp};
use crate::{
    model::Origin,
    page::Page,
    text::{normal, strip_markup},
};
use serde_json::Value;
use url::Url;

/// What the JSON-LD of a page says.
#[derive(Debug, Default)]
pub(super) struct Declared<'a> {
    /// Its posts in its order.
    pub(super) sketches: Vec<Sketch<'a>>,
    /// The object of the whole.
    pub(super) blog: Option<&'a Value>,
}

/// Reads the live blog that a page declares; of several the one with most posts.
pub(super) fn read<'a>(options: &Options<'_>, page: &'a Page) -> Declared<'a> {
    let is_own = |blog: &&Value| !updates(blog).is_empty() || !is_elsewhere(page, blog);
    let blogs = page.json_ld().iter().filter(|object| is_blog(object)).filter(is_own);
    let blog = blogs.max_by_key(|blog| updates(blog).len());
    let sketches = blog.map(|blog| sketches(options, blog, page.base_url())).unwrap_or_default();
    Declared { sketches, blog }
}

/// Whether a blog says that it is at another page: an article names the live page that it belongs to.
fn is_elsewhere(page: &Page, blog: &Value) -> bool {
    let addresses = ["url", "@id", "mainEntityOfPage"].iter().filter_map(|key| string(blog.get(key)));
    let mut addresses = addresses.filter_map(|address| join(page.base_url(), address)).peekable();
    let own = [page.base_url().cloned(), page.canonical()];
    let is_here = |address: &Url| own.iter().flatten().any(|own| is_same_page(own, address));
    page.base_url().is_some() && addresses.peek().is_some() && !addresses.any(|address| is_here(&address))
}

/// The posts of a `LiveBlogPosting`.
pub(super) fn sketches<'a>(options: &Options<'_>, blog: &Value, base: Option<&Url>) -> Vec<Sketch<'a>> {
    let own = names(blog.get("author"));
    let updates = updates(blog).into_iter().take(POSTS_MAX);
    updates.map(|update| sketch(options, update, base, &own)).collect()
}

fn sketch<'a>(options: &Options<'_>, update: &Value, base: Option<&Url>, own: &[String]) -> Sketch<'a> {
    let said = |key: &str| string(update.get(key)).filter(|text| !text.trim().is_empty());
    let stamp = |key: &str| Stamp::read(options, said(key)?);
    let address = |key: &str| {
        said(key).filter(|address| address.contains(['/', '#'])).and_then(|address| join(base, address))
    };
    let url = address("url").or_else(|| address("@id")).or_else(|| address("mainEntityOfPage"));
    let mut ids: Vec<String> = url.as_ref().and_then(|url| id_in(url, base)).into_iter().collect();
    ids.extend(said("@id").filter(|id| !id.contains(['/', '#'])).map(str::to_owned));
    ids.extend(said("identifier").map(str::to_owned));
    let title = said("headline").or_else(|| said("name")).map(strip_markup).filter(|title| !title.is_empty());
    let body = ["articleBody", "text", "description"].iter().find_map(|key| said(key));
    let authors = names(update.get("author"));
    // Where the page's writers stand on each post, who wrote which is not said.
    let is_told = own.len() < 2 || authors != own;
    Sketch {
        from: Some(Origin::JsonLd),
        ids,
        url,
        published: stamp("datePublished").or_else(|| stamp("dateCreated")),
        modified: stamp("dateModified"),
        title,
        author: (is_told && !authors.is_empty()).then(|| authors.join(", ")),
        text: body.map_or(Text::None, |body| Text::Markup(body.to_owned())),
        marks: Marks::default(),
    }
}

/// Whether an object is a live blog.
fn is_blog(object: &Value) -> bool {
    let is_it = |kind: &Value| kind.as_str() == Some("LiveBlogPosting");
    let kind = object.get("@type");
    kind.is_some_and(|kind| is_it(kind) || kind.as_array().is_some_and(|kinds| kinds.iter().any(is_it)))
        || object.get("liveBlogUpdate").is_some()
}

/// The posts of a blog: an array, or one object.
fn updates(blog: &Value) -> Vec<&Value> {
    match blog.get("liveBlogUpdate") {
        Some(Value::Array(updates)) => updates.iter().filter(|update| update.is_object()).collect(),
        Some(update @ Value::Object(_)) => vec![update],
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => Vec::new(),
    }
}

/// The names in an author: a string, an object with a name, or an array of these.
pub(super) fn names(author: Option<&Value>) -> Vec<String> {
    let name = |author: &Value| {
        let name = author.as_str().or_else(|| author.get("name")?.as_str())?;
        Some(normal(name)).filter(|name| !name.is_empty() && !name.contains("://"))
    };
    match author {
        Some(Value::Array(authors)) => authors.iter().filter_map(name).collect(),
        Some(author) => name(author).into_iter().collect(),
        None => Vec::new(),
    }
}

/// A string, or the address of an object that stands for one.
fn string(value: Option<&Value>) -> Option<&str> {
    let value = value?;
    value.as_str().or_else(|| value.get("@id")?.as_str())
}

/// An address as absolute http or https.
pub(super) fn join(base: Option<&Url>, address: &str) -> Option<Url> {
    let address = address.trim();
    let url = match base {
        Some(base) => base.join(address).ok()?,
        None => Url::parse(address).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// The id of a post in its address: the fragment, or the value of the only query that sets it apart from its page's.
pub(super) fn id_in(url: &Url, base: Option<&Url>) -> Option<String> {
    if let Some(fragment) = url.fragment().filter(|fragment| !fragment.is_empty()) {
        return Some(fragment.to_owned());
    }
    let base = base.filter(|base| base.path() == url.path() && base.host() == url.host())?;
    let mut pairs = url.query_pairs().filter(|pair| !base.query_pairs().any(|known| known == *pair));
    let (_, value) = pairs.next()?;
    (pairs.next().is_none() && !value.is_empty()).then(|| value.into_owned())
}

/// Whether two addresses are of one page.
pub(super) fn is_same_page(one: &Url, other: &Url) -> bool {
    one.host() == other.host() && one.path().trim_end_matches('/') == other.path().trim_end_matches('/')
}
