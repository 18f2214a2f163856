//! Alert delivery: sends one message about what happened to one destination.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{AlertDestinationId, AlertMessageId, WorkspaceId};
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "alerts_deliver",
    older_codes: &[],
    label: "Alert delivery",
    capability: Capability::WorkspaceAlertsManage,
    identity: Identity::PerRecord,
    identity_inputs: &["message (of a rule and its events) and how often it was asked for"],
    write_lane: false,
    needs_connection: false,
    start_deadline: None,
    execution_deadline: Duration::from_secs(180),
    // With the waits in between ([`backoff`]) that is some hours.
    max_attempts: 12,
    priority: 30,
    unit: "alerts",
    counts: &[CountKey::Items, CountKey::Processed, CountKey::Succeeded, CountKey::Failed],
    follow_ups: &[],
};

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// How much longer than other runs a delivery waits before it is tried again: the other side may be away for hours, and nobody is told
/// meanwhile. From the fourth attempt on each wait doubles, up to an hour.
#[must_use]
pub fn backoff(usual: Duration, attempt: u32) -> Duration {
    usual.saturating_mul(1 << attempt.saturating_sub(3).min(12)).min(LONGEST_WAIT.max(usual))
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arguments {
    /// What happened, for a rule.
    Message {
        /// The message.
        message: AlertMessageId,
        /// The how manieth time that it is asked for, from 1.
        send: i64,
    },
    /// A test.
    Test {
        /// Where to.
        destination: AlertDestinationId,
        /// The message.
        message: AlertMessageId,
    },
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The message.
    #[must_use]
    pub const fn message(&self) -> AlertMessageId {
        match self {
            Self::Message { message, .. } | Self::Test { message, .. } => *message,
        }
    }

    /// Whether it is a test: somebody waits for what comes of it, so it is tried once and not again later.
    #[must_use]
    pub const fn is_test(&self) -> bool {
        matches!(self, Self::Test { .. })
    }

    /// The request for a workspace: at most one run, ever, for each message and time that it is asked for.
    #[must_use]
    pub fn request(&self, workspace: WorkspaceId) -> RunRequest {
        let send = match self {
            Self::Message { send, .. } => *send,
            Self::Test { .. } => 1,
        };
        let identity = json!({ "workspace": workspace, "message": self.message(), "send": send });
        RunRequest::new(Operation::AlertsDeliver, json!(self), identity).once(format!("alert:{}:{send}", self.message()))
    }

    /// The same once more: a message with its number one higher, a test as another test.
    #[must_use]
    pub fn again(self) -> Self {
        match self {
            Self::Message { message, send } => Self::Message { message, send: send + 1 },
            Self::Test { destination, .. } => Self::Test { destination, message: AlertMessageId::generate() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_tried_for_some_hours_and_soon_at_first() {
        let usual = |attempt| crate::run::backoff(Duration::from_secs(5), attempt, 7, None);
        let waits: Vec<Duration> = (1..ENTRY.max_attempts).map(|attempt| backoff(usual(attempt), attempt)).collect();
        assert!(waits[0] <= Duration::from_secs(5) && waits[3] <= Duration::from_secs(120), "{waits:?}");
        let all: Duration = waits.iter().sum();
        assert!((Duration::from_secs(2 * 3600)..Duration::from_secs(8 * 3600)).contains(&all), "{all:?} {waits:?}");
        assert_eq!(backoff(Duration::ZERO, 9), Duration::ZERO);
        assert_eq!(backoff(Duration::from_secs(86_400), 9), Duration::from_secs(86_400), "what was asked for stays");
    }
}
