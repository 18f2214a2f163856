//! One run: how it stands, its timeline, its items, its failures.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use model::run::ItemStatus;

use super::shapes::{Failure, Run, RunEventRow, RunItemRow, RunRequestRow, RunRequestTotal};
use crate::api::answer::{self, tagged, whole};
use crate::api::coded::Choice;
use crate::api::headers::IfNoneMatch;
use crate::api::queries;
use crate::api::query::{self, Query};
use crate::auth::OfRun;
use crate::error::Error;
use crate::respond::retry_after;
use crate::state::WebState;

/// How long to wait before a run that is under way is asked for again.
pub(crate) const POLL_AFTER: Duration = Duration::from_secs(1);
/// More events than a run keeps.
const EVENTS: u32 = 2_000;

queries! {
    /// Which items.
    RunItemQuery {
        /// Only those of which that became.
        status: Option<Choice<ItemStatus>>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

queries! {
    /// Which requests.
    RunRequestQuery {
        /// `true`: only those that failed.
        failed: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

/// `GET /api/v1/runs/{run}`: `Retry-After` while it is under way.
pub(crate) async fn show(guard: OfRun, State(web): State<WebState>, known: IfNoneMatch) -> Result<Response, Error> {
    let run = web.store().runs().find(&guard.sight).await?;
    let mut response = tagged(&Run::from(&run), &known)?;
    if run.is_active() {
        retry_after(&mut response, POLL_AFTER);
    }
    Ok(response)
}

/// `GET /api/v1/runs/{run}/events`
pub(crate) async fn events(guard: OfRun, State(web): State<WebState>) -> Result<Response, Error> {
    let events = web.store().runs().events(&guard.sight, EVENTS).await?;
    whole(events.into_iter().map(RunEventRow::from).collect())
}

/// `GET /api/v1/runs/{run}/items?status=&limit=&cursor=`
pub(crate) async fn items(guard: OfRun, State(web): State<WebState>, query: Query<RunItemQuery>) -> Result<Response, Error> {
    let RunItemQuery { status, limit, cursor } = &query.wanted;
    let (rows, cursor) = (query::rows(*limit)?, query::cursor(cursor.as_deref())?);
    let found = web.store().runs().items(&guard.sight, status.map(|status| status.0), cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(RunItemRow::from))
}

/// `GET /api/v1/runs/{run}/requests?failed=&limit=&cursor=`
pub(crate) async fn requests(
    guard: OfRun,
    State(web): State<WebState>,
    query: Query<RunRequestQuery>,
) -> Result<Response, Error> {
    let RunRequestQuery { failed, limit, cursor } = &query.wanted;
    let (rows, cursor) = (query::rows(*limit)?, query::cursor(cursor.as_deref())?);
    let found = web.store().runs().calls(&guard.sight, failed.unwrap_or(false), cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(RunRequestRow::from))
}

/// `GET /api/v1/runs/{run}/requests/totals`
pub(crate) async fn request_totals(guard: OfRun, State(web): State<WebState>) -> Result<Response, Error> {
    let totals = web.store().runs().call_totals(&guard.sight).await?;
    whole(totals.into_iter().map(RunRequestTotal::from).collect())
}

/// `GET /api/v1/runs/{run}/failures`
pub(crate) async fn failures(guard: OfRun, State(web): State<WebState>) -> Result<Response, Error> {
    let run = web.store().runs().find(&guard.sight).await?;
    whole(run.failures.iter().map(Failure::from).collect())
}
