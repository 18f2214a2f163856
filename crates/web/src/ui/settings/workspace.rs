//! The settings of a workspace.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::Capability;
use model::label::Tone;
use model::settings::Level;
use pages::settings::{Form as Page, Owner};
use pages::{Frame, Toast};

use super::sent::{Meant, Sent, form};
use crate::auth::deeds::SaveSettings;
use crate::auth::{Form, Manages, Member};
use crate::error::Error;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::{At, shell};

/// `GET /admin/settings?workspace=`: shown to every member, disabled without the capability.
pub(crate) async fn show(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let choices = web.store().settings().of_workspace(&guard.scope).await?;
    let may = guard.scope.can().allows(Capability::WorkspaceSettingsManage);
    let page = form(Owner::Workspace(guard.scope.workspace_id()), &choices, may);
    answer(&web, &guard, StatusCode::OK, &page).await
}

/// `POST /admin/settings?workspace=`
pub(crate) async fn save(
    Manages { member, permit }: Manages<SaveSettings>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let choices = web.store().settings().of_workspace(&member.scope).await?;
    let owner = Owner::Workspace(member.scope.workspace_id());
    match sent.into_inner().meant(Level::Workspace, &choices)? {
        Meant::Again(fields) => answer(&web, &member, StatusCode::UNPROCESSABLE_ENTITY, &Page { owner, fields, may: true }).await,
        Meant::Save(new) => {
            web.store().settings().save_workspace(&permit, &new).await?;
            let toast = Toast::plain("Settings saved", "They hold from now on.", Tone::Success);
            web.store().sessions().put_flash(&member.signed.who, &to_flash(toast)).await?;
            Ok(see_other(&owner.href()))
        }
    }
}

async fn answer(web: &WebState, guard: &Member, status: StatusCode, page: &Page) -> Result<Response, Error> {
    let at = At { home: guard.home.clone(), scope: Some(&guard.scope), tenant: None };
    let around = shell(web, &guard.signed, at).await?;
    Ok(page_with(status, page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
