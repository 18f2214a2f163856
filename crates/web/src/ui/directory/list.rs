//! Groups and role definitions.

use axum::extract::State;
use axum::response::Response;
use model::directory::{DirectoryFilter, DirectoryKind};
use model::page::{Cursor, PAGE_ROWS};
use pages::directory::{List, Tab, Tables};

use super::filter;
use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/directory?tab=&q=&kind=&gone=&cursor=`
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let Tab(kind) = Tab::of(query.one("tab"));
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let directory = web.store().directory();
    let (filter, tables) = match kind {
        DirectoryKind::RoleDefinitions => {
            let filter = DirectoryFilter { kind: None, ..filter(&query) };
            let roles = directory.role_definitions(&guard.scope, &filter, cursor.as_ref(), PAGE_ROWS).await?;
            (filter, Tables::Roles(roles))
        }
        DirectoryKind::Groups | DirectoryKind::Unknown => {
            let filter = filter(&query);
            let groups = directory.groups(&guard.scope, &filter, cursor.as_ref(), PAGE_ROWS).await?;
            (filter, Tables::Groups(groups))
        }
    };
    let page = List {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        state: directory.state(&guard.scope, kind).await?,
        filter,
        tables,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}
