//! What the pages of one host have shown: blocks that stand on many different articles are furniture of the site.
//!
//! It works on articles that were read, not on their pages: reading stays the same whatever is remembered, so that what
//! an article is recognized by never depends on it, and only what is written of the article does.
//!
//! # Why so careful
//! What stands on many pages is not yet furniture. Agencies end every story on a war with the same paragraph, reports
//! written after a pattern (earthquakes, share prices) have whole sentences in common, a serial begins with the same
//! lead, a weekly column has the same crossheads: all of it is text. So a block goes only
//! - with [`PAGES_MIN`] different articles and at least half of those since it was seen first,
//! - if it holds a link or is a label: short, and no sentence; prose goes only between two such, or between a heading that
//!   many have and one such, and so does that heading,
//! - if it stands after the first paragraph: what stands before is the byline, credit or place where the head left one.
//!
//! Two articles are different if less than half of their paragraphs are the same: a page read twice, an article under
//! two addresses or headlines, or one that grows, counts once.
//!
//! Measured on 5,483 articles of eleven Arabic newspapers, a paragraph a block: two lines go, in eight articles ("more…"
//! and the number for short messages to the writer). Without the rule of the first paragraph 22 more lost a byline.
//!
//! # Rejected
//! The container that held the last bodies as a prior for choosing the next: of 140 real pages of 53 hosts none has its
//! body looked for in the wrong place (recall 0.91 and more), while a site that changes its templates would lose by it.

use super::{fields::joined, generic::is_closed};
use crate::{
    model::{Article, Block, BlockKind, Fingerprint, Origin},
    text,
};
use std::collections::{BTreeMap, BTreeSet};

/// Different articles that show a block of furniture, at least.
const PAGES_MIN: u32 = 3;
/// Blocks remembered of a host; beyond, those go that were not seen for longest.
const BLOCKS_MAX: usize = 256;
/// Blocks taken of one article: so many at its beginning and at its end.
const AT_EACH_END: usize = 32;
/// Characters of a block that may be furniture.
const FURNITURE_MAX: usize = 600;
/// Characters from which on a block is a paragraph, by which articles are told apart.
const PARAGRAPH_MIN: usize = 100;
/// Characters of a label.
const LABEL_MAX: usize = 60;

/// The warning on an article that furniture was taken from.
pub const WARNING: &str = "article/site-furniture";

/// What is remembered of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteMemory {
    /// Different articles seen.
    pages: u32,
    /// By the mark of their text.
    blocks: BTreeMap<u64, Seen>,
}

/// How often a block was seen. Pages are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    /// The page that showed it first.
    first: u32,
    /// How many pages did.
    count: u32,
    /// The last of them, newest first; 0 where there were fewer.
    last: [u32; 3],
    is_paragraph: bool,
}

/// Bytes of a remembered block.
const RECORD: usize = 29;
/// How they are laid out; others are not read.
const LAYOUT: u8 = 1;

/// What speaks for a block to go, or against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// It is seen on this article alone, or too seldom.
    Own,
    /// Many pages have it, and it reads as text.
    Prose,
    /// Many pages have it, and it heads something.
    Heading,
    /// Many pages have it, and it is no text.
    Furniture,
}

impl SiteMemory {
    /// Takes in an article as it was read, unless it is one that was seen. Each is to be shown once. Whether something
    /// was learned.
    pub fn learn(&mut self, article: &Article) -> bool {
        let known = marks(article);
        let paragraphs: BTreeSet<u64> =
            known.iter().filter(|(block, _)| is_paragraph(block)).map(|(_, mark)| *mark).collect();
        if paragraphs.is_empty() || self.has_seen(&paragraphs) {
            return false;
        }
        self.pages = self.pages.saturating_add(1);
        let page = self.pages;
        let ends =
            known.iter().take(AT_EACH_END).chain(known.iter().skip(AT_EACH_END).rev().take(AT_EACH_END));
        for (block, mark) in ends {
            let new = Seen { first: page, count: 0, last: [0; 3], is_paragraph: is_paragraph(block) };
            let seen = self.blocks.entry(*mark).or_insert(new);
            if seen.last[0] != page {
                seen.count = seen.count.saturating_add(1);
                seen.last = [page, seen.last[0], seen.last[1]];
            }
        }
        self.forget();
        true
    }

    /// Takes the site's furniture out of an article that was taken in; what is in `kept` stays, as those who know the
    /// article have seen it there. Gives how many blocks went.
    pub fn clear(&self, article: &mut Article, kept: impl FnOnce() -> Option<Article>) -> usize {
        let by_rule = article.provenance.get("body").is_some_and(|body| body.from == Origin::Rule);
        if by_rule {
            return 0;
        }
        let mut goes = self.furniture(article);
        let kept = if goes.contains(&true) { kept() } else { None };
        let kept: BTreeSet<u64> = kept.iter().flat_map(|kept| &kept.body).filter_map(mark).collect();
        for (goes, block) in goes.iter_mut().zip(&article.body) {
            *goes &= !mark(block).is_some_and(|mark| kept.contains(&mark));
        }
        let count = goes.iter().filter(|goes| **goes).count();
        if count == 0 {
            return 0;
        }
        let mut gone = goes.iter();
        let mut body = article.body.clone();
        body.retain(|_| gone.next() != Some(&true));
        let text = joined(&body);
        let words = text::words(&text);
        // What is mostly furniture is a page of another kind.
        if words * 2 < article.words {
            return 0;
        }
        article.links.retain(|link| text.contains(&link.text) || !article.text.contains(&link.text));
        (article.body, article.text, article.words) = (body, text, words);
        article.warnings.push(WARNING.to_owned());
        count
    }

    /// Which blocks are the site's.
    fn furniture(&self, article: &Article) -> Vec<bool> {
        let signs: Vec<Sign> = article.body.iter().map(|block| self.sign(article, block)).collect();
        let mut goes = vec![false; signs.len()];
        let mut start = 0;
        let text = article.body.iter().position(is_paragraph).unwrap_or(signs.len());
        for run in signs.chunk_by(|one, next| (*one == Sign::Own) == (*next == Sign::Own)) {
            let first = run.iter().position(|sign| matches!(sign, Sign::Furniture | Sign::Heading));
            let last = run.iter().rposition(|sign| *sign == Sign::Furniture);
            if let (Some(first), Some(last)) = (first, last) {
                let from = (start + first).max(text);
                goes.get_mut(from..=start + last).unwrap_or_default().fill(true);
            }
            start += run.len();
        }
        goes
    }

    fn sign(&self, article: &Article, block: &Block) -> Sign {
        let seen = mark(block).and_then(|mark| self.blocks.get(&mark));
        let seen = seen.filter(|_| block.text.chars().nth(FURNITURE_MAX).is_none());
        let is_common = seen.is_some_and(|seen| {
            let since = self.pages.saturating_sub(seen.first) + 1;
            seen.count >= PAGES_MIN && u64::from(seen.count) * 2 >= u64::from(since)
        });
        if !is_common {
            Sign::Own
        } else if block.kind == BlockKind::Heading {
            Sign::Heading
        } else if is_label(block) || holds_link(article, block) {
            Sign::Furniture
        } else {
            Sign::Prose
        }
    }

    /// Whether one of the remembered pages has half of these paragraphs, or half of its own are among them.
    fn has_seen(&self, paragraphs: &BTreeSet<u64>) -> bool {
        let mut shared: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for (mark, seen) in self.blocks.iter().filter(|(_, seen)| seen.is_paragraph) {
            let is_shared = paragraphs.contains(mark);
            for page in seen.last.iter().filter(|page| **page > 0) {
                let (all, both) = shared.entry(*page).or_default();
                *all += 1;
                *both += usize::from(is_shared);
            }
        }
        shared.values().any(|(all, both)| *both > 0 && both * 2 >= paragraphs.len().min(*all))
    }

    /// Drops what was not seen for longest, where there is too much.
    fn forget(&mut self) {
        let over = self.blocks.len().saturating_sub(BLOCKS_MAX);
        let mut by_age: Vec<(u32, u64)> =
            self.blocks.iter().map(|(mark, seen)| (seen.last[0], *mark)).collect();
        by_age.sort_unstable();
        for (_, mark) in by_age.into_iter().take(over) {
            self.blocks.remove(&mark);
        }
    }

    /// As it is kept in the state.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(5 + self.blocks.len() * RECORD);
        bytes.push(LAYOUT);
        bytes.extend(self.pages.to_le_bytes());
        for (mark, seen) in &self.blocks {
            bytes.extend(mark.to_le_bytes());
            let [newest, before, earlier] = seen.last;
            for number in [seen.first, seen.count, newest, before, earlier] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.push(u8::from(seen.is_paragraph));
        }
        bytes
    }

    /// As it was kept; what cannot be read is forgotten.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::read(bytes).unwrap_or_default()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (layout, rest) = bytes.split_first()?;
        let (pages, rest) = rest.split_first_chunk()?;
        let (records, []) = rest.as_chunks::<RECORD>() else { return None };
        let blocks =
            records.iter().take(BLOCKS_MAX).map(|record| Seen::read(record)).collect::<Option<_>>()?;
        (*layout == LAYOUT).then(|| Self { pages: u32::from_le_bytes(*pages), blocks })
    }
}

impl Seen {
    fn read(record: &[u8]) -> Option<(u64, Self)> {
        let (mark, rest) = record.split_first_chunk()?;
        let (numbers, rest) = rest.as_chunks::<4>();
        let numbers: Vec<u32> = numbers.iter().map(|number| u32::from_le_bytes(*number)).collect();
        let [first, count, newest, before, earlier] = numbers.try_into().ok()?;
        let is_paragraph = *rest.first()? != 0;
        Some((
            u64::from_le_bytes(*mark),
            Self { first, count, last: [newest, before, earlier], is_paragraph },
        ))
    }
}

/// The blocks whose texts have marks, with those.
fn marks(article: &Article) -> Vec<(&Block, u64)> {
    article.body.iter().filter_map(|block| Some((block, mark(block)?))).collect()
}

/// The mark of a block's text; `None` for kinds of blocks that are no furniture.
fn mark(block: &Block) -> Option<u64> {
    let may_be = match block.kind {
        BlockKind::Paragraph | BlockKind::Heading | BlockKind::List | BlockKind::Quote => true,
        BlockKind::Standfirst | BlockKind::Table | BlockKind::Code | BlockKind::Image | BlockKind::Embed => {
            false
        }
    };
    if !may_be || block.text.is_empty() {
        return None;
    }
    // As it is printed: furniture is printed by a program, the same every time, and folding would cost ten times as much.
    let Fingerprint(print) = Fingerprint::of([block.text.as_str()]);
    print.first_chunk().copied().map(u64::from_le_bytes)
}

fn is_paragraph(block: &Block) -> bool {
    block.kind == BlockKind::Paragraph && block.text.chars().nth(PARAGRAPH_MIN - 1).is_some()
}

/// Whether a block is too short for a sentence, and does not end as one.
fn is_label(block: &Block) -> bool {
    block.text.chars().nth(LABEL_MAX).is_none() && !is_closed(&block.text)
}

/// Whether a link stands in a block, and surely in no other: links are known by their words alone.
fn holds_link(article: &Article, block: &Block) -> bool {
    article.links.iter().any(|link| {
        let mut holding = article.body.iter().filter(|block| block.text.contains(&link.text));
        holding.next().is_some_and(|holding| std::ptr::eq(holding, block)) && holding.next().is_none()
    })
}
