//! The page laid flat: its elements in document order and its lines of text, from one walk.
//!
//! A *line* is the text between two block borders or line breaks. Everything after the walk works on these two
//! lists; a subtree is a range of each.

use super::hints::{Hint, Hints};
use crate::page::{Node, Page, Step, Tag};
use std::ops::Range;
use url::Url;

/// Elements and lines of one page; what lies beyond is not read.
const CELLS_MAX: usize = 400_000;

/// An element.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    /// The element itself.
    pub(super) node: Node<'a>,
    /// Its name.
    pub(super) tag: Tag,
    /// Index of the element around it.
    pub(super) parent: usize,
    /// After its last descendant.
    pub(super) end: usize,
    /// The lines in it.
    pub(super) lines: Range<usize>,
    /// What its attributes say of it.
    pub(super) hint: Hint,
    /// Whether a block stands in it.
    pub(super) holds_blocks: bool,
}

/// A line of text.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// The innermost block around it.
    pub(super) cell: usize,
    /// As it stands in the page, white space not folded.
    pub(super) text: String,
    /// Letters, those of scripts without spaces counted for more.
    pub(super) weight: u32,
    /// Of these, in links.
    pub(super) linked: u32,
    /// Of these, in bold.
    pub(super) bold: u32,
    /// Whether its last letters stand in a link.
    pub(super) ends_linked: bool,
    /// Commas of any script.
    pub(super) commas: u32,
    /// Whether a line break, not a block border, stands before it.
    pub(super) after_break: bool,
    /// What the inline elements in it say.
    pub(super) hint: Hint,
    /// The inline elements in it: indices of cells.
    pub(super) inner: Range<usize>,
}

impl Line {
    /// The share of its letters that stand in links.
    pub(super) fn link_share(&self) -> f32 {
        share(self.linked, self.weight)
    }

    /// Whether nearly all of it is bold.
    pub(super) fn is_bold(&self) -> bool {
        share(self.bold, self.weight) > 0.9
    }
}

/// A part of a whole, 0 where there is nothing.
#[expect(
    clippy::cast_precision_loss,
    reason = "letter counts stay far below 2^24, or a rounding does not matter"
)]
pub(super) fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

/// The page laid flat.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    /// Elements in document order.
    pub(super) cells: Vec<Cell<'a>>,
    /// Lines in document order.
    pub(super) lines: Vec<Line>,
}

impl<'a> Outline<'a> {
    /// Walks the page once. The elements of `removed` are left out.
    pub(super) fn of(page: &'a Page, removed: &[Node<'a>]) -> Self {
        let mut outline = Self { cells: Vec::with_capacity(4_096), lines: Vec::with_capacity(1_024) };
        outline.walk(page, page.root(), removed);
        outline
    }

    /// The same of one element.
    pub(super) fn of_part(page: &'a Page, node: Node<'a>, removed: &[Node<'a>]) -> Self {
        let mut outline = Self { cells: Vec::new(), lines: Vec::new() };
        outline.walk(page, node, removed);
        outline
    }

    fn walk(&mut self, page: &'a Page, node: Node<'a>, removed: &[Node<'a>]) {
        let mut walk = Walk {
            page,
            cells: std::mem::take(&mut self.cells),
            lines: std::mem::take(&mut self.lines),
            open: Vec::new(),
            line: Line::default(),
            hints: Hints::default(),
            links: Vec::new(),
            bolds: 0,
            hidden: 0,
        };
        for step in node.walk() {
            match step {
                Step::Open(node) if walk.cells.len() < CELLS_MAX => walk.open(node, removed),
                Step::Open(_) => walk.hidden += 1,
                Step::Text(text) if walk.hidden == 0 => walk.text(text),
                Step::Text(_) => {}
                Step::Close(tag) => walk.close(tag),
            }
        }
        walk.end_line();
        (self.cells, self.lines) = (walk.cells, walk.lines);
    }

    /// The cell at `index`; the root where there is none.
    pub(super) fn cell(&self, index: usize) -> Option<&Cell<'a>> {
        self.cells.get(index)
    }

    /// The cells around `index`, innermost first, itself included.
    pub(super) fn upward(&self, index: usize) -> impl Iterator<Item = (usize, &Cell<'a>)> {
        let mut next = Some(index);
        std::iter::from_fn(move || {
            let at = next?;
            let cell = self.cells.get(at)?;
            next = (at != 0).then_some(cell.parent);
            Some((at, cell))
        })
    }

    /// Whether one of the cells around `index`, itself included, passes.
    pub(super) fn within(&self, index: usize, passes: impl Fn(&Cell<'a>) -> bool) -> bool {
        self.upward(index).any(|(_, cell)| passes(cell))
    }

    /// The index of the cell that is `node`.
    pub(super) fn find(&self, node: Node<'a>) -> Option<usize> {
        self.cells.iter().position(|cell| cell.node == node)
    }
}

/// The walk's state.
struct Walk<'a> {
    page: &'a Page,
    cells: Vec<Cell<'a>>,
    lines: Vec<Line>,
    /// Open cells, innermost last.
    open: Vec<usize>,
    line: Line,
    hints: Hints<'a>,
    /// Open links that lead elsewhere.
    links: Vec<usize>,
    bolds: usize,
    /// Depth inside an element that is not read; 0 outside.
    hidden: usize,
}

impl<'a> Walk<'a> {
    fn open(&mut self, node: Node<'a>, removed: &[Node<'a>]) {
        let tag = node.tag();
        if self.hidden > 0 || is_unread(tag) || is_reading(node, tag) || removed.contains(&node) {
            self.hidden += 1;
            return;
        }
        let hint = self.hints.of(node, tag);
        let is_onward = tag == Tag::A && !self.is_mark_of_heading(node);
        let is_empty_mark = tag == Tag::A && !is_onward && !node.text().contains(char::is_alphanumeric);
        if !tag.is_block() && self.is_beside_text(node, hint) || is_empty_mark {
            self.hidden += 1;
            return;
        }
        if tag == Tag::BR {
            self.end_line();
            self.line.after_break = true;
        }
        if tag.is_block() {
            self.end_line();
            self.note_block();
        }
        let index = self.cells.len();
        let parent = self.open.last().copied().unwrap_or_default();
        let line = self.lines.len();
        self.cells.push(Cell {
            node,
            tag,
            parent,
            end: index + 1,
            lines: line..line,
            hint,
            holds_blocks: false,
        });
        self.open.push(index);
        match tag {
            Tag::A if is_onward => self.links.push(index),
            Tag::B | Tag::STRONG => self.bolds += 1,
            _ => {}
        }
        if !tag.is_block() {
            self.line.hint |= hint;
        }
    }

    /// Whether an inline element is not in the text: what programs read, and what opens over a word. That word may
    /// be named alike; what opens stands behind it in an inline element that holds both.
    fn is_beside_text(&self, node: Node<'_>, hint: Hint) -> bool {
        if hint.has(Hint::UNSEEN) && has_words(node) || hint.has(Hint::HIDDEN) && is_concealed(node) {
            return true;
        }
        if !hint.has(Hint::POPUP) || node.tag() == Tag::A {
            return false;
        }
        let around = self.open.last().and_then(|index| self.cells.get(*index));
        around.filter(|around| !around.tag.is_block()).is_some_and(|around| match node.previous() {
            Some(Step::Open(before)) => !before.tag().is_void(),
            Some(Step::Text(_) | Step::Close(_)) => around.hint.has(Hint::POPUP),
            None => false,
        })
    }

    /// Whether a link in a heading leads nowhere but to it: its anchor, or the sign of one.
    fn is_mark_of_heading(&self, node: Node<'_>) -> bool {
        let around = self.open.iter().rev().take(3).filter_map(|index| self.cells.get(*index));
        let mut headings = around.filter(|cell| cell.tag.heading_level().is_some_and(|level| level > 1));
        headings.next().is_some() && node.attribute("href").is_none_or(|href| self.is_within(href))
    }

    /// Whether an address is a place in this page, or none.
    fn is_within(&self, href: &str) -> bool {
        let href = href.trim();
        let (address, fragment) =
            href.split_once('#').map_or((href, None), |(address, at)| (address, Some(at)));
        let is_own = |url: Url| {
            self.page.base_url().is_some_and(|own| own.path() == url.path() && own.host() == url.host())
        };
        address.is_empty()
            || address.starts_with("javascript:")
            || fragment.is_some() && self.page.resolve(address).is_some_and(is_own)
    }

    /// The cells around a block hold one.
    fn note_block(&mut self) {
        for index in self.open.iter().rev() {
            match self.cells.get_mut(*index) {
                Some(cell) if !cell.holds_blocks => cell.holds_blocks = true,
                _ => break,
            }
        }
    }

    fn close(&mut self, tag: Tag) {
        if self.hidden > 0 {
            self.hidden -= 1;
            return;
        }
        if tag.is_block() {
            self.end_line();
        }
        if matches!(tag, Tag::B | Tag::STRONG) {
            self.bolds = self.bolds.saturating_sub(1);
        }
        let (cells, lines) = (self.cells.len(), self.lines.len());
        // An inline element that ends within a line owns that line too.
        let unfinished = usize::from(self.line.weight > 0);
        let closed = self.open.pop();
        self.links.pop_if(|link| Some(*link) == closed);
        if let Some(cell) = closed.and_then(|index| self.cells.get_mut(index)) {
            cell.end = cells;
            cell.lines.end = lines + if tag.is_block() { 0 } else { unfinished };
        }
    }

    fn text(&mut self, text: &str) {
        let (weight, commas) = weigh(text);
        if weight == 0 && self.line.text.is_empty() {
            return;
        }
        if self.line.weight == 0 {
            self.line.inner.start = self.open.last().copied().unwrap_or_default();
        }
        self.line.text.push_str(text);
        self.line.weight += weight;
        self.line.commas += commas;
        if !self.links.is_empty() {
            self.line.linked += weight;
        }
        if weight > 0 {
            self.line.ends_linked = !self.links.is_empty();
        }
        if self.bolds > 0 {
            self.line.bold += weight;
        }
    }

    fn end_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        if line.weight == 0 {
            self.line.hint = Hint::NONE;
            return;
        }
        let blocks = |index: &&usize| self.cells.get(**index).is_some_and(|cell| cell.tag.is_block());
        line.cell = self.open.iter().rev().find(blocks).copied().unwrap_or_default();
        line.inner.end = self.cells.len();
        self.lines.push(line);
    }
}

/// Letters of an inline element that is not shown; longer ones are shown when the reader asks for the rest.
const CONCEALED_MAX: usize = 80;

/// Whether an inline element that is hidden is so from readers, and not from programs that read the page aloud.
fn is_concealed(node: Node<'_>) -> bool {
    node.attribute("aria-hidden").is_none() && has_words(node) && node.text().chars().count() <= CONCEALED_MAX
}

/// Whether a letter stands in an element. A colon that only programs need still parts a headline.
fn has_words(node: Node<'_>) -> bool {
    node.walk().any(|step| matches!(step, Step::Text(text) if text.contains(char::is_alphanumeric)))
}

/// Elements whose text is no text of the page.
fn is_unread(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::AUDIO
            | Tag::BUTTON
            | Tag::CANVAS
            | Tag::DATALIST
            | Tag::DIALOG
            | Tag::EMBED
            | Tag::HEAD
            | Tag::MAP
            | Tag::MENU
            | Tag::OBJECT
            | Tag::SELECT
            | Tag::VIDEO
    )
}

/// Whether an element tells how the characters beside it are read. Where the author set parentheses around it for
/// plain text (`rp`), it belongs there; else it would stand in the middle of the word.
fn is_reading(node: Node<'_>, tag: Tag) -> bool {
    let is_parenthesis = |node: Node<'_>| node.tag() == Tag::RP;
    matches!(tag, Tag::RT | Tag::RTC)
        && !node.parent().is_some_and(|ruby| ruby.children().any(is_parenthesis))
}

/// Letters and digits of `text`, a letter of a script without spaces counted as three; and its commas.
pub(super) fn weigh(text: &str) -> (u32, u32) {
    let (mut weight, mut commas) = (0, 0);
    for letter in text.chars() {
        match letter {
            ',' | '،' | '、' | '，' | '؛' => commas += 1,
            _ if letter.is_ascii() => weight += u32::from(letter.is_ascii_graphic()),
            '\u{2e80}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}' => {
                weight += 3;
            }
            '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2028}'..='\u{202f}' => {}
            _ => weight += 1,
        }
    }
    (weight, commas)
}
