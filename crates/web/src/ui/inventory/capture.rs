//! "Capture now".

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::InventoryItemId;
use model::operations::policy_capture_snapshot::Arguments;
use model::run::{StartBy, StartKey, Trigger};
use pages::{Toast, href};

use crate::auth::deeds::CapturePolicy;
use crate::auth::extract::path_id;
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

/// `POST /admin/t/{tenant}/inventory/{item}/capture`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn capture(
    Authorized { tenant: guard, permit }: Authorized<CapturePolicy>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Click>,
) -> Result<Response, Error> {
    let item: InventoryItemId = path_id(&params, "item")?;
    let key = form.into_inner().0?;
    // An item that the tenant does not have is none here either.
    web.store().inventory().find(&guard.scope, item).await?;
    let tenant = guard.scope.tenant_id();
    let by = StartBy::from(Trigger::Manual).with_key(key);
    let started = web.store().runs().start(&permit, &Arguments { item }.request(tenant), by).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&href::item(tenant, item)))
}
