//! The second step of a sign-in: the code of the app.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use pages::href;
use pages::sign_in::Code;
use store::Step;

use super::enter::enter;
use super::form::show_page;
use crate::auth::cookies::Cookie;
use crate::auth::{Form, Payload, Public, browser};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::{ClientAddress, WebState};

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Typed(String);

impl Payload for Typed {
    const BEFORE_SIGN_IN: bool = true;

    fn read(fields: &Fields) -> Self {
        Self(fields.one("code").unwrap_or_default().chars().take(64).collect())
    }
}

/// `GET /sign-in/code`
pub(crate) async fn form(_: Public, State(web): State<WebState>, headers: HeaderMap) -> Result<Response, Error> {
    match Cookie::SecondStep.read(&headers, web.options()) {
        Some(step) if web.store().second_factor().awaited(&step).await? => {
            show_page(&web, &headers, &Code::default(), StatusCode::OK).await
        }
        _ => Ok(see_other(href::SIGN_IN)),
    }
}

/// `POST /sign-in/code`
pub(crate) async fn submit(
    _: Public,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    form: Form<Typed>,
) -> Result<Response, Error> {
    web.limiter().check_address(address).map_err(Error::TooMany)?;
    let Some(token) = Cookie::SecondStep.read(&headers, web.options()) else { return Ok(over(&web)) };
    let tried = web.store().second_factor().attempt(&token, &form.into_inner().0, &browser::words(&headers)).await?;
    match tried {
        Step::SignedIn(token, next) => enter(&web, &headers, &token, next.as_deref()).await,
        Step::Wrong(left) => show_page(&web, &headers, &Code { wrong: Some(left) }, StatusCode::UNAUTHORIZED).await,
        Step::Over => Ok(over(&web)),
    }
}

/// Back to the password.
fn over(web: &WebState) -> Response {
    let mut response = see_other(&String::from(href::Query::new(href::SIGN_IN).with("again", 1)));
    Cookie::SecondStep.clear(&mut response, web.options());
    response
}
