//! What differs between two states, as a file: JSON Patch.

use axum::extract::{RawPathParams, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use model::diff::{patch as patch_of, patch_json};
use model::ids::InventoryItemId;

use super::pair::wanted;
use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::comparison::{aside, states};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// `GET /admin/t/{tenant}/inventory/{item}/compare/patch?from=&to=&with=&in=`. No operation holds a secret or what covers one; the page says
/// which are left out because of that. A state without content has nothing that could be patched: not found.
pub(crate) async fn patch(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let (before, after) = states(&web, &guard.signed.who, &guard.scope, id, wanted(&query)?).await?;
    let (Some(old), Some(new)) = (before.content, after.content) else { return Err(Error::NotFound) };
    let text = aside(move || patch_json(&patch_of(&old, &new).operations).to_pretty()).await?;
    let mut response = Response::new(text.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json-patch+json"));
    // Numbers only, so that it is a value of a header.
    let name = format!("attachment; filename=\"version-{}-to-{}.json\"", before.version.number, after.version.number);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
