//! What changed in a collection since somebody began to follow it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use model::json::Json;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Logged {
    /// The object is new, or was put back.
    Added,
    /// Properties of these names have other values.
    Changed(Box<[Box<str>]>),
    /// The object is gone; whether it can be restored.
    Removed { restorable: bool },
}

/// Changes in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChangeLog {
    /// Tells this log from one that was begun anew.
    pub(crate) epoch: u64,
    entries: BTreeMap<u64, (Arc<str>, Logged)>,
    by_id: HashMap<Arc<str>, Vec<u64>>,
    last: u64,
}

impl ChangeLog {
    pub(crate) fn new(epoch: u64) -> Self {
        Self { epoch, ..Self::default() }
    }

    /// The number of the latest change.
    pub(crate) const fn last(&self) -> u64 {
        self.last
    }

    pub(crate) fn add(&mut self, id: &str, change: Logged) {
        self.last += 1;
        let id = self.by_id.get_key_value(id).map_or_else(|| id.into(), |(known, _)| Arc::clone(known));
        self.by_id.entry(Arc::clone(&id)).or_default().push(self.last);
        self.entries.insert(self.last, (id, change));
    }

    /// Changes after a number up to another, in order.
    pub(crate) fn between(&self, after: u64, until: u64) -> impl Iterator<Item = (u64, &str, &Logged)> {
        let range = if after < until { after + 1..until + 1 } else { 0..0 };
        self.entries.range(range).map(|(number, (id, change))| (*number, &**id, change))
    }

    /// Whether no later change up to `until` is of the same object.
    pub(crate) fn is_latest(&self, id: &str, number: u64, until: u64) -> bool {
        let numbers = self.by_id.get(id).map(Vec::as_slice).unwrap_or_default();
        !numbers.iter().any(|other| *other > number && *other <= until)
    }

    /// The names that changed of an object after a number up to another; `None` when it was added in that time.
    pub(crate) fn names(&self, id: &str, after: u64, until: u64) -> Option<Vec<&str>> {
        let numbers = self.by_id.get(id).map(Vec::as_slice).unwrap_or_default();
        let mut names = Vec::new();
        for number in numbers.iter().filter(|number| **number > after && **number <= until) {
            match self.entries.get(number) {
                Some((_, Logged::Changed(changed))) => names.extend(changed.iter().map(|name| &**name)),
                Some((_, Logged::Added)) => return None,
                Some((_, Logged::Removed { .. })) | None => {}
            }
        }
        names.sort_unstable();
        names.dedup();
        Some(names)
    }
}

/// Names of the properties that differ.
pub(crate) fn differing(old: &Json, new: &Json) -> Box<[Box<str>]> {
    let members = |json: &Json| json.as_object().unwrap_or_default().to_vec();
    let mut names: Vec<Box<str>> = Vec::new();
    for (name, value) in members(new) {
        if old.get(&name) != Some(&value) {
            names.push(name.into());
        }
    }
    names.extend(members(old).into_iter().filter(|(name, _)| new.get(name).is_none()).map(|(name, _)| name.into()));
    names.into()
}

/// Whether a removed object can be restored: Microsoft 365 groups and the kinds that have a recycle bin.
pub(crate) fn restorable(collection: &str, object: &Json) -> bool {
    match collection {
        "/groups" => object
            .get("groupTypes")
            .and_then(Json::as_array)
            .is_some_and(|types| types.iter().any(|kind| kind.as_str() == Some("Unified"))),
        "/users" | "/applications" | "/servicePrincipals" => true,
        _ => false,
    }
}
