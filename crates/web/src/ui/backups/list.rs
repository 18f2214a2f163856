//! The backup sets of a tenant.

use axum::extract::State;
use axum::response::Response;
use model::ids::ScheduleId;
use model::page::{Cursor, PAGE_ROWS};
use pages::backups::List;

use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/backups?schedule=&cursor=`
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let schedule = match query.one("schedule").and_then(|id| id.parse::<ScheduleId>().ok()) {
        Some(id) => Some(web.store().schedules().find(&guard.scope, id).await?),
        None => None,
    };
    let of = schedule.as_ref().map(|schedule| schedule.id);
    let page = List {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        schedule,
        sets: web.store().backups().list(&guard.scope, of, cursor.as_ref(), PAGE_ROWS).await?,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}
