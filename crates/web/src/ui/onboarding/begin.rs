//! The first step: which tenant it is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::connection::Cloud;
use model::onboarding::{Answers, Step};
use pages::onboarding::{Begin, Input};
use pages::{FieldProblem, Frame, href};
use store::StoreError;

use crate::auth::deeds::CreateTenant;
use crate::auth::{Form, Manages, Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::places::tenants;
use crate::ui::shell::in_workspace;

/// What the forms send.
#[derive(Debug)]
pub(crate) struct Sent(pub(super) Input);

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let cloud = fields.one("cloud").unwrap_or_default().chars().take(300).collect();
        Self(Input { tenant: tenants::Sent::read(fields).0, cloud })
    }
}

/// The cloud that was chosen.
pub(super) fn cloud(input: &Input) -> Result<Cloud, FieldProblem> {
    match Cloud::from_code(&input.cloud) {
        Cloud::Unknown => Err(FieldProblem::new("name", "Choose the cloud in which the tenant lives.")),
        cloud => Ok(cloud),
    }
}

/// `GET /admin/onboarding/new?workspace=`: shown to every member, disabled without the capability.
pub(crate) async fn new(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    answer(&web, &guard, StatusCode::OK, Input::proposed(), None).await
}

/// `POST /admin/onboarding?workspace=`
pub(crate) async fn create(
    Manages { member: guard, permit }: Manages<CreateTenant>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let Sent(input) = form.into_inner();
    let (entra, new, cloud) = match tenants::read_new(&input.tenant).and_then(|(entra, new)| Ok((entra, new, cloud(&input)?))) {
        Ok(read) => read,
        Err(problem) => return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, input, Some(problem)).await,
    };
    let answers = Answers { cloud: cloud.code().to_owned(), ..Answers::default() };
    match web.store().onboarding().begin(&permit, entra, &new, &answers).await {
        Err(StoreError::Conflict(problem)) => {
            let problem = FieldProblem::new("entra_tenant_id", sentence(problem));
            answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, input, Some(problem)).await
        }
        made => Ok(see_other(&href::onboarding_step(made?, Step::Application))),
    }
}

async fn answer(
    web: &WebState,
    guard: &Member,
    status: StatusCode,
    input: Input,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let around = in_workspace(web, guard).await?;
    let page = Begin { workspace: guard.scope.workspace_id(), can: guard.scope.can(), input, problem };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
