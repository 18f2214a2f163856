//! A set out of the database into an archive.

use std::io::Write;

use model::backup::{BackupSet, MissingItem, TypeCertificate};
use model::ids::BackupSetId;
use model::page::PAGE_ROWS;
use model::time::Moment;
use store::access::{RunScope, TenantScope};
use store::{Store, StoreError};
use tokio::task::{JoinHandle, spawn_blocking};

use super::FileError;
use super::stream::Feed;
use crate::archive::{
    Certificate, ExportError, Exported, Limits, MissingLine, Protection, SetHeader, SetLine, TenantLine, export,
};

/// An export under way.
#[derive(Debug)]
pub struct Exporting<W> {
    feed: Feed,
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
    let (feed, objects) = Feed::of(store, scope, set);
    let work = spawn_blocking(move || export(out, &header, at, &protection, &limits, objects));
    Ok(Exporting { feed, work })
}

impl<W> Exporting<W> {
    /// Takes the secret values along that were fetched and sealed with the versions of the set, for the attempt of that run. Where the
    /// archive is not encrypted they are left out all the same.
    #[must_use]
    pub fn with_secrets(self, run: &RunScope) -> Self {
        Self { feed: self.feed.with_secrets(run), ..self }
    }

    /// The set.
    #[must_use]
    pub const fn set(&self) -> &BackupSet {
        self.feed.set()
    }

    /// Objects that were left out until now, because what is stored of them is damaged.
    #[must_use]
    pub fn damaged(&self) -> &[MissingLine] {
        self.feed.damaged()
    }

    /// Hands the next portion over. How many objects there were until now, damaged ones among them; `None`: that was the last one.
    ///
    /// # Errors
    /// When the database refuses. That the archive cannot be written is told by [`Exporting::finish`].
    pub async fn portion(&mut self) -> Result<Option<i64>, FileError> {
        self.feed.portion().await
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
        self.feed.end().await;
        Ok(self.work.await.map_err(|_| FileError::BrokenOff)??)
    }
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
