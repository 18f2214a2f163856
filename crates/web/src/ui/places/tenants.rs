//! The tenants of a workspace, and what forms say of one.

use axum::extract::State;
use axum::response::Response;
use model::ids::EntraTenantId;
use model::page::{Cursor, PAGE_ROWS};
use model::tenant::Environment;
use pages::FieldProblem;
use pages::places::{TenantInput, Tenants};
use store::TenantEdit;

use crate::auth::{Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::state::WebState;
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
