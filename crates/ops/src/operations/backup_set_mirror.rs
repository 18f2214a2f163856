//! Backup mirror: commits a captured set to the Git folder that the tenant's settings name. Sets are committed in the order of their
//! captures, each once: whoever wants to commit the set of the latest commit again is told that commit.

use std::time::Duration;

use model::backup::BackupSet;
use model::coverage::TypeState;
use model::failure::{Code, Failure};
use model::operations::backup_set_mirror::Arguments;
use model::run::{CountKey, NewEvent};
use model::settings::Key;
use store::StoreError;

use super::backup_set_export::{damaged, halt};
use crate::archive::{Committed, MirrorError};
use crate::backup_files::{FileError, Mirroring, mirror};
use crate::context::Context;
use crate::halt::Halt;

/// Between two looks at a mirror that is busy.
const BUSY: Duration = Duration::from_secs(60);
/// Between two looks at the audit logs. A run is put off some fifty times at most: that is more than [`PATIENCE`].
const UNTOLD: Duration = Duration::from_secs(32 * 60);
/// How long the audit logs are waited for: they are read daily.
const PATIENCE: Duration = Duration::from_secs(25 * 3600);

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let set = match context.store.backups().captured_by(&context.scope, wish.captured_by).await {
        Err(StoreError::NotVisible) => return Err(Failure::new(Code::BackupGone).into()),
        set => set?,
    };
    let settings = context.store.settings().of_run(&context.scope).await?.stored;
    let Some(name) = Key::mirror_folder(&settings) else {
        context.event(NewEvent::info("mirror_off", "The tenant has no mirror any more: nothing was done."));
        return context.report_now(None).await;
    };
    let root = context.mirror_folder.clone().ok_or(Failure::new(Code::MirrorOff))?;
    let waits = Key::mirror_waits_for_authors(&settings);
    if context.store.backups().mirrors_earlier(&context.scope).await? {
        // As patient as the one before.
        return Err(later(Code::MirrorBusy, if waits { UNTOLD } else { BUSY }));
    }
    if waits && untold(context, &set).await? {
        return Err(later(Code::MirrorWaits, UNTOLD));
    }
    context.phase("Writing the mirror.".to_owned());
    context.counts.set(CountKey::Total, set.items);
    context.report_now(None).await?;
    let scope = context.scope.looking().ok_or(Failure::new(Code::RunContextMissing))?;
    let id = set.id;
    let begun = mirror(&context.store, &scope, set, &root, &name, Key::mirrors_scripts(&settings)).await;
    let mut work = begun.map_err(halt)?;
    if let Err(ended) = streamed(context, &mut work).await {
        // The folder is another attempt's only when nothing is written any more.
        work.break_off().await;
        return Err(ended);
    }
    damaged(context, work.damaged());
    match work.finish().await {
        Ok(done) => {
            match context.store.backups().mirrored(&context.scope, id, &done.commit).await {
                Err(StoreError::NotVisible) => return Err(Failure::new(Code::BackupGone).into()),
                noted => noted?,
            }
            told(context, &done);
        }
        Err(FileError::Mirror(error)) => refused(context, error).await?,
        Err(error) => return Err(halt(error)),
    }
    context.report_now(None).await
}

fn later(code: Code, wait: Duration) -> Halt {
    Failure::new(code).with("retry_after", wait).into()
}

/// Whether a log that is read by itself was not read up to the end of the set yet, and there is hope that it will be.
async fn untold(context: &Context, set: &BackupSet) -> Result<bool, Halt> {
    let end = set.completed_at.unwrap_or(set.started_at);
    if context.store.now().await? > end.plus(PATIENCE) {
        return Ok(false);
    }
    let sources = context.store.tenant_events().sources_of_run(&context.scope).await?;
    let mut read = sources.iter().filter(|source| source.state == Some(TypeState::Complete));
    Ok(read.any(|source| source.reading().until.is_none_or(|until| until < end)))
}

async fn streamed(context: &mut Context, work: &mut Mirroring) -> Result<(), Halt> {
    while let Some(objects) = work.portion().await.map_err(halt)? {
        let damaged = i64::try_from(work.damaged().len()).unwrap_or(0);
        context.counts.set(CountKey::Processed, objects);
        context.counts.set(CountKey::Failed, damaged);
        context.counts.set(CountKey::Succeeded, objects - damaged);
        context.checkpoint()?;
        context.report().await?;
    }
    Ok(context.checkpoint()?)
}

fn told(context: &mut Context, done: &Committed) {
    let figure = |figure: u64| i64::try_from(figure).unwrap_or(i64::MAX);
    let Committed { commit, added, changed, renamed, removed, already } = done;
    let words = if *already {
        format!("The set is in the mirror already: commit {commit}.")
    } else {
        format!("Commit {commit}: {added} added, {changed} changed, {renamed} renamed, {removed} removed.")
    };
    context.event(NewEvent::info("mirrored", words));
    context.counts.set(CountKey::Created, figure(*added));
    context.counts.set(CountKey::Updated, figure(*changed));
    context.counts.set(CountKey::Deleted, figure(*removed));
}

/// What becomes of a run whose mirror could not be written. What Git and the system say stays in the log.
async fn refused(context: &mut Context, error: MirrorError) -> Result<(), Halt> {
    let code = match error {
        MirrorError::Older => {
            let words = "The mirror holds a newer backup; this one would take its contents back in time, and was left out.";
            context.event(NewEvent::warning("mirror_newer", words));
            return Ok(());
        }
        MirrorError::Busy => return Err(later(Code::MirrorBusy, BUSY)),
        MirrorError::Io(_) | MirrorError::Git { .. } => {
            tracing::error!(run = %context.run.id, %error, "a mirror could not be written");
            Code::MirrorFailed
        }
        MirrorError::Object(_) | MirrorError::Order => {
            tracing::error!(run = %context.run.id, %error, "a set could not be mirrored");
            Code::Internal
        }
        MirrorError::NotEmpty
        | MirrorError::NotAMirror
        | MirrorError::OtherTenant(_)
        | MirrorError::Newer(_)
        | MirrorError::Dirty(_)
        | MirrorError::Moved
        | MirrorError::OtherOwner
        | MirrorError::NotPlain
        | MirrorError::Setting(_)
        | MirrorError::Detached
        | MirrorError::Elsewhere => {
            context.event(NewEvent::error("mirror_refused", format!("Refused: {error}.")));
            context.report_now(None).await?;
            Code::MirrorRefused
        }
    };
    Err(Failure::new(code).into())
}
