//! Likeness: texts that share their wording, whatever spelling, cut or headline.
//!
//! A text finds earlier ones by the keys of its sketch, is compared with each word by word, and joins the cluster of the
//! one whose copy it most likely is. Wording that is written anew every few days counts little, and numbers that stand
//! in each other's place speak against: bulletins, telegrams and market reports are alike and no copies. What is no
//! copy may still be on the same event: that is told by the rare words of headline and beginning.

mod compare;
mod days;
mod matcher;
mod segments;
mod shelf;
mod sketch;
mod stories;
mod weigh;
mod words;

pub use compare::{Likeness, compare};
pub use days::Days;
pub use matcher::{Found, Link, Matcher, Sought, Text, hash, is_joined, score};
pub use shelf::{Kept, Memory, Shelf};
pub use sketch::{BANDS, Keys, SHINGLE};
pub use stories::{Term, about};
pub use weigh::{Setting, Weights, relation};
pub use words::{Word, words};

/// The shingles of words, in order.
pub fn shingles(words: &[Word]) -> impl Iterator<Item = u64> {
    words.windows(SHINGLE).map(sketch::shingle)
}

/// The keys of words; `None` for fewer than a shingle.
pub fn keys(words: &[Word]) -> Option<Keys> {
    (words.len() >= SHINGLE).then(|| sketch::keys(shingles(words)))
}

#[cfg(test)]
mod tests;
