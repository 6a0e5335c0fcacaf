//! What was found, as Atom 1.0.

use super::{
    super::{Kind, references::push_escaped},
    fields::{Fields, Link, Ranked},
};

/// Writes entries one after the other, and the feed around them.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) entries: String,
    /// Where each of them ends.
    pub(super) ends: Vec<usize>,
}

impl Writer {
    /// Writes an entry, but for its texts.
    pub(super) fn entry(&mut self, fields: &Fields, kind: Kind) {
        let out = &mut self.entries;
        out.push_str("<entry>");
        ranked(out, "id", &fields.id);
        ranked(out, "title", &fields.title);
        links(out, &fields.links);
        ranked(out, "published", &fields.published);
        // RSS has one time, which feed-rs takes for both.
        let updated =
            if fields.updated.is_none() && kind != Kind::Atom { &fields.published } else { &fields.updated };
        ranked(out, "updated", updated);
        authors(out, &fields.authors);
        for tag in &fields.tags {
            out.push_str("<category term=\"");
            push_escaped(out, tag);
            out.push_str("\"/>");
        }
        out.push_str("</entry>");
        self.ends.push(out.len());
    }
}

/// What stands before the entries.
pub(super) fn head(feed: &Fields, kind: Kind) -> String {
    let mut out = "<feed xmlns=\"http://www.w3.org/2005/Atom\"".to_owned();
    if let Some(language) = &feed.language {
        out.push_str(" xml:lang=\"");
        let language = language.trim();
        push_escaped(
            &mut out,
            &if kind == Kind::Atom { language.to_owned() } else { language.to_lowercase() },
        );
        out.push('"');
    }
    out.push('>');
    ranked(&mut out, "title", &feed.title);
    ranked(&mut out, "subtitle", &feed.summary);
    links(&mut out, &feed.links);
    if kind == Kind::Atom {
        authors(&mut out, &feed.authors);
    }
    ranked(&mut out, "logo", &feed.image);
    if let Some(generator) = &feed.generator {
        element(&mut out, "generator", generator);
    }
    for (name, said) in &feed.rhythm {
        rhythm(&mut out, name, said);
    }
    out
}

fn ranked(out: &mut String, name: &str, text: &Ranked) {
    if let Some((_, text)) = text {
        element(out, name, text);
    }
}

fn element(out: &mut String, name: &str, text: &str) {
    let kind = if matches!(name, "title" | "subtitle") { " type=\"html\"" } else { "" };
    for part in ["<", name, kind, ">"] {
        out.push_str(part);
    }
    push_escaped(out, text);
    for part in ["</", name, ">"] {
        out.push_str(part);
    }
}

/// The authors whose source counts most.
fn authors(out: &mut String, authors: &[(u8, String)]) {
    let best = authors.iter().map(|(rank, _)| *rank).min();
    for (_, name) in authors.iter().filter(|(rank, _)| Some(*rank) == best) {
        out.push_str("<author>");
        element(out, "name", name);
        out.push_str("</author>");
    }
}

fn links(out: &mut String, links: &[Link]) {
    for link in links {
        for (name, value) in
            [("<link rel", Some(&link.rel)), (" href", Some(&link.href)), (" type", link.mime.as_ref())]
        {
            if let Some(value) = value {
                out.push_str(name);
                out.push_str("=\"");
                push_escaped(out, value);
                out.push('"');
            }
        }
        out.push_str("/>");
    }
}

/// An element about the rhythm; those that list hours or days name each.
fn rhythm(out: &mut String, name: &str, said: &[String]) {
    let part = match name {
        "skipHours" => "hour",
        "skipDays" => "day",
        _ => return said.iter().take(1).for_each(|said| element(out, name, said)),
    };
    out.extend(["<", name, ">"]);
    for said in said {
        element(out, part, said);
    }
    out.extend(["</", name, ">"]);
}
