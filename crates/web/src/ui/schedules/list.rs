//! The schedules of a tenant.

use axum::extract::State;
use axum::response::Response;
use pages::schedules::{List, Row};

use crate::auth::InTenant;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/schedules`
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let latest = web.store().runs().latest_of_schedules(&guard.scope).await?;
    let of = |id: model::ids::ScheduleId| latest.iter().find(|run| run.schedule_id == Some(id.uuid())).cloned();
    let schedules = web.store().schedules().list(&guard.scope).await?;
    let page = List {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        rows: schedules.into_iter().map(|schedule| Row { latest: of(schedule.id), schedule }).collect(),
    };
    Ok(around.answer(&page, &web, &guard.signed))
}
