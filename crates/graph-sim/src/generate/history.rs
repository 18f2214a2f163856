//! Changes that people make to a tenant over the weeks.

use std::collections::BTreeMap;
use std::time::Duration;

use model::json::Json;
use model::resource_types::{ResourceType, find};
use model::time::Moment;

use super::maker::Maker;
use super::values::{flag, int, text};
use super::{build, mix, words};
use crate::assign::as_the_type_has_them;
use crate::tenant::TenantState;
use crate::write::stamp;

/// What a change does to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeEffect {
    /// The object is this from now on: new, or changed.
    Put(Json),
    /// The object is gone.
    Remove,
}

/// A change that somebody makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// What, in words: "changed a setting of …".
    pub summary: String,
    /// The type's key.
    pub type_key: String,
    /// The object's id.
    pub object_id: String,
    /// What happens.
    pub effect: ChangeEffect,
}

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

/// Changes to a tenant from a moment on, over so many weeks, in the order of time: on working days, in working hours. They fit
/// on each other and on `state`.
#[must_use]
pub fn history(state: &TenantState, seed: u64, weeks: u32, from: Moment) -> Vec<Change> {
    let mut history = History::new(state, seed, from);
    let week = (state.len() / 30).clamp(6, 60);
    let mut times: Vec<u64> = Vec::new();
    for number in 0..u64::from(weeks) {
        for _ in 0..week {
            let day = number * 7 + history.maker.below(7) as u64;
            let second = history.maker.between(7 * HOUR as i64, 17 * HOUR as i64).unsigned_abs();
            times.push(day * DAY + second);
        }
    }
    times.sort_unstable();
    let midnight = from.minus(Duration::from_secs(from.seconds().rem_euclid(DAY as i64).unsigned_abs()));
    let moments = times.into_iter().map(|seconds| midnight.plus(Duration::from_secs(seconds))).filter(|at| *at > from);
    let working_day = |moment: &Moment| !matches!((moment.seconds().div_euclid(DAY as i64) + 4).rem_euclid(7), 0 | 6);
    moments.filter(working_day).filter_map(|at| history.change(at)).collect()
}

struct History<'a> {
    state: &'a TenantState,
    maker: Maker,
    /// Ids of changeable objects with their types.
    objects: Vec<(String, &'static ResourceType)>,
    /// Objects as they are after the changes so far.
    touched: BTreeMap<String, Json>,
}

impl<'a> History<'a> {
    fn new(state: &'a TenantState, seed: u64, from: Moment) -> Self {
        let mut maker = Maker::new(seed ^ 0x6869_7374_6f72_7900, from);
        let mut objects = Vec::new();
        for (key, _) in std::iter::once(("group", 0)).chain(mix::counts(0)) {
            let ids = state.ids(key);
            let refers = matches!(
                key,
                "group" | "scope_tag" | "assignment_filter" | "named_location" | "notification_template" | "mobile_app"
            );
            if refers {
                ids.iter().filter_map(|id| state.object(key, id)).for_each(|object| maker.remember(key, &object));
            }
            if let Some(kind) = find(key).filter(|_| !matches!(key, "group" | "scope_tag")) {
                objects.extend(ids.into_iter().map(|id| (id, kind)));
            }
        }
        Self { state, maker, objects, touched: BTreeMap::new() }
    }

    fn change(&mut self, at: Moment) -> Option<Change> {
        self.maker.now = at;
        let actor = (*self.maker.pick(&words::PEOPLE)).to_owned();
        match self.maker.below(20) {
            0 | 1 => Some(self.add(at, actor)),
            2 | 3 => self.remove(at, actor),
            _ => self.edit(at, actor),
        }
    }

    fn pick(&mut self) -> Option<(usize, String, &'static ResourceType, Json)> {
        let at = self.maker.below(self.objects.len());
        let (id, kind) = self.objects.get(at)?.clone();
        let object = self.touched.get(&id).cloned().or_else(|| self.state.object(&kind.key, &id))?;
        Some((at, id, kind, object))
    }

    fn add(&mut self, at: Moment, actor: String) -> Change {
        let key = *self.maker.pick(&[
            "settings_catalog_policy",
            "endpoint_security_policy",
            "device_management_script",
            "mobile_app",
            "compliance_policy",
        ]);
        let mut object = build(&mut self.maker, key, 1);
        for name in ["createdDateTime", "lastModifiedDateTime"] {
            object.set(name, text(at.to_fixed_text()));
        }
        let id = object.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
        let kind = find(key);
        self.objects.extend(kind.map(|kind| (id.clone(), kind)));
        self.touched.insert(id.clone(), object.clone());
        let name = kind.and_then(|kind| kind.name_of(&object)).unwrap_or_default();
        Change {
            at,
            actor,
            summary: format!("added {name}"),
            type_key: key.to_owned(),
            object_id: id,
            effect: ChangeEffect::Put(object),
        }
    }

    fn remove(&mut self, at: Moment, actor: String) -> Option<Change> {
        let (index, id, kind, object) = self.pick()?;
        // Others refer to these, and defaults cannot be deleted.
        let needed = matches!(kind.key.as_str(), "assignment_filter" | "named_location" | "notification_template" | "mobile_app");
        if needed || object.get("priority").and_then(Json::as_i64) == Some(0) {
            return self.edit(at, actor);
        }
        self.objects.swap_remove(index);
        self.touched.remove(&id);
        let summary = format!("deleted {}", kind.name_of(&object).unwrap_or_default());
        Some(Change { at, actor, summary, type_key: kind.key.clone(), object_id: id, effect: ChangeEffect::Remove })
    }

    fn edit(&mut self, at: Moment, actor: String) -> Option<Change> {
        let (_, id, kind, mut object) = self.pick()?;
        let name = kind.name_of(&object).unwrap_or_default().to_owned();
        let reassign = kind.assignments.is_some() && object.get("assignments").is_some() && self.maker.chance(25);
        let summary = if reassign {
            let assignments = self.maker.assignments(&id, kind.platform_of(&object).code());
            object.set("assignments", assignments);
            as_the_type_has_them(&kind.key, &mut object);
            format!("changed the assignments of {name}")
        } else if self.maker.chance(8) {
            object.set(&kind.name_property, text(format!("{name} (new)")));
            format!("renamed {name}")
        } else {
            self.change_value(kind, &mut object);
            format!("changed {name}")
        };
        stamp(kind, &mut object, at);
        self.touched.insert(id.clone(), object.clone());
        Some(Change { at, actor, summary, type_key: kind.key.clone(), object_id: id, effect: ChangeEffect::Put(object) })
    }

    /// Changes a setting, a flag, a number; where there is none, the description.
    fn change_value(&mut self, kind: &ResourceType, object: &mut Json) {
        if kind.key == "conditional_access_policy" {
            let next = if object.get("state").and_then(Json::as_str) == Some("enabled") {
                "enabledForReportingButNotEnforced"
            } else {
                "enabled"
            };
            object.set("state", text(next));
            return;
        }
        let settings = object.get("settings").and_then(Json::as_array).map_or(0, <[Json]>::len);
        if settings > 0 {
            let at = self.maker.below(settings);
            if let Some(Json::Array(settings)) = object.get_mut("settings") {
                change_setting(&mut settings[at]);
            }
            return;
        }
        let changeable = |(name, value): &(String, Json)| {
            let scalar = matches!(value, Json::Bool(_)) || value.as_i64().is_some();
            (scalar && !kind.is_volatile(name) && name != "priority").then(|| name.clone())
        };
        let names: Vec<String> = object.as_object().unwrap_or_default().iter().filter_map(changeable).collect();
        match names.get(self.maker.below(names.len())) {
            Some(name) => {
                let changed = match object.get(name) {
                    Some(Json::Bool(on)) => flag(!on),
                    Some(value) => int(value.as_i64().unwrap_or(0) + 1),
                    None => return,
                };
                object.set(name, changed);
            }
            None => object.set("description", text(format!("Reviewed on {}.", &self.maker.now.to_fixed_text()[..10]))),
        }
    }
}

/// Another choice, another number, another text.
fn change_setting(setting: &mut Json) {
    let value = match setting.get_mut("settingInstance") {
        None => {
            // The older kind of setting holds its value twice.
            if let Some(on) = setting.get("value").and_then(Json::as_bool) {
                setting.set("value", flag(!on));
                setting.set("valueJson", text((!on).to_string()));
            }
            return;
        }
        Some(instance) => ["choiceSettingValue", "simpleSettingValue"]
            .into_iter()
            .find(|name| instance.get(name).is_some())
            .and_then(|name| instance.get_mut(name)?.get_mut("value")),
    };
    match value {
        Some(value @ Json::Number(_)) => *value = int(value.as_i64().unwrap_or(0) + 1),
        Some(Json::String(words)) => {
            let other = match words.strip_suffix("_0") {
                Some(stem) => format!("{stem}_1"),
                None => words.rfind('_').map_or_else(|| format!("{words} "), |at| format!("{}_0", &words[..at])),
            };
            *words = other;
        }
        _ => {
            if let Some(Json::Array(values)) =
                setting.get_mut("settingInstance").and_then(|instance| instance.get_mut("simpleSettingCollectionValue"))
            {
                values.reverse();
            }
        }
    }
}
