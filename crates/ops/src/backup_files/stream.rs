//! The objects of a set on their way out of the database, to a thread that may block: an archive, or a mirror.

use model::backup::BackupSet;
use model::failure::Code;
use model::json::Json;
use model::resource_types;
use secrecy::ExposeSecret as _;
use store::access::{RunScope, TenantScope};
use store::{OpenSecret, Store, StoreError, StoredObject};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{FileError, ROOM};
use crate::archive::{MissingLine, SecretLine, SetObject, Streamed};

/// What the thread gets: an object, or the word that there are no more. A channel that ends without that word was broken off, and what
/// was written until then must not look whole.
type Fed = Result<Option<Streamed>, StoreError>;

/// Where the objects come from.
#[derive(Debug)]
pub(super) struct Feed {
    store: Store,
    scope: TenantScope,
    set: BackupSet,
    last: Option<(String, String)>,
    objects: i64,
    damaged: Vec<MissingLine>,
    secrets: Option<RunScope>,
    feed: Sender<Fed>,
}

impl Feed {
    /// The beginning of a set, and what the thread reads from.
    pub(super) fn of(store: &Store, scope: &TenantScope, set: BackupSet) -> (Self, Objects) {
        let (feed, fed) = channel(ROOM);
        let (store, scope) = (store.clone(), scope.clone());
        let this = Self { store, scope, set, last: None, objects: 0, damaged: Vec::new(), secrets: None, feed };
        (this, Objects(fed))
    }

    /// Takes secret values along, for the attempt of that run.
    pub(super) fn with_secrets(self, run: &RunScope) -> Self {
        Self { secrets: Some(run.clone()), ..self }
    }

    pub(super) const fn set(&self) -> &BackupSet {
        &self.set
    }

    /// Objects whose stored contents are damaged, as far as they were met.
    pub(super) fn damaged(&self) -> &[MissingLine] {
        &self.damaged
    }

    /// Hands the next portion over. How many objects there were until now; `None`: that was the last one, or nobody listens any more.
    pub(super) async fn portion(&mut self) -> Result<Option<i64>, FileError> {
        let after = self.last.as_ref().map(|(kind, object)| (kind.as_str(), object.as_str()));
        let found = self.store.backups().objects(&self.scope, self.set.id, after).await?;
        let Some(last) = found.last() else { return Ok(None) };
        self.last = Some((last.resource_type.clone(), last.object_id.clone()));
        for object in found {
            let secrets = self.secrets_of(&object).await?;
            let streamed = streamed(object, secrets);
            if let Streamed::Damaged(line) = &streamed {
                self.damaged.push(line.clone());
            }
            if self.feed.send(Ok(Some(streamed))).await.is_err() {
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

    /// Says that there are no more.
    pub(super) async fn end(self) {
        // Where the thread has ended already, it says why.
        let _ = self.feed.send(Ok(None)).await;
    }
}

/// What the thread reads from.
pub(super) struct Objects(Receiver<Fed>);

impl Iterator for Objects {
    type Item = Result<Streamed, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.blocking_recv() {
            Some(fed) => fed.transpose(),
            None => Some(Err(StoreError::Corrupt("what reads the backup set was broken off"))),
        }
    }
}

fn streamed(object: StoredObject, secrets: Vec<SecretLine>) -> Streamed {
    let read = |text: &str| Json::parse(text.as_bytes()).ok();
    let contents = object.text.as_ref().ok().and_then(|text| Some((read(text)?, read(&object.volatile)?)));
    let Some((content, volatile)) = contents else {
        return Streamed::Damaged(MissingLine {
            resource_type: object.resource_type,
            id: object.object_id,
            name: object.name,
            code: Code::ContentCorrupt.code().to_owned(),
        });
    };
    let object = SetObject {
        content,
        volatile,
        resource_type: object.resource_type,
        object_id: object.object_id,
        name: object.name,
        captured_at: object.captured_at,
        hash: object.hash,
    };
    Streamed::Whole(object, secrets)
}
