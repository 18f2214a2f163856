//! Repeating a run, or what of it failed. The key of the form makes one click one run.

use axum::extract::State;
use axum::response::Response;
use model::run::StartKey;
use pages::{Toast, href};
use store::runs::Again;

use crate::auth::deeds::RepeatRun;
use crate::auth::{Form, OnRun, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::start_key::start_key;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Repeat {
    what: Option<Again>,
    key: Result<Option<StartKey>, Error>,
}

impl Payload for Repeat {
    fn read(fields: &Fields) -> Self {
        let what = match fields.one("what") {
            Some("whole") => Some(Again::Whole),
            Some("failed") => Some(Again::Failed),
            _ => None,
        };
        Self { what, key: start_key(fields) }
    }
}

/// `POST /admin/operations/{run}/retry`
pub(crate) async fn retry(
    OnRun { signed, sight, .. }: OnRun<RepeatRun>,
    State(web): State<WebState>,
    form: Form<Repeat>,
) -> Result<Response, Error> {
    let Repeat { what, key } = form.into_inner();
    let what = what.ok_or(Error::BadRequest("The form cannot be understood."))?;
    let started = web.store().runs().retry(&sight, what, key?).await?;
    web.store().sessions().put_flash(&signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&href::run(started.run().id)))
}
