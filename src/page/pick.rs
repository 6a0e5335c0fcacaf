//! Picks: the `selector@attribute` of the configuration.

use scraper::Selector;
use std::{fmt, sync::Arc};

/// Longest pick in bytes.
const LENGTH_MAX: usize = 1024;
/// Compound selectors (`a`, `.b`, `c[d]`) in one pick; matching costs grow with them.
const COMPOUNDS_MAX: usize = 64;
/// Selectors nested in `:is()`, `:has()`, `:not()`, one in the other.
const NESTING_MAX: usize = 4;

/// One checked `selector@attribute`: the value is the attribute of what the selector finds, or its text where
/// no attribute is named. `@id` alone is the attribute of the element that the pick is applied to.
///
/// # Why
/// Only the text is kept. Ten thousand sources have a hundred thousand picks and few of them are in use at any
/// moment, while compiling one costs about a microsecond: pages compile those they need, once each.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pick {
    text: Arc<str>,
    /// Length of the selector; an `@` and the attribute follow where the text goes on.
    selector: u16,
}

/// Why a pick was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PickError {
    /// The reason, for a person.
    pub message: String,
    /// Where in the pick, in bytes.
    pub offset: usize,
}

impl Pick {
    /// Checks `text`.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn compile(text: &str) -> Result<Self, PickError> {
        let refuse = |message: &str, offset| Err(PickError { message: message.to_owned(), offset });
        if text.trim().is_empty() {
            return refuse("the selector is empty", 0);
        }
        if text.len() > LENGTH_MAX {
            return refuse("the selector is longer than 1,024 bytes", LENGTH_MAX);
        }
        let shape = Shape::of(text)?;
        let (selector, attribute) = match shape.at {
            Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
            None => (text, None),
        };
        if let Some(name) = attribute
            && !is_attribute(name)
        {
            return refuse("the attribute after `@` is no attribute name", selector.len() + 1);
        }
        if !selector.trim().is_empty() && Selector::parse(selector).is_err() {
            return refuse("this is no valid CSS selector", 0);
        }
        let length = u16::try_from(selector.len()).unwrap_or_default();
        Ok(Self { text: Arc::from(text), selector: length })
    }

    /// The pick as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The attribute that is the value; the text is where there is none.
    pub fn attribute(&self) -> Option<&str> {
        self.text.get(usize::from(self.selector) + 1..)
    }

    /// The selector compiled; none means the element itself.
    pub(super) fn selector(&self) -> Option<Selector> {
        let selector = self.text.get(..usize::from(self.selector)).unwrap_or_default();
        Selector::parse(selector).ok()
    }
}

impl fmt::Debug for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pick({:?})", self.as_str())
    }
}

/// What a look over the text without parsing tells.
struct Shape {
    /// The `@` that begins the attribute.
    at: Option<usize>,
}

impl Shape {
    /// Looks over `text` and keeps its costs bounded.
    fn of(text: &str) -> Result<Self, PickError> {
        let refuse = |message: &str, offset| Err(PickError { message: message.to_owned(), offset });
        let mut shape = Self { at: None };
        let (mut quote, mut brackets, mut nesting, mut compounds) = (None, 0usize, 0usize, 1usize);
        let mut before = ' ';
        let mut escaped = false;
        for (offset, letter) in text.char_indices() {
            match (quote, letter) {
                _ if escaped => escaped = false,
                (_, '\\') => {
                    escaped = true;
                    continue;
                }
                (Some(mark), _) => quote = quote.filter(|_| mark != letter),
                (None, '"' | '\'') => quote = Some(letter),
                (None, '[') => brackets += 1,
                (None, ']') => brackets = brackets.saturating_sub(1),
                (None, '(') => nesting += 1,
                (None, ')') => nesting = nesting.saturating_sub(1),
                (None, '@') if brackets == 0 && nesting == 0 => shape.at = Some(offset),
                (None, ',' | '>' | '+' | '~') if brackets == 0 => compounds += 1,
                (None, _) if brackets == 0 && before.is_whitespace() && !letter.is_whitespace() => {
                    compounds += 1;
                }
                _ => {}
            }
            if compounds > COMPOUNDS_MAX {
                return refuse("more than 64 simple selectors", offset);
            }
            if nesting > NESTING_MAX {
                return refuse("more than 4 selectors inside each other", offset);
            }
            before = letter;
        }
        Ok(shape)
    }
}

fn is_attribute(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ':' | '.'))
}
