//! `khabar stage dedup`.

use super::input;
use crate::{
    cli::console::{self, Usage},
    io::store::Texts,
    judges::dedup::{
        self,
        near::{self, Found, Matcher, Memory, Shelf, Text, Weights},
    },
    model::Relation,
    pipeline::DiskShelf,
};
use anyhow::Context as _;
use clap::Args;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use url::Url;

/// How far back copies are looked for, as the daemon does where nothing is said.
const WINDOW_DAYS: u32 = 30;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Articles, one a line, in the order in which they came (.gz too; - is standard input)
    file: Option<PathBuf>,
    /// Folder in which the articles are remembered, over several runs too
    #[arg(long, value_name = "FOLDER", conflicts_with = "pairs")]
    index: Option<PathBuf>,
    /// Pairs to compare instead, {"a", "b"} a line
    #[arg(long, requires = "docs", conflicts_with = "file")]
    pairs: Option<PathBuf>,
    /// The articles of the pairs
    #[arg(long, requires = "pairs")]
    docs: Option<PathBuf>,
}

/// An article.
#[derive(Debug, Deserialize)]
struct Document {
    id: String,
    #[serde(default)]
    outlet: String,
    #[serde(default)]
    url: Option<String>,
    time: Value,
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    /// Unix seconds of `time`, and the address in canonical form.
    #[serde(skip)]
    known: (i64, String),
}

/// Two articles.
#[derive(Debug, Deserialize)]
struct Pair {
    a: String,
    b: String,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    match (&arguments.file, &arguments.pairs, &arguments.docs) {
        (Some(file), None, None) => match &arguments.index {
            Some(folder) => stream(file, DiskShelf(Texts::open(folder)?.0)),
            None => stream(file, Memory::default()),
        },
        (None, Some(pairs), Some(docs)) => compare(pairs, docs),
        _ => Err(Usage("give a file of articles, or --pairs and --docs".to_owned()).into()),
    }
}

/// One article after the other. Those of one minute are taken in one order, however they are listed: which of them came
/// first nobody knows.
fn stream<S: Shelf>(file: &Path, shelf: S) -> anyhow::Result<u8>
where
    S::Error: Into<anyhow::Error>,
{
    let matcher = Matcher::open(Weights::default(), WINDOW_DAYS, shelf).map_err(Into::into)?;
    let mut stream = Stream { matcher, now: None, was_ahead: false };
    let mut minute: Vec<Document> = Vec::new();
    for document in documents(file)? {
        let document = document?;
        let is_next = minute.last().is_some_and(|last| minute_of(last) != minute_of(&document));
        if is_next && !stream.tell(&std::mem::take(&mut minute)).map_err(Into::into)? {
            return Ok(0);
        }
        minute.push(document);
    }
    stream.tell(&minute).map_err(Into::into)?;
    Ok(0)
}

fn minute_of(document: &Document) -> i64 {
    document.known.0.div_euclid(60)
}

/// The articles so far.
struct Stream<S> {
    matcher: Matcher<S>,
    /// The time that it is, Unix seconds.
    now: Option<i64>,
    /// Whether the last article was dated beyond the window.
    was_ahead: bool,
}

impl<S: Shelf> Stream<S> {
    /// Tells of the articles of a minute, in the order of their lines; `false` where nobody listens any more.
    fn tell(&mut self, minute: &[Document]) -> Result<bool, S::Error> {
        let mut order: Vec<(usize, &Document)> = minute.iter().enumerate().collect();
        order.sort_by_key(|(_, document)| (document.known.0, &document.id));
        let mut lines = vec![String::new(); minute.len()];
        for (place, document) in order {
            let seen = self.seen(document.known.0);
            let found = self.matcher.take(&Text { seen, ..text(document) })?;
            let answer = answer(&self.matcher, &document.id, &found)?.to_string();
            lines.get_mut(place).into_iter().for_each(|line| line.clone_from(&answer));
        }
        Ok(lines.iter().all(|line| console::line(line)))
    }

    /// When an article of a time is seen: then, unless it is the only one that is dated so far ahead that all before it
    /// would be forgotten.
    fn seen(&mut self, time: i64) -> i64 {
        let now = self.now.unwrap_or(time);
        let is_ahead = time.saturating_sub(now) > i64::from(WINDOW_DAYS) * 86_400;
        let seen = if is_ahead && !self.was_ahead { now } else { time };
        (self.now, self.was_ahead) = (Some(now.max(seen)), is_ahead);
        seen
    }
}

fn answer<S: Shelf>(matcher: &Matcher<S>, id: &str, found: &Found) -> Result<Value, S::Error> {
    let name =
        |number: u32| if number == found.number { Ok(Some(id.to_owned())) } else { matcher.id(number) };
    let of = found.link.filter(|link| link.relation != Relation::Template);
    // A cluster whose first article is out of the window is called after what is left of it.
    let of = of.map(|link| name(link.of)).transpose()?.flatten();
    let cluster = name(found.cluster)?.or_else(|| of.clone());
    Ok(json!({
        "id": id,
        "cluster": cluster,
        "relation": found.link.map(|link| link.relation),
        "of": of,
        "similarity": found.link.map(|link| rounded(link.similarity)),
        "story": found.story,
    }))
}

/// The scores of pairs. Common wording is what the articles show it to be, each counted from its time on.
fn compare(pairs: &Path, docs: &Path) -> anyhow::Result<u8> {
    let mut documents = documents(docs)?.collect::<anyhow::Result<Vec<Document>>>()?;
    documents.sort_by(|one, other| (one.known.0, &one.id).cmp(&(other.known.0, &other.id)));
    let weights = Weights::default();
    let Ok(mut matcher) = Matcher::open(weights, WINDOW_DAYS, Memory::default());
    let mut days: BTreeMap<&str, (usize, &Document)> = BTreeMap::new();
    let mut pending: BTreeMap<usize, Vec<(usize, Pair)>> = BTreeMap::new();
    for (place, document) in documents.iter().enumerate() {
        days.insert(&document.id, (place, document));
    }
    let mut scores = BTreeMap::new();
    for (number, line) in input::lines(pairs)?.enumerate() {
        let line = line.with_context(|| format!("cannot read {}", pairs.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        let pair: Pair = serde_json::from_str(&line).map_err(|error| {
            Usage(format!("line {} of the pairs is not {{\"a\", \"b\"}}: {error}", number + 1))
        })?;
        let later =
            [&pair.a, &pair.b].iter().filter_map(|id| days.get(id.as_str())).map(|(place, _)| *place).max();
        let has_both = days.contains_key(pair.a.as_str()) && days.contains_key(pair.b.as_str());
        match later.filter(|_| has_both) {
            Some(later) => pending.entry(later).or_default().push((number, pair)),
            None => drop(scores.insert(number, (pair, None))),
        }
    }
    for (place, document) in documents.iter().enumerate() {
        for (number, pair) in pending.remove(&place).unwrap_or_default() {
            let one = days.get(pair.a.as_str()).map(|(_, document)| text(document));
            let other = days.get(pair.b.as_str()).map(|(_, document)| text(document));
            let score =
                one.zip(other).map(|(one, other)| near::score(&weights, matcher.days(), &one, &other));
            scores.insert(number, (pair, score));
        }
        let Ok(_) = matcher.take(&text(document));
    }
    for (pair, score) in scores.values() {
        let missing = score.is_none().then_some("an article of the pair is not among the documents");
        let mut answer = json!({ "a": pair.a, "b": pair.b, "score": rounded(score.unwrap_or_default()) });
        if let (Some(missing), Some(answer)) = (missing, answer.as_object_mut()) {
            answer.insert("error".to_owned(), json!(missing));
        }
        if !console::line(&answer.to_string()) {
            break;
        }
    }
    Ok(0)
}

fn rounded(part: f64) -> f64 {
    (part * 10_000.0).round() / 10_000.0
}

fn text(document: &Document) -> Text<'_> {
    let (time, url) = &document.known;
    let Document { id, outlet, title, body, .. } = document;
    Text { id, url, outlet, time: *time, seen: *time, title, body, beginning: body }
}

/// The articles of a file.
fn documents(file: &Path) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Document>>> {
    let name = file.display().to_string();
    let lines = input::lines(file)?.enumerate();
    let lines =
        lines.filter(|(_, line)| line.as_ref().is_ok_and(|line| !line.trim().is_empty()) || line.is_err());
    Ok(lines.map(move |(number, line)| {
        let line = line.with_context(|| format!("cannot read {name}"))?;
        let place = || format!("line {} of {name} is no article", number + 1);
        let mut document: Document = serde_json::from_str(&line).map_err(|error| {
            Usage(format!(
                "{} {{\"id\", \"outlet\", \"url\", \"time\", \"title\", \"body\"}}: {error}",
                place()
            ))
        })?;
        let time = time_of(&document.time)
            .ok_or_else(|| Usage(format!("{}: \"time\" {} is no time", place(), document.time)))?;
        let url = document.url.as_deref().and_then(|url| Url::parse(url).ok());
        document.known = (time, url.map(|url| dedup::canonical(&url).0).unwrap_or_default());
        Ok(document)
    }))
}

/// RFC 3339, `Y-m-d H:M:S` in UTC, or Unix seconds; as Unix seconds.
fn time_of(time: &Value) -> Option<i64> {
    if let Some(secs) = time.as_f64() {
        return Timestamp::from_duration(jiff::SignedDuration::try_from_secs_f64(secs).ok()?)
            .ok()
            .map(Timestamp::as_second);
    }
    let text = time.as_str()?.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_second());
    }
    if let Ok(secs) = text.parse::<i64>() {
        return Timestamp::from_second(secs).ok().map(Timestamp::as_second);
    }
    let civil: DateTime = text.parse().ok()?;
    TimeZone::UTC.to_timestamp(civil).ok().map(Timestamp::as_second)
}
