//! Text into markup, JSON strings and URLs.

use std::fmt::Write as _;

/// Text for XML and HTML, in content and in quoted attributes.
pub(crate) fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text as a JSON string with its quotes, safe inside a script element.
pub(crate) fn json(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '<' => quoted.push_str("\\u003c"),
            control if u32::from(control) < 0x20 => {
                write!(quoted, "\\u{:04x}", u32::from(control)).expect("a String takes all");
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The slug of a headline: its first words, percent-encoded in lower case as blogs do.
pub(crate) fn slug(headline: &str, words: usize) -> String {
    let dashed = headline.split_whitespace().take(words).collect::<Vec<_>>().join("-");
    let mut slug = String::new();
    for byte in dashed.to_lowercase().bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            slug.push(char::from(byte));
        } else if !byte.is_ascii() {
            write!(slug, "%{byte:02x}").expect("a String takes all");
        }
    }
    slug
}
