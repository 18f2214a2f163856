//! Which object of the tenant a wanted one is: by id, then by what it says. A name alone only ever suggests.

use std::collections::BTreeMap;

use super::normal::normal;
use super::suggest::plain_name;
use crate::json::Json;
use crate::references::walk;
use crate::resource_types::ResourceType;

/// An object of the tenant that is written, of the same type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its [`fingerprint`].
    pub fingerprint: String,
}

/// A wanted object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sought<'a> {
    /// Its id where it is from.
    pub source_id: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// Its [`fingerprint`].
    pub fingerprint: &'a str,
}

/// Which object of the tenant it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// The one of the same id, or the tenant's own of those that every tenant has once.
    ById(String),
    /// The only one that says the same and is called the same.
    ByFingerprint(String),
    /// One of these, as a person has to say; the likeliest first.
    Suggested(Vec<String>),
    /// None.
    Nothing,
}

/// A hash of what an object says and what it is called, which is the same in every tenant: without ids, without assignments and scope tags,
/// and with the kinds of what it refers to in place of their ids.
#[must_use]
pub fn fingerprint(kind: &ResourceType, object: &Json) -> String {
    let mut object = normal(kind, object);
    if let Some(contract) = &kind.assignments {
        object.remove(&contract.path);
    }
    if let Some(name) = &kind.scope_tag_property {
        object.remove(name);
    }
    let mut nothing = Json::Object(Vec::new());
    super::likeness::apps(&mut object, &mut nothing);
    super::secrets::level(kind, &mut object, &mut nothing);
    walk(kind, &mut object, &mut |found| Some(found.reference.resource_type));
    super::normal::without_nulls(&mut object);
    let laid_out = crate::canonical::laid_out(Some(kind), &object).sorted();
    blake3::hash(laid_out.to_text().as_bytes()).to_hex().to_string()
}

/// Which of the candidates the sought object is.
#[must_use]
pub fn find(kind: &ResourceType, sought: &Sought<'_>, candidates: &[Candidate]) -> Match {
    Index::of(kind, candidates).find(sought)
}

/// The same for many, one to one: two sought objects never are the same candidate. One that has its id is it; where several have only
/// its content, a person has to say.
#[must_use]
pub fn find_all(kind: &ResourceType, sought: &[Sought<'_>], candidates: &[Candidate]) -> Vec<Match> {
    let index = Index::of(kind, candidates);
    let mut found: Vec<Match> = sought.iter().map(|one| index.find(one)).collect();
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let mut by_content: BTreeMap<String, usize> = BTreeMap::new();
    for one in &found {
        match one {
            Match::ById(id) => *by_id.entry(id.clone()).or_default() += 1,
            Match::ByFingerprint(id) => *by_content.entry(id.clone()).or_default() += 1,
            Match::Suggested(_) | Match::Nothing => {}
        }
    }
    for one in &mut found {
        *one = match std::mem::replace(one, Match::Nothing) {
            Match::ById(id) if by_id.get(&id).is_some_and(|count| *count > 1) => Match::Suggested(vec![id]),
            // What has another's id is not free.
            Match::ByFingerprint(id) if by_id.contains_key(&id) => Match::Nothing,
            Match::ByFingerprint(id) if by_content.get(&id).is_some_and(|count| *count > 1) => Match::Suggested(vec![id]),
            Match::Suggested(ids) => {
                let free: Vec<String> = ids.into_iter().filter(|id| !by_id.contains_key(id)).collect();
                if free.is_empty() { Match::Nothing } else { Match::Suggested(free) }
            }
            other => other,
        };
    }
    found
}

struct Index<'c> {
    ids: BTreeMap<&'c str, &'c Candidate>,
    defaults: BTreeMap<&'c str, &'c Candidate>,
    contents: BTreeMap<&'c str, Vec<&'c Candidate>>,
    names: BTreeMap<String, Vec<&'c Candidate>>,
    enrollment: bool,
}

impl<'c> Index<'c> {
    fn of(kind: &ResourceType, candidates: &'c [Candidate]) -> Self {
        let enrollment = kind.collection.ends_with("/deviceEnrollmentConfigurations");
        let mut index = Self {
            ids: BTreeMap::new(),
            defaults: BTreeMap::new(),
            contents: BTreeMap::new(),
            names: BTreeMap::new(),
            enrollment,
        };
        for candidate in candidates {
            index.ids.insert(&candidate.id, candidate);
            if let Some(default) = index.default_of(&candidate.id) {
                index.defaults.insert(default, candidate);
            }
            index.contents.entry(&candidate.fingerprint).or_default().push(candidate);
            index.names.entry(plain_name(&candidate.name)).or_default().push(candidate);
        }
        index
    }

    /// Every tenant has its own default of each enrollment configuration, which its id tells: `<guid>_Default…`.
    fn default_of<'t>(&self, id: &'t str) -> Option<&'t str> {
        let (_, what) = id.split_once('_')?;
        (self.enrollment && what.starts_with("Default")).then_some(what)
    }

    fn find(&self, sought: &Sought<'_>) -> Match {
        let same = self.ids.get(sought.source_id);
        let default = || self.default_of(sought.source_id).and_then(|default| self.defaults.get(default));
        if let Some(found) = same.or_else(default) {
            return Match::ById(found.id.clone());
        }
        let contents = self.contents.get(sought.fingerprint).map(Vec::as_slice).unwrap_or_default();
        if let [only] = contents {
            return Match::ByFingerprint(only.id.clone());
        }
        let names = self.names.get(&plain_name(sought.name)).map(Vec::as_slice).unwrap_or_default();
        let mut ids: Vec<String> = Vec::new();
        for candidate in contents.iter().chain(names) {
            if !ids.contains(&candidate.id) {
                ids.push(candidate.id.clone());
            }
        }
        if ids.is_empty() { Match::Nothing } else { Match::Suggested(ids) }
    }
}
