//! A tenant itself: its name, and the steps of its life.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::Capability;
use model::label::Tone;
use model::tenant::{Environment, TenantMove, TenantStatus};
use pages::places::{Archive, Archived, Details, TenantInput};
use pages::{FieldProblem, Frame, Page, Toast, href};
use store::{StoreError, TenantEdit};

use super::archive::Choice;
use super::tenants::{Sent, read};
use crate::auth::deeds::{AdvanceTenant, ArchiveTenant, EditTenant, TagTenant};
use crate::auth::{Authorized, Form, InTenant, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/details`
pub(crate) async fn show(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let tags = tags(&web, &guard).await?;
    let page = details(&web, &guard, TenantInput::of(guard.scope.tenant()), tags, None).await?;
    answer(&web, &guard, StatusCode::OK, &page).await
}

/// What the form of the details sends: what is to be, and what its sender saw.
#[derive(Debug)]
pub(crate) struct Edited {
    sent: Sent,
    seen: Option<TenantInput>,
}

impl Payload for Edited {
    fn read(fields: &Fields) -> Self {
        // A domain may be empty; an empty field is none.
        let seen = fields.one("seen_name").map(|name| TenantInput {
            name: name.to_owned(),
            domain: fields.one("seen_domain").unwrap_or_default().to_owned(),
            environment: fields.one("seen_environment").unwrap_or_default().to_owned(),
            ..TenantInput::default()
        });
        Self { sent: Sent::read(fields), seen }
    }
}

/// `POST /admin/t/{tenant}/details`
pub(crate) async fn edit(
    Authorized { tenant: guard, permit }: Authorized<EditTenant>,
    State(web): State<WebState>,
    form: Form<Edited>,
) -> Result<Response, Error> {
    let Edited { sent: Sent(input), seen } = form.into_inner();
    let new = match read(&input) {
        Ok(new) => new,
        // It stays what they saw: nothing was said of what it is by now.
        Err(problem) => return refused(&web, &guard, (input, seen), problem).await,
    };
    let was = seen.map(|seen| TenantEdit {
        name: seen.name,
        domain: seen.domain,
        environment: Environment::from_code(&seen.environment),
    });
    match web.store().tenants().edit(&permit, &new, was.as_ref()).await {
        Err(StoreError::Conflict(problem)) => {
            refused(&web, &guard, (input, None), FieldProblem::new("name", sentence(problem))).await
        }
        saved => {
            saved?;
            done(&web, &guard, Toast::plain("Saved", "Everybody sees it as it is now.", Tone::Success)).await
        }
    }
}

/// A step forward: the field `to` names the status that follows.
#[derive(Debug)]
pub(crate) struct Step(TenantStatus);

impl Payload for Step {
    fn read(fields: &Fields) -> Self {
        Self(fields.one("to").map_or(TenantStatus::Unknown, TenantStatus::from_code))
    }
}

/// `POST /admin/t/{tenant}/advance`
pub(crate) async fn advance(
    Authorized { tenant: guard, permit }: Authorized<AdvanceTenant>,
    State(web): State<WebState>,
    form: Form<Step>,
) -> Result<Response, Error> {
    let Step(to) = form.into_inner();
    let step = TenantMove::ALL.into_iter().find(|step| step.to() == to && step.from().forward() == Some(*step));
    let step = step.ok_or(Error::BadRequest("The form cannot be understood."))?;
    web.store().tenants().advance(&permit, step).await?;
    let toast = if step == TenantMove::Onboard {
        Toast::plain("Onboarding has begun", "Take the tenant into use once its connection works.", Tone::Success)
    } else {
        Toast::plain("In use", "Operations can be started in this tenant.", Tone::Success)
    };
    done(&web, &guard, toast).await
}

/// `GET /admin/t/{tenant}/archive`
pub(crate) async fn ask(
    Authorized { tenant: guard, .. }: Authorized<ArchiveTenant>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    let page = Archive { what: Archived::Tenant(guard.scope.tenant().clone()), problem: None };
    answer(&web, &guard, StatusCode::OK, &page).await
}

/// `POST /admin/t/{tenant}/archive`
pub(crate) async fn archive(
    Authorized { tenant: guard, permit }: Authorized<ArchiveTenant>,
    State(web): State<WebState>,
    form: Form<Choice>,
) -> Result<Response, Error> {
    let choice = form.into_inner();
    let away = choice.away()?;
    if let Some(problem) = choice.problem(&guard.scope.tenant().name) {
        let page = Archive { what: Archived::Tenant(guard.scope.tenant().clone()), problem: Some(problem) };
        return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, &page).await;
    }
    web.store().tenants().archive(&permit, away).await?;
    let toast = if away {
        Toast::plain("Tenant archived", "Nothing is started in it. It can be taken out again.", Tone::Info)
    } else {
        Toast::plain("Taken out again", "Operations can be started in it.", Tone::Success)
    };
    done(&web, &guard, toast).await
}

/// What the field of the tags sends.
#[derive(Debug)]
pub(crate) struct SentTags(String);

impl Payload for SentTags {
    fn read(fields: &Fields) -> Self {
        Self(fields.one("tags").unwrap_or_default().chars().take(1_300).collect())
    }
}

/// `POST /admin/t/{tenant}/tags`: words with commas between them, in place of those that there were.
pub(crate) async fn tag(
    Authorized { tenant: guard, permit }: Authorized<TagTenant>,
    State(web): State<WebState>,
    form: Form<SentTags>,
) -> Result<Response, Error> {
    let SentTags(text) = form.into_inner();
    let tags: Vec<String> = text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    match web.store().tenants().set_tags(&permit, &tags).await {
        Err(StoreError::Conflict(problem)) => {
            let problem = FieldProblem::new("tags", sentence(problem));
            let page = details(&web, &guard, TenantInput::of(guard.scope.tenant()), text, Some(problem)).await?;
            answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, &page).await
        }
        saved => {
            saved?;
            done(&web, &guard, Toast::plain("Saved", "The tenant is found by its tags in the overview.", Tone::Success)).await
        }
    }
}

/// The tags of the tenant, as the field has them.
async fn tags(web: &WebState, guard: &InTenant) -> Result<String, Error> {
    Ok(web.store().tenants().tags(&guard.scope).await?.join(", "))
}

async fn details(
    web: &WebState,
    guard: &InTenant,
    input: TenantInput,
    tags: String,
    problem: Option<FieldProblem>,
) -> Result<Details, Error> {
    let tenant = guard.scope.tenant().clone();
    // Only of an archived one is it asked whether it may be removed: that takes a role in the workspace.
    let deletes = tenant.status == TenantStatus::Archived && {
        let workspace = web.store().access().workspace(&guard.signed.who, tenant.workspace_id).await?;
        workspace.can().allows(Capability::TenantDangerZone) && workspace.entitled().is_none()
    };
    Ok(Details { seen: TenantInput::of(&tenant), tenant, can: guard.scope.can(), deletes, input, tags, problem })
}

/// The form again; `seen` is what its sender saw, where that still counts.
async fn refused(
    web: &WebState,
    guard: &InTenant,
    (input, seen): (TenantInput, Option<TenantInput>),
    problem: FieldProblem,
) -> Result<Response, Error> {
    let tags = tags(web, guard).await?;
    let mut page = details(web, guard, input, tags, Some(problem)).await?;
    page.seen = seen.unwrap_or(page.seen);
    answer(web, guard, StatusCode::UNPROCESSABLE_ENTITY, &page).await
}

async fn answer<P: Page>(web: &WebState, guard: &InTenant, status: StatusCode, page: &P) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    Ok(page_with(status, page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

async fn done(web: &WebState, guard: &InTenant, toast: Toast) -> Result<Response, Error> {
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::of_tenant(guard.scope.tenant_id(), "details")))
}
