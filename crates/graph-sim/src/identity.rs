//! App registrations and the permissions that paths need.

use std::collections::BTreeSet;

use model::resource_types::{Method, all};

use crate::route::{Route, Target};

/// An app registration in a tenant: who may ask for tokens, and what it may then do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRegistration {
    /// The application (client) id.
    pub client_id: String,
    /// The client secret.
    pub secret: String,
    /// The secret is past its end date.
    pub secret_expired: bool,
    /// The application is disabled in the tenant.
    pub disabled: bool,
    /// Application permissions that were granted; they come as `roles` in tokens issued from then on.
    pub roles: BTreeSet<String>,
}

impl AppRegistration {
    /// An app with every permission that the catalogue needs.
    #[must_use]
    pub fn new(client_id: impl Into<String>, secret: impl Into<String>) -> Self {
        let (client_id, secret) = (client_id.into(), secret.into());
        Self { client_id, secret, secret_expired: false, disabled: false, roles: Self::every_permission() }
    }

    /// The same with other permissions.
    #[must_use]
    pub fn with_roles<'a>(mut self, roles: impl IntoIterator<Item = &'a str>) -> Self {
        self.roles = roles.into_iter().map(str::to_owned).collect();
        self
    }

    /// What the catalogue recommends to ask for, to read and to write, and to look at the tenant and the app itself.
    #[must_use]
    pub fn every_permission() -> BTreeSet<String> {
        let own = ["Organization.Read.All", "Application.Read.All"].map(str::to_owned);
        let of_types = all().iter().flat_map(|kind| [&kind.permissions.read.recommended, &kind.permissions.write.recommended]);
        of_types.cloned().chain(own).collect()
    }
}

/// Permissions of which one is needed, beside those of the catalogue.
const ORGANIZATION: [&str; 4] =
    ["Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const SERVICE_PRINCIPALS: [&str; 4] =
    ["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const MEMBERS: [&str; 5] =
    ["GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"];

/// Whether one of the roles opens the method on the route.
pub(crate) fn permitted(roles: &BTreeSet<String>, method: Method, route: &Route) -> bool {
    let any = |names: &[&str]| names.iter().any(|name| roles.contains(*name));
    match &route.target {
        Target::Organization => any(&ORGANIZATION),
        Target::ServicePrincipals | Target::ServicePrincipal { .. } | Target::AppRoleAssignments { .. } => {
            any(&SERVICE_PRINCIPALS)
        }
        Target::Members { .. } | Target::MemberCount { .. } => any(&MEMBERS),
        Target::Batch | Target::Unknown { .. } => true,
        Target::Collection { of }
        | Target::Count { of }
        | Target::Item { of, .. }
        | Target::Child { of, .. }
        | Target::ChildItem { of, .. }
        | Target::Action { of, .. }
        | Target::FromTemplate { of, .. } => of.kinds.iter().any(|kind| {
            let permissions = if method == Method::Get { &kind.permissions.read } else { &kind.permissions.write };
            permissions.satisfied_by(roles.iter().map(String::as_str))
        }),
    }
}
