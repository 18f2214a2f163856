//! A baseline.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::BaselineId;
use model::label::Tone;
use model::page::{Cursor, PAGE_ROWS};
use pages::baselines::{HeatRow, One};
use pages::{Frame, Toast, href};
use store::StoreError;

use super::list::OFFERED;
use crate::auth::Member;
use crate::auth::extract::path_id;
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_workspace;

/// `GET /admin/baselines/{baseline}?workspace=&version=&cursor=`
pub(crate) async fn show(
    guard: Member,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let version = query.one("version").and_then(|text| text.parse().ok());
    answer(&web, &guard, path_id(&params, "baseline")?, (version, cursor.as_ref()), None).await
}

/// The page, after something was refused too.
async fn answer(
    web: &WebState,
    guard: &Member,
    id: BaselineId,
    (version, cursor): (Option<i64>, Option<&Cursor>),
    problem: Option<String>,
) -> Result<Response, Error> {
    let baselines = web.store().baselines();
    let baseline = baselines.find(&guard.scope, id).await?;
    let version = version.or(baseline.draft).or(baseline.active).unwrap_or(1);
    let tenants = web.store().workspaces().find_tenants(&guard.scope, None, None, OFFERED).await?.rows;
    let mut alignment = baselines.alignment(&guard.scope, id).await?;
    let mut assigned = Vec::new();
    for assignment in baselines.assigned(&guard.scope, id).await? {
        let Some(tenant) = tenants.iter().find(|tenant| tenant.id == assignment.tenant) else { continue };
        let at = alignment.iter().position(|one| one.tenant == tenant.id);
        let types = at.map(|at| alignment.swap_remove(at).types).unwrap_or_default();
        assigned.push(HeatRow { tenant: tenant.clone(), assignment, types });
    }
    let is_assigned = |id| assigned.iter().any(|one: &HeatRow| one.tenant.id == id);
    let others = tenants.iter().filter(|tenant| !is_assigned(tenant.id)).cloned().collect();
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let page = One {
        workspace: guard.scope.workspace_id(),
        can: guard.scope.can(),
        versions: baselines.versions(&guard.scope, id).await?,
        version,
        items: baselines.items(&guard.scope, id, version, cursor, PAGE_ROWS).await?,
        assigned,
        others,
        groups: baselines.assigned_groups(&guard.scope, id).await?,
        other_groups: web.store().tenant_groups().list(&guard.scope).await?,
        golden: match baseline.golden {
            Some(id) => Some(web.store().access().tenant(&guard.signed.who, id).await?.tenant().clone()),
            None => None,
        },
        problem,
        baseline,
    };
    let around = in_workspace(web, guard).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

/// What came of something that was asked for: the page again, with a toast, or with why it was refused.
pub(super) async fn came_of<T>(
    web: &WebState,
    guard: &Member,
    id: BaselineId,
    result: Result<T, StoreError>,
    words: (&str, &str),
) -> Result<Response, Error> {
    match result {
        Err(StoreError::Conflict(why)) => answer(web, guard, id, (None, None), Some(sentence(why))).await,
        done => {
            done?;
            let toast = Toast::plain(words.0, words.1, Tone::Success);
            web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
            Ok(see_other(&href::within(guard.scope.workspace_id(), &href::baseline(id))))
        }
    }
}
