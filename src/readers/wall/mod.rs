//! What stands between khabar and an article: bot checks, consent pages, logins, refusals, gates by country. A
//! wall is recognized, reported and left alone, never climbed; this module knows no way through one.
//!
//! A page that could be an article is none: where much text or several paragraphs of an article are there, no
//! vendor's script or phrase makes it a wall. Signs are looked for where they are written by the vendor: code
//! in tags and scripts, words in the text; an article that quotes such code is not taken for it.
//!
//! # Why
//! Statuses alone lie: checks come with 200, 202, 403, 405, 429 and 503, and a 403 may be anything. So a refusal
//! counts as what its page shows, and as nothing more than a refusal where it shows nothing; that it is a
//! paywall is never guessed. Scripts that vendors put on pages they let through (Cloudflare's detections, the
//! tags of `DataDome` and AWS, a Turnstile in a comment form) are no signs, or only where hardly a word of text
//! stands beside them.

mod parts;
mod signs;

use parts::Parts;
use signs::{CONSENT_WORDS, ENDS, MARKS, Place, SIGNS};
use url::Url;

/// In a longer body no sign counts: the walls that are known have less than half of it.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Paragraphs of an article from which on it is one.
const PARAGRAPHS_MIN: usize = 3;

/// What stands in the way of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wall {
    /// A bot check: a captcha, a script or a proof of work to be passed first.
    Challenge,
    /// A page that asks for consent to cookies before it shows anything.
    Consent,
    /// A login.
    Login,
    /// A refusal without a way in.
    Blocked,
    /// A refusal by country or law.
    Region,
}

impl Wall {
    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Challenge => "wall/challenge",
            Self::Consent => "wall/consent",
            Self::Login => "wall/login",
            Self::Blocked => "wall/blocked",
            Self::Region => "wall/region",
        }
    }

    /// What it is and what an operator can do about it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Challenge => {
                "the site checks for bots, which khabar does not evade: ask it to let this user agent in, or use its feed's own text"
            }
            Self::Consent => {
                "the site asks for consent to cookies first: use its feed's own text, or another address of the page"
            }
            Self::Login => "the site asks for a login, which khabar does not have: leave this source out",
            Self::Blocked => {
                "the site refuses khabar (403): poll it less often, or ask it to let this user agent in"
            }
            Self::Region => {
                "the site is not shown in this country: run khabar elsewhere, or leave this source out"
            }
        }
    }
}

/// An answer as far as it is looked at.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    /// Its status.
    pub status: u16,
    /// The address that was asked for.
    pub requested: &'a Url,
    /// The address that answered, behind the redirects.
    pub url: &'a Url,
    /// Headers, names in lower case.
    pub marks: &'a [(String, String)],
    /// The decoded body, or its first 64 KiB.
    pub body: &'a str,
}

/// The wall that an answer is, if it is one.
pub fn recognize(seen: &Seen<'_>) -> Option<Wall> {
    match seen.status {
        451 => Some(Wall::Region),
        200..=299 => by_marks(seen).or_else(|| by_page(seen)),
        404 | 410 => None,
        401 => by_marks(seen).or_else(|| by_signs(seen, &Parts::of(seen.body))).or(Some(Wall::Login)),
        403 => by_marks(seen).or_else(|| by_signs(seen, &Parts::of(seen.body))).or(Some(Wall::Blocked)),
        400..=499 | 503 => by_marks(seen).or_else(|| by_signs(seen, &Parts::of(seen.body))),
        _ => None,
    }
}

/// Whether the answer tells of its wall beyond its text: by a header, by where the redirects ended, or by code
/// that no page for readers has. Questions about cookies and fields for a password stand on many.
pub fn is_beyond_doubt(seen: &Seen<'_>) -> bool {
    let is_sure = |sign: &signs::Sign| {
        sign.letters_max >= signs::SURE && !matches!(sign.wall, Wall::Consent | Wall::Login)
    };
    let by_sign = || sign_in(seen, &Parts::of(seen.body)).is_some_and(is_sure);
    by_marks(seen).is_some() || by_end(seen).is_some() || by_sign()
}

/// Headers that a vendor sends with its wall alone.
fn by_marks(seen: &Seen<'_>) -> Option<Wall> {
    let has = |name: &str, part: &str| {
        seen.marks.iter().any(|(known, value)| known == name && value.to_ascii_lowercase().contains(part))
    };
    let is_refusal = seen.status >= 400;
    let told = |(_, name, part, only_refused): &&(Wall, &str, &str, bool)| {
        (is_refusal || !only_refused) && has(name, part)
    };
    MARKS.iter().find(told).map(|(wall, ..)| *wall)
}

/// A page that came as if nothing were in the way.
fn by_page(seen: &Seen<'_>) -> Option<Wall> {
    let end = by_end(seen);
    if end.is_none() && is_long(seen) {
        return None;
    }
    let parts = Parts::of(seen.body);
    if parts.paragraphs >= PARAGRAPHS_MIN || parts.markup.contains("newsarticle") {
        return None;
    }
    end.or_else(|| by_signs(seen, &parts))
}

/// Where the redirects ended, if not where they began.
fn by_end(seen: &Seen<'_>) -> Option<Wall> {
    let is = |url: &Url, label: &str, segment: &str| {
        let host = url.host_str().unwrap_or_default();
        let mut segments = url.path_segments().into_iter().flatten();
        if segment.is_empty() {
            host == label || host.strip_prefix(label).is_some_and(|rest| rest.starts_with('.'))
        } else {
            (label.is_empty() || host.contains(label))
                && segments.any(|known| known.eq_ignore_ascii_case(segment))
        }
    };
    let ended = |(_, label, segment): &&(Wall, &str, &str)| {
        is(seen.url, label, segment) && !is(seen.requested, label, segment)
    };
    ENDS.iter().find(ended).map(|(wall, ..)| *wall)
}

/// Whether the body is no vendor's, or may have been cut, so that nobody knows how much text it has.
const fn is_long(seen: &Seen<'_>) -> bool {
    seen.body.len() + 4 > BODY_BYTES_MAX
}

fn by_signs(seen: &Seen<'_>, parts: &Parts) -> Option<Wall> {
    sign_in(seen, parts).map(|sign| sign.wall)
}

/// The first sign that stands in little enough text.
fn sign_in(seen: &Seen<'_>, parts: &Parts) -> Option<&'static signs::Sign> {
    if is_long(seen) {
        return None;
    }
    let shown = |sign: &&signs::Sign| {
        let place = match sign.place {
            Place::Title => return parts.letters <= sign.letters_max && parts.title.starts_with(sign.words),
            Place::Text => &parts.text,
            Place::Code => &parts.markup,
        };
        parts.letters <= sign.letters_max
            && place.contains(sign.words)
            && (sign.wall != Wall::Consent || asks_consent(parts))
    };
    SIGNS.iter().find(shown)
}

/// Whether the text speaks of cookies and asks to accept them.
fn asks_consent(parts: &Parts) -> bool {
    CONSENT_WORDS.iter().all(|words| words.iter().any(|word| parts.text.contains(word)))
}

#[cfg(test)]
mod tests;
