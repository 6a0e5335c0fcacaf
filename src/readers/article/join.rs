//! The pages of one article put together: what each page repeats is kept once, what is another's is left.

use super::{completeness, fields};
use crate::{
    model::{Article, Block, BlockKind, Completeness, Image},
    text,
};
use std::collections::BTreeSet;

/// Pages of one article.
pub const PAGES_MAX: usize = 10;
/// Bytes of text of all pages together.
const TEXT_BYTES_MAX: usize = 2 << 20;
/// Blocks at the start of the first page that others may repeat.
const HEAD_BLOCKS: usize = 4;
/// Share of a page's letters, in percent, that earlier pages have already, from which on it is none of its own.
const REPEATED_PERCENT: usize = 70;

/// An article to which pages are added.
#[derive(Debug, Clone)]
pub struct Joining {
    article: Article,
    pages: usize,
    bytes: usize,
    // What stands around the text on each page and at its start: lines in matching form.
    around: BTreeSet<String>,
}

/// What became of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It carries the article on.
    Joined,
    /// It shows what was there already: the article has no further page.
    Repeats,
    /// It is no page of this article, or has no text.
    Other,
}

impl Joining {
    /// Begins with an article's first page.
    pub fn of(article: Article) -> Self {
        let lines = [
            Some(&article.title),
            article.summary.as_ref(),
            article.kicker.as_ref(),
            article.byline.as_ref(),
        ];
        let captions = article.images.iter().filter_map(|image| image.caption.as_ref());
        let start = article.body.iter().take(HEAD_BLOCKS).map(|block| &block.text);
        let around =
            lines.into_iter().flatten().chain(captions).chain(start).map(|line| text::fold(line)).collect();
        Self { pages: 1, bytes: article.text.len(), around, article }
    }

    /// Pages so far.
    pub const fn pages(&self) -> usize {
        self.pages
    }

    /// Whether no further page is taken.
    pub const fn is_full(&self) -> bool {
        self.pages >= PAGES_MAX || self.bytes >= TEXT_BYTES_MAX
    }

    /// Adds the next page.
    pub fn add(&mut self, mut page: Article) -> Added {
        if page.body.is_empty() || !self.is_of(&page) {
            return Added::Other;
        }
        if self.repeats(&page) {
            return Added::Repeats;
        }
        self.drop_head(&mut page.body);
        if page.body.is_empty() {
            return Added::Repeats;
        }
        self.drop_tail(&page.body);
        for block in page.body.iter_mut().filter(|block| block.kind == BlockKind::Standfirst) {
            block.kind = BlockKind::Paragraph;
        }
        self.article.body.append(&mut page.body);
        self.pages += 1;
        self.bytes += page.text.len();
        self.add_images(page.images);
        for link in page.links {
            if !self.article.links.contains(&link) {
                self.article.links.push(link);
            }
        }
        // What kept the rest is behind us; what keeps it now counts.
        self.article.warnings.retain(|code| !completeness::is_cut(code));
        let cuts = page.warnings.into_iter().filter(|code| completeness::is_cut(code));
        self.article.warnings.extend(cuts);
        Added::Joined
    }

    /// The article of all pages that were added; `is_whole` where there is none beyond.
    pub fn finish(self, is_whole: bool) -> Article {
        let mut article = self.article;
        article.text = fields::joined(&article.body);
        article.words = text::words(&article.text);
        article.warnings.retain(|code| code != completeness::NEXT_PAGE);
        let is_cut = article.warnings.iter().any(|code| completeness::is_cut(code));
        article.completeness = if is_cut { Completeness::Partial } else { Completeness::Full };
        if !is_whole {
            completeness::cut(&mut article, completeness::NEXT_PAGE);
        }
        article
    }

    /// Whether a page has this article's headline, in other words at most by half.
    fn is_of(&self, page: &Article) -> bool {
        let words = |title: &str| -> BTreeSet<String> {
            let folded = text::fold(title);
            let words =
                folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
            words.map(str::to_owned).collect()
        };
        let (own, theirs) = (words(&self.article.title), words(&page.title));
        let common = own.intersection(&theirs).count();
        let shortest = own.len().min(theirs.len());
        // A title without spaces is one word: it may go on with a page's number.
        let has_own = || text::fold(&page.title).contains(&text::fold(&self.article.title));
        shortest == 0 || common * 2 > shortest || has_own()
    }

    fn repeats(&self, page: &Article) -> bool {
        let known: BTreeSet<String> = self.article.body.iter().map(|block| text::fold(&block.text)).collect();
        let (mut all, mut again) = (0, 0);
        for block in &page.body {
            let folded = text::fold(&block.text);
            all += folded.len();
            again += if known.contains(&folded) { folded.len() } else { 0 };
        }
        again * 100 >= all * REPEATED_PERCENT
    }

    /// Drops what a page prints over its text and the first page printed over its own.
    fn drop_head(&self, body: &mut Vec<Block>) {
        let is_known = |block: &&Block| self.around.contains(&text::fold(&block.text));
        let repeated = body.iter().take_while(is_known).count();
        body.drain(..repeated);
    }

    /// What every page prints under its text stands at the end of the last one.
    fn drop_tail(&mut self, body: &[Block]) {
        let is_alike = |(one, other): &(&Block, &Block)| text::fold(&one.text) == text::fold(&other.text);
        let shared = self.article.body.iter().rev().zip(body.iter().rev()).take_while(is_alike).count();
        let rest = self.article.body.len() - shared;
        self.article.body.truncate(rest);
    }

    fn add_images(&mut self, images: Vec<Image>) {
        let bare = |url: &str| url.split(['?', '#']).next().map(str::to_owned);
        let address = |image: &Image| image.url.as_deref().and_then(bare);
        for image in images {
            let url = address(&image);
            let is_known = self.article.images.iter().any(|known| {
                if url.is_some() { address(known) == url } else { known.caption == image.caption }
            });
            if !is_known {
                self.article.images.push(image);
            }
        }
    }
}
