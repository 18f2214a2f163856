//! Reads folders of exported objects: `<folder>/<type key>/*.json`, one object per file.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::json::Json;
use model::resource_types::{ResourceType, find};

use crate::derived_id::id_from;
use crate::expand::shape;
use crate::tenant::{TenantState, recognised};

/// A folder cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the folder {folder}: {why}")]
pub struct LoadError {
    /// The folder.
    pub folder: PathBuf,
    /// What the system said.
    pub why: io::Error,
}

/// An object that came twice; the later one stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The type's key.
    pub type_key: String,
    /// The object's id.
    pub id: String,
    /// The object's name.
    pub name: String,
    /// The file that stands.
    pub kept: PathBuf,
    /// The file that it takes the place of.
    pub dropped: PathBuf,
}

/// What was read and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// Objects per type key, as Graph would tell them apart.
    pub by_type: BTreeMap<String, usize>,
    /// Objects that came twice.
    pub duplicates: Vec<Duplicate>,
    /// Type folders that the catalogue does not have, with their number of files.
    pub not_in_catalogue: BTreeMap<String, usize>,
    /// Files that are no object, and why.
    pub unreadable: Vec<(PathBuf, String)>,
    /// Files without an id: one was made from the file's place.
    pub without_id: Vec<PathBuf>,
    /// Files that Graph would know as another type than their folder says, and as which.
    pub filed_elsewhere: Vec<(PathBuf, String)>,
}

impl LoadReport {
    /// Number of objects.
    #[must_use]
    pub fn objects(&self) -> usize {
        self.by_type.values().sum()
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} objects of {} types", self.objects(), self.by_type.len())?;
        for (key, count) in &self.by_type {
            writeln!(f, "  {count:>6}  {key}")?;
        }
        for (key, count) in &self.not_in_catalogue {
            writeln!(f, "not in the catalogue yet: {key} ({count} files)")?;
        }
        for duplicate in &self.duplicates {
            let Duplicate { type_key, id, kept, dropped, .. } = duplicate;
            writeln!(f, "came twice: {type_key} {id}: {} takes the place of {}", kept.display(), dropped.display())?;
        }
        for (file, why) in &self.unreadable {
            writeln!(f, "not readable: {}: {why}", file.display())?;
        }
        for file in &self.without_id {
            writeln!(f, "without an id: {}", file.display())?;
        }
        for (file, key) in &self.filed_elsewhere {
            writeln!(f, "Graph would know it as {key}: {}", file.display())?;
        }
        Ok(())
    }
}

/// Reads folders into one tenant; of an object that occurs twice, the later folder's stands. Whatever cannot be used is in the
/// report, not an error.
///
/// # Errors
/// [`LoadError`] when one of the folders cannot be listed.
pub fn load_folders<P: AsRef<Path>>(folders: impl IntoIterator<Item = P>) -> Result<(TenantState, LoadReport), LoadError> {
    let mut loading = Loading::default();
    for folder in folders {
        loading.folder(folder.as_ref())?;
    }
    for (key, count) in loading.state.count_by_type() {
        loading.report.by_type.insert(key.to_owned(), count);
    }
    Ok((loading.state, loading.report))
}

#[derive(Default)]
struct Loading {
    state: TenantState,
    report: LoadReport,
    files: BTreeMap<(&'static str, String), PathBuf>,
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let fail = |why| LoadError { folder: folder.to_owned(), why };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        paths.push(entry.map_err(fail)?.path());
    }
    // 2.json comes before 10.json.
    let number = |path: &PathBuf| path.file_stem().and_then(|stem| stem.to_str()?.parse::<u64>().ok()).unwrap_or(u64::MAX);
    paths.sort_by(|a, b| number(a).cmp(&number(b)).then_with(|| a.cmp(b)));
    Ok(paths)
}

impl Loading {
    fn folder(&mut self, folder: &Path) -> Result<(), LoadError> {
        for type_folder in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
            let key = type_folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let is_json = |path: &PathBuf| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
            let files: Vec<PathBuf> = entries(&type_folder)?.into_iter().filter(is_json).collect();
            match find(&key) {
                Some(kind) => files.into_iter().for_each(|file| self.file(kind, file)),
                None => *self.report.not_in_catalogue.entry(key).or_insert(0) += files.len(),
            }
        }
        Ok(())
    }

    fn file(&mut self, filed: &'static ResourceType, file: PathBuf) {
        let object = match read_object(&file) {
            Ok(object) => object,
            Err(why) => return self.report.unreadable.push((file, why)),
        };
        let kind = recognised(filed, &object);
        if kind != filed {
            self.report.filed_elsewhere.push((file.clone(), kind.key.clone()));
        }
        let mut object = repaired(kind, object);
        if kind.id_of(&object).is_none() {
            object.set(&kind.id_property, Json::text(id_for(&file)));
            self.report.without_id.push(file.clone());
        }
        let id = kind.id_of(&object).unwrap_or_default().to_owned();
        let name = kind.name_of(&object).unwrap_or_default().to_owned();
        if let Err(error) = self.state.put(&kind.key, object) {
            return self.report.unreadable.push((file, error.to_string()));
        }
        if let Some(dropped) = self.files.insert((&kind.collection, id.clone()), file.clone()) {
            self.report.duplicates.push(Duplicate { type_key: kind.key.clone(), id, name, kept: file, dropped });
        }
    }
}

/// Reads a file as one JSON object, in UTF-8 or UTF-16, with or without a byte order mark.
fn read_object(file: &Path) -> Result<Json, String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    let wide = |little: bool, bytes: &[u8]| {
        let unit =
            |pair: &[u8]| if little { u16::from_le_bytes([pair[0], pair[1]]) } else { u16::from_be_bytes([pair[0], pair[1]]) };
        let units: Vec<u16> = bytes.chunks_exact(2).map(unit).collect();
        String::from_utf16(&units).map_err(|error| error.to_string())
    };
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => wide(true, rest)?.into_bytes(),
        [0xfe, 0xff, rest @ ..] => wide(false, rest)?.into_bytes(),
        [b'{', 0, ..] => wide(true, &bytes)?.into_bytes(),
        [0, b'{', ..] => wide(false, &bytes)?.into_bytes(),
        _ => bytes,
    };
    match Json::parse(&text) {
        Ok(object @ Json::Object(_)) => Ok(object),
        Ok(_) => Err("not one JSON object".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Undoes what export tools do: control information that Graph adds by itself goes, and a list of one element that was written
/// as that element becomes a list again.
pub(crate) fn repaired(kind: &'static ResourceType, mut object: Json) -> Json {
    if let Json::Object(members) = &mut object {
        members.retain(|(name, _)| name == "@odata.type" || !(name.contains("@odata.") || name.starts_with('#')));
    }
    let lists = shape(kind).navigation.0.iter().map(|(name, _)| name).chain(&kind.scope_tag_property);
    for name in lists {
        if let Some(value) = object.get_mut(name)
            && matches!(value, Json::Object(_) | Json::String(_))
        {
            *value = Json::Array(vec![std::mem::replace(value, Json::Null)]);
        }
    }
    object
}

/// An id that is always the same for the same file in the same folder.
fn id_for(file: &Path) -> String {
    let words: Vec<String> = file.iter().rev().take(3).map(|part| part.to_string_lossy().into_owned()).collect();
    id_from(&words.join("/"))
}
