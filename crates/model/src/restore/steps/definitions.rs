//! Values of an administrative template: one call with what is added, updated and deleted.

use std::collections::BTreeMap;

use super::super::normal::without_nulls;
use super::super::shape;
use super::super::step::ROOT;
use super::{Writer, id_of};
use crate::json::Json;
use crate::resource_types::{Method, encode};
use crate::restore::{Effect, Hindrance};

const VALUES: &str = "presentationValues";

impl Writer<'_> {
    /// Makes the values the wanted ones.
    pub(super) fn definition_values(&mut self, name: &str) -> Result<(), Hindrance> {
        let wanted = by_definition(&self.list(name))?;
        let live = by_definition(self.raw_list(name))?;
        let (mut added, mut updated, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
        for (definition, values) in &wanted {
            match (values.as_slice(), live.get(definition).map(Vec::as_slice).unwrap_or_default()) {
                ([value], [there]) if same(value, there) => {}
                // A value that would have to lose one of its presentations is made anew: an update adds and changes only.
                ([value], [there]) if covers(value, there) => updated.push(told(definition, value, Some(there))?),
                (values, there) => {
                    for one in there {
                        deleted.push(Json::text(id_of(one)?));
                    }
                    for value in values {
                        added.push(told(definition, value, None)?);
                    }
                }
            }
        }
        for (_, there) in live.iter().filter(|(definition, _)| !wanted.contains_key(*definition)) {
            for one in there {
                deleted.push(Json::text(id_of(one)?));
            }
        }
        let effect = if added.is_empty() { Effect::Replace } else { Effect::Add };
        let body = [("added", Json::Array(added)), ("updated", Json::Array(updated)), ("deletedIds", Json::Array(deleted))];
        self.write(effect, Method::Post, "/updateDefinitionValues", Json::from(body));
        Ok(())
    }
}

fn by_definition(values: &[Json]) -> Result<BTreeMap<String, Vec<Json>>, Hindrance> {
    let mut found: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for value in values {
        // A value of which nobody knows what it is a value of.
        let id = value.at(&["definition", "id"]).and_then(Json::as_str).ok_or(Hindrance::Unresolved)?;
        found.entry(id.to_owned()).or_default().push(value.clone());
    }
    Ok(found)
}

/// Whether both say the same, whatever ids and times the service gave them.
fn same(a: &Json, b: &Json) -> bool {
    let bare = |value: &Json| {
        let mut bare = Json::from([("definitionValues", Json::Array(vec![value.clone()]))]);
        for path in ["definitionValues[]", "definitionValues[].presentationValues[]"] {
            crate::references::each(&mut bare, path, String::new(), &mut |_, value| {
                for name in ["id", "createdDateTime", "lastModifiedDateTime"] {
                    value.remove(name);
                }
            });
        }
        shape::level("administrative_template", &mut bare);
        without_nulls(&mut bare);
        let kind = crate::resource_types::find("administrative_template");
        crate::canonical::laid_out(kind, &bare.sorted())
    };
    bare(a) == bare(b)
}

fn presentation(value: &Json) -> Option<&str> {
    value.at(&["presentation", "id"])?.as_str()
}

/// Whether the wanted value has each presentation that is there.
fn covers(wanted: &Json, there: &Json) -> bool {
    let ids = |value: &Json| -> Vec<Option<String>> {
        let values = value.get(VALUES).and_then(Json::as_array).unwrap_or_default();
        values.iter().map(|value| presentation(value).map(str::to_owned)).collect()
    };
    let wanted = ids(wanted);
    ids(there).iter().all(|id| id.is_some() && wanted.contains(id))
}

/// A value as it is sent: with links in place of what it belongs to, and with the ids of what is changed.
fn told(definition: &str, value: &Json, there: Option<&Json>) -> Result<Json, Hindrance> {
    let link = format!("{ROOT}/beta/deviceManagement/groupPolicyDefinitions('{}')", encode(definition));
    let mut told = without(value, &["definition", VALUES]);
    if let Some(there) = there {
        told.set("id", Json::text(id_of(there)?));
    }
    told.set("definition@odata.bind", Json::text(link.as_str()));
    let mut values = Vec::new();
    for one in value.get(VALUES).and_then(Json::as_array).unwrap_or_default() {
        let id = presentation(one).ok_or(Hindrance::Unresolved)?;
        let mut value = without(one, &["presentation", "definitionValue"]);
        let known = there.and_then(|there| there.get(VALUES)?.as_array()?.iter().find(|one| presentation(one) == Some(id)));
        if let Some(known) = known {
            value.set("id", Json::text(id_of(known)?));
        }
        value.set("presentation@odata.bind", Json::text(format!("{link}/presentations('{}')", encode(id))));
        values.push(value);
    }
    told.set(VALUES, Json::Array(values));
    Ok(told)
}

fn without(value: &Json, names: &[&str]) -> Json {
    const MADE: &[&str] = &["id", "createdDateTime", "lastModifiedDateTime"];
    super::body::taken(value, |name| !names.contains(&name) && !MADE.contains(&name))
}
