//! Findings as they stand.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::finding::FindingFilter;
use model::ids::FindingId;
use store::access::TenantScope;

use super::shapes::{FindingDetail, FindingDifference, FindingRow};
use super::wishes::FindingQuery;
use crate::api::answer::{self, ok};
use crate::api::query::{self, Query, invalid};
use crate::auth::SeesIn;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

/// The most types that a query may name.
const MAX_TYPES: usize = 64;

/// `GET /api/v1/tenants/{tenant}/findings?state=&severity=&kind=&type=&item=&q=&overdue=&limit=&cursor=`
pub(crate) async fn list(
    guard: SeesIn<can::FindingsView>,
    State(web): State<WebState>,
    query: Query<FindingQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    if wanted.r#type.len() > MAX_TYPES {
        return Err(invalid("`type` is there more than 64 times"));
    }
    let filter = FindingFilter {
        states: wanted.state.iter().map(|state| state.0).collect(),
        severities: wanted.severity.iter().map(|severity| severity.0).collect(),
        kinds: wanted.kind.iter().map(|kind| kind.0).collect(),
        types: wanted.r#type.clone(),
        text: query::search(wanted.q.as_deref())?,
        item: wanted.item,
        assignee: None,
        overdue: wanted.overdue.unwrap_or(false),
        baseline: wanted.baseline,
        apart: false,
    };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().findings().list(&guard.scope, &filter, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(FindingRow::from))
}

/// `GET /api/v1/tenants/{tenant}/findings/{finding}`
pub(crate) async fn show(
    guard: SeesIn<can::FindingsView>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    standing(&web, &guard.scope, path_id(&params, "finding")?).await
}

/// The finding, as it stands now.
///
/// # Errors
/// [`Error::NotFound`] when the tenant has none of that id.
pub(super) async fn standing(web: &WebState, scope: &TenantScope, id: FindingId) -> Result<Response, Error> {
    let mut finding = web.store().findings().find(scope, id).await?;
    let (evidence, accepted_reason) = (std::mem::take(&mut finding.evidence.lines), finding.accepted_reason.take());
    let history = web.store().findings().history(scope, id).await?;
    let difference = |line: model::drift::EvidenceLine| FindingDifference {
        path: line.path,
        effect: line.effect,
        before: line.before,
        after: line.after,
    };
    ok(&FindingDetail {
        finding: finding.into(),
        evidence: evidence.into_iter().map(difference).collect(),
        accepted_reason,
        history: history.into_iter().map(Into::into).collect(),
    })
}
