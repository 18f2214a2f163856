//! The objects of a tenant as they are: read whole and as they were answered, with the ids of what is inside them.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{Form, HydrationStep, ResourceType, collections};
use outbound::graph::{GraphSession, Question};

use super::inventory_sync::one;

/// Objects that are read side by side where each is asked for by itself.
const SIDE_BY_SIDE: usize = 8;
/// From so many objects of a type on its list is read once, where reading one means reading the list.
const BY_LIST: usize = 3;

/// An object that is to be read.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub(super) kind: &'static ResourceType,
    pub(super) id: String,
    /// Its `@odata.type` as it was last seen.
    pub(super) concrete: Option<String>,
}

/// What a list tells of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
}

/// How an object is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Its details begin with the whole object.
    Details,
    /// The item, and then its details.
    Item,
    /// Its list tells what the item does not, or the object is below another one.
    List,
}

fn way(kind: &ResourceType) -> Way {
    if matches!(kind.form, Form::Below { .. }) {
        return Way::List;
    }
    if kind.hydration.iter().any(|step| matches!(step, HydrationStep::Get { .. })) {
        return Way::Details;
    }
    if kind.is_singleton() || !kind.list.omits.is_empty() || !kind.list.nulls.is_empty() { Way::List } else { Way::Item }
}

/// Every object, in the order given; each has its own result. One that is not there, or is another type's, is `graph.not_found`.
pub(super) async fn read_many(session: &GraphSession, wanted: Vec<Address>) -> Vec<Result<Json, Failure>> {
    let mut answers: Vec<Option<Result<Json, Failure>>> = wanted.iter().map(|_| None).collect();
    let mut by_list: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let (mut batch, mut alone) = (Vec::new(), Vec::new());
    for (at, address) in wanted.iter().enumerate() {
        match way(address.kind) {
            Way::Details => batch.push((at, named(address))),
            Way::Item => alone.push(at),
            Way::List => by_list.entry(&address.kind.key).or_default().push(at),
        }
    }
    for (_, places) in by_list {
        let kind = places.first().and_then(|at| wanted.get(*at)).map(|address| address.kind);
        let Some(kind) = kind.filter(|kind| places.len() >= BY_LIST && !matches!(kind.form, Form::Below { .. })) else {
            alone.extend(places);
            continue;
        };
        match listed(session, kind).await {
            Ok(objects) => {
                for at in places {
                    let id = wanted.get(at).map(|address| address.id.to_lowercase()).unwrap_or_default();
                    match objects.get(&id) {
                        Some(object) => batch.push((at, object.clone())),
                        None => put(&mut answers, at, Err(Failure::new(Code::GraphNotFound))),
                    }
                }
            }
            Err(failure) => places.into_iter().for_each(|at| put(&mut answers, at, Err(failure.clone()))),
        }
    }
    let items = items(session, &wanted, &alone).await;
    for (at, item) in alone.into_iter().zip(items) {
        match item {
            Some(Ok(object)) => batch.push((at, object)),
            Some(Err(failure)) => put(&mut answers, at, Err(failure)),
            None => {}
        }
    }
    let whole: Vec<usize> = batch.iter().map(|(at, _)| *at).collect();
    let asked = batch.into_iter().filter_map(|(at, object)| Some((wanted.get(at)?.kind, object))).collect();
    for (at, answer) in whole.into_iter().zip(session.hydrate_many(asked).await) {
        put(&mut answers, at, answer);
    }
    // What no batch can read is read one by one, a few side by side.
    let open: Vec<usize> = (0..wanted.len()).filter(|at| answers.get(*at).is_some_and(Option::is_none)).collect();
    let addresses: Vec<Address> = open.iter().filter_map(|at| wanted.get(*at).cloned()).collect();
    // Each owns what it needs: a stream of futures that borrow cannot be sent between threads.
    let singles: Vec<_> = addresses.into_iter().map(|address| single(session.clone(), address)).collect();
    let singles: Vec<Result<Json, Failure>> = stream::iter(singles).buffered(SIDE_BY_SIDE).collect().await;
    for (at, answer) in open.into_iter().zip(singles) {
        put(&mut answers, at, answer);
    }
    let unread = || Err(Failure::new(Code::Internal));
    answers.into_iter().zip(wanted).map(|(answer, address)| of_type(&address, answer.unwrap_or_else(unread))).collect()
}

async fn single(session: GraphSession, address: Address) -> Result<Json, Failure> {
    one::whole(&session, address.kind, &address.id, address.concrete.as_deref()).await
}

fn put(answers: &mut [Option<Result<Json, Failure>>], at: usize, answer: Result<Json, Failure>) {
    if let Some(slot) = answers.get_mut(at) {
        *slot = Some(answer);
    }
}

/// What names an object whose details begin with the whole of it.
fn named(address: &Address) -> Json {
    let mut named = Json::Object(vec![(address.kind.id_property.clone(), Json::text(address.id.as_str()))]);
    if let Some(concrete) = &address.concrete {
        named.set("@odata.type", Json::text(concrete.as_str()));
    }
    named
}

/// Items by themselves, in batches. `None` where the service cannot expand in an item what it expands in the list, or there is a list to
/// be read: those are read one by one.
async fn items(session: &GraphSession, wanted: &[Address], places: &[usize]) -> Vec<Option<Result<Json, Failure>>> {
    let question = |address: &Address| {
        let kind = address.kind;
        if way(kind) != Way::Item {
            return None;
        }
        let step = HydrationStep::Get { expand: kind.list.expand.clone(), select: kind.list.select.clone() };
        let version = format!("/{}", kind.api_version.segment());
        let item = kind.item_path(&address.id);
        let path = step.request(item.strip_prefix(&version).unwrap_or(&item))?;
        Some(Question::new(kind.item.as_str().to_owned(), path, kind.api_version))
    };
    let questions: Vec<Option<Question>> = places.iter().map(|at| wanted.get(*at).and_then(question)).collect();
    let mut answers = session.read_many(questions.iter().flatten().cloned().collect()).await.into_iter();
    let mut items = Vec::with_capacity(places.len());
    for (question, at) in questions.iter().zip(places) {
        let answer = match question {
            Some(_) => answers.next(),
            None => None,
        };
        let concrete = wanted.get(*at).and_then(|address| address.concrete.as_deref());
        items.push(match answer {
            Some(Err(failure)) if failure.code() == Code::GraphBadRequest => None,
            Some(Ok(mut object)) => {
                for envelope in ["@odata.context", "@microsoft.graph.tips"] {
                    drop(object.remove(envelope));
                }
                if let (None, Some(concrete)) = (object.get("@odata.type"), concrete) {
                    object.set("@odata.type", Json::text(concrete));
                }
                Some(Ok(object))
            }
            other => other,
        });
    }
    items
}

/// An object that is another type's is not the one that was looked for.
fn of_type(address: &Address, answer: Result<Json, Failure>) -> Result<Json, Failure> {
    let object = answer?;
    let collection = collections([address.kind]).pop().ok_or(Failure::new(Code::ResourceTypeUnknown))?;
    match collection.classify(&object) {
        Some(found) if found.key == address.kind.key => Ok(object),
        _ => Err(Failure::new(Code::GraphNotFound)),
    }
}

/// All objects of a type as its list has them, by id in lower case.
async fn listed(session: &GraphSession, kind: &'static ResourceType) -> Result<BTreeMap<String, Json>, Failure> {
    let mut objects = BTreeMap::new();
    for collection in collections([kind]) {
        let mut parents: Vec<Option<String>> = vec![None];
        if let Some(parent) = collection.parent() {
            parents = Box::pin(listed(session, parent)).await?.into_keys().map(Some).collect();
        }
        for parent in parents {
            let mut pager = match &parent {
                Some(parent) => session.list_below(&collection, parent),
                None => session.list(&collection),
            };
            while let Some(page) = pager.next().await? {
                // What cannot be told could be any object: nothing may be called absent then.
                if page.odd > 0 {
                    return Err(Failure::new(Code::GraphMalformedResponse));
                }
                for object in page.objects {
                    if collection.classify(&object).is_some_and(|found| found.key == kind.key)
                        && let Some(id) = kind.id_of(&object)
                    {
                        objects.insert(id.to_lowercase(), object);
                    }
                }
            }
        }
    }
    Ok(objects)
}

/// The ids and names of all objects of a type.
pub(super) async fn names(session: &GraphSession, kind: &'static ResourceType) -> Result<Vec<Named>, Failure> {
    let objects = listed(session, kind).await?;
    let named = |object: &Json| {
        Some(Named { id: kind.id_of(object)?.to_owned(), name: kind.name_of(object).unwrap_or_default().to_owned() })
    };
    Ok(objects.values().filter_map(named).collect())
}
