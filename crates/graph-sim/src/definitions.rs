//! Values of administrative templates: each is bound to a definition, and to presentations of it, by links.

use model::json::Json;

use crate::call::Context;
use crate::errors::GraphError;
use crate::route::{Target, route};
use crate::tenant::TenantState;

const DEFINITION: &str = "definition@odata.bind";
const PRESENTATION: &str = "presentation@odata.bind";

/// Definitions and presentations by id, as they stand inside of values: Microsoft knows them all, the simulator those that it has seen.
pub(crate) type Known = std::collections::BTreeMap<String, Box<str>>;

/// What an object tells of definitions.
pub(crate) fn told_by(object: &Json, known: &mut Known) {
    for value in object.get("definitionValues").and_then(Json::as_array).unwrap_or_default() {
        let presentations = value.get("presentationValues").and_then(Json::as_array).unwrap_or_default();
        let of = presentations.iter().filter_map(|value| value.get("presentation"));
        for thing in value.get("definition").into_iter().chain(of) {
            if let Some(id) = thing.get("id").and_then(Json::as_str) {
                known.insert(id.to_owned(), thing.to_text().into_boxed_str());
            }
        }
    }
}

/// The key of the last segment of a link: `…/presentations('x')`, `…/presentations/x`.
fn key_of(link: &str) -> Option<&str> {
    let last = link.trim_end_matches('/').rsplit('/').next()?;
    match last.split_once('(') {
        Some((_, key)) => Some(key.strip_suffix(')')?.trim_matches('\'')),
        None => Some(last),
    }
}

fn is_there(state: &TenantState, id: &str) -> Option<Json> {
    state
        .definitions
        .get(id)
        .and_then(|text| Json::parse(text.as_bytes()).ok())
        .or_else(|| state.object("group_policy_definition", id))
}

impl Context<'_> {
    /// A definition or presentation that any tenant of the simulator has told of.
    fn definition(&self, link: &str) -> Result<Json, GraphError> {
        let refused = || GraphError::intune(400, "BadRequest", "The definition or presentation of a value was not found");
        let id = key_of(link).ok_or_else(refused)?;
        let tenants = self.sim.tenants_ref();
        tenants.values().find_map(|tenant| is_there(&tenant.state, id)).ok_or_else(refused)
    }

    /// A value as it is stored, from one as it is sent. `before`: the one that it changes.
    pub(crate) fn definition_value(&self, sent: &Json, before: Option<&Json>) -> Result<Json, GraphError> {
        let mut value = before.cloned().unwrap_or(Json::Object(Vec::new()));
        for (name, member) in sent.as_object().unwrap_or_default() {
            match name.as_str() {
                DEFINITION => value.set("definition", self.definition(member.as_str().unwrap_or_default())?),
                "presentationValues" => {}
                "id" if before.is_none() => {}
                _ => value.set(name, member.clone()),
            }
        }
        if value.get("definition").is_none() {
            return Err(GraphError::intune(400, "BadRequest", "A value must name its definition"));
        }
        if let Some(presentations) = sent.get("presentationValues").and_then(Json::as_array) {
            let presentations: Result<Vec<Json>, GraphError> =
                presentations.iter().map(|sent| self.presentation_value(sent)).collect();
            value.set("presentationValues", Json::Array(presentations?));
        }
        let mut fresh = self.fresh_list(self.template_kind()?, "definitionValues", vec![value]);
        let mut value = fresh.pop().unwrap_or(Json::Null);
        if let Some(id) = before.and_then(|before| before.get("id")) {
            value.set("id", id.clone());
        }
        Ok(value)
    }

    fn presentation_value(&self, sent: &Json) -> Result<Json, GraphError> {
        let mut value = sent.clone();
        if let Some(link) = value.remove(PRESENTATION) {
            value.set("presentation", self.definition(link.as_str().unwrap_or_default())?);
        }
        match value.get("@odata.type") {
            Some(_) => Ok(value),
            None => Err(GraphError::intune(400, "BadRequest", "Must specify valid information: @odata.type is missing")),
        }
    }

    fn template_kind(&self) -> Result<&'static model::resource_types::ResourceType, GraphError> {
        model::resource_types::find("administrative_template").ok_or_else(GraphError::not_supported)
    }

    /// The values after `updateDefinitionValues`.
    pub(crate) fn changed_values(&self, mut values: Vec<Json>, body: &Json) -> Result<Vec<Json>, GraphError> {
        let list = |name: &str| body.get(name).and_then(Json::as_array).unwrap_or_default();
        let id_of = |value: &Json| value.get("id").and_then(Json::as_str).map(str::to_owned);
        let missing = || GraphError::intune(400, "BadRequest", "A value that is to be changed or deleted was not found");
        for id in list("deletedIds").iter().filter_map(Json::as_str) {
            let at = values.iter().position(|value| id_of(value).as_deref() == Some(id)).ok_or_else(missing)?;
            values.remove(at);
        }
        for sent in list("updated") {
            let at = values.iter().position(|value| id_of(value).is_some() && id_of(value) == id_of(sent)).ok_or_else(missing)?;
            values[at] = self.definition_value(sent, Some(&values[at]))?;
        }
        for sent in list("added") {
            let value = self.definition_value(sent, None)?;
            let same = |have: &Json| have.at(&["definition", "id"]) == value.at(&["definition", "id"]);
            if values.iter().any(same) {
                return Err(GraphError::intune(400, "BadRequest", "There is a value for this definition already"));
            }
            values.push(value);
        }
        Ok(values)
    }

    /// 400 for a link at the top of a body that leads to nothing.
    pub(crate) fn bound(&self, body: &Json) -> Result<(), GraphError> {
        let links = body.as_object().unwrap_or_default().iter().filter(|(name, _)| name.ends_with("@odata.bind"));
        for link in links.filter_map(|(_, value)| value.as_str()) {
            let path = link.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap_or(link);
            let found = match route(path).target {
                Target::Item { of, id } => self.with_shelf(of, |shelf| shelf.get(&id).is_some())?,
                _ => true,
            };
            if !found {
                return Err(GraphError::intune(400, "BadRequest", "What a link of the body leads to was not found"));
            }
        }
        Ok(())
    }
}
