//! One group.

use axum::extract::State;
use axum::response::Response;
use model::directory::{DirectoryKind, object_id};
use model::restore::Reference;
use pages::directory::GroupPage;
use pages::href;
use store::StoreError;

use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many items that refer to it are shown.
const USED_BY: u32 = 100;
/// The longest id.
const MAX_ID: usize = 64;

/// `GET /admin/t/{tenant}/directory/group?id=`: also for an id that the cache does not know.
pub(crate) async fn group(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let Some(id) = query.one("id").map(object_id).filter(|id| id.len() <= MAX_ID) else {
        return Ok(see_other(&href::directory(guard.scope.tenant_id())));
    };
    let directory = web.store().directory();
    let group = match directory.group(&guard.scope, &id).await {
        Ok(group) => Some(group),
        Err(StoreError::NotVisible) => None,
        Err(error) => return Err(error.into()),
    };
    let used_by = web.store().links().used_by(&guard.scope, &Reference::new("group", id.as_str()), None, USED_BY).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let page = GroupPage {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        state: directory.state(&guard.scope, DirectoryKind::Groups).await?,
        object_id: id,
        group,
        used_by,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}
