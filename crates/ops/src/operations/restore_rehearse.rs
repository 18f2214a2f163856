//! Restore rehearsal: the frozen plan, carried out by the same engine on a simulated copy of the tenant, made of what is stored of it.
//!
//! Only the database is read; Microsoft is not asked at all. What came of each item, and how long it would take by Microsoft's limits, is
//! kept with the restore. Secrets are not opened: something made up stands in their place.

use std::collections::{BTreeMap, BTreeSet};

use model::failure::{Code, Failure};
use model::operations::restore_rehearse::Arguments;
use model::restore::{Action, Mapping, Outcome, RestoreState, Target};
use model::run::{CountKey, NewEvent};
use model::time::duration_words;
use store::{NewRehearsal, RehearsedItem, RestoreItem, StoreError};

use super::rehearsal::{Played, PlayedItem, Stage, contents, copy, play, types_of};
use super::restore_execute::About;
use super::restore_wanted::Terms;
use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let restore = match context.store.restores().for_run(&context.scope, wish.restore).await {
        Err(StoreError::NotVisible) => return Err(Failure::new(Code::RestoreChanged).into()),
        found => found?,
    };
    if restore.plan_hash.as_deref() != Some(wish.plan.as_str()) || restore.state != RestoreState::Previewed {
        return Err(Failure::new(Code::RestoreChanged).into());
    }
    let items = context.store.restores().items_for_run(&context.scope, restore.id).await?;
    let mapping = context.store.restores().mapping_for_run(&context.scope, restore.id).await?;
    context.counts.set(CountKey::Total, items.len() as i64);
    context.phase("Making a copy of the tenant from what is stored.".to_owned());
    context.report_now(None).await?;
    let mut copied = copy(context, &types_of(&items, &mapping), &(gone(&items), restore.previewed_at)).await?;
    copied.groups(context, &groups(&mapping)).await?;
    let contents = contents(context, restore.id, &items, &mut copied.state).await?;
    let (objects, unreadable) = (copied.objects(), copied.unreadable);
    context.phase("Rehearsing.".to_owned());
    let stage = Stage {
        state: copied.state,
        known: copied.known,
        about: About { id: restore.id, name: restore.name.clone(), terms: Terms::of(&restore) },
        items: items.clone(),
        mapping,
        contents,
        settle: context.settle,
        began: context.store.now().await?,
    };
    let played = play(context, stage).await?;
    let (figures, rehearsed) = summed(&items, &played, objects, unreadable);
    match context.store.restores().record_rehearsal(&context.scope, restore.id, &wish.plan, &figures, &rehearsed).await {
        Err(StoreError::NotVisible) => return Err(Failure::new(Code::RestoreChanged).into()),
        kept => kept?,
    };
    tell(context, &items, &played);
    let verified = rehearsed.iter().filter(|item| item.outcome == Outcome::Verified).count();
    let words = format!(
        "{verified} of {} objects that are written came out as wanted; it would take about {}.",
        items.iter().filter(|item| item.action.is_some_and(Action::writes)).count(),
        duration_words(played.took)
    );
    context.event(NewEvent::info("rehearsed", words));
    context.report_now(None).await
}

/// What the preview did not find any more: it is made anew. The inventory may be from before.
fn gone(items: &[RestoreItem]) -> BTreeSet<(String, String)> {
    let anew = items.iter().filter(|item| matches!(item.action, Some(Action::Create | Action::Recreate)));
    anew.map(|item| (item.resource_type.clone(), item.source_id.to_lowercase())).collect()
}

/// The groups that a plan may write into assignments.
fn groups(mapping: &Mapping) -> BTreeSet<String> {
    let of_group = mapping.0.iter().filter(|(reference, _)| reference.resource_type == "group");
    let id = |target: &Target| if let Target::Object { id } = target { Some(id.clone()) } else { None };
    of_group.filter_map(|(_, target)| id(target)).collect()
}

fn summed(items: &[RestoreItem], played: &Played, objects: i64, unreadable: i64) -> (NewRehearsal, Vec<RehearsedItem>) {
    let rows: Vec<RehearsedItem> = items
        .iter()
        .filter_map(|item| {
            let PlayedItem { outcome, code, differs, stripped, writes, placeholders } = played.items.get(&item.number)?.clone();
            Some(RehearsedItem {
                number: item.number,
                resource_type: item.resource_type.clone(),
                name: item.name.clone(),
                action: item.action.unwrap_or(Action::Skip),
                outcome,
                code: code.map(|code| code.code().to_owned()),
                differs,
                stripped,
                writes,
                placeholders,
            })
        })
        .collect();
    let sum = |of: fn(&RehearsedItem) -> u32| rows.iter().map(|item| i64::from(of(item))).sum();
    let figures = NewRehearsal {
        objects,
        unreadable,
        requests: i64::try_from(played.requests).unwrap_or(i64::MAX),
        writes: sum(|item| item.writes),
        placeholders: sum(|item| item.placeholders),
        takes_ms: i64::try_from(played.took.as_millis()).unwrap_or(i64::MAX),
    };
    (figures, rows)
}

/// The run's own figures: what would fail is a failure of the run, so that it is seen without looking for it.
fn tell(context: &mut Context, items: &[RestoreItem], played: &Played) {
    let mut counts: BTreeMap<CountKey, i64> = BTreeMap::new();
    for item in items {
        let Some(came) = played.items.get(&item.number) else { continue };
        *counts.entry(CountKey::Processed).or_default() += 1;
        let key = match came.outcome {
            Outcome::Verified => CountKey::Succeeded,
            Outcome::Skipped => CountKey::Skipped,
            _ => CountKey::Failed,
        };
        *counts.entry(key).or_default() += 1;
        if came.outcome == Outcome::Verified {
            let key = match item.action {
                Some(Action::Create | Action::Recreate) => CountKey::Created,
                Some(Action::Delete) => CountKey::Deleted,
                _ => CountKey::Updated,
            };
            *counts.entry(key).or_default() += 1;
        } else if let Some(code) = came.code {
            context.failure(&Failure::new(code), &item.name);
        }
    }
    for (key, count) in counts {
        context.counts.set(key, count);
    }
}
