//! `Article` → path and bytes of its files, and back.

mod html;
mod markdown;
mod ninjs;
mod schema;
mod text;

pub use markdown::{blocks_of_markdown, markdown};
pub use schema::schema;

use crate::{model::Article, text::slug};
use jiff::{Timestamp, tz::TimeZone};

/// A way to write an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// `khabar/article/1`; always written, since it is what khabar itself reads back.
    Json,
    /// For people.
    Markdown,
    /// IPTC ninjs 3.1, for newsroom systems.
    Ninjs,
    /// Plain text, for anything that takes no markup.
    Text,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Json, Self::Markdown, Self::Ninjs, Self::Text];

    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Ninjs => "ninjs",
            Self::Text => "text",
        }
    }

    /// File name extension.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Ninjs => "ninjs.json",
            Self::Text => "txt",
        }
    }
}

/// The path of an article below the output folder, without extension:
/// `articles/<source>/<yyyy>/<mm>/<dd>/<slug>-<id>`.
///
/// Its date is the publisher's if known, else `first_seen`, in the source's zone. Chosen once; the state
/// keeps it. Each part is a single safe file name, whatever the article says.
pub fn path(article: &Article, zone: &TimeZone, first_seen: Timestamp) -> String {
    let at = article.published.map_or(first_seen, |published| published.at);
    let day = zone.to_datetime(at).date();
    let source = article.source.as_deref().unwrap_or("unknown");
    format!(
        "articles/{source}/{:04}/{:02}/{:02}/{}-{}",
        day.year(),
        day.month(),
        day.day(),
        slug(&article.title),
        article.id
    )
}

/// The file of a superseded revision below the output folder, without extension.
pub fn revision_path(id: &str, revision: u64) -> String {
    format!("revisions/{id}/{revision}")
}

/// The bytes of an article in a format. Equal articles give equal bytes.
pub fn file(article: &Article, format: Format) -> Vec<u8> {
    match format {
        Format::Json => json(article),
        Format::Markdown => markdown(article).into_bytes(),
        Format::Ninjs => ninjs::ninjs(article).into_bytes(),
        Format::Text => text::text(article).into_bytes(),
    }
}

fn json(article: &Article) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "an Article holds no map with keys that are not strings")]
    let mut bytes = serde_json::to_vec_pretty(article).expect("an article is JSON");
    bytes.push(b'\n');
    bytes
}

/// Reads an article file back. `None` where it is not one.
pub fn article_of_json(bytes: &[u8]) -> Option<Article> {
    let article: Article = serde_json::from_slice(bytes).ok()?;
    (article.schema == crate::model::SCHEMA && !article.id.is_empty()).then_some(article)
}

#[cfg(test)]
mod tests;
