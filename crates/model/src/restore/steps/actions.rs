//! Parts of an object that one call replaces: the actions of compliance policies, the apps of app policies, and the like.

use super::super::shape::only;
use super::Writer;
use crate::json::Json;
use crate::resource_types::Method;
use crate::restore::Effect;

/// What is told of an action for noncompliance.
const ACTION: &[&str] = &["actionType", "gracePeriodHours", "notificationTemplateId", "notificationMessageCCList"];
const RULES: &str = "scheduledActionsForRule";
const CONFIGURATIONS: &str = "scheduledActionConfigurations";

impl Writer<'_> {
    /// The list `name`, replaced by an action of that name with the list as its parameter.
    pub(super) fn replace(&mut self, name: &str, action: &str, parameter: &str) {
        let list = Json::Array(self.list(name));
        self.write(Effect::Replace, Method::Post, &format!("/{action}"), Json::from([(parameter, list)]));
    }

    /// The actions of a compliance policy, which a change of the policy itself does not take.
    pub(super) fn compliance_actions(&mut self, name: &str) {
        let rules = Json::Array(self.told_actions(name));
        let body = Json::from([("deviceComplianceScheduledActionForRules", rules)]);
        self.write(Effect::Replace, Method::Post, "/scheduleActionsForRules", body);
    }

    /// The same of a compliance policy of the newer kind.
    pub(super) fn compliance_actions_v2(&mut self, name: &str) {
        let rules = Json::Array(self.told_actions_v2(name));
        self.write(Effect::Replace, Method::Post, "/setScheduledActions", Json::from([("scheduledActions", rules)]));
    }

    /// The apps of an app policy; for most of them with the kind of the group that they are.
    pub(super) fn target_apps(&mut self, name: &str, grouped: bool) {
        let apps = match self.wanted.get(name) {
            Some(apps) => apps.as_array().unwrap_or_default(),
            None => self.raw_list(name),
        };
        let mut apps = apps.to_vec();
        apps.iter_mut().for_each(|app| only(app, &["mobileAppIdentifier"]));
        let mut body = Json::from([("apps", Json::Array(apps))]);
        let group = self.wanted.get("appGroupType").or_else(|| self.raw("appGroupType"));
        if let (true, Some(group)) = (grouped, group) {
            body.set("appGroupType", group.clone());
        }
        self.write(Effect::Replace, Method::Post, "/targetApps", body);
    }

    /// The actions that a compliance policy is made with: Graph refuses one without any. Blocking at once is what the service itself
    /// says where nothing was chosen.
    pub(super) fn actions_to_begin_with(&self) -> Json {
        let told = self.told_actions(RULES);
        if told.iter().any(|rule| rule.get(CONFIGURATIONS).and_then(Json::as_array).is_some_and(|list| !list.is_empty())) {
            return Json::Array(told);
        }
        let block = Json::from([
            ("actionType", Json::text("block")),
            ("gracePeriodHours", Json::int(0)),
            ("notificationTemplateId", Json::text("")),
            ("notificationMessageCCList", Json::Array(Vec::new())),
        ]);
        let rule = [("ruleName", Json::text("PasswordRequired")), (CONFIGURATIONS, Json::Array(vec![block]))];
        Json::Array(vec![Json::from(rule)])
    }

    fn told_actions(&self, name: &str) -> Vec<Json> {
        let mut rules = self.told_actions_v2(name);
        for rule in &mut rules {
            // The service gives back null for the one name that there is.
            if rule.get("ruleName").and_then(Json::as_str).is_none() {
                rule.set("ruleName", Json::text("PasswordRequired"));
            }
        }
        rules
    }

    pub(super) fn told_actions_v2(&self, name: &str) -> Vec<Json> {
        let mut rules = self.list(name);
        for rule in &mut rules {
            only(rule, &["ruleName", CONFIGURATIONS]);
            if let Some(Json::Array(actions)) = rule.get_mut(CONFIGURATIONS) {
                actions.iter_mut().for_each(|action| only(action, ACTION));
            }
        }
        rules
    }
}
