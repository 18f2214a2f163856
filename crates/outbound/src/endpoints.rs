//! Where a cloud's sign-in and Graph are.

use model::connection::Cloud;
use url::{Host, Url};

/// The token authority and the Graph root of a cloud. Both are `https`, but for loopback addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoints {
    authority: Url,
    graph: Url,
    paced: bool,
}

/// An address that may not be used: not `https` (nor `http` on loopback), or with a user, query or fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a base address must be https (http only on a loopback address) and have neither user, query nor fragment")]
pub struct InvalidEndpoint;

impl Endpoints {
    /// The published addresses of a cloud (Microsoft, "National cloud deployments"); `None` for [`Cloud::Custom`], whose
    /// addresses are configured, and for a cloud that this version does not know.
    #[must_use]
    pub fn of(cloud: Cloud) -> Option<Self> {
        let (authority, graph) = match cloud {
            Cloud::Global => ("https://login.microsoftonline.com", "https://graph.microsoft.com"),
            Cloud::UsGovernment => ("https://login.microsoftonline.us", "https://graph.microsoft.us"),
            Cloud::UsDefense => ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
            Cloud::China => ("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
            Cloud::Custom | Cloud::Unknown => return None,
        };
        Self::custom(&Url::parse(authority).ok()?, &Url::parse(graph).ok()?).ok()
    }

    /// Configured addresses.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] when a secret could travel readable, or an address is no base address.
    pub fn custom(authority: &Url, graph: &Url) -> Result<Self, InvalidEndpoint> {
        Ok(Self { authority: base(authority)?, graph: base(graph)?, paced: true })
    }

    /// One address for both, as a simulator on this machine has.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] when the address is not a loopback address, or is no base address.
    pub fn loopback(base: &Url) -> Result<Self, InvalidEndpoint> {
        if is_loopback(base) { Self::custom(base, base) } else { Err(InvalidEndpoint) }
    }

    /// The same addresses, which have no limits: what is sent there is not paced by those that Microsoft publishes. A 429 is obeyed
    /// all the same.
    #[must_use]
    pub fn unpaced(self) -> Self {
        Self { paced: false, ..self }
    }

    /// Whether requests are paced by Microsoft's published limits.
    pub(crate) const fn is_paced(&self) -> bool {
        self.paced
    }

    /// Base address of the token endpoint.
    #[must_use]
    pub const fn authority(&self) -> &Url {
        &self.authority
    }

    /// Base address of Microsoft Graph, without the version.
    #[must_use]
    pub const fn graph(&self) -> &Url {
        &self.graph
    }

    /// An address below the Graph root; `path` begins with `/` and holds version and query. `None` when it is no path.
    pub(crate) fn graph_url(&self, path: &str) -> Option<Url> {
        let url = Url::parse(&format!("{}{path}", text(&self.graph))).ok()?;
        (path.starts_with('/') && self.holds(&url)).then_some(url)
    }

    /// The token endpoint of a tenant.
    pub(crate) fn token_url(&self, tenant: &str) -> Option<Url> {
        Url::parse(&format!("{}/{tenant}/oauth2/v2.0/token", text(&self.authority))).ok()
    }

    /// The scope that asks for everything that was granted.
    pub(crate) fn scope(&self) -> String {
        format!("{}/.default", text(&self.graph))
    }

    /// Whether a token for this Graph may be sent to the address: same scheme, host and port, and no user in it.
    pub(crate) fn holds(&self, url: &Url) -> bool {
        url.scheme() == self.graph.scheme()
            && url.host() == self.graph.host()
            && url.port_or_known_default() == self.graph.port_or_known_default()
            && url.username().is_empty()
            && url.password().is_none()
    }
}

/// Whether the address is on this machine: such requests never go through a proxy, and may be `http`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn base(url: &Url) -> Result<Url, InvalidEndpoint> {
    let readable = url.scheme() == "http" && !is_loopback(url);
    let known = matches!(url.scheme(), "http" | "https");
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if known && !readable && plain { Ok(url.clone()) } else { Err(InvalidEndpoint) }
}

/// The address without a slash at its end.
fn text(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn every_known_cloud_has_addresses() {
        for cloud in Cloud::ALL.iter().filter(|cloud| **cloud != Cloud::Custom) {
            let endpoints = Endpoints::of(*cloud).unwrap();
            assert_eq!(endpoints.graph().scheme(), "https");
            assert!(endpoints.scope().ends_with("/.default"));
        }
        assert_eq!(Endpoints::of(Cloud::Custom), None);
        let global = Endpoints::of(Cloud::Global).unwrap();
        assert_eq!(global.scope(), "https://graph.microsoft.com/.default");
        assert_eq!(global.token_url("t").unwrap().as_str(), "https://login.microsoftonline.com/t/oauth2/v2.0/token");
    }

    #[test]
    fn secrets_travel_encrypted_or_not_at_all() {
        let loopback = url("http://127.0.0.1:8080");
        for refused in ["http://graph.example", "ftp://graph.example", "https://user@graph.example", "https://graph.example/?x=1"]
        {
            assert_eq!(Endpoints::custom(&url(refused), &loopback), Err(InvalidEndpoint), "{refused}");
        }
        assert!(Endpoints::custom(&url("https://login.example"), &url("https://graph.example/base/")).is_ok());
        assert!(Endpoints::loopback(&loopback).is_ok());
        assert!(Endpoints::loopback(&url("http://[::1]:1")).is_ok());
        assert!(Endpoints::loopback(&url("https://graph.example")).is_err());
    }

    #[test]
    fn only_addresses_of_the_same_origin_get_the_token() {
        let endpoints = Endpoints::of(Cloud::Global).unwrap();
        assert!(endpoints.holds(&url("https://graph.microsoft.com/beta/groups?$skiptoken=x")));
        assert!(endpoints.holds(&url("https://graph.microsoft.com:443/beta")));
        for foreign in [
            "http://graph.microsoft.com/beta",
            "https://graph.microsoft.com:444/beta",
            "https://graph.microsoft.com.example/beta",
            "https://graph.microsoft.us/beta",
            "https://a@graph.microsoft.com/beta",
            "https://graph.microsoft.com@evil.example/beta",
        ] {
            assert!(!endpoints.holds(&url(foreign)), "{foreign}");
        }
        assert_eq!(endpoints.graph_url("@evil.example/beta"), None);
        assert_eq!(endpoints.graph_url(".evil.example/beta"), None);
    }
}
