//! The writes that make an object what it shall be, in order.
//!
//! `live` is the object as it was read just before, with the ids of what is inside it: assignments, definition values, texts. Only what
//! differs is written; nothing that the service makes is sent; where the tenant's object has what nobody wants, a property is set to null
//! and a list is replaced.

mod actions;
mod assign;
mod body;
mod definitions;
mod intent;
mod messages;
mod policy_set;
mod remove;

use super::decide::may_write;
use super::normal::bare;
use super::shape::{self, Below};
use super::step::NEW;
use super::{Effect, Hindrance, Step, likeness, missing_secrets};
use crate::json::Json;
use crate::resource_types::{Method, ResourceType, RestoreMode, encode};

pub use remove::removal;

/// The writes that make an object what is wanted: the live one of that id, or a new one. None where it is so already.
///
/// # Errors
/// What stands in the way.
pub fn steps(kind: &ResourceType, wanted: &Json, live: Option<&Json>, id: Option<&str>) -> Result<Vec<Step>, Hindrance> {
    may_write(kind)?;
    match (live, id) {
        (Some(live), Some(id)) => changed(kind, wanted, live, id),
        _ => made(kind, wanted),
    }
}

fn changed(kind: &ResourceType, wanted: &Json, live: &Json, id: &str) -> Result<Vec<Step>, Hindrance> {
    let found = likeness(kind, wanted, live);
    if found.is_same() {
        return Ok(Vec::new());
    }
    if found.differs.is_empty() {
        return Err(Hindrance::Immutable);
    }
    let mut writer = Writer::of(kind, wanted, Some(live), id);
    let differs = |name: &str| found.differs.iter().any(|one| one == name);
    let assigned = kind.assignments.as_ref().is_some_and(|contract| differs(&contract.path));
    let below = shape::below(&kind.key);
    let apart = |name: &str| below.iter().any(|(one, _)| *one == name);
    let plain: Vec<&str> =
        found.differs.iter().map(String::as_str).filter(|name| !apart(name) && Some(*name) != writer.assignments()).collect();
    if shape::is_microsofts(live) && found.differs.iter().any(|name| Some(name.as_str()) != writer.assignments()) {
        return Err(Hindrance::NoMethod);
    }
    if missing_secrets(kind, wanted, Some(live)).iter().any(|secret| secret.needed) {
        return Err(Hindrance::SecretMissing);
    }
    if !plain.is_empty() {
        writer.change(&plain)?;
    }
    for (name, how) in below {
        // The group of the apps is told together with the apps.
        let grouped = matches!(how, Below::Apps) && differs("appGroupType");
        if *how != Below::PolicySetItems && (differs(name) || grouped) {
            writer.below(name, *how)?;
        }
    }
    if below.iter().any(|(name, how)| *how == Below::PolicySetItems && (assigned || differs(name))) {
        writer.policy_set()?;
    } else if assigned {
        writer.assign()?;
    }
    Ok(writer.steps)
}

fn made(kind: &ResourceType, wanted: &Json) -> Result<Vec<Step>, Hindrance> {
    if kind.restore.mode != RestoreMode::Enabled || kind.create.is_none() {
        return Err(Hindrance::NoMethod);
    }
    if missing_secrets(kind, wanted, None).iter().any(|secret| secret.needed) {
        return Err(Hindrance::SecretMissing);
    }
    let mut writer = Writer::of(kind, wanted, None, NEW);
    writer.create()?;
    let set = |json: &Json| json.as_array().is_some_and(|list| !list.is_empty());
    let assigned = writer.assignments().and_then(|name| writer.wanted.get(name)).is_some_and(set);
    let below = shape::below(&kind.key);
    for (name, how) in below {
        // Compliance actions and settings of an intent are told with the create itself.
        let later =
            !matches!(how, Below::ComplianceActions | Below::ComplianceActionsV2 | Below::IntentSettings | Below::PolicySetItems);
        if later && writer.wanted.get(name).is_some_and(set) {
            writer.below(name, *how)?;
        }
    }
    let items =
        |(name, how): &(&str, Below)| *how == Below::PolicySetItems && (assigned || writer.wanted.get(name).is_some_and(set));
    if below.iter().any(items) {
        writer.policy_set()?;
    } else if assigned {
        writer.assign()?;
    }
    Ok(writer.steps)
}

/// Writes down the steps for one object.
struct Writer<'a> {
    kind: &'a ResourceType,
    /// Without what the service makes.
    wanted: Json,
    /// As it was read.
    live: Option<&'a Json>,
    /// The item's path.
    item: String,
    steps: Vec<Step>,
}

impl<'a> Writer<'a> {
    fn of(kind: &'a ResourceType, wanted: &Json, live: Option<&'a Json>, id: &str) -> Self {
        let id = if id == NEW { id.to_owned() } else { encode(id) };
        Self { kind, wanted: bare(kind, wanted), live, item: kind.item.replace("{id}", &id), steps: Vec::new() }
    }

    fn assignments(&self) -> Option<&'a str> {
        self.kind.assignments.as_ref().map(|contract| contract.path.as_str())
    }

    /// What the live object has of that name, as it was read.
    fn raw(&self, name: &str) -> Option<&'a Json> {
        self.live?.get(name)
    }

    /// The elements of a list of the wanted object.
    fn list(&self, name: &str) -> Vec<Json> {
        self.wanted.get(name).and_then(Json::as_array).unwrap_or_default().to_vec()
    }

    /// The elements of a list of the live object, as they were read.
    fn raw_list(&self, name: &str) -> &'a [Json] {
        self.raw(name).and_then(Json::as_array).unwrap_or_default()
    }

    /// A write on the item, or on what `below` names below it.
    fn write(&mut self, effect: Effect, method: Method, below: &str, body: Json) {
        let path = format!("{}{below}", self.item);
        self.steps.push(Step {
            effect,
            method,
            api_version: self.kind.api_version,
            template: format!("{}{below}", self.kind.item),
            path,
            body: Some(body),
        });
    }

    /// A write on one element of the collection `list` below the item.
    fn write_element(&mut self, effect: Effect, method: Method, list: &str, element: &str, body: Option<Json>) {
        self.steps.push(Step {
            effect,
            method,
            api_version: self.kind.api_version,
            template: format!("{}/{list}/{{child}}", self.kind.item),
            path: format!("{}/{list}/{}", self.item, encode(element)),
            body,
        });
    }

    fn below(&mut self, name: &str, how: Below) -> Result<(), Hindrance> {
        match how {
            Below::ComplianceActions => self.compliance_actions(name),
            Below::ComplianceActionsV2 => self.compliance_actions_v2(name),
            Below::Apps => self.target_apps(name, true),
            Below::AppsOnly => self.target_apps(name, false),
            Below::ChangeSettings => self.replace(name, "changeSettings", "settings"),
            Below::PrivacyControls => self.replace(name, "windowsPrivacyAccessControls", "windowsPrivacyAccessControls"),
            Below::DefinitionValues => return self.definition_values(name),
            Below::IntentSettings => self.intent_settings(name),
            Below::Messages => return self.messages(name),
            Below::PolicySetItems => return self.policy_set(),
        }
        Ok(())
    }
}

/// The id that the service gave to an element of a list.
fn id_of(element: &Json) -> Result<&str, Hindrance> {
    // Without it nobody knows what to change: the object was not read as a whole.
    element.get("id").and_then(Json::as_str).ok_or(Hindrance::Unread)
}
