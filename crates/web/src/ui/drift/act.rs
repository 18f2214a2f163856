//! Moving a finding along its workflow.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::finding::{Move, Reason};
use model::ids::FindingId;
use pages::drift::Refused;

use super::show::came_of;
use crate::auth::deeds::MoveFindings;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    to: Option<Move>,
    revision: i64,
    note: Option<Reason>,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self {
            to: fields.one("act").and_then(Move::from_code).filter(|to| *to != Move::Accept),
            revision: fields.one("revision").and_then(|text| text.parse().ok()).unwrap_or(0),
            note: fields.one("note").and_then(|text| Reason::new(text).ok()),
        }
    }
}

/// `POST /admin/t/{tenant}/drift/{finding}/move`
pub(crate) async fn act(
    Authorized { tenant: guard, permit }: Authorized<MoveFindings>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let id: FindingId = path_id(&params, "finding")?;
    let Sent { to, revision, note } = form.into_inner();
    let findings = web.store().findings();
    // What is not theirs is not there, whatever was sent.
    findings.find(&guard.scope, id).await?;
    let to = to.ok_or(Error::BadRequest("There is nothing of that name to be done with a finding."))?;
    let done = findings.move_one(&permit, id, revision, to, note.as_ref()).await;
    came_of(&web, &guard, id, done, (to.label(), to.help()), Refused::default()).await
}
