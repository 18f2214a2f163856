//! Inviting somebody: the form, the link that is shown once, taking an invitation back.

use axum::extract::{RawPathParams, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::ids::{InvitationId, TenantId};
use model::label::Tone;
use model::user::normal_email;
use pages::people::{Invite, InviteInput, Invited};
use pages::{FieldProblem, Frame, Toast, href};
use secrecy::ExposeSecret as _;
use store::{NewInvitation, StoreError};

use super::told::role;
use crate::auth::deeds::{InviteMember, RevokeInvitation};
use crate::auth::extract::path_id;
use crate::auth::form::Empty;
use crate::auth::{Form, Manages, Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::{WebOptions, WebState};
use crate::ui::flash::to_flash;
use crate::ui::shell::in_workspace;

/// How many tenants can be chosen from.
const OFFERED: u32 = 500;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent(InviteInput);

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self(InviteInput {
            email: fields.one("email").unwrap_or_default().chars().take(254).collect(),
            role: role(fields, "role"),
            // What is no id is of no tenant: it is dropped here and would not be found there.
            tenants: fields.all("tenant").filter_map(|id| id.parse::<TenantId>().ok()).collect(),
            tenant_role: role(fields, "tenant_role"),
        })
    }
}

/// `GET /admin/members/invite?workspace=`: shown to every member, disabled without the capability.
pub(crate) async fn form(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    answer(&web, &guard, StatusCode::OK, InviteInput::default(), None).await
}

/// `POST /admin/members/invite?workspace=`: answers with the link itself. It is kept nowhere, so that no other page can show it.
pub(crate) async fn invite(
    Manages { member: guard, permit }: Manages<InviteMember>,
    State(web): State<WebState>,
    headers: HeaderMap,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let Sent(input) = form.into_inner();
    let refused = |words: String| Some(FieldProblem::new("email", words));
    let Ok(email) = normal_email(&input.email) else {
        let words = "That is no mail address.".to_owned();
        return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, input, refused(words)).await;
    };
    let mut tenants = input.tenants.clone();
    tenants.sort_unstable();
    tenants.dedup();
    let tenants = tenants.into_iter().map(|tenant| (tenant, input.tenant_role)).collect();
    let new = NewInvitation { email, role: input.role, tenants };
    let token = match web.store().invitations().create(&permit, &new).await {
        Err(StoreError::Conflict(problem)) => {
            return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, input, refused(sentence(problem))).await;
        }
        made => made?.1,
    };
    let link = format!("{}{}", origin(&headers, web.options()), href::invitation(token.expose_secret()));
    let page = Invited { workspace: guard.scope.workspace_id(), email: new.email, link };
    let around = in_workspace(&web, &guard).await?;
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `POST /admin/members/invitations/{invitation}/revoke?workspace=`
pub(crate) async fn revoke(
    Manages { member: guard, permit }: Manages<RevokeInvitation>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let id: InvitationId = path_id(&params, "invitation")?;
    web.store().invitations().revoke(&permit, id).await?;
    let toast = Toast::plain("Invitation revoked", "Its link opens nothing any more.", Tone::Info);
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::within(guard.scope.workspace_id(), href::MEMBERS)))
}

async fn answer(
    web: &WebState,
    guard: &Member,
    status: StatusCode,
    input: InviteInput,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let around = in_workspace(web, guard).await?;
    let tenants = web.store().workspaces().find_tenants(&guard.scope, None, None, OFFERED).await?.rows;
    let tenants = tenants.into_iter().map(|tenant| (tenant.id, tenant.name)).collect();
    let page = Invite { workspace: guard.scope.workspace_id(), can: guard.scope.can(), input, tenants, problem };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

/// How browsers reach the product: as configured, else as this browser did.
pub(crate) fn origin(headers: &HeaderMap, options: &WebOptions) -> String {
    if let Some(url) = &options.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if host.is_empty() { String::new() } else { format!("http{}://{host}", if options.secure_cookies { "s" } else { "" }) }
}
