//! An Arabic news channel: section label with an icon, numeric dateline with the city, the caption twice, an agency
//! line, font-size buttons, justified paragraphs, bold crossheads. The only date is the visible one.

use super::Page;
use crate::escape::markup;

/// Head and article.
pub(super) fn parts(page: &Page<'_>) -> (String, String) {
    let (headline, url) = (page.headline(), page.url());
    let head = format!(
        "<title>{headline} | {}</title><meta property=\"og:title\" content=\"{headline}\">\
         <meta property=\"og:type\" content=\"article\"><link rel=\"canonical\" href=\"{url}\">",
        page.site.name
    );
    let article = [
        "<main><article class=\"node node--type-article\">\n<div class=\"field field--name-field-section\">",
        &format!("<img alt=\"icon\" src=\"{}/icons/live.svg\">", page.base),
        &format!("<a href=\"{}/live-coverage\">{}</a></div>\n", page.base, markup(&page.prose.kicker)),
        &format!("<h1 class=\"field--name-node-title\">{headline}</h1>\n"),
        &format!("<div class=\"field field--name-field-published-date\">{}</div>\n", dateline(page)),
        &page.figure("", ""),
        &format!("<div class=\"field field--name-field-author\">{}</div>\n", markup(&page.prose.agency)),
        "<div class=\"font-size\"><a>+A</a><span>حجم الخط</span><a>-A</a></div>\n",
        "<div class=\"field field--name-body\">\n",
        &page.body(
            "<p class=\"text-align-justify\">{}</p>",
            "<p class=\"text-align-justify\"><strong>{}</strong></p>",
        ),
        "\n</div>\n<div class=\"field field--name-field-tags\"><a href=\"BASE/tags/1\">شارك</a></div>",
        "</article></main>\n",
    ];
    (head, article.concat())
}

/// The date as printed: day, minute and the city whose clock it is.
fn dateline(page: &Page<'_>) -> String {
    page.published().strftime("%Y.%m.%d | %H:%M دمشق").to_string()
}
