//! Who works.

use model::ids::RunId;

/// A process that works. Never used again by another process, so that a successor cannot keep a predecessor's lease alive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WorkerId(String);

impl WorkerId {
    /// A new id: the host's name for people, and a random part.
    #[must_use]
    pub fn new(host: &str) -> Self {
        let host: String = host.chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).take(60).collect();
        let unique = RunId::generate().to_string();
        Self(format!("{}-{}", if host.is_empty() { "worker" } else { &host }, &unique[unique.len() - 12..]))
    }

    /// The text that is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
