//! Next links inside an object: an expanded collection may come in pages as well.

use model::json::Json;

use super::link::NEXT_LINK;

/// A collection inside an object that goes on elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfinished {
    /// The way to the object that holds the collection.
    way: Vec<Step>,
    /// The property that holds the collection.
    pub(super) property: String,
    /// The value of the annotation.
    pub(super) link: Json,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
}

impl Unfinished {
    /// The elements that the object holds so far.
    pub(super) fn held<'a>(&self, object: &'a Json) -> &'a [Json] {
        let holder = self.way.iter().try_fold(object, |value, step| match step {
            Step::Member(name) => value.get(name),
            Step::Element(index) => value.as_array()?.get(*index),
        });
        holder.and_then(|holder| holder.get(&self.property)?.as_array()).unwrap_or_default()
    }

    /// Adds the elements of the further pages.
    pub(super) fn append(&self, object: &mut Json, more: Vec<Json>) {
        let holder = self.way.iter().try_fold(object, |value, step| match (step, value) {
            (Step::Member(name), value) => value.get_mut(name),
            (Step::Element(index), Json::Array(items)) => items.get_mut(*index),
            (Step::Element(_), _) => None,
        });
        let Some(holder) = holder else { return };
        match holder.get_mut(&self.property) {
            Some(Json::Array(items)) => items.extend(more),
            _ => holder.set(&self.property, Json::Array(more)),
        }
    }
}

/// Whether a collection inside the object goes on elsewhere.
pub(super) fn is_unfinished(object: &Json) -> bool {
    match object {
        Json::Array(items) => items.iter().any(is_unfinished),
        Json::Object(members) => members.iter().any(|(name, value)| property_of(name, value).is_some() || is_unfinished(value)),
        _ => false,
    }
}

/// Takes the first such annotation out of the object.
pub(super) fn take(object: &mut Json) -> Option<Unfinished> {
    let mut way = Vec::new();
    find(object, &mut way).map(|(property, link)| Unfinished { way, property, link })
}

fn find(value: &mut Json, way: &mut Vec<Step>) -> Option<(String, Json)> {
    match value {
        Json::Array(items) => items.iter_mut().enumerate().find_map(|(index, item)| descend(item, Step::Element(index), way)),
        Json::Object(members) => {
            let at = members.iter().position(|(name, value)| property_of(name, value).is_some());
            if let Some(at) = at {
                let (name, link) = members.remove(at);
                return property_of(&name, &link).map(|property| (property.to_owned(), link.clone()));
            }
            members.iter_mut().find_map(|(name, member)| {
                matches!(member, Json::Array(_) | Json::Object(_)).then(|| descend(member, Step::Member(name.clone()), way))?
            })
        }
        _ => None,
    }
}

fn descend(value: &mut Json, step: Step, way: &mut Vec<Step>) -> Option<(String, Json)> {
    way.push(step);
    let found = find(value, way);
    if found.is_none() {
        way.pop();
    }
    found
}

/// The collection that an annotation speaks of: `settings` for `settings@odata.nextLink`.
fn property_of<'a>(name: &'a str, value: &Json) -> Option<&'a str> {
    name.strip_suffix(NEXT_LINK).filter(|property| !property.is_empty() && *value != Json::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unfinished_collection_is_found_and_completed() {
        let mut object = Json::parse(
            br#"{"id":"a","values":[{"v":[1]},{"v":[2],"v@odata.nextLink":"L1"}],"settings@odata.nextLink":"L2","x@odata.nextLink":null}"#,
        )
        .unwrap();
        assert!(is_unfinished(&object));
        let first = take(&mut object).unwrap();
        assert_eq!((first.property.as_str(), &first.link), ("settings", &Json::text("L2")));
        first.append(&mut object, vec![Json::int(7)]);
        let second = take(&mut object).unwrap();
        assert_eq!((second.held(&object), &second.link), (&[Json::int(2)][..], &Json::text("L1")));
        second.append(&mut object, vec![Json::int(3)]);
        assert_eq!(take(&mut object), None);
        assert!(!is_unfinished(&object));
        assert_eq!(object.to_text(), r#"{"id":"a","values":[{"v":[1]},{"v":[2,3]}],"x@odata.nextLink":null,"settings":[7]}"#);
    }
}
