//! What the person is called.

use axum::extract::State;
use axum::response::Response;
use model::label::Tone;
use pages::Toast;
use pages::profile::Wrong;
use store::StoreError;

use super::show::{answer, done};
use crate::auth::{Form, Payload, SignedIn};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Name(String);

impl Payload for Name {
    fn read(fields: &Fields) -> Self {
        Self(fields.one("name").unwrap_or_default().chars().take(1000).collect())
    }
}

/// `POST /admin/profile/name`
pub(crate) async fn name(signed: SignedIn, State(web): State<WebState>, form: Form<Name>) -> Result<Response, Error> {
    match web.store().users().rename(&signed.who, &form.into_inner().0).await {
        Err(StoreError::Conflict(_)) => answer(&web, &signed, Some(Wrong::Name)).await,
        renamed => {
            renamed?;
            done(&web, &signed, Toast::plain("Name saved", "Others see it from now on.", Tone::Success)).await
        }
    }
}
