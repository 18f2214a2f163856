//! Files that belong to an object in another file: its assignments, its settings.

use std::collections::{BTreeSet, HashMap};

use model::json::Json;

use super::layout::{Layout, Place, split};

/// What stands between an id and a name.
const AFTER_ID: &str = " - ";

/// The files that belong to objects, and which of them were taken.
#[derive(Debug, Default)]
pub(super) struct Companions {
    /// Assignments by the folder of their objects, then by the name of the file without its ending, and by the id in that name.
    assignments: HashMap<String, HashMap<String, usize>>,
    /// Settings by the path of their object without its ending.
    settings: HashMap<String, usize>,
    /// Those that no object took yet, with their paths.
    free: HashMap<usize, String>,
}

impl Companions {
    pub(super) fn find(layout: &'static Layout, root: &str, files: &[String]) -> Self {
        let mut found = Self::default();
        for (number, path) in files.iter().enumerate() {
            if !matches!(layout.place(root, path), Place::Companion) {
                continue;
            }
            found.free.insert(number, path.clone());
            let (folder, stem) = split(path);
            if let Some(owner) = layout.assignments.and_then(|name| folder.strip_suffix(name)?.strip_suffix('/')) {
                let files = found.assignments.entry(owner.to_owned()).or_default();
                files.insert(stem.to_owned(), number);
                if let Some((id, _)) = stem.split_once(AFTER_ID) {
                    files.insert(format!("{id}{AFTER_ID}"), number);
                }
            } else if let Some(owner) = layout.settings.and_then(|end| stem.strip_suffix(end)) {
                found.settings.insert(format!("{folder}/{owner}"), number);
            }
        }
        found
    }

    /// The file with an object's assignments: by its id where the name begins with one, else by the object's own file name.
    pub(super) fn assignments(&mut self, path: &str, id: Option<&str>) -> Option<usize> {
        let (folder, stem) = split(path);
        let files = self.assignments.get(folder)?;
        let by_id = |id: &str| files.get(&format!("{id}{AFTER_ID}")).copied();
        let number = id.and_then(by_id).or_else(|| files.get(stem).copied())?;
        self.free.remove(&number);
        Some(number)
    }

    /// The file with an object's settings.
    pub(super) fn settings(&mut self, path: &str) -> Option<usize> {
        let (folder, stem) = split(path);
        let number = *self.settings.get(&format!("{folder}/{stem}"))?;
        self.free.remove(&number);
        Some(number)
    }

    /// The files that no object took, in order.
    pub(super) fn unused(self) -> BTreeSet<String> {
        self.free.into_values().collect()
    }
}

/// Assignments as PowerShell writes them: a list, an answer of Graph with the list in it, or one by itself.
pub(super) fn list_of(value: Json) -> Option<Vec<Json>> {
    match value {
        Json::Array(items) => Some(items),
        Json::Object(_) if value.get("target").is_some() => Some(vec![value]),
        mut answer @ Json::Object(_) => match answer.remove("value")? {
            Json::Array(items) => Some(items),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the assignments are another object's: their ids begin with the id of what they belong to. Two objects of one name share a
/// file in some tools.
pub(super) fn of_another(assignments: &[Json], id: &str) -> bool {
    let owner = |assignment: &Json| Some(assignment.get("id")?.as_str()?.split_once('_')?.0.to_owned());
    assignments.iter().filter_map(owner).any(|owner| owner.len() == 36 && !owner.eq_ignore_ascii_case(id))
}
