//! Comparing the objects of one type, a portion after the other.

use std::collections::BTreeMap;

use model::diff::Veil;
use model::drift::{Known, Seen, ServiceFields, judge, plain};
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types;
use model::run::{CountKey, NewEvent, NewItem};
use store::{ChangedObject, DriftReading, Judged, Kept, Material, NewestReading};
use tokio::task::spawn_blocking;

use super::super::findings::{count, label};
use super::tally;
use crate::context::Context;
use crate::halt::Halt;

/// Objects that are held with their contents.
pub(super) const PORTION: usize = 100;
/// Objects that are asked for together, without their contents.
const LISTED: u32 = 1_000;

/// Objects of one type beyond which the timeline says how many there are.
const MANY: usize = 500;

pub(super) async fn compare(
    context: &mut Context,
    veil: &Veil,
    reading: &DriftReading,
    newest: NewestReading,
) -> Result<(NewItem, Kept), Halt> {
    let key = reading.resource_type.as_str();
    let mut baseline = reading.compared.and_then(|(_, run)| run);
    if let Some((at, run)) = reading.previous {
        baseline = Some(run);
        context.store.findings().begin(&context.scope, key, at, baseline).await?;
    }
    let changed = changed(context, key, newest).await?;
    if changed.len() > MANY {
        let words = format!("{}: {} objects differ at once.", label(key), changed.len());
        context.event(NewEvent::warning("many_changes", words));
    }
    let said = context.store.findings().said_to_be_services(&context.scope, key).await?;
    let service = tally::service(context, veil, key, &changed).await?.with(said);
    let (mut sum, mut unreadable) = (Kept::default(), 0_usize);
    for (at, portion) in changed.chunks(PORTION).enumerate() {
        context.checkpoint()?;
        if changed.len() > PORTION {
            context.now_doing(format!("Comparing {}: {} of {} objects.", label(key), at * PORTION, changed.len()));
        }
        let material = context.store.findings().material(&context.scope, portion.to_vec()).await?;
        let (judged, damaged) = decide(key, veil, &service, material).await?;
        unreadable += damaged;
        let kept = context.store.findings().keep(&context.scope, key, (baseline, newest), &judged).await?;
        count(context, &kept);
        context.counts.add(CountKey::Items, i64::try_from(judged.len()).unwrap_or(i64::MAX));
        sum.add(&kept);
        context.report().await?;
    }
    if unreadable > 0 {
        // They were not compared; the next check tries them again.
        let failure = Failure::new(Code::ContentCorrupt);
        context.failure(&failure, key);
        return Ok((NewItem::failed(key, Code::ContentCorrupt), sum));
    }
    Ok((NewItem::succeeded(key), sum))
}

/// The objects of the type that differ from what was compared last, without their contents.
async fn changed(context: &mut Context, key: &str, newest: NewestReading) -> Result<Vec<ChangedObject>, Halt> {
    let mut all: Vec<ChangedObject> = Vec::new();
    loop {
        context.checkpoint()?;
        let after = all.last().map(|object| object.item);
        let some = context.store.findings().changed(&context.scope, key, newest.until, after, LISTED).await?;
        let more = some.len() == LISTED as usize;
        all.extend(some);
        if !more {
            return Ok(all);
        }
    }
}

/// What becomes of the findings of some objects, and how many objects cannot be judged.
async fn decide(
    key: &str,
    veil: &Veil,
    service: &ServiceFields,
    material: Vec<Material>,
) -> Result<(Vec<Judged>, usize), Failure> {
    let (key, veil, service) = (key.to_owned(), veil.clone(), service.clone());
    let work = spawn_blocking(move || {
        let all = material.len();
        let judged: Vec<Judged> =
            material.into_iter().filter(|one| one.unreadable.is_empty()).map(|one| judged(&key, &veil, &service, one)).collect();
        let damaged = all - judged.len();
        (judged, damaged)
    });
    work.await.map_err(|_| Failure::new(Code::Internal))
}

fn judged(key: &str, veil: &Veil, service: &ServiceFields, one: Material) -> Judged {
    let kind = resource_types::find(key);
    let contents: BTreeMap<i64, Json> =
        one.contents.iter().map(|(number, content)| (*number, plain(kind, veil, content))).collect();
    let known = |number: Option<i64>| {
        let number = number?;
        contents.get(&number).map(|content| Known { number, content })
    };
    let object = &one.object;
    let seen = Seen {
        kind,
        before: known(one.last.filter(|last| Some(*last) == object.position)),
        last: known(one.last),
        now: known(Some(object.number).filter(|_| !object.gone)),
        bases: &contents,
        service,
    };
    let verdicts = judge(&seen, &one.standing);
    Judged { object: one.object, verdicts }
}
