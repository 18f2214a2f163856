//! Switching a schedule on or off, putting it away, taking it out again.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::ScheduleId;
use model::label::Tone;
use pages::Toast;

use super::edit::done;
use crate::auth::deeds::{ArchiveSchedule, SwitchSchedule};
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// A yes or no: the fields `on` and `away`.
#[derive(Debug)]
pub(crate) struct Choice(Option<bool>);

impl Payload for Choice {
    fn read(fields: &Fields) -> Self {
        Self(match fields.one("on").or(fields.one("away")) {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        })
    }
}

const UNCLEAR: Error = Error::BadRequest("The form cannot be understood.");

/// `POST /admin/t/{tenant}/schedules/{schedule}/switch`
pub(crate) async fn switch(
    Authorized { tenant: guard, permit }: Authorized<SwitchSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Choice>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let on = form.into_inner().0.ok_or(UNCLEAR)?;
    web.store().schedules().switch(&permit, id, on).await?;
    let toast = if on {
        Toast::plain("Switched on", "Times that are past are not made up for.", Tone::Success)
    } else {
        Toast::plain("Switched off", "Nothing is started until it is switched on again.", Tone::Info)
    };
    done(&web, &guard, id, toast).await
}

/// `POST /admin/t/{tenant}/schedules/{schedule}/archive`
pub(crate) async fn archive(
    Authorized { tenant: guard, permit }: Authorized<ArchiveSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Choice>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let away = form.into_inner().0.ok_or(UNCLEAR)?;
    web.store().schedules().archive(&permit, id, away).await?;
    let toast = if away {
        Toast::plain("Archived", "It can be taken out again, or removed for good.", Tone::Info)
    } else {
        Toast::plain("Taken out again", "It is switched off.", Tone::Info)
    };
    done(&web, &guard, id, toast).await
}
