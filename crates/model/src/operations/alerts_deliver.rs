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
    // With the waits in between that is half an hour.
    max_attempts: 10,
    priority: 30,
    unit: "alerts",
    counts: &[CountKey::Items],
    follow_ups: &[],
};

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
