//! What a feed says about its own rhythm. It stands in a few small elements
//! of the channel, of which feed-rs reads one; they are looked for before the first entry and behind the last one, and only in feeds that
//! hold their names there.

use crate::model::Hints;
use memchr::{memchr, memchr3, memmem};
use std::time::Duration;

/// The longest time between two updates that is taken from a feed; longer ones are cut to it.
const LEAST_MAX: Duration = Duration::from_hours(366 * 24);

/// A shorter time says nothing.
const LEAST_MIN: Duration = Duration::from_mins(1);

/// Elements inside each other that are followed.
const DEPTH_MAX: usize = 64;

const HOURS_ALL: u32 = 0x00ff_ffff;
const DAYS_ALL: u8 = 0x7f;

const NAMES: [&[u8]; 5] = [b"<ttl", b"updatePeriod", b"updateFrequency", b"skipHours", b"skipDays"];

const PERIODS: [(&[u8], Duration); 5] = [
    (b"hourly", Duration::from_hours(1)),
    (b"daily", Duration::from_hours(24)),
    (b"weekly", Duration::from_hours(7 * 24)),
    (b"monthly", Duration::from_hours(30 * 24)),
    (b"yearly", Duration::from_hours(365 * 24)),
];

const DAYS: [&[u8]; 7] =
    [b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday"];

/// The hints of a feed in XML.
pub(super) fn read(text: &str) -> Hints {
    let said = said(text.as_bytes());
    let ttl = said.ttl.map(|minutes| Duration::from_mins(minutes.into()));
    let least = ttl.filter(|ttl| *ttl >= LEAST_MIN).max(said.between()).map(|least| least.min(LEAST_MAX));
    // Who skips every hour or day means none of them.
    Hints {
        least,
        skip_hours: if said.hours == HOURS_ALL { 0 } else { said.hours },
        skip_days: if said.days == DAYS_ALL { 0 } else { said.days },
    }
}

/// What the elements say.
#[derive(Default)]
struct Said {
    /// In minutes.
    ttl: Option<u32>,
    period: Option<Duration>,
    frequency: Option<f64>,
    hours: u32,
    days: u8,
}

impl Said {
    /// The time between two updates; a day is the period where only the frequency is given.
    fn between(&self) -> Option<Duration> {
        if self.period.is_none() && self.frequency.is_none() {
            return None;
        }
        let period = self.period.unwrap_or(Duration::from_hours(24));
        let seconds = period.as_secs_f64() / self.frequency.unwrap_or(1.0);
        Duration::try_from_secs_f64(seconds).ok().filter(|between| *between >= LEAST_MIN)
    }

    fn take(&mut self, path: &[&[u8]], value: &[u8]) {
        match path {
            [.., b"channel" | b"feed", b"ttl"] => {
                self.ttl = str::from_utf8(value).ok().and_then(|value| value.parse().ok()).or(self.ttl);
            }
            [.., b"channel" | b"feed", b"updatePeriod"] => {
                let known = PERIODS.iter().find(|(name, _)| value.eq_ignore_ascii_case(name));
                self.period = known.map(|(_, period)| *period).or(self.period);
            }
            [.., b"channel" | b"feed", b"updateFrequency"] => {
                let number = str::from_utf8(value).ok().and_then(|value| value.parse().ok());
                self.frequency = number.filter(|number: &f64| *number > 0.0).or(self.frequency);
            }
            [.., b"channel" | b"feed", b"skipHours", b"hour"] => {
                let hour = str::from_utf8(value).ok().and_then(|value| value.parse().ok());
                self.hours |= hour.filter(|hour: &u32| *hour <= 24).map_or(0, |hour| 1 << (hour % 24));
            }
            [.., b"channel" | b"feed", b"skipDays", b"day"] => {
                let day = DAYS.iter().position(|name| value.eq_ignore_ascii_case(name));
                self.days |= day.map_or(0, |day| 1 << day);
            }
            _ => {}
        }
    }
}

fn said(bytes: &[u8]) -> Said {
    let (before, after) = around_entries(bytes);
    let mut walk = Walk::default();
    let holds = |part: &[u8]| NAMES.iter().any(|name| memmem::find(part, name).is_some());
    if holds(before) || holds(after) {
        walk.part(before);
        walk.part(after);
    }
    walk.said
}

/// What stands before the first entry and behind the last one.
fn around_entries(bytes: &[u8]) -> (&[u8], &[u8]) {
    let starts = |name: &[u8]| {
        let is_whole = |at: &usize| !bytes.get(at + name.len()).is_some_and(u8::is_ascii_alphanumeric);
        memmem::find_iter(bytes, name).find(is_whole)
    };
    let (start, end) = match starts(b"<item") {
        Some(start) => (Some(start), memmem::rfind(bytes, b"</item>")),
        None => (starts(b"<entry"), memmem::rfind(bytes, b"</entry>")),
    };
    let Some((before, entries)) = start.and_then(|start| bytes.split_at_checked(start)) else {
        return (bytes, b"");
    };
    let after = end.filter(|end| *end > before.len()).and_then(|end| bytes.get(end..));
    (before, after.or_else(|| entries.get(entries.len()..)).unwrap_or_default())
}

/// A walk through elements, comments and character data from tag to tag.
#[derive(Default)]
struct Walk<'a> {
    /// Local names of the elements that are open.
    path: Vec<&'a [u8]>,
    /// The last text since the last start tag.
    text: &'a [u8],
    said: Said,
}

impl<'a> Walk<'a> {
    /// Walks a part to its end, or to where it cannot be followed. The next part goes on in the same element.
    fn part(&mut self, part: &'a [u8]) {
        let mut rest = part;
        while let Some((text, tag)) = memchr(b'<', rest).and_then(|at| rest.split_at_checked(at)) {
            self.note(text);
            let next = if let Some(comment) = tag.strip_prefix(b"<!--") {
                cut(comment, b"-->").map(|(_, next)| next)
            } else if let Some(data) = tag.strip_prefix(b"<![CDATA[") {
                cut(data, b"]]>").map(|(data, next)| {
                    self.note(data);
                    next
                })
            } else if tag.starts_with(b"<?") {
                cut(tag, b"?>").map(|(_, next)| next)
            } else {
                tag_end(tag).and_then(|end| Some((tag.get(..end)?, tag.get(end + 1..)?))).map(
                    |(tag, next)| {
                        self.tag(tag);
                        next
                    },
                )
            };
            let Some(next) = next.filter(|_| self.path.len() <= DEPTH_MAX) else { return };
            rest = next;
        }
    }

    fn note(&mut self, text: &'a [u8]) {
        let text = text.trim_ascii();
        if !text.is_empty() {
            self.text = text;
        }
    }

    /// A tag from its `<` on, without its `>`.
    fn tag(&mut self, tag: &'a [u8]) {
        match tag {
            [b'<', b'/', name @ ..] => {
                if self.path.last().is_some_and(|open| *open == local(name)) {
                    self.said.take(&self.path, self.text);
                    self.path.pop();
                }
                self.text = b"";
            }
            [b'<', b'!', ..] | [b'<', _, .., b'/'] => {}
            [b'<', name @ ..] => {
                self.path.push(local(name));
                self.text = b"";
            }
            _ => {}
        }
    }
}

/// What stands before and behind an end.
fn cut<'a>(bytes: &'a [u8], end: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let (inside, rest) = bytes.split_at_checked(memmem::find(bytes, end)?)?;
    Some((inside, rest.get(end.len()..)?))
}

/// Where the `>` of a tag is; one in quotes is none.
fn tag_end(tag: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr3(b'>', b'"', b'\'', tag.get(at..)?)?;
        let sign = *tag.get(at)?;
        if sign == b'>' {
            return Some(at);
        }
        at += 1;
        at += memchr(sign, tag.get(at..)?)? + 1;
    }
}

/// An element's name without prefix and attributes.
fn local(tag: &[u8]) -> &[u8] {
    let name = tag.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    name.rsplit(|byte| *byte == b':').next().unwrap_or_default()
}
