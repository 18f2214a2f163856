//! How runs are written.

use std::collections::BTreeMap;

use model::failure::FailureLine;
use model::ids::{RunEventId, RunId, ScheduleId, TenantId, UserId, WorkspaceId};
use model::run::{Call, CallTotal, ItemStatus, Level, Outcome, RunEvent, RunItem, Status, Trigger, WaitCause};
use model::time::Moment;
use serde_json::Value;

use crate::api::answers;
use crate::api::coded::{Coded, Codes};

answers! {
    /// A run in a list: what everybody entitled to its tenant may know.
    RunRow {
        /// Its id.
        id: RunId,
        /// Its workspace.
        workspace_id: WorkspaceId,
        /// Its tenant; `null` for a run of the workspace.
        tenant_id: Option<TenantId>,
        /// The code of its type.
        r#type: String,
        /// Its type in words.
        label: String,
        /// Where it is.
        status: Coded<Status>,
        /// How it ended; `pending` until then.
        outcome: Coded<Outcome>,
        /// When it was made.
        created_at: Moment,
        /// When it was first begun.
        started_at: Option<Moment>,
        /// When it ended.
        completed_at: Option<Moment>,
        /// Whether the run itself may be read.
        may_open: bool,
    }

    /// Who started a run.
    Initiator {
        /// Their id; `null` for the system.
        id: Option<UserId>,
        /// What they were called then.
        name: String,
    }

    /// A failure of a run.
    Failure {
        /// Its stable code.
        code: String,
        /// In words.
        message: String,
        /// How often it happened.
        count: u64,
        /// With which item; `null` when it concerns the whole run.
        item: Option<String>,
    }

    /// A run.
    Run {
        /// Its id.
        id: RunId,
        /// Its workspace.
        workspace_id: WorkspaceId,
        /// Its tenant; `null` for a run of the workspace.
        tenant_id: Option<TenantId>,
        /// The code of its type.
        r#type: String,
        /// Its type in words.
        label: String,
        /// Where it is.
        status: Coded<Status>,
        /// How it ended; `pending` until then.
        outcome: Coded<Outcome>,
        /// Why it ended so: a stable code.
        reason_code: Option<String>,
        /// What started it.
        trigger: Coded<Trigger>,
        /// Who started it.
        initiator: Initiator,
        /// Its figures. What is absent is not known.
        counts: BTreeMap<&'static str, i64>,
        /// How far it is in percent, while that is known.
        percent: Option<u8>,
        /// What it is doing right now, in words.
        phase: Option<String>,
        /// What went wrong.
        failures: Vec<Failure>,
        /// What it was asked to do: ids and parameters.
        arguments: Value,
        /// How often it was begun.
        attempt: u32,
        /// How often it may be begun.
        max_attempts: u32,
        /// Not to be begun before.
        available_at: Moment,
        /// When it stops waiting for a worker.
        start_deadline: Option<Moment>,
        /// When it was asked to stop.
        cancel_requested_at: Option<Moment>,
        /// When it was made.
        created_at: Moment,
        /// When it was first begun.
        started_at: Option<Moment>,
        /// When it ended.
        completed_at: Option<Moment>,
        /// When it last changed.
        updated_at: Moment,
        /// The run that it repeats.
        retry_of_run_id: Option<RunId>,
        /// The run that it is a part of.
        parent_run_id: Option<RunId>,
        /// The run whose end started it.
        caused_by_run_id: Option<RunId>,
        /// The schedule that started it.
        schedule_id: Option<ScheduleId>,
    }

    /// What became of a start.
    StartAnswer {
        /// `accepted`: a new run; `deduplicated`: an equal one is under way, or this key was sent before; `blocked`: nothing could be
        /// attempted, the run says why.
        answer: &'static str = {"enum": ["accepted", "deduplicated", "blocked"]},
        /// The run.
        run: Run,
        /// Where it is blocked: what to do about it.
        next_steps: Vec<NextStep>,
    }

    /// What to do about something that stands in the way.
    NextStep {
        /// In a sentence.
        message: String,
        /// The page where it can be done.
        page: Option<String>,
    }

    /// An event of a run's timeline.
    RunEventRow {
        /// Its id.
        id: RunEventId,
        /// When.
        at: Moment,
        /// How much it weighs.
        level: Coded<Level>,
        /// What kind.
        code: String,
        /// In words.
        message: String,
        /// Figures that belong to it.
        data: Value,
    }

    /// An item of a run: what of its work is done.
    RunItemRow {
        /// Which item.
        key: String,
        /// What became of it.
        status: Coded<ItemStatus>,
        /// Why: a stable code.
        code: Option<String>,
        /// Figures that belong to it.
        data: Value,
        /// In which attempt.
        attempt: u32,
    }

    /// A request to Microsoft Graph.
    RunRequestRow {
        /// Its place among the requests of its attempt.
        number: i64,
        /// When it was sent.
        at: Moment,
        /// `GET` or `POST`.
        method: String,
        /// The path without ids and query.
        path: String,
        /// The HTTP status; `null` without an answer.
        status: Option<u32>,
        /// The code of what went wrong.
        code: Option<String>,
        /// What it waited for before it was sent.
        wait: Coded<WaitCause>,
        /// For how long, in milliseconds.
        waited_ms: i64,
        /// How long it took, in milliseconds.
        ms: i64,
        /// Bytes of the answer, after decompression.
        bytes: i64,
        /// Microsoft's id of it, for their support.
        request_id: Option<String>,
        /// Requests in the batch; 0 when it was none.
        parts: i64,
    }

    /// All requests of a run to one path.
    RunRequestTotal {
        /// `GET` or `POST`.
        method: String,
        /// The path without ids and query.
        path: String,
        /// How many.
        calls: i64,
        /// How many of them went as parts of batches.
        batched: i64,
        /// How many of them failed.
        failed: i64,
        /// How many of them were answered by 429.
        throttled: i64,
        /// Bytes of the answers, after decompression; those of parts stand with their batches.
        bytes: i64,
        /// Half of them took no longer, in milliseconds.
        ms_median: i64,
        /// The longest, in milliseconds.
        ms_longest: i64,
        /// Waits before sending, added up, in milliseconds.
        waited_ms: i64,
    }
}

impl Codes for WaitCause {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn code(self) -> &'static str {
        Self::code(self)
    }
}

impl Codes for Level {
    fn all() -> Vec<Self> {
        vec![Self::Info, Self::Warning, Self::Error]
    }

    fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl RunRow {
    pub(crate) fn of(run: model::run::Run, may_open: bool) -> Self {
        Self {
            id: run.id,
            workspace_id: run.workspace_id,
            tenant_id: run.tenant_id,
            label: run.label().to_owned(),
            r#type: run.type_code,
            status: Coded(run.status),
            outcome: Coded(run.outcome),
            created_at: run.created_at,
            started_at: run.started_at,
            completed_at: run.completed_at,
            may_open,
        }
    }
}

impl From<&FailureLine> for Failure {
    fn from(line: &FailureLine) -> Self {
        Self { code: line.code.clone(), message: line.message.clone(), count: line.times(), item: line.item.clone() }
    }
}

impl From<&model::run::Run> for Run {
    fn from(run: &model::run::Run) -> Self {
        Self {
            id: run.id,
            workspace_id: run.workspace_id,
            tenant_id: run.tenant_id,
            r#type: run.type_code.clone(),
            label: run.label().to_owned(),
            status: Coded(run.status),
            outcome: Coded(run.outcome),
            reason_code: run.reason_code.clone(),
            trigger: Coded(run.trigger),
            initiator: Initiator { id: run.user_id, name: run.initiator_name.clone() },
            counts: run.counts.iter().map(|(key, value)| (key.code(), value)).collect(),
            percent: run.percent(),
            phase: run.phase.clone(),
            failures: run.failures.iter().map(Failure::from).collect(),
            arguments: run.context.clone(),
            attempt: run.attempt,
            max_attempts: run.max_attempts,
            available_at: run.available_at,
            start_deadline: run.start_deadline,
            cancel_requested_at: run.cancel_requested_at,
            created_at: run.created_at,
            started_at: run.started_at,
            completed_at: run.completed_at,
            updated_at: run.updated_at,
            retry_of_run_id: run.retry_of_run_id,
            parent_run_id: run.parent_run_id,
            caused_by_run_id: run.caused_by_run_id,
            schedule_id: run.schedule_id.map(ScheduleId::from_uuid),
        }
    }
}

impl From<RunEvent> for RunEventRow {
    fn from(event: RunEvent) -> Self {
        let RunEvent { id, at, level, code, message, data } = event;
        Self { id, at, level: Coded(level), code, message, data }
    }
}

impl From<Call> for RunRequestRow {
    fn from(call: Call) -> Self {
        Self {
            number: call.number,
            at: call.at,
            method: call.method,
            path: call.path,
            status: call.status.map(u32::from),
            code: call.code.map(|code| code.code().to_owned()),
            wait: Coded(call.wait),
            waited_ms: call.waited_ms,
            ms: call.ms,
            bytes: call.bytes,
            request_id: call.request_id,
            parts: call.parts,
        }
    }
}

impl From<CallTotal> for RunRequestTotal {
    fn from(total: CallTotal) -> Self {
        Self {
            method: total.method,
            path: total.path,
            calls: total.calls,
            batched: total.batched,
            failed: total.failed,
            throttled: total.throttled,
            bytes: total.bytes,
            ms_median: total.ms_median,
            ms_longest: total.ms_longest,
            waited_ms: total.waited_ms,
        }
    }
}

impl From<RunItem> for RunItemRow {
    fn from(item: RunItem) -> Self {
        Self { key: item.key, status: Coded(item.status), code: item.code, data: item.data, attempt: item.attempt }
    }
}
