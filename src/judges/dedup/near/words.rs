//! Words in matching form: what two spellings of one text have in common.

use crate::text;
use unicode_normalization::char::decompose_canonical;

/// Words of a text that are looked at, its first.
const WORDS_MAX: usize = 4_000;

/// A word in matching form: its hash, with the lowest bit set for a number. Equal for spellings that differ in case,
/// compatibility forms, accents, hamza seats, alif and yeh forms, marks, tatweel and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word(pub u32);

impl Word {
    /// Whether it is written in digits.
    pub const fn is_number(self) -> bool {
        self.0 & 1 == 1
    }

    fn of(letters: &str, is_number: bool) -> Self {
        Self(hash(letters) & !1 | u32::from(is_number))
    }
}

/// A hash of letters.
pub(super) fn hash(letters: &str) -> u32 {
    let mut hash = 0x9E37_79B9_7F4A_7C15_u64;
    for letter in letters.chars() {
        hash = (hash ^ u64::from(u32::from(letter))).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        hash ^= hash >> 32;
    }
    low(hash)
}

/// The lower half.
pub(super) fn low(hash: u64) -> u32 {
    u32::try_from(hash & u64::from(u32::MAX)).unwrap_or_default()
}

/// A part of a text in matching form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A word.
    Word {
        letters: &'a str,
        /// Whether it is written in digits.
        is_number: bool,
    },
    /// Two letters side by side, in writing without spaces.
    Pair(&'a str),
}

/// The words of a text in order. Writing without spaces has none: there each two letters side by side are one.
pub fn words(text: &str) -> Vec<Word> {
    let folded = text::fold(text);
    let mut words = Vec::with_capacity(folded.len() / 8);
    pieces(&folded, |piece| {
        words.push(match piece {
            Piece::Word { letters, is_number } => Word::of(letters, is_number),
            Piece::Pair(letters) => Word::of(letters, false),
        });
        words.len() < WORDS_MAX
    });
    words
}

/// Tells the pieces of a folded text in order, as long as they are wanted.
pub(super) fn pieces(folded: &str, mut tell: impl FnMut(Piece<'_>) -> bool) {
    let mut word = Spelled::default();
    let mut before = None;
    for letter in folded.chars() {
        let letter = match letter {
            letter if is_unspaced(letter) => {
                if !word.end(&mut tell) {
                    return;
                }
                if let Some(before) = before
                    && !tell(Piece::Pair(&String::from_iter([before, letter])))
                {
                    return;
                }
                before = Some(letter);
                continue;
            }
            'ئ' | 'ې' | 'ۍ' => 'ي',
            'ؤ' => 'و',
            'ۀ' | 'ہ' | 'ھ' => 'ه',
            'ڪ' => 'ك',
            'ء' => continue,
            'ı' => 'i',
            letter => bare(letter),
        };
        before = None;
        if is_of_word(letter) {
            word.has_letters |= !letter.is_ascii_digit();
            word.letters.push(letter);
        } else if !is_mark(letter) && !word.end(&mut tell) {
            return;
        }
    }
    word.end(&mut tell);
}

/// A word that is being spelled.
#[derive(Default)]
struct Spelled {
    letters: String,
    /// Whether there is more in it than digits.
    has_letters: bool,
}

impl Spelled {
    /// Tells it, if there is one, and begins the next; `false` where no more are wanted.
    fn end(&mut self, tell: &mut impl FnMut(Piece<'_>) -> bool) -> bool {
        let is_number = !std::mem::take(&mut self.has_letters);
        let goes_on = self.letters.is_empty() || tell(Piece::Word { letters: &self.letters, is_number });
        self.letters.clear();
        goes_on
    }
}

/// A Latin or Cyrillic letter without its accent, which writers leave out.
fn bare(letter: char) -> char {
    let mut bare = letter;
    if matches!(letter, '\u{e0}'..='\u{24f}' | 'ё' | 'ї') {
        let mut is_first = true;
        decompose_canonical(letter, |part| {
            if std::mem::take(&mut is_first) {
                bare = part;
            }
        });
    }
    bare
}

/// Whether a folded letter is a letter or digit. Asking the tables costs more than all the rest.
fn is_of_word(letter: char) -> bool {
    match letter {
        '\0'..='\u{7f}' => letter.is_ascii_alphanumeric(),
        '\u{430}'..='\u{45f}' | '\u{621}'..='\u{63a}' | '\u{641}'..='\u{64a}' => true,
        _ => letter.is_alphanumeric(),
    }
}

/// Letters of scripts that are written without spaces between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese.
const fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Marks inside words, which end none: combining accents and vowel signs.
const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}')
}
