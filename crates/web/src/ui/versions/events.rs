//! "Read audit logs now".

use axum::extract::State;
use axum::response::Response;
use model::operations::audit_events_sync;
use model::run::{StartBy, StartKey, Trigger};
use pages::{Toast, href};

use crate::auth::deeds::StartAuditEventsSync;
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

/// `POST /admin/t/{tenant}/versions/events`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<StartAuditEventsSync>,
    State(web): State<WebState>,
    form: Form<Click>,
) -> Result<Response, Error> {
    let tenant = guard.scope.tenant_id();
    let by = StartBy::from(Trigger::Manual).with_key(form.into_inner().0?);
    let started = web.store().runs().start(&permit, &audit_events_sync::request(tenant), by).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&href::versions(tenant)))
}
