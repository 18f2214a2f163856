//! Rehearsals of restores: starting one, and what came of the latest.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::ids::RunId;
use model::restore::{Action, Outcome};
use model::run::{StartBy, Trigger};
use model::time::Moment;

use crate::api::answer::{self, ok, started};
use crate::api::body::Body;
use crate::api::coded::{Choice, Coded};
use crate::api::headers::IdempotencyKey;
use crate::api::query::{self, Query};
use crate::api::{answers, bodies, queries};
use crate::auth::deeds::RehearseRestore;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, SeesIn};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// A rehearsal of a restore: its plan, carried out on a simulated copy of the tenant.
    RestoreRehearsal {
        /// The hash of the plan that was rehearsed.
        plan: String,
        /// Whether the restore has another plan by now.
        stale: bool,
        /// When it ended.
        rehearsed_at: Moment,
        /// The run, while it is recorded.
        run_id: Option<RunId>,
        /// How long the restore would take, in milliseconds.
        takes_ms: i64,
        /// Requests that the restore would send.
        requests: i64,
        /// How many of them write.
        writes: i64,
        /// Objects of the simulated copy.
        objects: i64,
        /// Stored objects that could not be read, and that the copy lacks.
        unreadable: i64,
        /// Secrets in whose place something made up was written.
        placeholders: i64,
        /// Objects that came out as wanted.
        verified: i64,
        /// Objects that were read back otherwise.
        differs: i64,
        /// Objects whose writes were refused.
        refused: i64,
        /// Objects that were left alone.
        skipped: i64,
        /// Objects that could not be written or read back.
        failed: i64,
    }

    /// An item of a rehearsal.
    RestoreRehearsalItem {
        /// Its number in the restore.
        number: u32,
        /// Key of its resource type.
        resource_type: String,
        /// What it is called.
        name: String,
        /// What was done.
        action: Coded<Action>,
        /// What came of it.
        outcome: Coded<Outcome>,
        /// The failure's code.
        code: Option<String>,
        /// Properties that were read back otherwise than they were wanted.
        differs: Vec<String>,
        /// Properties that were refused as read-only and left out.
        stripped: Vec<String>,
        /// Writes that were sent.
        writes: u32,
        /// Secrets in whose place something made up was written.
        placeholders: u32,
    }
}

queries! {
    /// Which items of a rehearsal.
    RestoreRehearsalItemQuery {
        /// Only with this outcome.
        outcome: Option<Choice<Outcome>>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

bodies! {
    /// Which plan is rehearsed.
    RehearseRestoreBody {
        /// The hash of the plan that was seen.
        plan: String,
    }
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/rehearsal`
pub(crate) async fn start(
    Authorized { tenant, permit }: Authorized<RehearseRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<RehearseRestoreBody>,
) -> Result<Response, Error> {
    let restore = web.store().restores().find(&tenant.scope, path_id(&params, "restore")?).await?;
    let by = StartBy::from(Trigger::Api).with_key(key);
    started(&web.store().restores().start_rehearsal(&permit, restore.id, &wish.plan, by).await?)
}

/// `GET /api/v1/tenants/{tenant}/restores/{restore}/rehearsal`
pub(crate) async fn show(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let restore = web.store().restores().find(&guard.scope, path_id(&params, "restore")?).await?;
    let found = web.store().restores().rehearsal(&guard.scope, restore.id).await?.ok_or(Error::NotFound)?;
    ok(&RestoreRehearsal {
        stale: found.is_stale(restore.plan_hash.as_deref()),
        plan: found.plan,
        rehearsed_at: found.at,
        run_id: found.run,
        takes_ms: found.figures.takes_ms,
        requests: found.figures.requests,
        writes: found.figures.writes,
        objects: found.figures.objects,
        unreadable: found.figures.unreadable,
        placeholders: found.figures.placeholders,
        verified: found.outcomes.verified,
        differs: found.outcomes.differs,
        refused: found.outcomes.refused,
        skipped: found.outcomes.skipped,
        failed: found.outcomes.failed + found.outcomes.waiting + found.outcomes.uncertain,
    })
}

/// `GET /api/v1/tenants/{tenant}/restores/{restore}/rehearsal/items?outcome=&limit=&cursor=`
pub(crate) async fn items(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<RestoreRehearsalItemQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let restores = web.store().restores();
    let restore = restores.find(&guard.scope, path_id(&params, "restore")?).await?;
    let latest = restores.rehearsal(&guard.scope, restore.id).await?.ok_or(Error::NotFound)?;
    let outcome = wanted.outcome.map(|outcome| outcome.0);
    let found = restores.rehearsed_items(&guard.scope, restore.id, latest.id, outcome, cursor.as_ref(), rows).await?;
    let item = |item: store::RehearsedItem| RestoreRehearsalItem {
        number: item.number,
        resource_type: item.resource_type,
        name: item.name,
        action: Coded(item.action),
        outcome: Coded(item.outcome),
        code: item.code,
        differs: item.differs,
        stripped: item.stripped,
        writes: item.writes,
        placeholders: item.placeholders,
    };
    answer::page(&query, found.map(item))
}
