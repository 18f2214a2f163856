//! The rehearsal of a plan: starting it, and what came of it.

use std::time::Duration;

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::page::{Cursor, PAGE_ROWS, Page as Rows};
use model::restore::Outcome;
use model::run::{StartBy, Trigger};
use pages::restores::{Rehearsal, Rehearsed, RehearsedRow};
use pages::{Frame, Toast};
use store::Restore;

use super::sent::{Sent, ended, to};
use super::shown::{found, listed, run, whole};
use crate::auth::deeds::RehearseRestore;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::shell::in_tenant;
use crate::ui::start_key::start_key;

/// `GET /admin/t/{tenant}/restores/{restore}/rehearsal?outcome=&cursor=`
pub(crate) async fn show(
    Authorized { tenant: guard, .. }: Authorized<RehearseRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    answer(&web, &guard, StatusCode::OK, restore, &query, None).await
}

/// `POST /admin/t/{tenant}/restores/{restore}/rehearsal`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<RehearseRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let sent = sent.into_inner();
    let by = StartBy::from(Trigger::Manual).with_key(start_key(&sent.fields)?);
    let plan = sent.fields.one("plan").unwrap_or_default();
    let started = web.store().restores().start_rehearsal(&permit, restore.id, plan, by).await;
    let done = started.map(|started| (Toast::started(&started), to(&guard, restore.id, "rehearsal")));
    let (web, guard, none) = (&web, &guard, &Fields::default());
    ended(web, guard, &params, done, |now, why| answer(web, guard, StatusCode::CONFLICT, now, none, Some(why))).await
}

/// The latest rehearsal of a restore, and as pages show it.
pub(super) async fn latest(
    web: &WebState,
    guard: &InTenant,
    restore: &Restore,
) -> Result<Option<(store::Rehearsal, Rehearsed)>, Error> {
    let Some(found) = web.store().restores().rehearsal(&guard.scope, restore.id).await? else { return Ok(None) };
    let shown = Rehearsed {
        at: found.at,
        stale: found.is_stale(restore.plan_hash.as_deref()),
        hash: found.plan.clone(),
        took: Duration::from_millis(u64::try_from(found.figures.takes_ms).unwrap_or(0)),
        requests: found.figures.requests,
        writes: found.figures.writes,
        objects: found.figures.objects,
        unreadable: found.figures.unreadable,
        placeholders: found.figures.placeholders,
        outcomes: listed(&found.outcomes),
    };
    Ok(Some((found, shown)))
}

fn row(item: store::RehearsedItem) -> RehearsedRow {
    RehearsedRow {
        number: item.number,
        resource_type: item.resource_type,
        name: item.name,
        action: item.action,
        outcome: item.outcome,
        code: item.code,
        differs: item.differs,
        stripped: item.stripped,
        writes: item.writes,
        placeholders: item.placeholders,
    }
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    restore: Restore,
    query: &Fields,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let outcome = query.one("outcome").map(Outcome::from_code).filter(|outcome| *outcome != Outcome::Unknown);
    let latest = latest(web, guard, &restore).await?;
    let items = match &latest {
        Some((rehearsal, _)) => {
            let restores = web.store().restores();
            restores.rehearsed_items(&guard.scope, restore.id, rehearsal.id, outcome, cursor.as_ref(), PAGE_ROWS).await?.map(row)
        }
        None => Rows { rows: Vec::new(), next: None, previous: None },
    };
    let page = Rehearsal {
        tenant: guard.scope.tenant().clone(),
        run: run(web, guard, restore.rehearsal_run).await?,
        restore: whole(web, guard, restore).await?,
        latest: latest.map(|(_, shown)| shown),
        outcome,
        items,
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
