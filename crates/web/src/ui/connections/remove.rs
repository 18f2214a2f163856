//! Removing the connection: the question, and the answer to it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use pages::connections::Remove;
use pages::{FieldProblem, Frame, Toast};

use super::save::done;
use crate::auth::deeds::RemoveConnection;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::shell::in_tenant;
use crate::ui::typed::Typed;

/// `GET /admin/t/{tenant}/connection/remove`
pub(crate) async fn ask(
    Authorized { tenant: guard, .. }: Authorized<RemoveConnection>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    web.store().connections().show(&guard.scope).await?.0.ok_or(Error::NotFound)?;
    answer(&web, &guard, StatusCode::OK, None).await
}

/// `POST /admin/t/{tenant}/connection/remove`
pub(crate) async fn remove(
    Authorized { tenant: guard, permit }: Authorized<RemoveConnection>,
    State(web): State<WebState>,
    form: Form<Typed>,
) -> Result<Response, Error> {
    if form.into_inner().0 != guard.scope.tenant().name.trim() {
        let problem = FieldProblem::new("typed", "That is not its name.");
        return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, Some(problem)).await;
    }
    web.store().connections().delete(&permit).await?;
    done(&web, &guard, Toast::plain("Connection removed", "Its credential is deleted.", Tone::Info)).await
}

async fn answer(web: &WebState, guard: &InTenant, status: StatusCode, problem: Option<FieldProblem>) -> Result<Response, Error> {
    let page = Remove { tenant: guard.scope.tenant().clone(), problem };
    let (around, _) = in_tenant(web, guard).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
