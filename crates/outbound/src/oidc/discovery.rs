//! What a provider says of itself (OpenID Connect Discovery 1.0).

use model::json::Json;
use model::sign_in::Problem;
use url::Url;

use crate::endpoints::is_loopback;
use crate::http::{Answer, Ask, Http, Lost};

/// An issuer that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an issuer must be an https address (http only on a loopback address) without user, query or fragment, and of one tenant only"
)]
pub struct InvalidIssuer;

/// A provider's addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) authorize: Url,
    pub(super) token: Url,
    pub(super) keys: Url,
    pub(super) user_info: Option<Url>,
    /// Whether the secret is sent in the header (the standard's default) or in the form.
    pub(super) secret_in_header: bool,
    /// Whether the provider always names itself when it sends the browser back (RFC 9207).
    pub(super) names_itself: bool,
}

/// Checks a configured issuer: tokens are only taken from an address that cannot be listened to or impersonated.
pub(super) fn issuer(text: &str) -> Result<Url, InvalidIssuer> {
    let url = Url::parse(text).map_err(|_| InvalidIssuer)?;
    // Entra's templates for many tenants put another issuer into each token: there is nothing to compare with.
    let many = url.host_str().is_some_and(|host| host.starts_with("login.microsoftonline"))
        && url
            .path_segments()
            .and_then(|mut path| path.next())
            .is_some_and(|first| matches!(first, "common" | "organizations" | "consumers"));
    if safe(&url) && url.query().is_none() && !many { Ok(url) } else { Err(InvalidIssuer) }
}

/// Whether secrets may be sent there.
fn safe(url: &Url) -> bool {
    let encrypted = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    encrypted && url.username().is_empty() && url.password().is_none() && url.fragment().is_none() && url.host().is_some()
}

/// Asks the provider.
pub(super) async fn discover(http: &Http, issuer: &str) -> Result<Metadata, Problem> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let address = Url::parse(&address).map_err(|_| Problem::Discovery)?;
    let document = json(http.send(&address, Ask::Open).await)?;
    read(&document, issuer).ok_or(Problem::Discovery)
}

fn read(document: &Json, issuer: &str) -> Option<Metadata> {
    if document.get("issuer")?.as_str()? != issuer {
        return None;
    }
    let url = |name: &str| Url::parse(document.get(name)?.as_str()?).ok().filter(safe);
    let methods = document.get("token_endpoint_auth_methods_supported").and_then(Json::as_array);
    let knows = |method: &str| methods.is_none_or(|all| all.iter().any(|have| have.as_str() == Some(method)));
    Some(Metadata {
        authorize: url("authorization_endpoint")?,
        token: url("token_endpoint")?,
        keys: url("jwks_uri")?,
        user_info: url("userinfo_endpoint"),
        secret_in_header: knows("client_secret_basic"),
        names_itself: document.get("authorization_response_iss_parameter_supported").and_then(Json::as_bool).unwrap_or(false),
    })
}

/// The body of an answer that went well.
pub(super) fn json(answer: Result<Answer, Lost>) -> Result<Json, Problem> {
    let answer = answer.map_err(lost)?;
    if answer.head.status != 200 {
        tracing::warn!(status = answer.head.status, "the provider of sign-in answered with an error");
        return Err(Problem::Answer);
    }
    Json::parse(&answer.body).map_err(|_| Problem::Answer)
}

pub(super) const fn lost(lost: Lost) -> Problem {
    match lost {
        Lost::Unreachable | Lost::NoClient => Problem::Unreachable,
        Lost::TimedOut => Problem::Slow,
        Lost::Broken => Problem::Answer,
        Lost::TooLarge => Problem::TooLarge,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_one_and_cannot_be_listened_to() {
        for good in [
            "https://login.microsoftonline.com/8f2a6d0e-5a43-4f0a-9a55-1d2f5b1f0a11/v2.0",
            "https://id.example",
            "http://127.0.0.1:3000",
            "http://localhost:3000/realm",
        ] {
            assert!(issuer(good).is_ok(), "{good}");
        }
        for bad in [
            "http://id.example",
            "https://user@id.example",
            "https://id.example/?a=b",
            "https://id.example/#x",
            "ftp://id.example",
            "id.example",
            "https://login.microsoftonline.com/common/v2.0",
            "https://login.microsoftonline.com/organizations/v2.0",
            "https://login.microsoftonline.us/consumers/v2.0",
        ] {
            assert_eq!(issuer(bad), Err(InvalidIssuer), "{bad}");
        }
    }

    fn document(issuer: &str, token: &str) -> Json {
        Json::from([
            ("issuer", Json::text(issuer)),
            ("authorization_endpoint", Json::text("https://id.example/auth")),
            ("token_endpoint", Json::text(token)),
            ("jwks_uri", Json::text("https://id.example/keys")),
        ])
    }

    #[test]
    fn a_description_of_another_issuer_or_with_open_addresses_is_refused() {
        let of = |document: &Json| read(document, "https://id.example");
        assert!(of(&document("https://id.example", "https://id.example/token")).unwrap().secret_in_header);
        assert_eq!(of(&document("https://id.example/", "https://id.example/token")), None, "not the same letters");
        assert_eq!(of(&document("https://id.example", "http://id.example/token")), None, "a secret would travel readable");
    }
}
