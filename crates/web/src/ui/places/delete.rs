//! Removing a tenant for good: the question, and the answer to it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::run::{StartBy, Trigger};
use pages::places::Delete;
use pages::{FieldProblem, Frame, Toast, href};
use store::StoreError;
use store::access::Confirmed;

use crate::auth::deeds::DeleteTenant;
use crate::auth::{Form, InTenant, ManagesTenant};
use crate::error::{Error, sentence};
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;
use crate::ui::typed::TypedStart;

/// `GET /admin/t/{tenant}/delete`
pub(crate) async fn ask(
    ManagesTenant { tenant: guard, .. }: ManagesTenant<DeleteTenant>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    answer(&web, &guard, StatusCode::OK, None).await
}

/// `POST /admin/t/{tenant}/delete`: starts the run that removes it.
pub(crate) async fn delete(
    ManagesTenant { tenant: guard, permit }: ManagesTenant<DeleteTenant>,
    State(web): State<WebState>,
    form: Form<TypedStart>,
) -> Result<Response, Error> {
    let TypedStart { typed, key } = form.into_inner();
    let by = StartBy::from(Trigger::Manual).with_key(key?);
    let Ok(confirmed) = Confirmed::typed(permit, guard.scope.tenant(), &typed) else {
        let problem = FieldProblem::new("typed", "That is not its name.");
        return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, Some(problem)).await;
    };
    match web.store().tenants().delete(&confirmed, by).await {
        Err(StoreError::Conflict(words)) => {
            let problem = FieldProblem::new("typed", sentence(words));
            answer(&web, &guard, StatusCode::CONFLICT, Some(problem)).await
        }
        started => {
            web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started?))).await?;
            Ok(see_other(&href::within(guard.scope.workspace_id(), href::TENANTS)))
        }
    }
}

async fn answer(web: &WebState, guard: &InTenant, status: StatusCode, problem: Option<FieldProblem>) -> Result<Response, Error> {
    let begun = web.store().tenants().deleting_since(&guard.scope).await?.is_some();
    let page = Delete { tenant: guard.scope.tenant().clone(), begun, problem };
    let (around, _) = in_tenant(web, guard).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
