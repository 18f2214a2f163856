//! Baselines as they are kept.

use std::collections::BTreeSet;

use super::{TypeComparison, VersionSource, VersionState};
use crate::ids::{BaselineId, RunId, TenantGroupId, TenantId};
use crate::time::Moment;

/// Items of a version, at most.
pub const MOST_ITEMS: usize = 20_000;
/// Properties of an item that do not matter, at most.
pub const MOST_IGNORED: usize = 50;
/// Characters of the name of a property.
const PROPERTY: usize = 200;

/// A baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Its id.
    pub id: BaselineId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The version that tenants are held against; `None`: none was activated yet.
    pub active: Option<i64>,
    /// The draft, while there is one.
    pub draft: Option<i64>,
    /// How many objects the active version has, or the draft where none is active.
    pub items: i64,
    /// How many tenants are held against it, of those that the viewer may see.
    pub tenants: i64,
    /// Whether it follows a tenant (golden tenant): its newest version is what that tenant has.
    pub follows: bool,
    /// That tenant, where the viewer may see it.
    pub golden: Option<TenantId>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Since when it is archived.
    pub archived_at: Option<Moment>,
    /// Grows with every change; whoever changes it names the one that they saw.
    pub revision: i64,
}

/// A version of a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineVersion {
    /// Its number.
    pub number: i64,
    /// Where it stands.
    pub state: VersionState,
    /// Whether objects of its types that it does not have are findings.
    pub extras: bool,
    /// Where it came from.
    pub source: VersionSource,
    /// How many objects it has.
    pub items: i64,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Moment,
    /// When it was activated.
    pub activated_at: Option<Moment>,
}

/// What names an item in every version of its baseline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// Key of its type.
    pub resource_type: String,
    /// Microsoft's id of the object that was captured.
    pub object_id: String,
}

/// An object as a baseline wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineItem {
    /// Its key.
    pub key: ItemKey,
    /// What it was called when it was captured.
    pub name: String,
    /// The tenant in which the id of the key is its id.
    pub home: Option<TenantId>,
    /// The tenant whose assignments and scope tags the content has.
    pub content_of: Option<TenantId>,
    /// The stored content.
    pub content_hash: String,
    /// The hash that alone decides whether two states mean the same.
    pub semantic_hash: String,
    /// The same of what is neither an assignment nor a scope tag.
    pub body_hash: Option<String>,
    /// Properties that do not matter.
    pub ignored: BTreeSet<String>,
}

impl BaselineItem {
    /// What is wanted, and what of it matters: where it is the same, a comparison comes out the same.
    #[must_use]
    pub fn wanted(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let of = self.content_of.map(|tenant| tenant.to_string()).unwrap_or_default();
        for part in [self.content_hash.as_str(), of.as_str()].into_iter().chain(self.ignored.iter().map(String::as_str)) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// A tenant that is held against a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The baseline.
    pub baseline: BaselineId,
    /// What it is called.
    pub baseline_name: String,
    /// The tenant.
    pub tenant: TenantId,
    /// The version to which it is pinned; `None`: whichever is active.
    pub pinned: Option<i64>,
    /// The version that counts; `None`: there is none yet.
    pub version: Option<i64>,
    /// The group of tenants by which it is held; `None`: it was chosen itself.
    pub group: Option<TenantGroupId>,
    /// Who assigned it.
    pub assigned_by: String,
    /// When.
    pub assigned_at: Moment,
    /// The version that was compared last, and when.
    pub compared: Option<(i64, Moment)>,
    /// The run that did, while it is recorded.
    pub run: Option<RunId>,
}

/// A group of tenants that is held against a baseline: whoever is in it, as long as it is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedGroup {
    /// The group.
    pub group: TenantGroupId,
    /// What it is called.
    pub name: String,
    /// The version to which its tenants are pinned; `None`: whichever is active.
    pub pinned: Option<i64>,
    /// Who assigned it.
    pub assigned_by: String,
    /// When.
    pub assigned_at: Moment,
}

/// How the objects of a type of a tenant stand to a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeAlignment {
    /// Key of the type.
    pub resource_type: String,
    /// Whether it could be compared; where not, the figures are those of the last time that it could.
    pub state: TypeComparison,
    /// How many.
    pub totals: Totals,
}

/// How many objects stand how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// As the baseline says.
    pub aligned: i64,
    /// Otherwise.
    pub differs: i64,
    /// Not there.
    pub missing: i64,
    /// There, and not in the baseline; 0 where that does not matter.
    pub extra: i64,
}

impl Totals {
    /// How many objects the baseline wants.
    #[must_use]
    pub const fn wanted(&self) -> i64 {
        self.aligned + self.differs + self.missing
    }

    /// How many of a hundred are as the baseline says, rounded down: 100 means all. `None` where nothing is wanted.
    #[must_use]
    pub const fn percent(&self) -> Option<i64> {
        match self.wanted() {
            0 => None,
            wanted => Some(self.aligned * 100 / wanted),
        }
    }

    /// Adds others.
    pub const fn add(&mut self, other: &Self) {
        self.aligned += other.aligned;
        self.differs += other.differs;
        self.missing += other.missing;
        self.extra += other.extra;
    }
}

/// Properties that cannot be named so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Name at most {MOST_IGNORED} properties, each of 1 to {PROPERTY} characters.")]
pub struct InvalidIgnored;

/// Names of properties, without white space around them.
///
/// # Errors
/// [`InvalidIgnored`].
pub fn ignored<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<BTreeSet<String>, InvalidIgnored> {
    let names: BTreeSet<String> = names.into_iter().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let bad = |name: &String| name.chars().count() > PROPERTY || name.chars().any(char::is_control);
    if names.len() > MOST_IGNORED || names.iter().any(bad) { Err(InvalidIgnored) } else { Ok(names) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_says_all_only_of_all() {
        let of = |aligned, differs, missing| Totals { aligned, differs, missing, extra: 9 }.percent();
        assert_eq!((of(0, 0, 0), of(2, 1, 0), of(999, 0, 1), of(5, 0, 0)), (None, Some(66), Some(99), Some(100)));
    }

    #[test]
    fn properties_are_few_and_short() {
        assert_eq!(ignored([" a ", "", "a", "b"]).unwrap().into_iter().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(ignored(["a\nb"]), Err(InvalidIgnored));
        assert_eq!(ignored([&*"x".repeat(201)]), Err(InvalidIgnored));
        let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        assert_eq!(ignored(many.iter().map(String::as_str)), Err(InvalidIgnored));
    }

    #[test]
    fn what_is_wanted_depends_on_content_and_what_matters() {
        let item = BaselineItem {
            key: ItemKey { resource_type: "t".into(), object_id: "1".into() },
            name: "A".into(),
            home: None,
            content_of: None,
            content_hash: "c".into(),
            semantic_hash: "s".into(),
            body_hash: None,
            ignored: BTreeSet::new(),
        };
        let renamed = BaselineItem { name: "B".into(), ..item.clone() };
        assert_eq!(item.wanted(), renamed.wanted());
        let other = BaselineItem { ignored: ["x".to_owned()].into(), ..item.clone() };
        assert_ne!(item.wanted(), other.wanted());
        assert_ne!(item.wanted(), BaselineItem { content_of: Some(TenantId::generate()), ..item.clone() }.wanted());
    }
}
