//! The workspaces of a person, and making another.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::Role;
use model::label::Tone;
use pages::places::Workspaces;
use pages::{FieldProblem, Frame, Toast, href};
use store::StoreError;

use crate::auth::deeds::CreateWorkspace;
use crate::auth::{Form, Manages, Payload, SignedIn};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::{At, shell};

/// A name: the field `name`.
#[derive(Debug)]
pub(crate) struct Named(pub(super) String);

impl Payload for Named {
    fn read(fields: &Fields) -> Self {
        Self(fields.one("name").unwrap_or_default().chars().take(200).collect())
    }
}

/// `GET /admin/workspaces`
pub(crate) async fn list(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    answer(&web, &signed, StatusCode::OK, String::new(), None).await
}

/// `POST /admin/workspaces?workspace=`: for who owns a workspace, and names it in the address.
pub(crate) async fn create(
    Manages { member: guard, permit }: Manages<CreateWorkspace>,
    State(web): State<WebState>,
    form: Form<Named>,
) -> Result<Response, Error> {
    let Named(name) = form.into_inner();
    let id = match web.store().workspaces().found(&permit, &name).await {
        Err(StoreError::Conflict(problem)) => {
            let problem = FieldProblem::new("name", sentence(problem));
            return answer(&web, &guard.signed, StatusCode::UNPROCESSABLE_ENTITY, name, Some(problem)).await;
        }
        made => made?,
    };
    let scope = web.store().access().workspace(&guard.signed.who, id).await?;
    web.store().sessions().choose_workspace(&guard.signed.who, &scope).await?;
    let toast = Toast::plain("Workspace made", "You own it. Add its tenants, and invite its members.", Tone::Success);
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::within(id, href::WORKSPACE)))
}

async fn answer(
    web: &WebState,
    signed: &SignedIn,
    status: StatusCode,
    name: String,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let (home, scope) = signed.workspace(web, None).await?;
    let workspaces = home.workspaces.clone();
    let owned = workspaces.iter().find(|workspace| workspace.role == Role::Owner).map(|workspace| workspace.id);
    let around = shell(web, signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    let page = Workspaces { workspaces, owned, name, problem };
    Ok(page_with(status, &page, &Frame::from(around.shell), signed.visit.regions.as_deref()))
}
