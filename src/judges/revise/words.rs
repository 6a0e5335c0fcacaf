//! A text as its words, in the form in which two revisions are compared.

use crate::text;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Letters, digits among them or not.
    Letters,
    /// Begins with a digit.
    Number,
    /// A punctuation mark or sign.
    Mark,
}

/// A word or mark of a text.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// As it is compared: without what is typography alone. Case, hamza and every digit count.
    pub(super) form: String,
    /// As it is looked up in word lists.
    pub(super) folded: String,
    pub(super) sort: Sort,
    /// Where it stands in the text, in bytes.
    pub(super) place: Range<usize>,
}

impl Word {
    /// Whether its first letter is a capital.
    pub(super) fn is_capital(&self) -> bool {
        self.form.chars().next().is_some_and(char::is_uppercase)
    }
}

/// The words of a text, but for those in the ranges left out.
///
/// White space, bidi and other invisible marks, tatweel and vowel signs are none; quotation marks are one mark, dashes
/// one, dots in a row one; digits of all scripts are ASCII digits; an address printed in a text counts without its query.
pub(super) fn words(text: &str, left_out: &[Range<usize>]) -> Vec<Word> {
    let mut reader = Reader { text, words: Vec::new() };
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(range) = left_out.iter().find(|range| range.contains(&at)) {
            at = range.end;
            continue;
        }
        let end = left_out.iter().map(|range| range.start).filter(|start| *start > at).min();
        at += reader.read(at, end.and_then(|end| text.get(at..end)).unwrap_or(rest));
    }
    reader.words
}

struct Reader<'a> {
    text: &'a str,
    words: Vec<Word>,
}

impl Reader<'_> {
    /// Reads what `rest` begins with, which stands at `at`; gives its length.
    fn read(&mut self, at: usize, rest: &str) -> usize {
        let Some(first) = rest.chars().next() else { return rest.len() };
        let length = if is_ignored(first) || matches!(first, '|' | '·' | '•') {
            return first.len_utf8();
        } else if rest.starts_with("http://") || rest.starts_with("https://") {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        } else if matches!(first, '.' | '…') {
            rest.find(|c| !matches!(c, '.' | '…')).unwrap_or(rest.len())
        } else if is_unspaced(first) {
            first.len_utf8()
        } else if first.is_alphanumeric() {
            word_length(rest)
        } else {
            first.len_utf8()
        };
        let place = at..at + length;
        let printed = self.text.get(place.clone()).unwrap_or_default();
        self.words.push(word(printed, first, place));
        length
    }
}

fn word(printed: &str, first: char, place: Range<usize>) -> Word {
    let form = if printed.starts_with("http") && printed.contains("://") {
        printed.split(['?', '#']).next().unwrap_or_default().to_owned()
    } else if first == '…' || printed.len() > 1 && first == '.' {
        "…".to_owned()
    } else {
        form(printed)
    };
    let sort = match form.chars().next() {
        Some(c) if c.is_ascii_digit() => Sort::Number,
        Some(c) if c.is_alphanumeric() => Sort::Letters,
        Some(_) | None => Sort::Mark,
    };
    let folded = text::fold(form.strip_suffix("'s").unwrap_or(&form));
    Word { form, folded, sort, place }
}

/// The length of the word that a text begins with: letters and digits, what is written over and under them, and what
/// joins them inside: apostrophes, and the separators of numbers, times and dates.
fn word_length(rest: &str) -> usize {
    let mut letters = rest.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().map_or(' ', |(_, next)| *next);
        let is_inside = match c {
            '\'' | '’' | 'ʼ' => before.is_alphabetic() && next.is_alphabetic(),
            '.' | ',' | ':' | '/' | '٫' | '٬' | '،' => before.is_numeric() && next.is_numeric(),
            _ => {
                (c.is_alphanumeric() || is_ignored(c) || is_over(c)) && !c.is_whitespace() && !is_unspaced(c)
            }
        };
        if !is_inside {
            return at;
        }
        if !is_ignored(c) {
            before = c;
        }
    }
    rest.len()
}

fn form(printed: &str) -> String {
    let mut form = String::with_capacity(printed.len());
    for c in printed.chars().filter(|c| !is_ignored(*c)) {
        match c {
            '\'' | '’' | 'ʼ' if form.chars().last().is_some_and(char::is_alphabetic) => form.push('\''),
            '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '\'' | '‘' | '’' | '‚' | '‛' | '‹' | '›'
            | '′' | '`' => {
                form.push('"');
            }
            '-' | '\u{2010}'..='\u{2015}' | '−' | '﹘' | '－' => form.push('-'),
            '،' | '٬' => form.push(','),
            '؛' => form.push(';'),
            '؟' => form.push('?'),
            '٪' => form.push('%'),
            '٫' => form.push('.'),
            'ک' => form.push('ك'),
            'ی' => form.push('ي'),
            '\u{fb00}'..='\u{fb06}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{ff01}'..='\u{ff5e}' => {
                form.extend(c.nfkc());
            }
            c => form.push_str(&text::ascii_digits(c.encode_utf8(&mut [0; 4]))),
        }
    }
    form
}

/// What is never compared.
fn is_ignored(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            'ـ' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{652}' | '\u{656}'..='\u{65f}' | '\u{670}' | '\u{61c}'
            | '\u{ad}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}')
}

/// Marks over and under letters, which end no word.
const fn is_over(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{653}'..='\u{655}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}')
}

/// Letters of scripts that are written without spaces between words.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether two words are one word in two spellings that a desk mends without a word about it: a hamza or the dots of a
/// last letter written or left out, in a word that is no name.
pub(super) fn is_respelled(one: &Word, other: &Word) -> bool {
    one.folded == other.folded
        && one.form.chars().count() == other.form.chars().count()
        && one.form.chars().zip(other.form.chars()).all(|(one, other)| is_left_out(one, other))
        && super::lexicon::is_common(&one.folded)
}

/// Whether two letters are one, written fully or not.
fn is_left_out(one: char, other: char) -> bool {
    one == other
        || matches!(
            (one, other),
            ('ا', 'أ' | 'إ' | 'آ')
                | ('أ' | 'إ' | 'آ', 'ا')
                | ('ه', 'ة')
                | ('ة', 'ه')
                | ('ى', 'ي')
                | ('ي', 'ى')
        )
}
