//! Character references of HTML: `&amp;`, `&#1587;`, `&#x633;`.

use super::names::{NAMES, is_legacy};
use std::borrow::Cow;

/// Longest reference that is looked for, in bytes after the `&`.
const REFERENCE_BYTES: usize = 32;

/// The text with its HTML character references decoded once; what is no reference stays as it is.
///
/// Named references need their semicolon, but for the old ones that browsers also take without it before a
/// character that is no letter or digit. Numbers 128 to 159 mean Windows-1252, as in browsers.
pub fn unescape(text: &str) -> Cow<'_, str> {
    let Some((before, mut rest)) = text.split_once('&') else {
        return Cow::Borrowed(text);
    };
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(before);
    loop {
        match reference(rest) {
            Some((c, after)) => {
                decoded.push(c);
                rest = after;
            }
            None => decoded.push('&'),
        }
        match rest.split_once('&') {
            Some((plain, next)) => {
                decoded.push_str(plain);
                rest = next;
            }
            None => break,
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Whether a complete reference, with its semicolon, is left in `text`.
pub(super) fn has_reference(text: &str) -> bool {
    text.split('&').skip(1).any(|rest| {
        reference(rest).is_some_and(|(_, after)| {
            rest.len().checked_sub(after.len() + 1).and_then(|at| rest.as_bytes().get(at)) == Some(&b';')
        })
    })
}

/// The character of the reference that `rest` (after the `&`) begins with, and what follows it.
fn reference(rest: &str) -> Option<(char, &str)> {
    if let Some(number) = rest.strip_prefix('#') {
        return match number.strip_prefix(['x', 'X']) {
            Some(hex) => numeric(hex, 16),
            None => numeric(number, 10),
        };
    }
    let length = rest.bytes().take(REFERENCE_BYTES).take_while(u8::is_ascii_alphanumeric).count();
    let (name, after) = rest.split_at_checked(length)?;
    let c = NAMES.get(name).copied()?;
    match after.strip_prefix(';') {
        Some(after) => Some((c, after)),
        None => is_legacy(name, c).then_some((c, after)),
    }
}

/// A numeric reference: digits and an optional semicolon.
fn numeric(digits: &str, radix: u32) -> Option<(char, &str)> {
    let length = digits.chars().take_while(|c| c.is_digit(radix)).count();
    let (number, after) = digits.split_at_checked(length).filter(|(number, _)| !number.is_empty())?;
    // A number too long for the type is beyond Unicode as well.
    let c = u32::from_str_radix(number, radix).ok().and_then(code_point).unwrap_or('\u{fffd}');
    Some((c, after.strip_prefix(';').unwrap_or(after)))
}

/// The character of a number as browsers read it.
fn code_point(number: u32) -> Option<char> {
    if number == 0 {
        return None;
    }
    if let Some(byte) = u8::try_from(number).ok().filter(|byte| (0x80..0xa0).contains(byte)) {
        return encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next();
    }
    char::from_u32(number)
}
