//! Backup sets as files: asking for one, fetching it, removing it.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::backup::{BackupSet, FileProtection};
use model::ids::BackupFileId;
use model::label::Tone;
use model::operations::backup_set_export::Arguments;
use model::run::{StartBy, StartKey, Trigger};
use pages::backups::Files;
use pages::{Frame, Toast, href};
use secrecy::SecretString;
use store::{FileLock, StoreError};

use super::show::found;
use crate::auth::deeds::{ExportBackup, FetchBackupFile, RemoveBackupFile};
use crate::auth::extract::path_id;
use crate::auth::form::Empty;
use crate::auth::{Authorized, Form, InTenant, Payload};
use crate::backup_file::{self, download};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;
use crate::ui::start_key::start_key;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    protection: FileProtection,
    passphrase: SecretString,
    recipients: String,
    key: Result<Option<StartKey>, Error>,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self {
            protection: FileProtection::from_code(fields.one("protection").unwrap_or_default()),
            passphrase: SecretString::from(fields.one("passphrase").unwrap_or_default().to_owned()),
            recipients: fields.one("recipients").unwrap_or_default().to_owned(),
            key: start_key(fields),
        }
    }
}

impl Sent {
    fn lock(&self) -> Result<FileLock, &'static str> {
        backup_file::lock(self.protection, &self.passphrase, self.recipients.split_whitespace())
    }
}

/// `GET /admin/t/{tenant}/backups/{backup}/files`: shown to everybody who sees the tenant; nothing can be fetched without the
/// capability.
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    answer(&web, &guard, StatusCode::OK, set, None, None).await
}

/// `POST /admin/t/{tenant}/backups/{backup}/files`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn ask(
    Authorized { tenant: guard, permit }: Authorized<ExportBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    let sent = sent.into_inner();
    let lock = match sent.lock() {
        Ok(lock) => lock,
        Err(words) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return answer(&web, &guard, status, set, Some(&sent), Some(words.to_owned())).await;
        }
    };
    let files = web.store().backup_files();
    let file = match files.ask(&permit, set.id, &lock).await {
        Err(StoreError::Conflict(words)) => {
            return answer(&web, &guard, StatusCode::CONFLICT, set, Some(&sent), Some(sentence(words))).await;
        }
        asked => asked?,
    };
    let secrets = backup_file::takes_secrets(&guard.scope, &lock);
    let request = Arguments { set: set.id, file, secrets }.request(guard.scope.tenant_id());
    let to = href::of_backup(guard.scope.tenant_id(), set.id, "files");
    let by = StartBy::from(Trigger::Manual).with_key(sent.key?);
    let started = match web.store().runs().start(&permit, &request, by).await {
        Ok(started) => started,
        Err(error) => {
            files.remove(&permit, set.id, file).await?;
            // The same click once more: what it started is there.
            return if matches!(error, StoreError::KeyMismatch) { Ok(see_other(&to)) } else { Err(error.into()) };
        }
    };
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&to))
}

/// `GET /admin/t/{tenant}/backups/{backup}/files/{file}`: the file, part by part. That it was fetched is on record before it begins.
pub(crate) async fn fetch(
    Authorized { tenant: guard, permit }: Authorized<FetchBackupFile>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    let file = web.store().backup_files().fetch(&permit, set.id, path_id::<BackupFileId>(&params, "file")?).await?;
    Ok(download(web.store().clone(), guard.scope.clone(), file, set.id).await)
}

/// `POST /admin/t/{tenant}/backups/{backup}/files/{file}/remove`
pub(crate) async fn remove(
    Authorized { tenant: guard, permit }: Authorized<RemoveBackupFile>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    web.store().backup_files().remove(&permit, set.id, path_id::<BackupFileId>(&params, "file")?).await?;
    let toast = Toast::plain("File removed", "The backup stays.", Tone::Info);
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::of_backup(guard.scope.tenant_id(), set.id, "files")))
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    set: BackupSet,
    sent: Option<&Sent>,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    let page = Files {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        files: web.store().backup_files().of_set(&guard.scope, set.id).await?,
        set,
        chosen: sent.map_or(FileProtection::Passphrase, |sent| sent.protection).code().to_owned(),
        recipients: sent.map(|sent| sent.recipients.clone()).unwrap_or_default(),
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
