//! The queue: what waits, who works, what is paused, and the limits.

use axum::extract::State;
use axum::response::Response;
use model::access::can;
use model::ids::TenantId;
use model::operations::Operation;
use model::run::{PauseTarget, RunSettings};
use model::time::Moment;

use super::answer::{nothing, ok};
use super::body::Body;
use super::coded::{Choice, Coded};
use super::query::invalid;
use super::shape::Whole;
use super::{answers, bodies};
use crate::auth::deeds::{PauseOperations, ResumeOperations, SaveRunSettings};
use crate::auth::{Looks, Manages};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// What of a type is under way.
    Depth {
        /// The code of the type.
        r#type: String,
        /// How many wait.
        queued: u64,
        /// How many run.
        running: u64,
        /// Since when the oldest of those that wait does.
        oldest_queued_at: Option<Moment>,
    }

    /// A pause in force.
    PauseRow {
        /// The type that is paused; `null` when it is a tenant.
        r#type: Option<Coded<Operation>>,
        /// The tenant that is paused; `null` when it is a type.
        tenant_id: Option<TenantId>,
        /// Who paused it.
        by: String,
        /// Why.
        reason: String,
        /// Since when.
        since: Moment,
    }

    /// A process that works.
    WorkerRow {
        /// Its id.
        id: String,
        /// Its machine.
        host: String,
        /// Its version.
        version: String,
        /// How many runs it can hold.
        slots: u32,
        /// How many it holds.
        busy: u32,
        /// Whether it was heard of lately.
        alive: bool,
        /// Since when it is.
        started_at: Moment,
        /// When it was last heard of.
        seen_at: Moment,
    }

    /// How the queue of the workspace stands.
    QueueState {
        /// What is under way, by type.
        depth: Vec<Depth>,
        /// What is paused.
        pauses: Vec<PauseRow>,
        /// The limits.
        settings: Limits,
        /// Who works, over all workspaces.
        workers: Vec<WorkerRow>,
    }

    /// Limits of the workspace's runs.
    Limits {
        /// Runs of one tenant at a time.
        tenant_limit: u32 = {"minimum": 1, "maximum": 100},
        /// Runs of the workspace at a time.
        workspace_limit: u32 = {"minimum": 1, "maximum": 1000},
        /// Days for which ended runs are kept.
        keep_days: u32 = {"minimum": 7, "maximum": 3650},
    }
}

bodies! {
    /// Limits of the workspace's runs.
    LimitsBody {
        /// Runs of one tenant at a time.
        tenant_limit: Whole = {"minimum": 1, "maximum": 100},
        /// Runs of the workspace at a time.
        workspace_limit: Whole = {"minimum": 1, "maximum": 1000},
        /// Days for which ended runs are kept.
        keep_days: Whole = {"minimum": 7, "maximum": 3650},
    }

    /// What is paused: a type, or a tenant.
    PauseBody where {"oneOf": [
        {"properties": {"type": {"type": "string"}, "tenant_id": {"type": "null"}}, "required": ["type"]},
        {"properties": {"type": {"type": "null"}, "tenant_id": {"type": "string"}}, "required": ["tenant_id"]},
    ]} {
        /// A type of operation, in the whole workspace.
        r#type: Option<Choice<Operation>>,
        /// All operations of a tenant.
        tenant_id: Option<TenantId>,
        /// Why, for others.
        reason: Option<String> = {"maxLength": 200},
    }

    /// What goes on: a type, or a tenant.
    ResumeBody where {"oneOf": [
        {"properties": {"type": {"type": "string"}, "tenant_id": {"type": "null"}}, "required": ["type"]},
        {"properties": {"type": {"type": "null"}, "tenant_id": {"type": "string"}}, "required": ["tenant_id"]},
    ]} {
        /// A type of operation.
        r#type: Option<Choice<Operation>>,
        /// All operations of a tenant.
        tenant_id: Option<TenantId>,
    }
}

impl From<RunSettings> for Limits {
    fn from(settings: RunSettings) -> Self {
        let RunSettings { tenant_limit, workspace_limit, keep_days } = settings;
        Self { tenant_limit, workspace_limit, keep_days }
    }
}

/// `GET /api/v1/queue`
pub(crate) async fn show(
    Looks { member, .. }: Looks<can::WorkspaceOperationsView>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    let (runs, scope, now) = (web.store().runs(), &member.scope, web.store().now().await?);
    let depth = runs.depth(scope).await?.into_iter().map(|depth| Depth {
        r#type: depth.type_code,
        queued: depth.queued,
        running: depth.running,
        oldest_queued_at: depth.oldest,
    });
    let pauses = runs.pauses(scope).await?.into_iter().map(|pause| {
        let (operation, tenant_id) = match pause.target {
            Some(PauseTarget::Operation(operation)) => (Some(operation), None),
            Some(PauseTarget::Tenant(tenant)) => (None, Some(tenant)),
            None => (None, None),
        };
        PauseRow { r#type: operation.map(Coded), tenant_id, by: pause.by, reason: pause.reason, since: pause.since }
    });
    let workers = runs.workers(scope).await?.into_iter().map(|worker| WorkerRow {
        alive: worker.alive(now),
        id: worker.id,
        host: worker.host,
        version: worker.version,
        slots: worker.slots,
        busy: worker.busy,
        started_at: worker.started_at,
        seen_at: worker.seen_at,
    });
    ok(&QueueState {
        depth: depth.collect(),
        pauses: pauses.collect(),
        settings: runs.settings(scope).await?.into(),
        workers: workers.collect(),
    })
}

/// `PUT /api/v1/queue/settings`
pub(crate) async fn save(
    Manages { permit, .. }: Manages<SaveRunSettings>,
    State(web): State<WebState>,
    Body(limits): Body<LimitsBody>,
) -> Result<Response, Error> {
    let LimitsBody { tenant_limit, workspace_limit, keep_days } = limits;
    let settings = RunSettings { tenant_limit: tenant_limit.0, workspace_limit: workspace_limit.0, keep_days: keep_days.0 };
    if !settings.is_acceptable() {
        return Err(invalid("`tenant_limit` is from 1 to 100, `workspace_limit` from 1 to 1000, `keep_days` from 7 to 3650"));
    }
    web.store().runs().save_settings(&permit, settings).await?;
    ok(&Limits::from(settings))
}

fn target(operation: Option<Choice<Operation>>, tenant: Option<TenantId>) -> Result<PauseTarget, Error> {
    match (operation, tenant) {
        (Some(operation), None) => Ok(PauseTarget::Operation(operation.0)),
        (None, Some(tenant)) => Ok(PauseTarget::Tenant(tenant)),
        _ => Err(invalid("give either `type` or `tenant_id`")),
    }
}

/// `POST /api/v1/queue/pause`: nothing of it is picked up until it is resumed; what runs goes on.
pub(crate) async fn pause(
    Manages { permit, .. }: Manages<PauseOperations>,
    State(web): State<WebState>,
    Body(wish): Body<PauseBody>,
) -> Result<Response, Error> {
    let reason = wish.reason.unwrap_or_default();
    if reason.chars().count() > 200 {
        return Err(invalid("`reason` has at most 200 characters"));
    }
    web.store().runs().pause(&permit, target(wish.r#type, wish.tenant_id)?, &reason).await?;
    Ok(nothing())
}

/// `POST /api/v1/queue/resume`
pub(crate) async fn resume(
    Manages { permit, .. }: Manages<ResumeOperations>,
    State(web): State<WebState>,
    Body(wish): Body<ResumeBody>,
) -> Result<Response, Error> {
    web.store().runs().resume(&permit, target(wish.r#type, wish.tenant_id)?).await?;
    Ok(nothing())
}
