//! Setting a new password by a link of an operator.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use pages::href::{self, Query};
use pages::sign_in::NewPassword;
use secrecy::SecretString;

use super::form::show_page;
use crate::auth::{Form, Payload, Public};
use crate::error::Error;
use crate::fields::Fields;
use crate::live::Hint;
use crate::respond::see_other;
use crate::state::{ClientAddress, WebState};

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    token: SecretString,
    password: SecretString,
    same: bool,
}

impl Payload for Sent {
    const BEFORE_SIGN_IN: bool = true;

    fn read(fields: &Fields) -> Self {
        let password = fields.one("password").unwrap_or_default();
        Self {
            token: SecretString::from(fields.one("token").unwrap_or_default()),
            password: SecretString::from(password),
            same: fields.one("again").unwrap_or_default() == password,
        }
    }
}

/// `GET /sign-in/reset?token=`
pub(crate) async fn form(
    _: Public,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    query: Fields,
) -> Result<Response, Error> {
    web.limiter().check_address(address).map_err(Error::TooMany)?;
    let token = query.one("token").unwrap_or_default();
    match web.store().passwords().of_link(&SecretString::from(token)).await? {
        Some(user) => {
            let page = NewPassword { token: token.to_owned(), email: user.email, problem: None };
            show_page(&web, &headers, &page, StatusCode::OK).await
        }
        None => dead(&web, &headers).await,
    }
}

/// `POST /sign-in/reset`
pub(crate) async fn submit(
    _: Public,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    form: Form<Sent>,
) -> Result<Response, Error> {
    web.limiter().check_address(address).map_err(Error::TooMany)?;
    let Sent { token, password, same } = form.into_inner();
    let Some(user) = web.store().passwords().of_link(&token).await? else { return dead(&web, &headers).await };
    let hashed = if same {
        web.passwords().hash(&user.email, password).await?.map_err(|problem| problem.sentence())
    } else {
        Err("The two passwords are not the same.".to_owned())
    };
    let hash = match hashed {
        Ok(hash) => hash,
        Err(problem) => {
            let token = secrecy::ExposeSecret::expose_secret(&token).to_owned();
            let page = NewPassword { token, email: user.email, problem: Some(problem) };
            return show_page(&web, &headers, &page, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    match web.store().passwords().set_by_link(&token, &hash).await? {
        Some(ended) => {
            ended.into_iter().for_each(|session| web.live().tell(Hint::SessionEnded(session)));
            Ok(see_other(&String::from(Query::new(href::SIGN_IN).with("set", 1))))
        }
        None => dead(&web, &headers).await,
    }
}

async fn dead(web: &WebState, headers: &HeaderMap) -> Result<Response, Error> {
    show_page(web, headers, &pages::sign_in::DeadLink, StatusCode::NOT_FOUND).await
}
