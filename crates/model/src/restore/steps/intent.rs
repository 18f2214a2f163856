//! Endpoint security intents: made from a template, their settings changed one by one.

use super::super::shape;
use super::{Writer, id_of};
use crate::json::Json;
use crate::resource_types::{Method, encode};
use crate::restore::{Effect, Hindrance};

impl Writer<'_> {
    /// Makes an intent from its template.
    pub(super) fn create_instance(&mut self, body: Json) -> Result<(), Hindrance> {
        let template = self.wanted.get("templateId").and_then(Json::as_str).ok_or(Hindrance::Damaged)?.to_owned();
        let mut told = super::body::taken(&body, |name| ["displayName", "description", "roleScopeTagIds"].contains(&name));
        if let Some(tags) = told.get_mut("roleScopeTagIds") {
            super::super::normal::default_tag(tags);
        }
        let settings: Vec<Json> = self.list("settings").iter().map(|setting| told_setting(setting, None)).collect();
        told.set("settingsDelta", Json::Array(settings));
        let path = self.kind.create.as_ref().ok_or(Hindrance::NoMethod)?.path.clone();
        let at = path.replace("{templateId}", &encode(&template));
        self.push_create_at(path, at, told);
        Ok(())
    }

    /// Settings that are left out keep their value: what nobody wants is cleared by the text `null`.
    pub(super) fn intent_settings(&mut self, name: &str) {
        let definition = |setting: &Json| setting.get("definitionId").and_then(Json::as_str).map(str::to_owned);
        let wanted = self.list(name);
        let live = self.raw_list(name);
        let mut told = Vec::new();
        for setting in &wanted {
            let there = live.iter().find(|one| definition(one) == definition(setting));
            if there.is_none_or(|there| leveled(there) != leveled(setting)) {
                told.push(told_setting(setting, there));
            }
        }
        for there in live {
            if leveled(there).is_some() && !wanted.iter().any(|one| definition(one) == definition(there)) {
                let mut cleared = told_setting(there, Some(there));
                cleared.remove("value");
                cleared.set("valueJson", Json::text("null"));
                told.push(cleared);
            }
        }
        self.write(Effect::Replace, Method::Post, "/updateSettings", Json::from([("settings", Json::Array(told))]));
    }
}

/// What a setting says; `None`: that it has no value.
fn leveled(setting: &Json) -> Option<Json> {
    let mut alone = Json::from([("settings", Json::Array(vec![setting.clone()]))]);
    shape::level("endpoint_security_intent", &mut alone);
    alone.get("settings")?.as_array()?.first().cloned().map(Json::sorted)
}

/// The text of the value stands for the value.
fn told_setting(setting: &Json, there: Option<&Json>) -> Json {
    let text = setting.get("valueJson").is_some_and(|text| *text != Json::Null);
    let mut told = super::body::taken(setting, |name| match name {
        "@odata.type" | "definitionId" => true,
        "valueJson" => text,
        "value" => !text,
        _ => false,
    });
    if let Some(id) = there.and_then(|there| id_of(there).ok()) {
        told.set("id", Json::text(id));
    }
    told
}
