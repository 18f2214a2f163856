//! `[oidc]`

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use model::access::Role;
use model::sign_in::{Consent, IdentityProvider, Mapping, ProviderName, Wanted};
use model::time::SystemClock;
use outbound::oidc::{Provider, Registration, limits};
use secrecy::SecretString;
use serde::Deserialize;

/// A provider that vouches for people; none while it has no issuer.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Oidc {
    /// The issuer, exactly as the provider's tokens name it.
    pub(crate) issuer: Option<String>,
    /// The application's id at the provider.
    pub(crate) client_id: Option<String>,
    /// Its secret.
    pub(crate) client_secret: Option<SecretString>,
    /// A file with the secret.
    pub(crate) client_secret_file: Option<PathBuf>,
    /// Stands in addresses and at memberships.
    pub(crate) name: String,
    /// What the button says after "Sign in with".
    pub(crate) label: String,
    /// What is asked for beside `openid`.
    pub(crate) scopes: Vec<String>,
    /// Which claim holds the groups.
    pub(crate) groups_claim: String,
    /// Whether a verified mail address opens the account that has it.
    pub(crate) trust_email: bool,
    /// Which group gives what.
    pub(crate) mapping: Vec<Line>,
    /// Further providers.
    pub(crate) more: Vec<Oidc>,
}

/// `[[oidc.mapping]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    group: String,
    role: String,
    workspace: Option<String>,
    tenant: Option<String>,
}

impl Default for Oidc {
    fn default() -> Self {
        Self {
            issuer: None,
            client_id: None,
            client_secret: None,
            client_secret_file: None,
            name: "oidc".to_owned(),
            label: "your organisation".to_owned(),
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            groups_claim: "groups".to_owned(),
            trust_email: false,
            mapping: Vec::new(),
            more: Vec::new(),
        }
    }
}

impl Line {
    fn read(&self) -> Result<Mapping> {
        let role = Role::from_code(&self.role);
        if role == Role::Unknown {
            bail!("oidc.mapping: role must be owner, manager, operator or readonly");
        }
        let place = match (&self.workspace, &self.tenant) {
            (Some(workspace), None) => Wanted::Workspace(id(workspace)?),
            (None, Some(tenant)) => Wanted::Tenant(id(tenant)?),
            _ => bail!("oidc.mapping: each line names a workspace or a tenant"),
        };
        if self.group.trim().is_empty() {
            bail!("oidc.mapping: a line names no group");
        }
        Ok(Mapping { group: self.group.clone(), place, role })
    }
}

/// An id as it stands in the file. Names are not enough: members can change them.
fn id(text: &str) -> Result<String> {
    let known = text.parse::<model::ids::ThingId>();
    known
        .map(|id| id.to_string())
        .map_err(|_| anyhow::anyhow!("oidc.mapping: {text:?} is no id; the pages of workspaces and tenants show theirs"))
}

impl Oidc {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &[
        "issuer",
        "client_id",
        "client_secret",
        "client_secret_file",
        "name",
        "label",
        "scopes",
        "groups_claim",
        "trust_email",
        "mapping",
        "more",
    ];

    /// All providers. `public_url` is how browsers reach the product: the providers send them back there.
    pub(crate) fn providers(&self, public_url: Option<&str>) -> Result<Vec<Arc<dyn IdentityProvider>>> {
        let mut providers: Vec<Arc<dyn IdentityProvider>> = Vec::new();
        for one in std::iter::once(self).chain(&self.more) {
            if let Some(provider) = one.provider(public_url)? {
                if providers.iter().any(|other| other.consent().name == provider.consent().name) {
                    bail!("oidc.name: two providers are named {}", provider.consent().name);
                }
                providers.push(Arc::new(provider));
            }
        }
        if self.more.iter().any(|more| more.issuer.is_none() || !more.more.is_empty()) {
            bail!("oidc.more: each has an issuer, and none has more");
        }
        Ok(providers)
    }

    fn provider(&self, public_url: Option<&str>) -> Result<Option<Provider>> {
        let Some(issuer) = &self.issuer else {
            if self.client_id.is_some() || !self.mapping.is_empty() {
                bail!("oidc.issuer is missing");
            }
            return Ok(None);
        };
        let name = ProviderName::new(&self.name).context("oidc.name has 1 to 32 lower-case letters, digits and hyphens")?;
        let public_url = public_url.context("oidc needs server.public_url: the provider sends browsers back there")?;
        let public_url: url::Url = public_url.parse().context("server.public_url is no URL")?;
        let client_secret = match (&self.client_secret, &self.client_secret_file) {
            (Some(secret), _) => Some(secret.clone()),
            (None, Some(file)) => Some(super::secrets::read_file(file)?),
            (None, None) => None,
        };
        let mapping = self.mapping.iter().map(Line::read).collect::<Result<_>>()?;
        let registration = Registration {
            issuer: issuer.clone(),
            client_id: self.client_id.clone().context("oidc.client_id is missing")?,
            client_secret,
            redirect_uri: format!("{}/sign-in/oidc/{name}/callback", public_url.as_str().trim_end_matches('/')),
            scopes: self.scopes.clone(),
            groups_claim: self.groups_claim.clone(),
        };
        let consent = Consent { name, label: self.label.clone(), trust_email: self.trust_email, mapping };
        let provider = Provider::new(consent, registration, limits(), Arc::new(SystemClock)).context("oidc.issuer")?;
        Ok(Some(provider))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Oidc {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_place_is_named_by_its_id() {
        let oidc = read(
            "issuer = 'https://id.example'\nclient_id = 'a'\n[[mapping]]\ngroup = 'g'\nworkspace = 'Northwind'\nrole = 'owner'\n",
        );
        let error = oidc.providers(Some("https://atlas.example/")).unwrap_err();
        assert!(format!("{error:#}").contains("is no id"), "{error:#}");
    }

    #[test]
    fn several_providers_each_with_their_mapping() {
        let oidc = read(
            "issuer = 'https://id.example'\nclient_id = 'a'\nname = 'one'\nclient_secret = 'canary'\n
             [[mapping]]\ngroup = 'g'\nworkspace = '01a1f000-0000-7000-8000-000000000001'\nrole = 'manager'\n
             [[more]]\nissuer = 'https://other.example'\nclient_id = 'b'\nname = 'two'\n
             [[more.mapping]]\ngroup = 'h'\ntenant = '01a1f000-0000-7000-8000-000000000002'\nrole = 'readonly'\n",
        );
        let providers = oidc.providers(Some("https://atlas.example/")).unwrap();
        let names: Vec<&str> = providers.iter().map(|provider| provider.consent().name.as_str()).collect();
        assert_eq!(names, ["one", "two"]);
        assert_eq!(providers[1].consent().mapping[0].place, Wanted::Tenant("01a1f000-0000-7000-8000-000000000002".to_owned()));
        assert!(!format!("{oidc:?} {providers:?}").contains("canary"));
    }

    #[test]
    fn what_cannot_work_is_said_at_the_start() {
        let good = "issuer = 'https://id.example'\nclient_id = 'a'\n";
        let fails = |text: &str, url: Option<&str>| format!("{:#}", read(text).providers(url).unwrap_err());
        let url = Some("https://atlas.example");
        assert!(read("").providers(None).unwrap().is_empty(), "nothing is configured");
        assert!(fails(good, None).contains("server.public_url"));
        assert!(fails("issuer = 'https://id.example'\n", url).contains("client_id"));
        assert!(fails("client_id = 'a'\n", url).contains("oidc.issuer"));
        assert!(fails("issuer = 'http://id.example'\nclient_id = 'a'\n", url).contains("https"));
        let many = "issuer = 'https://login.microsoftonline.com/common/v2.0'\nclient_id = 'a'\n";
        assert!(fails(many, url).contains("one tenant"));
        assert!(fails(&format!("{good}name = 'A b'\n"), url).contains("oidc.name"));
        assert!(fails(&format!("{good}[[mapping]]\ngroup = 'g'\nrole = 'emperor'\nworkspace = 'w'\n"), url).contains("role"));
        assert!(fails(&format!("{good}[[mapping]]\ngroup = 'g'\nrole = 'owner'\n"), url).contains("workspace or a tenant"));
        assert!(
            fails(&format!("{good}[[more]]\nissuer = 'https://b.example'\nclient_id = 'b'\n"), url).contains("two providers")
        );
    }
}
