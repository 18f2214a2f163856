//! Making a token: the form, and the one page that shows its secret.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::{Capabilities, Capability};
use model::api_token::{ApiToken, NewApiToken};
use model::ids::TenantId;
use pages::Frame;
use pages::tokens::{Form as Page, Input, Made};
use secrecy::ExposeSecret as _;
use store::StoreError;

use crate::auth::deeds::CreateApiToken;
use crate::auth::{Form, Manages, Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::shell::{At, shell};

/// How many tenants can be chosen from.
const OFFERED: u32 = 200;

/// What the form sends. A capability or a tenant that does not exist is not among them; it was no choice of the form.
#[derive(Debug)]
pub(crate) struct Sent {
    name: String,
    days: Option<u32>,
    capabilities: Capabilities,
    tenants: BTreeSet<TenantId>,
    strange: bool,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let tenants: Vec<Option<TenantId>> = fields.all("tenants").map(|id| id.parse().ok()).collect();
        let known = |code: &str| Capability::from_code(code) != Capability::Unknown;
        Self {
            name: fields.one("name").unwrap_or_default().to_owned(),
            days: fields.one("days").and_then(|days| days.trim().parse().ok()),
            capabilities: Capabilities::from_codes(fields.all("capabilities")),
            strange: tenants.contains(&None) || !fields.all("capabilities").all(known),
            tenants: tenants.into_iter().flatten().collect(),
        }
    }
}

/// `GET /admin/tokens/new?workspace=`: shown to every member, disabled without the capability.
pub(crate) async fn new(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    answer(&web, &guard, Input::proposed(), None).await
}

/// `POST /admin/tokens?workspace=`: answers with the secret, which is shown this once.
pub(crate) async fn create(
    Manages { member, permit }: Manages<CreateApiToken>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let sent = form.into_inner();
    if sent.strange {
        return Err(Error::BadRequest("The form cannot be understood."));
    }
    let tenants = (!sent.tenants.is_empty()).then(|| sent.tenants.iter().copied().collect());
    let days = sent.days.unwrap_or(0);
    let new = NewApiToken { name: sent.name.clone(), days, capabilities: sent.capabilities, tenants };
    match web.store().api_tokens().create(&permit, &new).await {
        Err(StoreError::Conflict(problem)) => {
            let days = days.clamp(1, ApiToken::MAX_DAYS);
            let input = Input {
                name: sent.name,
                days,
                capabilities: sent.capabilities.codes().into_iter().collect(),
                tenants: sent.tenants,
            };
            answer(&web, &member, input, Some(sentence(problem))).await
        }
        made => {
            let (token, secret) = made?;
            let page = Made { token, secret: secret.expose_secret().to_owned() };
            let Member { signed, home, scope } = member;
            Ok(shell(&web, &signed, At { home, scope: Some(&scope), tenant: None }).await?.answer(&page, &web, &signed))
        }
    }
}

async fn answer(web: &WebState, guard: &Member, input: Input, problem: Option<String>) -> Result<Response, Error> {
    let Member { signed, home, scope } = guard;
    let around = shell(web, signed, At { home: home.clone(), scope: Some(scope), tenant: None }).await?;
    let tenants = web.store().workspaces().find_tenants(scope, None, None, OFFERED).await?.rows;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page {
        workspace: scope.workspace_id(),
        can: scope.can(),
        offered: scope.may_hand_on(),
        tenants: tenants.into_iter().map(|tenant| (tenant.id, tenant.name)).collect(),
        input,
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), signed.visit.regions.as_deref()))
}
