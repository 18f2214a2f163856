//! The log: what became of each event for each rule.

use super::{Facts, RuleKind};
use crate::codes::codes;
use crate::ids::{AlertDeliveryId, RunId, TenantId};
use crate::time::Moment;

codes! {
    /// Where a delivery is.
    DeliveryState {
        /// It waits for its time: it is gathered, or it is quiet.
        Waiting = "waiting",
        /// A run sends it.
        Queued = "queued",
        /// The other side took it.
        Sent = "sent",
        /// It could not be sent.
        Failed = "failed",
        /// It was not to be sent.
        Suppressed = "suppressed",
    }
}

codes! {
    /// Why a delivery was not to be sent.
    Why {
        /// The same was told not long ago.
        Cooldown = "cooldown",
        /// The rule was switched off before its time came.
        RuleOff = "rule_off",
        /// The rule was removed before its time came.
        RuleGone = "rule_gone",
        /// The destination was switched off before its time came.
        DestinationOff = "destination_off",
        /// The rule was changed before its time came: it tells of something else, or tells it elsewhere.
        RuleChanged = "rule_changed",
        /// What stood so was over before its time came.
        Over = "over",
    }
}

impl Why {
    /// The reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cooldown => "the same was told not long ago",
            Self::RuleOff => "the rule was switched off",
            Self::RuleGone => "the rule was removed",
            Self::RuleChanged => "the rule was changed",
            Self::Over => "it was over before it could be told",
            Self::DestinationOff => "the destination was switched off",
            Self::Unknown => "for a reason that this version does not know",
        }
    }
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its id.
    pub id: AlertDeliveryId,
    /// What happened; [`RuleKind::Unknown`] for a test.
    pub kind: RuleKind,
    /// What there is to say of it.
    pub facts: Facts,
    /// The tenant, and what it is called.
    pub tenant: Option<(TenantId, String)>,
    /// What the rule is called, while it is there.
    pub rule: Option<String>,
    /// What the destination is called, while it is there.
    pub destination: Option<String>,
    /// Where it is.
    pub state: DeliveryState,
    /// Why it was suppressed, or the code of the failure.
    pub reason: Option<String>,
    /// When it happened.
    pub occurred_at: Moment,
    /// When it is to be sent, or was decided about.
    pub due_at: Moment,
    /// When the other side took it.
    pub sent_at: Option<Moment>,
    /// The run that sends it.
    pub run: Option<RunId>,
}
