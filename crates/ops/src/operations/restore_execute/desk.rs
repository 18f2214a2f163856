//! What an execution knows: the items, what was made, and what the journal of earlier attempts says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::ids::RestoreId;
use model::restore::{Action, Effect, JournalKind, Mapping, Outcome};
use model::run::{ItemStatus, NewItem};
use model::time::duration_words;
use outbound::graph::{ApprovalCode, GraphSession};
use store::{JournalLine, Restore, RestoreItem};

use super::super::restore_wanted::Terms;
use super::outcome::Ended;
use super::records::Records;
use super::{but, key};
use crate::context::Context;
use crate::halt::Halt;

/// Items that are recorded together.
const TOGETHER: usize = 200;

/// What the items are of.
pub(in crate::operations) struct About {
    pub(in crate::operations) id: RestoreId,
    /// What it is called.
    pub(in crate::operations) name: String,
    pub(in crate::operations) terms: Terms,
}

/// The desk of one attempt.
pub(in crate::operations) struct Desk {
    pub(super) restore: About,
    pub(super) session: GraphSession,
    /// The root of the cloud, as links in bodies name it.
    pub(super) root: String,
    pub(super) items: BTreeMap<u32, RestoreItem>,
    pub(super) mapping: Mapping,
    /// The objects that items are, as far as they are there.
    pub(super) ids: BTreeMap<u32, String>,
    /// Items of which the outcome is recorded.
    pub(super) done: BTreeSet<u32>,
    /// Items to which an attempt sent a write, or may have.
    pub(super) touched: BTreeSet<u32>,
    /// Objects that were made, by items that are not recorded.
    pub(super) made: BTreeSet<u32>,
    /// Creates of which nobody knows what came: the ids that there were before, in lower case.
    pub(super) pending: BTreeMap<u32, Arc<BTreeSet<String>>>,
    /// The ids of all objects of a type before this attempt made the first.
    pub(super) before: BTreeMap<String, BTreeSet<String>>,
    /// Properties of a type that Graph called read-only, by whether the object was there: they are not sent any more.
    pub(super) learnt: BTreeMap<(String, bool), BTreeSet<String>>,
    /// Whether something that this attempt wrote is not as it was wanted.
    pub(super) unsettled: bool,
    /// Requests for approval that writes left, by item and by the mark of the write: the same write is sent again under its code.
    pub(super) asked: BTreeMap<(u32, String), ApprovalCode>,
    /// How many writes of an item were answered in this attempt.
    pub(super) sent: BTreeMap<u32, u64>,
    /// How many it takes, as far as that was looked at.
    pub(super) expected: BTreeMap<u32, u64>,
}

impl Desk {
    pub(super) async fn open(context: &Context, restore: Restore, session: GraphSession, root: String) -> Result<Self, Halt> {
        let (store, scope, id) = (&context.store, &context.scope, restore.id);
        let items = store.restores().items_for_run(scope, id).await?;
        let mapping = store.restores().mapping_for_run(scope, id).await?;
        let journal = store.restores().journal_for_run(scope, id).await?;
        let asked = store.restores().approvals_for_run(scope, id).await?.into_iter();
        let terms = Terms::of(&restore);
        let about = About { id, name: restore.name, terms };
        let mut desk = Self::set(about, items, mapping, &journal, session, root);
        desk.asked = asked.filter_map(|one| Some(((one.number, one.write), ApprovalCode::parse(&one.code)?))).collect();
        Ok(desk)
    }

    /// A desk for these items.
    pub(in crate::operations) fn set(
        restore: About,
        items: Vec<RestoreItem>,
        mapping: Mapping,
        journal: &[JournalLine],
        session: GraphSession,
        root: String,
    ) -> Self {
        let mut desk = Self {
            restore,
            session,
            root,
            mapping,
            ids: BTreeMap::new(),
            done: BTreeSet::new(),
            touched: BTreeSet::new(),
            made: BTreeSet::new(),
            pending: BTreeMap::new(),
            before: BTreeMap::new(),
            learnt: BTreeMap::new(),
            unsettled: false,
            asked: BTreeMap::new(),
            sent: BTreeMap::new(),
            expected: BTreeMap::new(),
            items: items.into_iter().map(|item| (item.number, item)).collect(),
        };
        for item in desk.items.values() {
            let there = item.result_id.clone().or_else(|| item.target_id.clone());
            if let Some(there) = there {
                desk.ids.insert(item.number, there);
            }
            if item.outcome.is_some() {
                desk.done.insert(item.number);
            }
        }
        desk.replay(journal);
        desk
    }

    pub(super) const fn id(&self) -> RestoreId {
        self.restore.id
    }

    /// What earlier attempts did.
    fn replay(&mut self, journal: &[JournalLine]) {
        // Thousands of creates may share a list.
        let mut listed: BTreeMap<String, Arc<BTreeSet<String>>> = BTreeMap::new();
        for line in journal {
            if line.kind == JournalKind::Listed {
                if let Some((key, ids)) = line.data.as_ref().and_then(read_listed) {
                    listed.insert(key, Arc::new(ids));
                }
                continue;
            }
            let Some(number) = line.number else { continue };
            let creates = line.effect == Some(Effect::Create);
            match line.kind {
                JournalKind::Intent => {
                    self.touched.insert(number);
                    let key = self.items.get(&number).map(|item| item.resource_type.as_str()).unwrap_or_default();
                    if creates {
                        self.pending.insert(number, listed.get(key).cloned().unwrap_or_default());
                    }
                }
                JournalKind::Result | JournalKind::Found | JournalKind::NothingMade if creates => {
                    self.pending.remove(&number);
                    if let Some(id) = &line.object_id {
                        self.ids.insert(number, id.clone());
                        self.made.insert(number);
                    }
                }
                _ => {}
            }
        }
        self.pending.retain(|number, _| !self.done.contains(number));
    }

    /// The ids of objects of a type that this restore made, in lower case.
    pub(super) fn ours(&self, resource_type: &str) -> BTreeSet<String> {
        let of_type = |number: &u32| self.items.get(number).is_some_and(|item| item.resource_type == resource_type);
        self.ids.iter().filter(|(number, _)| of_type(number)).map(|(_, id)| id.to_lowercase()).collect()
    }

    /// Says how far it is.
    pub(super) fn tell(&self, context: &mut impl Records) {
        let (done, all) = (self.done.len(), self.items.len());
        context.now_doing(format!("Writing objects: {done} of {all} done{}.", self.left_words()));
    }

    /// How long the writes that are left take, as far as that is known.
    fn left_words(&self) -> String {
        match self.session.eta_of_writes(self.writes_left()) {
            Some(left) if left >= std::time::Duration::from_secs(1) => format!(", about {} left", duration_words(left)),
            _ => String::new(),
        }
    }

    /// Records of items for which nothing is to be written that it is so, and tells the run of those that an earlier attempt recorded
    /// without getting to say so.
    pub(in crate::operations) async fn settle_the_rest(&mut self, context: &mut impl Records) -> Result<(), Halt> {
        let recorded = context.told().await?;
        let writes = |item: &RestoreItem| item.action.is_some_and(Action::writes);
        let rest = but(self.items.values().filter(|item| !writes(item)).map(|item| item.number), &self.done);
        for portion in rest.chunks(TOGETHER) {
            let skipped: Vec<Ended> = portion.iter().map(|number| Ended::nothing_to_do(*number)).collect();
            context.ended(self.id(), &skipped, &[]).await?;
            self.done.extend(portion.iter().copied());
        }
        let untold: Vec<NewItem> = self
            .items
            .values()
            .filter(|item| self.done.contains(&item.number) && !recorded.contains_key(&key(item.number)))
            .map(|item| NewItem {
                status: status(item.outcome.unwrap_or(Outcome::Skipped)),
                ..NewItem::succeeded(key(item.number))
            })
            .collect();
        for portion in untold.chunks(TOGETHER) {
            context.done(portion.to_vec()).await?;
        }
        Ok(())
    }
}

/// What an outcome is among the run's figures.
pub(super) const fn status(outcome: Outcome) -> ItemStatus {
    match outcome {
        Outcome::Verified => ItemStatus::Succeeded,
        Outcome::Skipped => ItemStatus::Skipped,
        _ => ItemStatus::Failed,
    }
}

/// `{"type": "…", "ids": ["…"]}`
pub(super) fn listed(resource_type: &str, ids: &BTreeSet<String>) -> serde_json::Value {
    serde_json::json!({ "type": resource_type, "ids": ids })
}

fn read_listed(data: &serde_json::Value) -> Option<(String, BTreeSet<String>)> {
    let key = data.get("type")?.as_str()?.to_owned();
    Some((key, serde_json::from_value(data.get("ids")?.clone()).ok()?))
}
