//! From an object of a list to the complete object.

use futures_util::{StreamExt, stream};
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{HydrationStep, ResourceType};

use super::page::Pager;
use super::question::Question;
use super::route::Route;
use super::session::GraphSession;
use super::{error, link, nested};

/// Objects in flight at once; the session bounds the requests.
const IN_FLIGHT: usize = 8;
/// What an answer carries about itself, not about the object.
pub(super) const ENVELOPE: [&str; 2] = ["@odata.context", "@microsoft.graph.tips"];

/// Whether an object of a list is the complete object, so that [`GraphSession::hydrate`] would ask nothing: the contract has
/// no step to execute, and no collection inside the object goes on elsewhere.
#[must_use]
pub fn is_complete(resource_type: &ResourceType, listed: &Json) -> bool {
    !resource_type.hydration.iter().any(HydrationStep::executed) && !nested::is_unfinished(listed)
}

/// An object on its way.
struct Work {
    kind: &'static ResourceType,
    id: String,
    object: Json,
    /// The steps that its questions are for, and the answers.
    answers: Vec<(&'static HydrationStep, Question, Result<Json, Failure>)>,
}

/// Every object complete, in the order given. Every step of every object is asked for at once: none needs the answer of another.
pub(super) async fn hydrate_many(
    session: &GraphSession,
    listed: Vec<(&'static ResourceType, Json)>,
) -> Vec<Result<Json, Failure>> {
    let mut questions = Vec::new();
    let planned: Vec<_> = listed
        .into_iter()
        .map(|(kind, object)| {
            let steps = plan(kind, &object)?;
            let from = questions.len();
            questions.extend(steps.iter().map(|(_, question)| question.clone()));
            Ok((kind, object, steps, from))
        })
        .collect();
    let mut answers: Vec<_> = session.answers(questions).await.into_iter().map(Some).collect();
    let work: Vec<_> = planned
        .into_iter()
        .map(|planned| {
            let taken = planned.map(|(kind, object, steps, from): (&'static ResourceType, Json, Vec<_>, usize)| {
                let unanswered = || Err(Failure::new(Code::Internal));
                let answered = steps.into_iter().zip(from..).map(|((step, question), at)| {
                    let answer = answers.get_mut(at).and_then(Option::take).unwrap_or_else(unanswered);
                    (step, question, answer)
                });
                let id = kind.id_of(&object).unwrap_or_default().to_owned();
                Work { kind, id, answers: answered.collect(), object }
            });
            // Each owns what it needs: a stream of futures that borrow cannot be sent between threads.
            let session = session.clone();
            async move { complete(&session, taken?).await }
        })
        .collect();
    stream::iter(work).buffered(IN_FLIGHT).collect().await
}

/// What completes an object: the contract's steps, each with its question.
fn plan(kind: &'static ResourceType, listed: &Json) -> Result<Vec<(&'static HydrationStep, Question)>, Failure> {
    if is_complete(kind, listed) {
        return Ok(Vec::new());
    }
    let unreadable = || Failure::new(Code::ObjectUnreadable).with("resource_type", kind);
    let id = kind.id_of(listed).filter(|id| !id.is_empty()).ok_or_else(unreadable)?;
    let version = format!("/{}", kind.api_version.segment());
    let question = |(step, path): (&'static HydrationStep, String)| {
        let template = match step {
            HydrationStep::Children { path, .. } => format!("{}/{path}", kind.item),
            HydrationStep::Part { property } => format!("{}/{property}", kind.item),
            _ => kind.item.clone(),
        };
        let path = path.strip_prefix(&version).ok_or_else(unreadable)?;
        Ok((step, Question::new(template, path, kind.api_version)))
    };
    kind.hydration_requests(id).into_iter().map(question).collect()
}

/// Puts the answers into the object and follows the links in it.
async fn complete(session: &GraphSession, work: Work) -> Result<Json, Failure> {
    let Work { kind, id, mut object, answers } = work;
    for (step, question, answer) in answers {
        match step {
            HydrationStep::Get { .. } => object = replaced(kind, &id, &object, answer?)?,
            HydrationStep::Children { into, .. } => {
                let url = session.address(&question)?;
                let children = Pager::begun(session.clone(), question.route, "id", url, answer?)?.collect().await?;
                object.set(into, Json::Array(children));
            }
            HydrationStep::Part { property } => {
                let part = match answer {
                    Ok(mut part) => {
                        ENVELOPE.iter().for_each(|name| drop(part.remove(name)));
                        part
                    }
                    Err(failure) if failure.code() == Code::GraphNotFound => Json::Null,
                    Err(failure) => return Err(failure),
                };
                object.set(property, part);
            }
            HydrationStep::OnDemand { .. } | HydrationStep::OmaPlainText { .. } | HydrationStep::TypedExpand { .. } => {}
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
