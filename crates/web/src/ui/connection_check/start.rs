//! Starting a check, or a new one in place of the one that is under way.

use axum::extract::State;
use axum::response::Response;
use model::run::{StartBy, StartKey, Trigger};
use pages::{Toast, href};

use crate::auth::deeds::CheckConnection;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::local_path::local_path;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::start_key::start_key;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Click {
    again: bool,
    back: Option<String>,
    key: Result<Option<StartKey>, Error>,
}

impl Payload for Click {
    fn read(fields: &Fields) -> Self {
        Self {
            again: fields.one("again") == Some("yes"),
            back: fields.one("back").and_then(local_path).map(str::to_owned),
            key: start_key(fields),
        }
    }
}

/// `POST /admin/t/{tenant}/connection/check`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<CheckConnection>,
    State(web): State<WebState>,
    form: Form<Click>,
) -> Result<Response, Error> {
    let Click { again, back, key } = form.into_inner();
    let started = web.store().runs().verify(&permit, again, StartBy::from(Trigger::Manual).with_key(key?)).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&back.unwrap_or_else(|| href::connection_check(guard.scope.tenant_id()))))
}
