//! An entry before it is stored.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Action, AuditOutcome};
use crate::failure::SafeValue;
use crate::ids::RunId;

/// An entry to be written together with the change that it describes. The actor comes from the scope.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// What was done.
    pub action: Action,
    /// What came of it.
    pub outcome: AuditOutcome,
    /// What it was done to: kind and id.
    pub subject: Option<(&'static str, Uuid)>,
    /// The run that it belongs to.
    pub run_id: Option<RunId>,
    details: Vec<(&'static str, SafeValue)>,
}

impl AuditEntry {
    /// An entry for something that was done.
    #[must_use]
    pub const fn done(action: Action) -> Self {
        Self { action, outcome: AuditOutcome::Done, subject: None, run_id: None, details: Vec::new() }
    }

    /// An entry for something that was refused.
    #[must_use]
    pub const fn denied(action: Action) -> Self {
        Self { action, outcome: AuditOutcome::Denied, subject: None, run_id: None, details: Vec::new() }
    }

    /// What it was done to.
    #[must_use]
    pub const fn on(mut self, kind: &'static str, id: Uuid) -> Self {
        self.subject = Some((kind, id));
        self
    }

    /// The run that it belongs to.
    #[must_use]
    pub const fn run(mut self, run: RunId) -> Self {
        self.run_id = Some(run);
        self
    }

    /// A detail.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<SafeValue>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    /// The details as stored.
    #[must_use]
    pub fn details(&self) -> Value {
        let pairs = self.details.iter().map(|(name, value)| ((*name).to_owned(), json!(value.to_string())));
        Value::Object(pairs.collect())
    }
}
