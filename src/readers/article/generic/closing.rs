//! What a site prints into the text on its own behalf: the mark where an agency's report ends, calls to its
//! newsletter and apps, the rules of its comments.
//!
//! # Why
//! Such lines stand in elements like those of the text, in every language. What they have in common is where their
//! links lead: to the site's own pages for subscribers, to its terms, to the stores of apps.

use super::{
    hints::Hint,
    outline::{Cell, Line, Outline},
    prune::in_post,
};
use crate::{
    page::{Page, Tag},
    text,
};
use std::{collections::HashSet, ops::Range};
use url::Url;

/// Live lines at the end of the body that are looked at.
const LAST: usize = 6;
/// Letters of a call that may stand anywhere in the text, of one at its end, and of a notice with its box.
const CALL_MAX: u32 = 200;
const CLOSING_MAX: u32 = 260;
const NOTICE_MAX: u32 = 1_200;

/// Words in the addresses of a site's pages for subscribers.
const CALLS: &[&str] = &[
    "abonnement",
    "abonnements",
    "abonnieren",
    "abonnez",
    "newsletter",
    "newsletters",
    "nyhetsbrev",
    "subscribe",
    "subscription",
    "subscriptions",
    "suscribete",
    "suscripcion",
    "suscripciones",
];
/// Words that stand beside them there. Others make it the address of a report on newsletters.
const BESIDE_CALLS: &[&str] = &[
    "and",
    "anmelden",
    "anmeldung",
    "app",
    "aspx",
    "bestellen",
    "center",
    "centre",
    "daily",
    "digital",
    "email",
    "form",
    "free",
    "gift",
    "htm",
    "html",
    "info",
    "manage",
    "morning",
    "now",
    "offer",
    "offers",
    "online",
    "our",
    "page",
    "php",
    "preference",
    "preferences",
    "print",
    "registrierung",
    "service",
    "services",
    "sign",
    "signup",
    "to",
    "uebersicht",
    "up",
    "weekly",
];
/// Parts of such an address.
const SEGMENTS_MAX: usize = 3;
/// Parts of addresses under which articles on a subject are listed.
const SUBJECTS: &[&str] = &["categories", "category", "section", "tag", "tags", "thema", "topic", "topics"];

/// Words in the addresses of its terms, and those that stand beside them.
const NOTICES: &[&str] = &["guidelines", "netiquette", "privacy", "terms"];
const BESIDE_NOTICES: &[&str] = &[
    "and",
    "asp",
    "aspx",
    "comment",
    "comments",
    "community",
    "conditions",
    "htm",
    "html",
    "of",
    "php",
    "policy",
    "service",
    "use",
];
/// Stores of apps.
const STORES: &[&str] = &["apps.apple.com", "itunes.apple.com", "play.google.com"];
/// Where sites have channels of their own.
const NETWORKS: &[&str] = &[
    "facebook.com",
    "instagram.com",
    "linkedin.com",
    "t.me",
    "telegram.me",
    "threads.net",
    "tiktok.com",
    "twitter.com",
    "whatsapp.com",
    "x.com",
    "youtube.com",
];
/// How an agency says that its report ends.
const END_MARKS: &[&str] = &["انتهای پیام", "پایان پیام"];
/// Letters of a line with such a mark and its writer's sign.
const END_MARK_MAX: u32 = 24;

/// Drops from `live` what the site says on its own behalf.
pub(super) fn drop_own(page: &Page, outline: &Outline<'_>, chosen: &[usize], live: &mut [bool]) {
    let cells = || chosen.iter().filter_map(|index| outline.cell(*index));
    let lines: Vec<usize> =
        cells().flat_map(|cell| cell.lines.clone()).filter(|index| live.get(*index) == Some(&true)).collect();
    let furniture = furniture_links(outline, chosen);
    let closing = lines.len().saturating_sub(LAST);
    for (at, index) in lines.into_iter().enumerate() {
        let Some(line) = outline.lines.get(index) else { continue };
        let is_last = at >= closing;
        let said = Said::by(page, outline, line, &furniture);
        let is_own = match said {
            Said::Call => line.weight <= CALL_MAX,
            Said::Store | Said::EndMark => is_last && line.weight <= CLOSING_MAX,
            Said::Notice | Said::Other => false,
        };
        if is_own && let Some(live) = live.get_mut(index) {
            *live = false;
        }
        if is_last && said == Said::Notice {
            let lines = notice(outline, chosen, index);
            live.get_mut(lines).unwrap_or_default().fill(false);
        }
    }
}

/// The lines of the box that a notice stands in: of the notice alone where that is the body itself.
fn notice(outline: &Outline<'_>, chosen: &[usize], index: usize) -> Range<usize> {
    let alone = index..index + 1;
    let Some(line) = outline.lines.get(index) else { return alone };
    let weight = |cell: &Cell<'_>| -> u32 {
        let lines = outline.lines.get(cell.lines.clone()).unwrap_or_default();
        lines.iter().map(|line| line.weight).sum()
    };
    let inside = outline.upward(line.cell).take_while(|(index, _)| !chosen.contains(index));
    let boxed = inside.filter(|(_, cell)| weight(cell) <= NOTICE_MAX && cell.lines.start == index).last();
    boxed.map_or(alone, |(_, cell)| cell.lines.clone())
}

/// On whose behalf a line speaks, and of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Of a subscription, newsletter or channel of the site.
    Call,
    /// Of an app.
    Store,
    /// Of the site's terms.
    Notice,
    /// That the report ends.
    EndMark,
    /// Of anything else.
    Other,
}

impl Said {
    fn by(page: &Page, outline: &Outline<'_>, line: &Line, furniture: &HashSet<&str>) -> Self {
        if line.weight <= END_MARK_MAX {
            let folded = text::fold(&line.text);
            let is_mark = |mark: &str| folded.trim_start().starts_with(&text::fold(mark));
            if END_MARKS.iter().any(|mark| is_mark(mark)) {
                return Self::EndMark;
            }
        }
        if line.linked == 0 || line.weight > NOTICE_MAX || in_post(outline, line.cell) {
            return Self::Other;
        }
        let inside = outline.cells.get(line.inner.clone()).unwrap_or_default();
        let links = inside.iter().filter_map(|cell| cell.node.attribute("href"));
        let urls = links.filter_map(|href| page.resolve(href));
        let said = urls.map(|url| Self::of(page, &url)).find(|said| *said != Self::Other);
        said.unwrap_or_else(|| {
            let mut links = inside.iter().filter_map(|cell| cell.node.attribute("href"));
            let is_call = line.weight <= CALL_MAX && links.any(|href| is_own_channel(page, furniture, href));
            if is_call { Self::Call } else { Self::Other }
        })
    }

    fn of(page: &Page, url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        if STORES.contains(&host) {
            return Self::Store;
        }
        if !is_of_site(page, host) {
            return Self::Other;
        }
        let segments: Vec<String> = url
            .path_segments()
            .into_iter()
            .flatten()
            .filter(|segment| !segment.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        let domain = psl::domain_str(host).unwrap_or(host);
        let site = domain.split('.').next().unwrap_or_default();
        // Sections have deeper addresses, articles names of other words, or a date.
        let is_call = |segment: &String| {
            let mut words = segment.split(['-', '_', '.']);
            let known = |word: &str| CALLS.contains(&word) || BESIDE_CALLS.contains(&word) || word == site;
            words.clone().any(|word| CALLS.contains(&word)) && words.all(known)
        };
        let is_report =
            |segment: &String| SUBJECTS.contains(&segment.as_str()) || segment.starts_with(char::is_numeric);
        let has_call =
            segments.len() <= SEGMENTS_MAX && segments.iter().any(is_call) && !segments.iter().any(is_report);
        let is_notice = segments.last().is_some_and(|segment| {
            let mut words = segment.split(['-', '_', '.']);
            let known = |word: &str| NOTICES.contains(&word) || BESIDE_NOTICES.contains(&word);
            words.clone().any(|word| NOTICES.contains(&word)) && words.all(known)
        });
        if has_call {
            Self::Call
        } else if is_notice {
            Self::Notice
        } else {
            Self::Other
        }
    }
}

/// The addresses that the furniture around the body links to.
fn furniture_links<'o>(outline: &'o Outline<'_>, chosen: &[usize]) -> HashSet<&'o str> {
    let body: Vec<_> = chosen.iter().filter_map(|index| Some(*index..outline.cell(*index)?.end)).collect();
    let is_beside =
        |index: usize, cell: &Cell<'_>| body.iter().all(|body| cell.end <= body.start || body.end <= index);
    let is_furniture = |cell: &Cell<'_>| {
        matches!(cell.tag, Tag::FOOTER | Tag::HEADER | Tag::NAV) || cell.hint.has(Hint::CHROME)
    };
    let mut found = HashSet::new();
    let mut until = 0;
    for (index, cell) in outline.cells.iter().enumerate() {
        if index >= until && is_furniture(cell) && is_beside(index, cell) {
            until = cell.end;
        }
        if index < until && cell.tag == Tag::A {
            found.extend(cell.node.attribute("href"));
        }
    }
    found
}

/// Whether a link leads to a channel of the site in a social network: one that its header or footer links to, too.
fn is_own_channel(page: &Page, furniture: &HashSet<&str>, href: &str) -> bool {
    let Some(url) = page.resolve(href) else { return false };
    let host = url.host_str().unwrap_or_default();
    if host == "news.google.com" {
        return url.path().starts_with("/publications/");
    }
    let segments = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty());
    furniture.contains(href)
        && NETWORKS.contains(&psl::domain_str(host).unwrap_or(host))
        && (1..=2).contains(&segments.count())
}

/// Whether a host is the page's own or beside it.
fn is_of_site(page: &Page, host: &str) -> bool {
    let domain = |host: &str| psl::domain_str(host).unwrap_or(host).to_owned();
    page.base_url().and_then(Url::host_str).is_some_and(|own| domain(own) == domain(host))
}
