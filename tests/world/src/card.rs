//! A report card of a client's manners, from what servers recorded: the questions that publishers ask of feed readers.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::wire::Asked;

/// What a client was asked to do and did not, counted in requests. A client with perfect manners has zeros everywhere
/// but in the first two lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// Requests in all.
    pub requests: usize,
    /// Those that only asked for what has changed.
    pub conditional: usize,
    /// Those that asked for all of something that had been had, and came with something to recognize it by.
    pub unconditional_again: usize,
    /// Those with a validator that is not the last one given for that address.
    pub made_up: usize,
    /// Those that came while the last answer was still fresh by its max-age.
    pub before_max_age: usize,
    /// Those that came to a host before the time it had asked for.
    pub before_retry_after: usize,
    /// Those with a cookie.
    pub cookies: usize,
    /// Those that tell the page they came from.
    pub referrers: usize,
    /// Those that do not say whom to complain to.
    pub unsigned: usize,
}

/// What is known of one address.
#[derive(Debug, Default)]
struct Known {
    /// `ETag` and `Last-Modified` of its last whole answer.
    validators: Option<[Option<String>; 2]>,
    /// Until when its last answer is fresh.
    fresh_until: Option<Timestamp>,
}

impl Card {
    /// The card of all requests, in the order in which they were answered.
    pub fn of<'a>(log: impl IntoIterator<Item = &'a Asked>) -> Card {
        let mut card = Card::default();
        let mut known: BTreeMap<(&str, &str), Known> = BTreeMap::new();
        let mut closed: BTreeMap<&str, Timestamp> = BTreeMap::new();
        for asked in log {
            card.judge_headers(asked);
            if closed.get(asked.host.as_str()).is_some_and(|until| asked.at < *until) {
                card.before_retry_after += 1;
            }
            let known = known.entry((&asked.host, &asked.path)).or_default();
            card.judge(asked, known);
            known.learn(asked);
            if let Some(wait) =
                seconds(asked.told("retry-after")).filter(|_| [429, 503].contains(&asked.status))
            {
                closed.insert(&asked.host, asked.at + wait);
            }
        }
        card
    }

    /// Whether there is nothing to complain about.
    pub fn is_clean(&self) -> bool {
        let counted = Card { requests: self.requests, conditional: self.conditional, ..Card::default() };
        *self == counted
    }

    /// Judges what a request says of its sender.
    fn judge_headers(&mut self, asked: &Asked) {
        self.requests += 1;
        self.conditional += usize::from(asked.conditional);
        self.cookies += usize::from(asked.header("cookie").is_some());
        self.referrers += usize::from(asked.header("referer").is_some());
        let agent = asked.header("user-agent").unwrap_or_default();
        self.unsigned += usize::from(!(agent.contains("(+") && agent.contains('/')));
    }

    /// Judges a request by what was answered at its address before.
    fn judge(&mut self, asked: &Asked, known: &Known) {
        if known.fresh_until.is_some_and(|until| asked.at < until) {
            self.before_max_age += 1;
        }
        let sent = [asked.header("if-none-match"), asked.header("if-modified-since")];
        match &known.validators {
            Some(given) if sent == [None, None] => {
                self.unconditional_again += usize::from(*given != [None, None]);
            }
            Some(given) => {
                self.made_up += usize::from(sent != given.each_ref().map(Option::as_deref));
            }
            None => self.made_up += usize::from(sent != [None, None]),
        }
    }
}

impl Known {
    /// Takes in an answer that arrived whole.
    fn learn(&mut self, asked: &Asked) {
        if asked.status == 200 && asked.arrived {
            self.validators = Some(["etag", "last-modified"].map(|name| asked.told(name).map(str::to_owned)));
        }
        let max_age = asked.told("cache-control").and_then(|value| value.strip_prefix("max-age="));
        self.fresh_until = seconds(max_age).filter(|_| asked.arrived).map(|fresh| asked.at + fresh);
    }
}

/// A number of seconds.
fn seconds(text: Option<&str>) -> Option<SignedDuration> {
    Some(SignedDuration::from_secs(text?.parse().ok()?))
}
