//! Finding out what the service did to every object of a type.

use model::diff::Veil;
use model::drift::{ServiceFields, Tally, deviations, plain};
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types;
use model::run::NewEvent;
use store::{ChangedObject, Material};
use tokio::task::spawn_blocking;

use super::compare::PORTION;
use crate::context::Context;
use crate::halt::Halt;
use crate::operations::findings::{NAMED, label};

/// What came to every object of the type at once, or went from every one. Only where each of them differs there can be anything: else
/// nothing is read for it.
pub(super) async fn service(
    context: &mut Context,
    veil: &Veil,
    key: &str,
    changed: &[ChangedObject],
) -> Result<ServiceFields, Halt> {
    let both: Vec<ChangedObject> = changed.iter().filter(|object| object.position.is_some() && !object.gone).cloned().collect();
    if both.is_empty() {
        return Ok(ServiceFields::default());
    }
    let before = context.store.findings().compared_before(&context.scope, key).await?;
    if (both.len() as u64) < before.unsigned_abs() {
        return Ok(ServiceFields::default());
    }
    let (mut tally, mut objects) = (Tally::default(), 0);
    for portion in both.chunks(PORTION) {
        context.checkpoint()?;
        let material = context.store.findings().material(&context.scope, portion.to_vec()).await?;
        let (key, veil) = (key.to_owned(), veil.clone());
        let work = spawn_blocking(move || {
            objects += material.iter().filter(|one| add(&mut tally, &key, &veil, one)).count();
            (tally, objects)
        });
        (tally, objects) = work.await.map_err(|_| Failure::new(Code::Internal))?;
        context.report().await?;
    }
    let fields = tally.fields();
    if !fields.is_empty() {
        let objects = i64::try_from(objects).unwrap_or(i64::MAX);
        context.store.findings().service_did(&context.scope, key, &fields, objects).await?;
        let named: Vec<&str> = fields.all().map(|field| field.property.as_str()).take(NAMED).collect();
        let words = format!(
            "{}: the service changed {} of all {objects} objects; nobody did, so it is no drift.",
            label(key),
            named.join(", ")
        );
        context.event(NewEvent::info("service_fields", words));
    }
    Ok(fields)
}

/// Counts an object that was there and is; whether it was.
fn add(tally: &mut Tally, key: &str, veil: &Veil, one: &Material) -> bool {
    let kind = resource_types::find(key);
    let Some(position) = one.object.position else { return false };
    let (Some(before), Some(now)) = (one.contents.get(&position), one.contents.get(&one.object.number)) else { return false };
    let found = deviations(kind, &plain(kind, veil, before), &plain(kind, veil, now));
    let untouched = one.volatile.get(&position).zip(one.volatile.get(&one.object.number)).and_then(untouched);
    tally.add(&found, untouched);
    true
}

/// Whether its own time of change, or its version, is what it was; `None` where it has none.
fn untouched((before, now): (&Json, &Json)) -> Option<bool> {
    ["lastModifiedDateTime", "modifiedDateTime", "version"].into_iter().find_map(|name| {
        let (old, new) = (before.get(name)?, now.get(name)?);
        (*old != Json::Null).then(|| old == new)
    })
}
