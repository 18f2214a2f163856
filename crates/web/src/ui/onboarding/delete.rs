//! Giving an onboarding up.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use pages::onboarding::Delete;
use pages::{FieldProblem, Frame, Toast, href};
use store::StoreError;

use super::show::draft;
use crate::auth::deeds::DeleteOnboarding;
use crate::auth::{Form, InTenant, ManagesTenant};
use crate::error::{Error, sentence};
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;
use crate::ui::typed::Typed;

/// `GET /admin/onboarding/{tenant}/delete`
pub(crate) async fn ask(
    ManagesTenant { tenant: guard, .. }: ManagesTenant<DeleteOnboarding>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    draft(&web, &guard).await?;
    answer(&web, &guard, StatusCode::OK, None).await
}

/// `POST /admin/onboarding/{tenant}/delete`
pub(crate) async fn delete(
    ManagesTenant { tenant: guard, permit }: ManagesTenant<DeleteOnboarding>,
    State(web): State<WebState>,
    form: Form<Typed>,
) -> Result<Response, Error> {
    let (Typed(typed), draft) = (form.into_inner(), draft(&web, &guard).await?);
    if typed.trim() != draft.tenant.name.trim() {
        let problem = FieldProblem::new("typed", "That is not its name.");
        return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, Some(problem)).await;
    }
    match web.store().onboarding().delete(&permit, draft.tenant.id).await {
        Err(StoreError::Conflict(problem)) => {
            answer(&web, &guard, StatusCode::CONFLICT, Some(FieldProblem::new("", sentence(problem)))).await
        }
        done => {
            done?;
            let toast =
                Toast::plain("Onboarding given up", "The tenant was removed here. Nothing changed at Microsoft.", Tone::Info);
            web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
            Ok(see_other(&href::within(draft.tenant.workspace_id, href::ONBOARDINGS)))
        }
    }
}

async fn answer(web: &WebState, guard: &InTenant, status: StatusCode, problem: Option<FieldProblem>) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    let page = Delete { tenant: guard.scope.tenant().clone(), problem };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
