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
        let main = format!(
            "[output]\ndir = \"{}\"\n\n[state]\ndir = \"{}\"\n\n[fetch]\ncontact = \"desk@example.org\"\n\
             host_gap_ms = 0\n\n[schedule]\n{schedule}\n",
            setting.path("news").display(),
            setting.path("state").display()
        );
        put(&setting.path("khabar.toml"), &main)?;
        fs::create_dir(setting.path("sources.d"))?;
        for (name, text) in sources {
            put(&setting.path("sources.d").join(name), &text)?;
        }
        Ok(setting)
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
        let summary: serde_json::Value = serde_json::from_slice(&fs::read(self.path("stdout"))?)?;
        Ok(summary.pointer(&format!("/entries/{outcome}")).and_then(serde_json::Value::as_u64).unwrap_or(0))
    }
}

#[expect(clippy::disallowed_methods, reason = "the bench's own files need no atomic publish")]
fn put(path: &Path, text: &str) -> std::io::Result<()> {
    fs::write(path, text)
}
