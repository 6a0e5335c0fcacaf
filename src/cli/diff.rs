//! `khabar diff`: what changed between two revisions of an article, also while the daemon runs.

use super::{ConfigPath, check, console, exit};
use crate::{
    config::{self, Config},
    daemon,
    io::store::{ArticleRow, Store},
    judges::{
        render,
        revise::{self, Changes, Edit, Part, Run, What},
    },
    model::{Article, ArticleId, Direction},
    pipeline, text,
};
use anyhow::Context as _;
use clap::Args;
use console::{Color, Usage};
use serde_json::json;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    path: ConfigPath,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// The article's id, the last part of its file's name
    #[arg(value_name = "ID")]
    id: String,
    /// The older revision; without both, the newest two
    #[arg(value_name = "N", requires = "newer")]
    older: Option<u64>,
    /// The newer revision
    #[arg(value_name = "M")]
    newer: Option<u64>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let path = config::locate(arguments.path.config.as_deref());
    let config = match config::load(&path) {
        Ok(config) => config,
        Err(faults) => return Ok(check::refuse(&faults)),
    };
    let row = find(&config, &arguments.id)?;
    let (from, to) = match (arguments.older, arguments.newer) {
        (Some(from), Some(to)) => (from, to),
        (None, _) | (_, None) if row.revision > 1 => (row.revision - 1, row.revision),
        (None, _) | (_, None) => {
            return Err(
                Usage(format!("{} has one revision, there is none to compare it with", row.id)).into()
            );
        }
    };
    let (before, after) = (revision(&config, &row, from)?, revision(&config, &row, to)?);
    let changes = revise::compare(&before, &after).unwrap_or_default();
    if arguments.json {
        console::line(&to_json(&after, (from, to), &changes));
    } else {
        console::lines(&shown(&after, (from, to), &changes));
    }
    Ok(exit::OK)
}

/// The article of an id, as the state knows it.
fn find(config: &Config, id: &str) -> anyhow::Result<ArticleRow> {
    let failed = |error| daemon::Error::from(pipeline::Error::from(error));
    let row = match Store::read(&config.settings.state_dir).map_err(failed)? {
        Some(store) => store.article(&ArticleId(id.to_owned())).map_err(failed)?,
        None => None,
    };
    let row = row.filter(|row| row.revision > 0);
    row.ok_or_else(|| Usage(format!("no article has the id {}", text::for_log(id))).into())
}

/// A revision of an article, read from the tree.
fn revision(config: &Config, row: &ArticleRow, number: u64) -> anyhow::Result<Article> {
    if number == 0 || number > row.revision {
        let last = row.revision;
        return Err(Usage(format!("{} has no revision {number}; its newest is {last}", row.id)).into());
    }
    let superseded = render::revision_path(&row.id.0, number);
    let path = if number == row.revision { &row.path } else { &superseded };
    let path = config.settings.output.dir.join(format!("{path}.json"));
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let article = render::article_of_json(&bytes).filter(|article| article.revision == number);
    article.ok_or_else(|| {
        let error = std::io::Error::from(std::io::ErrorKind::InvalidData);
        anyhow::Error::from(error).context(format!("{} is not revision {number}", path.display()))
    })
}

fn to_json(article: &Article, (from, to): (u64, u64), changes: &Changes) -> String {
    let kinds: Vec<&str> = changes.kinds.iter().map(|kind| kind.name()).collect();
    let (added, removed) = changes.characters();
    json!({
        "id": article.id, "url": article.url, "from": from, "to": to, "changes": kinds,
        "added": added, "removed": removed, "edits": changes.edits,
    })
    .to_string()
}

/// A head, then each text that differs under its name.
fn shown(article: &Article, (from, to): (u64, u64), changes: &Changes) -> Vec<String> {
    let (added, removed) = changes.characters();
    let kinds: Vec<&str> = changes.kinds.iter().map(|kind| kind.name()).collect();
    let kinds = if changes.edits.is_empty() { "nothing but noise".to_owned() } else { kinds.join(", ") };
    let mut lines = vec![
        isolated(&plain(&article.title), Direction::Ltr),
        format!(
            "{} revision {from} to {to}: {kinds}; {added} characters added, {removed} removed",
            article.id
        ),
    ];
    let has_color = console::has_color();
    for edit in &changes.edits {
        lines.extend([String::new(), name(edit), line(&edit.words, has_color)]);
    }
    lines
}

/// What an edited text is.
fn name(edit: &Edit) -> String {
    let number =
        |number: Option<usize>| number.map_or_else(|| "-".to_owned(), |number| (number + 1).to_string());
    let (before, after) = (number(edit.before), number(edit.after));
    let place = if before == after { after } else { format!("{before} to {after}") };
    match edit.part {
        Part::Title => "headline".to_owned(),
        Part::Byline => "byline".to_owned(),
        Part::Published => "published".to_owned(),
        Part::Block => format!("block {place}"),
        Part::Caption => format!("caption {place}"),
    }
}

/// The words of a text in their order. Where they run from right to left, the line and each change in it are isolated, so
/// that a terminal lays out each by itself and the signs around a change stay around it.
fn line(runs: &[Run], has_color: bool) -> String {
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    let direction = text::direction(&text);
    let mut line = String::new();
    for run in runs {
        let text = plain(&run.text);
        let words = text.trim_end();
        let marked = match run.what {
            What::Kept => words.to_owned(),
            What::Removed if has_color => console::colored(&isolated(words, direction), Color::Red),
            What::Added if has_color => console::colored(&isolated(words, direction), Color::Green),
            What::Removed => isolated(&format!("[-{words}-]"), direction),
            What::Added => isolated(&format!("{{+{words}+}}"), direction),
        };
        line.push_str(&marked);
        line.push_str(if words.len() < text.len() { " " } else { "" });
    }
    match direction {
        Direction::Rtl => format!("\u{2067}{}\u{2069}", line.trim_end()),
        Direction::Ltr => line.trim_end().to_owned(),
    }
}

/// A text that lays itself out whatever stands around it, where it or that runs from right to left.
fn isolated(text: &str, around: Direction) -> String {
    if around == Direction::Rtl || text::direction(text) == Direction::Rtl {
        format!("\u{2068}{text}\u{2069}")
    } else {
        text.to_owned()
    }
}

/// Foreign text that steers no terminal.
fn plain(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(text::for_log).collect()
}

#[cfg(test)]
mod tests;
