//! The settings of a tenant.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::Capability;
use model::label::Tone;
use model::settings::Level;
use pages::settings::{Form as Page, Owner};
use pages::{Frame, Toast};

use super::sent::{Meant, Sent, form};
use crate::auth::deeds::SaveTenantSettings;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/settings`: shown to everybody who sees the tenant, disabled without the capability.
pub(crate) async fn show(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let choices = web.store().settings().of_tenant(&guard.scope).await?;
    let may = guard.scope.can().allows(Capability::TenantSettingsManage);
    answer(&web, &guard, StatusCode::OK, |owner| form(owner, &choices, may)).await
}

/// `POST /admin/t/{tenant}/settings`
pub(crate) async fn save(
    Authorized { tenant: guard, permit }: Authorized<SaveTenantSettings>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let choices = web.store().settings().of_tenant(&guard.scope).await?;
    match sent.into_inner().meant(Level::Tenant, &choices)? {
        Meant::Again(fields) => {
            answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, |owner| Page { owner, fields, may: true }).await
        }
        Meant::Save(new) => {
            web.store().settings().save_tenant(&permit, &new).await?;
            let toast = Toast::plain("Settings saved", "They hold from now on.", Tone::Success);
            web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
            Ok(see_other(&pages::href::tenant_settings(guard.scope.tenant_id())))
        }
    }
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    page: impl FnOnce(Owner) -> Page,
) -> Result<Response, Error> {
    let (around, workspace) = in_tenant(web, guard).await?;
    // The audit log asks for a capability of the workspace.
    let audit = workspace.can().allows(Capability::WorkspaceAuditView);
    let page = page(Owner::Tenant(Box::new(guard.scope.tenant().clone()), audit));
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
