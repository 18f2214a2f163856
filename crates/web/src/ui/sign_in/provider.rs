//! Signing in by a provider: on the way there, and back.

use std::sync::Arc;

use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::sign_in::{IdentityProvider, Problem};
use pages::sign_in::Trouble;
use pages::{Bare, Frame};
use secrecy::SecretString;

use super::enter::enter;
use crate::auth::cookies::{self, Cookie};
use crate::auth::random::{hex, random};
use crate::auth::{Public, at_provider, browser};
use crate::error::Error;
use crate::fields::Fields;
use crate::local_path::local_path;
use crate::respond;
use crate::state::{ClientAddress, WebState};

/// The longest state and code that are looked at, in bytes.
const MAX_PART: usize = 8 * 1024;

fn provider<'a>(web: &'a WebState, params: &RawPathParams) -> Result<&'a Arc<dyn IdentityProvider>, Error> {
    let name = params.iter().find(|(key, _)| *key == "provider").map(|(_, value)| value).unwrap_or_default();
    let found = web.options().providers.iter().find(|provider| provider.consent().name.as_str() == name);
    found.ok_or(Error::NotFound)
}

/// `GET /sign-in/oidc/{provider}?next=`
pub(crate) async fn start(
    _: Public,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let provider = provider(&web, &params)?;
    web.limiter().check_address(address).map_err(Error::TooMany)?;
    let browser = match Cookie::Provider.read(&headers, web.options()) {
        Some(browser) => browser,
        None => SecretString::from(hex(&random::<32>()?)),
    };
    let asked = at_provider::asked(&browser)?;
    let address = match provider.address(&asked).await {
        Ok(address) => address,
        Err(problem) => return trouble(&web, &headers, provider.as_ref(), problem, true).await,
    };
    let next = query.one("next").and_then(local_path);
    web.store().identities().begin(&provider.consent().name, &asked.state, &browser, next).await?;
    let mut response = respond::see_other(&address);
    Cookie::Provider.set(&mut response, web.options(), &browser);
    Ok(response)
}

/// `GET /sign-in/oidc/{provider}/callback?state=&code=&iss=`, or with `error=`
pub(crate) async fn callback(
    _: Public,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let provider = provider(&web, &params)?;
    web.limiter().check_address(address).map_err(Error::TooMany)?;
    let browser_secret = Cookie::Provider.read(&headers, web.options());
    let short = |name: &str| query.one(name).filter(|value| value.len() <= MAX_PART);
    let began = match (&browser_secret, short("state")) {
        (Some(browser), Some(state)) => {
            let next = web.store().identities().take(&provider.consent().name, state, browser).await?;
            next.map(|next| (browser, state, next))
        }
        _ => None,
    };
    // Nothing is written down of what anybody can send without having begun anything.
    let Some((browser_secret, state, next)) = began else {
        return trouble(&web, &headers, provider.as_ref(), Problem::State, false).await;
    };
    let refused = query.one("error").map(|error| match error {
        "access_denied" | "login_required" | "consent_required" | "interaction_required" => Problem::Declined,
        _ => Problem::Refused,
    });
    let identity = match (refused, short("code")) {
        (Some(problem), _) => Err(problem),
        (None, None) => Err(Problem::Refused),
        (None, Some(code)) => {
            let returned = at_provider::returned(browser_secret, state, code, query.one("iss"));
            provider.identity(&returned).await
        }
    };
    let identity = match identity {
        Ok(identity) => identity,
        Err(problem) => return trouble(&web, &headers, provider.as_ref(), problem, true).await,
    };
    let admitted = web.store().identities().admit(provider.consent(), &identity, &browser::words(&headers)).await?;
    match admitted {
        Ok(token) => {
            let mut response = enter(&web, &headers, &token, next.as_deref()).await?;
            Cookie::Provider.clear(&mut response, web.options());
            Ok(response)
        }
        Err(problem) => trouble(&web, &headers, provider.as_ref(), problem, false).await,
    }
}

/// The page that says why nobody was signed in; `record` where the audit trail does not have it yet.
async fn trouble(
    web: &WebState,
    headers: &HeaderMap,
    provider: &dyn IdentityProvider,
    problem: Problem,
    record: bool,
) -> Result<Response, Error> {
    tracing::warn!(provider = %provider.consent().name, code = problem.code(), "a sign-in by a provider came to nothing");
    if record {
        web.store().identities().refused(problem).await?;
    }
    let page = Trouble { problem, provider: provider.consent().label.clone() };
    let bare = Bare { csrf: String::new(), theme: cookies::theme(headers), now: web.store().now().await? };
    Ok(respond::page_with(status(problem), &page, &Frame::from(bare), None))
}

const fn status(problem: Problem) -> StatusCode {
    match problem {
        Problem::Slow => StatusCode::GATEWAY_TIMEOUT,
        Problem::State => StatusCode::BAD_REQUEST,
        problem if problem.is_of_provider() => StatusCode::BAD_GATEWAY,
        _ => StatusCode::FORBIDDEN,
    }
}
