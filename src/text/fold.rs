//! The matching form: two spellings that a reader takes for the same word fold to the same text.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// The matching form of `text`, for comparing only: compatibility composed, lower-case, hamza seats and alif
/// variants as `ا`, `ى` and Persian yeh as `ي`, Persian kaf as `ك`, `ة` as `ه`, without tatweel, Arabic
/// diacritics, invisible and bidi marks, digits as ASCII, white space folded and trimmed.
pub fn fold(text: &str) -> String {
    if is_plain(text) {
        return fold_plain(text);
    }
    let letters = text.len();
    // Vowel signs are dropped, and stand in the way of no composition.
    if text.chars().all(|c| is_simple(c) || matches!(c, '\u{64b}'..='\u{652}')) {
        // Arabic and Chinese have no case, and asking costs more than all the rest.
        let lower = |c: char| if c < '\u{530}' { first_lower(c) } else { c };
        return fold_all(letters, text.chars().map(lower));
    }
    fold_all(letters, text.nfkc().flat_map(char::to_lowercase))
}

/// Whether a text is ASCII without control characters. To the end, since many bytes are asked at once so.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    text.is_ascii() && text.as_bytes().iter().fold(true, |all, byte| all & is_plain(byte))
}

/// A plain text.
fn fold_plain(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded.make_ascii_lowercase();
    folded
}

/// The lower case of a simple character, which is one.
fn first_lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn fold_all(capacity: usize, letters: impl Iterator<Item = char>) -> String {
    let mut folded = String::with_capacity(capacity);
    let mut space = false;
    for letter in letters {
        if letter.is_whitespace() {
            space = !folded.is_empty();
        } else if let Some(letter) = fold_char(letter) {
            if std::mem::take(&mut space) {
                folded.push(' ');
            }
            folded.push(letter);
        }
    }
    folded
}

/// Characters that are what NFKC makes of them, whatever stands before and behind: the quick way for the bulk of Arabic,
/// Latin, Cyrillic and Chinese text.
pub(super) const fn is_simple(c: char) -> bool {
    matches!(c,
        '\0'..='\u{9f}' | '«' | '»' | '©' | '°' | '·' | '\u{c0}'..='\u{12f}' | '\u{131}' | '\u{134}'..='\u{13e}'
        | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}' | '\u{400}'..='\u{482}' | '\u{48a}'..='\u{4bf}' | '\u{60c}'
        | '\u{61b}' | '\u{61f}' | '\u{621}'..='\u{64a}' | '\u{660}'..='\u{66d}' | '\u{671}'..='\u{674}'
        | '\u{679}'..='\u{6bf}' | '\u{6cc}' | '\u{6d2}' | '\u{6d4}'..='\u{6d5}' | '\u{6f0}'..='\u{6f9}'
        | '\u{200b}'..='\u{200f}' | '\u{2012}'..='\u{2016}' | '\u{2018}'..='\u{2022}' | '\u{4e00}'..='\u{9fff}')
}

/// The folded character; `None` where it is dropped.
fn fold_char(c: char) -> Option<char> {
    if matches!(c, '!'..='~') {
        return Some(c);
    }
    if is_ignored(c) {
        return None;
    }
    Some(match c {
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ة' => 'ه',
        'ς' => 'σ',
        _ => ascii_digit(c).unwrap_or(c),
    })
}

/// What is not compared: tatweel, Arabic diacritics, bidi marks and other invisible characters.
fn is_ignored(c: char) -> bool {
    matches!(c,
        'ـ' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{61c}' | '\u{ad}' | '\u{feff}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}')
        || c.is_control()
}

/// The text with Arabic-Indic and Persian digits as ASCII digits.
pub fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| ascii_digit(c).is_some()) {
        Cow::Owned(text.chars().map(|c| ascii_digit(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The ASCII digit of an Arabic-Indic or Persian one.
fn ascii_digit(c: char) -> Option<char> {
    let zero = match c {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}
