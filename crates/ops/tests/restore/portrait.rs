//! What is in a simulated tenant, as text that can be laid beside another: canonical, lists whose order means nothing in one order, null as
//! good as absent (so are an empty list and an assignment's filter of the type `none`), without what follows from something else, and each id as the name of what has it, since what is made anew has
//! another id.

use std::collections::{BTreeMap, HashMap};

use model::canonical::{canonical, laid_out};
use model::json::Json;
use model::resource_types::{ResourceType, find};
use model::restore::never_sent;
use testkit::graph::TestGraph;

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sketch {
    pub(crate) name: String,
    /// In the form in which two states are compared.
    pub(crate) text: String,
    /// Word for word, with its times and ids: it changes with every write.
    pub(crate) raw: String,
}

/// Every object by type and id.
pub(crate) type Portrait = BTreeMap<(&'static str, String), Sketch>;

/// Length of an id in its usual form.
const GUID: usize = 36;

/// Where in a text an id stands, if one does.
fn guid_at(text: &str, from: usize) -> Option<(usize, &str)> {
    let is_guid = |part: &str| {
        part.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    (from..(text.len() + 1).saturating_sub(GUID)).find_map(|at| {
        let part = text.get(at..at + GUID)?;
        is_guid(part).then_some((at, part))
    })
}

/// Names by ids. Those of scope tags are small numbers, which mean something only where scope tags stand.
#[derive(Default)]
struct Names {
    by_guid: HashMap<String, String>,
    tags: HashMap<String, String>,
}

impl Names {
    fn add(&mut self, key: &str, id: &str, name: &str) {
        if key == "scope_tag" {
            self.tags.insert(id.to_owned(), format!("<{key}:{name}>"));
        } else if let Some((_, guid)) = guid_at(id, 0) {
            self.by_guid.insert(guid.to_lowercase(), format!("<{key}:{name}>"));
        }
    }

    fn in_text(&self, text: &str) -> String {
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        while let Some((at, guid)) = guid_at(text, from) {
            let name = self.by_guid.get(&guid.to_lowercase());
            out.push_str(text.get(from..at).unwrap_or_default());
            out.push_str(name.map_or(guid, String::as_str));
            from = at + GUID;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }

    fn put(&self, value: &mut Json) {
        match value {
            Json::String(text) => *value = Json::text(self.in_text(text)),
            Json::Array(items) => items.iter_mut().for_each(|item| self.put(item)),
            Json::Object(members) => members.iter_mut().for_each(|(_, value)| self.put(value)),
            _ => {}
        }
    }

    fn put_tags(&self, kind: &ResourceType, object: &mut Json) {
        let tags = kind.scope_tag_property.as_ref().and_then(|name| object.get_mut(name));
        if let Some(Json::Array(items)) = tags {
            for item in items {
                let name = item.as_str().and_then(|id| self.tags.get(id));
                *item = name.map_or_else(|| item.clone(), Json::text);
            }
        }
    }
}

/// Takes out what says no more than its absence.
fn told(value: &mut Json) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(told),
        Json::Object(members) => {
            members.retain(|(name, value)| {
                let no_filter = name == "deviceAndAppManagementAssignmentFilterType" && value.as_str() == Some("none");
                // Microsoft gives it back as null or so, whatever was sent.
                let no_name = name == "ruleName" && value.as_str() == Some("PasswordRequired");
                *value != Json::Null && *value != Json::Array(Vec::new()) && !no_filter && !no_name
            });
            members.iter_mut().for_each(|(_, value)| told(value));
        }
        _ => {}
    }
}

/// Leaves of the definitions of an administrative template only which ones they are: what they say is Microsoft's.
fn microsofts(form: &mut Json) {
    let Some(Json::Array(values)) = form.get_mut("definitionValues") else { return };
    let only_id = |value: &mut Json, name: &str| {
        if let Some(Json::Object(members)) = value.get_mut(name) {
            members.retain(|(name, _)| name == "id");
        }
    };
    for value in values {
        only_id(value, "definition");
        if let Some(Json::Array(shown)) = value.get_mut("presentationValues") {
            shown.iter_mut().for_each(|one| only_id(one, "presentation"));
        }
    }
}

/// Everything in the tenant.
pub(crate) fn portrait(graph: &TestGraph) -> Portrait {
    let objects: Vec<(&'static str, String, Json)> = graph
        .sim
        .read_state(graph.tenant, |state| {
            let of = |key: &'static str| {
                let ids = state.ids(key).into_iter();
                ids.filter_map(move |id| Some((key, id.clone(), state.object(key, &id)?))).collect::<Vec<_>>()
            };
            state.type_keys().into_iter().flat_map(of).collect()
        })
        .unwrap();
    let mut names = Names::default();
    for (key, id, object) in &objects {
        names.add(key, id, find(key).and_then(|kind| kind.name_of(object)).unwrap_or_default());
    }
    let sketch = |(key, id, object): (&'static str, String, Json)| {
        let kind = find(key).unwrap();
        let name = kind.name_of(&object).unwrap_or_default().to_owned();
        let raw = object.to_text();
        let mut form = Json::parse(canonical(kind, object).text.as_bytes()).unwrap();
        names.put_tags(kind, &mut form);
        names.put(&mut form);
        told(&mut form);
        for name in never_sent(key) {
            form.remove(name);
        }
        microsofts(&mut form);
        ((key, id), Sketch { name, text: laid_out(Some(kind), &form).to_text(), raw })
    };
    objects.into_iter().map(sketch).collect()
}

/// What is there, without saying under which ids.
fn bag(portrait: &Portrait) -> Vec<String> {
    let mut all: Vec<String> = portrait.iter().map(|((key, _), sketch)| format!("{key} {}", sketch.text)).collect();
    all.sort_unstable();
    all
}

/// Where two states differ, the ids of what was made anew aside.
pub(crate) fn differing(is: &Portrait, should_be: &Portrait) -> Vec<String> {
    let (is, should_be) = (bag(is), bag(should_be));
    let only = |here: &[String], there: &[String]| {
        let mut left = there.to_vec();
        let here = here.iter().filter(|text| match left.binary_search(text) {
            Ok(at) => {
                left.remove(at);
                false
            }
            Err(_) => true,
        });
        here.cloned().collect::<Vec<_>>()
    };
    let (more, less) = (only(&is, &should_be), only(&should_be, &is));
    let more = more.iter().map(|text| format!("is there: {text}"));
    more.chain(less.iter().map(|text| format!("is not:   {text}"))).collect()
}

/// Where two texts begin to differ.
pub(crate) fn apart(is: &str, wanted: &str) -> String {
    let at = is.bytes().zip(wanted.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        let from = (0..=at.saturating_sub(60)).rev().find(|from| text.is_char_boundary(*from)).unwrap_or(0);
        text.get(from..).unwrap_or_default().chars().take(240).collect::<String>()
    };
    format!("  is     …{}\n  wanted …{}", around(is), around(wanted))
}

/// Whether the other state has that object as it is, word for word.
pub(crate) fn has_same(portrait: &Portrait, (of, sketch): (&(&'static str, String), &Sketch)) -> bool {
    portrait.get(of).is_some_and(|other| other.raw == sketch.raw)
}
