//! An Arabic paper on a blog system: entry classes, dates in meta tags and in a `time` element, share buttons inside
//! the body.

use super::{Page, iso};
use crate::escape::markup;

/// The months as papers of the Gulf write them.
const MONTHS: [&str; 12] = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
];

/// Head and article.
pub(super) fn parts(page: &Page<'_>) -> (String, String) {
    let (headline, url, name) = (page.headline(), page.url(), page.site.name);
    let (published, modified) = (iso(&page.published()), iso(&page.modified()));
    let head = format!(
        "<title>{headline} - {name}</title><link rel=\"canonical\" href=\"{url}\">\
         <meta property=\"og:locale\" content=\"ar_AR\"><meta property=\"og:type\" content=\"article\">\
         <meta property=\"og:title\" content=\"{headline} - {name}\"><meta property=\"og:url\" content=\"{url}\">\
         <meta property=\"og:site_name\" content=\"{name}\">\
         <meta property=\"article:published_time\" content=\"{published}\">\
         <meta property=\"article:modified_time\" content=\"{modified}\">"
    );
    let date = page.published();
    let month = MONTHS[usize::try_from(date.month() - 1).expect("months begin at 1")];
    let article = [
        &format!("<article id=\"post-{0}\" class=\"post-{0} post type-post status-publish\">\n", page.number),
        &format!(
            "<header class=\"entry-header\"><span class=\"cat-links\"><a href=\"{}/category/1/\" rel=\"category tag\">{}\
             </a></span>\n<h1 class=\"entry-title\">{headline}</h1>\n",
            page.base,
            markup(&page.prose.kicker)
        ),
        &format!(
            "<div class=\"entry-meta\"><span class=\"byline\"><span class=\"author vcard\"><a class=\"url fn n\" \
             href=\"{}/author/1/\">{}</a></span></span> <time class=\"entry-date published\" datetime=\"{published}\">\
             {} {month}، {}</time></div></header>\n",
            page.base,
            markup(&page.prose.reporter),
            date.day(),
            date.year()
        ),
        &page.figure(" class=\"wp-block-image post-thumbnail\"", " class=\"wp-element-caption\""),
        "<div class=\"entry-content\">\n",
        &page.body("<p>{}</p>", "<h3 class=\"wp-block-heading\">{}</h3>"),
        "\n<div class=\"sharedaddy sd-sharing-enabled\"><h3 class=\"sd-title\">شارك هذا الموضوع:</h3><ul>\
         <li><a href=\"#f\">فيسبوك</a></li><li><a href=\"#x\">إكس</a></li></ul></div>\n</div></article>\n",
    ];
    (head, article.concat())
}
