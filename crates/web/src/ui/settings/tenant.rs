//! The settings of a tenant.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::Capability;
use model::label::Tone;
use model::settings::{Kind, Level};
use pages::settings::{Form as Page, Owner};
use pages::{Frame, Toast};

use super::sent::{Meant, Sent, form};
use crate::auth::deeds::SaveTenantSettings;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::directory::selector::selector;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/settings`: shown to everybody who sees the tenant, disabled without the capability. What was chosen on the
/// page of a selector comes back in the address, under the code of its setting.
pub(crate) async fn show(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let choices = web.store().settings().of_tenant(&guard.scope).await?;
    let may = guard.scope.can().allows(Capability::TenantSettingsManage);
    answer(&web, &guard, StatusCode::OK, |owner| picked(form(owner, &choices, may), &query)).await
}

/// The form with what was chosen on the page of a selector.
fn picked(mut page: Page, query: &Fields) -> Page {
    for field in &mut page.fields {
        let Kind::Object(_) = field.key.declaration().kind else { continue };
        if let Some(value) = query.one(field.key.code()).and_then(|text| field.key.parse(text).ok()) {
            (field.own, field.text) = (true, value.to_string());
        }
    }
    page
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
    let mut page = page(Owner::Tenant(Box::new(guard.scope.tenant().clone()), audit));
    for field in &mut page.fields {
        if let Kind::Object(kind) = field.key.declaration().kind {
            field.selector = Some(selector(web, &guard.scope, kind.into(), &field.text).await?);
        }
    }
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
