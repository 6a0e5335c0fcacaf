//! After a crash: what was visible is rolled forward, what was not is done again on the recorded path.

use super::{Publisher, Result, day};
use crate::{
    io::{publish::Line, store::ArticleRow},
    judges::render,
    model::SourceId,
    pipeline::{finding::Intent, plan},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

impl Publisher {
    /// Ends what a crash cut off between the first record of a path and its commit. Gives the number of
    /// articles that were visible and are now in log and state too.
    pub(super) fn recover(&mut self, now: Timestamp) -> Result<usize> {
        let posts = self.recover_works(now)?;
        let (seq, _) = self.store.log_head()?;
        let since: Vec<Line> = self.log.since(seq)?.into_iter().map(|(line, _)| line).collect();
        self.told = since.iter().filter_map(left_out).collect();
        let logged: BTreeSet<(String, u64)> = since
            .into_iter()
            .filter_map(|line| Some((line.id?, line.data.get("revision")?.as_u64()?)))
            .collect();
        let mut forward = Vec::new();
        let mut lines = Vec::new();
        let mut back = Vec::new();
        for row in self.store.intents()? {
            let intent = row.intent.as_deref().and_then(Intent::from_json);
            // What cannot be read is not visible; its publishing fails again, alone.
            let visible = self.tree.read(&format!("{}.json", row.path)).unwrap_or_default();
            match (intent, visible) {
                (Some(intent), Some(bytes)) if plan::sha256(&bytes) == intent.sha256 => {
                    self.tree.settle(&row.path)?;
                    if !logged.contains(&(row.id.0.clone(), intent.revision)) {
                        lines.extend(intent.lines(&row, now));
                    }
                    let waits_on =
                        render::article_of_json(&bytes).is_some_and(|article| plan::lacks_pages(&article));
                    forward.push((row, intent, waits_on));
                }
                _ => back.push(ArticleRow { intent: None, ..row }),
            }
        }
        if !lines.is_empty() {
            self.log.append(&day(now), &mut lines)?;
        }
        self.store.begin()?;
        let written = self.put_recovered(&forward, &back);
        self.finish(written)?;
        Ok(posts + forward.len())
    }

    fn put_recovered(&mut self, forward: &[(ArticleRow, Intent, bool)], back: &[ArticleRow]) -> Result<()> {
        for (row, intent, waits_on) in forward {
            self.store.put_article(&intent.done(row))?;
            self.store.put_entry(&row.source, &intent.settled(&row.id))?;
            // Where a page could not be had, the entry is read again.
            if !waits_on {
                self.store.drop_waiting(&row.source, &intent.key)?;
            }
        }
        for row in back {
            self.store.put_article(row)?;
        }
        let (seq, hash) = self.log.head();
        Ok(self.store.put_log_head(seq, hash)?)
    }
}

/// The entry that a line of the log names as left out.
fn left_out(line: &Line) -> Option<(SourceId, String)> {
    let is_left_out = line.event == plan::LINKED && line.id.is_none();
    let entry = line.data.get("entry")?.as_str().filter(|_| is_left_out)?;
    Some((SourceId(line.source.clone()?.into()), entry.to_owned()))
}
