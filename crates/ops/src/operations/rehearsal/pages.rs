//! The records of a rehearsal: pages in memory, in place of the journal, the safety snapshot and the run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::failure::{Code, Failure};
use model::ids::RestoreId;
use model::json::Json;
use model::resource_types::ResourceType;
use model::restore::{JournalKind, Outcome, missing_secrets};
use model::run::{CountKey, ItemStatus, NewItem};
use model::time::{Clock as _, Moment};
use store::{NewLine, ObservedItem, RestoreItem};
use tokio::sync::watch;

use super::super::restore_execute::{Ended, Records};
use super::bridge::Virtual;
use crate::halt::{Halt, Stop};

/// What is written in place of a secret: the real one is in no rehearsal.
const MADE_UP: &str = "rehearsed";

/// What came of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operations) struct PlayedItem {
    pub(in crate::operations) outcome: Outcome,
    pub(in crate::operations) code: Option<Code>,
    pub(in crate::operations) differs: Vec<String>,
    pub(in crate::operations) stripped: Vec<String>,
    pub(in crate::operations) writes: u32,
    pub(in crate::operations) placeholders: u32,
}

/// What came of it all.
#[derive(Debug, Default)]
pub(in crate::operations) struct Played {
    pub(in crate::operations) items: BTreeMap<u32, PlayedItem>,
    /// How long it took by its own clock.
    pub(in crate::operations) took: Duration,
    pub(in crate::operations) requests: u64,
}

/// The pages.
pub(super) struct Pages {
    pub(super) settle: Duration,
    pub(super) clock: Arc<Virtual>,
    pub(super) contents: BTreeMap<String, Arc<str>>,
    pub(super) told: watch::Sender<usize>,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) items: BTreeMap<u32, PlayedItem>,
    writes: BTreeMap<u32, u32>,
    made_up: Mutex<BTreeMap<u32, u32>>,
}

impl Pages {
    pub(super) fn new(
        settle: Duration,
        clock: Arc<Virtual>,
        contents: BTreeMap<String, Arc<str>>,
        told: watch::Sender<usize>,
        stop: Arc<AtomicBool>,
    ) -> Self {
        let (items, writes, made_up) = (BTreeMap::new(), BTreeMap::new(), Mutex::default());
        Self { settle, clock, contents, told, stop, items, writes, made_up }
    }
}

impl Records for Pages {
    fn settle(&self) -> Duration {
        self.settle
    }

    fn cursor(&self) -> Option<&str> {
        None
    }

    fn checkpoint(&self) -> Result<(), Stop> {
        if self.stop.load(Ordering::Relaxed) { Err(Stop::Cancel) } else { Ok(()) }
    }

    async fn wait(&mut self, how_long: Duration) -> Result<(), Stop> {
        self.checkpoint()?;
        tokio::time::sleep(how_long).await;
        Ok(())
    }

    fn count(&mut self, _: CountKey) {}

    fn failure(&mut self, _: &Failure, _: &str) {}

    fn phase(&mut self, _: String) {}

    fn now_doing(&mut self, _: String) {}

    async fn report(&mut self) -> Result<(), Halt> {
        Ok(self.checkpoint()?)
    }

    async fn report_now(&mut self, _: Option<String>) -> Result<(), Halt> {
        Ok(self.checkpoint()?)
    }

    async fn now(&self) -> Result<Moment, Halt> {
        Ok(self.clock.now())
    }

    async fn contents(&self, _: RestoreId, hashes: &[String]) -> Result<BTreeMap<String, Json>, Halt> {
        let content = |hash: &String| Some((hash.clone(), Json::parse(self.contents.get(hash)?.as_bytes()).ok()?));
        Ok(hashes.iter().filter_map(content).collect())
    }

    async fn secrets(
        &self,
        _: RestoreId,
        item: &RestoreItem,
        kind: &ResourceType,
        whole: &Json,
        live: Option<&Json>,
    ) -> Result<BTreeMap<String, String>, Halt> {
        let missing = missing_secrets(kind, whole, live).into_iter().filter(|secret| secret.needed);
        let made_up: BTreeMap<String, String> = missing.map(|secret| (secret.pointer, MADE_UP.to_owned())).collect();
        if !made_up.is_empty() {
            let many = u32::try_from(made_up.len()).unwrap_or(u32::MAX);
            self.made_up.lock().unwrap_or_else(PoisonError::into_inner).insert(item.number, many);
        }
        Ok(made_up)
    }

    async fn note(&mut self, _: RestoreId, lines: &[NewLine]) -> Result<(), Halt> {
        for number in lines.iter().filter(|line| line.kind == JournalKind::Intent).filter_map(|line| line.number) {
            *self.writes.entry(number).or_default() += 1;
        }
        Ok(())
    }

    async fn keep(&self, _: RestoreId, _: Vec<ObservedItem>) -> Result<(), Halt> {
        Ok(())
    }

    async fn observe(&self, _: Vec<ObservedItem>) -> Result<(), Halt> {
        Ok(())
    }

    async fn ended(&mut self, _: RestoreId, ended: &[Ended], _: &[NewLine]) -> Result<(), Halt> {
        let made_up = self.made_up.lock().unwrap_or_else(PoisonError::into_inner);
        for one in ended {
            let item = PlayedItem {
                outcome: one.outcome,
                code: one.code,
                differs: one.differs.clone(),
                stripped: one.stripped.clone(),
                writes: self.writes.get(&one.number).copied().unwrap_or(0),
                placeholders: made_up.get(&one.number).copied().unwrap_or(0),
            };
            self.items.insert(one.number, item);
        }
        Ok(())
    }

    async fn done(&mut self, _: Vec<NewItem>) -> Result<(), Halt> {
        self.told.send_replace(self.items.len());
        Ok(())
    }

    async fn told(&self) -> Result<BTreeMap<String, ItemStatus>, Halt> {
        Ok(BTreeMap::new())
    }
}
