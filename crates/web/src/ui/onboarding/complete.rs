//! The last step: taking the tenant into use.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use model::onboarding::Step;
use pages::{FieldProblem, Toast, href};
use store::StoreError;

use super::show::{answer, draft};
use crate::auth::deeds::OnboardTenant;
use crate::auth::form::Empty;
use crate::auth::{Form, ManagesTenant};
use crate::error::{Error, sentence};
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;

/// `POST /admin/onboarding/{tenant}/complete`
pub(crate) async fn complete(
    ManagesTenant { tenant: guard, permit }: ManagesTenant<OnboardTenant>,
    State(web): State<WebState>,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let draft = draft(&web, &guard).await?;
    match web.store().onboarding().complete(&permit, draft.tenant.id).await {
        Err(StoreError::Conflict(problem)) => {
            let problem = FieldProblem::new("", sentence(problem));
            answer(&web, &guard, StatusCode::CONFLICT, draft, Step::Complete, None, Some(problem)).await
        }
        done => {
            done?;
            let toast = Toast::plain("In use", "Operations can be started in this tenant.", Tone::Success);
            web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
            Ok(see_other(&href::tenant(draft.tenant.id)))
        }
    }
}
