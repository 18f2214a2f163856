//! Writing a note on a finding.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::finding::Reason;
use model::ids::FindingId;
use pages::drift::{Asked, Refused};

use super::show::{answer, came_of, typed};
use crate::auth::deeds::NoteFinding;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent(Option<Reason>, Refused);

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self(fields.one("note").and_then(|text| Reason::new(text).ok()), typed(Asked::Note, fields, "note"))
    }
}

/// `POST /admin/t/{tenant}/drift/{finding}/note`
pub(crate) async fn note(
    Authorized { tenant: guard, permit }: Authorized<NoteFinding>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let id: FindingId = path_id(&params, "finding")?;
    let Sent(note, typed) = form.into_inner();
    let Some(note) = note else {
        let refused = Refused { why: "Write something, at most 2,000 characters.".to_owned(), ..typed };
        return answer(&web, &guard, id, StatusCode::UNPROCESSABLE_ENTITY, Some(refused)).await;
    };
    let done = web.store().findings().note(&permit, id, &note).await;
    came_of(&web, &guard, id, done, ("Written", "The note stands in the finding's history."), typed).await
}
