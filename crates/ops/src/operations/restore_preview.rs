//! Restore preview: which object of the tenant each item is, as it is now, and what would be done with it; then the plan is frozen.
//!
//! - Nothing is written to the tenant. What is read becomes a version of its object, so that the safety snapshot begins here.
//! - An object is found by its id; where that is not there, by its content and name, if exactly one is equal. A name alone is a suggestion:
//!   until a person says which one it is, the item is skipped.
//! - A reference that no cache knows is asked for in the tenant, by its id, where the contents are of the same one.
//! - What cannot be read, decided or mapped is skipped, and the plan says why. A plan that was changed meanwhile is not frozen.

mod find;
mod open;

use std::collections::{BTreeMap, BTreeSet};

use model::failure::{Code, Failure};
use model::json::Json;
use model::operations::restore_preview::Arguments;
use model::resource_types::{self, ResourceType};
use model::restore::{
    Action, Hindrance, Live, Mapping, RestoreState, Situation, decide, missing_secrets, needs, placeholder, reach, removal_needs,
};
use model::run::{CountKey, NewEvent};
use store::{PlannedWork, Restore, RestoreItem, StoreError};

use super::directory::{self, Traffic};
use super::restore_wanted::{Terms, filled, secrets, whole};
use crate::context::Context;
use crate::halt::Halt;
use find::{Finder, Found, There};

/// Contents that are held at once.
const PORTION: usize = 100;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let restore = match context.store.restores().for_run(&context.scope, wish.restore).await {
        Err(StoreError::NotVisible) => return Err(Failure::new(Code::RestoreChanged).into()),
        found => found?,
    };
    if restore.revision != wish.revision || !matches!(restore.state, RestoreState::Checked | RestoreState::Previewed) {
        return Err(Failure::new(Code::RestoreChanged).into());
    }
    let items = context.store.restores().items_for_run(&context.scope, restore.id).await?;
    // What an earlier preview found to be removed is found anew.
    let items: Vec<RestoreItem> =
        items.into_iter().filter(|item| item.wanted.is_some() || restore.purpose == model::restore::Purpose::Undo).collect();
    let mut mapping = context.store.restores().mapping_for_run(&context.scope, restore.id).await?;
    let session = context.connect().await?;
    context.or_stop(session.check()).await??;
    let mut traffic = Traffic::of(&context.counts, &session);
    context.counts.set(CountKey::Total, items.len() as i64);
    open::look(context, &session, &restore, &mut mapping).await?;
    let mut finder = Finder { session: session.clone(), restore: &restore, found: BTreeMap::new(), unwanted: Vec::new() };
    let mut by_type: BTreeMap<&str, Vec<&RestoreItem>> = BTreeMap::new();
    for item in &items {
        by_type.entry(&item.resource_type).or_default().push(item);
    }
    for (key, of_type) in &by_type {
        context.checkpoint()?;
        let label = resource_types::find(key).map_or(*key, |kind| kind.label.as_str());
        context.phase(format!("Reading {label}."));
        context.report().await?;
        finder.find(context, key, of_type).await?;
        traffic.update(context, &session);
    }
    context.phase("Deciding what would be done.".to_owned());
    context.report_now(None).await?;
    let Finder { found, unwanted, .. } = finder;
    let mut plan = decided(context, &restore, &items, &mapping, found).await?;
    plan.extend(unwanted_work(&items, unwanted));
    hold_back(&mut plan);
    let reached = plan.iter().filter(|work| work.action.writes()).filter_map(|work| work.reach.as_ref());
    let groups: BTreeSet<&str> = reached.flat_map(|reach| &reach.groups).map(String::as_str).collect();
    // What cannot be counted stays as the cache has it; the plan does not depend on it.
    directory::references::count_these(context, &session, &mut traffic, &groups).await?;
    let frozen = match context.store.restores().freeze(&context.scope, restore.id, restore.revision, &plan).await {
        Err(StoreError::Conflict(_)) => return Err(Failure::new(Code::RestoreChanged).into()),
        frozen => frozen?,
    };
    count(context, &plan);
    let words = format!("The plan is frozen: {} of {} objects are written.", frozen.writes, plan.len());
    context.event(NewEvent::info("previewed", words));
    context.report_now(None).await
}

/// The items by what was found of them.
async fn decided(
    context: &Context,
    restore: &Restore,
    items: &[RestoreItem],
    mapping: &Mapping,
    mut found: BTreeMap<u32, Found>,
) -> Result<Vec<PlannedWork>, Halt> {
    let targets: BTreeMap<u32, String> = found
        .iter()
        .filter_map(|(number, found)| Some((*number, found.target.clone()?)))
        .filter(|(number, _)| found.get(number).is_some_and(|found| matches!(found.there, There::Is { .. })))
        .collect();
    let made = |item: u32| Some(targets.get(&item).cloned().unwrap_or_else(|| placeholder(item)));
    let mut plan = Vec::with_capacity(items.len());
    let mut removed: Vec<(u32, &'static ResourceType, String, Json)> = Vec::new();
    for portion in items.chunks(PORTION) {
        context.checkpoint()?;
        let hashes: Vec<String> = portion.iter().filter_map(|item| item.wanted.clone()).collect();
        let contents = context.store.restores().contents_for_run(&context.scope, restore.id, &hashes).await?;
        for item in portion {
            let found = found.remove(&item.number).unwrap_or_default();
            let content = item.wanted.as_ref().map(|hash| contents.get(hash));
            let (work, raw) = decided_one(context, restore, item, mapping, found, content, &made).await?;
            if let (Action::Delete, Some(kind), Some(raw)) = (work.action, resource_types::find(&item.resource_type), raw) {
                removed.push((item.number, kind, work.target_id.clone().unwrap_or_default(), raw));
            }
            plan.push(work);
        }
    }
    // What others refer to goes last.
    let removed: Vec<_> = removed.iter().map(|(number, kind, id, raw)| (*number, *kind, id.as_str(), raw)).collect();
    let mut needs = removal_needs(&removed);
    for work in plan.iter_mut().filter(|work| work.action == Action::Delete) {
        work.needs = needs.remove(&work.number).unwrap_or_default();
    }
    Ok(plan)
}

async fn decided_one(
    context: &Context,
    restore: &Restore,
    item: &RestoreItem,
    mapping: &Mapping,
    found: Found,
    content: Option<Option<&Json>>,
    made: &(dyn Fn(u32) -> Option<String> + Sync),
) -> Result<(PlannedWork, Option<Json>), Halt> {
    let mut work = PlannedWork {
        number: item.number,
        resource_type: item.resource_type.clone(),
        source_id: item.source_id.clone(),
        name: item.name.clone(),
        action: Action::Skip,
        target_id: None,
        before_semantic: None,
        before: None,
        hindrance: None,
        needs: Vec::new(),
        suggested: found.suggested,
        reach: None,
    };
    let Some(kind) = resource_types::find(&item.resource_type) else {
        return Ok((PlannedWork { hindrance: Some(Hindrance::NeverWritten), ..work }, None));
    };
    let raw = match &found.there {
        There::Is { raw, semantic, content } => {
            work.target_id = found.target;
            work.before_semantic = Some(semantic.clone());
            work.before = Some(content.clone());
            Some(Json::parse(raw.as_bytes()).map_err(|_| Failure::new(Code::Internal))?)
        }
        There::Not | There::Unread => None,
    };
    let live = match (&found.there, &raw) {
        (There::Unread, _) => Live::Unread,
        (_, Some(raw)) => Live::There(raw),
        (_, None) => Live::Absent,
    };
    let mut hindrance = found.hindrance;
    let mut wanted = None;
    match content {
        None => {}
        Some(None) => hindrance = Some(Hindrance::Damaged),
        Some(Some(content)) => {
            work.needs = needs(kind, &super::restore_wanted::partial(kind, content, &item.part), mapping);
            work.needs.retain(|number| *number != item.number);
            match whole(kind, content, &item.part, Terms::of(restore), raw.as_ref(), mapping, made) {
                Ok(whole) => {
                    let secrets = secrets(context, restore.id, item, kind, &whole, raw.as_ref()).await?;
                    let whole = filled(&whole, &secrets);
                    if missing_secrets(kind, &whole, raw.as_ref()).iter().any(|secret| secret.needed) {
                        hindrance = hindrance.or(Some(Hindrance::SecretMissing));
                    }
                    wanted = Some(whole);
                }
                Err(why) => hindrance = hindrance.or(Some(why)),
            }
        }
    }
    // What is to be put back and is not known is not to be removed.
    if content.is_some() && wanted.is_none() {
        work.hindrance = hindrance.or(Some(Hindrance::Damaged));
        return Ok((work, None));
    }
    let situation = Situation { kind, wanted: wanted.as_ref(), live, was_known: found.was_known, found: hindrance };
    (work.action, work.hindrance) = decide(&situation);
    work.reach = wanted.as_ref().filter(|_| work.action.writes()).map(|wanted| reach(kind, wanted));
    Ok((work, raw))
}

/// What is in the tenant and not wanted goes on behind the last item; what others refer to goes last.
fn unwanted_work(items: &[RestoreItem], unwanted: Vec<find::Unwanted>) -> Vec<PlannedWork> {
    let first = items.iter().map(|item| item.number).max().unwrap_or(0) + 1;
    let parsed: Vec<(u32, find::Unwanted, Json)> = (first..)
        .zip(unwanted)
        .filter_map(|(number, one)| {
            let raw = Json::parse(one.raw.as_bytes()).ok()?;
            Some((number, one, raw))
        })
        .collect();
    let removed: Vec<_> = parsed.iter().map(|(number, one, raw)| (*number, one.kind, one.id.as_str(), raw)).collect();
    let mut needs = removal_needs(&removed);
    parsed
        .iter()
        .map(|(number, one, raw)| {
            let situation = Situation { kind: one.kind, wanted: None, live: Live::There(raw), was_known: true, found: None };
            let (action, hindrance) = decide(&situation);
            PlannedWork {
                number: *number,
                resource_type: one.kind.key.clone(),
                source_id: one.id.clone(),
                name: one.name.clone(),
                action,
                target_id: Some(one.id.clone()),
                before_semantic: Some(one.semantic.clone()),
                before: Some(one.content.clone()),
                hindrance,
                needs: needs.remove(number).unwrap_or_default(),
                suggested: Vec::new(),
                reach: None,
            }
        })
        .collect()
}

/// What needs something that is skipped and not there is skipped as well, and so on.
fn hold_back(plan: &mut [PlannedWork]) {
    loop {
        let gone: Vec<u32> =
            plan.iter().filter(|work| work.action == Action::Skip && work.target_id.is_none()).map(|work| work.number).collect();
        let held = |work: &&mut PlannedWork| work.action.writes() && work.needs.iter().any(|need| gone.contains(need));
        let mut any = false;
        for work in plan.iter_mut().filter(held) {
            (work.action, work.hindrance, any) = (Action::Skip, Some(Hindrance::NeedsSkipped), true);
        }
        if !any {
            return;
        }
    }
}

fn count(context: &mut Context, plan: &[PlannedWork]) {
    let of = |wanted: &[Action]| plan.iter().filter(|work| wanted.contains(&work.action)).count() as i64;
    let unread = plan.iter().filter(|work| work.hindrance == Some(Hindrance::Unread)).count() as i64;
    let (all, skipped) = (plan.len() as i64, of(&[Action::Skip]) - unread);
    context.counts.set(CountKey::Total, all);
    context.counts.set(CountKey::Processed, all);
    context.counts.set(CountKey::Skipped, skipped);
    context.counts.set(CountKey::Failed, unread);
    context.counts.set(CountKey::Succeeded, all - skipped - unread);
    context.counts.set(CountKey::Created, of(&[Action::Create, Action::Recreate]));
    context.counts.set(CountKey::Updated, of(&[Action::Update]));
    context.counts.set(CountKey::Unchanged, of(&[Action::Unchanged]));
    context.counts.set(CountKey::Deleted, of(&[Action::Delete]));
}
