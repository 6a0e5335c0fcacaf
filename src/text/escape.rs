//! Foreign text where it could do harm: in a log line or terminal, and in a file name.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longest foreign text in a log line, in characters.
const LOG_CHARS: usize = 300;
/// Longest slug, in bytes.
const SLUG_BYTES: usize = 80;
/// A slug is rather cut at a `-` than in a word, if at least this much stays.
const SLUG_BYTES_MIN: usize = 40;

/// Foreign text for a log line or a terminal: line breaks and tabs become spaces, control characters (ESC
/// among them), bidi controls and invisible characters are removed, so that it can neither forge a line nor
/// steer a terminal. Cut to 300 characters, marked with `…`.
pub fn for_log(text: &str) -> String {
    let mut chars = text.chars().filter(|c| !is_hidden(*c)).map(|c| if c.is_whitespace() { ' ' } else { c });
    let mut line: String = chars.by_ref().take(LOG_CHARS).collect();
    if chars.next().is_some() {
        line.push('…');
    }
    line
}

/// Characters that show nothing by themselves but change what a person sees. White space is not among them.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// A file name's part from a title: letters and digits of any script in lower case and NFC, everything else
/// as single `-`, at most 80 bytes cut on a character, never empty (`untitled`) and never a path.
pub fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(SLUG_BYTES * 2);
    let mut gap = false;
    for c in title.nfc().flat_map(char::to_lowercase).filter(|c| !is_hidden(*c)) {
        // A mark belongs to the letter before it; without one it would hang on the dash.
        let kept = c.is_alphanumeric() || (is_combining_mark(c) && !gap && !slug.is_empty());
        if kept {
            if std::mem::take(&mut gap) {
                slug.push('-');
            }
            slug.push(c);
        } else {
            gap = !slug.is_empty();
        }
        // Composing again after lower-casing may shorten the text; four times the limit is enough to know.
        if slug.len() > SLUG_BYTES * 4 {
            break;
        }
    }
    let slug: String = slug.nfc().collect();
    let cut = cut(&slug);
    if cut.is_empty() { "untitled".to_owned() } else { cut.to_owned() }
}

/// The slug within its length.
fn cut(slug: &str) -> &str {
    if slug.len() <= SLUG_BYTES {
        return slug;
    }
    let (start, rest) = slug.split_at_checked(slug.floor_char_boundary(SLUG_BYTES)).unwrap_or_default();
    let word = start.rfind('-').filter(|dash| *dash >= SLUG_BYTES_MIN && !rest.starts_with('-'));
    word.and_then(|dash| start.get(..dash)).unwrap_or(start).trim_end_matches('-')
}
