//! References that lead nowhere, and objects that nobody uses.

use axum::extract::State;
use axum::response::Response;
use model::links::OrphanKind;
use model::page::{Cursor, PAGE_ROWS};
use pages::links::{Found, References};

use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/references?show=&cursor=`
pub(crate) async fn references(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let (links, scope) = (web.store().links(), &guard.scope);
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let (found, telling) = match query.one("show").map_or(OrphanKind::Unknown, OrphanKind::from_code) {
        OrphanKind::Unknown => {
            let page = links.dangling(scope, cursor.as_ref(), PAGE_ROWS).await?;
            (Found::Dangling(page), links.dangling_told(scope).await?)
        }
        kind => {
            let page = links.orphans(scope, kind, cursor.as_ref(), PAGE_ROWS).await?;
            (Found::Orphans(kind, page), links.orphans_told(scope, kind).await?)
        }
    };
    Ok(around.answer(&References { tenant: scope.tenant().clone(), found, telling }, &web, &guard.signed))
}
