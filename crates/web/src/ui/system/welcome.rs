//! Choosing a password by a one-time link.

use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::platform::Operator;
use pages::href;
use pages::system::Welcome;
use secrecy::{ExposeSecret as _, SecretString};

use super::door::show;
use crate::auth::{Door, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Passwords {
    password: SecretString,
    again: SecretString,
}

impl Payload for Passwords {
    const BEFORE_SIGN_IN: bool = true;

    fn read(fields: &Fields) -> Self {
        let secret = |name| SecretString::from(fields.one(name).unwrap_or_default());
        Self { password: secret("password"), again: secret("again") }
    }
}

/// The link of the path, when it can be one of ours.
fn link(params: &RawPathParams) -> Result<SecretString, Error> {
    let text = params.iter().find(|(key, _)| *key == "link").map(|(_, value)| value).unwrap_or_default();
    let ours = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if ours { Ok(SecretString::from(text)) } else { Err(Error::NotFound) }
}

fn page(link: &SecretString, holder: Operator, problem: Option<String>) -> Welcome {
    Welcome { to: href::system_welcome(link.expose_secret()), name: holder.name, email: holder.email, problem }
}

/// `GET /system/welcome/{link}`
pub(crate) async fn form(
    _: Door,
    State(web): State<WebState>,
    headers: HeaderMap,
    params: RawPathParams,
) -> Result<Response, Error> {
    let link = link(&params)?;
    let holder = web.store().platform().link_holder(&link).await?;
    show(&web, &headers, &page(&link, holder, None), StatusCode::OK).await
}

/// `POST /system/welcome/{link}`
pub(crate) async fn save(
    _: Door,
    State(web): State<WebState>,
    headers: HeaderMap,
    params: RawPathParams,
    form: Form<Passwords>,
) -> Result<Response, Error> {
    let link = link(&params)?;
    let Passwords { password, again } = form.into_inner();
    let holder = web.store().platform().link_holder(&link).await?;
    let same = password.expose_secret() == again.expose_secret();
    let hash = if same {
        web.passwords().hash(&holder.email, password).await?.map_err(|problem| problem.sentence())
    } else {
        Err("The two are not the same.".to_owned())
    };
    let hash = match hash {
        Ok(hash) => hash,
        Err(problem) => {
            let page = page(&link, holder, Some(problem));
            return show(&web, &headers, &page, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    web.store().platform().set_password(&link, &hash).await?;
    Ok(see_other(href::SYSTEM_SIGN_IN))
}
