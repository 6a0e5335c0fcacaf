//! Unicode and Arabic text: bytes to text, the normal form of what is written, the matching form of what is
//! compared, and the harmless form of what is logged or becomes a file name.
//!
//! Pure functions over strings. Nothing here knows where a text comes from or what it means, parses HTML,
//! or changes an author's spelling, digits or punctuation in the text that is kept: [`normal()`] is all that
//! is done to that. No input makes a function panic, and all of them are linear in their input.

mod decode;
mod escape;
mod fold;
mod language;
mod markup;
mod names;
mod normal;
mod references;

pub use decode::{decode, is_binary};
pub use escape::{for_log, slug};
pub use fold::{ascii_digits, fold};
pub use language::{direction, language, words};
pub use markup::strip_markup;
pub use normal::normal;
pub use references::unescape;

#[cfg(test)]
mod tests;
