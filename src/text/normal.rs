//! The inline normal form: what is done to every text that is kept, and nothing else.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The inline normal form: NFC, white space of any kind (no-break spaces and line breaks too) folded to one
/// space and trimmed, soft hyphens, zero-width spaces, byte order marks and control characters dropped,
/// bidi embeddings and isolates that are never closed (or never opened) dropped.
///
/// ZWJ, ZWNJ, the marks LRM, RLM and ALM, tatweel, diacritics and presentation forms stay as printed.
/// Idempotent.
pub fn normal(text: &str) -> String {
    if is_plain_ascii(text) {
        return text.to_owned();
    }
    if text.is_ascii() {
        return fold_ascii_space(text);
    }
    let kept = fold_space(text, &unpaired(text));
    // Dropping comes before composing: a mark may meet its base letter only after a soft hyphen is gone.
    if kept.chars().all(is_composed) || is_nfc_quick(kept.chars()) == IsNormalized::Yes {
        return kept;
    }
    kept.nfc().collect()
}

/// Printable ASCII with single inner spaces: already normal.
fn is_plain_ascii(text: &str) -> bool {
    let mut space = true;
    let printable = text.bytes().all(|byte| {
        let fine = byte.is_ascii_graphic() || (byte == b' ' && !space);
        space = byte == b' ';
        fine
    });
    printable && (!space || text.is_empty())
}

/// Letters that compose with nothing before them and are in NFC by themselves; the quick way for the bulk
/// of Arabic, Latin, Cyrillic and Chinese text.
const fn is_composed(c: char) -> bool {
    matches!(c,
        '\0'..='\u{2ff}' | '\u{400}'..='\u{482}' | '\u{60c}' | '\u{61b}' | '\u{61f}' | '\u{621}'..='\u{64a}'
        | '\u{660}'..='\u{66d}' | '\u{6f0}'..='\u{6f9}' | '\u{200c}'..='\u{200f}' | '\u{2010}'..='\u{2027}'
        | '\u{4e00}'..='\u{9fff}')
}

/// Characters that are dropped wherever they stand. Control characters that are white space are folded.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}') || (c.is_control() && !c.is_whitespace())
}

/// [`fold_space`] for the bulk of Latin markup, which is broken and indented by lines.
fn fold_ascii_space(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut space = false;
    for byte in text.bytes() {
        match byte {
            b'\t'..=b'\r' | b' ' => space = !kept.is_empty(),
            _ if byte.is_ascii_control() => {}
            _ => {
                if std::mem::take(&mut space) {
                    kept.push(' ');
                }
                kept.push(char::from(byte));
            }
        }
    }
    kept
}

/// The text without dropped characters, with one space for each run of white space, trimmed.
fn fold_space(text: &str, unpaired: &[usize]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut space = false;
    let mut unpaired = unpaired.iter().copied().peekable();
    for (at, c) in text.char_indices() {
        if unpaired.next_if_eq(&at).is_some() || is_dropped(c) {
            continue;
        }
        if c.is_whitespace() {
            space = !kept.is_empty();
            continue;
        }
        if space {
            kept.push(' ');
            space = false;
        }
        kept.push(c);
    }
    kept
}

/// Byte positions, in order, of bidi embeddings, overrides and isolates without their partner, paired as the
/// bidi algorithm does: what closes an isolate also ends the embeddings left open inside it.
fn unpaired(text: &str) -> Vec<usize> {
    let mut lost = Vec::new();
    // All of them begin with one of two pairs of bytes in UTF-8, and most texts have none.
    let bytes = text.as_bytes();
    let mut suspects =
        memchr::memchr_iter(0xe2, bytes).filter_map(|at| Some((*bytes.get(at + 1)?, *bytes.get(at + 2)?)));
    if !suspects.any(|pair| matches!(pair, (0x80, 0xaa..=0xae) | (0x81, 0xa6..=0xa9))) {
        return lost;
    }
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => open.push((at, false)),
            '\u{2066}'..='\u{2068}' => open.push((at, true)),
            '\u{202c}' if open.pop_if(|(_, isolate)| !*isolate).is_none() => lost.push(at),
            '\u{2069}' => match open.iter().rposition(|(_, isolate)| *isolate) {
                Some(opener) => lost.extend(open.drain(opener..).skip(1).map(|(at, _)| at)),
                None => lost.push(at),
            },
            _ => {}
        }
    }
    lost.extend(open.into_iter().map(|(at, _)| at));
    lost.sort_unstable();
    lost
}
