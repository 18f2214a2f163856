//! The simulated copy: the objects of the tenant as they were last stored, and the groups that the directory cache knows.

use std::collections::{BTreeMap, BTreeSet};

use graph_sim::TenantState;
use model::failure::{Code, Failure};
use model::json::Json;
use model::time::Moment;

use crate::context::Context;
use crate::halt::Halt;

/// Stored objects that are held at once.
const AT_ONCE: u32 = 200;
/// The largest copy, in bytes of its contents.
const MOST_BYTES: u64 = 512 << 20;
/// The id of a group that no tenant has: where the directory cache was filled and knows none of the groups, none of them is there.
const NOBODY: &str = "00000000-0000-0000-0000-00000000ffff";

/// A copy of a tenant.
#[derive(Default)]
pub(in crate::operations) struct Copy {
    pub(in crate::operations) state: TenantState,
    /// What says whether an object changed, as it is stored, by type and id in lower case.
    pub(in crate::operations) known: BTreeMap<(String, String), String>,
    /// Objects whose stored content is damaged or gone.
    pub(in crate::operations) unreadable: i64,
    /// Ids of those of the groups that were asked for which the directory cache knows, in lower case; `None`: it was never filled.
    pub(in crate::operations) groups_known: Option<BTreeSet<String>>,
    bytes: u64,
}

impl Copy {
    /// Puts an object in as it is stored.
    ///
    /// # Errors
    /// `restore.rehearsal_too_large`.
    pub(in crate::operations) fn put(
        &mut self,
        key: &str,
        id: &str,
        odata_type: Option<&str>,
        mut content: Json,
        size: u64,
    ) -> Result<(), Failure> {
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > MOST_BYTES {
            return Err(Failure::new(Code::RehearsalTooLarge));
        }
        if let (None, Some(name)) = (content.get("@odata.type"), odata_type) {
            content.set("@odata.type", Json::text(name));
        }
        if self.state.put_stored(key, id, content).is_err() {
            self.unreadable += 1;
        }
        Ok(())
    }

    /// How many objects it has.
    pub(in crate::operations) fn objects(&self) -> i64 {
        i64::try_from(self.state.len()).unwrap_or(i64::MAX)
    }

    /// Puts those of these groups in that the directory cache knows. One that was never filled says nothing of groups: then no
    /// assignment is refused because of one.
    pub(in crate::operations) async fn groups(&mut self, context: &Context, ids: &BTreeSet<String>) -> Result<(), Halt> {
        let ids: Vec<String> = ids.iter().cloned().collect();
        let (groups, filled) = context.store.restores().stored_groups(&context.scope, &ids).await?;
        self.groups_known = filled.then(|| groups.keys().cloned().collect());
        let nobody = (filled && groups.is_empty()).then(|| (NOBODY.to_owned(), String::new()));
        for (id, name) in groups.into_iter().chain(nobody) {
            // Also as somebody wrote it: ids are told apart by case where they are compared as texts.
            let written: BTreeSet<&String> = ids.iter().filter(|one| one.eq_ignore_ascii_case(&id)).chain([&id]).collect();
            for id in written {
                let group = Json::from([("id", Json::text(id)), ("displayName", Json::text(&name))]);
                self.unreadable += i64::from(self.state.put_stored("group", id, group).is_err());
            }
        }
        Ok(())
    }
}

/// What somebody saw to be gone, by type and id in lower case, and when: more than the inventory knows that was read before.
pub(in crate::operations) type Gone = (BTreeSet<(String, String)>, Option<Moment>);

/// A copy of the objects of these types, as the inventory has them, but for those that were seen to be gone since.
pub(in crate::operations) async fn copy(
    context: &mut Context,
    types: &BTreeSet<String>,
    (gone, looked_at): &Gone,
) -> Result<Copy, Halt> {
    let types: Vec<String> = types.iter().cloned().collect();
    let mut made = Copy::default();
    let mut after: Option<(String, String)> = None;
    loop {
        context.checkpoint()?;
        let from = after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
        let found = context.store.restores().stored_objects(&context.scope, &types, from, AT_ONCE).await?;
        let Some(last) = found.last() else { return Ok(made) };
        after = Some((last.resource_type.clone(), last.object_id.clone()));
        for object in found {
            let of = (object.resource_type.clone(), object.object_id.to_lowercase());
            if gone.contains(&of) && looked_at.is_some_and(|at| object.seen_at < at) {
                continue;
            }
            let Some(content) = object.content else {
                made.unreadable += 1;
                continue;
            };
            made.known.insert(of, object.semantic_hash);
            made.put(&object.resource_type, &object.object_id, object.odata_type.as_deref(), content, object.size)?;
        }
        context.report().await?;
    }
}
