//! The page of reports.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::{Capability, can};
use model::page::{Cursor, PAGE_ROWS};
use model::report::{Period, USUAL_DAYS};
use pages::Frame;
use pages::reports::{List, ReadInput, ScheduleInput, ScheduleRow};

use crate::auth::Member;
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::shell::in_workspace;
use crate::ui::tenant_names::TenantNames;

/// Tenants that a form offers at most.
const OFFERED: u32 = 200;

/// `GET /admin/reports?workspace=&cursor=`
pub(crate) async fn list(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    answer(&web, &guard, StatusCode::OK, cursor.as_ref(), None, None).await
}

/// The page, after something was refused too: what was typed into one of its forms.
pub(super) async fn answer(
    web: &WebState,
    guard: &Member,
    status: StatusCode,
    cursor: Option<&Cursor>,
    reading: Option<ReadInput>,
    schedule: Option<(ScheduleInput, String)>,
) -> Result<Response, Error> {
    let (input, problem) = schedule.unzip();
    let around = in_workspace(web, guard).await?;
    let (scope, store) = (&guard.scope, web.store());
    let tenants = store.workspaces().find_tenants(scope, None, None, OFFERED).await?.rows;
    let names = TenantNames::of(&tenants);
    let every = scope.entitled().is_none();
    let schedules = store.reports().schedules(scope).await?.into_iter().map(|schedule| {
        let may = match schedule.tenant_id {
            Some(tenant) => scope.may_open(Some(tenant), Capability::BackupSchedulesManage),
            None => every && scope.can().allows(Capability::WorkspaceSettingsManage),
        };
        // Of a tenant that the form does not offer the id stands there.
        let tenant_name = schedule.tenant_id.map(|id| names.name(Some(id)).unwrap_or_else(|| id.to_string()));
        ScheduleRow { schedule, tenant_name, may }
    });
    let now = store.now().await?;
    let page = List {
        workspace: scope.workspace_id(),
        reports: store.reports().list(scope, cursor, PAGE_ROWS).await?,
        schedules: schedules.collect(),
        all: every,
        schedules_some: scope.across::<can::BackupSchedulesManage>().is_ok(),
        reading: reading.unwrap_or_else(|| ReadInput::proposed(Period::before(now, USUAL_DAYS).from, now)),
        tenants,
        input: input.unwrap_or_default(),
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
