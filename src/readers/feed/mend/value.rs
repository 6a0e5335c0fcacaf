//! What the content of an element says: text, or markup that was meant to be shown.

use super::super::{
    names::split,
    references,
    survey::FIELD_BYTES_MAX,
    tokens::{Token, Tokens},
};
use data_encoding::BASE64;
use std::collections::BTreeSet;

/// The content of an element as HTML: as it is after one decoding, or as it stands where tags are in it.
pub(super) fn html(raw: &str, entities: &[(String, String)], repairs: &mut BTreeSet<&'static str>) -> String {
    let mut is_odd = false;
    let mut tokens = Tokens::new(raw);
    let has_tags = tokens.by_ref().any(|token| matches!(token, Token::Start(_) | Token::End(_)));
    let mut value = String::with_capacity(raw.len().min(FIELD_BYTES_MAX));
    let mut tokens = Tokens::new(raw);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(text) if has_tags => references::push_clean(&mut value, text, &mut is_odd),
            Token::Text(text) => value.push_str(&references::decoded(text, entities, &mut is_odd)),
            Token::Data(data) if has_tags => {
                let mut clean = String::new();
                references::push_clean(&mut clean, data, &mut is_odd);
                references::push_escaped(&mut value, &clean);
            }
            Token::Data(data) => references::push_clean(&mut value, data, &mut is_odd),
            Token::Start(_) | Token::End(_) => {
                let tag = raw.get(tokens.start()..tokens.at()).unwrap_or_default();
                push_tag(&mut value, tag);
            }
            Token::Doctype(_) | Token::Other => {}
        }
        if value.len() > FIELD_BYTES_MAX {
            repairs.insert("feed/field-cut");
            value.truncate(value.floor_char_boundary(FIELD_BYTES_MAX));
            break;
        }
    }
    if is_odd {
        repairs.insert("feed/repaired-characters");
    }
    value
}

/// A tag as HTML knows it, without a prefix.
fn push_tag(value: &mut String, tag: &str) {
    let (open, rest) = match tag.strip_prefix("</") {
        Some(rest) => ("</", rest),
        None => ("<", tag.strip_prefix('<').unwrap_or(tag)),
    };
    let name_end = rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(rest.len());
    let (name, behind) = rest.split_at_checked(name_end).unwrap_or((rest, ""));
    value.push_str(open);
    value.push_str(split(name).1);
    value.push_str(behind);
}

/// Whether there are tags in the content.
pub(super) fn has_tags(raw: &str) -> bool {
    Tokens::new(raw).any(|token| matches!(token, Token::Start(_) | Token::End(_)))
}

/// Text that was sent as base64.
pub(super) fn from_base64(text: &str) -> Option<String> {
    let packed: String = text.split_ascii_whitespace().collect();
    String::from_utf8(BASE64.decode(packed.as_bytes()).ok()?).ok()
}

/// XHTML without the one `div` that Atom wraps it in.
pub(super) fn unwrapped(html: &str) -> &str {
    let inside = html.trim().strip_prefix("<div").and_then(|rest| rest.strip_suffix("</div>"));
    let inside = inside.and_then(|rest| rest.split_once('>')).filter(|(attributes, inside)| {
        !attributes.ends_with('/')
            && (attributes.is_empty() || attributes.starts_with(|c: char| c.is_whitespace()))
            && is_balanced(inside)
    });
    inside.map_or(html, |(_, inside)| inside)
}

/// Whether no `div` ends before it begins.
fn is_balanced(html: &str) -> bool {
    let mut depth = 0_i32;
    Tokens::new(html).all(|token| {
        match token {
            Token::Start(tag) if tag.name == "div" && !tag.is_empty => depth += 1,
            Token::End("div") => depth -= 1,
            Token::Text(_)
            | Token::Data(_)
            | Token::Start(_)
            | Token::End(_)
            | Token::Doctype(_)
            | Token::Other => {}
        }
        depth >= 0
    })
}
