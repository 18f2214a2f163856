//! The token endpoint and the tokens that it gave.

mod assertion;
mod error;
mod form;

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::ids::EntraTenantId;
use model::json::Json;
use model::time::Moment;

use crate::derived_id::id_from;
use crate::identity::AppRegistration;
use crate::message::Request;
use crate::tenant::TenantProfile;
pub(crate) use assertion::EXCHANGE;
use assertion::{Expected, Once};
pub(crate) use error::TokenError;
use form::Given;

/// Who a token speaks for.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) tenant: EntraTenantId,
    pub(crate) client_id: String,
    /// As granted when the token was issued.
    pub(crate) roles: BTreeSet<String>,
    pub(crate) expires: Moment,
}

/// Tokens by their text. A token is known by being in here, not by a signature.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    by_text: HashMap<String, Caller>,
    /// Assertions that were taken, until they end.
    used: HashMap<String, Moment>,
}

impl Tokens {
    /// Refuses an assertion that was taken before.
    pub(crate) fn take(&mut self, allowed: &Allowed<'_>, now: Moment) -> Result<(), TokenError> {
        let Some(once) = allowed.once.as_ref().filter(|once| !once.id.is_empty()) else { return Ok(()) };
        self.used.retain(|_, until| *until > now);
        match self.used.insert(once.id.clone(), once.until) {
            None => Ok(()),
            Some(_) => Err(TokenError::REPLAYED),
        }
    }

    /// Issues a token.
    pub(crate) fn issue(&mut self, caller: Caller, now: Moment, unique: &str) -> String {
        self.by_text.retain(|_, known| known.expires > now);
        let header = Json::from([("typ", Json::text("JWT")), ("alg", Json::text("none"))]);
        let mut claims = Json::from([
            ("aud", Json::text("https://graph.microsoft.com")),
            ("tid", Json::text(caller.tenant.to_string())),
            ("appid", Json::text(&caller.client_id)),
            ("oid", Json::text(id_from(&format!("{}/{}", caller.tenant, caller.client_id)))),
            ("idtyp", Json::text("app")),
            ("iat", Json::int(now.seconds())),
            ("exp", Json::int(caller.expires.seconds())),
            ("uti", Json::text(unique)),
        ]);
        // Without any granted permission the claim is absent, and a token is issued all the same.
        if !caller.roles.is_empty() {
            claims.set("roles", Json::Array(caller.roles.iter().map(Json::text).collect()));
        }
        let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_text());
        let text = format!("{}.{}.{}", part(&header), part(&claims), URL_SAFE_NO_PAD.encode(unique));
        self.by_text.insert(text.clone(), caller);
        text
    }

    /// Whose token it is, or what Graph says to it.
    pub(crate) fn verify(&self, request: &Request, now: Moment) -> Result<Caller, &'static str> {
        let Some(header) = request.header_value("authorization") else { return Err("Access token is empty.") };
        let token = header.strip_prefix("Bearer ").ok_or("Access token is empty.")?;
        match self.by_text.get(token) {
            None => Err("IDX14100: JWT is not well formed or its signature is invalid."),
            Some(caller) if caller.expires <= now => Err("Lifetime validation failed, the token is expired."),
            Some(caller) => Ok(caller.clone()),
        }
    }

    /// Ends every token of a tenant now.
    pub(crate) fn expire(&mut self, tenant: EntraTenantId, now: Moment) {
        self.by_text.values_mut().filter(|caller| caller.tenant == tenant).for_each(|caller| caller.expires = now);
    }
}

/// The tenant's part of a token path: `/{tenant}/oauth2/v2.0/token`.
pub(crate) fn tenant_of_path(path: &str) -> Option<&str> {
    path.strip_prefix('/')?.strip_suffix("/oauth2/v2.0/token").filter(|tenant| !tenant.is_empty() && !tenant.contains('/'))
}

/// What an app proved itself with, and when it is then taken again.
pub(crate) struct Allowed<'a> {
    pub(crate) app: &'a AppRegistration,
    once: Option<Once>,
}

/// The app that may have a token, or the error. `authority` is the scheme and host by which the request came.
pub(crate) fn authorise<'a>(
    request: &Request,
    profile: &'a TenantProfile,
    authority: &str,
    now: Moment,
) -> Result<Allowed<'a>, TokenError> {
    let form = form::read(request);
    if request.method != "POST" || form.grant_type != "client_credentials" {
        return Err(TokenError::new(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type."));
    }
    if !form.scope.ends_with("/.default") {
        return Err(TokenError::new(
            400,
            "invalid_scope",
            70011,
            "The provided value for the input parameter 'scope' is not valid.",
        ));
    }
    let app = profile.apps.iter().find(|app| app.client_id.eq_ignore_ascii_case(&form.client_id)).ok_or(TokenError::NO_APP)?;
    if app.disabled {
        return Err(TokenError::DISABLED);
    }
    let once = match &form.given {
        Given::Secret(secret) => {
            let known = *secret == app.secret || app.more_secrets.contains(secret);
            if secret.is_empty() || !known {
                return Err(TokenError::client(
                    7_000_215,
                    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
                ));
            }
            if app.secret_expired && *secret == app.secret {
                return Err(TokenError::client(7_000_222, "The provided client secret keys are expired."));
            }
            None
        }
        Given::Assertion(assertion) => {
            let endpoints = endpoints(request.path(), profile, authority);
            Some(assertion::verify(assertion, &Expected { app, endpoints: &endpoints, now })?)
        }
        Given::Nothing => {
            return Err(TokenError::client(
                7_000_218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            ));
        }
    };
    match app.refusal {
        Some(refusal) => Err(refusal.error()),
        None => Ok(Allowed { app, once }),
    }
}

/// Every way to write the token endpoint of a tenant: as audience of an assertion each is taken.
fn endpoints(path: &str, profile: &TenantProfile, authority: &str) -> Vec<String> {
    let authorities =
        [authority, "https://login.microsoftonline.com", "https://login.microsoftonline.us", "https://login.chinacloudapi.cn"];
    let asked = path.to_owned();
    let by_id = format!("/{}/oauth2/v2.0/token", profile.id);
    authorities.iter().flat_map(|base| [format!("{base}{asked}"), format!("{base}{by_id}")]).collect()
}
