//! XML from tag to tag, as far as it can be followed: the parts of a document in order, and whether they were
//! written as XML wants them. Never fails: what is no tag is text.

use memchr::{memchr, memchr2, memmem};

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text between tags, references as written.
    Text(&'a str),
    /// The content of a CDATA section.
    Data(&'a str),
    /// A start tag, or an empty element.
    Start(Tag<'a>),
    /// The name in an end tag.
    End(&'a str),
    /// What stands in a document type declaration.
    Doctype(&'a str),
    /// A comment, a processing instruction or the prolog.
    Other,
}

impl<'a> Token<'a> {
    /// What is text in it, or CDATA.
    pub(super) const fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) | Self::Data(text) => Some(text),
            Self::Start(_) | Self::End(_) | Self::Doctype(_) | Self::Other => None,
        }
    }
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The name with its prefix.
    pub(super) name: &'a str,
    /// All attributes as written.
    pub(super) attributes: &'a str,
    /// Whether it is an empty element, which has no end tag.
    pub(super) is_empty: bool,
}

/// The parts of a text from a position on.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    start: usize,
    is_odd: bool,
    /// Ends of which none is left. A search that failed once fails for all the rest, so it is not repeated.
    missing: Vec<End>,
}

/// What is looked for as far as the end of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Comment,
    Data,
    Instruction,
    Doctype,
    Tag,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, start: 0, is_odd: false, missing: Vec::new() }
    }

    /// The document.
    pub(super) const fn text(&self) -> &'a str {
        self.text
    }

    /// Where the next part begins, in bytes.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Where the last part began, in bytes.
    pub(super) const fn start(&self) -> usize {
        self.start
    }

    /// Whether anything so far was not as XML wants it.
    pub(super) const fn is_odd(&self) -> bool {
        self.is_odd
    }

    /// Goes on at a position.
    pub(super) const fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The text up to `length` bytes further, which are passed, with `behind` more.
    fn take(&mut self, length: usize, behind: usize) -> &'a str {
        let taken = self.rest().get(..length).unwrap_or_default();
        self.at = (self.at + length + behind).min(self.text.len());
        taken
    }

    /// A section that begins with `open` bytes and ends with `close`. Where the end is missing, `None`.
    fn section(&mut self, end: End, open: usize, close: &str) -> Option<&'a str> {
        let inside = self.rest().as_bytes().get(open..)?;
        let is_missing = self.missing.contains(&end);
        let found = if is_missing { None } else { memmem::find(inside, close.as_bytes()) };
        let Some(length) = found else {
            if !is_missing {
                self.missing.push(end);
            }
            self.is_odd = true;
            return None;
        };
        self.at += open;
        Some(self.take(length, close.len()))
    }

    /// What begins with `<!` or `<?`.
    fn declaration(&mut self) -> Option<Token<'a>> {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            if self.section(End::Comment, 4, "-->").is_none() {
                self.at += 4;
            }
            return Some(Token::Other);
        }
        if rest.starts_with("<![CDATA[") {
            if let Some(data) = self.section(End::Data, 9, "]]>") {
                return Some(Token::Data(data));
            }
            // Its end was lost: what follows is read as if it had never begun.
            self.at += 9;
            return Some(Token::Other);
        }
        if rest.starts_with("<?") {
            if self.section(End::Instruction, 2, "?>").is_none() {
                self.at += 2;
            }
            return Some(Token::Other);
        }
        let is_doctype = rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        if !is_doctype || self.missing.contains(&End::Doctype) {
            return None;
        }
        // A document has one.
        self.missing.push(End::Doctype);
        let (length, is_whole) = doctype_end(rest.as_bytes());
        self.is_odd |= !is_whole;
        Some(Token::Doctype(self.take(length, 0)))
    }

    /// A start or end tag. `None`: the `<` begins none.
    fn tag(&mut self) -> Option<Token<'a>> {
        let rest = self.rest();
        let is_end = rest.as_bytes().get(1) == Some(&b'/');
        let name_at = if is_end { 2 } else { 1 };
        let first = *rest.as_bytes().get(name_at)?;
        if !(first.is_ascii_alphabetic() || first >= 0x80 || first == b'_')
            || self.missing.contains(&End::Tag)
        {
            return None;
        }
        let bytes = rest.as_bytes();
        let end = match tag_end(bytes) {
            Close::At(end) => end,
            Close::Guessed(end) => {
                self.is_odd = true;
                end
            }
            Close::NoTag => return None,
            Close::Never => {
                self.missing.push(End::Tag);
                return None;
            }
        };
        let inside = rest.get(name_at..end)?;
        self.at += end + 1;
        let ends_name = |byte: u8| byte.is_ascii_whitespace() || byte == b'/';
        let name_end = inside.bytes().position(ends_name).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at_checked(name_end)?;
        if is_end {
            self.is_odd |= !attributes.trim_ascii().is_empty();
            return Some(Token::End(name));
        }
        let (attributes, is_empty) = match attributes.strip_suffix('/') {
            Some(attributes) => (attributes, true),
            None => (attributes, false),
        };
        Some(Token::Start(Tag { name, attributes: attributes.trim_ascii(), is_empty }))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.start = self.at;
        let rest = self.rest().as_bytes();
        match memchr(b'<', rest) {
            None if rest.is_empty() => None,
            None => Some(Token::Text(self.take(rest.len(), 0))),
            Some(0) => {
                let token = match rest.get(1) {
                    Some(b'!' | b'?') => self.declaration(),
                    _ => self.tag(),
                };
                token.or_else(|| {
                    self.is_odd = true;
                    Some(Token::Text(self.take(1, 0)))
                })
            }
            Some(length) => Some(Token::Text(self.take(length, 0))),
        }
    }
}

/// Where a tag ends.
enum Close {
    /// At this `>`.
    At(usize),
    /// At this `>`, by a guess.
    Guessed(usize),
    /// Nowhere before the next tag: it is none.
    NoTag,
    /// Nowhere in the rest of the document.
    Never,
}

/// Where the `>` of the tag is that begins with `bytes`; one in quotes is none. XML forbids `<` in quotes, so a
/// quote that is open there was never closed.
fn tag_end(bytes: &[u8]) -> Close {
    let mut at = 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| matches!(byte, b'>' | b'"' | b'\'' | b'<')) else {
            return Close::Never;
        };
        at += length;
        match bytes.get(at) {
            Some(b'>') => return Close::At(at),
            Some(b'<') | None => return Close::NoTag,
            Some(quote) => {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                match memchr2(*quote, b'<', rest).and_then(|length| Some((length, rest.get(length)?))) {
                    Some((length, found)) if found == quote => at += length + 2,
                    _ => return guessed_end(bytes, at),
                }
            }
        }
    }
}

/// The first `>` after a quote that is never closed.
fn guessed_end(bytes: &[u8], quote: usize) -> Close {
    match memchr2(b'>', b'<', bytes.get(quote..).unwrap_or_default()) {
        Some(length) if bytes.get(quote + length) == Some(&b'>') => Close::Guessed(quote + length),
        Some(_) => Close::NoTag,
        None => Close::Never,
    }
}

/// How long a document type declaration is, with its `[…]`, and whether its end was found.
fn doctype_end(bytes: &[u8]) -> (usize, bool) {
    let Some(first) = memchr2(b'>', b'[', bytes) else { return (bytes.len().min(9), false) };
    if bytes.get(first) == Some(&b'>') {
        return (first + 1, true);
    }
    let end = memmem::find(bytes.get(first..).unwrap_or_default(), b"]").and_then(|inner| {
        let close = first + inner;
        Some(close + memchr(b'>', bytes.get(close..)?)? + 1)
    });
    (end.unwrap_or(first + 1), end.is_some())
}

/// The attributes of a tag: names and values as written. `is_odd` of the iterator tells whether they were
/// written as XML wants them.
#[derive(Debug, Clone)]
pub(super) struct Attributes<'a> {
    rest: &'a str,
    /// Whether anything so far was not as XML wants it.
    pub(super) is_odd: bool,
}

impl<'a> Attributes<'a> {
    pub(super) const fn of(tag: &Tag<'a>) -> Self {
        Self { rest: tag.attributes, is_odd: false }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let name = self.rest.trim_start_matches(|c: char| c == '=' || c.is_ascii_whitespace());
        self.is_odd |= self.rest.trim_ascii_start().len() > name.len();
        let name_end = name.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(name.len());
        let (name, rest) = name.split_at_checked(name_end).filter(|(name, _)| !name.is_empty())?;
        let Some(value) = rest.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) else {
            self.is_odd = true;
            self.rest = rest;
            return Some((name, ""));
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let quoted = quote.and_then(|quote| value.get(1..)?.split_once(quote));
        let (value, rest) = quoted.unwrap_or_else(|| {
            self.is_odd = true;
            let bare = value.trim_start_matches(['"', '\'']);
            bare.split_at(bare.find(|c: char| c.is_ascii_whitespace()).unwrap_or(bare.len()))
        });
        self.is_odd |= rest.starts_with(|c: char| !c.is_ascii_whitespace());
        self.rest = rest;
        Some((name, value))
    }
}
