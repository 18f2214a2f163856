//! The sign-in page.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use pages::sign_in::{Remark, SignIn};
use pages::{Bare, Frame};
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
    let remark = match (query.one("out"), &session) {
        (Some(_), _) => Some(Remark::SignedOut),
        (None, Some(_)) => Some(Remark::SessionEnded),
        (None, None) => None,
    };
    let page = SignIn { remark, next: next.map(str::to_owned), ..SignIn::default() };
    show(&web, &headers, page, StatusCode::OK).await
}

/// The page, with a form that only this browser can send.
///
/// # Errors
/// When the database does not tell the time.
pub(super) async fn show(web: &WebState, headers: &HeaderMap, page: SignIn, status: StatusCode) -> Result<Response, Error> {
    let secret = match Cookie::SignInForm.read(headers, web.options()) {
        Some(secret) => secret,
        None => SecretString::from(hex(&random::<32>()?)),
    };
    let page = SignIn { demo: web.options().demo_accounts.clone(), ..page };
    let bare = Bare { csrf: csrf::token(&secret)?, theme: cookies::theme(headers), now: web.store().now().await? };
    let mut response = respond::page_with(status, &page, &Frame::from(bare), None);
    Cookie::SignInForm.set(&mut response, web.options(), &secret);
    Ok(response)
}
