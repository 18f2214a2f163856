//! Who works on a finding.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::FindingId;
use pages::drift::Refused;

use super::show::came_of;
use crate::auth::deeds::AssignFinding;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// What the form sends: whether it is to be the person themselves, or nobody.
#[derive(Debug)]
pub(crate) struct Sent {
    me: bool,
    revision: i64,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let revision = fields.one("revision").and_then(|text| text.parse().ok()).unwrap_or(0);
        Self { me: fields.one("who") == Some("me"), revision }
    }
}

/// `POST /admin/t/{tenant}/drift/{finding}/assign`
pub(crate) async fn assign(
    Authorized { tenant: guard, permit }: Authorized<AssignFinding>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let id: FindingId = path_id(&params, "finding")?;
    let Sent { me, revision } = form.into_inner();
    let finding = web.store().findings().find(&guard.scope, id).await?;
    let who = me.then(|| guard.signed.who.user().id);
    // Whoever answers for it already goes on doing so.
    let owner = finding.owner.map(|(owner, _)| owner).or(who);
    let done = web.store().findings().assign(&permit, id, revision, (owner, who)).await;
    let words = if me { ("Assigned", "You work on it.") } else { ("Let go", "Nobody works on it.") };
    came_of(&web, &guard, id, done, words, Refused::default()).await
}
