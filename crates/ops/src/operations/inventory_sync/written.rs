//! Writing what was listed and what its details say.

use std::collections::{BTreeMap, BTreeSet};

use model::canonical::{canonical, list_fingerprint};
use model::coverage::TypeState;
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{self, HydrationStep, ResourceType};
use model::run::{CountKey, NewEvent, NewItem};
use model::time::Moment;
use outbound::graph::is_complete;
use store::{ObservedItem, TypeList, TypeUnread};

use super::course::{Ended, Wanted};
use super::desk::Desk;
use super::reader::Listed;
use crate::halt::Halt;

/// Objects written together.
const PORTION: usize = 100;
/// Names in one line of the timeline.
const NAMED: usize = 3;

impl Desk<'_> {
    /// Writes what a page tells by itself; gives the objects whose details are to be read.
    pub(super) async fn listed(&mut self, number: usize, page: Listed) -> Result<Vec<Wanted>, Halt> {
        let course = &mut self.courses[number];
        course.pages += 1;
        course.odd += page.odd;
        let mut whole = Vec::new();
        let mut wanted = Vec::new();
        let mut told: BTreeMap<&'static str, Vec<(String, String)>> = BTreeMap::new();
        for object in page.objects {
            let Some(kind) = course.kind_of(&object) else { continue };
            let Some(id) = kind.id_of(&object).filter(|id| !id.is_empty()).map(str::to_owned) else {
                // It may be any of those that the list does not have.
                course.odd += 1;
                continue;
            };
            course.of(kind).objects += 1;
            if is_complete(kind, &object) {
                whole.push(observed(kind, id, None, course.from, object));
                continue;
            }
            let fingerprint = list_fingerprint(kind, &object);
            let quiet = || !kind.list.audited || self.changes.as_ref().is_some_and(|changes| !changes.may_concern(kind, &id));
            if let Some(fingerprint) = fingerprint.as_ref().filter(|_| !course.every_detail && quiet()) {
                told.entry(&kind.key).or_default().push((id.clone(), fingerprint.clone()));
            }
            wanted.push(Wanted {
                course: number,
                kind,
                id,
                parent: page.parent.clone(),
                fingerprint,
                asked: None,
                listed: held(kind, object),
            });
        }
        let listed = match self.courses[number].from {
            Some(from) => from,
            // A list tells nothing before it is asked for.
            None => self.context.store.now().await?,
        };
        for (key, objects) in told {
            let changed = self.context.store.inventory().seen_unchanged(&self.context.scope, key, &objects, listed).await?;
            let same: BTreeSet<&String> = objects.iter().map(|(id, _)| id).filter(|id| !changed.contains(*id)).collect();
            let seen = i64::try_from(same.len()).unwrap_or(i64::MAX);
            let pending = &mut self.courses[number].pending;
            pending.add(CountKey::Items, seen);
            pending.add(CountKey::Unchanged, seen);
            wanted.retain(|object| object.kind.key != key || !same.contains(&object.id));
        }
        for object in &wanted {
            self.courses[number].of(object.kind).details += 1;
        }
        self.observe(number, whole).await?;
        Ok(wanted)
    }

    /// Writes objects whose details came, or did not.
    pub(super) async fn completed(&mut self, portion: Vec<(Wanted, Result<Json, Failure>)>) -> Result<(), Halt> {
        let mut items: BTreeMap<usize, Vec<ObservedItem>> = BTreeMap::new();
        let mut unread: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (wanted, answer) in portion {
            match answer {
                Ok(object) => {
                    let item = observed(wanted.kind, wanted.id, wanted.fingerprint, wanted.asked, object);
                    items.entry(wanted.course).or_default().push(item);
                }
                // Either it disappeared after the list was made, which the next complete list says as well, or a part of it is not to
                // be had now. The list had it, so this run cannot say that it is gone.
                Err(failure) if failure.code() == Code::GraphNotFound => {
                    self.courses[wanted.course].not_read(wanted.kind, &wanted.id, Code::GraphNotFound);
                    unread.entry(&wanted.kind.key).or_default().push(wanted.id);
                }
                Err(failure) => {
                    self.refused(&failure);
                    let course = &mut self.courses[wanted.course];
                    course.pending.failure(&failure, &wanted.kind.key);
                    course.not_read(wanted.kind, &wanted.id, failure.code());
                    unread.entry(&wanted.kind.key).or_default().push(wanted.id);
                }
            }
        }
        for (key, ids) in unread {
            self.context.store.inventory().still_there(&self.context.scope, key, &ids).await?;
        }
        for (number, items) in items {
            self.observe(number, items).await?;
        }
        Ok(())
    }

    async fn observe(&mut self, number: usize, items: Vec<ObservedItem>) -> Result<(), Halt> {
        let mut items = items.into_iter().peekable();
        while items.peek().is_some() {
            let portion: Vec<ObservedItem> = items.by_ref().take(PORTION).collect();
            let read = i64::try_from(portion.len()).unwrap_or(i64::MAX);
            let effect = self.context.store.inventory().observe(&self.context.scope, portion).await?;
            let course = &mut self.courses[number];
            course.pending.add(CountKey::Items, read);
            course.pending.add(CountKey::Created, effect.created);
            course.pending.add(CountKey::Updated, effect.updated);
            course.pending.add(CountKey::Unchanged, effect.unchanged);
            let (names, many) = &mut course.unannounced;
            // Where the audit log has to tell, the list says nothing by telling the same.
            let audited = |key: &str| resource_types::find(key).is_some_and(|kind| kind.list.audited);
            let unannounced = effect.unannounced.into_iter().filter(|(key, _)| !audited(key));
            for (_, name) in unannounced {
                *many += 1;
                if names.len() < NAMED {
                    names.push(name);
                }
            }
        }
        Ok(())
    }

    /// Records collections that are through, whatever came of them.
    pub(super) async fn finish(&mut self, numbers: &[usize]) -> Result<(), Halt> {
        let (mut complete, mut unread) = (Vec::new(), Vec::new());
        for &number in numbers {
            let course = &mut self.courses[number];
            match course.ended.take() {
                Some(Ended::Failed(failure)) => unread.push((number, failure)),
                // Something in the list was no object: what it was is not known, so nothing may be called missing.
                _ if course.odd > 0 => unread.push((number, Failure::new(Code::GraphMalformedResponse))),
                _ => complete.push(number),
            }
        }
        let mut items = self.complete(&complete).await?;
        items.extend(self.unread(&unread).await?);
        for &number in numbers {
            let course = &mut self.courses[number];
            course.finished = true;
            let (pending, unannounced) = (std::mem::take(&mut course.pending), std::mem::take(&mut course.unannounced));
            let unread = std::mem::take(&mut course.unread);
            for item in items.iter_mut() {
                if let Some(unread) = unread.get(item.key.as_str()) {
                    item.data = unread.told();
                }
            }
            pending.settle(self.context);
            if unannounced.1 > 0 {
                let words = without_sign(&unannounced.0, unannounced.1);
                self.context.event(NewEvent::warning("changed_without_sign", words));
            }
        }
        self.context.record(items).await
    }

    async fn complete(&mut self, numbers: &[usize]) -> Result<Vec<NewItem>, Halt> {
        let (mut lists, mut of) = (Vec::new(), Vec::new());
        for &number in numbers {
            let Some(from) = self.courses[number].from else { continue };
            for kind in self.courses[number].collection.types.clone() {
                self.make_sure(number, kind, from).await?;
                lists.push(TypeList { resource_type: &kind.key, from, effort: self.courses[number].effort(kind) });
                of.push(number);
            }
        }
        if lists.is_empty() {
            return Ok(Vec::new());
        }
        let missing = self.context.store.inventory().types_complete(&self.context.scope, &lists).await?;
        for (number, missing) in of.into_iter().zip(missing) {
            self.courses[number].pending.add(CountKey::Missing, missing);
        }
        Ok(lists.iter().map(|list| NewItem::succeeded(list.resource_type)).collect())
    }

    /// The types of collections that could not be read.
    async fn unread(&mut self, failed: &[(usize, Failure)]) -> Result<Vec<NewItem>, Halt> {
        let (mut types, mut items) = (Vec::new(), Vec::new());
        for (number, failure) in failed {
            for kind in self.courses[*number].collection.types.clone() {
                let course = &mut self.courses[*number];
                // Once a page was read, the type is there and allowed: whatever came then is trouble of the moment.
                let state = if course.pages == 0 { TypeState::of_failure(failure) } else { TypeState::Failed };
                types.push(TypeUnread {
                    resource_type: &kind.key,
                    state,
                    code: Some(failure.code()),
                    effort: course.effort(kind),
                });
                // A service that the tenant never had is nobody's failure. One that it had is looked at by somebody.
                if state == TypeState::NotLicensed && !course.known.contains(&kind.key) {
                    items.push(NewItem::skipped(kind.key.as_str(), failure.code()));
                    continue;
                }
                course.pending.failure(failure, &kind.key);
                let words = format!("{} could not be read. {}", kind.label, failure.message());
                self.context.event(NewEvent::error("type_failed", words));
                items.push(NewItem::failed(kind.key.as_str(), failure.code()));
            }
        }
        if !types.is_empty() {
            self.context.store.inventory().types_unread(&self.context.scope, &types).await?;
        }
        Ok(items)
    }
}

/// What of a list's object has to be held until its details come: where they begin with the whole object, what names it.
fn held(kind: &ResourceType, mut listed: Json) -> Json {
    if !kind.hydration.iter().any(|step| matches!(step, HydrationStep::Get { .. })) {
        return listed;
    }
    let named = [kind.id_property.as_str(), "@odata.type"].into_iter();
    Json::Object(named.filter_map(|name| Some((name.to_owned(), listed.remove(name)?))).collect())
}

/// What changed although the list told the same: a few of the names.
fn without_sign(names: &[String], many: usize) -> String {
    let more = many.saturating_sub(names.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("Changed without a sign in the list: {}{rest}.", names.join(", "))
}

pub(super) fn observed(
    kind: &'static ResourceType,
    object_id: String,
    fingerprint: Option<String>,
    asked_at: Option<Moment>,
    object: Json,
) -> ObservedItem {
    let modified = ["lastModifiedDateTime", "modifiedDateTime"];
    let assignments = object.get("assignments").and_then(Json::as_array);
    ObservedItem {
        resource_type: &kind.key,
        object_id,
        name: kind.name_of(&object).unwrap_or_default().to_owned(),
        platform: kind.platform_of(&object),
        odata_type: object.get("@odata.type").and_then(Json::as_str).map(str::to_owned),
        modified_at: modified.iter().find_map(|name| Moment::parse(object.get(name)?.as_str()?).ok()),
        assignments: assignments.and_then(|list| i64::try_from(list.len()).ok()),
        content: canonical(kind, object),
        fingerprint,
        asked_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_names_are_told() {
        let names = ["A", "B", "C"].map(str::to_owned);
        assert_eq!(without_sign(&names[..1], 1), "Changed without a sign in the list: A.");
        assert_eq!(without_sign(&names, 5), "Changed without a sign in the list: A, B, C and 2 more.");
    }
}
