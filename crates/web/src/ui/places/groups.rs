//! Groups of tenants.

use std::collections::BTreeSet;

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::{TenantGroupId, TenantId};
use model::label::Tone;
use model::overview::OverviewFilter;
use pages::overview::query;
use pages::places::{Group, Groups};
use pages::{FieldProblem, Frame, Page, Toast, href};
use store::{GroupChange, StoreError};

use super::workspaces::Named;
use crate::auth::deeds::{ChangeTenantGroup, CreateTenantGroup, DeleteTenantGroup, RenameTenantGroup};
use crate::auth::extract::path_id;
use crate::auth::{Form, Manages, Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_workspace;
use crate::ui::typed::Typed;

/// `GET /admin/tenant-groups?workspace=`
pub(crate) async fn list(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    groups(&web, &guard, StatusCode::OK, String::new(), None).await
}

/// `POST /admin/tenant-groups?workspace=`
pub(crate) async fn create(
    Manages { member: guard, permit }: Manages<CreateTenantGroup>,
    State(web): State<WebState>,
    form: Form<Named>,
) -> Result<Response, Error> {
    let Named(name) = form.into_inner();
    match web.store().tenant_groups().create(&permit, &name).await {
        Err(StoreError::Conflict(problem)) => {
            let problem = FieldProblem::new("name", sentence(problem));
            groups(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, name, Some(problem)).await
        }
        made => {
            made?;
            let toast = Toast::plain("Group made", "Choose tenants in the overview and put them into it.", Tone::Success);
            done(&web, &guard, toast, &href::within(guard.scope.workspace_id(), href::TENANT_GROUPS)).await
        }
    }
}

/// `GET /admin/tenant-groups/{group}?workspace=`
pub(crate) async fn show(guard: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    group(&web, &guard, path_id(&params, "group")?, (StatusCode::OK, None, None)).await
}

/// `POST /admin/tenant-groups/{group}?workspace=`
pub(crate) async fn rename(
    Manages { member: guard, permit }: Manages<RenameTenantGroup>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Named>,
) -> Result<Response, Error> {
    let (id, Named(name)) = (path_id(&params, "group")?, form.into_inner());
    match web.store().tenant_groups().rename(&permit, id, &name).await {
        Err(StoreError::Conflict(problem)) => {
            let problem = FieldProblem::new("name", sentence(problem));
            group(&web, &guard, id, (StatusCode::UNPROCESSABLE_ENTITY, Some(name), Some(problem))).await
        }
        renamed => {
            renamed?;
            let toast = Toast::plain("Renamed", "Everybody sees the new name.", Tone::Success);
            done(&web, &guard, toast, &href::tenant_group(guard.scope.workspace_id(), id, "")).await
        }
    }
}

/// `POST /admin/tenant-groups/{group}/remove?workspace=`
pub(crate) async fn remove(
    Manages { member: guard, permit }: Manages<DeleteTenantGroup>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Typed>,
) -> Result<Response, Error> {
    let id = path_id(&params, "group")?;
    let found = web.store().tenant_groups().find(&guard.scope, id).await?;
    if form.into_inner().0.trim() != found.name {
        let problem = FieldProblem::new("typed", "That is not its name.");
        return group(&web, &guard, id, (StatusCode::UNPROCESSABLE_ENTITY, None, Some(problem))).await;
    }
    web.store().tenant_groups().delete(&permit, id).await?;
    let toast = Toast::plain("Group removed", "Its tenants stay as they are.", Tone::Success);
    done(&web, &guard, toast, &href::within(guard.scope.workspace_id(), href::TENANT_GROUPS)).await
}

/// Which tenants, and what is done with them.
#[derive(Debug)]
pub(crate) struct Chosen {
    group: Option<TenantGroupId>,
    change: Option<GroupChange>,
    /// `None`: something that is no id.
    tenants: Option<BTreeSet<TenantId>>,
}

impl Payload for Chosen {
    fn read(fields: &Fields) -> Self {
        Self {
            group: fields.one("group").and_then(|text| text.parse().ok()),
            change: match fields.one("act") {
                Some("add") => Some(GroupChange::Add),
                Some("remove") => Some(GroupChange::Remove),
                _ => None,
            },
            tenants: fields.all("tenant").map(|text| text.parse().ok()).collect(),
        }
    }
}

/// `POST /admin/tenant-groups/members?workspace=`
pub(crate) async fn members(
    Manages { member: guard, permit }: Manages<ChangeTenantGroup>,
    State(web): State<WebState>,
    form: Form<Chosen>,
) -> Result<Response, Error> {
    let Chosen { group, change, tenants } = form.into_inner();
    let change = change.ok_or(Error::BadRequest("There is nothing of that name to be done with a group."))?;
    let (id, tenants) = (group.ok_or(Error::NotFound)?, tenants.ok_or(Error::NotFound)?);
    let to = String::from(query(&OverviewFilter { group: Some(id), ..OverviewFilter::default() }));
    if tenants.is_empty() {
        return done(&web, &guard, Toast::plain("Nothing was changed", "No tenant was chosen.", Tone::Warning), &to).await;
    }
    let in_it = web.store().tenant_groups().change_members(&permit, id, change, &tenants).await?;
    let words =
        if in_it == 1 { "1 tenant is in the group now.".to_owned() } else { format!("{in_it} tenants are in the group now.") };
    done(&web, &guard, Toast::plain("Group changed", &words, Tone::Success), &to).await
}

async fn groups(
    web: &WebState,
    guard: &Member,
    status: StatusCode,
    name: String,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let groups = web.store().tenant_groups().list(&guard.scope).await?;
    let page = Groups { workspace: guard.scope.workspace_id(), can: guard.scope.can(), groups, name, problem };
    answer(web, guard, status, &page).await
}

async fn group(
    web: &WebState,
    guard: &Member,
    id: TenantGroupId,
    (status, name, problem): (StatusCode, Option<String>, Option<FieldProblem>),
) -> Result<Response, Error> {
    let group = web.store().tenant_groups().find(&guard.scope, id).await?;
    let name = name.unwrap_or_else(|| group.name.clone());
    let page = Group { workspace: guard.scope.workspace_id(), can: guard.scope.can(), group, name, problem };
    answer(web, guard, status, &page).await
}

async fn answer<P: Page>(web: &WebState, guard: &Member, status: StatusCode, page: &P) -> Result<Response, Error> {
    let around = in_workspace(web, guard).await?;
    Ok(page_with(status, page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

async fn done(web: &WebState, guard: &Member, toast: Toast, to: &str) -> Result<Response, Error> {
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(to))
}
