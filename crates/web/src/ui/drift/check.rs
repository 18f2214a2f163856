//! "Check now".

use axum::extract::State;
use axum::response::Response;
use model::operations::drift_generate_findings::Arguments;
use model::run::{StartBy, StartKey, Trigger};
use pages::{Toast, href};

use crate::auth::deeds::StartDriftCheck;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::start_key::start_key;

/// A click.
#[derive(Debug)]
pub(crate) struct Click(Result<Option<StartKey>, Error>);

impl Payload for Click {
    fn read(fields: &Fields) -> Self {
        Self(start_key(fields))
    }
}

/// `POST /admin/t/{tenant}/drift/check`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<StartDriftCheck>,
    State(web): State<WebState>,
    form: Form<Click>,
) -> Result<Response, Error> {
    let tenant = guard.scope.tenant_id();
    let by = StartBy::from(Trigger::Manual).with_key(form.into_inner().0?);
    let started = web.store().runs().start(&permit, &Arguments::default().request(tenant), by).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&href::drift(tenant)))
}
