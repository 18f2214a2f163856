//! The fourth step: starting the preview, and the plan that came of it.

use std::time::Duration;

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::page::{Cursor, PAGE_ROWS, Page as Rows};
use model::restore::{Action, Outcome, RestoreState, least_seconds};
use model::run::{StartBy, Trigger};
use pages::restores::{Blast, PlanFilter, Preview, Reached, Step};
use pages::{Frame, Toast};
use store::{ItemFilter, ReachedGroup, Restore};

use super::sent::{Sent, ended, to};
use super::shown::{found, row, run, while_editable, whole};
use crate::auth::deeds::PreviewRestore;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::shell::in_tenant;
use crate::ui::start_key::start_key;

/// How many groups are named.
const GROUPS: usize = 20;
/// Writes of an object: itself, and its assignments.
const WRITES_EACH: u64 = 2;

/// `GET /admin/t/{tenant}/restores/{restore}/preview?action=&type=&cursor=`
pub(crate) async fn show(
    Authorized { tenant: guard, .. }: Authorized<PreviewRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    while_editable(&web, &guard, &params, |restore| answer(&web, &guard, StatusCode::OK, restore, &query, None)).await
}

/// `POST /admin/t/{tenant}/restores/{restore}/preview`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<PreviewRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let sent = sent.into_inner();
    let by = StartBy::from(Trigger::Manual).with_key(start_key(&sent.fields)?);
    let started = web.store().restores().start_preview(&permit, restore.id, sent.revision()?, by).await;
    let done = started.map(|started| (Toast::started(&started), to(&guard, restore.id, Step::Preview.code())));
    let (web, guard, none) = (&web, &guard, &Fields::default());
    ended(web, guard, &params, done, |now, why| answer(web, guard, StatusCode::CONFLICT, now, none, Some(why))).await
}

/// What a list of items is narrowed to.
pub(super) fn filter(query: &Fields) -> (PlanFilter, ItemFilter) {
    let filter = PlanFilter {
        action: query.one("action").map(Action::from_code).filter(|action| *action != Action::Unknown),
        outcome: query.one("outcome").map(Outcome::from_code).filter(|outcome| *outcome != Outcome::Unknown),
        resource_type: query.one("type").map(str::to_owned),
    };
    let items =
        ItemFilter { resource_type: filter.resource_type.clone(), action: filter.action, outcome: filter.outcome, text: None };
    (filter, items)
}

/// Whom the plan reaches, and how long its writes take at least.
pub(super) async fn reached(
    web: &WebState,
    guard: &InTenant,
    restore: &Restore,
) -> Result<(Option<Blast>, Option<Duration>), Error> {
    if restore.state != RestoreState::Previewed {
        return Ok((None, None));
    }
    let (actions, _) = web.store().restores().counts(&guard.scope, restore.id).await?;
    let writes: i64 = actions.iter().filter(|(action, _)| action.writes()).map(|(_, count)| *count).sum();
    let least = Duration::from_secs(least_seconds(u64::try_from(writes).unwrap_or(0).saturating_mul(WRITES_EACH)));
    let least = Some(least).filter(|least| !least.is_zero());
    // Of a plan without figures nothing is said: the preview is made again.
    let Some(reach) = web.store().restores().reach(&guard.scope, restore.id).await? else {
        return Ok((None, least));
    };
    let mut list = Vec::new();
    list.extend((reach.all_devices > 0).then_some((Reached::AllDevices, reach.all_devices)));
    list.extend((reach.all_users > 0).then_some((Reached::AllUsers, reach.all_users)));
    let more = i64::try_from(reach.groups.len().saturating_sub(GROUPS)).unwrap_or(i64::MAX);
    let group = |group: ReachedGroup| (Reached::Group { id: group.id, name: group.name, members: group.members }, group.objects);
    list.extend(reach.groups.into_iter().take(GROUPS).map(group));
    let blast = Blast { reached: list, more, nobody: reach.nobody };
    Ok((Some(blast), least))
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    restore: Restore,
    query: &Fields,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let (filter, narrowed) = filter(query);
    let items = if restore.state == RestoreState::Previewed {
        web.store().restores().items(&guard.scope, restore.id, &narrowed, cursor.as_ref(), PAGE_ROWS).await?.map(row)
    } else {
        Rows { rows: Vec::new(), next: None, previous: None }
    };
    let (blast, least) = reached(web, guard, &restore).await?;
    let page = Preview {
        tenant: guard.scope.tenant().clone(),
        run: run(web, guard, restore.preview_run).await?,
        restore: whole(web, guard, restore).await?,
        filter,
        items,
        blast,
        least,
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
