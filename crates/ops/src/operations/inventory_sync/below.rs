//! Details of objects in a collection below another object.

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{HydrationStep, ResourceType};
use outbound::graph::GraphSession;

/// The complete object. There are few of these, so each is asked for by itself.
pub(super) async fn complete(
    session: &GraphSession,
    kind: &'static ResourceType,
    parent: &str,
    listed: &Json,
) -> Result<Json, Failure> {
    let mut object = listed.clone();
    let id = kind.id_of(&object).unwrap_or_default().to_owned();
    let version = format!("/{}", kind.api_version.segment());
    let item = kind.item_below(parent, &id);
    let item = item.strip_prefix(&version).unwrap_or(&item);
    for step in &kind.hydration {
        let Some(path) = step.request(item) else { continue };
        let answer = session.read(kind.item.as_str(), &path, kind.api_version).await;
        match (step, answer) {
            (HydrationStep::Get { .. }, answer) => object = answer?,
            (HydrationStep::Part { property }, Ok(part)) => object.set(property, part),
            (HydrationStep::Part { property }, Err(failure)) if failure.code() == Code::GraphNotFound => {
                object.set(property, Json::Null);
            }
            (HydrationStep::Children { into, .. }, Ok(page)) if page.get("@odata.nextLink").is_none() => {
                object.set(into, page.get("value").cloned().unwrap_or(Json::Null));
            }
            (_, Err(failure)) => return Err(failure),
            (_, Ok(_)) => return Err(Failure::new(Code::ObjectUnreadable).with("resource_type", kind)),
        }
    }
    Ok(object)
}
