//! Capturing, verifying, pinning and removing backup sets.

use std::collections::BTreeSet;

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::backup::{InvalidSelection, MOST_ITEMS, Selection};
use model::ids::{BackupSetId, InventoryItemId};
use model::operations::{backup_set_capture, backup_set_verify};
use model::run::{StartBy, Trigger};
use pages::backups::Fetching;
use store::access::Confirmed;

use super::{Backup, DeleteBackupBody, StartBackupBody};
use crate::api::answer::{nothing, ok, started};
use crate::api::body::Body;
use crate::api::headers::IdempotencyKey;
use crate::api::inventory::keys;
use crate::api::query::invalid;
use crate::auth::Authorized;
use crate::auth::deeds::{DeleteBackup, PinBackup, StartBackup, UnpinBackup, VerifyBackup};
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::secrets::fetching;
use crate::state::WebState;
use crate::ui::backups::change::sealed;

/// `POST /api/v1/tenants/{tenant}/backups`
pub(crate) async fn capture(
    Authorized { tenant, permit }: Authorized<StartBackup>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<StartBackupBody>,
) -> Result<Response, Error> {
    let selection = match (wish.types, wish.items) {
        (None, None) => Ok(Selection::All),
        (Some(types), None) => Selection::of_types(keys(types)?),
        (None, Some(items)) => {
            let items: BTreeSet<InventoryItemId> = items.into_iter().collect();
            if items.len() > MOST_ITEMS {
                return Err(invalid(&InvalidSelection::TooManyItems.to_string()));
            }
            if web.store().inventory().chosen(&tenant.scope, &items).await?.len() < items.len() {
                return Err(invalid("`items`: there is no such object"));
            }
            Selection::of_items(items)
        }
        (Some(_), Some(_)) => return Err(invalid("`types` and `items` exclude each other")),
    };
    let selection = selection.map_err(|error| invalid(&error.to_string()))?;
    let name = wish.name.unwrap_or_default();
    if name.chars().count() > backup_set_capture::MAX_NAME {
        return Err(invalid("`name` has at most 100 characters"));
    }
    let secrets = wish.secrets.unwrap_or(false);
    if secrets {
        match fetching(&web, &tenant.scope).await? {
            Fetching::Allowed => {}
            Fetching::Forbidden => drop(tenant.scope.permit::<can::SecretsFetch>()?),
            Fetching::Off => return Err(invalid("`secrets`: the settings do not let a backup fetch secret values")),
        }
    }
    let arguments = backup_set_capture::Arguments {
        trust_list: wish.trust_list.unwrap_or(false),
        secrets,
        ..backup_set_capture::Arguments::of(selection)
    };
    let request = arguments.named(&name).request(tenant.scope.tenant_id());
    started(&web.store().runs().start(&permit, &request, StartBy::from(Trigger::Api).with_key(key)).await?)
}

/// `POST /api/v1/tenants/{tenant}/backups/{backup}/verify`
pub(crate) async fn verify(
    Authorized { tenant, permit }: Authorized<VerifyBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let set: BackupSetId = path_id(&params, "backup")?;
    sealed(&web.store().backups().find(&tenant.scope, set).await?)?;
    let request = backup_set_verify::Arguments { set }.request(tenant.scope.tenant_id());
    started(&web.store().runs().start(&permit, &request, StartBy::from(Trigger::Api).with_key(key)).await?)
}

/// `POST /api/v1/tenants/{tenant}/backups/{backup}/pin`
pub(crate) async fn pin(
    Authorized { tenant, permit }: Authorized<PinBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let set: BackupSetId = path_id(&params, "backup")?;
    web.store().backups().pin(&permit, set).await?;
    ok(&Backup::from(web.store().backups().find(&tenant.scope, set).await?))
}

/// `POST /api/v1/tenants/{tenant}/backups/{backup}/unpin`
pub(crate) async fn unpin(
    Authorized { tenant, permit }: Authorized<UnpinBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let set: BackupSetId = path_id(&params, "backup")?;
    web.store().backups().unpin(&permit, set).await?;
    ok(&Backup::from(web.store().backups().find(&tenant.scope, set).await?))
}

/// `POST /api/v1/tenants/{tenant}/backups/{backup}/delete`: who removes it says its name.
pub(crate) async fn delete(
    Authorized { tenant, permit }: Authorized<DeleteBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<DeleteBackupBody>,
) -> Result<Response, Error> {
    let set = web.store().backups().find(&tenant.scope, path_id(&params, "backup")?).await?;
    let confirmed =
        Confirmed::typed(permit, &set, &wish.confirm).map_err(|_| invalid("`confirm` is the name of the backup set"))?;
    web.store().backups().delete(&confirmed).await?;
    Ok(nothing())
}
