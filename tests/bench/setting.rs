//! A configuration in a folder that vanishes, with output and state beside it.

use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A folder with a configuration.
#[derive(Debug)]
pub(crate) struct Setting {
    folder: TempDir,
}

impl Setting {
    /// A configuration of these files of sources, `(name, text)`; `schedule` goes below `[schedule]`.
    pub(crate) fn new(
        schedule: &str,
        sources: impl IntoIterator<Item = (String, String)>,
    ) -> anyhow::Result<Self> {
        let setting = Self { folder: tempfile::tempdir()? };
        setting.schedule(schedule)?;
        fs::create_dir(setting.path("sources.d"))?;
        for (name, text) in sources {
            put(&setting.path("sources.d").join(name), &text)?;
        }
        Ok(setting)
    }

    /// Writes the main file anew; `schedule` goes below `[schedule]`.
    pub(crate) fn schedule(&self, schedule: &str) -> anyhow::Result<()> {
        let main = format!(
            "[output]\ndir = \"{}\"\n\n[state]\ndir = \"{}\"\n\n[fetch]\ncontact = \"desk@example.org\"\n\
             host_gap_ms = 0\n\n[schedule]\n{schedule}\n",
            self.path("news").display(),
            self.path("state").display()
        );
        Ok(put(&self.path("khabar.toml"), &main)?)
    }

    /// A file or folder in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Forgets output and state.
    pub(crate) fn clear(&self) -> anyhow::Result<()> {
        for name in ["news", "state"].map(|name| self.path(name)) {
            if name.exists() {
                fs::remove_dir_all(name)?;
            }
        }
        Ok(())
    }

    /// A number out of the summary that a single run printed as JSON.
    pub(crate) fn summed(&self, outcome: &str) -> anyhow::Result<u64> {
        let summary = self.summary()?;
        Ok(summary.pointer(&format!("/entries/{outcome}")).and_then(serde_json::Value::as_u64).unwrap_or(0))
    }

    /// How many articles of a source stand for a page that could not be had, and say so by this code.
    pub(crate) fn teasers(&self, source: &str, code: &str) -> anyhow::Result<usize> {
        let says = |article: &serde_json::Value| {
            let warnings = article.get("warnings").and_then(serde_json::Value::as_array);
            article.get("completeness").is_some_and(|completeness| completeness == "teaser")
                && warnings.is_some_and(|warnings| warnings.iter().any(|warning| warning == code))
        };
        let articles = articles(&self.path("news").join("articles").join(source))?;
        Ok(articles.iter().filter(|article| says(article)).count())
    }

    /// The summary that a single run printed as JSON.
    pub(crate) fn summary(&self) -> anyhow::Result<serde_json::Value> {
        Ok(serde_json::from_slice(&fs::read(self.path("stdout"))?)?)
    }
}

/// The JSON files in a folder and in those below it.
fn articles(folder: &Path) -> anyhow::Result<Vec<serde_json::Value>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(articles(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(serde_json::from_slice(&fs::read(path)?)?);
        }
    }
    Ok(found)
}

#[expect(clippy::disallowed_methods, reason = "the bench's own files need no atomic publish")]
pub(crate) fn put(path: &Path, text: &str) -> std::io::Result<()> {
    fs::write(path, text)
}
