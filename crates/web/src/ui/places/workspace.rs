//! A workspace itself: renaming it, putting it away, taking it out again.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use model::workspace::Workspace;
use pages::places::{Archive, Archived, WorkspacePage};
use pages::{FieldProblem, Frame, Page, Toast, href};
use store::StoreError;

use super::archive::Choice;
use super::workspaces::Named;
use crate::auth::deeds::{ArchiveWorkspace, RenameWorkspace};
use crate::auth::{Form, Manages, Member};
use crate::error::{Error, sentence};
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_workspace;

/// `GET /admin/workspace?workspace=`
pub(crate) async fn show(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let name = guard.scope.name().to_owned();
    let page = page_of(&guard, name, None)?;
    answer(&web, &guard, StatusCode::OK, &page).await
}

/// `POST /admin/workspace?workspace=`
pub(crate) async fn rename(
    Manages { member: guard, permit }: Manages<RenameWorkspace>,
    State(web): State<WebState>,
    form: Form<Named>,
) -> Result<Response, Error> {
    let Named(name) = form.into_inner();
    match web.store().workspaces().rename(&permit, &name).await {
        Err(StoreError::Conflict(problem)) => {
            let page = page_of(&guard, name, Some(FieldProblem::new("name", sentence(problem))))?;
            answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, &page).await
        }
        renamed => {
            renamed?;
            done(&web, &guard, Toast::plain("Renamed", "Everybody sees the new name.", Tone::Success)).await
        }
    }
}

/// `GET /admin/workspace/archive?workspace=`
pub(crate) async fn ask(
    Manages { member: guard, .. }: Manages<ArchiveWorkspace>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    let page = Archive { what: Archived::Workspace(of(&guard)?), problem: None };
    answer(&web, &guard, StatusCode::OK, &page).await
}

/// `POST /admin/workspace/archive?workspace=`
pub(crate) async fn archive(
    Manages { member: guard, permit }: Manages<ArchiveWorkspace>,
    State(web): State<WebState>,
    form: Form<Choice>,
) -> Result<Response, Error> {
    let choice = form.into_inner();
    let away = choice.away()?;
    if let Some(problem) = choice.problem(guard.scope.name()) {
        let page = Archive { what: Archived::Workspace(of(&guard)?), problem: Some(problem) };
        return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, &page).await;
    }
    web.store().workspaces().archive(&permit, away).await?;
    let toast = if away {
        Toast::plain("Workspace archived", "Nothing is started in it. It can be taken out again.", Tone::Info)
    } else {
        Toast::plain("Taken out again", "Schedules go on from now; times that are past are not made up for.", Tone::Success)
    };
    done(&web, &guard, toast).await
}

/// The workspace as its member sees it.
fn of(guard: &Member) -> Result<Workspace, Error> {
    let id = guard.scope.workspace_id();
    guard.home.workspaces.iter().find(|workspace| workspace.id == id).cloned().ok_or(Error::NotFound)
}

fn page_of(guard: &Member, name: String, problem: Option<FieldProblem>) -> Result<WorkspacePage, Error> {
    Ok(WorkspacePage { workspace: of(guard)?, can: guard.scope.can(), name, problem })
}

async fn answer<P: Page>(web: &WebState, guard: &Member, status: StatusCode, page: &P) -> Result<Response, Error> {
    let around = in_workspace(web, guard).await?;
    Ok(page_with(status, page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

async fn done(web: &WebState, guard: &Member, toast: Toast) -> Result<Response, Error> {
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::within(guard.scope.workspace_id(), href::WORKSPACE)))
}
