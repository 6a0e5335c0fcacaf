//! A Turkish or French site whose meta tags tell the facts.

use super::{Page, iso};
use crate::escape::markup;

/// Head and article.
pub(super) fn parts(page: &Page<'_>) -> (String, String) {
    let (headline, url, prose) = (page.headline(), page.url(), page.prose);
    let head = format!(
        "<title>{headline} - {}</title><link rel=\"canonical\" href=\"{url}\">\
         <meta name=\"author\" content=\"{}\"><meta property=\"og:type\" content=\"article\">\
         <meta property=\"og:title\" content=\"{headline}\"><meta property=\"og:description\" content=\"{}\">\
         <meta property=\"article:published_time\" content=\"{}\">\
         <meta property=\"article:modified_time\" content=\"{}\">\
         <meta property=\"article:section\" content=\"{}\">",
        page.site.name,
        markup(&prose.reporter),
        markup(prose.lede()),
        iso(&page.published()),
        iso(&page.modified()),
        markup(&prose.kicker)
    );
    let article = [
        "<div class=\"page\"><article class=\"news-detail\">\n",
        &format!("<div class=\"news-category\">{}</div>\n", markup(&prose.kicker)),
        &format!("<h1 class=\"news-title\">{headline}</h1>\n"),
        &format!(
            "<div class=\"news-info\"><span class=\"news-author\">{}</span> <span class=\"news-date\">{}</span></div>\n",
            markup(&prose.reporter),
            page.published().strftime("%d.%m.%Y %H:%M")
        ),
        &page.figure(" class=\"news-photo\"", ""),
        "<div class=\"content-text\" itemprop=\"articleBody\">\n",
        &page.body("<p>{}</p>", "<h2>{}</h2>"),
        "\n</div>\n<div class=\"share-bar\"><a href=\"#w\">WhatsApp</a> <a href=\"#t\">Telegram</a></div>",
        "</article></div>\n",
    ];
    (head, article.concat())
}
