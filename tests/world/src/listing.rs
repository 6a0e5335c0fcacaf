//! The live-coverage section of a site: cards of the newest articles over several pages, the day only as a date.

use crate::chrome::Chrome;
use crate::escape::markup;
use crate::feeds::Entry;
use crate::phrases::Language;
use crate::timeline::Site;

/// The path of the section below the base of its site.
pub(crate) const PATH: &str = "/live-coverage";

/// The months of the Levant.
const MONTHS: [&str; 12] = [
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
];

/// A page of the section; `next` is the number of the page after it.
pub(crate) fn render(
    site: &Site,
    chrome: &Chrome,
    base: &str,
    cards: &[Entry],
    next: Option<usize>,
) -> String {
    let rows: String = cards.iter().map(|card| row(site, base, card)).collect();
    let pager = next.map_or(String::new(), |page| {
        format!("<nav class=\"pager\"><a rel=\"next\" href=\"?page={page}\">»</a></nav>")
    });
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head><body>\n\
         {}<main><div class=\"views-element-container\">\n{rows}</div>{pager}</main>\n{}</body></html>\n",
        site.language.tag(),
        site.language.direction(),
        site.name,
        chrome.nav,
        chrome.footer
    );
    html.replace("BASE/", &format!("{base}/"))
}

/// One card: a picture that links, a headline that links, a date.
fn row(site: &Site, base: &str, card: &Entry) -> String {
    let url = markup(&card.url);
    format!(
        "<div class=\"views-row\"><div class=\"bs-region bs-region--left\"><a href=\"{url}\"><img alt=\"\" \
         src=\"{base}/media/card.jpg\"></a></div><div class=\"bs-region bs-region--right\"><div class=\"field \
         field--name-node-title\"><h2><a href=\"{url}\">{}</a></h2></div><div class=\"field \
         field--name-field-published-date\">{}</div></div></div>\n",
        markup(&card.headline),
        day(site, card)
    )
}

/// The day as printed on a card.
fn day(site: &Site, card: &Entry) -> String {
    let date = card.published.date();
    match site.language {
        Language::Arabic => {
            let month = MONTHS[usize::try_from(date.month() - 1).expect("months begin at 1")];
            format!("{} {month} {}", date.day(), date.year())
        }
        Language::English => date.strftime("%B %-d, %Y").to_string(),
        Language::French | Language::Turkish => date.strftime("%d.%m.%Y").to_string(),
        Language::Persian => date.strftime("%Y-%m-%d").to_string(),
    }
}
