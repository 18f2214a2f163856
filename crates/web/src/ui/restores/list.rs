//! The restores of a tenant.

use axum::extract::State;
use axum::response::Response;
use model::page::{Cursor, PAGE_ROWS, Page};
use pages::restores::List;

use super::drill::latest;
use super::shown::brief;
use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/restores?cursor=`: shown to everybody who sees the tenant; a row leads nowhere without the capability.
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let found = web.store().restores().list(&guard.scope, cursor.as_ref(), PAGE_ROWS).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let mut rows = Vec::with_capacity(found.rows.len());
    for restore in found.rows {
        rows.push(brief(&web, &guard, restore).await?);
    }
    let restores = Page { rows, next: found.next, previous: found.previous };
    let drill = latest(&web, &guard).await?;
    let page = List { tenant: guard.scope.tenant().clone(), can: guard.scope.can(), drill, restores };
    Ok(around.answer(&page, &web, &guard.signed))
}
