//! Reports that are made by themselves.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{ScheduleId, TenantId};
use model::label::Tone;
use model::schedule::{NewSchedule, Schedule};
use pages::Toast;
use pages::href::{self, Query};
use pages::reports::ScheduleInput;
use store::StoreError;
use store::access::TenantScope;

use super::list::answer;
use crate::auth::deeds::{CreateSchedule, EndReportSchedule, SwitchReportSchedule};
use crate::auth::extract::path_id;
use crate::auth::form::Empty;
use crate::auth::{AcrossTenants, Form, Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent(ScheduleInput);

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.one(name).unwrap_or_default().chars().take(300).collect();
        Self(ScheduleInput {
            name: text("name"),
            kind: text("kind"),
            tenant: text("tenant"),
            days: text("days"),
            keep_days: text("keep_days"),
            repeat: text("repeat"),
            at: text("at"),
            day: text("day"),
            cron: text("cron"),
            zone: text("zone"),
        })
    }
}

/// Whether it is to be switched on.
#[derive(Debug)]
pub(crate) struct Switch(bool);

impl Payload for Switch {
    fn read(fields: &Fields) -> Self {
        Self(fields.one("on") == Some("yes"))
    }
}

/// `POST /admin/reports/schedules?workspace=`
pub(crate) async fn create(
    AcrossTenants { member: guard, .. }: AcrossTenants<CreateSchedule>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let Sent(input) = form.into_inner();
    let refused = async |input, words: String| {
        answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, None, None, Some((input, words))).await
    };
    let new = match input.read() {
        Err(words) => return refused(input, words).await,
        Ok(new) => new,
    };
    let tenant = Some(input.tenant.as_str()).filter(|id| !id.is_empty());
    let tenant: Option<TenantId> = tenant.map(|id| id.parse().map_err(|_| Error::NotFound)).transpose()?;
    match made(&web, &guard, tenant, &new).await {
        Err(Refused::Conflict(words)) => refused(input, sentence(words)).await,
        Err(Refused::Other(error)) => Err(error),
        Ok(_) => back(&web, &guard, Toast::plain("Schedule made", "It is switched on.", Tone::Success)).await,
    }
}

/// `POST /admin/reports/schedules/{schedule}/switch?workspace=`
pub(crate) async fn switch(
    AcrossTenants { member: guard, .. }: AcrossTenants<SwitchReportSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Switch>,
) -> Result<Response, Error> {
    let (id, Switch(on)): (ScheduleId, Switch) = (path_id(&params, "schedule")?, form.into_inner());
    let (reports, schedules) = (web.store().reports(), web.store().schedules());
    match reports.schedule(&guard.scope, id).await?.tenant_id {
        Some(tenant) => {
            let scope = in_tenant(&web, &guard, tenant).await?;
            schedules.switch(&permitted(&web, &scope, Action::ScheduleSwitch).await?, id, on).await?;
        }
        None => {
            let permit = own(&web, &guard, Action::ScheduleSwitch).await?;
            reports.switch_of_all(&permit, &guard.scope, id, on).await?;
        }
    }
    back(&web, &guard, Toast::plain(if on { "Switched on" } else { "Switched off" }, "", Tone::Success)).await
}

/// `POST /admin/reports/schedules/{schedule}/end?workspace=`: the reports that it made stay.
pub(crate) async fn end(
    AcrossTenants { member: guard, .. }: AcrossTenants<EndReportSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    ended(&web, &guard, id).await?;
    back(&web, &guard, Toast::plain("Schedule ended", "The reports that it made stay.", Tone::Success)).await
}

/// Why no schedule was made.
pub(crate) enum Refused {
    /// It cannot be as it is wanted.
    Conflict(&'static str),
    /// Anything else.
    Other(Error),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(words) => Self::Conflict(words),
            error => Self::Other(error.into()),
        }
    }
}

/// Makes a schedule of a tenant, or of the workspace, for pages and programs alike.
///
/// # Errors
/// [`Refused`].
pub(crate) async fn made(
    web: &WebState,
    guard: &Member,
    tenant: Option<TenantId>,
    new: &NewSchedule,
) -> Result<Schedule, Refused> {
    match tenant {
        Some(tenant) => {
            let scope = in_tenant(web, guard, tenant).await.map_err(Refused::Other)?;
            let permit = permitted(web, &scope, Action::ScheduleCreate).await.map_err(Refused::Other)?;
            Ok(web.store().schedules().create(&permit, new).await?)
        }
        None => {
            let permit = own(web, guard, Action::ScheduleCreate).await.map_err(Refused::Other)?;
            Ok(web.store().reports().schedule_of_all(&permit, &guard.scope, new).await?)
        }
    }
}

/// Puts a schedule away, for pages and programs alike.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`].
pub(crate) async fn ended(web: &WebState, guard: &Member, id: ScheduleId) -> Result<(), Error> {
    let reports = web.store().reports();
    match reports.schedule(&guard.scope, id).await?.tenant_id {
        Some(tenant) => {
            let scope = in_tenant(web, guard, tenant).await?;
            let permit = permitted(web, &scope, Action::ScheduleArchive).await?;
            web.store().schedules().archive(&permit, id, true).await?;
        }
        None => {
            let permit = own(web, guard, Action::ScheduleArchive).await?;
            reports.end_of_all(&permit, &guard.scope, id).await?;
        }
    }
    Ok(())
}

async fn in_tenant(web: &WebState, guard: &Member, tenant: TenantId) -> Result<TenantScope, Error> {
    guard.scope.role_in(tenant).ok_or(Error::NotFound)?;
    let scope = web.store().access().tenant(&guard.signed.who, tenant).await?;
    if scope.workspace_id() == guard.scope.workspace_id() { Ok(scope) } else { Err(Error::NotFound) }
}

/// What it takes in a tenant; what is refused goes on record.
async fn permitted(
    web: &WebState,
    scope: &TenantScope,
    action: Action,
) -> Result<store::access::Permit<can::BackupSchedulesManage>, Error> {
    let permit = scope.permit();
    if permit.is_err() {
        web.store().audit().denied_in_tenant(scope, AuditEntry::denied(action)).await?;
    }
    Ok(permit?)
}

/// What it takes in the workspace; what is refused goes on record.
async fn own(
    web: &WebState,
    guard: &Member,
    action: Action,
) -> Result<store::access::Permit<can::WorkspaceSettingsManage>, Error> {
    let permit = guard.scope.permit();
    if permit.is_err() {
        web.store().audit().denied_in_workspace(&guard.scope, AuditEntry::denied(action)).await?;
    }
    Ok(permit?)
}

async fn back(web: &WebState, guard: &Member, toast: Toast) -> Result<Response, Error> {
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&String::from(Query::new(href::REPORTS).with("workspace", guard.scope.workspace_id()))))
}
