//! Deciding on incidents.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::finding::{Cause, IncidentDecided, Move, Reason};
use model::label::Tone;
use model::time::Moment;
use pages::{Toast, href};
use store::StoreError;

use super::show::answer;
use crate::auth::deeds::{AcceptIncident, MoveIncident};
use crate::auth::extract::path_id;
use crate::auth::{AcrossTenants, Form, Member, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::drift::{end_of_day, sentence};
use crate::ui::flash::to_flash;

/// What the forms send.
#[derive(Debug)]
pub(crate) struct Sent {
    to: Option<Move>,
    until: Option<Moment>,
    words: Option<Reason>,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self {
            to: fields.one("act").and_then(Move::from_code).filter(|to| *to != Move::Accept),
            until: end_of_day(fields),
            words: fields.one("words").and_then(|text| Reason::new(text).ok()),
        }
    }
}

/// `POST /admin/incidents/{incident}/move?workspace=`
pub(crate) async fn act(
    AcrossTenants { member, across }: AcrossTenants<MoveIncident>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let cause: Cause = path_id(&params, "incident")?;
    let sent = form.into_inner();
    let findings = web.store().findings();
    // What is not theirs is not there, whatever was sent.
    findings.incident(&member.scope, &cause).await?;
    let to = sent.to.ok_or(Error::BadRequest("There is nothing of that name to be done with an incident."))?;
    let done = findings.move_incident(&across, &cause, to, sent.words.as_ref()).await;
    came_of(&web, &member, &cause, done, to.label()).await
}

/// `POST /admin/incidents/{incident}/accept?workspace=`
pub(crate) async fn accept(
    AcrossTenants { member, across }: AcrossTenants<AcceptIncident>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let cause: Cause = path_id(&params, "incident")?;
    let sent = form.into_inner();
    let (Some(until), Some(reason)) = (sent.until, &sent.words) else {
        let problem = "Choose a day, and give a reason of at most 2,000 characters.".to_owned();
        return answer(&web, &member, &cause, StatusCode::UNPROCESSABLE_ENTITY, Some(problem)).await;
    };
    let done = web.store().findings().accept_incident(&across, &cause, (until, reason)).await;
    came_of(&web, &member, &cause, done, Move::Accept.label()).await
}

/// The page again, which says how far the decision reached, or why there is none.
async fn came_of(
    web: &WebState,
    member: &Member,
    cause: &Cause,
    done: Result<IncidentDecided, StoreError>,
    title: &str,
) -> Result<Response, Error> {
    let done = match done {
        Err(StoreError::Conflict(why)) => return answer(web, member, cause, StatusCode::CONFLICT, Some(sentence(why))).await,
        done => done?,
    };
    let mut words = format!("{} findings in {} tenants.", done.findings, done.tenants);
    if done.refused > 0 {
        words.push_str(&format!(" {} findings are in tenants where you may not.", done.refused));
    }
    if done.left > 0 {
        words.push_str(&format!(" {} more are left: do it again.", done.left));
    }
    let whole = done.findings > 0 && done.refused == 0 && done.left == 0;
    let toast = Toast::plain(title, &words, if whole { Tone::Success } else { Tone::Warning });
    web.store().sessions().put_flash(&member.signed.who, &to_flash(toast)).await?;
    let back = href::Query::new(href::incident(cause)).with("workspace", member.scope.workspace_id());
    Ok(see_other(&String::from(back)))
}
