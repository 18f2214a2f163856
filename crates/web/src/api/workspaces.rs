//! The workspace of the token, and making another.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::{Capability, Plane, Role};

use super::account::Workspace;
use super::answer::{json, ok};
use super::archive::PutAwayBody;
use super::body::Body;
use super::coded::Coded;
use super::query::invalid;
use super::{answers, bodies};
use crate::auth::deeds::{ArchiveWorkspace, CreateWorkspace, RenameWorkspace};
use crate::auth::{Manages, Member};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// The workspace with what may be done in it.
    WorkspaceDetail {
        /// The workspace.
        workspace: Workspace,
        /// What the token may do in it.
        capabilities: Vec<Coded<Capability>>,
    }
}

bodies! {
    /// A name.
    NameBody {
        /// The name.
        name: String = {"minLength": 1, "maxLength": 100},
    }
}

fn named(wish: &NameBody) -> Result<String, Error> {
    model::name::name(&wish.name).map_err(|problem| invalid(&format!("`name`: {problem}")))
}

/// The workspace as it was when the member was looked up.
fn of(member: &Member) -> Result<Workspace, Error> {
    let id = member.scope.workspace_id();
    member.home.workspaces.iter().find(|workspace| workspace.id == id).cloned().map(Workspace::from).ok_or(Error::NotFound)
}

/// `GET /api/v1/workspace`
pub(crate) async fn show(member: Member, State(_): State<WebState>) -> Result<Response, Error> {
    let can = member.scope.can();
    let here = Capability::ALL.iter().copied().filter(|capability| capability.plane() == Plane::Workspace);
    ok(&WorkspaceDetail {
        workspace: of(&member)?,
        capabilities: here.filter(|capability| can.allows(*capability)).map(Coded).collect(),
    })
}

/// `POST /api/v1/workspaces`: owned by the token's holder. The token does not open it.
pub(crate) async fn create(
    Manages { permit, .. }: Manages<CreateWorkspace>,
    State(web): State<WebState>,
    Body(wish): Body<NameBody>,
) -> Result<Response, Error> {
    let name = named(&wish)?;
    let id = web.store().workspaces().found(&permit, &name).await?;
    json(StatusCode::CREATED, &Workspace { id, name, role: Coded(Role::Owner), archived: false })
}

/// `PUT /api/v1/workspace`
pub(crate) async fn rename(
    Manages { member, permit }: Manages<RenameWorkspace>,
    State(web): State<WebState>,
    Body(wish): Body<NameBody>,
) -> Result<Response, Error> {
    let name = named(&wish)?;
    web.store().workspaces().rename(&permit, &name).await?;
    ok(&Workspace { name, ..of(&member)? })
}

/// `POST /api/v1/workspace/archive`
pub(crate) async fn archive(
    Manages { member, permit }: Manages<ArchiveWorkspace>,
    State(web): State<WebState>,
    Body(wish): Body<PutAwayBody>,
) -> Result<Response, Error> {
    let archived = wish.away(member.scope.name())?;
    web.store().workspaces().archive(&permit, archived).await?;
    ok(&Workspace { archived, ..of(&member)? })
}
