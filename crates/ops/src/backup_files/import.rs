//! An archive into a set of the database.

use model::access::can;
use model::backup::{ImportRemark, Layout, MissingItem, Origin, Remark, TypeCertificate};
use model::coverage::TypeState;
use model::ids::BackupSetId;
use store::access::{Permit, RunScope};
use store::{ImportEnd, ImportedObject, Sealed, Store};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{FileError, ROOM};
use crate::archive::{ArchiveError, Format, IdSource, Imported, Limits, Report, Source, Verdict, import, shown};

/// Objects of one transaction.
const AT_ONCE: usize = 50;
/// Bytes of contents of one transaction; one object may be larger.
const MOST_BYTES: usize = 4 << 20;

/// How the archive is opened, on the thread that reads it.
pub type Opener = Box<dyn FnOnce(&Limits) -> Result<Box<dyn Source>, ArchiveError> + Send>;

/// Who imports.
#[derive(Debug)]
pub enum Importer<'a> {
    /// The attempt of a run.
    Run(&'a RunScope),
    /// A person, or whoever sits at the machine's command line.
    Person(&'a Permit<can::BackupsRun>),
}

/// An import under way.
#[derive(Debug)]
pub struct Importing {
    store: Store,
    set: BackupSetId,
    objects: i64,
    found: Receiver<Imported>,
    work: JoinHandle<Result<Report, ArchiveError>>,
}

/// Begins to read an archive into a set that was made for it.
#[must_use]
pub fn begin(store: &Store, set: BackupSetId, limits: Limits, open: Opener) -> Importing {
    let (feed, found) = channel(ROOM);
    let read = move || {
        let mut source = open(&limits)?;
        import(&mut *source, &limits, &mut |object| {
            // Nobody listens any more: what is not kept need not be read.
            feed.blocking_send(object).map_err(|_| ArchiveError::Io(std::io::ErrorKind::BrokenPipe.into()))
        })
    };
    Importing { store: store.clone(), set, objects: 0, found, work: spawn_blocking(read) }
}

impl Importing {
    /// Keeps the next portion, in a transaction of its own. How many objects there were until now; `None`: that was the last one.
    ///
    /// # Errors
    /// When the database refuses. That the archive cannot be read is told by [`Importing::finish`].
    pub async fn portion(&mut self, by: &Importer<'_>) -> Result<Option<i64>, FileError> {
        let (mut objects, mut bytes) = (Vec::new(), 0);
        while objects.len() < AT_ONCE && bytes < MOST_BYTES {
            let Some(object) = self.found.recv().await else { break };
            bytes += object.content.text.len();
            objects.push(imported(object));
        }
        if objects.is_empty() {
            return Ok(None);
        }
        self.objects += i64::try_from(objects.len()).unwrap_or(0);
        match by {
            Importer::Run(run) => self.store.backups().import_by_run(run, self.set, &objects).await?,
            Importer::Person(permit) => self.store.backups().import(permit, self.set, &objects).await?,
        }
        Ok(Some(self.objects))
    }

    /// Seals the set with what the archive says of itself.
    ///
    /// # Errors
    /// When the archive was refused or could not be read to its end: the set stays unfinished then.
    pub async fn finish(self, by: &Importer<'_>) -> Result<(Sealed, Report), FileError> {
        let Self { store, set, work, found, .. } = self;
        drop(found);
        let report = work.await.map_err(|_| FileError::BrokenOff)??;
        let end = end(&report);
        let sealed = match by {
            Importer::Run(run) => store.backups().seal_import_by_run(run, set, &end).await?,
            Importer::Person(permit) => store.backups().seal_import(permit, set, &end).await?,
        };
        Ok((sealed, report))
    }
}

fn imported(object: Imported) -> ImportedObject {
    ImportedObject {
        resource_type: object.resource_type,
        object_id: object.object_id,
        id_was_made: object.id_source == IdSource::Made,
        name: object.name,
        captured_at: object.captured_at,
        content: object.content,
        withheld: object.withheld,
    }
}

/// What is kept of a report. Names from outside are shown as they are safe to show.
fn end(report: &Report) -> ImportEnd {
    let set = report.set.as_ref();
    let layout = match report.format {
        Format::Ours => Layout::Ours,
        Format::IntuneCd => Layout::IntuneCd,
        Format::IntuneManagement => Layout::IntuneManagement,
        Format::IntuneBackupAndRestore => Layout::IntuneBackupAndRestore,
    };
    let origin = Origin {
        layout: layout.code().to_owned(),
        entra_id: set.map(|(tenant, _)| shown(&tenant.entra_id)),
        tenant: set.map(|(tenant, _)| shown(&tenant.name)),
        set: set.map(|(_, set)| shown(&set.name)),
        captured_at: set.map(|(_, set)| set.captured_at),
        complete: set.is_some_and(|(_, set)| set.complete),
        files: report.files,
        wrong: report.count(Verdict::Wrong),
        left: report.count(Verdict::Left),
        notes: report.count(Verdict::Note),
        withheld: report.withheld,
    };
    let figure = |figure: u64| i64::try_from(figure).unwrap_or(i64::MAX);
    let coverage = report.coverage.iter().map(|line| TypeCertificate {
        resource_type: shown(&line.resource_type),
        state: TypeState::from_code(&line.state),
        failure_code: line.failure.as_deref().map(shown),
        pages: figure(line.pages),
        objects: figure(line.objects),
        details: 0,
        every_detail: false,
        wanted_whole: line.whole,
        items: 0,
        bytes: 0,
        left_out: 0,
        ended_at: line.read_at,
    });
    let missing = report.missing.iter().map(|line| MissingItem {
        resource_type: shown(&line.resource_type),
        object_id: shown(&line.id),
        name: shown(&line.name),
        code: shown(&line.code),
    });
    let remarks = (1..).zip(&report.lines).map(|(number, line)| ImportRemark {
        number,
        remark: match line.verdict {
            Verdict::Wrong => Remark::Wrong,
            Verdict::Left => Remark::Left,
            Verdict::Note => Remark::Note,
        },
        file: shown(&line.file),
        words: line.words.clone(),
    });
    ImportEnd { origin, coverage: coverage.collect(), missing: missing.collect(), remarks: remarks.collect() }
}
