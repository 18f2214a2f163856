//! From an object of a list to the complete object.

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{HydrationStep, ResourceType};

use super::page::Pager;
use super::route::Route;
use super::session::GraphSession;
use super::{error, link, nested};

/// What an answer carries about itself, not about the object.
const ENVELOPE: [&str; 2] = ["@odata.context", "@microsoft.graph.tips"];

/// Whether an object of a list is the complete object, so that [`GraphSession::hydrate`] would ask nothing: the contract has
/// no step to execute, and no collection inside the object goes on elsewhere.
#[must_use]
pub fn is_complete(resource_type: &ResourceType, listed: &Json) -> bool {
    !resource_type.hydration.iter().any(HydrationStep::executed) && !nested::is_unfinished(listed)
}

pub(super) async fn hydrate(session: &GraphSession, kind: &'static ResourceType, listed: Json) -> Result<Json, Failure> {
    let unreadable = || Failure::new(Code::ObjectUnreadable).with("resource_type", kind);
    if is_complete(kind, &listed) {
        return Ok(listed);
    }
    let id = kind.id_of(&listed).filter(|id| !id.is_empty()).ok_or_else(unreadable)?.to_owned();
    let mut object = listed;
    for (step, path) in kind.hydration_requests(&id) {
        let url = session.registration.endpoints.graph_url(&path).ok_or_else(unreadable)?;
        match step {
            HydrationStep::Get { .. } => {
                let whole = session.get(&url, &Route::of(kind.item.as_str())).await?;
                object = replaced(kind, &id, &object, whole)?;
            }
            HydrationStep::Children { path, into, .. } => {
                let route = Route::of(format!("{}/{path}", kind.item));
                let children = Pager::begin(session.clone(), route, "id", Some(url)).collect().await?;
                object.set(into, Json::Array(children));
            }
            HydrationStep::OmaPlainText { .. } | HydrationStep::TypedExpand { .. } => {}
        }
    }
    finish(session, kind, &mut object).await?;
    Ok(object)
}

/// The answer in place of the list's object: it must be the same object, and keeps the concrete type that the list named.
fn replaced(kind: &ResourceType, id: &str, listed: &Json, mut whole: Json) -> Result<Json, Failure> {
    if !kind.id_of(&whole).is_some_and(|answered| answered.eq_ignore_ascii_case(id)) {
        return Err(error::malformed(200));
    }
    for name in ENVELOPE {
        whole.remove(name);
    }
    if let (None, Some(concrete)) = (whole.get("@odata.type"), listed.get("@odata.type")) {
        whole.set("@odata.type", concrete.clone());
    }
    Ok(whole)
}

/// Follows the next links inside the object, also those that came with followed pages.
async fn finish(session: &GraphSession, kind: &'static ResourceType, object: &mut Json) -> Result<(), Failure> {
    for _ in 0..session.shared.limits.max_pages {
        let Some(unfinished) = nested::take(object) else { return Ok(()) };
        let Some(url) = link::follow(&session.registration.endpoints, Some(&unfinished.link))? else { continue };
        let route = Route::of(format!("{}/{}", kind.item, unfinished.property));
        let more = Pager::go_on(session.clone(), route, "id", url, unfinished.held(object)).collect().await?;
        unfinished.append(object, more);
    }
    Err(Failure::new(Code::GraphEndlessPaging))
}
