//! An object of another tool's export, read and understood.

use std::collections::{BTreeSet, HashMap};

use model::canonical::canonical;
use model::json::Json;
use model::resource_types::{ResourceType, StoredIn};

use super::companions::{Companions, list_of, of_another};
use super::layout::{Layout, Rule, split};
use super::recognise::recognise;
use super::shape;
use crate::archive::limits::Limits;
use crate::archive::refusal::{ArchiveError, Refusal};
use crate::archive::report::{IdSource, Imported};
use crate::archive::source::Source;
use crate::archive::{text, values, yaml};

/// What stands for the tenant's id in exports of IntuneManagement.
const ORGANIZATION: &str = "%OrganizationId%";

/// Why a file was not taken.
pub(super) enum Left {
    /// In words.
    Words(String),
    /// It could not be read, or is refused.
    Error(ArchiveError),
}

impl From<ArchiveError> for Left {
    fn from(error: ArchiveError) -> Self {
        Self::Error(error)
    }
}

impl From<Refusal> for Left {
    fn from(refusal: Refusal) -> Self {
        Self::Error(refusal.into())
    }
}

impl From<String> for Left {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

fn left<T>(words: &str) -> Result<T, Left> {
    Err(Left::Words(words.to_owned()))
}

/// An export that is being read.
pub(super) struct Reading<'a> {
    layout: &'static Layout,
    root: &'a str,
    files: &'a [String],
    companions: Companions,
    /// The tenant's id, where the export says it apart.
    organization: Option<String>,
    /// The files of the objects that were taken, by type and id.
    taken: HashMap<(&'static str, String), usize>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(layout: &'static Layout, root: &'a str, files: &'a [String]) -> Self {
        let companions = Companions::find(layout, root, files);
        Self { layout, root, files, companions, organization: None, taken: HashMap::new() }
    }

    /// Reads what the tool says about the export as a whole.
    pub(super) fn prepare(&mut self, source: &mut dyn Source, limits: &Limits) -> Result<(), ArchiveError> {
        let Some(table) = self.layout.table.map(|table| format!("{}{table}", self.root)) else { return Ok(()) };
        let Some(number) = self.files.iter().position(|path| *path == table) else { return Ok(()) };
        // A table that cannot be read leaves the ids as they are; that is told with each object that has them.
        self.organization = match self.json(source, limits, number) {
            Ok(table) => table.get("TenantId").and_then(Json::as_str).filter(|id| shape::is_id(id)).map(str::to_owned),
            Err(Left::Error(error @ (ArchiveError::Io(_) | ArchiveError::Refused(Refusal { file: None, .. })))) => {
                return Err(error);
            }
            Err(_) => None,
        };
        Ok(())
    }

    /// The JSON or YAML of a file.
    fn json(&self, source: &mut dyn Source, limits: &Limits, number: usize) -> Result<Json, Left> {
        let path = &self.files[number];
        let refused = |why| Refusal::of(path.as_str(), why);
        let mut text = text::decode(source.read(number, limits.file)?).map_err(refused)?;
        if let Some(organization) = &self.organization {
            text = text.replace(ORGANIZATION, organization);
        }
        let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        if ending.as_deref() == Some("json") {
            return Ok(values::parse(text.as_bytes(), limits).map_err(refused)?);
        }
        Ok(yaml::parse(&text, limits.values).map_err(refused)?)
    }

    /// The object in a file, with what is to be known about it.
    pub(super) fn object(
        &mut self,
        source: &mut dyn Source,
        limits: &Limits,
        number: usize,
        rule: Option<&Rule>,
    ) -> Result<Box<(Imported, Vec<String>)>, Left> {
        let path = &self.files[number];
        let (_, stem) = split(path);
        let value = self.json(source, limits, number)?;
        let folder = rule.and_then(|rule| rule.types.first()).copied().unwrap_or_default();
        let mut object = shape::as_object(folder, value, stem);
        if object.as_object().is_none() {
            return left("not one object");
        }
        let (kind, note) = recognise(rule, &object)?;
        match kind.stored_in {
            StoredIn::Inventory => {}
            StoredIn::DirectoryCache => return left("kept in the directory cache, not in backups"),
            StoredIn::OnDemand => return left("read on demand only, not kept in backups"),
        }
        let mut notes: Vec<String> = note.into_iter().collect();
        let (object_id, id_source) = self.id(kind, &mut object, path);
        let known = (id_source != IdSource::Made).then_some(object_id.as_str());
        self.settings(source, limits, path, kind, &mut object)?;
        self.assignments(source, limits, path, known, &mut object)?;
        notes.extend(shape::mend(kind, &mut object, stem));
        if let Some(name) = shape::missing(kind, &object) {
            return Err(Left::Words(format!("its {name} are not in the export")));
        }
        if shape::cut_off(&object) {
            return left("cut off by PowerShell: it holds names of types in place of values");
        }
        notes.extend(shape::doubtful(kind, &object));
        if id_source == IdSource::Made {
            notes.push("without an id".to_owned());
        }
        if self.organization.is_none() && object.to_text().contains(ORGANIZATION) {
            notes.push(format!("the tenant's id is {ORGANIZATION}"));
        }
        let Some(name) = kind.name_of(&object).map(str::to_owned) else {
            return Err(Left::Words(format!("it has no name ({}), so it is no {}", kind.name_property, kind.label)));
        };
        let key = (kind.key.as_str(), object_id.clone());
        if let Some(other) = self.taken.get(&key) {
            return Err(Left::Words(format!("the same object as {}", self.files[*other])));
        }
        self.taken.insert(key, number);
        let imported = Imported {
            file: path.clone(),
            resource_type: &kind.key,
            object_id,
            id_source,
            name,
            captured_at: None,
            secrets: Vec::new(),
            withheld: crate::archive::has_withheld(&object),
            content: canonical(kind, object),
        };
        Ok(Box::new((imported, notes)))
    }

    /// The object's id: its own, that in the name of its file, or one made from its place, which is the same at the next import.
    fn id(&self, kind: &ResourceType, object: &mut Json, path: &str) -> (String, IdSource) {
        if let Some(id) = kind.id_of(object).filter(|id| !id.is_empty()) {
            return (id.to_owned(), IdSource::Object);
        }
        let (_, stem) = split(path);
        let named = self.layout.id_after.and_then(|mark| stem.rsplit_once(mark)).map(|(_, id)| id);
        if let Some(id) = named.filter(|id| shape::is_id(id)) {
            object.set(&kind.id_property, Json::text(id));
            return (id.to_owned(), IdSource::FileName);
        }
        let place = path.strip_prefix(self.root).unwrap_or(path);
        let hash = blake3::hash(format!("{}\n{place}", kind.key).as_bytes()).to_hex();
        (format!("file-{}", &hash[..32]), IdSource::Made)
    }

    fn settings(
        &mut self,
        source: &mut dyn Source,
        limits: &Limits,
        path: &str,
        kind: &ResourceType,
        object: &mut Json,
    ) -> Result<(), Left> {
        let Some(number) = self.companions.settings(path) else { return Ok(()) };
        let Some(name) = shape::missing(kind, object) else { return Ok(()) };
        let name = name.to_owned();
        let mut value = self.json(source, limits, number)?;
        // The tool writes a text of JSON as JSON: a string.
        if let Json::String(text) = &value {
            value = values::parse(text.as_bytes(), limits).map_err(|why| Refusal::of(self.files[number].as_str(), why))?;
        }
        let list = match value {
            Json::Object(_) if value.get(&name).is_some() => value.remove(&name),
            // A list of one is written as the one.
            one @ Json::Object(_) => Some(Json::Array(vec![one])),
            list => Some(list),
        };
        match list {
            Some(list @ Json::Array(_)) => object.set(&name, list),
            _ => return Err(Left::Words(format!("its {name} cannot be read: {} is no list", self.files[number]))),
        }
        Ok(())
    }

    fn assignments(
        &mut self,
        source: &mut dyn Source,
        limits: &Limits,
        path: &str,
        id: Option<&str>,
        object: &mut Json,
    ) -> Result<(), Left> {
        let Some(number) = self.companions.assignments(path, id) else { return Ok(()) };
        let words = |why: String| Left::Words(format!("its assignments cannot be read: {why}"));
        let value = match self.json(source, limits, number) {
            Err(Left::Error(ArchiveError::Refused(refusal))) if refusal.file.is_some() => return Err(words(refusal.to_string())),
            other => other?,
        };
        let list = list_of(value).ok_or_else(|| words(format!("{} is no list", self.files[number])))?;
        if id.is_some_and(|id| of_another(&list, id)) {
            return Err(words(format!("{} has those of another object of this name", self.files[number])));
        }
        if object.get("assignments").and_then(Json::as_array).is_none_or(<[Json]>::is_empty) {
            object.set("assignments", Json::Array(list));
        }
        Ok(())
    }

    /// The files that belong to objects, and that no object took.
    pub(super) fn unused(self) -> BTreeSet<String> {
        self.companions.unused()
    }
}
