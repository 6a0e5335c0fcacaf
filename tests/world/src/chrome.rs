//! What surrounds an article on its page: scripts, navigation, related links, footer. Made once a site, so that
//! large pages cost the server little.

use std::fmt::Write as _;

use crate::escape::{json, markup};
use crate::phrases::grow;
use crate::seed::Dice;
use crate::timeline::Site;

/// The furniture of a site's pages. `BASE` in it stands for the base of the site.
#[derive(Debug)]
pub(crate) struct Chrome {
    /// Scripts and styles in the head.
    pub(crate) head: String,
    /// The navigation above the article.
    pub(crate) nav: String,
    /// Related and most-read links below it.
    pub(crate) related: String,
    /// The footer.
    pub(crate) footer: String,
}

/// What a page of an article weighs without its chrome, roughly.
const ARTICLE_BYTES: usize = 10_000;

/// What a base weighs more than the word `BASE`, roughly.
const BASE_BYTES: usize = 25;

impl Chrome {
    /// The chrome that brings a site's pages to about `page_kb` KB: half scripts and styles, a third related links,
    /// the rest footer.
    pub(crate) fn new(seed: u64, site: &Site, page_kb: usize) -> Chrome {
        let mut dice = Dice::of(&[seed, 4, u64::try_from(site.index).expect("an index fits")]);
        let bytes = (page_kb * 1000).saturating_sub(ARTICLE_BYTES);
        Chrome {
            head: head(&mut dice, bytes / 2),
            nav: nav(site, &mut dice),
            related: related(site, &mut dice, bytes / 3),
            footer: footer(site, &mut dice, bytes / 6),
        }
    }
}

/// A style sheet and a script of settings, of at least that many bytes.
fn head(dice: &mut Dice, bytes: usize) -> String {
    let mut head = String::from("<style>");
    while head.len() < bytes / 4 {
        let (name, size) = (dice.below(10_000), dice.between(8, 64));
        writeln!(head, ".w{name}-box>a:hover{{padding:{size}px;color:#{:06x}}}", dice.below(1 << 24))
            .expect("a String takes all");
    }
    head.push_str("</style><script>window.settings={");
    while head.len() < bytes {
        writeln!(
            head,
            "\"unit{}\":{{\"slot\":\"<div>{}</div>\",\"on\":true}},",
            dice.below(1 << 30),
            dice.roll()
        )
        .expect("a String takes all");
    }
    head.push_str("\"end\":0};</script>");
    head
}

/// Eight sections.
fn nav(site: &Site, dice: &mut Dice) -> String {
    let mut nav =
        format!("<header class=\"site-header\"><a class=\"logo\" href=\"BASE/\">{}</a><nav><ul>", site.name);
    for _ in 0..8 {
        nav.push_str(&link_line(site, dice, "menu", "/section/"));
    }
    nav + "</ul></nav></header>"
}

/// At least three headlines of other days.
fn related(site: &Site, dice: &mut Dice, bytes: usize) -> String {
    let mut related = String::from("<aside class=\"related most-read\"><ul>");
    let mut links = 0;
    while related.len() + links * BASE_BYTES < bytes.max(300) {
        links += 1;
        related.push_str(&link_line(site, dice, "headline", "/archive/"));
    }
    related + "</ul></aside>"
}

/// Columns of links and the rights.
fn footer(site: &Site, dice: &mut Dice, bytes: usize) -> String {
    let mut footer = String::from("<footer class=\"site-footer\"><ul>");
    let mut links = 0;
    while footer.len() + links * BASE_BYTES < bytes.max(200) {
        links += 1;
        footer.push_str(&link_line(site, dice, "menu", "/about/"));
    }
    write!(footer, "</ul><p class=\"rights\">© 2026 {}</p></footer>", site.name).expect("a String takes all");
    footer + &format!("<script>track({})</script>", json(&site.id))
}

/// One link of a list.
fn link_line(site: &Site, dice: &mut Dice, rule: &str, folder: &str) -> String {
    let text = markup(&grow(site.language, rule, dice));
    format!("<li><a href=\"BASE{folder}{}\">{text}</a></li>\n", dice.below(1 << 20))
}
