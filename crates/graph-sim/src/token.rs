//! The token endpoint and the tokens that it gave.

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::ids::EntraTenantId;
use model::json::Json;
use model::time::Moment;

use crate::errors::Stamp;
use crate::identity::AppRegistration;
use crate::message::{Request, Response};
use crate::query::decode;

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
pub(crate) struct Tokens(HashMap<String, Caller>);

impl Tokens {
    /// Issues a token.
    pub(crate) fn issue(&mut self, caller: Caller, now: Moment, unique: &str) -> String {
        self.0.retain(|_, known| known.expires > now);
        let header = Json::from([("typ", Json::text("JWT")), ("alg", Json::text("none"))]);
        let mut claims = Json::from([
            ("aud", Json::text("https://graph.microsoft.com")),
            ("tid", Json::text(caller.tenant.to_string())),
            ("appid", Json::text(&caller.client_id)),
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
        self.0.insert(text.clone(), caller);
        text
    }

    /// Whose token it is, or what Graph says to it.
    pub(crate) fn verify(&self, request: &Request, now: Moment) -> Result<Caller, &'static str> {
        let Some(header) = request.header_value("authorization") else { return Err("Access token is empty.") };
        let token = header.strip_prefix("Bearer ").ok_or("Access token is empty.")?;
        match self.0.get(token) {
            None => Err("IDX14100: JWT is not well formed or its signature is invalid."),
            Some(caller) if caller.expires <= now => Err("Lifetime validation failed, the token is expired."),
            Some(caller) => Ok(caller.clone()),
        }
    }

    /// Ends every token of a tenant now.
    pub(crate) fn expire(&mut self, tenant: EntraTenantId, now: Moment) {
        self.0.values_mut().filter(|caller| caller.tenant == tenant).for_each(|caller| caller.expires = now);
    }
}

/// The tenant's part of a token path: `/{tenant}/oauth2/v2.0/token`.
pub(crate) fn tenant_of_path(path: &str) -> Option<&str> {
    path.strip_prefix('/')?.strip_suffix("/oauth2/v2.0/token").filter(|tenant| !tenant.is_empty() && !tenant.contains('/'))
}

/// An error of the token endpoint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenError {
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) number: u32,
    pub(crate) words: &'static str,
}

impl TokenError {
    const fn new(status: u16, error: &'static str, number: u32, words: &'static str) -> Self {
        Self { status, error, number, words }
    }

    pub(crate) const NO_TENANT: Self =
        Self::new(400, "invalid_request", 90002, "Tenant not found. Check to make sure you have the correct tenant ID.");

    pub(crate) fn response(self, stamp: &Stamp) -> Response {
        let at = stamp.at.to_utc_words();
        let description = format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {at}Z",
            self.number, self.words, stamp.request_id, stamp.client_request_id
        );
        let body = Json::from([
            ("error", Json::text(self.error)),
            ("error_description", Json::text(description)),
            ("error_codes", Json::Array(vec![Json::int(i64::from(self.number))])),
            ("timestamp", Json::text(format!("{at}Z"))),
            ("trace_id", Json::text(&stamp.request_id)),
            ("correlation_id", Json::text(&stamp.client_request_id)),
        ]);
        Response::with_body(self.status, "application/json; charset=utf-8", body.to_text().into_bytes())
    }
}

/// A request for a token, read.
#[derive(Debug, Default)]
struct Form {
    client_id: String,
    client_secret: String,
    grant_type: String,
    scope: String,
    assertion: bool,
}

fn form(request: &Request) -> Form {
    let mut form = Form::default();
    let text = String::from_utf8_lossy(&request.body).into_owned();
    for part in text.split('&') {
        let (name, raw) = part.split_once('=').unwrap_or((part, ""));
        let value = decode(&raw.replace('+', " "));
        match name {
            "client_id" => form.client_id = value,
            "client_secret" => form.client_secret = value,
            "grant_type" => form.grant_type = value,
            "scope" => form.scope = value,
            "client_assertion" => form.assertion = true,
            _ => {}
        }
    }
    form
}

/// The app that may have a token, or the error.
pub(crate) fn authorise<'a>(request: &Request, apps: &'a [AppRegistration]) -> Result<&'a AppRegistration, TokenError> {
    let form = form(request);
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
    let app = apps.iter().find(|app| app.client_id.eq_ignore_ascii_case(&form.client_id));
    let app = app.ok_or(TokenError::new(400, "unauthorized_client", 700_016, "Application was not found in the directory."))?;
    if app.disabled {
        return Err(TokenError::new(400, "unauthorized_client", 7_000_112, "Application is disabled."));
    }
    if form.assertion {
        return Err(TokenError::new(401, "invalid_client", 700_027, "Client assertion failed signature validation."));
    }
    if form.client_secret != app.secret {
        return Err(TokenError::new(401, "invalid_client", 7_000_215, "Invalid client secret provided."));
    }
    if app.secret_expired {
        return Err(TokenError::new(401, "invalid_client", 7_000_222, "The provided client secret keys are expired."));
    }
    Ok(app)
}
