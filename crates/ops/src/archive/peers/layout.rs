//! Which folder of a tool's export holds what.

use std::collections::BTreeMap;

use crate::archive::report::Format;
use crate::archive::source::Listed;

use super::{intune_backup_and_restore, intune_cd, intune_management};

/// Where a tool puts things.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) format: Format,
    pub(super) rules: &'static [Rule],
    /// Folders, at any depth, that hold nothing to import, each with the reason.
    pub(super) beside: &'static [(&'static str, &'static str)],
    /// The folder below a folder of objects that holds their assignments.
    pub(super) assignments: Option<&'static str>,
    /// The end of the name of a file that holds the settings of the object in the file without it.
    pub(super) settings: Option<&'static str>,
    /// What stands between the name of a file and the id in it.
    pub(super) id_after: Option<&'static str>,
    /// A file at the root that only this tool makes; its objects may then lie there without folders.
    pub(super) table: Option<&'static str>,
}

/// A folder of objects.
#[derive(Debug)]
pub(super) struct Rule {
    /// The folder below the root, with `/` between its parts.
    pub(super) folder: &'static str,
    /// Whether the objects lie in folders below it instead, one for each platform or template.
    pub(super) below: bool,
    /// The name of the only file that counts, without its ending.
    pub(super) file: Option<&'static str>,
    /// Keys of types; each stands for all types of its collection. Empty: nothing that is kept.
    pub(super) types: &'static [&'static str],
    /// Where types is empty, why; else properties that only one of the types has, for objects that do not say what they are.
    pub(super) told_by: &'static [(&'static str, &'static str)],
    /// Why nothing of it is imported.
    pub(super) not: Option<&'static str>,
}

impl Rule {
    /// A folder of objects of these types.
    pub(super) const fn of(folder: &'static str, types: &'static [&'static str]) -> Self {
        Self { folder, below: false, file: None, types, told_by: &[], not: None }
    }

    /// A folder with folders of objects of these types.
    pub(super) const fn below(folder: &'static str, types: &'static [&'static str]) -> Self {
        Self { below: true, ..Self::of(folder, types) }
    }

    /// A file with the only object of its type.
    pub(super) const fn only(folder: &'static str, file: &'static str, types: &'static [&'static str]) -> Self {
        Self { file: Some(file), ..Self::of(folder, types) }
    }

    /// A folder that is known, and that nothing is imported from.
    pub(super) const fn not(folder: &'static str, why: &'static str) -> Self {
        Self { not: Some(why), ..Self::of(folder, &[]) }
    }

    fn takes(&self, folder: &str, stem: &str) -> bool {
        let here = match self.below {
            false => folder.eq_ignore_ascii_case(self.folder),
            true => folder.rsplit_once('/').is_some_and(|(above, _)| above.eq_ignore_ascii_case(self.folder)),
        };
        here && self.file.is_none_or(|file| stem.eq_ignore_ascii_case(file))
    }
}

/// What a file is, by its path.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// An object, by that rule; `None` where only the object itself can tell.
    Objects(Option<&'static Rule>),
    /// Something that belongs to an object in another file.
    Companion,
    /// Nothing to import, and why.
    Nothing(&'static str),
}

/// A layout, and the folder that it begins at: empty, or with `/` at its end.
pub(super) struct Found {
    pub(super) layout: &'static Layout,
    pub(super) root: String,
}

const LAYOUTS: [&Layout; 3] = [&intune_cd::LAYOUT, &intune_management::LAYOUT, &intune_backup_and_restore::LAYOUT];

/// The most folders above the root of an export.
const ABOVE: usize = 3;

/// The layout and root by which the most files lie where objects lie. Of equals the first: what two tools call alike holds the same
/// types in both; and of roots the highest.
pub(super) fn detect(files: &[Listed]) -> Option<Found> {
    let mut best: Option<(usize, &'static Layout, &str)> = None;
    for layout in LAYOUTS {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for file in files {
            let ends = file.path.match_indices('/').take(ABOVE).map(|(at, _)| at + 1);
            for root in std::iter::once(0).chain(ends).map(|end| &file.path[..end]).filter(|root| layout.knows(root, &file.path))
            {
                *counts.entry(root).or_default() += 1;
            }
        }
        for (root, count) in counts {
            if best.is_none_or(|(most, ..)| count > most) {
                best = Some((count, layout, root));
            }
        }
    }
    best.map(|(_, layout, root)| Found { layout, root: root.to_owned() })
}

impl Layout {
    /// Whether a file lies where this tool puts objects, or is one that only this tool makes.
    fn knows(&self, root: &str, path: &str) -> bool {
        let Some(path) = path.strip_prefix(root) else { return false };
        if self.table.is_some_and(|table| path == table) {
            return true;
        }
        let (folder, stem) = split(path);
        let owner = self.assignments.and_then(|name| folder.strip_suffix(name)?.strip_suffix('/'));
        Self::is_text(path) && self.rules.iter().any(|rule| rule.takes(owner.unwrap_or(folder), stem))
    }

    /// What a file is.
    pub(super) fn place(&'static self, root: &str, path: &str) -> Place {
        let Some(path) = path.strip_prefix(root) else { return Place::Nothing("outside the folder in which the export begins") };
        if self.table.is_some_and(|table| path == table) {
            return Place::Nothing("names of groups for the tool itself");
        }
        let (folder, stem) = split(path);
        let beside = |part: &str| self.beside.iter().find(|(name, _)| part.eq_ignore_ascii_case(name));
        if let Some((_, why)) = folder.split('/').find_map(beside) {
            return Place::Nothing(why);
        }
        if !Self::is_text(path) {
            return Place::Nothing("neither JSON nor YAML");
        }
        let in_assignments = self.assignments.is_some_and(|name| folder.rsplit('/').next() == Some(name));
        if in_assignments || self.settings.is_some_and(|end| stem.ends_with(end)) {
            return Place::Companion;
        }
        match self.rules.iter().find(|rule| rule.takes(folder, stem)) {
            Some(Rule { not: Some(why), .. }) => Place::Nothing(why),
            Some(rule) => Place::Objects(Some(rule)),
            None if folder.is_empty() && self.table.is_some() => Place::Objects(None),
            None => Place::Nothing("in no folder of this layout"),
        }
    }
}

/// The folder and the name without its ending.
pub(super) fn split(path: &str) -> (&str, &str) {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    (folder, file.rsplit_once('.').map_or(file, |(stem, _)| stem))
}
