//! What is played: the copy, the plan, and what it wants.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use graph_sim::TenantState;
use model::ids::RestoreId;
use model::resource_types::{self, Form};
use model::restore::Mapping;
use model::time::Moment;
use store::RestoreItem;

use super::super::restore_execute::About;
use crate::context::Context;
use crate::halt::Halt;

/// Types that are always in a copy: they are few, and everything may refer to them.
const ALWAYS: [&str; 2] = ["assignment_filter", "scope_tag"];
/// Contents that are read at once.
const AT_ONCE: usize = 100;

/// What is played.
pub(in crate::operations) struct Stage {
    pub(in crate::operations) state: TenantState,
    /// What says whether an object changed, as it is stored, by type and id in lower case.
    pub(in crate::operations) known: BTreeMap<(String, String), String>,
    pub(in crate::operations) about: About,
    pub(in crate::operations) items: Vec<RestoreItem>,
    pub(in crate::operations) mapping: Mapping,
    /// Wanted contents as texts, by hash.
    pub(in crate::operations) contents: BTreeMap<String, Arc<str>>,
    /// How long Graph may take to show what was written.
    pub(in crate::operations) settle: Duration,
    /// When it begins, by the clock of the database.
    pub(in crate::operations) began: Moment,
}

/// The types of which a copy holds the objects: those of the items and of what they refer to, and below what they are.
pub(in crate::operations) fn types_of(items: &[RestoreItem], mapping: &Mapping) -> BTreeSet<String> {
    let mut types: BTreeSet<String> = ALWAYS.iter().map(|key| (*key).to_owned()).collect();
    types.extend(items.iter().map(|item| item.resource_type.clone()));
    for reference in mapping.0.keys() {
        types.extend(reference.types().into_iter().map(str::to_owned));
    }
    let mut open: Vec<String> = types.iter().cloned().collect();
    while let Some(key) = open.pop() {
        let Some(Form::Below { parent }) = resource_types::find(&key).map(|kind| &kind.form) else { continue };
        if types.insert(parent.clone()) {
            open.push(parent.clone());
        }
    }
    types
}

/// The wanted contents of a restore's items, as texts.
pub(in crate::operations) async fn contents(
    context: &mut Context,
    restore: RestoreId,
    items: &[RestoreItem],
    state: &mut TenantState,
) -> Result<BTreeMap<String, Arc<str>>, Halt> {
    let hashes: BTreeSet<String> = items
        .iter()
        .filter(|item| item.action.is_some_and(model::restore::Action::writes))
        .filter_map(|item| item.wanted.clone())
        .collect();
    let hashes: Vec<String> = hashes.into_iter().collect();
    let mut texts = BTreeMap::new();
    for portion in hashes.chunks(AT_ONCE) {
        context.checkpoint()?;
        let read = context.store.restores().contents_for_run(&context.scope, restore, portion).await?;
        for (hash, content) in read {
            // Microsoft knows them in every tenant, whichever objects there are.
            state.know_definitions_of(&content);
            texts.insert(hash, Arc::from(content.to_text()));
        }
        context.report().await?;
    }
    Ok(texts)
}
