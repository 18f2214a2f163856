//! What an execution works by, and where it writes down what it does. The engine is one: carried out, the records are the run's and the
//! store's, and every line of them is fenced by the attempt's lease; rehearsed, they are pages in memory.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use model::failure::Failure;
use model::ids::RestoreId;
use model::json::Json;
use model::resource_types::ResourceType;
use model::run::{CountKey, ItemStatus, NewItem};
use model::time::Moment;
use store::{NewLine, ObservedItem, Recorded, RestoreItem};

use super::super::restore_wanted;
use super::outcome::Ended;
use crate::context::Context;
use crate::halt::{Halt, Stop};

/// The records of an execution.
pub(in crate::operations) trait Records: Send + Sync {
    /// How long to wait until Graph shows what was written.
    fn settle(&self) -> Duration;

    /// Where an earlier attempt got to.
    fn cursor(&self) -> Option<&str>;

    /// Whether to stop here.
    fn checkpoint(&self) -> Result<(), Stop>;

    /// Waits, until somebody wants it to stop.
    fn wait(&mut self, how_long: Duration) -> impl Future<Output = Result<(), Stop>> + Send;

    /// Adds one to a figure.
    fn count(&mut self, key: CountKey);

    /// Adds to the failures.
    fn failure(&mut self, failure: &Failure, item: &str);

    /// Says what is being done.
    fn phase(&mut self, words: String);

    /// As [`Records::phase`], without a line in the timeline.
    fn now_doing(&mut self, words: String);

    /// Tells how far it is, now and then.
    fn report(&mut self) -> impl Future<Output = Result<(), Halt>> + Send;

    /// Tells how far it is, and where a later attempt may go on.
    fn report_now(&mut self, cursor: Option<String>) -> impl Future<Output = Result<(), Halt>> + Send;

    /// The clock by which it is recorded when something was read.
    fn now(&self) -> impl Future<Output = Result<Moment, Halt>> + Send;

    /// Contents to which the restore refers, by hash.
    fn contents(
        &self,
        restore: RestoreId,
        hashes: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, Json>, Halt>> + Send;

    /// Secrets of an item in clear, by where they belong.
    fn secrets(
        &self,
        restore: RestoreId,
        item: &RestoreItem,
        kind: &ResourceType,
        whole: &Json,
        live: Option<&Json>,
    ) -> impl Future<Output = Result<BTreeMap<String, String>, Halt>> + Send;

    /// Adds lines to the journal; kept when this returns.
    fn note(&mut self, restore: RestoreId, lines: &[NewLine]) -> impl Future<Output = Result<(), Halt>> + Send;

    /// Keeps what was read before the first write, for the safety snapshot.
    fn keep(&self, restore: RestoreId, read: Vec<ObservedItem>) -> impl Future<Output = Result<(), Halt>> + Send;

    /// Keeps what was read back.
    fn observe(&self, read: Vec<ObservedItem>) -> impl Future<Output = Result<(), Halt>> + Send;

    /// Records what came of items, with lines of the journal.
    fn ended(&mut self, restore: RestoreId, ended: &[Ended], lines: &[NewLine]) -> impl Future<Output = Result<(), Halt>> + Send;

    /// Tells of items that are done.
    fn done(&mut self, items: Vec<NewItem>) -> impl Future<Output = Result<(), Halt>> + Send;

    /// What was told of items, by key.
    fn told(&self) -> impl Future<Output = Result<BTreeMap<String, ItemStatus>, Halt>> + Send;
}

impl Records for Context {
    fn settle(&self) -> Duration {
        self.settle
    }

    fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    fn checkpoint(&self) -> Result<(), Stop> {
        Self::checkpoint(self)
    }

    async fn wait(&mut self, how_long: Duration) -> Result<(), Stop> {
        self.or_stop(tokio::time::sleep(how_long)).await
    }

    fn count(&mut self, key: CountKey) {
        self.counts.add(key, 1);
    }

    fn failure(&mut self, failure: &Failure, item: &str) {
        Self::failure(self, failure, item);
    }

    fn phase(&mut self, words: String) {
        Self::phase(self, words);
    }

    fn now_doing(&mut self, words: String) {
        Self::now_doing(self, words);
    }

    async fn report(&mut self) -> Result<(), Halt> {
        Self::report(self).await
    }

    async fn report_now(&mut self, cursor: Option<String>) -> Result<(), Halt> {
        Self::report_now(self, cursor).await
    }

    async fn now(&self) -> Result<Moment, Halt> {
        Ok(self.store.now().await?)
    }

    async fn contents(&self, restore: RestoreId, hashes: &[String]) -> Result<BTreeMap<String, Json>, Halt> {
        Ok(self.store.restores().contents_for_run(&self.scope, restore, hashes).await?)
    }

    async fn secrets(
        &self,
        restore: RestoreId,
        item: &RestoreItem,
        kind: &ResourceType,
        whole: &Json,
        live: Option<&Json>,
    ) -> Result<BTreeMap<String, String>, Halt> {
        restore_wanted::secrets(self, restore, item, kind, whole, live).await
    }

    async fn note(&mut self, restore: RestoreId, lines: &[NewLine]) -> Result<(), Halt> {
        Ok(self.store.restores().note(&self.scope, restore, lines).await?)
    }

    async fn keep(&self, restore: RestoreId, read: Vec<ObservedItem>) -> Result<(), Halt> {
        let contents: Vec<_> = read.iter().map(|item| item.content.clone()).collect();
        self.store.restores().keep(&self.scope, restore, &contents).await?;
        self.observe(read).await
    }

    async fn observe(&self, read: Vec<ObservedItem>) -> Result<(), Halt> {
        self.store.inventory().observe(&self.scope, read).await?;
        Ok(())
    }

    async fn ended(&mut self, restore: RestoreId, ended: &[Ended], lines: &[NewLine]) -> Result<(), Halt> {
        let recorded: Vec<Recorded> = ended.iter().map(Recorded::from).collect();
        Ok(self.store.restores().record(&self.scope, restore, &recorded, lines).await?)
    }

    async fn done(&mut self, items: Vec<NewItem>) -> Result<(), Halt> {
        self.record(items).await
    }

    async fn told(&self) -> Result<BTreeMap<String, ItemStatus>, Halt> {
        self.recorded().await
    }
}
