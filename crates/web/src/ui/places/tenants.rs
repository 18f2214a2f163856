//! The tenants of a workspace, and making one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::EntraTenantId;
use model::label::Tone;
use model::page::{Cursor, PAGE_ROWS};
use model::tenant::Environment;
use pages::places::{TenantForm, TenantInput, Tenants};
use pages::{FieldProblem, Frame, Toast, href};
use store::{StoreError, TenantEdit};

use crate::auth::deeds::CreateTenant;
use crate::auth::{Form, Manages, Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_workspace;

/// What the forms of a tenant send.
#[derive(Debug)]
pub(crate) struct Sent(pub(in crate::ui) TenantInput);

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.one(name).unwrap_or_default().chars().take(300).collect();
        Self(TenantInput {
            name: text("name"),
            domain: text("domain"),
            entra_tenant_id: text("entra_tenant_id"),
            environment: text("environment"),
        })
    }
}

/// What may be changed of a tenant, or what is wrong with it.
pub(in crate::ui) fn read(input: &TenantInput) -> Result<TenantEdit, FieldProblem> {
    let name = model::name::name(&input.name).map_err(|problem| FieldProblem::new("name", sentence(&problem.to_string())))?;
    let domain =
        model::name::domain(&input.domain).map_err(|problem| FieldProblem::new("domain", sentence(&problem.to_string())))?;
    match Environment::from_code(&input.environment) {
        Environment::Unknown => Err(FieldProblem::new("name", "Choose an environment.")),
        environment => Ok(TenantEdit { name, domain, environment }),
    }
}

/// A new tenant: its id at Microsoft besides.
pub(in crate::ui) fn read_new(input: &TenantInput) -> Result<(EntraTenantId, TenantEdit), FieldProblem> {
    let edit = read(input)?;
    let entra = input.entra_tenant_id.trim().parse();
    let wrong = |_| FieldProblem::new("entra_tenant_id", "It is written as 8e75af29-5176-4372-a718-724b8a4620dc.");
    Ok((entra.map_err(wrong)?, edit))
}

/// `GET /admin/tenants?workspace=&cursor=`
pub(crate) async fn list(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let around = in_workspace(&web, &guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let tenants = web.store().workspaces().find_tenants(&guard.scope, None, cursor.as_ref(), PAGE_ROWS).await?;
    let page = Tenants { workspace: guard.scope.workspace_id(), can: guard.scope.can(), tenants };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `GET /admin/tenants/new?workspace=`: shown to every member, disabled without the capability.
pub(crate) async fn new(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    answer(&web, &guard, StatusCode::OK, TenantInput::default(), None).await
}

/// `POST /admin/tenants?workspace=`
pub(crate) async fn create(
    Manages { member: guard, permit }: Manages<CreateTenant>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let Sent(input) = form.into_inner();
    let (entra, new) = match read_new(&input) {
        Ok(read) => read,
        Err(problem) => return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, input, Some(problem)).await,
    };
    match web.store().tenants().draft(&permit, entra, &new).await {
        Err(StoreError::Conflict(problem)) => {
            let problem = FieldProblem::new("entra_tenant_id", sentence(problem));
            answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, input, Some(problem)).await
        }
        made => {
            let toast = Toast::plain("Draft made", "Begin its onboarding once its connection is at hand.", Tone::Success);
            web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
            Ok(see_other(&href::of_tenant(made?, "details")))
        }
    }
}

async fn answer(
    web: &WebState,
    guard: &Member,
    status: StatusCode,
    input: TenantInput,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let around = in_workspace(web, guard).await?;
    let page = TenantForm { workspace: guard.scope.workspace_id(), can: guard.scope.can(), input, problem };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
