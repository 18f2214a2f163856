//! The frozen plan as a file.

use axum::extract::{RawPathParams, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::shown::found;
use crate::auth::Authorized;
use crate::auth::deeds::EditRestore;
use crate::error::Error;
use crate::restore_plan::document;
use crate::state::WebState;

/// `GET /admin/t/{tenant}/restores/{restore}/plan`: what is confirmed by its hash, without contents. Not found before a preview.
pub(crate) async fn plan(
    Authorized { tenant: guard, .. }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    if restore.plan_hash.is_none() {
        return Err(Error::NotFound);
    }
    let plan = web.store().restores().plan(&guard.scope, restore.id).await?;
    let mut response = Response::new(serde_json::to_vec_pretty(&document(&restore, &plan)).unwrap_or_default().into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"restore-plan-{}.json\"", restore.id)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
