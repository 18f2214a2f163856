//! One provider: asked where to send the browser, and who came back.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use model::json::Json;
use model::sign_in::{Asked, Consent, Identity, IdentityProvider, Problem, Promise, Returned};
use model::time::{Clock, Moment};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use url::{Url, form_urlencoded};

use super::claims::Claims;
use super::discovery::{InvalidIssuer, Metadata, discover, issuer, json, lost};
use super::keys::{Keys, Verified};
use super::token::{Expected, Token};
use crate::Limits;
use crate::http::{Ask, Http};

/// How long the provider's description of itself is believed.
const KEPT: Duration = Duration::from_secs(3600);
/// Keys are asked for again at most this often, whatever tokens name.
const KEYS_APART: Duration = Duration::from_secs(60);
/// The longest id token that is looked at, in bytes.
const MAX_TOKEN: usize = 64 * 1024;

/// How we are known to a provider.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The issuer, exactly as its tokens name it.
    pub issuer: String,
    /// Our id there.
    pub client_id: String,
    /// Our secret there; `None` for a client that has none.
    pub client_secret: Option<SecretString>,
    /// Where the provider sends browsers back.
    pub redirect_uri: String,
    /// What is asked for, beside `openid`.
    pub scopes: Vec<String>,
    /// Which claim holds the groups.
    pub groups_claim: String,
}

/// A provider of OpenID Connect.
pub struct Provider {
    consent: Consent,
    registration: Registration,
    http: Http,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

/// What was asked before.
#[derive(Default)]
struct Known {
    metadata: Option<(Moment, Metadata)>,
    keys: Option<(Moment, Keys)>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({})", self.consent.name)
    }
}

/// Ten seconds and one megabyte for each answer.
#[must_use]
pub fn limits() -> Limits {
    let ten = Duration::from_secs(10);
    Limits { connect_timeout: ten, request_timeout: ten, max_body: 1 << 20, ..Limits::default() }
}

impl Provider {
    /// A provider; nothing is asked of it yet. `limits` are [`limits`], but in tests.
    ///
    /// # Errors
    /// When the issuer cannot be used.
    pub fn new(
        consent: Consent,
        registration: Registration,
        limits: Limits,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, InvalidIssuer> {
        issuer(&registration.issuer)?;
        let http = Http::new(limits).map_err(|_| InvalidIssuer)?;
        Ok(Self { consent, registration, http, clock, known: Mutex::default() })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The provider's addresses. Nobody waits for somebody else's question: a provider that hangs would hold up everybody.
    async fn metadata(&self) -> Result<Metadata, Problem> {
        let now = self.clock.now();
        if let Some((at, metadata)) = &self.known().metadata
            && now.since(*at) < KEPT
        {
            return Ok(metadata.clone());
        }
        let metadata = discover(&self.http, &self.registration.issuer).await?;
        self.known().metadata = Some((now, metadata.clone()));
        Ok(metadata)
    }

    /// The provider's keys; asked anew when they are old, or when `unknown` says that a token names another one, but not too often.
    async fn keys(&self, metadata: &Metadata, unknown: bool) -> Result<Keys, Problem> {
        let now = self.clock.now();
        if let Some((at, keys)) = &self.known().keys {
            let age = now.since(*at);
            if age < KEYS_APART || (!unknown && age < KEPT) {
                return Ok(keys.clone());
            }
        }
        let document = json(self.http.send(&metadata.keys, Ask::Open).await)?;
        let keys = Keys::read(&document).ok_or(Problem::Answer)?;
        self.known().keys = Some((now, keys.clone()));
        Ok(keys)
    }

    async fn sign_in_address(&self, asked: &Asked) -> Result<String, Problem> {
        let mut url = self.metadata().await?.authorize;
        let scope = std::iter::once("openid").chain(self.registration.scopes.iter().map(String::as_str)).collect::<Vec<_>>();
        let challenge = digest::digest(&digest::SHA256, asked.verifier.expose_secret().as_bytes());
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("response_mode", "query")
            .append_pair("client_id", &self.registration.client_id)
            .append_pair("redirect_uri", &self.registration.redirect_uri)
            .append_pair("scope", &scope.join(" "))
            .append_pair("state", &asked.state)
            .append_pair("nonce", &asked.nonce)
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    async fn who(&self, returned: &Returned) -> Result<Identity, Problem> {
        let metadata = self.metadata().await?;
        // Whoever answers for another provider is found out here (RFC 9207).
        match &returned.issuer {
            Some(named) if *named != self.registration.issuer => return Err(Problem::Issuer),
            None if metadata.names_itself => return Err(Problem::Issuer),
            _ => {}
        }
        let answer = self.exchange(&metadata, returned).await?;
        let text = answer.get("id_token").and_then(Json::as_str).ok_or(Problem::Malformed)?;
        if text.len() > MAX_TOKEN {
            return Err(Problem::Malformed);
        }
        let token = self.verified(&metadata, text, &returned.nonce).await?;
        let groups = self.registration.groups_claim.as_str();
        let alone = Claims { token: &token, told: None, groups };
        let told = match (&metadata.user_info, answer.get("access_token").and_then(Json::as_str)) {
            (Some(url), Some(access)) if alone.lacks() => Some(self.told(url, access, &token).await?),
            _ => None,
        };
        let claims = Claims { token: &token, told: told.as_ref(), groups };
        claims.identity(&self.registration.issuer, !self.consent.mapping.is_empty())
    }

    /// The code becomes a token.
    async fn exchange(&self, metadata: &Metadata, returned: &Returned) -> Result<Json, Problem> {
        let ask = self.ask(metadata, returned)?;
        let answer = self.http.send(&metadata.token, ask).await.map_err(lost)?;
        match answer.head.status {
            200 => Json::parse(&answer.body).map_err(|_| Problem::Answer),
            400 | 401 => {
                let body = Json::parse(&answer.body).ok();
                let code = body.as_ref().and_then(|body| body.get("error")).and_then(Json::as_str);
                Err(match code {
                    Some("invalid_client" | "unauthorized_client") => Problem::Client,
                    // The code: used, too old, or of somebody else.
                    Some("invalid_grant") => Problem::Refused,
                    _ => Problem::Answer,
                })
            }
            _ => Err(Problem::Answer),
        }
    }

    fn ask(&self, metadata: &Metadata, returned: &Returned) -> Result<Ask<'static>, Problem> {
        let ours = &self.registration;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", returned.code.expose_secret())
            .append_pair("redirect_uri", &ours.redirect_uri)
            .append_pair("code_verifier", returned.verifier.expose_secret());
        match &ours.client_secret {
            Some(secret) if metadata.secret_in_header => {
                Ok(Ask::FormAs { body: form.finish(), authorization: basic(&ours.client_id, secret)? })
            }
            secret => {
                form.append_pair("client_id", &ours.client_id);
                if let Some(secret) = secret {
                    form.append_pair("client_secret", secret.expose_secret());
                }
                Ok(Ask::Form { body: form.finish() })
            }
        }
    }

    async fn verified(&self, metadata: &Metadata, text: &str, nonce: &str) -> Result<Json, Problem> {
        let token = Token::read(text)?;
        let mut verified = token.verify(&self.keys(metadata, false).await?);
        if verified == Verified::NoKey {
            verified = token.verify(&self.keys(metadata, true).await?);
        }
        match verified {
            Verified::Right => {}
            Verified::Wrong => return Err(Problem::Signature),
            Verified::NoKey => return Err(Problem::Key),
        }
        let (issuer, client_id) = (self.registration.issuer.as_str(), self.registration.client_id.as_str());
        token.claims(&Expected { issuer, client_id, nonce, now: self.clock.now() })
    }

    /// What the provider tells of the person on request; of the person of the token, and nobody else.
    async fn told(&self, url: &Url, access: &str, token: &Json) -> Result<Json, Problem> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {access}")).map_err(|_| Problem::Answer)?;
        bearer.set_sensitive(true);
        let told = json(self.http.send(url, Ask::Get { bearer: &bearer, eventual: false }).await)?;
        let same = told.get("sub").and_then(Json::as_str) == token.get("sub").and_then(Json::as_str);
        if same { Ok(told) } else { Err(Problem::Malformed) }
    }
}

/// RFC 6749, section 2.3.1: both are form-encoded first.
fn basic(id: &str, secret: &SecretString) -> Result<HeaderValue, Problem> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret.expose_secret())));
    let mut value = HeaderValue::from_str(&format!("Basic {pair}")).map_err(|_| Problem::Client)?;
    value.set_sensitive(true);
    Ok(value)
}

impl IdentityProvider for Provider {
    fn consent(&self) -> &Consent {
        &self.consent
    }

    fn address<'a>(&'a self, asked: &'a Asked) -> Promise<'a, String> {
        Box::pin(self.sign_in_address(asked))
    }

    fn identity<'a>(&'a self, returned: &'a Returned) -> Promise<'a, Identity> {
        Box::pin(self.who(returned))
    }
}
