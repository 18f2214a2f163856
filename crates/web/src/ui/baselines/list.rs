//! The baselines of the workspace, and capturing one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::TenantId;
use model::label::Tone;
use model::page::{Cursor, PAGE_ROWS};
use pages::baselines::{CaptureInput, List};
use pages::{FieldProblem, Frame, Toast, href};
use store::{Capture, CaptureFrom, StoreError};

use crate::auth::deeds::CreateBaseline;
use crate::auth::{Form, Manages, Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_workspace;

/// Tenants that a form offers at most.
pub(super) const OFFERED: u32 = 200;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent(CaptureInput);

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let text = |name: &str, most| fields.one(name).unwrap_or_default().chars().filter(|c| *c != '\0').take(most).collect();
        Self(CaptureInput {
            name: text("name", 300),
            description: text("description", 2_000),
            tenant: text("tenant", 100),
            extras: fields.one("extras") == Some("yes"),
        })
    }
}

/// `GET /admin/baselines?workspace=&cursor=`
pub(crate) async fn list(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    answer(&web, &guard, StatusCode::OK, cursor.as_ref(), (CaptureInput::default(), None)).await
}

async fn answer(
    web: &WebState,
    guard: &Member,
    status: StatusCode,
    cursor: Option<&Cursor>,
    (input, problem): (CaptureInput, Option<FieldProblem>),
) -> Result<Response, Error> {
    let around = in_workspace(web, guard).await?;
    let page = List {
        workspace: guard.scope.workspace_id(),
        can: guard.scope.can(),
        baselines: web.store().baselines().list(&guard.scope, false, cursor, PAGE_ROWS).await?,
        tenants: web.store().workspaces().find_tenants(&guard.scope, None, None, OFFERED).await?.rows,
        input,
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

/// `POST /admin/baselines?workspace=`
pub(crate) async fn create(
    Manages { member: guard, permit }: Manages<CreateBaseline>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let Sent(input) = form.into_inner();
    let refused = async |input: CaptureInput, field, words: String| {
        let problem = Some(FieldProblem::new(field, words));
        answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, None, (input, problem)).await
    };
    let name = match model::name::name(&input.name) {
        Ok(name) => name,
        Err(problem) => return refused(input, "name", sentence(&problem.to_string())).await,
    };
    let Ok(tenant) = input.tenant.parse::<TenantId>() else {
        return refused(input, "tenant", "Choose a tenant.".to_owned()).await;
    };
    let scope = web.store().access().tenant(&guard.signed.who, tenant).await?;
    let description = input.description.trim().to_owned();
    let capture = Capture { name, description, extras: input.extras, from: CaptureFrom::Tenant(&scope), types: Vec::new() };
    match web.store().baselines().capture(&permit, &capture).await {
        Err(StoreError::Conflict(why)) => refused(input, "tenant", sentence(why)).await,
        made => {
            let id = made?;
            let toast = Toast::plain("Baseline captured", "It is a draft: activate it, then assign tenants.", Tone::Success);
            web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
            Ok(see_other(&href::within(guard.scope.workspace_id(), &href::baseline(id))))
        }
    }
}
