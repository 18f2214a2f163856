//! Changes inside an object.

use model::json::Json;
use model::resource_types::ResourceType;

use super::place::{at_mut, is_content, is_unordered, places};
use super::{Mutation, Mutator, What};
use crate::assign::as_given_back;

/// How deep the nested property is.
const DEPTH: usize = 30;

/// Before and after at a path, and whether it matters.
type Changed = Option<(What, bool)>;

fn value(path: Vec<String>, before: Option<Json>, after: Option<Json>) -> Changed {
    Some((What::Value { path, before, after }, true))
}

impl Mutator {
    /// Changes the object. `None` when it has nothing that can be changed so.
    pub(super) fn change(
        &mut self,
        mutation: Mutation,
        kind: &'static ResourceType,
        object: &mut Json,
        groups: &[String],
    ) -> Changed {
        match mutation {
            Mutation::ValueChanged => self.value_changed(kind, object),
            Mutation::PropertyAdded => {
                let name = self.unused("added", |name| object.get(name).is_some());
                object.set(&name, Json::text("by somebody"));
                value(vec![name], None, Some(Json::text("by somebody")))
            }
            Mutation::PropertyRemoved => {
                let members = object.as_object().unwrap_or_default();
                let names: Vec<String> = members
                    .iter()
                    .filter(|(name, value)| {
                        is_content(kind, name) && matches!(value, Json::String(_) | Json::Bool(_) | Json::Number(_))
                    })
                    .map(|(name, _)| name.clone())
                    .collect();
                let name = self.one_of(&names)?.clone();
                let before = object.remove(&name);
                value(vec![name], before, None)
            }
            Mutation::ListReordered => self.reordered(kind, object),
            Mutation::Renamed => {
                let name = kind.name_property.clone();
                let before = object.get(&name)?.clone();
                let after = Json::text(format!("{} (renamed {})", before.as_str()?, self.count));
                object.set(&name, after.clone());
                value(vec![name], Some(before), Some(after))
            }
            Mutation::ScopeTagChanged => {
                let name = ["roleScopeTagIds", "roleScopeTags"].into_iter().find(|name| object.get(name).is_some())?;
                let before = object.get(name)?.clone();
                let mut tags = before.as_array()?.to_vec();
                tags.push(Json::text((100 + self.count).to_string()));
                object.set(name, Json::Array(tags.clone()));
                value(vec![name.to_owned()], Some(before), Some(Json::Array(tags)))
            }
            Mutation::Nested => {
                let innermost = Json::from([("value", Json::int(1))]);
                let nested = (1..DEPTH).fold(innermost, |inner, _| Json::from([("deeper", inner)]));
                let name = self.unused("nested", |name| object.get(name).is_some());
                object.set(&name, nested.clone());
                value(vec![name], None, Some(nested))
            }
            Mutation::AssignmentAdded | Mutation::AssignmentRemoved | Mutation::AssignmentChanged => {
                self.assignments(mutation, kind, object, groups)
            }
            Mutation::Deleted | Mutation::Recreated | Mutation::Added | Mutation::ServiceFieldAdded => None,
        }
    }

    /// A name that nothing has yet.
    pub(super) fn unused(&self, word: &str, is_used: impl Fn(&str) -> bool) -> String {
        let mut names = (self.count..).map(|number| format!("{word}{number}"));
        names.find(|name| !is_used(name)).unwrap_or_else(|| word.to_owned())
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.below(all.len())) }
    }

    fn value_changed(&mut self, kind: &'static ResourceType, object: &mut Json) -> Changed {
        let scalar = |value: &Json| matches!(value, Json::Bool(_) | Json::Number(_) | Json::String(_));
        let found = places(kind, object, scalar);
        let path = self.one_of(&found)?.clone();
        let before = at_mut(object, &path)?.clone();
        if let (Some((last, setting)), Some(text)) = (path.split_last(), before.as_str())
            && last == "valueJson"
        {
            // That text is JSON itself, and stands beside the value.
            let other = self.other(&Json::parse(text.as_bytes()).ok()?)?;
            let place = at_mut(object, setting)?;
            let before = place.clone();
            place.set("valueJson", Json::text(other.to_text()));
            if before.get("value").is_some() {
                place.set("value", other);
            }
            let after = place.clone();
            return value(setting.to_vec(), Some(before), Some(after));
        }
        let after = self.other(&before)?;
        *at_mut(object, &path)? = after.clone();
        value(path, Some(before), Some(after))
    }

    /// Another value of the same kind.
    fn other(&self, before: &Json) -> Option<Json> {
        match before {
            Json::Bool(flag) => Some(Json::Bool(!flag)),
            Json::Number(_) => Some(Json::int(before.as_i64().unwrap_or(0).saturating_add(1))),
            other => Some(Json::text(format!("{} (changed {})", other.as_str()?, self.count))),
        }
    }

    fn reordered(&mut self, kind: &'static ResourceType, object: &mut Json) -> Changed {
        let several = |value: &Json| {
            let items = value.as_array().unwrap_or_default();
            items.len() > 1 && items.first() != items.last()
        };
        let found = places(kind, object, several);
        let path = self.one_of(&found)?.clone();
        let matters = !is_unordered(kind, &path);
        let place = at_mut(object, &path)?;
        let before = place.clone();
        if let Json::Array(items) = place {
            items.reverse();
            // A palindrome stays what it was.
            if Json::Array(items.clone()) == before {
                items.swap(0, 1);
            }
        }
        let after = place.clone();
        (before != after).then_some((What::Value { path, before: Some(before), after: Some(after) }, matters))
    }

    fn assignments(&mut self, mutation: Mutation, kind: &'static ResourceType, object: &mut Json, groups: &[String]) -> Changed {
        let name = kind.assignments.as_ref()?.path.clone();
        let before = object.get(&name).cloned().unwrap_or(Json::Array(Vec::new()));
        let mut items = before.as_array()?.to_vec();
        let id = object.get(&kind.id_property).and_then(Json::as_str).unwrap_or_default().to_owned();
        let taken = |group: &String| {
            items.iter().any(|item| item.at(&["target", "groupId"]).and_then(Json::as_str) == Some(group.as_str()))
        };
        let free: Vec<String> = groups.iter().filter(|group| !taken(group)).cloned().collect();
        match mutation {
            Mutation::AssignmentRemoved => {
                let at = self.below(items.len());
                if items.is_empty() {
                    return None;
                }
                items.remove(at);
            }
            Mutation::AssignmentAdded => {
                let group = self.one_of(&free)?.clone();
                // Like those that are there: apps have an intent, scripts a schedule.
                let mut item = items.first().cloned().unwrap_or_else(|| Json::Object(Vec::new()));
                if kind.key == "mobile_app" && item.get("intent").is_none() {
                    item.set("intent", Json::text("required"));
                }
                item.set("target", target(&group));
                items.push(as_given_back(kind, &item, &id));
            }
            _ => {
                let group = self.one_of(&free)?.clone();
                let at = self.below(items.len());
                let item = items.get_mut(at)?;
                item.set("id", Json::text(format!("{id}_{group}")));
                item.set("target", target(&group));
            }
        }
        object.set(&name, Json::Array(items.clone()));
        value(vec![name], Some(before), Some(Json::Array(items)))
    }
}

fn target(group: &str) -> Json {
    Json::from([("@odata.type", Json::text("#microsoft.graph.groupAssignmentTarget")), ("groupId", Json::text(group))])
}
