//! An invitation by its link: looking at it, accepting it, making an account with it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::label::Tone;
use pages::people::{Invitation as Page, Standing};
use pages::{Bare, FieldProblem, Frame, Toast, href};
use secrecy::{ExposeSecret as _, SecretString};
use store::StoreError;

use super::told::changed;
use crate::auth::cookies::{self, Cookie};
use crate::auth::form::Empty;
use crate::auth::random::{hex, random};
use crate::auth::{Form, Invited, Payload, csrf};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::sign_in::form::provider_buttons;

/// `GET /invitations/{token}`
pub(crate) async fn show(guard: Invited, State(web): State<WebState>, headers: HeaderMap) -> Result<Response, Error> {
    let standing = match &guard.signed {
        Some(signed) if signed.who.user().email == guard.invited.invitation.email => Standing::Invited,
        Some(signed) => Standing::Somebody(signed.who.user().email.clone()),
        None if guard.invited.has_account => Standing::SignedOut,
        None => Standing::New(String::new(), None),
    };
    answer(&web, guard, &headers, StatusCode::OK, standing).await
}

/// `POST /invitations/{token}`: for the invited person, signed in.
pub(crate) async fn accept(
    guard: Invited,
    State(web): State<WebState>,
    headers: HeaderMap,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let Some(signed) = &guard.signed else { return Err(Error::SignedOut) };
    let user = signed.who.user();
    if user.email != guard.invited.invitation.email {
        let standing = Standing::Somebody(user.email.clone());
        return answer(&web, guard, &headers, StatusCode::CONFLICT, standing).await;
    }
    let workspace = match web.store().invitations().accept(&signed.who, &guard.token).await {
        Err(StoreError::NotVisible) => return Err(Error::NoInvitation),
        accepted => accepted?,
    };
    let scope = web.store().access().workspace(&signed.who, workspace).await?;
    web.store().sessions().choose_workspace(&signed.who, &scope).await?;
    let toast = Toast::plain("Welcome", "You are a member of this workspace now.", Tone::Success);
    changed(&web, signed, user.id, toast, href::HOME).await
}

/// What the form of somebody without an account sends.
#[derive(Debug)]
pub(crate) struct Account {
    name: String,
    password: SecretString,
}

impl Payload for Account {
    const BEFORE_SIGN_IN: bool = true;

    fn read(fields: &Fields) -> Self {
        Self {
            name: fields.one("name").unwrap_or_default().chars().take(200).collect(),
            password: SecretString::from(fields.one("password").unwrap_or_default()),
        }
    }
}

/// `POST /invitations/{token}/account`: for the invited person without an account, who is signed in by it.
pub(crate) async fn register(
    guard: Invited,
    State(web): State<WebState>,
    headers: HeaderMap,
    form: Form<Account>,
) -> Result<Response, Error> {
    let Account { name: typed, password } = form.into_inner();
    if guard.signed.is_some() || guard.invited.has_account {
        return Ok(see_other(&href::invitation(guard.token.expose_secret())));
    }
    let (name, hash) = match checked(&web, &guard.invited.invitation.email, &typed, password).await? {
        Ok(good) => good,
        Err(problem) => {
            let standing = Standing::New(typed, Some(problem));
            return answer(&web, guard, &headers, StatusCode::UNPROCESSABLE_ENTITY, standing).await;
        }
    };
    let user = match web.store().invitations().register(&guard.token, &name, &hash).await {
        Err(StoreError::NotVisible) => return Err(Error::NoInvitation),
        made => made?,
    };
    let token = web.store().sessions().start(&user).await?;
    let mut response = see_other(href::HOME);
    Cookie::Session.set(&mut response, web.options(), &token);
    Cookie::SignInForm.clear(&mut response, web.options());
    Ok(response)
}

/// The name as it is kept and the hash of the password, or what is wrong with them.
async fn checked(
    web: &WebState,
    email: &str,
    name: &str,
    password: SecretString,
) -> Result<Result<(String, SecretString), FieldProblem>, Error> {
    let Ok(name) = model::name::name(name) else {
        return Ok(Err(FieldProblem::new("name", "A name has 1 to 100 characters, in one line.")));
    };
    match web.passwords().hash(email, password).await? {
        Ok(hash) => Ok(Ok((name, hash))),
        Err(problem) => Ok(Err(FieldProblem::new("password", problem.sentence()))),
    }
}

/// The page, with forms that only this browser can send.
async fn answer(
    web: &WebState,
    guard: Invited,
    headers: &HeaderMap,
    status: StatusCode,
    standing: Standing,
) -> Result<Response, Error> {
    let secret = match Cookie::SignInForm.read(headers, web.options()) {
        Some(secret) => secret,
        None => SecretString::from(hex(&random::<32>()?)),
    };
    let csrf = match &guard.signed {
        Some(signed) => signed.csrf()?,
        None => csrf::token(&secret)?,
    };
    let token = guard.token.expose_secret().to_owned();
    let page = Page { invitation: guard.invited.invitation, token, standing, providers: provider_buttons(web) };
    let bare = Bare { csrf, theme: cookies::theme(headers), now: web.store().now().await? };
    let mut response = page_with(status, &page, &Frame::from(bare), None);
    if guard.signed.is_none() {
        Cookie::SignInForm.set(&mut response, web.options(), &secret);
    }
    Ok(response)
}
