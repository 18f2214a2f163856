//! Backup sets as files, for pages and programs alike: how one is to be closed, and giving one away.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use model::access::can;
use model::backup::{FileProtection, LEAST_PASSPHRASE, MOST_RECIPIENTS};
use model::ids::{BackupFileId, BackupSetId};
use secrecy::{ExposeSecret as _, SecretString};
use store::access::{Permit, TenantScope};
use store::{FileKey, FileLock, OpenFile, Store};

use crate::error::Error;

/// How a file is to be closed.
///
/// # Errors
/// What is wrong with that, in a sentence.
pub(crate) fn lock<'a>(
    protection: FileProtection,
    passphrase: &SecretString,
    recipients: impl Iterator<Item = &'a str>,
) -> Result<FileLock, &'static str> {
    match protection {
        FileProtection::Open => Ok(FileLock::Open { scripts: false }),
        FileProtection::OpenWithScripts => Ok(FileLock::Open { scripts: true }),
        FileProtection::Passphrase if passphrase.expose_secret().chars().count() < LEAST_PASSPHRASE => {
            Err("The passphrase has 12 characters at least.")
        }
        FileProtection::Passphrase => Ok(FileLock::Passphrase(passphrase.clone())),
        FileProtection::Recipients => {
            let keys: Vec<String> = recipients.map(str::to_owned).collect();
            match keys.len() {
                0 => Err("Give at least one public key."),
                many if many > MOST_RECIPIENTS => Err("Give at most 20 public keys."),
                _ if keys.iter().all(|key| looks_like_a_key(key)) => Ok(FileLock::Recipients(keys)),
                _ => Err("That is no public key of age: one begins with age1 and has 62 characters."),
            }
        }
        FileProtection::Unknown => Err("Choose how the file is protected."),
    }
}

/// Whether secret values that were fetched go into a file: only into one that is encrypted, and for whoever might fetch them.
pub(crate) fn takes_secrets(scope: &TenantScope, lock: &FileLock) -> bool {
    !matches!(lock, FileLock::Open { .. }) && scope.permit::<can::SecretsFetch>().is_ok()
}

/// Whether a text has the form of a public key. Whether it is one turns out when the file is written.
fn looks_like_a_key(text: &str) -> bool {
    text.len() == 62 && text.starts_with("age1") && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// A file that somebody sends.
pub(crate) trait Arriving: Send {
    /// The next bytes of it; `None` at its end.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it does not arrive to its end.
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Bytes>, Error>> + Send;
}

/// Keeps a file as it arrives; `None` when it is empty.
///
/// # Errors
/// When it does not arrive to its end, is larger than files may be, or the tenant has too many of them.
pub(crate) async fn receive(
    store: &Store,
    permit: &Permit<can::BackupsRun>,
    key: Option<&FileKey>,
    sent: &mut impl Arriving,
) -> Result<Option<BackupFileId>, Error> {
    let Some(mut chunk) = first(sent).await? else { return Ok(None) };
    let files = store.backup_files();
    let mut file = files.receive(permit, key).await?;
    loop {
        files.append(permit, &mut file, &chunk).await?;
        match sent.chunk().await? {
            Some(next) => chunk = next,
            None => break,
        }
    }
    Ok(Some(files.received(permit, file).await?))
}

/// The first bytes that are any.
async fn first(sent: &mut impl Arriving) -> Result<Option<Bytes>, Error> {
    while let Some(chunk) = sent.chunk().await? {
        if !chunk.is_empty() {
            return Ok(Some(chunk));
        }
    }
    Ok(None)
}

/// Sends a file. An error in the middle breaks the answer off, so that nobody takes half of it for the whole.
pub(crate) async fn download(store: Store, scope: TenantScope, file: OpenFile, set: BackupSetId) -> Response {
    let size = file.bytes();
    let first = store.backup_files().part(&scope, &file, 0).await;
    let sealed = first.as_ref().is_ok_and(|part| part.starts_with(b"age-encryption.org/"));
    let parts = stream::unfold((store, scope, file, 0), |(store, scope, file, number)| async move {
        if number >= file.parts() {
            return None;
        }
        let part = store.backup_files().part(&scope, &file, number).await.map(Bytes::from);
        let next = if part.is_ok() { number + 1 } else { i64::MAX };
        Some((part, (store, scope, file, next)))
    });
    // What sends it may ask again after the end.
    let parts = parts.fuse();
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    let (kind, ending) = if sealed { ("application/octet-stream", "zip.age") } else { ("application/zip", "zip") };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // An id only, so that it is a value of a header.
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"backup-{set}.{ending}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_closed_as_it_was_chosen_or_not_made() {
        const KEY: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
        use FileProtection::{Open, OpenWithScripts, Passphrase, Recipients, Unknown};
        let closed = |protection, passphrase: &str, keys: &[&str]| {
            lock(protection, &SecretString::from(passphrase.to_owned()), keys.iter().copied()).map(|lock| lock.protection())
        };
        assert_eq!(closed(Open, "", &[]), Ok(Open));
        assert_eq!(closed(OpenWithScripts, "", &[]), Ok(OpenWithScripts));
        assert_eq!(closed(Passphrase, "four words and more", &[]), Ok(Passphrase));
        assert_eq!(closed(Recipients, "", &[KEY, KEY]), Ok(Recipients));
        assert!(closed(Unknown, "four words and more", &[KEY]).is_err());
        assert!(closed(Passphrase, "short", &[]).is_err());
        assert!(closed(Recipients, "", &[]).is_err() && closed(Recipients, "", &["age1short"]).is_err());
        assert!(closed(Recipients, "", &[KEY; 21]).is_err());
    }
}
