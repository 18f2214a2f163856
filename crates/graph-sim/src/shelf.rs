//! Objects of one collection, in the order in which they came, as texts: a list is answered by joining texts, not by
//! building trees, and a tenant takes little more memory than its JSON.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use model::json::Json;
use model::resource_types::ResourceType;

use crate::delta::{ChangeLog, Logged, differing, restorable};
use crate::expand::shape;

/// One object: its own properties, and its navigation properties apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) kind: &'static ResourceType,
    /// The object that it is below; `None` where it is below none, or came without saying: then it is below the first.
    pub(crate) parent: Option<Box<str>>,
    /// The object without navigation properties, as JSON text.
    pub(crate) head: Box<str>,
    /// Navigation properties with their values as JSON texts.
    pub(crate) parts: Vec<(Box<str>, Box<str>)>,
}

impl Stored {
    /// Takes an object apart.
    pub(crate) fn new(kind: &'static ResourceType, mut object: Json) -> Self {
        let mut parts = Vec::new();
        for (name, _) in &shape(kind).navigation.0 {
            if let Some(value) = object.remove(name) {
                parts.push((name.as_str().into(), value.to_text().into_boxed_str()));
            }
        }
        Self { kind, parent: None, head: object.to_text().into_boxed_str(), parts }
    }

    /// A navigation property's text; an absent one is an empty list.
    pub(crate) fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|(known, _)| &**known == name).map_or("[]", |(_, text)| text)
    }

    /// Puts a navigation property in place.
    pub(crate) fn set_part(&mut self, name: &str, value: &Json) {
        let text = value.to_text().into_boxed_str();
        match self.parts.iter_mut().find(|(known, _)| &**known == name) {
            Some((_, part)) => *part = text,
            None => self.parts.push((name.into(), text)),
        }
    }

    /// The object's own properties.
    pub(crate) fn head_json(&self) -> Json {
        // Heads are written by this crate, so they can be read.
        Json::parse(self.head.as_bytes()).unwrap_or(Json::Null)
    }

    /// A navigation property's value.
    pub(crate) fn part_json(&self, name: &str) -> Json {
        Json::parse(self.part(name).as_bytes()).unwrap_or(Json::Array(Vec::new()))
    }

    /// The whole object.
    pub(crate) fn whole(&self) -> Json {
        let mut object = self.head_json();
        for (name, _) in &self.parts {
            object.set(name, self.part_json(name));
        }
        object
    }
}

/// One collection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf {
    objects: BTreeMap<u64, (Arc<str>, Stored)>,
    by_id: HashMap<Arc<str>, u64>,
    last: u64,
    /// Changes, from the first delta query on.
    pub(crate) log: Option<Box<ChangeLog>>,
}

impl Shelf {
    /// Adds an object, or replaces the one of that id in its place. Returns the one that was there.
    pub(crate) fn put(&mut self, id: &str, stored: Stored) -> Option<Stored> {
        if let Some(at) = self.by_id.get(id) {
            if let (Some(log), Some((_, old))) = (&mut self.log, self.objects.get(at)) {
                log.add(id, Logged::Changed(differing(&old.head_json(), &stored.head_json())));
            }
            return self.objects.get_mut(at).map(|slot| std::mem::replace(&mut slot.1, stored));
        }
        if let Some(log) = &mut self.log {
            log.add(id, Logged::Added);
        }
        self.last += 1;
        let id: Arc<str> = id.into();
        self.by_id.insert(Arc::clone(&id), self.last);
        self.objects.insert(self.last, (id, stored));
        None
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Stored> {
        self.objects.get(self.by_id.get(id)?).map(|(_, stored)| stored)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Stored> {
        self.objects.get_mut(self.by_id.get(id)?).map(|(_, stored)| stored)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Stored> {
        let at = self.by_id.remove(id)?;
        let (_, stored) = self.objects.remove(&at)?;
        if let Some(log) = &mut self.log {
            log.add(id, Logged::Removed { restorable: restorable(&stored.kind.collection, &stored.head_json()) });
        }
        Some(stored)
    }

    /// Objects after a number, with their numbers.
    pub(crate) fn after(&self, number: u64) -> impl Iterator<Item = (u64, &Stored)> {
        self.objects.range(number + 1..).map(|(number, (_, stored))| (*number, stored))
    }

    /// Objects with their ids, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Stored)> {
        self.objects.values().map(|(id, stored)| (&**id, stored))
    }

    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }
}
