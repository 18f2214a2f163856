//! The end of every way in: a new session in the browser, and nothing left of the one before.

use axum::http::HeaderMap;
use axum::response::Response;
use secrecy::SecretString;

use crate::auth::cookies::Cookie;
use crate::error::Error;
use crate::local_path::local_path;
use crate::respond::see_other;
use crate::state::WebState;

/// Gives the browser its new session and sends it on. Whatever token it had before is worth nothing afterwards.
///
/// # Errors
/// When the database refuses.
pub(super) async fn enter(
    web: &WebState,
    headers: &HeaderMap,
    token: &SecretString,
    next: Option<&str>,
) -> Result<Response, Error> {
    if let Some(before) = Cookie::Session.read(headers, web.options())
        && let Some(who) = web.store().sessions().find(&before).await?
    {
        web.store().sessions().end(&who).await?;
        web.live().tell(crate::live::Hint::SessionEnded(who.session()));
    }
    // Checked when it came in, too; what was stored meanwhile is no better than what is sent.
    let mut response = see_other(next.and_then(local_path).unwrap_or(pages::href::HOME));
    Cookie::Session.set(&mut response, web.options(), token);
    for over in [Cookie::SignInForm, Cookie::SecondStep] {
        over.clear(&mut response, web.options());
    }
    Ok(response)
}
