//! What a run asked of Microsoft Graph: its trace. Paths are templates; there is no place for ids, queries or bodies.

use crate::codes::codes;
use crate::failure::Code;
use crate::time::Moment;

codes! {
    /// Why a request was held back before it was sent.
    WaitCause {
        /// It was not.
        None = "none",
        /// The quota was used up.
        Quota = "quota",
        /// Graph had asked to slow down.
        CoolDown = "cool_down",
        /// It had failed and was asked again after a while.
        Retry = "retry",
        /// Too many requests were in flight.
        Turn = "turn",
    }
}

/// One request, or one part of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its place among the calls of its attempt, from 1.
    pub number: i64,
    /// When it was sent.
    pub at: Moment,
    /// `GET` or `POST`.
    pub method: String,
    /// The path without ids and query.
    pub path: String,
    /// The HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
    /// The code of what went wrong.
    pub code: Option<Code>,
    /// Why it waited.
    pub wait: WaitCause,
    /// For how long it waited, in milliseconds.
    pub waited_ms: i64,
    /// From sending to the last byte, in milliseconds; that of the batch for a part of one.
    pub ms: i64,
    /// Bytes of the answer, after decompression.
    pub bytes: i64,
    /// Microsoft's id of the request, for their support.
    pub request_id: Option<String>,
    /// Requests in the batch; 0 when it was none.
    pub parts: i64,
}

impl Call {
    /// Whether it did not succeed.
    #[must_use]
    pub const fn failed(&self) -> bool {
        self.code.is_some()
    }
}

/// All calls of one method and path in one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallTotal {
    /// `GET` or `POST`.
    pub method: String,
    /// The path without ids and query.
    pub path: String,
    /// How many: each attempt, and each part of a batch.
    pub calls: i64,
    /// How many of them went as parts of a batch.
    pub batched: i64,
    /// How many of them failed.
    pub failed: i64,
    /// How many of them were answered by 429.
    pub throttled: i64,
    /// Bytes of the answers.
    pub bytes: i64,
    /// Half of them took no longer, in milliseconds; right to a fifth.
    pub ms_median: i64,
    /// The longest, in milliseconds.
    pub ms_longest: i64,
    /// Waits before sending, added up, in milliseconds.
    pub waited_ms: i64,
}

/// What is to be written of a trace: calls that were not written before, and every total as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewCalls {
    /// Calls since the last time.
    pub calls: Vec<Call>,
    /// The totals so far.
    pub totals: Vec<CallTotal>,
}
