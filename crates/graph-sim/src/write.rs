//! Creating, changing, deleting: for every type alike.

use model::json::Json;
use model::resource_types::{Method, ResourceType};
use model::time::Moment;

use crate::call::{Answer, Context};
use crate::errors::{GraphError, Service};
use crate::expand::{Expand, shape};
use crate::message::Response;
use crate::route::Place;
use crate::rules::{blocks, may_change, name_is_free};
use crate::shelf::{Shelf, Stored};
use crate::tenant::recognised;

/// Sets the times of an object and raises its version, as far as its type has such properties.
pub(crate) fn stamp(kind: &ResourceType, object: &mut Json, now: Moment) {
    let text = Json::text(now.to_fixed_text());
    for (name, only_new) in [("createdDateTime", true), ("lastModifiedDateTime", false), ("modifiedDateTime", false)] {
        if kind.is_volatile(name) && !(only_new && object.get(name).is_some_and(|value| *value != Json::Null)) {
            object.set(name, text.clone());
        }
    }
    if kind.is_volatile("version") {
        match object.get("version") {
            Some(Json::Number(number)) => {
                let next = number.parse::<i64>().unwrap_or(0) + 1;
                object.set("version", Json::int(next));
            }
            Some(Json::String(_)) => object.set("version", Json::text(format!("\"{now}\""))),
            _ => object.set("version", Json::int(1)),
        }
    }
    if let Some(settings) = object.get("settings").and_then(Json::as_array).map(<[Json]>::len)
        && kind.is_volatile("settingCount")
    {
        object.set("settingCount", Json::int(settings as i64));
    }
}

impl Context<'_> {
    /// Changes the shelf of a place in the caller's tenant.
    pub(crate) fn with_shelf_mut<T>(
        &self,
        kind: &'static ResourceType,
        change: impl FnOnce(&mut Shelf) -> T,
    ) -> Result<T, GraphError> {
        let mut tenants = self.sim.tenants_mut();
        let tenant = tenants.get_mut(&self.caller.tenant).ok_or_else(|| GraphError::token("The tenant of the token is gone."))?;
        Ok(change(tenant.state.shelf_mut(kind)))
    }

    /// The body, which must be a JSON object.
    pub(crate) fn body(&self) -> Result<Json, GraphError> {
        match Json::parse(&self.request.body) {
            Ok(body @ Json::Object(_)) => Ok(body),
            _ if self.service() == Service::ConditionalAccess => Err(GraphError::bad_request(
                "1007: Incoming ConditionalAccessPolicy object is null or does not match the schema of ConditionalAccessPolicy type.",
            )),
            _ => Err(GraphError::bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
            )),
        }
    }

    /// Refuses what the service refuses in a body.
    fn check_body(&self, of: &Place, body: &Json) -> Result<(), GraphError> {
        if of.path == "/identity/conditionalAccess/policies" || of.path == "/identity/conditionalAccess/namedLocations" {
            let sent = ["id", "createdDateTime", "modifiedDateTime"].into_iter().find(|name| body.get(name).is_some());
            if let Some(name) = sent {
                return Err(GraphError::bad_request(format!("1001: '{name}' is a readonly field and cannot be updated.")));
            }
        }
        // Where the declared type is abstract, the body must say which type it is.
        let concrete =
            |kind: &&ResourceType| kind.odata_types.iter().any(|name| name.strip_prefix('#') == Some(&kind.declared_type));
        let polymorphic = !of.kinds.iter().any(concrete);
        if polymorphic && body.get("@odata.type").is_none() {
            return Err(GraphError::bad_request(
                "Must specify valid information for parsing in the string: @odata.type is missing.",
            ));
        }
        Ok(())
    }

    /// A new object; from a template when one is named.
    pub(crate) fn create(&self, of: &'static Place, template: Option<&str>) -> Answer {
        let object = self.body()?;
        self.check_body(of, &object)?;
        let kind = recognised(of.first(), &object);
        if kind.create.is_none() {
            return Err(GraphError::not_supported());
        }
        let id = self.new_object_id(kind, &object)?;
        self.create_as(of, kind, id, object, template)
    }

    fn create_as(
        &self,
        of: &'static Place,
        kind: &'static ResourceType,
        id: String,
        mut object: Json,
        template: Option<&str>,
    ) -> Answer {
        if let Some(template) = template {
            let settings = match object.remove("settingsDelta") {
                Some(Json::Array(settings)) => settings,
                _ => Vec::new(),
            };
            object.set("templateId", Json::text(template));
            object.set("settings", Json::Array(self.merged_settings(Vec::new(), &settings)));
        }
        if self.with_shelf(of, |shelf| shelf.get(&id).is_some())? {
            return self.taken(of, kind, template);
        }
        self.with_shelf(of, |shelf| name_is_free(kind, shelf, None, &object))??;
        blocks(kind, &object)?;
        self.bound(&object)?;
        let parent = self.below(of)?.parent();
        object.remove(&kind.id_property);
        kind.volatile.iter().filter(|path| path.segments().len() == 1).for_each(|path| drop(path.take(&mut object)));
        self.settle_new(kind, &mut object)?;
        if let Json::Object(members) = &mut object {
            members.insert(0, (kind.id_property.clone(), Json::text(&id)));
        }
        if kind.key == "application" {
            object.set("appId", Json::text(self.sim.new_id()));
        }
        stamp(kind, &mut object, self.now);
        self.mask(&mut object);
        let stored = Stored { parent, ..Stored::new(kind, object) };
        let text = self.entity_text(of, &stored, &Expand::default());
        let is_free = self.with_shelf_mut(kind, |shelf| {
            let is_free = shelf.get(&id).is_none();
            if is_free {
                shelf.put(&id, stored);
            }
            is_free
        })?;
        if is_free { Ok(Response::json(201, text)) } else { self.taken(of, kind, template) }
    }

    /// Another object has the id. Of a number that came of counting, another one came at the same moment: it gets the next.
    fn taken(&self, of: &'static Place, kind: &'static ResourceType, template: Option<&str>) -> Answer {
        if kind.key == "scope_tag" {
            return self.create(of, template);
        }
        let message = "Another object with the same value for property id already exists.";
        Err(GraphError::new(400, "Request_MultipleObjectsWithSameKeyValue", message))
    }

    /// Ids are GUIDs but for the types whose ids are known to look otherwise, or are chosen by the caller.
    fn new_object_id(&self, kind: &'static ResourceType, object: &Json) -> Result<String, GraphError> {
        let chosen = |property: &str| {
            let id = object.get(property).and_then(Json::as_str).filter(|id| !id.is_empty());
            id.map(str::to_owned).ok_or_else(|| GraphError::bad_request(format!("The property '{property}' is missing.")))
        };
        let id = self.sim.new_id();
        Ok(match kind.key.as_str() {
            "custom_security_attribute" => format!("{}_{}", chosen("attributeSet")?, chosen("name")?),
            "cross_tenant_access_partner" | "custom_security_attribute_set" | "organization_branding" | "domain" => {
                chosen(&kind.id_property)?
            }
            "app_config_managed_app" => format!("A_{id}"),
            "wip_policy_mam" | "wip_policy_mdm" => format!("T_{id}"),
            "app_protection_ios" | "app_protection_android" | "app_protection_windows" => format!("T_{id}"),
            "scope_tag" => self.with_shelf_mut(kind, |shelf| {
                let largest = shelf.iter().filter_map(|(id, _)| id.parse::<u32>().ok()).max().unwrap_or(0);
                (largest + 1).to_string()
            })?,
            key if key.starts_with("enrollment_") || key == "windows_restore" => format!("{id}_{key}"),
            _ => id,
        })
    }

    /// PATCH merges, PUT replaces; either keeps the id and the time of creation.
    pub(crate) fn update(&self, of: &'static Place, id: &str) -> Answer {
        let body = self.body()?;
        self.check_body(of, &body)?;
        self.bound(&body)?;
        let service = self.service();
        let below = self.below(of)?;
        let first = of.first();
        // Authentication contexts have ids of the caller's choice, and are made by changing one that is not there yet.
        if first.create.as_ref().is_some_and(|create| create.method == Method::Patch)
            && self.with_shelf(of, |shelf| shelf.get(id).is_none())?
        {
            return self.create_as(of, first, id.to_owned(), body, None);
        }
        if of.kinds.iter().all(|kind| kind.update.is_none()) {
            return Err(GraphError::not_supported());
        }
        let replaces = self.method == Method::Put;
        if replaces && of.kinds.iter().all(|kind| kind.update.as_ref().is_none_or(|update| update.method != self.method)) {
            return Err(GraphError::not_supported());
        }
        let text = self.with_shelf_mut(of.first(), |shelf| {
            let stored = shelf.get(id).filter(|stored| below.has(stored)).ok_or_else(|| GraphError::not_found(service, id))?;
            may_change(stored.kind, &stored.head_json(), &body)?;
            name_is_free(stored.kind, shelf, Some(id), &body)?;
            let stored = shelf.get_mut(id).ok_or_else(|| GraphError::not_found(service, id))?;
            let kind = stored.kind;
            let mut object = if replaces { emptied(kind, stored.whole()) } else { stored.head_json() };
            let shape = shape(kind);
            for (name, value) in body.as_object().unwrap_or_default() {
                // The service ignores what it makes itself; PATCH does not reach navigation properties, PUT not those with an action.
                let assignments = kind.assignments.as_ref().is_some_and(|assignments| assignments.path == *name);
                let own_action = assignments || OF_CREATION.contains(&name.as_str());
                let apart = shape.navigation.below(name).is_some() && (!replaces || own_action);
                let ignored = kind.is_volatile(name) || *name == kind.id_property || apart || name.ends_with("@odata.bind");
                if !ignored {
                    object.set(name, value.clone());
                    self.freshen(kind, Some(name), &mut object);
                }
            }
            stamp(kind, &mut object, self.now);
            self.mask(&mut object);
            let mut changed = Stored { parent: stored.parent.take(), ..Stored::new(kind, object) };
            if !replaces {
                changed.parts = std::mem::take(&mut stored.parts);
            }
            *stored = changed;
            Ok::<_, GraphError>(self.entity_text(of, stored, &Expand::default()))
        })??;
        Ok(if service == Service::Intune { Response::json(200, text) } else { Response::empty(204) })
    }

    /// Deletes, but for defaults of the tenant.
    pub(crate) fn delete(&self, of: &'static Place, id: &str) -> Answer {
        let service = self.service();
        let below = self.below(of)?;
        if of.kinds.iter().all(|kind| kind.delete.is_none()) {
            return Err(GraphError::not_supported());
        }
        let in_use = self.is_filter_in_use(of.first(), id)?;
        self.with_shelf_mut(of.first(), |shelf| {
            let stored = shelf.get(id).filter(|stored| below.has(stored)).ok_or_else(|| GraphError::not_found(service, id))?;
            self.may_be_removed(stored, id, in_use)?;
            shelf.remove(id);
            Ok(Response::empty(204))
        })?
    }
}

/// What is set by creating only, and what has an action of its own: a PUT does not reach it.
const OF_CREATION: [&str; 5] =
    ["templateReference", "platforms", "technologies", "settingDefinitionId", "scheduledActionsForRule"];

/// What a PUT begins with: what it does not reach stays, everything else is as if nothing had been said of it.
fn emptied(kind: &ResourceType, mut object: Json) -> Json {
    if let Json::Object(members) = &mut object {
        for (name, value) in members {
            let assignments = kind.assignments.as_ref().is_some_and(|assignments| assignments.path == *name);
            let stays = assignments
                || kind.is_volatile(name)
                || *name == kind.id_property
                || name.starts_with('@')
                || OF_CREATION.contains(&name.as_str());
            let tags = kind.scope_tag_property.as_ref() == Some(name);
            *value = match std::mem::replace(value, Json::Null) {
                kept if stays => kept,
                Json::Array(_) if tags => Json::Array(vec![Json::text("0")]),
                Json::Array(_) => Json::Array(Vec::new()),
                _ => Json::Null,
            };
        }
    }
    object
}
