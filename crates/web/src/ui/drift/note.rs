//! Writing a note on a finding.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::finding::Reason;
use model::ids::FindingId;

use super::show::{answer, came_of};
use crate::auth::deeds::NoteFinding;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent(Option<Reason>);

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self(fields.one("note").and_then(|text| Reason::new(text).ok()))
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
    let Some(note) = form.into_inner().0 else {
        let problem = "Write something, at most 2,000 characters.".to_owned();
        return answer(&web, &guard, id, StatusCode::UNPROCESSABLE_ENTITY, Some(problem)).await;
    };
    let done = web.store().findings().note(&permit, id, &note).await;
    came_of(&web, &guard, id, done, ("Written", "The note stands in the finding's history.")).await
}
