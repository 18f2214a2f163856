//! `[log]`

use serde::Deserialize;

/// What is logged.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// Which messages, in the syntax of `tracing`'s `EnvFilter`.
    pub(crate) filter: String,
    /// One JSON object a line in place of text.
    pub(crate) json: bool,
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".to_owned(), json: false }
    }
}

impl Log {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &["filter", "json"];
}
