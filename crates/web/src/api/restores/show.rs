//! Restores as they stand.

use crate::api::page_query::PageQuery;
use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::ids::RestoreId;
use model::restore::Outcome;
use store::access::TenantScope;
use store::{CandidateFilter, ItemFilter};

use super::shapes::{Restore, RestoreCandidate, RestoreDetail, RestoreItem, RestoreJournalLine, RestoreReference};
use super::wishes::{RestoreCandidateQuery, RestoreItemQuery, RestoreJournalQuery, RestoreReferenceQuery};
use crate::api::answer::{self, ok};
use crate::api::coded::Coded;
use crate::api::query::{self, Query};
use crate::auth::SeesIn;
use crate::auth::extract::path_id;
use crate::comparison::other_tenant;
use crate::error::Error;
use crate::restore_plan::document;
use crate::state::WebState;

/// The tenant that the wanted state is from, with the rights of whoever asks.
///
/// # Errors
/// [`Error::NotFound`] when they are not entitled to it; [`Error::Conflict`] when it is gone.
pub(super) async fn source_scope(
    web: &WebState,
    who: &store::access::SignedIn,
    scope: &TenantScope,
    restore: &store::Restore,
) -> Result<TenantScope, Error> {
    let from = restore.source_tenant.ok_or(Error::Conflict("the tenant that this restore is from was removed"))?;
    other_tenant(web, who, scope, Some(from)).await
}

/// `GET /api/v1/tenants/{tenant}/restores?limit=&cursor=`
pub(crate) async fn list(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let found = web.store().restores().list(&guard.scope, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(Restore::from))
}

/// `GET /api/v1/tenants/{tenant}/restores/{restore}`
pub(crate) async fn show(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let restores = web.store().restores();
    let restore = restores.find(&guard.scope, path_id(&params, "restore")?).await?;
    let (actions, counts) = restores.counts(&guard.scope, restore.id).await?;
    let children = restores.children(&guard.scope, restore.id).await?;
    let outcomes = [
        (Outcome::Verified.code(), counts.verified),
        (Outcome::Differs.code(), counts.differs),
        (Outcome::Refused.code(), counts.refused),
        (Outcome::Skipped.code(), counts.skipped),
        (Outcome::Failed.code(), counts.failed),
        (Outcome::Waiting.code(), counts.waiting),
        (Outcome::Uncertain.code(), counts.uncertain),
        ("open", counts.open),
    ];
    let executed = restore.executions > 0;
    let approval = restores.approval(&guard.scope, restore.id).await?;
    ok(&RestoreDetail {
        needs_approval: restores.needs_second_person(&guard.scope).await?,
        approval: approval.map(Into::into),
        checks: restore.checks.clone().map(|checks| checks.into_iter().map(Into::into).collect()),
        actions: actions.into_iter().map(|(action, count)| (action.code(), count)).collect(),
        outcomes: outcomes.into_iter().filter(|(_, count)| executed && *count > 0).collect(),
        children: children.into_iter().map(|child| child.id).collect(),
        restore: restore.into(),
    })
}

/// `GET /api/v1/tenants/{tenant}/restores/{restore}/candidates?type=&platform=&q=&limit=&cursor=`
pub(crate) async fn candidates(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<RestoreCandidateQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let restores = web.store().restores();
    let restore = restores.find(&guard.scope, path_id(&params, "restore")?).await?;
    let from = source_scope(&web, &guard.who, &guard.scope, &restore).await?;
    let filter = CandidateFilter {
        types: wanted.r#type.iter().cloned().collect(),
        platform: wanted.platform.map(|platform| platform.0),
        text: wanted.q.clone(),
    };
    let found = restores.candidates(&from, &restore.source, &filter, cursor.as_ref(), rows).await?;
    let keys: Vec<_> = found.rows.iter().map(|candidate| candidate.key).collect();
    let chosen = restores.chosen_among(&guard.scope, &from, restore.id, &keys).await?;
    let candidate = |candidate: store::Candidate| RestoreCandidate {
        number: chosen.get(&candidate.key).map(|(number, _)| *number),
        key: candidate.key,
        resource_type: candidate.resource_type,
        object_id: candidate.object_id,
        name: candidate.name,
        platform: Coded(candidate.platform),
        captured_at: candidate.captured_at,
    };
    answer::page(&query, found.map(candidate))
}

/// `GET /api/v1/tenants/{tenant}/restores/{restore}/items?type=&action=&outcome=&limit=&cursor=`
pub(crate) async fn items(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<RestoreItemQuery>,
) -> Result<Response, Error> {
    let id: RestoreId = path_id(&params, "restore")?;
    let wanted = &query.wanted;
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let filter = ItemFilter {
        resource_type: wanted.r#type.clone(),
        action: wanted.action.map(|action| action.0),
        outcome: wanted.outcome.map(|outcome| outcome.0),
        text: None,
    };
    let found = web.store().restores().items(&guard.scope, id, &filter, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(RestoreItem::from))
}

/// `GET /api/v1/tenants/{tenant}/restores/{restore}/references?open=&limit=&cursor=`
pub(crate) async fn references(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<RestoreReferenceQuery>,
) -> Result<Response, Error> {
    let id: RestoreId = path_id(&params, "restore")?;
    let wanted = &query.wanted;
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let open = wanted.open == Some(true);
    let found = web.store().restores().mappings(&guard.scope, id, open, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(RestoreReference::from))
}

/// `GET /api/v1/tenants/{tenant}/restores/{restore}/journal?number=&limit=&cursor=`
pub(crate) async fn journal(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<RestoreJournalQuery>,
) -> Result<Response, Error> {
    let id: RestoreId = path_id(&params, "restore")?;
    let wanted = &query.wanted;
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().restores().journal(&guard.scope, id, wanted.number, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(RestoreJournalLine::from))
}

/// `GET /api/v1/tenants/{tenant}/restores/{restore}/plan`: not found before a preview.
pub(crate) async fn plan(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let restores = web.store().restores();
    let restore = restores.find(&guard.scope, path_id(&params, "restore")?).await?;
    if restore.plan_hash.is_none() {
        return Err(Error::NotFound);
    }
    ok(&document(&restore, &restores.plan(&guard.scope, restore.id).await?))
}
