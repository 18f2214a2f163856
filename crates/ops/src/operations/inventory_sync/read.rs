//! Reading one collection: pages in, complete objects out, in portions.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use model::canonical::canonical;
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{Collection, ResourceType};
use model::run::{CountKey, NewEvent};
use model::time::Moment;
use outbound::graph::{GraphSession, Pager};
use store::ObservedItem;

use super::pending::{Pending, Traffic};
use crate::context::Context;
use crate::halt::Halt;

/// Objects in flight at once; the session bounds the requests.
const IN_FLIGHT: usize = 8;
/// Objects written together.
const PORTION: usize = 100;

/// A list that was read to its end.
pub(super) struct Listed {
    pub(super) pages: i64,
    /// Objects by type key.
    pub(super) objects: BTreeMap<&'static str, i64>,
}

type Hydrated = (&'static ResourceType, String, Result<Json, Failure>);

pub(super) async fn collection(
    context: &mut Context,
    session: &GraphSession,
    traffic: &Traffic,
    pending: &mut Pending,
    collection: &Collection,
) -> Result<Listed, Halt> {
    let mut listed = Listed { pages: 0, objects: BTreeMap::new() };
    let mut pager: Pager = session.list(collection);
    let mut throttled = session.throttled_until();
    let mut incomplete = false;
    while let Some(page) = context.or_stop(pager.next()).await?? {
        listed.pages += 1;
        incomplete |= page.odd > 0;
        let wanted = page.objects.into_iter().filter_map(|object| {
            let resource_type = collection.classify(&object)?;
            collection.types.iter().any(|t| t.key == resource_type.key).then_some((resource_type, object))
        });
        let requests: Vec<_> = wanted.map(|(resource_type, object)| complete(session.clone(), resource_type, object)).collect();
        let mut objects = stream::iter(requests).buffer_unordered(IN_FLIGHT);
        loop {
            let mut portion: Vec<Hydrated> = Vec::with_capacity(PORTION);
            while portion.len() < PORTION
                && let Some(object) = context.or_stop(objects.next()).await?
            {
                portion.push(object);
            }
            if portion.is_empty() {
                break;
            }
            write(context, &mut listed, pending, portion).await?;
            if throttled.has_changed().unwrap_or(false)
                && let Some(until) = *throttled.borrow_and_update()
            {
                context.event(NewEvent::warning(
                    "throttled",
                    format!("Microsoft Graph asked us to wait until {} UTC.", until.to_utc_words()),
                ));
            }
            traffic.update(context, session);
            context.now_doing(format!("Reading {}: {} objects so far.", super::words(collection), pending.objects()));
            context.report().await?;
        }
    }
    // Something in the list was no object: what it was is not known, so nothing may be called missing.
    if incomplete { Err(Failure::new(Code::GraphMalformedResponse).into()) } else { Ok(listed) }
}

/// One object, complete. Owns what it needs: a stream of futures that borrow cannot be sent between threads.
async fn complete(session: GraphSession, resource_type: &'static ResourceType, object: Json) -> Hydrated {
    let id = resource_type.id_of(&object).unwrap_or_default().to_owned();
    (resource_type, id, session.hydrate(resource_type, object).await)
}

async fn write(context: &mut Context, listed: &mut Listed, pending: &mut Pending, portion: Vec<Hydrated>) -> Result<(), Halt> {
    let mut items = Vec::with_capacity(portion.len());
    let mut unread: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for (resource_type, id, object) in portion {
        *listed.objects.entry(&resource_type.key).or_default() += 1;
        match object {
            Ok(object) => items.push(observed(resource_type, id, object)),
            // The connection as a whole is refused: this is no trouble of one object.
            Err(failure) if matches!(failure.code(), Code::GraphUnauthorized | Code::CredentialsInvalid) => {
                return Err(failure.into());
            }
            Err(failure) => {
                pending.failure(&failure, &resource_type.key);
                unread.entry(&resource_type.key).or_default().push(id);
            }
        }
    }
    let read = i64::try_from(items.len()).unwrap_or(i64::MAX);
    for (key, ids) in unread {
        context.store.inventory().still_there(&context.scope, key, &ids).await?;
    }
    let effect = context.store.inventory().observe(&context.scope, items).await?;
    pending.add(CountKey::Items, read);
    pending.add(CountKey::Created, effect.created);
    pending.add(CountKey::Updated, effect.updated);
    pending.add(CountKey::Unchanged, effect.unchanged);
    Ok(())
}

fn observed(resource_type: &'static ResourceType, object_id: String, object: Json) -> ObservedItem {
    let modified = ["lastModifiedDateTime", "modifiedDateTime"];
    let assignments = object.get("assignments").and_then(Json::as_array);
    ObservedItem {
        resource_type: &resource_type.key,
        object_id,
        name: resource_type.name_of(&object).unwrap_or_default().to_owned(),
        platform: resource_type.platform_of(&object),
        odata_type: object.get("@odata.type").and_then(Json::as_str).map(str::to_owned),
        modified_at: modified.iter().find_map(|name| Moment::parse(object.get(name)?.as_str()?).ok()),
        assignments: assignments.and_then(|list| i64::try_from(list.len()).ok()),
        content: canonical(resource_type, object),
    }
}
