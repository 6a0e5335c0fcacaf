//! A Persian agency: label above the headline, the date in a `time` element with the clock in Persian digits, the
//! news code below.

use super::{Page, iso};
use crate::escape::markup;

/// Head and article.
pub(super) fn parts(page: &Page<'_>) -> (String, String) {
    let (headline, url, prose) = (page.headline(), page.url(), page.prose);
    let head = format!(
        "<title>{headline} | {}</title><link rel=\"canonical\" href=\"{url}\">\
         <meta property=\"og:title\" content=\"{headline}\"><meta name=\"dc.language\" content=\"fa\">",
        page.site.name
    );
    let article = [
        "<div class=\"container\"><article class=\"news\">\n",
        &format!(
            "<div class=\"rutitr\">{}</div>\n<h1 class=\"title\">{headline}</h1>\n",
            markup(&prose.kicker)
        ),
        &format!(
            "<div class=\"news-tools\"><time datetime=\"{}\">{}</time> <span class=\"source\">{}</span></div>\n",
            iso(&page.published()),
            digits(&page.published().strftime("%H:%M").to_string()),
            markup(&prose.agency)
        ),
        &page.figure(" class=\"news-image\"", " class=\"image-caption\""),
        "<div class=\"item-text\" itemprop=\"articleBody\">\n",
        &page.body("<p>{}</p>", "<p><b>{}</b></p>"),
        &format!("\n</div>\n<div class=\"news-code\">کد خبر {}</div>", digits(&page.number.to_string())),
        "</article></div>\n",
    ];
    (head, article.concat())
}

/// Digits as Persian writes them.
fn digits(text: &str) -> String {
    let digit = |character: char| match character.to_digit(10) {
        Some(value) => char::from_u32(0x06F0 + value).unwrap_or(character),
        None => character,
    };
    text.chars().map(digit).collect()
}
