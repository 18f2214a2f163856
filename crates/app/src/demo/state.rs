//! What `--data` keeps of the simulated tenants beside the database: enough to make them again as they were.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use model::time::Moment;
use serde::{Deserialize, Serialize};

/// How the tenants came to be as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The moment around which the invented tenants were invented.
    pub(crate) invented_at: Moment,
    /// Policies in each invented tenant.
    pub(crate) policies: usize,
    /// Folders that were loaded, as absolute paths.
    pub(crate) load: Vec<PathBuf>,
    /// How many changes people made since.
    pub(crate) turns: usize,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("demo.json")
}

impl State {
    /// What an earlier start left in the folder.
    ///
    /// # Errors
    /// When there is something and it cannot be read.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>> {
        let path = file(folder);
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Some(serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))?))
    }

    /// Leaves it for the next start. Written beside and renamed, so that a crash leaves the old or the new one.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let (path, beside) = (file(folder), folder.join("demo.json.new"));
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(&beside, text)
            .and_then(|()| std::fs::rename(&beside, &path))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(State::read(folder.path()).unwrap(), None);
        let state = State { invented_at: Moment::from_micros(5), policies: 7, load: vec!["/a".into()], turns: 3 };
        state.write(folder.path()).unwrap();
        assert_eq!(State::read(folder.path()).unwrap(), Some(state));
    }
}
