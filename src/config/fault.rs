//! A fault of the configuration as a person reads it: where, what, and what to do.

use std::{fmt, ops::Range, sync::Arc};

/// Longest stretch of a line shown under a fault, in characters: one terminal line, however long the text.
const EXCERPT_CHARS_MAX: usize = 100;
/// Longest message or hint, in characters: foreign text inside cannot flood the terminal.
const WORDS_CHARS_MAX: usize = 400;

/// Whether the configuration can be used in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The configuration is refused.
    Error,
    /// The configuration is used; the operator should know.
    Warning,
}

/// Where in a file something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Line, from 1.
    pub(super) line: usize,
    /// Column in characters, from 1.
    pub(super) column: usize,
    /// The line's text, cut around the column where it is long.
    pub(super) text: String,
    /// The characters of `text` that are meant.
    pub(super) mark: Range<usize>,
}

/// One thing that is wrong with the configuration. Every text in it is safe to print on a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Error or warning.
    pub severity: Severity,
    /// The file, as it was named.
    pub file: Arc<str>,
    /// Line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 where the whole file is meant.
    pub column: usize,
    /// The line's text, cut around the column where it is long.
    pub text: String,
    /// The characters of `text` under which the caret stands.
    pub mark: Range<usize>,
    /// What is wrong, in words.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault of a whole file.
    pub(super) fn of_file(file: &str, message: &str) -> Self {
        let nowhere = Place { line: 0, column: 0, text: String::new(), mark: 0..0 };
        Self::at(&Arc::from(printable(file, usize::MAX)), nowhere, message)
    }

    /// A fault at a place of a file; `file` is printable already.
    pub(super) fn at(file: &Arc<str>, place: Place, message: &str) -> Self {
        let Place { line, column, text, mark } = place;
        let (file, message) = (Arc::clone(file), printable(&masked(message), WORDS_CHARS_MAX));
        Self { severity: Severity::Error, file, line, column, text, mark, message, hint: None }
    }

    /// The same fault with advice.
    pub(super) fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(printable(hint, WORDS_CHARS_MAX));
        self
    }

    /// The same as a warning.
    pub(super) fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Whether it makes the configuration unusable.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `file:line:column: message`, then the line, the caret under it, and the hint.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        let severity = if self.is_error() { "" } else { "warning: " };
        write!(f, ": {severity}{}", self.message)?;
        if !self.text.is_empty() {
            write!(f, "\n  {}\n  ", self.text)?;
            write!(
                f,
                "{:indent$}{:^<width$}",
                "",
                "",
                indent = self.mark.start,
                width = self.mark.len().max(1)
            )?;
        }
        self.hint.iter().try_for_each(|hint| write!(f, "\n  hint: {hint}"))
    }
}

impl std::error::Error for Fault {}

/// The place of the bytes `span` of `text`, whose lines start at `lines`.
pub(super) fn place(text: &str, lines: &[usize], span: &Range<usize>) -> Place {
    let start = text.floor_char_boundary(span.start);
    let line = lines.partition_point(|&line_start| line_start <= start);
    let line_start = lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
    let head = text.get(line_start..start).unwrap_or_default();
    let tail = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let meant = tail.get(..tail.floor_char_boundary(span.end.saturating_sub(start))).unwrap_or_default();
    let (column, width) = (head.chars().count(), meant.chars().count().max(1));
    let (text, mark) = excerpt(head, tail, column, width);
    Place { line: line.max(1), column: column + 1, text, mark }
}

/// Where the lines of a text start.
pub(super) fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// At most [`EXCERPT_CHARS_MAX`] characters of the line `head` + `tail` around character `column`, and
/// where in them the `width` meant characters are.
fn excerpt(head: &str, tail: &str, column: usize, width: usize) -> (String, Range<usize>) {
    let indent = if column == 0 { tail } else { head }.chars().take_while(|c| c.is_whitespace()).count();
    let skipped = indent.min(column).max((column + 10).saturating_sub(EXCERPT_CHARS_MAX / 2));
    let line = masked(&[head, tail].concat());
    let line: String = line.chars().skip(skipped).take(EXCERPT_CHARS_MAX).collect();
    let start = column - skipped.min(column);
    let end = (start + width).min(line.chars().count().max(start + 1));
    (printable(&line, EXCERPT_CHARS_MAX), start..end)
}

/// `text` with each character of a user name and password in an address as a star, so that columns stay true: a fault
/// is shown on terminals and in logs. An address that is written wrong hides its password as well.
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = split_scheme(rest) {
        masked.push_str(before);
        let end = after.find(['"', '\'', '`']).unwrap_or(after.len());
        let (address, next) = after.split_at_checked(end).unwrap_or((after, ""));
        let hidden = login_len(address);
        masked.extend(address.chars().take(hidden).map(|_| '*'));
        masked.extend(address.chars().skip(hidden));
        rest = next;
    }
    masked.push_str(rest);
    masked
}

/// Splits behind the first scheme of an address and whatever slashes follow it.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let ends =
        ["http:", "https:", "://"].iter().filter_map(|scheme| Some(lower.find(scheme)? + scheme.len()));
    let end = ends.min()?;
    let slashes = text.get(end..)?.len() - text.get(end..)?.trim_start_matches(['/', '\\']).len();
    text.split_at_checked(end + slashes)
}

/// Characters of an address, without its scheme, that are a user name and password.
fn login_len(address: &str) -> usize {
    let authority = address.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let of_authority = authority.rsplit_once('@').map(|(login, _)| login.chars().count());
    // A password may hold what ends an authority; a port is none.
    let wide = address.rsplit_once('@').filter(|(login, _)| {
        let password = login.split_once(':').map(|(_, password)| password);
        let port = password.and_then(|password| password.split(['/', '?', '#']).next());
        port.is_some_and(|port| port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()))
    });
    of_authority.max(wide.map(|(login, _)| login.chars().count())).unwrap_or_default()
}

/// `text` without anything that could steer a terminal or reorder its line: control characters and bidi
/// controls become U+FFFD, one for one, so that columns stay true. Cut to `chars_max`.
pub(super) fn printable(text: &str, chars_max: usize) -> String {
    let harmless = |c: char| if is_unsafe(c) { '\u{fffd}' } else { c };
    text.chars().take(chars_max).map(|c| if c == '\t' { ' ' } else { harmless(c) }).collect()
}

/// Whether a character could steer a terminal or reorder a line.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
