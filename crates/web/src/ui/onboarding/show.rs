//! A step of an onboarding. Looking at one changes nothing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use model::access::can;
use model::onboarding::{Draft, Step};
use model::operations::Operation;
use pages::connections::Form as ConnectionForm;
use pages::onboarding::{Input, Wizard};
use pages::{FieldProblem, Frame, href};
use store::StoreError;

use super::consent::state_of;
use crate::auth::{InTenant, LooksInTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::connection_check::show::latest;
use crate::ui::shell::in_tenant;

/// The latest report and the one before.
const REPORTS: u32 = 2;

/// `GET /admin/onboarding/{tenant}?step=`: the step that is named, else the furthest that was reached; a tenant that is in use has none.
pub(crate) async fn show(
    LooksInTenant { tenant: guard, .. }: LooksInTenant<can::WorkspaceTenantsOnboard>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let Some(draft) = web.store().onboarding().find(&guard.scope).await? else {
        return Ok(see_other(&href::tenant(guard.scope.tenant_id())).into_response());
    };
    let step = match query.one("step").map(Step::from_code) {
        None | Some(Step::Unknown) => draft.step,
        Some(step) => step,
    };
    answer(&web, &guard, StatusCode::OK, draft, step, None, None).await
}

/// The step of the connection with a form in it: what was refused stays where it was entered.
pub(crate) async fn connecting(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    draft: Draft,
    form: ConnectionForm,
) -> Result<Response, Error> {
    let page = Wizard { form: Some(form), ..wizard(web, guard, draft, Step::Connection, None, None).await? };
    shown(web, guard, status, &page).await
}

/// The page of a step; `input` and `problem` are of a form that was refused.
pub(super) async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    draft: Draft,
    step: Step,
    input: Option<Input>,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let page = wizard(web, guard, draft, step, input, problem).await?;
    shown(web, guard, status, &page).await
}

async fn shown(web: &WebState, guard: &InTenant, status: StatusCode, page: &Wizard) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    Ok(page_with(status, page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

async fn wizard(
    web: &WebState,
    guard: &InTenant,
    draft: Draft,
    step: Step,
    input: Option<Input>,
    problem: Option<FieldProblem>,
) -> Result<Wizard, Error> {
    let store = web.store();
    let sync = latest(web, guard, Operation::InventorySync).await?;
    let checking = latest(web, guard, Operation::ProviderConnectionCheck).await?;
    let (connection, now) = store.connections().show(&guard.scope).await?;
    Ok(Wizard {
        can: guard.scope.can(),
        step,
        input: input.unwrap_or_else(|| Input::of(&draft)),
        connection,
        form: None,
        reports: store.connection_checks().latest(&guard.scope, REPORTS).await?,
        checking: checking.filter(|row| row.run.is_active()),
        sync,
        redirect: web.options().public_url.as_deref().map(|url| format!("{}{}", url.trim_end_matches('/'), href::ADMIN_CONSENT)),
        state: state_of(guard, now)?,
        problem,
        draft,
    })
}

/// The onboarding of the guard's tenant.
///
/// # Errors
/// A conflict when the tenant is in use.
pub(super) async fn draft(web: &WebState, guard: &InTenant) -> Result<Draft, Error> {
    web.store().onboarding().find(&guard.scope).await?.ok_or(StoreError::Conflict("this tenant is in use already").into())
}
