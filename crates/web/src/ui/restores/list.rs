//! The restores of a tenant.

use axum::extract::State;
use axum::response::Response;
use model::page::{Cursor, PAGE_ROWS};
use pages::restores::{List, Restore};

use super::drill::latest;
use super::shown::shown;
use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;
use crate::ui::tenant_names::TenantNames;

/// `GET /admin/t/{tenant}/restores?cursor=`: shown to everybody who sees the tenant; a row leads nowhere without the capability.
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let found = web.store().restores().list(&guard.scope, cursor.as_ref(), PAGE_ROWS).await?;
    let waiting = web.store().restores().waiting_for_approval(&guard.scope, &found.rows).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let mut names = TenantNames::of(std::slice::from_ref(guard.scope.tenant()));
    names.learn_ids(&web, &guard.signed, found.rows.iter().filter_map(|restore| restore.source_tenant)).await?;
    let restores = found.map(|restore| {
        let elsewhere = restore.source_tenant.filter(|other| *other != guard.scope.tenant_id());
        let elsewhere = elsewhere.and_then(|other| Some((other, names.name(Some(other))?)));
        Restore { waits_for_approval: waiting.contains(&restore.id), ..shown(restore, elsewhere) }
    });
    let drill = latest(&web, &guard).await?;
    let page = List { tenant: guard.scope.tenant().clone(), can: guard.scope.can(), drill, restores };
    Ok(around.answer(&page, &web, &guard.signed))
}
