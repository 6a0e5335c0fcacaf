//! What the names of elements mean in a feed, whatever their case.

use super::super::{Kind, names::Space};

/// What an element is by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Entry,
    Container,
    /// A container where entries stand in it.
    List,
    Field,
}

/// The kind of feed that an element is the root of.
pub(super) fn root(local: &str) -> Option<Kind> {
    match local.to_ascii_lowercase().as_str() {
        // An item without anything around it is what is left of a channel.
        "rss" | "channel" | "item" => Some(Kind::Rss),
        "rdf" => Some(Kind::Rdf),
        "feed" | "entry" => Some(Kind::Atom),
        _ => None,
    }
}

/// `local` in lower case.
pub(super) fn role(local: &str) -> Role {
    match local {
        "item" | "entry" => Role::Entry,
        "rss" | "rdf" | "channel" | "feed" => Role::Container,
        "items" | "entries" => Role::List,
        _ => Role::Field,
    }
}

/// Whether an element's tags stand between entries, never within a field.
pub(super) fn is_border(local: &str) -> bool {
    ["item", "entry", "channel", "rss", "rdf", "feed"].iter().any(|name| local.eq_ignore_ascii_case(name))
}

/// Whether an element begins a field of a feed rather than being markup within one.
pub(super) fn is_field(local: &str) -> bool {
    const NAMES: [&str; 24] = [
        "title",
        "link",
        "description",
        "summary",
        "content",
        "encoded",
        "guid",
        "id",
        "pubdate",
        "published",
        "updated",
        "issued",
        "modified",
        "author",
        "creator",
        "category",
        "enclosure",
        "comments",
        "commentrss",
        "thumbnail",
        "language",
        "generator",
        "lastbuilddate",
        "ttl",
    ];
    NAMES.iter().any(|name| local.eq_ignore_ascii_case(name))
}

/// What a field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Link,
    Id,
    Summary,
    Content,
    Published,
    Updated,
    Author,
    Tag,
    Enclosure,
    Language,
    Generator,
    Image,
    /// How often the feed is updated.
    Rhythm,
}

/// What an element says, and its rank among those that say the same: the lowest counts.
pub(super) fn field(space: Space, local: &str) -> Option<(Field, u8)> {
    let found = match (space, local) {
        (Space::Rss | Space::Atom | Space::Atom03, _) => return core(local),
        (Space::Content, "encoded") => (Field::Content, 0),
        (Space::Dc, "title") => (Field::Title, 2),
        (Space::Dc, "description") => (Field::Summary, 2),
        (Space::Dc, "creator" | "author") => (Field::Author, 0),
        (Space::Dc, "date") => (Field::Published, 1),
        (Space::Dc, "subject") => (Field::Tag, 0),
        (Space::Dc, "language") => (Field::Language, 1),
        (Space::Dc, "identifier") => (Field::Id, 3),
        (Space::DcTerms | Space::Itunes, "title") => (Field::Title, 3),
        (Space::DcTerms, "abstract" | "description") => (Field::Summary, 3),
        (Space::DcTerms, "creator") => (Field::Author, 1),
        (Space::DcTerms, "issued" | "date") => (Field::Published, 2),
        (Space::DcTerms, "created" | "available") => (Field::Published, 4),
        (Space::DcTerms, "modified") => (Field::Updated, 2),
        (Space::Media, "title") => (Field::Title, 4),
        (Space::Itunes, "author") => (Field::Author, 2),
        (Space::Itunes, "summary") => (Field::Summary, 4),
        (Space::Itunes, "subtitle") => (Field::Summary, 5),
        (Space::Itunes, "image") => (Field::Image, 2),
        (Space::Xhtml, "body" | "div") => (Field::Content, 2),
        (Space::Sy, _) => (Field::Rhythm, 0),
        _ => return None,
    };
    Some(found)
}

fn core(local: &str) -> Option<(Field, u8)> {
    Some(match local {
        "title" => (Field::Title, 0),
        "link" => (Field::Link, 0),
        "guid" | "id" => (Field::Id, 0),
        "description" | "summary" | "subtitle" => (Field::Summary, 0),
        "tagline" => (Field::Summary, 1),
        "content" | "encoded" => (Field::Content, 0),
        "fullitem" | "body" => (Field::Content, 2),
        "pubdate" | "published" => (Field::Published, 0),
        "issued" => (Field::Published, 1),
        "date" => (Field::Published, 2),
        "created" => (Field::Published, 3),
        "updated" | "modified" => (Field::Updated, 0),
        "lastbuilddate" => (Field::Updated, 1),
        "author" | "creator" => (Field::Author, 0),
        "category" => (Field::Tag, 0),
        "enclosure" => (Field::Enclosure, 0),
        "language" => (Field::Language, 0),
        "generator" => (Field::Generator, 0),
        "image" | "logo" => (Field::Image, 0),
        "icon" => (Field::Image, 1),
        "ttl" | "skiphours" | "skipdays" => (Field::Rhythm, 0),
        _ => return None,
    })
}
