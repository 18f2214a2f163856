//! What the retention of a backup schedule would do now.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::operations::Operation;
use model::operations::backup_schedule_run::Arguments;
use model::page::{Cursor, PAGE_ROWS};
use pages::schedules::Retention;

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/schedules/{schedule}/retention?cursor=`
pub(crate) async fn show(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let schedule = web.store().schedules().find(&guard.scope, path_id(&params, "schedule")?).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    // One that captures nothing keeps nothing.
    let arguments = Arguments::stored(&schedule.arguments).filter(|_| schedule.operation() == Some(Operation::BackupScheduleRun));
    let rule = arguments.map(|arguments| arguments.retention).unwrap_or_default();
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let (backups, now) = (web.store().backups(), around.shell.now);
    let (sets, go) = backups.preview(&guard.scope, schedule.id, rule, now, cursor.as_ref(), PAGE_ROWS).await?;
    let (sets, go) = (sets.map(|line| (line.set, line.why)), i64::try_from(go).unwrap_or(i64::MAX));
    let page = Retention { tenant: guard.scope.tenant().clone(), schedule, rule, go, sets };
    Ok(around.answer(&page, &web, &guard.signed))
}
