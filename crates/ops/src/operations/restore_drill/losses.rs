//! What a drill takes away from the copy, and the plan that puts it back. The same backup gives the same losses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use graph_sim::{AppRegistration, Mutation, Mutator, Sim, TenantProfile};
use model::ids::EntraTenantId;
use model::json::Json;
use model::resource_types::{self, ResourceType};
use model::restore::{
    Action, Hindrance, Live, Mapping, Part, Reference, Situation, Target, apply, decide, needs, placeholder, references,
};
use model::time::{Clock, Moment};
use store::RestoreItem;
use uuid::Uuid;

use super::super::rehearsal::Copy;

/// The seed of the changes that a drill makes.
const SEED: u64 = 7;

/// An object of the backup.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) resource_type: String,
    pub(super) object_id: String,
    pub(super) name: String,
    pub(super) semantic: String,
    pub(super) hash: String,
    /// `None`: what is stored is damaged or gone.
    pub(super) text: Option<Arc<str>>,
}

/// The backup.
#[derive(Debug, Default)]
pub(super) struct Backup {
    objects: Vec<Kept>,
    /// Groups to which something refers.
    groups: BTreeSet<String>,
}

/// What was lost, and how it is put back.
pub(super) struct Lost {
    pub(super) items: Vec<RestoreItem>,
    pub(super) mapping: Mapping,
    pub(super) contents: BTreeMap<String, Arc<str>>,
    /// Objects that are not put back, by type and why.
    pub(super) left_out: Vec<(String, Hindrance)>,
}

impl Backup {
    pub(super) fn add(&mut self, object: Kept) {
        if let Some((kind, content)) = resource_types::find(&object.resource_type).zip(object.content()) {
            let groups = references(kind, &content).into_iter().map(|found| found.reference);
            self.groups.extend(groups.filter(|reference| reference.resource_type == "group").map(|reference| reference.id));
        }
        self.objects.push(object);
    }

    pub(super) fn groups(&self) -> BTreeSet<String> {
        self.groups.clone()
    }
}

impl Kept {
    fn content(&self) -> Option<Json> {
        Json::parse(self.text.as_ref()?.as_bytes()).ok()
    }
}

/// What becomes of an object: it is lost and made anew, it stays and is changed, or there is no way to put it back.
fn fate(kind: &'static ResourceType, content: &Json) -> Result<Action, Hindrance> {
    let situation = |wanted, live| Situation { kind, wanted, live, was_known: true, found: None };
    if let (Action::Delete, None) = decide(&situation(None, Live::There(content))) {
        return match decide(&situation(Some(content), Live::Absent)) {
            (Action::Recreate, None) => Ok(Action::Recreate),
            (_, hindrance) => Err(hindrance.unwrap_or(Hindrance::NoMethod)),
        };
    }
    match decide(&situation(None, Live::There(content))).1 {
        Some(Hindrance::NoMethod) | None => Ok(Action::Update),
        Some(hindrance) => Err(hindrance),
    }
}

/// Takes away what can be lost, changes the rest, and says how it is put back. `groups`: those that the directory cache knows; `None`: it
/// was never filled.
pub(super) fn lose(backup: &Backup, copy: &mut Copy, groups: Option<&BTreeSet<String>>, now: Moment) -> Lost {
    let mut left_out = Vec::new();
    let mut planned: Vec<(RestoreItem, &'static ResourceType, Json)> = Vec::new();
    let mut contents = BTreeMap::new();
    for object in &backup.objects {
        let Some(kind) = resource_types::find(&object.resource_type) else {
            left_out.push((object.resource_type.clone(), Hindrance::NeverWritten));
            continue;
        };
        let Some((content, text)) = object.content().zip(object.text.clone()) else {
            left_out.push((kind.key.clone(), Hindrance::Damaged));
            continue;
        };
        match fate(kind, &content) {
            Ok(action) => {
                let number = u32::try_from(planned.len() + 1).unwrap_or(u32::MAX);
                contents.insert(object.hash.clone(), text);
                planned.push((item(number, object, action), kind, content));
            }
            Err(hindrance) => left_out.push((kind.key.clone(), hindrance)),
        }
    }
    let there: BTreeMap<(String, String), (u32, Action)> = planned
        .iter()
        .map(|(item, ..)| {
            ((item.resource_type.clone(), item.source_id.to_lowercase()), (item.number, item.action.unwrap_or(Action::Skip)))
        })
        .collect();
    let held: BTreeSet<&str> = backup.objects.iter().map(|object| object.resource_type.as_str()).collect();
    let kept: BTreeSet<(&str, String)> =
        backup.objects.iter().map(|object| (object.resource_type.as_str(), object.object_id.to_lowercase())).collect();
    let becomes = |reference: &Reference| -> Option<Target> {
        let id = reference.id.to_lowercase();
        let same = || Some(Target::Object { id: reference.id.clone() });
        if reference.resource_type == "group" {
            return if groups.is_none_or(|known| known.contains(&id)) { same() } else { None };
        }
        let types = reference.types();
        match types.iter().find_map(|key| there.get(&((*key).to_owned(), id.clone()))) {
            Some((item, Action::Recreate)) => Some(Target::Planned { item: *item }),
            Some(_) => same(),
            None if types.iter().any(|key| kept.contains(&(*key, id.clone()))) => same(),
            // Everything of that type was in the backup, and this was not.
            None if types.iter().any(|key| held.contains(*key)) => None,
            None => same(),
        }
    };
    let mut mapping = Mapping(BTreeMap::new());
    for (_, kind, content) in &planned {
        for found in references(kind, content) {
            if let Some(target) = becomes(&found.reference) {
                mapping.0.insert(found.reference, target);
            }
        }
    }
    let mut items = Vec::with_capacity(planned.len());
    for (mut item, kind, mut content) in planned {
        item.needs = needs(kind, &content, &mapping).into_iter().filter(|need| *need != item.number).collect();
        // What refers to something that was lost before the backup cannot be put back by anybody without a decision.
        match apply(kind, &mut content, &mapping, &|number| Some(placeholder(number))) {
            Ok(_) => items.push(item),
            Err(_) => left_out.push((kind.key.clone(), Hindrance::Unresolved)),
        }
    }
    take(copy, &items, now);
    Lost { items, mapping, contents, left_out }
}

fn item(number: u32, object: &Kept, action: Action) -> RestoreItem {
    let stays = action == Action::Update;
    RestoreItem {
        number,
        resource_type: object.resource_type.clone(),
        source_id: object.object_id.clone(),
        name: object.name.clone(),
        part: Part::Whole,
        wanted: Some(object.hash.clone()),
        version: None,
        said_target: None,
        suggested: Vec::new(),
        action: Some(action),
        target_id: stays.then(|| object.object_id.clone()),
        before_semantic: stays.then(|| object.semantic.clone()),
        before: None,
        hindrance: None,
        needs: Vec::new(),
        outcome: None,
        code: None,
        result_id: None,
        after: None,
        stripped: Vec::new(),
        finished_at: None,
    }
}

/// Takes the objects away that are made anew, and changes one value of each that stays, as somebody in the portal would.
fn take(copy: &mut Copy, items: &[RestoreItem], now: Moment) {
    let (lost, stays): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.action == Some(Action::Recreate));
    for item in lost {
        copy.state.remove(&item.resource_type, &item.source_id);
    }
    let sim = Sim::new(Arc::new(Still(now)));
    let tenant = EntraTenantId::from_uuid(Uuid::from_u128(1));
    let profile = TenantProfile::new(tenant, "Drill", "drill.example", AppRegistration::new("drill", "drill"));
    sim.add_tenant(profile, copy.state.clone());
    let mut mutator = Mutator::new(&sim, SEED);
    for item in stays {
        // One that cannot be changed so is compared as it is.
        drop(mutator.mutate_object(tenant, Mutation::ValueChanged, &item.resource_type, &item.source_id));
    }
    if let Ok(state) = sim.read_state(tenant, Clone::clone) {
        copy.state = state;
    }
}

/// A clock that stands still.
#[derive(Debug)]
struct Still(Moment);

impl Clock for Still {
    fn now(&self) -> Moment {
        self.0
    }
}
