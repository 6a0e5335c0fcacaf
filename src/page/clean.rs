//! The pass before the HTML parser: one linear walk over the raw text that leaves out what no reader wants
//! (scripts, styles, vector graphics, comments) and keeps the parser's work bounded.
//!
//! # Why
//! The parser is quadratic in the depth of open elements and in the attributes of one tag: half a megabyte of
//! nested lists takes minutes. What is left out here is more than half the bytes of a news page, so that the
//! pass pays for itself. Open elements are followed closely enough that no nesting gets through uncounted;
//! where markup is broken in ways not followed here, the count errs to the high side.

use super::tag::Tag;
use crate::model::Remark;
use memchr::{memchr, memmem};
use std::ops::Range;

/// Longest input that is read.
const INPUT_MAX_BYTES: usize = 16 << 20;
/// Deepest nesting of elements; browsers stop at 512.
const DEPTH_MAX: usize = 256;
/// Open elements that are followed at all; what nests deeper is dropped without memory of it.
const FOLLOWED_MAX: usize = 4096;
/// Start tags without an end tag of their name, over those whose end is implied. A second bound on the depth, for
/// broken markup that the first does not follow rightly.
const UNENDED_MAX: usize = 2048;
/// Open formatting elements.
const FORMATS_MAX: usize = 24;
/// Formatting elements that the parser may open again because they were never closed.
const REOPENED_MAX: usize = 100_000;
/// Attributes of one tag.
const ATTRIBUTES_MAX: usize = 256;
/// Bytes of one tag.
const TAG_MAX_BYTES: usize = 64 << 10;
/// Structured data kept, in blocks and bytes of each.
const DATA_MAX: (usize, usize) = (64, 4 << 20);

/// What the pass left.
pub(super) struct Cleaned<'a> {
    /// The markup for the parser.
    pub(super) html: String,
    /// Contents of the JSON-LD scripts.
    pub(super) data: Vec<&'a str>,
    /// What was cut.
    pub(super) remarks: Vec<Remark>,
}

/// Runs the pass.
pub(super) fn clean(html: &str) -> Cleaned<'_> {
    let cut = html.len() > INPUT_MAX_BYTES;
    let html =
        if cut { html.get(..html.floor_char_boundary(INPUT_MAX_BYTES)).unwrap_or_default() } else { html };
    let mut pass = Pass {
        html,
        out: String::with_capacity(html.len() / 2),
        kept: 0,
        open: Vec::new(),
        formats: Vec::new(),
        reopened: 0,
        unended: [0; 256],
        unended_all: 0,
        data: Vec::new(),
        unclosed: Vec::new(),
        deep: false,
        cut,
    };
    pass.run();
    let remarks = [(pass.deep, "page/too-deep"), (pass.cut, "page/cut")];
    let remarks = remarks.into_iter().filter(|(is, _)| *is).map(|(_, code)| Remark::new(code)).collect();
    Cleaned { html: pass.out, data: pass.data, remarks }
}

/// The walk's state.
struct Pass<'a> {
    html: &'a str,
    out: String,
    /// Where the text not yet copied begins.
    kept: usize,
    /// Open elements; those beyond [`DEPTH_MAX`] were dropped and wait for their end tags, dropped too.
    open: Vec<Tag>,
    /// Open formatting elements, which outlive the blocks they stand in.
    formats: Vec<Tag>,
    reopened: usize,
    /// Start tags less end tags by name, and their sum.
    unended: [u32; 256],
    unended_all: usize,
    data: Vec<&'a str>,
    /// Elements of raw content that were found to lack their end tag, so that it is looked for once.
    unclosed: Vec<Tag>,
    deep: bool,
    cut: bool,
}

impl Pass<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(start) = self.find(at, b'<') {
            self.close_up(at..start);
            let next = self.html.as_bytes().get(start + 1).copied().unwrap_or_default();
            at = match next {
                b'!' | b'?' => self.declaration(start),
                b'/' => self.end_tag(start),
                b'a'..=b'z' | b'A'..=b'Z' => self.start_tag(start),
                _ => start + 1,
            };
        }
        self.skip(self.html.len()..self.html.len());
    }

    /// Leaves out the indentation of markup: of the white space at either end of a text one character stays.
    fn close_up(&mut self, text: Range<usize>) {
        let Some(bytes) = self.html.as_bytes().get(text.clone()) else { return };
        let before = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let rest = bytes.len() - before;
        let behind = if rest == 0 {
            0
        } else {
            bytes.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count()
        };
        if before.max(behind) < 2 || self.open.contains(&Tag::PRE) {
            return;
        }
        if before > 1 {
            self.skip(text.start + 1..text.start + before);
        }
        if behind > 1 {
            self.skip(text.end - behind + 1..text.end);
        }
    }

    fn find(&self, from: usize, byte: u8) -> Option<usize> {
        memchr(byte, self.html.as_bytes().get(from..)?).map(|at| from + at)
    }

    /// Copies what stands before `range` and leaves the range out. Returns its end.
    fn skip(&mut self, range: Range<usize>) -> usize {
        self.out.push_str(self.html.get(self.kept..range.start).unwrap_or_default());
        self.kept = range.end;
        range.end
    }

    /// A comment, a document type or another declaration: only the document type stays.
    fn declaration(&mut self, start: usize) -> usize {
        let rest = self.html.get(start..).unwrap_or_default();
        if rest.starts_with("<!--") {
            let end = comment_end(rest.as_bytes()).unwrap_or(rest.len());
            return self.skip(start..start + end);
        }
        let end = self.find(start, b'>').map_or(self.html.len(), |at| at + 1);
        let is_type = rest.get(2..9).is_some_and(|word| word.eq_ignore_ascii_case("doctype"));
        if is_type { end } else { self.skip(start..end) }
    }

    fn end_tag(&mut self, start: usize) -> usize {
        let Some(end) = self.find(start, b'>').map(|at| at + 1) else {
            return self.skip(start..self.html.len());
        };
        let tag = name_at(self.html.as_bytes(), start + 2);
        if self.close(tag) { end } else { self.skip(start..end) }
    }

    fn start_tag(&mut self, start: usize) -> usize {
        let bytes = self.html.as_bytes();
        let tag = name_at(bytes, start + 1);
        let Some(scan) = scan_tag(bytes, start + 1) else { return self.skip(start..self.html.len()) };
        if let Some(end) = self.skipped(tag, start, &scan) {
            return end;
        }
        if !self.open(tag, start) {
            return self.skip(start..scan.end);
        }
        if let Some(cut) = scan.cut {
            self.cut = true;
            self.skip(cut..scan.end);
            self.out.push('>');
        }
        if tag == Tag::TITLE { self.close_raw("title", scan.end) } else { scan.end }
    }

    /// Leaves out an element that no reader wants, with its content. Returns where reading goes on.
    fn skipped(&mut self, tag: Tag, start: usize, scan: &Scan) -> Option<usize> {
        let name = match tag {
            Tag::SCRIPT => "script",
            Tag::STYLE => "style",
            Tag::SVG => "svg",
            Tag::NOSCRIPT => "noscript",
            Tag::IFRAME => "iframe",
            Tag::TEXTAREA => "textarea",
            Tag::NOEMBED => "noembed",
            Tag::NOFRAMES => "noframes",
            Tag::TEMPLATE => "template",
            Tag::XMP => "xmp",
            Tag::PLAINTEXT | Tag::MATH => return Some(self.skip(start..scan.end)),
            _ => return None,
        };
        let markup = self.html.get(start..scan.end).unwrap_or_default();
        // Content of a declared shadow root is shown by browsers: only the tag goes.
        let is_shown = tag == Tag::TEMPLATE && memmem::find(markup.as_bytes(), b"shadowroot").is_some();
        if is_shown || (tag == Tag::SVG && scan.closes_itself) {
            return Some(self.skip(start..scan.end));
        }
        let nests = matches!(tag, Tag::SVG | Tag::TEMPLATE);
        let content_end = self.content_end(scan.end, tag, name, nests);
        if tag == Tag::SCRIPT && memmem::find(markup.as_bytes(), b"ld+json").is_some() {
            self.keep_data(scan.end..content_end);
        }
        if content_end == self.html.len() && tag != Tag::SCRIPT {
            // Never closed: rather too much text than a page lost behind a forgotten end tag.
            return Some(self.skip(start..scan.end));
        }
        let end = self.find(content_end, b'>').map_or(self.html.len(), |at| at + 1);
        Some(self.skip(start..end))
    }

    /// Where the content that begins at `from` ends; the end of all where it never does.
    fn content_end(&mut self, from: usize, tag: Tag, name: &str, nests: bool) -> usize {
        let all = self.html.len();
        if self.unclosed.contains(&tag) {
            return all;
        }
        let end = content_end(self.html.as_bytes(), from, name, nests);
        if end == all {
            self.unclosed.push(tag);
        }
        end
    }

    fn keep_data(&mut self, content: Range<usize>) {
        if self.data.len() < DATA_MAX.0 && content.len() <= DATA_MAX.1 {
            self.data.extend(self.html.get(content));
        }
    }

    /// Reading goes on after the end tag of an element whose content is text only.
    fn close_raw(&mut self, name: &str, from: usize) -> usize {
        let end = self.content_end(from, Tag::of(name.as_bytes()), name, false);
        if end == self.html.len() {
            return from;
        }
        self.close(Tag::of(name.as_bytes()));
        self.find(end, b'>').map_or(self.html.len(), |at| at + 1)
    }

    /// Notes a start tag. False where it must be dropped.
    fn open(&mut self, tag: Tag, start: usize) -> bool {
        if tag.is_void() || matches!(tag, Tag::HTML | Tag::HEAD | Tag::BODY | Tag::OPTION) || is_row(tag) {
            return true;
        }
        if tag.is_formatting() {
            return self.open_format(tag);
        }
        // Within a choice the start of another one ends it and begins none.
        if tag == Tag::SELECT && self.close_within(tag, Tag::bounds_scope) {
            return true;
        }
        self.close_implied(tag);
        self.spend_reopened(start);
        if self.open.len() < FOLLOWED_MAX {
            self.open.push(tag);
        }
        self.begin(tag);
        let is_kept = self.open.len() <= DEPTH_MAX && self.unended_all <= UNENDED_MAX;
        self.deep |= !is_kept;
        is_kept
    }

    /// Counts a start tag that wants an end tag.
    fn begin(&mut self, tag: Tag) {
        let implied =
            matches!(tag, Tag::DD | Tag::DT | Tag::LI | Tag::P | Tag::RB | Tag::RP | Tag::RT | Tag::RTC);
        if let Some(count) = self.unended.get_mut(tag.bucket()).filter(|_| !implied) {
            *count += 1;
            self.unended_all += 1;
        }
    }

    /// Counts an end tag.
    fn end(&mut self, tag: Tag) {
        if let Some(count) = self.unended.get_mut(tag.bucket()).filter(|count| **count > 0) {
            *count -= 1;
            self.unended_all -= 1;
        }
    }

    fn open_format(&mut self, tag: Tag) -> bool {
        if self.formats.len() < FOLLOWED_MAX {
            self.formats.push(tag);
        }
        self.formats.len() <= FORMATS_MAX && self.reopened <= REOPENED_MAX
    }

    /// Counts the formatting elements that the parser may open again in the block that starts now, and closes
    /// them all for good when there were too many.
    fn spend_reopened(&mut self, start: usize) {
        if self.reopened > REOPENED_MAX {
            return;
        }
        self.reopened += self.formats.len().min(FORMATS_MAX);
        if self.reopened > REOPENED_MAX {
            self.deep = true;
            self.skip(start..start);
            for _ in 0..FORMATS_MAX {
                self.out.push_str("</b></big></code></em></font></i></s></small></strike></strong></tt></u>");
            }
        }
    }

    /// Closes what the start of `tag` closes by the rules of HTML.
    fn close_implied(&mut self, tag: Tag) {
        if tag.ends_paragraph() {
            self.close_within(Tag::P, |open| open.bounds_scope() || open == Tag::BUTTON);
        }
        let passes = |open: Tag| matches!(open, Tag::ADDRESS | Tag::DIV | Tag::P);
        match tag {
            Tag::LI => self.close_within(Tag::LI, |open| open.is_special() && !passes(open)),
            Tag::DD | Tag::DT => {
                self.close_within(Tag::DD, |open| open.is_special() && !passes(open))
                    || self.close_within(Tag::DT, |open| open.is_special() && !passes(open))
            }
            Tag::RB | Tag::RP | Tag::RT | Tag::RTC => self.close_ruby_text(),
            Tag::A => self.open.pop_if(|open| *open == Tag::A).map(|_| self.end(Tag::A)).is_some(),
            _ => false,
        };
    }

    /// In a ruby element its parts end each other, and whatever ends by itself.
    fn close_ruby_text(&mut self) -> bool {
        let mut reachable =
            self.open.iter().rev().take_while(|open| !open.bounds_scope()).take(2 * DEPTH_MAX);
        if !reachable.any(|open| *open == Tag::RUBY) {
            return false;
        }
        let ends = |open: &mut Tag| {
            matches!(*open, Tag::DD | Tag::DT | Tag::LI | Tag::P | Tag::RB | Tag::RP | Tag::RT | Tag::RTC)
        };
        while self.open.pop_if(ends).is_some() {}
        true
    }

    /// Notes an end tag. False where it must be dropped.
    fn close(&mut self, tag: Tag) -> bool {
        if matches!(tag, Tag::MATH | Tag::TEMPLATE | Tag::SVG | Tag::SCRIPT | Tag::NOSCRIPT) {
            return false;
        }
        if tag.is_formatting() {
            let Some(index) = self.formats.iter().rposition(|open| *open == tag) else { return true };
            self.formats.remove(index);
            return index < FORMATS_MAX;
        }
        self.end(tag);
        if tag == Tag::FORM {
            // A form ends alone: what was opened in it and not closed stays open.
            let Some(index) = self.open.iter().rposition(|open| *open == Tag::FORM) else { return true };
            self.open.remove(index);
            return index < DEPTH_MAX;
        }
        let before = self.open.len();
        let closed = if matches!(tag, Tag::TABLE | Tag::CAPTION) {
            self.close_within(tag, |_| false)
        } else if tag.heading_level().is_some() {
            self.close_heading()
        } else if tag == Tag::LI {
            // A list within the item keeps the end tag from reaching it.
            self.close_within(tag, |open| open.bounds_scope() || matches!(open, Tag::UL | Tag::OL))
        } else if tag.is_special() {
            self.close_within(tag, Tag::bounds_scope)
        } else {
            self.close_within(tag, Tag::is_special)
        };
        // An end tag that closed only elements which were dropped is dropped with them.
        !closed || before <= DEPTH_MAX || self.open.len() < DEPTH_MAX
    }

    /// Any heading's end tag closes any heading.
    fn close_heading(&mut self) -> bool {
        let reachable = self.open.iter().rev().take_while(|open| !open.bounds_scope()).take(2 * DEPTH_MAX);
        let found = reachable.map(|open| open.heading_level()).position(|level| level.is_some());
        found.is_some_and(|above| {
            self.open.truncate(self.open.len() - above - 1);
            true
        })
    }

    /// Closes the innermost open `tag` unless an element that `stops` stands between.
    fn close_within(&mut self, tag: Tag, stops: impl Fn(Tag) -> bool) -> bool {
        for (index, open) in self.open.iter().enumerate().rev().take(2 * DEPTH_MAX) {
            if *open == tag {
                self.open.truncate(index);
                return true;
            }
            if stops(*open) {
                return false;
            }
        }
        false
    }
}

/// Parts of a table, whose end is implied and whose nesting needs a table each.
const fn is_row(tag: Tag) -> bool {
    matches!(tag, Tag::TBODY | Tag::TD | Tag::TFOOT | Tag::TH | Tag::THEAD | Tag::TR)
}

/// The length of the comment that `bytes` begin with.
fn comment_end(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"<!-->") {
        return Some(5);
    }
    if bytes.starts_with(b"<!--->") {
        return Some(6);
    }
    let end = memmem::find(bytes, b"-->").map(|at| at + 3);
    // The other spelling of the end is rare: it is looked for only within the comment found.
    let within = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
    memmem::find(within, b"--!>").map(|at| at + 4).or(end)
}

/// The name that begins at `from`.
fn name_at(bytes: &[u8], from: usize) -> Tag {
    let rest = bytes.get(from..).unwrap_or_default();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    let length = rest.iter().take(64).position(ends).unwrap_or(rest.len().min(64));
    Tag::of(rest.get(..length).unwrap_or_default())
}

/// Where the content of an element that begins at `from` ends: at its end tag, or at the end of all.
fn content_end(bytes: &[u8], from: usize, name: &str, nests: bool) -> usize {
    let mut at = from;
    let mut depth = 1usize;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)) {
        let start = at + found;
        let rest = bytes.get(start + 1..).unwrap_or_default();
        let is_end = rest.first() == Some(&b'/');
        let named = rest.get(usize::from(is_end)..).unwrap_or_default();
        at = start + 1;
        if !is_named(named, name) {
            continue;
        }
        if !is_end {
            if nests {
                // `<svg/>` closes itself, so that only an open one counts.
                let Some(scan) = scan_tag(bytes, start + 1) else { return bytes.len() };
                depth += usize::from(!scan.closes_itself);
                at = scan.end;
            }
        } else if depth == 1 {
            if name == "script" && is_quoted_script(bytes.get(from..start).unwrap_or_default()) {
                continue;
            }
            return start;
        } else {
            depth -= 1;
        }
    }
    bytes.len()
}

/// Whether `bytes` begin with `name` as a whole tag name.
fn is_named(bytes: &[u8], name: &str) -> bool {
    bytes.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(name.len()).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
}

/// Whether a script's content, so far, stands inside a script written within a comment (`<!-- <script>`), so
/// that the next end tag closes the inner one.
fn is_quoted_script(content: &[u8]) -> bool {
    // Looked at from its end and only so far back as old pages write such things: it must stay linear.
    let tail = content.get(content.len().saturating_sub(4096)..).unwrap_or_default();
    let Some(open) = memmem::rfind(tail, b"<!--") else { return false };
    let inside = tail.get(open..).unwrap_or_default();
    let starts = memmem::rfind(inside, b"<script");
    let ends = memmem::rfind(inside, b"</script");
    memmem::find(inside, b"-->").is_none() && starts.is_some() && starts > ends
}

/// A start tag's extent.
struct Scan {
    /// After its `>`.
    end: usize,
    /// Where it must be cut because it holds too much.
    cut: Option<usize>,
    /// Whether it ends in `/>`.
    closes_itself: bool,
}

/// Finds the end of the tag whose name begins at `from`. Quotes count only where a value may begin.
fn scan_tag(bytes: &[u8], from: usize) -> Option<Scan> {
    let mut at = from;
    let mut attributes = 0;
    let mut cut = None;
    // The attribute being read began here; a value may begin after an equals sign.
    let mut began = from;
    let mut in_name = true;
    let mut value_next = false;
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'>' => {
                let closes_itself = bytes.get(at.wrapping_sub(1)) == Some(&b'/');
                return Some(Scan { end: at + 1, cut, closes_itself });
            }
            b'"' | b'\'' if value_next => {
                at += 1 + memchr(byte, bytes.get(at + 1..)?)?;
                (in_name, value_next) = (false, false);
            }
            b'=' if !value_next => value_next = true,
            b'/' if !value_next => in_name = false,
            _ if byte.is_ascii_whitespace() => in_name = false,
            _ if value_next => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
                at += bytes.get(at..)?.iter().position(ends)?;
                (in_name, value_next) = (false, false);
                continue;
            }
            _ if !in_name => {
                attributes += 1;
                began = at;
                in_name = true;
            }
            _ => {}
        }
        if cut.is_none() && (attributes > ATTRIBUTES_MAX || at - from > TAG_MAX_BYTES) {
            cut = Some(began.max(from + 1));
        }
        at += 1;
    }
}
