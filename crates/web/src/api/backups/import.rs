//! Importing a backup from a file that is sent, and what an imported set holds.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::backup::{self, ItemProblem};
use model::ids::{BackupSetId, ThingId};
use model::operations::backup_set_capture::MAX_NAME;
use model::operations::backup_set_import::Arguments;
use model::run::{StartBy, Trigger};
use model::time::Moment;

use super::BackupItemQuery;
use crate::api::answer::{self, started};
use crate::api::body::Octets;
use crate::api::coded::Coded;
use crate::api::headers::{ArchiveKey, IdempotencyKey};
use crate::api::query::{self, Query, invalid};
use crate::api::{answers, queries};
use crate::auth::deeds::ImportBackup;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, SeesIn};
use crate::backup_file::receive;
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// An object of an imported backup set. It was never observed in the tenant: it is no item of the inventory, and no version.
    BackupObject {
        /// Our id of it.
        id: ThingId,
        /// Key of its resource type.
        resource_type: String,
        /// Microsoft's id of it, or one that was made because the export has none.
        object_id: String,
        /// Whether the id was made here.
        id_was_made: bool,
        /// What it was called.
        name: String,
        /// Hash of its content.
        content_hash: String,
        /// Size of its content, uncompressed, in bytes.
        bytes: i64,
        /// When this state of it was observed, where the export says so.
        captured_at: Option<Moment>,
        /// Whether secrets of it were withheld when it was exported.
        withheld: bool,
        /// What the latest verification found wrong.
        problem: Option<Coded<ItemProblem>>,
    }
}

queries! {
    /// What the set is to be called.
    ImportBackupQuery {
        /// Its name; left out: none.
        name: Option<String> = {"minLength": 1, "maxLength": 100},
    }
}

impl From<backup::ImportedItem> for BackupObject {
    fn from(item: backup::ImportedItem) -> Self {
        Self {
            id: item.id,
            resource_type: item.resource_type,
            object_id: item.object_id,
            id_was_made: item.id_was_made,
            name: item.name,
            content_hash: item.content_hash,
            bytes: item.bytes,
            captured_at: item.captured_at,
            withheld: item.withheld,
            problem: item.problem.map(Coded),
        }
    }
}

/// `POST /api/v1/tenants/{tenant}/backups/import?name=`
pub(crate) async fn import(
    Authorized { tenant, permit }: Authorized<ImportBackup>,
    State(web): State<WebState>,
    query: Query<ImportBackupQuery>,
    IdempotencyKey(key): IdempotencyKey,
    ArchiveKey(opens): ArchiveKey,
    mut sent: Octets,
) -> Result<Response, Error> {
    let name = query.wanted.name.unwrap_or_default().trim().to_owned();
    if name.chars().count() > MAX_NAME {
        return Err(invalid("`name` has at most 100 characters"));
    }
    let file = match receive(web.store(), &permit, opens.as_ref(), &mut sent).await {
        Err(Error::Conflict("the file is too large")) => return Err(Error::TooLarge),
        received => received?.ok_or_else(|| invalid("the file is empty"))?,
    };
    let request = Arguments { file, name }.request(tenant.scope.tenant_id());
    match web.store().runs().start(&permit, &request, StartBy::from(Trigger::Api).with_key(key)).await {
        Ok(done) => started(&done),
        Err(error) => {
            // Sent before under this key: the file that is read is the first one.
            web.store().backup_files().discard(&permit, file).await?;
            Err(error.into())
        }
    }
}

/// `GET /api/v1/tenants/{tenant}/backups/{backup}/objects?type=&damaged=&limit=&cursor=`: of a set that was captured, nothing.
pub(crate) async fn objects(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<BackupItemQuery>,
) -> Result<Response, Error> {
    let id: BackupSetId = path_id(&params, "backup")?;
    let wanted = &query.wanted;
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let backups = web.store().backups();
    backups.find(&guard.scope, id).await?;
    let damaged = wanted.damaged == Some(true);
    let found = backups.imported(&guard.scope, id, wanted.r#type.as_deref(), damaged, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(BackupObject::from))
}
