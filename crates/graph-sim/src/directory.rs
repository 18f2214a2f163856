//! What a connection check looks at: the organisation, the app's own service principal and what was granted to it; and
//! members of groups.

use model::json::Json;

use crate::app_roles::{app_role_id, app_roles};
use crate::call::{Answer, Context};
use crate::derived_id::id_from;
use crate::errors::{GraphError, Service};
use crate::identity::AppRegistration;
use crate::message::Response;
use crate::route::place;
use crate::tenant::{TenantProfile, TenantState};

/// Microsoft Graph's own application id.
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

fn collection(items: Vec<Json>) -> Response {
    Response::json(200, Json::from([("value", Json::Array(items))]).to_text())
}

/// The organisation that a tenant is.
fn organization(profile: &TenantProfile) -> Json {
    let domain = Json::from([
        ("name", Json::text(&profile.domain)),
        ("isDefault", Json::Bool(true)),
        ("isInitial", Json::Bool(true)),
        ("type", Json::text("Managed")),
    ]);
    Json::from([
        ("id", Json::text(profile.id.to_string())),
        ("displayName", Json::text(&profile.display_name)),
        ("tenantType", Json::text("AAD")),
        ("verifiedDomains", Json::Array(vec![domain])),
    ])
}

/// The service principals of a tenant's apps, and that of Microsoft Graph with its permissions.
fn principals(tenant: &str, apps: &[AppRegistration]) -> Vec<Json> {
    let principal = |app_id: &str, name: &str| {
        Json::from([
            ("id", Json::text(id_from(&format!("{tenant}/{app_id}")))),
            ("appId", Json::text(app_id)),
            ("displayName", Json::text(name)),
            ("servicePrincipalType", Json::text("Application")),
            ("accountEnabled", Json::Bool(true)),
        ])
    };
    let mut principals: Vec<Json> = apps.iter().map(|app| principal(&app.client_id, "TenantAtlas")).collect();
    let mut graph = principal(GRAPH_APP_ID, "Microsoft Graph");
    let role = |(name, id): (String, String)| {
        Json::from([
            ("allowedMemberTypes", Json::Array(vec![Json::text("Application")])),
            ("displayName", Json::text(&name)),
            ("id", Json::text(id)),
            ("isEnabled", Json::Bool(true)),
            ("origin", Json::text("Application")),
            ("value", Json::text(name)),
        ])
    };
    let roles = app_roles(apps.iter().flat_map(|app| &app.roles)).into_iter().map(role);
    graph.set("appRoles", Json::Array(roles.collect()));
    principals.push(graph);
    principals
}

/// Adds to a tenant's content what every tenant has.
pub(crate) fn complete(profile: &TenantProfile, state: &mut TenantState) {
    let principals = principals(&profile.id.to_string(), &profile.apps).into_iter().map(|object| ("service_principal", object));
    for (key, object) in std::iter::once(("organization", organization(profile))).chain(principals) {
        let known = object.get("id").and_then(Json::as_str).is_some_and(|id| state.object(key, id).is_some());
        if !known {
            // They have ids and are of known types.
            let stored = state.put(key, object);
            debug_assert!(stored.is_ok(), "{key}: {stored:?}");
        }
    }
}

impl Context<'_> {
    fn apps(&self) -> Result<Vec<AppRegistration>, GraphError> {
        let tenants = self.sim.tenants_ref();
        let tenant = tenants.get(&self.caller.tenant).ok_or_else(|| GraphError::token("The tenant of the token is gone."))?;
        Ok(tenant.profile.apps.clone())
    }

    fn principals(&self) -> Result<Vec<Json>, GraphError> {
        Ok(principals(&self.caller.tenant.to_string(), &self.apps()?))
    }

    fn principal(&self, key: &str) -> Result<Json, GraphError> {
        let wanted = match key.strip_prefix("appId=") {
            Some(app_id) => ("appId", app_id.trim_matches('\'')),
            None => ("id", key),
        };
        let is_it =
            |principal: &Json| principal.get(wanted.0).and_then(Json::as_str).is_some_and(|v| v.eq_ignore_ascii_case(wanted.1));
        if let Some(made) = self.principals()?.into_iter().find(is_it) {
            return Ok(made);
        }
        let known = place("/servicePrincipals")
            .map(|of| self.with_shelf(of, |shelf| shelf.iter().map(|(_, stored)| stored.head_json()).find(is_it)));
        known.transpose()?.flatten().ok_or_else(|| GraphError::not_found(Service::Directory, wanted.1))
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
                ("appRoleId", Json::text(app_role_id(role))),
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
