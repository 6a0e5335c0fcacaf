//! Media of an entry with their captions and credits. feed-rs keeps one caption for all media of an entry, and
//! none of the thumbnails that stand alone, which is how most newspapers send their picture.

use super::{
    names::split,
    references,
    tokens::{Attributes, Tag, Token, Tokens},
};

/// Media of an entry that are kept.
const MEDIA_MAX: usize = 64;
/// Groups and media in each other.
const LEVELS_MAX: usize = 8;

/// A medium.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Medium {
    /// Its address as printed.
    pub(super) url: String,
    pub(super) mime: Option<String>,
    /// Its description or title, markup as given.
    pub(super) caption: Option<String>,
    pub(super) credit: Option<String>,
}

/// The media of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Media {
    pub(super) media: Vec<Medium>,
    /// What is said about them, markup as given: all that feeds of videos say about an entry.
    pub(super) description: Option<String>,
}

/// What is said about media, at one level.
#[derive(Debug, Default)]
struct Said {
    title: Option<String>,
    description: Option<String>,
    credit: Option<String>,
}

impl Said {
    fn give_to(&self, medium: &mut Medium) {
        let caption = self.description.as_ref().or(self.title.as_ref());
        medium.caption = medium.caption.take().or_else(|| caption.cloned());
        medium.credit = medium.credit.take().or_else(|| self.credit.clone());
    }
}

/// A level that is open: the entry, a group, a medium. And the first medium in it.
struct Level<'a> {
    name: &'a str,
    said: Said,
    first: usize,
}

/// The media of an entry, whose elements have one of `prefixes`, and the first description among them.
pub(super) fn read(entry: &str, prefixes: &[String]) -> Media {
    let mut found = Media::default();
    let mut levels = vec![Level { name: "", said: Said::default(), first: 0 }];
    let mut tokens = Tokens::new(entry);
    while let Some(token) = tokens.next() {
        let (name, tag) = match token {
            Token::Start(tag) => (tag.name, Some(tag)),
            Token::End(name) => (name, None),
            Token::Text(_) | Token::Data(_) | Token::Doctype(_) | Token::Other => continue,
        };
        let (prefix, local) = split(name);
        if !prefixes.iter().any(|known| known == prefix) {
            continue;
        }
        match (local, tag) {
            ("content" | "thumbnail" | "group", Some(tag)) => {
                if !tag.is_empty && levels.len() < LEVELS_MAX {
                    levels.push(Level { name: local, said: Said::default(), first: found.media.len() });
                }
                found.media.extend(medium(&tag).filter(|_| found.media.len() < MEDIA_MAX));
            }
            ("title" | "description" | "credit", Some(tag)) if !tag.is_empty => {
                let Some(text) = text(&mut tokens) else { continue };
                if local == "description" && found.description.is_none() {
                    found.description = Some(text.clone());
                }
                levels.last_mut().into_iter().for_each(|level| take(&mut level.said, local, &text));
            }
            (_, None) if levels.len() > 1 && levels.last().is_some_and(|level| level.name == local) => {
                levels.pop().into_iter().for_each(|level| close(&level, &mut found.media));
            }
            _ => {}
        }
    }
    levels.iter().rev().for_each(|level| close(level, &mut found.media));
    found
}

fn close(level: &Level<'_>, media: &mut [Medium]) {
    media.iter_mut().skip(level.first).for_each(|medium| level.said.give_to(medium));
}

fn take(said: &mut Said, name: &str, text: &str) {
    match name {
        "title" => said.title = said.title.take().or_else(|| Some(text.to_owned())),
        "description" => said.description = said.description.take().or_else(|| Some(text.to_owned())),
        _ => match &mut said.credit {
            Some(credit) if credit != text => {
                credit.push_str(", ");
                credit.push_str(text);
            }
            Some(_) => {}
            None => said.credit = Some(text.to_owned()),
        },
    }
}

fn medium(tag: &Tag<'_>) -> Option<Medium> {
    let value = |wanted: &str| {
        let (_, value) = Attributes::of(tag).take(64).find(|(name, _)| *name == wanted)?;
        let value = references::decoded(value, &[], &mut false).trim().to_owned();
        (!value.is_empty()).then_some(value)
    };
    let kind = value("type").or_else(|| value("medium").map(|medium| format!("{medium}/*")));
    let mime = kind.or_else(|| (split(tag.name).1 == "thumbnail").then(|| "image/*".to_owned()));
    Some(Medium { url: value("url")?, mime, ..Medium::default() })
}

/// The text up to the next tag.
fn text(tokens: &mut Tokens<'_>) -> Option<String> {
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::Text(part) => text.push_str(&references::decoded(part, &[], &mut false)),
            Token::Data(part) => text.push_str(part),
            Token::Start(_) | Token::End(_) => break,
            Token::Doctype(_) | Token::Other => {}
        }
    }
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}
