//! Looking at incidents.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::finding::Cause;
use pages::Frame;
use pages::incidents::{List, One};
use store::{MOST_INCIDENTS, MOST_OF_INCIDENT};

use crate::auth::Member;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::shell::in_workspace;

/// `GET /admin/incidents?workspace=`
pub(crate) async fn list(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let incidents = web.store().findings().incidents(&guard.scope).await?;
    let around = in_workspace(&web, &guard).await?;
    Ok(around.answer(&List { incidents, most: MOST_INCIDENTS as usize }, &web, &guard.signed))
}

/// `GET /admin/incidents/{incident}?workspace=`
pub(crate) async fn show(guard: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    answer(&web, &guard, &path_id(&params, "incident")?, StatusCode::OK, None).await
}

/// The page, after something was refused too.
pub(super) async fn answer(
    web: &WebState,
    guard: &Member,
    cause: &Cause,
    status: StatusCode,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (incident, findings) = web.store().findings().incident(&guard.scope, cause).await?;
    let page = One {
        incident,
        findings,
        most: MOST_OF_INCIDENT as usize,
        triages: guard.scope.across::<can::FindingsTriage>().is_ok(),
        accepts: guard.scope.across::<can::FindingsAcceptRisk>().is_ok(),
        problem,
    };
    let around = in_workspace(web, guard).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
