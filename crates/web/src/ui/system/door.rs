//! Signing in and out as an operator of the installation.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::user::normal_email;
use pages::href::{self, Query};
use pages::sign_in::Remark;
use pages::system::SignIn;
use pages::{Bare, Frame, Page};
use secrecy::{ExposeSecret as _, SecretString};

use crate::auth::cookies::{self, Cookie};
use crate::auth::form::Empty;
use crate::auth::password::MAX_BYTES;
use crate::auth::random::{hex, random};
use crate::auth::{Door, Form, Operates, Payload, csrf};
use crate::error::Error;
use crate::fields::Fields;
use crate::local_path::system_path;
use crate::respond::{self, retry_after, see_other};
use crate::state::{ClientAddress, WebState};

fn next(fields: &Fields) -> Option<String> {
    fields.one("next").and_then(system_path).map(str::to_owned)
}

/// `GET /system/sign-in?next=`
pub(crate) async fn form(door: Door, State(web): State<WebState>, headers: HeaderMap, query: Fields) -> Result<Response, Error> {
    let next = next(&query);
    if door.scope.is_some() {
        return Ok(see_other(next.as_deref().unwrap_or(href::SYSTEM)));
    }
    let remark = match (query.one("out"), Cookie::System.read(&headers, web.options())) {
        (Some(_), _) => Some(Remark::SignedOut),
        (None, Some(_)) => Some(Remark::SessionEnded),
        (None, None) => None,
    };
    show(&web, &headers, &SignIn { remark, next, ..SignIn::default() }, StatusCode::OK).await
}

/// A page before sign-in, with a form that only this browser can send.
///
/// # Errors
/// When the database does not tell the time.
pub(super) async fn show<P: Page>(web: &WebState, headers: &HeaderMap, page: &P, status: StatusCode) -> Result<Response, Error> {
    let secret = match Cookie::SignInForm.read(headers, web.options()) {
        Some(secret) => secret,
        None => SecretString::from(hex(&random::<32>()?)),
    };
    let bare = Bare { csrf: csrf::token(&secret)?, theme: cookies::theme(headers), now: web.store().now().await? };
    let mut response = respond::page_with(status, page, &Frame::from(bare), None);
    Cookie::SignInForm.set(&mut response, web.options(), &secret);
    Ok(response)
}

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Credentials {
    email: String,
    password: SecretString,
    next: Option<String>,
}

impl Payload for Credentials {
    const BEFORE_SIGN_IN: bool = true;

    fn read(fields: &Fields) -> Self {
        Self {
            email: fields.one("email").unwrap_or_default().chars().take(254).collect(),
            password: SecretString::from(fields.one("password").unwrap_or_default()),
            next: next(fields),
        }
    }
}

/// `POST /system/sign-in`
pub(crate) async fn submit(
    door: Door,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    form: Result<Form<Credentials>, Error>,
) -> Result<Response, Error> {
    let Credentials { email, password, next } = match form {
        Ok(form) => form.into_inner(),
        Err(Error::FormExpired) => {
            let page = SignIn { remark: Some(Remark::FormExpired), ..SignIn::default() };
            return show(&web, &headers, &page, StatusCode::FORBIDDEN).await;
        }
        Err(other) => return Err(other),
    };
    // What is no mail address belongs to nobody; it is checked all the same, so that it takes as long.
    let account = normal_email(&email).unwrap_or_default();
    let again = |remark| SignIn { email: email.clone(), remark: Some(remark), next: next.clone() };
    // The same address as somebody of a workspace has is another account.
    if let Err(wait) = web.limiter().check(address, &format!("operator {account}")) {
        tracing::warn!("too many attempts to sign in as an operator");
        let page = again(Remark::TooManyAttempts(wait));
        let mut response = show(&web, &headers, &page, StatusCode::TOO_MANY_REQUESTS).await?;
        retry_after(&mut response, wait);
        return Ok(response);
    }
    let record = web.store().platform().for_sign_in(&account).await?;
    let hash = record.as_ref().and_then(|record| record.password_hash.clone());
    let readable = password.expose_secret().len() <= MAX_BYTES;
    let password = if readable { password } else { SecretString::default() };
    let matches = web.passwords().check(hash, password).await? && readable;
    let Some(record) = record.filter(|_| matches) else {
        tracing::info!("an attempt to sign in as an operator was refused");
        return show(&web, &headers, &again(Remark::WrongCredentials), StatusCode::UNAUTHORIZED).await;
    };
    // Always a new session: whatever token the browser had before is worth nothing afterwards.
    if let Some(before) = &door.scope {
        web.store().platform().end_session(before).await?;
    }
    let token = web.store().platform().start_session(&record).await?;
    let mut response = see_other(next.as_deref().unwrap_or(href::SYSTEM));
    Cookie::System.set(&mut response, web.options(), &token);
    Cookie::SignInForm.clear(&mut response, web.options());
    Ok(response)
}

/// `POST /system/sign-out`
pub(crate) async fn sign_out(operates: Operates, State(web): State<WebState>, _: Form<Empty>) -> Result<Response, Error> {
    web.store().platform().end_session(&operates.scope).await?;
    let mut response = see_other(&String::from(Query::new(href::SYSTEM_SIGN_IN).with("out", 1)));
    Cookie::System.clear(&mut response, web.options());
    Ok(response)
}
