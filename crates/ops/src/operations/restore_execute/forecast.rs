//! How many writes are left: Microsoft's quota of them is what a restore waits for.

use std::collections::BTreeMap;

use model::json::Json;
use model::resource_types;
use model::restore::{Action, placeholder, removal, steps};
use store::RestoreItem;

use super::super::restore_wanted::whole;
use super::desk::Desk;
use super::records::Records;
use crate::halt::Halt;

/// Objects whose contents are held at once.
const TOGETHER: usize = 100;

impl Desk {
    /// Where a quota holds writes back, finds how many each item takes, by what is wanted and what the preview saw: windows of a quota are
    /// long, so that a guess of a few writes too many would be off by a whole one.
    pub(super) async fn foresee(&mut self, context: &impl Records) -> Result<(), Halt> {
        let open = |item: &&RestoreItem| item.action.is_some_and(Action::writes) && !self.done.contains(&item.number);
        let items: Vec<&RestoreItem> = self.items.values().filter(open).collect();
        let paths = items.iter().filter_map(|item| resource_types::find(&item.resource_type)).map(|kind| kind.item.as_str());
        if !self.session.paces_writes(paths) {
            return Ok(());
        }
        let mut expected = BTreeMap::new();
        for portion in items.chunks(TOGETHER) {
            context.checkpoint()?;
            let hashes: Vec<String> = portion.iter().flat_map(|item| [&item.wanted, &item.before]).flatten().cloned().collect();
            let contents = context.contents(self.id(), &hashes).await?;
            let counts = portion.iter().filter_map(|item| Some((item.number, self.count(item, &contents)?)));
            expected.extend(counts);
        }
        self.expected = expected;
        Ok(())
    }

    /// How many writes an item takes; `None` where that is not known.
    fn count(&self, item: &RestoreItem, contents: &BTreeMap<String, Json>) -> Option<u64> {
        let kind = resource_types::find(&item.resource_type)?;
        let of = |hash: &Option<String>| contents.get(hash.as_ref()?);
        let (live, id) = (of(&item.before), self.ids.get(&item.number).map(String::as_str));
        let found = if item.action == Some(Action::Delete) {
            removal(kind, id?, live?).ok()?
        } else {
            let made = |other: u32| Some(self.ids.get(&other).cloned().unwrap_or_else(|| placeholder(other)));
            let wanted = whole(kind, of(&item.wanted)?, &item.part, self.restore.terms, live, &self.mapping, &made).ok()?;
            steps(kind, &wanted, live, id).ok()?
        };
        u64::try_from(found.len()).ok()
    }

    /// How many writes are left, by what path. Of an item of which it was not found: as many as items of its type needed that are done;
    /// before one is, the object itself and its assignments.
    pub(super) fn writes_left(&self) -> BTreeMap<&'static str, u64> {
        let mut types: BTreeMap<&str, Writes> = BTreeMap::new();
        for item in self.items.values().filter(|item| item.action.is_some_and(Action::writes)) {
            let writes = types.entry(&item.resource_type).or_default();
            let sent = self.sent.get(&item.number).copied();
            match (self.done.contains(&item.number), self.expected.get(&item.number)) {
                // One of which nothing was sent was left alone, or is an earlier attempt's.
                (true, _) => {
                    (writes.done, writes.took) = (writes.done + u64::from(sent.is_some()), writes.took + sent.unwrap_or(0))
                }
                (false, Some(all)) => writes.known += all.saturating_sub(sent.unwrap_or(0)),
                (false, None) => (writes.open, writes.begun) = (writes.open + 1, writes.begun + sent.unwrap_or(0)),
            }
        }
        let mut left: BTreeMap<&str, u64> = BTreeMap::new();
        for (key, writes) in types {
            if let Some(kind) = resource_types::find(key) {
                *left.entry(&kind.item).or_default() += writes.left(1 + u64::from(kind.assignments.is_some()));
            }
        }
        left
    }
}

/// Writes of the objects of one type.
#[derive(Debug, Clone, Copy, Default)]
struct Writes {
    /// Objects that are done, and how many writes they took.
    done: u64,
    took: u64,
    /// Writes that are left of those of which it is known.
    known: u64,
    /// The other objects, and how many writes of them were answered.
    open: u64,
    begun: u64,
}

impl Writes {
    /// How many are left; `usual`: so many for an object, while none is done.
    fn left(self, usual: u64) -> u64 {
        let all = match self.done {
            0 => self.open * usual,
            done => (self.open * self.took).div_ceil(done),
        };
        self.known + all.saturating_sub(self.begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_by_what_was_needed() {
        let writes = Writes { done: 0, took: 0, known: 0, open: 10, begun: 3 };
        assert_eq!(writes.left(2), 17, "nothing is done yet");
        assert_eq!(Writes { done: 4, took: 6, ..writes }.left(2), 12, "half of them have no assignments");
        assert_eq!(Writes { done: 4, took: 4, begun: 30, known: 5, ..writes }.left(2), 5);
    }
}
