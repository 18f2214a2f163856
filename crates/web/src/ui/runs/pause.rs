//! Pausing and resuming a type or a tenant.

use axum::extract::State;
use axum::response::Response;
use model::label::Tone;
use model::operations::Operation;
use model::run::PauseTarget;
use pages::Toast;

use super::queue::done;
use crate::auth::deeds::{PauseOperations, ResumeOperations};
use crate::auth::{Form, Manages, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// What the forms send.
#[derive(Debug)]
pub(crate) struct Target {
    target: Option<PauseTarget>,
    reason: String,
}

impl Payload for Target {
    fn read(fields: &Fields) -> Self {
        let target = fields.one("target").and_then(|text| text.split_once(':'));
        let target = target.and_then(|(kind, value)| match kind {
            "type" => Operation::from_code(value).map(PauseTarget::Operation),
            "tenant" => value.parse().ok().map(PauseTarget::Tenant),
            _ => None,
        });
        Self { target, reason: fields.one("reason").unwrap_or_default().to_owned() }
    }
}

const UNKNOWN: Error = Error::BadRequest("Choose what to pause from the list.");

/// `POST /admin/operations/queue/pause?workspace=`
pub(crate) async fn pause(
    Manages { member, permit }: Manages<PauseOperations>,
    State(web): State<WebState>,
    form: Form<Target>,
) -> Result<Response, Error> {
    let Target { target, reason } = form.into_inner();
    web.store().runs().pause(&permit, target.ok_or(UNKNOWN)?, &reason).await?;
    let toast = Toast::plain("Paused", "Nothing of it is picked up until it is resumed. What runs goes on.", Tone::Success);
    done(&web, &member, toast).await
}

/// `POST /admin/operations/queue/resume?workspace=`
pub(crate) async fn resume(
    Manages { member, permit }: Manages<ResumeOperations>,
    State(web): State<WebState>,
    form: Form<Target>,
) -> Result<Response, Error> {
    web.store().runs().resume(&permit, form.into_inner().target.ok_or(UNKNOWN)?).await?;
    done(&web, &member, Toast::plain("Resumed", "What waited is picked up again.", Tone::Success)).await
}
