//! A schedule with its history.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::{RunId, ScheduleId};
use model::page::{Cursor, PAGE_ROWS};
use model::run::Run;
use model::schedule::{Fire, Occurrence, Schedule, Timetable};
use model::time::Moment;
use pages::schedules::{Detail, FireRow};

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many of the next times are shown.
pub(super) const UPCOMING: usize = 5;

/// `GET /admin/t/{tenant}/schedules/{schedule}?cursor=`
pub(crate) async fn show(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let schedule = web.store().schedules().find(&guard.scope, id).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let fires = web.store().schedules().fires(&guard.scope, id, cursor.as_ref(), PAGE_ROWS).await?;
    let ids: Vec<RunId> = fires.rows.iter().filter_map(|fire| fire.run).collect();
    let runs = web.store().runs().of_tenant(&guard.scope, &ids).await?;
    let of = |fire: &Fire| -> Option<Run> { runs.iter().find(|run| Some(run.id) == fire.run).cloned() };
    let page = Detail {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        upcoming: upcoming(&schedule, around.shell.now),
        schedule,
        fires: fires.map(|fire| FireRow { run: of(&fire), fire }),
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// The next times; none while it does not fire.
fn upcoming(schedule: &Schedule, now: Moment) -> Vec<Occurrence> {
    let (true, Some(cadence), Some(zone)) = (schedule.next_fire_at.is_some(), &schedule.cadence, &schedule.zone) else {
        return Vec::new();
    };
    let from = schedule.last_fired_at.map_or(now, |last| last.max(now));
    Timetable::new(cadence, zone).upcoming(from, UPCOMING)
}
