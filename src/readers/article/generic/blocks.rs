//! The chosen lines as blocks: paragraphs, headings, quotes, lists, tables, pictures.

use super::{
    Head,
    hints::Hint,
    outline::{Cell, Line, Outline},
    prune,
};
use crate::{
    model::{Block, BlockKind, Image, Link},
    page::{Page, Tag},
    text,
};

/// Letters up to which a paragraph wholly in bold is a crosshead.
const BOLD_HEADING_MAX: u32 = 90;
/// Pictures and links kept of one article.
const IMAGES_MAX: usize = 200;
const LINKS_MAX: usize = 2_000;

/// What became of the chosen lines.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// In reading order.
    pub(super) blocks: Vec<Block>,
    /// Each once.
    pub(super) images: Vec<Image>,
    /// Of the kept text.
    pub(super) links: Vec<Link>,
    /// The cell that the last block was made of: list, table or the block itself.
    last: Option<usize>,
    /// The row or item that the last line stood in.
    last_part: Option<usize>,
}

/// Builds the blocks of the live lines in the chosen cells.
pub(super) fn build(
    page: &Page,
    outline: &Outline<'_>,
    chosen: &[usize],
    live: &[bool],
    head: &Head,
) -> Built {
    let mut built = Built::default();
    for top in chosen {
        let Some(cell) = outline.cell(*top) else { continue };
        for index in cell.lines.clone().filter(|index| live.get(*index) == Some(&true)) {
            if let Some(line) = outline.lines.get(index) {
                built.push(page, outline, *top, line);
            }
        }
        built.take_links(page, outline, *top, live);
    }
    built.close_headings();
    built.take_images(page, outline, chosen, head.cell);
    built
}

/// Builds the blocks of all that is live in an outline. A line in bold that ends it is a paragraph: it heads nothing,
/// and may be all there is.
pub(super) fn build_part(page: &Page, outline: &Outline<'_>, live: &[bool]) -> Built {
    let mut built = Built::default();
    for (line, _) in outline.lines.iter().zip(live).filter(|(_, live)| **live) {
        built.push(page, outline, 0, line);
    }
    built.take_links(page, outline, 0, live);
    for block in built.blocks.iter_mut().rev().take_while(|block| block.kind == BlockKind::Heading) {
        *block = Block::text(BlockKind::Paragraph, std::mem::take(&mut block.text));
    }
    built.take_images(page, outline, &[0], None);
    built
}

impl Built {
    fn push(&mut self, page: &Page, outline: &Outline<'_>, top: usize, line: &Line) {
        let text = text::normal(&line.text);
        if text.is_empty() {
            return;
        }
        if let Some(post) = prune::post_around(outline, line.cell) {
            self.add_to_post(page, outline, post, text);
            return;
        }
        let inside = || outline.upward(line.cell).take_while(|(index, _)| *index != top).take(12);
        let find =
            |passes: fn(Tag) -> bool| inside().find(|(_, cell)| passes(cell.tag)).map(|(index, _)| index);
        let level = inside().take(3).find_map(|(_, cell)| cell.tag.heading_level());
        if let Some(level) = level {
            self.add(Some(line.cell), Block::heading(level, text));
        } else if let Some(list) = find(|tag| matches!(tag, Tag::UL | Tag::OL)) {
            self.add_item(list, find(|tag| tag == Tag::LI), text);
        } else if let Some(table) = data_table(outline, top, line.cell) {
            self.add_cell(
                table,
                find(|tag| tag == Tag::TR),
                find(|tag| matches!(tag, Tag::TD | Tag::TH)),
                text,
            );
        } else if find(|tag| tag == Tag::BLOCKQUOTE).is_some() {
            self.add(Some(line.cell), Block::text(BlockKind::Quote, text));
        } else if find(|tag| tag == Tag::PRE).is_some() {
            self.add(Some(line.cell), Block::text(BlockKind::Code, text));
        } else if line.is_bold() && line.weight <= BOLD_HEADING_MAX && !is_closed(&text) {
            self.add(Some(line.cell), Block::heading(2, text));
        } else if line.after_break && self.continues(line.cell) {
            self.extend_last(&text, ' ');
        } else {
            self.add(Some(line.cell), Block::text(BlockKind::Paragraph, text));
        }
    }

    fn add(&mut self, of: Option<usize>, block: Block) {
        self.last = of;
        self.last_part = None;
        self.blocks.push(block);
    }

    /// Whether a line after a line break goes on with an unfinished sentence of the same element.
    fn continues(&self, cell: usize) -> bool {
        let is_open = |block: &Block| block.kind == BlockKind::Paragraph && !is_closed(&block.text);
        self.last == Some(cell) && self.blocks.last().is_some_and(is_open)
    }

    fn extend_last(&mut self, text: &str, between: char) {
        if let Some(block) = self.blocks.last_mut() {
            block.text.push(between);
            block.text.push_str(text);
        }
    }

    fn add_to_post(&mut self, page: &Page, outline: &Outline<'_>, post: usize, text: String) {
        if self.last == Some(post) {
            return self.extend_last(&text, '\n');
        }
        self.add(
            Some(post),
            Block { url: post_url(page, outline, post), ..Block::text(BlockKind::Embed, text) },
        );
    }

    fn add_item(&mut self, list: usize, item: Option<usize>, text: String) {
        if self.last != Some(list) {
            self.add(Some(list), Block { items: vec![text.clone()], ..Block::text(BlockKind::List, text) });
            self.last_part = item;
            return;
        }
        let is_same = item.is_some() && item == self.last_part;
        self.last_part = item;
        self.extend_last(&text, if is_same { ' ' } else { '\n' });
        if let Some(block) = self.blocks.last_mut() {
            match block.items.last_mut().filter(|_| is_same) {
                Some(item) => {
                    item.push(' ');
                    item.push_str(&text);
                }
                None => block.items.push(text),
            }
        }
    }

    fn add_cell(&mut self, table: usize, row: Option<usize>, _cell: Option<usize>, text: String) {
        if self.last != Some(table) {
            self.add(
                Some(table),
                Block { rows: vec![vec![text.clone()]], ..Block::text(BlockKind::Table, text) },
            );
            self.last_part = row;
            return;
        }
        let is_same = row == self.last_part;
        self.last_part = row;
        self.extend_last(&text, '\n');
        if let Some(block) = self.blocks.last_mut() {
            match block.rows.last_mut().filter(|_| is_same) {
                Some(row) => row.push(text),
                None => block.rows.push(vec![text]),
            }
        }
    }

    /// A heading with nothing under it heads nothing.
    fn close_headings(&mut self) {
        while self.blocks.last().is_some_and(|block| block.kind == BlockKind::Heading) {
            self.blocks.pop();
        }
    }

    fn take_links(&mut self, page: &Page, outline: &Outline<'_>, top: usize, live: &[bool]) {
        let Some(cell) = outline.cell(top) else { return };
        for cell in outline.cells.get(top..cell.end).unwrap_or_default() {
            let is_live = cell.tag == Tag::A && live.get(cell.lines.start) == Some(&true);
            if is_live && self.links.len() < LINKS_MAX {
                self.links.extend(link(page, cell));
            }
        }
    }

    /// The pictures between headline and the end of the body, each once, with their captions.
    fn take_images(&mut self, page: &Page, outline: &Outline<'_>, chosen: &[usize], title: Option<usize>) {
        let (Some(first), Some(last)) = (chosen.first(), chosen.last().and_then(|last| outline.cell(*last)))
        else {
            return;
        };
        let from = title.map_or(*first, |title| title.min(*first));
        let range = from..last.end;
        for index in range {
            let Some(cell) = outline.cell(index) else { continue };
            if cell.tag != Tag::IMG || self.images.len() >= IMAGES_MAX {
                continue;
            }
            if let Some(image) = image(page, outline, index, cell)
                && !self.images.iter().any(|known| known.url == image.url)
            {
                self.images.push(image);
            }
        }
    }
}

/// The address of a post: named by its frame, else its last link, which is on its date.
fn post_url(page: &Page, outline: &Outline<'_>, post: usize) -> Option<String> {
    let cell = outline.cell(post)?;
    let named = ["data-instgrm-permalink", "data-bluesky-uri", "data-href", "cite"];
    let named = named.iter().find_map(|name| cell.node.attribute(name));
    let inside = outline.cells.get(post..cell.end).unwrap_or_default();
    let last =
        inside.iter().rev().find(|cell| cell.tag == Tag::A).and_then(|cell| cell.node.attribute("href"));
    page.resolve(named.or(last)?).map(String::from)
}

fn link(page: &Page, cell: &Cell<'_>) -> Option<Link> {
    let url = page.resolve(cell.node.attribute("href")?)?;
    let text = cell.node.text();
    (!text.is_empty()).then(|| Link { url: url.to_string(), text })
}

/// The table around a line, if it holds data and does not lay out the page.
fn data_table(outline: &Outline<'_>, top: usize, from: usize) -> Option<usize> {
    let inside = outline.upward(from).take_while(|(index, _)| *index != top);
    let (index, table) = inside.take(8).find(|(_, cell)| cell.tag == Tag::TABLE)?;
    let lines = outline.lines.get(table.lines.clone()).unwrap_or_default();
    let long = lines.iter().filter(|line| line.weight > 200).count();
    (lines.len() >= 2 && long * 4 < lines.len()).then_some(index)
}

/// A picture of the article, none where it is an icon, a counter or page furniture.
fn image(page: &Page, outline: &Outline<'_>, index: usize, cell: &Cell<'_>) -> Option<Image> {
    let node = cell.node;
    let around = || outline.upward(index).skip(1).take(6);
    // A figure called a section is one of the text, not a label.
    let is_label = |cell: &Cell<'_>| cell.hint.has(Hint::KICKER) && cell.tag != Tag::FIGURE;
    if around().any(|(_, cell)| cell.hint.has(Hint::CHROME.or(Hint::BYLINE)) || is_label(cell)) {
        return None;
    }
    let sources = ["data-src", "data-original", "data-lazy-src", "src"];
    let url = sources.iter().filter_map(|name| node.attribute(name)).find_map(|url| page.resolve(url));
    let pixels =
        |name: &str| node.attribute(name).and_then(|value| value.trim_end_matches("px").parse().ok());
    let (width, height): (Option<u32>, Option<u32>) = (pixels("width"), pixels("height"));
    if width.is_some_and(|width| width < 100) || height.is_some_and(|height| height < 60) {
        return None;
    }
    if url.as_ref().is_some_and(|url| url.path().to_ascii_lowercase().ends_with(".svg")) {
        return None;
    }
    let figure = around().take(4).find(|(_, cell)| cell.tag == Tag::FIGURE || cell.hint.has(Hint::CAPTION));
    let small = || around().take(3).find(|(index, _)| prune::is_picture_box(outline, *index));
    let caption = figure.or_else(small).and_then(|(_, figure)| caption_in(outline, figure));
    let url = url.map(String::from);
    (url.is_some() || caption.is_some()).then_some(Image { url, caption, credit: None, width, height })
}

/// The caption in a figure: its lines, once each.
fn caption_in(outline: &Outline<'_>, figure: &Cell<'_>) -> Option<String> {
    let lines = outline.lines.get(figure.lines.clone()).unwrap_or_default();
    let mut texts: Vec<String> = Vec::new();
    for line in lines.iter().filter(|line| line.weight < 800).take(3) {
        let text = text::normal(&line.text);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let text = texts.join(" ");
    (!text.is_empty()).then_some(text)
}

/// Whether a line ends as a sentence does.
pub(in crate::readers::article) fn is_closed(line: &str) -> bool {
    let bare = line.trim_end_matches(['"', '”', '»', '\'', ')', '’', '“', '«', ']']);
    bare.ends_with(['.', '!', '?', '؟', '…', ':', '。', '！', '？', '।', '۔'])
}
