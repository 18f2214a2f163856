//! Reading one object by itself, so that it comes out as the sync of its type would have read it.

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{Collection, Form, HydrationStep, ResourceType, collections};
use model::time::Moment;
use outbound::graph::GraphSession;
use store::ObservedItem;

use super::{below, written};

/// What an answer carries about itself, not about the object.
const ENVELOPE: [&str; 2] = ["@odata.context", "@microsoft.graph.tips"];

/// The object of that type and id, whole. `concrete`: its `@odata.type` as it was last seen; `asked`: a moment of the database's clock
/// before this.
///
/// # Errors
/// `graph.not_found` when it is not there, or is there as an object of another type; else what the request failed with.
pub(in crate::operations) async fn read(
    session: &GraphSession,
    kind: &'static ResourceType,
    id: &str,
    concrete: Option<&str>,
    asked: Moment,
) -> Result<ObservedItem, Failure> {
    let object = whole(session, kind, id, concrete).await?;
    // What the list would have told is not known: the next sync reads its details once more.
    Ok(written::observed(kind, id.to_owned(), None, Some(asked), object))
}

/// What was read whole of an object of that id, to be written to the inventory.
pub(in crate::operations) fn observed(kind: &'static ResourceType, id: &str, asked: Moment, object: Json) -> ObservedItem {
    written::observed(kind, id.to_owned(), None, Some(asked), object)
}

/// As [`read`], as it was answered.
///
/// # Errors
/// As [`read`].
pub(in crate::operations) async fn whole(
    session: &GraphSession,
    kind: &'static ResourceType,
    id: &str,
    concrete: Option<&str>,
) -> Result<Json, Failure> {
    let collection = collections([kind]).pop().ok_or(Failure::new(Code::ResourceTypeUnknown))?;
    let object = if let Form::Below { .. } = kind.form {
        let (parent, listed) = found_below(session, &collection, kind, id).await?;
        below::complete(session, kind, &parent, &listed).await?
    } else {
        let listed = listed(session, &collection, kind, id, concrete).await?;
        session.hydrate(kind, listed).await?
    };
    if collection.classify(&object).is_none_or(|found| found.key != kind.key) {
        return Err(Failure::new(Code::GraphNotFound));
    }
    Ok(object)
}

/// What its list would have had of it.
async fn listed(
    session: &GraphSession,
    collection: &Collection,
    kind: &'static ResourceType,
    id: &str,
    concrete: Option<&str>,
) -> Result<Json, Failure> {
    // Where the details begin with the whole object, only what names it is needed.
    if kind.hydration.iter().any(|step| matches!(step, HydrationStep::Get { .. })) {
        let mut named = Json::Object(vec![(kind.id_property.clone(), Json::text(id))]);
        if let Some(concrete) = concrete {
            named.set("@odata.type", Json::text(concrete));
        }
        return Ok(named);
    }
    // A list that leaves things out is asked itself, so that the object is the one that it tells of.
    if kind.is_singleton() || !kind.list.omits.is_empty() || !kind.list.nulls.is_empty() {
        return found(session.list(collection), kind, id).await;
    }
    let step = HydrationStep::Get { expand: kind.list.expand.clone(), select: kind.list.select.clone() };
    let version = format!("/{}", kind.api_version.segment());
    let item = kind.item_path(id);
    let path = step.request(item.strip_prefix(&version).unwrap_or(&item)).ok_or(Failure::new(Code::Internal))?;
    match session.read(kind.item.as_str(), &path, kind.api_version).await {
        Ok(mut object) => {
            ENVELOPE.iter().for_each(|name| drop(object.remove(name)));
            if let (None, Some(concrete)) = (object.get("@odata.type"), concrete) {
                object.set("@odata.type", Json::text(concrete));
            }
            Ok(object)
        }
        // Not every service can expand in an object what it expands in the list.
        Err(failure) if failure.code() == Code::GraphBadRequest => found(session.list(collection), kind, id).await,
        Err(failure) => Err(failure),
    }
}

async fn found(mut pager: outbound::graph::Pager, kind: &ResourceType, id: &str) -> Result<Json, Failure> {
    while let Some(page) = pager.next().await? {
        let named = |object: &Json| kind.id_of(object).is_some_and(|found| found.eq_ignore_ascii_case(id));
        if let Some(object) = page.objects.into_iter().find(named) {
            return Ok(object);
        }
    }
    Err(Failure::new(Code::GraphNotFound))
}

/// The object as its list has it, and the id of the object below which it is.
async fn found_below(
    session: &GraphSession,
    collection: &Collection,
    kind: &'static ResourceType,
    id: &str,
) -> Result<(String, Json), Failure> {
    let parent = collection.parent().ok_or(Failure::new(Code::ResourceTypeUnknown))?;
    for above in collections([parent]) {
        let mut parents = session.list(&above);
        while let Some(page) = parents.next().await? {
            for object in page.objects.iter().filter(|object| above.classify(object) == Some(parent)) {
                let Some(parent_id) = parent.id_of(object) else { continue };
                match found(session.list_below(collection, parent_id), kind, id).await {
                    Ok(listed) => return Ok((parent_id.to_owned(), listed)),
                    Err(failure) if failure.code() == Code::GraphNotFound => {}
                    Err(failure) => return Err(failure),
                }
            }
        }
    }
    Err(Failure::new(Code::GraphNotFound))
}
