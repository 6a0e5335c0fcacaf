//! An English paper: the facts in JSON-LD, a newsletter box in the middle of the body.

use super::{Page, iso};
use crate::escape::{json, markup};

/// Head and article.
pub(super) fn parts(page: &Page<'_>) -> (String, String) {
    let (headline, url, prose) = (page.headline(), page.url(), page.prose);
    let head = format!(
        "<title>{headline} | {}</title><link rel=\"canonical\" href=\"{url}\">\
         <meta name=\"description\" content=\"{}\"><script type=\"application/ld+json\">{}</script>",
        page.site.name,
        markup(prose.lede()),
        structured(page)
    );
    let body = page.body("<p>{}</p>", "<h2>{}</h2>");
    let (opening, rest) = body.split_once("</p>\n").unwrap_or((&body, ""));
    let article = [
        "<main id=\"content\"><article class=\"story\">\n<div class=\"story__head\">",
        &format!("<p class=\"story__label\">{}</p><h1>{headline}</h1>", markup(&prose.kicker)),
        &format!(
            "<p class=\"story__by\">By <a rel=\"author\" href=\"BASE/staff/1\">{}</a></p>",
            markup(&prose.reporter)
        ),
        &format!(
            "<time datetime=\"{}\">{}</time></div>\n",
            iso(&page.published()),
            page.published().strftime("%B %-d, %Y at %-I:%M %p")
        ),
        &page.figure(" class=\"story__lead\"", ""),
        "<div class=\"story__body\">\n",
        opening,
        "</p>\n<aside class=\"newsletter-box\"><h4>Morning briefing</h4><p>Sign up for our newsletter and get the \
         day's news by seven.</p><button>Sign up</button></aside>\n",
        rest,
        "\n</div></article></main>\n",
    ];
    (head, article.concat())
}

/// The `NewsArticle` of the page.
fn structured(page: &Page<'_>) -> String {
    let prose = page.prose;
    format!(
        "{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"mainEntityOfPage\":{},\"headline\":{},\
         \"datePublished\":{},\"dateModified\":{},\"articleSection\":{},\"inLanguage\":\"en\",\"author\":[{{\"@type\":\
         \"Person\",\"name\":{}}}],\"publisher\":{{\"@type\":\"Organization\",\"name\":{}}},\"image\":[{}]}}",
        json(&page.url()),
        json(&prose.headline),
        json(&iso(&page.published())),
        json(&iso(&page.modified())),
        json(&prose.kicker),
        json(&prose.reporter),
        json(page.site.name),
        json(&format!("{}/media/{}.jpg", page.base, page.number)),
    )
}
