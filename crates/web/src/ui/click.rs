//! Buttons that start a run and send nothing but the key of their form.

use axum::response::Response;
use model::access::Capable;
use model::run::{RunRequest, StartBy, StartKey, Trigger};
use pages::Toast;
use store::access::Permit;

use super::flash::to_flash;
use super::start_key::start_key;
use crate::auth::{Form, InTenant, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;

/// A click.
#[derive(Debug)]
pub(crate) struct Click(Result<Option<StartKey>, Error>);

impl Payload for Click {
    fn read(fields: &Fields) -> Self {
        Self(start_key(fields))
    }
}

impl Click {
    /// How a run is started by it.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a key that is none of ours.
    pub(crate) fn by(self) -> Result<StartBy, Error> {
        Ok(StartBy::from(Trigger::Manual).with_key(self.0?))
    }
}

/// Writes the run that a click asks for and leads there; nothing here waits for it.
pub(crate) async fn start<C: Capable>(
    web: &WebState,
    guard: &InTenant,
    permit: &Permit<C>,
    request: &RunRequest,
    form: Form<Click>,
    there: &str,
) -> Result<Response, Error> {
    let started = web.store().runs().start(permit, request, form.into_inner().by()?).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(there))
}
