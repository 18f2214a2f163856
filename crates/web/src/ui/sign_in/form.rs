//! The sign-in page.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::sign_in::IdentityProvider;
use pages::sign_in::{ProviderButton, Remark, SignIn};
use pages::{Bare, Frame, Page};
use secrecy::SecretString;

use crate::auth::cookies::{self, Cookie};
use crate::auth::random::{hex, random};
use crate::auth::{Public, csrf};
use crate::error::Error;
use crate::fields::Fields;
use crate::local_path::local_path;
use crate::respond::{self, see_other};
use crate::state::WebState;

/// `GET /sign-in?next=`
pub(crate) async fn form(_: Public, State(web): State<WebState>, headers: HeaderMap, query: Fields) -> Result<Response, Error> {
    let next = query.one("next").and_then(local_path);
    let session = Cookie::Session.read(&headers, web.options());
    if let Some(token) = &session
        && web.store().sessions().find(token).await?.is_some()
    {
        return Ok(see_other(next.unwrap_or(pages::href::HOME)));
    }
    let remark = match (query.one("out"), query.one("set"), query.one("again"), &session) {
        (Some(_), ..) => Some(Remark::SignedOut),
        (_, Some(_), ..) => Some(Remark::PasswordSet),
        (_, _, Some(_), _) => Some(Remark::CodeOver),
        (.., Some(_)) => Some(Remark::SessionEnded),
        (.., None) => None,
    };
    let page = SignIn { remark, next: next.map(str::to_owned), ..SignIn::default() };
    show(&web, &headers, page, StatusCode::OK).await
}

/// The providers that vouch for people, as buttons.
pub(crate) fn provider_buttons(web: &WebState) -> Vec<ProviderButton> {
    let button = |provider: &std::sync::Arc<dyn IdentityProvider>| {
        let consent = provider.consent();
        ProviderButton { name: consent.name.to_string(), label: consent.label.clone() }
    };
    web.options().providers.iter().map(button).collect()
}

/// The page, with the ways in that there are.
///
/// # Errors
/// When the database does not tell the time.
pub(super) async fn show(web: &WebState, headers: &HeaderMap, page: SignIn, status: StatusCode) -> Result<Response, Error> {
    let providers = provider_buttons(web);
    let page = SignIn { demo: web.options().demo_accounts.clone(), providers, ..page };
    show_page(web, headers, &page, status).await
}

/// A page for somebody who is not signed in, with a form that only this browser can send.
///
/// # Errors
/// When the database does not tell the time.
pub(super) async fn show_page<P: Page>(
    web: &WebState,
    headers: &HeaderMap,
    page: &P,
    status: StatusCode,
) -> Result<Response, Error> {
    let secret = match Cookie::SignInForm.read(headers, web.options()) {
        Some(secret) => secret,
        None => SecretString::from(hex(&random::<32>()?)),
    };
    let bare = Bare { csrf: csrf::token(&secret)?, theme: cookies::theme(headers), now: web.store().now().await? };
    let mut response = respond::page_with(status, page, &Frame::from(bare), None);
    Cookie::SignInForm.set(&mut response, web.options(), &secret);
    Ok(response)
}
