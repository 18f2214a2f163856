//! Actions on an item, and single elements of the collections below it.

use model::json::Json;
use model::resource_types::Method;

use crate::assign::as_given_back;
use crate::call::{Answer, Context};
use crate::children::targets_apps;
use crate::errors::GraphError;
use crate::message::Response;
use crate::route::Place;
use crate::rules::blocks;
use crate::shelf::Stored;
use crate::write::stamp;

impl Context<'_> {
    /// An action on an item.
    pub(crate) fn act(&self, of: &'static Place, id: &str, action: &str) -> Answer {
        let body = self.body()?;
        let service = self.service();
        let kind = self.with_shelf(of, |shelf| shelf.get(id).map(|stored| stored.kind))?;
        let kind = kind.ok_or_else(|| GraphError::not_found(service, id))?;
        let list = |name: &str| match body.get(name) {
            Some(Json::Array(elements)) => Ok(elements.clone()),
            _ => Err(GraphError::bad_request(format!("The parameter '{name}' is missing."))),
        };
        match (kind.key.as_str(), action) {
            ("policy_set", "update") => return self.update_policy_set(of, id, &body),
            ("compliance_policy", "scheduleActionsForRules") => {
                let rules = list("deviceComplianceScheduledActionForRules")?;
                blocks(kind, &Json::from([("scheduledActionsForRule", Json::Array(rules.clone()))]))?;
                self.replace(of, id, "scheduledActionsForRule", rules)?;
            }
            ("compliance_policy_v2", "setScheduledActions") => {
                self.replace(of, id, "scheduledActionsForRule", list("scheduledActions")?)?;
            }
            (_, "targetApps") if targets_apps(kind) => {
                let apps = list("apps")?;
                self.change(of, id, |stored, head| {
                    if let Some(group) = body.get("appGroupType") {
                        head.set("appGroupType", group.clone());
                    }
                    // The other groups are lists that Microsoft keeps.
                    let chosen =
                        head.get("appGroupType").and_then(Json::as_str).is_none_or(|group| group == "selectedPublicApps");
                    let apps = if chosen { self.fresh_list(kind, "apps", apps) } else { Vec::new() };
                    if kind.is_volatile("deployedAppCount") {
                        head.set("deployedAppCount", Json::int(i64::try_from(apps.len()).unwrap_or(i64::MAX)));
                    }
                    stored.set_part("apps", &Json::Array(apps));
                    Ok(())
                })?;
            }
            ("app_config_managed_app", "changeSettings") => {
                let settings = list("settings")?;
                self.change(of, id, |_, head| {
                    head.set("settings", Json::Array(settings));
                    Ok(())
                })?;
            }
            ("administrative_template", "updateDefinitionValues") => {
                let values = self.elements(of, id, "definitionValues")?;
                let values = self.changed_values(values, &body)?;
                self.change_part(of, id, "definitionValues", |part| *part = values)?;
            }
            ("endpoint_security_intent", "updateSettings") => {
                let changed = list("settings")?;
                self.change_part(of, id, "settings", |part| *part = self.merged_settings(std::mem::take(part), &changed))?;
            }
            (key, "setPriority") if key.starts_with("enrollment_") => {
                let priority = body
                    .get("priority")
                    .cloned()
                    .ok_or_else(|| GraphError::bad_request("The parameter 'priority' is missing."))?;
                self.change(of, id, |_, head| {
                    head.set("priority", priority);
                    Ok(())
                })?;
            }
            ("device_configuration", "windowsPrivacyAccessControls") => drop(list("windowsPrivacyAccessControls")?),
            _ => return self.assign(of, kind, id, action, &body),
        }
        Ok(Response::empty(204))
    }

    /// A list below an item, replaced.
    fn replace(&self, of: &'static Place, id: &str, name: &str, elements: Vec<Json>) -> Result<(), GraphError> {
        let fresh = self.fresh_list(of.first(), name, elements);
        self.change_part(of, id, name, |part| *part = fresh)
    }

    /// The elements of a list below an item.
    fn elements(&self, of: &'static Place, id: &str, name: &str) -> Result<Vec<Json>, GraphError> {
        let found = self.with_shelf(of, |shelf| shelf.get(id).map(|stored| stored.part_json(name)))?;
        match found.ok_or_else(|| GraphError::not_found(self.service(), id))? {
            Json::Array(elements) => Ok(elements),
            _ => Ok(Vec::new()),
        }
    }

    /// The settings of an intent: what is not named keeps its value, `null` clears.
    pub(crate) fn merged_settings(&self, mut settings: Vec<Json>, changed: &[Json]) -> Vec<Json> {
        for sent in changed {
            let at = settings.iter().position(|have| have.get("definitionId") == sent.get("definitionId"));
            if sent.get("valueJson").and_then(Json::as_str) == Some("null") {
                at.map(|at| settings.remove(at));
                continue;
            }
            let mut setting = sent.clone();
            let id = at.and_then(|at| settings[at].get("id").cloned());
            setting.set("id", id.unwrap_or_else(|| Json::text(self.sim.new_id())));
            // The typed value stands beside the text, where the type has one.
            let typed =
                ["Boolean", "Integer", "String"].map(|name| format!("#microsoft.graph.deviceManagement{name}SettingInstance"));
            let value = setting.get("valueJson").and_then(Json::as_str).and_then(|text| Json::parse(text.as_bytes()).ok());
            if let (Some(value), Some(name)) = (value, setting.get("@odata.type").and_then(Json::as_str))
                && typed.iter().any(|typed| typed == name)
            {
                setting.set("value", value);
            }
            match at {
                Some(at) => settings[at] = setting,
                None => settings.push(setting),
            }
        }
        settings
    }

    /// Items and assignments of a policy set.
    fn update_policy_set(&self, of: &'static Place, id: &str, body: &Json) -> Answer {
        let list = |name: &str| body.get(name).and_then(Json::as_array).unwrap_or_default();
        if let Some(given) = body.get("assignments").and_then(Json::as_array) {
            self.check_targets(given)?;
            let given = self.fresh_list(of.first(), "assignments", given.to_vec());
            self.change_part(of, id, "assignments", |part| *part = given)?;
        }
        let added = self.fresh_list(of.first(), "items", list("addedPolicySetItems").to_vec());
        self.change_part(of, id, "items", |part| {
            let gone: Vec<&str> = list("deletedPolicySetItems").iter().filter_map(Json::as_str).collect();
            part.retain(|item| item.get("id").and_then(Json::as_str).is_none_or(|id| !gone.contains(&id)));
            for sent in list("updatedPolicySetItems") {
                let item = part.iter_mut().find(|item| item.get("id").is_some() && item.get("id") == sent.get("id"));
                let changes = sent.as_object().unwrap_or_default();
                if let Some(item) = item {
                    changes.iter().for_each(|(name, value)| item.set(name, value.clone()));
                }
            }
            part.extend(added);
        })?;
        Ok(Response::empty(200))
    }

    /// POST on a collection below an item: adds an element.
    pub(crate) fn add_child(&self, of: &'static Place, id: &str, name: &str) -> Answer {
        let body = self.body()?;
        self.check_targets(std::slice::from_ref(&body))?;
        let child = match name {
            "definitionValues" => {
                let added = Json::from([("added", Json::Array(vec![body]))]);
                let values = self.changed_values(self.elements(of, id, name)?, &added)?;
                values.last().cloned().unwrap_or(Json::Null)
            }
            _ if body.get("target").is_some() => as_given_back(of.first(), &body, id),
            _ => {
                let mut child = self.fresh_list(of.first(), name, vec![body]).pop().unwrap_or(Json::Null);
                if child.get("id").is_none() {
                    child.set("id", Json::text(self.sim.new_id()));
                }
                child
            }
        };
        let text = child.to_text();
        let key = if name == "localizedNotificationMessages" { "locale" } else { "id" };
        let taken = self.change_part(of, id, name, |part| {
            let taken = part.iter().any(|have| have.get(key).is_some() && have.get(key) == child.get(key));
            if !taken {
                if is_default_message(&child) {
                    part.iter_mut()
                        .filter(|have| is_default_message(have))
                        .for_each(|have| have.set("isDefault", Json::Bool(false)));
                }
                part.push(child);
            }
            taken
        })?;
        if taken {
            return Err(GraphError::intune(409, "Conflict", "There is such an element already"));
        }
        self.name_default_locale(of, id, name)?;
        Ok(Response::json(201, text))
    }

    /// PATCH or DELETE of an element below an item.
    pub(crate) fn change_child(&self, of: &'static Place, id: &str, name: &str, child: &str) -> Answer {
        let body = if self.method == Method::Patch { Some(self.body()?) } else { None };
        let found = self.change_part(of, id, name, |part| {
            let at = part.iter().position(|element| element.get("id").and_then(Json::as_str) == Some(child))?;
            match &body {
                None => drop(part.remove(at)),
                Some(body) => {
                    if is_default_message(body) {
                        part.iter_mut()
                            .filter(|have| is_default_message(have))
                            .for_each(|have| have.set("isDefault", Json::Bool(false)));
                    }
                    let members = body.as_object().unwrap_or_default().iter().filter(|(name, _)| name != "id");
                    members.for_each(|(name, value)| part[at].set(name, value.clone()));
                }
            }
            Some(())
        })?;
        found.ok_or_else(|| GraphError::not_found(self.service(), child))?;
        self.name_default_locale(of, id, name)?;
        Ok(Response::empty(204))
    }

    /// A notification template names the locale of its default message.
    fn name_default_locale(&self, of: &'static Place, id: &str, name: &str) -> Result<(), GraphError> {
        if name != "localizedNotificationMessages" {
            return Ok(());
        }
        let messages = self.elements(of, id, name)?;
        let locale =
            messages.iter().find(|message| is_default_message(message)).and_then(|message| message.get("locale").cloned());
        self.change(of, id, |_, head| {
            head.set("defaultLocale", locale.unwrap_or(Json::Null));
            Ok(())
        })
    }

    pub(crate) fn change_part<T>(
        &self,
        of: &'static Place,
        id: &str,
        name: &str,
        change: impl FnOnce(&mut Vec<Json>) -> T,
    ) -> Result<T, GraphError> {
        self.change(of, id, |stored, head| {
            let mut elements = match stored.part_json(name) {
                Json::Array(elements) => elements,
                _ => Vec::new(),
            };
            let result = change(&mut elements);
            let assignments = stored.kind.assignments.as_ref().is_some_and(|assignments| assignments.path == name);
            if assignments && (head.get("isAssigned").is_some() || stored.kind.is_volatile("isAssigned")) {
                head.set("isAssigned", Json::Bool(!elements.is_empty()));
            }
            stored.set_part(name, &Json::Array(elements));
            Ok(result)
        })
    }

    /// Changes an object and its own properties; its time and version follow.
    fn change<T>(
        &self,
        of: &'static Place,
        id: &str,
        change: impl FnOnce(&mut Stored, &mut Json) -> Result<T, GraphError>,
    ) -> Result<T, GraphError> {
        let service = self.service();
        self.with_shelf_mut(of.first(), |shelf| {
            let stored = shelf.get_mut(id).ok_or_else(|| GraphError::not_found(service, id))?;
            let mut head = stored.head_json();
            let result = change(stored, &mut head)?;
            stamp(stored.kind, &mut head, self.now);
            if stored.kind.is_volatile("settingCount") {
                let settings = stored.part_json("settings").as_array().map_or(0, <[Json]>::len);
                head.set("settingCount", Json::int(i64::try_from(settings).unwrap_or(i64::MAX)));
            }
            stored.head = head.to_text().into_boxed_str();
            Ok(result)
        })?
    }
}

fn is_default_message(message: &Json) -> bool {
    message.get("locale").is_some() && message.get("isDefault").and_then(Json::as_bool) == Some(true)
}
