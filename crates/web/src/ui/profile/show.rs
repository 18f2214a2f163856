//! The person's own account.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pages::profile::{Profile, Wrong};
use pages::{Frame, Page, Toast, href};

use crate::auth::SignedIn;
use crate::error::Error;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::{At, shell};

/// `GET /admin/profile`
pub(crate) async fn show(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    answer(&web, &signed, None).await
}

/// The page; with what was wrong with a form of it.
pub(super) async fn answer(web: &WebState, signed: &SignedIn, wrong: Option<Wrong>) -> Result<Response, Error> {
    let factor = web.store().second_factor().of(&signed.who).await?;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Profile {
        user: signed.who.user().clone(),
        has_password: factor.has_password,
        factor_since: factor.enabled_at,
        codes_left: factor.codes_left,
        sessions: web.store().sessions().own(&signed.who).await?.len(),
        wrong,
    };
    in_shell(web, signed, &page, status).await
}

/// A page of the person's own, in the surroundings of the workspace that they chose last.
pub(super) async fn in_shell<P: Page>(
    web: &WebState,
    signed: &SignedIn,
    page: &P,
    status: StatusCode,
) -> Result<Response, Error> {
    let (home, scope) = signed.workspace(web, None).await?;
    let around = shell(web, signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    Ok(page_with(status, page, &Frame::from(around.shell), signed.visit.regions.as_deref()))
}

/// Back to the page, with a message.
pub(super) async fn back(web: &WebState, signed: &SignedIn, to: &str, toast: Toast) -> Result<Response, Error> {
    web.store().sessions().put_flash(&signed.who, &to_flash(toast)).await?;
    Ok(see_other(to))
}

/// Back to the profile, with a message.
pub(super) async fn done(web: &WebState, signed: &SignedIn, toast: Toast) -> Result<Response, Error> {
    back(web, signed, href::PROFILE, toast).await
}
