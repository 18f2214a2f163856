//! App registrations and the permissions that paths need.

use std::collections::BTreeSet;

use model::resource_types::{Method, all};

use crate::certificate::RegisteredCertificate;
use crate::plain_text::may_ask;
use crate::route::{Place, Route, Target, place};
use crate::token::{EXCHANGE, TokenError};

/// An issuer whose tokens an app may show in place of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FederatedCredential {
    /// `iss` of its tokens.
    pub issuer: String,
    /// `sub` of its tokens.
    pub subject: String,
    /// `aud` of its tokens.
    pub audience: String,
    /// The issuer's public key (SubjectPublicKeyInfo, DER).
    pub public_key: Vec<u8>,
}

impl FederatedCredential {
    /// A credential for the usual audience.
    #[must_use]
    pub fn new(issuer: &str, subject: &str, public_key: Vec<u8>) -> Self {
        Self { issuer: issuer.to_owned(), subject: subject.to_owned(), audience: EXCHANGE.to_owned(), public_key }
    }
}

/// Why a good credential is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Nobody consented to the app (65001).
    NoConsent,
    /// Conditional access for workload identities (53003).
    ConditionalAccess,
    /// Too many equal requests in a short time (50196).
    RequestLoop,
}

impl TokenRefusal {
    pub(crate) const fn error(self) -> TokenError {
        match self {
            Self::NoConsent => TokenError::new(
                400,
                "invalid_grant",
                65001,
                "The user or administrator has not consented to use the application.",
            ),
            Self::ConditionalAccess => {
                TokenError::new(400, "invalid_grant", 53003, "Access has been blocked by Conditional Access policies.")
            }
            Self::RequestLoop => TokenError::new(
                400,
                "invalid_grant",
                50196,
                "The server terminated an operation because it encountered a client request loop.",
            ),
        }
    }
}

/// An app registration in a tenant: who may ask for tokens, and what it may then do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRegistration {
    /// The application (client) id.
    pub client_id: String,
    /// The client secret.
    pub secret: String,
    /// The secret is past its end date.
    pub secret_expired: bool,
    /// Further secrets that are taken, as during a rotation.
    pub more_secrets: Vec<String>,
    /// Certificates that assertions may be signed with.
    pub certificates: Vec<RegisteredCertificate>,
    /// Issuers whose tokens are taken in place of a credential.
    pub federated: Vec<FederatedCredential>,
    /// The application is disabled in the tenant.
    pub disabled: bool,
    /// A good credential is refused all the same.
    pub refusal: Option<TokenRefusal>,
    /// Permissions that are granted when an administrator consents.
    pub requested: BTreeSet<String>,
    /// Application permissions that were granted; they come as `roles` in tokens issued from then on.
    pub roles: BTreeSet<String>,
}

impl AppRegistration {
    /// An app with every permission that the catalogue needs.
    #[must_use]
    pub fn new(client_id: impl Into<String>, secret: impl Into<String>) -> Self {
        let (client_id, secret) = (client_id.into(), secret.into());
        Self {
            client_id,
            secret,
            secret_expired: false,
            more_secrets: Vec::new(),
            certificates: Vec::new(),
            federated: Vec::new(),
            disabled: false,
            refusal: None,
            requested: BTreeSet::new(),
            roles: Self::every_permission(),
        }
    }

    /// The same with a certificate.
    #[must_use]
    pub fn with_certificate(mut self, certificate: RegisteredCertificate) -> Self {
        self.certificates.push(certificate);
        self
    }

    /// The same with an issuer whose tokens are taken.
    #[must_use]
    pub fn with_federated(mut self, credential: FederatedCredential) -> Self {
        self.federated.push(credential);
        self
    }

    /// The same before an administrator consented: no permission, and what would be granted.
    #[must_use]
    pub fn awaiting_consent(mut self) -> Self {
        self.requested = std::mem::take(&mut self.roles);
        self
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
        let own = ["Organization.Read.All", "Application.Read.All", "AuditLog.Read.All", "DeviceManagementApps.Read.All"]
            .map(str::to_owned);
        let of_types = all().iter().flat_map(|kind| kind.permissions.read.iter().chain(&kind.permissions.write));
        of_types.map(|set| set.recommended.clone()).chain(own).collect()
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
        Target::Organization => any(&ORGANIZATION) || place("/organization").is_some_and(|of| by_contract(roles, method, of)),
        Target::ServicePrincipals | Target::ServicePrincipal { .. } | Target::AppRoleAssignments { .. } => {
            let contract = place("/servicePrincipals").is_some_and(|of| by_contract(roles, method, of));
            contract || (method == Method::Get && any(&SERVICE_PRINCIPALS))
        }
        Target::AuditEvents { source } => any(source.permissions()),
        Target::Members { .. } | Target::MemberCount { .. } => any(&MEMBERS),
        Target::PlainText { of, .. } => method == Method::Get && may_ask(roles, of),
        Target::Batch | Target::Unknown { .. } => true,
        Target::Collection { of }
        | Target::Count { of }
        | Target::Delta { of }
        | Target::Item { of, .. }
        | Target::Child { of, .. }
        | Target::ChildItem { of, .. }
        | Target::Action { of, .. }
        | Target::Deep { of, .. }
        | Target::FromTemplate { of, .. } => by_contract(roles, method, of),
    }
}

/// Whether one of the roles opens the method on one of the types of a place.
fn by_contract(roles: &BTreeSet<String>, method: Method, of: &Place) -> bool {
    of.kinds.iter().any(|kind| {
        let permissions = if method == Method::Get { &kind.permissions.read } else { &kind.permissions.write };
        permissions.as_ref().is_some_and(|set| set.satisfied_by(roles.iter().map(String::as_str)))
    })
}
