//! Importing a backup from a file that is sent.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::operations::backup_set_capture::MAX_NAME;
use model::operations::backup_set_import::Arguments;
use model::run::{StartBy, Trigger};
use pages::backups::Import;
use pages::{Frame, Toast, href};
use secrecy::SecretString;
use store::{FileKey, StoreError};

use crate::auth::deeds::ImportBackup;
use crate::auth::upload::Upload;
use crate::auth::{Authorized, InTenant};
use crate::backup_file::receive;
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;
use crate::ui::start_key::start_key;

/// `GET /admin/t/{tenant}/backups/import`: shown to everybody who sees the tenant, disabled without the capability.
pub(crate) async fn form(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    answer(&web, &guard, StatusCode::OK, String::new(), None).await
}

/// `POST /admin/t/{tenant}/backups/import`: takes the file and writes the run that reads it.
pub(crate) async fn import(
    Authorized { tenant: guard, permit }: Authorized<ImportBackup>,
    State(web): State<WebState>,
    mut upload: Upload,
) -> Result<Response, Error> {
    let name: String = upload.fields.one("name").unwrap_or_default().trim().chars().take(MAX_NAME).collect();
    let key = start_key(&upload.fields)?;
    let opens = key_of(&upload.fields);
    let file = match receive(web.store(), &permit, opens.as_ref(), &mut upload).await {
        Ok(Some(file)) => file,
        Ok(None) => {
            let problem = Some("Choose a file.".to_owned());
            return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, name, problem).await;
        }
        Err(Error::Conflict(words)) => return answer(&web, &guard, StatusCode::CONFLICT, name, Some(sentence(words))).await,
        Err(error) => return Err(error),
    };
    let tenant = guard.scope.tenant_id();
    let request = Arguments { file, name }.request(tenant);
    let by = StartBy::from(Trigger::Manual).with_key(key);
    match web.store().runs().start(&permit, &request, by).await {
        // The same click once more: what it started is there, and the second file goes by itself.
        Err(StoreError::KeyMismatch) => {}
        started => {
            let toast = to_flash(Toast::started(&started?));
            web.store().sessions().put_flash(&guard.signed.who, &toast).await?;
        }
    }
    Ok(see_other(&href::backups(tenant)))
}

fn key_of(fields: &Fields) -> Option<FileKey> {
    let secret = |name: &str| fields.one(name).map(|text| SecretString::from(text.to_owned()));
    secret("passphrase").map(FileKey::Passphrase).or_else(|| secret("identity").map(FileKey::Identity))
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    called: String,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    let page = Import { tenant: guard.scope.tenant().clone(), can: guard.scope.can(), called, problem };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
