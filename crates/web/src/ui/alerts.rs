//! Alerts: rules, destinations and their log, for who manages them.

pub(crate) mod destination;
pub(crate) mod list;
pub(crate) mod rule;
mod sent;

use axum::http::StatusCode;
use axum::response::Response;
use pages::{Frame, Page, Toast, href};

use crate::auth::Member;
use crate::error::Error;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_workspace;

async fn answer<P: Page>(web: &WebState, guard: &Member, status: StatusCode, page: &P) -> Result<Response, Error> {
    let around = in_workspace(web, guard).await?;
    Ok(page_with(status, page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

/// Leads back to the list and says what was done.
async fn done(web: &WebState, guard: &Member, toast: Toast) -> Result<Response, Error> {
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::within(guard.scope.workspace_id(), href::ALERTS)))
}
