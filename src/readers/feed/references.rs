//! Character references as feeds write them: `&amp;`, `&#1587;`, and what people leave bare.

use super::{
    survey::FIELD_BYTES_MAX,
    tokens::{Token, Tokens},
};
use crate::text;
use memchr::memchr;

/// Longest name or number of a reference, in bytes.
const REFERENCE_BYTES: usize = 32;

/// The reference that the text begins with, from its `&` to its `;`.
fn reference(text: &str) -> Option<&str> {
    let end = text.bytes().take(REFERENCE_BYTES).position(|byte| byte == b';')?;
    text.get(..=end)
}

/// What a reference is.
enum Kind {
    /// One of the five of XML, or a character by number.
    Xml,
    /// A name that HTML or the document may know.
    Named,
    /// A number of no character, or one that Windows-1252 was meant by.
    Odd,
}

fn kind(reference: &str) -> Option<Kind> {
    let name = reference.get(1..reference.len().checked_sub(1)?)?;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let is_xml = code.ok().and_then(char::from_u32).is_some_and(is_xml);
        return Some(if is_xml { Kind::Xml } else { Kind::Odd });
    }
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then_some(if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
        Kind::Xml
    } else {
        Kind::Named
    })
}

/// A character that XML 1.0 allows and that means itself: the controls from 128 on are Windows-1252's.
pub(super) const fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{7f}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether each `&` of a text begins a reference that an XML reader takes; names of HTML are among them.
pub(super) fn are_whole(text: &str) -> bool {
    each(text, |kind| matches!(kind, Some(Kind::Xml | Kind::Named)))
}

/// Whether each `&` of a text begins a reference of XML itself.
pub(super) fn are_xml(text: &str) -> bool {
    each(text, |kind| matches!(kind, Some(Kind::Xml)))
}

fn each(text: &str, fits: impl Fn(Option<Kind>) -> bool) -> bool {
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        rest = rest.get(at..).unwrap_or_default();
        let found = reference(rest);
        if !fits(found.and_then(kind)) {
            return false;
        }
        rest = rest.get(found.map_or(1, str::len)..).unwrap_or_default();
    }
    true
}

/// The text with its references decoded once, and what was odd about them. What is no reference stays.
pub(super) fn decoded(text: &str, entities: &[(String, String)], odd: &mut bool) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        push_clean(&mut decoded, rest.get(..at).unwrap_or_default(), odd);
        rest = rest.get(at..).unwrap_or_default();
        let found = reference(rest).filter(|found| kind(found).is_some());
        let Some(found) = found else {
            *odd = true;
            decoded.push('&');
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let name = found.trim_start_matches('&').trim_end_matches(';');
        let meant = entities.iter().find(|(known, _)| known == name).map(|(_, meant)| meant.as_str());
        match meant {
            // Entities that grow are cut short here already.
            Some(_) if decoded.len() > FIELD_BYTES_MAX => break,
            Some(meant) => decoded.push_str(meant),
            // The number of no character stands for none.
            None => match text::unescape(found).as_ref() {
                "\u{fffd}" if found != "&#xfffd;" && found != "&#65533;" => *odd = true,
                meant => push_clean(&mut decoded, meant, odd),
            },
        }
        rest = rest.get(found.len()..).unwrap_or_default();
    }
    push_clean(&mut decoded, rest, odd);
    decoded
}

/// The content of an element whose references are whole: text decoded, but for the names of HTML, and CDATA.
pub(super) fn plain(content: &str) -> String {
    let mut plain = String::with_capacity(content.len());
    for token in Tokens::new(content) {
        match token {
            Token::Text(text) => push_decoded(&mut plain, text),
            Token::Data(data) => plain.push_str(data),
            Token::Start(_) | Token::End(_) | Token::Doctype(_) | Token::Other => {}
        }
    }
    plain
}

fn push_decoded(plain: &mut String, text: &str) {
    let mut rest = text;
    while let Some((before, after)) = memchr(b'&', rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
        plain.push_str(before);
        let found = reference(after).unwrap_or("&");
        match found {
            "&lt;" => plain.push('<'),
            "&gt;" => plain.push('>'),
            "&amp;" => plain.push('&'),
            "&quot;" => plain.push('"'),
            "&apos;" => plain.push('\''),
            number if number.starts_with("&#") => plain.push_str(&text::unescape(number)),
            other => plain.push_str(other),
        }
        rest = after.get(found.len()..).unwrap_or_default();
    }
    plain.push_str(rest);
}

/// Adds a text without the characters that XML forbids; controls become what Windows-1252 has in their place.
pub(super) fn push_clean(target: &mut String, text: &str, odd: &mut bool) {
    if text.chars().all(is_xml) {
        target.push_str(text);
        return;
    }
    *odd = true;
    for c in text.chars() {
        if is_xml(c) {
            target.push(c);
        } else if let Some(byte) = u8::try_from(u32::from(c)).ok().filter(|byte| *byte >= 0x80) {
            target.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0);
        }
    }
}

/// Adds a text so that XML reads it back as it is.
pub(super) fn push_escaped(target: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        target.push_str(plain);
        target.push_str(match special.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            _ => "&quot;",
        });
        rest = special.get(1..).unwrap_or_default();
    }
    target.push_str(rest);
}
