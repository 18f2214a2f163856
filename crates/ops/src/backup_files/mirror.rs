//! A set out of the database into the Git folder of its tenant.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use model::attribution::{ActorKind, Attribution, EventActor};
use model::backup::BackupSet;
use model::ids::BackupSetId;
use model::time::Moment;
use store::access::TenantScope;
use store::{AskedOf, Store, StoreError};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, spawn_blocking};

use super::FileError;
use super::export::header;
use super::stream::Feed;
use crate::archive::{Author, Committed, Mirror, MirrorError, MissingLine, SetLine};

/// Versions of an object between two sets that are looked at; of more nobody says who they are by.
const MOST_VERSIONS: u32 = 50;

/// A commit under way.
#[derive(Debug)]
pub struct Mirroring {
    feed: Feed,
    work: JoinHandle<Result<Committed, MirrorError>>,
}

/// Begins to commit a set to the folder of that name below `root`, which has one folder for each workspace.
///
/// # Errors
/// [`FileError::NotUsable`] for a set that was not captured to its end; when the database refuses.
pub async fn begin(
    store: &Store,
    scope: &TenantScope,
    set: BackupSet,
    root: &Path,
    name: &str,
    scripts: bool,
) -> Result<Mirroring, FileError> {
    if !set.status.is_usable() {
        return Err(FileError::NotUsable);
    }
    let header = header(store, scope, &set).await?;
    let (root, below) = (root.to_owned(), PathBuf::from(scope.workspace_id().to_string()).join(name));
    let changes = Changes {
        store: store.clone(),
        scope: scope.clone(),
        handle: Handle::current(),
        until: set.completed_at.unwrap_or(set.started_at),
    };
    let (feed, objects) = Feed::of(store, scope, set);
    let work = spawn_blocking(move || {
        let mut mirror = Mirror::open(&place(&root, &below)?, &header.tenant.entra_id)?;
        let after = mirror.latest().map(|latest| changes.end_of(latest));
        // All of the first commit was there before: nobody in particular made it.
        let who = |resource_type: &str, object: &str| {
            after.map_or_else(Vec::new, |after| changes.authors(resource_type, object, after))
        };
        mirror.commit(&header, scripts, &who, objects)
    });
    Ok(Mirroring { feed, work })
}

/// The folder, which really is below the one that the server's configuration names.
fn place(root: &Path, below: &Path) -> Result<PathBuf, MirrorError> {
    if !below.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(MirrorError::Elsewhere);
    }
    let root = fs::canonicalize(root)?;
    let folder = root.join(below);
    fs::create_dir_all(&folder)?;
    let folder = fs::canonicalize(folder)?;
    if folder.starts_with(&root) && folder != root { Ok(folder) } else { Err(MirrorError::Elsewhere) }
}

impl Mirroring {
    /// The set.
    #[must_use]
    pub const fn set(&self) -> &BackupSet {
        self.feed.set()
    }

    /// Objects whose stored contents are damaged, as far as they were met: of them the mirror keeps what it has.
    #[must_use]
    pub fn damaged(&self) -> &[MissingLine] {
        self.feed.damaged()
    }

    /// Hands the next portion over. How many objects there were until now; `None`: that was the last one.
    ///
    /// # Errors
    /// When the database refuses. That the mirror cannot be written is told by [`Mirroring::finish`].
    pub async fn portion(&mut self) -> Result<Option<i64>, FileError> {
        self.feed.portion().await
    }

    /// Gives up, and waits until nothing is written any more: nothing is committed.
    pub async fn break_off(self) {
        drop(self.feed);
        let _ = self.work.await;
    }

    /// Commits.
    ///
    /// # Errors
    /// When the mirror could not be opened or written; nothing is committed then.
    pub async fn finish(self) -> Result<Committed, FileError> {
        self.feed.end().await;
        Ok(self.work.await.map_err(|_| FileError::BrokenOff)??)
    }
}

/// Who changed what between two sets, for the thread that commits.
struct Changes {
    store: Store,
    scope: TenantScope,
    handle: Handle,
    /// When the set was sealed.
    until: Moment,
}

impl Changes {
    /// When the set of the latest commit was sealed; where it was removed since: when it was begun.
    fn end_of(&self, latest: &SetLine) -> Moment {
        let set = latest.id.parse::<BackupSetId>().ok();
        let found = set.and_then(|set| self.handle.block_on(self.store.backups().find(&self.scope, set)).ok());
        found.and_then(|set| set.completed_at).unwrap_or(latest.captured_at)
    }

    /// Everybody who changed the object since; nobody where that is not known of every change.
    fn authors(&self, resource_type: &str, object: &str, after: Moment) -> Vec<Author> {
        self.handle.block_on(self.ask(resource_type, object, after)).unwrap_or_else(|error| {
            tracing::warn!(%error, "who changed an object cannot be told; its commit is by the product");
            Vec::new()
        })
    }

    async fn ask(&self, resource_type: &str, object: &str, after: Moment) -> Result<Vec<Author>, StoreError> {
        let versions = self.store.policy_versions();
        let found = versions.found_between(&self.scope, (resource_type, object), (after, self.until), MOST_VERSIONS).await?;
        if found.len() >= MOST_VERSIONS as usize {
            return Ok(Vec::new());
        }
        let asked: Vec<AskedOf> = found.iter().map(|version| AskedOf::version(resource_type, object, version)).collect();
        let mut people = BTreeSet::new();
        for by in self.store.tenant_events().attribute(&self.scope, &asked).await? {
            let Attribution::One(by) = by else { return Ok(Vec::new()) };
            let Some(author) = author(&by.actor) else { return Ok(Vec::new()) };
            people.insert(author);
        }
        Ok(people.into_iter().collect())
    }
}

/// A person by their user principal name, an application by its name; `None` where the event tells neither.
fn author(actor: &EventActor) -> Option<Author> {
    match (actor.kind, actor.name.trim()) {
        (_, "") => None,
        (ActorKind::Application, name) => Some(Author::new(&format!("{name} (application)"), "")),
        (_, name) => Some(Author::new(name, name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_below_the_one_for_mirrors_or_refused() {
        let (root, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let found = place(root.path(), Path::new("w/contoso")).unwrap();
        assert!(found.is_dir() && found.ends_with("w/contoso"));
        assert!(matches!(place(root.path(), Path::new("../x")), Err(MirrorError::Elsewhere)));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(elsewhere.path(), root.path().join("w/link")).unwrap();
            assert!(matches!(place(root.path(), Path::new("w/link")), Err(MirrorError::Elsewhere)));
        }
        assert!(matches!(place(&root.path().join("none"), Path::new("w/a")), Err(MirrorError::Io(_))), "it is made by nobody");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn people_and_applications_are_authors_by_their_names() {
        let actor = |kind, name: &str| EventActor { kind, name: name.to_owned(), app: None };
        let text = |kind, name| author(&actor(kind, name)).map(|author| author.to_string());
        assert_eq!(text(ActorKind::Person, "ann@contoso.com").as_deref(), Some("ann@contoso.com <ann@contoso.com>"));
        assert_eq!(text(ActorKind::Application, "Terraform").as_deref(), Some("Terraform (application) <>"));
        assert_eq!(text(ActorKind::Person, " "), None);
    }
}
