//! Backup import: a file that was sent into a backup set. Nothing of it becomes part of the inventory. The file is removed at the end,
//! whatever came of it.

use std::io::BufReader;
use std::sync::Arc;

use model::backup::BackupStatus;
use model::failure::{Code, Failure};
use model::operations::backup_set_import::Arguments;
use model::run::{CountKey, NewEvent};
use store::{FileKey, OpenFile, StoreError};
use tokio::runtime::Handle;

use super::backup_set_export::{goes_on, halt};
use crate::archive::{ArchiveError, Identity, Key, Limits, Report, Verdict, open_file};
use crate::backup_files::{FileError, Importer, Opener, PartReader, import};
use crate::context::Context;
use crate::halt::Halt;

/// What a set is called for which nobody chose a name.
const NAMELESS: &str = "Import";

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let name = if wish.name.is_empty() { NAMELESS } else { &wish.name };
    let set = context.store.backups().open_import(&context.scope, name).await?;
    if set.status != BackupStatus::Capturing {
        // An earlier attempt sealed it, and was lost before it could say so.
        context.store.backup_files().drop(&context.scope, wish.file).await?;
        return Ok(());
    }
    let file = match context.store.backup_files().open(&context.scope, wish.file).await {
        Err(StoreError::NotVisible) => return Err(Failure::new(Code::BackupFileGone).into()),
        file => file?,
    };
    if !file.is_whole() {
        return Err(Failure::new(Code::BackupFileGone).into());
    }
    context.phase("Reading the file.".to_owned());
    match read(context, set.id, file).await {
        Err(halt) if goes_on(&halt) => Err(halt),
        ended => {
            context.store.backup_files().drop(&context.scope, wish.file).await?;
            ended
        }
    }
}

async fn read(context: &mut Context, set: model::ids::BackupSetId, file: OpenFile) -> Result<(), Halt> {
    let open = opener(context, file)?;
    let (store, run) = (context.store.clone(), context.scope.clone());
    let by = Importer::Run(&run);
    let mut import = import(&store, set, Limits::default(), open);
    while let Some(objects) = import.portion(&by).await.map_err(halt)? {
        context.counts.set(CountKey::Processed, objects);
        context.counts.set(CountKey::Succeeded, objects);
        context.checkpoint()?;
        context.report().await?;
    }
    let (sealed, report) = match import.finish(&by).await {
        Ok(done) => done,
        Err(error) => return Err(refused(context, error).await?),
    };
    told(context, &report, sealed.status);
    if report.count(Verdict::Wrong) > 0 {
        context.failure(&Failure::new(Code::ArchiveDamaged), "");
    }
    if sealed.status == BackupStatus::Failed {
        return Err(Failure::new(Code::ArchiveRefused).into());
    }
    context.report_now(None).await
}

/// How the file is opened, on the thread that reads it.
fn opener(context: &Context, file: OpenFile) -> Result<Opener, Halt> {
    let key = match file.key() {
        None => None,
        Some(FileKey::Passphrase(phrase)) => Some(Key::Passphrase(phrase)),
        Some(FileKey::Identity(text)) => {
            let identity = Identity::from_file(secrecy::ExposeSecret::expose_secret(&text));
            Some(Key::Identity(identity.map_err(|_| Failure::new(Code::ArchiveRefused))?))
        }
    };
    let scope = context.scope.looking().ok_or(Failure::new(Code::RunContextMissing))?;
    let reader = PartReader::new(context.store.clone(), scope, Arc::new(file), Handle::current());
    Ok(Box::new(move |limits: &Limits| open_file(Box::new(BufReader::new(reader)), key.as_ref(), limits)))
}

/// Says why an archive was refused, in words that hold no name of it.
async fn refused(context: &mut Context, error: FileError) -> Result<Halt, Halt> {
    if let FileError::Archive(ArchiveError::Refused(refusal)) = &error {
        context.event(NewEvent::error("archive_refused", format!("Refused: {}.", refusal.why)));
        context.report_now(None).await?;
    }
    Ok(halt(error))
}

fn told(context: &mut Context, report: &Report, status: BackupStatus) {
    let of = |figure: u64| i64::try_from(figure).unwrap_or(i64::MAX);
    let (objects, wrong, left) = (of(report.understood()), of(report.count(Verdict::Wrong)), of(report.count(Verdict::Left)));
    context.counts.set(CountKey::Succeeded, objects);
    context.counts.set(CountKey::Failed, wrong);
    context.counts.set(CountKey::Skipped, left);
    context.counts.set(CountKey::Processed, objects + wrong + left);
    context.counts.set(CountKey::Total, objects + wrong + left);
    let words = format!(
        "Made by {}: {objects} objects, {left} files left out, {wrong} not what they should be, secrets withheld from {}.",
        report.format.label(),
        report.withheld
    );
    let event = if status == BackupStatus::Complete { NewEvent::info } else { NewEvent::warning };
    context.event(event("imported", words));
}
