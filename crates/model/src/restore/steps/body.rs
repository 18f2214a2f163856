//! Bodies of creates and changes.

use super::super::normal::{bare, default_tag, normal};
use super::super::secrets::{self, is_encrypted};
use super::super::shape::{self, Below};
use super::super::step::ROOT;
use super::Writer;
use crate::json::Json;
use crate::references::CERTIFICATES;
use crate::resource_types::{Method, encode};
use crate::restore::{Effect, Hindrance, Step};

/// What a branding profile is made with; all else is changed afterwards.
const BRANDING_AT_FIRST: &[&str] = &["profileName", "profileDescription", "roleScopeTagIds"];

impl Writer<'_> {
    /// Makes the object.
    pub(super) fn create(&mut self) -> Result<(), Hindrance> {
        let mut body = self.wanted.clone();
        if let Some(name) = self.assignments() {
            body.remove(name);
        }
        for (name, how) in shape::below(&self.kind.key) {
            if !matches!(how, Below::ComplianceActions | Below::ComplianceActionsV2) {
                body.remove(name);
            }
        }
        if let Json::Object(members) = &mut body {
            members.retain(|(_, value)| *value != Json::Null);
        }
        match self.kind.key.as_str() {
            "endpoint_security_intent" => return self.create_instance(body),
            "compliance_policy" => body.set("scheduledActionsForRule", self.actions_to_begin_with()),
            "compliance_policy_v2" if body.get("scheduledActionsForRule").is_some() => {
                let actions = self.told_actions_v2("scheduledActionsForRule");
                body.set("scheduledActionsForRule", Json::Array(actions));
            }
            "intune_branding_profile" => {
                let first = self.finished(taken(&body, |name| BRANDING_AT_FIRST.contains(&name)))?;
                self.push_create(first)?;
                let rest = self.finished(taken(&body, |name| !BRANDING_AT_FIRST.contains(&name)))?;
                if rest.as_object().is_some_and(|members| members.iter().any(|(name, _)| name != "@odata.type")) {
                    self.write(Effect::Change, Method::Patch, "", rest);
                }
                return Ok(());
            }
            _ => {}
        }
        let body = self.finished(body)?;
        self.push_create(body)
    }

    fn push_create(&mut self, body: Json) -> Result<(), Hindrance> {
        let contract = self.kind.create.as_ref().ok_or(Hindrance::NoMethod)?;
        self.push_create_at(contract.path.clone(), contract.path.clone(), body);
        Ok(())
    }

    pub(super) fn push_create_at(&mut self, template: String, path: String, body: Json) {
        let method = self.kind.create.as_ref().map_or(Method::Post, |contract| contract.method);
        let api_version = self.kind.api_version;
        self.steps.push(Step { effect: Effect::Create, method, api_version, template, path, body: Some(body) });
    }

    /// Changes those properties of the object.
    pub(super) fn change(&mut self, names: &[&str]) -> Result<(), Hindrance> {
        let contract = self.kind.update.as_ref().ok_or(Hindrance::NoMethod)?;
        let body = match contract.method {
            Method::Put => self.whole(),
            _ => taken_or_null(&self.wanted, names),
        };
        let body = self.finished(body)?;
        self.write(Effect::Change, contract.method, "", body);
        Ok(())
    }

    /// What takes the place of the whole object: what is wanted, and from the live object what the wanted state does not tell.
    fn whole(&self) -> Json {
        let mut body = self.live.map_or_else(|| Json::Object(Vec::new()), |live| bare(self.kind, live));
        for (name, value) in self.wanted.as_object().unwrap_or_default() {
            body.set(name, value.clone());
        }
        if let Some(name) = self.assignments() {
            body.remove(name);
        }
        for (name, _) in shape::below(&self.kind.key) {
            body.remove(name);
        }
        if let Some(Json::Array(settings)) = body.get_mut("settings") {
            self.keep_secrets(settings);
        }
        body
    }

    /// Settings that are as they are wanted go back as they were read: a token that stands for a secret is good in this state only.
    fn keep_secrets(&self, settings: &mut [Json]) {
        let told = |setting: &Json| {
            let mut alone = normal(self.kind, &Json::from([("settings", Json::Array(vec![setting.clone()]))]));
            secrets::level(self.kind, &mut alone, &mut Json::Object(Vec::new()));
            alone.to_text()
        };
        let live = self.live.map(|live| bare(self.kind, live));
        let live = live.as_ref().and_then(|live| live.get("settings")?.as_array()).unwrap_or_default();
        let read: std::collections::BTreeMap<String, &Json> = live.iter().map(|setting| (told(setting), setting)).collect();
        for setting in settings {
            if let Some(same) = read.get(&told(setting)) {
                *setting = (*same).clone();
            }
        }
    }

    /// Puts a body into the form that Graph takes: the concrete type first, no masked values, links in place of linked objects.
    pub(super) fn finished(&self, mut body: Json) -> Result<Json, Hindrance> {
        for name in shape::never_sent(&self.kind.key) {
            body.remove(name);
        }
        if let Some(tags) = self.kind.scope_tag_property.as_ref().and_then(|name| body.get_mut(name)) {
            default_tag(tags);
        }
        if let Some(Json::Array(settings)) = body.get_mut("omaSettings") {
            for setting in settings {
                if is_encrypted(setting) {
                    return Err(Hindrance::SecretMissing);
                }
                // Microsoft says itself what it encrypts; a handle belongs to the policy that it was read from.
                if setting.get("secretReferenceValueId").is_some() {
                    setting.set("secretReferenceValueId", Json::Null);
                }
            }
        }
        if self.kind.key == "device_configuration" {
            self.link_certificates(&mut body);
        }
        let concrete = self.concrete(&body)?;
        body.remove("@odata.type");
        if let (Some(concrete), Json::Object(members)) = (concrete, &mut body) {
            members.insert(0, ("@odata.type".to_owned(), concrete));
        }
        Ok(body)
    }

    /// The concrete type, where it is known or has to be told.
    fn concrete(&self, body: &Json) -> Result<Option<Json>, Hindrance> {
        let told = [Some(body), Some(&self.wanted), self.live].into_iter().flatten().find_map(|side| side.get("@odata.type"));
        if let Some(told) = told {
            return Ok(Some(told.clone()));
        }
        let types = &self.kind.odata_types;
        if types.iter().any(|name| name.strip_prefix('#') == Some(&self.kind.declared_type)) {
            return Ok(None);
        }
        match types.as_slice() {
            [only] => Ok(Some(Json::text(only.as_str()))),
            // Nobody knows what it is.
            _ => Err(Hindrance::Damaged),
        }
    }

    fn link_certificates(&self, body: &mut Json) {
        let link = |profile: &Json| {
            let id = profile.get("id")?.as_str()?;
            let version = self.kind.api_version.segment();
            Some(Json::text(format!("{ROOT}/{version}{}('{}')", self.kind.collection, encode(id))))
        };
        for name in CERTIFICATES {
            let Some(linked) = body.remove(name) else { continue };
            let links = match &linked {
                Json::Array(profiles) => Some(Json::Array(profiles.iter().filter_map(link).collect())),
                profile => link(profile),
            };
            if let Some(links) = links {
                body.set(&format!("{name}@odata.bind"), links);
            }
        }
    }
}

/// Some members of an object.
pub(super) fn taken(object: &Json, wanted: impl Fn(&str) -> bool) -> Json {
    let members = object.as_object().unwrap_or_default().iter();
    Json::Object(members.filter(|(name, _)| wanted(name)).cloned().collect())
}

/// Those members of an object; null for one that it does not have: it is to be emptied.
fn taken_or_null(object: &Json, names: &[&str]) -> Json {
    let member = |name: &&str| ((*name).to_owned(), object.get(name).cloned().unwrap_or(Json::Null));
    Json::Object(names.iter().map(member).collect())
}
