//! A set out of the database into an archive.

use std::io::Write;

use model::backup::{BackupSet, MissingItem, TypeCertificate};
use model::ids::BackupSetId;
use model::json::Json;
use model::page::PAGE_ROWS;
use model::resource_types;
use model::time::Moment;
use secrecy::ExposeSecret as _;
use store::access::{RunScope, TenantScope};
use store::{OpenSecret, Store, StoreError, StoredObject};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{FileError, ROOM};
use crate::archive::{
    Certificate, ExportError, Exported, Limits, MissingLine, Protection, SecretLine, SetHeader, SetLine, SetObject, TenantLine,
    export_with_secrets,
};

/// What the archive's thread gets: an object, or the word that there are no more. A channel that ends without that word was broken off,
/// and what was written until then must not look like a whole archive.
type Fed = Result<Option<(SetObject, Vec<SecretLine>)>, StoreError>;

/// An export under way.
#[derive(Debug)]
pub struct Exporting<W> {
    store: Store,
    scope: TenantScope,
    set: BackupSet,
    last: Option<(String, String)>,
    objects: i64,
    secrets: Option<RunScope>,
    feed: Sender<Fed>,
    work: JoinHandle<Result<(W, Exported), ExportError<StoreError>>>,
}

/// Begins to export a set. `at` stands in it as the time of the export; what the limits would refuse is not written to its end.
///
/// # Errors
/// [`StoreError::NotVisible`] when the tenant has no such set; [`FileError::NotUsable`] for one that was not captured to its end.
pub async fn begin<W: Write + Send + 'static>(
    store: &Store,
    scope: &TenantScope,
    set: BackupSetId,
    protection: Protection,
    at: Moment,
    limits: Limits,
    out: W,
) -> Result<Exporting<W>, FileError> {
    let set = store.backups().find(scope, set).await?;
    if !set.status.is_usable() {
        return Err(FileError::NotUsable);
    }
    let header = header(store, scope, &set).await?;
    let (feed, fed) = channel(ROOM);
    let work = spawn_blocking(move || export_with_secrets(out, &header, at, &protection, &limits, Objects(fed)));
    Ok(Exporting { store: store.clone(), scope: scope.clone(), set, last: None, objects: 0, secrets: None, feed, work })
}

impl<W> Exporting<W> {
    /// Takes the secret values along that were fetched and sealed with the versions of the set, for the attempt of that run. Where the
    /// archive is not encrypted they are left out all the same.
    #[must_use]
    pub fn with_secrets(self, run: &RunScope) -> Self {
        Self { secrets: Some(run.clone()), ..self }
    }

    /// The set.
    #[must_use]
    pub const fn set(&self) -> &BackupSet {
        &self.set
    }

    /// Hands the next portion over. How many objects there were until now; `None`: that was the last one.
    ///
    /// # Errors
    /// When the database refuses, or a content is damaged. That the archive cannot be written is told by [`Exporting::finish`].
    pub async fn portion(&mut self) -> Result<Option<i64>, FileError> {
        let after = self.last.as_ref().map(|(kind, object)| (kind.as_str(), object.as_str()));
        let found = self.store.backups().objects(&self.scope, self.set.id, after).await?;
        let Some(last) = found.last() else { return Ok(None) };
        self.last = Some((last.resource_type.clone(), last.object_id.clone()));
        for object in found {
            let secrets = self.secrets_of(&object).await?;
            if self.feed.send(set_object(object).map(|object| Some((object, secrets)))).await.is_err() {
                // Why, the thread says itself.
                return Ok(None);
            }
            self.objects += 1;
        }
        Ok(Some(self.objects))
    }

    async fn secrets_of(&self, object: &StoredObject) -> Result<Vec<SecretLine>, StoreError> {
        let (Some(run), Some(version)) = (&self.secrets, object.version_id) else { return Ok(Vec::new()) };
        if resource_types::find(&object.resource_type).is_none_or(|kind| kind.unmasking().is_none()) {
            return Ok(Vec::new());
        }
        let found = self.store.content_secrets().for_run(run, version).await?;
        let line = |secret: OpenSecret| SecretLine {
            handle: secret.masked.handle,
            place: secret.masked.place,
            value: secret.value.expose_secret().to_owned(),
        };
        Ok(found.into_iter().map(line).collect())
    }

    /// Gives up, and waits until nothing is written any more. What was written until then is no archive.
    pub async fn break_off(self) {
        drop(self.feed);
        let _ = self.work.await;
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn finish(self) -> Result<(W, Exported), FileError> {
        let Self { feed, work, .. } = self;
        // Where the thread has ended already, it says why.
        let _ = feed.send(Ok(None)).await;
        drop(feed);
        Ok(work.await.map_err(|_| FileError::BrokenOff)??)
    }
}

/// What the channel brings.
struct Objects(Receiver<Fed>);

impl Iterator for Objects {
    type Item = Result<(SetObject, Vec<SecretLine>), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.blocking_recv() {
            Some(fed) => fed.transpose(),
            None => Some(Err(StoreError::Corrupt("the export was broken off"))),
        }
    }
}

fn set_object(object: StoredObject) -> Result<SetObject, StoreError> {
    let read = |text: &str| Json::parse(text.as_bytes()).map_err(|_| StoreError::Corrupt("a content is no JSON"));
    Ok(SetObject {
        content: read(&object.text)?,
        volatile: read(&object.volatile)?,
        resource_type: object.resource_type,
        object_id: object.object_id,
        name: object.name,
        captured_at: object.captured_at,
        hash: object.hash,
    })
}

/// What an export says of the set beside its objects.
pub(crate) async fn header(store: &Store, scope: &TenantScope, set: &BackupSet) -> Result<SetHeader, StoreError> {
    let certificate = store.backups().certificate(scope, set.id).await?;
    let mut missing: Vec<MissingItem> = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.backups().missing(scope, set.id, cursor.as_ref(), PAGE_ROWS).await?;
        missing.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let (tenant, origin) = (scope.tenant(), set.origin.as_ref());
    let here = || TenantLine { entra_id: tenant.entra_tenant_id.to_string(), name: tenant.name.clone() };
    let there = origin.and_then(|origin| {
        Some(TenantLine { entra_id: origin.entra_id.clone()?, name: origin.tenant.clone().unwrap_or_default() })
    });
    Ok(SetHeader {
        tenant: there.unwrap_or_else(here),
        set: SetLine {
            id: set.id.to_string(),
            name: set.name.clone(),
            captured_at: origin.and_then(|origin| origin.captured_at).unwrap_or(set.started_at),
            complete: set.status == model::backup::BackupStatus::Complete,
        },
        coverage: certificate.into_iter().map(coverage).collect(),
        missing: missing.into_iter().map(missing_line).collect(),
    })
}

/// Where a type was not wanted as a whole, absence of an object is no sign.
fn coverage(line: TypeCertificate) -> Certificate {
    let of = |figure: i64| u64::try_from(figure).unwrap_or(0);
    Certificate {
        whole: line.wanted_whole,
        state: line.state.code().to_owned(),
        objects: of(line.objects),
        pages: of(line.pages),
        failure: line.failure_code,
        read_at: line.ended_at,
        resource_type: line.resource_type,
    }
}

fn missing_line(item: MissingItem) -> MissingLine {
    MissingLine { resource_type: item.resource_type, id: item.object_id, name: item.name, code: item.code }
}
