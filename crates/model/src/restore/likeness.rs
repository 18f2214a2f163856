//! Whether an object is as it is wanted.

use std::collections::BTreeSet;

use super::normal::normal;
use super::{secrets, shape};
use crate::canonical::laid_out;
use crate::json::Json;
use crate::resource_types::ResourceType;

/// How an object of the tenant differs from what is wanted, by properties of the top level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Likeness {
    /// What differs and can be written, by name, sorted.
    pub differs: Vec<String>,
    /// What differs and can be told only when an object is made.
    pub immutable: Vec<String>,
    /// What only the live object has; it stays as it is.
    pub untold: Vec<String>,
}

impl Likeness {
    /// Whether it is as it is wanted.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.differs.is_empty() && self.immutable.is_empty()
    }
}

/// Compares an object as it was read with what is wanted. Values that Microsoft masks, values that the service makes, null beside
/// absent and what the wanted state does not tell are no differences.
#[must_use]
pub fn likeness(kind: &ResourceType, wanted: &Json, live: &Json) -> Likeness {
    let Sides { live, wanted, untold } = sides(kind, wanted, live);
    let names = |side: &Json| side.as_object().unwrap_or_default().iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let all: BTreeSet<String> = names(&live).into_iter().chain(names(&wanted)).collect();
    let differ = all.into_iter().filter(|name| live.get(name) != wanted.get(name));
    let (immutable, differs) = differ.partition(|name| fixed(kind, name));
    Likeness { differs, immutable, untold }
}

/// The live object and the wanted one as they were compared, for [`crate::diff::compare`]: it shows what [`likeness`] counts.
#[must_use]
pub fn side_by_side(kind: &ResourceType, wanted: &Json, live: &Json) -> (Json, Json) {
    let Sides { live, wanted, .. } = sides(kind, wanted, live);
    (live, wanted)
}

/// Whether a property can be told only when an object is made.
pub(super) fn fixed(kind: &ResourceType, name: &str) -> bool {
    name == "@odata.type" || kind.immutable.iter().any(|fixed| fixed == name) || shape::only_new(&kind.key).contains(&name)
}

struct Sides {
    live: Json,
    wanted: Json,
    untold: Vec<String>,
}

fn sides(kind: &ResourceType, wanted: &Json, raw: &Json) -> Sides {
    let (mut wanted, mut live) = (normal(kind, wanted), normal(kind, raw));
    for name in shape::out_of_reach(kind, raw) {
        wanted.remove(&name);
        live.remove(&name);
    }
    apps(&mut wanted, &mut live);
    secrets::level(kind, &mut wanted, &mut live);
    // Only where an object is of another type than its collection says does Graph tell its type.
    if wanted.get("@odata.type").is_none() || live.get("@odata.type").is_none() {
        wanted.remove("@odata.type");
        live.remove("@odata.type");
    }
    let mut untold = Vec::new();
    if let Json::Object(members) = &mut live {
        members.retain(|(_, value)| *value != Json::Null);
        members.retain(|(name, value)| {
            let told = wanted.get(name).is_some();
            if !told && *value != Json::Array(Vec::new()) {
                untold.push(name.clone());
            }
            told
        });
    }
    if let Json::Object(members) = &mut wanted {
        members.retain(|(_, value)| *value != Json::Null);
    }
    emptied(kind, &mut wanted, &mut live);
    let laid = |side: &Json| laid_out(Some(kind), side).sorted();
    Sides { live: laid(&live), wanted: laid(&wanted), untold }
}

/// An empty list that is written by a request of its own, or of assignments, is as good as none.
fn emptied(kind: &ResourceType, wanted: &mut Json, live: &mut Json) {
    let below = shape::below(&kind.key).iter().map(|(name, _)| *name);
    let lists = below.chain(kind.assignments.as_ref().map(|contract| contract.path.as_str()));
    for name in lists {
        for side in [&mut *wanted, &mut *live] {
            if side.get(name).and_then(Json::as_array).is_some_and(<[Json]>::is_empty) {
                side.remove(name);
            }
        }
    }
}

/// Unless somebody chose the apps, the service fills them in by the group that they are.
pub(super) fn apps(wanted: &mut Json, live: &mut Json) {
    let group = wanted.get("appGroupType").or_else(|| live.get("appGroupType")).and_then(Json::as_str);
    if group.is_some_and(|group| group != "selectedPublicApps") {
        wanted.remove("apps");
        live.remove("apps");
    }
}
