//! `khabar status`: what the state knows of every source, also while the daemon runs.

use super::{ConfigPath, check, console, exit};
use crate::{
    config,
    daemon::{Report, report},
    io::clock::Clock,
    judges::schedule::Why,
    text::for_log,
};
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    path: ConfigPath,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Only this source, in full
    #[arg(value_name = "SOURCE")]
    source: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let path = config::locate(arguments.path.config.as_deref());
    let config = match config::load(&path) {
        Ok(config) => config,
        Err(faults) => return Ok(check::refuse(&faults)),
    };
    let now = Clock::system().now();
    let mut reports = report(&config, now)?;
    if let Some(id) = &arguments.source {
        reports.retain(|report| *report.source.id.0 == **id);
        if reports.is_empty() {
            return Err(console::Usage(format!("no source has the id {id}")).into());
        }
    }
    if arguments.json {
        let doors: Vec<Value> = reports.iter().map(to_json).collect();
        console::line(&json!({ "at": now.to_string(), "doors": doors }).to_string());
    } else if arguments.source.is_some() {
        console::lines(&reports.iter().flat_map(|report| in_full(report, now)).collect::<Vec<_>>());
    } else {
        console::lines(&table(&reports, now));
    }
    Ok(exit::OK)
}

/// One line a door, and a second where there is trouble.
fn table(reports: &[Report], now: Timestamp) -> Vec<String> {
    let head = ["source", "polled", "next", "why", "a day", "delay", "last new"];
    let mut lines = vec![row(head.map(str::to_owned))];
    for report in reports {
        let (state, history) = (&report.state, &report.state.history);
        let never = state.polls == 0;
        lines.push(row([
            report.source.id.to_string(),
            ago(state.asked, now),
            next(report, now),
            if never { String::new() } else { state.why.name().to_owned() },
            if never { String::new() } else { rate(history.per_day()) },
            history.delay().map(span).unwrap_or_default(),
            ago(state.found, now),
        ]));
        lines.extend(trouble(report, now).map(|trouble| format!("  {trouble}")));
    }
    lines
}

fn row(cells: [String; 7]) -> String {
    let [source, polled, next, why, rate, delay, found] = cells;
    format!("{source:<20} {polled:>9} {next:>9}  {why:<11} {rate:>7} {delay:>7} {found:>9}")
        .trim_end()
        .to_owned()
}

/// Everything about a door, in sentences.
fn in_full(report: &Report, now: Timestamp) -> Vec<String> {
    let (state, history) = (&report.state, &report.state.history);
    let mut lines = vec![format!("{} ({})", report.source.name, report.source.id)];
    let mut tell = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("  {name:<12}{value}"));
        }
    };
    tell("door", report.door().url.to_string());
    if let Some(moved) = state.moved.as_ref().filter(|moved| moved.is_taken()) {
        tell("moved to", moved.to.to_string());
    }
    tell("polled", ago(state.asked, now));
    tell("answered", ago(state.answered, now));
    tell("last new", ago(state.found, now));
    if state.polls > 0 {
        let known = if history.is_learned() { "" } else { ", not learned yet" };
        tell("rate", format!("{} entries a day{known}", rate(history.per_day())));
        tell("delay", history.delay().map(|delay| format!("{} on average", span(delay))).unwrap_or_default());
        tell("listed", state.listed.to_string());
    }
    tell("next", format!("{}{}", next(report, now), reason(report)));
    if report.waiting > 0 {
        let next = state.retry.map_or_else(|| "at start".to_owned(), |at| ahead(at, now));
        tell("pages", format!("{} wait, next {next}", report.waiting));
    }
    let remarks = state.remarks.iter().map(|(code, times)| format!("{code} {times}"));
    tell("remarks", remarks.collect::<Vec<_>>().join(", "));
    lines.extend(trouble(report, now).map(|trouble| format!("  {trouble}")));
    lines
}

/// Why the next poll is when it is, in words.
fn reason(report: &Report) -> String {
    let state = &report.state;
    if state.gone.is_some() || state.polls == 0 {
        return String::new();
    }
    let words = match state.why {
        Why::Learning => "its rhythm is not known yet".to_owned(),
        Why::Expected => format!("{:.1} new entries are expected by then", state.expected),
        Why::Floor => "as often as is allowed".to_owned(),
        Why::Ceiling => "little is expected; as seldom as is allowed".to_owned(),
        Why::Window => "before entries scroll off".to_owned(),
        Why::MaxAge => "its answer is fresh until then (max-age, Expires)".to_owned(),
        Why::Hint => "the feed says so (ttl, sy:updatePeriod)".to_owned(),
        Why::Skip => "the feed says so (skipHours, skipDays)".to_owned(),
        Why::RetryAfter => "its server asks for time (Retry-After, 429, 503)".to_owned(),
        Why::Backoff => "it failed".to_owned(),
        Why::Ended => "the coverage is over".to_owned(),
    };
    format!(": {words}")
}

/// What is wrong with a door, in words.
fn trouble(report: &Report, now: Timestamp) -> Option<String> {
    let failing = report.state.failing.as_ref()?;
    let times = failing.times;
    let since = ago(Some(failing.since), now);
    let what = format!("{}: {}", failing.code, for_log(&failing.error));
    Some(match report.state.gone {
        Some(_) => format!("gone, not asked any more: {what}"),
        None => format!("failing {times} times since {since}: {what}"),
    })
}

fn next(report: &Report, now: Timestamp) -> String {
    match (&report.state.gone, report.state.next) {
        _ if !report.source.enabled => "disabled".to_owned(),
        (Some(_), _) => "never".to_owned(),
        (None, Some(at)) => ahead(at, now),
        (None, None) => "at start".to_owned(),
    }
}

fn to_json(report: &Report) -> Value {
    let (state, history) = (&report.state, &report.state.history);
    let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let failing = state.failing.as_ref().map(|failing| {
        json!({
            "code": failing.code, "error": failing.error, "since": failing.since.to_string(),
            "times": failing.times, "inAll": state.failures,
        })
    });
    json!({
        "source": report.source.id, "enabled": report.source.enabled, "door": report.door().url,
        "movedTo": state.moved.as_ref().filter(|moved| moved.is_taken()).map(|moved| &moved.to),
        "polls": state.polls, "polled": text(state.asked), "answered": text(state.answered),
        "lastNew": text(state.found), "next": text(state.next), "why": state.why.name(),
        "notBefore": text(state.not_before), "expected": state.expected,
        "perDay": history.per_day(), "learned": history.is_learned(),
        "delaySecs": history.delay().map(|delay| delay.as_secs()), "waiting": report.waiting, "remarks": state.remarks,
        "failing": failing, "gone": text(state.gone),
    })
}

fn rate(per_day: f64) -> String {
    if per_day < 10.0 { format!("{per_day:.1}") } else { format!("{per_day:.0}") }
}

fn ago(at: Option<Timestamp>, now: Timestamp) -> String {
    let passed = |at: Timestamp| Duration::try_from(now.duration_since(at)).unwrap_or_default();
    at.map_or_else(|| "never".to_owned(), |at| format!("{} ago", span(passed(at))))
}

fn ahead(at: Timestamp, now: Timestamp) -> String {
    match Duration::try_from(at.duration_since(now)) {
        Ok(wait) if wait > Duration::ZERO => format!("in {}", span(wait)),
        _ => "now".to_owned(),
    }
}

/// A span of time in its largest unit, rounded down.
fn span(time: Duration) -> String {
    let secs = time.as_secs();
    match secs {
        0..120 => format!("{secs} s"),
        120..7200 => format!("{} min", secs / 60),
        7200..172_800 => format!("{} h", secs / 3600),
        _ => format!("{} d", secs / 86_400),
    }
}
