//! What the page declares about the article in JSON-LD and `meta` elements.

use super::byline;
use crate::{model::Origin, page::Page, text};
use serde_json::Value;
use url::Url;

/// A declared value and where it was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said<T> {
    /// The value.
    pub(super) value: T,
    /// JSON-LD or meta.
    pub(super) from: Origin,
    /// The key.
    pub(super) rule: &'static str,
}

/// The declared fields.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// Headlines, best first.
    pub(super) titles: Vec<Said<String>>,
    /// Times of publication, best first.
    pub(super) published: Vec<Said<String>>,
    /// Times of the last change.
    pub(super) modified: Vec<Said<String>>,
    /// Authors; organizations among them.
    pub(super) authors: Option<Said<Vec<String>>>,
    /// Section.
    pub(super) section: Option<Said<String>>,
    /// Tags.
    pub(super) tags: Option<Said<Vec<String>>>,
    /// Description.
    pub(super) description: Option<Said<String>>,
    /// Address of the main picture, as written.
    pub(super) image: Option<Said<String>>,
    /// Name of the site.
    pub(super) site: Option<String>,
    /// Name of the publisher.
    pub(super) publisher: Option<String>,
    /// What the site calls itself, by these and by its domain; folded.
    pub(super) own_names: Vec<String>,
    /// The body as the publisher's data has it, often cut or stale.
    pub(super) body: Option<String>,
    /// Whether the whole text is free; none where not said.
    pub(super) is_free: Option<bool>,
}

impl Declared {
    /// Reads what the page declares.
    pub(super) fn read(page: &Page) -> Self {
        let objects = page.json_ld();
        let article = objects.iter().find(|object| is_article(object));
        let mut declared = Self::default();
        if let Some(article) = article {
            declared.read_object(article, objects);
        }
        declared.read_metas(page);
        declared.own_names = declared.own_names(page);
        declared
    }

    /// Its declared names, and that of its domain, which is one word where a person's name is two.
    fn own_names(&self, page: &Page) -> Vec<String> {
        let host = page.base_url().and_then(Url::host_str);
        let domain = host.map(|host| psl::domain_str(host).unwrap_or(host));
        let label = domain.and_then(|domain| domain.split('.').next());
        let names = [self.site.as_deref(), self.publisher.as_deref(), label];
        names.into_iter().flatten().map(text::fold).collect()
    }

    fn read_object(&mut self, article: &Value, objects: &[Value]) {
        let said = |key: &'static str| {
            let value = string(article.get(key)?)?;
            Some(Said { value, from: Origin::JsonLd, rule: key })
        };
        self.titles.extend(said("headline"));
        self.published.extend(said("datePublished").or_else(|| said("dateCreated")));
        self.modified.extend(said("dateModified"));
        self.description = said("description");
        self.section = said("articleSection");
        self.image = article
            .get("image")
            .or_else(|| article.get("thumbnailUrl"))
            .and_then(image_url)
            .map(|value| Said { value, from: Origin::JsonLd, rule: "image" });
        let authors = article.get("author").map(|value| names(value, objects)).unwrap_or_default();
        if !authors.is_empty() {
            self.authors = Some(Said { value: authors, from: Origin::JsonLd, rule: "author" });
        }
        let tags = article.get("keywords").map(list).unwrap_or_default();
        if !tags.is_empty() {
            self.tags = Some(Said { value: tags, from: Origin::JsonLd, rule: "keywords" });
        }
        self.body = article.get("articleBody").and_then(Value::as_str).map(str::to_owned);
        self.is_free = article.get("isAccessibleForFree").and_then(truth);
        self.publisher = article.get("publisher").and_then(|publisher| string(publisher.get("name")?));
        self.site = self.publisher.clone();
    }

    fn read_metas(&mut self, page: &Page) {
        let said = |names: &[&'static str]| {
            names.iter().find_map(|name| {
                let value = page.meta(&[*name])?.to_owned();
                Some(Said { value, from: Origin::Meta, rule: name })
            })
        };
        self.titles.extend(said(&["og:title"]));
        self.titles.extend(said(&["twitter:title", "dc.title", "parsely-title", "sailthru.title"]));
        self.published.extend(said(PUBLISHED));
        self.modified.extend(said(MODIFIED));
        self.section =
            self.section.take().or_else(|| said(&["article:section", "section", "parsely-section"]));
        self.description =
            said(&["og:description", "description", "twitter:description"]).or(self.description.take());
        let image = said(&["og:image", "og:image:url", "twitter:image", "twitter:image:src"]);
        self.image = self.image.take().or(image);
        self.site = page.meta(&["og:site_name", "application-name"]).map(str::to_owned).or(self.site.take());
        let generator = page.meta(&["generator"]).map(text::fold).unwrap_or_default();
        let written = |authors| without_programs(authors, &generator);
        let authors = self.authors.take().and_then(written);
        self.authors = authors.or_else(|| meta_authors(page).and_then(written));
        if self.tags.is_none() {
            self.tags = meta_tags(page);
        }
    }
}

/// Authors without what the page was made with, which is no person; `generator` is what it says of that, folded.
fn without_programs(mut authors: Said<Vec<String>>, generator: &str) -> Option<Said<Vec<String>>> {
    let is_program = |name: &String| {
        let behind = generator.strip_prefix(&text::fold(name));
        byline::is_program(name) || behind.is_some_and(|behind| !behind.starts_with(char::is_alphabetic))
    };
    authors.value.retain(|name| !is_program(name));
    (!authors.value.is_empty()).then_some(authors)
}

/// Names of `meta` elements with the time of publication, best first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "datepublished",
    "date.published",
    "publishdate",
    "publish-date",
    "publish_date",
    "published_time",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "citation_online_date",
    "pubdate",
    "article.published",
    "cxenseparse:recs:publishtime",
    "article:publication_date",
    "originalpublicationdate",
    "date",
];

/// Names of `meta` elements with the time of the last change.
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "lastmod",
];

fn meta_authors(page: &Page) -> Option<Said<Vec<String>>> {
    let keys = [
        "author",
        "article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "byl",
        "cxenseparse:author",
    ];
    keys.iter().find_map(|key| {
        let names: Vec<_> =
            page.meta_all(key).filter(|name| !name.contains("://")).map(str::to_owned).collect();
        (!names.is_empty()).then_some(Said { value: names, from: Origin::Meta, rule: key })
    })
}

fn meta_tags(page: &Page) -> Option<Said<Vec<String>>> {
    let tags: Vec<_> = page.meta_all("article:tag").flat_map(split_tags).collect();
    if !tags.is_empty() {
        return Some(Said { value: tags, from: Origin::Meta, rule: "article:tag" });
    }
    let tags: Vec<_> =
        page.meta_all("news_keywords").chain(page.meta_all("keywords")).flat_map(split_tags).collect();
    (!tags.is_empty()).then_some(Said { value: tags, from: Origin::Meta, rule: "keywords" })
}

fn split_tags(tags: &str) -> impl Iterator<Item = String> {
    tags.split([',', '،', ';', '、']).map(text::normal).filter(|tag| !tag.is_empty())
}

/// Whether a JSON-LD object describes an article.
fn is_article(object: &Value) -> bool {
    let named = |name: &str| {
        name.ends_with("Article")
            || matches!(name, "BlogPosting" | "Report" | "LiveBlogPosting" | "SocialMediaPosting")
    };
    object.get("@type").is_some_and(|kind| match kind.as_array() {
        Some(names) => names.iter().filter_map(Value::as_str).any(named),
        None => kind.as_str().is_some_and(named),
    })
}

/// A value's text: its own, its first element's, or its `@value` or `name`.
fn string(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text::normal(&text::strip_markup(&text::unescape(text))),
        Value::Array(values) => values.first().and_then(Value::as_str).map(text::normal)?,
        Value::Object(object) => text::normal(object.get("@value").or_else(|| object.get("name"))?.as_str()?),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(is) => Some(*is),
        Value::String(word) => word.to_ascii_lowercase().parse().ok(),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The persons of an `author` value; references are looked up among the page's objects.
fn names(value: &Value, objects: &[Value]) -> Vec<String> {
    let each = |value: &Value| match value {
        Value::String(name) => Some(text::normal(&text::unescape(name))),
        Value::Object(object) => object.get("name").and_then(string).or_else(|| {
            let id = object.get("@id")?;
            let found =
                objects.iter().find(|other| other.get("@id") == Some(id) && other.get("name").is_some())?;
            string(found.get("name")?)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    };
    let found: Vec<String> = match value.as_array() {
        Some(values) => values.iter().filter_map(each).collect(),
        None => each(value).into_iter().collect(),
    };
    found.into_iter().filter(|name| !name.is_empty() && !name.contains("://")).collect()
}

fn list(value: &Value) -> Vec<String> {
    match value.as_array() {
        Some(values) => values.iter().filter_map(string).collect(),
        None => string(value).iter().flat_map(|tags| split_tags(tags)).collect(),
    }
}

fn image_url(value: &Value) -> Option<String> {
    match value {
        Value::String(url) => Some(url.clone()),
        Value::Array(values) => values.first().and_then(image_url),
        Value::Object(object) => {
            object.get("url").or_else(|| object.get("contentUrl"))?.as_str().map(str::to_owned)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
