//! What an article says, at each of its revisions.

use crate::phrases::{Language, grow};
use crate::seed::Dice;

/// A block of an article's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// A sub-heading within the body.
    Crosshead(String),
}

/// The text of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prose {
    /// The headline.
    pub(crate) headline: String,
    /// The section label above it.
    pub(crate) kicker: String,
    /// The agency line.
    pub(crate) agency: String,
    /// The reporter's name.
    pub(crate) reporter: String,
    /// The caption of the photo.
    pub(crate) caption: String,
    /// The body: 5 to 14 paragraphs, up to 2 crossheads, never first or last.
    pub(crate) blocks: Vec<Block>,
}

impl Prose {
    /// The first paragraph, which feeds give as the summary.
    pub(crate) fn lede(&self) -> &str {
        let paragraph = |block: &'_ Block| matches!(block, Block::Paragraph(_));
        match self.blocks.iter().find(|block| paragraph(block)) {
            Some(Block::Paragraph(text) | Block::Crosshead(text)) => text,
            None => "",
        }
    }
}

/// So many paragraphs, others for each seed.
pub fn paragraphs(language: Language, seed: u64, count: usize) -> Vec<String> {
    let mut dice = Dice::of(&[seed, 1]);
    (0..count).map(|_| grow(language, "paragraph", &mut dice)).collect()
}

/// The text as first published.
pub(crate) fn write(language: Language, seed: u64) -> Prose {
    let mut dice = Dice::of(&[seed, 1]);
    let mut part = |rule: &str| grow(language, rule, &mut dice);
    let (headline, kicker, agency) = (capital(&part("headline")), part("kicker"), part("agency"));
    let (reporter, caption) = (part("reporter"), part("caption"));
    let paragraphs = dice.between(5, 12);
    let crossheads = [Some(dice.between(2, 3)), (paragraphs > 7).then(|| dice.between(5, 6))];
    let crossheads = if dice.chance(0.25) { [None, None] } else { crossheads };
    let mut blocks = Vec::new();
    for number in 0..paragraphs {
        if crossheads.contains(&Some(number)) {
            blocks.push(Block::Crosshead(grow(language, "crosshead", &mut dice)));
        }
        blocks.push(Block::Paragraph(grow(language, "paragraph", &mut dice)));
    }
    Prose { headline, kicker, agency, reporter, caption, blocks }
}

/// The text after that many edits. Each edit adds a paragraph, rewrites the lede, or gives a new headline and adds a
/// paragraph.
pub(crate) fn revision(language: Language, seed: u64, edits: usize) -> Prose {
    let mut prose = write(language, seed);
    for edit in (2..).take(edits) {
        let mut dice = Dice::of(&[seed, edit]);
        match dice.below(3) {
            0 => prose.blocks.push(Block::Paragraph(grow(language, "update", &mut dice))),
            1 => prose.blocks[0] = Block::Paragraph(grow(language, "paragraph", &mut dice)),
            _ => {
                prose.headline = capital(&grow(language, "headline", &mut dice));
                prose.blocks.push(Block::Paragraph(grow(language, "update", &mut dice)));
            }
        }
    }
    prose
}

/// A headline with a capital letter, where the script has one.
fn capital(headline: &str) -> String {
    let mut characters = headline.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}
