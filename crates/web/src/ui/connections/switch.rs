//! Switching the connection on and off.

use axum::extract::State;
use axum::response::Response;
use model::label::Tone;
use pages::Toast;

use super::save::done;
use crate::auth::deeds::SwitchConnection;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// What the form sends: `on` (yes or no) and, for no, a reason.
#[derive(Debug)]
pub(crate) struct Wish {
    on: Option<bool>,
    reason: String,
}

impl Payload for Wish {
    fn read(fields: &Fields) -> Self {
        let on = match fields.one("on") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        };
        Self { on, reason: fields.one("reason").unwrap_or_default().to_owned() }
    }
}

/// `POST /admin/t/{tenant}/connection/switch`
pub(crate) async fn switch(
    Authorized { tenant: guard, permit }: Authorized<SwitchConnection>,
    State(web): State<WebState>,
    form: Form<Wish>,
) -> Result<Response, Error> {
    let Wish { on, reason } = form.into_inner();
    let on = on.ok_or(Error::BadRequest("The form cannot be understood."))?;
    web.store().connections().switch(&permit, on, &reason).await?;
    let toast = if on {
        Toast::plain("Connection enabled", "Operations can use it again.", Tone::Success)
    } else {
        Toast::plain("Connection disabled", "Operations that need it are blocked until it is enabled.", Tone::Info)
    };
    done(&web, &guard, toast).await
}
