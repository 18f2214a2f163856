//! Backup export: a set into a file in the database, which can be fetched for some days. Three things go on at once: objects come out of
//! the store, a thread makes the archive of them, and its parts go back into the store.

use model::backup::MOST_FILE_BYTES;
use model::failure::{Code, Failure};
use model::operations::backup_set_export::Arguments;
use model::run::{CountKey, NewEvent};
use store::access::RunScope;
use store::{FileLock, OpenFile, Store, StoreError};
use tokio::sync::mpsc::Receiver;

use crate::archive::{ExportError, Limits, Lock, MissingLine, Protection, Recipient};
use crate::backup_files::{FileError, PartWriter, export, parts};
use crate::context::Context;
use crate::halt::{Halt, Stop};

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let file = match context.store.backup_files().open(&context.scope, wish.file).await {
        Err(StoreError::NotVisible) => return Err(Failure::new(Code::BackupFileGone).into()),
        file => file?,
    };
    if file.is_whole() {
        // An earlier attempt wrote it, and was lost before it could say so.
        return Ok(());
    }
    let lock = file.lock().ok_or(Failure::new(Code::RunContextMissing))?;
    let protection = protection(lock)?;
    context.phase("Writing the file.".to_owned());
    let (store, scope) = (context.store.clone(), context.scope.clone());
    let (out, made) = parts();
    let done = tokio::try_join!(written(context, &wish, protection, out), kept(&store, &scope, &file, made));
    let (bytes, count) = match done {
        Ok((bytes, count)) => (i64::try_from(bytes).unwrap_or(i64::MAX), count),
        Err(ended) => {
            if !goes_on(&ended) {
                store.backup_files().drop(&scope, wish.file).await?;
            }
            return Err(ended);
        }
    };
    match store.backup_files().complete(&scope, file, bytes, count).await {
        Err(StoreError::NotVisible) => return Err(Failure::new(Code::BackupFileGone).into()),
        done => done?,
    }
    context.counts.set(CountKey::Bytes, bytes);
    context.event(NewEvent::info("exported", "The file can be fetched from the page of the backup."));
    context.report_now(None).await
}

fn protection(lock: FileLock) -> Result<Protection, Failure> {
    Ok(match lock {
        FileLock::Open { scripts } => Protection::Open { scripts },
        FileLock::Passphrase(phrase) => Protection::Sealed(Lock::Passphrase(phrase)),
        FileLock::Recipients(keys) => {
            let keys: Result<Vec<Recipient>, _> = keys.iter().map(|key| key.parse()).collect();
            Protection::Sealed(Lock::Recipients(keys.map_err(|_| Failure::new(Code::RunContextMissing))?))
        }
    })
}

/// Objects out of the store, into the archive. Gives its size.
async fn written(context: &mut Context, wish: &Arguments, protection: Protection, out: PartWriter) -> Result<u64, Halt> {
    let scope = context.scope.looking().ok_or(Failure::new(Code::RunContextMissing))?;
    let now = context.store.now().await?;
    let limits = Limits { archive: MOST_FILE_BYTES, ..Limits::default() };
    let mut export = export(&context.store, &scope, wish.set, protection, now, limits, out).await.map_err(halt)?;
    if wish.secrets {
        export = export.with_secrets(&context.scope);
    }
    context.counts.set(CountKey::Total, export.set().items);
    while let Some(objects) = export.portion().await.map_err(halt)? {
        let damaged = i64::try_from(export.damaged().len()).unwrap_or(0);
        context.counts.set(CountKey::Processed, objects);
        context.counts.set(CountKey::Failed, damaged);
        context.counts.set(CountKey::Succeeded, objects - damaged);
        context.checkpoint()?;
        context.report().await?;
    }
    damaged(context, export.damaged());
    let (out, _) = export.finish().await.map_err(halt)?;
    Ok(out.end().await)
}

/// Names objects that were left out, because what is stored of them is damaged: the rest is fine, and the run is not whole.
pub(super) fn damaged(context: &mut Context, lines: &[MissingLine]) {
    /// Objects that are named in the timeline; "Verify" names all on the set's page.
    const NAMED: usize = 20;
    for line in lines {
        context.failure(&Failure::new(Code::ContentCorrupt), &line.resource_type);
    }
    for line in lines.iter().take(NAMED) {
        let words = format!("Left out, because what is stored is damaged: {} ({}).", line.name, line.resource_type);
        context.event(NewEvent::error("content_corrupt", words));
    }
}

/// Parts of the archive, into the store. Gives how many there were.
async fn kept(store: &Store, scope: &RunScope, file: &OpenFile, mut made: Receiver<Vec<u8>>) -> Result<i64, Halt> {
    let mut number = 0;
    while let Some(part) = made.recv().await {
        match store.backup_files().write(scope, file, number, &part).await {
            Err(StoreError::NotVisible) => return Err(Failure::new(Code::BackupFileGone).into()),
            done => done?,
        }
        number += 1;
    }
    Ok(number)
}

/// Whether a later attempt goes on where this one ends: it needs the file then.
pub(super) const fn goes_on(halt: &Halt) -> bool {
    matches!(halt, Halt::Stop(Stop::LeaseLost | Stop::Shutdown))
}

/// What ends a run; words of the archive and of the system stay in the log.
pub(super) fn halt(error: FileError) -> Halt {
    let code = match error {
        FileError::Store(StoreError::NotVisible) | FileError::NotUsable => Code::BackupGone,
        FileError::Store(StoreError::Corrupt(_)) => Code::ContentCorrupt,
        FileError::Store(error) => return error.into(),
        FileError::Export(ExportError::Object(error)) => return halt(FileError::Store(error)),
        FileError::Export(ExportError::TooLarge(_)) => Code::ArchiveTooLarge,
        FileError::Export(ExportError::UnknownType(_)) => Code::ResourceTypeUnknown,
        FileError::Archive(_) => Code::ArchiveRefused,
        FileError::Export(_) | FileError::Mirror(_) | FileError::BrokenOff => {
            tracing::error!(%error, "an archive could not be written or read");
            Code::Internal
        }
    };
    Failure::new(code).into()
}
