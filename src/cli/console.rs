//! Standard output and error, for people and scripts. A reader that went away is no error.

use std::io::{self, IsTerminal as _, Write as _};

/// The command line asks for something that does not go together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

/// Lines on standard output.
pub(super) fn lines(lines: &[String]) {
    lines.iter().all(|text| line(text));
}

/// A line on standard output. `false` when nobody reads any more.
pub(super) fn line(text: &str) -> bool {
    writeln!(io::stdout().lock(), "{text}").is_ok()
}

/// A line on standard error.
pub(super) fn note(text: &str) {
    // There is no other place to complain to.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// An error on standard error.
pub(super) fn error(text: &str) {
    note(&format!("{} {text}", paint("error:", Color::Red)));
}

/// Colors that carry meaning.
#[derive(Debug, Clone, Copy)]
pub(super) enum Color {
    Red,
    Yellow,
    Green,
}

/// Colored where standard error is a terminal that wants color.
pub(super) fn paint(text: &str, color: Color) -> String {
    if !(io::stderr().is_terminal() && wants_color()) {
        return text.to_owned();
    }
    colored(text, color)
}

/// Whether standard output is a terminal that wants color.
pub(super) fn has_color() -> bool {
    io::stdout().is_terminal() && wants_color()
}

/// Text in a color.
pub(super) fn colored(text: &str, color: Color) -> String {
    let code = match color {
        Color::Red => "1;31",
        Color::Yellow => "33",
        Color::Green => "32",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// Whether the environment does not ask for plain text.
pub(super) fn wants_color() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
