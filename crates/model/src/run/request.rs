//! What a start surface hands to the store, and what it gets back.

use serde_json::Value;

use super::{Run, Trigger};
use crate::ids::RunId;
use crate::operations::Operation;

/// A wish to start an operation: made only from the typed arguments of an operation (`model::operations`).
#[derive(Debug, Clone, PartialEq)]
pub struct RunRequest {
    operation: Operation,
    context: Value,
    identity: Value,
    once_key: Option<String>,
}

impl RunRequest {
    pub(crate) const fn new(operation: Operation, context: Value, identity: Value) -> Self {
        Self { operation, context, identity, once_key: None }
    }

    /// The same, at most once ever under this key.
    #[must_use]
    pub(crate) fn once(mut self, key: String) -> Self {
        self.once_key = Some(key);
        self
    }

    /// Under which key it may happen at most once, ever.
    #[must_use]
    pub fn once_key(&self) -> Option<&str> {
        self.once_key.as_deref()
    }

    /// What is to be done.
    #[must_use]
    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// Ids and parameters for the handler; stored with the run.
    #[must_use]
    pub const fn context(&self) -> &Value {
        &self.context
    }

    /// What makes a second start the same run; hashed by the store.
    #[must_use]
    pub const fn identity(&self) -> &Value {
        &self.identity
    }
}

/// Who asks for a run, and whether the same wish was sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartBy {
    /// What starts it.
    pub trigger: Trigger,
    /// The key of this very wish: a form's nonce, or a client's `Idempotency-Key`.
    pub key: Option<StartKey>,
}

impl From<Trigger> for StartBy {
    fn from(trigger: Trigger) -> Self {
        Self { trigger, key: None }
    }
}

impl StartBy {
    /// The same, under a key.
    #[must_use]
    pub fn with_key(mut self, key: Option<StartKey>) -> Self {
        self.key = key;
        self
    }
}

/// A key that a client made for one wish and sends again with each repetition of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartKey(String);

/// The key is empty, longer than [`StartKey::MAX`] characters, or holds something else than visible ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key has 1 to {max} visible ASCII characters", max = StartKey::MAX)]
pub struct InvalidStartKey;

impl StartKey {
    /// The longest key.
    pub const MAX: usize = 100;

    /// Checks a key.
    ///
    /// # Errors
    /// [`InvalidStartKey`].
    pub fn parse(text: &str) -> Result<Self, InvalidStartKey> {
        let fits = (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidStartKey) }
    }

    /// A new one, for a form.
    #[must_use]
    pub fn generate() -> Self {
        Self(RunId::generate().to_string())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What became of a start.
#[derive(Debug, Clone, PartialEq)]
pub enum Started {
    /// A new run is queued.
    Accepted(Run),
    /// An equal run is already queued or running: this one.
    Deduplicated(Run),
    /// Another operation holds the tenant's write lane: this one. No run was made.
    ScopeBusy(Run),
    /// A prerequisite is missing: a completed run says why.
    Blocked(Run),
}

impl Started {
    /// The run to link to.
    #[must_use]
    pub const fn run(&self) -> &Run {
        match self {
            Self::Accepted(run) | Self::Deduplicated(run) | Self::ScopeBusy(run) | Self::Blocked(run) => run,
        }
    }
}
