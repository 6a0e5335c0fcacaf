//! How anything is asked for: not while its host wants to be left alone, not where its robots.txt says no, and at
//! the pace it asks for. Redirects that leave a host are asked for under the manners of the next one.

use super::{
    Context,
    failure::Failure,
    hosts::{Hold, Hosts, KnownRobots, RobotsTrouble},
};
use crate::{
    io::{
        clock::Clock,
        fetch::{self, Accept, Admission, Disposition, Request, Response, Validators},
        observe::Event,
    },
    readers::robots::{self, Robots},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use url::Url;

/// Our product token, by which a robots.txt speaks of us.
pub const PRODUCT: &str = "khabar";

/// Why there is no answer.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    /// The host asked to be left alone, earlier.
    Held(Hold),
    /// Other requests of ours at the host come first.
    Busy,
    /// Its robots.txt does not let us.
    Disallowed(Url),
    /// It was asked, in vain.
    Failed(Failure),
}

/// A robots.txt is asked for again after so long at most (RFC 9309: a day), and not sooner than an hour.
const ROBOTS_DAY: Duration = Duration::from_hours(24);
const ROBOTS_LEAST: Duration = Duration::from_hours(1);
/// One that could not be had is asked for again after so long: where a server answered, and where none did.
const ROBOTS_RETRY: Duration = Duration::from_mins(15);
const ROBOTS_RETRY_UNREACHED: Duration = Duration::from_mins(1);
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
        let robots = if heeds_robots { Some(robots_for(context, &request).await?) } else { None };
        request.gap = robots.as_ref().and_then(|robots| robots.delay).unwrap_or_default();
        request.patience = Some(context.turn_patience);
        let refused = Arc::new(OnceLock::new());
        request.admission = Some(admission(context, robots, Arc::clone(&refused)));
        let asked = request.url.clone();
        let response = context.fetch.get(request).await.map_err(|error| {
            if matches!(error, fetch::Error::Busy { .. }) {
                return Refusal::Busy;
            }
            refused.get().cloned().unwrap_or_else(|| Refusal::Failed(Failure::fetch(&error)))
        })?;
        listen(context, &asked, &response).await;
        match response.onward {
            Some(onward) => request = *onward,
            None => return Ok(response),
        }
    }
}

/// Decides once the turn has come, for each hop within the host: what was asked while this request waited may have been
/// answered with a plea for time, and a redirect may lead where robots.txt says no.
fn admission(context: &Context, robots: Option<Arc<Robots>>, refused: Arc<OnceLock<Refusal>>) -> Admission {
    let (hosts, clock): (Arc<Hosts>, Clock) = (Arc::clone(&context.hosts), context.clock.clone());
    Admission(Arc::new(move |url| {
        let why = match hosts.hold(url, clock.now()) {
            Some(hold) => Some(Refusal::Held(hold)),
            None => {
                robots.as_ref().filter(|robots| !robots.allows(url)).map(|_| Refusal::Disallowed(url.clone()))
            }
        };
        why.is_none_or(|why| {
            // Nobody sets it twice: the journey ends here.
            drop(refused.set(why));
            false
        })
    }))
}

/// Takes note of an answer that asks for time.
async fn listen(context: &Context, asked: &Url, response: &Response) {
    let now = context.clock.now();
    if let Some(hold) = context.hosts.listen(context.scope, asked, response, now).await {
        let (url, scope) = (asked.as_str(), context.scope.name());
        context.observer.emit(now, &Event::Held { url, scope, status: hold.status, until: hold.until });
    }
}

/// The robots.txt of the host of `request`, if it lets us at all.
async fn robots_for(context: &Context, request: &Request) -> Result<Arc<Robots>, Refusal> {
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
        return Ok(Arc::clone(&known.robots));
    }
    // The request for it may have been the one that was answered with a plea for time.
    if let Some(hold) = context.hosts.hold(&request.url, context.clock.now()) {
        return Err(Refusal::Held(hold));
    }
    Err(match &known.trouble {
        Some(RobotsTrouble { code, error, reached }) => {
            Refusal::Failed(Failure { reached: *reached, ..Failure::new(code.clone(), error.clone()) })
        }
        None => Refusal::Disallowed(request.url.clone()),
    })
}

/// Asks for the robots.txt of the host of `asked`. RFC 9309: where there is none (4xx, or redirects without end),
/// everything is allowed; where it cannot be had, nothing is, but what was known before holds on for 30 days.
async fn robots_of(context: &Context, asked: &Request, before: Option<&KnownRobots>) -> KnownRobots {
    let now = context.clock.now();
    let had = before.filter(|before| before.had.is_some());
    let none = KnownRobots {
        robots: Arc::default(),
        validators: Validators::default(),
        had: None,
        until: after(now, ROBOTS_LEAST),
        trouble: None,
    };
    let trouble = match robots_answer(context, asked, before).await {
        Ok(response) if response.status == 304 => match had {
            Some(before) => {
                return KnownRobots { had: Some(now), until: kept_until(&response, now), ..before.clone() };
            }
            None => of_status(&response),
        },
        Ok(response) if response.status == 200 => {
            return KnownRobots {
                robots: Arc::new(robots::read(&response.body, PRODUCT)),
                until: kept_until(&response, now),
                validators: response.validators,
                had: Some(now),
                ..none
            };
        }
        Ok(response) if is_word(response.status) => {
            return KnownRobots { had: Some(now), until: kept_until(&response, now), ..none };
        }
        Ok(response) => of_status(&response),
        Err(NoRobots::Never) => return none,
        Err(NoRobots::NotNow(trouble)) => trouble,
    };
    let until = after(now, if trouble.reached { ROBOTS_RETRY } else { ROBOTS_RETRY_UNREACHED });
    if let Some(before) = had {
        return KnownRobots { until, ..before.clone() };
    }
    let robots = Arc::new(Robots::disallows_all());
    KnownRobots { robots, until, trouble: Some(trouble), ..none }
}

/// Whether an answer with this status settles that there are no rules. Of the refusals (4xx) only the one that asks
/// for time says nothing about them; neither does a redirect that leads nowhere.
fn is_word(status: u16) -> bool {
    (200..500).contains(&status) && status != 429
}

fn of_status(response: &Response) -> RobotsTrouble {
    RobotsTrouble {
        code: "robots/unreachable".to_owned(),
        error: format!(
            "{} answered with status {}: while its rules cannot be had, nothing is asked there",
            response.url, response.status
        ),
        reached: true,
    }
}

/// Why there is no answer to a request for robots.txt.
enum NoRobots {
    /// It cannot be had at all: what cannot be had for good is not there.
    Never,
    /// It may be had later.
    NotNow(RobotsTrouble),
}

impl NoRobots {
    fn of(error: &fetch::Error) -> Self {
        if error.disposition() != Disposition::RetryAt {
            return Self::Never;
        }
        let Failure { code, error, reached, .. } = Failure::fetch(error);
        Self::NotNow(RobotsTrouble { code, error, reached })
    }

    fn held(url: &Url, hold: &Hold) -> Self {
        let error = format!("the host of {url} wants to be left alone until {}", hold.until);
        Self::NotNow(RobotsTrouble { code: "robots/unreachable".to_owned(), error, reached: true })
    }
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
        if let Some(hold) = context.hosts.hold(&request.url, context.clock.now()) {
            return Err(NoRobots::held(&request.url, &hold));
        }
        let url = request.url.clone();
        let response = context.fetch.get(request).await.map_err(|error| NoRobots::of(&error))?;
        listen(context, &url, &response).await;
        match response.onward {
            Some(onward) => request = *onward,
            None => return Ok(response),
        }
    }
    Err(NoRobots::Never)
}
