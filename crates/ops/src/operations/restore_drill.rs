//! Restore drill: whether the tenant would come back. A simulated copy of the tenant is made of its latest complete backup, loses all that
//! can be lost, and is restored by the same engine as a real one; what is then read back as it was in the backup counts.
//!
//! Only the database is read; Microsoft is not asked at all. References go to the same ids, or to what the drill makes anew: it is the same
//! tenant, so nobody has to say what they become. Secrets are not opened: something made up stands in their place.

mod losses;
mod score;

use std::collections::BTreeMap;
use std::sync::Arc;

use model::failure::{Code, Failure};
use model::ids::RestoreId;
use model::restore::{Outcome, Purpose};
use model::run::{CountKey, NewEvent};
use model::time::duration_words;
use store::{DrillSource, NewDrill};

use super::rehearsal::{Copy, Stage, play};
use super::restore_execute::About;
use super::restore_wanted::Terms;
use crate::context::Context;
use crate::halt::Halt;
use losses::{Backup, lose};
use score::summed;

/// Objects that are held at once while they are read.
const AT_ONCE: u32 = 200;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let source = context.store.restores().drill_source(&context.scope).await?;
    let source = source.ok_or(Failure::new(Code::DrillWithoutBackup))?;
    context.counts.set(CountKey::Total, source.items);
    context.phase(format!("Making a copy of the tenant from the backup set “{}”.", source.name));
    context.report_now(None).await?;
    let (backup, mut copy) = read(context, &source).await?;
    copy.groups(context, &backup.groups()).await?;
    context.phase("Putting everything back that can be lost.".to_owned());
    let began = context.store.now().await?;
    let groups = copy.groups_known.take();
    let lost = lose(&backup, &mut copy, groups.as_ref(), began);
    let stage = Stage {
        state: copy.state,
        known: copy.known,
        about: About {
            id: RestoreId::generate(),
            name: "Drill".to_owned(),
            terms: Terms { purpose: Purpose::Restore, same_tenant: true },
        },
        items: lost.items.clone(),
        mapping: lost.mapping,
        contents: lost.contents,
        settle: context.settle,
        began,
    };
    let played = play(context, stage).await?;
    let (readiness, types) = summed(&lost.items, &lost.left_out, &played.items);
    let sum = |of: fn(&super::rehearsal::PlayedItem) -> u32| played.items.values().map(|item| i64::from(of(item))).sum();
    let figures = NewDrill {
        readiness,
        requests: i64::try_from(played.requests).unwrap_or(i64::MAX),
        writes: sum(|item| item.writes),
        placeholders: sum(|item| item.placeholders),
        takes_ms: i64::try_from(played.took.as_millis()).unwrap_or(i64::MAX),
    };
    context.store.restores().record_drill(&context.scope, &source, &figures, &types).await?;
    let failed = played.items.values().filter(|item| item.outcome != Outcome::Verified).count() as i64;
    context.counts.set(CountKey::Total, readiness.objects);
    context.counts.set(CountKey::Processed, readiness.objects);
    context.counts.set(CountKey::Succeeded, readiness.verified);
    context.counts.set(CountKey::Failed, failed);
    context.counts.set(CountKey::Skipped, readiness.objects - readiness.verified - failed);
    for item in &lost.items {
        if let Some(code) = played.items.get(&item.number).and_then(|came| came.code) {
            context.failure(&Failure::new(code), &item.name);
        }
    }
    let words = format!(
        "Readiness {} of 100: {} of {} objects came back; {} can be restored. It would take about {}.",
        readiness.score(),
        readiness.verified,
        readiness.objects,
        readiness.restorable,
        duration_words(played.took)
    );
    context.event(NewEvent::info("drilled", words));
    context.report_now(None).await
}

/// The backup, and a copy of the tenant that has all of it.
async fn read(context: &mut Context, source: &DrillSource) -> Result<(Backup, Copy), Halt> {
    let (mut backup, mut copy) = (Backup::default(), Copy::default());
    let mut after: Option<(String, String)> = None;
    loop {
        context.checkpoint()?;
        let from = after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
        let found = context.store.restores().drill_objects(&context.scope, source.set, from, AT_ONCE).await?;
        let Some(last) = found.last() else { return Ok((backup, copy)) };
        after = Some((last.resource_type.clone(), last.object_id.clone()));
        for object in found {
            let place = (object.resource_type.clone(), object.object_id.to_lowercase());
            let text: Option<Arc<str>> = object.content.as_ref().map(|content| Arc::from(content.to_text()));
            if let Some(content) = object.content {
                copy.known.insert(place, object.semantic_hash.clone());
                copy.state.know_definitions_of(&content);
                copy.put(&object.resource_type, &object.object_id, object.odata_type.as_deref(), content, object.size)?;
            }
            backup.add(losses::Kept {
                resource_type: object.resource_type,
                object_id: object.object_id,
                name: object.name,
                semantic: object.semantic_hash,
                hash: object.content_hash,
                text,
            });
        }
        context.report().await?;
    }
}

/// How often something is said.
type Tally = BTreeMap<String, i64>;
