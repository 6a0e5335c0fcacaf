//! The article, field by field as it is written to disk (`khabar/article/1`).

use super::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name and version of the schema of [`Article`].
pub const SCHEMA: &str = "khabar/article/1";

/// What an article file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An article with a page of its own.
    #[default]
    Article,
    /// A post of a live page.
    Post,
    /// A headline-only entry.
    Brief,
}

/// What the publisher did with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is there.
    #[default]
    Current,
    /// It was taken down.
    Removed,
    /// It lives at another address now.
    Moved,
}

/// How much of the article could be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Completeness {
    /// The whole body.
    #[default]
    Full,
    /// A part of it (a paywall, a page cut short).
    Partial,
    /// Only the feed's summary; the reason is in `warnings`.
    Teaser,
}

/// Direction of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    #[default]
    Ltr,
    /// Right to left.
    Rtl,
}

/// What kind of block it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// The lead printed over the body.
    Standfirst,
    /// A paragraph.
    Paragraph,
    /// A crosshead; `level` 1 to 6.
    Heading,
    /// A quotation set apart.
    Quote,
    /// A list; `items`.
    List,
    /// A table; `rows`.
    Table,
    /// A picture in the text; `url` and the caption as `text`.
    Image,
    /// A post of a social network or another embedded thing, with its text.
    Embed,
    /// Code.
    Code,
}

/// One block of the body, in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Block {
    /// Its kind.
    pub kind: BlockKind,
    /// Its text; of a list or table the items or cells joined by line breaks.
    pub text: String,
    /// Of a heading, 1 to 6.
    #[schemars(range(min = 1, max = 6))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// Of a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// Of a table, row by row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<String>>,
    /// Of an image or embed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Block {
    /// A block of text alone.
    pub fn text(kind: BlockKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), level: None, items: Vec::new(), rows: Vec::new(), url: None }
    }

    /// A list; its text is one item a line.
    pub fn list(items: Vec<String>) -> Self {
        Self { text: items.join("\n"), items, ..Self::text(BlockKind::List, "") }
    }

    /// A table; its text is one cell a line.
    pub fn table(rows: Vec<Vec<String>>) -> Self {
        Self { text: rows.concat().join("\n"), rows, ..Self::text(BlockKind::Table, "") }
    }

    /// A crosshead.
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self { level: Some(level), ..Self::text(BlockKind::Heading, text) }
    }
}

/// A picture of the article.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Image {
    /// Absolute address; unknown in flattened text.
    pub url: Option<String>,
    /// Caption as printed, once.
    pub caption: Option<String>,
    /// Credit as printed.
    pub credit: Option<String>,
    /// Width in pixels, as declared.
    pub width: Option<u32>,
    /// Height in pixels, as declared.
    pub height: Option<u32>,
}

/// A link inside the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Link {
    /// Absolute http(s) address.
    pub url: String,
    /// Its text.
    pub text: String,
}

/// How two articles belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The same content.
    Duplicate,
    /// A syndicated copy.
    Copy,
    /// A newer state of the same story.
    Update,
    /// The same event in other words.
    SameEvent,
    /// The same template; linked to nothing.
    Template,
    /// A revision of the same URL.
    Revision,
}

/// The article that this one repeats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Duplicate {
    /// Id of the earlier article.
    pub of: String,
    /// How they belong together.
    pub relation: Relation,
    /// Shared share of the text, 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub similarity: f64,
}

/// Where a field's value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A configured selector.
    Rule,
    /// The system's own JSON.
    Json,
    /// JSON-LD in the page.
    JsonLd,
    /// Microdata in the page.
    Microdata,
    /// `meta` elements, Open Graph among them.
    Meta,
    /// The feed or listing entry.
    Feed,
    /// Generic reading of the page.
    Generic,
}

/// Which source won for a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Provenance {
    /// The winning source.
    pub from: Origin,
    /// The selector or key that matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The raw string, where the value was read out of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// Of a time: the zone it was read in (IANA name, or the printed offset).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Of a time: how exact it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<super::Precision>,
}

impl Provenance {
    /// A value that came from `from`.
    pub const fn from(from: Origin) -> Self {
        Self { from, rule: None, raw: None, zone: None, precision: None }
    }
}

/// The fetch that an article was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct FetchFacts {
    /// When, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub at: String,
    /// Address after redirects.
    pub final_url: String,
    /// HTTP status.
    pub status: u16,
    /// Length of the decoded body in bytes.
    pub bytes: u64,
    /// SHA-256 of the decoded body, hex.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: String,
}

/// An extracted article. Nothing is ever made up: what is unknown is null or empty.
///
/// It is a file of the tree; where only one stage is run, `source`, `firstSeen` and `fetch` are null.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Article {
    /// Name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// Stable identity, over changes of address, title and date.
    #[schemars(regex(pattern = "^[a-z2-7]{16}$"))]
    pub id: String,
    /// Article, post or brief.
    pub kind: Kind,
    /// From 1; grows when the publisher's content changes.
    #[schemars(range(min = 1))]
    pub revision: u64,
    /// What the publisher did with it.
    pub status: Status,
    /// How much could be had.
    pub completeness: Completeness,
    /// Canonical ASCII URI; null where an entry of a feed leads nowhere.
    pub url: Option<String>,
    /// Other addresses that led here.
    pub alt_urls: Vec<String>,
    /// Id of the configured source.
    #[schemars(required)]
    pub source: Option<String>,
    /// Headline.
    pub title: String,
    /// Section label printed over the headline.
    pub kicker: Option<String>,
    /// The standfirst printed on the page, else the feed's or the page's description.
    pub summary: Option<String>,
    /// The author's line as printed.
    pub byline: Option<String>,
    /// Persons of the byline.
    pub authors: Vec<String>,
    /// Credited agencies.
    pub agencies: Vec<String>,
    /// Dateline place.
    pub place: Option<String>,
    /// Section.
    pub section: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// BCP 47; `und` where unknown.
    pub language: String,
    /// Follows the text.
    pub direction: Direction,
    /// First published, with the publisher's offset.
    pub published: Option<Moment>,
    /// Last modified, with the publisher's offset.
    pub modified: Option<Moment>,
    /// When it was first seen, RFC 3339 in UTC.
    #[schemars(required, extend("format" = "date-time"))]
    pub first_seen: Option<String>,
    /// Blocks in reading order.
    pub body: Vec<Block>,
    /// The blocks' text joined by blank lines (captions of image blocks left out).
    pub text: String,
    /// Words in `text`.
    pub words: usize,
    /// Pictures, those of the body among them.
    pub images: Vec<Image>,
    /// Links inside the body.
    pub links: Vec<Link>,
    /// Id of the live coverage that a post belongs to.
    pub part_of: Option<String>,
    /// The earlier article that this one repeats.
    pub duplicate: Option<Duplicate>,
    /// Cluster of articles on one event.
    pub story: Option<String>,
    /// Which source won for each field, by the field's name.
    pub provenance: BTreeMap<String, Provenance>,
    /// The fetch it was made of; null where it is made of a feed's entry alone.
    pub fetch: Option<FetchFacts>,
    /// What was odd, as stable codes such as `article/no-date`.
    pub warnings: Vec<String>,
}
