//! Backup sets as files: asking for one, listing, fetching and removing them.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::backup::FileProtection;
use model::ids::{BackupFileId, BackupSetId, RunId};
use model::operations::backup_set_export::Arguments;
use model::run::{StartBy, Trigger};
use model::time::Moment;
use secrecy::SecretString;

use crate::api::answer::{nothing, started, whole};
use crate::api::body::Body;
use crate::api::coded::{Choice, Coded, Codes};
use crate::api::connections::shapes::Hidden;
use crate::api::headers::IdempotencyKey;
use crate::api::query::invalid;
use crate::api::{answers, bodies};
use crate::auth::deeds::{ExportBackup, FetchBackupFile, RemoveBackupFile};
use crate::auth::extract::path_id;
use crate::auth::{Authorized, SeesIn};
use crate::backup_file::{download, lock, takes_secrets};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// A file with a backup set.
    BackupFile {
        /// Its id.
        id: BackupFileId,
        /// How it is protected.
        protection: Coded<FileProtection>,
        /// The run that writes it, while that is recorded.
        run_id: Option<RunId>,
        /// Who asked for it.
        created_by: String,
        /// When it was asked for.
        created_at: Moment,
        /// When it goes.
        expires_at: Moment,
        /// When it was whole; until then it cannot be fetched.
        completed_at: Option<Moment>,
        /// Its size.
        bytes: i64,
    }
}

bodies! {
    /// How the file is to be protected. Secrets are in it only when it is encrypted.
    ExportBackupBody {
        /// How.
        protection: Choice<FileProtection>,
        /// The passphrase; with `passphrase`.
        passphrase: Option<Hidden> = {"minLength": 12, "maxLength": 200},
        /// Public keys of age; with `recipients`.
        recipients: Option<Vec<String>> = {"minItems": 1, "maxItems": 20, "items": {"type": "string", "pattern": "^age1[a-z0-9]{58}$"}},
    }
}

impl Codes for FileProtection {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn code(self) -> &'static str {
        Self::code(self)
    }
}

/// `GET /api/v1/tenants/{tenant}/backups/{backup}/files`
pub(crate) async fn list(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let set: BackupSetId = path_id(&params, "backup")?;
    web.store().backups().find(&guard.scope, set).await?;
    let file = |file: model::backup::BackupFile| BackupFile {
        id: file.id,
        protection: Coded(file.protection),
        run_id: file.run_id,
        created_by: file.created_by,
        created_at: file.created_at,
        expires_at: file.expires_at,
        completed_at: file.completed_at,
        bytes: file.bytes,
    };
    whole(web.store().backup_files().of_set(&guard.scope, set).await?.into_iter().map(file).collect())
}

/// `POST /api/v1/tenants/{tenant}/backups/{backup}/files`
pub(crate) async fn ask(
    Authorized { tenant, permit }: Authorized<ExportBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<ExportBackupBody>,
) -> Result<Response, Error> {
    let set: BackupSetId = path_id(&params, "backup")?;
    web.store().backups().find(&tenant.scope, set).await?;
    let passphrase = wish.passphrase.map_or_else(|| SecretString::from(String::new()), |hidden| hidden.0);
    let recipients = wish.recipients.unwrap_or_default();
    let lock = lock(wish.protection.0, &passphrase, recipients.iter().map(String::as_str)).map_err(invalid)?;
    let files = web.store().backup_files();
    let file = files.ask(&permit, set, &lock).await?;
    let secrets = takes_secrets(&tenant.scope, &lock);
    let request = Arguments { set, file, secrets }.request(tenant.scope.tenant_id());
    match web.store().runs().start(&permit, &request, StartBy::from(Trigger::Api).with_key(key)).await {
        Ok(done) => started(&done),
        Err(error) => {
            files.remove(&permit, set, file).await?;
            Err(error.into())
        }
    }
}

/// `GET /api/v1/tenants/{tenant}/backups/{backup}/files/{file}`
pub(crate) async fn fetch(
    Authorized { tenant, permit }: Authorized<FetchBackupFile>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let set: BackupSetId = path_id(&params, "backup")?;
    web.store().backups().find(&tenant.scope, set).await?;
    let file = web.store().backup_files().fetch(&permit, set, path_id::<BackupFileId>(&params, "file")?).await?;
    Ok(download(web.store().clone(), tenant.scope.clone(), file, set).await)
}

/// `POST /api/v1/tenants/{tenant}/backups/{backup}/files/{file}/remove`
pub(crate) async fn remove(
    Authorized { tenant, permit }: Authorized<RemoveBackupFile>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let set: BackupSetId = path_id(&params, "backup")?;
    web.store().backups().find(&tenant.scope, set).await?;
    web.store().backup_files().remove(&permit, set, path_id::<BackupFileId>(&params, "file")?).await?;
    Ok(nothing())
}
