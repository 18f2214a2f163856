//! Accepting the risk of a finding.

use std::time::Duration;

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::finding::Reason;
use model::ids::FindingId;
use model::time::Moment;
use pages::drift::{Asked, Refused};

use super::show::{answer, came_of, typed};
use crate::auth::deeds::AcceptFindings;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

const DAY: Duration = Duration::from_secs(86_400);

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    /// The end of the day that was chosen.
    until: Option<Moment>,
    reason: Option<Reason>,
    revision: i64,
    typed: Refused,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self {
            until: end_of_day(fields),
            reason: fields.one("reason").and_then(|text| Reason::new(text).ok()),
            revision: fields.one("revision").and_then(|text| text.parse().ok()).unwrap_or(0),
            typed: typed(Asked::Accept, fields, "reason"),
        }
    }
}

/// The end of the day that was chosen.
pub(crate) fn end_of_day(fields: &Fields) -> Option<Moment> {
    let day = fields.one("until").filter(|text| text.len() == 10)?;
    Some(Moment::parse(&format!("{day}T00:00:00Z")).ok()?.max(Moment::from_micros(0)).plus(DAY))
}

/// `POST /admin/t/{tenant}/drift/{finding}/accept`
pub(crate) async fn accept(
    Authorized { tenant: guard, permit }: Authorized<AcceptFindings>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let id: FindingId = path_id(&params, "finding")?;
    let sent = form.into_inner();
    let (Some(until), Some(reason)) = (sent.until, &sent.reason) else {
        let why = "Choose a day, and give a reason of at most 2,000 characters.".to_owned();
        let refused = Refused { why, ..sent.typed };
        return answer(&web, &guard, id, StatusCode::UNPROCESSABLE_ENTITY, Some(refused)).await;
    };
    let done = web.store().findings().accept(&permit, id, sent.revision, (until, reason)).await;
    came_of(&web, &guard, id, done, ("Risk accepted", "That day, or another change, opens it again."), sent.typed).await
}
