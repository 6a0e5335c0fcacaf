//! `khabar stage date`.

use crate::{
    cli::console,
    date::{self, Context, Order},
    io::clock::Clock,
};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{self, BufRead as _};

/// A line to read. `order` is how its source writes dates of numbers alone.
#[derive(Debug, Deserialize)]
struct Asked {
    line: String,
    #[serde(default)]
    source_zone: Option<String>,
    #[serde(default)]
    now: Option<String>,
    #[serde(default)]
    order: Option<String>,
}

pub(super) fn run() -> anyhow::Result<u8> {
    for text in io::stdin().lock().lines() {
        let text = text?;
        if !text.trim().is_empty() && !console::line(&answer(&text).to_string()) {
            break;
        }
    }
    Ok(0)
}

fn answer(text: &str) -> Value {
    let refused = |line: &str, reason: String| json!({ "line": line, "time": null, "precision": null, "calendar": null, "reason": reason });
    let Asked { line, source_zone, now, order } = match serde_json::from_str(text) {
        Ok(line) => line,
        Err(error) => return refused(text, format!("not {{\"line\", \"source_zone\", \"now\"}}: {error}")),
    };
    let zone = match source_zone.as_deref().map(date::zone) {
        None => TimeZone::UTC,
        Some(Some(zone)) => zone,
        Some(None) => return refused(&line, format!("unknown zone {}", source_zone.unwrap_or_default())),
    };
    let now = match now.as_deref().map(str::parse::<Timestamp>) {
        None => Clock::system().now(),
        Some(Ok(now)) => now,
        Some(Err(error)) => return refused(&line, format!("now is no time: {error}")),
    };
    let order = match order.as_deref() {
        Some("mdy") => Order::Mdy,
        Some("ymd") => Order::Ymd,
        _ => Order::Dmy,
    };
    let reading = date::read(&line, &Context { zone: &zone, now, order });
    json!({
        "line": line,
        "time": reading.moment.map(crate::model::Moment::to_rfc3339),
        "precision": reading.moment.map(|moment| moment.precision),
        "calendar": reading.moment.map(|_| reading.calendar.name()),
        "reason": reading.reason,
    })
}
