//! Removing a backup set: the question, and the answer to it.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::backup::BackupSet;
use model::label::Tone;
use pages::backups::Delete;
use pages::{FieldProblem, Frame, Toast, href};
use store::StoreError;
use store::access::Confirmed;

use super::show::found;
use crate::auth::deeds::DeleteBackup;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::{Error, sentence};
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;
use crate::ui::typed::Typed;

/// `GET /admin/t/{tenant}/backups/{backup}/delete`
pub(crate) async fn ask(
    Authorized { tenant: guard, .. }: Authorized<DeleteBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    answer(&web, &guard, StatusCode::OK, set, None).await
}

/// `POST /admin/t/{tenant}/backups/{backup}/delete`
pub(crate) async fn delete(
    Authorized { tenant: guard, permit }: Authorized<DeleteBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Typed>,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    let Ok(confirmed) = Confirmed::typed(permit, &set, &form.into_inner().0) else {
        let problem = FieldProblem::new("typed", "That is not its name.");
        return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, set, Some(problem)).await;
    };
    match web.store().backups().delete(&confirmed).await {
        Err(StoreError::Conflict(words)) => {
            answer(&web, &guard, StatusCode::CONFLICT, set, Some(FieldProblem::new("", sentence(words)))).await
        }
        done => {
            done?;
            let toast = Toast::plain("Backup removed", "The versions that it held stay.", Tone::Info);
            web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
            Ok(see_other(&href::backups(guard.scope.tenant_id())))
        }
    }
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    set: BackupSet,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let page = Delete { tenant: guard.scope.tenant().clone(), set, problem };
    let (around, _) = in_tenant(web, guard).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
