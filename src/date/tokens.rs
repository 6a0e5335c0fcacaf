//! A line to tokens: numbers, words with a meaning, zones, signs, and words that mean nothing here.

use super::{
    ZONES,
    words::{PHRASE_WORDS, WORDS, Word},
};
use crate::text;
use jiff::tz::TimeZone;
use unicode_normalization::char::decompose_canonical;

/// Signs that count as one token with the number before them in East Asian dates.
const MARKS: &str = "年月日号時时点點分秒년월일시분초";

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A run of digits.
    Number(Number),
    /// A word or phrase of the tables.
    Word(Word),
    /// A zone by its IANA name.
    Iana(TimeZone),
    /// A word of no known meaning.
    Unknown,
    /// A punctuation sign.
    Sign(char),
}

/// A run of digits: its value and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// Its value; of more than 18 digits, no value that any date has.
    pub(super) value: u64,
    /// How many digits were printed.
    pub(super) digits: usize,
}

/// A token, and whether it touches the one before.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// The token.
    pub(super) token: Token,
    /// No space before it.
    pub(super) glued: bool,
}

/// The form in which lines are read and table words are kept: folded, Latin and Greek letters without accents,
/// Hindi ones without virama and nukta (no letters by themselves, and not always typed), Hindi digits as ASCII,
/// dashes and slashes of one kind, no dots inside abbreviations of single letters ("a.m." is "am.").
pub(super) fn normalized(line: &str) -> String {
    let folded = text::fold(line);
    if folded.is_ascii() && !folded.contains('.') {
        return folded;
    }
    let mut plain = String::with_capacity(folded.len());
    for c in folded.chars() {
        match c {
            '\u{300}'..='\u{36f}' | '\u{93c}' | '\u{94d}' => {}
            '\u{966}'..='\u{96f}' => plain.extend(char::from_digit(u32::from(c) - 0x966, 10)),
            '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' => push_unaccented(c, &mut plain),
            '‐'..='―' | '−' | '﹣' => plain.push('-'),
            '⁄' | '∕' | '\\' => plain.push('/'),
            '،' | '、' => plain.push(','),
            '’' | 'ʼ' => plain.push('\''),
            _ => plain.push(c),
        }
    }
    without_inner_dots(&plain)
}

/// Pushes a Latin or Greek letter without its accent.
fn push_unaccented(c: char, plain: &mut String) {
    match c {
        'ı' => plain.push('i'),
        'ł' => plain.push('l'),
        'ø' => plain.push('o'),
        _ => decompose_canonical(c, |part| {
            if !matches!(part, '\u{300}'..='\u{36f}') {
                plain.push(part);
            }
        }),
    }
}

/// The text without the dots between single letters.
fn without_inner_dots(text: &str) -> String {
    let (mut joined, mut before_last, mut last) = (String::with_capacity(text.len()), ' ', ' ');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let inner = c == '.'
            && last.is_alphabetic()
            && !before_last.is_alphabetic()
            && chars.peek().is_some_and(|next| next.is_alphabetic());
        if inner {
            // The letter after the dot begins an abbreviation's next part, so it counts as single too.
            last = ' ';
            continue;
        }
        joined.push(c);
        (before_last, last) = (last, c);
    }
    joined
}

/// A piece of the line before its meaning is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Digits,
    Letters,
    Path,
    Sign(char),
}

/// A piece with its place.
#[derive(Debug, Clone, Copy)]
struct Piece {
    shape: Shape,
    start: usize,
    end: usize,
}

/// The tokens of a [`normalized`] line.
pub(super) fn tokens(line: &str) -> Vec<Placed> {
    let pieces = pieces(line);
    let mut tokens = Vec::with_capacity(pieces.len());
    let mut rest = pieces.as_slice();
    let mut end_before = None;
    while let Some((piece, after)) = rest.split_first() {
        let glued = end_before == Some(piece.start);
        let text = line.get(piece.start..piece.end).unwrap_or_default();
        end_before = Some(piece.end);
        rest = after;
        let token = match piece.shape {
            Shape::Sign(c) => Token::Sign(c),
            Shape::Digits => {
                Token::Number(Number { value: text.parse().unwrap_or(u64::MAX), digits: text.len() })
            }
            Shape::Path => ZONES.get(text).map_or(Token::Unknown, Token::Iana),
            Shape::Letters => {
                if let Some((word, used)) = phrase(line, piece, after) {
                    end_before =
                        used.checked_sub(1).and_then(|last| after.get(last)).or(Some(piece)).map(|p| p.end);
                    rest = after.get(used..).unwrap_or_default();
                    Token::Word(word)
                } else if let Some((prefix, word)) = parts(text) {
                    tokens.extend(prefix.map(|prefix| Placed { token: Token::Word(prefix), glued }));
                    Token::Word(word)
                } else {
                    Token::Unknown
                }
            }
        };
        tokens.push(Placed { token, glued });
    }
    tokens
}

/// The longest phrase of the tables that begins with `first`, and how many pieces of `after` it takes.
fn phrase(line: &str, first: &Piece, after: &[Piece]) -> Option<(Word, usize)> {
    let mut ends = [Some(first.end), None, None, None];
    let mut end = first.end;
    for (slot, piece) in ends.iter_mut().skip(1).zip(after.iter().take(PHRASE_WORDS - 1)) {
        if piece.shape != Shape::Letters || piece.start != end + 1 || line.as_bytes().get(end) != Some(&b' ')
        {
            break;
        }
        end = piece.end;
        *slot = Some(end);
    }
    ends.iter().enumerate().rev().find_map(|(used, end)| {
        let word = WORDS.get(line.get(first.start..(*end)?)?)?;
        Some((*word, used))
    })
}

/// A word with something glued to its front: "and" in Arabic, the article, a French elision.
fn parts(text: &str) -> Option<(Option<Word>, Word)> {
    let word = |text: &str| WORDS.get(text).copied();
    if let Some(rest) = text.strip_prefix('و') {
        return word(rest).map(|found| (Some(Word::And), found));
    }
    if let Some(rest) = text.strip_prefix("ال") {
        return word(rest).map(|found| (None, found));
    }
    let (_, rest) = text.split_once('\'')?;
    word(rest).map(|found| (None, found))
}

/// The pieces of the line; white space only separates them.
fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        let after_digits = pieces.last().is_some_and(|piece| piece.shape == Shape::Digits && piece.end == at);
        let (shape, length) = if first.is_ascii_digit() {
            (Shape::Digits, length_while(rest, |c| c.is_ascii_digit()))
        } else if after_digits && MARKS.contains(first) {
            (Shape::Letters, first.len_utf8())
        } else if first.is_alphabetic() {
            letters(rest)
        } else {
            (Shape::Sign(first), first.len_utf8())
        };
        if !first.is_whitespace() {
            pieces.push(Piece { shape, start: at, end: at + length });
        }
        at += length;
    }
    pieces
}

/// A word, or a path of words such as `europe/brussels`.
fn letters(rest: &str) -> (Shape, usize) {
    let word = length_while(rest, |c| c.is_alphabetic() || c == '\'');
    let path = length_while(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '+' | '-'));
    let is_path = rest
        .get(word..)
        .and_then(|after| after.strip_prefix(['/', '_']))
        .is_some_and(|after| path > word && after.starts_with(|c: char| c.is_ascii_alphabetic()));
    // "mar/apr" is no zone, and not a path either.
    if is_path && rest.get(..path).is_some_and(|path| ZONES.get(path).is_ok()) {
        (Shape::Path, path)
    } else {
        (Shape::Letters, word)
    }
}

/// Bytes of the longest start of `text` whose characters are `fitting`.
fn length_while(text: &str, fitting: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fitting(c)).unwrap_or(text.len())
}
