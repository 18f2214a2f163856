//! What is chosen in the first two steps. Saving one leads to the next.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::connection::client_id;
use model::onboarding::{Answers, Step};
use pages::{FieldProblem, href};
use store::StoreError;

use super::begin::{Sent, cloud};
use super::show::{answer, draft};
use crate::auth::deeds::OnboardTenant;
use crate::auth::{Form, ManagesTenant, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::places::tenants;

/// What the application shall be able to do.
#[derive(Debug)]
pub(crate) struct Features {
    restore: bool,
}

impl Payload for Features {
    fn read(fields: &Fields) -> Self {
        Self { restore: fields.one("restore") == Some("yes") }
    }
}

/// The application.
#[derive(Debug)]
pub(crate) struct Application {
    client_id: String,
}

impl Payload for Application {
    fn read(fields: &Fields) -> Self {
        Self { client_id: fields.one("client_id").unwrap_or_default().chars().take(200).collect() }
    }
}

/// `POST /admin/onboarding/{tenant}/identify`
pub(crate) async fn identify(
    ManagesTenant { tenant: guard, permit }: ManagesTenant<OnboardTenant>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let (Sent(input), draft) = (form.into_inner(), draft(&web, &guard).await?);
    let tenant = draft.tenant.id;
    let (new, cloud) = match tenants::read(&input.tenant).and_then(|new| Ok((new, cloud(&input)?))) {
        Ok(read) => read,
        Err(problem) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return answer(&web, &guard, status, draft, Step::Identify, Some(input), Some(problem)).await;
        }
    };
    let answers = Answers { cloud: cloud.code().to_owned(), ..draft.answers.clone() };
    match web.store().onboarding().rename(&permit, tenant, &new, &answers).await {
        Err(StoreError::Conflict(problem)) => {
            let problem = FieldProblem::new("name", sentence(problem));
            answer(&web, &guard, StatusCode::CONFLICT, draft, Step::Identify, Some(input), Some(problem)).await
        }
        saved => {
            saved?;
            Ok(see_other(&href::onboarding_step(tenant, Step::Application)))
        }
    }
}

/// `POST /admin/onboarding/{tenant}/features`
pub(crate) async fn features(
    ManagesTenant { tenant: guard, permit }: ManagesTenant<OnboardTenant>,
    State(web): State<WebState>,
    form: Form<Features>,
) -> Result<Response, Error> {
    let draft = draft(&web, &guard).await?;
    let answers = Answers { restore: form.into_inner().restore, ..draft.answers };
    web.store().onboarding().save(&permit, draft.tenant.id, Step::Application, &answers).await?;
    Ok(see_other(&href::onboarding_step(draft.tenant.id, Step::Application)))
}

/// `POST /admin/onboarding/{tenant}/application`
pub(crate) async fn application(
    ManagesTenant { tenant: guard, permit }: ManagesTenant<OnboardTenant>,
    State(web): State<WebState>,
    form: Form<Application>,
) -> Result<Response, Error> {
    let (typed, mut draft) = (form.into_inner().client_id, draft(&web, &guard).await?);
    match client_id(&typed) {
        Ok(client_id) => {
            let answers = Answers { client_id, ..draft.answers };
            web.store().onboarding().save(&permit, draft.tenant.id, Step::Connection, &answers).await?;
            Ok(see_other(&href::onboarding_step(draft.tenant.id, Step::Connection)))
        }
        Err(problem) => {
            draft.answers.client_id = typed;
            let problem = FieldProblem::new("client_id", problem.to_string());
            answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, draft, Step::Application, None, Some(problem)).await
        }
    }
}
