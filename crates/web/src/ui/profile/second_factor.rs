//! The second factor: prepared, confirmed, removed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use pages::profile::{Factor, SecondFactor};
use pages::{Toast, href};
use secrecy::{ExposeSecret as _, SecretString};

use super::password::is_theirs;
use super::show::{back, done, in_shell};
use crate::auth::cookies::Cookie;
use crate::auth::form::Empty;
use crate::auth::{Form, Payload, SignedIn};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::{ClientAddress, WebState};

/// `GET /admin/profile/second-factor`
pub(crate) async fn show(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    answer(&web, &signed, None).await
}

async fn answer(web: &WebState, signed: &SignedIn, problem: Option<&str>) -> Result<Response, Error> {
    let factors = web.store().second_factor();
    let stands = factors.of(&signed.who).await?;
    let state = match (stands.enabled_at, stands.prepared) {
        (Some(since), _) => Factor::On { since, codes_left: stands.codes_left },
        (None, true) => match factors.prepared(&signed.who).await? {
            Some(secret) => Factor::Prepared { secret: secret.expose_secret().to_owned() },
            None => Factor::Off,
        },
        (None, false) if stands.has_password => Factor::Off,
        (None, false) => Factor::NotLocal,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SecondFactor { email: signed.who.user().email.clone(), state, problem: problem.map(str::to_owned) };
    in_shell(web, signed, &page, status).await
}

/// `POST /admin/profile/second-factor/prepare`
pub(crate) async fn prepare(signed: SignedIn, State(web): State<WebState>, _: Form<Empty>) -> Result<Response, Error> {
    web.store().second_factor().prepare(&signed.who).await?;
    let toast = Toast::plain("Add it to your app", "It is asked for once you have confirmed a code.", Tone::Info);
    back(&web, &signed, href::SECOND_FACTOR, toast).await
}

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Confirmation {
    code: String,
    password: SecretString,
}

impl Payload for Confirmation {
    fn read(fields: &Fields) -> Self {
        Self {
            code: fields.one("code").unwrap_or_default().chars().take(64).collect(),
            password: SecretString::from(fields.one("password").unwrap_or_default()),
        }
    }
}

/// `POST /admin/profile/second-factor/confirm`: the answer shows the recovery codes, once.
pub(crate) async fn confirm(
    signed: SignedIn,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    form: Form<Confirmation>,
) -> Result<Response, Error> {
    let Confirmation { code, password } = form.into_inner();
    // A session that somebody left open must not be enough to lock its person out.
    if !is_theirs(&web, &signed, address, password).await? {
        return answer(&web, &signed, Some("That is not your password. Nothing was changed.")).await;
    }
    let Some(enabled) = web.store().second_factor().enable(&signed.who, &code).await? else {
        return answer(&web, &signed, Some("That is not the code of now. Wait for the next one and try again.")).await;
    };
    let signed = signed.with_secret(enabled.token.clone());
    let state = Factor::JustOn { codes: enabled.codes };
    let page = SecondFactor { email: signed.who.user().email.clone(), state, problem: None };
    let mut response = in_shell(&web, &signed, &page, StatusCode::OK).await?;
    Cookie::Session.set(&mut response, web.options(), &enabled.token);
    Ok(response)
}

/// `POST /admin/profile/second-factor/remove`
pub(crate) async fn remove(
    signed: SignedIn,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    form: Form<Confirmation>,
) -> Result<Response, Error> {
    const WRONG: &str = "The password and the code do not belong together. Nothing was changed.";
    let Confirmation { code, password } = form.into_inner();
    if !is_theirs(&web, &signed, address, password).await? {
        return answer(&web, &signed, Some(WRONG)).await;
    }
    let Some(token) = web.store().second_factor().disable(&signed.who, &code).await? else {
        return answer(&web, &signed, Some(WRONG)).await;
    };
    let toast = Toast::plain("Second factor removed", "The password alone opens your account now.", Tone::Warning);
    let mut response = done(&web, &signed, toast).await?;
    Cookie::Session.set(&mut response, web.options(), &token);
    Ok(response)
}
