//! Article pages, one template a kind of site.

mod ledger;
mod levant;
mod meta;
mod persian;
mod wordpress;

use jiff::{Timestamp, ZonedDateTime};

use crate::chrome::Chrome;
use crate::escape::markup;
use crate::prose::{Block, Prose};
use crate::timeline::{Kind, Site};

/// All that a page shows.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    /// The base of the site, without a slash at the end.
    pub(crate) base: &'a str,
    /// The address below it.
    pub(crate) path: &'a str,
    /// The site.
    pub(crate) site: &'a Site,
    /// Its furniture.
    pub(crate) chrome: &'a Chrome,
    /// The number of the article within the site.
    pub(crate) number: usize,
    /// The text.
    pub(crate) prose: &'a Prose,
    /// When it appeared.
    pub(crate) published: Timestamp,
    /// When it last changed.
    pub(crate) modified: Timestamp,
}

impl Page<'_> {
    /// The page as HTML.
    pub(crate) fn html(&self) -> String {
        let (head, article) = match self.site.kind {
            Kind::Levant => levant::parts(self),
            Kind::WordPress => wordpress::parts(self),
            Kind::Ledger => ledger::parts(self),
            Kind::Meta => meta::parts(self),
            Kind::Persian => persian::parts(self),
        };
        let (language, chrome) = (self.site.language, self.chrome);
        let html = [
            &format!(
                "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\"><head>",
                language.tag(),
                language.direction()
            ),
            "<meta charset=\"utf-8\">",
            &head,
            &chrome.head,
            "</head><body>\n",
            &chrome.nav,
            &article,
            &chrome.related,
            &chrome.footer,
            "</body></html>\n",
        ];
        html.concat().replace("BASE/", &format!("{}/", self.base))
    }

    /// The headline as markup.
    fn headline(&self) -> String {
        markup(&self.prose.headline)
    }

    /// The absolute address.
    fn url(&self) -> String {
        format!("{}{}", self.base, self.path)
    }

    /// The local time of publication.
    fn published(&self) -> ZonedDateTime {
        local(self.published, self.site)
    }

    /// The local time of the last change.
    fn modified(&self) -> ZonedDateTime {
        local(self.modified, self.site)
    }

    /// A photo with its caption printed below it and again as its alternative text.
    fn figure(&self, class: &str, caption_class: &str) -> String {
        let caption = markup(&self.prose.caption);
        format!(
            "<figure{class}><img alt=\"{caption}\" src=\"{}/media/{}.jpg\"><figcaption{caption_class}>{caption}\
             </figcaption></figure>\n",
            self.base, self.number
        )
    }

    /// The body, each block in its wrapping: `{}` stands for the text.
    fn body(&self, paragraph: &str, crosshead: &str) -> String {
        let block = |block: &Block| match block {
            Block::Paragraph(text) => paragraph.replace("{}", &markup(text)),
            Block::Crosshead(text) => crosshead.replace("{}", &markup(text)),
        };
        self.prose.blocks.iter().map(block).collect::<Vec<_>>().join("\n")
    }
}

/// The local time at a site.
pub(crate) fn local(instant: Timestamp, site: &Site) -> ZonedDateTime {
    instant.in_tz(site.zone).expect("the zone data is built in")
}

/// A time with its offset, as in `2026-03-02T10:55:00+03:00`.
pub(crate) fn iso(zoned: &ZonedDateTime) -> String {
    zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
