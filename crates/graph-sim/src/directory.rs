//! What a connection check looks at: the organisation, the app's own service principal and what was granted to it; and
//! members of groups.

use model::json::Json;

use crate::call::{Answer, Context};
use crate::derived_id::id_from;
use crate::errors::{GraphError, Service};
use crate::identity::AppRegistration;
use crate::message::Response;
use crate::route::place;

/// Microsoft Graph's own application id.
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

fn collection(items: Vec<Json>) -> Response {
    Response::json(200, Json::from([("value", Json::Array(items))]).to_text())
}

impl Context<'_> {
    fn apps(&self) -> Result<Vec<AppRegistration>, GraphError> {
        let tenants = self.sim.tenants_ref();
        let tenant = tenants.get(&self.caller.tenant).ok_or_else(|| GraphError::token("The tenant of the token is gone."))?;
        Ok(tenant.profile.apps.clone())
    }

    /// The one organisation.
    pub(crate) fn organization(&self) -> Answer {
        let tenants = self.sim.tenants_ref();
        let tenant = tenants.get(&self.caller.tenant).ok_or_else(|| GraphError::token("The tenant of the token is gone."))?;
        let domain = Json::from([
            ("name", Json::text(&tenant.profile.domain)),
            ("isDefault", Json::Bool(true)),
            ("isInitial", Json::Bool(true)),
            ("type", Json::text("Managed")),
        ]);
        let organization = Json::from([
            ("id", Json::text(tenant.profile.id.to_string())),
            ("displayName", Json::text(&tenant.profile.display_name)),
            ("tenantType", Json::text("AAD")),
            ("verifiedDomains", Json::Array(vec![domain])),
        ]);
        Ok(collection(vec![organization]))
    }

    fn principals(&self) -> Result<Vec<Json>, GraphError> {
        let principal = |app_id: &str, name: &str| {
            Json::from([
                ("id", Json::text(id_from(&format!("{}/{app_id}", self.caller.tenant)))),
                ("appId", Json::text(app_id)),
                ("displayName", Json::text(name)),
                ("servicePrincipalType", Json::text("Application")),
                ("accountEnabled", Json::Bool(true)),
            ])
        };
        let mut principals: Vec<Json> = self.apps()?.iter().map(|app| principal(&app.client_id, "TenantAtlas")).collect();
        let mut graph = principal(GRAPH_APP_ID, "Microsoft Graph");
        let roles = AppRegistration::every_permission().into_iter().map(|role| {
            Json::from([("id", Json::text(id_from(&role))), ("value", Json::text(&role)), ("isEnabled", Json::Bool(true))])
        });
        graph.set("appRoles", Json::Array(roles.collect()));
        principals.push(graph);
        Ok(principals)
    }

    fn principal(&self, key: &str) -> Result<Json, GraphError> {
        let wanted = match key.strip_prefix("appId=") {
            Some(app_id) => ("appId", app_id.trim_matches('\'')),
            None => ("id", key),
        };
        let is_it =
            |principal: &Json| principal.get(wanted.0).and_then(Json::as_str).is_some_and(|v| v.eq_ignore_ascii_case(wanted.1));
        self.principals()?.into_iter().find(is_it).ok_or_else(|| GraphError::not_found(Service::Directory, wanted.1))
    }

    /// All service principals.
    pub(crate) fn service_principals(&self) -> Answer {
        Ok(collection(self.principals()?))
    }

    /// One service principal, by id or by `appId='…'`.
    pub(crate) fn service_principal(&self, key: &str) -> Answer {
        Ok(Response::json(200, self.principal(key)?.to_text()))
    }

    /// Application permissions that were granted to a service principal, as they are now.
    pub(crate) fn app_role_assignments(&self, key: &str) -> Answer {
        let principal = self.principal(key)?;
        let graph = self.principal(&format!("appId='{GRAPH_APP_ID}'"))?;
        let text = |object: &Json, name: &str| object.get(name).cloned().unwrap_or(Json::Null);
        let app_id = text(&principal, "appId");
        let apps = self.apps()?;
        let app = apps.iter().find(|app| Some(app.client_id.as_str()) == app_id.as_str());
        let assignment = |role: &String| {
            Json::from([
                ("id", Json::text(id_from(&format!("{}/{role}", self.caller.client_id)))),
                ("appRoleId", Json::text(id_from(role))),
                ("principalId", text(&principal, "id")),
                ("principalType", Json::text("ServicePrincipal")),
                ("resourceId", text(&graph, "id")),
                ("resourceDisplayName", Json::text("Microsoft Graph")),
            ])
        };
        Ok(collection(app.into_iter().flat_map(|app| app.roles.iter().map(assignment)).collect()))
    }

    fn members_of(&self, group: &str) -> Result<u64, GraphError> {
        let known = place("/groups").map(|of| self.with_shelf(of, |shelf| shelf.get(group).is_some())).transpose()?;
        if known != Some(true) {
            return Err(GraphError::not_found(Service::Directory, group));
        }
        let tenants = self.sim.tenants_ref();
        Ok(tenants.get(&self.caller.tenant).and_then(|tenant| tenant.state.member_counts.get(group).copied()).unwrap_or(0))
    }

    /// The members of a group: invented users, at most a hundred.
    pub(crate) fn members(&self, group: &str) -> Answer {
        let member = |number: u64| {
            Json::from([
                ("@odata.type", Json::text("#microsoft.graph.user")),
                ("id", Json::text(id_from(&format!("{group}/{number}")))),
                ("displayName", Json::text(format!("Person {}", number + 1))),
            ])
        };
        Ok(collection((0..self.members_of(group)?.min(100)).map(member).collect()))
    }

    /// `members/$count`.
    pub(crate) fn member_count(&self, group: &str) -> Answer {
        self.count_text(self.members_of(group)?)
    }
}
