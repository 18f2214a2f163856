//! Operators of the installation.

use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use model::ids::OperatorId;
use model::label::Tone;
use model::user::normal_email;
use pages::system::{Disable, Link, Operators};
use pages::{Toast, href};
use secrecy::{ExposeSecret as _, SecretString};
use store::StoreError;

use crate::auth::cookies::Cookie;
use crate::auth::deeds::{AddOperator, DisableOperator, LinkOperator};
use crate::auth::extract::path_id;
use crate::auth::form::Empty;
use crate::auth::{Form, Operates, OperatesTo, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct New {
    email: String,
    name: String,
}

impl Payload for New {
    fn read(fields: &Fields) -> Self {
        let text = |name, most| fields.one(name).unwrap_or_default().trim().chars().take(most).collect();
        Self { email: text("email", 254), name: text("name", 100) }
    }
}

/// `GET /system/operators`
pub(crate) async fn list(operates: Operates, State(web): State<WebState>) -> Result<Response, Error> {
    let page = page(&web, &operates).await?;
    operates.answer(&web, &page).await
}

async fn page(web: &WebState, operates: &Operates) -> Result<Operators, Error> {
    let operators = web.store().platform().operators(&operates.scope).await?;
    Ok(Operators { operators, email: String::new(), name: String::new(), email_problem: None, name_problem: None })
}

/// `POST /system/operators`
pub(crate) async fn add(
    guard: OperatesTo<AddOperator>,
    State(web): State<WebState>,
    headers: HeaderMap,
    form: Form<New>,
) -> Result<Response, Error> {
    let New { email, name } = form.into_inner();
    let name_problem = name.is_empty().then(|| "Give a name.".to_owned());
    let mut email_problem = None;
    match normal_email(&email) {
        Err(_) => email_problem = Some("That is no mail address.".to_owned()),
        Ok(email) if name_problem.is_none() => match web.store().platform().invite(&guard.operates.scope, &email, &name).await {
            Ok(link) => return shown(&web, &guard.operates, &headers, email, &link).await,
            Err(StoreError::Conflict(_)) => {
                email_problem = Some("An operator with this mail address exists already.".to_owned());
            }
            Err(other) => return Err(other.into()),
        },
        Ok(_) => {}
    }
    let page = Operators { email, name, email_problem, name_problem, ..page(&web, &guard.operates).await? };
    guard.operates.answer_with(&web, StatusCode::UNPROCESSABLE_ENTITY, &page).await
}

/// `POST /system/operators/{operator}/link`
pub(crate) async fn link(
    guard: OperatesTo<LinkOperator>,
    State(web): State<WebState>,
    headers: HeaderMap,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let id: OperatorId = path_id(&params, "operator")?;
    let operator = web.store().platform().operator(&guard.operates.scope, id).await?;
    let link = web.store().platform().new_link(&guard.operates.scope, id).await?;
    shown(&web, &guard.operates, &headers, operator.email, &link).await
}

/// The link, this once: the answer to the form itself, so that it is kept nowhere.
async fn shown(
    web: &WebState,
    operates: &Operates,
    headers: &HeaderMap,
    email: String,
    link: &SecretString,
) -> Result<Response, Error> {
    let base = web.options().public_url.clone().unwrap_or_else(|| {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        format!("{}://{host}", if web.options().secure_cookies { "https" } else { "http" })
    });
    let address = format!("{}{}", base.trim_end_matches('/'), href::system_welcome(link.expose_secret()));
    operates.answer(web, &Link { email, address }).await
}

/// `GET /system/operators/{operator}/disable`
pub(crate) async fn ask(operates: Operates, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let operator = web.store().platform().operator(&operates.scope, path_id(&params, "operator")?).await?;
    let own = operator.id == operates.scope.operator_id();
    operates.answer(&web, &Disable { operator, own }).await
}

/// `POST /system/operators/{operator}/disable`
pub(crate) async fn disable(
    guard: OperatesTo<DisableOperator>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let id: OperatorId = path_id(&params, "operator")?;
    if let Err(error) = web.store().platform().disable(&guard.operates.scope, id).await {
        if matches!(error, StoreError::Conflict(_)) {
            guard.refused(&web).await?;
        }
        return Err(error.into());
    }
    let mut response = see_other(href::SYSTEM_OPERATORS);
    if id == guard.operates.scope.operator_id() {
        Cookie::System.clear(&mut response, web.options());
    } else {
        let toast = Toast::plain("Operator disabled", "They are signed out everywhere.", Tone::Info);
        guard.operates.tell(&web, toast).await?;
    }
    Ok(response)
}
