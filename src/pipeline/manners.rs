//! How anything is asked for: not while its host wants to be left alone, not where its robots.txt says no, and at
//! the pace it asks for. Redirects that leave a host are asked for under the manners of the next one.

use super::{
    Context,
    failure::Failure,
    hosts::{Hold, KnownRobots},
};
use crate::{
    io::{
        fetch::{self, Accept, Disposition, Request, Response, Validators},
        observe::Event,
    },
    readers::robots,
};
use jiff::{SignedDuration, Timestamp};
use std::{sync::Arc, time::Duration};
use url::Url;

/// Our product token, by which a robots.txt speaks of us.
pub const PRODUCT: &str = "khabar";

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The host asked to be left alone, earlier.
    Held(Hold),
    /// Its robots.txt does not let us.
    Disallowed {
        /// What may not be asked for.
        url: Url,
        /// Whether that is its word; else it could not be had, and nothing is asked until it can.
        is_its_word: bool,
    },
    /// It was asked, in vain.
    Failed(Failure),
}

/// A robots.txt is asked for again after so long at most (RFC 9309: a day), and not sooner than an hour.
const ROBOTS_DAY: Duration = Duration::from_hours(24);
const ROBOTS_LEAST: Duration = Duration::from_hours(1);
/// One that could not be had is asked for again after so long.
const ROBOTS_RETRY: Duration = Duration::from_mins(15);
/// Redirects of a robots.txt to other hosts that are followed; the rules are those of the first host.
const ROBOTS_LEGS: usize = 5;

/// Asks for something. `heeds_robots`: whether robots.txt applies to it. Statuses of any kind are answers.
pub(super) async fn get(
    context: &Context,
    mut request: Request,
    heeds_robots: bool,
) -> Result<Response, Refusal> {
    loop {
        if let Some(hold) = context.hosts.hold(&request.url, context.clock.now()) {
            return Err(Refusal::Held(hold));
        }
        if heeds_robots {
            request.gap = permission(context, &request).await?;
        }
        let asked = request.url.clone();
        let answer = context.fetch.get(request).await;
        let response = answer.map_err(|error| Refusal::Failed(Failure::fetch(&error)))?;
        listen(context, &asked, &response).await;
        match response.onward {
            Some(onward) => request = *onward,
            None => return Ok(response),
        }
    }
}

/// Takes note of an answer that asks for time.
async fn listen(context: &Context, asked: &Url, response: &Response) {
    let now = context.clock.now();
    if let Some(hold) = context.hosts.listen(context.scope, asked, response, now).await {
        let (url, scope) = (asked.as_str(), context.scope.name());
        context.observer.emit(now, &Event::Held { url, scope, status: hold.status, until: hold.until });
    }
}

/// The gap that the host's robots.txt asks for, if it lets us at all.
async fn permission(context: &Context, request: &Request) -> Result<Duration, Refusal> {
    let origin = request.url.origin().ascii_serialization();
    let slot = context.hosts.robots(&origin, context.clock.now());
    let known = slot
        .now
        .get_or_init(|| async {
            let known = robots_of(context, request, slot.before.as_ref()).await;
            context.hosts.keep_robots(&origin, &known).await;
            known
        })
        .await;
    if known.robots.allows(&request.url) {
        return Ok(known.robots.delay.unwrap_or_default());
    }
    // The request for it may have been the one that was answered with a plea for time.
    if let Some(hold) = context.hosts.hold(&request.url, context.clock.now()) {
        return Err(Refusal::Held(hold));
    }
    Err(Refusal::Disallowed { url: request.url.clone(), is_its_word: !known.is_unreachable })
}

/// Asks for the robots.txt of the host of `asked`. RFC 9309: where there is none (4xx, or redirects without end),
/// everything is allowed; where it cannot be had, nothing is, but what was known before holds on for 30 days.
async fn robots_of(context: &Context, asked: &Request, before: Option<&KnownRobots>) -> KnownRobots {
    let now = context.clock.now();
    let had = before.filter(|before| before.had.is_some());
    let none = KnownRobots {
        robots: robots::Robots::default(),
        validators: Validators::default(),
        had: None,
        until: after(now, ROBOTS_LEAST),
        is_unreachable: false,
    };
    match (robots_answer(context, asked, before).await, had) {
        (Ok(response), Some(before)) if response.status == 304 => {
            KnownRobots { had: Some(now), until: kept_until(&response, now), ..before.clone() }
        }
        (Ok(response), _) if response.status == 200 => KnownRobots {
            robots: robots::read(&response.body, PRODUCT),
            until: kept_until(&response, now),
            validators: response.validators,
            had: Some(now),
            ..none
        },
        (Ok(response), _) if is_word(response.status) => {
            KnownRobots { had: Some(now), until: kept_until(&response, now), ..none }
        }
        (Err(NoRobots::Never), _) => none,
        (Ok(_) | Err(NoRobots::NotNow), Some(before)) => {
            KnownRobots { until: after(now, ROBOTS_RETRY), ..before.clone() }
        }
        (Ok(_) | Err(NoRobots::NotNow), None) => KnownRobots {
            robots: robots::Robots::disallows_all(),
            until: after(now, ROBOTS_RETRY),
            is_unreachable: true,
            ..none
        },
    }
}

/// Whether an answer with this status settles that there are no rules. Of the refusals (4xx) only the one that asks
/// for time says nothing about them; neither does a redirect that leads nowhere.
fn is_word(status: u16) -> bool {
    (200..500).contains(&status) && status != 429
}

/// Why there is no answer to a request for robots.txt.
enum NoRobots {
    /// It cannot be had at all: what cannot be had for good is not there.
    Never,
    /// It may be had later.
    NotNow,
}

/// When it is asked for again: as the server says, within bounds.
fn kept_until(response: &Response, now: Timestamp) -> Timestamp {
    after(now, response.max_age.unwrap_or(ROBOTS_DAY).clamp(ROBOTS_LEAST, ROBOTS_DAY))
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// The answer to a request for robots.txt, over a few hosts at most.
async fn robots_answer(
    context: &Context,
    asked: &Request,
    before: Option<&KnownRobots>,
) -> Result<Response, NoRobots> {
    let url = asked.url.join("/robots.txt").map_err(|_| NoRobots::Never)?;
    let mut request = Request {
        validators: before.map(|before| before.validators.clone()).unwrap_or_default(),
        allow: Arc::clone(&asked.allow),
        authorization: asked.authorization.clone(),
        ..Request::new(url, Accept::Robots)
    };
    for _ in 0..=ROBOTS_LEGS {
        if context.hosts.hold(&request.url, context.clock.now()).is_some() {
            return Err(NoRobots::NotNow);
        }
        let url = request.url.clone();
        let answer = context.fetch.get(request).await;
        let may_pass = |error: fetch::Error| error.disposition() == Disposition::RetryAt;
        let response =
            answer.map_err(|error| if may_pass(error) { NoRobots::NotNow } else { NoRobots::Never })?;
        listen(context, &url, &response).await;
        match response.onward {
            Some(onward) => request = *onward,
            None => return Ok(response),
        }
    }
    Err(NoRobots::Never)
}
