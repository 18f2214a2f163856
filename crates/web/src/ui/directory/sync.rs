//! "Sync now" of the directory cache.

use axum::extract::State;
use axum::response::Response;
use model::directory::DirectoryKind;
use model::operations::{directory_role_definitions_sync, entra_group_sync};
use model::run::{StartBy, StartKey, Trigger};
use pages::{Toast, href};

use crate::auth::deeds::StartDirectorySync;
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
pub(crate) struct Choice {
    kind: DirectoryKind,
    full: bool,
    back: Option<String>,
    key: Result<Option<StartKey>, Error>,
}

impl Payload for Choice {
    fn read(fields: &Fields) -> Self {
        Self {
            kind: fields.one("sync").map_or(DirectoryKind::Unknown, DirectoryKind::from_code),
            full: fields.one("full").is_some(),
            back: fields.one("back").and_then(local_path).map(str::to_owned),
            key: start_key(fields),
        }
    }
}

/// `POST /admin/t/{tenant}/directory/sync`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<StartDirectorySync>,
    State(web): State<WebState>,
    form: Form<Choice>,
) -> Result<Response, Error> {
    let Choice { kind, full, back, key } = form.into_inner();
    let tenant = guard.scope.tenant_id();
    let request = match kind {
        DirectoryKind::Groups => entra_group_sync::Arguments { full }.request(tenant),
        DirectoryKind::RoleDefinitions => directory_role_definitions_sync::request(tenant),
        DirectoryKind::Unknown => return Err(Error::BadRequest("There is nothing of that kind to sync.")),
    };
    let started = web.store().runs().start(&permit, &request, StartBy::from(Trigger::Manual).with_key(key?)).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&back.unwrap_or_else(|| href::directory(tenant))))
}
