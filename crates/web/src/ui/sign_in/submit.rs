//! Signing in with a local account.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::user::normal_email;
use pages::sign_in::{Remark, SignIn};
use secrecy::{ExposeSecret as _, SecretString};

use super::enter::enter;
use super::form::show;
use crate::auth::cookies::Cookie;
use crate::auth::password::MAX_BYTES;
use crate::auth::{Form, Payload, Public, browser};
use crate::error::Error;
use crate::fields::Fields;
use crate::local_path::local_path;
use crate::respond::{retry_after, see_other};
use crate::state::{ClientAddress, WebState};

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
            next: fields.one("next").and_then(local_path).map(str::to_owned),
        }
    }
}

/// `POST /sign-in`
pub(crate) async fn submit(
    _: Public,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    form: Result<Form<Credentials>, Error>,
) -> Result<Response, Error> {
    let Credentials { email, password, next } = match form {
        Ok(form) => form.into_inner(),
        Err(Error::FormExpired) => {
            let page = SignIn { remark: Some(Remark::FormExpired), ..SignIn::default() };
            return show(&web, &headers, page, StatusCode::FORBIDDEN).await;
        }
        Err(other) => return Err(other),
    };
    // What is no mail address belongs to nobody; it is checked all the same, so that it takes as long.
    let account = normal_email(&email).unwrap_or_default();
    let again = |remark| SignIn { email: email.clone(), remark: Some(remark), next: next.clone(), ..SignIn::default() };
    if let Err(wait) = web.limiter().check(address, &account) {
        tracing::warn!("too many attempts to sign in");
        let mut response = show(&web, &headers, again(Remark::TooManyAttempts(wait)), StatusCode::TOO_MANY_REQUESTS).await?;
        retry_after(&mut response, wait);
        return Ok(response);
    }
    let record = web.store().users().for_sign_in(&account).await?;
    let hash = record.as_ref().and_then(|record| record.password_hash.clone());
    let readable = password.expose_secret().len() <= MAX_BYTES;
    let password = if readable { password } else { SecretString::default() };
    let matches = web.passwords().check(hash, password).await? && readable;
    let Some(record) = record.filter(|_| matches) else {
        tracing::info!("an attempt to sign in was refused");
        return show(&web, &headers, again(Remark::WrongCredentials), StatusCode::UNAUTHORIZED).await;
    };
    if record.second_factor {
        let step = web.store().second_factor().begin(&record.user, next.as_deref()).await?;
        let mut response = see_other(pages::href::SIGN_IN_CODE);
        Cookie::SecondStep.set(&mut response, web.options(), &step);
        return Ok(response);
    }
    let token = web.store().sessions().start_in(&record.user, &browser::words(&headers)).await?;
    enter(&web, &headers, &token, next.as_deref()).await
}
